package workflows_test

import (
	"context"
	"testing"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"o2c/models"
	"o2c/workflows"
)

// pausedFirst is an order that was changed: it pauses before anything else. Without the gate its old histories do not replay
// (TestAChangedOrderDoesNotReplay).
func pausedFirst(ctx workflow.Context, state workflows.OrderState) (models.Outcome, error) {
	if workflows.Change("paused-first").In(ctx) {
		if err := workflow.Sleep(ctx, time.Hour); err != nil {
			return "", err
		}
	}
	return workflows.Order(ctx, state)
}

// An order that began before a change goes on as it began, and one that begins after it goes the new way.
func TestAChangeIsForOrdersThatBeginAfterIt(t *testing.T) {
	t.Parallel()
	for _, file := range histories(t) {
		if err := replayer(pausedFirst).ReplayWorkflowHistoryFromJSONFile(nil, file); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	env, b := newEnvironment(t, models.Fulfilling)
	env.RegisterWorkflow(pausedFirst)
	pay(env, 10*day, 2, "0.00")
	var approved time.Time
	env.SetOnActivityStartedListener(func(*activity.Info, context.Context, converter.EncodedValues) {
		if approved.IsZero() {
			approved = env.Now()
		}
	})
	env.ExecuteWorkflow(pausedFirst, workflows.OrderState{OrderID: "ord_1"})
	expect(t, env, b, models.OutcomePaid, "approve", "fulfil", "invoice", "send invoice/INV-2026-000001", "close")
	if approved.Sub(start) != time.Hour {
		t.Errorf("a new order begins after %s, want the pause of the change", approved.Sub(start))
	}
}
