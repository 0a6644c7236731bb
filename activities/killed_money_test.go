package activities_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"o2c/activities"
	"o2c/internal/testkit"
	"o2c/models"
	"o2c/postgres"
)

// movers are some customers, each with an invoice of 119.00, an order of 119.00 that is to be paid first, and one like it that will be
// cancelled, and all that is going to move their money.
type movers struct {
	*world
	customers int
	invoices  map[string]string // by order
}

// moves are what moves the money of each customer, round by round: payments of the invoice, a write-off, a credit note, returns and a reversal
// that charges a fee; and deposits that come in parts, are taken back before and after they have paid an invoice, and given back.
var moves = [][]string{
	{"payA", "wof", "dec", "rrcA", "depA", "depB", "depC"},
	{"rev", "rrcB", "revA"},
	{"payB", "depD"},
	{"ful", "can", "payC"},
	{"revB", "ref"},
}

func newMovers(w *world, customers int) *movers {
	w.t.Helper()
	m := &movers{world: w, customers: customers, invoices: map[string]string{}}
	w.receipt("rcp_prepaid", "auto", "nail", fmt.Sprint(10*customers))
	for n := range customers {
		customer, order, id := fmt.Sprint("customer_", n), fmt.Sprint("ord_", n), func(kind string) string { return fmt.Sprint(kind, "_", n) }
		w.customer(customer, "unlimited")
		invoice := w.invoiced(order, customer, want{"nail", "10"}).Receivables[0].Invoice
		m.invoices[order] = invoice
		for kind, amount := range map[string]string{"payA": "50", "payB": "60", "payC": "140"} {
			w.acceptPayment(id(kind), models.Payment{CustomerID: customer, Amount: eur(amount), Reference: invoice})
		}
		w.fact(postgres.PaymentChangeFact, id("rev"), costing(reversing(id("payA"), ""), "3", new(true)))
		for _, kind := range []string{"A", "B"} {
			w.asks(id("ret"+kind), order, "1")
			w.fact(postgres.ReturnReceiptFact, id("rrc"+kind), models.ReturnReceipt{
				ReturnID: id("ret" + kind), WarehouseID: "auto", Disposition: models.DisposeCredit, Lines: []models.ReceivedLine{{Line: 1, Quantity: "1"}},
			})
		}
		for _, order := range []string{"first", "given"} {
			w.accept(id(order), customer, "auto", prepaid, want{"nail", "10"})
			asked := w.done(w.credit.Approve(w.t.Context(), at(id(order), issued))).Prepayment
			for kind, of := range map[string]struct{ order, amount string }{"depA": {"first", "60"}, "depB": {"first", "59"}, "depC": {"given", "30"}, "depD": {"first", "10"}} {
				if of.order == order {
					w.acceptPayment(id(kind), models.Payment{CustomerID: customer, Amount: eur(of.amount), Reference: asked.Reference})
				}
			}
		}
		w.fact(postgres.PaymentChangeFact, id("revA"), reversing(id("depA"), "10"))
		w.fact(postgres.PaymentChangeFact, id("revB"), reversing(id("depB"), "40"))
		w.fact(postgres.PaymentChangeFact, id("ref"), refunding(id("depC"), "30"))
	}
	return m
}

// move is what an id names, with an error as the worker sees it.
func (m *movers) move(ctx context.Context, in activities.OrderStep) (progress models.OrderProgress, err error) {
	kind, n, _ := strings.Cut(in.OrderID, "_")
	order := "ord_" + n
	switch kind {
	case "wof":
		off := givingUp(in.OrderID, "20")
		off.OrderID, off.Request.Invoice = order, m.invoices[order]
		progress, err = m.writeOffs.WriteOff(ctx, off)
	case "dec":
		note := creditOf(in.OrderID, "11.90")
		note.OrderID, note.Request.Invoice = order, m.invoices[order]
		progress, err = m.creditNotes.IssueCreditNote(ctx, note)
	case "rrcA", "rrcB":
		progress, err = m.returns().ReceiveReturn(ctx, activities.FactStep{OrderID: order, FactID: in.OrderID, At: in.At})
	case "rev", "revA", "revB", "ref":
		err = m.cash.Change(ctx, activities.PaymentChangeInput{ChangeID: in.OrderID, At: in.At})
	case "ful":
		if progress, err = m.fulfillment.Fulfil(ctx, at("first_"+n, in.At)); err == nil {
			progress, err = m.invoicing.Issue(ctx, at("first_"+n, in.At))
		}
	case "can":
		progress, err = m.fulfillment.Cancel(ctx, cancellation("given_"+n, in.OrderID))
	default:
		err = m.cash.Apply(ctx, activities.PaymentInput{PaymentID: in.OrderID, At: in.At})
	}
	return progress, postgres.TranslateError(err)
}

// all does every move, a round after the other, as take says. Whoever gave up is asked again in the end of each.
func (m *movers) all(take func(ids []string)) {
	m.t.Helper()
	for _, round := range moves {
		var ids []string
		for _, kind := range round {
			for n := range m.customers {
				ids = append(ids, fmt.Sprint(kind, "_", n))
			}
		}
		take(ids)
		for _, id := range ids {
			_, err := m.move(m.t.Context(), at(id, issued))
			for models.KindOf(err) == models.KindUnavailable && m.t.Context().Err() == nil { // on a session that the server has ended
				_, err = m.move(m.t.Context(), at(id, issued))
			}
			if err != nil {
				m.t.Errorf("%s: %v", id, err)
			}
		}
	}
}

// wantMovedOnce checks that each move was made once, to the cent, and that no number is missing.
func (m *movers) wantMovedOnce() {
	m.t.Helper()
	for what, sql := range map[string]string{
		"invoices: 20.00 written off and recovered, three times 11.90 credited, 50.00 paid and taken back, the rest paid": `
			SELECT count(*) FROM open_items WHERE kind = 'invoice' AND open_amount = 0 AND paid = 63.30 AND written_off = 20 AND recovered = 20 AND credited = 35.70`,
		"prepaid invoices: 119.00 came before them, of which 40.00 were taken back": `
			SELECT count(*) FROM open_items WHERE kind = 'invoice' AND open_amount = 40 AND deposits_applied = 79 AND paid = 0`,
		"prepaid orders":   `SELECT count(*) FROM orders WHERE id LIKE 'first%' AND deposits = 79 AND deposits_applied = 79`,
		"cancelled orders": `SELECT count(*) FROM orders WHERE id LIKE 'given%' AND deposits = 0 AND outcome = 'cancelled'`,
		"customers who owe a fee and 40.00": `
			SELECT count(*) FROM credit_accounts WHERE open_invoices = 43 AND unapplied_cash = 116.70 AND customer_credit = 0 AND deposits = 0 AND open_orders = 0`,
	} {
		if n := m.count(sql); n != m.customers {
			m.t.Errorf("%d of %d %s", n, m.customers, what)
		}
	}
	for table, each := range map[string]int{
		"write_offs": 1, "credit_notes": 3, "debit_notes": 1, "payment_reversals": 3, "payment_refunds": 1, "prepayment_invoices": 4, "proformas": 2,
	} {
		if n := m.count(`SELECT count(*) FROM ` + table); n != each*m.customers {
			m.t.Errorf("%d rows in %s, want %d", n, table, each*m.customers)
		}
	}
	gaps, err := postgres.ReadNumberGaps(m.t.Context(), m.pool)
	if err != nil || len(gaps) > 0 {
		m.t.Errorf("the numbers have gaps: %v, %v", gaps, err)
	}
	m.inOrder()
}

// What moves the money of fourteen customers is done at the same time while the sessions of those who do it are ended in the middle.
func TestMoneyIsMovedOnceWhenSessionsAreKilled(t *testing.T) {
	t.Parallel()
	m := newMovers(newWorld(t, testkit.MaxConns(16)), 14)
	m.all(func(ids []string) { m.takeAllUnderFire(ids, m.move) })
	m.wantMovedOnce()
}

// As above, and it is the whole server that ends at once, in each round, and recovers.
func TestMoneyIsMovedOnceWhenTheServerCrashes(t *testing.T) {
	t.Parallel()
	w, server := crashingWorld(t)
	m := newMovers(w, 10)
	m.all(func(ids []string) { m.takeAllWhileItCrashes(server, ids, m.move, 8) })
	m.wantMovedOnce()
}

// Forty customers are billed for their month at the same time while sessions are ended in the middle: each order is billed once.
func TestAMonthIsBilledOnceWhenSessionsAreKilled(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.MaxConns(16))
	const customers, orders = 40, 3
	ids := make([]string, customers)
	for c := range ids {
		customer := fmt.Sprint("customer_", c)
		w.consolidated(customer)
		for n := range orders {
			w.served(fmt.Sprintf("ord_%d_%d", c, n), customer, nil, issued, want{"advice", "1"})
		}
		ids[c] = customer + "/2026-11"
	}
	bill := func(ctx context.Context, in activities.OrderStep) (models.OrderProgress, error) {
		return models.OrderProgress{}, postgres.TranslateError(w.invoicing.Bill(ctx, activities.BillInput{BillingID: in.OrderID, At: november}))
	}
	done := w.takeAllUnderFire(ids, bill)
	if n := w.count(`SELECT count(DISTINCT billing_id) FROM invoices WHERE billing_id = ANY($1)`, done); n != len(done) {
		t.Errorf("%d callers were told that the month is billed, %d are", len(done), n)
	}
	for _, id := range ids {
		w.bill(id, november)
	}
	if n := w.count(`SELECT count(*) FROM invoices WHERE total = $1`, dec("59.50").Mul(dec(fmt.Sprint(orders)))); n != customers {
		t.Errorf("%d of %d customers have an invoice over their month", n, customers)
	}
	if n := w.count(`SELECT count(*) FROM (SELECT FROM invoice_shares GROUP BY order_id HAVING count(*) = 1) billed`); n != customers*orders {
		t.Errorf("%d of %d orders are billed once", n, customers*orders)
	}
	gaps, err := postgres.ReadNumberGaps(t.Context(), w.pool)
	if err != nil || len(gaps) > 0 {
		t.Errorf("the numbers have gaps: %v, %v", gaps, err)
	}
	w.inOrder()
}
