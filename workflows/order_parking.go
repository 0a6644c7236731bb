package workflows

import (
	"errors"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"o2c/activities"
	"o2c/models"
)

// park stops the order at a step that no retry can cure, until a person intervenes.
func (o *order) park(step string, input any, err error) {
	parking := &Parking{Code: "technical:unknown", Detail: err.Error(), Step: step}
	if fact, ok := input.(activities.FactStep); ok {
		parking.Fact = fact.FactID
	}
	if failure, ok := errors.AsType[*temporal.ApplicationError](err); ok {
		parking.Code, parking.Detail = "technical:"+failure.Type(), failure.Message()
	}
	o.Parked = parking
	o.turn++
}

func (o *order) validateIntervention(_ workflow.Context, intervention models.Intervention) error {
	if o.Parked == nil && (o.Progress.Stage != models.Reconciling || o.Progress.BlockedBy == nil) {
		return refusal(models.Conflict("order-not-parked", "the order is not parked"))
	}
	switch intervention.Action {
	case models.InterveneRetry, models.InterveneCancel:
		return nil
	case models.InterveneSkip:
		if o.Parked != nil && o.Parked.Fact != "" {
			return nil
		}
		return refusal(models.Conflict("step-not-skippable", "only a step that deals with a fact can be skipped"))
	default:
		return refusal(models.Invalid("invalid-action", "%q is not one of retry, skip, cancel", intervention.Action).At("/action"))
	}
}

// intervene moves a parked order on: retry takes the step again, skip refuses the fact that it is parked at, cancel cancels
// what is not shipped and then takes the step again.
func (o *order) intervene(ctx workflow.Context, intervention models.Intervention) (models.OrderProgress, error) {
	switch intervention.Action {
	case models.InterveneCancel:
		progress, err := o.cancel(ctx, models.Cancellation{ID: intervention.ID, Reason: intervention.Reason, Actor: intervention.Actor})
		if err != nil {
			return progress, err
		}
	case models.InterveneSkip:
		if err := o.refuse(ctx, intervention); err != nil {
			return models.OrderProgress{}, err
		}
		o.Inbox = o.Inbox[1:]
	}
	o.Parked = nil
	o.Progress.BlockedBy = nil
	o.turn++
	return o.Progress, nil
}

// refuse settles the fact at which the order is parked: whoever told it reads why.
func (o *order) refuse(ctx workflow.Context, intervention models.Intervention) error {
	ctx = workflow.WithActivityOptions(ctx, stepOptions("Refuse "+o.Parked.Fact))
	reason := models.Error{Kind: models.KindConflict, Code: "skipped", Detail: "skipped by a manager: " + intervention.Reason}
	return workflow.ExecuteActivity(ctx, facts.Refuse, activities.RefuseInput{
		FactID: o.Parked.Fact, OrderID: o.OrderID, Actor: intervention.Actor, Reason: reason, At: o.now(),
	}).Get(ctx, nil)
}
