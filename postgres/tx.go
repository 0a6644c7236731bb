package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// InTx runs fn in one read-committed transaction: all of it happens, or nothing. Errors of the database come back as
// errors of the business (see TranslateError).
func InTx(ctx context.Context, pool *pgxpool.Pool, fn func(tx pgx.Tx) error) error {
	return TranslateError(pgx.BeginFunc(ctx, pool, fn))
}

// InSnapshot runs fn in a read-only transaction that sees one state of the database.
func InSnapshot(ctx context.Context, pool *pgxpool.Pool, fn func(tx pgx.Tx) error) error {
	options := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	return TranslateError(pgx.BeginTxFunc(ctx, pool, options, fn))
}
