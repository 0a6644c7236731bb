package e2e_test

import (
	"testing"

	enumspb "go.temporal.io/api/enums/v1"

	"o2c/workflows"
)

// cost is what a workflow cost the engine.
type cost struct {
	events      int
	transitions int64
	actions     int
}

// costOf counts from the real history. Billable actions: the start, every activity, timer, signal, update and upsert of
// search attributes.
func (s *stack) costOf(workflowID string) cost {
	s.t.Helper()
	var c cost
	history := s.engine.GetWorkflowHistory(s.t.Context(), workflowID, "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for history.HasNext() {
		event, err := history.Next()
		if err != nil {
			s.t.Fatal(err)
		}
		c.events++
		switch event.GetEventType() {
		case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED, enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED, enumspb.EVENT_TYPE_TIMER_STARTED,
			enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
			enumspb.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES, enumspb.EVENT_TYPE_MARKER_RECORDED,
			enumspb.EVENT_TYPE_WORKFLOW_PROPERTIES_MODIFIED, enumspb.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED,
			enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
			c.actions++
		}
	}
	description, err := s.engine.DescribeWorkflowExecution(s.t.Context(), workflowID, "")
	if err != nil {
		s.t.Fatal(err)
	}
	c.transitions = description.GetWorkflowExecutionInfo().GetStateTransitionCount()
	return c
}

func TestTheHappyPathStaysInsideItsBudget(t *testing.T) {
	t.Parallel()
	s := start(t)
	customer := s.customer("100000.00")
	sku := s.product("auto", "10")
	order := s.order(customer, "auto", sku, "2")
	s.awaitStage(order, "collecting")
	s.eventually("the mail of the invoice", func() bool { return s.mails.count("Invoice ") == 1 })
	if n := s.mails.count("Order confirmation " + order); n != 1 || s.mails.count("Shipping notice ") != 1 {
		t.Errorf("the mails are %q", s.mails.subjects())
	}
	payment := s.pay(customer, "238.00", s.invoice(order)).is(map[string]string{"state": "applied", "applied": "238.00", "unapplied": "0.00"})
	s.awaitStage(order, "closed").is(map[string]string{"outcome": "paid"})
	s.awaitEnd(workflows.OrderID(order))
	s.keep("paid-before-due", workflows.OrderID(order))
	s.keep("payment", workflows.PaymentID(payment.str("id")))
	c := s.costOf(workflows.OrderID(order))
	t.Logf("order: %d events, %d transitions, %d actions", c.events, c.transitions, c.actions)
	if c.events > 45 || c.transitions > 22 || c.actions > 12 {
		t.Errorf("an order costs %+v, more than 45 events, 22 transitions or 12 actions", c)
	}
	p := s.costOf(workflows.PaymentID(payment.str("id")))
	t.Logf("payment: %d events, %d transitions, %d actions", p.events, p.transitions, p.actions)
	if p.actions > 3 {
		t.Errorf("a payment costs %+v, more than 3 actions", p)
	}
}
