package api

import (
	"context"

	"o2c/models"
	"o2c/postgres"
)

// DecideReview releases or rejects an order in review.
func (s *server) DecideReview(ctx context.Context, r DecideReviewRequestObject) (DecideReviewResponseObject, error) {
	claim := claimOf(ctx)
	finished, err := s.commands.DecideReview(ctx, r.OrderID, models.ReviewRuling{
		ID: claim.ID, Decision: models.ReviewDecision(r.Body.Decision), Reason: r.Body.Reason, Actor: claim.Principal,
		Findings: valueOf(r.Body.Findings), MayClear: principalOf(ctx).mayAlso(clearParties),
	})
	if err != nil {
		return nil, err
	}
	if !finished {
		return DecideReview202JSONResponse{accepted(claim.ID)}, nil
	}
	decided, err := s.decided(ctx, r.OrderID)
	return DecideReview200JSONResponse{decided}, err
}

// ListReviews answers with why a person had to look at an order, and what was decided.
func (s *server) ListReviews(ctx context.Context, r ListReviewsRequestObject) (ListReviewsResponseObject, error) {
	if _, err := postgres.ReadStage(ctx, s.db, r.OrderID); err != nil {
		return nil, err
	}
	findings, reviews, err := postgres.ReadReviews(ctx, s.db, r.OrderID)
	if err != nil {
		return nil, err
	}
	fraud, err := postgres.ReadFraudCheck(ctx, s.db, r.OrderID)
	return ListReviews200JSONResponse{
		Fraud: fraudCheck(fraud),
		Findings: each(findings, func(f postgres.FindingView) Finding {
			return Finding{Finding: f.Finding, Code: FindingCode(f.Code), Detail: f.Detail, FoundAt: f.FoundAt.UTC()}
		}),
		Data: each(reviews, func(v postgres.ReviewView) ReviewDecision {
			return ReviewDecision{
				ID: v.ID, Findings: v.Findings, Decision: ReviewDecisionDecision(v.Decision), Reason: v.Reason, DecidedBy: v.DecidedBy, DecidedAt: v.DecidedAt.UTC(),
			}
		}),
	}, err
}
