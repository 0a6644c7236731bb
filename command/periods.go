package command

import (
	"context"

	"go.temporal.io/sdk/client"

	"o2c/models"
	"o2c/workflows"
)

// ClosePeriod closes an accounting period and waits for that. Errors: those of ledger.Close, "engine-unavailable". An attempt
// that follows another one with the same claim waits for the same close.
func (s *Service) ClosePeriod(ctx context.Context, claim *Claim, period models.Period) (Finished, error) {
	deadline := patience()
	id := workflows.PeriodCloseID(claim.ID)
	err := s.start(ctx, deadline, "", client.StartWorkflowOptions{ID: id, StaticSummary: "Close the period " + period.String()},
		workflows.PeriodCloseType, workflows.PeriodCloseInput{ID: claim.ID, Period: period, Actor: claim.Principal})
	if err != nil {
		return false, err
	}
	finishing, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	err = decisionError(s.Temporal.GetWorkflow(finishing, id, "").Get(finishing, nil))
	if models.KindOf(err) == models.KindUnavailable && err != nil && ctx.Err() == nil {
		return false, nil // started, and so durable
	}
	return err == nil, err
}
