package postgres

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Event is a row of the timeline. Key, where it is set, is the command or fact that made it happen: each happens once.
// Detail is a struct that becomes JSON, or nil.
// PaymentID, where it is not set, is the payment that the key names.
type Event struct {
	Key        string
	OrderID    string
	CustomerID string
	Invoice    string
	PaymentID  string
	Kind       string
	At         time.Time
	Actor      string
	Summary    string
	Detail     any
}

// RecordEvent adds an event to the timeline; false means that its key was recorded before.
func RecordEvent(ctx context.Context, db DB, e Event) (bool, error) {
	if e.Detail == nil {
		e.Detail = struct{}{}
	}
	if e.PaymentID == "" {
		for part := range strings.SplitSeq(e.Key, "/") {
			if strings.HasPrefix(part, "pay_") {
				e.PaymentID = part
			}
		}
	}
	tag, err := db.Exec(ctx, `
		INSERT INTO events (key, order_id, customer_id, invoice, payment_id, kind, at, actor, summary, detail)
		VALUES (nullif($1, ''), nullif($2, ''), nullif($3, ''), nullif($4, ''), nullif($5, ''), $6, $7, $8, $9, $10)
		ON CONFLICT (key) DO NOTHING`,
		e.Key, e.OrderID, e.CustomerID, e.Invoice, e.PaymentID, e.Kind, e.At, e.Actor, e.Summary, e.Detail)
	if err != nil {
		return false, fmt.Errorf("postgres.RecordEvent %s: %w", e.Kind, err)
	}
	return tag.RowsAffected() == 1, nil
}

// Happened says whether a command or fact has left its event.
func Happened(ctx context.Context, db DB, key string) (bool, error) {
	var happened bool
	if err := db.QueryRow(ctx, `SELECT EXISTS (SELECT FROM events WHERE key = $1)`, key).Scan(&happened); err != nil {
		return false, fmt.Errorf("postgres.Happened: %w", err)
	}
	return happened, nil
}
