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

// What moves the money of twenty invoices is done at the same time while the sessions of those who do it are ended in the middle: payments,
// write-offs, credit notes and returns; then reversals that charge a fee, and returns; then money that pays and recovers. Whoever gave up is
// asked again in the end. Each is done once, to the cent, and no number is missing.
func TestMoneyIsMovedOnceWhenSessionsAreKilled(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.MaxConns(16))
	const customers = 20
	invoices := map[string]string{} // by order
	move := func(ctx context.Context, in activities.OrderStep) (models.OrderProgress, error) {
		kind, n, _ := strings.Cut(in.OrderID, "_")
		order := "ord_" + n
		switch kind {
		case "wof":
			off := givingUp(in.OrderID, "20")
			off.OrderID, off.Request.Invoice = order, invoices[order]
			return w.writeOffs.WriteOff(ctx, off)
		case "dec":
			note := creditOf(in.OrderID, "11.90")
			note.OrderID, note.Request.Invoice = order, invoices[order]
			return w.creditNotes.IssueCreditNote(ctx, note)
		case "rrcA", "rrcB":
			return w.returns().ReceiveReturn(ctx, activities.FactStep{OrderID: order, FactID: in.OrderID, At: in.At})
		case "rev":
			return models.OrderProgress{}, w.cash.Change(ctx, activities.PaymentChangeInput{ChangeID: in.OrderID, At: in.At})
		default:
			return models.OrderProgress{}, w.cash.Apply(ctx, activities.PaymentInput{PaymentID: in.OrderID, At: in.At})
		}
	}
	for n := range customers {
		customer, order := fmt.Sprint("customer_", n), fmt.Sprint("ord_", n)
		w.customer(customer, "unlimited")
		invoice := w.invoiced(order, customer, want{"nail", "10"}).Receivables[0].Invoice
		invoices[order] = invoice
		for kind, amount := range map[string]string{"payA": "50", "payB": "60", "payC": "140"} {
			w.acceptPayment(fmt.Sprint(kind, "_", n), models.Payment{CustomerID: customer, Amount: eur(amount), Reference: invoice})
		}
		w.fact(postgres.PaymentChangeFact, fmt.Sprint("rev_", n), costing(reversing(fmt.Sprint("payA_", n), ""), "3", new(true)))
		for _, kind := range []string{"A", "B"} {
			w.asks(fmt.Sprint("ret", kind, "_", n), order, "1")
			w.fact(postgres.ReturnReceiptFact, fmt.Sprint("rrc", kind, "_", n), models.ReturnReceipt{
				ReturnID: fmt.Sprint("ret", kind, "_", n), WarehouseID: "auto", Disposition: models.DisposeCredit, Lines: []models.ReceivedLine{{Line: 1, Quantity: "1"}},
			})
		}
	}
	for _, round := range [][]string{{"payA", "wof", "dec", "rrcA"}, {"rev", "rrcB"}, {"payB", "payC"}} {
		var ids []string
		for _, kind := range round {
			for n := range customers {
				ids = append(ids, fmt.Sprint(kind, "_", n))
			}
		}
		w.takeAllUnderFire(ids, func(ctx context.Context, in activities.OrderStep) (models.OrderProgress, error) {
			progress, err := move(ctx, in)
			return progress, postgres.TranslateError(err) // as the worker does
		})
		for _, id := range ids {
			if _, err := move(t.Context(), at(id, issued)); err != nil {
				t.Errorf("%s: %v", id, err)
			}
		}
	}
	// Of 119.00: 20.00 written off and recovered, three times 11.90 credited, 50.00 paid and taken back, the rest paid.
	if n := w.count(`
		SELECT count(*) FROM open_items
		 WHERE kind = 'invoice' AND open_amount = 0 AND paid = 63.30 AND written_off = 20 AND recovered = 20 AND credited = 35.70`); n != customers {
		t.Errorf("%d of %d invoices are as they should be", n, customers)
	}
	if n := w.count(`SELECT count(*) FROM credit_accounts WHERE open_invoices = 3 AND unapplied_cash = 116.70 AND customer_credit = 0`); n != customers {
		t.Errorf("%d of %d customers owe a fee and have paid the rest", n, customers)
	}
	for table, each := range map[string]int{"write_offs": 1, "credit_notes": 3, "debit_notes": 1, "payment_reversals": 1, "payment_refunds": 0} {
		if n := w.count(`SELECT count(*) FROM ` + table); n != each*customers {
			t.Errorf("%d rows in %s, want %d", n, table, each*customers)
		}
	}
	gaps, err := postgres.ReadNumberGaps(t.Context(), w.pool)
	if err != nil || len(gaps) > 0 {
		t.Errorf("the numbers have gaps: %v, %v", gaps, err)
	}
	w.inOrder()
}
