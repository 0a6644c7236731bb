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

// BalanceView is a row of the trial balance: what was debited and credited, in its currency and in the base currency.
type BalanceView struct {
	Account      string
	Name         string
	Type         string
	Currency     models.Currency
	Debit        decimal.Decimal
	Credit       decimal.Decimal
	BaseCurrency models.Currency
	BaseDebit    decimal.Decimal
	BaseCredit   decimal.Decimal
}

// ReadTrialBalance sums up every account that was posted to, by currency, counting posting dates up to and with asOf; no
// date counts all.
func ReadTrialBalance(ctx context.Context, db DB, asOf models.Date) ([]BalanceView, error) {
	rows, err := db.Query(ctx, `
		SELECT a.code AS account, a.name, a.type, l.currency, sum(l.debit) AS debit, sum(l.credit) AS credit,
		       l.base_currency, sum(l.base_debit) AS base_debit, sum(l.base_credit) AS base_credit
		  FROM ledger_lines l
		  JOIN ledger_accounts a ON a.code = l.account
		 WHERE $1::date IS NULL OR l.posting_date <= $1
		 GROUP BY a.code, a.name, a.type, l.currency, l.base_currency
		 ORDER BY l.currency, array_position('{asset,liability,income,expense}', a.type), a.code`, asOf)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.ReadTrialBalance: %w", err))
	}
	balances, err := pgx.CollectRows(rows, pgx.RowToStructByName[BalanceView])
	return balances, TranslateError(err)
}

// ReadUnvalued counts the entries up to a day whose amounts in the base currency are missing, because no exchange rate was known.
func ReadUnvalued(ctx context.Context, db DB, asOf models.Date) (entries int, err error) {
	err = db.QueryRow(ctx, `
		SELECT count(*) FROM ledger_entries e
		 WHERE e.unvalued AND ($1::date IS NULL OR e.posting_date <= $1) AND NOT EXISTS (SELECT FROM ledger_entries v WHERE v.values_entry = e.id)`, asOf).Scan(&entries)
	return entries, TranslateError(err)
}

// AccountBalanceView is the balance of an account with a customer in a currency. CustomerID is empty for nobody.
type AccountBalanceView struct {
	Account      string
	Currency     models.Currency
	CustomerID   string
	Debit        decimal.Decimal
	Credit       decimal.Decimal
	BaseCurrency models.Currency
	BaseDebit    decimal.Decimal
	BaseCredit   decimal.Decimal
}

// BalanceFilter narrows balances; nil takes all.
type BalanceFilter struct {
	Account    *string
	Currency   *string
	CustomerID *string
	AsOf       models.Date
}

// ListBalances reads a page of the balances by account, currency and customer.
func ListBalances(ctx context.Context, db DB, f BalanceFilter, page Page) ([]AccountBalanceView, *string, error) {
	account, currency, customer, err := page.afterThree()
	if err != nil {
		return nil, nil, err
	}
	rows, err := db.Query(ctx, `
		SELECT account, currency, coalesce(customer_id, '') AS customer_id, sum(debit) AS debit, sum(credit) AS credit,
		       base_currency, sum(base_debit) AS base_debit, sum(base_credit) AS base_credit
		  FROM ledger_lines
		 WHERE ($1::text IS NULL OR account = $1) AND ($2::text IS NULL OR currency = $2) AND ($3::text IS NULL OR customer_id = $3)
		   AND ($4::date IS NULL OR posting_date <= $4)
		   AND ($5::text IS NULL OR (account, currency, coalesce(customer_id, '')) > ($5, $6, $7))
		 GROUP BY account, currency, ledger_lines.customer_id, base_currency
		 ORDER BY account, currency, coalesce(ledger_lines.customer_id, '')
		 LIMIT $8`, pgx.QueryExecModeCacheDescribe, f.Account, f.Currency, f.CustomerID, f.AsOf, account, currency, customer, page.Limit+1)
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListBalances: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[AccountBalanceView])
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListBalances: %w", err))
	}
	found, next := cut(page, found, func(b AccountBalanceView) position { return three(b.Account, string(b.Currency), b.CustomerID) })
	return found, next, nil
}

// EntryView is an entry of the ledger with its lines.
type EntryView struct {
	ID           int64
	Key          string
	Event        string
	BusinessDate models.Date
	PostingDate  models.Date
	LateFor      *string
	Currency     models.Currency
	CustomerID   *string
	OrderID      *string
	Document     string
	Description  string
	Actor        string
	Reason       string
	Reverses     *int64
	Unvalued     bool
	Values       *int64
	RecordedAt   time.Time
	Lines        []EntryLineView `db:"-"`
}

// EntryLineView is a debit or credit of an entry.
type EntryLineView struct {
	EntryID      int64
	Account      string
	CustomerID   *string
	Document     string
	Debit        decimal.Decimal
	Credit       decimal.Decimal
	BaseCurrency models.Currency
	BaseDebit    decimal.Decimal
	BaseCredit   decimal.Decimal
}

// EntryFilter narrows the journal; nil, or no date, takes all. The dates are posting dates, both included.
type EntryFilter struct {
	CustomerID *string
	OrderID    *string
	Account    *string
	Document   *string
	Event      *string
	From       models.Date
	To         models.Date
}

// entryColumns are the columns of an EntryView.
const entryColumns = `
		SELECT e.id, e.key, e.event, e.business_date, e.posting_date, e.late_for, e.currency, e.customer_id, e.order_id, e.document, e.description,
		       e.actor, e.reason, e.reverses, e.unvalued, e.values_entry AS values, e.recorded_at
		  FROM ledger_entries e`

// ListEntries reads a page of the entries, in the order in which they were recorded. The document is the entry's own, or an open
// item that a line moves.
func ListEntries(ctx context.Context, db DB, f EntryFilter, page Page) ([]EntryView, *string, error) {
	after, err := page.afterNumber()
	if err != nil {
		return nil, nil, err
	}
	// Not with OR: then no index would be used.
	onAccount, onDocument := `$3::text IS NULL`, `$4::text IS NULL`
	if f.Account != nil {
		onAccount = `EXISTS (SELECT FROM ledger_lines WHERE entry_id = e.id AND account = $3)`
	}
	if f.Document != nil {
		onDocument = `e.id IN (SELECT id FROM ledger_entries WHERE document = $4 AND document <> ''
		         UNION SELECT entry_id FROM ledger_lines WHERE document = $4 AND document <> '')`
	}
	rows, err := db.Query(ctx, entryColumns+`
		 WHERE ($1::text IS NULL OR e.customer_id = $1) AND ($2::text IS NULL OR e.order_id = $2)
		   AND ($5::text IS NULL OR e.event = $5)
		   AND ($6::date IS NULL OR e.posting_date >= $6) AND ($7::date IS NULL OR e.posting_date <= $7) AND e.id > $8
		   AND `+onAccount+` AND `+onDocument+`
		 ORDER BY e.id
		 LIMIT $9`, pgx.QueryExecModeCacheDescribe, f.CustomerID, f.OrderID, f.Account, f.Document, f.Event, f.From, f.To, after, page.Limit+1)
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListEntries: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[EntryView])
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListEntries: %w", err))
	}
	found, next := cut(page, found, func(e EntryView) position { return position{Key: strconv.FormatInt(e.ID, 10)} })
	return found, next, readEntryLines(ctx, db, found)
}

// ListJournal reads a page of the entries of a period, by posting date.
func ListJournal(ctx context.Context, db DB, period models.Period, page Page) ([]EntryView, *string, error) {
	at, key, err := page.after()
	var number *int64
	if err == nil && key != nil {
		number, err = page.number(*key)
	}
	if err != nil {
		return nil, nil, err
	}
	rows, err := db.Query(ctx, entryColumns+`
		 WHERE e.posting_date BETWEEN $1 AND $2
		   AND ($3::timestamptz IS NULL OR (e.posting_date, e.id) > (($3 AT TIME ZONE 'UTC')::date, $4))
		 ORDER BY e.posting_date, e.id
		 LIMIT $5`, pgx.QueryExecModeCacheDescribe, period.FirstDay(), period.LastDay(), at, number, page.Limit+1)
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListJournal: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[EntryView])
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListJournal: %w", err))
	}
	found, next := cut(page, found, func(e EntryView) position {
		return latest(e.PostingDate.At(0, time.UTC), strconv.FormatInt(e.ID, 10))
	})
	return found, next, readEntryLines(ctx, db, found)
}

// readEntryLines adds the lines to entries.
func readEntryLines(ctx context.Context, db DB, entries []EntryView) error {
	index := make(map[int64]*EntryView, len(entries))
	ids := make([]int64, len(entries))
	for i := range entries {
		index[entries[i].ID], ids[i] = &entries[i], entries[i].ID
	}
	rows, err := db.Query(ctx, `
		SELECT entry_id, account, customer_id, document, debit, credit, base_currency, base_debit, base_credit
		  FROM ledger_lines WHERE entry_id = ANY($1) ORDER BY entry_id, line`, ids)
	if err != nil {
		return TranslateError(fmt.Errorf("postgres.readEntryLines: %w", err))
	}
	lines, err := pgx.CollectRows(rows, pgx.RowToStructByName[EntryLineView])
	if err != nil {
		return TranslateError(fmt.Errorf("postgres.readEntryLines: %w", err))
	}
	for _, line := range lines {
		index[line.EntryID].Lines = append(index[line.EntryID].Lines, line)
	}
	return nil
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
