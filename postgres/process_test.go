package postgres_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/shopspring/decimal"

	"o2c/bank"
	"o2c/internal/testkit"
	"o2c/models"
	"o2c/postgres"
)

// The parts of the process that its activities' tests do not show by themselves.

var noon = time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)

// within runs work in a transaction and keeps it.
func within(t *testing.T, pool *pgxpool.Pool, work func(ctx context.Context, tx pgx.Tx) error) {
	t.Helper()
	if err := postgres.InTx(t.Context(), pool, func(tx pgx.Tx) error { return work(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

func TestPayerOf(t *testing.T) {
	t.Parallel()
	pool := oneOfEach(t)
	for _, sql := range []string{
		`INSERT INTO customers (id, name, email, country, currency) VALUES ('other', 'Other', 'o@o.example', 'DE', 'EUR')`,
		copyOf("invoices", `{"number": "INV-2026-000002", "sequence": 2, "payment_reference": "RF67INV2026000002", "shipment_id": null, "customer_id": "other"}`),
	} {
		if _, err := pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	advice := func(invoices ...string) (r []models.Remittance) {
		for _, number := range invoices {
			r = append(r, models.Remittance{Invoice: number})
		}
		return r
	}
	for name, c := range map[string]struct {
		payment models.Payment
		want    string
	}{
		"by an invoice number":                   {models.Payment{Reference: "INV-2026-000001"}, "acme"},
		"by a number among words":                {models.Payment{Reference: "invoice INV-2026-000001, thanks"}, "acme"},
		"by a number in small letters":           {models.Payment{Reference: "inv-2026-000001"}, "acme"},
		"by a creditor reference":                {models.Payment{Reference: "RF94INV2026000001"}, "acme"},
		"by a number without dashes":             {models.Payment{Reference: "Rechnung INV2026000001"}, "acme"},
		"by a number with blanks":                {models.Payment{Reference: "inv 2026 000001"}, "acme"},
		"by a creditor reference among words":    {models.Payment{Reference: "ref RF94INV2026000001 thanks"}, "acme"},
		"by a grouped reference among words":     {models.Payment{Reference: "ref rf94 inv2 0260 0000 1 thanks"}, "acme"},
		"by a creditor reference in groups":      {models.Payment{Reference: "RF94 INV2 0260 0000 1"}, "acme"},
		"by the remittance":                      {models.Payment{Remittance: advice("INV-2026-000002")}, "other"},
		"nobody by invoices of two customers":    {models.Payment{Remittance: advice("INV-2026-000001", "INV-2026-000002")}, ""},
		"nobody by an invoice that is not there": {models.Payment{Reference: "INV-2026-000009"}, ""},
		"nobody by other words":                  {models.Payment{Reference: "thank you"}, ""},
		"nobody by nothing":                      {models.Payment{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			names := bank.NamesOf(c.payment)
			if got, err := postgres.PayerOf(t.Context(), pool, names.Invoices, names.References); err != nil || got != c.want {
				t.Errorf("%q, %v; want %q", got, err, c.want)
			}
		})
	}
}

func TestLoadPolicy(t *testing.T) {
	t.Parallel()
	pool := testkit.Database(t)
	got, err := postgres.LoadPolicy(t.Context(), pool, "standard", 0)
	if err != nil {
		t.Fatal(err)
	}
	level := func(n, days int, channel, action string) models.DunningLevel {
		return models.DunningLevel{Level: n, DaysAfterDue: days, Channel: channel, Action: action}
	}
	want := models.DunningPolicy{Name: "standard", Version: 1, Calendar: "none", Hour: 9, MinDaysBetween: 1, BusinessDays: models.Calendar{Name: "none"}, Levels: []models.DunningLevel{
		level(0, -3, "email", "notice"), level(1, 7, "email", "notice"), level(2, 21, "email", "notice"), level(3, 35, "email", "notice"), level(4, 49, "letter", "agency")}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the policy of the issue (-want +got):\n%s", diff)
	}
	if _, err = pool.Exec(t.Context(), `
		INSERT INTO dunning_policies (name, version, hour) VALUES ('standard', 2, 10);
		INSERT INTO dunning_levels (policy, version, level, days_after_due, channel) VALUES ('standard', 2, 1, 1, 'call')`); err != nil {
		t.Fatal(err)
	}
	for version, hour := range map[int]int{0: 10, 1: 9, 2: 10} {
		if got, err = postgres.LoadPolicy(t.Context(), pool, "standard", version); err != nil || got.Hour != hour {
			t.Errorf("version %d works at %d, %v; want %d", version, got.Hour, err, hour)
		}
	}
	_, err = postgres.LoadPolicy(t.Context(), pool, "standard", 3)
	wantError(t, err, models.KindNotFound, "dunning-policy-not-found")
	_, err = postgres.LoadPolicy(t.Context(), pool, "harsh", 0)
	wantError(t, err, models.KindNotFound, "dunning-policy-not-found")
}

func TestLastNotice(t *testing.T) {
	t.Parallel()
	pool := oneOfEach(t)
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	due := models.NewDate(2026, time.December, 22)
	last := func() (int, time.Time) {
		sent, err := postgres.SentNotices(t.Context(), pool, "INV-2026-000001")
		if err != nil {
			t.Fatal(err)
		}
		level, at := postgres.LastNotice(sent, 0, due, berlin)
		if other, _ := postgres.LastNotice(sent, 1, due, berlin); other != models.NothingSent {
			t.Errorf("of another instalment level %d was sent", other)
		}
		return level, at.UTC()
	}
	if _, err = pool.Exec(t.Context(), `DELETE FROM messages; DELETE FROM dunning_notices WHERE fee = 0`); err != nil {
		t.Fatal(err)
	}
	if level, at := last(); level != models.NothingSent || !at.IsZero() {
		t.Errorf("of nothing the last is level %d at %s", level, at)
	}
	for n, c := range []struct {
		level int
		at    string
		state string
		want  int
		after string
	}{
		{0, "2026-12-22T22:59:00Z", "sent", 0, "0001-01-01T00:00:00Z"},    // still the due date in Berlin
		{1, "2026-12-22T23:01:00Z", "queued", 1, "2026-12-22T23:01:00Z"},  // the day after
		{2, "2026-12-30T09:00:00Z", "bounced", 2, "2026-12-30T09:00:00Z"}, // it was sent
		{3, "2027-01-30T09:00:00Z", "skipped", 2, "2026-12-30T09:00:00Z"}, // it was not
	} {
		within(t, pool, func(ctx context.Context, tx pgx.Tx) error {
			at, err := time.Parse(time.RFC3339, c.at)
			if err != nil {
				return err
			}
			_, err = postgres.InsertNotice(ctx, tx, postgres.Notice{Invoice: "INV-2026-000001", Level: c.level, At: at,
				Amount: models.MustMoney(decimal.NewFromInt(1), "EUR"), Channel: "email", Action: "notice", State: c.state, Reason: "x"})
			return err
		})
		if level, at := last(); level != c.want || at.Format(time.RFC3339) != c.after {
			t.Errorf("after notice %d the last is level %d at %s, want %d at %s", n, level, at.Format(time.RFC3339), c.want, c.after)
		}
	}
}

// What is inserted under a natural key is inserted once, and says whether it was.
func TestNaturalKeysAreTakenOnce(t *testing.T) {
	t.Parallel()
	pool := oneOfEach(t)
	one := models.MustMoney(decimal.NewFromInt(1), "EUR")
	for name, insert := range map[string]func(ctx context.Context, tx pgx.Tx) (bool, error){
		"an event": func(ctx context.Context, tx pgx.Tx) (bool, error) {
			return postgres.RecordEvent(ctx, tx, postgres.Event{Key: "k", Kind: "x", At: noon, Actor: "x", Summary: "x"})
		},
		"a shipment": func(ctx context.Context, tx pgx.Tx) (bool, error) {
			return postgres.InsertShipment(ctx, tx, postgres.Shipment{ID: "shp_2", OrderID: "ord_1", WarehouseID: "main", ShippedAt: noon})
		},
		"a receipt": func(ctx context.Context, tx pgx.Tx) (bool, error) {
			return postgres.InsertReceipt(ctx, tx, "rcp_2", models.StockReceipt{SKU: "nail", WarehouseID: "main", Quantity: "3"}, "x", noon)
		},
		"a dispute": func(ctx context.Context, tx pgx.Tx) (bool, error) {
			return postgres.InsertDispute(ctx, tx, postgres.Dispute{ID: "dsp_2", Invoice: "INV-2026-000001", CustomerID: "acme", Currency: "EUR", Reason: "other", DueAt: noon, OpenedAt: noon})
		},
		"a payment": func(ctx context.Context, tx pgx.Tx) (bool, error) {
			p := models.Payment{ID: "pay_2", CustomerID: "acme", Amount: one, ValueDate: models.NewDate(2026, 11, 22), Method: "cash"}
			return postgres.InsertPayment(ctx, tx, p, noon)
		},
		"a decision": func(ctx context.Context, tx pgx.Tx) (bool, error) {
			return postgres.InsertDecision(ctx, tx, postgres.RecordedDecision{ID: "dec_2", OrderID: "ord_1", Version: 1, Decision: models.Release, By: "x", At: noon})
		},
		"a notice": func(ctx context.Context, tx pgx.Tx) (bool, error) {
			id, err := postgres.InsertNotice(ctx, tx, postgres.Notice{Invoice: "INV-2026-000001", Level: 2, At: noon, Amount: one, Channel: "email", Action: "notice", State: "queued"})
			return id != 0, err
		},
	} {
		for attempt, want := range []bool{true, false} {
			within(t, pool, func(ctx context.Context, tx pgx.Tx) error {
				got, err := insert(ctx, tx)
				if got != want {
					t.Errorf("%s, attempt %d: inserted is %v", name, attempt+1, got)
				}
				return err
			})
		}
	}
	var onHand, reserved decimal.Decimal
	if err := pool.QueryRow(t.Context(), `SELECT on_hand, reserved FROM stock`).Scan(&onHand, &reserved); err != nil || onHand.IntPart() != 23 {
		t.Errorf("%s on hand after the receipt of 3 on 20, %v", onHand, err)
	}
	if happened, err := postgres.Happened(t.Context(), pool, "k"); err != nil || !happened {
		t.Errorf("the event has not happened: %v", err)
	}
	if happened, err := postgres.Happened(t.Context(), pool, "k2"); err != nil || happened {
		t.Errorf("an event that was never recorded has happened: %v", err)
	}
}

func TestSkippedNoticesAreRecordedEachTime(t *testing.T) {
	t.Parallel()
	pool := oneOfEach(t)
	skipped := postgres.Notice{Invoice: "INV-2026-000001", Level: 1, At: noon, Amount: models.Zero("EUR"), Channel: "email", Action: "notice", State: "skipped", Reason: "x"}
	for range 2 {
		within(t, pool, func(ctx context.Context, tx pgx.Tx) error {
			id, err := postgres.InsertNotice(ctx, tx, skipped)
			if id == 0 {
				t.Error("a skipped notice is not recorded")
			}
			return err
		})
	}
}
