package activities_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"o2c/activities"
	"o2c/internal/testkit"
	"o2c/models"
	"o2c/postgres"
)

// november is over in Berlin an hour before it is in London.
var november = time.Date(2026, time.November, 30, 23, 0, 0, 0, time.UTC)

func (w *world) consolidated(customer string) {
	w.t.Helper()
	w.customer(customer, "unlimited")
	w.exec(`UPDATE customers SET invoicing = 'consolidated' WHERE id = $1`, customer)
}

// served brings an order of services to where it waits to be billed.
func (w *world) served(id, customer string, change func(*models.Order), instant time.Time, lines ...want) models.OrderProgress {
	w.t.Helper()
	w.accept(id, customer, "auto", change, lines...)
	w.done(w.credit.Approve(w.t.Context(), at(id, instant)))
	return w.done(w.fulfillment.Fulfil(w.t.Context(), at(id, instant)))
}

func (w *world) bill(id string, instant time.Time) {
	w.t.Helper()
	w.must(w.invoicing.Bill(w.t.Context(), activities.BillInput{BillingID: id, At: instant}))
}

// Three orders of a month, one of them billed apart because the buyer wants its contract named: 71.40 + 59.50 with freight, and 59.50.
func TestBillInvoicesAMonthOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.consolidated("acme")
	freight := func(o *models.Order) {
		o.Charges = []models.Charge{{ReasonCode: "FC", Amount: eur("10.00"), Tax: models.TaxClass{Category: "S", Rate: dec("19")}}}
	}
	got := w.served("ord_1", "acme", freight, issued, want{"advice", "1"})
	if got.Stage != models.Invoicing || got.ToInvoice || got.BillAt == nil || !got.BillAt.Equal(november) {
		t.Errorf("an order that waits to be billed: %+v", got)
	}
	w.served("ord_2", "acme", nil, issued.AddDate(0, 0, 2), want{"advice", "1"})
	w.served("ord_3", "acme", func(o *models.Order) { o.ContractReference = "C-7" }, issued, want{"advice", "1"})
	w.wantExposure("acme", "0.00 190.40 0.00 0.00")
	waits := "billing acme/2026-11 at 2026-11-30T23:00:00Z"
	if diff := cmp.Diff([]string{waits, waits, waits}, w.told.all()); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}

	w.bill("acme/2026-11", november)
	told := []string{"collect INV-2026-000001", "ord_1: INV-2026-000001 bills it", "ord_2: INV-2026-000001 bills it", "collect INV-2026-000002", "ord_3: INV-2026-000002 bills it"}
	if diff := cmp.Diff(told, w.told.all()); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	w.unchanged(func() { w.bill("acme/2026-11", november.Add(time.Hour)) })
	if diff := cmp.Diff(told, w.told.all()); diff != "" {
		t.Errorf("a retry told (-want +got):\n%s", diff)
	}
	view, err := postgres.ReadInvoice(t.Context(), w.pool, invoice1)
	w.must(err)
	if view.OrderID != nil || !slices.Equal(view.OrderIDs, []string{"ord_1", "ord_2"}) || view.Total.String() != "130.9" || view.IssueDate != models.NewDate(2026, time.December, 1) || view.PONumber != "" {
		t.Errorf("the invoice: %+v", view)
	}
	w.wantExposure("acme", "0.00 0.00 190.40 0.00")
	w.wantStages(map[string]models.Stage{"ord_1": models.Collecting, "ord_2": models.Collecting, "ord_3": models.Collecting})
	w.balanced()

	// Half of it is credited, the rest paid: each order closes with its share, and the shares sum to the invoice.
	receivables := &activities.Receivables{Pool: w.pool, Orders: w.told}
	progress := w.credits(activities.CreditInput{Request: models.CreditRequest{ID: "dec_1", Invoice: invoice1, Amount: new(eur("65.45")), Actor: "billing"}, At: november})
	if progress.OrderID != "" || progress.Stage != models.Collecting || len(progress.Receivables) != 1 || progress.Receivables[0].Open.String() != "65.45" {
		t.Errorf("the progress of an invoice: %+v", progress)
	}
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("65.45"), Reference: invoice1}, november)
	w.told.all()
	progress = w.done(receivables.SettleReceivable(t.Context(), activities.ReceivableStep{Invoice: invoice1, At: november}))
	if progress.Stage != models.Closed || progress.Outcome != models.OutcomePaid {
		t.Errorf("the progress of a settled invoice: %+v", progress)
	}
	if diff := cmp.Diff([]string{"ord_1: INV-2026-000001 v3 is settled", "ord_2: INV-2026-000001 v3 is settled"}, w.told.all()); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	for _, order := range []string{"ord_1", "ord_2"} {
		if got = w.done(w.reconciliation.Close(t.Context(), at(order, november))); got.Stage != models.Closed || got.BlockedBy != nil {
			t.Errorf("%s: %s, %+v", order, got.Stage, got.BlockedBy)
		}
	}
	if got = w.done(w.reconciliation.Close(t.Context(), at("ord_3", november))); got.Stage != models.Collecting {
		t.Errorf("an order whose invoice is open is %s", got.Stage)
	}
	w.balanced()

	// The bank takes the payment back: both orders collect again, and are told so.
	w.must(w.change("pch_1", models.PaymentChange{Kind: models.ReversePayment, PaymentID: "pay_1", Reason: "no funds"}, november.AddDate(0, 0, 1)))
	w.wantStages(map[string]models.Stage{"ord_1": models.Collecting, "ord_2": models.Collecting})
	open := "INV-2026-000001 v4 has 65.45 open again"
	if diff := cmp.Diff([]string{": " + open, "ord_1: " + open, "ord_2: " + open}, w.told.all()); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	w.balanced()
}

// What leaves after a period, or is told of when the period is billed, is billed with the next one.
func TestALateShipmentIsBilledWithTheNextPeriod(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.consolidated("acme")
	w.served("ord_1", "acme", nil, issued, want{"advice", "1"})
	w.served("ord_2", "acme", nil, november, want{"advice", "1"}) // of December, while November is not billed yet
	w.bill("acme/2026-11", november.Add(time.Minute))
	w.served("ord_3", "acme", nil, november.Add(-time.Second), want{"advice", "1"}) // its clock was late, or its worker
	w.balanced()
	if n := w.count(`SELECT count(*) FROM invoice_lines`); n != 1 {
		t.Errorf("November has %d lines, want 1", n)
	}
	w.bill("acme/2026-12", november.AddDate(0, 1, 1))
	if n := w.count(`SELECT count(*) FROM invoice_lines WHERE invoice = 'INV-2027-000001'`); n != 2 {
		t.Errorf("December has %d lines, want 2", n)
	}
	if n := w.count(`SELECT count(*) FROM billings WHERE billed_at IS NULL`); n != 0 {
		t.Errorf("%d billings wait, and nothing is shipped and not billed", n)
	}
	w.balanced()
}

// An order's invoice is not a shared one, and an invoice that is not there is not found.
func TestAnInvoiceOfAnOrderIsNoReceivableOfItsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.invoiced("ord_1", "acme", want{"nail", "1"})
	_, err := w.creditNotes.IssueCreditNote(t.Context(), activities.CreditInput{Request: models.CreditRequest{ID: "dec_1", Invoice: invoice1, Amount: new(eur("1.00"))}, At: issued})
	wantCode(t, err, models.KindNotFound, "invoice-not-found")
}

// Billings of several customers that are cut short again and again, shipments that arrive meanwhile, and then notices, disputes, credit
// notes and payments of the same invoices at once: each unit is billed once, and the book is in order.
func TestBillingRaces(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.MaxConns(16))
	const customers, orders = 3, 4
	var steps []func()
	for c := range customers {
		customer := fmt.Sprint("customer_", c)
		w.consolidated(customer)
		for n := range orders {
			w.served(fmt.Sprintf("ord_%d_%d", c, n), customer, nil, issued, want{"advice", "1"})
		}
		for range 2 {
			steps = append(steps, func() {
				w.insist(func(ctx context.Context) error {
					return w.invoicing.Bill(ctx, activities.BillInput{BillingID: customer + "/2026-11", At: november})
				})
			})
		}
		late := fmt.Sprintf("ord_%d_late", c)
		w.accept(late, customer, "auto", nil, want{"advice", "1"})
		w.done(w.credit.Approve(t.Context(), at(late, issued)))
		steps = append(steps, func() {
			w.insist(func(ctx context.Context) error {
				_, err := w.fulfillment.Fulfil(ctx, at(late, november.Add(-time.Second)))
				return err
			})
		})
	}
	together(steps...)
	w.balanced()
	for c := range customers {
		w.bill(fmt.Sprintf("customer_%d/2026-11", c), november)
		if waiting, err := postgres.WaitingBillings(t.Context(), w.pool, fmt.Sprint("customer_", c)); err != nil || len(waiting) > 1 {
			t.Errorf("customer %d waits for %v (%v)", c, waiting, err)
		}
	}
	if n := w.count(`SELECT count(*) FROM invoices`); n != customers {
		t.Errorf("%d invoices, want %d", n, customers)
	}

	steps = nil
	for c := range customers {
		var invoice string
		w.must(w.pool.QueryRow(t.Context(), `SELECT number FROM invoices WHERE customer_id = $1`, fmt.Sprint("customer_", c)).Scan(&invoice))
		dispute, pay := fmt.Sprint("dsp_", c), fmt.Sprint("pay_", c)
		w.acceptDispute(dispute, invoice, "20.00")
		w.acceptPayment(pay, models.Payment{CustomerID: fmt.Sprint("customer_", c), Amount: eur("100.00"), Reference: invoice})
		fine := func(err error) {
			if business := (*models.Error)(nil); err != nil && !errors.As(err, &business) {
				t.Error(err)
			}
		}
		steps = append(steps, func() {
			_, err := w.collections.OpenDispute(t.Context(), activities.FactStep{Invoice: invoice, FactID: dispute, At: november})
			fine(err)
		}, func() {
			fine(w.cash.Apply(t.Context(), activities.PaymentInput{PaymentID: pay, At: november}))
		}, func() {
			_, err := w.creditNotes.IssueCreditNote(t.Context(), activities.CreditInput{Request: models.CreditRequest{ID: "dec_" + invoice, Invoice: invoice, Amount: new(eur("33.33")), Actor: "billing"}, At: november})
			fine(err)
		}, func() {
			_, err := w.collections.Dun(t.Context(), activities.DunInput{Invoice: invoice, Level: 0, At: november.AddDate(0, 0, 28)})
			fine(err)
		})
	}
	together(steps...)
	w.balanced()
}
