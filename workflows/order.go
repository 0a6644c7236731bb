package workflows

import (
	"go.temporal.io/sdk/workflow"

	"o2c/models"
)

// Order is the life of one sales order, from entry to cash in the bank.
func Order(ctx workflow.Context, state OrderState) (models.Outcome, error) {
	o := listen(ctx, state) // signals, updates and the query: from here on nothing said to the order is lost
	o.enter()
	for o.open() { // ship, invoice and collect go on side by side: an invoice is collected from the moment it exists
		if o.tooLong() {
			return "", o.continueAsNew()
		}
		o.do(o.next()) // the next step is a pure function of the state and the time
	}
	return o.close()
}

// next is what the order does now: once it is entered, what it was told comes first, then what follows from its progress.
func (o *order) next() models.NextStep {
	switch {
	case o.Parked != nil:
		return models.NextStep{Action: models.Wait}
	case o.Progress.Stage == "":
		return models.NextStep{Action: read}
	case len(o.Inbox) > 0 && o.Progress.Stage != models.Received:
		return models.NextStep{Action: hear}
	default:
		return o.Progress.Next(workflow.Now(o.ctx))
	}
}

// do takes one step. A step that can't be taken parks the order until a person intervenes.
func (o *order) do(step models.NextStep) {
	switch step.Action {
	case models.ApproveCredit:
		o.approveCredit()
	case models.RecheckCredit:
		o.recheckCredit(step)
	case models.Fulfil:
		o.fulfil()
	case models.IssueInvoices:
		o.invoice()
	case models.Dun:
		o.dun(step)
	case models.Finish:
		o.reconcile()
	case read:
		o.read()
	case hear:
		o.hear()
	case models.Wait:
		o.wait(step)
	}
}

// open is true until the order is closed, everything that was said to it is dealt with, and nothing is on its way out.
func (o *order) open() bool {
	o.drain()
	return !o.done()
}

func (o *order) done() bool {
	return o.Progress.Stage == models.Closed && len(o.Inbox) == 0 && len(o.sending) == 0 && workflow.AllHandlersFinished(o.ctx)
}

// close ends the workflow. Nothing can have been said since open was asked: the order has not paused in between.
func (o *order) close() (models.Outcome, error) {
	o.publish()
	return o.Progress.Outcome, nil
}
