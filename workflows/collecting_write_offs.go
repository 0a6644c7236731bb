package workflows

import (
	"go.temporal.io/sdk/workflow"

	"o2c/activities"
	"o2c/models"
)

// What is closed takes a write-off as well: nothing is open of its invoices, so that it is refused, and a request for one that waits can be
// turned down.
func (c *collecting) validateWriteOff(_ workflow.Context, request models.WriteOffRequest) error {
	if err := request.Validate(); err != nil {
		return refusal(err)
	}
	return nil
}

func (c *collecting) writeOff(ctx workflow.Context, request models.WriteOffRequest) (models.OrderProgress, error) {
	summary := "Write off " + request.Invoice
	if request.Approval != nil {
		summary = "Decide on the write-off of " + request.Invoice + ": " + string(request.Approval.Decision)
	}
	return c.decide(ctx, summary, writeOffs.WriteOff, func() any {
		return activities.WriteOffInput{OrderID: c.orderID, Request: request, At: c.now()}
	})
}
