package e2e_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/google/uuid"

	"o2c/workflows"
)

// An order is paid early with its discount and closes. Then the bank takes the payment back: the order collects again with its old due
// date, is dunned on real timers, and closes once more when it is paid. 2 × 100.00 with 19 % tax, 2 % off within ten days.
func TestAReversedPaymentBringsTheOrderBack(t *testing.T) {
	t.Parallel()
	s := start(t)
	customer := s.customer("5000.00", body{"payment_terms": body{"net_days": 30, "discount_percent": "2", "discount_days": 10}})
	order := s.order(customer, "auto", s.product("auto", "10"), "2")
	s.awaitStage(order, "collecting")
	invoice := s.invoice(order)
	due := s.get("/v1/invoices/" + invoice).str("due_date")
	paid := s.pay(customer, "233.24", invoice).is(map[string]string{
		"state": "applied", "applications.0.amount": "233.24", "applications.0.discount": "4.76", "applications.0.n": "1", "applications.0.rule": "invoice_number",
	})
	payment := paid.str("id")
	s.awaitStage(order, "closed").is(map[string]string{"outcome": "paid"})
	s.awaitEnd(workflows.OrderID(order))
	s.get("/v1/invoices/" + invoice).is(map[string]string{"status": "paid", "paid": "233.24", "discount": "4.76", "open_amount": "0.00"})

	key := uuid.NewString()
	reversal := body{"reason": "Returned by the payer's bank", "reason_code": "AM04", "fee": "3.00"}
	path := "/v1/payments/" + payment + "/reversals"
	for _, replayed := range []string{"", "true"} {
		a := s.callKeyed("cashier", key, http.MethodPost, path, reversal).want(http.StatusCreated).is(map[string]string{
			"state": "reversed", "applied": "0.00", "reversed": "233.24", "reversals.0.n": "1", "reversals.0.fee": "3.00", "undone_applications.0.discount": "4.76",
		})
		if got := a.Header.Get("Idempotency-Replayed"); got != replayed || a.Header.Get("Location") != "/v1/payments/"+payment {
			t.Errorf("replayed %q, want %q; at %s", got, replayed, a.Header.Get("Location"))
		}
	}
	s.get("/v1/orders/" + order).is(map[string]string{"stage": "collecting", "outcome": "<nil>", "closed_at": "<nil>"})
	s.get("/v1/invoices/" + invoice).is(map[string]string{"status": "open", "open_amount": "238.00", "due_date": due, "discount": "0.00"})
	s.get("/v1/customers/" + customer + "/exposure").is(map[string]string{"open_invoices": "238.00", "unapplied_cash": "0.00", "exposure": "238.00"})

	s.skip(order, 38) // a week after the due date
	s.wantNotices(invoice, notice{"0", "238.00", "sent"}, notice{"1", "238.00", "sent"})
	s.pay(customer, "238.00", invoice)
	s.awaitStage(order, "closed").is(map[string]string{"outcome": "paid"})
	s.awaitEnd(workflows.OrderID(order))
	s.keep("reversed-after-its-end", workflows.OrderID(order))
	var kinds []string
	for _, row := range s.get("/v1/orders/" + order + "/timeline").list("data") {
		event, _ := row.(map[string]any)
		kinds = append(kinds, fmt.Sprint(event["kind"]))
	}
	for _, kind := range []string{"payment-applied", "payment-unapplied", "reopened", "dunned", "closed"} {
		if !slices.Contains(kinds, kind) {
			t.Errorf("the timeline has no %s: %v", kind, kinds)
		}
	}

	// The bank pays the first one again: nothing is open any more, so the customer has it to its credit.
	won := "/v1/payments/" + payment + "/reversals/1/won"
	s.post("cashier", won, nil).want(http.StatusCreated).is(map[string]string{"state": "unapplied", "unapplied": "233.24", "reversed": "0.00"})
	if a := s.post("cashier", won, nil).want(http.StatusConflict); a.str("code") != "reversal-won" {
		t.Errorf("%s", a.raw)
	}
	s.get("/v1/customers/" + customer + "/exposure").is(map[string]string{"exposure": "-233.24", "unapplied_cash": "233.24"})
	s.wantClean()
}

// What a cashier may do to a payment, good and bad, through REST.
func TestPaymentsAreChangedByHand(t *testing.T) {
	t.Parallel()
	s := start(t)
	customer := s.customer("5000.00", body{"tolerance": body{"absolute": "0.50", "percent": "1"}, "overpayment_policy": "keep"})
	s.get("/v1/customers/" + customer).is(map[string]string{"tolerance.absolute": "0.50", "tolerance.percent": "1", "overpayment_policy": "keep"})
	order := s.order(customer, "auto", s.product("auto", "10"), "1")
	s.awaitStage(order, "collecting")
	invoice := s.invoice(order)

	nobodys := s.post("cashier", "/v1/payments", body{"amount": "150.00", "currency": "EUR", "method": "cheque", "reference": "thank you"}).
		want(http.StatusCreated).is(map[string]string{"state": "unapplied", "customer_id": "<nil>"}).str("id")
	path := "/v1/payments/" + nobodys
	for name, c := range map[string]struct {
		role   string
		path   string
		body   any
		status int
		code   string
		at     string
	}{
		"by a wrong role":             {"collector", path + "/applications", body{"invoice": invoice, "amount": "1.00"}, 403, "forbidden", ""},
		"of an unknown payment":       {"cashier", "/v1/payments/pay_none/refunds", body{"amount": "1.00", "reason": ""}, 404, "payment-not-found", ""},
		"to an unknown invoice":       {"cashier", path + "/applications", body{"invoice": "INV-1999-000001", "amount": "1.00"}, 422, "invoice-not-found", "/invoice"},
		"a tenth of a cent":           {"cashier", path + "/applications", body{"invoice": invoice, "amount": "1.001"}, 422, "invalid-amount", "/amount"},
		"1.00005 EUR":                 {"cashier", path + "/refunds", body{"amount": "1.00005", "reason": ""}, 422, "", "/amount"},
		"a number for an amount":      {"cashier", path + "/refunds", body{"amount": 1, "reason": ""}, 422, "", "/amount"},
		"nothing":                     {"cashier", path + "/reversals", body{"amount": "0.00", "reason": ""}, 422, "", "/amount"},
		"without a reason":            {"cashier", path + "/reversals", body{}, 422, "", "/reason"},
		"with an unknown field":       {"cashier", path + "/refunds", body{"amount": "1.00", "reason": "", "iban": "x"}, 422, "", "/iban"},
		"a fee finer than a cent":     {"cashier", path + "/reversals", body{"reason": "", "fee": "0.001"}, 422, "invalid-amount", "/fee"},
		"a fee above the payment":     {"cashier", path + "/reversals", body{"reason": "", "fee": "150.01"}, 422, "fee-exceeds-payment", "/fee"},
		"a charge of no fee":          {"cashier", path + "/reversals", body{"reason": "", "recharge": true}, 422, "fee-missing", "/recharge"},
		"a charge to nobody":          {"cashier", path + "/reversals", body{"reason": "", "fee": "1.00", "recharge": true}, 409, "payer-unknown", "/recharge"},
		"more than is unapplied":      {"cashier", path + "/applications", body{"invoice": invoice, "amount": "150.01"}, 409, "amount-exceeds-unapplied", "/amount"},
		"more than is open":           {"cashier", path + "/applications", body{"invoice": invoice, "amount": "119.51"}, 409, "amount-exceeds-open", ""},
		"a refund of more":            {"cashier", path + "/refunds", body{"amount": "150.01", "reason": ""}, 409, "refund-exceeds-unapplied", "/amount"},
		"a reversal of more":          {"cashier", path + "/reversals", body{"amount": "150.01", "reason": ""}, 409, "reversal-exceeds-payment", ""},
		"a reversal that never was":   {"cashier", path + "/reversals/1/won", nil, 404, "reversal-not-found", ""},
		"a reversal without a number": {"cashier", path + "/reversals/one/won", nil, 404, "", ""},
		"a tolerance finer than a cent": {"credit", "/v1/customers", body{"name": "X", "email": "x@example.com", "country": "DE", "currency": "EUR",
			"tolerance": body{"absolute": "0.001", "percent": "1"}}, 422, "invalid-amount", "/tolerance/absolute"},
		"a tolerance of 101 percent": {"credit", "/v1/customers", body{"name": "X", "email": "x@example.com", "country": "DE", "currency": "EUR",
			"tolerance": body{"absolute": "1.00", "percent": "101"}}, 422, "", "/tolerance/percent"},
		"half a tolerance": {"credit", "/v1/customers", body{"name": "X", "email": "x@example.com", "country": "DE", "currency": "EUR",
			"tolerance": body{"absolute": "1.00"}}, 422, "", "/tolerance/percent"},
		"another policy": {"credit", "/v1/customers", body{"name": "X", "email": "x@example.com", "country": "DE", "currency": "EUR",
			"overpayment_policy": "eat"}, 422, "", "/overpayment_policy"},
		"a deduction without a reason": {"cashier", "/v1/payments", body{"amount": "1.00", "currency": "EUR", "method": "cash",
			"remittance": []body{{"invoice": invoice, "amount": "1.00", "deduction": body{"amount": "1.00"}}}}, 422, "", "/remittance/0/deduction/reason"},
		"a deduction finer than a cent": {"cashier", "/v1/payments", body{"amount": "1.00", "currency": "EUR", "method": "cash",
			"remittance": []body{{"invoice": invoice, "amount": "1.00", "deduction": body{"amount": "0.001", "reason": "freight"}}}}, 422, "invalid-amount", "/remittance/0/deduction/amount"},
	} {
		a := s.post(c.role, c.path, c.body)
		if a.Status != c.status || c.code != "" && a.str("code") != c.code {
			t.Errorf("%s: %d %s, want %d %s", name, a.Status, a.raw, c.status, c.code)
		} else if c.at != "" && a.str("errors.0.pointer") != c.at {
			t.Errorf("%s: points at %q, want %q", name, a.str("errors.0.pointer"), c.at)
		}
	}

	s.post("cashier", path+"/applications", body{"invoice": invoice, "amount": "118.60"}).want(http.StatusCreated).is(map[string]string{
		"state": "partly_applied", "customer_id": customer, "unapplied": "31.40", "applications.0.payment_difference": "0.40",
		"applications.0.difference_reason": "tolerance", "applications.0.rule": "manual",
	})
	s.awaitStage(order, "closed").is(map[string]string{"outcome": "paid"})
	s.post("cashier", path+"/refunds", body{"amount": "31.40", "reason": "too much"}).want(http.StatusCreated).is(map[string]string{
		"state": "partly_refunded", "refunded": "31.40", "unapplied": "0.00", "refunds.0.n": "1", "refunds.0.amount": "31.40",
	})
	for range 2 { // the second call finds it done
		s.call("cashier", http.MethodDelete, path+"/applications/1", nil).want(http.StatusOK).is(map[string]string{
			"applied": "0.00", "unapplied": "118.60", "undone_applications.0.n": "1",
		})
	}
	if a := s.call("cashier", http.MethodDelete, path+"/applications/2", nil).want(http.StatusNotFound); a.str("code") != "application-not-found" {
		t.Errorf("%s", a.raw)
	}
	s.get("/v1/orders/" + order).is(map[string]string{"stage": "collecting"})
	s.get("/v1/payments?state=partly_refunded&customer_id=" + customer).is(map[string]string{"data.0.id": nobodys, "data.0.reversals": "[]"})
	s.post("cashier", path+"/applications", body{"invoice": invoice, "amount": "118.60"}).want(http.StatusCreated)
	s.awaitStage(order, "closed")

	// The bank takes all back, what was refunded as well: the customer owes that again, and what it costs.
	account := "/v1/customers/" + customer + "/account"
	bounced := s.post("cashier", path+"/reversals", body{"reason": "bounced", "fee": "2.00", "recharge": true}).want(http.StatusCreated).is(map[string]string{
		"state": "reversed", "refunded": "0.00", "reversed": "150.00", "reversals.0.claimed": "31.40", "reversals.0.fee": "2.00",
	})
	fee := bounced.str("reversals.0.debit_notes.1")
	s.get(account).is(map[string]string{
		"open_items.0.kind": "refund_recovery", "open_items.0.number": bounced.str("reversals.0.debit_notes.0"), "open_items.0.open_amount": "31.40",
		"open_items.1.kind": "fee", "open_items.1.number": fee, "open_items.1.invoice": invoice, "open_items.2.kind": "invoice", "open_items.2.open_amount": "119.00",
		"receivables": "152.40",
	})
	s.get("/v1/customers/" + customer + "/exposure").is(map[string]string{"open_invoices": "152.40"})
	s.post("cashier", path+"/reversals/1/won", nil).want(http.StatusCreated).is(map[string]string{"state": "partly_refunded", "refunded": "31.40", "applied": "118.60"})
	s.awaitStage(order, "closed")
	s.get(account).is(map[string]string{"open_items.0.number": fee, "open_items.0.amount": "2.00", "receivables": "2.00"})
	s.post("cashier", "/v1/payments", body{"customer_id": customer, "amount": "2.00", "currency": "EUR", "method": "cash", "remittance": []body{{"invoice": fee, "amount": "2.00"}}}).
		want(http.StatusCreated).is(map[string]string{"state": "applied", "applications.0.invoice": fee})
	s.get(account).is(map[string]string{"receivables": "0.00"})
	s.wantClean()
}
