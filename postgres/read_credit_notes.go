package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// CreditNoteView is a credit note as it is shown. Amounts are in Currency.
type CreditNoteView struct {
	Number           string
	Invoice          string
	CustomerID       string
	Currency         models.Currency
	IssueDate        models.Date
	Reason           string
	NetTotal         decimal.Decimal
	TaxTotal         decimal.Decimal
	Total            decimal.Decimal
	AppliedToInvoice decimal.Decimal
	CustomerCredit   decimal.Decimal
	DisputeID        *string
	Taxes            []TaxView `db:"-"`
}

// ReadCreditNote reads a credit note; "credit-note-not-found".
func ReadCreditNote(ctx context.Context, db DB, number string) (CreditNoteView, error) {
	rows, err := db.Query(ctx, `
		SELECT number, invoice, customer_id, currency, issue_date, reason, net_total, tax_total, total, applied_to_invoice,
		       customer_credit, dispute_id
		  FROM credit_notes WHERE number = $1`, number)
	if err != nil {
		return CreditNoteView{}, TranslateError(fmt.Errorf("postgres.ReadCreditNote: %w", err))
	}
	note, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[CreditNoteView])
	if errors.Is(err, pgx.ErrNoRows) {
		return CreditNoteView{}, models.NotFound("credit-note", number)
	}
	if err != nil {
		return CreditNoteView{}, TranslateError(fmt.Errorf("postgres.ReadCreditNote: %w", err))
	}
	rows, err = db.Query(ctx, `
		SELECT category, rate, taxable, tax, '' AS exemption_reason FROM credit_note_taxes WHERE credit_note = $1 ORDER BY category, rate`, number)
	if err != nil {
		return CreditNoteView{}, TranslateError(fmt.Errorf("postgres.ReadCreditNote taxes: %w", err))
	}
	note.Taxes, err = pgx.CollectRows(rows, pgx.RowToStructByName[TaxView])
	return note, TranslateError(err)
}
