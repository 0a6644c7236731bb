package ledger

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/postgres"
)

// sealBatch is how many entries a transaction seals at most.
const sealBatch = 5000

// Seal writes the hash chain on: every entry that is committed and not sealed gets the hash of its content and of the seal before
// it. Postings do it not themselves, because a chain would have each wait for the one before. Of several processes one
// seals, the others find nothing to do. It returns how many entries it sealed.
func Seal(ctx context.Context, pool *pgxpool.Pool) (sealed int, err error) {
	for {
		n := 0
		err = postgres.InTx(ctx, pool, func(tx pgx.Tx) error {
			n, err = seal(ctx, tx)
			return err
		})
		sealed += n
		if err != nil || n < sealBatch {
			return sealed, err
		}
	}
}

func seal(ctx context.Context, tx pgx.Tx) (int, error) {
	var mine bool
	if err := tx.QueryRow(ctx, `SELECT pg_try_advisory_xact_lock(7305005)`).Scan(&mine); err != nil || !mine {
		return 0, err
	}
	// In a statement of its own, so that it sees what the last one who sealed has committed. Where the count of transactions has begun
	// anew, because the database was restored into another server, everything is looked at.
	var position int64
	var hash []byte
	horizon := "0" // the oldest transaction that ran at the last batch
	err := tx.QueryRow(ctx, `
		SELECT position, hash, CASE WHEN pg_snapshot_xmin(pg_current_snapshot()) < horizon THEN '0' ELSE horizon::text END
		  FROM ledger_seals WHERE position = (SELECT max(position) FROM ledger_seals)`).Scan(&position, &hash, &horizon)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return 0, fmt.Errorf("ledger.Seal: %w", err)
	}
	// What is not sealed is of a transaction that ran then, or of a later one.
	rows, err := tx.Query(ctx, `
		WITH fresh AS MATERIALIZED (
		     SELECT id FROM ledger_entries e WHERE xid >= $1::text::xid8 AND (SELECT position FROM ledger_seals s WHERE s.entry_id = e.id) IS NULL
		)
		SELECT e.id, ledger_content(e, (SELECT string_agg(ledger_content(l), ',' ORDER BY line) FROM ledger_lines l WHERE l.entry_id = e.id)),
		       pg_snapshot_xmin(pg_current_snapshot())::text
		  FROM (SELECT id FROM fresh ORDER BY id LIMIT $2) f JOIN ledger_entries e ON e.id = f.id
		 ORDER BY e.id`, horizon, sealBatch)
	if err != nil {
		return 0, fmt.Errorf("ledger.Seal: %w", err)
	}
	var ids []int64
	var hashes [][]byte
	var id int64
	var content []byte
	var running string
	_, err = pgx.ForEachRow(rows, []any{&id, &content, &running}, func() error {
		next := sha256.Sum256(append(append([]byte{}, hash...), content...))
		hash = next[:]
		ids, hashes = append(ids, id), append(hashes, hash)
		return nil
	})
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	if len(ids) < sealBatch { // a full batch may have left entries behind
		horizon = running
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO ledger_seals (position, entry_id, hash, horizon)
		SELECT $1 + n, id, hash, $4::text::xid8 FROM unnest($2::bigint[], $3::bytea[]) WITH ORDINALITY AS fresh (id, hash, n)`,
		position, ids, hashes, horizon)
	if err != nil {
		return 0, fmt.Errorf("ledger.Seal: %w", err)
	}
	return len(ids), nil
}
