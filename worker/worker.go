package worker

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"o2c/activities"
	"o2c/workflows"
)

// Dependencies are what the activities work with. All are required but TaskQueue, which is workflows.TaskQueue by default, and what names
// the version of the worker.
type Dependencies struct {
	Client    client.Client
	Namespace string
	TaskQueue string
	Pool      *pgxpool.Pool
	Orders    activities.Orders
	Mailer    activities.Mailer
	// Warehouses tells warehouses outside.
	Warehouses activities.WarehouseCaller
	// Deployment and BuildID name the version of this build's workers. Without a BuildID they have none, and take whatever no version is
	// current for.
	Deployment string
	BuildID    string
}

// versioning makes the worker one of its version. Every workflow goes on with the version that is current when its next task comes (ADR 0033).
func (d Dependencies) versioning() worker.DeploymentOptions {
	if d.BuildID == "" {
		return worker.DeploymentOptions{}
	}
	return worker.DeploymentOptions{
		UseVersioning:             true,
		Version:                   worker.WorkerDeploymentVersion{DeploymentName: d.Deployment, BuildID: d.BuildID},
		DefaultVersioningBehavior: workflow.VersioningBehaviorAutoUpgrade,
	}
}

// New makes a worker with everything registered. Its pollers follow the load.
func New(d Dependencies) worker.Worker {
	queue := d.TaskQueue
	if queue == "" {
		queue = workflows.TaskQueue
	}
	pollers := worker.NewPollerBehaviorAutoscaling(worker.PollerBehaviorAutoscalingOptions{InitialNumberOfPollers: 4, MinimumNumberOfPollers: 2, MaximumNumberOfPollers: 32})
	w := worker.New(d.Client, queue, worker.Options{
		WorkflowTaskPollerBehavior:             pollers,
		ActivityTaskPollerBehavior:             pollers,
		MaxConcurrentActivityExecutionSize:     64,
		MaxConcurrentWorkflowTaskExecutionSize: 64,
		Interceptors:                           []interceptor.WorkerInterceptor{&errorInterceptor{}},
		DeploymentOptions:                      d.versioning(),
	})
	Register(w, d)
	return w
}

// Register registers all workflows and activities.
func Register(r worker.Registry, d Dependencies) {
	r.RegisterWorkflowWithOptions(workflows.Order, workflow.RegisterOptions{Name: workflows.OrderType})
	r.RegisterWorkflowWithOptions(workflows.Receivable, workflow.RegisterOptions{Name: workflows.ReceivableType})
	r.RegisterWorkflowWithOptions(workflows.Billing, workflow.RegisterOptions{Name: workflows.BillingType})
	r.RegisterWorkflowWithOptions(workflows.Payment, workflow.RegisterOptions{Name: workflows.PaymentType})
	r.RegisterWorkflowWithOptions(workflows.PaymentChange, workflow.RegisterOptions{Name: workflows.PaymentChangeType})
	r.RegisterWorkflowWithOptions(workflows.StockReceipt, workflow.RegisterOptions{Name: workflows.StockReceiptType})
	r.RegisterWorkflowWithOptions(workflows.CreditLimit, workflow.RegisterOptions{Name: workflows.CreditLimitType})
	r.RegisterWorkflowWithOptions(workflows.CreditApplication, workflow.RegisterOptions{Name: workflows.CreditApplicationType})
	r.RegisterWorkflowWithOptions(workflows.CreditRefund, workflow.RegisterOptions{Name: workflows.CreditRefundType})
	r.RegisterWorkflowWithOptions(workflows.PeriodClose, workflow.RegisterOptions{Name: workflows.PeriodCloseType})
	r.RegisterWorkflowWithOptions(workflows.Collateral, workflow.RegisterOptions{Name: workflows.CollateralType})
	r.RegisterWorkflowWithOptions(workflows.CreditStanding, workflow.RegisterOptions{Name: workflows.StandingType})
	r.RegisterWorkflowWithOptions(workflows.TaskClosure, workflow.RegisterOptions{Name: workflows.TaskClosureType})
	r.RegisterWorkflowWithOptions(workflows.Screening, workflow.RegisterOptions{Name: workflows.ScreeningType})
	r.RegisterActivity(&activities.Credit{Pool: d.Pool, Orders: d.Orders})
	r.RegisterActivity(&activities.Fulfillment{Pool: d.Pool, Orders: d.Orders})
	r.RegisterActivity(&activities.Returns{Pool: d.Pool, Orders: d.Orders})
	r.RegisterActivity(&activities.Invoicing{Pool: d.Pool, Orders: d.Orders})
	r.RegisterActivity(&activities.Collections{Pool: d.Pool, Orders: d.Orders})
	r.RegisterActivity(&activities.Receivables{Pool: d.Pool, Orders: d.Orders})
	r.RegisterActivity(&activities.CreditNotes{Pool: d.Pool, Orders: d.Orders})
	r.RegisterActivity(&activities.WriteOffs{Pool: d.Pool, Orders: d.Orders})
	r.RegisterActivity(&activities.Cash{Pool: d.Pool, Orders: d.Orders})
	r.RegisterActivity(&activities.Reconciliation{Pool: d.Pool})
	r.RegisterActivity(&activities.Books{Pool: d.Pool})
	r.RegisterActivity(&activities.Facts{Pool: d.Pool})
	r.RegisterActivity(&activities.Messages{Pool: d.Pool, Mailer: d.Mailer})
	r.RegisterActivity(&activities.Warehouses{Pool: d.Pool, Caller: d.Warehouses})
}

// CheckAttributes fails when a search attribute is not registered with the namespace: an upsert of such a one would leave
// workflows hanging without an error.
func CheckAttributes(ctx context.Context, c client.Client, namespace string) error {
	registered, err := c.OperatorService().ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: namespace})
	if err != nil {
		return fmt.Errorf("the search attributes of namespace %q can't be listed: %w", namespace, err)
	}
	for _, attribute := range workflows.Attributes() {
		kind, found := registered.GetCustomAttributes()[attribute.GetName()]
		if !found {
			return fmt.Errorf("search attribute %s is not registered with namespace %q", attribute.GetName(), namespace)
		}
		if kind != attribute.GetValueType() {
			return fmt.Errorf("search attribute %s of namespace %q is %s and must be %s", attribute.GetName(), namespace, kind, attribute.GetValueType())
		}
	}
	return nil
}
