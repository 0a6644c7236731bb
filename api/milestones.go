package api

import (
	"context"

	"o2c/models"
	"o2c/postgres"
)

// CompleteMilestone has a milestone of an order billed.
func (s *server) CompleteMilestone(ctx context.Context, r CompleteMilestoneRequestObject) (CompleteMilestoneResponseObject, error) {
	claim := claimOf(ctx)
	billed, finished, err := s.commands.CompleteMilestone(ctx, r.OrderID, models.MilestoneCompletion{
		ID: claim.ID, N: r.N, Note: valueOf(r.Body.Note), Actor: claim.Principal,
	})
	if err != nil {
		return nil, err
	}
	if !finished {
		return CompleteMilestone202JSONResponse{accepted(claim.ID)}, nil
	}
	return CompleteMilestone200JSONResponse{Body: milestone(billed)}, nil
}

func milestone(v postgres.MilestoneView) Milestone {
	return Milestone{N: v.N, Name: v.Name, Percent: v.Percent.String(), Invoice: v.Invoice, BilledAt: instant(v.BilledAt)}
}
