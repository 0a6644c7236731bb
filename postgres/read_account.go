package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// AccountItemView is an open receivable of a customer as the ledger has it.
type AccountItemView struct {
	Document string
	Kind     models.ItemKind
	Invoice  *string // that it came from, if it is not an invoice itself
	DueDate  models.Date
	Amount   decimal.Decimal
	Open     decimal.Decimal
	Disputed decimal.Decimal
}

// ReadAccountItems reads what a customer owes in a currency, item by item, from the ledger: posting dates up to and with asOf
// count, and no date counts all. What is not an invoice is due on the day on which it was charged.
func ReadAccountItems(ctx context.Context, db DB, customerID string, currency models.Currency, asOf models.Date) ([]AccountItemView, error) {
	rows, err := db.Query(ctx, `
		WITH items AS (
		     SELECT document, sum(debit - credit) AS open, sum(debit) AS charged, min(entry_id) AS entry_id
		       FROM ledger_lines
		      WHERE account = 'receivables' AND currency = $2 AND customer_id = $1 AND ($3::date IS NULL OR posting_date <= $3)
		      GROUP BY document HAVING sum(debit) <> sum(credit)
		)
		SELECT i.document,
		       coalesce(o.kind, 'fee') AS kind, nullif(o.invoice, o.number) AS invoice, coalesce(p.due_date, o.due_date, e.business_date) AS due_date, coalesce(p.amount, o.total, i.charged) AS amount,
		       part.open, part.disputed
		  FROM items i
		  JOIN ledger_entries e ON e.id = i.entry_id
		  LEFT JOIN open_items o ON o.number = i.document
		  LEFT JOIN company ON true
		  CROSS JOIN LATERAL (
		       SELECT coalesce(sum(amount), 0) AS amount FROM disputes
		        WHERE invoice = i.document AND (opened_at AT TIME ZONE coalesce(company.time_zone, 'UTC'))::date <= $3
		          AND (resolved_at IS NULL OR (resolved_at AT TIME ZONE coalesce(company.time_zone, 'UTC'))::date > $3)) d
		  CROSS JOIN LATERAL (SELECT CASE WHEN $3::date IS NULL THEN coalesce(o.disputed_amount, 0) ELSE least(i.open, d.amount) END AS amount) disputed
		  -- What is settled fills instalments by due date; the latest are the disputed ones (the view open_instalments says the same of today).
		  LEFT JOIN LATERAL (SELECT due_date, amount, sum(amount) OVER (ORDER BY n) AS until FROM invoice_instalments WHERE invoice = i.document) p ON true
		  CROSS JOIN LATERAL (
		       SELECT CASE WHEN p.amount IS NULL THEN i.open ELSE least(p.amount, greatest(p.until - (o.total - i.open), 0)) END AS open,
		              CASE WHEN p.amount IS NULL THEN disputed.amount ELSE least(p.amount, greatest(p.until - (o.total - disputed.amount), 0)) END AS disputed) part
		 WHERE part.open > 0 OR p.amount IS NULL
		 ORDER BY due_date, i.document`, pgx.QueryExecModeCacheDescribe, customerID, currency, asOf)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.ReadAccountItems: %w", err))
	}
	items, err := pgx.CollectRows(rows, pgx.RowToStructByName[AccountItemView])
	return items, TranslateError(err)
}

// AccountTotals are what a customer has with us, by account, as amounts above zero.
type AccountTotals struct {
	Receivables    decimal.Decimal
	UnappliedCash  decimal.Decimal
	CustomerCredit decimal.Decimal
	Deposits       decimal.Decimal
}

// ReadAccountTotals reads a customer's balances in a currency from the ledger, as ReadAccountItems does.
func ReadAccountTotals(ctx context.Context, db DB, customerID string, currency models.Currency, asOf models.Date) (AccountTotals, error) {
	rows, err := db.Query(ctx, `
		SELECT coalesce(sum(debit - credit) FILTER (WHERE account = 'receivables'), 0) AS receivables,
		       coalesce(sum(credit - debit) FILTER (WHERE account = 'unapplied_cash'), 0) AS unapplied_cash,
		       coalesce(sum(credit - debit) FILTER (WHERE account = 'customer_credit'), 0) AS customer_credit,
		       coalesce(sum(credit - debit) FILTER (WHERE account = 'customer_deposits'), 0) AS deposits
		  FROM ledger_lines
		 WHERE account IN ('receivables', 'unapplied_cash', 'customer_credit', 'customer_deposits') AND currency = $2 AND customer_id = $1
		   AND ($3::date IS NULL OR posting_date <= $3)`, pgx.QueryExecModeCacheDescribe, customerID, currency, asOf)
	if err != nil {
		return AccountTotals{}, TranslateError(fmt.Errorf("postgres.ReadAccountTotals: %w", err))
	}
	totals, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[AccountTotals])
	return totals, TranslateError(err)
}

// TieOutView compares the receivables account of a customer with its open items.
type TieOutView struct {
	CustomerID string
	Currency   models.Currency
	Control    decimal.Decimal
	Items      decimal.Decimal
}

// tieOut compares, per customer and currency, the receivables account at the end of a day with the open items of that day: these
// are the open items of today less what was posted to them since. $1 is the day, NULL for today.
const tieOut = `
	WITH sums AS (
	     SELECT coalesce(customer_id, '') AS customer_id, currency, debit - credit AS control, 0 AS item
	       FROM ledger_lines WHERE account = 'receivables' AND ($1::date IS NULL OR posting_date <= $1)
	     UNION ALL
	     SELECT customer_id, currency, 0, open_amount FROM open_items
	     UNION ALL
	     SELECT i.customer_id, i.currency, 0, l.credit - l.debit
	       FROM ledger_lines l JOIN open_items i ON i.number = l.document
	      WHERE l.account = 'receivables' AND l.posting_date > $1
	), customers AS (
	     SELECT customer_id, currency, sum(control) AS control, sum(item) AS items FROM sums GROUP BY 1, 2
	) `

// ListTieOut reads a page of the comparison by customer, and leaves out customers of whom nothing is open.
func ListTieOut(ctx context.Context, db DB, asOf models.Date, customerID *string, page Page) ([]TieOutView, *string, error) {
	customer, currency, _, err := page.afterThree()
	if err != nil {
		return nil, nil, err
	}
	rows, err := db.Query(ctx, tieOut+`
		SELECT customer_id, currency, control, items FROM customers
		 WHERE (control <> 0 OR items <> 0 OR customer_id = $2) AND ($2::text IS NULL OR customer_id = $2)
		   AND ($3::text IS NULL OR (customer_id, currency) > ($3, $4))
		 ORDER BY customer_id, currency LIMIT $5`, asOf, customerID, customer, currency, page.Limit+1)
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListTieOut: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[TieOutView])
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListTieOut: %w", err))
	}
	found, next := cut(page, found, func(v TieOutView) position { return three(v.CustomerID, string(v.Currency), "") })
	return found, next, nil
}

// ReadTieOut sums the comparison up by currency. CustomerID is empty.
func ReadTieOut(ctx context.Context, db DB, asOf models.Date) ([]TieOutView, error) {
	rows, err := db.Query(ctx, tieOut+`
		SELECT '' AS customer_id, currency, sum(control) AS control, sum(items) AS items FROM customers GROUP BY currency ORDER BY currency`,
		asOf)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.ReadTieOut: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[TieOutView])
	return found, TranslateError(err)
}
