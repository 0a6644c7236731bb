package e2e_test

import (
	"net/http"
	"testing"

	"o2c/workflows"
)

// prepaidOrder enters an order that is paid before it is shipped, and returns it with what is asked for.
func (s *stack) prepaidOrder(customer, sku, quantity string) (order, proforma, reference string) {
	s.t.Helper()
	asked := orderOf(customer, "auto", sku, quantity)
	asked["payment_terms"] = body{"prepayment": true}
	order = s.entered(s.post("sales", "/v1/orders", asked))
	s.awaitStage(order, "awaiting_prepayment").is(map[string]string{"payment_terms.prepayment": "true"})
	status := s.status(order)
	return order, status.str("prepayment.proforma"), status.str("prepayment.payment_reference")
}

// An order is asked for, paid in two parts, shipped, invoiced and closed: the deposit pays its invoice. The bank takes the second part
// back after it closed, and its invoice is open again.
func TestAnOrderIsPaidBeforeItIsShipped(t *testing.T) {
	t.Parallel()
	s := start(t)
	customer, sku := s.customer("10000.00"), s.product("auto", "10")
	order, proforma, reference := s.prepaidOrder(customer, sku, "2")
	due := s.status(order).str("prepayment.due")
	s.status(order).is(map[string]string{
		"blocked_by.code": "prepayment-terms", "waiting_for.0": "prepayment", "who_may_act.0": "cashier", "prepayment.deposited": "0.00", "prepayment.amount": due,
	})
	first := s.pay(customer, "1.00", reference)
	first.is(map[string]string{"state": "applied", "deposits": "1.00", "unapplied": "0.00"})
	s.status(order).is(map[string]string{"stage": "awaiting_prepayment", "prepayment.deposited": "1.00"})
	second := s.pay(customer, due, proforma) // 1.00 too much
	second.is(map[string]string{"state": "partly_applied", "unapplied": "1.00"})
	s.awaitStage(order, "closed").is(map[string]string{"outcome": "paid"})
	s.awaitEnd(workflows.OrderID(order))
	prepayments := s.get("/v1/orders/" + order + "/prepayments")
	prepayments.is(map[string]string{
		"proformas.0.number": proforma, "proformas.0.amount": due, "prepayment_invoices.0.type_code": "386", "prepayment_invoices.0.total": "1.00",
		"prepayment_invoices.1.left": "0.00", "prepayment_invoices.1.payment_id": second.str("id"),
	})
	invoice := prepayments.str("prepayment_invoices.1.uses.0.invoice")
	s.get("/v1/invoices/" + invoice).is(map[string]string{"status": "paid", "deposits_applied": due, "open_amount": "0.00", "prepayments.0.amount": "1.00"})
	s.get("/v1/customers/" + customer + "/account").is(map[string]string{"deposits": "0.00", "receivables": "0.00", "unapplied_cash": "1.00"})
	s.wantClean()

	s.post("cashier", "/v1/payments/"+first.str("id")+"/reversals", body{"reason": "no funds"}).want(http.StatusCreated).
		is(map[string]string{"state": "reversed", "deposits": "0.00"})
	s.awaitStage(order, "collecting")
	s.get("/v1/invoices/" + invoice).is(map[string]string{"open_amount": "1.00"})
	s.pay(customer, "1.00", invoice)
	s.awaitStage(order, "closed").is(map[string]string{"outcome": "paid"})
	s.wantClean()
}

// An order that nobody pays is reminded of and cancelled by the policy's days; what has come of it is the customer's.
func TestAnOrderThatNobodyPaysIsCancelled(t *testing.T) {
	t.Parallel()
	s := start(t)
	customer, sku := s.patience(body{}, "10000.00"), s.product("auto", "10")
	s.call("manager", http.MethodPut, "/v1/credit-policies", body{"name": "patience", "risk_classes": []string{"P"}, "prepayment": body{"remind_days": 3, "cancel_days": 7}}).
		want(http.StatusOK).is(map[string]string{"prepayment.remind_days": "3", "prepayment.cancel_days": "7"})
	order, _, reference := s.prepaidOrder(customer, sku, "2")
	s.pay(customer, "1.00", reference)
	s.status(order).is(map[string]string{"next_timer.purpose": "reminder of the prepayment"})
	s.skip(order, 4)
	s.eventually("the reminder", func() bool {
		return s.status(order).str("next_timer.purpose") == "cancellation for want of the prepayment"
	})
	s.skip(order, 4)
	s.awaitStage(order, "closed").is(map[string]string{"outcome": "cancelled"})
	s.get("/v1/customers/" + customer + "/exposure").is(map[string]string{"deposits": "0.00", "unapplied_cash": "1.00", "on_hold": "0.00"})
	s.get("/v1/orders/" + order + "/prepayments").is(map[string]string{"prepayment_invoices.0.left": "0.00", "prepayment_invoices.0.uses.0.amount": "1.00"})
	for _, terms := range []body{
		{"prepayment": true, "discount_percent": "2", "discount_days": 10}, {"prepayment": true, "instalments": []body{{"percent": "50", "net_days": 1}, {"percent": "50", "net_days": 2}}},
	} {
		refused := orderOf(customer, "auto", sku, "1")
		refused["payment_terms"] = terms
		s.post("sales", "/v1/orders", refused).want(http.StatusUnprocessableEntity).is(map[string]string{"code": "invalid-payment-terms"})
	}
	s.call("manager", http.MethodPut, "/v1/credit-policies", body{"name": "patience", "prepayment": body{"remind_days": 7, "cancel_days": 3}}).
		want(http.StatusUnprocessableEntity).is(map[string]string{"code": "invalid-hold-days", "errors.0.pointer": "/prepayment/cancel_days"})
	s.wantClean()
}
