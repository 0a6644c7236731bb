package postgres

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// BalanceView is a row of the trial balance.
type BalanceView struct {
	Account  string
	Name     string
	Type     string
	Currency models.Currency
	Debit    decimal.Decimal
	Credit   decimal.Decimal
}

// ReadTrialBalance sums up every account that was posted to, by currency, counting business dates up to and with asOf; no
// date counts all.
func ReadTrialBalance(ctx context.Context, db DB, asOf models.Date) ([]BalanceView, error) {
	rows, err := db.Query(ctx, `
		SELECT a.code AS account, a.name, a.type, l.currency, sum(l.debit) AS debit, sum(l.credit) AS credit
		  FROM ledger_lines l
		  JOIN ledger_entries e ON e.id = l.entry_id
		  JOIN ledger_accounts a ON a.code = l.account
		 WHERE $1::date IS NULL OR e.business_date <= $1
		 GROUP BY a.code, a.name, a.type, l.currency
		 ORDER BY l.currency, array_position('{asset,liability,income,expense}', a.type), a.code`, asOf)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.ReadTrialBalance: %w", err))
	}
	balances, err := pgx.CollectRows(rows, pgx.RowToStructByName[BalanceView])
	return balances, TranslateError(err)
}

// EntryView is an entry of the ledger with its lines.
type EntryView struct {
	ID           int64
	Key          string
	Event        string
	BusinessDate models.Date
	Currency     models.Currency
	CustomerID   *string
	OrderID      *string
	Document     string
	Description  string
	Reverses     *int64
	RecordedAt   time.Time
	Lines        []EntryLineView `db:"-"`
}

// EntryLineView is a debit or credit of an entry.
type EntryLineView struct {
	EntryID int64
	Account string
	Debit   decimal.Decimal
	Credit  decimal.Decimal
}

// EntryFilter narrows the journal; nil takes all.
type EntryFilter struct {
	CustomerID *string
	OrderID    *string
	Account    *string
}

// ListEntries reads a page of the journal, oldest first.
func ListEntries(ctx context.Context, db DB, f EntryFilter, page Page) ([]EntryView, *string, error) {
	after, err := page.afterNumber()
	if err != nil {
		return nil, nil, err
	}
	onAccount := `$3::text IS NULL`
	if f.Account != nil { // and not with OR: then no index on the account would be used
		onAccount = `EXISTS (SELECT FROM ledger_lines WHERE entry_id = e.id AND account = $3)`
	}
	rows, err := db.Query(ctx, `
		SELECT id, key, event, business_date, currency, customer_id, order_id, document, description, reverses, recorded_at
		  FROM ledger_entries e
		 WHERE ($1::text IS NULL OR customer_id = $1) AND ($2::text IS NULL OR order_id = $2) AND id > $4
		   AND `+onAccount+`
		 ORDER BY id
		 LIMIT $5`, pgx.QueryExecModeCacheDescribe, f.CustomerID, f.OrderID, f.Account, after, page.Limit+1)
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListEntries: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[EntryView])
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListEntries: %w", err))
	}
	found, next := cut(page, found, func(e EntryView) position { return position{Key: strconv.FormatInt(e.ID, 10)} })
	index := make(map[int64]*EntryView, len(found))
	ids := make([]int64, len(found))
	for i := range found {
		index[found[i].ID], ids[i] = &found[i], found[i].ID
	}
	rows, err = db.Query(ctx, `SELECT entry_id, account, debit, credit FROM ledger_lines WHERE entry_id = ANY($1) ORDER BY entry_id, line`, ids)
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListEntries lines: %w", err))
	}
	lines, err := pgx.CollectRows(rows, pgx.RowToStructByName[EntryLineView])
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListEntries lines: %w", err))
	}
	for _, line := range lines {
		index[line.EntryID].Lines = append(index[line.EntryID].Lines, line)
	}
	return found, next, nil
}

// NumberGap is a run of numbers that a series of documents misses.
type NumberGap struct {
	Series string
	Year   int
	From   int64
	To     int64
}

// ReadNumberGaps looks for numbers that are below the counter of their series and belong to no document.
func ReadNumberGaps(ctx context.Context, db DB) ([]NumberGap, error) {
	rows, err := db.Query(ctx, `
		WITH taken AS (
		     SELECT series, year, sequence FROM numbered_documents
		     UNION ALL SELECT series, year, 0 FROM number_series
		     UNION ALL SELECT series, year, last + 1 FROM number_series
		), steps AS (
		     SELECT series, year, sequence, lead(sequence) OVER (PARTITION BY series, year ORDER BY sequence) AS following FROM taken
		)
		SELECT series, year, sequence + 1 AS from, following - 1 AS to
		  FROM steps WHERE following > sequence + 1
		 ORDER BY series, year, sequence`)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.ReadNumberGaps: %w", err))
	}
	gaps, err := pgx.CollectRows(rows, pgx.RowToStructByName[NumberGap])
	return gaps, TranslateError(err)
}
