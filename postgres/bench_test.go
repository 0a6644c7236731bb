package postgres_test

import (
	"context"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/internal/testkit"
	"o2c/postgres"
)

// The book that the benchmark and the readers of plans use is one that all constraints accept and in which every invariant holds.
func TestTheLargeBookIsInOrder(t *testing.T) {
	t.Parallel()
	pool := testkit.LargeBook(t, 300, true)
	wantNoOffenders(t, pool)
}

// BenchmarkVerify checks a book of a million ledger entries, and says how long each invariant takes.
func BenchmarkVerify(b *testing.B) {
	orders := 360_000
	if n, err := strconv.Atoi(os.Getenv("O2C_BENCH_ORDERS")); err == nil {
		orders = n
	}
	start := time.Now()
	pool := testkit.LargeBook(b, orders, false)
	var entries int
	if err := pool.QueryRow(b.Context(), `SELECT count(*) FROM ledger_entries`).Scan(&entries); err != nil {
		b.Fatal(err)
	}
	config := pool.Config()
	took := &stopwatch{}
	config.ConnConfig.Tracer = took
	pool, err := pgxpool.NewWithConfig(b.Context(), config)
	if err != nil {
		b.Fatal(err)
	}
	defer pool.Close()
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
	invariants := postgres.Invariants()
	for i, d := range took.took[len(took.took)-1-len(invariants) : len(took.took)-1] { // the last is the commit
		b.Logf("%-24s %s", invariants[i].Name, d.Round(time.Millisecond))
	}
}

// stopwatch times the statements of a connection.
type stopwatch struct {
	began time.Time
	took  []time.Duration
}

func (s *stopwatch) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	s.began = time.Now()
	return ctx
}

func (s *stopwatch) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {
	s.took = append(s.took, time.Since(s.began))
}
