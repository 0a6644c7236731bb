package workflows

import (
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"o2c/activities"
	"o2c/models"
)

// The hands of the order, by type: the worker registers the real ones.
var (
	credit         *activities.Credit
	fulfillment    *activities.Fulfillment
	invoicing      *activities.Invoicing
	collections    *activities.Collections
	creditNotes    *activities.CreditNotes
	reconciliation *activities.Reconciliation
	facts          *activities.Facts
	messages       *activities.Messages
)

// enter begins a new order. One that goes on knows where it stands, or, brought back by a late message, reads it first.
func (o *order) enter() {
	if o.Skipped > 0 { // on the development stack only; a wait that is cut short is a workflow that is cancelled
		_ = workflow.Sleep(o.ctx, o.Skipped)
		o.Skipped = 0
	}
	if o.Progress.Stage == "" && !o.Resume {
		o.Progress.Stage = models.Received
	}
}

func (o *order) read() { o.step("Read where the order stands", reconciliation.Load, o.at()) }

func (o *order) approveCredit() { o.step("Check credit", credit.Approve, o.at()) }

// recheckCredit checks credit on the day on which something begins or ends.
func (o *order) recheckCredit(next models.NextStep) {
	o.step("Check credit again", credit.Recheck, activities.FactStep{OrderID: o.OrderID, FactID: "on/" + next.At.UTC().Format(time.RFC3339), At: o.now()})
}

func (o *order) fulfil() {
	o.step("Reserve stock, ship what ships by itself", fulfillment.Fulfil, o.at())
}

func (o *order) invoice() { o.step("Invoice what was shipped", invoicing.Issue, o.at()) }

func (o *order) reconcile() { o.step("Reconcile and close", reconciliation.Close, o.at()) }

func (o *order) dun(next models.NextStep) {
	o.step("Issue "+next.Notice.Purpose(next.Invoice), collections.Dun, activities.DunInput{
		OrderID: o.OrderID, Invoice: next.Invoice, Level: next.Notice.Level, At: o.now(),
	})
}

// hear deals with the first message of the inbox.
func (o *order) hear() {
	message := o.Inbox[0]
	fact := activities.FactStep{OrderID: o.OrderID, FactID: message.ID, At: o.now()}
	switch message.Signal {
	case PaymentApplied:
		o.merge(*message.Receivable)
	case PaymentReversed:
		if o.Versions[message.Receivable.Invoice] < message.Receivable.Version || o.Progress.Stage == models.Closed {
			o.read() // the order may have been closed: the book says where it stands now
		}
	case ShipmentConfirmed:
		o.step("Record shipment "+message.ID, fulfillment.ConfirmShipment, fact)
	case DeliveryConfirmed:
		o.step("Record delivery "+message.ID, fulfillment.ConfirmDelivery, fact)
	case DisputeRaised:
		o.step("Open dispute "+message.ID, collections.OpenDispute, fact)
	case CreditRecheck:
		if o.Progress.Stage.WaitsForCredit() {
			o.step("Check credit again", credit.Recheck, fact)
		}
	case StockArrived:
		if o.Progress.Stage == models.Fulfilling {
			o.step("Go on with the stock that arrived", fulfillment.Fulfil, o.at())
		}
	}
	if o.Parked == nil {
		o.Inbox = o.Inbox[1:]
	}
}

// step runs one activity on the book and takes the order's progress from its answer. While it runs, no decision runs. A
// failure that no retry can cure parks the order.
func (o *order) step(summary string, activity, input any) {
	if err := o.run(o.ctx, summary, activity, input); err != nil {
		o.park(summary, input, err)
	}
}

// run is a step whose failure goes to the caller, whose coroutine ctx is.
func (o *order) run(ctx workflow.Context, summary string, activity, input any) error {
	if err := o.mutex.Lock(ctx); err != nil {
		return err
	}
	defer o.mutex.Unlock()
	workflow.SetCurrentDetails(ctx, summary+" …")
	var progress models.OrderProgress
	ctx = workflow.WithActivityOptions(ctx, stepOptions(summary))
	if err := workflow.ExecuteActivity(ctx, activity, input).Get(ctx, &progress); err != nil {
		return err
	}
	o.take(ctx, progress)
	return nil
}

// take accepts what a step says of the whole order.
func (o *order) take(ctx workflow.Context, progress models.OrderProgress) {
	o.send(ctx, progress.Messages)
	progress.Messages = nil
	o.Progress = progress
	for _, r := range progress.Receivables {
		o.newer(r)
	}
	o.turn++
}

// newer remembers the version of a receivable; false means that as new a one was heard before.
func (o *order) newer(r models.Receivable) bool {
	if r.Version <= o.Versions[r.Invoice] {
		return false
	}
	if o.Versions == nil {
		o.Versions = map[string]int{}
	}
	o.Versions[r.Invoice] = r.Version
	return true
}

// merge accepts news of one receivable. A step that runs meanwhile may have read it before: its answer is awaited, so that
// it can't bring the old state back.
func (o *order) merge(news models.Receivable) {
	if err := o.mutex.Lock(o.ctx); err != nil {
		return
	}
	defer o.mutex.Unlock()
	if o.newer(news) {
		o.Progress.Receivables = models.Merge(o.Progress.Receivables, news)
	}
	o.turn++
}

// send has messages sent beside everything else, but for those that are on their way out. One whose sending failed for good
// stays queued, and the answer of the next step names it again.
func (o *order) send(ctx workflow.Context, queued []string) {
	var keys []string
	for _, key := range queued {
		if !slices.Contains(o.sending, key) {
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 {
		return
	}
	o.sending = append(o.sending, keys...)
	input := activities.SendInput{Keys: keys, At: o.now()}
	workflow.Go(ctx, func(ctx workflow.Context) {
		ctx = workflow.WithActivityOptions(ctx, sendOptions("Send "+keys[0]))
		if err := workflow.ExecuteActivity(ctx, messages.Send, input).Get(ctx, nil); err != nil {
			workflow.GetLogger(ctx).Error("messages are not sent", "keys", keys, "error", err)
		}
		o.sending = slices.DeleteFunc(o.sending, func(key string) bool { return slices.Contains(keys, key) })
	})
}

// at is the step of now.
func (o *order) at() activities.OrderStep {
	return activities.OrderStep{OrderID: o.OrderID, At: o.now()}
}

// now is the business instant: the workflow's clock.
func (o *order) now() time.Time { return workflow.Now(o.ctx).UTC() }

// words says in a sentence where the order stands, for the Temporal UI.
func (o *order) words() string {
	p := o.Progress
	switch {
	case o.Parked != nil:
		return fmt.Sprintf("Parked at %q: %s. A manager can retry, skip or cancel.", o.Parked.Step, o.Parked.Detail)
	case p.BlockedBy != nil:
		return fmt.Sprintf("In %s: %s.", p.Stage, p.BlockedBy.Detail)
	case p.Stage == models.Fulfilling && p.Backordered:
		return "Waits for stock."
	case p.Stage == models.Fulfilling:
		return "Waits for the warehouse to confirm shipment."
	case p.Stage == models.Closed:
		return "Closed: " + string(p.Outcome) + "."
	}
	status := p.Status()
	text := fmt.Sprintf("Collecting: %s open on %d invoice(s).", p.Open().Text(), len(p.Receivables))
	if status.NextTimer != nil {
		text += fmt.Sprintf(" Next: %s at %s.", status.NextTimer.Purpose, status.NextTimer.At.UTC().Format(time.RFC3339))
	}
	return text
}
