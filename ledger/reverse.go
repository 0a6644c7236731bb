package ledger

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"o2c/models"
)

// Reversal takes one entry back. Key names the reversal as a business fact of its own ("payment/pay_1/reversal/1"),
// OriginalKey the entry that it takes back. Actor and Reason say who did it and why.
type Reversal struct {
	Key          string
	OriginalKey  string
	Event        string // empty: the original's event with "_reversed"
	BusinessDate models.Date
	Actor        string
	Reason       string
}

// mirror inserts the reversal of the entry $1: its lines with debit and credit changed places, in both currencies.
const mirror = `
	WITH original AS (
		SELECT * FROM ledger_entries WHERE id = $1
	), entry AS (
		INSERT INTO ledger_entries (key, event, business_date, currency, customer_id, order_id, document, description, actor, reason, reverses, unvalued, values_entry)
		SELECT $2, $3, $4, currency, customer_id, order_id, document, 'Reversal of ' || key, $5, $6, id, unvalued, nullif($7, 0) FROM original
		RETURNING id, posting_date, reverses
	)
	INSERT INTO ledger_lines (entry_id, line, account, customer_id, document, currency, debit, credit, posting_date, base_currency, base_debit, base_credit)
	SELECT entry.id, l.line, l.account, l.customer_id, l.document, l.currency, l.credit, l.debit, entry.posting_date, l.base_currency, l.base_credit, l.base_debit
	  FROM entry JOIN ledger_lines l ON l.entry_id = entry.reverses`

// Reverse posts the mirror of what was recorded under the original's key, read from the database and never computed anew. It
// fails with "ledger-entry-not-found", and the database refuses a second reversal of the same entry
// (ledger_entries_reversed_once), a key that was posted before (ledger_entries_once) and a reversal without a reason
// (ledger_entries_reason). A reversal may itself be reversed. What it leaves of the base amount of an item that has nothing left is swept.
func Reverse(ctx context.Context, tx pgx.Tx, r Reversal) error {
	var original, valuation int64
	var event string
	var foreign bool
	err := tx.QueryRow(ctx, `
		SELECT e.id, e.event, coalesce((SELECT v.id FROM ledger_entries v WHERE v.values_entry = e.id), 0), e.currency <> coalesce((SELECT base_currency FROM company), e.currency)
		  FROM ledger_entries e WHERE e.key = $1`, r.OriginalKey).
		Scan(&original, &event, &valuation, &foreign)
	if errors.Is(err, pgx.ErrNoRows) {
		return models.NotFound("ledger-entry", r.OriginalKey)
	}
	if err != nil {
		return fmt.Errorf("ledger.Reverse %s: %w", r.OriginalKey, err)
	}
	if r.Event != "" {
		event = r.Event
	} else {
		event += "_reversed"
	}
	actor := r.Actor
	if actor == "" {
		actor = system
	}
	_, err = tx.Exec(ctx, mirror, original, r.Key, event, r.BusinessDate, actor, r.Reason, 0)
	if err == nil && valuation != 0 { // its base amounts stand in an entry of their own
		var reversal int64
		if err = tx.QueryRow(ctx, `SELECT id FROM ledger_entries WHERE key = $1`, r.Key).Scan(&reversal); err == nil {
			_, err = tx.Exec(ctx, mirror, valuation, "valuation/"+r.Key, "valued", r.BusinessDate, actor, r.Reason, reversal)
		}
	}
	if err == nil && foreign {
		err = sweep(ctx, tx, r.Key, r.BusinessDate, actor)
	}
	if err != nil {
		return fmt.Errorf("ledger.Reverse %s: %w", r.OriginalKey, err)
	}
	return nil
}
