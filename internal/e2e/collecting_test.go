package e2e_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"
)

// wantRows checks the notices of an invoice with their instalments and reasons: "instalment/level amount state reason".
func (s *stack) wantRows(invoice string, want ...string) {
	s.t.Helper()
	s.eventually("the notices "+fmt.Sprint(want)+" of "+invoice, func() bool {
		var rows []string
		for _, row := range s.get("/v1/invoices/" + invoice + "/dunning-notices").list("data") {
			n, _ := row.(map[string]any)
			text := fmt.Sprint(n["level"], " ", n["amount"], " ", n["state"])
			if n["instalment"] != nil {
				text = fmt.Sprint(n["instalment"], "/", text)
			}
			if n["reason"] != nil {
				text += fmt.Sprint(" ", n["reason"])
			}
			rows = append(rows, text)
		}
		return fmt.Sprint(rows) == fmt.Sprint(want)
	})
}

// inDays is a date so many days from today.
func inDays(n int) string { return time.Now().UTC().AddDate(0, 0, n).Format(time.DateOnly) }

// An invoice in two instalments over 100 days on real timers, with a promise that is broken, one that is kept, and a hold. 10 pieces at
// 100.00 with 19 % tax: 595.00 due on day 30 and 595.00 on day 60.
func TestPromisesAndHoldsOverREST(t *testing.T) {
	t.Parallel()
	s := startApart(t)
	customer := s.customer("5000.00", body{"payment_terms": body{"instalments": []body{{"percent": "50", "net_days": 30}, {"percent": "50", "net_days": 60}}}})
	order := s.order(customer, "auto", s.product("auto", "10"), "10")
	s.awaitStage(order, "collecting")
	invoice := s.invoice(order)
	path := "/v1/invoices/" + invoice

	s.skip(order, 28) // the reminder of the first
	s.wantRows(invoice, "1/0 595.00 sent")
	for name, c := range map[string]struct {
		role    string
		path    string
		body    body
		status  int
		code    string
		pointer string
	}{
		"by a wrong role":         {"cashier", path + "/promises", body{"amount": "1.00", "date": inDays(40)}, 403, "forbidden", ""},
		"of an unknown invoice":   {"collector", "/v1/invoices/INV-1999-000001/promises", body{"amount": "1.00", "date": inDays(40)}, 404, "invoice-not-found", ""},
		"1.00005":                 {"collector", path + "/promises", body{"amount": "1.00005", "date": inDays(40)}, 422, "", "/amount"},
		"a tenth of a cent":       {"collector", path + "/promises", body{"amount": "1.001", "date": inDays(40)}, 422, "invalid-amount", "/amount"},
		"nothing":                 {"collector", path + "/promises", body{"amount": "0.00", "date": inDays(40)}, 422, "", "/amount"},
		"more than is open":       {"collector", path + "/promises", body{"amount": "1190.01", "date": inDays(40)}, 409, "promise-exceeds-open", "/amount"},
		"for a day that is past":  {"collector", path + "/promises", body{"amount": "1.00", "date": inDays(20)}, 422, "promise-in-the-past", "/date"},
		"without a day":           {"collector", path + "/promises", body{"amount": "1.00"}, 422, "", "/date"},
		"a hold without a reason": {"collector", path + "/dunning-holds", body{"until": inDays(40), "reason": ""}, 422, "", "/reason"},
		"a hold of the past":      {"collector", path + "/dunning-holds", body{"until": inDays(20), "reason": "x"}, 422, "hold-in-the-past", "/until"},
	} {
		a := s.post(c.role, c.path, c.body)
		if a.Status != c.status || c.code != "" && a.str("code") != c.code || c.pointer != "" && a.str("errors.0.pointer") != c.pointer {
			t.Errorf("%s: %d %s, want %d %s %s", name, a.Status, a.raw, c.status, c.code, c.pointer)
		}
	}

	key := uuid.NewString()
	asked := body{"amount": "595.00", "date": inDays(45), "note": "by phone"}
	first := s.callKeyed("collector", key, http.MethodPost, path+"/promises", asked).want(http.StatusAccepted)
	first.is(map[string]string{"state": "open", "level": "1", "amount": "595.00", "received": "0.00", "note": "by phone"})
	s.callKeyed("collector", key, http.MethodPost, path+"/promises", asked).want(http.StatusAccepted).is(map[string]string{"id": first.str("id")})
	s.get(first.Header.Get("Location")).is(map[string]string{"state": "open", "date": inDays(45)})
	s.skip(order, 10) // day 38: level 1 of the first instalment is promised
	s.wantRows(invoice, "1/0 595.00 sent", "1/1 0.00 skipped promised")
	s.skip(order, 9) // day 47: nothing came until the end of day 45
	s.wantRows(invoice, "1/0 595.00 sent", "1/1 0.00 skipped promised", "1/1 595.00 sent")
	s.get("/v1/promises/" + first.str("id")).is(map[string]string{"state": "broken"})

	second := s.post("collector", path+"/promises", body{"amount": "595.00", "date": inDays(55)}).want(http.StatusAccepted).is(map[string]string{"level": "2"})
	s.pay(customer, "595.00", invoice)
	s.get(path + "/promises").is(map[string]string{"data.0.state": "broken", "data.1.id": second.str("id"), "data.1.state": "kept", "data.1.received": "595.00"})
	if a := s.call("collector", http.MethodDelete, "/v1/promises/"+second.str("id"), nil); a.Status != http.StatusConflict || a.str("code") != "promise-not-open" {
		t.Errorf("%s", a.raw)
	}

	s.skip(order, 11) // day 58: the reminder of the second instalment came on day 57
	s.wantRows(invoice, "1/0 595.00 resolved", "1/1 0.00 skipped promised", "1/1 595.00 resolved", "2/0 595.00 sent")
	if a := s.call("collector", http.MethodDelete, path+"/dunning-holds", nil); a.Status != http.StatusConflict || a.str("code") != "no-dunning-hold" {
		t.Errorf("%s", a.raw)
	}
	s.post("collector", path+"/dunning-holds", body{"until": inDays(80), "reason": "their system is replaced"}).want(http.StatusCreated).is(map[string]string{"state": "active", "until": inDays(80)})
	s.get("/v1/orders/" + order + "/status").is(map[string]string{"next_timer.purpose": "end of the dunning hold of " + invoice})
	s.skip(order, 25) // day 83: level 1 of the second would have come on day 67
	s.get(path + "/dunning-holds").is(map[string]string{"data.0.state": "expired", "data.0.ended_by": "o2c"})
	s.post("collector", path+"/dunning-holds", body{"until": inDays(90), "reason": "again"}).want(http.StatusCreated)
	for range 2 { // the second call finds it lifted
		s.call("collector", http.MethodDelete, path+"/dunning-holds", nil).want(http.StatusOK).is(map[string]string{"state": "lifted"})
	}
	// Of the nine days that were left on day 58 two had passed when it was held again: level 1 comes on day 89. Level 2, planned for day 81,
	// keeps its distance of a day from it; level 3 is planned for day 95.
	s.skip(order, 8) // day 91
	s.wantRows(invoice, "1/0 595.00 resolved", "1/1 0.00 skipped promised", "1/1 595.00 resolved", "2/0 595.00 sent", "2/1 595.00 sent", "2/2 595.00 sent")

	third := s.post("collector", path+"/promises", body{"amount": "1.00", "date": inDays(100)}).want(http.StatusAccepted).is(map[string]string{"level": "2"}).str("id")
	for range 2 {
		s.call("collector", http.MethodDelete, "/v1/promises/"+third, nil).want(http.StatusOK).is(map[string]string{"state": "withdrawn"})
	}
	s.pay(customer, "595.00", invoice)
	s.awaitStage(order, "closed").is(map[string]string{"outcome": "paid"})
	s.wantClean()
}

// An invoice that belongs to no single order is collected in the same way.
func TestPromisesAndHoldsOfAnInvoiceOfTwoOrders(t *testing.T) {
	t.Parallel()
	s := startApart(t)
	customer := s.customer("5000.00", body{"invoicing": "consolidated", "billing_period": "weekly"})
	sku := s.product("auto", "10")
	a, b := s.order(customer, "auto", sku, "2"), s.order(customer, "auto", sku, "3")
	s.awaitStage(a, "invoicing")
	s.awaitStage(b, "invoicing")
	s.skip(a, 8)
	s.awaitStage(a, "collecting")
	invoice := s.invoice(a)
	path := "/v1/invoices/" + invoice
	s.post("collector", path+"/promises", body{"amount": "100.00", "date": inDays(20)}).want(http.StatusAccepted).is(map[string]string{"state": "open"})
	s.post("collector", path+"/dunning-holds", body{"until": inDays(50), "reason": "x"}).want(http.StatusCreated)
	s.skip(a, 20)
	s.get(path + "/promises").is(map[string]string{"data.0.state": "broken"})
	s.wantRows(invoice)
	s.call("collector", http.MethodDelete, path+"/dunning-holds", nil).want(http.StatusOK)
	s.skip(a, 30)
	s.pay(customer, "595.00", invoice)
	s.awaitStage(a, "closed").is(map[string]string{"outcome": "paid"})
	s.awaitStage(b, "closed").is(map[string]string{"outcome": "paid"})
	s.wantClean()
}
