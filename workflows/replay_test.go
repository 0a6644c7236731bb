package workflows_test

import (
	"os"
	"path/filepath"
	"testing"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"o2c/models"
	"o2c/workflows"
)

// replayer knows the workflows of this version; order is what stands for the order's.
func replayer(order any) worker.WorkflowReplayer {
	r := worker.NewWorkflowReplayer()
	r.RegisterWorkflowWithOptions(order, workflow.RegisterOptions{Name: workflows.OrderType})
	r.RegisterWorkflowWithOptions(workflows.Receivable, workflow.RegisterOptions{Name: workflows.ReceivableType})
	r.RegisterWorkflowWithOptions(workflows.Payment, workflow.RegisterOptions{Name: workflows.PaymentType})
	return r
}

func histories(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/histories/*.json")
	if err != nil || len(files) < 6 {
		t.Fatalf("%d histories (%v): the corpus is not there", len(files), err)
	}
	return files
}

// Every history of the corpus replays with this version of the code. A failure here means that orders that are open
// would break when this version is deployed.
func TestEveryKeptHistoryReplays(t *testing.T) {
	t.Parallel()
	for _, file := range histories(t) {
		if err := replayer(workflows.Order).ReplayWorkflowHistoryFromJSONFile(nil, file); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// The gate bites: an order that begins with anything but its credit check does not replay.
func TestAChangedOrderDoesNotReplay(t *testing.T) {
	t.Parallel()
	changed := func(ctx workflow.Context, state workflows.OrderState) (models.Outcome, error) {
		if err := workflow.Sleep(ctx, 1); err != nil {
			return "", err
		}
		return workflows.Order(ctx, state)
	}
	for _, file := range histories(t) {
		reader, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		history, err := client.HistoryFromJSON(reader, client.HistoryJSONOptions{})
		_ = reader.Close()
		if err != nil {
			t.Fatal(err)
		}
		start := history.GetEvents()[0]
		if start.GetEventType() != enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED {
			t.Fatalf("%s begins with %s", file, start.GetEventType())
		}
		if start.GetWorkflowExecutionStartedEventAttributes().GetWorkflowType().GetName() != workflows.OrderType {
			continue
		}
		if err = replayer(changed).ReplayWorkflowHistory(nil, history); err == nil {
			t.Errorf("%s replays with a changed workflow", file)
		}
	}
}
