package api

import (
	"context"

	"o2c/models"
	"o2c/postgres"
)

// ListApprovals answers with a page of what waits, or has waited, for a second person.
func (s *server) ListApprovals(ctx context.Context, r ListApprovalsRequestObject) (ListApprovalsResponseObject, error) {
	waiting := valueOr(r.Params.State, ListApprovalsParamsStateWaiting) == ListApprovalsParamsStateWaiting
	found, next, err := postgres.ListApprovals(ctx, s.db, waiting, pageOf(r.Params.Limit, r.Params.Cursor))
	return ListApprovals200JSONResponse{Data: each(found, approval), NextCursor: next}, err
}

// GetApproval answers with a request for approval.
func (s *server) GetApproval(ctx context.Context, r GetApprovalRequestObject) (GetApprovalResponseObject, error) {
	found, err := postgres.ReadApproval(ctx, s.db, r.ApprovalID)
	return GetApproval200JSONResponse(approval(found)), err
}

// DecideApproval has a request carried out, or turned down, by a second person.
func (s *server) DecideApproval(ctx context.Context, r DecideApprovalRequestObject) (DecideApprovalResponseObject, error) {
	claim := claimOf(ctx)
	finished, err := s.commands.DecideApproval(ctx, models.ApprovalRuling{
		ID: claim.ID, ApprovalID: r.ApprovalID, Decision: models.ApprovalDecision(r.Body.Decision), Reason: r.Body.Reason, Actor: claim.Principal,
	})
	if err != nil {
		return nil, err
	}
	if !finished {
		return DecideApproval202JSONResponse{accepted(claim.ID)}, nil
	}
	found, err := postgres.ReadApproval(ctx, s.db, r.ApprovalID)
	return DecideApproval200JSONResponse{Body: approval(found)}, err
}

// ListCreditPolicies answers with a page of credit policies, each in its newest version.
func (s *server) ListCreditPolicies(ctx context.Context, r ListCreditPoliciesRequestObject) (ListCreditPoliciesResponseObject, error) {
	found, next, err := postgres.ListCreditPolicies(ctx, s.db, pageOf(r.Params.Limit, r.Params.Cursor))
	return ListCreditPolicies200JSONResponse{Data: each(found, creditPolicy), NextCursor: next}, err
}

// PutCreditPolicy adds a version of a credit policy.
func (s *server) PutCreditPolicy(ctx context.Context, r PutCreditPolicyRequestObject) (PutCreditPolicyResponseObject, error) {
	policy, err := readCreditPolicy(*r.Body)
	if err != nil {
		return nil, err
	}
	put, err := postgres.PutCreditPolicy(ctx, s.db, policy, principalOf(ctx).Name)
	return PutCreditPolicy200JSONResponse(creditPolicy(put)), err
}
