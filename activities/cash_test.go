package activities_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"o2c/activities"
	"o2c/bank"
	"o2c/models"
)

func TestApply(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		payment  models.Payment
		stage    models.Stage
		exposure string
		applied  string // of the payment
		told     []string
	}{
		"a full payment settles the invoice": {models.Payment{CustomerID: "acme", Amount: eur("119"), Reference: invoice1}, models.Reconciling,
			"0.00 0.00 0.00 0.00", "119 applied", []string{"ord_1: INV-2026-000001 v2 has 0.00 open"}},
		"a part leaves the rest open": {models.Payment{CustomerID: "acme", Amount: eur("118.99"), Reference: invoice1}, models.Collecting,
			"0.00 0.00 0.01 0.00", "118.99 applied", []string{"ord_1: INV-2026-000001 v2 has 0.01 open"}},
		"too much stays unapplied": {models.Payment{CustomerID: "acme", Amount: eur("120"), Reference: invoice1}, models.Reconciling,
			"0.00 0.00 0.00 1.00", "119 partly_applied", []string{"ord_1: INV-2026-000001 v2 has 0.00 open"}},
		"a payment finds its payer by the reference": {models.Payment{Amount: eur("119"), Reference: "RF94 INV2 0260 0000 1"}, models.Reconciling,
			"0.00 0.00 0.00 0.00", "119 applied", []string{"ord_1: INV-2026-000001 v2 has 0.00 open"}},
		"a payment finds its payer by the remittance": {models.Payment{Amount: eur("119"), Remittance: []models.Remittance{{Invoice: invoice1, Amount: eur("19")}}}, models.Collecting,
			"0.00 0.00 100.00 100.00", "19 partly_applied", []string{"ord_1: INV-2026-000001 v2 has 100.00 open"}},
		"a payment of nobody stays unapplied": {models.Payment{Amount: eur("119"), Reference: "thank you"}, models.Collecting,
			"0.00 0.00 119.00 0.00", "0 unapplied", nil},
		"a payment for another invoice stays unapplied": {models.Payment{CustomerID: "acme", Amount: eur("119"), Reference: "INV-2026-000077"}, models.Collecting,
			"0.00 0.00 119.00 119.00", "0 unapplied", nil},
		"a remittance for another invoice stays unapplied": {models.Payment{CustomerID: "acme", Amount: eur("119"), Remittance: []models.Remittance{{Invoice: "INV-2026-000077", Amount: eur("119")}}},
			models.Collecting, "0.00 0.00 119.00 119.00", "0 unapplied", nil},
		"a payment without a name finds the exact amount": {models.Payment{CustomerID: "acme", Amount: eur("119")}, models.Reconciling,
			"0.00 0.00 0.00 0.00", "119 applied", []string{"ord_1: INV-2026-000001 v2 has 0.00 open"}},
		"money in another currency waits for a person": {models.Payment{CustomerID: "acme", Amount: models.MustMoney(dec("119"), "USD"), Reference: invoice1}, models.Collecting,
			"0.00 0.00 119.00 0.00", "0 unapplied", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newDebt(t)
			w.told.all()
			w.acceptPayment("pay_1", c.payment)
			in := activities.PaymentInput{PaymentID: "pay_1", At: day(2026, 12, 1)}
			w.must(w.cash.Apply(t.Context(), in))
			if diff := cmp.Diff(c.told, w.told.all()); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
			w.wantExposure("acme", c.exposure)
			var got string
			w.must(w.pool.QueryRow(t.Context(), `SELECT trim_scale(applied) || ' ' || state FROM payments`).Scan(&got))
			if got != c.applied {
				t.Errorf("payment: %s, want %s", got, c.applied)
			}
			w.unchanged(func() { w.must(w.cash.Apply(t.Context(), in)) })
			if diff := cmp.Diff(c.told, w.told.all()); diff != "" {
				t.Errorf("a retry tells (-want +got):\n%s", diff)
			}
			if progress := w.done(w.reconciliation.Load(t.Context(), at("ord_1", issued))); progress.Stage != c.stage {
				t.Errorf("stage %s, want %s", progress.Stage, c.stage)
			}
			if c.payment.Amount.Currency() == "EUR" {
				w.balanced()
			}
		})
	}
}

func TestApplyPostsToTheLedger(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("150"), Reference: invoice1}, day(2026, 12, 1))
	w.wantTrialBalance("bank_clearing 150.00", "revenue -100.00", "tax_payable -19.00", "unapplied_cash -31.00")
	if n := w.count(`SELECT count(*) FROM ledger_entries WHERE key IN ('payment/pay_1', 'payment/pay_1/application/1') AND business_date = '2026-12-01'`); n != 2 {
		t.Errorf("%d of the payment's two entries", n)
	}
}

func TestApplyNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	wantCode(t, w.cash.Apply(t.Context(), activities.PaymentInput{PaymentID: "pay_1", At: issued}), models.KindNotFound, "fact-not-found")
	w.acceptPayment("pay_2", models.Payment{CustomerID: "nobody", Amount: eur("1")})
	wantCode(t, w.cash.Apply(t.Context(), activities.PaymentInput{PaymentID: "pay_2", At: issued}), models.KindNotFound, "customer-not-found")
	if n := w.count(`SELECT count(*) FROM payments`); n != 0 {
		t.Errorf("%d payments", n)
	}
}

// One payment for several invoices of several orders tells each of them once.
func TestApplyToSeveralOrders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.customer("other", "unlimited")
	for n := range 3 {
		w.invoiced(fmt.Sprint("ord_", n), "acme", want{"nail", "10"})
	}
	w.invoiced("ord_x", "other", want{"nail", "10"})
	w.told.all()
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("250")}, issued)
	want := []string{"ord_0: INV-2026-000001 v2 has 0.00 open", "ord_1: INV-2026-000002 v2 has 0.00 open", "ord_2: INV-2026-000003 v2 has 107.00 open"}
	if diff := cmp.Diff(want, w.told.all()); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	if n := w.count(`SELECT count(*) FROM payment_applications WHERE rule = $1`, bank.RuleOldestDue); n != 3 {
		t.Errorf("%d applications by due date", n)
	}
	w.wantExposure("other", "0.00 0.00 119.00 0.00")
	w.balanced()
}

// A payment that was booked before its orders could be told tells them when it is tried again.
func TestApplyTellsAgainAfterAFailure(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.told.all()
	w.told.fails = errors.New("the engine is away")
	w.acceptPayment("pay_1", models.Payment{CustomerID: "acme", Amount: eur("119")})
	in := activities.PaymentInput{PaymentID: "pay_1", At: issued}
	if err := w.cash.Apply(t.Context(), in); !errors.Is(err, w.told.fails) {
		t.Fatal(err)
	}
	w.told.fails = nil
	w.unchanged(func() { w.must(w.cash.Apply(t.Context(), in)) })
	if diff := cmp.Diff([]string{"ord_1: INV-2026-000001 v2 has 0.00 open"}, w.told.all()); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}
