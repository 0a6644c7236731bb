package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// PromiseView is a promise as it is shown. One that was accepted and that no worker has recorded yet is processing; one that lost a
// race is refused, with the Refusal.
type PromiseView struct {
	ID         string
	Invoice    string
	OrderID    *string
	Currency   models.Currency
	Amount     decimal.Decimal
	Date       models.Date
	Note       string
	State      string
	Level      *int
	Received   decimal.Decimal // so far, of the amount
	RecordedAt *time.Time
	JudgeAt    *time.Time
	EndedAt    *time.Time
	Refusal    string `db:"-"`
}

const promiseViewColumns = `
	SELECT p.id, p.invoice, i.order_id, p.currency, p.amount, p.promised_on AS date, p.note, p.state, p.level,
	       coalesce(p.received, greatest(least(i.paid - p.paid_before, p.amount), 0)) AS received, p.recorded_at, p.judge_at, p.ended_at
	  FROM promises p JOIN open_items i ON i.number = p.invoice `

// ReadPromise reads a promise, or the fact that is to become one; "promise-not-found".
func ReadPromise(ctx context.Context, db DB, id string) (PromiseView, error) {
	rows, err := db.Query(ctx, promiseViewColumns+`WHERE p.id = $1`, id)
	if err != nil {
		return PromiseView{}, TranslateError(fmt.Errorf("postgres.ReadPromise: %w", err))
	}
	promise, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[PromiseView])
	if errors.Is(err, pgx.ErrNoRows) {
		return readAcceptedPromise(ctx, db, id)
	}
	return promise, TranslateError(err)
}

func readAcceptedPromise(ctx context.Context, db DB, id string) (PromiseView, error) {
	fact, err := ReadFact(ctx, db, id, PromiseFact)
	if err != nil {
		return PromiseView{}, err
	}
	var made models.Promise
	if err = json.Unmarshal(fact.Content, &made); err != nil {
		return PromiseView{}, fmt.Errorf("postgres.readAcceptedPromise %s: %w", id, err)
	}
	view := PromiseView{
		ID: id, Invoice: made.Invoice, OrderID: fact.OrderID, Currency: made.Amount.Currency(), Amount: made.Amount.Decimal(), Date: made.Date, Note: made.Note,
		State: Processing,
	}
	if refusal := fact.Refusal(); refusal != nil {
		view.State, view.Refusal = Refused, refusal.Detail
	}
	return view, nil
}

// ReadPromises lists the promises of an invoice, the oldest first; "invoice-not-found".
func ReadPromises(ctx context.Context, db DB, invoice string) ([]PromiseView, error) {
	if err := requireInvoice(ctx, db, invoice); err != nil {
		return nil, err
	}
	rows, err := db.Query(ctx, promiseViewColumns+`WHERE p.invoice = $1 ORDER BY p.recorded_at, p.id`, invoice)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.ReadPromises %s: %w", invoice, err))
	}
	promises, err := pgx.CollectRows(rows, pgx.RowToStructByName[PromiseView])
	return promises, TranslateError(err)
}
