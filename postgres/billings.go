package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"o2c/models"
)

// Billing is a period of a customer as it is kept.
type Billing struct {
	ID         string
	CustomerID string
	Kind       models.BillingPeriod `db:"billing_period"`
	DueAt      time.Time
	BilledAt   *time.Time
}

// AwaitBilling makes sure that a shipment of a customer is billed: with the period that it left in or, where that is billed already,
// with the next. The customer's credit account must be locked.
func AwaitBilling(ctx context.Context, tx pgx.Tx, period models.BillingPeriod, customerID string, left time.Time, seller *time.Location) error {
	for {
		b := period.Billing(customerID, left, seller)
		var billed bool
		err := tx.QueryRow(ctx, `
			WITH added AS (
			     INSERT INTO billings (id, customer_id, period, billing_period, first_day, last_day, due_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
			     ON CONFLICT (id) DO NOTHING)
			SELECT EXISTS (SELECT FROM billings WHERE id = $1 AND billed_at IS NOT NULL)`,
			b.ID(), b.CustomerID, b.Period, b.Kind, b.First, b.Last, b.DueAt).Scan(&billed)
		if err != nil {
			return fmt.Errorf("postgres.AwaitBilling %s: %w", b.ID(), err)
		}
		if !billed {
			return nil
		}
		left = b.DueAt
	}
}

const billingColumns = `SELECT id, customer_id, billing_period, due_at, billed_at FROM billings `

// WaitingBillings are the periods at whose ends a customer is to be billed, the first first.
func WaitingBillings(ctx context.Context, db DB, customerID string) ([]Billing, error) {
	return readBillings(ctx, db, billingColumns+`WHERE customer_id = $1 AND billed_at IS NULL ORDER BY due_at`, customerID)
}

// LateBillings are those that were due longer ago than that and are not billed, the oldest first, at most so many.
func LateBillings(ctx context.Context, db DB, age time.Duration, atMost int) ([]Billing, error) {
	return readBillings(ctx, db, billingColumns+`WHERE billed_at IS NULL AND due_at <= now() - $1::interval ORDER BY due_at LIMIT $2`, age, atMost)
}

func readBillings(ctx context.Context, db DB, query string, args ...any) ([]Billing, error) {
	rows, err := db.Query(ctx, query, args...)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.readBillings: %w", err))
	}
	billings, err := pgx.CollectRows(rows, pgx.RowToStructByName[Billing])
	return billings, TranslateError(err)
}

// LockBilling locks the credit account of a billing's customer and then the billing; "billing-not-found".
func LockBilling(ctx context.Context, tx pgx.Tx, id string) (b Billing, exposure models.Exposure, err error) {
	var customerID string
	err = tx.QueryRow(ctx, `SELECT customer_id FROM billings WHERE id = $1`, id).Scan(&customerID)
	if errors.Is(err, pgx.ErrNoRows) {
		return b, exposure, models.NotFound("billing", id)
	}
	if err != nil {
		return b, exposure, fmt.Errorf("postgres.LockBilling %s: %w", id, err)
	}
	if exposure, err = LockCredit(ctx, tx, customerID); err != nil {
		return b, exposure, err
	}
	rows, err := tx.Query(ctx, billingColumns+`WHERE id = $1 FOR UPDATE`, id)
	if err != nil {
		return b, exposure, fmt.Errorf("postgres.LockBilling %s: %w", id, err)
	}
	b, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Billing])
	return b, exposure, err
}

// Billed marks a billing as done, once.
func (b Billing) Billed(ctx context.Context, tx pgx.Tx, at time.Time) error {
	if _, err := tx.Exec(ctx, `UPDATE billings SET billed_at = $2 WHERE id = $1`, b.ID, at); err != nil {
		return fmt.Errorf("postgres.Billed %s: %w", b.ID, err)
	}
	return nil
}

// LockOrdersToBill locks the orders of which a billing may bill something, by id.
func LockOrdersToBill(ctx context.Context, tx pgx.Tx, b Billing) ([]string, error) {
	rows, err := tx.Query(ctx, `
		SELECT o.id FROM orders o
		 WHERE o.customer_id = $1 AND o.billing_period = $2 AND o.invoicing = 'consolidated' AND o.stage <> 'closed'
		   AND EXISTS (SELECT FROM order_lines l WHERE l.order_id = o.id AND l.shipped > l.invoiced + l.returned_unbilled)
		 ORDER BY o.id FOR UPDATE OF o`, b.CustomerID, b.Kind)
	if err != nil {
		return nil, fmt.Errorf("postgres.LockOrdersToBill %s: %w", b.ID, err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// InvoicesOfBilling are the numbers of the invoices that a billing has issued.
func InvoicesOfBilling(ctx context.Context, db DB, id string) ([]string, error) {
	rows, err := db.Query(ctx, `SELECT number FROM invoices WHERE billing_id = $1 ORDER BY number`, id)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.InvoicesOfBilling %s: %w", id, err))
	}
	numbers, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return numbers, TranslateError(err)
}
