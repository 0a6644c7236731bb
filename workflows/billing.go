package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"o2c/activities"
)

// Billing waits until a period of a customer is over, and then bills what was shipped in it. One that fails for a reason that nobody
// foresaw is started again later.
func Billing(ctx workflow.Context, in BillingInput) error {
	if wait := in.DueAt.Sub(workflow.Now(ctx)); wait > 0 {
		err := workflow.NewTimerWithOptions(ctx, wait, workflow.TimerOptions{Summary: "end of the period"}).Get(ctx, nil)
		if err != nil {
			return err
		}
	}
	at := workflow.Now(ctx).UTC()
	options := stepOptions("Bill " + in.BillingID)
	options.StartToCloseTimeout = 5 * time.Minute // it may be many orders
	ctx = workflow.WithActivityOptions(ctx, options)
	return workflow.ExecuteActivity(ctx, invoicing.Bill, activities.BillInput{BillingID: in.BillingID, At: at}).Get(ctx, nil)
}
