package e2e_test

import (
	"strings"
	"testing"

	enumspb "go.temporal.io/api/enums/v1"
	sdkpb "go.temporal.io/api/sdk/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/converter"

	"o2c/workflows"
)

// What an operator sees of an order that waits for money: a summary on the workflow, on every activity and on the timer, the
// details in words, and the search attributes by which it is found. Nothing of it names the customer's person.
func TestAnOperatorSeesTheOrdersStory(t *testing.T) {
	t.Parallel()
	s := start(t)
	customer, sku := s.customer("100000.00"), s.product("auto", "10")
	request := orderOf(customer, "auto", sku, "2")
	request["po_number"] = "PO-4711"
	order := s.post("sales", "/v1/orders", request).want(201).str("id")
	s.awaitStage(order, "collecting")
	invoice, id := s.invoice(order), workflows.OrderID(order)
	s.eventually("the order to be found by what it waits for", func() bool {
		found, err := s.engine.CountWorkflow(t.Context(), &workflowservice.CountWorkflowExecutionsRequest{
			Query: `O2CStage = "collecting" AND O2CCustomer = "` + customer + `" AND O2CPurchaseOrder = "PO-4711" AND O2CInvoices = "` + invoice +
				`" AND O2COpenAmount = 238.0 AND O2CNextActionAt > "2020-01-01T00:00:00Z" AND ExecutionStatus = "Running"`,
		})
		return err == nil && found.GetCount() == 1
	})
	var seen []string
	read := func(metadata *sdkpb.UserMetadata) {
		var text string
		if metadata.GetSummary() != nil && converter.GetDefaultDataConverter().FromPayload(metadata.GetSummary(), &text) == nil {
			seen = append(seen, text)
		}
	}
	description, err := s.engine.DescribeWorkflowExecution(t.Context(), id, "")
	if err != nil {
		t.Fatal(err)
	}
	read(description.GetExecutionConfig().GetUserMetadata())
	events := s.engine.GetWorkflowHistory(t.Context(), id, "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		event, err := events.Next()
		if err != nil {
			t.Fatal(err)
		}
		switch event.GetEventType() {
		case enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED, enumspb.EVENT_TYPE_TIMER_STARTED:
			read(event.GetUserMetadata())
		}
	}
	value, err := s.engine.QueryWorkflow(t.Context(), id, "", "__temporal_workflow_metadata")
	if err != nil {
		t.Fatal(err)
	}
	var metadata sdkpb.WorkflowMetadata
	if err = value.Get(&metadata); err != nil {
		t.Fatal(err)
	}
	seen = append(seen, metadata.GetCurrentDetails())
	want := []string{
		"Order " + order + " of " + customer + ", 1 line(s), 238.00 EUR", "Check credit", "Reserve stock, ship what ships by itself",
		"Invoice what was shipped", "reminder of " + invoice + " before it is due", "Send order-confirmation/" + order + "/1 and 2 more",
		"Collecting: 238.00 EUR open on 1 invoice(s). Next: reminder of " + invoice + " before it is due at",
	}
	for _, text := range want {
		if !strings.Contains(strings.Join(seen, "\n"), text) {
			t.Errorf("%q is not among what is seen:\n%s", text, strings.Join(seen, "\n"))
		}
	}
	if strings.Contains(strings.Join(seen, "\n"), "buyer.example") {
		t.Errorf("a person's address is seen:\n%s", strings.Join(seen, "\n"))
	}
}
