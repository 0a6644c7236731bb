package activities

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"o2c/models"
	"o2c/postgres"
)

// LimitInput names the accepted change of a limit.
type LimitInput struct {
	LimitID string    `json:"limit_id"`
	At      time.Time `json:"at"`
}

// CreditChangeInput names an accepted change of a customer's collateral or standing.
type CreditChangeInput struct {
	FactID string    `json:"fact_id"`
	At     time.Time `json:"at"`
}

// SetLimit carries out a change of a credit limit and has the held orders that it may concern rechecked, oldest first: those of the
// customer's group, or, for the company's default, of every customer in turn.
func (c *Credit) SetLimit(ctx context.Context, in LimitInput) error {
	var change models.CreditLimitChange
	err := postgres.InTx(ctx, c.Pool, func(tx pgx.Tx) error {
		fact, err := postgres.TakeFact[models.CreditLimitChange](ctx, tx, in.LimitID)
		if err != nil {
			return err
		}
		change = fact.Content
		if change.CustomerID != "" {
			if _, err = postgres.LockCredit(ctx, tx, change.CustomerID); err != nil {
				return err
			}
		}
		if err = postgres.InsertCreditLimit(ctx, tx, in.LimitID, change, fact.Actor, in.At); err != nil {
			return err
		}
		words := change.Limit.Amount.Text()
		if change.Limit.Unlimited {
			words = "unlimited"
		}
		if change.CustomerID == "" {
			words += ", for all customers in " + string(change.Currency) + " without one"
		}
		_, err = postgres.RecordEvent(ctx, tx, postgres.Event{
			Key: in.LimitID, CustomerID: change.CustomerID, Kind: "credit-limit-set", At: in.At, Actor: fact.Actor,
			Summary: "Credit limit set to " + words, Detail: change,
		})
		if err != nil {
			return err
		}
		if change.CustomerID != "" {
			err = recheckHeld(ctx, tx, change.CustomerID, in.LimitID, in.At)
		}
		if err != nil {
			return err
		}
		return postgres.SettleFact(ctx, tx, in.LimitID, nil)
	})
	if err != nil {
		return err
	}
	concerned := []string{change.CustomerID}
	if change.CustomerID == "" {
		if concerned, err = c.recheckAll(ctx, change.Currency, in); err != nil {
			return err
		}
	}
	if err = tellRechecked(ctx, c.Pool, c.Orders, in.LimitID); err != nil {
		return err
	}
	if change.ValidFrom.IsZero() && change.ValidUntil.IsZero() {
		return nil
	}
	for _, customerID := range concerned {
		if err = tellHeld(ctx, c.Pool, c.Orders, customerID, in.LimitID); err != nil {
			return err
		}
	}
	return nil
}

// recheckAll rechecks the held orders of every customer in a currency, each customer in a transaction of its own, and returns who
// they are.
func (c *Credit) recheckAll(ctx context.Context, currency models.Currency, in LimitInput) ([]string, error) {
	customers, err := postgres.CustomersOnHold(ctx, c.Pool, currency)
	if err != nil {
		return nil, postgres.TranslateError(err)
	}
	for _, customerID := range customers {
		err = postgres.InTx(ctx, c.Pool, func(tx pgx.Tx) error {
			if _, err := postgres.LockCredit(ctx, tx, customerID); err != nil {
				return err
			}
			return recheckHeld(ctx, tx, customerID, in.LimitID, in.At)
		})
		if err != nil {
			return nil, err
		}
	}
	return customers, nil
}

// SetCollateral carries out a change of what secures a customer's debts, and has the held orders of its group rechecked.
func (c *Credit) SetCollateral(ctx context.Context, in CreditChangeInput) error {
	var change models.CollateralChange
	err := postgres.InTx(ctx, c.Pool, func(tx pgx.Tx) error {
		fact, err := postgres.TakeFact[models.CollateralChange](ctx, tx, in.FactID)
		if err != nil {
			return err
		}
		change = fact.Content
		if _, err = postgres.LockCredit(ctx, tx, change.CustomerID); err != nil {
			return err
		}
		if err = postgres.InsertCollateral(ctx, tx, in.FactID, change, fact.Actor, in.At); err != nil {
			return err
		}
		_, err = postgres.RecordEvent(ctx, tx, postgres.Event{
			Key: in.FactID, CustomerID: change.CustomerID, Kind: "collateral-set", At: in.At, Actor: fact.Actor,
			Summary: "Collateral " + change.Name + " set to " + change.Amount.Text(), Detail: change,
		})
		if err != nil {
			return err
		}
		if err = recheckHeld(ctx, tx, change.CustomerID, in.FactID, in.At); err != nil {
			return err
		}
		return postgres.SettleFact(ctx, tx, in.FactID, nil)
	})
	if err != nil {
		return err
	}
	if err = tellRechecked(ctx, c.Pool, c.Orders, in.FactID); err != nil {
		return err
	}
	if change.ValidFrom.IsZero() && change.ValidUntil.IsZero() {
		return nil
	}
	return tellHeld(ctx, c.Pool, c.Orders, change.CustomerID, in.FactID)
}

// SetStanding carries out a change of a customer's parent, risk class or block, and has the held orders of the groups that it
// leaves and joins rechecked. Orders that a block kept from being shipped are told when it is lifted.
func (c *Credit) SetStanding(ctx context.Context, in CreditChangeInput) error {
	var customerID string
	var moved, lifted bool // into another group; of a block on shipping, as far as is known
	err := postgres.InTx(ctx, c.Pool, func(tx pgx.Tx) error {
		fact, err := postgres.TakeFact[models.CreditStandingChange](ctx, tx, in.FactID)
		if err != nil {
			return err
		}
		change := fact.Content
		customerID, moved = change.CustomerID, change.ParentID != nil
		lifted = change.Block != nil && !change.Block.StopsShipping()
		if fact.Settled {
			return nil
		}
		before, after, err := postgres.ChangeStanding(ctx, tx, change)
		if err != nil {
			return err
		}
		lifted = lifted && before.Block.StopsShipping()
		_, err = postgres.RecordEvent(ctx, tx, postgres.Event{
			Key: in.FactID, CustomerID: customerID, Kind: "credit-standing-set", At: in.At, Actor: fact.Actor,
			Summary: "Standing is now: " + after.Words() + ": " + change.Reason, Detail: map[string]models.CreditStanding{"before": before, "after": after},
		})
		if err != nil {
			return err
		}
		if err = recheckHeld(ctx, tx, customerID, in.FactID, in.At); err != nil {
			return err
		}
		if before.ParentID != "" && before.ParentID != after.ParentID { // the group that it has left
			if err = recheckHeld(ctx, tx, before.ParentID, in.FactID, in.At); err != nil {
				return err
			}
		}
		return postgres.SettleFact(ctx, tx, in.FactID, nil)
	})
	if err != nil {
		return err
	}
	if err = tellRechecked(ctx, c.Pool, c.Orders, in.FactID); err != nil {
		return err
	}
	if moved { // something else may begin or end now
		if err = tellHeld(ctx, c.Pool, c.Orders, customerID, in.FactID); err != nil {
			return err
		}
	}
	if !lifted {
		return nil
	}
	ready, err := postgres.ShippableOf(ctx, c.Pool, customerID)
	if err != nil {
		return postgres.TranslateError(err)
	}
	for _, orderID := range ready {
		if err = c.Orders.StockArrived(ctx, orderID, in.FactID); err != nil {
			return err
		}
	}
	return nil
}
