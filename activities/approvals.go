package activities

import (
	"context"

	"github.com/jackc/pgx/v5"

	"o2c/models"
	"o2c/postgres"
)

// takeRequest locks the request that a second person decides on. Decided means that an earlier attempt of the same decision has carried
// it out. Errors: "approval-not-found", "approval-decided", "own-approval".
func takeRequest(ctx context.Context, tx pgx.Tx, ruling models.ApprovalRuling) (request postgres.Approval, decided bool, err error) {
	request, err = postgres.TakeApproval(ctx, tx, ruling.ApprovalID)
	switch {
	case err != nil:
		return request, false, err
	case request.DecisionID != nil && *request.DecisionID == ruling.ID:
		return request, true, nil
	case request.Decision != nil:
		return request, false, models.Conflict("approval-decided", "the request was decided before: %s", *request.Decision)
	case request.RequestedBy == ruling.Actor:
		return request, false, &models.Error{Kind: models.KindForbidden, Code: "own-approval", Detail: "whoever asked for it can't decide on it"}
	default:
		return request, false, nil
	}
}
