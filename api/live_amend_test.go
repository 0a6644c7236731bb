package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// An order of 6 × 3.39 and 19 % (24.20) is amended up, over its customer's limit, down again, and partly shipped; every version stays.
func TestAnOrderIsAmendedUntilItIsShipped(t *testing.T) {
	t.Parallel()
	l := startLive(t)
	l.work(postbox{})
	customer, _ := l.customer(), l.product()
	l.must(http.StatusOK, http.MethodPut, "/customers/"+customer+"/credit-limit", credit, `{"amount": "100.00", "currency": "EUR", "reason": "small"}`)
	order := l.order(http.StatusCreated, customer, "main")
	path := "/orders/" + order
	amend := func(quantity string) string { return fmt.Sprintf(`{"lines": [{"line": 1, "quantity": %q}]}`, quantity) }

	key := header("Idempotency-Key", "amended-once")
	up := l.must(http.StatusOK, http.MethodPost, path+"/amendments", sales, amend("12.0"), key)
	up.is(t, map[string]string{"stage": "fulfilling", "lines.0.quantity": "12", "lines.0.net_amount": "40.68", "total": "48.41"})
	l.crash("amended-once", true) // the answer was lost
	if again := l.must(http.StatusOK, http.MethodPost, path+"/amendments", sales, amend("12.0"), key); again.at(t, "total") != "48.41" {
		t.Errorf("tried again it is %s", again.body)
	}
	l.refused("idempotency-key-reused", l.must(http.StatusUnprocessableEntity, http.MethodPost, path+"/amendments", sales, amend("13"), key))

	over := l.must(http.StatusOK, http.MethodPost, path+"/amendments", sales, amend("25"))
	over.is(t, map[string]string{"stage": "credit_hold", "total": "100.85"})
	l.must(http.StatusOK, http.MethodGet, path+"/status", auditor, "").is(t, map[string]string{"blocked_by.code": "credit-hold"})
	l.must(http.StatusOK, http.MethodGet, "/customers/"+customer+"/exposure", auditor, "").is(t, map[string]string{"open_orders": "0.00", "on_hold": "100.85"})
	l.must(http.StatusOK, http.MethodGet, path+"/credit-decisions", auditor, "").is(t, map[string]string{
		"data.1.decision": "approve", "data.2.decision": "hold", "data.2.inputs.check_point": "increase", "data.2.version": "3"})
	l.must(http.StatusOK, http.MethodPost, path+"/amendments", sales, amend("24")).is(t, map[string]string{"stage": "fulfilling", "total": "96.82"})

	l.must(http.StatusCreated, http.MethodPost, "/products/LANTERN/receipts", warehouse, `{"quantity": "30"}`)
	l.eventually("the lanterns are reserved", func() bool {
		return l.must(http.StatusOK, http.MethodGet, path, auditor, "").at(t, "lines.0.reserved") == "24"
	})
	l.must(http.StatusAccepted, http.MethodPost, path+"/shipments", warehouse, `{"lines": [{"line": 1, "quantity": "4"}]}`)
	l.eventually("four are shipped", func() bool {
		return l.must(http.StatusOK, http.MethodGet, path, auditor, "").at(t, "lines.0.shipped") == "4"
	})
	l.refused("quantity-below-shipped", l.must(http.StatusConflict, http.MethodPost, path+"/amendments", sales, amend("3")))
	l.must(http.StatusOK, http.MethodPost, path+"/amendments", sales, amend("5")).is(t, map[string]string{"lines.0.reserved": "1", "total": "20.17"})
	l.must(http.StatusOK, http.MethodGet, "/products/LANTERN", auditor, "").is(t, map[string]string{"stock.0.on_hand": "26", "stock.0.reserved": "1"})
	versions := l.must(http.StatusOK, http.MethodGet, path+"/versions", auditor, "")
	versions.is(t, map[string]string{
		"data.0.version": "1", "data.0.lines.0.quantity": "6", "data.0.total": "24.20", "data.0.actor": "dev-sales",
		"data.2.lines.0.quantity": "25", "data.4.version": "5", "data.4.lines.0.quantity": "5", "data.4.total": "20.17"})
	if !strings.Contains(l.must(http.StatusOK, http.MethodGet, path+"/timeline", auditor, "").body, "Quantities amended: line 1 to 12") {
		t.Error("the timeline does not tell of the amendment")
	}

	for body, code := range map[string]string{
		`{"lines": []}`: "invalid-request", amend("-1"): "invalid-request", amend("1.0000001"): "invalid-request", amend("1e3"): "invalid-request",
		`{"lines": [{"line": 1, "quantity": 2}]}`: "invalid-request", `{"lines": [{"line": 1, "quantity": "2"}, {"line": 1, "quantity": "3"}]}`: "line-repeated",
		`{"lines": [{"line": 2, "quantity": "2"}]}`: "line-not-found", amend("999999999999999"): "amount-too-large",
	} {
		l.refused(code, l.must(http.StatusUnprocessableEntity, http.MethodPost, path+"/amendments", sales, body))
	}
	l.must(http.StatusForbidden, http.MethodPost, path+"/amendments", warehouse, amend("6"))
	l.must(http.StatusNotFound, http.MethodPost, "/orders/ord_nowhere/amendments", sales, amend("6"))
	l.must(http.StatusNotFound, http.MethodGet, "/orders/ord_nowhere/versions", auditor, "")
	l.must(http.StatusOK, http.MethodPost, path+"/cancellation", sales, `{"reason": "enough"}`)
	l.refused("order-not-amendable", l.must(http.StatusConflict, http.MethodPost, path+"/amendments", sales, amend("6")))
	if n := l.count("SELECT count(*) FROM order_versions"); n != 5 {
		t.Errorf("%d versions are kept", n)
	}
}
