package activities_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"o2c/activities"
	"o2c/internal/testkit"
	"o2c/models"
	"o2c/postgres"
)

// What a cancellation, a credit note or a payment frees goes to who waits for it.

func TestACancellationServesBackorders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.receipt("rcp_1", "main", "nail", "5")
	w.waiting(map[string]string{"ord_1": "5", "ord_3": "4", "ord_2": "4"}, "ord_1", "ord_3", "ord_2")
	w.told.all()
	w.done(w.fulfillment.Cancel(t.Context(), cancellation("ord_1", "can_1")))
	if diff := cmp.Diff(map[string]string{"ord_1": "0", "ord_3": "4", "ord_2": "1"}, w.reserved()); diff != "" {
		t.Errorf("reserved (-want +got):\n%s", diff)
	}
	want := []string{"ord_2: stock of can_1", "ord_3: stock of can_1"}
	if diff := cmp.Diff(want, w.told.all()); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	w.unchanged(func() { w.done(w.fulfillment.Cancel(t.Context(), cancellation("ord_1", "can_1"))) })
	if diff := cmp.Diff(want, w.told.all()); diff != "" {
		t.Errorf("a retry tells (-want +got):\n%s", diff)
	}
	w.nothingFreeBesideABackorder()
	w.balanced()
}

// held makes orders of quantities of nails at 11.90, each entered a minute after the one before, beside ord_0 that took all the
// credit.
func (w *world) held(quantities ...string) {
	w.t.Helper()
	for n, quantity := range quantities {
		id := fmt.Sprint("ord_", len(quantities)-n) // by id they come in another order than by entry
		w.accept(id, "acme", "main", nil, want{"nail", quantity})
		if got := w.done(w.credit.Approve(w.t.Context(), at(id, issued.Add(time.Duration(n)*time.Minute)))); got.Stage != models.CreditHold {
			w.t.Fatalf("%s is %s", id, got.Stage)
		}
	}
	w.told.all()
}

func (w *world) wantStages(want map[string]models.Stage) {
	w.t.Helper()
	for id, stage := range want {
		if got := w.done(w.reconciliation.Load(w.t.Context(), at(id, issued))); got.Stage != stage {
			w.t.Errorf("%s is %s, want %s", id, got.Stage, stage)
		}
	}
}

// Held orders are decided again in the transaction that frees credit, oldest first; one that does not fit does not block a
// later one.
func TestFreedCreditGoesToTheOldestThatFit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cause string
		told  func(w *world)
		free  func(w *world)
	}{
		"by a cancellation": {"can_1", func(*world) {}, func(w *world) { w.done(w.fulfillment.Cancel(w.t.Context(), cancellation("ord_0", "can_1"))) }},
		"by a payment, though it is not applied": {"pay_1", func(w *world) {
			w.acceptPayment("pay_1", models.Payment{CustomerID: "acme", Amount: eur("59.50"), Reference: "INV-2026-000077"})
		}, func(w *world) {
			w.must(w.cash.Apply(w.t.Context(), activities.PaymentInput{PaymentID: "pay_1", At: issued}))
		}},
		"by a limit": {"lim_1", func(w *world) {
			w.fact(postgres.CreditLimitFact, "lim_1", models.CreditLimitChange{CustomerID: "acme", Limit: models.CreditLimit{Amount: eur("119")}, Currency: "EUR"})
		}, func(w *world) {
			w.must(w.credit.SetLimit(w.t.Context(), activities.LimitInput{LimitID: "lim_1", At: issued}))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.customer("acme", "59.50") // five nails
			w.approved("ord_0", "main", nil, want{"nail", "5"})
			w.held("6", "3", "3", "2") // ord_4, ord_3, ord_2, ord_1
			c.told(w)
			c.free(w)
			w.wantStages(map[string]models.Stage{"ord_4": models.CreditHold, "ord_3": models.Fulfilling, "ord_2": models.CreditHold, "ord_1": models.Fulfilling})
			want := []string{"ord_3: recheck for " + c.cause, "ord_1: recheck for " + c.cause}
			if diff := cmp.Diff(want, w.told.all()); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
			w.unchanged(func() { c.free(w) })
			w.balanced()
		})
	}
}

func TestACreditNoteFreesCredit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "119")
	w.invoiced("ord_0", "acme", want{"nail", "10"})
	w.held("5", "2") // ord_2, ord_1
	w.dispute("dsp_1", "ord_0", invoice1, "59.50", issued)
	w.wantStages(map[string]models.Stage{"ord_1": models.CreditHold, "ord_2": models.CreditHold}) // what is disputed is owed
	_, err := w.resolve("res_1", "ord_0", "dsp_1", models.DisputeAccepted, "", issued)
	w.must(err)
	w.wantStages(map[string]models.Stage{"ord_1": models.CreditHold, "ord_2": models.Fulfilling})
	if diff := cmp.Diff([]string{"ord_2: recheck for res_1"}, w.told.all()); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	w.wantExposure("acme", "59.50 0.00 59.50 0.00")
	w.balanced()
}

// A step whose answer was lost answers a retry with the messages that it queued: nobody else would send them.
func TestARetryHasItsMessagesSent(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	again := w.done(w.invoicing.Issue(t.Context(), at("ord_1", issued)))
	if diff := cmp.Diff([]string{"order-confirmation/ord_1/1", "shipping-notice/shp_1-1", "invoice/" + invoice1}, again.Messages); diff != "" {
		t.Errorf("messages of a retried invoice (-want +got):\n%s", diff)
	}
	w.allSent()
	if again = w.done(w.invoicing.Issue(t.Context(), at("ord_1", issued))); len(again.Messages) > 0 {
		t.Errorf("what is sent is named again: %v", again.Messages)
	}
}

// allSent marks the messages that are queued as sent.
func (w *world) allSent() {
	w.exec(`UPDATE messages SET state = 'sent', sent_at = now() WHERE state = 'queued'`)
}

// Cancellations, payments, limits and new orders at once, for customers that share a warehouse: no deadlock, no lost credit.
func TestWhatFreesCreditRaces(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.MaxConns(16))
	w.receipt("rcp_1", "main", "nail", "6")
	var steps []func()
	for c := range 3 {
		customer := fmt.Sprint("customer_", c)
		w.customer(customer, "35.70") // three nails
		for n := range 6 {
			id := fmt.Sprintf("ord_%d_%d", c, n)
			w.accept(id, customer, "main", nil, want{"nail", "1"})
			w.done(w.credit.Approve(t.Context(), at(id, issued)))
			w.done(w.fulfillment.Fulfil(t.Context(), at(id, issued)))
		}
		for n := range 6 {
			id := fmt.Sprintf("ord_%d_%d", c, n)
			steps = append(steps, func() {
				if _, err := w.fulfillment.Cancel(t.Context(), cancellation(id, "can_"+id)); err != nil {
					t.Errorf("%s: %v", id, err)
				}
			})
		}
		pay, fresh := fmt.Sprint("pay_", c), fmt.Sprint("new_", c)
		w.acceptPayment(pay, models.Payment{CustomerID: customer, Amount: eur("11.90")})
		w.accept(fresh, customer, "main", nil, want{"nail", "2"})
		steps = append(steps, func() {
			if err := w.cash.Apply(t.Context(), activities.PaymentInput{PaymentID: pay, At: issued}); err != nil {
				t.Error(err)
			}
		}, func() {
			if _, err := w.credit.Approve(t.Context(), at(fresh, issued)); err != nil {
				t.Error(err)
			}
		})
	}
	together(steps...)
	for c := range 3 {
		w.wantStages(map[string]models.Stage{fmt.Sprint("new_", c): models.Fulfilling})
		w.wantExposure(fmt.Sprint("customer_", c), "23.80 0.00 0.00 11.90")
		// The next step of an order that was approved when everybody else had been served: it is offered to the warehouse.
		w.done(w.fulfillment.Fulfil(t.Context(), at(fmt.Sprint("new_", c), issued)))
	}
	w.nothingFreeBesideABackorder()
	w.balanced()
}
