package ledger

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"o2c/models"
)

// Entry is a balanced set of debits and credits for one business fact. Key names the fact ("invoice/INV-2026-000001"); the
// database takes each key once.
type Entry struct {
	Key          string
	Event        string
	BusinessDate models.Date
	CustomerID   string
	OrderID      string
	Document     string
	Description  string
	Actor        string
	Lines        []Line
}

// Line debits or credits an account: exactly one of Debit and Credit is above zero.
type Line struct {
	Account Account
	Debit   models.Money
	Credit  models.Money

	item     string  // the open item that it moves; empty: the entry's own
	customer *string // whose it is; nil: the entry's customer, empty: nobody's
}

// Of names the open item that a line moves, where it is another than the entry's document or the one that its key names.
func (l Line) Of(item string) Line {
	l.item = item
	return l
}

// For names the customer of a line, where it is another than the entry's; empty is nobody.
func (l Line) For(customerID string) Line {
	l.customer = &customerID
	return l
}

// Debit makes a line that debits an account.
func Debit(account Account, amount models.Money) Line {
	return Line{Account: account, Debit: amount, Credit: models.Zero(amount.Currency())}
}

// Credit makes a line that credits an account.
func Credit(account Account, amount models.Money) Line {
	return Line{Account: account, Debit: models.Zero(amount.Currency()), Credit: amount}
}

// Post records an entry in the caller's transaction. Lines of no amount are left out, and an entry of which nothing is left
// is not recorded. The database refuses an unbalanced entry at commit (ledger_entries_balanced) and a key that was posted
// before (ledger_entries_once).
func Post(ctx context.Context, tx pgx.Tx, e Entry) error {
	lines := make([]Line, 0, len(e.Lines))
	for _, line := range e.Lines {
		if !line.Debit.IsZero() || !line.Credit.IsZero() {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		return nil
	}
	currency := lines[0].Debit.Currency()
	accounts := make([]string, len(lines))
	debits := make([]string, len(lines))
	credits := make([]string, len(lines))
	customers := make([]string, len(lines))
	for i, line := range lines {
		accounts[i], debits[i], credits[i] = string(line.Account), line.Debit.String(), line.Credit.String()
		customers[i] = e.CustomerID
		if line.customer != nil {
			customers[i] = *line.customer
		}
	}
	_, err := tx.Exec(ctx, `
		WITH entry AS (
			INSERT INTO ledger_entries (key, event, business_date, currency, customer_id, order_id, document, description)
			VALUES ($1, $2, $3, $4, nullif($5, ''), nullif($6, ''), $7, $8)
			RETURNING id
		)
		INSERT INTO ledger_lines (entry_id, line, account, customer_id, currency, debit, credit)
		SELECT entry.id, l.line, l.account, nullif(l.customer, ''), $4, l.debit, l.credit
		  FROM entry, unnest($9::text[], $10::text[]::numeric[], $11::text[]::numeric[], $12::text[]) WITH ORDINALITY AS l (account, debit, credit, customer, line)`,
		e.Key, e.Event, e.BusinessDate, currency, e.CustomerID, e.OrderID, e.Document, e.Description, accounts, debits, credits, customers)
	if err != nil {
		return fmt.Errorf("ledger.Post %s: %w", e.Key, err)
	}
	return nil
}
