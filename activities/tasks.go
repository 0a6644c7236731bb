package activities

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"o2c/models"
	"o2c/postgres"
)

// TaskInput names an accepted closure of a task.
type TaskInput struct {
	FactID string    `json:"fact_id"`
	At     time.Time `json:"at"`
}

// CloseTask carries out that a person has done a task: the dunning notice that it was, if it was one, is sent. Errors: "task-not-found",
// "task-closed".
func (c *Collections) CloseTask(ctx context.Context, in TaskInput) error {
	return postgres.InTx(ctx, c.Pool, func(tx pgx.Tx) error {
		fact, err := postgres.TakeFact[models.TaskClosure](ctx, tx, in.FactID)
		if err != nil || fact.Settled {
			return err
		}
		task, err := postgres.ReadTask(ctx, tx, fact.Content.TaskID)
		if err != nil {
			return err
		}
		event := postgres.Event{Key: in.FactID, Kind: "task-closed", At: in.At, Actor: fact.Actor, Summary: "Task " + task.Kind + " is done: " + fact.Content.Outcome}
		for to, from := range map[*string]*string{&event.CustomerID: task.CustomerID, &event.OrderID: task.OrderID, &event.Invoice: task.Invoice} {
			if from != nil {
				*to = *from
			}
		}
		if event.Invoice != "" { // a notice, and what is to be done about it, changes under the lock of its item
			if _, err = postgres.LockOpenItem(ctx, tx, event.Invoice); err != nil {
				return err
			}
		}
		closed, err := postgres.CloseTask(ctx, tx, fact.Content, fact.Actor, in.At)
		if err != nil {
			return err
		}
		if !closed {
			return models.Conflict("task-closed", "the task was closed before")
		}
		if _, err = postgres.RecordEvent(ctx, tx, event); err != nil {
			return err
		}
		return postgres.SettleFact(ctx, tx, in.FactID, nil)
	})
}
