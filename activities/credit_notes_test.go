package activities_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"o2c/activities"
	"o2c/internal/testkit"
	"o2c/ledger"
	"o2c/models"
	"o2c/postgres"
)

// creditOf is a decision to credit the first invoice of ord_1: by amount, or, with "", by parts of its lines.
func creditOf(id, amount string, lines ...models.LineQuantity) activities.CreditInput {
	in := activities.CreditInput{OrderID: "ord_1", At: issued, Request: models.CreditRequest{ID: id, Invoice: invoice1, Reason: "returned", Actor: "billing", Lines: lines}}
	if amount != "" {
		in.Request.Amount = new(eur(amount))
	}
	return in
}

func (w *world) credits(in activities.CreditInput) models.OrderProgress {
	w.t.Helper()
	return w.done(w.creditNotes.IssueCreditNote(w.t.Context(), in))
}

// split is what became of a credit note: "on the invoice + customer credit (written off, difference, discount)".
func (w *world) split(decision string) (split string) {
	w.t.Helper()
	w.must(w.pool.QueryRow(w.t.Context(), `
		SELECT format('%s + %s (%s, %s, %s)', trim_scale(applied_to_invoice), trim_scale(customer_credit), trim_scale(written_off_reversed),
		              trim_scale(payment_difference_reversed), trim_scale(discount_reversed))
		  FROM credit_notes WHERE decision_id = $1`, decision).Scan(&split))
	return split
}

func TestIssueCreditNote(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		paid     string
		disputed string
		note     activities.CreditInput
		split    string
		open     string
		stillIn  string // what is disputed afterwards
		exposure string
		balance  []string
	}{
		"by lines it lowers what is open": {"", "", creditOf("dec_1", "", models.LineQuantity{Line: 1, Quantity: "4"}), "47.6 + 0 (0, 0, 0)", "71.40", "0.00",
			"0.00 0.00 71.40 0.00", []string{"receivables 71.40", "revenue -60.00", "tax_payable -11.40"}},
		"by amount as well": {"", "", creditOf("dec_1", "11.90"), "11.9 + 0 (0, 0, 0)", "107.10", "0.00",
			"0.00 0.00 107.10 0.00", []string{"receivables 107.10", "revenue -90.00", "tax_payable -17.10"}},
		"what is more than open is the customer's": {"100", "", creditOf("dec_1", "59.50"), "19 + 40.5 (0, 0, 0)", "0.00", "0.00",
			"0.00 0.00 0.00 0.00", []string{"bank_clearing 100.00", "revenue -50.00", "customer_credit -40.50", "tax_payable -9.50"}},
		"on a paid invoice all of it is": {"119", "", creditOf("dec_1", "", models.LineQuantity{Line: 1, Quantity: "10"}), "0 + 119 (0, 0, 0)", "0.00", "0.00",
			"0.00 0.00 0.00 0.00", []string{"bank_clearing 119.00", "customer_credit -119.00"}},
		"the undisputed part is credited first": {"", "40", creditOf("dec_1", "79"), "79 + 0 (0, 0, 0)", "40.00", "40.00",
			"0.00 0.00 40.00 0.00", []string{"receivables 40.00", "revenue -33.61", "tax_payable -6.39"}},
		"an excess shrinks the dispute": {"", "40", creditOf("dec_1", "90"), "90 + 0 (0, 0, 0)", "29.00", "29.00",
			"0.00 0.00 29.00 0.00", []string{"receivables 29.00", "revenue -24.37", "tax_payable -4.63"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newDebt(t)
			if c.paid != "" {
				w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur(c.paid), Reference: invoice1}, issued)
			}
			if c.disputed != "" {
				w.dispute("dsp_1", "ord_1", invoice1, c.disputed, issued)
			}
			w.sent()
			w.allSent()
			got := w.credits(c.note)
			if split := w.split("dec_1"); split != c.split {
				t.Errorf("split %s, want %s", split, c.split)
			}
			open, disputed := eur("0"), eur("0")
			if len(got.Receivables) > 0 {
				open, disputed = got.Receivables[0].Open, got.Receivables[0].Disputed
			}
			if open.String() != c.open || disputed.String() != c.stillIn {
				t.Errorf("%s open, %s disputed, want %s and %s", open, disputed, c.open, c.stillIn)
			}
			if diff := cmp.Diff([]string{"credit-note/CN-2026-000001"}, got.Messages); diff != "" {
				t.Errorf("messages (-want +got):\n%s", diff)
			}
			w.wantExposure("acme", c.exposure)
			w.wantTrialBalance(c.balance...)
			w.unchanged(func() {
				again := w.credits(c.note)
				if diff := cmp.Diff(got, again, sameDates); diff != "" {
					t.Errorf("the second time it answers (-first +second):\n%s", diff)
				}
			})
			w.balanced()
		})
	}
}

func TestIssueCreditNoteRefusals(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.invoiced("ord_2", "acme", want{"nail", "1"})
	before := w.rows()
	other := creditOf("dec_1", "1")
	other.Request.Invoice = "INV-2026-000002" // of ord_2
	for name, c := range map[string]struct {
		in   activities.CreditInput
		kind models.Kind
		code string
	}{
		"more than the invoice":      {creditOf("dec_1", "119.01"), models.KindConflict, "credit-exceeds-invoice"},
		"more than the line":         {creditOf("dec_1", "", models.LineQuantity{Line: 1, Quantity: "10.5"}), models.KindConflict, "credit-exceeds-line"},
		"a line that is not there":   {creditOf("dec_1", "", models.LineQuantity{Line: 2, Quantity: "1"}), models.KindInvalid, "line-not-found"},
		"neither lines nor amount":   {creditOf("dec_1", ""), models.KindInvalid, "invalid-credit-note"},
		"another order's invoice":    {other, models.KindNotFound, "invoice-not-found"},
		"an invoice that is nowhere": {activities.CreditInput{OrderID: "ord_1", At: issued, Request: models.CreditRequest{ID: "d", Invoice: "INV-1", Amount: new(eur("1"))}}, models.KindNotFound, "invoice-not-found"},
	} {
		_, err := w.creditNotes.IssueCreditNote(t.Context(), c.in)
		t.Log(name)
		wantCode(t, err, c.kind, c.code)
	}
	if diff := cmp.Diff(before, w.rows()); diff != "" {
		t.Errorf("refused notes left (-before +after):\n%s", diff)
	}
}

// A credit note on a closed order's invoice makes customer credit, and the order stays closed.
func TestACreditNoteLeavesAClosedOrderClosed(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("119"), Reference: invoice1}, issued)
	w.done(w.reconciliation.Close(t.Context(), at("ord_1", issued)))
	got := w.credits(creditOf("dec_1", "", models.LineQuantity{Line: 1, Quantity: "1"}))
	if got.Stage != models.Closed || got.Outcome != models.OutcomePaid || len(got.Receivables) > 0 {
		t.Errorf("%s %s with %v", got.Stage, got.Outcome, got.Receivables)
	}
	if split := w.split("dec_1"); split != "0 + 11.9 (0, 0, 0)" {
		t.Error(split)
	}
	w.balanced()
}

// What was given up of an invoice is taken back as it was recorded: the discount with the tax that it lowered, in its share.
func TestACreditNoteTakesBackWhatWasGivenUp(t *testing.T) {
	t.Parallel()
	w := newDebt(t) // 100.00 + 19.00, of which 2 % were taken off, 5.00 written off and 0.03 a difference
	w.asOwner(`UPDATE orders SET payment_terms = '{"discount_percent": "2", "discount_days": 10}'`)
	w.exec(`UPDATE customers SET tolerance_absolute = 0.03, tolerance_percent = 1`)
	w.exec(`UPDATE open_items SET written_off = 5`)
	w.exec(`UPDATE credit_accounts SET open_invoices = open_invoices - 5`)
	w.must(postgres.InTx(t.Context(), w.pool, func(tx pgx.Tx) error {
		return ledger.Post(t.Context(), tx, ledger.Entry{
			Key: "write-off", Event: "x", BusinessDate: models.DateIn(issued, time.UTC), CustomerID: "acme", Document: invoice1, Description: "x",
			Lines: ledger.WrittenOff(eur("5"), eur("2")),
		})
	}))
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("111.59"), Reference: invoice1}, issued)
	// 5.03 take back the write-off and the difference; of the rest, 56.97 of 113.97, the discount's share is 1.19.
	w.credits(creditOf("dec_1", "62.00"))
	if split := w.split("dec_1"); split != "6.22 + 55.78 (5, 0.03, 1.19)" {
		t.Error(split)
	}
	w.wantTrialBalance("bank_clearing 111.59", "discounts_allowed 1.00", "revenue -47.90", "customer_credit -55.78", "tax_payable -8.91")
	w.credits(creditOf("dec_2", "", models.LineQuantity{Line: 1, Quantity: "10"})) // all that is left
	if split := w.split("dec_2"); split != "1.19 + 55.81 (0, 0, 1.19)" {
		t.Error(split)
	}
	w.wantTrialBalance("bank_clearing 111.59", "customer_credit -111.59") // of a discount that no application of a payment gave, not all is in balance
	if n := w.count(`SELECT count(*) FROM open_items WHERE open_amount = 0 AND credited = 7.41 AND paid = 111.59 AND (discount, written_off, payment_difference) = (0, 0, 0)`); n != 1 {
		t.Error("the item does not stand as it should")
	}
}

// A payment is taken back of which a credit note has taken back a part of the discount: only what is left of it is taken back again, and
// what the note gave the customer settles the invoice first.
func TestAReversalAfterACreditNote(t *testing.T) {
	t.Parallel()
	w := newEarlyDebt(t, nil) // 226.00, of which 2 % are 4.52
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("221.20"), Reference: invoice1}, issued)
	wantText(t, "paid", w.item(invoice1), "221.2 4.52 0.28 0 paid")
	w.credits(creditOf("dec_1", "113.00"))
	if split := w.split("dec_1"); split != "2.54 + 110.46 (0, 0.28, 2.26)" {
		t.Error(split)
	}
	w.balanced()
	w.must(w.change("pch_1", reversing("pay_1", ""), day(2026, 12, 24)))
	w.balanced()
	if n := w.count(`SELECT count(*) FROM open_items WHERE (paid, discount, payment_difference, credited, credit_applied, open_amount) = (0, 0, 0, 2.54, 110.46, 113)`); n != 1 {
		t.Error("113.00 are not open after the reversal")
	}
	w.must(w.change("pch_2", winning("pay_1", 1), day(2026, 12, 25)))
	w.balanced()
	findings, err := postgres.Verify(t.Context(), w.pool, 20)
	w.must(err)
	for _, finding := range findings {
		if finding.Count > 0 && finding.Name != "orders-entered" {
			t.Errorf("%s: %v", finding.Name, finding.Offenders)
		}
	}
}

// Two payments took parts of the discount, and a credit note a part of both: however they are taken back, in the end nothing is left of it.
func TestTwoDiscountsAndACreditNote(t *testing.T) {
	t.Parallel()
	for name, order := range map[string][]string{"the first first": {"pay_1", "pay_2"}, "the second first": {"pay_2", "pay_1"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newEarlyDebt(t, nil) // 226.00
			w.dispute("dsp_1", "ord_1", invoice1, "100", issued)
			w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("125"), Reference: invoice1}, issued)
			_, err := w.resolve("res_1", "ord_1", "dsp_1", models.DisputeRejected, "", issued)
			w.must(err)
			w.pay("pay_2", models.Payment{CustomerID: "acme", Amount: eur("97"), Reference: invoice1}, issued)
			wantText(t, "paid", w.item(invoice1), "222 4 0 0 paid")
			w.credits(creditOf("dec_1", "113.00"))
			if split := w.split("dec_1"); split != "2 + 111 (0, 0, 2)" {
				t.Error(split)
			}
			for _, payment := range order {
				w.must(w.change("undo_"+payment, undoing(payment, 1), issued))
				w.balanced()
			}
			wantText(t, "taken back", w.item(invoice1), "0 0 0 113 open")
			if n := w.count(`SELECT count(*) FROM (SELECT account FROM ledger_lines WHERE account = 'discounts_allowed' GROUP BY account HAVING sum(debit - credit) <> 0) l`); n != 0 {
				t.Error("something is left of the discount in the ledger")
			}
		})
	}
}

// Credit notes race for one invoice: together they are exactly the invoice, and its numbers have no gap.
func TestCreditNotesRaceForOneInvoice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.MaxConns(16))
	w.customer("acme", "unlimited")
	w.invoiced("ord_1", "acme", want{"nail", "10"}, want{"book", "2"}) // 119.00 + 42.80
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("100"), Reference: invoice1}, issued)
	var steps []func()
	for n := range 30 {
		in := creditOf(fmt.Sprint("dec_", n), "9.99")
		if n%3 == 0 {
			in = creditOf(fmt.Sprint("dec_", n), "", models.LineQuantity{Line: 1, Quantity: "1"}, models.LineQuantity{Line: 2, Quantity: "0.25"})
		}
		issue := func() {
			if _, err := w.creditNotes.IssueCreditNote(t.Context(), in); err != nil && models.KindOf(err) != models.KindConflict {
				t.Error(err)
			}
		}
		steps = append(steps, issue, issue) // and each is tried twice at once
	}
	together(steps...)
	w.balanced()
	left, err := postgres.Creditable(t.Context(), w.pool, invoice1, "EUR")
	w.must(err)
	rest := models.Drawn{Groups: left.Left()}.Total("EUR")
	if rest.IsPositive() {
		w.credits(creditOf("rest", rest.String()))
	}
	w.balanced()
	if n := w.count(`SELECT count(*) FROM (SELECT rate, sum(taxable) AS taxable, sum(tax) AS tax FROM credit_note_taxes GROUP BY rate) g WHERE (rate, taxable, tax) IN ((19, 100, 19), (7, 40, 2.80))`); n != 2 {
		t.Errorf("%d of two tax groups are credited to the cent", n)
	}
	if n := w.count(`SELECT (100 * sum(remaining))::int FROM customer_credits`); n != 100_00 {
		t.Errorf("%d cents of the 100.00 that were paid are the customer's", n)
	}
}

// A credit note that frees credit lets an order that waits for it go on, in the same transaction.
func TestACreditNoteRechecksHeldOrders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "120")
	w.invoiced("ord_1", "acme", want{"nail", "10"})
	w.accept("ord_2", "acme", "main", nil, want{"nail", "1"})
	if got := w.done(w.credit.Approve(t.Context(), at("ord_2", issued))); got.Stage != models.CreditHold {
		t.Fatal(got.Stage)
	}
	w.told.all()
	w.credits(creditOf("dec_1", "11.90"))
	for range 2 { // and once more, as if the answer was lost
		if diff := cmp.Diff([]string{"ord_2: recheck for dec_1"}, w.told.all()); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
		w.credits(creditOf("dec_1", "11.90"))
	}
	if n := w.count(`SELECT count(*) FROM orders WHERE id = 'ord_2' AND stage = 'fulfilling'`); n != 1 {
		t.Error("the held order waits on")
	}
	w.balanced()
}

// The year of a credit note's number is the seller's.
func TestCreditNotesAreNumberedByTheSellersYear(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	for id, instant := range map[string]time.Time{"old": time.Date(2026, 12, 31, 22, 59, 0, 0, time.UTC), "new": time.Date(2026, 12, 31, 23, 1, 0, 0, time.UTC)} {
		in := creditOf(id, "1")
		in.At = instant
		w.credits(in)
	}
	for id, number := range map[string]string{"old": "CN-2026-000001", "new": "CN-2027-000001"} {
		if n := w.count(`SELECT count(*) FROM credit_notes WHERE decision_id = $1 AND number = $2`, id, number); n != 1 {
			t.Errorf("the note of the %s year is not %s", id, number)
		}
	}
	if gaps, err := postgres.ReadNumberGaps(t.Context(), w.pool); err != nil || len(gaps) > 0 {
		t.Errorf("gaps %v, %v", gaps, err)
	}
}
