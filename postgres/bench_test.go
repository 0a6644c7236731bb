package postgres_test

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

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
	orders := 300_000 // make a million entries
	if n, err := strconv.Atoi(os.Getenv("O2C_BENCH_ORDERS")); err == nil {
		orders = n
	}
	start := time.Now()
	pool := testkit.LargeBook(b, orders, false)
	var entries int
	if err := pool.QueryRow(b.Context(), `SELECT count(*) FROM ledger_entries`).Scan(&entries); err != nil {
		b.Fatal(err)
	}
	b.Logf("%d entries of %d orders, made in %s", entries, orders, time.Since(start).Round(time.Second))
	var findings []postgres.Finding
	for b.Loop() {
		var err error
		if findings, err = postgres.Verify(b.Context(), pool, 5); err != nil {
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
	slices.SortFunc(findings, func(x, y postgres.Finding) int { return cmp.Compare(y.Took, x.Took) })
	var took strings.Builder // in one piece: of a benchmark's many lines only the first are shown
	for _, f := range findings {
		fmt.Fprintf(&took, "\n%-28s %s", f.Name, f.Took.Round(time.Millisecond))
	}
	b.Log(took.String())
}
