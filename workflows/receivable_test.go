package workflows_test

import (
	"errors"
	"testing"
	"time"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"o2c/models"
	"o2c/workflows"
)

var sharedInvoice = workflows.ReceivableState{Invoice: "INV-2026-000001"}

func TestAnInvoiceOfNoSingleOrderIsDunnedUntilItIsPaid(t *testing.T) {
	t.Parallel()
	env, b := newEnvironment(t, models.Fulfilling)
	b.reopened = new(invoice(1, "119.00", 0, start.Add(27*day)))
	pay(env, 60*day, 9, "0.00")
	env.ExecuteWorkflow(workflows.Receivable, sharedInvoice)
	expect(t, env, b, models.OutcomePaid, "read", "dun 0", "dun 1", "dun 2", "settle")
}

func TestAnInvoiceOfNoSingleOrderTakesDisputesAndDecisions(t *testing.T) {
	t.Parallel()
	env, b := newEnvironment(t, models.Fulfilling)
	b.reopened = new(invoice(1, "119.00", 0, start.Add(27*day)))
	amount := eur("119.00")
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(workflows.DisputeRaised, workflows.FactSignal{ID: "dsp_1"}) }, day)
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(workflows.DisputeRaised, workflows.FactSignal{ID: "dsp_1"}) }, 2*day)
	env.RegisterDelayedCallback(func() {
		env.UpdateWorkflow(workflows.Intervene, "0", &answers{t: t, want: "invoice-not-parked"}, models.Intervention{Action: models.InterveneRetry})
		env.UpdateWorkflow(workflows.Credit, "2", &answers{t: t}, models.CreditRequest{ID: "2", Amount: &amount})
	}, 40*day) // nothing was dunned meanwhile
	env.ExecuteWorkflow(workflows.Receivable, sharedInvoice)
	expect(t, env, b, models.OutcomePaid, "read", "dispute", "credit 2 on day 40", "settle")
}

func TestAReversalBringsASettledInvoiceBack(t *testing.T) {
	t.Parallel()
	env, b := newEnvironment(t, models.Fulfilling)
	b.reopened = new(invoice(3, "119.00", 1, start.Add(2*day)))
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(workflows.PaymentReversed, *b.reopened) }, 0)
	pay(env, 10*day, 9, "0.00")
	state := sharedInvoice
	state.Resume = true
	env.ExecuteWorkflow(workflows.Receivable, state)
	expect(t, env, b, models.OutcomePaid, "read", "dun 1", "settle")
}

func TestAStepThatCannotBeTakenParksTheInvoice(t *testing.T) {
	t.Parallel()
	env, b := newEnvironment(t, models.Fulfilling)
	b.reopened = new(invoice(1, "119.00", 0, time.Time{}))
	b.fail["dispute"] = temporal.NewNonRetryableApplicationError("no", "unknown", errors.New("no"))
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(workflows.DisputeRaised, workflows.FactSignal{ID: "dsp_1"}) }, day)
	pay(env, 2*day, 9, "0.00") // waits behind it
	env.RegisterDelayedCallback(func() {
		env.UpdateWorkflow(workflows.Intervene, "1", &answers{t: t, want: "invalid-action"}, models.Intervention{Action: models.InterveneCancel})
		env.UpdateWorkflow(workflows.Intervene, "2", &answers{t: t}, models.Intervention{ID: "2", Action: models.InterveneSkip, Reason: "told twice"})
	}, 3*day)
	env.ExecuteWorkflow(workflows.Receivable, sharedInvoice)
	expect(t, env, b, models.OutcomePaid, "read", "dispute", "refuse dsp_1", "settle")
}

func TestAnInvoiceContinuesAsNewAtEveryTurn(t *testing.T) {
	t.Parallel()
	state := sharedInvoice
	state.HistoryLimit = 1
	var all []string
	for now, run := start, 0; ; run++ {
		if run > 50 {
			t.Fatal("the invoice does not end")
		}
		env, b := newEnvironment(t, models.Fulfilling)
		env.SetStartTime(now)
		b.p = state.Progress
		b.p.CustomerID, b.p.Currency = "cus_1", "EUR"
		b.reopened = new(invoice(1, "119.00", 0, start.Add(27*day)))
		if due := start.AddDate(0, 0, 30).Sub(now); due > 0 {
			pay(env, due, 5, "0.00")
		}
		env.ExecuteWorkflow(workflows.Receivable, state)
		all = append(all, b.did()...)
		var next *workflow.ContinueAsNewError
		err := env.GetWorkflowError()
		if err == nil {
			expect(t, env, b, models.OutcomePaid, b.did()...)
			break
		}
		if !temporalAs(err, &next) {
			t.Fatal(err)
		}
		if err = converter.GetDefaultDataConverter().FromPayloads(next.Input, &state); err != nil {
			t.Fatal(err)
		}
		now = env.Now()
	}
	if len(all) != 3 || all[0] != "read" || all[1] != "dun 0" || all[2] != "settle" {
		t.Errorf("steps %q, want read, dun 0, settle", all)
	}
}

// An order with a share in an invoice that is not its own waits until it is settled, and comes back when it is open again.
func TestAnOrderWaitsUntilTheInvoiceThatItSharesIsSettled(t *testing.T) {
	t.Parallel()
	env, b := newEnvironment(t, models.Fulfilling)
	state := workflows.OrderState{OrderID: "ord_1"}
	state.Progress = models.OrderProgress{
		OrderID: "ord_1", CustomerID: "cus_1", Currency: "EUR", Stage: models.Collecting, SharedInvoices: []string{"INV-2026-000001"},
	}
	settled := invoice(4, "0.00", 0, time.Time{})
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(workflows.InvoiceSettled, settled) }, 10*day)
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(workflows.InvoiceSettled, settled) }, 10*day) // told twice
	env.ExecuteWorkflow(workflows.Order, state)
	expect(t, env, b, models.OutcomePaid, "load")
}
