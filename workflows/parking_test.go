package workflows_test

import (
	"testing"

	"go.temporal.io/sdk/temporal"

	"o2c/models"
	"o2c/workflows"
)

// Two managers skip the same dispute at once. It is refused once, and what was said after it is dealt with.
func TestOfTwoInterventionsAtOnceTheFirstMovesTheOrderOn(t *testing.T) {
	t.Parallel()
	for _, action := range []string{models.InterveneSkip, models.InterveneRetry} {
		env, b := newEnvironment(t, models.Fulfilling)
		b.fail["dispute"] = temporal.NewNonRetryableApplicationError("disk on fire", "unknown", nil)
		env.RegisterDelayedCallback(func() {
			env.SignalWorkflow(workflows.DisputeRaised, workflows.FactSignal{ID: "dsp_1"})
			env.SignalWorkflow(workflows.DisputeRaised, workflows.FactSignal{ID: "dsp_2"})
		}, day)
		env.RegisterDelayedCallback(func() {
			env.UpdateWorkflow(workflows.Intervene, "1", &answers{t: t}, models.Intervention{ID: "1", Action: models.InterveneSkip})
			env.UpdateWorkflow(workflows.Intervene, "2", &answers{t: t, want: "moved-on-already"}, models.Intervention{ID: "2", Action: action})
		}, 2*day)
		pay(env, 10*day, 9, "0.00")
		env.ExecuteWorkflow(workflows.Order, workflows.OrderState{OrderID: "ord_1"})
		expect(t, env, b, models.OutcomePaid, "approve", "fulfil", "invoice", "send invoice/INV-2026-000001", "dispute", "refuse dsp_1", "dispute", "close")
	}
}
