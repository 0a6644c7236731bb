package e2e_test

import (
	"net/http"
	"testing"
	"time"

	"o2c/internal/testkit"
)

// An invoice that belongs to no single order is parked at a dispute that the database refuses: its status says so, a manager skips the
// dispute, and has another one taken again once the cause is cured. An invoice of an order is moved on with its order.
func TestAParkedInvoiceIsMovedOn(t *testing.T) {
	t.Parallel()
	s := startApart(t)
	customer := s.customer("5000.00", body{"invoicing": "consolidated", "billing_period": "weekly"})
	order := s.order(customer, "auto", s.product("auto", "10"), "2")
	s.awaitStage(order, "invoicing")
	over, err := time.Parse(time.RFC3339, s.get("/v1/orders/"+order+"/status").str("next_timer.at"))
	if err != nil {
		t.Fatal(err)
	}
	s.skip(order, int(time.Until(over).Hours()/24)+1)
	s.awaitStage(order, "collecting")
	number := s.invoice(order)
	at := "/v1/invoices/" + number
	s.get(at + "/status").is(map[string]string{"stage": "collecting", "blocked_by": "<nil>", "waiting_for.0": "payment", "open_amount": "238.00"})
	retry := body{"action": "retry", "reason": "cured"}
	s.post("manager", at+"/interventions", retry).want(http.StatusConflict).is(map[string]string{"code": "invoice-not-parked"})

	owner := testkit.Database(t, testkit.AsOwner, testkit.MaxConns(1))
	repair := func(sql string) {
		t.Helper()
		if _, err := owner.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	dispute := func() string {
		t.Helper()
		return s.post("collector", at+"/disputes", body{"amount": "10.00", "reason": "quality", "note": "", "raised_by": "buyer"}).want(http.StatusAccepted).str("id")
	}
	parked := func() bool {
		status := s.get(at + "/status")
		return status.str("blocked_by.code") == "technical:disputes-under-repair" && status.str("waiting_for.0") == "intervention"
	}
	repair(`ALTER TABLE disputes ADD CONSTRAINT disputes_under_repair CHECK (false) NOT VALID`)
	first := dispute()
	s.eventually("the invoice to be parked", parked)
	s.post("collector", at+"/interventions", retry).want(http.StatusForbidden)
	s.post("manager", at+"/interventions", body{"action": "cancel", "reason": "x"}).want(http.StatusUnprocessableEntity)
	s.post("manager", at+"/interventions", body{"action": "skip", "reason": "told by mistake"}).want(http.StatusOK)
	s.eventually("the dispute to be refused", func() bool { return s.get("/v1/disputes/"+first).str("state") == "refused" })

	second := dispute()
	s.eventually("the invoice to be parked", parked)
	repair(`ALTER TABLE disputes DROP CONSTRAINT disputes_under_repair`)
	s.post("admin", at+"/interventions", retry).want(http.StatusOK)
	s.eventually("the dispute to be opened", func() bool { return s.get("/v1/disputes/"+second).str("state") == "open" })
	s.eventually("the invoice to go on", func() bool { return s.get(at+"/status").at("blocked_by") == nil })
	s.get(at + "/status").is(map[string]string{"blocked_by": "<nil>", "open_amount": "238.00"})

	s.post("collector", "/v1/disputes/"+second+"/resolution", body{"outcome": "rejected", "note": "it is fine"}).want(http.StatusOK)
	s.pay(customer, "238.00", number).is(map[string]string{"state": "applied"})
	s.awaitStage(order, "closed").is(map[string]string{"outcome": "paid"})
	s.eventually("the invoice to be closed", func() bool { return s.get(at+"/status").str("stage") == "closed" })
	s.post("manager", at+"/interventions", retry).want(http.StatusConflict).is(map[string]string{"code": "invoice-not-parked"})
	s.post("manager", "/v1/invoices/INV-2026-999999/interventions", retry).want(http.StatusNotFound)
	s.wantClean()
}
