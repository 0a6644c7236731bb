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

// Creditable is what can still be credited of an invoice. Its open item must be locked, where the answer must hold.
func Creditable(ctx context.Context, db DB, invoice string, currency models.Currency) (models.Creditable, error) {
	var c models.Creditable
	money := func(d decimal.Decimal) models.Money { return models.MustMoney(d, currency) }
	rows, err := db.Query(ctx, `
		SELECT l.line, l.tax_category, l.tax_rate, l.quantity, l.net_amount, coalesce(c.quantity, 0), coalesce(c.net, 0)
		  FROM invoice_lines l
		  LEFT JOIN (SELECT invoice_line, sum(quantity) AS quantity, sum(net_amount) AS net
		               FROM credit_note_lines WHERE invoice = $1 GROUP BY 1) c ON c.invoice_line = l.line
		 WHERE l.invoice = $1 ORDER BY l.line`, invoice)
	if err != nil {
		return c, fmt.Errorf("postgres.Creditable: %w", err)
	}
	var line models.CreditableLine
	var net, creditedNet decimal.Decimal
	_, err = pgx.ForEachRow(rows, []any{&line.Line, &line.Tax.Category, &line.Tax.Rate, &line.Quantity, &net, &line.CreditedQuantity, &creditedNet}, func() error {
		line.Net, line.CreditedNet = money(net), money(creditedNet)
		c.Lines = append(c.Lines, line)
		return nil
	})
	if err != nil {
		return c, fmt.Errorf("postgres.Creditable: %w", err)
	}
	rows, err = db.Query(ctx, `
		SELECT t.category, t.rate, t.taxable, t.allowance, t.taxable - coalesce(c.taxable, 0), t.tax - coalesce(c.tax, 0)
		  FROM invoice_taxes t
		  LEFT JOIN (SELECT c.category, c.rate, sum(c.taxable) AS taxable, sum(c.tax) AS tax
		               FROM credit_notes n JOIN credit_note_taxes c ON c.credit_note = n.number WHERE n.invoice = $1 GROUP BY 1, 2) c
		         ON c.category = t.category AND c.rate = t.rate
		 WHERE t.invoice = $1 ORDER BY t.category, t.rate`, invoice)
	if err != nil {
		return c, fmt.Errorf("postgres.Creditable taxes: %w", err)
	}
	var class models.TaxClass
	var taxable, allowance, left, taxLeft decimal.Decimal
	_, err = pgx.ForEachRow(rows, []any{&class.Category, &class.Rate, &taxable, &allowance, &left, &taxLeft}, func() error {
		c.Groups = append(c.Groups, models.CreditableGroup{
			Tax: class, Taxable: money(taxable), Allowance: money(allowance),
			Left: models.CreditGroup{Tax: class, Taxable: money(left), Amount: money(taxLeft)},
		})
		return nil
	})
	if err != nil {
		return c, fmt.Errorf("postgres.Creditable taxes: %w", err)
	}
	return c, nil
}

// CreditNote is an issued credit note on an invoice, as it is inserted: once, and never changed. DecisionID is the command
// that issued it.
type CreditNote struct {
	Number     string
	Year       int
	Sequence   int64
	DecisionID string
	Invoice    string
	CustomerID string
	IssueDate  models.Date
	Reason     string
	Drawn      models.Drawn
	Net        models.Money
	Tax        models.Money
	Split      models.CreditSplit
	DisputeID  string
	IssuedBy   string
	IssuedAt   time.Time
}

// Total is the gross amount of the credit note.
func (n CreditNote) Total() models.Money { return n.Net.Add(n.Tax) }

// InsertCreditNote records an issued credit note, and the credit that it gives its customer. One that goes beyond its invoice
// is refused (credit_note_lines_within_invoice, credit_note_taxes_within_invoice), as is a second one of its decision
// (credit_notes_once_per_decision).
func InsertCreditNote(ctx context.Context, tx pgx.Tx, n CreditNote) error {
	currency := n.Net.Currency()
	batch := &pgx.Batch{}
	batch.Queue(`
		INSERT INTO credit_notes (number, series, year, sequence, decision_id, invoice, customer_id, currency, issue_date, reason, net_total,
		                          tax_total, total, applied_to_invoice, customer_credit, written_off_reversed, payment_difference_reversed,
		                          discount_reversed, dispute_id, issued_by, issued_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, nullif($19, ''), $20, $21)`,
		n.Number, models.CreditNoteSeries, n.Year, n.Sequence, n.DecisionID, n.Invoice, n.CustomerID, currency, n.IssueDate, n.Reason, n.Net,
		n.Tax, n.Total(), n.Split.OnInvoice(), n.Split.CustomerCredit, n.Split.WrittenOff, n.Split.PaymentDifference,
		n.Split.Discount, n.DisputeID, n.IssuedBy, n.IssuedAt)
	for _, l := range n.Drawn.Lines {
		batch.Queue(`INSERT INTO credit_note_lines (credit_note, invoice, invoice_line, quantity, currency, net_amount) VALUES ($1, $2, $3, $4, $5, $6)`,
			n.Number, n.Invoice, l.Line, l.Quantity, currency, l.Net)
	}
	for _, g := range n.Drawn.Groups {
		batch.Queue(`INSERT INTO credit_note_taxes (credit_note, category, rate, taxable, tax) VALUES ($1, $2, $3, $4, $5)`,
			n.Number, g.Tax.Category, g.Tax.Rate, g.Taxable, g.Amount)
	}
	if n.Split.CustomerCredit.IsPositive() {
		batch.Queue(`INSERT INTO customer_credits (credit_note, customer_id, currency, amount) VALUES ($1, $2, $3, $4)`,
			n.Number, n.CustomerID, currency, n.Split.CustomerCredit)
	}
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("postgres.InsertCreditNote %s: %w", n.Number, err)
	}
	return nil
}

// CreditNoteOf is the number of the credit note that a decision issued, "" for none.
func CreditNoteOf(ctx context.Context, db DB, decisionID string) (string, error) {
	var number string
	err := db.QueryRow(ctx, `SELECT number FROM credit_notes WHERE decision_id = $1`, decisionID).Scan(&number)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return "", TranslateError(fmt.Errorf("postgres.CreditNoteOf %s: %w", decisionID, err))
	}
	return number, nil
}

// CreditGiven is the customer credit that the credit notes of an invoice gave.
func CreditGiven(ctx context.Context, db DB, invoice string, currency models.Currency) (models.Money, error) {
	var given decimal.Decimal
	if err := db.QueryRow(ctx, `SELECT coalesce(sum(customer_credit), 0) FROM credit_notes WHERE invoice = $1`, invoice).Scan(&given); err != nil {
		return models.Money{}, fmt.Errorf("postgres.CreditGiven %s: %w", invoice, err)
	}
	return models.MustMoney(given, currency), nil
}

// CustomerCredit is what a credit note gave its customer beyond its invoice, and what has become of it.
type CustomerCredit struct {
	CreditNote string
	Invoice    string // the one that was credited
	OrderID    string // its order, "" for none
	CustomerID string
	Currency   models.Currency
	Amount     decimal.Decimal
	Applied    decimal.Decimal
	Refunded   decimal.Decimal
}

// Remaining is what is left to use.
func (c CustomerCredit) Remaining() models.Money {
	return models.MustMoney(c.Amount.Sub(c.Applied).Sub(c.Refunded), c.Currency)
}

//nolint:gosec // no credentials
const customerCreditColumns = `
	SELECT c.credit_note, n.invoice, coalesce(v.order_id, '') AS order_id, c.customer_id, c.currency, c.amount, c.applied, c.refunded
	  FROM customer_credits c JOIN credit_notes n ON n.number = c.credit_note JOIN invoices v ON v.number = n.invoice `

// LockCustomerCredit locks the credit of a note; "no-customer-credit" when the note gave none. The customer's credit account is
// locked before.
func LockCustomerCredit(ctx context.Context, tx pgx.Tx, creditNote string) (CustomerCredit, error) {
	rows, err := tx.Query(ctx, customerCreditColumns+`WHERE c.credit_note = $1 FOR UPDATE OF c`, creditNote)
	if err != nil {
		return CustomerCredit{}, fmt.Errorf("postgres.LockCustomerCredit: %w", err)
	}
	credit, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[CustomerCredit])
	if errors.Is(err, pgx.ErrNoRows) {
		return CustomerCredit{}, models.Conflict("no-customer-credit", "credit note %s gave no customer credit", creditNote)
	}
	if err != nil {
		return CustomerCredit{}, fmt.Errorf("postgres.LockCustomerCredit %s: %w", creditNote, err)
	}
	return credit, nil
}

// LockCreditsOfInvoice locks the credits of an invoice's notes of which something is left, the oldest first.
func LockCreditsOfInvoice(ctx context.Context, tx pgx.Tx, invoice string) ([]CustomerCredit, error) {
	rows, err := tx.Query(ctx, customerCreditColumns+`WHERE n.invoice = $1 AND c.remaining > 0 ORDER BY c.credit_note FOR UPDATE OF c`, invoice)
	if err != nil {
		return nil, fmt.Errorf("postgres.LockCreditsOfInvoice %s: %w", invoice, err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[CustomerCredit])
}

// CreditUse is a use of customer credit: on an invoice, or, without one, paid out. ID is the fact's, its natural key.
type CreditUse struct {
	ID         string
	CreditNote string
	Invoice    string
	Amount     models.Money
	By         string
	At         time.Time
}

// InsertCreditUse records a use of a locked credit, which can't be more than is left of it (customer_credits_used).
func InsertCreditUse(ctx context.Context, tx pgx.Tx, u CreditUse) error {
	batch := &pgx.Batch{}
	if u.Invoice != "" {
		batch.Queue(`INSERT INTO credit_applications (id, credit_note, invoice, currency, amount, applied_by, applied_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			u.ID, u.CreditNote, u.Invoice, u.Amount.Currency(), u.Amount, u.By, u.At)
		batch.Queue(`UPDATE customer_credits SET applied = applied + $2 WHERE credit_note = $1`, u.CreditNote, u.Amount)
	} else {
		batch.Queue(`INSERT INTO credit_refunds (id, credit_note, currency, amount, refunded_by, refunded_at) VALUES ($1, $2, $3, $4, $5, $6)`,
			u.ID, u.CreditNote, u.Amount.Currency(), u.Amount, u.By, u.At)
		batch.Queue(`UPDATE customer_credits SET refunded = refunded + $2 WHERE credit_note = $1`, u.CreditNote, u.Amount)
	}
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("postgres.InsertCreditUse %s: %w", u.ID, err)
	}
	return nil
}

// CreditedByUse is the invoice that an application of credit settled, "" while it is not recorded.
func CreditedByUse(ctx context.Context, db DB, id string) (string, error) {
	var invoice string
	err := db.QueryRow(ctx, `SELECT invoice FROM credit_applications WHERE id = $1`, id).Scan(&invoice)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return "", fmt.Errorf("postgres.CreditedByUse %s: %w", id, err)
	}
	return invoice, nil
}
