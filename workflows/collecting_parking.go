package workflows

import (
	"errors"
	"slices"
	"strings"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"o2c/activities"
	"o2c/models"
)

// park stops at a step that no retry can cure, until a person intervenes.
func (c *collecting) park(step string, input any, err error) {
	parking := &Parking{Code: models.BlockedUnknown, Detail: err.Error(), Step: step}
	if fact, ok := input.(activities.FactStep); ok {
		parking.Fact = fact.FactID
	}
	if failure, ok := errors.AsType[*temporal.ApplicationError](err); ok {
		parking.Code, parking.Detail = models.Technical+failure.Type(), failure.Message()
	}
	c.Parked = parking
	c.turn++
}

// validateMove refuses what an intervention can't do where it is parked; allowed are the actions that there are.
func (c *collecting) validateMove(intervention models.Intervention, allowed ...string) error {
	switch {
	case !slices.Contains(allowed, intervention.Action):
		return refusal(models.Invalid("invalid-action", "%q is not one of %s", intervention.Action, strings.Join(allowed, ", ")).At("/action"))
	case intervention.Action == models.InterveneSkip && (c.Parked == nil || c.Parked.Fact == ""):
		return refusal(models.Conflict("step-not-skippable", "only a step that deals with a fact can be skipped"))
	default:
		return nil
	}
}

// move moves on what is parked: retry takes the step again, skip refuses the fact that it is parked at. Of two that come at once the first
// moves it on, and the second finds it gone: it must not skip what is next.
func (c *collecting) move(ctx workflow.Context, intervention models.Intervention) (models.OrderProgress, error) {
	parked := c.Parked
	if err := c.mutex.Lock(ctx); err != nil {
		return models.OrderProgress{}, err
	}
	defer c.mutex.Unlock()
	if c.Parked != parked {
		return models.OrderProgress{}, refusal(models.Conflict("moved-on-already", "somebody else has moved it on"))
	}
	if intervention.Action == models.InterveneSkip {
		if err := c.refuse(ctx, intervention); err != nil {
			return models.OrderProgress{}, err
		}
		c.Inbox = c.Inbox[1:]
	}
	c.Parked = nil
	c.Progress.BlockedBy = nil
	c.turn++
	return c.Progress, nil
}

// refuse settles the fact at which it is parked: whoever told it reads why.
func (c *collecting) refuse(ctx workflow.Context, intervention models.Intervention) error {
	ctx = workflow.WithActivityOptions(ctx, stepOptions("Refuse "+c.Parked.Fact))
	reason := models.Error{Kind: models.KindConflict, Code: "skipped", Detail: "skipped by a manager: " + intervention.Reason}
	return workflow.ExecuteActivity(ctx, facts.Refuse, activities.RefuseInput{
		FactID: c.Parked.Fact, OrderID: c.orderID, Actor: intervention.Actor, Reason: reason, At: c.now(),
	}).Get(ctx, nil)
}
