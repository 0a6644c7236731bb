package e2e_test

import (
	"net/http"
	"sync"
	"testing"

	"github.com/google/uuid"

	"o2c/workflows"
)

// together runs n calls at the same time and returns their answers.
func (s *stack) together(n int, call func(i int) (answer, error)) []answer {
	s.t.Helper()
	answers := make([]answer, n)
	errs := make([]error, n)
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { answers[i], errs[i] = call(i) })
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			s.t.Fatal(err)
		}
	}
	return answers
}

func TestFiftyPostsWithOneKeyAreOneOrder(t *testing.T) {
	t.Parallel()
	s := start(t)
	customer, sku, key := s.customer("100000.00"), s.product("main", "100"), uuid.NewString()
	post := func(int) (answer, error) {
		return s.try("sales", key, http.MethodPost, "/v1/orders", orderOf(customer, "main", sku, "1"))
	}
	ids := map[string]bool{}
	for _, a := range s.together(50, post) {
		switch a.want(http.StatusCreated, http.StatusConflict).Status {
		case http.StatusCreated:
			ids[a.str("id")] = true
		case http.StatusConflict:
			a.is(map[string]string{"code": "idempotency-key-in-use"})
		}
	}
	again, err := post(0)
	if err != nil {
		t.Fatal(err)
	}
	again.want(http.StatusCreated)
	ids[again.str("id")] = true
	if len(ids) != 1 || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("one key made the orders %v (replayed: %q)", ids, again.Header.Get("Idempotency-Replayed"))
	}
	if n := len(s.get("/v1/orders?customer_id=" + customer).list("data")); n != 1 {
		t.Errorf("there are %d orders, want 1", n)
	}
	s.callKeyed("sales", key, http.MethodPost, "/v1/orders", orderOf(customer, "main", sku, "2")).
		want(http.StatusUnprocessableEntity).is(map[string]string{"code": "idempotency-key-reused"})
	s.wantClean()
}

// Fifty orders at once against credit for ten: ten pass, forty wait. Then one is paid, and one more passes.
func TestFiftyOrdersAgainstCreditForTen(t *testing.T) {
	t.Parallel()
	s := start(t)
	customer, sku := s.customer("1190.00"), s.product("auto", "100")
	stages := map[string]int{}
	var passed string
	answers := s.together(50, func(int) (answer, error) {
		return s.try("sales", uuid.NewString(), http.MethodPost, "/v1/orders", orderOf(customer, "auto", sku, "1"))
	})
	for _, a := range answers {
		// On a busy machine the last of the crowd are accepted, and entered a little later.
		order := a.want(http.StatusCreated, http.StatusAccepted).str("id")
		s.eventually("the entry of "+order, func() bool { return s.get("/v1/orders/"+order).str("stage") != "received" })
		stage := s.get("/v1/orders/" + order).str("stage")
		if stage != "credit_hold" {
			stage, passed = "passed", a.str("id")
		}
		stages[stage]++
	}
	if stages["passed"] != 10 || stages["credit_hold"] != 40 {
		t.Fatalf("stages are %v, want 10 passed and 40 on hold", stages)
	}
	s.get("/v1/customers/" + customer + "/exposure").is(map[string]string{"exposure": "1190.00", "available": "0.00", "on_hold": "4760.00"})
	s.awaitStage(passed, "collecting")
	s.pay(customer, "119.00", s.invoice(passed))
	s.eventually("the recheck of the held orders", func() bool {
		return len(s.get("/v1/orders?customer_id="+customer+"&stage=credit_hold").list("data")) == 39
	})
	s.get("/v1/customers/" + customer + "/exposure").is(map[string]string{"exposure": "1190.00", "available": "0.00"})
	s.wantClean()
}

func TestHoldReleaseAndRejection(t *testing.T) {
	t.Parallel()
	s := start(t)
	customer, sku := s.customer("100.00"), s.product("auto", "100")
	released, rejected := s.order(customer, "auto", sku, "1"), s.order(customer, "auto", sku, "2")
	s.get("/v1/orders/" + released + "/status").is(map[string]string{"stage": "credit_hold", "blocked_by.code": "credit-hold", "waiting_for.0": "credit_decision"})
	decide := func(role, order string, decision body) answer {
		return s.post(role, "/v1/orders/"+order+"/credit-decisions", decision)
	}
	decide("sales", released, body{"decision": "release", "reason": "good customer"}).want(http.StatusForbidden)
	decide("credit", released, body{"decision": "release", "reason": "x", "up_to": "118.99"}).want(http.StatusUnprocessableEntity).is(map[string]string{"code": "release-below-total"})
	decide("credit", released, body{"decision": "release", "reason": "x", "valid_until": "2020-01-01"}).want(http.StatusUnprocessableEntity).is(map[string]string{"code": "release-expired"})
	decide("credit", released, body{"decision": "release", "reason": "good customer", "up_to": "119.00"}).want(http.StatusOK, http.StatusCreated)
	s.awaitStage(released, "collecting")
	decide("credit", released, body{"decision": "release", "reason": "again"}).want(http.StatusConflict).is(map[string]string{"code": "order-not-on-hold"})
	decide("credit", rejected, body{"decision": "reject", "reason": "no"}).want(http.StatusOK, http.StatusCreated)
	s.awaitStage(rejected, "closed").is(map[string]string{"outcome": "rejected"})
	s.awaitEnd(workflows.OrderID(rejected))
	s.keep("rejected", workflows.OrderID(rejected))
	s.keep("released", workflows.OrderID(released)) // still open: an open order must replay as well

	unlimited := s.customer("")
	waiting := s.order(unlimited, "auto", sku, "1")
	s.get("/v1/orders/" + waiting).is(map[string]string{"stage": "awaiting_prepayment"})
	s.call("credit", http.MethodPut, "/v1/customers/"+unlimited+"/credit-limit", body{"unlimited": true, "currency": "EUR", "reason": "state-owned"}).want(http.StatusOK)
	s.awaitStage(waiting, "collecting")
	s.wantClean()
}

func TestABackorderIsServedByAReceiptAndACancellationFreesStock(t *testing.T) {
	t.Parallel()
	s := start(t)
	customer, sku := s.customer("100000.00"), s.product("auto", "1")
	order := s.order(customer, "auto", sku, "3")
	s.eventually("the first invoice", func() bool { return len(s.invoices(order)) == 1 })
	s.get("/v1/orders/" + order).is(map[string]string{"stage": "fulfilling", "lines.0.shipped": "1", "lines.0.backordered": "2"})
	s.get("/v1/orders/" + order + "/status").is(map[string]string{"waiting_for.0": "stock"})
	s.receive(sku, "auto", "5")
	s.awaitStage(order, "collecting").is(map[string]string{"lines.0.shipped": "3", "lines.0.backordered": "0"})
	if n := len(s.invoices(order)); n != 2 {
		t.Errorf("the order has %d invoices, want 2", n)
	}
	s.receive(sku, "main", "4")
	cancelled := s.order(customer, "main", sku, "4")
	s.ship(cancelled, "1")
	s.eventually("the invoice", func() bool { return len(s.invoices(cancelled)) == 1 })
	s.post("sales", "/v1/orders/"+cancelled+"/cancellation", body{"reason": "changed my mind"}).want(http.StatusOK)
	s.keep("backordered", workflows.OrderID(order))
	s.awaitStage(cancelled, "collecting").is(map[string]string{"lines.0.cancelled": "3", "lines.0.shipped": "1"})
	s.post("sales", "/v1/orders/"+cancelled+"/cancellation", body{"reason": "again"}).want(http.StatusConflict).is(map[string]string{"code": "nothing-to-cancel"})
	s.get("/v1/products/" + sku).is(map[string]string{"stock.0.warehouse_id": "auto", "stock.0.available": "3", "stock.1.available": "3"})
	s.post("warehouse", "/v1/orders/"+cancelled+"/shipments", body{"lines": []body{{"line": 1, "quantity": "1"}}}).want(http.StatusConflict, http.StatusUnprocessableEntity)
	gone := s.order(customer, "main", sku, "1")
	s.post("sales", "/v1/orders/"+gone+"/cancellation", body{"reason": "no"}).want(http.StatusOK)
	s.awaitStage(gone, "closed").is(map[string]string{"outcome": "cancelled"})
	s.awaitEnd(workflows.OrderID(gone))
	s.keep("cancelled", workflows.OrderID(gone))
	s.wantClean()
}

// What the book can't hold is refused with its reason, and not left on its way.
func TestAPaymentThatTheBookCannotHoldFails(t *testing.T) {
	t.Parallel()
	s := start(t)
	customer := s.customer("100.00")
	s.pay(customer, "999999999999999.00", "").is(map[string]string{"state": "unapplied"})
	refused := s.post("cashier", "/v1/payments", body{"customer_id": customer, "amount": "999999999999999.00", "currency": "EUR", "method": "cash"}).
		want(http.StatusUnprocessableEntity).is(map[string]string{"code": "account-total-exceeded", "errors.0.pointer": "/amount"})
	if refused.Header.Get("Location") != "" {
		t.Errorf("a refused payment has the location %q", refused.Header.Get("Location"))
	}
	s.pay(customer, "0.99", "").is(map[string]string{"state": "unapplied"})
	s.wantClean()
}

func TestMoneyThatIsNotOwedStaysUnapplied(t *testing.T) {
	t.Parallel()
	s := start(t)
	customer, sku := s.customer("100000.00"), s.product("auto", "100")
	order := s.order(customer, "auto", sku, "1")
	s.awaitStage(order, "collecting")
	invoice := s.invoice(order)
	first := s.pay(customer, "119.00", invoice)
	s.awaitStage(order, "closed")
	second := s.pay(customer, "119.00", invoice).is(map[string]string{"state": "unapplied", "applied": "0.00", "unapplied": "119.00"})
	if first.str("id") == second.str("id") {
		t.Error("two payments have one id")
	}
	s.get("/v1/customers/" + customer + "/exposure").is(map[string]string{"unapplied_cash": "119.00", "exposure": "-119.00"})
	over := s.order(customer, "auto", sku, "1")
	s.awaitStage(over, "collecting")
	s.pay(customer, "150.00", s.invoice(over)).is(map[string]string{"state": "partly_applied", "applied": "119.00", "unapplied": "31.00"})
	s.awaitStage(over, "closed")
	short := s.order(customer, "auto", sku, "1")
	s.awaitStage(short, "collecting")
	s.pay(customer, "118.99", s.invoice(short))
	s.get("/v1/invoices/" + s.invoice(short)).is(map[string]string{"status": "partly_paid", "open_amount": "0.01"})
	s.post("cashier", "/v1/payments", body{"amount": "5.00", "currency": "EUR", "method": "bank_transfer", "reference": "who am I"}).
		want(http.StatusCreated).is(map[string]string{"state": "unapplied"})
	s.wantClean()
}
