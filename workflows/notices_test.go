package workflows_test

import (
	"testing"
	"time"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"o2c/models"
	"o2c/workflows"
)

var queues = map[string]string{"fulfil": "order-confirmation/ord_1/1", "invoice": "invoice/INV-2026-000001", "dispute": "notice/1", "delivered": "notice/2"}

// What steps that follow each other at once have queued goes out in one activity, in its order.
func TestWhatFollowsAtOnceIsSentTogether(t *testing.T) {
	t.Parallel()
	env, b := newEnvironment(t, models.Fulfilling)
	b.queues = queues
	pay(env, 10*day, 2, "0.00")
	env.ExecuteWorkflow(workflows.Order, workflows.OrderState{OrderID: "ord_1"})
	expect(t, env, b, models.OutcomePaid, "approve", "fulfil", "invoice", "send order-confirmation/ord_1/1 invoice/INV-2026-000001", "close")
}

// What is queued before a step that can't be taken is sent while the order is parked.
func TestAParkedOrderSendsWhatIsQueued(t *testing.T) {
	t.Parallel()
	env, b := newEnvironment(t, models.Fulfilling)
	b.queues = queues
	b.fail["invoice"] = temporal.NewNonRetryableApplicationError("disk on fire", "unknown", nil)
	env.RegisterDelayedCallback(func() {
		env.UpdateWorkflow(workflows.Intervene, "1", &answers{t: t}, models.Intervention{ID: "1", Action: models.InterveneRetry})
	}, day)
	pay(env, 10*day, 2, "0.00")
	env.ExecuteWorkflow(workflows.Order, workflows.OrderState{OrderID: "ord_1"})
	expect(t, env, b, models.OutcomePaid, "approve", "fulfil", "invoice", "send order-confirmation/ord_1/1", "invoice", "send invoice/INV-2026-000001", "close")
}

// While a sending is under way the order is collected, and paid; what is queued meanwhile waits for it and goes out after it, also
// after the order is closed.
func TestSendingRunsBesideCollectingAndNothingOvertakes(t *testing.T) {
	t.Parallel()
	env, b := newEnvironment(t, models.Fulfilling)
	b.queues = queues
	b.fail["send order-confirmation/ord_1/1 invoice/INV-2026-000001"] = temporal.NewApplicationErrorWithOptions("no answer", "mail-server-unavailable",
		temporal.ApplicationErrorOptions{NextRetryDelay: 20 * day})
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(workflows.DisputeRaised, workflows.FactSignal{ID: "dsp_1"}) }, 5*day)
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(workflows.DeliveryConfirmed, workflows.FactSignal{ID: "dlv_1"}) }, 6*day)
	pay(env, 10*day, 9, "0.00")
	env.ExecuteWorkflow(workflows.Order, workflows.OrderState{OrderID: "ord_1"})
	together := "send order-confirmation/ord_1/1 invoice/INV-2026-000001"
	expect(t, env, b, models.OutcomePaid, "approve", "fulfil", "invoice", together, "dispute", "delivered", "close", together, "send notice/1 notice/2")
}

// What is held back for the next step goes along when the workflow continues as new in between.
func TestWhatIsQueuedContinuesAsNew(t *testing.T) {
	t.Parallel()
	env, b := newEnvironment(t, models.Fulfilling)
	b.queues = queues
	env.SetCurrentHistoryLength(2)
	env.ExecuteWorkflow(workflows.Order, workflows.OrderState{OrderID: "ord_1", CollectingState: workflows.CollectingState{
		HistoryLimit: 1, Progress: models.OrderProgress{OrderID: "ord_1", Currency: "EUR", Stage: models.Fulfilling, Unreserved: true},
	}})
	var next *workflow.ContinueAsNewError
	if err := env.GetWorkflowError(); !temporalAs(err, &next) {
		t.Fatal(err)
	}
	var state workflows.OrderState
	if err := converter.GetDefaultDataConverter().FromPayloads(next.Input, &state); err != nil {
		t.Fatal(err)
	}
	if len(state.Progress.Messages) != 1 || state.Progress.Messages[0] != "order-confirmation/ord_1/1" {
		t.Errorf("the next run is handed %v", state.Progress.Messages)
	}
	env, b2 := newEnvironment(t, models.Fulfilling)
	b2.p = state.Progress
	b2.p.Messages, b2.queued, b2.queues = nil, b.queued, queues
	state.HistoryLimit = 0
	pay(env, 10*day, 2, "0.00")
	env.SetStartTime(start.Add(time.Hour))
	env.ExecuteWorkflow(workflows.Order, state)
	expect(t, env, b2, models.OutcomePaid, "invoice", "send order-confirmation/ord_1/1 invoice/INV-2026-000001", "close")
}
