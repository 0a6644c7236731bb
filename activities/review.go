package activities

import (
	"context"
	"time"

	"o2c/models"
	"o2c/postgres"
)

// ReviewInput is a person's decision on an order in review.
type ReviewInput struct {
	OrderID string              `json:"order_id"`
	Ruling  models.ReviewRuling `json:"ruling"`
	At      time.Time           `json:"at"`
}

// Review carries out a person's decision on an order in review: released it goes on to its credit check, rejected it is closed.
// Errors: those of the ruling, "order-not-in-review".
func (c *Credit) Review(ctx context.Context, in ReviewInput) (models.OrderProgress, error) {
	ruling := in.Ruling
	if faults := ruling.Validate(); len(faults) > 0 {
		return models.OrderProgress{}, faults[0]
	}
	return onOrder(ctx, c.Pool, in.OrderID, in.At, func(s *step) error {
		first, err := s.event(ctx, postgres.Event{
			Key: ruling.ID, Kind: "review-" + string(ruling.Decision), Actor: ruling.Actor, Summary: "Review: " + ruling.Reason,
		})
		if err != nil || !first {
			return err
		}
		if s.order.Stage != models.Review {
			return models.Conflict("order-not-in-review", "the order is in stage %s and waits for no review", s.order.Stage)
		}
		if err = postgres.InsertReview(ctx, s.tx, s.order.ID, ruling, s.at); err != nil {
			return err
		}
		if ruling.Decision == models.ReviewReject {
			s.rule(models.Reject, ruling.Reason)
			return nil
		}
		return s.checkCredit(ctx, models.AtOrder, "reviewed/"+ruling.ID)
	})
}

// putUnderReview has the order wait for a person, who reads why.
func (s *step) putUnderReview(ctx context.Context, findings []models.Finding) error {
	if err := postgres.InsertFindings(ctx, s.tx, s.order.ID, findings, s.at); err != nil {
		return err
	}
	block := models.Under(findings)
	s.order.Stage, s.order.BlockedCode, s.order.BlockedDetail = models.Review, block.Code, block.Detail
	_, err := s.event(ctx, postgres.Event{
		Key: "review/" + s.order.ID, Kind: "review", Actor: system, Summary: "Waits for a person: " + block.Detail, Detail: map[string]any{"findings": findings},
	})
	return err
}

// suspicious scores an order that was just entered by the fraud policy, and says what a person has to look at. A policy without rules scores
// nothing.
func (s *step) suspicious(ctx context.Context, order models.Order) ([]models.Finding, error) {
	policy, err := postgres.LoadFraudPolicy(ctx, s.tx, 0)
	if err != nil || len(policy.Rules) == 0 {
		return nil, err
	}
	inputs, err := postgres.LoadFraudInputs(ctx, s.tx, order, policy.Hours(), s.at)
	if err != nil {
		return nil, err
	}
	check := policy.Score(inputs)
	if err = postgres.InsertFraudCheck(ctx, s.tx, order.ID, check, s.at); err != nil || !check.Suspicious() {
		return nil, err
	}
	return []models.Finding{check.Finding()}, nil
}
