package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"o2c/activities"
	"o2c/models"
)

// order is a running order workflow.
type order struct{ collecting }

// listen makes the order hear everything that is said to it.
func listen(ctx workflow.Context, state OrderState) *order {
	o := &order{collecting{CollectingState: state.CollectingState, ctx: ctx, orderID: state.OrderID}}
	o.words = o.inWords
	if state.Progress.Stage == "" && !state.Resume {
		o.shown = attributes{stage: models.Received, open: models.Zero("").String()} // what a new order is started with
	}
	o.collecting.listen([]string{ShipmentConfirmed, DeliveryConfirmed, CarrierTold, ReturnRequested, ReturnReceived, StockArrived, CreditRecheck, PartyListed}, []string{InvoiceIssued, InvoiceSettled})
	must(workflow.SetUpdateHandlerWithOptions(ctx, DecideReview, o.decideReview, workflow.UpdateHandlerOptions{
		Validator: o.validateReview, Description: "Release or reject an order in review"}))
	must(workflow.SetUpdateHandlerWithOptions(ctx, DecideCredit, o.decideCredit, workflow.UpdateHandlerOptions{
		Validator: o.validateRuling, Description: "Release or reject an order that waits for credit"}))
	must(workflow.SetUpdateHandlerWithOptions(ctx, Amend, o.amend, workflow.UpdateHandlerOptions{
		Validator: o.validateAmendment, Description: "Give lines that are not shipped other quantities"}))
	must(workflow.SetUpdateHandlerWithOptions(ctx, Cancel, o.cancel, workflow.UpdateHandlerOptions{
		Validator: o.validateCancellation, Description: "Cancel what is not shipped"}))
	must(workflow.SetUpdateHandlerWithOptions(ctx, ChooseBackorder, o.chooseBackorder, workflow.UpdateHandlerOptions{
		Validator: o.validateChoice, Description: "Wait for what is missing, cancel it, or ship what is there"}))
	must(workflow.SetUpdateHandlerWithOptions(ctx, CompleteMilestone, o.completeMilestone, workflow.UpdateHandlerOptions{
		Validator: o.validateCompletion, Description: "Bill a milestone that is completed"}))
	must(workflow.SetUpdateHandlerWithOptions(ctx, Intervene, o.intervene, workflow.UpdateHandlerOptions{
		Validator: o.validateIntervention, Description: "Retry, skip or cancel at the step where the order is parked"}))
	return o
}

// The decisions that only an order takes.

func (o *order) validateReview(_ workflow.Context, ruling models.ReviewRuling) error {
	if faults := ruling.Validate(); len(faults) > 0 {
		return refusal(faults[0])
	}
	if !o.mutex.IsLocked() && o.Progress.Stage != models.Received && o.Progress.Stage != models.Review {
		return refusal(models.Conflict("order-not-in-review", "the order is in stage %s and waits for no review", o.Progress.Stage))
	}
	return nil
}

func (o *order) decideReview(ctx workflow.Context, ruling models.ReviewRuling) (models.OrderProgress, error) {
	return o.decide(ctx, "Review decision: "+string(ruling.Decision), credit.Review, func() any {
		return activities.ReviewInput{OrderID: o.orderID, Ruling: ruling, At: o.now()}
	})
}

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
		return activities.RuleInput{OrderID: o.orderID, Ruling: ruling, At: o.now()}
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
		return activities.AmendInput{OrderID: o.orderID, Amendment: amendment, At: o.now()}
	})
}

func (o *order) validateCancellation(workflow.Context, models.Cancellation) error {
	return o.refuseWhenClosed()
}

func (o *order) cancel(ctx workflow.Context, cancellation models.Cancellation) (models.OrderProgress, error) {
	return o.decide(ctx, "Cancel what is not shipped", fulfillment.Cancel, func() any {
		return activities.CancelInput{OrderID: o.orderID, Cancellation: cancellation, At: o.now()}
	})
}

func (o *order) validateChoice(_ workflow.Context, answer models.BackorderAnswer) error {
	if err := answer.Validate(); err != nil {
		return refusal(err)
	}
	return o.refuseWhenClosed()
}

func (o *order) chooseBackorder(ctx workflow.Context, answer models.BackorderAnswer) (models.OrderProgress, error) {
	return o.decide(ctx, "Backorder choice: "+string(answer.Choice), fulfillment.ChooseBackorder, func() any {
		return activities.BackorderAnswerInput{OrderID: o.orderID, Answer: answer, At: o.now()}
	})
}

func (o *order) validateCompletion(_ workflow.Context, completion models.MilestoneCompletion) error {
	if completion.N < 1 {
		return refusal(models.Invalid("invalid-milestone", "milestones are numbered from 1").At("/n"))
	}
	return o.refuseWhenClosed()
}

func (o *order) completeMilestone(ctx workflow.Context, completion models.MilestoneCompletion) (models.OrderProgress, error) {
	return o.decide(ctx, fmt.Sprintf("Bill milestone %d", completion.N), invoicing.CompleteMilestone, func() any {
		return activities.CompleteInput{OrderID: o.orderID, Completion: completion, At: o.now()}
	})
}

func (o *order) validateIntervention(_ workflow.Context, intervention models.Intervention) error {
	if o.Parked == nil && (o.Progress.Stage != models.Reconciling || o.Progress.BlockedBy == nil) {
		return refusal(models.Conflict("order-not-parked", "the order is not parked"))
	}
	return o.validateMove(intervention, models.InterveneRetry, models.InterveneSkip, models.InterveneCancel)
}

// intervene moves a parked order on: cancel cancels what is not shipped and then takes the step again, the others are those of
// everything that collects.
func (o *order) intervene(ctx workflow.Context, intervention models.Intervention) (models.OrderProgress, error) {
	if intervention.Action == models.InterveneCancel {
		progress, err := o.cancel(ctx, models.Cancellation{ID: intervention.ID, Reason: intervention.Reason, Actor: intervention.Actor})
		if err != nil {
			return progress, err
		}
	}
	return o.move(ctx, intervention)
}

// continueAsNew hands everything to the next run.
func (o *order) continueAsNew() error {
	o.drain()
	return workflow.NewContinueAsNewError(o.ctx, Order, OrderState{OrderID: o.orderID, CollectingState: o.CollectingState})
}
