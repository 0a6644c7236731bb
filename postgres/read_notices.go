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
	Instalment int
	Level      int
	At         time.Time
	Currency   models.Currency
	Amount     decimal.Decimal
	Channel    string
	State      string
	Reason     string
}

// ReadNotices lists the dunning notices of an invoice, oldest first; "invoice-not-found".
func ReadNotices(ctx context.Context, db DB, invoice string) ([]NoticeView, error) {
	if err := requireInvoice(ctx, db, invoice); err != nil {
		return nil, err
	}
	rows, err := db.Query(ctx, `
		SELECT instalment, level, at, currency, amount, channel, state, reason FROM dunning_notices WHERE invoice = $1 ORDER BY at, id`, invoice)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.ReadNotices: %w", err))
	}
	notices, err := pgx.CollectRows(rows, pgx.RowToStructByName[NoticeView])
	return notices, TranslateError(err)
}
