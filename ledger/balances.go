package ledger

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
	"o2c/postgres"
)

// AccountBalance is one row of the trial balance: the totals of an account in a currency up to a day.
type AccountBalance struct {
	Account  string
	Name     string
	Type     string
	Currency models.Currency
	Debit    decimal.Decimal
	Credit   decimal.Decimal
}

// TrialBalance lists every account that was posted to, by currency, counting posting dates up to and with asOf; no date
// counts all. Debits and credits are equal per currency.
func TrialBalance(ctx context.Context, db postgres.DB, asOf models.Date) ([]AccountBalance, error) {
	rows, err := db.Query(ctx, `
		SELECT a.code AS account, a.name, a.type, l.currency, sum(l.debit) AS debit, sum(l.credit) AS credit
		  FROM ledger_lines l
		  JOIN ledger_accounts a ON a.code = l.account
		 WHERE $1::date IS NULL OR l.posting_date <= $1
		 GROUP BY a.code, a.name, a.type, l.currency
		 ORDER BY l.currency, a.type, a.code`, asOf)
	if err != nil {
		return nil, fmt.Errorf("ledger.TrialBalance: %w", err)
	}
	balances, err := pgx.CollectRows(rows, pgx.RowToStructByName[AccountBalance])
	if err != nil {
		return nil, fmt.Errorf("ledger.TrialBalance: %w", err)
	}
	return balances, nil
}
