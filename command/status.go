package command

import (
	"context"
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/converter"

	"o2c/models"
	"o2c/postgres"
	"o2c/workflows"
)

// manyAttempts is how often an activity may be tried before the order's status says so (architecture, rule 14).
const manyAttempts = 3

// Status says why an order waits and who may act. It is read from the book; what only the engine knows, a parked order or an
// activity that fails again and again, is added when the engine answers at once. "order-not-found".
func (s *Service) Status(ctx context.Context, orderID string) (models.OrderStatus, error) {
	progress, err := postgres.ReadProgress(ctx, s.DB, orderID, s.CustomerNow)
	if err != nil {
		return models.OrderStatus{}, err
	}
	if progress.Stage != models.Closed {
		if parked := s.technicalBlock(ctx, workflows.OrderID(orderID)); parked != nil {
			progress.BlockedBy = parked
		}
	}
	return progress.Status(), nil
}

// technicalBlock asks the engine what keeps a workflow, and does without the answer when it is slow.
func (s *Service) technicalBlock(ctx context.Context, workflowID string) *models.Block {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	workflow, err := s.Temporal.DescribeWorkflowExecution(ctx, workflowID, "")
	if err != nil {
		return nil
	}
	var code string
	blocked := workflow.GetWorkflowExecutionInfo().GetSearchAttributes().GetIndexedFields()[workflows.BlockedByAttribute.GetName()]
	if blocked != nil && converter.GetDefaultDataConverter().FromPayload(blocked, &code) == nil && strings.HasPrefix(code, models.Technical) {
		return &models.Block{Code: code, Detail: "A step could not be taken; it waits for an intervention."}
	}
	for _, activity := range workflow.GetPendingActivities() {
		if activity.GetAttempt() > manyAttempts && activity.GetLastFailure() != nil {
			return &models.Block{Code: models.BlockedFailingStep, Detail: fmt.Sprintf("%s fails, this is attempt %d: %s",
				activity.GetActivityType().GetName(), activity.GetAttempt(), activity.GetLastFailure().GetMessage())}
		}
	}
	return nil
}
