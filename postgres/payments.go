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

// Payment is a booked payment as the process works on it: its amount and how that is split.
type Payment struct {
	ID            string
	CustomerID    string // empty while nobody knows who paid
	Currency      models.Currency
	ValueDate     models.Date
	Amount        decimal.Decimal
	Applied       decimal.Decimal
	Recovered     decimal.Decimal
	TakenToIncome decimal.Decimal
	Deposits      decimal.Decimal
	Refunded      decimal.Decimal // less what of it the bank took back, which the customer owes again
	Reversed      decimal.Decimal
	Applications  int // how many rows it has, counter-rows included
	Reversals     int
	Refunds       int
}

// Unapplied is what is not settled, refunded or reversed of it.
func (p *Payment) Unapplied() models.Money {
	return models.MustMoney(p.Amount.Sub(decimal.Sum(p.Applied, p.Recovered, p.TakenToIncome, p.Deposits, p.Refunded, p.Reversed)), p.Currency)
}

// Kept is what the bank has not taken back of it.
func (p *Payment) Kept() models.Money { return models.MustMoney(p.Amount.Sub(p.Reversed), p.Currency) }

// GivenBack is what was refunded of it and not taken back by the bank.
func (p *Payment) GivenBack() models.Money { return models.MustMoney(p.Refunded, p.Currency) }

// InsertPayment records a payment, all of it unapplied; false means that it was recorded before.
func InsertPayment(ctx context.Context, tx pgx.Tx, p models.Payment, at time.Time) (bool, error) {
	remittance := p.Remittance
	if remittance == nil {
		remittance = []models.Remittance{}
	}
	tag, err := tx.Exec(ctx, `
		INSERT INTO payments (id, customer_id, currency, amount, value_date, method, reference, payer_name, payer_account, remittance, received_by, received_at)
		VALUES ($1, nullif($2, ''), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (id) DO NOTHING`,
		p.ID, p.CustomerID, p.Amount.Currency(), p.Amount, p.ValueDate, p.Method, p.Reference, p.PayerName, p.PayerAccount, remittance, p.ReceivedBy, at)
	if err != nil {
		return false, fmt.Errorf("postgres.InsertPayment: %w", err)
	}
	return tag.RowsAffected() == 1, nil
}

// LockPayment locks a payment; "payment-not-found". The credit account of its customer is locked before it.
func LockPayment(ctx context.Context, tx pgx.Tx, id string) (*Payment, error) {
	rows, err := tx.Query(ctx, `
		SELECT id, coalesce(customer_id, '') AS customer_id, currency, value_date, amount, applied, recovered, taken_to_income, deposits, refunded, reversed,
		       (SELECT count(*) FROM payment_applications WHERE payment_id = payments.id) AS applications,
		       (SELECT count(*) FROM payment_reversals WHERE payment_id = payments.id) AS reversals,
		       (SELECT count(*) FROM payment_refunds WHERE payment_id = payments.id) AS refunds
		  FROM payments WHERE id = $1 FOR UPDATE`, id)
	if err != nil {
		return nil, fmt.Errorf("postgres.LockPayment: %w", err)
	}
	payment, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Payment])
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, models.NotFound("payment", id)
	}
	if err != nil {
		return nil, fmt.Errorf("postgres.LockPayment %s: %w", id, err)
	}
	return &payment, nil
}

// SavePayment writes what a step changed of a locked payment: its split, and its customer when it was found.
func SavePayment(ctx context.Context, tx pgx.Tx, p *Payment) error {
	_, err := tx.Exec(ctx, `
		UPDATE payments
		   SET customer_id = nullif($2, ''), applied = $3, recovered = $4, taken_to_income = $5, deposits = $6, refunded = $7, reversed = $8
		 WHERE id = $1`, p.ID, p.CustomerID, p.Applied, p.Recovered, p.TakenToIncome, p.Deposits, p.Refunded, p.Reversed)
	if err != nil {
		return fmt.Errorf("postgres.SavePayment %s: %w", p.ID, err)
	}
	return nil
}

// PayerOf finds whose invoices, debit notes and pro-formas the numbers and creditor references are that a payment names; "" if they are nobody's, or several
// customers'.
func PayerOf(ctx context.Context, db DB, invoices, references []string) (string, error) {
	if len(invoices) == 0 && len(references) == 0 {
		return "", nil
	}
	rows, err := db.Query(ctx, `
		SELECT customer_id FROM invoices WHERE number = ANY($1)
		UNION SELECT customer_id FROM invoices WHERE payment_reference = ANY($2)
		UNION SELECT customer_id FROM debit_notes WHERE number = ANY($1)
		UNION SELECT customer_id FROM debit_notes WHERE payment_reference = ANY($2)
		UNION SELECT customer_id FROM proformas WHERE number = ANY($1)
		UNION SELECT customer_id FROM proformas WHERE payment_reference = ANY($2)
		 LIMIT 2`, invoices, references)
	if err != nil {
		return "", fmt.Errorf("postgres.PayerOf: %w", err)
	}
	customers, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(customers) != 1 {
		return "", err
	}
	return customers[0], nil
}

// PaymentCustomer is whose payment it is, "" for an unidentified one; found is false when it is not recorded.
func PaymentCustomer(ctx context.Context, db DB, id string) (customerID string, found bool, err error) {
	rows, err := db.Query(ctx, `SELECT coalesce(customer_id, '') FROM payments WHERE id = $1`, id)
	if err != nil {
		return "", false, fmt.Errorf("postgres.PaymentCustomer: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(ids) == 0 {
		return "", false, err
	}
	return ids[0], true, nil
}
