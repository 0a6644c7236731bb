package activities

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/models"
	"o2c/postgres"
)

// recheckHeld decides again on the orders of a customer that wait for credit, oldest first, in the transaction that may have
// freed some (cause) and under the lock of the credit account. One that does not fit does not block a later one; only a
// decision that moves an order is recorded.
func recheckHeld(ctx context.Context, tx pgx.Tx, customerID, cause string, at time.Time) error {
	held, err := postgres.HeldOrders(ctx, tx, customerID)
	if err != nil || len(held) == 0 {
		return err
	}
	today, err := businessDate(ctx, tx, at)
	if err != nil {
		return err
	}
	limit, err := postgres.LimitOn(ctx, tx, customerID, today)
	if err != nil {
		return err
	}
	exposure, err := postgres.LockCredit(ctx, tx, customerID)
	if err != nil {
		return err
	}
	for _, order := range held {
		inputs := models.CreditInputs{Exposure: exposure, Limit: limit, OrderTotal: order.Total}
		if models.DecideOnCredit(inputs).Decision.Stage() == order.Stage {
			continue
		}
		_, err = runStep(ctx, tx, order.ID, at, func(s *step) error {
			return decideOnCredit(ctx, s, postgres.RecheckKey(cause, order.ID))
		})
		if err != nil {
			return err
		}
		if exposure, err = postgres.LockCredit(ctx, tx, customerID); err != nil {
			return err
		}
	}
	return nil
}

// tellRechecked tells the orders that a cause has moved. They are read back, so that a retry after a crash tells those that
// the first attempt moved.
func tellRechecked(ctx context.Context, pool *pgxpool.Pool, orders Orders, cause string) error {
	moved, err := postgres.OrdersRecheckedBy(ctx, pool, cause)
	if err != nil {
		return err
	}
	for _, orderID := range moved {
		if err = orders.CreditRecheck(ctx, orderID, cause); err != nil {
			return err
		}
	}
	return nil
}

// onOrderFreeingCredit is onOrder for a step that may free credit: the held orders of the customer are decided again in its
// transaction, and told after it.
func onOrderFreeingCredit(ctx context.Context, pool *pgxpool.Pool, orders Orders, orderID, cause string, at time.Time, work func(*step) error) (progress models.OrderProgress, err error) {
	err = postgres.InTx(ctx, pool, func(tx pgx.Tx) error {
		if progress, err = runStep(ctx, tx, orderID, at, work); err != nil {
			return err
		}
		return recheckHeld(ctx, tx, progress.CustomerID, cause, at)
	})
	if err != nil {
		return progress, err
	}
	return progress, tellRechecked(ctx, pool, orders, cause)
}
