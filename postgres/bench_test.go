package postgres_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/internal/testkit"
	"o2c/postgres"
)

// manyOfEach returns a book of so many orders that is in order; without triggers it is made faster, and only what the constraints of
// the tables refuse is refused.
func manyOfEach(t testing.TB, orders int, triggers bool) *pgxpool.Pool {
	t.Helper()
	pool := testkit.Database(t, testkit.AsOwner)
	files, err := filepath.Glob("testdata/many_of_each*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("testdata/many_of_each*.sql: %v", err)
	}
	err = postgres.InTx(t.Context(), pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(t.Context(), `SELECT set_config('o2c.orders', $1, true)`, strconv.Itoa(orders)); err != nil {
			return err
		}
		if !triggers {
			if _, err := tx.Exec(t.Context(), `SET LOCAL session_replication_role = replica`); err != nil {
				return err
			}
		}
		for _, file := range files {
			rows, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			if _, err = tx.Exec(t.Context(), string(rows)); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = pool.Exec(t.Context(), `VACUUM ANALYZE`); err != nil {
		t.Fatal(err)
	}
	return pool
}

// The book that the benchmark and the readers of plans use is one that all constraints accept and in which every invariant holds.
func TestTheLargeBookIsInOrder(t *testing.T) {
	t.Parallel()
	pool := manyOfEach(t, 300, true)
	wantNoOffenders(t, pool)
}

// BenchmarkVerify checks a book of a million ledger entries, and says how long each invariant takes.
func BenchmarkVerify(b *testing.B) {
	orders := 360_000
	if n, err := strconv.Atoi(os.Getenv("O2C_BENCH_ORDERS")); err == nil {
		orders = n
	}
	start := time.Now()
	pool := manyOfEach(b, orders, false)
	var entries int
	if err := pool.QueryRow(b.Context(), `SELECT count(*) FROM ledger_entries`).Scan(&entries); err != nil {
		b.Fatal(err)
	}
	b.Logf("%d entries of %d orders, made in %s", entries, orders, time.Since(start).Round(time.Second))
	for b.Loop() {
		findings, err := postgres.Verify(b.Context(), pool, 5)
		if err != nil {
			b.Fatal(err)
		}
		for _, f := range findings {
			if f.Count > 0 {
				b.Errorf("%s: %d offenders, the first %v", f.Name, f.Count, f.Offenders[0])
			}
		}
	}
	b.StopTimer()
	b.ReportMetric(float64(entries), "entries")
}
