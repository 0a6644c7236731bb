package activities

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/models"
	"o2c/postgres"
)

// Credit decides whether an order may go on.
type Credit struct {
	Pool   *pgxpool.Pool
	Orders Orders
}

// Approve enters an accepted order and checks its customer's credit, in one transaction under the lock of the credit
// account: of two orders for the last headroom only one passes. One that a person has to look at first waits in review.
func (c *Credit) Approve(ctx context.Context, in OrderStep) (progress models.OrderProgress, err error) {
	err = postgres.InTx(ctx, c.Pool, func(tx pgx.Tx) error {
		order, err := postgres.ClaimedOrder(ctx, tx, in.OrderID)
		if err != nil {
			return err
		}
		if _, err = postgres.LockCredit(ctx, tx, order.CustomerID); err != nil {
			return err
		}
		if _, err = postgres.InsertOrder(ctx, tx, order, models.Received, false, in.At); err != nil {
			return err
		}
		progress, err = runStep(ctx, tx, in.OrderID, in.At, func(s *step) error {
			if s.order.Stage != models.Received {
				return nil // decided by an earlier attempt
			}
			_, err := s.event(ctx, postgres.Event{
				Key: "entered/" + order.ID, Kind: "order-entered", Actor: order.EnteredBy,
				Summary: fmt.Sprintf("Order of %s entered with %d line(s)", order.Total.Text(), len(order.Lines)),
			})
			if err != nil {
				return err
			}
			if err = s.recordOverrides(ctx, order); err != nil {
				return err
			}
			suspicious, err := s.suspicious(ctx, order)
			if err != nil {
				return err
			}
			listed, err := s.listed(ctx, "entry/"+order.ID)
			if err != nil {
				return err
			}
			if findings := slices.Concat(listed, order.Findings(), suspicious); len(findings) > 0 {
				return s.putUnderReview(ctx, "review/"+order.ID, findings)
			}
			return s.checkCredit(ctx, models.AtOrder, "check/"+order.ID)
		})
		return err
	})
	return progress, err
}

// Recheck decides again on an order that waits for credit, or whose release has ended. One that the cause of the recheck has
// moved already only learns where it stands.
func (c *Credit) Recheck(ctx context.Context, in FactStep) (models.OrderProgress, error) {
	var left queues
	progress, err := onOrder(ctx, c.Pool, in.OrderID, in.At, func(s *step) error {
		today, err := businessDate(ctx, s.tx, s.at)
		if err != nil {
			return err
		}
		ended := s.order.Stage == models.Fulfilling && !s.order.ReleaseUntil.IsZero() && s.order.ReleaseUntil.Before(today)
		if !ended && !s.order.Stage.WaitsForCredit() {
			return nil
		}
		if ended {
			left = s.leaves(ctx, "held/"+in.FactID)
		}
		return s.checkCredit(ctx, models.AtRecheck, postgres.RecheckKey(in.FactID, in.OrderID))
	})
	if err != nil || progress.Stage == models.Fulfilling {
		return progress, err
	}
	return progress, left.serve(ctx, c.Pool, c.Orders)
}

// creditFile reads what credit decisions on the customer are made from today.
func creditFile(ctx context.Context, db postgres.DB, customerID string, at time.Time) (postgres.CreditFile, error) {
	today, err := businessDate(ctx, db, at)
	if err != nil {
		return postgres.CreditFile{}, err
	}
	return postgres.LoadCreditFile(ctx, db, customerID, today)
}

// inputs are what a decision on the order is made from: its open value, less its own deposits, comes on top of the exposure without it.
func (s *step) inputs(file postgres.CreditFile, point models.CheckPoint) models.CreditInputs {
	open, delivered := s.values()
	own := models.Commit(open, delivered, s.order.DepositsLeft())
	before := s.exposure.Sub(s.own)
	before.DeliveredNotInvoiced = before.DeliveredNotInvoiced.Add(own.Delivered)
	in := file.Inputs(point, before, own.Open)
	in.PaysFirst, in.Deposits, in.Prepaid = s.order.Terms.Prepayment, s.order.DepositsLeft(), s.prepaid()
	return in
}

// checkCredit decides on the order under the lock of its customer's account, records the decision with its inputs and moves the
// order.
func (s *step) checkCredit(ctx context.Context, point models.CheckPoint, id string) error {
	file, err := creditFile(ctx, s.tx, s.order.CustomerID, s.at)
	if err != nil {
		return err
	}
	return s.decide(ctx, models.DecideOnCredit(s.inputs(file, point)), id)
}

// decide carries out what a credit check decided.
func (s *step) decide(ctx context.Context, decision models.CreditDecision, id string) error {
	before := s.order.Stage
	s.rule(decision.Decision, decision.Reason)
	_, err := postgres.InsertDecision(ctx, s.tx, postgres.RecordedDecision{
		ID: id, OrderID: s.order.ID, Version: s.order.Version, Decision: decision.Decision, Reason: decision.Reason,
		Inputs: decision.Inputs, By: system, At: s.at,
	})
	if err != nil || s.order.Stage == before {
		return err
	}
	_, err = s.event(ctx, postgres.Event{Kind: "credit-" + string(decision.Decision), Actor: system, Summary: "Credit check: " + decision.Reason})
	return err
}

// rule puts the order where a credit decision sends it.
func (s *step) rule(decision models.CreditOutcome, reason string) {
	s.order.Stage = decision.Stage()
	s.order.Approved = s.order.Stage == models.Fulfilling
	s.order.ReleaseID, s.order.ReleaseUntil = "", models.Date{}
	s.order.BlockedCode, s.order.BlockedDetail = "", ""
	switch decision {
	case models.Hold:
		s.order.BlockedCode, s.order.BlockedDetail = models.BlockedCredit, reason
		if s.order.CustomerBlock == models.NoOrder {
			s.order.BlockedCode = models.BlockedCustomer
		}
	case models.AwaitPrepayment:
		s.order.BlockedCode, s.order.BlockedDetail = models.BlockedNoLimit, reason
		switch {
		case s.order.CustomerBlock == models.PrepaymentOnly:
			s.order.BlockedCode = models.BlockedPrepayOnly
		case s.order.Terms.Prepayment:
			s.order.BlockedCode = models.BlockedPrepayment
		}
	case models.Reject:
		s.order.Outcome = models.OutcomeRejected
	case models.Approve, models.Release:
	}
}
