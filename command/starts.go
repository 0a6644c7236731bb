package command

import (
	"context"
	"errors"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"o2c/models"
	"o2c/workflows"
)

// start starts a workflow that exists once: started before is success, whether it still runs or has ended. A reuse policy of
// its own in options says otherwise.
func (s *Service) start(ctx context.Context, deadline time.Time, customerID string, options client.StartWorkflowOptions, workflowType string, input any) error {
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	ctx, options, err := s.onClockOf(ctx, customerID, options)
	if err != nil {
		return err
	}
	options.TaskQueue = s.queue()
	if options.WorkflowIDReusePolicy == enumspb.WORKFLOW_ID_REUSE_POLICY_UNSPECIFIED {
		options.WorkflowIDReusePolicy = enumspb.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE
	}
	options.WorkflowExecutionErrorWhenAlreadyStarted = true
	_, err = s.Temporal.ExecuteWorkflow(ctx, options, workflowType, input)
	var started *serviceerror.WorkflowExecutionAlreadyStarted
	if errors.As(err, &started) || temporal.IsWorkflowExecutionAlreadyStartedError(err) {
		return nil
	}
	return engineError(err)
}

// collector is the workflow that collects: an order's or, without an order, that of an invoice which belongs to no single one.
type collector struct {
	OrderID    string
	Invoice    string
	CustomerID string
}

// collectorOf is who collects an invoice.
func collectorOf(orderID *string, invoice, customerID string) collector {
	if orderID != nil {
		return collector{OrderID: *orderID, CustomerID: customerID}
	}
	return collector{Invoice: invoice, CustomerID: customerID}
}

func (c collector) workflowID() string {
	if c.OrderID != "" {
		return workflows.OrderID(c.OrderID)
	}
	return workflows.ReceivableID(c.Invoice)
}

// resumed is the type of the workflow and the input that brings it back. skipped is how long it has to wait by itself until its clock
// is the customer's.
func (c collector) resumed(skipped time.Duration) (workflowType string, input any) {
	state := workflows.CollectingState{Resume: true, Skipped: skipped}
	if c.OrderID != "" {
		return workflows.OrderType, workflows.OrderState{OrderID: c.OrderID, CollectingState: state}
	}
	return workflows.ReceivableType, workflows.ReceivableState{Invoice: c.Invoice, CollectingState: state}
}

func (c collector) options() client.StartWorkflowOptions {
	summary := "Order " + c.OrderID + ", resumed"
	if c.OrderID == "" {
		summary = "Invoice " + c.Invoice + ", resumed"
	}
	return client.StartWorkflowOptions{
		ID: c.workflowID(), StaticSummary: summary, TypedSearchAttributes: orderAttributes(c.CustomerID, "", nil),
		WorkflowIDReusePolicy: enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
	}
}

// tell signals a workflow that collects, and brings it back when it has closed.
func (s *Service) tell(ctx context.Context, deadline time.Time, to collector, signal string, message any) error {
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	ctx, options, err := s.onClockOf(ctx, to.CustomerID, to.options())
	if err != nil {
		return err
	}
	options.TaskQueue = s.queue()
	workflowType, state := to.resumed(0)
	_, err = s.Temporal.SignalWithStartWorkflow(ctx, options.ID, signal, message, options, workflowType, state)
	return engineError(err)
}

// orderAttributes are the search attributes that are known when an order's workflow starts; set then, they cost nothing. A
// resumed order shows its stage itself.
func orderAttributes(customerID, poNumber string, stage *models.Stage) temporal.SearchAttributes {
	attributes := []temporal.SearchAttributeUpdate{workflows.CustomerAttribute.ValueSet(customerID)}
	if poNumber != "" {
		attributes = append(attributes, workflows.PurchaseOrderAttribute.ValueSet(poNumber))
	}
	if stage != nil {
		attributes = append(attributes, workflows.StageAttribute.ValueSet(string(*stage)))
	}
	return temporal.NewSearchAttributes(attributes...)
}
