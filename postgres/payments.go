package postgres

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"o2c/models"
)

// Application is a part of a payment that settles an invoice.
type Application struct {
	Invoice string
	Amount  models.Money
	Rule    string
}

// InsertPayment records a payment with what it settles; false means that it was recorded before.
func InsertPayment(ctx context.Context, tx pgx.Tx, p models.Payment, applications []Application, at time.Time) (bool, error) {
	applied := models.Zero(p.Amount.Currency())
	for _, a := range applications {
		applied = applied.Add(a.Amount)
	}
	remittance := p.Remittance
	if remittance == nil {
		remittance = []models.Remittance{}
	}
	tag, err := tx.Exec(ctx, `
		INSERT INTO payments (id, customer_id, currency, amount, value_date, method, reference, payer_name, payer_account, remittance,
		                      applied, received_by, received_at)
		VALUES ($1, nullif($2, ''), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (id) DO NOTHING`,
		p.ID, p.CustomerID, p.Amount.Currency(), p.Amount, p.ValueDate, p.Method, p.Reference, p.PayerName, p.PayerAccount, remittance,
		applied, p.ReceivedBy, at)
	if err != nil {
		return false, fmt.Errorf("postgres.InsertPayment: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return false, nil
	}
	batch := &pgx.Batch{}
	for n, a := range applications {
		batch.Queue(`
			INSERT INTO payment_applications (payment_id, n, invoice, currency, amount, rule, applied_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7)`, p.ID, n+1, a.Invoice, a.Amount.Currency(), a.Amount, a.Rule, at)
	}
	if err = tx.SendBatch(ctx, batch).Close(); err != nil {
		return false, fmt.Errorf("postgres.InsertPayment applications: %w", err)
	}
	return true, nil
}

// PayerOf finds whose invoice a payment names, by its remittance or by the words of its reference; "" if it names none, or
// invoices of several customers.
func PayerOf(ctx context.Context, db DB, p models.Payment) (string, error) {
	words := strings.FieldsFunc(strings.ToUpper(p.Reference), func(r rune) bool { return r == ' ' || r == ',' || r == ';' })
	words = append(words, strings.ReplaceAll(strings.ToUpper(p.Reference), " ", ""))
	for _, advice := range p.Remittance {
		words = append(words, advice.Invoice)
	}
	rows, err := db.Query(ctx, `
		SELECT customer_id FROM invoices WHERE number = ANY($1)
		 UNION SELECT customer_id FROM invoices WHERE payment_reference = ANY($1) LIMIT 2`, words)
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
