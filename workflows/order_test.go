package workflows_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"o2c/activities"
	"o2c/models"
	"o2c/workflows"
)

var start = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

// book stands for the activities in the tests of the story alone: it answers with what the real ones would say of one order
// and writes down what it was asked. The real ones are tested on the real engine in internal/e2e.
type book struct {
	mu    sync.Mutex
	calls []string
	p     models.OrderProgress
	fail  map[string]error // by step, once
	// queues are what a step has queued, by step. It stays queued until it is sent.
	queues map[string]string
	queued []string
	// reopened is what the book says is open of an order that comes back; nil: nothing, it is closed.
	reopened *models.Receivable
}

func (b *book) say(step string, change func(*models.OrderProgress)) (models.OrderProgress, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls = append(b.calls, step)
	if err := b.fail[step]; err != nil {
		delete(b.fail, step)
		return models.OrderProgress{}, err
	}
	change(&b.p)
	p := b.p
	if key := b.queues[step]; key != "" {
		b.queued = append(b.queued, key)
	}
	if b.queues != nil {
		p.Messages = slices.Clone(b.queued)
	}
	return p, nil
}

func (b *book) did() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.calls)
}

func eur(s string) models.Money {
	m, err := models.ParseMoney(s, "EUR")
	if err != nil {
		panic(err)
	}
	return m
}

func invoice(version int, open string, level int, at time.Time) models.Receivable {
	r := models.Receivable{Invoice: "INV-2026-000001", Version: version, Open: eur(open), Disputed: eur("0.00")}
	if !at.IsZero() {
		r.Next = &models.PlannedNotice{Level: level, At: at, Channel: "email", Action: "notice"}
	}
	return r
}

// newEnvironment runs the order's workflow over a book whose credit check decides as told.
func newEnvironment(t *testing.T, decided models.Stage) (*testsuite.TestWorkflowEnvironment, *book) {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.SetStartTime(start)
	env.RegisterWorkflow(workflows.Order)
	env.RegisterWorkflow(workflows.Receivable)
	b := &book{p: models.OrderProgress{OrderID: "ord_1", CustomerID: "cus_1", Currency: "EUR"}, fail: map[string]error{}}
	approve := func(p *models.OrderProgress) {
		p.Stage, p.BlockedBy, p.Unreserved = decided, nil, decided == models.Fulfilling
		if decided == models.CreditHold {
			p.BlockedBy = &models.Block{Code: "credit-hold", Detail: "too much"}
		}
	}
	register := func(name string, fn any) { env.RegisterActivityWithOptions(fn, activityName(name)) }
	register("Approve", func(context.Context, activities.OrderStep) (models.OrderProgress, error) {
		return b.say("approve", approve)
	})
	register("Recheck", func(context.Context, activities.FactStep) (models.OrderProgress, error) {
		return b.say("recheck", func(p *models.OrderProgress) { p.Stage, p.BlockedBy, p.Unreserved = models.Fulfilling, nil, true })
	})
	register("Rule", func(_ context.Context, in activities.RuleInput) (models.OrderProgress, error) {
		return b.say("rule "+string(in.Ruling.Decision), func(p *models.OrderProgress) {
			p.BlockedBy, p.Stage, p.Unreserved = nil, models.Fulfilling, true
			if in.Ruling.Decision == models.Reject {
				p.Stage, p.Unreserved, p.Outcome = models.Closed, false, models.OutcomeRejected
			}
		})
	})
	register("Fulfil", func(context.Context, activities.OrderStep) (models.OrderProgress, error) {
		return b.say("fulfil", func(p *models.OrderProgress) { p.Unreserved, p.ToInvoice, p.Stage = false, true, models.Invoicing })
	})
	register("Issue", func(context.Context, activities.OrderStep) (models.OrderProgress, error) {
		return b.say("invoice", func(p *models.OrderProgress) {
			p.ToInvoice, p.Stage, p.Messages = false, models.Collecting, []string{"invoice/INV-2026-000001"}
			p.Receivables = []models.Receivable{invoice(1, "119.00", 0, start.AddDate(0, 0, 27))}
		})
	})
	register("Dun", func(_ context.Context, in activities.DunInput) (models.OrderProgress, error) {
		return b.say("dun "+string(rune('0'+in.Level)), func(p *models.OrderProgress) {
			p.Messages = nil
			next := invoice(p.Receivables[0].Version+1, "119.00", in.Level+1, in.At.AddDate(0, 0, 14))
			if in.Level == 3 {
				next.Next = nil
			}
			p.Receivables = []models.Receivable{next}
		})
	})
	register("OpenDispute", func(context.Context, activities.FactStep) (models.OrderProgress, error) {
		return b.say("dispute", func(p *models.OrderProgress) {
			disputed := invoice(p.Receivables[0].Version+1, "119.00", 0, time.Time{})
			disputed.Disputed = eur("119.00")
			p.Receivables, p.Messages = []models.Receivable{disputed}, nil
		})
	})
	register("IssueCreditNote", func(_ context.Context, in activities.CreditInput) (models.OrderProgress, error) {
		return b.say("credit "+in.Request.ID+" on day "+fmt.Sprint(int(in.At.Sub(start)/day)), func(p *models.OrderProgress) {
			p.Messages, p.Receivables = nil, nil
			if p.Stage != models.Closed {
				p.Stage = models.Reconciling
			}
		})
	})
	register("Cancel", func(context.Context, activities.CancelInput) (models.OrderProgress, error) {
		return b.say("cancel", func(p *models.OrderProgress) {
			p.Stage, p.Outcome, p.BlockedBy = models.Closed, models.OutcomeCancelled, nil
		})
	})
	register("Close", func(context.Context, activities.OrderStep) (models.OrderProgress, error) {
		return b.say("close", func(p *models.OrderProgress) {
			p.Stage, p.Outcome, p.Receivables, p.Messages = models.Closed, models.OutcomePaid, nil, nil
		})
	})
	register("Load", func(context.Context, activities.OrderStep) (models.OrderProgress, error) {
		return b.say("load", func(p *models.OrderProgress) {
			p.Stage, p.Outcome = models.Closed, models.OutcomePaid
			if b.reopened != nil {
				p.Stage, p.Outcome, p.Receivables = models.Collecting, "", []models.Receivable{*b.reopened}
			}
		})
	})
	register("ReadReceivable", func(context.Context, activities.ReceivableStep) (models.OrderProgress, error) {
		return b.say("read", func(p *models.OrderProgress) {
			p.OrderID, p.Stage, p.Receivables = "", models.Collecting, nil
			if b.reopened != nil {
				p.Receivables = []models.Receivable{*b.reopened}
			}
		})
	})
	register("SettleReceivable", func(context.Context, activities.ReceivableStep) (models.OrderProgress, error) {
		return b.say("settle", func(p *models.OrderProgress) {
			p.Stage, p.Outcome, p.Receivables, p.Messages = models.Closed, models.OutcomePaid, nil, nil
		})
	})
	register("ConfirmDelivery", func(context.Context, activities.FactStep) (models.OrderProgress, error) {
		return b.say("delivered", func(*models.OrderProgress) {})
	})
	register("Refuse", func(_ context.Context, in activities.RefuseInput) error {
		_, err := b.say("refuse "+in.FactID, func(*models.OrderProgress) {})
		return err
	})
	register("Send", func(_ context.Context, in activities.SendInput) error {
		_, err := b.say("send "+strings.Join(in.Keys, " "), func(*models.OrderProgress) {
			b.queued = slices.DeleteFunc(b.queued, func(key string) bool { return slices.Contains(in.Keys, key) })
		})
		return err
	})
	return env, b
}

func pay(env *testsuite.TestWorkflowEnvironment, after time.Duration, version int, open string) {
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(workflows.PaymentApplied, invoice(version, open, 0, time.Time{})) }, after)
}

func expect(t *testing.T, env *testsuite.TestWorkflowEnvironment, b *book, outcome models.Outcome, calls ...string) {
	t.Helper()
	if !env.IsWorkflowCompleted() || env.GetWorkflowError() != nil {
		t.Fatalf("the workflow ended = %t with %v", env.IsWorkflowCompleted(), env.GetWorkflowError())
	}
	var got models.Outcome
	if err := env.GetWorkflowResult(&got); err != nil || got != outcome {
		t.Errorf("outcome %q (%v), want %q", got, err, outcome)
	}
	if did := b.did(); !slices.Equal(did, calls) {
		t.Errorf("steps\n got %q\nwant %q", did, calls)
	}
}

const day = 24 * time.Hour

func TestAnOrderThatIsPaidInTimeIsNotDunned(t *testing.T) {
	t.Parallel()
	env, b := newEnvironment(t, models.Fulfilling)
	pay(env, 10*day, 2, "0.00")
	env.ExecuteWorkflow(workflows.Order, workflows.OrderState{OrderID: "ord_1"})
	expect(t, env, b, models.OutcomePaid, "approve", "fulfil", "invoice", "send invoice/INV-2026-000001", "close")
}

func TestAnOrderThatIsNotPaidIsDunnedLevelByLevel(t *testing.T) {
	t.Parallel()
	env, b := newEnvironment(t, models.Fulfilling)
	pay(env, 200*day, 9, "0.00")
	env.ExecuteWorkflow(workflows.Order, workflows.OrderState{OrderID: "ord_1"})
	expect(t, env, b, models.OutcomePaid, "approve", "fulfil", "invoice", "send invoice/INV-2026-000001", "dun 0", "dun 1", "dun 2", "dun 3", "close")
}

func TestNewsOfAnOlderVersionChangesNothing(t *testing.T) {
	t.Parallel()
	env, b := newEnvironment(t, models.Fulfilling)
	pay(env, 5*day, 3, "50.00")
	pay(env, 6*day, 2, "119.00")
	pay(env, 7*day, 3, "0.00") // the version is known already
	env.RegisterDelayedCallback(func() {
		value, err := env.QueryWorkflow(workflows.StatusQuery)
		var status models.OrderStatus
		if err != nil || value.Get(&status) != nil || status.OpenAmount != "50.00" {
			t.Errorf("open is %q (%v), want 50.00", status.OpenAmount, err)
		}
	}, 8*day)
	settled := invoice(3, "0.00", 0, time.Time{})
	settled.Invoice = "INV-2026-000002" // not known yet, and settled before the older news of it come
	stale := invoice(2, "10.00", 0, time.Time{})
	stale.Invoice = settled.Invoice
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(workflows.PaymentApplied, settled) }, 7*day+time.Hour)
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(workflows.PaymentApplied, stale) }, 7*day+2*time.Hour)
	pay(env, 9*day, 4, "0.00")
	env.ExecuteWorkflow(workflows.Order, workflows.OrderState{OrderID: "ord_1"})
	expect(t, env, b, models.OutcomePaid, "approve", "fulfil", "invoice", "send invoice/INV-2026-000001", "close")
}

func TestAHeldOrderWaitsForItsRelease(t *testing.T) {
	t.Parallel()
	env, b := newEnvironment(t, models.CreditHold)
	release := func(after time.Duration, id string, ruling models.CreditRuling, want string) {
		env.RegisterDelayedCallback(func() {
			env.UpdateWorkflow(workflows.DecideCredit, id, &answers{t: t, want: want}, ruling)
		}, after)
	}
	release(time.Hour, "1", models.CreditRuling{ID: "1", Decision: "perhaps"}, "invalid-decision")
	release(2*time.Hour, "2", models.CreditRuling{ID: "2", Decision: models.Release}, "")
	release(3*time.Hour, "3", models.CreditRuling{ID: "3", Decision: models.Release}, "order-not-on-hold")
	pay(env, 10*day, 2, "0.00")
	env.ExecuteWorkflow(workflows.Order, workflows.OrderState{OrderID: "ord_1"})
	expect(t, env, b, models.OutcomePaid, "approve", "rule release", "fulfil", "invoice", "send invoice/INV-2026-000001", "close")
}

func TestARejectedOrderEnds(t *testing.T) {
	t.Parallel()
	env, b := newEnvironment(t, models.CreditHold)
	env.RegisterDelayedCallback(func() {
		env.UpdateWorkflow(workflows.DecideCredit, "1", &answers{t: t}, models.CreditRuling{ID: "1", Decision: models.Reject})
	}, time.Hour)
	env.ExecuteWorkflow(workflows.Order, workflows.OrderState{OrderID: "ord_1"})
	expect(t, env, b, models.OutcomeRejected, "approve", "rule reject")
}

func TestAFactThatIsToldTwiceIsDealtWithOnce(t *testing.T) {
	t.Parallel()
	env, b := newEnvironment(t, models.CreditHold)
	for i := range 3 {
		env.RegisterDelayedCallback(func() { env.SignalWorkflow(workflows.CreditRecheck, workflows.FactSignal{ID: "pay_1"}) }, time.Duration(i)*time.Hour)
	}
	pay(env, 10*day, 2, "0.00")
	env.ExecuteWorkflow(workflows.Order, workflows.OrderState{OrderID: "ord_1"})
	expect(t, env, b, models.OutcomePaid, "approve", "recheck", "fulfil", "invoice", "send invoice/INV-2026-000001", "close")
}

func TestADisputeOverEverythingPausesDunning(t *testing.T) {
	t.Parallel()
	env, b := newEnvironment(t, models.Fulfilling)
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(workflows.DisputeRaised, workflows.FactSignal{ID: "dsp_1"}) }, 5*day)
	pay(env, 300*day, 9, "0.00")
	env.ExecuteWorkflow(workflows.Order, workflows.OrderState{OrderID: "ord_1"})
	expect(t, env, b, models.OutcomePaid, "approve", "fulfil", "invoice", "send invoice/INV-2026-000001", "dispute", "close")
}

func TestAStepThatCannotBeTakenParksTheOrder(t *testing.T) {
	t.Parallel()
	env, b := newEnvironment(t, models.Fulfilling)
	b.fail["invoice"] = temporal.NewNonRetryableApplicationError("disk on fire", "unknown", nil)
	env.RegisterDelayedCallback(func() {
		value, err := env.QueryWorkflow(workflows.StatusQuery)
		var status models.OrderStatus
		if err != nil || value.Get(&status) != nil || status.BlockedBy == nil || status.BlockedBy.Code != "technical:unknown" {
			t.Errorf("status %+v (%v), want it blocked by technical:unknown", status, err)
		}
		env.UpdateWorkflow(workflows.Intervene, "1", &answers{t: t, want: "step-not-skippable"}, models.Intervention{ID: "1", Action: models.InterveneSkip})
		env.UpdateWorkflow(workflows.Intervene, "2", &answers{t: t}, models.Intervention{ID: "2", Action: models.InterveneRetry})
	}, day)
	pay(env, 10*day, 2, "0.00")
	env.ExecuteWorkflow(workflows.Order, workflows.OrderState{OrderID: "ord_1"})
	expect(t, env, b, models.OutcomePaid, "approve", "fulfil", "invoice", "invoice", "send invoice/INV-2026-000001", "close")
}

func TestSkippingRefusesTheFactAtWhichTheOrderIsParked(t *testing.T) {
	t.Parallel()
	env, b := newEnvironment(t, models.Fulfilling)
	b.fail["dispute"] = temporal.NewNonRetryableApplicationError("disk on fire", "unknown", nil)
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(workflows.DisputeRaised, workflows.FactSignal{ID: "dsp_1"}) }, day)
	env.RegisterDelayedCallback(func() {
		env.UpdateWorkflow(workflows.Intervene, "1", &answers{t: t}, models.Intervention{ID: "1", Action: models.InterveneSkip})
	}, 2*day)
	pay(env, 10*day, 2, "0.00")
	env.ExecuteWorkflow(workflows.Order, workflows.OrderState{OrderID: "ord_1"})
	expect(t, env, b, models.OutcomePaid, "approve", "fulfil", "invoice", "send invoice/INV-2026-000001", "dispute", "refuse dsp_1", "close")
}

func TestALateMessageBringsAClosedOrderBack(t *testing.T) {
	t.Parallel()
	env, b := newEnvironment(t, models.Fulfilling)
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(workflows.DeliveryConfirmed, workflows.FactSignal{ID: "dlv_1"}) }, 0)
	env.ExecuteWorkflow(workflows.Order, workflows.OrderState{OrderID: "ord_1", CollectingState: workflows.CollectingState{Resume: true}})
	expect(t, env, b, models.OutcomePaid, "load", "delivered")
}

func TestACreditNoteSettlesAnOrder(t *testing.T) {
	t.Parallel()
	env, b := newEnvironment(t, models.Fulfilling)
	amount := eur("119.00")
	env.RegisterDelayedCallback(func() {
		env.UpdateWorkflow(workflows.Credit, "1", &answers{t: t, want: "invalid-credit-note"}, models.CreditRequest{ID: "1"})
		env.UpdateWorkflow(workflows.Credit, "2", &answers{t: t}, models.CreditRequest{ID: "2", Amount: &amount})
	}, 5*day)
	env.ExecuteWorkflow(workflows.Order, workflows.OrderState{OrderID: "ord_1"})
	expect(t, env, b, models.OutcomePaid, "approve", "fulfil", "invoice", "send invoice/INV-2026-000001", "credit 2 on day 5", "close")
}

// A closed order is brought back for a credit note, reads where it stands, and ends again. Where the customer's clock runs
// ahead, it waits for that first.
func TestACreditNoteBringsAClosedOrderBack(t *testing.T) {
	t.Parallel()
	env, b := newEnvironment(t, models.Fulfilling)
	amount := eur("1.00")
	env.RegisterDelayedCallback(func() {
		env.UpdateWorkflow(workflows.Credit, "1", &answers{t: t}, models.CreditRequest{ID: "1", Amount: &amount})
	}, 0)
	env.ExecuteWorkflow(workflows.Order, workflows.OrderState{OrderID: "ord_1", CollectingState: workflows.CollectingState{Resume: true, Skipped: 20 * day}})
	expect(t, env, b, models.OutcomePaid, "load", "credit 1 on day 20")
}

// A closed order whose payment was taken back collects again: it is dunned on until it is paid.
func TestAReversalBringsAClosedOrderBack(t *testing.T) {
	t.Parallel()
	env, b := newEnvironment(t, models.Fulfilling)
	b.reopened = new(invoice(3, "119.00", 1, start.Add(2*day)))
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(workflows.PaymentReversed, *b.reopened) }, 0)
	pay(env, 10*day, 9, "0.00")
	env.ExecuteWorkflow(workflows.Order, workflows.OrderState{OrderID: "ord_1", CollectingState: workflows.CollectingState{Resume: true}})
	expect(t, env, b, models.OutcomePaid, "load", "dun 1", "close")
}

// A payment that is taken back while its order closes: the order reads where it stands before it ends, and goes on.
func TestAReversalWhileTheOrderClosesKeepsItAlive(t *testing.T) {
	t.Parallel()
	env, b := newEnvironment(t, models.Fulfilling)
	b.reopened = new(invoice(3, "119.00", 0, start.Add(20*day)))
	pay(env, 10*day, 2, "0.00")
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(workflows.PaymentReversed, *b.reopened) }, 10*day)
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(workflows.PaymentReversed, invoice(2, "50.00", 0, time.Time{})) }, 11*day) // older news
	pay(env, 30*day, 9, "0.00")
	env.ExecuteWorkflow(workflows.Order, workflows.OrderState{OrderID: "ord_1"})
	expect(t, env, b, models.OutcomePaid, "approve", "fulfil", "invoice", "send invoice/INV-2026-000001", "close", "load", "dun 0", "close")
}

// The same steps and the same outcome when every turn is a run of its own.
func TestContinueAsNewAtEveryTurnChangesNothing(t *testing.T) {
	t.Parallel()
	state := workflows.OrderState{OrderID: "ord_1", CollectingState: workflows.CollectingState{HistoryLimit: 1}}
	var all []string
	now := start
	for run := 0; ; run++ {
		if run > 50 {
			t.Fatal("the order does not end")
		}
		env, b := newEnvironment(t, models.Fulfilling)
		env.SetStartTime(now)
		b.p = state.Progress
		b.p.OrderID, b.p.CustomerID, b.p.Currency = "ord_1", "cus_1", "EUR"
		if due := start.AddDate(0, 0, 30).Sub(now); due > 0 {
			pay(env, due, 5, "0.00")
		}
		env.ExecuteWorkflow(workflows.Order, state)
		all = append(all, b.did()...)
		err := env.GetWorkflowError()
		if err == nil {
			break
		}
		var next *workflow.ContinueAsNewError
		if !temporalAs(err, &next) {
			t.Fatal(err)
		}
		if err = converter.GetDefaultDataConverter().FromPayloads(next.Input, &state); err != nil {
			t.Fatal(err)
		}
		now = env.Now()
	}
	want := []string{"approve", "fulfil", "invoice", "send invoice/INV-2026-000001", "dun 0", "close"}
	if !slices.Equal(all, want) {
		t.Errorf("steps\n got %q\nwant %q", all, want)
	}
}
