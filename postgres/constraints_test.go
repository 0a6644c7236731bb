package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/internal/testkit"
)

// oneOfEach returns a database with a row in every table.
func oneOfEach(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool := testkit.Database(t, testkit.AsOwner)
	files, err := filepath.Glob("testdata/one_of_each*.sql") // the book, and then what each later migration added
	if err != nil || len(files) == 0 {
		t.Fatalf("testdata/one_of_each*.sql: %v", err)
	}
	for _, file := range files {
		rows, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = pool.Exec(t.Context(), string(rows)); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
	}
	return pool
}

// violated runs a statement in a transaction, to its very end, and takes it back. It returns the constraint that refused it.
func violated(ctx context.Context, pool *pgxpool.Pool, sql string) (constraint string, err error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return "", err
	}
	defer func() { _ = tx.Rollback(ctx) }()
	if _, err = tx.Exec(ctx, sql); err == nil {
		_, err = tx.Exec(ctx, `SET CONSTRAINTS ALL IMMEDIATE`) // as a commit would
	}
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok {
		return refused.ConstraintName, err
	}
	return "", err
}

// sqlState is the SQLSTATE of an error of the database, "" of any other.
func sqlState(err error) string {
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok {
		return refused.Code
	}
	return ""
}

func names(t *testing.T, pool *pgxpool.Pool, sql string) []string {
	t.Helper()
	rows, err := pool.Query(t.Context(), sql)
	if err != nil {
		t.Fatal(err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// Every CHECK and UNIQUE constraint, of tables and of domains, and every unique index that is no constraint is broken here by
// SQL that breaks nothing else. A new one without a case fails.
func TestEveryNamedConstraintRefuses(t *testing.T) {
	t.Parallel()
	pool := oneOfEach(t)
	known := names(t, pool, `
		SELECT conname FROM pg_constraint
		 WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'u', 'x') AND coalesce(conrelid::regclass::text, '') <> 'goose_db_version'
		UNION
		SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
		 WHERE i.indisunique AND c.relnamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)
		 ORDER BY 1`)
	for _, name := range known {
		if len(breaks[name]) == 0 {
			t.Errorf("constraint %s has no case that tries to break it", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(breaks)) {
		if !slices.Contains(known, name) {
			t.Errorf("there is no constraint %s any more", name)
			continue
		}
		for why, sql := range breaks[name] {
			got, err := violated(t.Context(), pool, sql)
			if got != name {
				t.Errorf("%s: %s is refused by %q (%v)", name, why, got, err)
			}
		}
	}
}

// alone leaves a table one foreign key, and takes away the checks, and the triggers of those whose rows are only ever added: they would
// refuse before the key is looked at.
const alone = `
	ALTER TABLE %[2]s DISABLE TRIGGER USER;
	DO $$ DECLARE other record; BEGIN
		FOR other IN SELECT conname, conrelid::regclass AS of FROM pg_constraint
		              WHERE contype = 'f' AND '%[2]s'::regclass IN (conrelid, confrelid) AND conname <> '%[1]s' OR contype = 'c' AND conrelid = '%[2]s'::regclass LOOP
			EXECUTE format('ALTER TABLE %%s DROP CONSTRAINT %%I', other.of, other.conname);
		END LOOP;
	END $$;
	`

// Every reference refuses what it refers to when that does not exist.
func TestEveryForeignKeyRefuses(t *testing.T) {
	t.Parallel()
	pool := oneOfEach(t)
	rows, err := pool.Query(t.Context(), `
		SELECT c.conname, c.conrelid::regclass::text, a.attname, format_type(a.atttypid, NULL)
		  FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[cardinality(c.conkey)]
		 WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	var name, table, column, kind string
	keys := map[string]string{}
	_, err = pgx.ForEachRow(rows, []any{&name, &table, &column, &kind}, func() error {
		ghost := map[string]string{"text": "'ZZZ'", "integer": "-1", "bigint": "-1"}[kind]
		keys[name] = fmt.Sprintf(alone+`UPDATE %[2]s SET %[3]s = %[4]s
			WHERE ctid = coalesce((SELECT min(ctid) FROM %[2]s WHERE %[3]s IS NOT NULL), (SELECT min(ctid) FROM %[2]s))`, name, table, column, ghost)
		return nil
	})
	if err != nil || len(keys) < 40 {
		t.Fatalf("%d foreign keys, %v", len(keys), err)
	}
	for name, sql := range keys {
		if got, err := violated(t.Context(), pool, sql); got != name {
			t.Errorf("%s: %s is refused by %q (%v)", name, sql, got, err)
		}
	}
}

// Rows that are only ever added can't be changed or deleted, one by one or all at once; the trigger says its name.
func TestWhatIsAppendOnlyRefusesChanges(t *testing.T) {
	t.Parallel()
	pool := oneOfEach(t)
	triggers := names(t, pool, `
		SELECT t.tgname || ' ' || t.tgrelid::regclass || ' ' || a.attname || CASE WHEN t.tgtype & 32 <> 0 THEN ' all' ELSE ' row' END
		  FROM pg_trigger t JOIN pg_attribute a ON a.attrelid = t.tgrelid AND a.attnum = 1
		 WHERE t.tgfoid = 'refuse_change'::regproc ORDER BY 1`)
	if len(triggers) < 28 {
		t.Fatalf("only %d triggers keep tables append-only: %v", len(triggers), triggers)
	}
	guarded := map[string]int{}
	for _, trigger := range triggers {
		parts := strings.Fields(trigger)
		name, table, column := parts[0], parts[1], parts[2]
		changes := []string{"DELETE FROM " + table, "UPDATE " + table + " SET " + column + " = DEFAULT"}
		if parts[3] == "all" {
			changes = []string{"TRUNCATE " + table + " CASCADE"}
		}
		for _, sql := range changes {
			if got, err := violated(t.Context(), pool, sql); got != name {
				t.Errorf("%s: %s is refused by %q (%v)", name, sql, got, err)
			}
		}
		guarded[table]++
	}
	for table, n := range guarded {
		if n != 2 {
			t.Errorf("%s has %d of the two triggers that append_only sets", table, n)
		}
	}
}

// The other triggers, each with what it refuses. A new one without a case fails.
func TestEveryOtherTriggerRefuses(t *testing.T) {
	t.Parallel()
	pool := oneOfEach(t)
	for _, name := range names(t, pool, `
		SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgfoid <> 'refuse_change'::regproc AND tgrelid::regclass::text <> 'goose_db_version'`) {
		if len(passes[name]) == 0 {
			t.Errorf("trigger %s has no case that tries to pass it", name)
		}
	}
	for name, cases := range passes {
		for _, c := range cases {
			if got, err := violated(t.Context(), pool, c.sql); got != c.constraint {
				t.Errorf("%s: %s is refused by %q (%v), want %s", name, c.sql, got, err, c.constraint)
			}
		}
	}
	if got, err := violated(t.Context(), pool, aBalancedEntry); err != nil {
		t.Errorf("a balanced entry is refused by %q: %v", got, err)
	}
}
