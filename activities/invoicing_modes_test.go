package activities_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"o2c/activities"
	"o2c/internal/testkit"
	"o2c/models"
	"o2c/postgres"
)

// An order that is invoiced as a whole waits until nothing more is to be shipped; then one invoice bills all shipments.
func TestIssueForTheWholeOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.exec(`UPDATE customers SET invoicing = 'per_order'`)
	w.receipt("rcp_1", "main", "nail", "10")
	w.receipt("rcp_2", "main", "book", "5")
	w.approved("ord_1", "main", nil, want{"nail", "10"}, want{"book", "5"})
	w.exec(`UPDATE customers SET invoicing = 'per_shipment'`) // the order keeps its mode
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	for n, lines := range [][]models.LineQuantity{{{Line: 1, Quantity: "4"}}, {{Line: 1, Quantity: "3"}, {Line: 2, Quantity: "2"}}} {
		w.ship(fmt.Sprint("shp_", n), "ord_1", lines...)
		got := w.done(w.invoicing.Issue(t.Context(), at("ord_1", issued)))
		if got.Stage != models.Fulfilling || got.ToInvoice || len(got.Receivables) > 0 {
			t.Errorf("%s, to invoice %v, %v", got.Stage, got.ToInvoice, got.Receivables)
		}
		w.balanced()
	}
	cancelled := w.done(w.fulfillment.Cancel(t.Context(), cancellation("ord_1", "can_1")))
	if cancelled.Stage != models.Invoicing || !cancelled.ToInvoice {
		t.Errorf("%s, to invoice %v", cancelled.Stage, cancelled.ToInvoice)
	}
	got := w.done(w.invoicing.Issue(t.Context(), at("ord_1", issued.AddDate(0, 0, 3))))
	if got.Stage != models.Collecting || len(got.Receivables) != 1 || got.Receivables[0].Open.String() != "126.10" { // 7 nails and 2 books
		t.Errorf("%s with %v", got.Stage, got.Receivables)
	}
	if n := w.count(`
		SELECT count(*) FROM invoices v JOIN invoice_lines l ON l.invoice = v.number
		 WHERE v.shipment_id IS NULL AND (l.line, l.shipment_id, l.order_line, l.quantity) IN ((1, 'shp_0', 1, 4), (2, 'shp_1', 1, 3), (3, 'shp_1', 2, 2))`); n != 3 {
		t.Errorf("%d of three lines name their shipments", n)
	}
	w.unchanged(func() {
		again := w.done(w.invoicing.Issue(t.Context(), at("ord_1", issued.AddDate(0, 0, 4))))
		if diff := cmp.Diff(got.Receivables, again.Receivables, sameDates); diff != "" {
			t.Errorf("the second time (-first +second):\n%s", diff)
		}
	})
	w.balanced()
	w.credits(creditOf("dec_1", "", models.LineQuantity{Line: 2, Quantity: "3"})) // by the invoice's line
	w.balanced()
}

// Terms in instalments: the invoice is due with the last of them, and money fills them by due date.
func TestIssueInInstalments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.accept("ord_1", "acme", "auto", func(o *models.Order) {
		o.Terms = models.PaymentTerms{Instalments: []models.InstalmentTerm{{Percent: dec("33.33"), NetDays: 10}, {Percent: dec("33.33"), NetDays: 20}, {Percent: dec("33.34"), NetDays: 40}}}
	}, want{"advice", "1"})
	w.done(w.credit.Approve(t.Context(), at("ord_1", issued)))
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	got := w.done(w.invoicing.Issue(t.Context(), at("ord_1", issued)))
	if due := got.Receivables[0].DueDate; due != models.NewDate(2027, time.January, 1) {
		t.Errorf("due on %s, want the last instalment's", due)
	}
	w.balanced()
	instalments := func() string {
		view, err := postgres.ReadInvoice(t.Context(), w.pool, invoice1)
		w.must(err)
		text := ""
		for _, p := range view.Instalments {
			text += fmt.Sprintf("%s: %s of %s, ", p.DueDate, p.OpenAmount.StringFixed(2), p.Amount.StringFixed(2))
		}
		return text
	}
	for _, c := range []struct{ pay, want string }{
		{"", "2026-12-02: 19.83 of 19.83, 2026-12-12: 19.83 of 19.83, 2027-01-01: 19.84 of 19.84, "},
		{"20", "2026-12-02: 0.00 of 19.83, 2026-12-12: 19.66 of 19.83, 2027-01-01: 19.84 of 19.84, "},
		{"39.50", "2026-12-02: 0.00 of 19.83, 2026-12-12: 0.00 of 19.83, 2027-01-01: 0.00 of 19.84, "},
	} {
		if c.pay != "" {
			w.pay("pay_"+c.pay, models.Payment{CustomerID: "acme", Amount: eur(c.pay), Reference: invoice1}, issued)
		}
		if got := instalments(); got != c.want {
			t.Errorf("after %s:\n got %s\nwant %s", c.pay, got, c.want)
		}
	}
}

// Invoices and credit notes are issued at once, and again and again the one who issues them goes away in the middle. Every
// number is on a document, from the first to the last, in both series and both years.
func TestNumbersHaveNoGapWhereverIssuingStops(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.MaxConns(16))
	const orders = 24
	var steps []func()
	for n := range orders {
		id, customer := fmt.Sprint("ord_", n), fmt.Sprint("customer_", n)
		w.customer(customer, "unlimited")
		w.accept(id, customer, "auto", nil, want{"advice", "1"})
		w.done(w.credit.Approve(t.Context(), at(id, issued)))
		w.done(w.fulfillment.Fulfil(t.Context(), at(id, issued)))
		instant := time.Date(2026, 12, 31, 22+n%2, 30, 0, 0, time.UTC) // for the seller, every other one is in the new year
		steps = append(steps, func() {
			w.insist(func(ctx context.Context) error {
				_, err := w.invoicing.Issue(ctx, at(id, instant))
				return err
			})
			var number string
			w.must(w.pool.QueryRow(t.Context(), `SELECT number FROM invoices WHERE order_id = $1`, id).Scan(&number))
			for k := range 2 {
				in := activities.CreditInput{OrderID: id, At: instant, Request: models.CreditRequest{ID: fmt.Sprintf("dec_%d_%d", n, k), Invoice: number, Amount: new(eur("7")), Actor: "billing"}}
				w.insist(func(ctx context.Context) error {
					_, err := w.creditNotes.IssueCreditNote(ctx, in)
					return err
				})
			}
		})
	}
	together(steps...)
	if gaps, err := postgres.ReadNumberGaps(t.Context(), w.pool); err != nil || len(gaps) > 0 {
		t.Errorf("gaps %v, %v", gaps, err)
	}
	for series, want := range map[string]int{"INV": orders / 2, "CN": orders} {
		if n := w.count(`SELECT count(*) FROM number_series WHERE series = $1 AND last = $2 AND year IN (2026, 2027)`, series, want); n != 2 {
			t.Errorf("%s does not end at %d in both years", series, want)
		}
	}
	w.balanced()
}

// insist tries until it works; the first times whoever tries goes away after a moment.
func (w *world) insist(try func(context.Context) error) {
	for n := range 8 {
		ctx, cancel := context.WithTimeout(w.t.Context(), time.Duration(rand.IntN(1+n*n))*3*time.Millisecond)
		err := try(ctx)
		cancel()
		if err == nil {
			return
		}
	}
	if err := try(w.t.Context()); err != nil {
		w.t.Error(err)
	}
}
