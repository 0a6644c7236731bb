package postgres_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"o2c/internal/testkit"
	"o2c/postgres"
)

// Databases of one cluster are migrated at the same time, while the role that all of them give rights to does not exist yet. The
// owner of two of them is no superuser.
func TestDatabasesOfOneClusterAreMigratedAtTheSameTime(t *testing.T) {
	t.Parallel()
	server := testkit.StartServer(t)
	ctx := t.Context()
	admin, err := pgx.Connect(ctx, server.URL("o2c", "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = admin.Close(ctx) }()
	owners := map[string]string{"one": "o2c", "two": "o2c", "three": "plain", "four": "plain"}
	for _, sql := range []string{`CREATE ROLE plain LOGIN`, `CREATE DATABASE one`, `CREATE DATABASE two`, `CREATE DATABASE three OWNER plain`, `CREATE DATABASE four OWNER plain`} {
		if _, err = admin.Exec(ctx, sql); err != nil {
			t.Fatal(err)
		}
	}
	// An owner who may make no role, before there is one, is told what to do.
	if err = postgres.Migrate(ctx, server.URL("plain", "three")); err == nil || !strings.Contains(err.Error(), "may not create the role of the application") {
		t.Errorf("an owner who may make no role: %v", err)
	}
	if _, err = admin.Exec(ctx, `ALTER ROLE plain CREATEROLE`); err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for database, owner := range owners {
		wait.Go(func() {
			if err := postgres.Migrate(ctx, server.URL(owner, database)); err != nil {
				t.Errorf("%s: %v", database, err)
			}
		})
	}
	wait.Wait()
	for database, owner := range owners {
		pool, err := postgres.Open(ctx, server.URL(owner, database), 1)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = postgres.LoadPolicy(ctx, pool, "standard", 0); err != nil {
			t.Errorf("%s can't be used by %s: %v", database, owner, err)
		}
		pool.Close()
	}
}
