package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// EventView is an event of the timeline. Detail is a JSON object.
type EventView struct {
	Kind    string
	At      time.Time
	Actor   string
	Summary string
	Detail  json.RawMessage
}

// ReadTimeline lists what happened to an order and to the invoices that it shares with others, in the order in which it was recorded.
func ReadTimeline(ctx context.Context, db DB, orderID string) ([]EventView, error) {
	rows, err := db.Query(ctx, `SELECT kind, at, actor, summary, detail FROM events 
		 WHERE order_id = $1 OR order_id IS NULL AND invoice IN (SELECT invoice FROM invoice_shares WHERE order_id = $1) ORDER BY id`, orderID)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.ReadTimeline: %w", err))
	}
	events, err := pgx.CollectRows(rows, pgx.RowToStructByName[EventView])
	return events, TranslateError(err)
}
