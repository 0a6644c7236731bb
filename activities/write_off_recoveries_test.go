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

// newLoss is a world in which acme's invoice of 119.00 is written off, but for what a part leaves open.
func newLoss(t *testing.T, part string, options ...testkit.Option) *world {
	t.Helper()
	w := newWorld(t, options...)
	w.customer("acme", "unlimited")
	w.invoiced("ord_1", "acme", want{"nail", "10"})
	w.writesOff(givingUp("wof_1", part))
	return w
}

// split of a payment: "applied + recovered + unapplied + refunded + reversed".
func (w *world) paymentSplit(id string) (split string) {
	w.t.Helper()
	w.must(w.pool.QueryRow(w.t.Context(), `
		SELECT concat_ws(' + ', trim_scale(applied), trim_scale(recovered), trim_scale(unapplied), trim_scale(refunded), trim_scale(reversed)) FROM payments WHERE id = $1`, id).Scan(&split))
	return split
}

// changes carries a change of a payment out.
func (w *world) changes(id string, change models.PaymentChange) error {
	w.t.Helper()
	w.fact(postgres.PaymentChangeFact, id, change)
	return w.cash.Change(w.t.Context(), activities.PaymentChangeInput{ChangeID: id, At: issued})
}

func TestMoneyForAWrittenOffInvoiceIsRecovered(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		writtenOff string
		payment    models.Payment
		split      string
		exposure   string
	}{
		"all of it":                {"", models.Payment{Amount: eur("119"), Reference: invoice1}, "0 + 119 + 0 + 0 + 0", "0.00 0.00 0.00 0.00"},
		"a part":                   {"", models.Payment{Amount: eur("19"), Reference: invoice1}, "0 + 19 + 0 + 0 + 0", "0.00 0.00 0.00 0.00"},
		"too much stays":           {"", models.Payment{Amount: eur("120"), Reference: invoice1}, "0 + 119 + 1 + 0 + 0", "0.00 0.00 0.00 1.00"},
		"what is open comes first": {"50", models.Payment{Amount: eur("100"), Reference: invoice1}, "69 + 31 + 0 + 0 + 0", "0.00 0.00 0.00 0.00"},
		"as the payer lists it": {"", models.Payment{Amount: eur("119"), Remittance: []models.Remittance{{Invoice: invoice1, Amount: eur("40")}}},
			"0 + 40 + 79 + 0 + 0", "0.00 0.00 0.00 79.00"},
		"money without a name stays": {"", models.Payment{Amount: eur("119")}, "0 + 0 + 119 + 0 + 0", "0.00 0.00 0.00 119.00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newLoss(t, c.writtenOff)
			c.payment.CustomerID = "acme"
			w.pay("pay_1", c.payment, issued)
			if split := w.paymentSplit("pay_1"); split != c.split {
				t.Errorf("%s, want %s", split, c.split)
			}
			w.wantExposure("acme", c.exposure)
			w.unchanged(func() {
				w.must(w.cash.Apply(t.Context(), activities.PaymentInput{PaymentID: "pay_1", At: issued}))
			})
			w.balanced()
		})
	}
}

// A reversal takes back what was recovered, the rest of a part is recovered again, and what comes again is, too.
func TestARecoveryIsTakenBackWithItsPayment(t *testing.T) {
	t.Parallel()
	w := newLoss(t, "")
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("119"), Reference: invoice1}, issued)
	if diff := cmp.Diff([]string{"unapplied_cash 119", "bad_debts_recovered -119"}, w.entry("payment/pay_1/recovered/1")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	w.must(w.changes("pch_1", models.PaymentChange{Kind: models.ReversePayment, PaymentID: "pay_1", Amount: new(eur("20")), Reason: "no funds"}))
	if split := w.paymentSplit("pay_1"); split != "0 + 99 + 0 + 0 + 20" {
		t.Errorf("a part taken back: %s", split)
	}
	w.must(w.changes("pch_2", models.PaymentChange{Kind: models.WinReversal, PaymentID: "pay_1", N: 1}))
	if split := w.paymentSplit("pay_1"); split != "0 + 119 + 0 + 0 + 0" {
		t.Errorf("won: %s", split)
	}
	w.must(w.changes("pch_3", models.PaymentChange{Kind: models.ReversePayment, PaymentID: "pay_1", Reason: "no funds"}))
	if split := w.paymentSplit("pay_1"); split != "0 + 0 + 0 + 0 + 119" {
		t.Errorf("all taken back: %s", split)
	}
	if n := w.count(`SELECT count(*) FROM open_items WHERE status = 'written_off' AND recovered = 0 AND open_amount = 0`); n != 1 {
		t.Error("the invoice is not simply written off")
	}
	w.wantExposure("acme", "0.00 0.00 0.00 0.00")
	w.balanced()
}

// A reversal of a payment that settled a part and recovered the rest opens the part again.
func TestAReversalTakesRecoveriesFirst(t *testing.T) {
	t.Parallel()
	w := newLoss(t, "50")
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("119"), Reference: invoice1}, issued)
	w.must(w.changes("pch_1", models.PaymentChange{Kind: models.ReversePayment, PaymentID: "pay_1", Amount: new(eur("60")), Reason: "no funds"}))
	if split := w.paymentSplit("pay_1"); split != "59 + 0 + 0 + 0 + 60" {
		t.Errorf("%s", split)
	}
	w.wantExposure("acme", "0.00 0.00 10.00 0.00")
	w.balanced()
}

func TestAPersonRecoversByHand(t *testing.T) {
	t.Parallel()
	w := newLoss(t, "50")
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("200"), Reference: "INV-2000-000001"}, issued)
	apply := func(id, amount string) error {
		return w.changes(id, models.PaymentChange{Kind: models.ApplyByHand, PaymentID: "pay_1", Invoice: invoice1, Amount: new(eur(amount))})
	}
	wantCode(t, apply("pch_1", "119.01"), models.KindConflict, "amount-exceeds-open")
	w.must(apply("pch_2", "80"))
	if split := w.paymentSplit("pay_1"); split != "69 + 11 + 120 + 0 + 0" {
		t.Errorf("%s", split)
	}
	wantCode(t, apply("pch_3", "39.01"), models.KindConflict, "amount-exceeds-open")
	w.must(apply("pch_4", "39"))
	wantCode(t, apply("pch_5", "0.01"), models.KindConflict, "amount-exceeds-open")
	w.balanced()
}

// A credit note takes back what is written off and has not come; of what came it becomes the customer's credit.
func TestACreditNoteAfterARecovery(t *testing.T) {
	t.Parallel()
	w := newLoss(t, "")
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("100"), Reference: invoice1}, issued)
	w.credits(creditOf("dec_1", "59.50"))
	if split := w.split("dec_1"); split != "19 + 40.5 (19, 0, 0)" {
		t.Errorf("split %s", split)
	}
	w.balanced()
}

// Payments, their reversals, credit notes and write-offs at once: no more is recovered than is written off, and the book is right.
func TestRecoveriesRace(t *testing.T) {
	t.Parallel()
	w := newLoss(t, "60", testkit.MaxConns(16))
	var steps []func()
	business := func(step func() error) func() {
		return func() {
			if err := step(); err != nil && models.KindOf(err) != models.KindConflict && models.KindOf(err) != models.KindNotFound {
				t.Error(err)
			}
		}
	}
	for n := range 6 {
		pay, change := fmt.Sprint("pay_", n), fmt.Sprint("pch_", n)
		w.acceptPayment(pay, models.Payment{CustomerID: "acme", Amount: eur("25"), Reference: invoice1})
		w.fact(postgres.PaymentChangeFact, change, models.PaymentChange{Kind: models.ReversePayment, PaymentID: pay, Amount: new(eur("13"))})
		off, note := givingUp(fmt.Sprint("wof_1", n), "7"), creditOf(fmt.Sprint("dec_", n), "5.95")
		apply := business(func() error {
			return w.cash.Apply(t.Context(), activities.PaymentInput{PaymentID: pay, At: issued})
		})
		steps = append(steps, apply, apply,
			business(func() error {
				return w.cash.Change(t.Context(), activities.PaymentChangeInput{ChangeID: change, At: issued})
			}),
			business(func() error { _, err := w.writeOffs.WriteOff(t.Context(), off); return err }),
			business(func() error { _, err := w.creditNotes.IssueCreditNote(t.Context(), note); return err }))
	}
	together(steps...)
	w.balanced()
}

// What comes again recovers what its reversal took back and no more, whatever else of the payment is unapplied.
func TestARecoveryThatComesAgainTakesNoOtherMoney(t *testing.T) {
	t.Parallel()
	w := newLoss(t, "")
	w.invoiced("ord_2", "acme", want{"nail", "10"})
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("100"), Remittance: []models.Remittance{
		{Invoice: invoice1, Amount: eur("60")}, {Invoice: "INV-2026-000002", Amount: eur("40")},
	}}, issued)
	w.must(w.changes("pch_1", reversing("pay_1", "20"))) // 40.00 of 60.00 are recovered again
	w.must(w.changes("pch_2", undoing("pay_1", 1)))
	w.must(w.changes("pch_3", winning("pay_1", 1)))
	if split := w.paymentSplit("pay_1"); split != "0 + 60 + 40 + 0 + 0" {
		t.Errorf("%s, want 60 recovered and 40 unapplied", split)
	}
	w.balanced()
}
