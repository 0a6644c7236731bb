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
// sealed is of a transaction that ran at the last look (its horizon), of the last one that a full batch came to, or of a later one. Where the count of transactions has
// begun anew, because the database was restored into another server, everything is looked at.
func sealRecords(ctx context.Context, tx pgx.Tx) (events, audited int, err error) {
	err = tx.QueryRow(ctx, `
		WITH last AS (
		     SELECT coalesce(s.position, 0) AS position, coalesce(s.hash, '') AS hash,
		            CASE WHEN s.horizon <= pg_snapshot_xmin(pg_current_snapshot()) THEN s.horizon ELSE '0' END AS horizon
		       FROM (SELECT) one LEFT JOIN record_seals s ON s.position = (SELECT max(position) FROM record_seals)
		), fresh_events AS MATERIALIZED (
		     SELECT id, xid FROM events e
		      WHERE xid >= (SELECT horizon FROM last) AND xid < pg_snapshot_xmax(pg_current_snapshot()) AND NOT EXISTS (SELECT FROM record_seals s WHERE s.events @> e.id)
		      ORDER BY xid LIMIT $1
		), fresh_audit AS MATERIALIZED (
		     SELECT id, xid FROM audit_log a
		      WHERE xid >= (SELECT horizon FROM last) AND xid < pg_snapshot_xmax(pg_current_snapshot()) AND NOT EXISTS (SELECT FROM record_seals s WHERE s.audit @> a.id)
		      ORDER BY xid LIMIT $1
		), told AS (
		     SELECT count(*) AS n, coalesce(range_agg(int8range(id, id, '[]')), '{}') AS ids, coalesce(string_agg(content, '' ORDER BY id), '') AS contents
		       FROM fresh_events JOIN event_contents USING (id)
		), audited AS (
		     SELECT count(*) AS n, coalesce(range_agg(int8range(id, id, '[]')), '{}') AS ids, coalesce(string_agg(content, '' ORDER BY id), '') AS contents
		       FROM fresh_audit JOIN audit_contents USING (id)
		), added AS (
		     INSERT INTO record_seals (position, events, audit, hash, horizon)
		     SELECT last.position + 1, told.ids, audited.ids, sha256(last.hash || told.contents || audited.contents),
		            least(pg_snapshot_xmin(pg_current_snapshot()), (SELECT xid FROM fresh_events ORDER BY xid OFFSET $1 - 1), (SELECT xid FROM fresh_audit ORDER BY xid OFFSET $1 - 1))
		       FROM last, told, audited WHERE told.n + audited.n > 0
		)
		SELECT told.n, audited.n FROM told, audited`, sealBatch).Scan(&events, &audited)
	return events, audited, err
}
