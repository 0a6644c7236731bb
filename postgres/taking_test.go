package postgres_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/internal/testkit"
	"o2c/models"
	"o2c/postgres"
)

func TestTakeFact(t *testing.T) {
	t.Parallel()
	pool := oneOfEach(t)
	if _, err := pool.Exec(t.Context(), `UPDATE facts SET content = '{"order_id": "ord_1", "lines": [{"line": 1, "quantity": "2"}]}'`); err != nil {
		t.Fatal(err)
	}
	take := func(want postgres.TakenFact[models.ShipmentConfirmation]) {
		t.Helper()
		within(t, pool, func(ctx context.Context, tx pgx.Tx) error {
			got, err := postgres.TakeFact[models.ShipmentConfirmation](ctx, tx, "shp_1")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			return err
		})
	}
	want := postgres.TakenFact[models.ShipmentConfirmation]{ID: "shp_1", Actor: "warehouse",
		Content: models.ShipmentConfirmation{OrderID: "ord_1", Lines: []models.LineQuantity{{Line: 1, Quantity: "2"}}}}
	take(want)
	within(t, pool, func(ctx context.Context, tx pgx.Tx) error {
		return postgres.SettleFact(ctx, tx, "shp_1", models.Conflict("quantity-not-open", "nothing is open"))
	})
	want.Settled, want.Refused = true, models.Conflict("quantity-not-open", "nothing is open")
	take(want)
	err := postgres.InTx(t.Context(), pool, func(tx pgx.Tx) error {
		_, err := postgres.TakeFact[models.ShipmentConfirmation](t.Context(), tx, "shp_9")
		return err
	})
	wantError(t, err, models.KindNotFound, "fact-not-found")
}

func TestClaimedOrder(t *testing.T) {
	t.Parallel()
	pool := oneOfEach(t)
	_, err := postgres.ClaimedOrder(t.Context(), pool, "ord_1") // a claim whose request was not accepted yet
	wantError(t, err, models.KindNotFound, "order-not-found")
	want := models.Order{ID: "ord_1", CustomerID: "acme", Currency: "EUR", Total: models.MustMoney(decimal.RequireFromString("119"), "EUR"),
		RequestedDate: models.NewDate(2026, 12, 24), Lines: []models.OrderLine{{Line: 1, SKU: "nail", Quantity: decimal.NewFromInt(10)}}}
	if _, err = pool.Exec(t.Context(), `UPDATE claims SET content = $1`, want); err != nil {
		t.Fatal(err)
	}
	got, err := postgres.ClaimedOrder(t.Context(), pool, "ord_1")
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b models.Date) bool { return a == b })); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestLoadingWhatIsNotThere(t *testing.T) {
	t.Parallel()
	pool := testkit.Database(t)
	ctx := t.Context()
	_, err := postgres.LoadCompany(ctx, pool)
	wantError(t, err, models.KindConflict, "company-missing")
	_, err = postgres.LoadCustomer(ctx, pool, "nobody")
	wantError(t, err, models.KindNotFound, "customer-not-found")
	_, err = postgres.LoadOrder(ctx, pool, "ord_9")
	wantError(t, err, models.KindNotFound, "order-not-found")
	_, err = postgres.ReadExposure(ctx, pool, "nobody")
	wantError(t, err, models.KindNotFound, "customer-not-found")
	_, err = postgres.LoadDispute(ctx, pool, "dsp_9")
	wantError(t, err, models.KindNotFound, "dispute-not-found")
	_, err = postgres.LoadCreditFile(ctx, pool, "nobody", models.NewDate(2026, 1, 1))
	wantError(t, err, models.KindNotFound, "customer-not-found")
	if customer, found, err := postgres.PaymentCustomer(ctx, pool, "pay_9"); customer != "" || found || err != nil {
		t.Errorf("a payment that is not there is %q's, found %v, %v", customer, found, err)
	}
	err = postgres.InTx(ctx, pool, func(tx pgx.Tx) error {
		_, err := postgres.LockOpenItem(ctx, tx, "INV-2026-000009")
		wantError(t, err, models.KindNotFound, "invoice-not-found")
		_, _, err = postgres.LockOrder(ctx, tx, "ord_9")
		wantError(t, err, models.KindNotFound, "order-not-found")
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// The limit of a day is the one that was set last of those that are valid on it.
func TestTheLimitOfADay(t *testing.T) {
	t.Parallel()
	pool := oneOfEach(t)
	set := func(id string, change models.CreditLimitChange) {
		change.CustomerID, change.Currency = "acme", "EUR"
		for range 2 { // the second time changes nothing
			within(t, pool, func(ctx context.Context, tx pgx.Tx) error {
				return postgres.InsertCreditLimit(ctx, tx, id, change, "credit", noon)
			})
		}
	}
	limit := func(amount int64) models.CreditLimit {
		return models.CreditLimit{Amount: models.MustMoney(decimal.NewFromInt(amount), "EUR")}
	}
	set("always", models.CreditLimitChange{Limit: limit(200)})
	set("spring", models.CreditLimitChange{Limit: limit(300), ValidFrom: models.NewDate(2026, 3, 1), ValidUntil: models.NewDate(2026, 5, 31)})
	set("may", models.CreditLimitChange{Limit: models.CreditLimit{Unlimited: true}, ValidFrom: models.NewDate(2026, 5, 1), ValidUntil: models.NewDate(2026, 5, 31)})
	for on, want := range map[models.Date]models.CreditLimit{
		models.NewDate(2026, 2, 28): limit(200), models.NewDate(2026, 3, 1): limit(300), models.NewDate(2026, 4, 30): limit(300),
		models.NewDate(2026, 5, 1): {Amount: models.Zero("EUR"), Unlimited: true}, models.NewDate(2026, 5, 31): {Amount: models.Zero("EUR"), Unlimited: true},
		models.NewDate(2026, 6, 1): limit(200),
	} {
		file, err := postgres.LoadCreditFile(t.Context(), pool, "acme", on)
		if err != nil || len(file.Limits) != 1 || file.Limits[0].Unlimited() != want.Unlimited || !want.Unlimited && !file.Limits[0].Amount.Equal(want.Amount) {
			t.Errorf("on %s it is %+v, %v; want %+v", on, file.Limits, err, want)
		}
	}
}

// A task that is there stays as it is; a message that is sent is not refused afterwards.
func TestTasksAndMessagesStay(t *testing.T) {
	t.Parallel()
	pool := oneOfEach(t)
	message := postgres.Message{Key: "dunning/INV-2026-000001/1", CustomerID: "acme"}
	within(t, pool, func(ctx context.Context, tx pgx.Tx) error {
		if err := postgres.OpenTask(ctx, tx, postgres.Task{Key: "dunning/INV-2026-000001/4", Kind: "agency", Role: "other", CustomerID: "acme", Detail: "y"}, noon); err != nil {
			return err
		}
		if err := postgres.QueueMessage(ctx, tx, postgres.Message{Key: message.Key, CustomerID: "acme", Kind: "dunning", Channel: "email", Subject: "other"}, noon); err != nil {
			return err
		}
		if err := postgres.MessageSent(ctx, tx, message, noon); err != nil {
			return err
		}
		return postgres.MessageRefused(ctx, tx, message, "too late")
	})
	var role, subject, state string
	if err := pool.QueryRow(t.Context(), `SELECT role, subject, state FROM tasks, messages`).Scan(&role, &subject, &state); err != nil {
		t.Fatal(err)
	}
	if role != "collector" || subject != "x" || state != "sent" {
		t.Errorf("task of %s, message %q %s", role, subject, state)
	}
}
