package postgres_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"o2c/internal/testkit"
	"o2c/models"
)

// What the database says is open of each instalment is what models says, for any schedule and whatever is settled.
func TestOpenInstalmentsAreThoseOfTheModels(t *testing.T) {
	t.Parallel()
	pool := testkit.Database(t, testkit.MaxConns(1), testkit.AsOwner) // one session, whose triggers are off
	if _, err := pool.Exec(t.Context(), `SET session_replication_role = replica`); err != nil {
		t.Fatal(err)
	}
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		currency := rapid.SampledFrom([]models.Currency{"JPY", "EUR", "KWD"}).Draw(rt, "currency")
		money := func(units int64) models.Money {
			return models.MustMoney(decimal.New(units, -currency.MinorUnits()), currency)
		}
		total, invoice := models.Zero(currency), fmt.Sprint("INV-", n)
		var schedule []models.Instalment
		batch := &pgx.Batch{}
		for i, units := range rapid.SliceOfN(rapid.Int64Range(1, 1000), 0, 5).Draw(rt, "instalments") {
			part := models.Instalment{DueDate: models.NewDate(2026, time.December, 1+i), Amount: money(units)}
			schedule, total = append(schedule, part), total.Add(part.Amount)
			batch.Queue(`INSERT INTO invoice_instalments (invoice, n, due_date, currency, amount) VALUES ($1, $2, $3, $4, $5)`, invoice, i+1, part.DueDate, currency, part.Amount)
		}
		if len(schedule) == 0 {
			total = money(1000)
			schedule = []models.Instalment{{DueDate: models.NewDate(2026, time.December, 1), Amount: total}}
		}
		settled := money(rapid.Int64Range(0, total.Decimal().Shift(currency.MinorUnits()).IntPart()).Draw(rt, "settled"))
		batch.Queue(`INSERT INTO open_items (number, kind, invoice, customer_id, currency, due_date, total, paid, disputed_amount, dunning_plan) VALUES ($1, 'invoice', $1, 'c', $2, '2026-12-01', $3, $4, $5, '[]')`,
			invoice, currency, total, settled, total.Sub(settled))
		if err := pool.SendBatch(t.Context(), batch).Close(); err != nil {
			rt.Fatal(err)
		}
		rows, err := pool.Query(t.Context(), `SELECT open_amount = disputed_amount AND amount >= open_amount, open_amount FROM open_instalments WHERE invoice = $1 ORDER BY due_date`, invoice)
		if err != nil {
			rt.Fatal(err)
		}
		want := models.OpenInstalments(schedule, settled)
		var sane bool
		var open decimal.Decimal
		i := 0
		_, err = pgx.ForEachRow(rows, []any{&sane, &open}, func() error {
			if i >= len(want) || !want[i].Decimal().Equal(open) || !sane {
				return fmt.Errorf("instalment %d of %v has %s open (%t), want %v", i+1, schedule, open, sane, want)
			}
			i++
			return nil
		})
		if err != nil || i != len(want) {
			rt.Fatal(err, i)
		}
	})
}
