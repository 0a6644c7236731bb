package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"o2c/models"
)

// AuditView is a row of the audit trail: a step of the process, or a change of reference data.
type AuditView struct {
	Source     string // process, reference
	ID         int64
	RecordedAt time.Time
	At         time.Time
	Actor      string
	Action     string
	ObjectKind string
	ObjectID   string
	OrderID    *string
	CustomerID *string
	Invoice    *string
	PaymentID  *string
	Summary    string
	Detail     json.RawMessage
}

// AuditFilter narrows the audit trail; nil takes all. From and To are instants of recording, the second excluded. Only changes
// of the customer itself are reference data of a customer.
type AuditFilter struct {
	OrderID    *string
	Invoice    *string
	CustomerID *string
	PaymentID  *string
	Actor      *string
	From       *time.Time
	To         *time.Time
}

// ListAudit reads a page of the audit trail, newest first: the events of the process and the changes of reference data in the one
// order in which they were recorded.
func ListAudit(ctx context.Context, db DB, f AuditFilter, page Page) ([]AuditView, *string, error) {
	at, key, err := page.after()
	if err != nil {
		return nil, nil, err
	}
	var source *string
	var id *int64
	if key != nil {
		if len(*key) < 2 {
			return nil, nil, models.Invalid("invalid-cursor", "not a cursor of this list").At("?cursor")
		}
		source = new((*key)[:1])
		if id, err = page.number((*key)[1:]); err != nil {
			return nil, nil, err
		}
	}
	// Each half is cut to the page by an index of its own before the two are merged.
	rows, err := db.Query(ctx, `
		(SELECT 'process' AS source, id, recorded_at, at, actor, kind AS action,
		        CASE WHEN payment_id IS NOT NULL AND invoice IS NULL THEN 'payment' WHEN invoice IS NOT NULL THEN 'invoice' WHEN order_id IS NOT NULL THEN 'order' ELSE 'customer' END AS object_kind,
		        coalesce(CASE WHEN invoice IS NULL THEN payment_id END, invoice, order_id, customer_id, '') AS object_id,
		        order_id, customer_id, invoice, payment_id, summary, detail
		   FROM events
		  WHERE ($1::text IS NULL OR order_id = $1) AND ($2::text IS NULL OR invoice = $2) AND ($3::text IS NULL OR customer_id = $3)
		    AND ($4::text IS NULL OR payment_id = $4) AND ($5::text IS NULL OR actor = $5)
		    AND ($6::timestamptz IS NULL OR recorded_at >= $6) AND ($7::timestamptz IS NULL OR recorded_at < $7)
		    AND ($8::timestamptz IS NULL OR recorded_at <= $8 AND (recorded_at < $8 OR 'p' > $9 OR 'p' = $9 AND id < $10))
		  ORDER BY recorded_at DESC, id DESC LIMIT $11)
		UNION ALL
		(SELECT 'reference', id, at, at, actor, action, object_kind, object_id, NULL, CASE object_kind WHEN 'customer' THEN object_id END, NULL, NULL,
		        action || ' ' || object_kind || ' ' || object_id, detail
		   FROM audit_log
		  WHERE $1::text IS NULL AND $2::text IS NULL AND $4::text IS NULL AND ($3::text IS NULL OR object_kind = 'customer' AND object_id = $3)
		    AND ($5::text IS NULL OR actor = $5)
		    AND ($6::timestamptz IS NULL OR at >= $6) AND ($7::timestamptz IS NULL OR at < $7)
		    AND ($8::timestamptz IS NULL OR at <= $8 AND (at < $8 OR 'r' > $9 OR 'r' = $9 AND id < $10))
		  ORDER BY at DESC, id DESC LIMIT $11)
		 ORDER BY recorded_at DESC, source, id DESC
		 LIMIT $11`, pgx.QueryExecModeCacheDescribe, f.OrderID, f.Invoice, f.CustomerID, f.PaymentID, f.Actor, f.From, f.To, at, source, id, page.Limit+1)
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListAudit: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[AuditView])
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListAudit: %w", err))
	}
	found, next := cut(page, found, func(a AuditView) position {
		return latest(a.RecordedAt, a.Source[:1]+strconv.FormatInt(a.ID, 10))
	})
	return found, next, nil
}
