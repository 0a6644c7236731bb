package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Message is something to tell a customer. Key is the business fact that it tells.
type Message struct {
	Key        string
	OrderID    string
	Invoice    string
	CustomerID string
	Kind       string
	Channel    string
	Recipient  string
	Subject    string
	Body       string
	NoticeID   *int64
	State      string
}

// QueueMessage records a message in the transaction of its effect; a key that was queued before changes nothing.
func QueueMessage(ctx context.Context, tx pgx.Tx, m Message, at time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO messages (key, order_id, invoice, customer_id, kind, channel, recipient, subject, body, notice_id, queued_at)
		VALUES ($1, nullif($2, ''), nullif($3, ''), $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (key) DO NOTHING`,
		m.Key, m.OrderID, m.Invoice, m.CustomerID, m.Kind, m.Channel, m.Recipient, m.Subject, m.Body, m.NoticeID, at)
	if err != nil {
		return fmt.Errorf("postgres.QueueMessage: %w", err)
	}
	return nil
}

// QueuedMessages reads those of some messages that are not sent or refused yet, in the order in which they were queued.
func QueuedMessages(ctx context.Context, db DB, keys []string) ([]Message, error) {
	rows, err := db.Query(ctx, `
		SELECT key, coalesce(order_id, '') AS order_id, coalesce(invoice, '') AS invoice, customer_id, kind, channel, recipient,
		       subject, body, notice_id, state
		  FROM messages WHERE key = ANY($1) AND state = 'queued' ORDER BY sequence`, keys)
	if err != nil {
		return nil, fmt.Errorf("postgres.QueuedMessages: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Message])
}

// QueuedMessageKeys are the keys of an order's messages that are not sent or refused yet, oldest first.
func QueuedMessageKeys(ctx context.Context, db DB, orderID string) ([]string, error) {
	rows, err := db.Query(ctx, `SELECT key FROM messages WHERE order_id = $1 AND state = 'queued' ORDER BY sequence`, orderID)
	if err != nil {
		return nil, fmt.Errorf("postgres.QueuedMessageKeys: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// QueuedMessageKeysOfInvoice are the keys of the messages about an invoice that belongs to no single order that are not sent or
// refused yet, oldest first.
func QueuedMessageKeysOfInvoice(ctx context.Context, db DB, invoice string) ([]string, error) {
	rows, err := db.Query(ctx, `SELECT key FROM messages WHERE invoice = $1 AND order_id IS NULL AND state = 'queued' ORDER BY sequence`, invoice)
	if err != nil {
		return nil, fmt.Errorf("postgres.QueuedMessageKeysOfInvoice: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// noticeBecomes gives a notice that is on its way its state, also beneath its resolution.
const noticeBecomes = `
	UPDATE dunning_notices
	   SET state = CASE state WHEN 'queued' THEN $2 ELSE state END, resolved_from = CASE state WHEN 'queued' THEN NULL ELSE $2 END, reason = $3
	 WHERE id = $1 AND (state = 'queued' OR resolved_from = 'queued')`

// MessageSent marks a message, and the dunning notice that it carries, as sent.
func MessageSent(ctx context.Context, tx pgx.Tx, m Message, at time.Time) error {
	batch := &pgx.Batch{}
	batch.Queue(`UPDATE messages SET state = 'sent', sent_at = $2 WHERE key = $1 AND state = 'queued'`, m.Key, at)
	if m.NoticeID != nil {
		batch.Queue(noticeBecomes, *m.NoticeID, "sent", "")
	}
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("postgres.MessageSent: %w", err)
	}
	return nil
}

// MessageRefused marks a message that its recipient's server refuses for good, and its dunning notice as bounced.
func MessageRefused(ctx context.Context, tx pgx.Tx, m Message, reason string) error {
	batch := &pgx.Batch{}
	batch.Queue(`UPDATE messages SET state = 'refused', error = $2 WHERE key = $1 AND state = 'queued'`, m.Key, reason)
	if m.NoticeID != nil {
		batch.Queue(noticeBecomes, *m.NoticeID, "bounced", reason)
	}
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("postgres.MessageRefused: %w", err)
	}
	return nil
}

// Task is work for a person. Key is the business fact that calls for it.
type Task struct {
	Key        string
	Kind       string
	Role       string
	CustomerID string
	OrderID    string
	Invoice    string
	Detail     string
	NoticeID   *int64 // the dunning notice that it carries out
}

// CloseTasks closes the open tasks of a kind that an order has called for.
func CloseTasks(ctx context.Context, tx pgx.Tx, kind, orderID string, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE tasks SET closed_at = $3 WHERE order_id = $1 AND kind = $2 AND closed_at IS NULL`, orderID, kind, at)
	if err != nil {
		return fmt.Errorf("postgres.CloseTasks %s: %w", orderID, err)
	}
	return nil
}

// CloseTasksOf closes the open tasks with these keys.
func CloseTasksOf(ctx context.Context, tx pgx.Tx, keys []string, at time.Time) error {
	if _, err := tx.Exec(ctx, `UPDATE tasks SET closed_at = $2 WHERE key = ANY($1) AND closed_at IS NULL`, keys, at); err != nil {
		return fmt.Errorf("postgres.CloseTasksOf %v: %w", keys, err)
	}
	return nil
}

// OpenTask puts a task on a role's list; one that is there already stays as it is.
func OpenTask(ctx context.Context, tx pgx.Tx, t Task, at time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO tasks (key, kind, role, customer_id, order_id, invoice, detail, opened_at, notice_id)
		VALUES ($1, $2, $3, nullif($4, ''), nullif($5, ''), nullif($6, ''), $7, $8, $9)
		ON CONFLICT (key) DO NOTHING`, t.Key, t.Kind, t.Role, t.CustomerID, t.OrderID, t.Invoice, t.Detail, at, t.NoticeID)
	if err != nil {
		return fmt.Errorf("postgres.OpenTask: %w", err)
	}
	return nil
}
