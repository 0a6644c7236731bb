package e2e_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"o2c/workflows"
)

// Two orders of a month are one invoice, issued when the month is over by a timer of its own. It is dunned, disputed, credited and
// paid like an order's, its orders close with it, and come back when the bank takes the payment back. 2 and 3 pieces at 100.00 with
// 19 % tax: 238.00 and 357.00.
func TestWhatIsShippedInAMonthIsOneInvoice(t *testing.T) {
	t.Parallel()
	s := startApart(t)
	customer := s.customer("5000.00", body{"invoicing": "consolidated"})
	sku := s.product("auto", "10")
	a, b := s.order(customer, "auto", sku, "2"), s.order(customer, "auto", sku, "3")
	for _, order := range []string{a, b} {
		s.awaitStage(order, "invoicing")
		s.get("/v1/orders/" + order + "/status").is(map[string]string{
			"waiting_for.0": "billing", "next_timer.purpose": "billing of the period", "open_amount": "0.00",
		})
	}
	s.get("/v1/customers/" + customer + "/exposure").is(map[string]string{"delivered_not_invoiced": "595.00", "open_invoices": "0.00", "exposure": "595.00"})

	over, err := time.Parse(time.RFC3339, s.get("/v1/orders/"+a+"/status").str("next_timer.at"))
	if err != nil {
		t.Fatal(err)
	}
	s.skip(a, int(time.Until(over).Hours()/24)+1)
	for _, order := range []string{a, b} {
		s.awaitStage(order, "collecting")
	}
	number := s.invoice(a)
	if other := s.invoice(b); other != number {
		t.Fatalf("the orders have invoices %s and %s, want one", number, other)
	}
	first, second := min(a, b), max(a, b)
	s.get("/v1/invoices/" + number).is(map[string]string{
		"order_id": "<nil>", "order_ids.0": first, "order_ids.1": second, "lines.0.order_id": first, "lines.1.order_id": second, "net_total": "500.00", "total": "595.00",
	})
	s.get("/v1/customers/" + customer + "/exposure").is(map[string]string{"delivered_not_invoiced": "0.00", "open_invoices": "595.00", "exposure": "595.00"})
	s.eventually("the mail of the invoice", func() bool { return s.mails.count("Invoice "+number) == 1 })

	s.skip(a, 29) // the reminder three days before it is due
	s.wantNotices(number, notice{"0", "595.00", "sent"})
	dispute := s.post("collector", "/v1/invoices/"+number+"/disputes", body{"amount": "119.00", "reason": "quality", "note": "", "raised_by": "buyer"}).
		want(http.StatusAccepted).str("id")
	s.get("/v1/disputes/" + dispute).is(map[string]string{"state": "open", "amount": "119.00"})
	s.post("collector", "/v1/disputes/"+dispute+"/resolution", body{"outcome": "accepted", "note": "one is broken"}).want(http.StatusOK)
	s.post("billing", "/v1/invoices/"+number+"/credit-notes", body{"amount": "11.90", "reason": "goodwill"}).want(http.StatusCreated).
		is(map[string]string{"applied_to_invoice": "11.90"})
	payment := s.pay(customer, "464.10", number).is(map[string]string{"state": "applied"}).str("id")
	for _, order := range []string{a, b} {
		s.awaitStage(order, "closed").is(map[string]string{"outcome": "paid"})
		s.awaitEnd(workflows.OrderID(order))
		s.keep("billed-with-its-month", workflows.OrderID(order))
	}
	s.awaitEnd(workflows.ReceivableID(number))
	s.keep("invoice-of-a-month", workflows.ReceivableID(number))
	s.wantClean()

	s.post("cashier", "/v1/payments/"+payment+"/reversals", body{"reason": "no funds"}).want(http.StatusCreated)
	for _, order := range []string{a, b} {
		s.get("/v1/orders/" + order).is(map[string]string{"stage": "collecting", "outcome": "<nil>"})
	}
	s.get("/v1/invoices/" + number).is(map[string]string{"status": "open", "open_amount": "464.10"})
	s.skip(a, 10) // it is dunned on, from its old place
	s.wantNotices(number, notice{"0", "595.00", "sent"}, notice{"1", "464.10", "sent"})
	s.pay(customer, "464.10", number).is(map[string]string{"state": "applied"})
	for _, order := range []string{a, b} {
		s.awaitStage(order, "closed").is(map[string]string{"outcome": "paid"})
		s.awaitEnd(workflows.OrderID(order))
	}
	// A credit note on what is settled and ended: it becomes the customer's.
	s.post("billing", "/v1/invoices/"+number+"/credit-notes", body{"amount": "1.19", "reason": "goodwill"}).want(http.StatusCreated).
		is(map[string]string{"applied_to_invoice": "0.00", "customer_credit": "1.19"})
	s.awaitEnd(workflows.ReceivableID(number))
	s.wantClean()
}

// Orders that an invoice can't bill alike are billed apart; what is shipped in the next period is billed with it, and each order
// closes only when all its invoices are settled.
func TestAConsolidatedOrderIsBilledPeriodByPeriod(t *testing.T) {
	t.Parallel()
	s := startApart(t)
	customer := s.customer("5000.00", body{"invoicing": "consolidated", "billing_period": "weekly"})
	sku := s.product("main", "10")
	order := s.order(customer, "main", sku, "3")
	request := orderOf(customer, "main", sku, "1")
	request["project_reference"] = "P-7"
	other := s.post("sales", "/v1/orders", request).want(http.StatusCreated).str("id")
	s.ship(order, "1").is(map[string]string{"state": "shipped"})
	s.ship(other, "1").is(map[string]string{"state": "shipped"})
	s.skip(order, 7)
	s.awaitStage(other, "collecting")
	s.get("/v1/orders/" + order).is(map[string]string{"stage": "fulfilling", "lines.0.shipped": "1", "lines.0.invoiced": "1"})
	one, apart := s.invoice(order), s.invoice(other)
	if one == apart {
		t.Errorf("both orders are billed with %s", one)
	}
	s.get("/v1/invoices/" + apart).is(map[string]string{"order_ids.0": other, "total": "119.00"})
	s.pay(customer, "119.00", one)
	s.pay(customer, "119.00", apart)
	s.awaitStage(other, "closed").is(map[string]string{"outcome": "paid"})
	s.ship(order, "2").is(map[string]string{"state": "shipped"})
	s.awaitStage(order, "invoicing")
	s.skip(order, 7)
	s.awaitStage(order, "collecting")
	numbers := s.invoices(order)
	if len(numbers) != 2 {
		t.Fatalf("invoices %v, want two", numbers)
	}
	last := strings.Join(numbers, " ")
	last = strings.TrimSpace(strings.ReplaceAll(last, one, ""))
	s.get("/v1/invoices/" + last).is(map[string]string{"total": "238.00", "lines.0.quantity": "2"})
	s.pay(customer, "238.00", last)
	s.awaitStage(order, "closed").is(map[string]string{"outcome": "paid"})
	s.wantClean()
}
