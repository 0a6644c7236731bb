package activities_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"o2c/activities"
	"o2c/models"
	"o2c/postgres"
)

func prepaid(o *models.Order) { o.Terms.Prepayment = true }

// awaiting enters an order that is to be paid first, and returns what is asked for.
func (w *world) awaiting(id string, lines ...want) models.Prepayment {
	w.t.Helper()
	w.accept(id, "acme", "main", prepaid, lines...)
	got := w.done(w.credit.Approve(w.t.Context(), at(id, issued)))
	if got.Stage != models.AwaitingPrepayment || got.Prepayment == nil {
		w.t.Fatalf("%s is %s, asked for %v", id, got.Stage, got.Prepayment)
	}
	return *got.Prepayment
}

func (w *world) load(id string) models.OrderProgress {
	w.t.Helper()
	return w.done(w.reconciliation.Load(w.t.Context(), at(id, issued)))
}

// book is a customer's exposure as "O D I U deposits".
func (w *world) wantBuckets(want string) {
	w.t.Helper()
	e, err := postgres.ReadExposure(w.t.Context(), w.pool, "acme")
	w.must(err)
	if got := w.exposure("acme") + " " + e.Deposits.String(); got != want {
		w.t.Errorf("exposure is %s, want %s", got, want)
	}
}

// The whole life of an order that is paid first: asked for, paid in two parts, shipped in two parts, and each invoice is paid when it
// is issued. 10 nails are 100.00 + 19.00, 5 books 100.00 + 7.00.
func TestAPrepaidOrderIsShippedWhenAllOfItHasCome(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "1000")
	asked := w.awaiting("ord_1", want{"nail", "10"}, want{"book", "5"})
	if asked.Proforma != "PF-2026-000001" || asked.Due().String() != "226.00" || asked.Reference == "" {
		t.Fatalf("asked for %+v", asked)
	}
	w.wantBuckets("0.00 0.00 0.00 0.00 0.00")
	w.verified()

	// A part: 113.00 over groups of 119.00 and 107.00 is 59.50 (50.00 + 9.50) and 53.50 (50.00 + 3.50).
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("113"), Reference: asked.Reference}, issued)
	w.unchanged(func() { w.must(w.cash.Apply(t.Context(), activities.PaymentInput{PaymentID: "pay_1", At: issued})) })
	if got := w.load("ord_1"); got.Stage != models.AwaitingPrepayment || got.Prepayment.Due().String() != "113.00" {
		t.Fatalf("half paid it is %s, due %v", got.Stage, got.Prepayment)
	}
	w.wantTrialBalance("bank_clearing 113.00", "customer_deposits -100.00", "tax_payable -13.00")
	w.wantBuckets("0.00 0.00 0.00 0.00 113.00")
	w.verified()

	// The rest and 5.00 too much, with nobody named: the reference says who.
	w.pay("pay_2", models.Payment{Amount: eur("118"), Reference: "order " + asked.Proforma}, issued)
	if got := w.load("ord_1"); got.Stage != models.Fulfilling || !got.Unreserved {
		t.Fatalf("paid it is %s", got.Stage)
	}
	w.wantTrialBalance("bank_clearing 231.00", "customer_deposits -200.00", "tax_payable -26.00", "unapplied_cash -5.00")
	w.wantBuckets("0.00 0.00 0.00 5.00 0.00")
	w.verified()

	w.receipt("rcp_1", "main", "nail", "10")
	w.receipt("rcp_2", "main", "book", "5")
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	w.ship("shp_1", "ord_1", models.LineQuantity{Line: 1, Quantity: "10"})
	w.wantBuckets("0.00 0.00 0.00 5.00 0.00")
	first := w.done(w.invoicing.Issue(t.Context(), at("ord_1", issued)))
	if len(first.Receivables) != 0 {
		t.Fatalf("open is %v", first.Receivables)
	}
	// The nails' tax alone is relieved: what is left of the deposits is the books', 100.00 + 7.00, and 19.00 are due for the nails.
	w.wantTrialBalance("bank_clearing 231.00", "customer_deposits -100.00", "revenue -100.00", "tax_payable -26.00", "unapplied_cash -5.00")
	w.verified()
	w.ship("shp_2", "ord_1", models.LineQuantity{Line: 2, Quantity: "5"})
	last := w.done(w.invoicing.Issue(t.Context(), at("ord_1", issued)))
	if last.Stage != models.Reconciling || len(last.Receivables) != 0 {
		t.Fatalf("it is %s, open %v", last.Stage, last.Receivables)
	}
	closed := w.done(w.reconciliation.Close(t.Context(), at("ord_1", issued)))
	if closed.Stage != models.Closed || closed.Outcome != models.OutcomePaid {
		t.Errorf("it is %s %s, %v", closed.Stage, closed.Outcome, closed.BlockedBy)
	}
	w.wantTrialBalance("bank_clearing 231.00", "revenue -200.00", "tax_payable -26.00", "unapplied_cash -5.00")
	w.wantBuckets("0.00 0.00 0.00 5.00 0.00")
	w.verified()
}

// An order of a customer without a limit is asked for its prepayment, too, and goes on by it.
func TestWithoutALimitAnOrderIsPaidFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "")
	w.accept("ord_1", "acme", "main", nil, want{"nail", "1"})
	got := w.done(w.credit.Approve(t.Context(), at("ord_1", issued)))
	w.unchanged(func() { w.done(w.credit.Approve(t.Context(), at("ord_1", issued))) })
	if n := w.count(`SELECT count(*) FROM messages WHERE kind = 'proforma' AND body LIKE '%11.90 EUR%' AND body LIKE '%' || $1 || '%'`, got.Prepayment.Reference); n != 1 {
		t.Errorf("%d pro-formas are mailed", n)
	}
	status := got.Status()
	if status.Prepayment == nil || status.WaitingFor[0] != "prepayment" || status.WhoMayAct[0] != "cashier" {
		t.Errorf("status %+v", status)
	}
	// By hand, in two parts.
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("20"), Reference: "advance"}, issued)
	for n, amount := range []string{"10", "1.90"} {
		w.changed(fmt.Sprint("pch_", n), models.PaymentChange{Kind: models.ApplyByHand, PaymentID: "pay_1", Invoice: got.Prepayment.Proforma, Amount: new(eur(amount))})
	}
	if got := w.load("ord_1"); got.Stage != models.Fulfilling {
		t.Errorf("paid it is %s", got.Stage)
	}
	w.wantBuckets("0.00 0.00 0.00 8.10 0.00")
	w.verified()
}

func (w *world) changed(id string, change models.PaymentChange) {
	w.t.Helper()
	w.fact(postgres.PaymentChangeFact, id, change)
	w.must(w.cash.Change(w.t.Context(), activities.PaymentChangeInput{ChangeID: id, At: issued}))
}

// An order that is not paid is reminded of, and then cancelled.
func TestAnUnpaidOrderIsCancelled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "1000")
	w.policy(models.CreditPolicy{Prepayment: models.PrepaymentDays{Remind: 3, Cancel: 7}, Hold: models.HoldDays{Cancel: 1}})
	asked := w.awaiting("ord_1", want{"nail", "10"})
	remind := models.HoldTimer{Step: models.RemindPrepayment, At: issued.AddDate(0, 0, 3)}
	if got := w.load("ord_1"); got.Hold == nil || *got.Hold != remind {
		t.Fatalf("it waits for %v", got.Hold)
	}
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("100"), Reference: asked.Reference}, issued)
	act := func(timer models.HoldTimer) models.OrderProgress {
		return w.done(w.credit.ActOnHold(t.Context(), activities.CreditHoldInput{OrderID: "ord_1", Timer: timer, At: timer.At}))
	}
	reminded := act(remind)
	w.unchanged(func() { act(remind) })
	if n := w.count(`SELECT count(*) FROM messages WHERE kind = 'prepayment_reminder' AND body LIKE '%19.00 EUR%'`); n != 1 {
		t.Errorf("%d reminders", n)
	}
	cancelled := act(*reminded.Hold)
	w.unchanged(func() { act(*reminded.Hold) })
	if cancelled.Outcome != models.OutcomeCancelled || cancelled.Prepayment != nil {
		t.Errorf("it is %s %s", cancelled.Stage, cancelled.Outcome)
	}
	w.wantTrialBalance("bank_clearing 100.00", "unapplied_cash -100.00")
	w.wantBuckets("0.00 0.00 0.00 100.00 0.00")
	// What comes too late stays the customer's.
	w.pay("pay_2", models.Payment{CustomerID: "acme", Amount: eur("19"), Reference: asked.Reference}, issued)
	w.wantBuckets("0.00 0.00 0.00 119.00 0.00")
	w.verified()
}

// The payment and the cancellation that was planned race: the order goes on, or the money is the customer's.
func TestAPaymentRacesTheCancellationForWantOfIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "1000")
	w.policy(models.CreditPolicy{Prepayment: models.PrepaymentDays{Cancel: 7}})
	for n := range 8 {
		id, payment := fmt.Sprint("ord_", n), fmt.Sprint("pay_", n)
		asked := w.awaiting(id, want{"nail", "1"})
		w.acceptPayment(payment, models.Payment{CustomerID: "acme", Amount: eur("11.90"), Reference: asked.Reference})
		cancel := activities.CreditHoldInput{OrderID: id, Timer: models.HoldTimer{Step: models.CancelUnpaid, At: issued.AddDate(0, 0, 7)}, At: issued.AddDate(0, 0, 7)}
		var paid, cancelled error
		var group sync.WaitGroup
		group.Go(func() {
			paid = w.cash.Apply(t.Context(), activities.PaymentInput{PaymentID: payment, At: issued})
		})
		group.Go(func() { _, cancelled = w.credit.ActOnHold(t.Context(), cancel) })
		group.Wait()
		w.must(paid)
		w.must(cancelled)
		left := w.count(`SELECT (unapplied * 100)::int FROM payments WHERE id = $1`, payment)
		if end := w.load(id); (end.Stage == models.Fulfilling) != (left == 0) || (end.Outcome == models.OutcomeCancelled) != (left == 1190) {
			t.Errorf("%s is %s %s, %d is unapplied", id, end.Stage, end.Outcome, left)
		}
	}
	w.verified()
}

// Two payments come for one pro-forma at once: together they are one deposit's worth, and the rest is the customer's.
func TestTwoPaymentsComeForOneProforma(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "1000")
	asked := w.awaiting("ord_1", want{"nail", "10"})
	var group sync.WaitGroup
	for n := range 4 {
		id := fmt.Sprint("pay_", n)
		w.acceptPayment(id, models.Payment{CustomerID: "acme", Amount: eur("50"), Reference: asked.Reference})
		group.Go(func() {
			if err := w.cash.Apply(t.Context(), activities.PaymentInput{PaymentID: id, At: issued}); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if got := w.load("ord_1"); got.Stage != models.Fulfilling {
		t.Errorf("it is %s", got.Stage)
	}
	w.wantTrialBalance("bank_clearing 200.00", "customer_deposits -100.00", "tax_payable -19.00", "unapplied_cash -81.00")
	w.verified()
}

// The bank takes a payment back that has become a deposit. Before anything is shipped the order waits again; afterwards its invoice is
// open, and a part of it stays paid.
func TestAPrepaymentIsTakenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "1000")
	asked := w.awaiting("ord_1", want{"nail", "10"})
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("119"), Reference: asked.Reference}, issued)
	w.told.all()
	w.changed("pch_1", models.PaymentChange{Kind: models.ReversePayment, PaymentID: "pay_1", Amount: new(eur("19"))})
	got := w.load("ord_1")
	if got.Stage != models.AwaitingPrepayment || got.Prepayment.Due().String() != "19.00" {
		t.Fatalf("it is %s, due %v", got.Stage, got.Prepayment)
	}
	if told := w.told.all(); len(told) != 1 || told[0] != "ord_1: recheck for pch_1" {
		t.Errorf("told %v", told)
	}
	w.wantBuckets("0.00 0.00 0.00 0.00 100.00")
	w.verified()
	w.pay("pay_2", models.Payment{CustomerID: "acme", Amount: eur("19"), Reference: asked.Reference}, issued)

	w.receipt("rcp_1", "main", "nail", "10")
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	w.ship("shp_1", "ord_1", models.LineQuantity{Line: 1, Quantity: "10"})
	w.done(w.invoicing.Issue(t.Context(), at("ord_1", issued)))
	if closed := w.done(w.reconciliation.Close(t.Context(), at("ord_1", issued))); closed.Outcome != models.OutcomePaid {
		t.Fatalf("it is %s %v", closed.Stage, closed.BlockedBy)
	}
	w.verified()
	// 40.00 of what is left of the first payment: its application is undone, 60.00 are applied again.
	w.changed("pch_2", models.PaymentChange{Kind: models.ReversePayment, PaymentID: "pay_1", Amount: new(eur("40"))})
	w.unchanged(func() {
		w.must(w.cash.Change(t.Context(), activities.PaymentChangeInput{ChangeID: "pch_2", At: issued}))
	})
	open := w.load("ord_1")
	if open.Stage != models.Collecting || len(open.Receivables) != 1 || open.Open().String() != "40.00" {
		t.Fatalf("it is %s, open %v", open.Stage, open.Receivables)
	}
	if n := w.count(`SELECT count(*) FROM open_items WHERE status = 'partly_paid'`); n != 1 {
		t.Error("the invoice that a deposit pays in part is not partly paid")
	}
	w.wantTrialBalance("bank_clearing 79.00", "receivables 40.00", "revenue -100.00", "tax_payable -19.00")
	w.verified()
	w.pay("pay_3", models.Payment{CustomerID: "acme", Amount: eur("40"), Reference: "INV-2026-000001"}, issued)
	w.wantTrialBalance("bank_clearing 119.00", "revenue -100.00", "tax_payable -19.00")
	w.verified()
}

// What is cancelled of a paid order is given back: first what it is more than the rest is worth, then all. One customer gets it
// refunded at once.
func TestADepositIsGivenBackForWhatIsCancelled(t *testing.T) {
	t.Parallel()
	for policy, want := range map[string][]string{
		"keep":   {"bank_clearing 119.00", "unapplied_cash -119.00"},
		"refund": {"bank -119.00", "bank_clearing 119.00"},
	} {
		t.Run(policy, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.customer("acme", "1000")
			w.exec(`UPDATE customers SET overpayment_policy = $1`, policy)
			asked := w.awaiting("ord_1", wanted("nail", "10"))
			w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("119"), Reference: asked.Reference}, issued)
			amended := w.done(w.fulfillment.Amend(t.Context(), activities.AmendInput{OrderID: "ord_1", At: issued, Amendment: models.Amendment{
				ID: "amd_1", Actor: "sales", Lines: []models.LineQuantity{{Line: 1, Quantity: "4"}},
			}}))
			if amended.Stage != models.Fulfilling {
				t.Fatalf("it is %s", amended.Stage)
			}
			if left := w.count(`SELECT (deposits * 100)::int FROM orders`); left != 4760 {
				t.Errorf("%d is left", left)
			}
			w.verified()
			cancelled := w.done(w.fulfillment.Cancel(t.Context(), cancellation("ord_1", "can_1")))
			w.unchanged(func() { w.done(w.fulfillment.Cancel(t.Context(), cancellation("ord_1", "can_1"))) })
			if cancelled.Outcome != models.OutcomeCancelled {
				t.Errorf("it is %s", cancelled.Stage)
			}
			w.wantTrialBalance(want...)
			w.verified()
		})
	}
}

func wanted(sku, quantity string) want { return want{sku, quantity} }

// An order that is increased waits for the rest, under a pro-forma of its own.
func TestAnIncreasedOrderWaitsForTheRest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "1000")
	asked := w.awaiting("ord_1", want{"nail", "10"})
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("119"), Reference: asked.Reference}, issued)
	got := w.done(w.fulfillment.Amend(t.Context(), activities.AmendInput{OrderID: "ord_1", At: issued, Amendment: models.Amendment{
		ID: "amd_1", Actor: "sales", Lines: []models.LineQuantity{{Line: 1, Quantity: "12"}},
	}}))
	if got.Stage != models.AwaitingPrepayment || got.Prepayment.Proforma == asked.Proforma || got.Prepayment.Due().String() != "23.80" {
		t.Fatalf("it is %s, asked for %+v", got.Stage, got.Prepayment)
	}
	w.verified()
	w.pay("pay_2", models.Payment{CustomerID: "acme", Amount: eur("23.80"), Reference: asked.Reference}, issued.Add(time.Hour)) // the old one names the order as well
	if got := w.load("ord_1"); got.Stage != models.Fulfilling {
		t.Errorf("it is %s", got.Stage)
	}
	w.verified()
}
