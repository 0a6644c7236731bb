package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"o2c/models"
)

// Hold is a dunning hold, as the process works on it. Its invoice's item is the lock that guards it; where the dunning stood is kept
// there.
type Hold struct {
	models.DunningHold

	CustomerID string
	HeldBy     string
	HeldAt     time.Time
}

// InsertHold records a hold.
func InsertHold(ctx context.Context, tx pgx.Tx, h Hold) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO dunning_holds (id, invoice, customer_id, until, reason, held_by, held_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		h.ID, h.Invoice, h.CustomerID, h.Until, h.Reason, h.HeldBy, h.HeldAt, h.EndsAt)
	if err != nil {
		return fmt.Errorf("postgres.InsertHold %s: %w", h.ID, err)
	}
	return nil
}

// ActiveHold reads the active hold of an invoice; nil without one.
func ActiveHold(ctx context.Context, db DB, invoice string) (*Hold, error) {
	var h Hold
	err := db.QueryRow(ctx, `
		SELECT id, invoice, customer_id, until, reason, state, held_by, held_at, ends_at FROM dunning_holds WHERE invoice = $1 AND state = 'active'`, invoice).
		Scan(&h.ID, &h.Invoice, &h.CustomerID, &h.Until, &h.Reason, &h.State, &h.HeldBy, &h.HeldAt, &h.EndsAt)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("postgres.ActiveHold %s: %w", invoice, err)
	}
	return &h, nil
}

// EndHold gives an active hold its final state.
func EndHold(ctx context.Context, tx pgx.Tx, id string, state models.HoldState, by string, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE dunning_holds SET state = $2, ended_by = $3, ended_at = $4 WHERE id = $1`, id, state, by, at)
	if err != nil {
		return fmt.Errorf("postgres.EndHold %s: %w", id, err)
	}
	return nil
}

// HoldView is a hold as it is shown.
type HoldView struct {
	ID      string
	Until   models.Date
	Reason  string
	State   models.HoldState
	HeldBy  string
	HeldAt  time.Time
	EndsAt  time.Time
	EndedAt *time.Time
	EndedBy *string
}

// ReadHolds lists the dunning holds of an invoice, the oldest first; "invoice-not-found".
func ReadHolds(ctx context.Context, db DB, invoice string) ([]HoldView, error) {
	if err := requireInvoice(ctx, db, invoice); err != nil {
		return nil, err
	}
	rows, err := db.Query(ctx, `
		SELECT id, until, reason, state, held_by, held_at, ends_at, ended_at, ended_by FROM dunning_holds WHERE invoice = $1 ORDER BY held_at, id`, invoice)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.ReadHolds %s: %w", invoice, err))
	}
	holds, err := pgx.CollectRows(rows, pgx.RowToStructByName[HoldView])
	return holds, TranslateError(err)
}

func requireInvoice(ctx context.Context, db DB, invoice string) error {
	var known bool
	if err := db.QueryRow(ctx, `SELECT EXISTS (SELECT FROM invoices WHERE number = $1)`, invoice).Scan(&known); err != nil {
		return TranslateError(fmt.Errorf("postgres.requireInvoice %s: %w", invoice, err))
	}
	if !known {
		return models.NotFound("invoice", invoice)
	}
	return nil
}
