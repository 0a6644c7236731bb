package statements

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"o2c/internal/testkit"
	"o2c/postgres"
)

// product returns the product's statements that can be prepared; one that can't be read from the source fails the test.
func product(t *testing.T) []Statement {
	t.Helper()
	found, failed := Find(testkit.Root(t))
	for _, err := range failed {
		t.Error(err)
	}
	if len(found) < 160 {
		t.Fatalf("only %d statements are found", len(found))
	}
	return slices.DeleteFunc(found, func(s Statement) bool { return s.Plain })
}

// plannable are statements that have a plan. Others, such as SET, are parsed only.
var plannable = regexp.MustCompile(`(?i)^\s*(SELECT|INSERT|UPDATE|DELETE|WITH|MERGE|VALUES)\b`)

// explain prepares a statement and plans it for arguments that are not known, which asks for all the rights that running it needs.
func explain(ctx context.Context, conn *pgx.Conn, name, sql, options string) (plan string, err error) {
	prepared, err := conn.Prepare(ctx, name, sql)
	if err != nil || !plannable.MatchString(sql) {
		return "", err
	}
	execute := "EXPLAIN (" + options + ") EXECUTE " + pgx.Identifier{name}.Sanitize()
	if n := len(prepared.ParamOIDs); n > 0 {
		execute += "(" + strings.Repeat("NULL, ", n-1) + "NULL)"
	}
	rows, err := conn.Query(ctx, execute, pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		return "", err
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return strings.Join(lines, "\n"), err
}

// session is a connection that plans for unknown arguments.
func session(t *testing.T, options ...testkit.Option) *pgx.Conn {
	t.Helper()
	acquired, err := testkit.Database(t, options...).Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(acquired.Release)
	if _, err = acquired.Exec(t.Context(), `SET plan_cache_mode = force_generic_plan`); err != nil {
		t.Fatal(err)
	}
	return acquired.Conn()
}

func codeOf(err error) string {
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok {
		return refused.Code
	}
	return ""
}

// A misspelled column, a type that does not fit, and a right that the application does not have are found here, for every
// statement that the product can run.
func TestEveryStatementOfTheProductIsPrepared(t *testing.T) {
	t.Parallel()
	conn := session(t)
	for i, s := range product(t) {
		if _, err := explain(t.Context(), conn, fmt.Sprint("s", i), s.SQL, "COSTS OFF"); err != nil {
			t.Errorf("%s (%s): %v\n%s", s.Where, s.Func, err, s.SQL)
		}
	}
}

// awaited are rights that no statement needs yet.
var awaited = map[string]string{
	"UPDATE payments": "what is applied by hand, refunded or reversed",
}

// What the application may change, some statement changes: a right that nothing needs is taken away, or the table is append-only.
func TestEveryRightToChangeIsUsed(t *testing.T) {
	t.Parallel()
	found := product(t)
	conn := session(t, testkit.AsOwner)
	ctx := t.Context()
	for i, s := range found {
		if _, err := conn.Prepare(ctx, fmt.Sprint("s", i), s.SQL); err != nil {
			t.Fatal(err) // TestEveryStatementOfTheProductIsPrepared says which
		}
	}
	rows, err := conn.Query(ctx, `
		SELECT c.relname, p.name FROM pg_class c CROSS JOIN (VALUES ('UPDATE'), ('DELETE')) AS p (name)
		 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
		   AND CASE p.name WHEN 'UPDATE' THEN has_any_column_privilege($1, c.oid, p.name) ELSE has_table_privilege($1, c.oid, p.name) END
		 ORDER BY 1, 2`, postgres.Role)
	if err != nil {
		t.Fatal(err)
	}
	type right struct{ Table, Privilege string }
	rights, err := pgx.CollectRows(rows, pgx.RowToStructByPos[right])
	if err != nil || len(rights) < 30 {
		t.Fatalf("%d rights, %v", len(rights), err)
	}
	for _, r := range rights {
		if awaited[r.Privilege+" "+r.Table] != "" {
			continue
		}
		needed := func(i int) bool { // without the right the statement is refused
			tx, err := conn.Begin(ctx)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = tx.Rollback(ctx) }()
			if _, err = tx.Exec(ctx, fmt.Sprintf(`REVOKE %s ON %s FROM %s; SET LOCAL ROLE %[3]s`, r.Privilege, r.Table, postgres.Role)); err != nil {
				t.Fatal(err)
			}
			_, err = explain(ctx, conn, fmt.Sprint("s", i), found[i].SQL, "COSTS OFF")
			return codeOf(err) == "42501"
		}
		mentions := regexp.MustCompile(`\b` + r.Table + `\b`)
		if !slices.ContainsFunc(indexes(found), func(i int) bool { return mentions.MatchString(found[i].SQL) && needed(i) }) {
			t.Errorf("no statement of the product needs %s on %s: make it append-only, or REVOKE the right from %s", r.Privilege, r.Table, postgres.Role)
		}
	}
}

func indexes(found []Statement) []int {
	all := make([]int, len(found))
	for i := range all {
		all[i] = i
	}
	return all
}

// read resolves the statements of a source.
func read(t *testing.T, source string) ([]Statement, []error) {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "room.go", "package room\n"+source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return In(files, []*ast.File{file})
}

func TestTheGateBites(t *testing.T) {
	t.Parallel()
	conn := session(t)
	for name, c := range map[string]struct{ source, code string }{
		"a misspelled column":         {"func f() { db.Exec(ctx, `UPDATE orders SET stag = $1 WHERE id = $2`) }", "42703"},
		"a table that does not exist": {"func f() { db.Query(ctx, `SELECT id FROM order`) }", "42601"},
		"a change of a document":      {"func f() { tx.Exec(ctx, `UPDATE invoices SET total = $1`) }", "42501"},
		"a deletion":                  {"func f() { batch.Queue(`DELETE FROM orders WHERE id = $1`) }", "42501"},
		"in a method, by a constant":  {"const columns = `SELECT a `\ntype s struct{}\nfunc (s) f() { db.QueryRow(ctx, columns+`FROM orders`) }", "42703"},
		"by a parameter":              {"func f() { g(`WHERE x`) }\nfunc g(where string) { db.Query(ctx, `SELECT id FROM orders `+where) }", "42703"},
		"by a field":                  {"type q struct{ sql string }\nvar all = []q{{sql: `SELECT x FROM orders`}}\nfunc f() { for _, one := range all { db.Query(ctx, one.sql) } }", "42703"},
		"out of a list":               {"func f() { for _, sql := range []string{`SELECT x FROM orders`} { db.Exec(ctx, sql) } }", "42703"},
		"in a closure":                {"var f = func() { sql := `SELECT x FROM orders`; db.Query(ctx, sql) }", "42703"},
	} {
		found, failed := read(t, c.source)
		if len(found) != 1 || len(failed) > 0 {
			t.Errorf("%s: %d statements are found, %v", name, len(found), failed)
			continue
		}
		if _, err := explain(t.Context(), conn, name, found[0].SQL, "COSTS OFF"); codeOf(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, source := range map[string]string{
		"printed together":            "func f() { db.Query(ctx, fmt.Sprintf(`SELECT %s FROM orders`, column)) }",
		"from another package":        "func f() { db.Query(ctx, other.SQL) }",
		"of a parameter nobody gives": "func F(sql string) { db.Query(ctx, sql) }",
		"added to":                    "func f() { sql := `SELECT id`; sql += ` FROM orders`; db.Query(ctx, sql) }",
		"out of a variable list":      "func f(all []string) { for _, sql := range all { db.Query(ctx, sql) } }",
		"out of a map":                "func f() { db.Query(ctx, all[name]) }",
	} {
		if _, failed := read(t, source); len(failed) == 0 {
			t.Errorf("SQL %s is not refused", name)
		}
	}
}
