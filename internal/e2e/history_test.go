package e2e_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/temporalproto"
	"go.temporal.io/sdk/client"

	"o2c/workflows"
)

var record = flag.Bool("record", false, "write the histories of the paths to workflows/testdata/histories, where they are replayed")

// keep writes the history of a workflow to the replay corpus when the tests run with -record. A history is kept under the
// name of its path; a released one is never overwritten, the next version gets a name of its own.
func (s *stack) keep(path, workflowID string) {
	s.t.Helper()
	if !*record {
		return
	}
	var history historypb.History
	events := s.engine.GetWorkflowHistory(s.t.Context(), workflowID, "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		event, err := events.Next()
		if err != nil {
			s.t.Fatal(err)
		}
		history.Events = append(history.Events, event)
	}
	data, err := temporalproto.CustomJSONMarshalOptions{Indent: " "}.Marshal(&history)
	if err != nil {
		s.t.Fatal(err)
	}
	if host, err := os.Hostname(); err == nil { // the sticky queue has this machine's name
		data = bytes.ReplaceAll(data, []byte(`"`+host+`:`), []byte(`"worker:`))
	}
	file := filepath.Join("..", "..", "workflows", "testdata", "histories", path+".json")
	if err = os.WriteFile(file, append(data, '\n'), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

func (s *stack) awaitEnd(workflowID string) {
	s.t.Helper()
	s.eventually("the end of "+workflowID, func() bool {
		d, err := s.engine.DescribeWorkflowExecution(s.t.Context(), workflowID, "")
		return err == nil && d.GetWorkflowExecutionInfo().GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_COMPLETED
	})
}

// While no worker runs an order is accepted, can be read, and is entered as soon as one is back. This one continues as new
// after every turn, on the real engine, and ends like any other.
func TestAnOrderIsAcceptedWithoutAWorkerAndContinuesAsNew(t *testing.T) {
	t.Parallel()
	s := startWithoutWorker(t)
	stop := s.startWorker()
	customer, sku := s.customer("100000.00"), s.product("auto", "10")
	stop()
	accepted := s.post("sales", "/v1/orders", orderOf(customer, "auto", sku, "2")).want(202)
	order := accepted.str("id")
	s.get("/v1/orders/" + order).is(map[string]string{"stage": "received", "total": "238.00"})

	id := workflows.OrderID(order)
	if err := s.engine.TerminateWorkflow(t.Context(), id, "", "starts again with a short history"); err != nil {
		t.Fatal(err)
	}
	_, err := s.engine.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: id, TaskQueue: s.queue}, workflows.OrderType,
		workflows.OrderState{OrderID: order, CollectingState: workflows.CollectingState{HistoryLimit: 1}})
	if err != nil {
		t.Fatal(err)
	}
	s.startWorker()
	s.awaitStage(order, "collecting")
	invoice := s.invoice(order)
	s.pay(customer, "100.00", invoice)
	s.skip(order, 60)
	s.wantNotices(invoice, notice{"0", "138.00", "sent"}, notice{"1", "138.00", "sent"}, notice{"2", "138.00", "sent"})
	s.pay(customer, "138.00", invoice)
	s.awaitStage(order, "closed").is(map[string]string{"outcome": "paid"})
	s.awaitEnd(id)
	if n := s.mails.count("Invoice " + invoice); n != 2 { // the invoice and the reminder before due
		t.Errorf("%d mails of the invoice and its reminder were sent, want 2: %q", n, s.mails.subjects())
	}
	s.wantClean()
}
