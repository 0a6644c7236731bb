package activities

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/models"
	"o2c/postgres"
)

// recheckHeld decides again on the orders that wait for credit, of a customer and of all others in its group, oldest first, in the
// transaction that may have freed some (cause) and under the lock of the group's credit. One that does not fit does not block a
// later one; only a decision that moves an order is recorded.
func recheckHeld(ctx context.Context, tx pgx.Tx, customerID, cause string, at time.Time) error {
	held, err := postgres.HeldOrders(ctx, tx, customerID)
	if err != nil || len(held) == 0 {
		return err
	}
	files := map[string]*creditState{}
	for _, order := range held {
		file := files[order.CustomerID]
		if file == nil {
			if file, err = readCredit(ctx, tx, order.CustomerID, at); err != nil {
				return err
			}
			files[order.CustomerID] = file
		}
		inputs := file.Inputs(models.AtRecheck, file.exposure, models.MustMoney(order.Open, order.Currency))
		inputs.PaysFirst = order.PaysFirst
		if order.Deposits.IsZero() && models.DecideOnCredit(inputs).Decision.Stage() == order.Stage {
			continue
		}
		_, err = runStep(ctx, tx, order.ID, at, func(s *step) error {
			decision := models.DecideOnCredit(s.inputs(file.CreditFile, models.AtRecheck))
			if decision.Decision.Stage() == s.order.Stage {
				return nil
			}
			return s.decide(ctx, decision, postgres.RecheckKey(cause, order.ID))
		})
		if err != nil {
			return err
		}
		clear(files) // an order of one member takes from what is left for the others
	}
	return nil
}

// creditState is a customer's credit file with its exposure.
type creditState struct {
	postgres.CreditFile

	exposure models.Exposure
}

func readCredit(ctx context.Context, tx pgx.Tx, customerID string, at time.Time) (*creditState, error) {
	file, err := creditFile(ctx, tx, customerID, at)
	if err != nil {
		return nil, err
	}
	exposure, err := postgres.ReadExposure(ctx, tx, customerID)
	return &creditState{CreditFile: file, exposure: exposure}, err
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

// tellHeld tells all orders of a customer's group that wait for credit: something will begin or end on a day that they have to
// wait for.
func tellHeld(ctx context.Context, pool *pgxpool.Pool, orders Orders, customerID, cause string) error {
	held, err := postgres.HeldOrders(ctx, pool, customerID)
	if err != nil {
		return postgres.TranslateError(err)
	}
	for _, order := range held {
		if err = orders.CreditRecheck(ctx, order.ID, cause); err != nil {
			return err
		}
	}
	return nil
}

// onOrderFreeingCredit is onOrder for a step that may free credit, see freeingCredit.
func onOrderFreeingCredit(ctx context.Context, pool *pgxpool.Pool, orders Orders, orderID, cause string, at time.Time, work func(*step) error) (models.OrderProgress, error) {
	return freeingCredit(ctx, pool, orders, cause, at, func(tx pgx.Tx) (models.OrderProgress, error) {
		return runStep(ctx, tx, orderID, at, work)
	})
}

// freeingCredit runs a step that may free credit: the held orders of the customer's group are decided again in its transaction, and
// told after it.
func freeingCredit(ctx context.Context, pool *pgxpool.Pool, orders Orders, cause string, at time.Time, run func(pgx.Tx) (models.OrderProgress, error)) (progress models.OrderProgress, err error) {
	err = postgres.InTx(ctx, pool, func(tx pgx.Tx) error {
		if progress, err = run(tx); err != nil {
			return err
		}
		return recheckHeld(ctx, tx, progress.CustomerID, cause, at)
	})
	if err != nil {
		return progress, err
	}
	return progress, tellRechecked(ctx, pool, orders, cause)
}
