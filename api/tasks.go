package api

import (
	"context"

	"o2c/models"
	"o2c/postgres"
)

// ListTasks answers with a page of what people have to do.
func (s *server) ListTasks(ctx context.Context, r ListTasksRequestObject) (ListTasksResponseObject, error) {
	filter := postgres.TaskFilter{Role: (*string)(r.Params.Role), CustomerID: r.Params.CustomerID, Kind: r.Params.Kind}
	if state := valueOr(r.Params.State, ListTasksParamsStateOpen); state != ListTasksParamsStateAll {
		filter.Open = new(state == ListTasksParamsStateOpen)
	}
	found, next, err := postgres.ListTasks(ctx, s.db, filter, pageOf(r.Params.Limit, r.Params.Cursor))
	return ListTasks200JSONResponse{Data: each(found, task), NextCursor: next}, err
}

// GetTask answers with a task.
func (s *server) GetTask(ctx context.Context, r GetTaskRequestObject) (GetTaskResponseObject, error) {
	found, err := postgres.ReadTask(ctx, s.db, r.TaskID)
	return GetTask200JSONResponse(task(found)), err
}

// CloseTask says that a task is done.
func (s *server) CloseTask(ctx context.Context, r CloseTaskRequestObject) (CloseTaskResponseObject, error) {
	claim := claimOf(ctx)
	done, err := s.commands.CloseTask(ctx, claim, models.TaskClosure{TaskID: r.TaskID, Outcome: r.Body.Outcome})
	if err != nil {
		return nil, err
	}
	if !done {
		return CloseTask202JSONResponse{Body: accepted(claim.ID).Body}, nil
	}
	found, err := postgres.ReadTask(ctx, s.db, r.TaskID)
	return CloseTask200JSONResponse{Body: task(found)}, err
}

func task(v postgres.TaskView) Task {
	state := TaskStateOpen
	if v.ClosedAt != nil {
		state = TaskStateClosed
	}
	return Task{
		ID: v.ID, Kind: v.Kind, Role: v.Role, CustomerID: v.CustomerID, OrderID: v.OrderID, Invoice: v.Invoice, Detail: v.Detail, State: state,
		OpenedAt: v.OpenedAt.UTC(), ClosedAt: instant(v.ClosedAt), ClosedBy: v.ClosedBy, Outcome: v.Outcome,
	}
}
