package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// sealBatch is how many events, and how many rows of the audit log, a seal covers at most.
const sealBatch = 5000

// SealRecords writes the hash chain over the timeline and the audit log on, behind those who add to them: what is committed and not
// sealed is covered by one seal. Of several processes one seals, the others find nothing to do. It returns how many rows it
// sealed.
func SealRecords(ctx context.Context, pool *pgxpool.Pool) (sealed int, err error) {
	for full := true; full; {
		err = InTx(ctx, pool, func(tx pgx.Tx) error {
			var mine bool
			if err := tx.QueryRow(ctx, `SELECT pg_try_advisory_xact_lock(7305006)`).Scan(&mine); err != nil || !mine {
				full = false
				return err
			}
			events, audited, err := sealRecords(ctx, tx)
			sealed += events + audited
			full = max(events, audited) == sealBatch
			return err
		})
		if err != nil {
			return sealed, fmt.Errorf("postgres.SealRecords: %w", err)
		}
	}
	return sealed, nil
}

// sealRecords seals a batch, in a statement of its own, so that it sees what the last one who sealed has committed. What is not
// sealed is of a transaction that ran at the last full look (its horizon), or of a later one. Where the count of transactions has
// begun anew, because the database was restored into another server, everything is looked at.
func sealRecords(ctx context.Context, tx pgx.Tx) (events, audited int, err error) {
	err = tx.QueryRow(ctx, `
		WITH last AS (
		     SELECT coalesce(s.position, 0) AS position, coalesce(s.hash, '') AS hash,
		            CASE WHEN s.horizon <= pg_snapshot_xmin(pg_current_snapshot()) THEN s.horizon ELSE '0' END AS horizon
		       FROM (SELECT) one LEFT JOIN (SELECT position, hash, horizon FROM record_seals ORDER BY position DESC LIMIT 1) s ON true
		), told AS (
		     SELECT count(*) AS n, coalesce(range_agg(int8range(id, id, '[]')), '{}') AS ids, coalesce(string_agg(content, '' ORDER BY id), '') AS contents
		       FROM (SELECT id, content FROM event_contents e
		              WHERE xid >= (SELECT horizon FROM last) AND xid < pg_snapshot_xmax(pg_current_snapshot())
		                AND NOT EXISTS (SELECT FROM record_seals s WHERE s.events @> e.id) ORDER BY id LIMIT $1) fresh
		), audited AS (
		     SELECT count(*) AS n, coalesce(range_agg(int8range(id, id, '[]')), '{}') AS ids, coalesce(string_agg(content, '' ORDER BY id), '') AS contents
		       FROM (SELECT id, content FROM audit_contents a
		              WHERE xid >= (SELECT horizon FROM last) AND xid < pg_snapshot_xmax(pg_current_snapshot())
		                AND NOT EXISTS (SELECT FROM record_seals s WHERE s.audit @> a.id) ORDER BY id LIMIT $1) fresh
		), added AS (
		     INSERT INTO record_seals (position, events, audit, hash, horizon)
		     SELECT last.position + 1, told.ids, audited.ids, sha256(last.hash || told.contents || audited.contents),
		            CASE WHEN greatest(told.n, audited.n) < $1 THEN pg_snapshot_xmin(pg_current_snapshot()) ELSE last.horizon END
		       FROM last, told, audited WHERE told.n + audited.n > 0
		)
		SELECT told.n, audited.n FROM told, audited`, sealBatch).Scan(&events, &audited)
	return events, audited, err
}
