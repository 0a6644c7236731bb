package postgres_test

import (
	"testing"

	"o2c/internal/testkit"
)

// numeric without a domain rounds nothing and refuses nothing: each such column is named by a scale check, in a CHECK or in the
// arguments of check_scale. What is generated is computed from such columns.
func TestEveryAmountSaysItsScale(t *testing.T) {
	t.Parallel()
	pool := testkit.Database(t, testkit.AsOwner)
	const unguarded = `
		SELECT c.relname || '.' || a.attname
		  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
		 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
		   AND a.atttypid IN ('numeric'::regtype, 'numeric[]'::regtype) AND a.attgenerated = ''
		   AND NOT EXISTS (
		       SELECT FROM pg_constraint k
		        WHERE k.conrelid = c.oid AND k.contype = 'c' AND a.attnum = ANY (k.conkey) AND k.convalidated
		          AND pg_get_constraintdef(k.oid) ~ ('(is_money|trunc)\(' || a.attname || ','))
		   AND NOT EXISTS (
		       SELECT FROM pg_trigger t
		        WHERE t.tgrelid = c.oid AND t.tgfoid = 'check_scale'::regproc AND t.tgenabled = 'O'
		          AND pg_get_triggerdef(t.oid) ~ ('check_scale\(.*, ''' || a.attname || ''''))
		 ORDER BY 1`
	if found := names(t, pool, unguarded); len(found) > 0 {
		t.Errorf("these amounts have no scale check: %v", found)
	}
	if _, err := pool.Exec(t.Context(), `CREATE TABLE forgotten (amount numeric, CONSTRAINT forgotten_amount CHECK (amount > 0))`); err != nil {
		t.Fatal(err)
	}
	if found := names(t, pool, unguarded); len(found) != 1 || found[0] != "forgotten.amount" {
		t.Errorf("a column without a scale check is not found: %v", found)
	}
	if found := names(t, pool, `
		SELECT c.relname || '.' || a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
		 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
		   AND a.atttypid IN ('real'::regtype, 'double precision'::regtype, 'money'::regtype)`); len(found) > 0 {
		t.Errorf("these columns are not exact: %v", found)
	}
}

// 1.00005 is no amount of any currency, and what is not a number is none at all.
func TestIsMoneyKnowsTheCurrencies(t *testing.T) {
	t.Parallel()
	pool := testkit.Database(t)
	for _, c := range []struct {
		amount, currency string
		want             bool
	}{
		{"1.00005", "EUR", false}, {"1.005", "EUR", false}, {"1.01", "EUR", true}, {"-1.01", "EUR", true}, {"1.1", "JPY", false}, {"1", "JPY", true},
		{"1.001", "KWD", true}, {"1.0001", "KWD", false}, {"1.0001", "CLF", true}, {"1.10000", "EUR", true}, {"NaN", "EUR", false},
		{"Infinity", "EUR", false}, {"-Infinity", "EUR", false}, {"999999999999999.99", "EUR", true}, {"1e15", "EUR", false},
	} {
		var got bool
		if err := pool.QueryRow(t.Context(), `SELECT is_money($1::text::numeric, $2)`, c.amount, c.currency).Scan(&got); err != nil || got != c.want {
			t.Errorf("is_money(%s, %s) = %t, %v", c.amount, c.currency, got, err)
		}
	}
}
