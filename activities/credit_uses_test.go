package activities_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"o2c/activities"
	"o2c/internal/testkit"
	"o2c/models"
	"o2c/postgres"
)

// newCredit is a customer with 50.00 of credit from CN-2026-000001, and an open invoice of 119.00, INV-2026-000002.
func newCredit(t *testing.T, options ...testkit.Option) *world {
	t.Helper()
	w := newWorld(t, options...)
	w.customer("acme", "unlimited")
	w.invoiced("ord_1", "acme", want{"nail", "10"})
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("119"), Reference: invoice1}, issued)
	w.credits(creditOf("dec_1", "50"))
	w.invoiced("ord_2", "acme", want{"nail", "10"})
	w.told.all()
	return w
}

const (
	note1    = "CN-2026-000001"
	invoice2 = "INV-2026-000002"
)

func (w *world) apply(id, note, invoice, amount string) error {
	w.t.Helper()
	w.fact(postgres.CreditApplicationFact, id, models.CreditUse{CreditNote: note, Invoice: invoice, Amount: eur(amount)})
	return w.creditNotes.ApplyCredit(w.t.Context(), activities.CreditUseInput{UseID: id, At: issued})
}

func (w *world) refund(id, note, amount string) error {
	w.t.Helper()
	w.fact(postgres.CreditRefundFact, id, models.CreditUse{CreditNote: note, Amount: eur(amount)})
	return w.creditNotes.RefundCredit(w.t.Context(), activities.CreditUseInput{UseID: id, At: issued})
}

func TestApplyCredit(t *testing.T) {
	t.Parallel()
	w := newCredit(t)
	w.must(w.apply("use_1", note1, invoice2, "30"))
	tell := []string{"ord_2: INV-2026-000002 v2 has 89.00 open"}
	if diff := cmp.Diff(tell, w.told.all()); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	w.unchanged(func() {
		w.must(w.creditNotes.ApplyCredit(t.Context(), activities.CreditUseInput{UseID: "use_1", At: issued}))
	})
	if diff := cmp.Diff(tell, w.told.all()); diff != "" {
		t.Errorf("the second time it tells (-want +got):\n%s", diff)
	}
	w.wantTrialBalance("bank_clearing 119.00", "receivables 89.00", "revenue -157.98", "customer_credit -20.00", "tax_payable -30.02")
	w.wantExposure("acme", "0.00 0.00 89.00 0.00")
	w.must(w.refund("use_2", note1, "20"))
	w.unchanged(func() {
		w.must(w.creditNotes.RefundCredit(t.Context(), activities.CreditUseInput{UseID: "use_2", At: issued}))
	})
	w.wantTrialBalance("bank -20.00", "bank_clearing 119.00", "receivables 89.00", "revenue -157.98", "tax_payable -30.02")
	w.balanced()
	w.pay("pay_2", models.Payment{CustomerID: "acme", Amount: eur("89"), Reference: invoice2}, issued)
	if got := w.done(w.reconciliation.Close(t.Context(), at("ord_2", issued))); got.Stage != models.Closed || got.Outcome != models.OutcomePaid {
		t.Errorf("%s %s, blocked by %v", got.Stage, got.Outcome, got.BlockedBy)
	}
	w.balanced()
}

func TestCreditUseRefusals(t *testing.T) {
	t.Parallel()
	w := newCredit(t)
	w.customer("other", "unlimited")
	w.invoiced("ord_3", "other", want{"nail", "10"})
	w.dispute("dsp_1", "ord_2", invoice2, "80", issued)
	before := w.rows()
	for code, try := range map[string]func(string) error{
		"credit-exceeds-remaining": func(id string) error { return w.refund(id, note1, "50.01") },
		"credit-exceeds-open":      func(id string) error { return w.apply(id, note1, invoice2, "39.01") },
		"credit-of-same-invoice":   func(id string) error { return w.apply(id, note1, invoice1, "1") },
		"customer-mismatch":        func(id string) error { return w.apply(id, note1, "INV-2026-000003", "1") },
		"credit-note-not-found":    func(id string) error { return w.refund(id, "CN-2026-000009", "1") },
		"invoice-not-found":        func(id string) error { return w.apply(id, note1, "INV-2026-000009", "1") },
	} {
		kind := models.KindConflict
		if code == "credit-note-not-found" || code == "invoice-not-found" {
			kind = models.KindNotFound
		}
		wantCode(t, try(code), kind, code)
	}
	if diff := cmp.Diff(before, w.rows()); diff != "" {
		t.Errorf("refused uses left (-before +after):\n%s", diff)
	}
	w.credits(func() activities.CreditInput {
		in := creditOf("dec_2", "10")
		in.OrderID, in.Request.Invoice = "ord_2", invoice2
		return in
	}())
	wantCode(t, w.refund("none", "CN-2026-000002", "1"), models.KindConflict, "no-customer-credit") // all of it is on the invoice
	w.balanced()
}

// Applications and refunds race for one credit: together they use it up, and no more.
func TestUsesRaceForOneCredit(t *testing.T) {
	t.Parallel()
	w := newCredit(t, testkit.MaxConns(16))
	var steps []func()
	for n := range 24 {
		id := fmt.Sprint("use_", n)
		use, kind := models.CreditUse{CreditNote: note1, Amount: eur("4")}, postgres.CreditRefundFact
		do := w.creditNotes.RefundCredit
		if n%2 == 0 {
			use.Invoice, kind, do = invoice2, postgres.CreditApplicationFact, w.creditNotes.ApplyCredit
		}
		w.fact(kind, id, use)
		step := func() {
			if err := do(t.Context(), activities.CreditUseInput{UseID: id, At: issued}); err != nil && models.KindOf(err) != models.KindConflict {
				t.Error(err)
			}
		}
		steps = append(steps, step, step)
	}
	together(steps...)
	if n := w.count(`SELECT (applied + refunded)::int FROM customer_credits`); n != 48 {
		t.Errorf("%d of 50.00 are used in fours", n)
	}
	w.balanced()
}

// Money that a bank takes back opens the invoice again; credit that it gave and that is not spent settles it first, and no more
// than the reversal opened.
func TestUnspentCreditIsAppliedBack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ reversed, open, left string }{
		"a part that the credit covers": {"35", "0.00", "5"},
		"all of it":                     {"", "79.00", "0"}, // 119.00 less 60.00 credited, of which 20.00 were paid out
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newCredit(t) // 119.00 paid and 50.00 credited
			w.must(w.refund("use_1", note1, "20"))
			w.credits(creditOf("dec_2", "10"))
			w.must(w.change("rev_1", reversing("pay_1", c.reversed), issued))
			item, err := postgres.ReadOpenItem(t.Context(), w.pool, invoice1)
			w.must(err)
			if open := item.Open().String(); open != c.open {
				t.Errorf("%s is open, want %s", open, c.open)
			}
			if n := w.count(`SELECT count(*) FROM customer_credits HAVING sum(remaining) = $1`, c.left); n != 2 {
				t.Errorf("what is left of the credits is not %s", c.left)
			}
			if n := w.count(`SELECT count(*) FROM credit_applications WHERE invoice = $1 AND id = 'rev_1/CN-2026-000001' AND amount = 30`, invoice1); n != 1 {
				t.Error("the oldest credit is not applied back first")
			}
			w.unchanged(func() {
				w.must(w.cash.Change(t.Context(), activities.PaymentChangeInput{ChangeID: "rev_1", At: issued}))
			})
			w.balanced()
		})
	}
}
