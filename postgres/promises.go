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

// Promise is a promise to pay, as the process works on it. Its invoice's item is the lock that guards it.
type Promise struct {
	models.Promise

	CustomerID string
	PaidBefore decimal.Decimal // what of the invoice was paid when it was recorded
	RecordedBy string
}

// Received is the cash that was applied to the invoice since, less what of it was taken back.
func (p *Promise) Received(item *OpenItem) models.Money {
	return models.MustMoney(item.Paid.Sub(p.PaidBefore), item.Currency)
}

// InsertPromise records a promise.
func InsertPromise(ctx context.Context, tx pgx.Tx, p Promise) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO promises (id, invoice, customer_id, currency, amount, promised_on, note, level, paid_before, recorded_by, recorded_at, judge_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		p.ID, p.Invoice, p.CustomerID, p.Amount.Currency(), p.Amount, p.Date, p.Note, p.Level, p.PaidBefore, p.RecordedBy, p.RecordedAt, p.JudgeAt)
	if err != nil {
		return fmt.Errorf("postgres.InsertPromise %s: %w", p.ID, err)
	}
	return nil
}

const promiseColumns = `
	SELECT id, invoice, customer_id, currency, amount, promised_on, note, state, level, paid_before, recorded_by, recorded_at, judge_at FROM promises `

func scanPromise(row pgx.CollectableRow) (p Promise, err error) {
	var currency models.Currency
	var amount decimal.Decimal
	err = row.Scan(&p.ID, &p.Invoice, &p.CustomerID, &currency, &amount, &p.Date, &p.Note, &p.State, &p.Level, &p.PaidBefore, &p.RecordedBy, &p.RecordedAt, &p.JudgeAt)
	if err != nil {
		return p, err
	}
	p.Amount, p.RecordedAt, p.JudgeAt = models.MustMoney(amount, currency), p.RecordedAt.UTC(), p.JudgeAt.UTC()
	return p, nil
}

// PromisesOf reads the promises of an invoice, the oldest first.
func PromisesOf(ctx context.Context, db DB, invoice string) ([]Promise, error) {
	rows, err := db.Query(ctx, promiseColumns+`WHERE invoice = $1 ORDER BY recorded_at, id`, invoice)
	if err != nil {
		return nil, fmt.Errorf("postgres.PromisesOf %s: %w", invoice, err)
	}
	return pgx.CollectRows(rows, scanPromise)
}

// OpenPromise reads the open promise of an invoice; nil without one.
func OpenPromise(ctx context.Context, db DB, invoice string) (*Promise, error) {
	rows, err := db.Query(ctx, promiseColumns+`WHERE invoice = $1 AND state = 'open'`, invoice)
	if err != nil {
		return nil, fmt.Errorf("postgres.OpenPromise %s: %w", invoice, err)
	}
	promise, err := pgx.CollectExactlyOneRow(rows, scanPromise)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("postgres.OpenPromise %s: %w", invoice, err)
	}
	return &promise, nil
}

// EndPromise gives an open promise its final state, with what came of it.
func EndPromise(ctx context.Context, tx pgx.Tx, p *Promise, received models.Money, at time.Time) error {
	came := models.Min(p.Amount, received)
	if came.IsNegative() {
		came = models.Zero(p.Amount.Currency())
	}
	_, err := tx.Exec(ctx, `UPDATE promises SET state = $2, received = $3, ended_at = $4 WHERE id = $1`, p.ID, p.State, came, at)
	if err != nil {
		return fmt.Errorf("postgres.EndPromise %s: %w", p.ID, err)
	}
	return nil
}

// ForgetPaidBefore lowers what was paid when the open promise of an invoice was made, by money of before that was taken back since:
// it counts neither for the promise nor against it.
func ForgetPaidBefore(ctx context.Context, tx pgx.Tx, invoice string, paidAt time.Time, amount decimal.Decimal) error {
	_, err := tx.Exec(ctx, `
		UPDATE promises SET paid_before = paid_before - $3 WHERE invoice = $1 AND state = 'open' AND recorded_at > $2 AND paid_before >= $3`, invoice, paidAt, amount)
	if err != nil {
		return fmt.Errorf("postgres.ForgetPaidBefore %s: %w", invoice, err)
	}
	return nil
}
