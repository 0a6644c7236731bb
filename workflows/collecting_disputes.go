package workflows

import (
	"go.temporal.io/sdk/workflow"

	"o2c/activities"
	"o2c/models"
)

// What is closed takes decisions on disputes as well: an inquiry may outlive its invoice, and of a dispute of money nothing is left, so that
// it is refused.
func (c *collecting) validateResolution(_ workflow.Context, resolution models.DisputeResolution) error {
	if faults := resolution.Validate(); len(faults) > 0 {
		return refusal(faults[0])
	}
	return nil
}

func (c *collecting) resolveDispute(ctx workflow.Context, resolution models.DisputeResolution) (models.OrderProgress, error) {
	summary := "Resolve dispute " + resolution.DisputeID + ": " + string(resolution.Outcome)
	if resolution.Approval != nil {
		summary = "Decide on the resolution of dispute " + resolution.DisputeID + ": " + string(resolution.Approval.Decision)
	}
	return c.decide(ctx, summary, collections.ResolveDispute, func() any {
		return activities.ResolveInput{OrderID: c.orderID, Invoice: c.invoice, Resolution: resolution, At: c.now()}
	})
}

func (c *collecting) validateAction(_ workflow.Context, action models.DisputeAction) error {
	if faults := action.Validate(); len(faults) > 0 {
		return refusal(faults[0])
	}
	return nil
}

func (c *collecting) actOnDispute(ctx workflow.Context, action models.DisputeAction) (models.OrderProgress, error) {
	return c.decide(ctx, "Deal with dispute "+action.DisputeID, collections.ActOnDispute, func() any {
		return activities.DisputeActionInput{OrderID: c.orderID, Action: action, At: c.now()}
	})
}
