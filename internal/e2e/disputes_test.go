package e2e_test

import (
	"net/http"
	"testing"
	"time"

	"o2c/workflows"
)

// A part of an invoice is disputed twice, side by side, over 130 days on real timers. 10 pieces at 100.00 with 19 % tax: 1190.00 due on
// day 30, dunned on days 27, 37, 51, 65 and 79, the last one the agency's.
//
//	day   0  190.00 are disputed (A), 27 days before level 0
//	day  27  level 0 demands the 1000.00 that are left
//	day  30  300.00 more are disputed (B), 7 days before level 1
//	day  37  level 1 demands 700.00
//	day  40  A is rejected: it joins from day 67 on
//	day  51  level 2 demands 700.00
//	day  60  B is rejected: it joins from day 67 on
//	day  65  level 3 demands 700.00
//	day  79  the agency's level demands 1190.00
//
// Nobody answers A in time: it is late after two weeks of business.
func TestAPartIsDisputedTwice(t *testing.T) {
	t.Parallel()
	s := startApart(t)
	customer := s.customer("5000.00")
	order := s.order(customer, "auto", s.product("auto", "10"), "10")
	s.awaitStage(order, "collecting")
	invoice := s.invoice(order)
	raise := func(amount, reason string) string {
		t.Helper()
		return s.post("collector", "/v1/invoices/"+invoice+"/disputes", body{"amount": amount, "reason": reason, "note": "", "raised_by": "buyer"}).
			want(http.StatusAccepted).is(map[string]string{"state": "open", "amount": amount}).str("id")
	}
	reject := func(dispute string) {
		t.Helper()
		s.post("collector", "/v1/disputes/"+dispute+"/resolution", body{"outcome": "rejected", "note": "as ordered", "root_cause": "misread_offer", "department": "customer"}).want(http.StatusOK)
	}
	first := raise("190.00", "pricing")
	if s.get("/v1/disputes/"+first).str("due_at") <= time.Now().UTC().Format(time.RFC3339) {
		t.Error("it is due at once")
	}
	s.get("/v1/orders/" + order + "/status").is(map[string]string{"next_timer.purpose": "owner of a dispute of " + invoice})
	s.skip(order, 28)
	s.wantRows(invoice, "0 1000.00 sent")
	for _, role := range []string{"collector", "manager"} { // to be owned and reminded, and escalated
		var waiting int
		if err := s.pool.QueryRow(t.Context(), `SELECT count(*) FROM tasks WHERE kind = 'dispute' AND invoice = $1 AND role = $2 AND closed_at IS NULL`, invoice, role).Scan(&waiting); err != nil {
			t.Fatal(err)
		}
		if want := map[string]int{"collector": 2, "manager": 1}[role]; waiting != want {
			t.Errorf("%d tasks of %s wait, want %d", waiting, role, want)
		}
	}
	s.get("/v1/disputes?overdue=true&customer_id=" + customer).is(map[string]string{"data.0.id": first})
	s.skip(order, 2) // day 30
	second := raise("300.00", "quality")
	s.post("collector", "/v1/disputes/"+second+"/actions", body{"owner": "j.doe", "ask": "Which pieces?"}).want(http.StatusOK).is(map[string]string{"state": "awaiting_customer"})
	s.skip(order, 10) // day 40
	s.wantRows(invoice, "0 1000.00 sent", "1 700.00 sent")
	reject(first)
	s.skip(order, 20) // day 60
	s.wantRows(invoice, "0 1000.00 sent", "1 700.00 sent", "2 700.00 sent")
	s.post("collector", "/v1/disputes/"+second+"/actions", body{"answer": "All of them"}).want(http.StatusOK).is(map[string]string{"state": "open"})
	reject(second)
	s.get("/v1/disputes/" + second).is(map[string]string{"state": "rejected", "root_cause": "misread_offer", "department": "customer"})
	s.skip(order, 8) // day 68
	s.wantRows(invoice, "0 1000.00 sent", "1 700.00 sent", "2 700.00 sent", "3 700.00 sent")
	s.skip(order, 12) // day 80
	s.wantRows(invoice, "0 1000.00 sent", "1 700.00 sent", "2 700.00 sent", "3 700.00 sent", "4 1190.00 queued")
	s.pay(customer, "1190.00", invoice)
	s.awaitStage(order, "closed").is(map[string]string{"outcome": "paid"})
	s.awaitEnd(workflows.OrderID(order))
	s.keep("disputed-twice", workflows.OrderID(order))
	s.wantClean()
}

// Disputes of all that is open race with a payment of most of it: whatever comes first, one of them holds what is left, and no cent is
// disputed that is not open.
func TestDisputesRaceWithAPayment(t *testing.T) {
	t.Parallel()
	s := start(t)
	customer := s.customer("5000.00")
	order := s.order(customer, "auto", s.product("auto", "10"), "10")
	s.awaitStage(order, "collecting")
	invoice := s.invoice(order)
	for _, a := range s.together(5, func(i int) (answer, error) {
		if i == 0 {
			return s.try("cashier", "pay-"+invoice, http.MethodPost, "/v1/payments", body{"customer_id": customer, "amount": "1000.00", "currency": "EUR", "method": "bank_transfer", "reference": invoice})
		}
		return s.try("collector", "dispute-"+invoice+string(rune('a'+i)), http.MethodPost, "/v1/invoices/"+invoice+"/disputes", body{"reason": "quality", "note": "", "raised_by": "buyer"})
	}) {
		a.want(http.StatusCreated, http.StatusAccepted, http.StatusConflict)
	}
	s.eventually("all of the rest to be disputed", func() bool {
		shown := s.get("/v1/invoices/" + invoice)
		return shown.str("open_amount") == shown.str("disputed_amount") || shown.str("disputed_amount") == "0.00" && shown.str("open_amount") == "190.00"
	})
	s.wantClean()
}
