package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/internal/testkit"
	"o2c/models"
	"o2c/postgres"
)

func TestTranslateErrorOfRealFailures(t *testing.T) {
	t.Parallel()
	pool := oneOfEach(t)
	for name, c := range map[string]struct {
		sql  string
		kind models.Kind
		code string
	}{
		"a check is a conflict with its name":      {`UPDATE stock SET reserved = 99`, models.KindConflict, "stock-reserved-on-hand"},
		"a twin is a conflict with its name":       {`INSERT INTO events (key, kind, at, actor, summary) VALUES ('entered/ord_1', 'x', now(), 'x', 'x')`, models.KindConflict, "events-once"},
		"a trigger is a conflict with its name":    {`DELETE FROM invoices`, models.KindConflict, "invoices-immutable"},
		"a transition is a conflict with its name": {`UPDATE orders SET stage = 'received'`, models.KindConflict, "orders-stage-transition"},
		"a statement that takes too long is busy":  {`SET LOCAL statement_timeout = 1; SELECT pg_sleep(10)`, models.KindUnavailable, "database-busy"},
		"a killed session is unavailable":          {`SELECT pg_terminate_backend(pg_backend_pid())`, models.KindUnavailable, "database-unavailable"},
		"a wrong statement is a fault of ours":     {`SELECT nonsense`, models.KindInternal, ""},
		"a division by nothing is a fault of ours": {`SELECT 1 / 0`, models.KindInternal, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := postgres.InTx(t.Context(), pool, func(tx pgx.Tx) error {
				_, err := tx.Exec(t.Context(), c.sql)
				if err != nil {
					return fmt.Errorf("postgres.Test: %w", err)
				}
				return nil
			})
			wantError(t, err, c.kind, c.code)
		})
	}
}

func wantError(t *testing.T, err error, kind models.Kind, code string) {
	t.Helper()
	var business *models.Error
	if errors.As(err, &business) && business.Code != code || err == nil || models.KindOf(err) != kind {
		t.Errorf("%v is %s, want %s %s", err, models.KindOf(err), kind, code)
	}
}

func TestAnUnbalancedEntryIsRefusedAtCommit(t *testing.T) {
	t.Parallel()
	pool := testkit.Database(t)
	passed := false
	err := postgres.InTx(t.Context(), pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), `INSERT INTO ledger_entries (key, event, business_date, currency, description, actor) VALUES ('k', 'e', '2026-01-01', 'EUR', 'd', 'a')`)
		passed = err == nil
		return err
	})
	if !passed {
		t.Fatalf("the statement itself is refused: %v", err)
	}
	wantError(t, err, models.KindConflict, "ledger-entries-balanced")
}

func TestALockThatIsHeldIsBusy(t *testing.T) {
	t.Parallel()
	pool := oneOfEach(t)
	ctx := t.Context()
	config := pool.Config()
	config.ConnConfig.RuntimeParams["lock_timeout"] = "1ms"
	impatient, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		t.Fatal(err)
	}
	defer impatient.Close()
	err = postgres.InTx(ctx, pool, func(holder pgx.Tx) error {
		if _, err := postgres.LockCredit(ctx, holder, "acme"); err != nil {
			return err
		}
		err := postgres.InTx(ctx, impatient, func(tx pgx.Tx) error {
			_, err := postgres.LockCredit(ctx, tx, "acme")
			return err
		})
		wantError(t, err, models.KindUnavailable, "database-busy")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestADatabaseThatIsAwayIsUnavailable(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	pool, err := postgres.Open(t.Context(), "postgres://nobody@"+address+"/nothing?sslmode=disable", 1)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	wantError(t, postgres.InTx(t.Context(), pool, func(pgx.Tx) error { return nil }), models.KindUnavailable, "database-unavailable")
}

// A connection that breaks in the middle of a statement, as by a crash of the server, is not the business's fault.
func TestAConnectionThatBreaksIsUnavailable(t *testing.T) {
	t.Parallel()
	pool := testkit.Database(t)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	err := postgres.InTx(ctx, pool, func(tx pgx.Tx) error {
		if err := tx.Conn().PgConn().Conn().Close(); err != nil {
			t.Fatal(err)
		}
		_, err := tx.Exec(ctx, `SELECT 1`)
		return err
	})
	wantError(t, err, models.KindUnavailable, "database-unavailable")
}

func TestTranslateErrorLeavesTheRest(t *testing.T) {
	t.Parallel()
	plain := errors.New("plain")
	business := fmt.Errorf("call: %w", models.Invalid("x", "y"))
	for _, err := range []error{nil, plain, business} {
		if got := postgres.TranslateError(err); got != err { //nolint:errorlint // the very same
			t.Errorf("%v became %v", err, got)
		}
	}
}
