package command

import (
	"context"

	"o2c/models"
	"o2c/postgres"
)

// CloseTask says that a task is done, and waits for that to be carried out; false while no worker has done so. Errors: "task-not-found",
// "task-closed", "engine-unavailable".
func (s *Service) CloseTask(ctx context.Context, claim *Claim, closure models.TaskClosure) (bool, error) {
	fact, err := s.recorded(ctx, claim.ID, postgres.TaskClosureFact)
	if err != nil {
		return false, err
	}
	task, err := postgres.ReadTask(ctx, s.DB, closure.TaskID)
	if err != nil {
		return false, err
	}
	if fact == nil && task.ClosedAt != nil {
		return false, models.Conflict("task-closed", "the task was closed before")
	}
	customerID := ""
	if task.CustomerID != nil {
		customerID = *task.CustomerID
	}
	return s.change(ctx, claim.ID, claim.Principal, postgres.TaskClosureFact, customerID, closure)
}
