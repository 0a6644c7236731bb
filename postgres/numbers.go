package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// NextNumber takes the next number of a series and year. The counter stays locked until the transaction ends, and gives the
// number back if it fails: numbers have no gap. It is the last lock of a step.
func NextNumber(ctx context.Context, tx pgx.Tx, series string, year int) (int64, error) {
	var n int64
	err := tx.QueryRow(ctx, `
		INSERT INTO number_series (series, year, last) VALUES ($1, $2, 1)
		ON CONFLICT (series, year) DO UPDATE SET last = number_series.last + 1
		RETURNING last`, series, year).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("postgres.NextNumber %s %d: %w", series, year, err)
	}
	return n, nil
}
