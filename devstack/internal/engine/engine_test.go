package engine

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"o2c/devstack/internal/ports"
)

const queue = "o2c"

// start starts an engine and returns a client of it.
func start(t *testing.T, ctx context.Context, file string) client.Client {
	t.Helper()
	port, err := ports.Free()
	if err != nil {
		t.Fatal(err)
	}
	e, err := Start(ctx, Options{Port: port, File: file, LogFile: filepath.Join(t.TempDir(), "temporal.log")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		limited, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		e.Stop(limited)
	})
	c, err := client.Dial(client.Options{HostPort: e.Address(), Namespace: Namespace, Logger: quiet{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

type quiet struct{}

func (quiet) Debug(string, ...any) {}
func (quiet) Info(string, ...any)  {}
func (quiet) Warn(string, ...any)  {}
func (quiet) Error(string, ...any) {}

var _ sdklog.Logger = quiet{}

// month sleeps 30 days on the workflow's clock and returns how long that was.
func month(ctx workflow.Context) (time.Duration, error) {
	began := workflow.Now(ctx)
	err := workflow.Sleep(ctx, 30*24*time.Hour)
	return workflow.Now(ctx).Sub(began), err
}

// year sleeps twelve months; it has somewhere to stop on the way.
func year(ctx workflow.Context) error {
	for range 12 {
		if err := workflow.Sleep(ctx, 30*24*time.Hour); err != nil {
			return err
		}
	}
	return nil
}

// fastForward moves a workflow's clock and returns how the engine answers that it is done.
func fastForward(ctx context.Context, c client.Client, workflowID, id string, by time.Duration) (enumspb.FastForwardPollingResult, error) {
	execution := &commonpb.WorkflowExecution{WorkflowId: workflowID}
	if _, err := c.WorkflowService().UpdateWorkflowExecutionOptions(ctx, &workflowservice.UpdateWorkflowExecutionOptionsRequest{
		Namespace:         Namespace,
		WorkflowExecution: execution,
		WorkflowExecutionOptions: &workflowpb.WorkflowExecutionOptions{TimeSkippingConfig: &commonpb.TimeSkippingConfig{
			Enabled:             true,
			FastForwardConfig:   &commonpb.FastForwardConfig{Id: id, Duration: durationpb.New(by)},
			MaxSessionSkipCount: 10_000,
		}},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"time_skipping_config"}},
	}); err != nil {
		return 0, err
	}
	for {
		answer, err := c.WorkflowService().PollWorkflowExecutionTimeSkipping(ctx, &workflowservice.PollWorkflowExecutionTimeSkippingRequest{
			Namespace: Namespace, WorkflowExecution: execution, FastForwardId: id,
		})
		if err != nil {
			return 0, err
		}
		if result := answer.GetFastForwardPollingResult(); result != enumspb.FAST_FORWARD_POLLING_RESULT_POLL_TIMEOUT {
			return result, nil
		}
	}
}

func TestAnEngineRunsWorkflowsAndSkipsTime(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
	defer cancel()
	c := start(t, ctx, "")
	w := worker.New(c, queue, worker.Options{})
	w.RegisterWorkflow(month)
	w.RegisterWorkflow(year)
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	defer w.Stop()

	t.Run("a fast-forward past the end closes the workflow", func(t *testing.T) {
		run, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: "month", TaskQueue: queue}, month)
		if err != nil {
			t.Fatal(err)
		}
		result, err := fastForward(ctx, c, "month", "31 days", 31*24*time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		// The workflow ends on the way, so the fast-forward itself never arrives.
		if result != enumspb.FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_FAILED {
			t.Errorf("fast-forward answered %s", result)
		}
		var slept time.Duration
		if err := run.Get(ctx, &slept); err != nil {
			t.Fatal(err)
		}
		if slept < 30*24*time.Hour {
			t.Errorf("the workflow saw %s pass, want 30 days", slept)
		}
	})

	t.Run("a fast-forward to a point on the way stops there", func(t *testing.T) {
		if _, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: "year", TaskQueue: queue}, year); err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{"first", "second"} {
			result, err := fastForward(ctx, c, "year", id, 45*24*time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			if result != enumspb.FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_COMPLETED {
				t.Errorf("the %s fast-forward answered %s", id, result)
			}
		}
		description, err := c.DescribeWorkflowExecution(ctx, "year", "")
		if err != nil {
			t.Fatal(err)
		}
		if status := description.GetWorkflowExecutionInfo().GetStatus(); status != enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING {
			t.Errorf("the workflow is %s", status)
		}
		skipped := time.Until(description.GetWorkflowExtendedInfo().GetTimeSkippingInfo().GetCurrentTime().AsTime())
		if days := skipped.Hours() / 24; days < 89 || days > 91 {
			t.Errorf("the workflow's clock is %.1f days ahead, want 90", days)
		}
	})

	t.Run("every search attribute can be set and searched", func(t *testing.T) {
		if _, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
			ID: "searched", TaskQueue: queue,
			TypedSearchAttributes: temporal.NewSearchAttributes(
				temporal.NewSearchAttributeKeyKeyword("O2CStage").ValueSet("collecting"),
				temporal.NewSearchAttributeKeyKeyword("O2CCustomer").ValueSet("C-1"),
				temporal.NewSearchAttributeKeyKeyword("O2CBlockedBy").ValueSet("none"),
				temporal.NewSearchAttributeKeyKeyword("O2CPurchaseOrder").ValueSet("PO-1"),
				temporal.NewSearchAttributeKeyKeywordList("O2CInvoices").ValueSet([]string{"I-1", "I-2"}),
				temporal.NewSearchAttributeKeyTime("O2CNextActionAt").ValueSet(time.Now()),
				temporal.NewSearchAttributeKeyFloat64("O2COpenAmount").ValueSet(12.5),
			),
		}, year); err != nil {
			t.Fatal(err)
		}
		query := `O2CStage = "collecting" AND O2CInvoices = "I-2" AND O2COpenAmount > 12`
		until(t, ctx, "the workflow is found", func() bool {
			count, err := c.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{Query: query})
			return err == nil && count.GetCount() == 1
		})
	})

	t.Run("closed workflows are kept for at least 30 days", func(t *testing.T) {
		namespace, err := c.WorkflowService().DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: Namespace})
		if err != nil {
			t.Fatal(err)
		}
		if kept := namespace.GetConfig().GetWorkflowExecutionRetentionTtl().AsDuration(); kept < 30*24*time.Hour {
			t.Errorf("closed workflows are kept for %s", kept)
		}
	})
}

func TestAFileOfAnOlderVersionGetsTheNewSearchAttributes(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
	defer cancel()
	file := filepath.Join(t.TempDir(), "temporal.db")
	if _, err := openDatabase(file, map[string]enumspb.IndexedValueType{"O2CStage": enumspb.INDEXED_VALUE_TYPE_KEYWORD}); err != nil {
		t.Fatal(err)
	}
	c := start(t, ctx, file)
	known, err := c.OperatorService().ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: Namespace})
	if err != nil {
		t.Fatal(err)
	}
	for name, kind := range Attributes {
		if known.GetCustomAttributes()[name] != kind {
			t.Errorf("%s is %s, want %s", name, known.GetCustomAttributes()[name], kind)
		}
	}
}

// until polls a condition and fails the test when it does not come true before ctx ends.
func until(t *testing.T, ctx context.Context, what string, met func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !met() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("not reached: %s", what)
		}
	}
}
