package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// NoticeView is a dunning notice, or the record that one was skipped and why.
type NoticeView struct {
	Instalment   int
	Level        int
	At           time.Time
	Currency     models.Currency
	Amount       decimal.Decimal
	Fee          decimal.Decimal
	Interest     decimal.Decimal
	Compensation decimal.Decimal
	Total        decimal.Decimal
	NotCharged   string
	Channel      string
	Action       string
	State        string
	Reason       string
	DebitNotes   []string
}

// ReadNotices lists the dunning notices of an invoice, oldest first; "invoice-not-found".
func ReadNotices(ctx context.Context, db DB, invoice string) ([]NoticeView, error) {
	if err := requireInvoice(ctx, db, invoice); err != nil {
		return nil, err
	}
	rows, err := db.Query(ctx, `
		SELECT instalment, level, at, currency, amount, fee, interest, compensation, total, not_charged, channel, action, state, reason,
		       ARRAY(SELECT number FROM debit_notes WHERE notice_id = n.id ORDER BY number) AS debit_notes
		  FROM dunning_notices n WHERE invoice = $1 ORDER BY at, id`, invoice)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.ReadNotices: %w", err))
	}
	notices, err := pgx.CollectRows(rows, pgx.RowToStructByName[NoticeView])
	return notices, TranslateError(err)
}
