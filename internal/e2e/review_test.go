package e2e_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"go.temporal.io/sdk/converter"

	"o2c/models"
	"o2c/workflows"
)

// numbered is an order of one line with a purchase order number.
func numbered(customer, sku, number string, more ...body) body {
	order := orderOf(customer, "auto", sku, "1")
	order["po_number"] = number
	for _, extra := range more {
		maps.Copy(order, extra)
	}
	return order
}

// entered waits until an order is entered, which on a busy machine takes longer than its answer, and returns its id.
func (s *stack) entered(a answer) string {
	s.t.Helper()
	order := a.want(http.StatusCreated, http.StatusAccepted).str("id")
	s.eventually("the entry of "+order, func() bool { return s.get("/v1/orders/"+order).str("stage") != "received" })
	return order
}

func (s *stack) review(role, order, decision, reason string) answer {
	s.t.Helper()
	return s.post(role, "/v1/orders/"+order+"/review-decisions", body{"decision": decision, "reason": reason})
}

func (s *stack) status(order string) answer {
	s.t.Helper()
	return s.get("/v1/orders/" + order + "/status")
}

// wantShown looks at an order as the Temporal UI shows it: its search attributes, and the status that its workflow answers with, which is
// that of the book.
func (s *stack) wantShown(order, stage, blockedBy string) {
	s.t.Helper()
	attribute := func(name string) (value string) {
		description, err := s.engine.DescribeWorkflowExecution(s.t.Context(), workflows.OrderID(order), "")
		if err != nil {
			s.t.Fatal(err)
		}
		if payload := description.GetWorkflowExecutionInfo().GetSearchAttributes().GetIndexedFields()[name]; payload != nil {
			if err = converter.GetDefaultDataConverter().FromPayload(payload, &value); err != nil {
				s.t.Fatal(err)
			}
		}
		return value
	}
	s.eventually("the search attributes of "+order, func() bool { return attribute("O2CStage") == stage && attribute("O2CBlockedBy") == blockedBy })
	var told models.OrderStatus
	answer, err := s.engine.QueryWorkflow(s.t.Context(), workflows.OrderID(order), "", workflows.StatusQuery)
	if err == nil {
		err = answer.Get(&told)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	s.status(order).is(map[string]string{
		"stage": string(told.Stage), "blocked_by.detail": told.BlockedBy.Detail, "waiting_for.0": told.WaitingFor[0], "who_may_act.0": told.WhoMayAct[0],
	})
}

// Fifty orders with one purchase order number at once: one is entered, and the others are told which.
func TestFiftyOrdersWithOnePurchaseOrderNumberAreOneOrder(t *testing.T) {
	t.Parallel()
	s := start(t)
	customer, sku := s.customer("100000.00", body{"duplicate_po": "refuse"}), s.product("auto", "100")
	var first string
	var refusals []answer
	for _, a := range s.together(50, func(int) (answer, error) {
		return s.try("sales", uuid.NewString(), http.MethodPost, "/v1/orders", numbered(customer, sku, "4711"))
	}) {
		if a.want(http.StatusCreated, http.StatusAccepted, http.StatusConflict).Status == http.StatusConflict {
			refusals = append(refusals, a)
			continue
		}
		if first != "" {
			t.Errorf("%s is entered beside %s", a.str("id"), first)
		}
		first = a.str("id")
	}
	if len(refusals) != 49 {
		t.Fatalf("%d of 50 are refused, want 49", len(refusals))
	}
	for _, a := range refusals {
		a.is(map[string]string{"code": "duplicate-purchase-order", "errors.0.pointer": "/po_number"})
		if !strings.Contains(a.str("detail"), first) {
			t.Errorf("%q does not name %s", a.str("detail"), first)
		}
	}
	s.awaitStage(first, "collecting")
	s.wantClean()
}

// A purchase order number is free again when its order is cancelled, another customer's is another one, and a refusal is the answer for ever.
func TestAPurchaseOrderNumberIsFreeAgain(t *testing.T) {
	t.Parallel()
	s := start(t)
	sku := s.product("main", "100")
	customer, other := s.customer("100000.00", body{"duplicate_po": "refuse"}), s.customer("100000.00", body{"duplicate_po": "refuse"})
	inMain := body{"warehouse_id": "main"}
	enter := func(customer, number string, status int, more ...body) answer {
		a := s.post("sales", "/v1/orders", numbered(customer, sku, number, append(more, inMain)...))
		if status != http.StatusCreated {
			return a.want(status)
		}
		s.entered(a)
		return a
	}
	first := enter(customer, "A-1", http.StatusCreated).str("id")
	enter(other, "A-1", http.StatusCreated)
	enter(customer, "A-2", http.StatusCreated)
	enter(customer, "", http.StatusCreated)
	enter(customer, "", http.StatusCreated) // without a number there is nothing to compare
	key := uuid.NewString()
	s.callKeyed("sales", key, http.MethodPost, "/v1/orders", numbered(customer, sku, "A-1", inMain)).want(http.StatusConflict)
	s.post("sales", "/v1/orders/"+first+"/cancellation", body{"reason": "wrong"}).want(http.StatusOK)
	s.callKeyed("sales", key, http.MethodPost, "/v1/orders", numbered(customer, sku, "A-1", inMain)).want(http.StatusConflict)
	second := enter(customer, "A-1", http.StatusCreated).str("id")
	if detail := enter(customer, "A-1", http.StatusConflict).str("detail"); !strings.Contains(detail, second) {
		t.Errorf("%q does not name %s", detail, second)
	}

	allow := body{"allow_duplicate_po": true, "override_reason": "a call-off order"}
	enter(customer, "A-1", http.StatusForbidden, allow).is(map[string]string{"code": "duplicate-po-override-forbidden", "errors.0.pointer": "/allow_duplicate_po"})
	for _, reason := range []string{"", "  "} {
		s.post("admin", "/v1/orders", numbered(customer, sku, "A-1", body{"allow_duplicate_po": true, "override_reason": reason})).
			want(http.StatusUnprocessableEntity).is(map[string]string{"code": "override-reason-required", "errors.0.pointer": "/override_reason"})
	}
	allowed := s.post("admin", "/v1/orders", numbered(customer, sku, "A-1", inMain, allow)).want(http.StatusCreated, http.StatusAccepted).str("id")
	s.awaitStage(allowed, "fulfilling").is(map[string]string{"overrides.0.kind": "duplicate_po", "overrides.0.source": "order:" + second, "override_reason": "a call-off order"})
	// The number stays with the order that goes on.
	s.post("sales", "/v1/orders/"+second+"/cancellation", body{"reason": "wrong"}).want(http.StatusOK)
	if detail := enter(customer, "A-1", http.StatusConflict).str("detail"); !strings.Contains(detail, allowed) {
		t.Errorf("%q does not name %s", detail, allowed)
	}
	s.wantClean()
}

// A second order with a purchase order number waits for a person, who reads why, and is released into its credit check, rejected or cancelled.
func TestADuplicateOrderWaitsForAPerson(t *testing.T) {
	t.Parallel()
	s := start(t)
	customer, sku := s.customer("238.00"), s.product("auto", "100")
	enter := func() string { return s.entered(s.post("sales", "/v1/orders", numbered(customer, sku, "4711"))) }
	first := enter()
	s.awaitStage(first, "collecting")
	released, rejected, cancelled, held := enter(), enter(), enter(), enter()
	s.status(released).is(map[string]string{
		"stage": "review", "blocked_by.code": "duplicate-purchase-order", "blocked_by.detail": `purchase order "4711" is order ` + first + ` already`,
		"waiting_for.0": "review_decision", "who_may_act.0": "credit", "who_may_act.1": "manager",
	})
	s.wantShown(released, "review", "duplicate-purchase-order")
	s.get("/v1/customers/" + customer + "/exposure").is(map[string]string{"exposure": "119.00"})
	s.get("/v1/orders/" + released + "/review-decisions").is(map[string]string{"findings.0.code": "duplicate-purchase-order", "findings.0.finding": "1"})

	s.review("sales", released, "release", "x").want(http.StatusForbidden)
	s.review("credit", released, "perhaps", "x").want(http.StatusUnprocessableEntity)
	s.review("credit", released, "release", " ").want(http.StatusUnprocessableEntity).is(map[string]string{"code": "reason-required", "errors.0.pointer": "/reason"})
	s.review("credit", "ord_ghost", "release", "x").want(http.StatusNotFound)
	s.post("credit", "/v1/orders/"+released+"/credit-decisions", body{"decision": "release", "reason": "x"}).want(http.StatusConflict).is(map[string]string{"code": "order-not-on-hold"})
	s.post("sales", "/v1/orders/"+released+"/amendments", body{"lines": []body{{"line": 1, "quantity": "2"}}}).want(http.StatusConflict).is(map[string]string{"code": "order-not-amendable"})
	s.post("warehouse", "/v1/orders/"+released+"/shipments", body{"lines": []body{{"line": 1, "quantity": "1"}}}).want(http.StatusConflict).is(map[string]string{"code": "order-on-hold"})

	key := uuid.NewString()
	for range 2 {
		s.callKeyed("manager", key, http.MethodPost, "/v1/orders/"+released+"/review-decisions", body{"decision": "release", "reason": "they want two"}).want(http.StatusOK)
	}
	s.awaitStage(released, "collecting")
	s.get("/v1/orders/" + released + "/review-decisions").is(map[string]string{"data.0.decision": "release", "data.0.reason": "they want two", "data.0.decided_by": "dev-manager", "data.0.findings": "1"})
	s.review("credit", released, "reject", "too late").want(http.StatusConflict).is(map[string]string{"code": "order-not-in-review"})
	s.review("credit", held, "release", "they want three").want(http.StatusOK).is(map[string]string{"stage": "credit_hold"}) // two used the limit up
	s.status(held).is(map[string]string{"blocked_by.code": "credit-hold"})

	s.review("credit", rejected, "reject", "sent twice").want(http.StatusOK)
	s.awaitStage(rejected, "closed").is(map[string]string{"outcome": "rejected"})
	s.review("credit", rejected, "release", "oh").want(http.StatusConflict).is(map[string]string{"code": "order-closed"})
	s.post("sales", "/v1/orders/"+cancelled+"/cancellation", body{"reason": "sent twice"}).want(http.StatusOK)
	s.awaitStage(cancelled, "closed").is(map[string]string{"outcome": "cancelled"})
	for _, order := range []string{rejected, cancelled} {
		s.awaitEnd(workflows.OrderID(order))
	}
	s.keep("reviewed", workflows.OrderID(released))
	told := s.get("/v1/orders/" + released + "/timeline").list("data")
	kinds := map[string]bool{}
	for _, event := range told {
		kind, _ := event.(map[string]any)["kind"].(string)
		kinds[kind] = true
	}
	for _, kind := range []string{"order-entered", "review", "review-release"} {
		if !kinds[kind] {
			t.Errorf("%s is not in the timeline: %v", kind, told)
		}
	}
	s.wantClean()
}

// Ten people decide on one order at once: one of them does, and the others are told so.
func TestOneReviewDecisionWins(t *testing.T) {
	t.Parallel()
	s := start(t)
	customer, sku := s.customer("1000.00"), s.product("auto", "100")
	s.entered(s.post("sales", "/v1/orders", numbered(customer, sku, "4711")))
	order := s.entered(s.post("sales", "/v1/orders", numbered(customer, sku, "4711")))
	won := 0
	for _, a := range s.together(10, func(i int) (answer, error) {
		decision := []string{"release", "reject"}[i%2]
		return s.try("credit", uuid.NewString(), http.MethodPost, "/v1/orders/"+order+"/review-decisions", body{"decision": decision, "reason": "seen"})
	}) {
		if a.want(http.StatusOK, http.StatusConflict).Status == http.StatusOK {
			won++
		}
	}
	if won != 1 || len(s.get("/v1/orders/"+order+"/review-decisions").list("data")) != 1 {
		t.Errorf("%d decisions won", won)
	}
	s.wantClean()
}
