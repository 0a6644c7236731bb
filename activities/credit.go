package activities

import (
	"context"
	"fmt"
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
// account: of two orders for the last headroom only one passes.
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
			return decideOnCredit(ctx, s, "check/"+order.ID)
		})
		return err
	})
	return progress, err
}

// Recheck decides again on an order that waits for credit. One that the cause of the recheck has moved already only learns
// where it stands.
func (c *Credit) Recheck(ctx context.Context, in FactStep) (models.OrderProgress, error) {
	return onOrder(ctx, c.Pool, in.OrderID, in.At, func(s *step) error {
		if !s.order.Stage.WaitsForCredit() {
			return nil
		}
		return decideOnCredit(ctx, s, postgres.RecheckKey(in.FactID, in.OrderID))
	})
}

// decideOnCredit checks the order against the limit, records the decision with its inputs and moves the order.
func decideOnCredit(ctx context.Context, s *step, id string) error {
	today, err := businessDate(ctx, s.tx, s.at)
	if err != nil {
		return err
	}
	limit, err := postgres.LimitOn(ctx, s.tx, s.order.CustomerID, today)
	if err != nil {
		return err
	}
	decision := models.DecideOnCredit(models.CreditInputs{
		Exposure: s.exposure, Limit: limit, OrderTotal: models.MustMoney(s.order.Total, s.order.Currency),
	})
	before := s.order.Stage
	s.rule(decision.Decision, decision.Reason)
	_, err = postgres.InsertDecision(ctx, s.tx, postgres.RecordedDecision{
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
	s.order.BlockedCode, s.order.BlockedDetail = "", ""
	switch decision {
	case models.Hold:
		s.order.BlockedCode, s.order.BlockedDetail = "credit-hold", reason
	case models.AwaitPrepayment:
		s.order.BlockedCode, s.order.BlockedDetail = "no-credit-limit", reason
	case models.Reject:
		s.order.Outcome = models.OutcomeRejected
	case models.Approve, models.Release:
	}
}

// RuleInput is a person's decision on an order.
type RuleInput struct {
	OrderID string              `json:"order_id"`
	Ruling  models.CreditRuling `json:"ruling"`
	At      time.Time           `json:"at"`
}

// Rule carries out a person's decision on an order that waits for credit. A release covers the order's present version up to
// an amount, until a date. Errors: "order-not-on-hold", "release-below-total", "release-expired".
func (c *Credit) Rule(ctx context.Context, in RuleInput) (models.OrderProgress, error) {
	ruling := in.Ruling
	if err := ruling.Validate(); err != nil {
		return models.OrderProgress{}, err
	}
	return onOrder(ctx, c.Pool, in.OrderID, in.At, func(s *step) error {
		inserted, err := postgres.InsertDecision(ctx, s.tx, postgres.RecordedDecision{
			ID: ruling.ID, OrderID: s.order.ID, Version: s.order.Version, Decision: ruling.Decision, Reason: ruling.Reason,
			Inputs: models.CreditInputs{Exposure: s.exposure, OrderTotal: models.MustMoney(s.order.Total, s.order.Currency)},
			UpTo:   ruling.UpTo, ValidUntil: ruling.ValidUntil, By: ruling.Actor, At: s.at,
		})
		if err != nil || !inserted {
			return err
		}
		if err = s.checkRuling(ctx, ruling); err != nil {
			return err
		}
		s.rule(ruling.Decision, ruling.Reason)
		verb := "released"
		if ruling.Decision == models.Reject {
			verb = "rejected"
		}
		_, err = s.event(ctx, postgres.Event{Key: ruling.ID, Kind: "credit-" + string(ruling.Decision), Actor: ruling.Actor, Summary: "Order " + verb + ": " + ruling.Reason})
		return err
	})
}

func (s *step) checkRuling(ctx context.Context, ruling models.CreditRuling) error {
	if !s.order.Stage.WaitsForCredit() {
		return models.Conflict("order-not-on-hold", "the order is in stage %s and waits for no credit decision", s.order.Stage)
	}
	if ruling.Decision == models.Reject {
		return nil
	}
	total := models.MustMoney(s.order.Total, s.order.Currency)
	if ruling.UpTo != nil && ruling.UpTo.LessThan(total) {
		return models.Invalid("release-below-total", "the order's total is %s, the release covers %s", total.Text(), ruling.UpTo.Text()).At("/up_to")
	}
	today, err := businessDate(ctx, s.tx, s.at)
	if err != nil {
		return err
	}
	if !ruling.ValidUntil.IsZero() && ruling.ValidUntil.Before(today) {
		return models.Invalid("release-expired", "%s is before today, %s", ruling.ValidUntil, today).At("/valid_until")
	}
	return nil
}

// LimitInput names the accepted change of a limit.
type LimitInput struct {
	LimitID string    `json:"limit_id"`
	At      time.Time `json:"at"`
}

// SetLimit carries out a change of a credit limit and has the customer's held orders rechecked, oldest first.
func (c *Credit) SetLimit(ctx context.Context, in LimitInput) error {
	err := postgres.InTx(ctx, c.Pool, func(tx pgx.Tx) error {
		fact, err := postgres.TakeFact[models.CreditLimitChange](ctx, tx, in.LimitID)
		if err != nil {
			return err
		}
		change := fact.Content
		if _, err = postgres.LockCredit(ctx, tx, change.CustomerID); err != nil {
			return err
		}
		if err = postgres.InsertCreditLimit(ctx, tx, in.LimitID, change, fact.Actor, in.At); err != nil {
			return err
		}
		words := change.Limit.Amount.Text()
		if change.Limit.Unlimited {
			words = "unlimited"
		}
		_, err = postgres.RecordEvent(ctx, tx, postgres.Event{
			Key: in.LimitID, CustomerID: change.CustomerID, Kind: "credit-limit-set", At: in.At, Actor: fact.Actor,
			Summary: "Credit limit set to " + words, Detail: change,
		})
		if err != nil {
			return err
		}
		if err = recheckHeld(ctx, tx, change.CustomerID, in.LimitID, in.At); err != nil {
			return err
		}
		return postgres.SettleFact(ctx, tx, in.LimitID, nil)
	})
	if err != nil {
		return err
	}
	return tellRechecked(ctx, c.Pool, c.Orders, in.LimitID)
}
