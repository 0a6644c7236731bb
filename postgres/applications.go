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

// Application is what a payment settles of an open item, whose number stands in Invoice: Amount of its money, and with it a discount and a small difference that
// close the invoice; TakenToIncome is what was a little too much. One that undoes another has the other's amounts below zero.
// Cause is the payment, or the change of it, that did it.
type Application struct {
	PaymentID         string
	N                 int
	Invoice           string
	Currency          models.Currency
	Amount            decimal.Decimal
	Discount          decimal.Decimal
	DiscountTax       decimal.Decimal // the tax in it, where it lowers the tax
	PaymentDifference decimal.Decimal
	DifferenceReason  string
	TakenToIncome     decimal.Decimal
	Deduction         decimal.Decimal
	DeductionReason   string
	Rule              string
	Undoes            *int
	Reversal          *int // of the reversal that undid it
	Cause             string
	By                string
	At                time.Time
}

// Money is one of its amounts in its currency.
func (a *Application) Money(amount decimal.Decimal) models.Money {
	return models.MustMoney(amount, a.Currency)
}

// Settled is what the invoice falls by.
func (a *Application) Settled() models.Money {
	return a.Money(decimal.Sum(a.Amount, a.Discount, a.PaymentDifference))
}

// Used is what the payment falls by.
func (a *Application) Used() models.Money { return a.Money(a.Amount.Add(a.TakenToIncome)) }

// InsertApplication records an application, or one that undoes another.
func InsertApplication(ctx context.Context, tx pgx.Tx, a Application) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO payment_applications (payment_id, n, invoice, currency, amount, discount, discount_tax, payment_difference, difference_reason,
		                                  taken_to_income, deduction, deduction_reason, rule, undoes, reversal, cause, applied_by, applied_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
		a.PaymentID, a.N, a.Invoice, a.Currency, a.Amount, a.Discount, a.DiscountTax, a.PaymentDifference, a.DifferenceReason,
		a.TakenToIncome, a.Deduction, a.DeductionReason, a.Rule, a.Undoes, a.Reversal, a.Cause, a.By, a.At)
	if err != nil {
		return fmt.Errorf("postgres.InsertApplication: %w", err)
	}
	return nil
}

const applicationColumns = `
	SELECT a.payment_id, a.n, a.invoice, a.currency, a.amount, a.discount, a.discount_tax, a.payment_difference, a.difference_reason,
	       a.taken_to_income, a.deduction, a.deduction_reason, a.rule, a.undoes, a.reversal, a.cause, a.applied_by AS by, a.applied_at AS at
	  FROM payment_applications a `

// StandingApplications reads the applications of a payment that stand: neither undone nor undoing, the newest first.
func StandingApplications(ctx context.Context, db DB, paymentID string) ([]Application, error) {
	rows, err := db.Query(ctx, applicationColumns+`
		 WHERE a.payment_id = $1 AND a.undoes IS NULL AND NOT EXISTS (SELECT FROM payment_applications u WHERE u.payment_id = a.payment_id AND u.undoes = a.n)
		 ORDER BY a.n DESC`, paymentID)
	if err != nil {
		return nil, fmt.Errorf("postgres.StandingApplications: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Application])
}

// UndoneBy reads the applications of a payment that a reversal undid, in the order in which they were made.
func UndoneBy(ctx context.Context, db DB, paymentID string, reversal int) ([]Application, error) {
	rows, err := db.Query(ctx, applicationColumns+`
		  JOIN payment_applications u ON u.payment_id = a.payment_id AND u.undoes = a.n
		 WHERE a.payment_id = $1 AND u.reversal = $2 ORDER BY a.n`, paymentID, reversal)
	if err != nil {
		return nil, fmt.Errorf("postgres.UndoneBy: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Application])
}

// Reversal is what the bank took back of a payment; one that was won back has a row that undoes it, its amount below zero.
type Reversal struct {
	PaymentID  string
	N          int
	ID         string
	Currency   models.Currency
	Amount     decimal.Decimal
	Claimed    decimal.Decimal // what of it had been refunded, and is owed again; below zero: what is taken back of that
	Fee        decimal.Decimal
	Reason     string
	ReasonCode string
	Undoes     *int
	By         string
	At         time.Time
}

// InsertReversal records a reversal, or that one was won back.
func InsertReversal(ctx context.Context, tx pgx.Tx, r Reversal) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO payment_reversals (payment_id, n, id, currency, amount, claimed, fee, reason, reason_code, undoes, reversed_by, reversed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		r.PaymentID, r.N, r.ID, r.Currency, r.Amount, r.Claimed, r.Fee, r.Reason, r.ReasonCode, r.Undoes, r.By, r.At)
	if err != nil {
		return fmt.Errorf("postgres.InsertReversal: %w", err)
	}
	return nil
}

// TakenBack is what the bank took back of a payment under a number.
type TakenBack struct {
	Amount   decimal.Decimal
	Claimed  decimal.Decimal // what of it had been refunded
	Recovery string          // the debit note over that, "" for none
	Won      bool            // it came again
	OfNobody bool            // nobody knew then who had paid
}

// ReversalOf reads what the bank took back under a number; "reversal-not-found".
func ReversalOf(ctx context.Context, db DB, paymentID string, n int) (TakenBack, error) {
	rows, err := db.Query(ctx, `
		SELECT r.amount, r.claimed, coalesce((SELECT number FROM debit_notes WHERE cause = r.id AND kind = 'refund_recovery'), '') AS recovery,
		       EXISTS (SELECT FROM payment_reversals u WHERE u.payment_id = r.payment_id AND u.undoes = r.n) AS won,
		       EXISTS (SELECT FROM events v WHERE v.key = r.id AND v.customer_id IS NULL) AS of_nobody
		  FROM payment_reversals r WHERE r.payment_id = $1 AND r.n = $2 AND r.undoes IS NULL`, paymentID, n)
	if err != nil {
		return TakenBack{}, fmt.Errorf("postgres.ReversalOf: %w", err)
	}
	reversal, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[TakenBack])
	if errors.Is(err, pgx.ErrNoRows) {
		return TakenBack{}, models.NotFound("reversal", fmt.Sprint(n))
	}
	if err != nil {
		return TakenBack{}, fmt.Errorf("postgres.ReversalOf: %w", err)
	}
	return reversal, nil
}

// Refund is what was given back of a payment.
type Refund struct {
	PaymentID string
	N         int
	ID        string
	Amount    models.Money
	Reason    string
	By        string
	At        time.Time
}

// InsertRefund records a refund.
func InsertRefund(ctx context.Context, tx pgx.Tx, r Refund) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO payment_refunds (payment_id, n, id, currency, amount, reason, refunded_by, refunded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, r.PaymentID, r.N, r.ID, r.Amount.Currency(), r.Amount, r.Reason, r.By, r.At)
	if err != nil {
		return fmt.Errorf("postgres.InsertRefund: %w", err)
	}
	return nil
}

// DiscountTerms are what paying an invoice early takes off.
type DiscountTerms struct {
	Terms       models.PaymentTerms
	IssueDate   models.Date
	CreditNotes decimal.Decimal // all that was credited of the invoice
}

// DiscountTermsOf reads the terms of those invoices that have a discount.
func DiscountTermsOf(ctx context.Context, db DB, invoices []string) (map[string]DiscountTerms, error) {
	rows, err := db.Query(ctx, `
		SELECT v.number, o.payment_terms, v.issue_date, (SELECT coalesce(sum(total), 0) FROM credit_notes WHERE invoice = v.number)
		  FROM invoices v JOIN orders o ON o.id = v.order_id
		 WHERE v.number = ANY($1) AND o.payment_terms ? 'discount_percent'`, invoices)
	if err != nil {
		return nil, fmt.Errorf("postgres.DiscountTermsOf: %w", err)
	}
	found := map[string]DiscountTerms{}
	var number string
	var terms DiscountTerms
	_, err = pgx.ForEachRow(rows, []any{&number, &terms.Terms, &terms.IssueDate, &terms.CreditNotes}, func() error {
		found[number] = terms
		terms = DiscountTerms{}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("postgres.DiscountTermsOf: %w", err)
	}
	return found, nil
}
