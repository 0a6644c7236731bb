package e2e_test

import (
	"net/http"
	"testing"

	"github.com/google/uuid"
)

// Two invoices of 1190.00, due on day 30 and reminded of on day 27, are planned on day 28. By the policy alone they would be dunned on days
// 37, 51, 65 and 79.
//
//	day | the first                       | the second
//	 38 | 400.00 come                     | 800.00 come
//	 40 | 400.00 were to come: paid       | 400.00 were to come: paid
//	 58 |                                 | 390.00 come: the plan is kept
//	 60 | 400.00 were to come: missed     |
//	 61 | level 1 demands 790.00          |
//	 62 | level 2, a day after it, too    |
func TestInstalmentPlansOverREST(t *testing.T) {
	t.Parallel()
	s := startApart(t)
	owes := func() (customer, order, path string) {
		customer = s.customer("5000.00", body{"payment_terms": body{"net_days": 30}})
		order = s.order(customer, "auto", s.product("auto", "10"), "10")
		s.awaitStage(order, "collecting")
		s.skip(order, 28)
		return customer, order, "/v1/invoices/" + s.invoice(order)
	}
	customer, order, path := owes()
	invoice := s.invoice(order)
	parts := func(of ...string) body {
		var instalments []body
		for n := 0; n < len(of); n += 2 {
			instalments = append(instalments, body{"date": of[n], "amount": of[n+1]})
		}
		return body{"instalments": instalments}
	}
	plan := parts(inDays(40), "400.00", inDays(60), "400.00", inDays(80), "390.00")
	for name, c := range map[string]struct {
		role, path    string
		body          body
		status        int
		code, pointer string
	}{
		"by a wrong role":        {"cashier", path, plan, 403, "forbidden", ""},
		"of an unknown invoice":  {"collector", "/v1/invoices/INV-1999-000001", plan, 404, "invoice-not-found", ""},
		"without instalments":    {"collector", path, body{}, 422, "", "/instalments"},
		"of no instalment":       {"collector", path, body{"instalments": []body{}}, 422, "", "/instalments"},
		"1.00005":                {"collector", path, parts(inDays(40), "1.00005"), 422, "", "/instalments/0/amount"},
		"a tenth of a cent":      {"collector", path, parts(inDays(40), "1.001"), 422, "invalid-amount", "/instalments/0/amount"},
		"nothing":                {"collector", path, parts(inDays(40), "0.00"), 422, "", "/instalments/0/amount"},
		"a cent too much":        {"collector", path, parts(inDays(40), "1190.01"), 409, "plan-differs-from-open", "/instalments"},
		"a day that is past":     {"collector", path, parts(inDays(20), "1190.00"), 422, "invalid-instalment-plan", "/instalments/0/date"},
		"no day":                 {"collector", path, parts("2026-02-30", "1190.00"), 422, "", "/instalments/0/date"},
		"two on a day":           {"collector", path, parts(inDays(40), "1.00", inDays(40), "1189.00"), 422, "invalid-instalment-plan", "/instalments/1/date"},
		"with what it has not":   {"collector", path, body{"instalments": plan["instalments"], "interest": "1"}, 422, "", "/interest"},
		"later than in ten year": {"collector", path, parts("2099-01-01", "1190.00"), 422, "invalid-instalment-plan", "/instalments/0/date"},
	} {
		a := s.post(c.role, c.path+"/instalment-plans", c.body)
		if a.Status != c.status || c.code != "" && a.str("code") != c.code || c.pointer != "" && a.str("errors.0.pointer") != c.pointer {
			t.Errorf("%s: %d %s, want %d %s %s", name, a.Status, a.raw, c.status, c.code, c.pointer)
		}
	}
	if a := s.call("collector", http.MethodDelete, path+"/instalment-plans", nil); a.Status != http.StatusConflict || a.str("code") != "no-instalment-plan" {
		t.Errorf("%s", a.raw)
	}

	key := uuid.NewString()
	made := s.callKeyed("collector", key, http.MethodPost, path+"/instalment-plans", plan).want(http.StatusCreated).is(map[string]string{"state": "active", "amount": "1190.00", "settled": "0.00"})
	s.callKeyed("collector", key, http.MethodPost, path+"/instalment-plans", plan).want(http.StatusCreated).is(map[string]string{"id": made.str("id")})
	s.get("/v1/orders/" + order + "/status").is(map[string]string{"next_timer.purpose": "planned instalment 1 of " + invoice})
	if a := s.post("collector", path+"/promises", body{"amount": "1.00", "date": inDays(40)}); a.Status != http.StatusConflict || a.str("code") != "instalment-plan-active" {
		t.Errorf("%s", a.raw)
	}
	s.skip(order, 10)
	s.pay(customer, "400.00", invoice)
	s.skip(order, 20) // day 58
	s.wantRows(invoice, "0 1190.00 sent")
	s.get(path).is(map[string]string{"next_instalment.instalment": "2", "next_instalment.date": inDays(60), "next_instalment.open_amount": "400.00"})
	s.skip(order, 5) // day 63
	s.wantRows(invoice, "0 1190.00 sent", "1 790.00 sent", "2 790.00 sent")
	s.get(path + "/instalment-plans").is(map[string]string{
		"data.0.state": "broken", "data.0.settled": "400.00", "data.0.instalments.0.state": "paid", "data.0.instalments.1.state": "missed", "data.0.instalments.2.state": "open",
	})
	s.get("/v1/tasks?kind=plan_broken&customer_id=" + customer).is(map[string]string{"data.0.invoice": invoice, "data.0.role": "collector"})

	// Another is agreed, by two people: above its authority the collector asks.
	s.call("admin", http.MethodPut, "/v1/authorities", body{"kind": "plan", "role": "collector", "currency": "EUR", "amount": "789.99"}).want(http.StatusOK)
	waits := s.post("collector", path+"/instalment-plans", parts(inDays(90), "790.00")).want(http.StatusAccepted).is(map[string]string{"state": "awaiting_approval"})
	s.get(waits.Header.Get("Location")).is(map[string]string{"kind": "plan", "amount": "790.00", "subject": invoice})
	s.post("manager", "/v1/approvals/"+waits.str("id"), body{"decision": "approve", "reason": "seen"}).want(http.StatusOK)
	s.get(path).is(map[string]string{"next_instalment.plan_id": waits.str("id")})
	for range 2 {
		s.call("collector", http.MethodDelete, path+"/instalment-plans", nil).want(http.StatusOK).is(map[string]string{"state": "withdrawn"})
	}
	s.pay(customer, "790.00", invoice)
	s.awaitStage(order, "closed").is(map[string]string{"outcome": "paid"})

	customer, order, path = owes()
	invoice = s.invoice(order)
	s.post("manager", path+"/instalment-plans", parts(inDays(40), "400.00", inDays(60), "790.00")).want(http.StatusCreated)
	s.skip(order, 10)
	s.pay(customer, "800.00", invoice)
	s.skip(order, 20)
	s.pay(customer, "390.00", invoice)
	s.awaitStage(order, "closed").is(map[string]string{"outcome": "paid"})
	s.wantRows(invoice, "0 1190.00 resolved")
	s.get(path + "/instalment-plans").is(map[string]string{"data.0.state": "kept", "data.0.settled": "1190.00"})
	s.wantClean()
}
