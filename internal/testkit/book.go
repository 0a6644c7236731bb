package testkit

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// LargeBook fills the test's database with a book of so many orders that is in order (postgres/testdata/many_of_each*.sql) and
// returns a pool that acts as the owner. With triggers every row is looked at as the application's are; without, a million entries
// are made in minutes.
func LargeBook(t testing.TB, orders int, triggers bool) *pgxpool.Pool {
	t.Helper()
	pool := Database(t, AsOwner)
	files, err := filepath.Glob(filepath.Join(Root(t), "postgres/testdata/many_of_each*.sql"))
	if err != nil || len(files) == 0 {
		t.Fatalf("testkit: no rows for a large book: %v", err)
	}
	err = pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(t.Context(), `SELECT set_config('o2c.orders', $1, true)`, strconv.Itoa(orders)); err != nil {
			return err
		}
		if !triggers {
			if _, err := tx.Exec(t.Context(), `SET LOCAL session_replication_role = replica`); err != nil {
				return err
			}
		}
		for _, file := range files {
			rows, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			if _, err = tx.Exec(t.Context(), string(rows)); err != nil {
				t.Fatalf("testkit: %s: %v", file, err)
			}
		}
		return nil
	})
	if err == nil {
		_, err = pool.Exec(t.Context(), `VACUUM ANALYZE`)
	}
	if err != nil {
		t.Fatalf("testkit: %v", err)
	}
	return pool
}
