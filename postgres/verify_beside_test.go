package postgres_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"o2c/internal/testkit"
	"o2c/postgres"
)

// The check may run beside everything else: it takes no lock but the one that a read takes, which only a change of the schema waits
// for, and writes nothing, so that it has no transaction id. What it holds back for as long as it runs is the removal of dead rows.
func TestVerifyBlocksNobody(t *testing.T) {
	t.Parallel()
	oneOfEach(t)
	pool := testkit.Database(t)
	err := postgres.InSnapshot(t.Context(), pool, func(tx pgx.Tx) error {
		if _, err := postgres.CheckInvariants(t.Context(), tx, 1); err != nil {
			return err
		}
		var others int
		var writes bool
		err := tx.QueryRow(t.Context(), `
			SELECT count(*) FILTER (WHERE locktype <> 'virtualxid' AND mode <> 'AccessShareLock'), pg_current_xact_id_if_assigned() IS NOT NULL
			  FROM pg_locks WHERE pid = pg_backend_pid()`).Scan(&others, &writes)
		if err != nil || others > 0 || writes {
			t.Errorf("%d locks that others may wait for, a transaction id: %t, %v", others, writes, err)
		}
		// And the work goes on: the very rows that it has read change meanwhile.
		return postgres.InTx(t.Context(), pool, func(writer pgx.Tx) error {
			_, err := writer.Exec(t.Context(), `UPDATE open_items SET version = version + 1; UPDATE credit_accounts SET deposits = 0; UPDATE orders SET version = 2`)
			return err
		})
	})
	if err != nil {
		t.Error(err)
	}
}

// waiting is an invariant that is not checked before the test gives its lock back, and tells then who checked it and what it saw.
const waiting = `SELECT pg_backend_pid()::text, pg_current_snapshot()::text || ': ' || (SELECT count(*) FROM customers)
                   FROM (SELECT pg_advisory_xact_lock_shared(1) OFFSET 0) AS waited`

// holdUp makes every waiting invariant wait until the test gives its lock back.
func holdUp(t *testing.T, pool *pgxpool.Pool) pgx.Tx {
	t.Helper()
	tx, err := pool.Begin(t.Context())
	if err == nil {
		_, err = tx.Exec(t.Context(), `SELECT pg_advisory_xact_lock(1)`)
	}
	if err != nil {
		t.Fatal(err)
	}
	return tx
}

// awaitHeldUp returns when so many connections wait for the test.
func awaitHeldUp(t *testing.T, tx pgx.Tx, want int) {
	t.Helper()
	for held := -1; held != want; {
		err := tx.QueryRow(t.Context(), `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
			AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`).Scan(&held)
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestVerifyChecksOnSeveralConnectionsWhatOneSnapshotSees(t *testing.T) {
	t.Parallel()
	pool := testkit.Database(t, testkit.AsOwner)
	lock := holdUp(t, pool)
	var findings []postgres.Finding
	done := make(chan error, 1)
	go func() {
		var err error
		findings, err = postgres.VerifyQueries(t.Context(), pool, slices.Repeat([]string{waiting}, 20)...)
		done <- err
	}()
	awaitHeldUp(t, lock, 4)
	_, err := pool.Exec(t.Context(), `INSERT INTO customers (id, name, email, country, currency) VALUES ('new', 'New', 'new@example.com', 'GB', 'GBP')`)
	if err == nil {
		err = lock.Rollback(t.Context())
	}
	if err = errors.Join(err, <-done); err != nil {
		t.Fatal(err)
	}
	connections := map[string]bool{}
	for i, finding := range findings {
		if finding.Name != strconv.Itoa(i) || finding.Count != 1 || finding.Offenders[0].Detail != findings[0].Offenders[0].Detail {
			t.Errorf("%d: %s: %v, the first: %v", i, finding.Name, finding.Offenders, findings[0].Offenders)
		}
		connections[finding.Offenders[0].Name] = true
	}
	if len(connections) != 4 || !strings.HasSuffix(findings[0].Offenders[0].Detail, ": 0") {
		t.Errorf("%d connections, saw %s", len(connections), findings[0].Offenders[0].Detail)
	}
}

// However few connections there are, and whoever has them: one is enough, and no more are waited for.
func TestVerifyNeedsOneConnectionOnly(t *testing.T) {
	t.Parallel()
	for _, size := range []int32{1, 2, 3, 6} {
		t.Run(strconv.Itoa(int(size)), func(t *testing.T) {
			t.Parallel()
			pool := testkit.Database(t, testkit.MaxConns(size))
			for range size - 1 {
				conn, err := pool.Acquire(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				defer conn.Release()
			}
			wantNoOffenders(t, pool)
		})
	}
}

// Several at once share the pool, and wait for each other's first connection only.
func TestVerifyRunsBesideItself(t *testing.T) {
	t.Parallel()
	pool := testkit.Database(t, testkit.MaxConns(3))
	var group errgroup.Group
	for range 6 {
		group.Go(func() error {
			_, err := postgres.Verify(t.Context(), pool, 5)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
}

func TestVerifyStopsAllAtTheFirstError(t *testing.T) {
	t.Parallel()
	pool := testkit.Database(t, testkit.AsOwner)
	lock := holdUp(t, pool)
	_, err := postgres.VerifyQueries(t.Context(), pool, waiting, waiting, `SELECT 'x', (1 / (SELECT count(*) FROM customers))::text`, waiting)
	if err == nil || !strings.Contains(err.Error(), "division by zero") || !strings.Contains(err.Error(), "postgres.Verify: 2") {
		t.Errorf("got %v", err)
	}
	awaitHeldUp(t, lock, 0) // the server has stopped as well
	if err := lock.Rollback(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestVerifyStopsWhenItIsCancelled(t *testing.T) {
	t.Parallel()
	pool := testkit.Database(t, testkit.AsOwner)
	lock := holdUp(t, pool)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := postgres.VerifyQueries(ctx, pool, slices.Repeat([]string{waiting}, 9)...)
		done <- err
	}()
	awaitHeldUp(t, lock, 4)
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	awaitHeldUp(t, lock, 0)
	if err := lock.Rollback(t.Context()); err != nil {
		t.Error(err)
	}
}
