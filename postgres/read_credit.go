package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// ReadOnHold is the total of a customer's orders that wait for credit, in its currency; "customer-not-found".
func ReadOnHold(ctx context.Context, db DB, customerID string) (models.Money, error) {
	var currency models.Currency
	var total decimal.Decimal
	err := db.QueryRow(ctx, `
		SELECT c.currency, coalesce(sum(o.total), 0)
		  FROM customers c
		  LEFT JOIN orders o ON o.customer_id = c.id AND o.stage IN ('credit_hold', 'awaiting_prepayment')
		 WHERE c.id = $1 GROUP BY c.currency`, customerID).Scan(&currency, &total)
	if errors.Is(err, pgx.ErrNoRows) {
		return models.Money{}, models.NotFound("customer", customerID)
	}
	if err != nil {
		return models.Money{}, TranslateError(fmt.Errorf("postgres.ReadOnHold: %w", err))
	}
	return models.MustMoney(total, currency), nil
}

// LimitView is a credit limit as it was set. Amount is not valid where Unlimited is set.
type LimitView struct {
	ID         string
	CustomerID string
	Amount     decimal.NullDecimal
	Unlimited  bool
	Currency   models.Currency
	ValidFrom  models.Date
	ValidUntil models.Date
	Reason     string
	SetBy      string
	SetAt      time.Time
}

// ReadLimit reads a credit limit by its id; "credit-limit-not-found".
func ReadLimit(ctx context.Context, db DB, id string) (LimitView, error) {
	rows, err := db.Query(ctx, `
		SELECT id, customer_id, amount, unlimited, currency, valid_from, valid_until, reason, set_by, set_at
		  FROM credit_limits WHERE id = $1`, id)
	if err != nil {
		return LimitView{}, TranslateError(fmt.Errorf("postgres.ReadLimit: %w", err))
	}
	limit, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[LimitView])
	if errors.Is(err, pgx.ErrNoRows) {
		return LimitView{}, models.NotFound("credit-limit", id)
	}
	return limit, TranslateError(err)
}
