package e2e_test

import (
	"fmt"
	"net/http"
	"testing"

	"o2c/workflows"
)

// patience is a credit policy that something is done by about orders on hold, and a customer whom it is for.
func (s *stack) patience(hold body, limit string) string {
	s.t.Helper()
	s.call("manager", http.MethodPut, "/v1/credit-policies", body{"name": "patience", "risk_classes": []string{"P"}, "hold": hold}).want(http.StatusOK)
	customer := s.customer(limit)
	s.call("credit", http.MethodPatch, "/v1/customers/"+customer+"/credit-standing", body{"risk_class": "P", "reason": "slow"}).want(http.StatusOK)
	return customer
}

func (s *stack) openTasks(order string) (roles string) {
	s.t.Helper()
	err := s.pool.QueryRow(s.t.Context(), `SELECT coalesce(string_agg(role, ' ' ORDER BY opened_at), '') FROM tasks WHERE kind = 'credit_hold' AND order_id = $1 AND closed_at IS NULL`, order).Scan(&roles)
	if err != nil {
		s.t.Fatal(err)
	}
	return roles
}

// An order that nobody decides on is asked after, escalated and cancelled, each on its day, although the policy changes meanwhile.
func TestAHoldThatNobodyDecidesOnEnds(t *testing.T) {
	t.Parallel()
	s := start(t)
	customer, sku := s.patience(body{"remind_days": 2, "escalate_days": 5, "cancel_days": 10}, "100.00"), s.product("auto", "10")
	order := s.entered(s.post("sales", "/v1/orders", orderOf(customer, "auto", sku, "1")))
	s.status(order).is(map[string]string{"stage": "credit_hold", "next_timer.purpose": "reminder of the credit decision"})
	s.call("manager", http.MethodPut, "/v1/credit-policies", body{"name": "patience", "risk_classes": []string{"P"}}).want(http.StatusOK)
	for _, c := range []struct {
		days          int
		next, waiting string
	}{
		{1, "reminder of the credit decision", ""},
		{2, "escalation of the credit decision", "credit"},
		{3, "cancellation for want of a credit decision", "credit manager"},
	} {
		s.skip(order, c.days)
		s.eventually(fmt.Sprintf("%q after %d days more", c.next, c.days), func() bool { return s.status(order).str("next_timer.purpose") == c.next })
		if got := s.openTasks(order); got != c.waiting {
			t.Errorf("before the %s the tasks of %q wait, want %q", c.next, got, c.waiting)
		}
	}
	s.skip(order, 5)
	s.awaitStage(order, "closed").is(map[string]string{"outcome": "cancelled"})
	if got := s.openTasks(order); got != "" {
		t.Errorf("tasks of %q still wait", got)
	}
	s.awaitEnd(workflows.OrderID(order))
	s.keep("hold-ended", workflows.OrderID(order))
	last := ""
	for _, event := range s.get("/v1/orders/" + order + "/timeline").list("data") {
		if e, _ := event.(map[string]any); e["kind"] == "cancelled" {
			last, _ = e["actor"].(string)
		}
	}
	if last != "o2c" {
		t.Errorf("cancelled by %q", last)
	}
	s.wantClean()
}

// Whoever decides in time ends what was planned; without days in the policy nothing is ever done.
func TestADecisionEndsWhatWasPlannedForAHold(t *testing.T) {
	t.Parallel()
	s := start(t)
	customer, sku := s.patience(body{"remind_days": 2, "cancel_days": 10}, "100.00"), s.product("main", "10")
	patient := s.customer("100.00")
	order, waiting := s.entered(s.post("sales", "/v1/orders", orderOf(customer, "main", sku, "1"))), s.entered(s.post("sales", "/v1/orders", orderOf(patient, "main", sku, "1")))
	if next := s.status(waiting).at("next_timer"); next != nil {
		t.Errorf("without days in the policy it waits for %v", next)
	}
	s.skip(order, 3)
	s.eventually("the reminder", func() bool { return s.openTasks(order) == "credit" })
	s.post("credit", "/v1/orders/"+order+"/credit-decisions", body{"decision": "release", "reason": "known"}).want(http.StatusOK)
	s.awaitStage(order, "fulfilling")
	if got := s.openTasks(order); got != "" {
		t.Errorf("tasks of %q still wait", got)
	}
	s.skip(order, 30)
	s.get("/v1/orders/" + order).is(map[string]string{"stage": "fulfilling"})
	for _, c := range []struct {
		hold body
		at   string
	}{
		{body{"remind_days": 5, "escalate_days": 5}, "/hold/escalate_days"}, {body{"escalate_days": 9, "cancel_days": 3}, "/hold/cancel_days"}, {body{"remind_days": 366}, "/hold/remind_days"},
	} {
		s.call("manager", http.MethodPut, "/v1/credit-policies", body{"name": "patience", "hold": c.hold}).want(http.StatusUnprocessableEntity).is(map[string]string{"errors.0.pointer": c.at})
	}
	s.wantClean()
}
