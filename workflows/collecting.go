package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"o2c/activities"
	"o2c/models"
)

// collecting is what every workflow does that has money to collect: an order for its invoices, a Receivable for an invoice that
// belongs to no single order. It hears what is said of them, duns them, has disputes resolved and credit notes issued, one step
// at a time, and waits in between. What it is for is in this file; how it hears, takes steps, waits and is parked in those beside.
type collecting struct {
	CollectingState

	ctx     workflow.Context
	orderID string // "" for an invoice that belongs to no single order
	invoice string // that invoice
	words   func() string

	facts   []string       // the signals that carry a FactSignal, in the order in which they are drained
	news    []string       // the signals that carry news of a receivable
	mutex   workflow.Mutex // held by whoever runs an activity
	turn    int            // counts the changes of the state, to wake who waits for one
	sending []string       // keys of messages on their way out
	telling bool           // warehouses outside are being told
	timer   timer
	shown   attributes
}

// What a workflow that collects does for its messages, which models does not know.
const (
	read models.Action = "read" // find out where it stands: it was brought back
	hear models.Action = "hear" // deal with a message
)

// next is what it does now: what it was told comes first, then what follows from its progress. An order is entered before it
// listens.
func (c *collecting) next() models.NextStep {
	switch {
	case c.Parked != nil:
		return models.NextStep{Action: models.Wait}
	case c.Progress.Stage == "":
		return models.NextStep{Action: read}
	case len(c.Inbox) > 0 && c.Progress.Stage != models.Received:
		return models.NextStep{Action: hear}
	default:
		return c.Progress.Next(workflow.Now(c.ctx))
	}
}

// dun issues the notice that is due.
func (c *collecting) dun(next models.NextStep) {
	c.step("Issue "+next.Notice.Purpose(next.Invoice), collections.Dun, activities.DunInput{
		OrderID: c.orderID, Invoice: next.Invoice, Instalment: next.Notice.Instalment, Level: next.Notice.Level, At: c.now(),
	})
}

// judge deals with what came due of an invoice and is no notice.
func (c *collecting) judge(next models.NextStep) {
	c.step("Judge: "+next.Due.Purpose(), collections.Judge, activities.JudgeInput{
		OrderID: c.orderID, Invoice: next.Invoice, Kind: next.Due.Kind, ID: next.Due.ID, At: c.now(),
	})
}

// hear deals with a message about an invoice. reread asks the book where everything stands.
func (c *collecting) hear(message Message, reread func()) {
	switch message.Signal {
	case PaymentApplied:
		c.merge(*message.Receivable)
	case PaymentReversed:
		if c.Versions[message.Receivable.Invoice] < message.Receivable.Version || c.Progress.Stage == models.Closed {
			reread() // it may have been closed: the book says where it stands now
		}
	case DisputeRaised:
		c.step("Open dispute "+message.ID, collections.OpenDispute, c.fact(message))
	case PromiseMade:
		c.step("Record promise "+message.ID, collections.RecordPromise, c.fact(message))
	}
}

// hearNext deals with the first message of the inbox. One at which the step can't be taken stays.
func (c *collecting) hearNext(deal func(Message)) {
	deal(c.Inbox[0])
	if c.Parked == nil {
		c.Inbox = c.Inbox[1:]
	}
}

func (c *collecting) validateHold(workflow.Context, models.HoldDecision) error {
	return c.refuseWhenClosed()
}

func (c *collecting) holdDunning(ctx workflow.Context, decision models.HoldDecision) (models.OrderProgress, error) {
	summary := "Hold the dunning of " + decision.Invoice
	if decision.Lift {
		summary = "Lift the dunning hold of " + decision.Invoice
	}
	return c.decide(ctx, summary, collections.HoldDunning, func() any {
		return activities.HoldInput{OrderID: c.orderID, Decision: decision, At: c.now()}
	})
}

func (c *collecting) validateWithdrawal(workflow.Context, models.PromiseWithdrawal) error {
	return c.refuseWhenClosed()
}

func (c *collecting) withdrawPromise(ctx workflow.Context, withdrawal models.PromiseWithdrawal) (models.OrderProgress, error) {
	return c.decide(ctx, "Withdraw promise "+withdrawal.PromiseID, collections.WithdrawPromise, func() any {
		return activities.WithdrawInput{OrderID: c.orderID, Withdrawal: withdrawal, At: c.now()}
	})
}

func (c *collecting) validatePlan(workflow.Context, models.PlanDecision) error {
	return c.refuseWhenClosed()
}

func (c *collecting) planInstalments(ctx workflow.Context, decision models.PlanDecision) (models.OrderProgress, error) {
	summary := "Plan the instalments of " + decision.Invoice
	switch {
	case decision.Withdraw != "":
		summary = "Withdraw the instalment plan of " + decision.Invoice
	case decision.Approval != nil:
		summary = "Decide on the instalment plan of " + decision.Invoice + ": " + string(decision.Approval.Decision)
	}
	return c.decide(ctx, summary, collections.PlanInstalments, func() any {
		return activities.PlanInput{OrderID: c.orderID, Decision: decision, At: c.now()}
	})
}

// What is closed takes a credit note as well: nothing is open of its invoices, so that it becomes customer credit.
func (c *collecting) validateCredit(_ workflow.Context, request models.CreditRequest) error {
	if err := request.Validate(); err != nil {
		return refusal(err)
	}
	return nil
}

func (c *collecting) creditInvoice(ctx workflow.Context, request models.CreditRequest) (models.OrderProgress, error) {
	return c.decide(ctx, "Credit "+request.Invoice, creditNotes.IssueCreditNote, func() any {
		return activities.CreditInput{OrderID: c.orderID, Request: request, At: c.now()}
	})
}

// fact is the step that deals with a fact.
func (c *collecting) fact(message Message) activities.FactStep {
	return activities.FactStep{OrderID: c.orderID, Invoice: c.invoice, FactID: message.ID, At: c.now()}
}

// now is the business instant: the workflow's clock.
func (c *collecting) now() time.Time { return workflow.Now(c.ctx).UTC() }

// parkedWords says in a sentence why a step is not taken.
func (c *collecting) parkedWords(help string) string {
	return fmt.Sprintf("Parked at %q: %s. %s", c.Parked.Step, c.Parked.Detail, help)
}

// collectingWords says in a sentence what is open, and what comes next.
func (c *collecting) collectingWords() string {
	p := c.Progress
	text := fmt.Sprintf("Collecting: %s open on %d invoice(s).", p.Open().Text(), len(p.Receivables))
	if status := p.Status(); status.NextTimer != nil {
		text += fmt.Sprintf(" Next: %s at %s.", status.NextTimer.Purpose, status.NextTimer.At.UTC().Format(time.RFC3339))
	}
	return text
}
