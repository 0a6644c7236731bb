package postgres

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"
)

// verifyConnections is how many connections check at the same time at most: each keeps a core of the server busy, and has
// its own working memory.
const verifyConnections = 4

// Verify checks every invariant in one snapshot and names at most so many offenders of each. It may run beside everything else: it
// writes nothing, and takes no lock but that of a reader, for which only a change of the schema waits. As long as it runs, dead rows
// that are younger than its snapshot can't be removed.
//
// Several connections check side by side, all of them in the snapshot of the first. They leave one of the pool to the others, and
// no connection is waited for: what can't be had until all is checked is not needed.
func Verify(ctx context.Context, pool *pgxpool.Pool, atMost int) ([]Finding, error) {
	return verify(ctx, pool, invariants, atMost)
}

func verify(ctx context.Context, pool *pgxpool.Pool, invariants []Invariant, atMost int) (findings []Finding, err error) {
	findings = make([]Finding, len(invariants))
	var taken atomic.Int64
	checkNext := func(ctx context.Context, tx pgx.Tx) error {
		for {
			i := int(taken.Add(1)) - 1
			if i >= len(invariants) {
				return nil
			}
			var err error
			if findings[i], err = checkInvariant(ctx, tx, invariants[i], atMost); err != nil {
				return err
			}
		}
	}
	err = InSnapshot(ctx, pool, func(first pgx.Tx) error {
		var snapshot string
		if err := first.QueryRow(ctx, `SELECT pg_export_snapshot()`).Scan(&snapshot); err != nil {
			return fmt.Errorf("postgres.Verify: %w", err)
		}
		if err := allowLongChecks(ctx, first); err != nil {
			return err
		}
		group, ctx := errgroup.WithContext(ctx)
		helpful, allTaken := context.WithCancel(ctx)
		group.Go(func() error {
			defer allTaken()
			return checkNext(ctx, first)
		})
		for range min(verifyConnections, int(pool.Config().MaxConns)-1) - 1 {
			group.Go(func() error {
				conn, err := pool.Acquire(helpful)
				if err != nil {
					return nil // it would have been faster with it
				}
				defer conn.Release()
				return inSnapshotOf(ctx, conn, snapshot, checkNext)
			})
		}
		return group.Wait()
	})
	if err != nil {
		return nil, err
	}
	return findings, nil
}

// inSnapshotOf runs fn in a transaction that sees what the one sees that exported the snapshot and is still running.
func inSnapshotOf(ctx context.Context, conn *pgxpool.Conn, snapshot string, fn func(ctx context.Context, tx pgx.Tx) error) error {
	return pgx.BeginTxFunc(ctx, conn, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SET TRANSACTION SNAPSHOT $1`, pgx.QueryExecModeSimpleProtocol, snapshot); err != nil {
			return fmt.Errorf("postgres.Verify: %w", err)
		}
		if err := allowLongChecks(ctx, tx); err != nil {
			return err
		}
		return fn(ctx, tx)
	})
}

// allowLongChecks prepares a transaction for sums over a large book. They may take longer than a session's statement may, are to be
// added up in memory, and the connection that is done first waits for the last. The connections are parallel enough: none of
// them takes more than its core.
func allowLongChecks(ctx context.Context, tx pgx.Tx) error {
	for _, setting := range []string{
		`SET LOCAL statement_timeout = 0`, `SET LOCAL idle_in_transaction_session_timeout = 0`, `SET LOCAL work_mem = '64MB'`,
		`SET LOCAL max_parallel_workers_per_gather = 0`, `SET LOCAL jit = off`,
	} {
		if _, err := tx.Exec(ctx, setting); err != nil {
			return fmt.Errorf("postgres.Verify: %w", err)
		}
	}
	return nil
}
