package activities_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"o2c/activities"
	"o2c/models"
)

// debit1 is the first debit note.
const debit1 = "DN-2026-000001"

// debitNotes are a customer's items that are no invoices, as "number kind invoice total paid credited open".
func (w *world) debitNotes() []string {
	w.t.Helper()
	rows, err := w.pool.Query(w.t.Context(), `
		SELECT concat_ws(' ', number, kind, invoice, trim_scale(total), trim_scale(paid), trim_scale(credited), trim_scale(open_amount))
		  FROM open_items WHERE kind <> 'invoice' ORDER BY number`)
	w.must(err)
	notes, err := pgx.CollectRows(rows, pgx.RowTo[string])
	w.must(err)
	return notes
}

// costing is a reversal for which the bank takes a fee, and who says who pays it.
func costing(c models.PaymentChange, fee string, recharge *bool) models.PaymentChange {
	c.Fee, c.Recharge = new(eur(fee)), recharge
	return c
}

// Of 150 that were paid for an invoice of 119, 31 were refunded before the bank took money back: the customer owes again what it has
// twice, to the cent, and what it cost where that is charged on. What comes again is taken back as far as nobody has paid it.
func TestTheBankTakesRefundedMoneyBack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		policy   bool
		changes  []models.PaymentChange
		payment  string
		notes    []string
		exposure string
	}{
		"what was not refunded goes first": {false, []models.PaymentChange{reversing("pay_1", "119")}, "0 0 0 31 119 refunded", []string{}, "0.00 0.00 119.00 0.00"},
		"a cent of what was": {false, []models.PaymentChange{reversing("pay_1", "119.01")}, "0 0 0 30.99 119.01 refunded",
			[]string{debit1 + " refund_recovery 0.01 0 0 0.01"}, "0.00 0.00 119.01 0.00"},
		"all": {false, []models.PaymentChange{reversing("pay_1", "")}, "0 0 0 0 150 reversed", []string{debit1 + " refund_recovery 31 0 0 31"}, "0.00 0.00 150.00 0.00"},
		"in parts": {false, []models.PaymentChange{reversing("pay_1", "120"), reversing("pay_1", "10.50"), reversing("pay_1", "")}, "0 0 0 0 150 reversed",
			[]string{debit1 + " refund_recovery 1 0 0 1", "DN-2026-000002 refund_recovery 10.5 0 0 10.5", "DN-2026-000003 refund_recovery 19.5 0 0 19.5"}, "0.00 0.00 150.00 0.00"},
		"and gives it again": {false, []models.PaymentChange{reversing("pay_1", ""), winning("pay_1", 1)}, "119 0 0 31 0 partly_refunded",
			[]string{debit1 + " refund_recovery 31 0 31 0"}, "0.00 0.00 0.00 0.00"},
		"and gives it again after a part was paid": {false, []models.PaymentChange{reversing("pay_1", ""), byHand("pay_2", debit1, "10"), winning("pay_1", 1)},
			"119 0 10 21 0 partly_refunded", []string{debit1 + " refund_recovery 31 10 21 0"}, "0.00 0.00 0.00 50.00"},
		"and gives it again after all was paid": {false, []models.PaymentChange{reversing("pay_1", ""), byHand("pay_2", debit1, "31"), winning("pay_1", 1)},
			"119 0 31 0 0 partly_applied", []string{debit1 + " refund_recovery 31 31 0 0"}, "0.00 0.00 0.00 50.00"},
		"and gives it again and takes it once more": {false, []models.PaymentChange{reversing("pay_1", ""), byHand("pay_2", debit1, "10"), winning("pay_1", 1), reversing("pay_1", "")},
			"0 0 0 0 150 reversed", []string{debit1 + " refund_recovery 31 10 21 0", "DN-2026-000002 refund_recovery 21 0 0 21"}, "0.00 0.00 140.00 40.00"},
		"and what was paid for it is taken back": {false, []models.PaymentChange{reversing("pay_1", ""), byHand("pay_2", debit1, "10"), winning("pay_1", 1), undoing("pay_2", 1)},
			"119 0 10 21 0 partly_refunded", []string{debit1 + " refund_recovery 31 0 21 10"}, "0.00 0.00 10.00 60.00"},
		"for a fee that is ours":   {false, []models.PaymentChange{costing(reversing("pay_1", "10"), "3", nil)}, "109 0 0 31 10 partly_refunded", []string{}, "0.00 0.00 10.00 0.00"},
		"for a fee, by the policy": {true, []models.PaymentChange{costing(reversing("pay_1", "10"), "3", nil)}, "109 0 0 31 10 partly_refunded", []string{debit1 + " fee " + invoice1 + " 3 0 0 3"}, "0.00 0.00 13.00 0.00"},
		"for a fee that is ours this time": {true, []models.PaymentChange{costing(reversing("pay_1", "10"), "3", new(false))}, "109 0 0 31 10 partly_refunded", []string{},
			"0.00 0.00 10.00 0.00"},
		"for a fee, and all": {false, []models.PaymentChange{costing(reversing("pay_1", ""), "3", new(true))}, "0 0 0 0 150 reversed",
			[]string{debit1 + " refund_recovery 31 0 0 31", "DN-2026-000002 fee " + invoice1 + " 3 0 0 3"}, "0.00 0.00 153.00 0.00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newDebt(t)
			w.exec(`UPDATE customers SET recharge_return_cost = $1`, c.policy)
			w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("150"), Reference: invoice1}, issued)
			w.must(w.change("refund", refunding("pay_1", "31"), issued))
			for n, change := range c.changes {
				if change.PaymentID == "pay_2" && change.Kind == models.ApplyByHand {
					w.pay("pay_2", models.Payment{CustomerID: "acme", Amount: eur("50"), Reference: "INV-2026-000099"}, issued)
				}
				w.must(w.change(fmt.Sprint("pch_", n), change, issued))
			}
			again := fmt.Sprint("pch_", len(c.changes)-1)
			wantText(t, "the payment", w.payment("pay_1"), c.payment)
			if diff := cmp.Diff(c.notes, w.debitNotes()); diff != "" {
				t.Errorf("debit notes (-want +got):\n%s", diff)
			}
			w.wantExposure("acme", c.exposure)
			w.balanced()
			w.unchanged(func() { w.must(w.cash.Change(t.Context(), activities.PaymentChangeInput{ChangeID: again, At: issued})) })
		})
	}
}

// Nobody can be asked for money of which nobody knows who has it, or for a fee that no bank takes.
func TestWhatCannotBeChargedIsRefused(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.pay("pay_1", models.Payment{Amount: eur("30"), Reference: "hello"}, issued)
	w.must(w.change("pch_1", refunding("pay_1", "10"), issued))
	w.pay("pay_2", models.Payment{CustomerID: "acme", Amount: eur("30"), Reference: invoice1}, issued)
	wantCode(t, w.change("pch_2", reversing("pay_1", ""), issued), models.KindConflict, "payment-refunded")
	wantCode(t, w.change("pch_3", costing(reversing("pay_1", "20"), "1", new(true)), issued), models.KindConflict, "payer-unknown")
	wantCode(t, w.change("pch_4", costing(reversing("pay_2", ""), "30.01", nil), issued), models.KindConflict, "fee-exceeds-payment")
	w.must(w.change("pch_5", costing(reversing("pay_1", "20"), "1", nil), issued))
	w.must(w.change("pch_6", costing(reversing("pay_2", ""), "30", new(true)), issued))
	if diff := cmp.Diff([]string{debit1 + " fee " + invoice1 + " 30 0 0 30"}, w.debitNotes()); diff != "" {
		t.Errorf("debit notes (-want +got):\n%s", diff)
	}
	w.balanced()
}

// Fees come last: money without a name pays the invoice first, money that names the fee pays that, and so does customer credit.
func TestMoneyPaysAFeeLastUnlessItNamesIt(t *testing.T) {
	t.Parallel()
	w := newDebt(t) // 119.00, due in thirty days
	w.exec(`UPDATE customers SET recharge_return_cost = true`)
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("50"), Reference: invoice1}, issued)
	w.must(w.change("pch_1", costing(reversing("pay_1", ""), "9", nil), issued))
	w.pay("pay_2", models.Payment{CustomerID: "acme", Amount: eur("20")}, issued)
	wantText(t, "the invoice", w.item(invoice1), "20 0 0 99 partly_paid")
	w.pay("pay_3", models.Payment{CustomerID: "acme", Amount: eur("2"), Reference: "fee dn 2026 000001"}, issued)
	w.pay("pay_4", models.Payment{Amount: eur("1"), Reference: "RF" + w.reference(debit1)[2:]}, issued)
	w.pay("pay_5", models.Payment{CustomerID: "acme", Amount: eur("1"), Remittance: []models.Remittance{{Invoice: debit1, Amount: eur("1")}}}, issued)
	wantText(t, "the fee", w.item(debit1), "4 0 0 5 partly_paid")
	w.pay("pay_6", models.Payment{CustomerID: "acme", Amount: eur("103")}, issued)
	wantText(t, "the invoice", w.item(invoice1), "119 0 0 0 paid")
	wantText(t, "the fee", w.item(debit1), "8 0 0 1 partly_paid")
	got, err := w.reconciliation.Close(t.Context(), activities.OrderStep{OrderID: "ord_1", At: issued})
	w.must(err)
	if got.Stage != models.Closed {
		t.Errorf("the order waits for a fee: %+v", got)
	}
	w.must(w.change("pch_2", undoing("pay_3", 1), issued))
	wantText(t, "the fee", w.item(debit1), "6 0 0 3 partly_paid")
	w.balanced()
}

// reference is the creditor reference of a debit note.
func (w *world) reference(number string) (reference string) {
	w.t.Helper()
	w.must(w.pool.QueryRow(w.t.Context(), `SELECT payment_reference FROM debit_notes WHERE number = $1`, number).Scan(&reference))
	return reference
}

// A payment for which the customer's account has no room is refused for a reason that says so, and somebody looks after the money.
func TestAPaymentWithoutRoomIsSomebodysTask(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("999999999999999.00"), Reference: "INV-2026-000099"}, issued)
	w.acceptPayment("pay_2", models.Payment{CustomerID: "acme", Amount: eur("1.00"), Reference: "INV-2026-000099"})
	err := w.cash.Apply(t.Context(), activities.PaymentInput{PaymentID: "pay_2", At: issued})
	wantCode(t, err, models.KindConflict, "account-total-exceeded")
	facts := &activities.Facts{Pool: w.pool}
	in := activities.RefuseInput{FactID: "pay_2", Actor: "o2c", Reason: *models.Conflict("account-total-exceeded", "no room"), At: issued}
	w.must(facts.Refuse(t.Context(), in))
	if n := w.count(`SELECT count(*) FROM tasks WHERE kind = 'payment_refused' AND role = 'cashier' AND detail LIKE '%pay_2%'`); n != 1 {
		t.Errorf("%d tasks", n)
	}
	w.unchanged(func() { w.must(facts.Refuse(t.Context(), in)) })
	w.balanced()
}
