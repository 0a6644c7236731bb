package workflows

import (
	"go.temporal.io/sdk/workflow"

	"o2c/activities"
)

var books *activities.Books

// PeriodClose closes an accounting period. It fails with the reason why the period can't be closed.
func PeriodClose(ctx workflow.Context, in PeriodCloseInput) error {
	ctx = workflow.WithActivityOptions(ctx, stepOptions("Close the period "+in.Period.String()))
	return workflow.ExecuteActivity(ctx, books.ClosePeriod, activities.ClosePeriodInput{
		ID: in.ID, Period: in.Period, Actor: in.Actor, At: workflow.Now(ctx).UTC(),
	}).Get(ctx, nil)
}
