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

// do takes one step. A step that can't be taken parks the order until a person intervenes.
func (o *order) do(step models.NextStep) {
	switch step.Action {
	case models.ApproveCredit:
		o.approveCredit()
	case models.RecheckCredit:
		o.recheckCredit(step)
	case models.ActOnHold:
		o.actOnHold(step)
	case models.ActOnBackorder:
		o.actOnBackorder(step)
	case models.Fulfil:
		o.fulfil()
	case models.IssueInvoices:
		o.issueInvoices()
	case models.Dun:
		o.dun(step)
	case models.Judge:
		o.judge(step)
	case models.Finish:
		o.reconcile()
	case read:
		o.read()
	case hear:
		o.hearNext(o.hear)
	case models.Wait:
		o.wait(step)
	}
}
