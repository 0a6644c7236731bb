package command

import (
	"context"
	"strconv"

	"o2c/models"
	"o2c/postgres"
	"o2c/workflows"
)

// CompleteMilestone has a milestone of an order billed, and reads it with its invoice. One that is billed answers so again, also of an
// order that has closed. Errors: "order-not-found", "milestone-not-found", those of activities.CompleteMilestone, "worker-unavailable",
// "engine-unavailable".
func (s *Service) CompleteMilestone(ctx context.Context, orderID string, completion models.MilestoneCompletion) (milestone postgres.MilestoneView, finished Finished, err error) {
	order, err := postgres.ReadOrder(ctx, s.DB, orderID) // accepted is enough, as for every decision
	if err != nil {
		return milestone, false, err
	}
	if completion.N < 1 || completion.N > len(order.Milestones) {
		return milestone, false, models.NotFound("milestone", orderID+"/"+strconv.Itoa(completion.N))
	}
	if milestone = order.Milestones[completion.N-1]; milestone.Invoice != nil {
		return milestone, true, nil
	}
	if finished, err = s.decide(ctx, orderID, completion.ID, workflows.CompleteMilestone, completion); err != nil || !finished {
		return milestone, false, err
	}
	milestone, err = postgres.ReadMilestone(ctx, s.DB, orderID, completion.N)
	return milestone, true, err
}
