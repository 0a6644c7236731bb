package postgres_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"o2c/internal/testkit"
	"o2c/models"
	"o2c/postgres"
)

// Fifty issue documents at once; of the transactions some are rolled back and some lose their connection. The numbers that
// are left have no gap and no twin.
func TestNumbersHaveNoGap(t *testing.T) {
	t.Parallel()
	pool := testkit.Database(t, testkit.AsOwner) // the application may make no table, and end nobody's session
	ctx := t.Context()
	if _, err := pool.Exec(ctx, `CREATE TABLE issued (series text, n bigint, UNIQUE (series, n))`); err != nil {
		t.Fatal(err)
	}
	changedMind := errors.New("the issuer changed its mind")
	issue := func(ctx context.Context, series string, then func(pgx.Tx) error) error {
		return postgres.InTx(ctx, pool, func(tx pgx.Tx) error {
			n, err := postgres.NextNumber(ctx, tx, series, 2026)
			if err != nil {
				return err
			}
			if _, err = tx.Exec(ctx, `INSERT INTO issued VALUES ($1, $2)`, series, n); err != nil {
				return err
			}
			return then(tx)
		})
	}
	const issuers, each = 50, 4
	var wait sync.WaitGroup
	for i := range issuers {
		series := []string{models.InvoiceSeries, models.CreditNoteSeries}[i%2]
		wait.Go(func() {
			for k := range each {
				var err error
				switch (i + k) % 5 {
				case 0:
					if err = issue(ctx, series, func(pgx.Tx) error { return changedMind }); errors.Is(err, changedMind) {
						err = nil
					}
				case 1:
					err = issue(ctx, series, func(tx pgx.Tx) error {
						_, err := tx.Exec(ctx, `SELECT pg_terminate_backend(pg_backend_pid())`)
						return err
					})
					if models.KindOf(err) == models.KindUnavailable {
						err = nil
					} else {
						t.Errorf("a lost connection is %v, want KindUnavailable", err)
					}
				default:
					err = issue(ctx, series, func(pgx.Tx) error { return nil })
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	for _, series := range []string{models.InvoiceSeries, models.CreditNoteSeries} {
		var count, lowest, highest, last int
		err := pool.QueryRow(ctx, `
			SELECT count(*), min(n), max(n), (SELECT last FROM number_series WHERE series = $1 AND year = 2026) FROM issued WHERE series = $1`, series).
			Scan(&count, &lowest, &highest, &last)
		if err != nil || count != issuers/2*each*3/5 || lowest != 1 || highest != count || last != count {
			t.Errorf("%s: %d numbers from %d to %d, the counter is at %d (%v)", series, count, lowest, highest, last, err)
		}
	}
}

func TestEachSeriesAndYearCountsForItself(t *testing.T) {
	t.Parallel()
	pool := testkit.Database(t)
	for i, c := range []struct {
		series string
		year   int
		want   int64
	}{{"INV", 2026, 1}, {"INV", 2026, 2}, {"CN", 2026, 1}, {"INV", 2027, 1}, {"INV", 2026, 3}} {
		err := postgres.InTx(t.Context(), pool, func(tx pgx.Tx) error {
			n, err := postgres.NextNumber(t.Context(), tx, c.series, c.year)
			if n != c.want {
				t.Errorf("number %d: %s %d is %d, want %d", i, c.series, c.year, n, c.want)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
