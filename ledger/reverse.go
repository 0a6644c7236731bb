package ledger

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"o2c/models"
)

// Reversal takes one entry back. Key names the reversal as a business fact of its own ("payment/pay_1/reversal/1"),
// OriginalKey the entry that it takes back.
type Reversal struct {
	Key          string
	OriginalKey  string
	Event        string // empty: the original's event with "_reversed"
	BusinessDate models.Date
	Actor        string
	Reason       string
}

// Reverse posts the mirror of what was recorded under the original's key, read from the database and never computed anew. It
// fails with "ledger-entry-not-found", and the database refuses a second reversal of the same entry
// (ledger_entries_reversed_once) and a key that was posted before (ledger_entries_once). A reversal may itself be reversed.
func Reverse(ctx context.Context, tx pgx.Tx, r Reversal) error {
	tag, err := tx.Exec(ctx, `
		WITH original AS (
			SELECT * FROM ledger_entries WHERE key = $1
		), entry AS (
			INSERT INTO ledger_entries (key, event, business_date, currency, customer_id, order_id, document, description, reverses)
			SELECT $2, coalesce(nullif($3, ''), event || '_reversed'), $4, currency, customer_id, order_id, document, $5, id FROM original
			RETURNING id, reverses
		)
		INSERT INTO ledger_lines (entry_id, line, account, customer_id, currency, debit, credit)
		SELECT entry.id, l.line, l.account, l.customer_id, l.currency, l.credit, l.debit
		  FROM entry JOIN ledger_lines l ON l.entry_id = entry.reverses`,
		r.OriginalKey, r.Key, r.Event, r.BusinessDate, r.Reason)
	if err != nil {
		return fmt.Errorf("ledger.Reverse %s: %w", r.OriginalKey, err)
	}
	if tag.RowsAffected() == 0 {
		return models.NotFound("ledger-entry", r.OriginalKey)
	}
	return nil
}
