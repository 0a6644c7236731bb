package workflows

import (
	"go.temporal.io/sdk/workflow"

	"o2c/activities"
	"o2c/models"
)

var receivables *activities.Receivables

// Receivable collects an invoice that belongs to no single order, such as one for a whole period, and tells its orders when it is
// settled.
func Receivable(ctx workflow.Context, state ReceivableState) (models.Outcome, error) {
	r := listenForInvoice(ctx, state) // from here on nothing said of the invoice is lost
	r.enter()
	for r.open() {
		if r.tooLong() {
			return "", r.continueAsNew()
		}
		r.do(r.next())
	}
	return r.close()
}

// receivable is a running Receivable workflow.
type receivable struct{ collecting }

func listenForInvoice(ctx workflow.Context, state ReceivableState) *receivable {
	r := &receivable{collecting{CollectingState: state.CollectingState, ctx: ctx, invoice: state.Invoice}}
	r.words = r.inWords
	r.listen(nil, nil)
	must(workflow.SetUpdateHandlerWithOptions(ctx, Intervene, r.move, workflow.UpdateHandlerOptions{
		Validator: r.validateIntervention, Description: "Retry or skip at the step where the invoice is parked"}))
	return r
}

// do takes one step. A step that can't be taken parks the invoice until a person intervenes.
func (r *receivable) do(step models.NextStep) {
	switch step.Action {
	case read:
		r.read()
	case hear:
		r.hearNext(func(message Message) { r.hear(message, r.read) })
	case models.Dun:
		r.dun(step)
	case models.Judge:
		r.judge(step)
	case models.Finish:
		r.settle()
	default:
		r.wait(step)
	}
}

func (r *receivable) read() {
	r.step("Read where the invoice stands", receivables.ReadReceivable, r.at())
}

// settle ends the collecting of an invoice of which nothing is open, and tells its orders so.
func (r *receivable) settle() {
	r.step("Tell the orders that the invoice is settled", receivables.SettleReceivable, r.at())
}

func (r *receivable) at() activities.ReceivableStep {
	return activities.ReceivableStep{Invoice: r.invoice, At: r.now()}
}

func (r *receivable) validateIntervention(_ workflow.Context, intervention models.Intervention) error {
	if r.Parked == nil {
		return refusal(models.Conflict("invoice-not-parked", "the invoice is not parked"))
	}
	return r.validateMove(intervention, models.InterveneRetry, models.InterveneSkip)
}

// inWords says in a sentence where the invoice stands, for the Temporal UI.
func (r *receivable) inWords() string {
	switch {
	case r.Parked != nil:
		return r.parkedWords("A manager can retry or skip.")
	case r.Progress.Stage == models.Closed:
		return "Settled: " + string(r.Progress.Outcome) + "."
	default:
		return r.collectingWords()
	}
}

// continueAsNew hands everything to the next run.
func (r *receivable) continueAsNew() error {
	r.drain()
	return workflow.NewContinueAsNewError(r.ctx, Receivable, ReceivableState{Invoice: r.invoice, CollectingState: r.CollectingState})
}
