package api

import (
	"context"

	"o2c/models"
	"o2c/postgres"
)

// ChooseBackorder says what becomes of what an order waits for.
func (s *server) ChooseBackorder(ctx context.Context, r ChooseBackorderRequestObject) (ChooseBackorderResponseObject, error) {
	claim := claimOf(ctx)
	finished, err := s.commands.ChooseBackorder(ctx, r.OrderID, models.BackorderAnswer{
		ID: claim.ID, Choice: models.BackorderChoice(r.Body.Choice), Note: valueOf(r.Body.Note), Actor: claim.Principal,
	})
	if err != nil {
		return nil, err
	}
	if !finished {
		return ChooseBackorder202JSONResponse{accepted(claim.ID)}, nil
	}
	decided, err := s.decided(ctx, r.OrderID)
	return ChooseBackorder200JSONResponse{decided}, err
}

// ListBackorderPolicies answers with a page of backorder policies.
func (s *server) ListBackorderPolicies(ctx context.Context, r ListBackorderPoliciesRequestObject) (ListBackorderPoliciesResponseObject, error) {
	found, next, err := postgres.ListBackorderPolicies(ctx, s.db, pageOf(r.Params.Limit, r.Params.Cursor))
	return ListBackorderPolicies200JSONResponse{Data: each(found, backorderPolicy), NextCursor: next}, err
}

// PutBackorderPolicy says whether customers are asked about backorders.
func (s *server) PutBackorderPolicy(ctx context.Context, r PutBackorderPolicyRequestObject) (PutBackorderPolicyResponseObject, error) {
	policy := models.BackorderPolicy{
		CustomerID: valueOf(r.Body.CustomerID), AnswerDays: r.Body.AnswerDays, RemindDays: valueOf(r.Body.RemindDays), Otherwise: models.BackorderChoice(r.Body.Otherwise),
	}
	var read reading
	read.all(policy.Validate())
	if err := read.err(); err != nil {
		return nil, err
	}
	policy, err := postgres.PutBackorderPolicy(ctx, s.db, policy, principalOf(ctx).Name)
	return PutBackorderPolicy200JSONResponse(backorderPolicy(policy)), err
}

func backorderPolicy(p models.BackorderPolicy) BackorderPolicy {
	return BackorderPolicy{
		CustomerID: optional(p.CustomerID), Version: &p.Version, AnswerDays: p.AnswerDays, RemindDays: &p.RemindDays, Otherwise: BackorderPolicyOtherwise(p.Otherwise),
	}
}

func backorderQuestion(q *models.BackorderQuestion) *BackorderQuestion {
	if q == nil {
		return nil
	}
	return &BackorderQuestion{
		State: BackorderQuestionState(q.State), AskedAt: instant(q.AskedAt), EndsAt: instant(q.EndsAt),
		Otherwise: (*BackorderQuestionOtherwise)(optional(string(q.Otherwise))), Choice: (*BackorderQuestionChoice)(optional(string(q.Choice))),
		ChosenBy: optional(q.ChosenBy), ChosenAt: instant(q.ChosenAt),
	}
}
