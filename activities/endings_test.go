package activities_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"o2c/activities"
	"o2c/ledger"
	"o2c/models"
)

func cancellation(order, id string) activities.CancelInput {
	return activities.CancelInput{OrderID: order, Cancellation: models.Cancellation{ID: id, Reason: "changed our mind", Actor: "sales"}, At: issued}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	shipPart := func(w *world) { w.ship("shp_1", "ord_1", models.LineQuantity{Line: 1, Quantity: "4"}) }
	for name, c := range map[string]struct {
		limit    string
		before   func(w *world)
		stage    models.Stage
		outcome  models.Outcome
		exposure string
		free     string
	}{
		"an order of which nothing was shipped is closed":    {"unlimited", func(*world) {}, models.Closed, models.OutcomeCancelled, "0.00 0.00 0.00 0.00", "10"},
		"an order on hold is closed":                         {"1", nil, models.Closed, models.OutcomeCancelled, "0.00 0.00 0.00 0.00", "10"},
		"an order that awaits prepayment is closed":          {"", nil, models.Closed, models.OutcomeCancelled, "0.00 0.00 0.00 0.00", "10"},
		"the rest of an order that was shipped in part":      {"unlimited", shipPart, models.Invoicing, "", "0.00 47.60 0.00 0.00", "6"},
		"the rest of an order that was shipped and invoiced": {"unlimited", func(w *world) { shipPart(w); w.done(w.invoicing.Issue(w.t.Context(), at("ord_1", issued))) }, models.Collecting, "", "0.00 0.00 47.60 0.00", "6"},
		"the rest of an order whose shipped part is paid": {"unlimited", func(w *world) {
			shipPart(w)
			w.done(w.invoicing.Issue(w.t.Context(), at("ord_1", issued)))
			w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("47.60")}, issued)
		}, models.Reconciling, "", "0.00 0.00 0.00 0.00", "6"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.customer("acme", c.limit)
			w.receipt("rcp_1", "main", "nail", "10")
			w.accept("ord_1", "acme", "main", nil, want{"nail", "10"})
			w.done(w.credit.Approve(t.Context(), at("ord_1", issued)))
			if c.before != nil {
				w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
				c.before(w)
			}
			got := w.done(w.fulfillment.Cancel(t.Context(), cancellation("ord_1", "can_1")))
			if got.Stage != c.stage || got.Outcome != c.outcome || got.BlockedBy != nil || got.ToShip || got.Backordered {
				t.Errorf("%+v, want %s %s", got, c.stage, c.outcome)
			}
			w.wantExposure("acme", c.exposure)
			if free := w.free("main", "nail"); free != c.free {
				t.Errorf("%s nails are free, want %s", free, c.free)
			}
			w.unchanged(func() {
				again := w.done(w.fulfillment.Cancel(t.Context(), cancellation("ord_1", "can_1")))
				if diff := cmp.Diff(got, again, sameDates); diff != "" {
					t.Errorf("the second time it answers (-first +second):\n%s", diff)
				}
			})
			before := w.rows()
			_, err := w.fulfillment.Cancel(t.Context(), cancellation("ord_1", "can_2"))
			wantCode(t, err, models.KindConflict, "nothing-to-cancel")
			if diff := cmp.Diff(before, w.rows()); diff != "" {
				t.Errorf("a refused cancellation left (-before +after):\n%s", diff)
			}
			w.balanced()
		})
	}
}

func TestCancelWhatIsShipped(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	_, err := w.fulfillment.Cancel(t.Context(), cancellation("ord_1", "can_1"))
	wantCode(t, err, models.KindConflict, "nothing-to-cancel")
	_, err = w.fulfillment.Cancel(t.Context(), cancellation("ord_9", "can_1"))
	wantCode(t, err, models.KindNotFound, "order-not-found")
	w.balanced()
}

func TestClose(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.dispute("dsp_1", "ord_1", invoice1, "19", issued)
	_, err := w.resolve("res_1", "ord_1", "dsp_1", models.DisputeAccepted, "", issued)
	w.must(err)
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("100"), Reference: invoice1}, issued)
	got := w.done(w.reconciliation.Close(t.Context(), at("ord_1", day(2026, 12, 1))))
	if got.Stage != models.Closed || got.Outcome != models.OutcomePaid || got.BlockedBy != nil {
		t.Errorf("%s %s, blocked by %v", got.Stage, got.Outcome, got.BlockedBy)
	}
	w.unchanged(func() {
		again := w.done(w.reconciliation.Close(t.Context(), at("ord_1", day(2026, 12, 2))))
		if diff := cmp.Diff(got, again, sameDates); diff != "" {
			t.Errorf("the second time it answers (-first +second):\n%s", diff)
		}
	})
	if n := w.count(`SELECT count(*) FROM orders WHERE closed_at = $1`, day(2026, 12, 1)); n != 1 {
		t.Error("the order is not closed at its instant")
	}
	loaded := w.done(w.reconciliation.Load(t.Context(), at("ord_1", issued)))
	if diff := cmp.Diff(got, loaded, sameDates); diff != "" {
		t.Errorf("a closed order is read back as (-closed +read):\n%s", diff)
	}
	w.balanced()
}

// A variance blocks the order, named; when it is cleared, the order closes. What is open is no variance: it is collected.
func TestCloseNamesVariances(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	got := w.done(w.reconciliation.Close(t.Context(), at("ord_1", issued)))
	if got.Stage != models.Collecting || got.BlockedBy != nil || len(got.Receivables) != 1 {
		t.Fatalf("%s, blocked by %v", got.Stage, got.BlockedBy)
	}
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("119")}, issued)
	// An entry that nobody knows of, on the invoice.
	w.post(func(tx pgx.Tx) error {
		return ledger.Post(t.Context(), tx, ledger.Entry{
			Key: "rogue", Event: "rogue", BusinessDate: models.NewDate(2026, time.December, 1), CustomerID: "acme", Document: "INV-2026-000001",
			Description: "x", Lines: ledger.FeeCharged(eur("1")),
		})
	})
	got = w.done(w.reconciliation.Close(t.Context(), at("ord_1", issued)))
	if want := "ledger: receivables of the order are 1.00 EUR, not zero"; got.BlockedBy == nil || got.BlockedBy.Detail != want {
		t.Errorf("blocked by %v, want %q", got.BlockedBy, want)
	}
	w.post(func(tx pgx.Tx) error {
		return ledger.Reverse(t.Context(), tx, ledger.Reversal{
			Key: "rogue/reversed", OriginalKey: "rogue", BusinessDate: models.NewDate(2026, time.December, 1), Actor: "manager", Reason: "nobody knows of it",
		})
	})
	if got = w.done(w.reconciliation.Close(t.Context(), at("ord_1", issued))); got.Stage != models.Closed || got.BlockedBy != nil {
		t.Errorf("cleared, it is %s, blocked by %v", got.Stage, got.BlockedBy)
	}
}

func TestLoadChangesNothing(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.unchanged(func() {
		got := w.done(w.reconciliation.Load(t.Context(), at("ord_1", issued.Add(time.Hour))))
		if got.Stage != models.Collecting || len(got.Receivables) != 1 {
			t.Errorf("%+v", got)
		}
	})
	_, err := w.reconciliation.Load(t.Context(), at("ord_9", issued))
	wantCode(t, err, models.KindNotFound, "order-not-found")
}
