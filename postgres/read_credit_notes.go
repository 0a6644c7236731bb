package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// CreditNoteView is a credit note as it is shown, with what has become of the credit that it gave. Amounts are in Currency.
type CreditNoteView struct {
	Number                    string
	Invoice                   string
	CustomerID                string
	Currency                  models.Currency
	IssueDate                 models.Date
	Reason                    string
	NetTotal                  decimal.Decimal
	TaxTotal                  decimal.Decimal
	Total                     decimal.Decimal
	AppliedToInvoice          decimal.Decimal
	WrittenOffReversed        decimal.Decimal
	PaymentDifferenceReversed decimal.Decimal
	DiscountReversed          decimal.Decimal
	CustomerCredit            decimal.Decimal
	Remaining                 decimal.Decimal
	DisputeID                 *string
	IssuedBy                  string
	IssuedAt                  time.Time
	Lines                     []CreditedLineView `db:"-"`
	Taxes                     []TaxView          `db:"-"`
	Uses                      []CreditUseView    `db:"-"`
}

// CreditedLineView is a line of a credit note.
type CreditedLineView struct {
	CreditNote  string
	InvoiceLine int
	SKU         string `db:"sku"`
	Description string
	Quantity    decimal.Decimal
	UnitCode    string
	NetAmount   decimal.Decimal
}

// CreditUseView is a use of a credit note's customer credit: on an invoice, or, without one, paid out.
type CreditUseView struct {
	ID         string
	CreditNote string
	Invoice    *string
	Amount     decimal.Decimal
	By         string
	At         time.Time
}

// ReadCreditNote reads a credit note; "credit-note-not-found".
func ReadCreditNote(ctx context.Context, db DB, number string) (CreditNoteView, error) {
	notes, err := readCreditNotes(ctx, db, `WHERE n.number = $1`, number)
	if err != nil {
		return CreditNoteView{}, err
	}
	if len(notes) == 0 {
		return CreditNoteView{}, models.NotFound("credit-note", number)
	}
	return notes[0], nil
}

// ReadCreditNotesOf reads the credit notes of an invoice, oldest first; "invoice-not-found".
func ReadCreditNotesOf(ctx context.Context, db DB, invoice string) ([]CreditNoteView, error) {
	notes, err := readCreditNotes(ctx, db, `WHERE n.invoice = $1`, invoice)
	if err != nil || len(notes) > 0 {
		return notes, err
	}
	var known bool
	if err = db.QueryRow(ctx, `SELECT EXISTS (SELECT FROM invoices WHERE number = $1)`, invoice).Scan(&known); err == nil && !known {
		return nil, models.NotFound("invoice", invoice)
	}
	return nil, TranslateError(err)
}

func readCreditNotes(ctx context.Context, db DB, where, key string) ([]CreditNoteView, error) {
	rows, err := db.Query(ctx, `
		SELECT n.number, n.invoice, n.customer_id, n.currency, n.issue_date, n.reason, n.net_total, n.tax_total, n.total, n.applied_to_invoice,
		       n.written_off_reversed, n.payment_difference_reversed, n.discount_reversed, n.customer_credit,
		       coalesce(c.remaining, 0) AS remaining, n.dispute_id, n.issued_by, n.issued_at
		  FROM credit_notes n LEFT JOIN customer_credits c ON c.credit_note = n.number `+where+` ORDER BY n.number`, key)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.readCreditNotes: %w", err))
	}
	notes, err := pgx.CollectRows(rows, pgx.RowToStructByName[CreditNoteView])
	if err != nil || len(notes) == 0 {
		return nil, TranslateError(err)
	}
	index, numbers := make(map[string]*CreditNoteView, len(notes)), make([]string, len(notes))
	for i := range notes {
		index[notes[i].Number], numbers[i] = &notes[i], notes[i].Number
	}
	if err = readPartsOf(ctx, db, index, numbers); err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.readCreditNotes parts: %w", err))
	}
	return notes, nil
}

// readPartsOf adds lines, taxes and uses to credit notes.
func readPartsOf(ctx context.Context, db DB, notes map[string]*CreditNoteView, numbers []string) error {
	rows, err := db.Query(ctx, `
		SELECT c.credit_note, c.invoice_line, l.sku, l.description, c.quantity, l.unit_code, c.net_amount
		  FROM credit_note_lines c JOIN invoice_lines l ON l.invoice = c.invoice AND l.line = c.invoice_line
		 WHERE c.credit_note = ANY($1) ORDER BY c.credit_note, c.invoice_line`, numbers)
	if err != nil {
		return err
	}
	lines, err := pgx.CollectRows(rows, pgx.RowToStructByName[CreditedLineView])
	if err != nil {
		return err
	}
	for _, line := range lines {
		notes[line.CreditNote].Lines = append(notes[line.CreditNote].Lines, line)
	}
	rows, err = db.Query(ctx, `
		SELECT credit_note, category, rate, taxable, tax FROM credit_note_taxes WHERE credit_note = ANY($1) ORDER BY credit_note, category, rate`, numbers)
	if err != nil {
		return err
	}
	var number string
	var tax TaxView
	_, err = pgx.ForEachRow(rows, []any{&number, &tax.Category, &tax.Rate, &tax.Taxable, &tax.Tax}, func() error {
		notes[number].Taxes = append(notes[number].Taxes, tax)
		return nil
	})
	if err != nil {
		return err
	}
	rows, err = db.Query(ctx, `
		SELECT id, credit_note, invoice, amount, applied_by AS by, applied_at AS at FROM credit_applications WHERE credit_note = ANY($1)
		UNION ALL
		SELECT id, credit_note, NULL, amount, refunded_by, refunded_at FROM credit_refunds WHERE credit_note = ANY($1)
		 ORDER BY at, id`, numbers)
	if err != nil {
		return err
	}
	uses, err := pgx.CollectRows(rows, pgx.RowToStructByName[CreditUseView])
	for _, use := range uses {
		notes[use.CreditNote].Uses = append(notes[use.CreditNote].Uses, use)
	}
	return err
}

// ReadCreditUse reads a use of customer credit; found is false while it is not booked.
func ReadCreditUse(ctx context.Context, db DB, id string) (use CreditUseView, found bool, err error) {
	rows, err := db.Query(ctx, `
		SELECT id, credit_note, invoice, amount, applied_by AS by, applied_at AS at FROM credit_applications WHERE id = $1
		UNION ALL
		SELECT id, credit_note, NULL, amount, refunded_by, refunded_at FROM credit_refunds WHERE id = $1`, id)
	if err != nil {
		return use, false, TranslateError(fmt.Errorf("postgres.ReadCreditUse: %w", err))
	}
	uses, err := pgx.CollectRows(rows, pgx.RowToStructByName[CreditUseView])
	if err != nil || len(uses) == 0 {
		return use, false, TranslateError(err)
	}
	return uses[0], true, nil
}

// CreditView is customer credit as it is shown: what a credit note gave, and what has become of it.
type CreditView struct {
	CreditNote string
	Invoice    string
	Currency   models.Currency
	IssueDate  models.Date
	Amount     decimal.Decimal
	Applied    decimal.Decimal
	Refunded   decimal.Decimal
	Remaining  decimal.Decimal
	RecordedAt time.Time
}

// ListCredits reads a page of a customer's credits, newest first; "customer-not-found".
func ListCredits(ctx context.Context, db DB, customerID string, page Page) ([]CreditView, *string, error) {
	at, key, err := page.after()
	if err != nil {
		return nil, nil, err
	}
	rows, err := db.Query(ctx, `
		SELECT c.credit_note, n.invoice, c.currency, n.issue_date, c.amount, c.applied, c.refunded, c.remaining, c.recorded_at
		  FROM customer_credits c JOIN credit_notes n ON n.number = c.credit_note
		 WHERE c.customer_id = $1 AND ($2::timestamptz IS NULL OR (c.recorded_at, c.credit_note) < ($2, $3))
		 ORDER BY c.recorded_at DESC, c.credit_note DESC
		 LIMIT $4`, pgx.QueryExecModeCacheDescribe, customerID, at, key, page.Limit+1)
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListCredits: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[CreditView])
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListCredits: %w", err))
	}
	if len(found) == 0 {
		if _, err = ReadClock(ctx, db, customerID); err != nil {
			return nil, nil, err
		}
	}
	found, next := cut(page, found, func(v CreditView) position { return latest(v.RecordedAt, v.CreditNote) })
	return found, next, nil
}
