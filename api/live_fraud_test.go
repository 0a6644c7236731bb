package api

import (
	"net/http"
	"testing"
)

// The fraud policy over REST, and an order that it has wait for a person.
func TestASuspiciousOrderIsExplained(t *testing.T) {
	t.Parallel()
	l := startLive(t)
	l.work(postbox{})
	customer, _ := l.customer(), l.product()
	l.must(http.StatusOK, http.MethodGet, "/fraud-policy", auditor, "").is(t, map[string]string{"version": "1", "rules": "[]", "blocked": "[]"})
	const policy = `{"threshold": 50, "rules": [{"signal": "first_order", "points": 60, "above": {"EUR": "10.00"}}, {"signal": "velocity", "points": 1, "orders": 9, "hours": 24},
		{"signal": "blocked_list", "points": 5}], "blocked": [{"kind": "postcode", "value": "10115", "note": "a drop"}]}`
	l.must(http.StatusForbidden, http.MethodPut, "/fraud-policy", credit, policy)
	l.must(http.StatusNotFound, http.MethodGet, "/fraud-policy?version=7", auditor, "")
	for body, pointer := range map[string]string{
		`{"threshold": 50, "rules": [{"signal": "first_order", "points": 60, "above": {"EUR": "1.00005"}}]}`:                     "/rules/0/above/EUR",
		`{"threshold": 50, "rules": [{"signal": "first_order", "points": 60, "above": {"EUR": "1.005"}}]}`:                       "/rules/0/above/EUR",
		`{"threshold": 50, "rules": [{"signal": "first_order", "points": 60, "above": {"XXX": "1.00"}}]}`:                        "/rules/0/above/XXX",
		`{"threshold": 50, "rules": [{"signal": "velocity", "points": 60, "orders": 5}]}`:                                        "/rules/0/hours",
		`{"threshold": 50, "rules": [{"signal": "ship_to_country", "points": 6}], "blocked": [{"kind": "email", "value": "x"}]}`: "/blocked",
		`{"threshold": 50, "rules": [{"signal": "feeling", "points": 6}]}`:                                                       "/rules/0/signal",
	} {
		l.must(http.StatusUnprocessableEntity, http.MethodPut, "/fraud-policy", manager, body).is(t, map[string]string{"errors.0.pointer": pointer})
	}
	l.must(http.StatusOK, http.MethodPut, "/fraud-policy", manager, policy).is(t, map[string]string{
		"version": "2", "threshold": "50", "rules.0.signal": "first_order", "rules.0.above.EUR": "10.00", "rules.1.hours": "24", "blocked.0.value": "10115",
	})
	l.must(http.StatusOK, http.MethodGet, "/fraud-policy?version=1", auditor, "").is(t, map[string]string{"version": "1", "rules": "[]"})

	order := l.order(http.StatusCreated, customer, "main")
	l.await(order, "review")
	l.must(http.StatusOK, http.MethodGet, "/orders/"+order+"/status", auditor, "").is(t, map[string]string{
		"blocked_by.code": "fraud-signals", "waiting_for.0": "review_decision",
		"blocked_by.detail": "fraud score 60 is above 50: first_order 60 (the first order is of 24.20 EUR, more than 10.00 EUR)",
	})
	l.must(http.StatusOK, http.MethodGet, "/orders/"+order+"/review-decisions", auditor, "").is(t, map[string]string{
		"findings.0.code": "fraud-signals", "fraud.score": "60", "fraud.threshold": "50", "fraud.policy_version": "2",
		"fraud.factors.0.signal": "first_order", "fraud.factors.0.points": "60",
	})
	exposure := func(open, onHold string) {
		l.must(http.StatusOK, http.MethodGet, "/customers/"+customer+"/exposure", auditor, "").is(t, map[string]string{"open_orders": open, "on_hold": onHold})
	}
	exposure("0.00", "24.20")
	l.must(http.StatusOK, http.MethodPost, "/orders/"+order+"/review-decisions", credit, `{"decision": "release", "reason": "a known buyer"}`)
	exposure("24.20", "0.00")
	l.must(http.StatusOK, http.MethodGet, "/orders/"+order, auditor, "").is(t, map[string]string{"stage": "fulfilling"})
}
