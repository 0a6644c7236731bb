package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func (l *live) newCustomer(id, more string) string {
	l.t.Helper()
	body := fmt.Sprintf(`{"id": %q, "name": "Acme", "email": "ap@acme.example", "country": "DE", "currency": "EUR"%s}`, id, more)
	return l.must(http.StatusCreated, http.MethodPost, "/customers", credit, body).field(l.t, "id").(string)
}

func (l *live) wantFields(a answer, want map[string]any) {
	l.t.Helper()
	for name, value := range want {
		if got := a.field(l.t, name); got != value {
			l.t.Errorf("%s is %v, want %v: %s", name, got, value, a.body)
		}
	}
}

func inDays(n int) string { return time.Now().AddDate(0, 0, n).Format(time.DateOnly) }

// A group, its limits, and what each answer says of them. An order of six lanterns is 24.20.
func TestAGroupThroughTheAPI(t *testing.T) {
	t.Parallel()
	l := startLive(t)
	l.work(postbox{})
	l.product()
	l.newCustomer("top", `, "credit_limit": "48.40"`)
	l.wantFields(l.must(http.StatusOK, http.MethodGet, "/customers/"+l.newCustomer("a", `, "parent_id": "top", "credit_limit": "30.00"`), auditor, ""),
		map[string]any{"parent_id": "top", "risk_class": "standard", "block": "none"})
	l.newCustomer("b", `, "parent_id": "top"`)
	l.await(l.order(http.StatusCreated, "a", "main"), "fulfilling")
	l.await(l.order(http.StatusCreated, "b", "main"), "fulfilling")
	held := l.order(http.StatusCreated, "b", "main")
	l.await(held, "credit_hold")
	l.wantFields(l.must(http.StatusOK, http.MethodGet, "/customers/a/exposure", auditor, ""),
		map[string]any{"limit": "30.00", "limit_source": "customer", "exposure": "24.20", "available": "0.00"}) // the group's
	l.wantFields(l.must(http.StatusOK, http.MethodGet, "/customers/b/exposure", auditor, ""),
		map[string]any{"limit": "48.40", "limit_source": "group", "exposure": "24.20", "available": "0.00", "on_hold": "24.20"})
	decisions := l.must(http.StatusOK, http.MethodGet, "/orders/"+held+"/credit-decisions", auditor, "")
	decision := decisions.field(t, "data").([]any)[0].(map[string]any)
	if limits := decision["inputs"].(map[string]any)["limits"].([]any); decision["decision"] != "hold" || len(limits) != 1 || limits[0].(map[string]any)["exposure"] != "48.40" {
		t.Errorf("the decision: %s", decisions.body)
	}
	for body, code := range map[string]string{
		`{"parent_id": "ghost", "reason": ""}`: "422 parent-not-found", `{"parent_id": "b", "reason": ""}`: "409 customers-group-circle",
		`{"reason": ""}`: "422 invalid-request", `{"block": "lazy", "reason": ""}`: "422 invalid-request", `{"risk_class": "very bad", "reason": ""}`: "422 invalid-request",
	} {
		a := l.do(http.MethodPatch, "/customers/top/credit-standing", credit, body)
		if got := fmt.Sprint(a.status, " ", a.problem(t).Code); got != code {
			t.Errorf("%s answers %s, want %s", body, got, code)
		}
	}
	l.must(http.StatusUnprocessableEntity, http.MethodPost, "/customers", credit, `{"name": "X", "email": "x@x.example", "country": "DE", "currency": "EUR", "parent_id": "ghost"}`)
	l.must(http.StatusConflict, http.MethodPost, "/customers", credit, `{"name": "X", "email": "x@x.example", "country": "DE", "currency": "USD", "parent_id": "top"}`)
	l.wantFields(l.must(http.StatusOK, http.MethodPatch, "/customers/a/credit-standing", credit, `{"parent_id": "", "reason": "sold"}`),
		map[string]any{"parent_id": nil, "policy": "standard"})
	l.await(held, "fulfilling") // what has left makes room

	l.must(http.StatusOK, http.MethodPut, "/company/credit-limit", credit, `{"amount": "24.20", "currency": "EUR", "reason": "everyone"}`)
	l.newCustomer("free", "")
	l.await(l.order(http.StatusCreated, "free", "main"), "fulfilling")
	l.wantFields(l.must(http.StatusOK, http.MethodGet, "/customers/free/exposure", auditor, ""), map[string]any{"limit_source": "company", "available": "0.00"})
	for _, path := range []string{"/company/credit-limits", "/customers/top/credit-limits?limit=1", "/customers/top/credit-standing"} {
		l.must(http.StatusOK, http.MethodGet, path, auditor, "")
	}
	l.must(http.StatusNotFound, http.MethodGet, "/customers/ghost/credit-limits", auditor, "")
}

func TestFourEyesThroughTheAPI(t *testing.T) {
	t.Parallel()
	l := startLive(t)
	l.work(postbox{})
	l.product()
	l.newCustomer("c", `, "credit_limit": "1.00"`)
	for body, code := range map[string]string{
		`{"name": "strict", "rules": [{"rule": "mood", "threshold": "1"}]}`:                                                       "invalid-request",
		`{"name": "strict", "rules": [{"rule": "dunning_level", "threshold": "1.5"}]}`:                                            "invalid-threshold",
		`{"name": "strict", "rules": [{"rule": "dunning_level", "threshold": "1"}, {"rule": "dunning_level", "threshold": "2"}]}`: "rule-repeated",
		`{"name": "strict", "approval_above": {"EUR": "1.00005"}}`:                                                                "invalid-request",
		`{"name": "strict", "approval_above": {"EUR": "1.001"}}`:                                                                  "invalid-amount",
		`{"name": "strict", "approval_above": {"EUX": "1.00"}}`:                                                                   "unknown-currency",
		`{"name": "very strict"}`: "invalid-request",
	} {
		if a := l.must(http.StatusUnprocessableEntity, http.MethodPut, "/credit-policies", manager, body); a.problem(t).Code != code {
			t.Errorf("%s answers %s, want %s", body, a.body, code)
		}
	}
	strict := `{"name": "strict", "risk_classes": ["C"], "rules": [{"rule": "oldest_overdue_days", "threshold": "30"}], "approval_above": {"EUR": "20.00"}}`
	l.wantFields(l.must(http.StatusOK, http.MethodPut, "/credit-policies", manager, strict), map[string]any{"version": 1.0})
	l.wantFields(l.must(http.StatusOK, http.MethodPut, "/credit-policies", manager, strict), map[string]any{"version": 2.0})
	if a := l.must(http.StatusOK, http.MethodGet, "/credit-policies", auditor, ""); len(a.field(t, "data").([]any)) != 2 {
		t.Error(a.body)
	}
	l.wantFields(l.must(http.StatusOK, http.MethodPatch, "/customers/c/credit-standing", credit, `{"risk_class": "C", "reason": "new"}`), map[string]any{"policy": "strict", "policy_version": 2.0})

	order := l.order(http.StatusCreated, "c", "main")
	l.await(order, "credit_hold")
	release := func(who string) answer {
		return l.must(http.StatusAccepted, http.MethodPost, "/orders/"+order+"/credit-decisions", who, `{"decision": "release", "reason": "an old friend"}`)
	}
	asked := release(manager)
	l.wantFields(asked, map[string]any{"state": "awaiting_approval"})
	request := "/approvals/" + asked.field(t, "id").(string)
	l.wantFields(l.must(http.StatusOK, http.MethodGet, request, auditor, ""), map[string]any{"kind": "credit_release", "subject": order, "amount": "24.20", "decision": nil})
	approve := `{"decision": "approve", "reason": "seen"}`
	if a := l.must(http.StatusForbidden, http.MethodPost, request, manager, approve); a.problem(t).Code != "own-approval" {
		t.Error(a.body)
	}
	l.must(http.StatusForbidden, http.MethodPost, request, credit, approve)
	l.must(http.StatusNotFound, http.MethodPost, "/approvals/dec_none", manager, approve)
	l.must(http.StatusUnprocessableEntity, http.MethodPost, request, admin, `{"decision": "perhaps", "reason": ""}`)
	key := header("Idempotency-Key", "second-person")
	l.wantFields(l.must(http.StatusOK, http.MethodPost, request, admin, approve, key), map[string]any{"decision": "approve", "decided_by": "dev-admin"})
	if a := l.must(http.StatusOK, http.MethodPost, request, admin, approve, key); a.header.Get("Idempotency-Replayed") != "true" {
		t.Error("a repeated approval is not a replay")
	}
	l.await(order, "fulfilling")
	if a := l.must(http.StatusConflict, http.MethodPost, request, admin, `{"decision": "reject", "reason": "late"}`); a.problem(t).Code != "approval-decided" {
		t.Error(a.body)
	}
	last := l.must(http.StatusOK, http.MethodGet, "/orders/"+order+"/credit-decisions", auditor, "").field(t, "data").([]any)[1].(map[string]any)
	if last["decision"] != "release" || last["decided_by"] != "dev-manager" || last["approved_by"] != "dev-admin" {
		t.Errorf("the release is recorded as %v", last)
	}

	order = l.order(http.StatusCreated, "c", "main")
	l.await(order, "credit_hold")
	release(credit)
	l.must(http.StatusOK, http.MethodPost, "/orders/"+order+"/cancellation", sales, `{"reason": "no"}`)
	if a := l.must(http.StatusOK, http.MethodGet, "/approvals", auditor, ""); len(a.field(t, "data").([]any)) != 0 {
		t.Errorf("a request of a cancelled order waits: %s", a.body)
	}
	if a := l.must(http.StatusOK, http.MethodGet, "/approvals?state=all", auditor, ""); len(a.field(t, "data").([]any)) != 2 {
		t.Error(a.body)
	}
}

// A limit that begins and a release that ends are seen on their day, though nobody calls.
func TestLimitsBeginAndReleasesEndByThemselves(t *testing.T) {
	t.Parallel()
	l := startLive(t)
	l.work(postbox{})
	l.product()
	l.newCustomer("c", `, "credit_limit": "1.00"`)
	l.newCustomer("d", `, "credit_limit": "1.00"`)
	held := l.order(http.StatusCreated, "c", "main")
	l.await(held, "credit_hold")
	l.must(http.StatusOK, http.MethodPut, "/customers/c/credit-limit", credit, fmt.Sprintf(`{"amount": "24.20", "currency": "EUR", "reason": "", "valid_from": %q}`, inDays(3)))
	l.eventually("the order knows of the day", func() bool {
		return l.must(http.StatusOK, http.MethodGet, "/orders/"+held+"/status", auditor, "").field(t, "next_timer") != nil
	})
	l.must(http.StatusOK, http.MethodPost, "/dev/orders/"+held+"/fast-forward", sales, `{"days": 5}`)
	l.await(held, "fulfilling")

	released := l.order(http.StatusCreated, "d", "main")
	l.await(released, "credit_hold")
	l.must(http.StatusOK, http.MethodPost, "/orders/"+released+"/credit-decisions", credit, fmt.Sprintf(`{"decision": "release", "reason": "", "valid_until": %q, "up_to": "24.20"}`, inDays(2)))
	l.await(released, "fulfilling")
	l.must(http.StatusOK, http.MethodPost, "/dev/orders/"+released+"/fast-forward", sales, `{"days": 5}`)
	l.eventually("the release has ended", func() bool {
		return l.must(http.StatusOK, http.MethodGet, "/orders/"+released, auditor, "").field(t, "stage") == "credit_hold"
	})
	if a := l.must(http.StatusConflict, http.MethodPost, "/orders/"+released+"/shipments", warehouse, `{"lines": [{"line": 1, "quantity": "1"}]}`); a.problem(t).Code != "order-on-hold" {
		t.Error(a.body)
	}
}

func TestBlocksAndCollateralThroughTheAPI(t *testing.T) {
	t.Parallel()
	l := startLive(t)
	l.work(postbox{})
	l.product()
	l.must(http.StatusCreated, http.MethodPost, "/products/LANTERN/receipts", warehouse, `{"quantity": "6", "warehouse_id": "auto"}`)
	l.newCustomer("c", `, "credit_limit": "4.20"`)
	for body, code := range map[string]string{
		`{"name": "g", "kind": "guarantee", "amount": "1.005", "currency": "EUR", "reason": ""}`:                                                         "invalid-amount",
		`{"name": "g", "kind": "promise", "amount": "1.00", "currency": "EUR", "reason": ""}`:                                                            "invalid-request",
		`{"name": "g", "kind": "guarantee", "amount": "1.00", "currency": "USD", "reason": ""}`:                                                          "currency-mismatch",
		`{"name": "g", "kind": "insurance", "amount": "1.00", "cover_percent": "101", "currency": "EUR", "reason": ""}`:                                  "invalid-request",
		`{"name": "g", "kind": "guarantee", "amount": "1.00", "currency": "EUR", "reason": "", "valid_from": "2026-02-01", "valid_until": "2026-01-01"}`: "invalid-date",
	} {
		if a := l.must(http.StatusUnprocessableEntity, http.MethodPut, "/customers/c/collateral", credit, body); a.problem(t).Code != code {
			t.Errorf("%s answers %s, want %s", body, a.body, code)
		}
	}
	block := func(degree string) {
		t.Helper()
		l.must(http.StatusOK, http.MethodPatch, "/customers/c/credit-standing", credit, fmt.Sprintf(`{"block": %q, "reason": "late"}`, degree))
	}
	block("no_order")
	refused := l.must(http.StatusConflict, http.MethodPost, "/orders", sales, `{"customer_id": "c", "currency": "EUR", "lines": [{"sku": "LANTERN", "quantity": "1"}]}`)
	if refused.problem(t).Code != "customer-blocked" {
		t.Error(refused.body)
	}
	block("no_shipment")
	order := l.order(http.StatusCreated, "c", "auto")
	l.await(order, "credit_hold")
	a := l.must(http.StatusOK, http.MethodPut, "/customers/c/collateral", credit, `{"name": "g", "kind": "guarantee", "amount": "40.00", "cover_percent": "50", "currency": "EUR", "reason": ""}`)
	if first := a.field(t, "data").([]any)[0].(map[string]any); first["cover"] != "20.00" || first["valid"] != true {
		t.Error(a.body)
	}
	l.await(order, "credit_hold") // secured is only what is there: the order's own value is not, yet
	l.must(http.StatusOK, http.MethodPut, "/customers/c/credit-limit", credit, `{"amount": "24.20", "currency": "EUR", "reason": ""}`)
	l.await(order, "fulfilling")
	l.wantFields(l.must(http.StatusOK, http.MethodGet, "/customers/c/exposure", auditor, ""), map[string]any{"open_orders": "24.20", "secured": "20.00", "exposure": "4.20", "available": "20.00"})
	l.eventually("the goods are reserved", func() bool {
		status := l.must(http.StatusOK, http.MethodGet, "/orders/"+order+"/status", auditor, "")
		return strings.Contains(status.body, "customer-blocked") && strings.Contains(status.body, "unblocking") && strings.Contains(status.body, "shipment")
	})
	if a := l.must(http.StatusConflict, http.MethodPost, "/orders/"+order+"/shipments", warehouse, `{"lines": [{"line": 1, "quantity": "1"}]}`); a.problem(t).Code != "customer-blocked" {
		t.Error(a.body)
	}
	block("none")
	l.await(order, "collecting") // the automatic warehouse ships
	l.must(http.StatusOK, http.MethodGet, "/customers/c/collateral", auditor, "")
	l.must(http.StatusNotFound, http.MethodGet, "/customers/ghost/collateral", auditor, "")
}

func TestSplitOrdersThroughTheAPI(t *testing.T) {
	t.Parallel()
	l := startLive(t)
	l.work(postbox{})
	l.product()
	l.newCustomer("c", `, "credit_limit": "1000.00"`)
	l.wantFields(l.must(http.StatusCreated, http.MethodPost, "/warehouses", warehouse, `{"id": "near", "name": "Near", "mode": "manual", "priority": 1}`), map[string]any{"priority": 1.0})
	l.must(http.StatusCreated, http.MethodPost, "/products/LANTERN/receipts", warehouse, `{"quantity": "2"}`)
	l.must(http.StatusCreated, http.MethodPost, "/products/LANTERN/receipts", warehouse, `{"quantity": "9", "warehouse_id": "near"}`)
	order := l.must(http.StatusCreated, http.MethodPost, "/orders", sales, `{"customer_id": "c", "currency": "EUR", "allow_split": true, "lines": [{"sku": "LANTERN", "quantity": "6"}]}`).field(t, "id").(string)
	l.eventually("it is reserved", func() bool {
		a := l.must(http.StatusOK, http.MethodGet, "/orders/"+order, auditor, "")
		return strings.Contains(a.body, `{"quantity":"2","warehouse_id":"main"},{"quantity":"4","warehouse_id":"near"}`)
	})
	ship := func(status int, body string) answer {
		t.Helper()
		return l.must(status, http.MethodPost, "/orders/"+order+"/shipments", warehouse, body)
	}
	if a := ship(http.StatusUnprocessableEntity, `{"warehouse_id": "moon", "lines": [{"line": 1, "quantity": "1"}]}`); a.problem(t).Code != "warehouse-not-found" {
		t.Error(a.body)
	}
	l.wantFields(ship(http.StatusAccepted, `{"warehouse_id": "main", "lines": [{"line": 1, "quantity": "3"}]}`), map[string]any{"state": "refused"})
	l.wantFields(ship(http.StatusAccepted, `{"lines": [{"line": 1, "quantity": "4"}]}`), map[string]any{"state": "shipped", "warehouse_id": "near"})
	l.wantFields(ship(http.StatusAccepted, `{"lines": [{"line": 1, "quantity": "2"}]}`), map[string]any{"state": "shipped", "warehouse_id": "main"})
	l.await(order, "collecting")
	product := l.must(http.StatusOK, http.MethodGet, "/products/LANTERN", auditor, "")
	if !strings.Contains(product.body, `{"available":"5","on_hand":"5","reserved":"0","warehouse_id":"near"}`) {
		t.Error(product.body)
	}
}
