package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"o2c/models"
)

// TaskView is something that a person has to do, or did.
type TaskView struct {
	ID         string
	Kind       string
	Role       string
	CustomerID *string
	OrderID    *string
	Invoice    *string
	Detail     string
	OpenedAt   time.Time
	ClosedAt   *time.Time
	ClosedBy   *string
	Outcome    *string
}

const taskColumns = `SELECT id, kind, role, customer_id, order_id, invoice, detail, opened_at, closed_at, closed_by, outcome FROM tasks `

// TaskFilter narrows a list of tasks; nil takes all.
type TaskFilter struct {
	Role       *string
	CustomerID *string
	Kind       *string
	Open       *bool
}

// ListTasks reads a page of tasks, oldest first.
func ListTasks(ctx context.Context, db DB, f TaskFilter, page Page) ([]TaskView, *string, error) {
	at, key, err := page.after()
	if err != nil {
		return nil, nil, err
	}
	rows, err := db.Query(ctx, taskColumns+`
		 WHERE ($1::text IS NULL OR role = $1) AND ($2::text IS NULL OR customer_id = $2) AND ($3::text IS NULL OR kind = $3)
		   AND ($4::boolean IS NULL OR (closed_at IS NULL) = $4) AND ($5::timestamptz IS NULL OR (opened_at, id) > ($5, $6))
		 ORDER BY opened_at, id LIMIT $7`, pgx.QueryExecModeCacheDescribe, f.Role, f.CustomerID, f.Kind, f.Open, at, key, page.Limit+1)
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListTasks: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[TaskView])
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListTasks: %w", err))
	}
	found, next := cut(page, found, func(t TaskView) position { return latest(t.OpenedAt, t.ID) })
	return found, next, nil
}

// ReadTask reads a task; "task-not-found".
func ReadTask(ctx context.Context, db DB, id string) (TaskView, error) {
	rows, err := db.Query(ctx, taskColumns+`WHERE id = $1`, id)
	if err != nil {
		return TaskView{}, TranslateError(fmt.Errorf("postgres.ReadTask: %w", err))
	}
	task, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[TaskView])
	if errors.Is(err, pgx.ErrNoRows) {
		return task, models.NotFound("task", id)
	}
	return task, TranslateError(err)
}

// CloseTask closes an open task, and marks the dunning notice that it carried out as sent; false means that it was closed before.
func CloseTask(ctx context.Context, tx pgx.Tx, closure models.TaskClosure, by string, at time.Time) (bool, error) {
	var noticeID *int64
	err := tx.QueryRow(ctx, `
		UPDATE tasks SET closed_at = $2, closed_by = $3, outcome = $4 WHERE id = $1 AND closed_at IS NULL RETURNING notice_id`,
		closure.TaskID, at, by, closure.Outcome).Scan(&noticeID)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	if err == nil && noticeID != nil {
		_, err = tx.Exec(ctx, noticeBecomes, *noticeID, "sent", "")
	}
	if err != nil {
		return false, fmt.Errorf("postgres.CloseTask %s: %w", closure.TaskID, err)
	}
	return true, nil
}
