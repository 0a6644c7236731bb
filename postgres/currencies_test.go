package postgres_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"o2c/internal/testkit"
	"o2c/models"
)

// What money's scale is, is said three times: in models, in the table and in the function that the constraints use.
func TestMinorUnitsAreSaidAlike(t *testing.T) {
	t.Parallel()
	pool := testkit.Database(t, testkit.AsOwner)
	table, function, code := map[string]int32{}, map[string]int32{}, map[string]int32{}
	for _, c := range models.Currencies() {
		code[fmt.Sprintf("%s %s", c, c.Name())] = c.MinorUnits()
	}
	rows, err := pool.Query(t.Context(), `SELECT code || ' ' || name, minor_units, minor_units(code) FROM currencies`)
	if err != nil {
		t.Fatal(err)
	}
	var name string
	var units, computed int32
	_, err = pgx.ForEachRow(rows, []any{&name, &units, &computed}, func() error {
		table[name], function[name] = units, computed
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(code, table); diff != "" {
		t.Errorf("models and table currencies (-models +table):\n%s", diff)
	}
	if diff := cmp.Diff(code, function); diff != "" {
		t.Errorf("models and function minor_units (-models +function):\n%s", diff)
	}
}

func TestIsMoney(t *testing.T) {
	t.Parallel()
	pool := testkit.Database(t, testkit.AsOwner)
	for name, c := range map[string]struct {
		amount, currency string
		want             bool
	}{
		"cents of a euro":              {"10.05", "EUR", true},
		"trailing zeros":               {"10.0500", "EUR", true},
		"half a cent":                  {"0.005", "EUR", false},
		"half a yen":                   {"0.5", "JPY", false},
		"a fils":                       {"0.001", "KWD", true},
		"below nothing":                {"-999999999999999.99", "EUR", true},
		"sixteen digits":               {"1000000000000000", "EUR", false},
		"sixteen digits below nothing": {"-1000000000000000", "EUR", false},
		"no number":                    {"NaN", "EUR", false},
		"no end":                       {"Infinity", "EUR", false},
		"the smallest part of an unidad de fomento": {"0.0001", "CLF", true},
	} {
		var got bool
		if err := pool.QueryRow(t.Context(), `SELECT is_money($1::text::numeric, $2)`, c.amount, c.currency).Scan(&got); err != nil || got != c.want {
			t.Errorf("%s: is_money(%s, %s) is %v, %v", name, c.amount, c.currency, got, err)
		}
	}
}

// The trigger orders_stage_transition and models.Stage allow the same.
func TestStageTransitionsAreSaidAlike(t *testing.T) {
	t.Parallel()
	pool := oneOfEach(t)
	ctx := t.Context()
	for _, from := range models.Stages {
		for _, to := range models.Stages {
			// The check of outcomes is another rule; the stage that an order starts with is free.
			refused, err := violated(ctx, pool, fmt.Sprintf(`
				ALTER TABLE orders DROP CONSTRAINT orders_outcome;
				INSERT INTO orders SELECT (jsonb_populate_record(o, '{"id": "ord_2", "stage": "%s"}')).* FROM orders o;
				UPDATE orders SET stage = '%s' WHERE id = 'ord_2'`, from, to))
			switch {
			case from.CanBecome(to) && err != nil:
				t.Errorf("models lets %s become %s, the database does not: %v", from, to, err)
			case !from.CanBecome(to) && refused != "orders_stage_transition":
				t.Errorf("models does not let %s become %s, the database answers %q, %v", from, to, refused, err)
			}
		}
	}
}
