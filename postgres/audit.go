package postgres

import (
	"context"
	"fmt"
)

// AuditEntry says who changed which reference data, and how. Detail is written as JSON.
type AuditEntry struct {
	Actor      string
	Action     string // create, change, replace
	ObjectKind string
	ObjectID   string
	Detail     any
}

// Audit records a change of reference data in the transaction that makes it.
func Audit(ctx context.Context, db DB, e AuditEntry) error {
	_, err := db.Exec(ctx, `
		INSERT INTO audit_log (actor, action, object_kind, object_id, detail)
		VALUES ($1, $2, $3, $4, coalesce($5::jsonb, '{}'))`,
		e.Actor, e.Action, e.ObjectKind, e.ObjectID, e.Detail)
	if err != nil {
		return fmt.Errorf("postgres.Audit: %w", err)
	}
	return nil
}
