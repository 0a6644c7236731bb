package ledger

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"o2c/models"
)

// Entry is a balanced set of debits and credits for one business fact. Key names the fact ("invoice/INV-2026-000001"); the
// database takes each key once.
//
// BusinessDate is the day of the fact. The day on which the books show it, the posting date, is given by the database: it is
// the same, or the first day of the next open period, where the fact's own period is closed.
type Entry struct {
	Key          string
	Event        string
	BusinessDate models.Date
	CustomerID   string
	OrderID      string
	Document     string
	Description  string
	Actor        string // who caused it; empty is o2c itself
	Lines        []Line
}

// system is the actor of what no person decided.
const system = "o2c"

// Line debits or credits an account: exactly one of Debit and Credit is above zero.
type Line struct {
	Account Account
	Debit   models.Money
	Credit  models.Money

	item     string  // the open item that it moves; empty: the one that the entry names
	customer *string // whose it is; nil: the entry's customer, empty: nobody's
}

// Of names the open item that a line moves, where it is another than the one that the entry names.
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
// is not recorded. The database refuses an entry that does not balance (ledger_entries_balanced), that combines accounts which
// do not belong together (ledger_entries_flows), and a key that was posted before (ledger_entries_once).
//
// Post adds the amounts in the base currency and names the open item of each line; a caller gives neither. An entry in the
// base currency is one statement. An entry in another currency for which no exchange rate is known is recorded without base
// amounts, which follow before its period is closed.
func Post(ctx context.Context, tx pgx.Tx, e Entry) error {
	lines, plain := e.lines()
	if len(lines) == 0 {
		return nil
	}
	currency := lines[0].Debit.Currency()
	var base models.Currency
	var posted bool
	args := append(e.args(currency), columns(lines)...)
	err := tx.QueryRow(ctx, `
		WITH book AS (
			SELECT coalesce((SELECT base_currency FROM company), $4) AS base
		), entry AS (
			INSERT INTO ledger_entries (key, event, business_date, currency, customer_id, order_id, document, description, actor)
			SELECT $1, $2, $3, $4, nullif($5, ''), nullif($6, ''), $7, $8, $9 FROM book WHERE base = $4 AND $15
			RETURNING id, posting_date
		), line AS (
			INSERT INTO ledger_lines (entry_id, line, account, customer_id, document, currency, debit, credit, posting_date, base_currency, base_debit, base_credit)
			SELECT entry.id, l.line, l.account, nullif(l.customer, ''), l.document, $4, l.debit, l.credit, entry.posting_date, $4, l.debit, l.credit
			  FROM entry, unnest($10::text[], $11::text[], $12::text[], $13::text[]::numeric[], $14::text[]::numeric[])
			       WITH ORDINALITY AS l (account, customer, document, debit, credit, line)
		)
		SELECT base, EXISTS (SELECT FROM entry) FROM book`, append(args, plain)...).Scan(&base, &posted)
	if err == nil && !posted {
		err = postValued(ctx, tx, e, lines, base)
	}
	if err != nil {
		return fmt.Errorf("ledger.Post %s: %w", e.Key, err)
	}
	return nil
}

// lines are the entry's lines that have an amount, each with its open item and its customer. plain is false when their base
// amounts are not simply their amounts, whatever the currency.
func (e *Entry) lines() (lines []Line, plain bool) {
	plain = true
	for _, line := range e.Lines {
		if line.Debit.IsZero() && line.Credit.IsZero() {
			continue
		}
		if line.item == "" {
			line.item = e.item(line.Account)
		}
		if line.customer == nil {
			line.customer = &e.CustomerID
		}
		plain = plain && line.Account != FXClearing
		lines = append(lines, line)
	}
	return lines, plain
}

// item is the open item of an account that an entry moves: the document that its key names, where that is of the account's
// kind ("payment/pay_1/application/2" moves pay_1), else the entry's own.
func (e *Entry) item(account Account) string {
	kind, kept := items[account]
	if !kept {
		return ""
	}
	if parts := strings.Split(e.Key, "/"); parts[0] == kind && len(parts) > 1 {
		return parts[1]
	}
	return e.Document
}

// items are the accounts whose balance is made of open items, and what the keys of these begin with.
var items = map[Account]string{
	Receivables: "invoice", UnappliedCash: "payment", BankClearing: "payment", CustomerCredit: "credit-note", CustomerDeposits: "deposit",
	FXClearing: "application",
}

// args are the first nine parameters of the statements that insert an entry.
func (e *Entry) args(currency models.Currency) []any {
	actor := e.Actor
	if actor == "" {
		actor = system
	}
	return []any{e.Key, e.Event, e.BusinessDate, currency, e.CustomerID, e.OrderID, e.Document, e.Description, actor}
}

// columns are the five that follow: the lines, column by column.
func columns(lines []Line) []any {
	column := func(of func(Line) string) []string {
		values := make([]string, len(lines))
		for i, line := range lines {
			values[i] = of(line)
		}
		return values
	}
	return []any{
		column(func(l Line) string { return string(l.Account) }), column(func(l Line) string { return *l.customer }),
		column(func(l Line) string { return l.item }), column(func(l Line) string { return l.Debit.String() }),
		column(func(l Line) string { return l.Credit.String() }),
	}
}
