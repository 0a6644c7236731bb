package ledger

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// Close closes a period for good: what is posted for it from now on goes to the next one. Before, in the same transaction, entries
// without base amounts get them, and open items in foreign currencies are valued at the period's last day, which the first
// day of the next one takes back. It waits for the postings that are running.
//
// It fails with "period-closed", "period-not-over" (today is the seller's date), "accounting-periods-in-order" and
// "exchange-rate-missing".
func Close(ctx context.Context, tx pgx.Tx, period models.Period, today models.Date, actor string) error {
	if !today.After(period.LastDay()) {
		return models.Conflict("period-not-over", "the period %s ends on %s, and today is %s", period, period.LastDay(), today)
	}
	// The one lock of all postings, before anything is read.
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(ledger_books_lock())`); err != nil {
		return fmt.Errorf("ledger.Close %s: %w", period, err)
	}
	var closed models.Date
	if err := tx.QueryRow(ctx, `SELECT max(last_day) FROM accounting_periods`).Scan(&closed); err != nil {
		return fmt.Errorf("ledger.Close %s: %w", period, err)
	}
	if !closed.IsZero() && !period.LastDay().After(closed) {
		return models.Conflict("period-closed", "the books are closed up to %s", closed)
	}
	if err := valueLate(ctx, tx, period.LastDay(), actor); err != nil {
		return fmt.Errorf("ledger.Close %s: %w", period, err)
	}
	if err := revalue(ctx, tx, period, actor); err != nil {
		return fmt.Errorf("ledger.Close %s: %w", period, err)
	}
	if _, err := tx.Exec(ctx, `INSERT INTO accounting_periods (first_day, closed_by) VALUES ($1, $2)`, period.FirstDay(), actor); err != nil {
		return fmt.Errorf("ledger.Close %s: %w", period, err)
	}
	return nil
}

// openItem is an open item in a foreign currency, beside what it would be worth on a day.
type openItem struct {
	Currency   models.Currency
	CustomerID string
	Document   string
	Worth      decimal.Decimal
	Carried    decimal.Decimal
	Base       models.Currency
}

// revalue posts, per currency, what open receivables, unapplied cash and customer credit are worth more or less on the
// period's last day than they are carried at, in the base currency only, and takes it back on the day after. Deposits are owed
// in goods and not in money: they keep their rate.
func revalue(ctx context.Context, tx pgx.Tx, period models.Period, actor string) error {
	rows, err := tx.Query(ctx, `
		WITH items AS (
		     SELECT currency, base_currency, coalesce(customer_id, '') AS customer_id, document, sum(debit - credit) AS amount, sum(base_debit - base_credit) AS carried
		       FROM ledger_lines
		      WHERE account IN ('receivables', 'unapplied_cash', 'customer_credit') AND currency <> base_currency AND posting_date <= $1
		      GROUP BY account, currency, base_currency, customer_id, document
		     HAVING sum(debit - credit) <> 0
		), rates AS (
		     SELECT c.currency, coalesce(
		            (SELECT rate FROM exchange_rates r WHERE r.base_currency = c.base_currency AND r.currency = c.currency AND valid_from <= $1 ORDER BY valid_from DESC LIMIT 1),
		            (SELECT rate FROM exchange_rates r WHERE r.base_currency = c.base_currency AND r.currency = c.currency ORDER BY valid_from LIMIT 1)) AS rate
		       FROM (SELECT DISTINCT currency, base_currency FROM items) c
		)
		SELECT currency, customer_id, document, round(amount * rate, minor_units(base_currency)) AS worth, carried, base_currency AS base
		  FROM items JOIN rates USING (currency)
		 WHERE round(amount * rate, minor_units(base_currency)) <> carried
		 ORDER BY currency, customer_id, document`, period.LastDay())
	if err != nil {
		return err
	}
	items, err := pgx.CollectRows(rows, pgx.RowToStructByName[openItem])
	if err != nil {
		return err
	}
	for len(items) > 0 {
		n := 1
		for n < len(items) && items[n].Currency == items[0].Currency {
			n++
		}
		if err = revalueCurrency(ctx, tx, period, actor, items[:n]); err != nil {
			return err
		}
		items = items[n:]
	}
	return nil
}

func revalueCurrency(ctx context.Context, tx pgx.Tx, period models.Period, actor string, items []openItem) error {
	currency, base := items[0].Currency, items[0].Base
	none, net := models.Zero(currency), models.Zero(base)
	nobody := ""
	lines := make([]valuedLine, len(items), len(items)+1)
	for i, item := range items {
		difference := models.MustMoney(item.Worth.Sub(item.Carried), base)
		net = net.Add(difference)
		line := Line{Account: ReceivablesRevaluation, Debit: none, Credit: none, item: item.Document, customer: &item.CustomerID}
		if difference.IsNegative() {
			lines[i] = valuedLine{line, models.Zero(base), difference.Neg()}
		} else {
			lines[i] = valuedLine{line, difference, models.Zero(base)}
		}
	}
	if !net.IsZero() {
		lines = append(lines, realised(net, Line{Debit: none, customer: &nobody}))
	}
	key := fmt.Sprintf("revaluation/%s/%s", period, currency)
	err := insertValued(ctx, tx, Entry{
		Key: key, Event: "revalued", BusinessDate: period.LastDay(), Document: period.String(), Actor: actor,
		Description: fmt.Sprintf("Open items in %s valued on %s", currency, period.LastDay()),
	}, lines, base, false)
	if err != nil {
		return err
	}
	return Reverse(ctx, tx, Reversal{
		Key: key + "/reversal", OriginalKey: key, BusinessDate: period.Next().FirstDay(), Actor: actor, Reason: "the valuation is for the period's end only",
	})
}
