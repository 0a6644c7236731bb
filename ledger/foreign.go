package ledger

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// postValued records an entry whose base amounts are not simply its amounts.
func postValued(ctx context.Context, tx pgx.Tx, e Entry, lines []Line, base models.Currency) error {
	if err := lockItems(ctx, tx, lines); err != nil {
		return err
	}
	held, err := readItems(ctx, tx, lines, 0)
	if err != nil {
		return err
	}
	rate, known, err := rateOn(ctx, tx, lines[0].Debit.Currency(), base, e.BusinessDate)
	if err != nil {
		return err
	}
	clearing := slices.ContainsFunc(lines, func(l Line) bool { return l.Account == FXClearing })
	switch {
	case held.unvalued || !known && !held.relieved(lines):
		if clearing {
			return models.Conflict("exchange-rate-missing", "there is no exchange rate from %s to %s", lines[0].Debit.Currency(), base)
		}
		return insertValued(ctx, tx, e, without(lines, base), base, true)
	default:
		return insertValued(ctx, tx, e, value(lines, held.items, rate, base), base, false)
	}
}

// held is what the items of an entry's lines are carried at, line by line; two lines of one item share it. unvalued is set
// when one of them has an entry whose base amounts are still missing.
type held struct {
	items    []*carried
	unvalued bool
}

// relieved says whether a line takes from its item.
func (h *held) relieved(lines []Line) bool {
	for i, item := range h.items {
		if item == nil {
			continue
		}
		balance := item.amount
		if lines[i].Account == FXClearing {
			balance = item.base
		}
		if lines[i].Debit.IsPositive() && balance.IsNegative() || lines[i].Credit.IsPositive() && balance.IsPositive() {
			return true
		}
	}
	return false
}

// lockItems serialises entries that move the same items. Their steps hold the documents' locks already; this is for those that
// do not.
func lockItems(ctx context.Context, tx pgx.Tx, lines []Line) error {
	_, err := tx.Exec(ctx, `
		SELECT pg_advisory_xact_lock(7305004, hash) FROM (SELECT DISTINCT hashtext(item) AS hash FROM unnest($1::text[]) AS item WHERE item <> '' ORDER BY hash) AS items`,
		columns(lines)[2])
	return err
}

// readItems reads what the items of lines are carried at. before leaves out the entries from that id on, and what gave these
// their base amounts; 0 leaves out none.
func readItems(ctx context.Context, tx pgx.Tx, lines []Line, before int64) (held, error) {
	h := held{items: make([]*carried, len(lines))}
	column := columns(lines)
	rows, err := tx.Query(ctx, `
		SELECT i.n, coalesce(sum(l.debit - l.credit), 0), coalesce(sum(l.base_debit - l.base_credit), 0),
		       coalesce(bool_or(e.unvalued AND NOT EXISTS (SELECT FROM ledger_entries v WHERE v.values_entry = e.id)), false)
		  FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS i (account, customer, document, n)
		  JOIN ledger_lines l ON l.document = i.document AND l.document <> '' AND l.account = i.account AND l.customer_id IS NOT DISTINCT FROM nullif(i.customer, '')
		       AND (l.currency = $4 OR l.account = 'fx_clearing')
		  JOIN ledger_entries e ON e.id = l.entry_id
		 WHERE $5 = 0 OR e.id < $5 OR e.values_entry < $5
		 GROUP BY i.n`, column[0], column[1], column[2], lines[0].Debit.Currency(), before)
	if err != nil {
		return h, err
	}
	type item struct{ account, customer, document string }
	seen := map[item]*carried{}
	var n int
	var amount, base decimal.Decimal
	var unvalued bool
	_, err = pgx.ForEachRow(rows, []any{&n, &amount, &base, &unvalued}, func() error {
		line := lines[n-1]
		of := item{string(line.Account), *line.customer, line.item}
		if seen[of] == nil {
			seen[of] = &carried{amount: amount, base: base}
		}
		h.items[n-1] = seen[of]
		h.unvalued = h.unvalued || unvalued
		return nil
	})
	return h, err
}

// rateOn is what one unit of a currency was worth on a day: the last rate known then, or where there was none yet, the first
// that was known later. known is false when there is no rate at all.
func rateOn(ctx context.Context, tx pgx.Tx, currency, base models.Currency, day models.Date) (rate decimal.Decimal, known bool, err error) {
	if currency == base {
		return decimal.NewFromInt(1), true, nil
	}
	rows, err := tx.Query(ctx, `
		(SELECT rate, 0 AS choice FROM exchange_rates WHERE base_currency = $1 AND currency = $2 AND valid_from <= $3 ORDER BY valid_from DESC LIMIT 1)
		UNION ALL
		(SELECT rate, 1 FROM exchange_rates WHERE base_currency = $1 AND currency = $2 AND valid_from > $3 ORDER BY valid_from LIMIT 1)
		ORDER BY choice LIMIT 1`, base, currency, day)
	if err != nil {
		return rate, false, err
	}
	var choice int
	_, err = pgx.ForEachRow(rows, []any{&rate, &choice}, func() error {
		known = true
		return nil
	})
	return rate, known, err
}

// without leaves the base amounts open.
func without(lines []Line, base models.Currency) []valuedLine {
	valued := make([]valuedLine, len(lines))
	for i, line := range lines {
		valued[i] = valuedLine{Line: line, baseDebit: models.Zero(base), baseCredit: models.Zero(base)}
	}
	return valued
}

// insertValued inserts an entry with given base amounts.
func insertValued(ctx context.Context, tx pgx.Tx, e Entry, valued []valuedLine, base models.Currency, unvalued bool) error {
	lines := make([]Line, len(valued))
	baseDebits, baseCredits := make([]string, len(valued)), make([]string, len(valued))
	for i, line := range valued {
		lines[i], baseDebits[i], baseCredits[i] = line.Line, line.baseDebit.String(), line.baseCredit.String()
	}
	args := append(e.args(lines[0].Debit.Currency()), columns(lines)...)
	_, err := tx.Exec(ctx, `
		WITH entry AS (
			INSERT INTO ledger_entries (key, event, business_date, currency, customer_id, order_id, document, description, actor, unvalued)
			VALUES ($1, $2, $3, $4, nullif($5, ''), nullif($6, ''), $7, $8, $9, $18)
			RETURNING id, posting_date
		)
		INSERT INTO ledger_lines (entry_id, line, account, customer_id, document, currency, debit, credit, posting_date, base_currency, base_debit, base_credit)
		SELECT entry.id, l.line, l.account, nullif(l.customer, ''), l.document, $4, l.debit, l.credit, entry.posting_date, $15, l.base_debit, l.base_credit
		  FROM entry, unnest($10::text[], $11::text[], $12::text[], $13::text[]::numeric[], $14::text[]::numeric[], $16::text[]::numeric[], $17::text[]::numeric[])
		       WITH ORDINALITY AS l (account, customer, document, debit, credit, base_debit, base_credit, line)`,
		append(args, base, baseDebits, baseCredits, unvalued)...)
	return err
}

// valueLate gives the base amounts to the entries up to a day that were recorded when no exchange rate was known, oldest first, as
// they would have been given then. Each gets an entry of its own with base amounts only. Where there is still no rate it fails
// with "exchange-rate-missing".
func valueLate(ctx context.Context, tx pgx.Tx, until models.Date, actor string) error {
	rows, err := tx.Query(ctx, `
		SELECT e.id, e.key, e.currency, e.business_date, e.posting_date, coalesce(e.late_for, ''), coalesce(e.customer_id, ''), coalesce(e.order_id, ''), e.document,
		       (SELECT base_currency FROM company), coalesce(e.reverses, 0)
		  FROM ledger_entries e
		 WHERE e.unvalued AND e.posting_date <= $1 AND NOT EXISTS (SELECT FROM ledger_entries v WHERE v.values_entry = e.id)
		 ORDER BY e.id`, until)
	if err != nil {
		return err
	}
	open, err := pgx.CollectRows(rows, pgx.RowToStructByPos[unvaluedEntry])
	if err != nil {
		return err
	}
	for _, e := range open {
		if err = e.value(ctx, tx, actor); err != nil {
			return fmt.Errorf("%s: %w", e.Key, err)
		}
	}
	return nil
}

// unvaluedEntry is an entry whose base amounts are missing.
type unvaluedEntry struct {
	ID           int64
	Key          string
	Currency     models.Currency
	BusinessDate models.Date
	PostingDate  models.Date
	LateFor      string
	CustomerID   string
	OrderID      string
	Document     string
	Base         models.Currency
	Reverses     int64
}

func (e *unvaluedEntry) value(ctx context.Context, tx pgx.Tx, actor string) error {
	if e.Reverses != 0 { // the mirror of what its original got
		var valuation int64
		err := tx.QueryRow(ctx, `SELECT id FROM ledger_entries WHERE values_entry = $1`, e.Reverses).Scan(&valuation)
		if err != nil {
			return err
		}
		if _, err = tx.Exec(ctx, mirror, valuation, "valuation/"+e.Key, "valued", e.PostingDate, actor, "valued with its original", e.ID); err != nil {
			return err
		}
		return sweep(ctx, tx, "valuation/"+e.Key, e.PostingDate, actor)
	}
	lines, err := e.lines(ctx, tx)
	if err != nil {
		return err
	}
	held, err := readItems(ctx, tx, lines, e.ID)
	if err != nil {
		return err
	}
	rate, known, err := rateOn(ctx, tx, e.Currency, e.Base, e.BusinessDate)
	if err != nil {
		return err
	}
	if !known && !held.relieved(lines) {
		return models.Conflict("exchange-rate-missing", "there is no exchange rate from %s to %s", e.Currency, e.Base)
	}
	// Only base amounts are added, where there are any. An entry that is worth less than half of the smallest unit gets one, so
	// that it has been valued.
	nothing := func(l valuedLine) bool { return l.baseDebit.IsZero() && l.baseCredit.IsZero() }
	valued := value(lines, held.items, rate, e.Base)
	if !slices.ContainsFunc(valued, func(l valuedLine) bool { return !nothing(l) }) {
		unit := models.MustMoney(decimal.New(1, -e.Base.MinorUnits()), e.Base)
		valued[slices.IndexFunc(lines, func(l Line) bool { return l.Debit.IsPositive() })].baseDebit = unit
		valued[slices.IndexFunc(lines, func(l Line) bool { return l.Credit.IsPositive() })].baseCredit = unit
	}
	valued = slices.DeleteFunc(valued, nothing)
	accounts, customers, documents := make([]string, len(valued)), make([]string, len(valued)), make([]string, len(valued))
	debits, credits := make([]string, len(valued)), make([]string, len(valued))
	for i, l := range valued {
		accounts[i], customers[i], documents[i] = string(l.Account), *l.customer, l.item
		debits[i], credits[i] = l.baseDebit.String(), l.baseCredit.String()
	}
	_, err = tx.Exec(ctx, `
		WITH entry AS (
			INSERT INTO ledger_entries (key, event, business_date, currency, customer_id, order_id, document, description, actor, values_entry)
			VALUES ('valuation/' || $1, 'valued', $2, $3, nullif($4, ''), nullif($5, ''), $6, 'Base amounts of ' || $1, $7, $8)
			RETURNING id, posting_date
		)
		INSERT INTO ledger_lines (entry_id, line, account, customer_id, document, currency, debit, credit, posting_date, base_currency, base_debit, base_credit)
		SELECT entry.id, l.line, l.account, nullif(l.customer, ''), l.document, $3, 0, 0, entry.posting_date, $9, l.debit, l.credit
		  FROM entry, unnest($10::text[], $11::text[], $12::text[], $13::text[]::numeric[], $14::text[]::numeric[])
		       WITH ORDINALITY AS l (account, customer, document, debit, credit, line)`,
		e.Key, e.PostingDate, e.Currency, e.CustomerID, e.OrderID, e.Document, actor, e.ID, e.Base, accounts, customers, documents, debits, credits)
	return err
}

// lines reads the lines as they were recorded.
func (e *unvaluedEntry) lines(ctx context.Context, tx pgx.Tx) ([]Line, error) {
	rows, err := tx.Query(ctx, `SELECT account, coalesce(customer_id, ''), document, debit, credit FROM ledger_lines WHERE entry_id = $1 ORDER BY line`, e.ID)
	if err != nil {
		return nil, err
	}
	var lines []Line
	var account, customer, document string
	var debit, credit decimal.Decimal
	_, err = pgx.ForEachRow(rows, []any{&account, &customer, &document, &debit, &credit}, func() error {
		of := customer
		lines = append(lines, Line{
			Account: Account(account), Debit: models.MustMoney(debit, e.Currency), Credit: models.MustMoney(credit, e.Currency), item: document, customer: &of,
		})
		return nil
	})
	return lines, err
}
