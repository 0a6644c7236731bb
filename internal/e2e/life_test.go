package e2e_test

import (
	"fmt"
	"net/http"
	"testing"

	"o2c/workflows"
)

// notice is a row of GET /invoices/{number}/dunning-notices.
type notice struct {
	level  string
	amount string
	state  string
}

func (s *stack) notices(invoice string) []notice {
	s.t.Helper()
	var notices []notice
	for _, row := range s.get("/v1/invoices/" + invoice + "/dunning-notices").list("data") {
		n, _ := row.(map[string]any)
		notices = append(notices, notice{fmt.Sprint(n["level"]), fmt.Sprint(n["amount"]), fmt.Sprint(n["state"])})
	}
	return notices
}

func (s *stack) wantNotices(invoice string, want ...notice) {
	s.t.Helper()
	s.eventually("the notices "+fmt.Sprint(want)+" of "+invoice, func() bool {
		return fmt.Sprint(s.notices(invoice)) == fmt.Sprint(want)
	})
}

// One order over 120 days on real timers: two shipments, two invoices, reminders and notices, a part payment, a dispute that
// is rejected and one that is accepted, the agency, and cash in the bank. The amounts are computed by hand: 10 pieces at
// 100.00 with 19 % tax, 4 of them on the first invoice (476.00) and 6 on the second (714.00).
func TestTheWholeLifeOfAnOrderOver120Days(t *testing.T) {
	t.Parallel()
	s := start(t)
	customer := s.customer("5000.00")
	sku := s.product("main", "10")
	order := s.order(customer, "main", sku, "10")
	s.get("/v1/customers/" + customer + "/exposure").is(map[string]string{"open_orders": "1190.00", "exposure": "1190.00", "available": "3810.00"})

	s.ship(order, "4").is(map[string]string{"state": "shipped"})
	s.eventually("the first invoice", func() bool { return len(s.invoices(order)) == 1 })
	s.get("/v1/orders/" + order).is(map[string]string{"stage": "fulfilling", "lines.0.shipped": "4", "lines.0.invoiced": "4", "lines.0.reserved": "6"})
	s.get("/v1/customers/" + customer + "/exposure").is(map[string]string{"open_orders": "714.00", "open_invoices": "476.00", "exposure": "1190.00"})
	s.ship(order, "6")
	s.awaitStage(order, "collecting")
	numbers := s.invoices(order)
	a, b := numbers[0], numbers[1]
	s.get("/v1/invoices/" + a).is(map[string]string{"net_total": "400.00", "tax_total": "76.00", "total": "476.00", "open_amount": "476.00", "status": "open", "type_code": "380"})
	s.get("/v1/invoices/" + b).is(map[string]string{"total": "714.00", "lines.0.quantity": "6", "tax_breakdown.0.rate": "19"})

	s.skip(order, 28) // three days before due
	s.wantNotices(a, notice{"0", "476.00", "sent"})
	s.wantNotices(b, notice{"0", "714.00", "sent"})
	if n := s.mails.count("Invoice " + a + " is due soon"); n != 1 {
		t.Errorf("%d reminders of %s were sent, want 1", n, a)
	}

	s.pay(customer, "100.00", a).is(map[string]string{"state": "applied", "applications.0.invoice": a, "applications.0.rule": "invoice_number"})
	s.get("/v1/invoices/" + a).is(map[string]string{"status": "partly_paid", "open_amount": "376.00", "paid": "100.00"})

	s.skip(order, 10) // day 38: 7 days after due
	s.wantNotices(a, notice{"0", "476.00", "sent"}, notice{"1", "376.00", "sent"})
	s.wantNotices(b, notice{"0", "714.00", "sent"}, notice{"1", "714.00", "sent"})

	dispute := s.post("collector", "/v1/invoices/"+b+"/disputes", body{"amount": "214.00", "reason": "quality", "note": "", "raised_by": "buyer"}).
		want(http.StatusAccepted).str("id")
	s.get("/v1/disputes/" + dispute).is(map[string]string{"state": "open", "amount": "214.00"})
	s.skip(order, 10) // day 48
	s.post("collector", "/v1/disputes/"+dispute+"/resolution", body{"outcome": "rejected", "note": "as ordered"}).want(http.StatusOK)

	s.skip(order, 4) // day 52: 21 days after due; the rejected part has time left until day 61
	s.wantNotices(b, notice{"0", "714.00", "sent"}, notice{"1", "714.00", "sent"}, notice{"2", "500.00", "sent"})
	s.skip(order, 14) // day 66: 35 days after due; the part has joined
	s.wantNotices(b, notice{"0", "714.00", "sent"}, notice{"1", "714.00", "sent"}, notice{"2", "500.00", "sent"}, notice{"3", "714.00", "sent"})

	s.pay(customer, "376.00", s.get("/v1/invoices/"+a).str("payment_reference")).is(map[string]string{"applications.0.rule": "creditor_reference"})
	s.get("/v1/invoices/" + a).is(map[string]string{"status": "paid", "open_amount": "0.00"})
	s.skip(order, 14) // day 80: 49 days after due
	dunned := []notice{{"0", "714.00", "sent"}, {"1", "714.00", "sent"}, {"2", "500.00", "sent"}, {"3", "714.00", "sent"}}
	s.wantNotices(b, append(dunned, notice{"4", "714.00", "queued"})...)
	handOver := s.get("/v1/tasks?kind=agency&state=open&customer_id=" + customer).is(map[string]string{"data.0.invoice": b}).str("data.0.id")
	s.post("collector", "/v1/tasks/"+handOver+"/closure", body{"outcome": "handed over"}).want(http.StatusOK, http.StatusAccepted)
	s.wantNotices(b, append(dunned, notice{"4", "714.00", "sent"})...)
	s.get("/v1/orders/" + order + "/status").is(map[string]string{"stage": "collecting", "open_amount": "714.00", "next_timer": "<nil>"})

	second := s.post("collector", "/v1/invoices/"+b+"/disputes", body{"amount": "214.00", "reason": "damaged", "note": "", "raised_by": "buyer"}).want(http.StatusAccepted).str("id")
	s.post("collector", "/v1/disputes/"+second+"/resolution", body{"outcome": "accepted", "note": "they are right"}).want(http.StatusOK)
	note := s.get("/v1/disputes/" + second).str("credit_note")
	s.get("/v1/credit-notes/" + note).is(map[string]string{"total": "214.00", "applied_to_invoice": "214.00", "customer_credit": "0.00",
		"tax_breakdown.0.taxable": "179.83", "tax_breakdown.0.tax": "34.17"})
	s.skip(order, 40) // day 120
	s.pay(customer, "500.00", b)
	s.awaitStage(order, "closed").is(map[string]string{"outcome": "paid"})
	s.awaitEnd(workflows.OrderID(order))
	s.keep("dunned-and-disputed", workflows.OrderID(order))
	s.get("/v1/customers/" + customer + "/exposure").is(map[string]string{"exposure": "0.00", "available": "5000.00"})

	balances := map[string]string{}
	for _, row := range s.get("/v1/reports/trial-balance").list("data.0.accounts") {
		account, _ := row.(map[string]any)
		balances[fmt.Sprint(account["account"])] = fmt.Sprint(account["debit"], " ", account["credit"])
	}
	for account, want := range map[string]string{
		"receivables": "1190.00 1190.00", "revenue": "179.83 1000.00", "tax_payable": "34.17 190.00", "bank_clearing": "976.00 0.00", "unapplied_cash": "976.00 976.00",
	} {
		if balances[account] != want {
			t.Errorf("%s is %q, want %q", account, balances[account], want)
		}
	}
	s.wantClean()
}
