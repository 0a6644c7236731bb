package e2e_test

import (
	"net/http"
	"sync"
	"testing"

	"o2c/workflows"
)

// An order of 357.00 is billed 30 % in advance, shipped, and billed 70 %: nothing is billed by shipment, each milestone once however
// often it is completed, and the order closes when both invoices are paid.
func TestAnOrderIsBilledByMilestones(t *testing.T) {
	t.Parallel()
	s := start(t)
	customer := s.customer("357.00", nil)
	sku := s.product("main", "10")
	request := orderOf(customer, "main", sku, "3")
	request["milestones"] = []body{{"name": "Signed", "percent": "30"}, {"name": "Accepted", "percent": "70.0"}}
	entered := s.post("sales", "/v1/orders", request).want(http.StatusCreated).
		is(map[string]string{"total": "357.00", "milestones.0.name": "Signed", "milestones.1.percent": "70", "milestones.1.invoice": "<nil>"})
	order := entered.str("id")
	at := "/v1/orders/" + order
	exposure := func(o, d, i string) {
		t.Helper()
		s.get("/v1/customers/" + customer + "/exposure").is(map[string]string{"open_orders": o, "delivered_not_invoiced": d, "open_invoices": i, "exposure": "357.00"})
	}
	s.awaitStage(order, "fulfilling")
	exposure("357.00", "0.00", "0.00")

	s.post("warehouse", at+"/milestones/1/completion", body{}).want(http.StatusForbidden)
	s.post("sales", at+"/milestones/3/completion", body{}).want(http.StatusNotFound).is(map[string]string{"code": "milestone-not-found"})
	s.post("sales", at+"/milestones/0/completion", body{}).want(http.StatusNotFound).is(map[string]string{"code": "milestone-not-found"})
	var first, second string
	var both sync.WaitGroup // at once: both are answered with the same invoice
	for _, number := range []*string{&first, &second} {
		both.Go(func() {
			*number = s.post("sales", at+"/milestones/1/completion", body{"note": "The contract is signed"}).want(http.StatusOK).str("invoice")
		})
	}
	both.Wait()
	if first == "" || first != second {
		t.Fatalf("the milestone is billed by %q and %q", first, second)
	}
	s.get("/v1/invoices/" + first).is(map[string]string{
		"order_id": order, "total": "107.10", "lines.0.quantity": "1", "lines.0.unit_code": "LS", "lines.0.net_amount": "90.00", "lines.0.milestone": "1",
		"lines.0.shipment_id": "<nil>", "status": "open",
	})
	exposure("249.90", "0.00", "107.10")
	s.post("sales", at+"/cancellation", body{"reason": "changed our mind"}).want(http.StatusConflict).is(map[string]string{"code": "milestones-billed"})
	s.get(at + "/status").is(map[string]string{"stage": "fulfilling", "open_amount": "107.10"})

	s.ship(order, "3").is(map[string]string{"state": "shipped"})
	s.awaitStage(order, "invoicing").is(map[string]string{"lines.0.shipped": "3", "lines.0.invoiced": "0"})
	exposure("0.00", "249.90", "107.10")
	s.get(at + "/status").is(map[string]string{"waiting_for.0": "milestone_completion", "who_may_act.0": "sales", "who_may_act.1": "billing"})
	s.pay(customer, "107.10", first).is(map[string]string{"state": "applied"})

	s.post("manager", "/v1/invoices/"+first+"/interventions", body{"action": "retry", "reason": "x"}).want(http.StatusConflict).is(map[string]string{"code": "invoice-of-order"})
	last := s.post("billing", at+"/milestones/2/completion", body{}).want(http.StatusOK).str("invoice")
	s.awaitStage(order, "collecting").is(map[string]string{"milestones.0.invoice": first, "milestones.1.invoice": last})
	s.post("billing", at+"/milestones/2/completion", body{}).want(http.StatusOK).is(map[string]string{"invoice": last})
	s.get("/v1/invoices/" + last).is(map[string]string{"total": "249.90"})
	s.eventually("the mail of the last invoice", func() bool { return s.mails.count("Invoice "+last) == 1 })
	s.pay(customer, "249.90", last).is(map[string]string{"state": "applied"})
	s.awaitStage(order, "closed").is(map[string]string{"outcome": "paid"})
	s.awaitEnd(workflows.OrderID(order))
	s.post("billing", at+"/milestones/1/completion", body{}).want(http.StatusOK).is(map[string]string{"invoice": first})
	s.wantClean()
}

// What milestones may not be is refused with the place where it stands.
func TestMilestonesThatAreNotAWholeAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t)
	customer, sku := s.customer("5000.00", nil), s.product("main", "10")
	consolidated := s.customer("5000.00", body{"invoicing": "consolidated"})
	for name, c := range map[string]struct {
		customer   string
		milestones []body
		pointer    string
		code       string
	}{
		"too little":     {customer, []body{{"name": "a", "percent": "99.9999"}}, "/milestones", "milestones-not-whole"},
		"twice":          {customer, []body{{"name": "a", "percent": "50"}, {"name": "a", "percent": "50"}}, "/milestones/1/name", "milestone-repeated"},
		"nothing":        {customer, []body{{"name": "a", "percent": "0"}, {"name": "b", "percent": "100"}}, "/milestones/0/percent", "invalid-percent"},
		"five decimals":  {customer, []body{{"name": "a", "percent": "33.33333"}, {"name": "b", "percent": "66.66667"}}, "/milestones/0/percent", ""},
		"billed monthly": {consolidated, []body{{"name": "a", "percent": "100"}}, "/milestones", "milestones-consolidated"},
	} {
		request := orderOf(c.customer, "main", sku, "1")
		request["milestones"] = c.milestones
		answer := s.post("sales", "/v1/orders", request).want(http.StatusUnprocessableEntity).is(map[string]string{"errors.0.pointer": c.pointer})
		if c.code != "" && answer.str("errors.0.code") != c.code {
			t.Errorf("%s is refused with %s, want %s", name, answer.str("errors.0.code"), c.code)
		}
	}
}
