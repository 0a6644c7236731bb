package e2e_test

import (
	"net/url"
	"testing"

	"o2c/internal/testkit"
	"o2c/workflows"
)

// An operator who opens an order in collection in the Temporal UI reads who it is for, where it stands and what its timer is for.
func TestTheTemporalUIShowsAnOrderInCollection(t *testing.T) {
	t.Parallel()
	s := start(t)
	customer, sku := s.customer("100000.00"), s.product("auto", "10")
	order := s.order(customer, "auto", sku, "2")
	s.awaitStage(order, "collecting")
	invoice, id := s.invoice(order), workflows.OrderID(order)
	description, err := s.engine.DescribeWorkflowExecution(t.Context(), id, "")
	if err != nil {
		t.Fatal(err)
	}
	run := description.GetWorkflowExecutionInfo().GetExecution().GetRunId()
	workflow := testkit.TemporalUI(t) + "/namespaces/default/workflows/" + url.PathEscape(id) + "/" + run
	summary := "Order " + order + " of " + customer + ", 1 line(s), 238.00 EUR"
	p := browse(t)
	p.open(workflow + "/history")
	p.shows(summary, "Timer Started", "reminder of "+invoice+" before it is due", "Check credit", "Invoice what was shipped")
	p.open(workflow + "/user-metadata")
	p.shows(summary, "Collecting: 238.00 EUR open on 1 invoice(s). Next: reminder of "+invoice+" before it is due at")
}
