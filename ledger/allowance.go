package ledger

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// AllowanceFor is how much of an amount the loss allowance bears: what is left of it in that currency. Until the transaction ends no other
// one uses what is left; the lock is the last that is taken, like those of counters.
func AllowanceFor(ctx context.Context, tx pgx.Tx, amount models.Money) (models.Money, error) {
	currency := amount.Currency()
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('loss-allowance/' || $1, 0))`, currency); err != nil {
		return models.Money{}, fmt.Errorf("ledger.AllowanceFor: %w", err)
	}
	var left decimal.Decimal
	err := tx.QueryRow(ctx, `SELECT greatest(coalesce(sum(credit - debit), 0), 0) FROM ledger_lines WHERE account = 'loss_allowance' AND currency = $1`, currency).Scan(&left)
	if err != nil {
		return models.Money{}, fmt.Errorf("ledger.AllowanceFor: %w", err)
	}
	return models.Min(amount, models.MustMoney(left, currency)), nil
}
