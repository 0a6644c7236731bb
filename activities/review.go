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

// Review carries out a person's decision on an order in review: released it goes on to its credit check, and whoever of it is on a list is known to
// be somebody else from then on; rejected it is closed, and what was reserved for it goes to others. Errors: those of the ruling,
// "order-not-in-review", "partly-shipped", "milestones-billed".
func (c *Credit) Review(ctx context.Context, in ReviewInput) (models.OrderProgress, error) {
	ruling := in.Ruling
	if faults := ruling.Validate(); len(faults) > 0 {
		return models.OrderProgress{}, faults[0]
	}
	var left queues
	progress, err := onOrder(ctx, c.Pool, in.OrderID, in.At, func(s *step) error {
		if s.order.Allocated {
			left = s.leaves(ctx, ruling.ID)
		}
		first, err := s.event(ctx, postgres.Event{
			Key: ruling.ID, Kind: "review-" + string(ruling.Decision), Actor: ruling.Actor, Summary: "Review: " + ruling.Reason,
		})
		if err != nil || !first {
			return err
		}
		return s.review(ctx, ruling)
	})
	if err != nil {
		return progress, err
	}
	return progress, left.serve(ctx, c.Pool, c.Orders)
}

func (s *step) review(ctx context.Context, ruling models.ReviewRuling) error {
	if s.order.Stage != models.Review {
		return models.Conflict("order-not-in-review", "the order is in stage %s and waits for no review", s.order.Stage)
	}
	last, listed, err := postgres.OpenFindings(ctx, s.tx, s.order.ID)
	if err != nil {
		return err
	}
	if refusal := ruling.CheckAgainst(last, listed); refusal != nil {
		return refusal
	}
	if err = postgres.InsertReview(ctx, s.tx, s.order.ID, ruling, s.at); err != nil {
		return err
	}
	if ruling.Decision == models.ReviewReject {
		return s.rejectReviewed(ctx, ruling)
	}
	if listed {
		if err = postgres.InsertClearances(ctx, s.tx, s.order.ID, s.order.CustomerID, ruling, s.at); err != nil {
			return err
		}
	}
	point := models.AtOrder
	if s.order.Allocated {
		point = models.AtRecheck
	}
	return s.checkCredit(ctx, point, "reviewed/"+ruling.ID)
}

func (s *step) rejectReviewed(ctx context.Context, ruling models.ReviewRuling) error {
	if s.shipped() {
		return models.Conflict("partly-shipped", "a part of the order is shipped: cancel what is not")
	}
	if s.order.Billed().Billed > 0 {
		return models.Conflict("milestones-billed", "milestones of the order are billed: credit their invoices and cancel it")
	}
	if s.order.Allocated {
		if err := s.cancelOpen(ctx); err != nil {
			return err
		}
	}
	s.rule(models.Reject, ruling.Reason)
	return nil
}

// putUnderReview has the order wait for a person, who reads why; key is that of the event. An order that was on its way is not approved any more.
func (s *step) putUnderReview(ctx context.Context, key string, findings []models.Finding) error {
	if err := postgres.InsertFindings(ctx, s.tx, s.order.ID, findings, s.at); err != nil {
		return err
	}
	block := models.Under(findings)
	if s.order.Stage == models.Review {
		block.Code, block.Detail = s.order.BlockedCode, s.order.BlockedDetail+"; "+block.Detail
	}
	s.order.Stage, s.order.BlockedCode, s.order.BlockedDetail = models.Review, block.Code, block.Detail
	s.order.Approved, s.order.ReleaseID, s.order.ReleaseUntil = false, "", models.Date{}
	_, err := s.event(ctx, postgres.Event{
		Key: key, Kind: "review", Actor: system, Summary: "Waits for a person: " + models.Under(findings).Detail, Detail: map[string]any{"findings": findings},
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
