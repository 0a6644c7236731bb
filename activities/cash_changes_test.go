package activities_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"o2c/activities"
	"o2c/internal/testkit"
	"o2c/models"
	"o2c/postgres"
)

// change accepts a change of a payment and carries it out.
func (w *world) change(id string, c models.PaymentChange, instant time.Time) error {
	w.t.Helper()
	w.fact(postgres.PaymentChangeFact, id, c)
	return w.cash.Change(w.t.Context(), activities.PaymentChangeInput{ChangeID: id, At: instant})
}

// payment is a payment's split and state as "applied income unapplied refunded reversed state".
func (w *world) payment(id string) (got string) {
	w.t.Helper()
	w.must(w.pool.QueryRow(w.t.Context(), `
		SELECT concat_ws(' ', trim_scale(applied), trim_scale(taken_to_income), trim_scale(unapplied), trim_scale(refunded), trim_scale(reversed), state)
		  FROM payments WHERE id = $1`, id).Scan(&got))
	return got
}

// item is what settles an invoice as "paid discount difference open status".
func (w *world) item(invoice string) (got string) {
	w.t.Helper()
	w.must(w.pool.QueryRow(w.t.Context(), `
		SELECT concat_ws(' ', trim_scale(paid), trim_scale(discount), trim_scale(payment_difference), trim_scale(open_amount), status)
		  FROM open_items WHERE number = $1`, invoice).Scan(&got))
	return got
}

func wantText(t testing.TB, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %s, want %s", what, got, want)
	}
}

func byHand(payment, invoice, amount string) models.PaymentChange {
	return models.PaymentChange{Kind: models.ApplyByHand, PaymentID: payment, Invoice: invoice, Amount: new(eur(amount))}
}

func undoing(payment string, n int) models.PaymentChange {
	return models.PaymentChange{Kind: models.UndoApplication, PaymentID: payment, N: n}
}

// reversing is a reversal by the bank; amount "" takes all.
func reversing(payment, amount string) models.PaymentChange {
	c := models.PaymentChange{Kind: models.ReversePayment, PaymentID: payment, Reason: "returned", ReasonCode: "AM04"}
	if amount != "" {
		c.Amount = new(eur(amount))
	}
	return c
}

func winning(payment string, n int) models.PaymentChange {
	return models.PaymentChange{Kind: models.WinReversal, PaymentID: payment, N: n, Reason: "won"}
}

func refunding(payment, amount string) models.PaymentChange {
	return models.PaymentChange{Kind: models.RefundPayment, PaymentID: payment, Amount: new(eur(amount)), Reason: "paid twice"}
}

// newEarlyDebt is newDebt of a customer with 2 % off for paying within ten days and a tolerance of 0.50.
func newEarlyDebt(t *testing.T, change func(*models.PaymentTerms), options ...testkit.Option) *world {
	t.Helper()
	w := newWorld(t, options...)
	w.customer("acme", "unlimited")
	w.exec(`UPDATE customers SET tolerance_absolute = 0.50, tolerance_percent = 100`)
	w.accept("ord_1", "acme", "auto", func(o *models.Order) {
		o.Terms = models.PaymentTerms{DiscountPercent: dec("2"), DiscountDays: 10}
		if change != nil {
			change(&o.Terms)
		}
	}, want{"nail", "10"}, want{"book", "5"}) // 100.00 + 19.00 and 100.00 + 7.00
	w.receipt("rcp_1", "auto", "nail", "10")
	w.receipt("rcp_2", "auto", "book", "5")
	w.done(w.credit.Approve(t.Context(), at("ord_1", issued)))
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	w.done(w.invoicing.Issue(t.Context(), at("ord_1", issued)))
	w.told.all()
	return w
}

// The discount is earned up to its last day, lowers the tax of each group in its share, and is one entry of its own. The value date
// counts, not the day of booking. 2 % of 226.00 are 4.52: 2.38 at 19 % with 0.38 tax, 2.14 at 7 % with 0.14.
func TestEarlyPaymentDiscount(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cash   string
		value  models.Date
		change func(*models.PaymentTerms)
		item   string
		ledger []string // discounts allowed and tax payable
	}{
		"on its last day": {"221.48", models.NewDate(2026, 12, 2), nil, "221.48 4.52 0 0 paid", []string{"discounts_allowed 4.00", "tax_payable -25.48"}},
		"a day too late, beyond the tolerance": {"221.48", models.NewDate(2026, 12, 3), nil, "221.48 0 0 4.52 partly_paid",
			[]string{"tax_payable -26.00"}},
		"with terms that leave the tax as it is": {"221.48", models.NewDate(2026, 12, 2), func(t *models.PaymentTerms) { t.DiscountTaxUnchanged = true },
			"221.48 4.52 0 0 paid", []string{"discounts_allowed 4.52", "tax_payable -26.00"}},
		"short by a little more, within the tolerance": {"221.00", models.NewDate(2026, 12, 2), nil, "221 4.52 0.48 0 paid",
			[]string{"discounts_allowed 4.00", "payment_differences 0.48", "tax_payable -25.48"}},
		"short by more than that": {"220.97", models.NewDate(2026, 12, 2), nil, "220.97 0 0 5.03 partly_paid", []string{"tax_payable -26.00"}},
		"a part of it":            {"225.00", models.NewDate(2026, 12, 2), nil, "225 1 0 0 paid", []string{"discounts_allowed 0.89", "tax_payable -25.89"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newEarlyDebt(t, c.change)
			w.acceptPaymentOn("pay_1", models.Payment{CustomerID: "acme", Amount: eur(c.cash), Reference: invoice1, ValueDate: c.value})
			w.must(w.cash.Apply(t.Context(), activities.PaymentInput{PaymentID: "pay_1", At: day(2026, 12, 20)}))
			wantText(t, "the invoice", w.item(invoice1), c.item)
			open := w.count(`SELECT (open_amount * 100)::int FROM open_items`)
			balance := append([]string{"bank_clearing " + c.cash, "revenue -200.00"}, c.ledger...)
			if open > 0 {
				balance = append(balance, fmt.Sprintf("receivables %d.%02d", open/100, open%100))
			}
			w.wantTrialBalance(balance...)
			w.balanced()
			if n := w.count(`SELECT count(*) FROM payment_applications WHERE invoice = $1 AND discount > 0`, invoice1); (n == 1) != (len(c.ledger) > 1) {
				t.Errorf("%d applications with a discount", n)
			}
		})
	}
}

// The discount counts what is left of the invoice after its credit notes, and is taken when the payments together clear it.
func TestEarlyPaymentDiscountInTwoPaymentsAfterACreditNote(t *testing.T) {
	t.Parallel()
	w := newEarlyDebt(t, nil)
	w.dispute("dsp_1", "ord_1", invoice1, "26", issued)
	_, err := w.resolve("res_1", "ord_1", "dsp_1", models.DisputeAccepted, "", issued)
	w.must(err)
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("100"), Reference: invoice1}, issued)
	wantText(t, "after the first payment", w.item(invoice1), "100 0 0 100 partly_paid")
	w.pay("pay_2", models.Payment{CustomerID: "acme", Amount: eur("96"), Reference: invoice1}, issued) // 2 % of 200.00
	wantText(t, "after the second", w.item(invoice1), "196 4 0 0 paid")
	w.balanced()
}

// What is a little too much is income, and what is more stays on account.
func TestTooMuch(t *testing.T) {
	t.Parallel()
	w := newEarlyDebt(t, nil)
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("226.50"), Reference: invoice1}, issued)
	wantText(t, "the payment", w.payment("pay_1"), "226 0.5 0 0 0 applied")
	w.wantTrialBalance("bank_clearing 226.50", "payment_differences -0.50", "revenue -200.00", "tax_payable -26.00")
	w.must(w.change("pch_1", undoing("pay_1", 1), issued))
	wantText(t, "taken back", w.payment("pay_1"), "0 0 226.5 0 0 unapplied")
	w.must(w.change("pch_2", byHand("pay_1", invoice1, "226.40"), issued))
	wantText(t, "by hand", w.payment("pay_1"), "226 0.4 0.1 0 0 partly_applied")
	w.balanced()
}

// What a customer pays too much goes where its policy says.
func TestOverpaymentPolicies(t *testing.T) {
	t.Parallel()
	for policy, want := range map[string]string{
		"keep": "119 0 81 0 0 partly_applied", "apply_oldest": "200 0 0 0 0 applied", "refund": "119 0 0 81 0 partly_refunded",
	} {
		t.Run(policy, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.customer("acme", "unlimited")
			w.exec(`UPDATE customers SET overpayment_policy = $1`, policy)
			w.invoiced("ord_1", "acme", want1)
			w.invoiced("ord_2", "acme", want1)
			w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("200"), Reference: "INV-2026-000002"}, issued)
			wantText(t, "the payment", w.payment("pay_1"), want)
			w.balanced()
		})
	}
}

var want1 = want{"nail", "10"}

// A deduction that the payer names stays open, and is told.
func TestDeductionsStayOpen(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	line := models.Remittance{Invoice: invoice1, Amount: eur("100"), Deduction: &models.Deduction{Amount: eur("19"), Reason: "freight"}}
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("100"), Remittance: []models.Remittance{line}}, issued)
	wantText(t, "the invoice", w.item(invoice1), "100 0 0 19 partly_paid")
	if n := w.count(`SELECT count(*) FROM events WHERE order_id = 'ord_1' AND kind = 'payment-applied' AND summary LIKE '%19.00 EUR kept back (freight)%'`); n != 1 {
		t.Error("the timeline does not tell of the deduction")
	}
	if n := w.count(`SELECT count(*) FROM payment_applications WHERE deduction = 19 AND deduction_reason = 'freight'`); n != 1 {
		t.Error("the application does not keep it")
	}
	w.balanced()
}

// Every change of a payment: what becomes of payment, invoice and exposure, and who is told what. A second attempt changes nothing
// and tells the same.
func TestChange(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		paid     string // with the invoice's name
		before   []models.PaymentChange
		change   models.PaymentChange
		payment  string
		item     string
		exposure string
		told     []string
	}{
		"by hand, a part": {"119", []models.PaymentChange{undoing("pay_1", 1)}, byHand("pay_1", invoice1, "100"), "100 0 19 0 0 partly_applied",
			"100 0 0 19 partly_paid", "0.00 0.00 19.00 19.00", []string{"ord_1: INV-2026-000001 v4 has 19.00 open"}},
		"by hand, the rest": {"100", []models.PaymentChange{undoing("pay_1", 1), byHand("pay_1", invoice1, "1")}, byHand("pay_1", invoice1, "99"),
			"100 0 0 0 0 applied", "100 0 0 19 partly_paid", "0.00 0.00 19.00 0.00", []string{"ord_1: INV-2026-000001 v5 has 19.00 open"}},
		"an application is taken back": {"119", nil, undoing("pay_1", 1), "0 0 119 0 0 unapplied", "0 0 0 119 open", "0.00 0.00 119.00 119.00",
			[]string{"ord_1: INV-2026-000001 v3 has 119.00 open again"}},
		"the bank takes all back": {"119", nil, reversing("pay_1", ""), "0 0 0 0 119 reversed", "0 0 0 119 open", "0.00 0.00 119.00 0.00",
			[]string{"ord_1: INV-2026-000001 v3 has 119.00 open again"}},
		"the bank takes a part back": {"119", nil, reversing("pay_1", "20"), "99 0 0 0 20 applied", "99 0 0 20 partly_paid", "0.00 0.00 20.00 0.00",
			[]string{"ord_1: INV-2026-000001 v3 has 20.00 open again"}},
		"what is unapplied goes first": {"150", nil, reversing("pay_1", "31"), "119 0 0 0 31 applied", "119 0 0 0 paid", "0.00 0.00 0.00 0.00", nil},
		"and then what is applied": {"150", nil, reversing("pay_1", "31.01"), "118.99 0 0 0 31.01 applied", "118.99 0 0 0.01 partly_paid", "0.00 0.00 0.01 0.00",
			[]string{"ord_1: INV-2026-000001 v3 has 0.01 open again"}},
		"the bank takes the rest back": {"119", []models.PaymentChange{reversing("pay_1", "20")}, reversing("pay_1", ""), "0 0 0 0 119 reversed",
			"0 0 0 119 open", "0.00 0.00 119.00 0.00", []string{"ord_1: INV-2026-000001 v4 has 119.00 open again"}},
		"what the bank took comes again": {"119", []models.PaymentChange{reversing("pay_1", "")}, winning("pay_1", 1), "119 0 0 0 0 applied", "119 0 0 0 paid",
			"0.00 0.00 0.00 0.00", []string{"ord_1: INV-2026-000001 v4 has 0.00 open"}},
		"a part comes again": {"119", []models.PaymentChange{reversing("pay_1", "20")}, winning("pay_1", 1), "119 0 0 0 0 applied", "119 0 0 0 paid",
			"0.00 0.00 0.00 0.00", []string{"ord_1: INV-2026-000001 v4 has 0.00 open"}},
		"it comes again after the invoice was paid otherwise": {"119", []models.PaymentChange{reversing("pay_1", ""), byHand("pay_other", invoice1, "100")},
			winning("pay_1", 1), "19 0 100 0 0 partly_applied", "119 0 0 0 paid", "0.00 0.00 0.00 100.00", []string{"ord_1: INV-2026-000001 v5 has 0.00 open"}},
		"too much is refunded": {"150", nil, refunding("pay_1", "31"), "119 0 0 31 0 partly_refunded", "119 0 0 0 paid", "0.00 0.00 0.00 0.00", nil},
		"all of it is refunded": {"119", []models.PaymentChange{undoing("pay_1", 1)}, refunding("pay_1", "119"), "0 0 0 119 0 refunded", "0 0 0 119 open",
			"0.00 0.00 119.00 0.00", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newDebt(t)
			w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur(c.paid), Reference: invoice1}, issued)
			for n, before := range c.before {
				if before.PaymentID == "pay_other" {
					w.pay("pay_other", models.Payment{CustomerID: "acme", Amount: *before.Amount, Reference: before.Invoice}, issued)
					continue
				}
				w.must(w.change(fmt.Sprint("before_", n), before, issued))
			}
			w.told.all()
			w.must(w.change("pch_1", c.change, day(2026, 12, 24)))
			if diff := cmp.Diff(c.told, w.told.all()); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
			wantText(t, "the payment", w.payment("pay_1"), c.payment)
			wantText(t, "the invoice", w.item(invoice1), c.item)
			w.wantExposure("acme", c.exposure)
			w.balanced()
			w.unchanged(func() {
				w.must(w.cash.Change(t.Context(), activities.PaymentChangeInput{ChangeID: "pch_1", At: day(2026, 12, 25)}))
			})
			if diff := cmp.Diff(c.told, w.told.all()); diff != "" {
				t.Errorf("a retry tells (-want +got):\n%s", diff)
			}
		})
	}
}

func TestChangeRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.customer("other", "unlimited")
	w.invoiced("ord_1", "acme", want1)
	w.invoiced("ord_2", "other", want1)
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("150"), Reference: invoice1}, issued)
	w.must(w.change("pch_1", refunding("pay_1", "11"), issued)) // 20.00 are unapplied
	w.pay("pay_2", models.Payment{CustomerID: "acme", Amount: eur("10"), Reference: invoice1}, issued)
	w.must(w.change("pch_2", reversing("pay_2", ""), issued))
	w.must(w.change("pch_3", winning("pay_2", 1), issued))
	w.pay("pay_3", models.Payment{Amount: models.MustMoney(dec("5"), "USD")}, issued)
	for name, c := range map[string]struct {
		change models.PaymentChange
		kind   models.Kind
		code   string
	}{
		"of a payment that is not there":    {refunding("pay_9", "1"), models.KindNotFound, "payment-not-found"},
		"more than is unapplied, by hand":   {byHand("pay_1", invoice1, "20.01"), models.KindConflict, "amount-exceeds-unapplied"},
		"more than is open":                 {byHand("pay_1", invoice1, "1"), models.KindConflict, "amount-exceeds-open"},
		"another customer's invoice":        {byHand("pay_1", "INV-2026-000002", "1"), models.KindConflict, "other-customer"},
		"an invoice that is not there":      {byHand("pay_1", "INV-2026-000099", "1"), models.KindNotFound, "invoice-not-found"},
		"money in another currency":         {models.PaymentChange{Kind: models.ApplyByHand, PaymentID: "pay_3", Invoice: invoice1, Amount: new(models.MustMoney(dec("1"), "USD"))}, models.KindConflict, "currency-mismatch"},
		"an application that is not there":  {undoing("pay_1", 2), models.KindNotFound, "application-not-found"},
		"a refund of more than is there":    {refunding("pay_1", "20.01"), models.KindConflict, "refund-exceeds-unapplied"},
		"a reversal of more than there is":  {reversing("pay_1", "150.01"), models.KindConflict, "reversal-exceeds-payment"},
		"a reversal that is not there":      {winning("pay_1", 1), models.KindNotFound, "reversal-not-found"},
		"a reversal that was won already":   {winning("pay_2", 1), models.KindConflict, "reversal-won"},
		"a win is no reversal":              {winning("pay_2", 2), models.KindNotFound, "reversal-not-found"},
		"something that nobody has thought": {models.PaymentChange{Kind: "eat", PaymentID: "pay_1"}, models.KindInvalid, "invalid-change"},
	} {
		t.Run(name, func(t *testing.T) {
			wantCode(t, w.change("no_"+name, c.change, issued), c.kind, c.code)
		})
	}
	w.must(w.change("pch_4", undoing("pay_1", 1), issued))
	wantCode(t, w.change("pch_5", undoing("pay_1", 1), issued), models.KindConflict, "application-undone")
	wantCode(t, w.change("pch_6", undoing("pay_1", 2), issued), models.KindConflict, "application-undone") // it undoes one itself
	wantText(t, "the payment", w.payment("pay_1"), "0 0 139 11 0 partly_refunded")
	w.balanced()
}

// A whole payment with everything in it is taken back and won: the ledger is the mirror of itself, and the discount is earned again.
func TestAReversalMirrorsEverything(t *testing.T) {
	t.Parallel()
	w := newEarlyDebt(t, nil)
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("221.10"), Reference: invoice1}, issued)
	wantText(t, "paid", w.item(invoice1), "221.1 4.52 0.38 0 paid")
	c := reversing("pay_1", "")
	c.Fee = new(eur("7.50"))
	w.must(w.change("pch_1", c, day(2026, 12, 24)))
	w.wantTrialBalance("bank -7.50", "bank_charges 7.50", "receivables 226.00", "revenue -200.00", "tax_payable -26.00")
	wantText(t, "reversed", w.item(invoice1), "0 0 0 226 open")
	if n := w.count(`SELECT count(*) FROM ledger_entries WHERE reverses IS NOT NULL AND business_date = '2026-12-24'`); n != 4 {
		t.Errorf("%d mirrors, want those of receipt, application, discount and difference", n)
	}
	w.balanced()
	w.must(w.change("pch_2", winning("pay_1", 1), day(2027, 1, 24)))
	wantText(t, "won", w.item(invoice1), "221.1 4.52 0.38 0 paid")
	w.wantTrialBalance("bank -7.50", "bank_charges 7.50", "bank_clearing 221.10", "discounts_allowed 4.00", "payment_differences 0.38", "revenue -200.00", "tax_payable -25.48")
	w.must(w.change("pch_3", reversing("pay_1", ""), day(2027, 1, 25)))
	wantText(t, "reversed again", w.payment("pay_1"), "0 0 0 0 221.1 reversed")
	w.balanced()
}

// A part of a discounted payment goes back: the discount is not earned any more by what is left.
func TestAPartialReversalTakesTheDiscountBack(t *testing.T) {
	t.Parallel()
	w := newEarlyDebt(t, nil)
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("221.48"), Reference: invoice1}, issued)
	w.must(w.change("pch_1", reversing("pay_1", "21.48"), day(2026, 12, 24)))
	wantText(t, "the invoice", w.item(invoice1), "200 0 0 26 partly_paid")
	w.must(w.change("pch_2", winning("pay_1", 1), day(2026, 12, 25)))
	wantText(t, "won", w.item(invoice1), "221.48 4.52 0 0 paid")
	w.balanced()
}

// What the bank leaves of a payment is judged as if no more had ever been paid: it may earn a discount that the whole had no need of,
// and miss the invoice within the tolerance.
func TestTheRestOfAReversalIsJudgedAnew(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		value    models.Date
		reversed string
		item     string
	}{
		"it earns the discount":                {models.NewDate(2026, 12, 2), "4", "222 4 0 0 paid"}, // of 4.52
		"the rest is within the tolerance":     {models.NewDate(2026, 12, 2), "5", "221 4.52 0.48 0 paid"},
		"it is too late, and within":           {models.NewDate(2026, 12, 3), "0.50", "225.5 0 0.5 0 paid"},
		"it is too late, and outside":          {models.NewDate(2026, 12, 3), "0.51", "225.49 0 0 0.51 partly_paid"},
		"it is outside also with the discount": {models.NewDate(2026, 12, 2), "5.03", "220.97 0 0 5.03 partly_paid"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newEarlyDebt(t, nil)
			w.acceptPaymentOn("pay_1", models.Payment{CustomerID: "acme", Amount: eur("226"), Reference: invoice1, ValueDate: c.value})
			w.must(w.cash.Apply(t.Context(), activities.PaymentInput{PaymentID: "pay_1", At: issued}))
			w.must(w.change("pch_1", reversing("pay_1", c.reversed), day(2026, 12, 24)))
			wantText(t, "the invoice", w.item(invoice1), c.item)
			w.balanced()
			w.must(w.change("pch_2", winning("pay_1", 1), day(2026, 12, 25)))
			w.balanced()
		})
	}
}

// The newest applications go first, each of another order, and only their orders are told.
func TestAReversalUndoesTheNewestFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	for n := range 3 {
		w.invoiced(fmt.Sprint("ord_", n+1), "acme", want1)
	}
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("357")}, issued)
	w.told.all()
	w.must(w.change("pch_1", reversing("pay_1", "150"), issued))
	for invoice, want := range map[string]string{invoice1: "119 0 0 0 paid", "INV-2026-000002": "88 0 0 31 partly_paid", "INV-2026-000003": "0 0 0 119 open"} {
		wantText(t, invoice, w.item(invoice), want)
	}
	if diff := cmp.Diff([]string{"ord_2: INV-2026-000002 v3 has 31.00 open again", "ord_3: INV-2026-000003 v3 has 119.00 open again"}, w.told.all()); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	w.balanced()
}

// An order that was closed collects again, and is closed again when it is paid.
func TestAReversalBringsAClosedOrderBack(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("119"), Reference: invoice1}, issued)
	if closed := w.done(w.reconciliation.Close(t.Context(), at("ord_1", issued))); closed.Outcome != models.OutcomePaid {
		t.Fatal(closed)
	}
	w.must(w.change("pch_1", reversing("pay_1", ""), day(2026, 12, 24)))
	if n := w.count(`SELECT count(*) FROM orders WHERE stage = 'collecting' AND outcome IS NULL AND closed_at IS NULL`); n != 1 {
		t.Error("the order does not collect again")
	}
	again := w.done(w.reconciliation.Load(t.Context(), at("ord_1", day(2026, 12, 24))))
	if again.Stage != models.Collecting || len(again.Receivables) != 1 || again.Receivables[0].Next == nil {
		t.Errorf("%+v", again)
	}
	w.balanced()
	w.pay("pay_2", models.Payment{CustomerID: "acme", Amount: eur("119"), Reference: invoice1}, day(2026, 12, 28))
	if closed := w.done(w.reconciliation.Close(t.Context(), at("ord_1", day(2026, 12, 28)))); closed.Stage != models.Closed || closed.Outcome != models.OutcomePaid {
		t.Errorf("%s %s", closed.Stage, closed.Outcome)
	}
}

// Dunning goes on where it stood, with the time that was left: level 1 was due a week after the due date, and is due as long after the
// reversal as it was after the payment. A level that was sent is not sent again, and one that was due is due at once.
func TestDunningGoesOnWhereItStood(t *testing.T) {
	t.Parallel()
	due := time.Date(2026, 12, 22, 8, 0, 0, 0, time.UTC) // the hour at which a UTC customer is dunned is 9
	for name, c := range map[string]struct {
		paid     time.Time
		reversed time.Time
		level    int
		next     time.Time
		dunned   []time.Time
	}{
		"before due, the reminder is sent later": {due.AddDate(0, 0, -10), due.AddDate(0, 0, 10), 0, due.AddDate(0, 0, 17).Add(time.Hour), nil},
		"after the reminder, level 1 is next": {due.AddDate(0, 0, 2), due.AddDate(0, 1, 2), 1, due.AddDate(0, 1, 7).Add(time.Hour),
			[]time.Time{due.AddDate(0, 0, -3).Add(time.Hour)}},
		"a level that was due waits no more": {due.AddDate(0, 0, 8), due.AddDate(0, 0, 9), 1, due.AddDate(0, 0, 9),
			[]time.Time{due.AddDate(0, 0, -3).Add(time.Hour)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newDebt(t)
			for level, instant := range c.dunned {
				w.done(w.collections.Dun(t.Context(), activities.DunInput{OrderID: "ord_1", Invoice: invoice1, Level: level, At: instant}))
			}
			w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("119"), Reference: invoice1}, c.paid)
			w.must(w.change("pch_1", reversing("pay_1", ""), c.reversed))
			got := w.done(w.reconciliation.Load(t.Context(), at("ord_1", c.reversed))).Receivables[0]
			if got.Next == nil || got.Next.Level != c.level || !got.Next.At.Equal(c.next) || got.DueDate != models.NewDate(2026, 12, 22) {
				t.Errorf("due %s, next %+v; want level %d at %s", got.DueDate, got.Next, c.level, c.next)
			}
			w.balanced()
		})
	}
}

// A partial payment never stopped the clock: its reversal does not move it.
func TestDunningIsNotMovedByThePartOfAnInvoice(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	before := w.done(w.reconciliation.Load(t.Context(), at("ord_1", issued))).Receivables[0].Next
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("100"), Reference: invoice1}, issued)
	w.must(w.change("pch_1", reversing("pay_1", ""), day(2026, 12, 1)))
	after := w.done(w.reconciliation.Load(t.Context(), at("ord_1", day(2026, 12, 1)))).Receivables[0].Next
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
}

// Whoever paid is found when a person applies the payment: its cash is that customer's from then on, in the ledger as well, and
// also when it goes back to the bank.
func TestThePayerIsFoundByHand(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.pay("pay_1", models.Payment{Amount: eur("130"), Reference: "thanks"}, issued)
	w.must(w.change("pch_0", refunding("pay_1", "5"), issued)) // of nobody yet
	w.must(w.change("pch_1", byHand("pay_1", invoice1, "100"), issued))
	wantText(t, "the payment", w.payment("pay_1"), "100 0 25 5 0 partly_refunded")
	w.wantExposure("acme", "0.00 0.00 19.00 25.00")
	w.balanced()
	w.must(w.change("pch_2", reversing("pay_1", "125"), issued))
	wantText(t, "the payment", w.payment("pay_1"), "0 0 0 5 125 refunded")
	w.wantExposure("acme", "0.00 0.00 119.00 0.00")
	w.balanced()
}

// Money of nobody goes back to the bank without anybody's exposure.
func TestAPaymentOfNobodyIsReversed(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.pay("pay_1", models.Payment{Amount: eur("130")}, issued)
	w.must(w.change("pch_1", reversing("pay_1", "30"), issued))
	w.must(w.change("pch_2", reversing("pay_1", ""), issued))
	wantText(t, "the payment", w.payment("pay_1"), "0 0 0 0 130 reversed")
	w.wantTrialBalance("receivables 119.00", "revenue -100.00", "tax_payable -19.00")
	w.balanced()
}

// A held order is decided again when a change lowers the exposure, and not when it raises it.
func TestChangesRecheckHeldOrders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "200")
	w.invoiced("ord_1", "acme", want1)
	w.accept("ord_2", "acme", "main", nil, want1)
	w.done(w.credit.Approve(t.Context(), at("ord_2", issued)))
	w.pay("pay_1", models.Payment{Amount: eur("50")}, issued) // nobody's
	if n := w.count(`SELECT count(*) FROM orders WHERE id = 'ord_2' AND stage = 'credit_hold'`); n != 1 {
		t.Fatal("the second order is not on hold")
	}
	w.told.all()
	w.must(w.change("pch_1", byHand("pay_1", invoice1, "10"), issued)) // its 50.00 are acme's now
	if diff := cmp.Diff([]string{"ord_1: INV-2026-000001 v2 has 109.00 open", "ord_2: recheck for pch_1"}, w.told.all()); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	if n := w.count(`SELECT count(*) FROM orders WHERE id = 'ord_2' AND stage = 'fulfilling'`); n != 1 {
		t.Error("the second order is still on hold")
	}
	decisions := w.count(`SELECT count(*) FROM credit_decisions`)
	w.must(w.change("pch_2", refunding("pay_1", "40"), issued)) // and none is taken back
	w.must(w.change("pch_3", reversing("pay_1", "10"), issued))
	if n := w.count(`SELECT count(*) FROM credit_decisions`); n != decisions {
		t.Errorf("%d decisions after refund and reversal, %d before", n, decisions)
	}
	w.balanced()
}

// A change that was carried out before its orders could be told tells them when it is tried again.
func TestChangeTellsAgainAfterAFailure(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("119"), Reference: invoice1}, issued)
	w.told.all()
	w.told.fails = errors.New("the engine is away")
	if err := w.change("pch_1", reversing("pay_1", ""), issued); !errors.Is(err, w.told.fails) {
		t.Fatal(err)
	}
	w.told.fails = nil
	w.unchanged(func() {
		w.must(w.cash.Change(t.Context(), activities.PaymentChangeInput{ChangeID: "pch_1", At: issued}))
	})
	if diff := cmp.Diff([]string{"ord_1: INV-2026-000001 v3 has 119.00 open again"}, w.told.all()); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}

// The disputed part of an invoice is paid last: what a payment beyond it took from a dispute does not come back with a reversal, and
// never is more disputed than open.
func TestReversalsLeaveDisputesInOrder(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.dispute("dsp_1", "ord_1", invoice1, "50", issued)
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("100"), Reference: invoice1}, issued)
	if n := w.count(`SELECT count(*) FROM disputes WHERE amount = 19`); n != 1 {
		t.Fatal("the payment has not cut the dispute")
	}
	w.must(w.change("pch_1", reversing("pay_1", ""), issued))
	if n := w.count(`SELECT count(*) FROM open_items WHERE open_amount = 119 AND disputed_amount = 19 AND next_level IS NOT NULL`); n != 1 {
		t.Error("119.00 are not open with 19.00 disputed and a notice planned")
	}
	w.balanced()
}

// What the bank takes back of money of nobody and pays again after its payer was found is the payer's.
func TestAReversalOfNobodysMoneyIsWonForThePayer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.invoiced("ord_1", "acme", want{"nail", "10"})
	w.pay("pay_1", models.Payment{Amount: eur("100.00")}, day(2026, 12, 1))
	w.must(w.change("rev_1", reversing("pay_1", "40.00"), day(2026, 12, 2)))
	w.must(w.change("hand_1", byHand("pay_1", invoice1, "30.00"), day(2026, 12, 3)))
	w.must(w.change("won_1", winning("pay_1", 1), day(2026, 12, 4)))
	wantText(t, "the payment", w.payment("pay_1"), "30 0 70 0 0 partly_applied")
	w.wantExposure("acme", "0.00 0.00 89.00 70.00")
	w.verified()
}
