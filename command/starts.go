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

// tell signals an order, and brings its workflow back when it has closed.
func (s *Service) tell(ctx context.Context, deadline time.Time, orderID, customerID, signal string, message any) error {
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	options := client.StartWorkflowOptions{
		ID:                    workflows.OrderID(orderID),
		StaticSummary:         "Order " + orderID + ", resumed",
		TypedSearchAttributes: orderAttributes(customerID, "", nil),
	}
	ctx, options, err := s.onClockOf(ctx, customerID, options)
	if err != nil {
		return err
	}
	options.TaskQueue = s.queue()
	options.WorkflowIDReusePolicy = enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE
	_, err = s.Temporal.SignalWithStartWorkflow(ctx, options.ID, signal, message, options,
		workflows.OrderType, workflows.OrderState{OrderID: orderID, Resume: true})
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
