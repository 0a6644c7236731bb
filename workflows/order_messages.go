package workflows

import (
	"errors"
	"slices"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"o2c/activities"
	"o2c/models"
)

// What an order does for its messages, which models does not know.
const (
	read models.Action = "read" // find out where the order stands that a message brought back
	hear models.Action = "hear" // deal with a message
)

// factSignals are the signals that carry a FactSignal, in the order in which they are drained.
var factSignals = []string{ShipmentConfirmed, DeliveryConfirmed, DisputeRaised, StockArrived, CreditRecheck}

// newsSignals are the signals that carry news of a receivable.
var newsSignals = []string{PaymentApplied, PaymentReversed}

// order is a running order workflow.
type order struct {
	OrderState
	ctx     workflow.Context
	mutex   workflow.Mutex // held by whoever runs an activity on the order
	turn    int            // counts the changes of the state, to wake who waits for one
	sending []string       // keys of messages on their way out
	timer   timer
	shown   attributes
}

// listen makes the order hear everything that is said to it.
func listen(ctx workflow.Context, state OrderState) *order {
	o := &order{OrderState: state, ctx: ctx, mutex: workflow.NewMutex(ctx)}
	if state.Progress.Stage == "" && !state.Resume {
		o.shown = attributes{stage: models.Received, open: models.Zero("").String()} // what a new order is started with
	}
	must(workflow.SetQueryHandlerWithOptions(ctx, StatusQuery, o.status, workflow.QueryHandlerOptions{Description: "Why the order waits and who may act"}))
	must(workflow.SetUpdateHandlerWithOptions(ctx, DecideCredit, o.decideCredit, workflow.UpdateHandlerOptions{
		Validator: o.validateRuling, Description: "Release or reject an order that waits for credit"}))
	must(workflow.SetUpdateHandlerWithOptions(ctx, Amend, o.amend, workflow.UpdateHandlerOptions{
		Validator: o.validateAmendment, Description: "Give lines that are not shipped other quantities"}))
	must(workflow.SetUpdateHandlerWithOptions(ctx, Cancel, o.cancel, workflow.UpdateHandlerOptions{
		Validator: o.validateCancellation, Description: "Cancel what is not shipped"}))
	must(workflow.SetUpdateHandlerWithOptions(ctx, ResolveDispute, o.resolveDispute, workflow.UpdateHandlerOptions{
		Validator: o.validateResolution, Description: "Accept, reject or withdraw a dispute"}))
	must(workflow.SetUpdateHandlerWithOptions(ctx, Credit, o.creditInvoice, workflow.UpdateHandlerOptions{
		Validator: o.validateCredit, Description: "Credit an invoice by lines or by amount"}))
	must(workflow.SetUpdateHandlerWithOptions(ctx, Intervene, o.intervene, workflow.UpdateHandlerOptions{
		Validator: o.validateIntervention, Description: "Retry, skip or cancel at the step where the order is parked"}))
	return o
}

// must stops the worker at a mistake in the program: a handler of a wrong shape.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// status answers the query.
func (o *order) status() (models.OrderStatus, error) {
	status := o.Progress.Status()
	if o.Parked != nil {
		status.BlockedBy = &models.Block{Code: o.Parked.Code, Detail: o.Parked.Detail}
		status.WaitingFor = append(status.WaitingFor, "intervention")
		status.WhoMayAct = append(status.WhoMayAct, "manager")
	}
	return status, nil
}

// drain takes everything that the signal channels hold into the inbox.
func (o *order) drain() {
	for _, name := range factSignals {
		for channel := workflow.GetSignalChannel(o.ctx, name); channel.Len() > 0; {
			var fact FactSignal
			channel.ReceiveAsync(&fact)
			o.heardFact(name, fact)
		}
	}
	for _, name := range newsSignals {
		for channel := workflow.GetSignalChannel(o.ctx, name); channel.Len() > 0; {
			var news models.Receivable
			channel.ReceiveAsync(&news)
			o.Inbox = append(o.Inbox, Message{Signal: name, Receivable: &news})
		}
	}
}

// said is true while a signal channel holds something.
func (o *order) said() bool {
	for _, name := range slices.Concat(factSignals, newsSignals) {
		if workflow.GetSignalChannel(o.ctx, name).Len() > 0 {
			return true
		}
	}
	return false
}

// heardFact keeps a fact that was not heard before.
func (o *order) heardFact(signal string, fact FactSignal) {
	id := signal + "/" + fact.ID
	if fact.ID == "" || slices.Contains(o.Seen, id) {
		return
	}
	o.Seen = append(o.Seen, id)
	o.Inbox = append(o.Inbox, Message{Signal: signal, ID: fact.ID})
}

// Decisions. A validator refuses what can be told wrong without the book; the activity decides on the book. While a step
// runs the state is not known, so only the activity may judge.

func (o *order) validateRuling(_ workflow.Context, ruling models.CreditRuling) error {
	if err := ruling.Validate(); err != nil {
		return refusal(err)
	}
	if !o.mutex.IsLocked() && o.Progress.Stage != models.Received && !o.Progress.Stage.WaitsForCredit() {
		return refusal(models.Conflict("order-not-on-hold", "the order is in stage %s and waits for no credit decision", o.Progress.Stage))
	}
	return nil
}

func (o *order) decideCredit(ctx workflow.Context, ruling models.CreditRuling) (models.OrderProgress, error) {
	return o.decide(ctx, "Credit decision: "+string(ruling.Decision), credit.Rule, func() any {
		return activities.RuleInput{OrderID: o.OrderID, Ruling: ruling, At: o.now()}
	})
}

func (o *order) validateAmendment(_ workflow.Context, amendment models.Amendment) error {
	if faults := amendment.Validate(); len(faults) > 0 {
		return refusal(faults[0])
	}
	return o.refuseWhenClosed()
}

func (o *order) amend(ctx workflow.Context, amendment models.Amendment) (models.OrderProgress, error) {
	return o.decide(ctx, "Amend quantities", fulfillment.Amend, func() any {
		return activities.AmendInput{OrderID: o.OrderID, Amendment: amendment, At: o.now()}
	})
}

func (o *order) validateCancellation(workflow.Context, models.Cancellation) error {
	return o.refuseWhenClosed()
}

func (o *order) cancel(ctx workflow.Context, cancellation models.Cancellation) (models.OrderProgress, error) {
	return o.decide(ctx, "Cancel what is not shipped", fulfillment.Cancel, func() any {
		return activities.CancelInput{OrderID: o.OrderID, Cancellation: cancellation, At: o.now()}
	})
}

func (o *order) validateResolution(workflow.Context, models.DisputeResolution) error {
	return o.refuseWhenClosed()
}

func (o *order) resolveDispute(ctx workflow.Context, resolution models.DisputeResolution) (models.OrderProgress, error) {
	return o.decide(ctx, "Resolve dispute "+resolution.DisputeID+": "+string(resolution.Outcome), collections.ResolveDispute, func() any {
		return activities.ResolveInput{OrderID: o.OrderID, Resolution: resolution, At: o.now()}
	})
}

// A closed order takes a credit note: of its invoices nothing is open, so that it becomes customer credit.
func (o *order) validateCredit(_ workflow.Context, request models.CreditRequest) error {
	if err := request.Validate(); err != nil {
		return refusal(err)
	}
	return nil
}

func (o *order) creditInvoice(ctx workflow.Context, request models.CreditRequest) (models.OrderProgress, error) {
	return o.decide(ctx, "Credit "+request.Invoice, creditNotes.IssueCreditNote, func() any {
		return activities.CreditInput{OrderID: o.OrderID, Request: request, At: o.now()}
	})
}

func (o *order) refuseWhenClosed() error {
	if o.Progress.Stage == models.Closed {
		return refusal(models.Conflict("order-closed", "the order is closed"))
	}
	return nil
}

// decide carries a decision out in an activity, after the step that may be running, and answers with the order's progress.
func (o *order) decide(ctx workflow.Context, summary string, activity any, input func() any) (models.OrderProgress, error) {
	if err := workflow.Await(ctx, func() bool { return o.Progress.OrderID != "" || o.Parked != nil }); err != nil {
		return models.OrderProgress{}, err
	}
	if err := o.run(ctx, summary, activity, input()); err != nil {
		if failure, ok := errors.AsType[*temporal.ApplicationError](err); ok {
			return models.OrderProgress{}, failure // without the activity's wrapping, so that its code reaches the caller
		}
		return models.OrderProgress{}, err
	}
	return o.Progress, nil
}

// refusal makes a validator's error that keeps its code and kind.
func refusal(err error) error {
	if business, ok := errors.AsType[*models.Error](err); ok {
		return temporal.NewNonRetryableApplicationError(business.Detail, business.Code, nil, business)
	}
	return err
}
