package activities

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"o2c/models"
	"o2c/postgres"
)

// ScreeningInput names a new version of a list, and the order after which open orders are looked at by it.
type ScreeningInput struct {
	FactID string    `json:"fact_id"`
	After  string    `json:"after"`
	At     time.Time `json:"at"`
}

// screenedAtOnce is how many open orders one step looks at.
const screenedAtOnce = 200

// Screen looks at some of the open orders by a new version of a list. Those of which a party is on it wait for a person, and are told. It returns
// the order after which to go on, or "" when all were looked at; the fact is then carried out.
func (c *Credit) Screen(ctx context.Context, in ScreeningInput) (last string, err error) {
	var fact postgres.TakenFact[models.ScreeningChange]
	err = postgres.InTx(ctx, c.Pool, func(tx pgx.Tx) (err error) {
		fact, err = postgres.TakeFact[models.ScreeningChange](ctx, tx, in.FactID)
		return err
	})
	if err != nil {
		return "", err
	}
	today, err := businessDate(ctx, c.Pool, in.At)
	if err != nil {
		return "", err
	}
	found, last, err := postgres.OrdersToScreen(ctx, c.Pool, in.After, fact.Content.List, today, screenedAtOnce)
	if err != nil {
		return "", postgres.TranslateError(err)
	}
	for _, orderID := range found {
		if err = c.park(ctx, orderID, in); err != nil {
			return "", err
		}
	}
	if last != "" {
		return last, nil
	}
	parked, err := postgres.OrdersListedBy(ctx, c.Pool, in.FactID)
	if err != nil {
		return "", err
	}
	for _, orderID := range parked {
		if err = c.tellParked(ctx, orderID, in); err != nil {
			return "", err
		}
	}
	return "", postgres.InTx(ctx, c.Pool, func(tx pgx.Tx) error { return postgres.SettleFact(ctx, tx, in.FactID, nil) })
}

// park looks at an order once more under its lock, and has it wait for a person where a party is on a list.
func (c *Credit) park(ctx context.Context, orderID string, in ScreeningInput) error {
	_, err := onOrder(ctx, c.Pool, orderID, in.At, func(s *step) error {
		if s.order.Stage != models.Fulfilling && s.order.Stage != models.Review && !s.order.Stage.WaitsForCredit() {
			return nil
		}
		listed, err := s.listed(ctx, in.FactID)
		if err != nil || len(listed) == 0 {
			return err
		}
		return s.putUnderReview(ctx, "review/"+orderID+"/"+in.FactID, listed)
	})
	return err
}

// tellParked tells an order that it waits. Its place in the queues for stock is left to others meanwhile.
func (c *Credit) tellParked(ctx context.Context, orderID string, in ScreeningInput) error {
	var left queues
	_, err := onOrder(ctx, c.Pool, orderID, in.At, func(s *step) error {
		if s.order.Stage == models.Review && s.order.Allocated {
			left = s.leaves(ctx, "listed/"+in.FactID+"/"+orderID)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err = left.serve(ctx, c.Pool, c.Orders); err != nil {
		return err
	}
	return c.Orders.PartyListed(ctx, orderID, in.FactID)
}

// listed are the parties of the order that are on a list today and nobody has looked at.
func (s *step) listed(ctx context.Context, cause string) ([]models.Finding, error) {
	today, err := businessDate(ctx, s.tx, s.at)
	if err != nil {
		return nil, err
	}
	hits, err := postgres.ScreenOrder(ctx, s.tx, s.order.ID, today)
	if err != nil {
		return nil, err
	}
	findings := make([]models.Finding, len(hits))
	for i, hit := range hits {
		hit.Cause = cause
		findings[i] = hit.Finding()
	}
	return findings, nil
}

// mayGoTo says why goods of the order may not leave now because of who has to do with it, or nil. The order then waits for a person.
func (s *step) mayGoTo(ctx context.Context, cause string) (*models.Error, error) {
	listed, err := s.listed(ctx, cause)
	if err != nil || len(listed) == 0 {
		return nil, err
	}
	if err = s.putUnderReview(ctx, fmt.Sprintf("review/%s/%s/%d", s.order.ID, cause, s.at.Unix()), listed); err != nil {
		return nil, err
	}
	return models.Conflict(models.BlockedParty, "%s", s.order.BlockedDetail), nil
}
