package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// DB runs statements: a pool or a transaction. A transaction is a DB, so that a method serves inside and outside of one.
type DB interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	SendBatch(ctx context.Context, batch *pgx.Batch) pgx.BatchResults
}

// Role is whom the application acts as (00002_guards.sql): it may add, and change what changes, but it owns nothing, deletes
// nothing, and changes no document, entry, event or audit row. Whoever logs in must be a member of it.
const Role = "o2c_app"

// Open connects a pool that acts as [Role], whoever logs in. Every session waits at most 2 s for a lock, so that one
// customer's crowd does not hold the pool, and 30 s for a statement.
func Open(ctx context.Context, url string, maxConns int32) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("O2C_DATABASE_URL can't be read: %w", err)
	}
	if maxConns > 0 {
		config.MaxConns = maxConns
	}
	params := config.ConnConfig.RuntimeParams
	params["role"] = Role
	setDefault(params, "application_name", "o2c")
	setDefault(params, "lock_timeout", "2s")
	setDefault(params, "statement_timeout", "30s")
	setDefault(params, "idle_in_transaction_session_timeout", "60s")
	setDefault(params, "timezone", "UTC")
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	return pool, nil
}

func setDefault(params map[string]string, name, value string) {
	if _, set := params[name]; !set {
		params[name] = value
	}
}
