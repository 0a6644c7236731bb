package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// Approval is what one person asked for and another one decides. Content is what is carried out then. The decided fields are nil
// while it waits.
type Approval struct {
	ID             string
	Kind           string
	Subject        string // the id of what it is about
	CustomerID     string
	Currency       models.Currency
	Amount         decimal.Decimal
	Reason         string
	Content        json.RawMessage
	RequestedBy    string
	RequestedAt    time.Time
	RecordedAt     time.Time
	Decision       *models.ApprovalDecision
	DecisionID     *string
	DecisionReason *string
	DecidedBy      *string
	DecidedAt      *time.Time
}

// RequestApproval records that something waits for a second person.
func RequestApproval(ctx context.Context, tx pgx.Tx, a Approval) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO approvals (id, kind, subject, customer_id, currency, amount, reason, content, requested_by, requested_at)
		VALUES ($1, $2, $3, nullif($4, ''), $5, $6, $7, $8, $9, $10)`,
		a.ID, a.Kind, a.Subject, a.CustomerID, a.Currency, a.Amount, a.Reason, a.Content, a.RequestedBy, a.RequestedAt)
	if err != nil {
		return fmt.Errorf("postgres.RequestApproval: %w", err)
	}
	return nil
}

const approvalColumns = `
	SELECT id, kind, subject, coalesce(customer_id, '') AS customer_id, currency, amount, reason, content, requested_by, requested_at, recorded_at,
	       decision, decision_id, decision_reason, decided_by, decided_at
	  FROM approvals `

// ReadApproval reads a request for approval; "approval-not-found".
func ReadApproval(ctx context.Context, db DB, id string) (Approval, error) {
	return readApproval(ctx, db, `WHERE id = $1`, id)
}

// TakeApproval locks a request for approval; "approval-not-found".
func TakeApproval(ctx context.Context, tx pgx.Tx, id string) (Approval, error) {
	return readApproval(ctx, tx, `WHERE id = $1 FOR UPDATE`, id)
}

func readApproval(ctx context.Context, db DB, where, id string) (Approval, error) {
	rows, err := db.Query(ctx, approvalColumns+where, id)
	if err != nil {
		return Approval{}, TranslateError(fmt.Errorf("postgres.ReadApproval: %w", err))
	}
	found, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Approval])
	if errors.Is(err, pgx.ErrNoRows) {
		return found, models.NotFound("approval", id)
	}
	return found, TranslateError(err)
}

// ListApprovals reads a page of the requests for approval, oldest first; waiting only takes those that nobody has decided.
func ListApprovals(ctx context.Context, db DB, waiting bool, page Page) ([]Approval, *string, error) {
	at, key, err := page.after()
	if err != nil {
		return nil, nil, err
	}
	rows, err := db.Query(ctx, approvalColumns+`
		 WHERE (NOT $1 OR decided_at IS NULL) AND ($2::timestamptz IS NULL OR (recorded_at, id) > ($2, $3))
		 ORDER BY recorded_at, id LIMIT $4`, pgx.QueryExecModeCacheDescribe, waiting, at, key, page.Limit+1)
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListApprovals: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[Approval])
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListApprovals: %w", err))
	}
	found, next := cut(page, found, func(a Approval) position { return latest(a.RecordedAt, a.ID) })
	return found, next, nil
}

// DecideApproval writes down how a locked request was decided. The database refuses whoever asked for it (approvals_four_eyes).
func DecideApproval(ctx context.Context, tx pgx.Tx, r models.ApprovalRuling, at time.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE approvals SET decision = $2, decision_id = $3, decision_reason = $4, decided_by = $5, decided_at = $6 WHERE id = $1`,
		r.ApprovalID, r.Decision, r.ID, r.Reason, r.Actor, at)
	if err != nil {
		return fmt.Errorf("postgres.DecideApproval: %w", err)
	}
	return nil
}

// LapseApprovals ends the requests of some kinds that wait for a subject which needs them no more; so may those that the system itself has made.
func LapseApprovals(ctx context.Context, tx pgx.Tx, subject, why string, at time.Time, kinds ...string) error {
	_, err := tx.Exec(ctx, `
		UPDATE approvals
		   SET decision = 'lapse', decision_id = 'lapse/' || id, decision_reason = $3, decided_by = 'o2c', decided_at = $4
		 WHERE kind = ANY($1) AND subject = $2 AND decided_at IS NULL`, kinds, subject, why, at)
	if err != nil {
		return fmt.Errorf("postgres.LapseApprovals: %w", err)
	}
	return nil
}
