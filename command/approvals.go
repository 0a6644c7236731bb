package command

import (
	"context"
	"encoding/json"
	"fmt"

	"o2c/models"
	"o2c/postgres"
	"o2c/workflows"
)

// DecideApproval has a request carried out, or turned down, by a second person. Errors: "approval-not-found",
// "approval-decided", "own-approval", those of what is carried out, "worker-unavailable", "engine-unavailable".
func (s *Service) DecideApproval(ctx context.Context, ruling models.ApprovalRuling) (Finished, error) {
	request, err := postgres.ReadApproval(ctx, s.DB, ruling.ApprovalID)
	if err != nil {
		return false, err
	}
	switch {
	case request.DecisionID != nil && *request.DecisionID == ruling.ID:
		return true, nil
	case request.RequestedBy == ruling.Actor:
		return false, &models.Error{Kind: models.KindForbidden, Code: "own-approval", Detail: "whoever asked for it can't decide on it"}
	case request.Decision != nil:
		return false, models.Conflict("approval-decided", "the request was decided before: %s", *request.Decision)
	case request.Kind == models.WriteOffApproval:
		return s.decideWriteOff(ctx, request, ruling)
	case request.Kind == models.DisputeApproval:
		return s.decideAcceptance(ctx, request, ruling)
	case request.Kind == models.PlanApproval:
		return s.decidePlan(ctx, request, ruling)
	case request.Kind != models.ReleaseApproval:
		return false, fmt.Errorf("command.DecideApproval: nobody carries out a %s", request.Kind)
	}
	var release models.CreditRuling
	if err = json.Unmarshal(request.Content, &release); err != nil {
		return false, fmt.Errorf("command.DecideApproval %s: %w", request.ID, err)
	}
	release.Approval = &ruling
	return s.decide(ctx, request.Subject, ruling.ID, workflows.DecideCredit, release)
}
