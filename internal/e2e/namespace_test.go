package e2e_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"google.golang.org/protobuf/types/known/durationpb"

	"o2c/internal/testkit"
	"o2c/worker"
	"o2c/workflows"
)

// newNamespace registers a namespace with the product's search attributes and waits until the engine knows both.
func newNamespace(t testing.TB) string {
	t.Helper()
	name := "e2e-" + uuid.NewString()
	engine, err := client.Dial(client.Options{HostPort: testkit.TemporalAddress(t), Namespace: name})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(engine.Close)
	_, err = engine.WorkflowService().RegisterNamespace(t.Context(), &workflowservice.RegisterNamespaceRequest{
		Namespace: name, WorkflowExecutionRetentionPeriod: durationpb.New(24 * time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	attributes := map[string]enumspb.IndexedValueType{}
	for _, attribute := range workflows.Attributes() {
		attributes[attribute.GetName()] = attribute.GetValueType()
	}
	s := &stack{t: t}
	s.eventually("a namespace of its own", func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if worker.CheckAttributes(ctx, engine, name) != nil {
			_, _ = engine.OperatorService().AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{Namespace: name, SearchAttributes: attributes})
			return false
		}
		// Its parts learn of the attributes one after the other: a workflow that carries one is taken when all know them.
		_, err := engine.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
			ID: "probe", TaskQueue: name, TypedSearchAttributes: temporal.NewSearchAttributes(workflows.StageAttribute.ValueSet("x")),
		}, "Probe")
		return err == nil && engine.TerminateWorkflow(ctx, "probe", "", "the namespace is ready") == nil
	})
	return name
}
