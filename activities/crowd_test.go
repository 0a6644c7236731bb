package activities_test

import (
	"fmt"
	"testing"

	"o2c/activities"
	"o2c/internal/testkit"
	"o2c/models"
	"o2c/postgres"
)

// crowd is how many race here, and how many sessions they have: nobody waits for a connection, all wait for locks. Nothing is tried
// again in these tests, and no session gives up waiting: a deadlock would come back to its caller as an error, and fail the test.
const crowd = 60

func newCrowd(t *testing.T) *world {
	t.Helper()
	return newWorld(t, testkit.MaxConns(crowd))
}

// verified is balanced, and that every invariant of "o2c verify" holds.
func (w *world) verified() {
	w.t.Helper()
	w.balanced()
	findings, err := postgres.Verify(w.t.Context(), w.pool, 5)
	w.must(err)
	for _, f := range findings {
		if f.Count > 0 && !f.Warning {
			w.t.Errorf("%s: %d offenders: %v", f.Name, f.Count, f.Offenders)
		}
	}
}

// Sixty orders of one customer race for the headroom of twenty-five.
func TestACrowdRacesForTheLastHeadroom(t *testing.T) {
	t.Parallel()
	w := newCrowd(t)
	w.customer("acme", "300") // twenty-five nails at 11.90, and 2.50 that are too little for one more
	var steps []func()
	for n := range crowd {
		id := fmt.Sprint("ord_", n)
		w.accept(id, "acme", "main", nil, want{"nail", "1"})
		steps = append(steps, func() {
			if _, err := w.credit.Approve(t.Context(), at(id, issued)); err != nil {
				t.Errorf("%s: %v", id, err)
			}
		})
	}
	together(steps...)
	w.wantExposure("acme", "297.50 0.00 0.00 0.00")
	if n := w.count(`SELECT count(*) FROM orders WHERE approved`); n != 25 {
		t.Errorf("%d orders passed, want 25", n)
	}
	w.verified()
}

// Sixty orders of ten customers race for the last stock, with their lines in another order each, while what some of them got is
// cancelled and goods come in.
func TestACrowdRacesForTheLastStock(t *testing.T) {
	t.Parallel()
	w := newCrowd(t)
	w.receipt("rcp_nail", "main", "nail", "20")
	w.receipt("rcp_book", "main", "book", "20")
	for n := range 10 {
		w.customer(fmt.Sprint("customer_", n), "unlimited")
	}
	var steps []func()
	for n := range crowd {
		id := fmt.Sprint("ord_", n)
		lines := []want{{"nail", "1"}, {"book", "1"}}
		if n%2 == 0 {
			lines[0], lines[1] = lines[1], lines[0]
		}
		w.accept(id, fmt.Sprint("customer_", n%10), "main", nil, lines...)
		w.done(w.credit.Approve(t.Context(), at(id, issued)))
		steps = append(steps, func() {
			_, err := w.fulfillment.Fulfil(t.Context(), at(id, issued))
			if err == nil && n%6 == 0 {
				_, err = w.fulfillment.Cancel(t.Context(), cancellation(id, "can_"+id))
			}
			if err != nil {
				t.Errorf("%s: %v", id, err)
			}
		})
		if n%10 == 0 {
			receipt := fmt.Sprint("rcp_", n)
			w.fact(postgres.StockReceiptFact, receipt, models.StockReceipt{SKU: lines[0].sku, WarehouseID: "main", Quantity: "2"})
			steps = append(steps, func() {
				if err := w.fulfillment.Receive(t.Context(), activities.ReceiptInput{ReceiptID: receipt, At: issued}); err != nil {
					t.Errorf("%s: %v", receipt, err)
				}
			})
		}
	}
	together(steps...)
	w.nothingFreeBesideABackorder()
	w.verified()
}

// Sixty payments race for one invoice, each of them carried out twice at the same time.
func TestACrowdPaysOneInvoice(t *testing.T) {
	t.Parallel()
	w := newCrowd(t)
	w.customer("acme", "unlimited")
	w.invoiced("ord_1", "acme", want{"nail", "10"})
	var payments []func()
	for n := range crowd {
		id := fmt.Sprint("pay_", n)
		w.acceptPayment(id, models.Payment{CustomerID: "acme", Amount: eur("3"), Reference: invoice1})
		apply := func() {
			if err := w.cash.Apply(t.Context(), activities.PaymentInput{PaymentID: id, At: issued}); err != nil {
				t.Errorf("%s: %v", id, err)
			}
		}
		payments = append(payments, apply, apply)
	}
	together(payments...)
	w.wantExposure("acme", "0.00 0.00 0.00 61.00") // of 180.00 the invoice took 119.00
	if n := w.count(`SELECT count(*) FROM payment_applications`); n != 40 {
		t.Errorf("%d applications, want 39 of 3.00 and one of 2.00", n)
	}
	w.verified()
}

// Of the cancellation and the shipment of an order exactly one wins, for sixty orders of one customer at a time; the credit that
// cancellations free goes to others of its orders, in the same transactions.
func TestACrowdCancelsAgainstShipments(t *testing.T) {
	t.Parallel()
	w := newCrowd(t)
	w.customer("acme", "595") // fifty nails
	w.receipt("rcp_1", "main", "nail", "20")
	const orders = 50
	var steps []func()
	var shipped, cancelled [orders]bool
	for n := range orders {
		id := fmt.Sprint("ord_", n)
		w.approved(id, "main", nil, want{"nail", "1"})
		w.done(w.fulfillment.Fulfil(t.Context(), at(id, issued)))
		w.fact(postgres.ShipmentFact, "shp_"+id, models.ShipmentConfirmation{OrderID: id, Lines: []models.LineQuantity{{Line: 1, Quantity: "1"}}})
		steps = append(steps, func() {
			progress, err := w.fulfillment.ConfirmShipment(t.Context(), activities.FactStep{OrderID: id, FactID: "shp_" + id, At: issued})
			shipped[n] = err == nil && progress.Refused == nil
			if err != nil || progress.Refused != nil && progress.Refused.Code != "order-not-fulfilling" && progress.Refused.Code != "insufficient-stock" {
				t.Errorf("%s: %v, refused %v", id, err, progress.Refused)
			}
		}, func() {
			_, err := w.fulfillment.Cancel(t.Context(), cancellation(id, "can_"+id))
			if cancelled[n] = err == nil; err != nil {
				wantCode(t, err, models.KindConflict, "nothing-to-cancel")
			}
		})
	}
	for n := range 10 { // they wait for credit
		id := fmt.Sprint("held_", n)
		w.accept(id, "acme", "main", nil, want{"nail", "1"})
		w.done(w.credit.Approve(t.Context(), at(id, issued)))
	}
	together(steps...)
	for n := range orders {
		if shipped[n] == cancelled[n] {
			t.Errorf("order %d: shipped %v, cancelled %v", n, shipped[n], cancelled[n])
		}
	}
	w.verified()
}

// Everything at once: sixty orders of six customers live from entry to payment side by side, some cancelled, some disputed and credited,
// while goods come in, limits change and held orders are decided again.
func TestACrowdLivesItsWholeLife(t *testing.T) {
	t.Parallel()
	w := newCrowd(t)
	const customers = 6
	for n := range customers {
		w.customer(fmt.Sprint("customer_", n), "119")
	}
	w.receipt("rcp_nail", "main", "nail", "40")
	w.receipt("rcp_book", "main", "book", "40")
	var lives []func()
	for n := range crowd {
		id, customer := fmt.Sprint("ord_", n), fmt.Sprint("customer_", n%customers)
		lines := []want{{"nail", "1"}, {"book", "1"}}
		if n%2 == 0 {
			lines[0], lines[1] = lines[1], lines[0]
		}
		w.accept(id, customer, "main", nil, lines...)
		w.fact(postgres.ShipmentFact, "shp_"+id, models.ShipmentConfirmation{OrderID: id, Lines: []models.LineQuantity{{Line: 1, Quantity: "1"}}})
		w.acceptPayment("pay_"+id, models.Payment{CustomerID: customer, Amount: eur("17.77")})
		lives = append(lives, func() { w.live(n, id) })
	}
	for n := range 12 {
		receipt, limit := fmt.Sprint("rcp_", n), fmt.Sprint("lim_", n)
		w.fact(postgres.StockReceiptFact, receipt, models.StockReceipt{SKU: []string{"nail", "book"}[n%2], WarehouseID: "main", Quantity: "3"})
		amount := eur(fmt.Sprint(119 + 20*n))
		w.fact(postgres.CreditLimitFact, limit, models.CreditLimitChange{CustomerID: fmt.Sprint("customer_", n%customers), Currency: "EUR", Limit: models.CreditLimit{Amount: amount}})
		lives = append(lives, func() {
			if err := w.fulfillment.Receive(t.Context(), activities.ReceiptInput{ReceiptID: receipt, At: issued}); err != nil {
				t.Errorf("%s: %v", receipt, err)
			}
		}, func() {
			if err := w.credit.SetLimit(t.Context(), activities.LimitInput{LimitID: limit, At: issued}); err != nil {
				t.Errorf("%s: %v", limit, err)
			}
		})
	}
	together(lives...)
	for n := range crowd { // whoever was held in the end goes on as far as it may
		w.live(n, fmt.Sprint("ord_", n))
	}
	w.nothingFreeBesideABackorder()
	w.verified()
	t.Logf("%d invoices, %d credit notes, %d cancelled, %d held", w.count(`SELECT count(*) FROM invoices`), w.count(`SELECT count(*) FROM credit_notes`),
		w.count(`SELECT count(*) FROM orders WHERE outcome = 'cancelled'`), w.count(`SELECT count(*) FROM orders WHERE stage = 'credit_hold'`))
}

// live takes an order as far as it goes. Refusals of the business are part of life; anything else is the test's failure.
func (w *world) live(n int, id string) {
	ctx := w.t.Context()
	step := func(what string, progress models.OrderProgress, err error) models.OrderProgress {
		if err != nil && models.KindOf(err) != models.KindConflict {
			w.t.Errorf("%s of %s: %v", what, id, err)
		}
		return progress
	}
	do := func(what string, f func() (models.OrderProgress, error)) models.OrderProgress {
		progress, err := f()
		return step(what, progress, err)
	}
	do("approval", func() (models.OrderProgress, error) { return w.credit.Approve(ctx, at(id, issued)) })
	do("recheck", func() (models.OrderProgress, error) {
		return w.credit.Recheck(ctx, activities.FactStep{OrderID: id, FactID: "again", At: issued})
	})
	do("fulfilment", func() (models.OrderProgress, error) { return w.fulfillment.Fulfil(ctx, at(id, issued)) })
	if n%5 == 0 {
		do("cancellation", func() (models.OrderProgress, error) { return w.fulfillment.Cancel(ctx, cancellation(id, "can_"+id)) })
	}
	do("shipment", func() (models.OrderProgress, error) {
		return w.fulfillment.ConfirmShipment(ctx, activities.FactStep{OrderID: id, FactID: "shp_" + id, At: issued})
	})
	progress := do("invoice", func() (models.OrderProgress, error) { return w.invoicing.Issue(ctx, at(id, issued)) })
	if n%4 == 0 && len(progress.Receivables) > 0 {
		dispute := "dsp_" + id
		w.acceptDispute(dispute, progress.Receivables[0].Invoice, "5.95")
		opened := do("dispute", func() (models.OrderProgress, error) {
			return w.collections.OpenDispute(ctx, activities.FactStep{OrderID: id, FactID: dispute, At: issued})
		})
		if opened.Refused == nil { // for nothing is left to dispute when the customer has paid
			do("resolution", func() (models.OrderProgress, error) {
				return w.resolve("res_"+id, id, dispute, models.DisputeAccepted, "", issued)
			})
		}
	}
	if err := w.cash.Apply(ctx, activities.PaymentInput{PaymentID: "pay_" + id, At: issued}); err != nil {
		w.t.Errorf("payment of %s: %v", id, err)
	}
}

// Sixty at once on one invoice of 1,190.00: it is paid, paid back, disputed, credited, given up alone and by two people who do not agree, and
// goods of it come back. Whoever loses is refused by a rule; no deadlock reaches anybody, and nothing is given up twice.
func TestACrowdWorksOnOneInvoice(t *testing.T) {
	t.Parallel()
	w := newCrowd(t)
	w.customer("acme", "unlimited")
	w.invoiced("ord_1", "acme", want{"nail", "100"})
	asked := asking("wof_asked", "100")
	w.writesOff(asked)
	var steps []func()
	do := func(step func() error) {
		steps = append(steps, func() {
			if err := step(); err != nil && models.KindOf(err) != models.KindConflict && models.KindOf(err) != models.KindNotFound {
				t.Error(err)
			}
		})
	}
	for n := range 8 {
		pay, dispute, ret := fmt.Sprint("pay_", n), fmt.Sprint("dsp_", n), fmt.Sprint("ret_", n)
		w.acceptPayment(pay, models.Payment{CustomerID: "acme", Amount: eur("130"), Reference: invoice1})
		w.acceptDispute(dispute, invoice1, "40")
		w.fact(postgres.PaymentChangeFact, "pch_"+pay, costing(reversing(pay, "70"), "1", new(true)))
		w.fact(postgres.ReturnFact, ret, models.ReturnRequest{OrderID: "ord_1", Lines: []models.ReturnRequestLine{{Line: 1, Quantity: "3", Reason: "damaged"}}})
		w.fact(postgres.ReturnReceiptFact, "rrc_"+ret, models.ReturnReceipt{
			ReturnID: ret, WarehouseID: "auto", Disposition: []models.Disposition{models.DisposeCredit, models.DisposeRefund}[n%2], Lines: []models.ReceivedLine{{Line: 1, Quantity: "2"}},
		})
		ruling := ruled(asked, fmt.Sprint("dec_ruled_", n), []models.ApprovalDecision{models.Approved, models.Rejected}[n%2])
		off, note := givingUp(fmt.Sprint("wof_", n), "50"), creditOf(fmt.Sprint("dec_", n), "23.80")
		change := func() error {
			return w.cash.Change(t.Context(), activities.PaymentChangeInput{ChangeID: "pch_" + pay, At: issued})
		}
		step := activities.FactStep{OrderID: "ord_1", At: issued}
		do(func() error { return w.cash.Apply(t.Context(), activities.PaymentInput{PaymentID: pay, At: issued}) })
		do(change)
		do(func() error { _, err := w.writeOffs.WriteOff(t.Context(), off); return err })
		do(func() error { _, err := w.writeOffs.WriteOff(t.Context(), off); return err }) // told twice
		do(func() error { _, err := w.writeOffs.WriteOff(t.Context(), ruling); return err })
		do(func() error { _, err := w.creditNotes.IssueCreditNote(t.Context(), note); return err })
		do(func() error {
			opened := step
			opened.FactID = dispute
			_, err := w.collections.OpenDispute(t.Context(), opened)
			return err
		})
		do(func() error {
			back := step
			back.FactID = ret
			if _, err := w.returns().RequestReturn(t.Context(), back); err != nil {
				return err
			}
			back.FactID = "rrc_" + ret
			_, err := w.returns().ReceiveReturn(t.Context(), back)
			return err
		})
	}
	together(steps...)
	if n := w.count(`SELECT count(*) FROM approvals WHERE id = 'wof_asked' AND decided_at IS NOT NULL`); n != 1 {
		t.Error("eight decisions, and none holds")
	}
	for n := range 8 { // what came before its payment is done now
		if err := w.cash.Change(t.Context(), activities.PaymentChangeInput{ChangeID: fmt.Sprint("pch_pay_", n), At: issued}); err != nil {
			t.Error(err)
		}
	}
	w.inOrder()
	t.Logf("%d write-offs, %d credit notes, %d disputes, %d debit notes", w.count(`SELECT count(*) FROM write_offs`), w.count(`SELECT count(*) FROM credit_notes`),
		w.count(`SELECT count(*) FROM disputes`), w.count(`SELECT count(*) FROM debit_notes`))
}
