package postgres

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// DisputeView is a dispute as it is shown. One that was accepted and that no worker has opened yet is processing; one that
// lost a race is refused, with the Refusal. Amount is not valid while a dispute of all that is open, or of a line, is processing, nor of
// an inquiry. DueAt is nil while the customer is asked. Evidence is read with a single dispute.
type DisputeView struct {
	ID         string
	Kind       string
	Invoice    string
	OrderID    *string
	CustomerID string
	Currency   models.Currency
	Line       *int
	Amount     decimal.NullDecimal
	Accepted   decimal.Decimal
	Reason     string
	Note       string
	RaisedBy   string
	State      string
	Owner      string
	DueAt      *time.Time
	RootCause  string
	Department string
	PaymentID  *string
	OpenedAt   *time.Time
	ResolvedAt *time.Time
	Resolution string
	CreditNote *string
	Refusal    string         `db:"-"`
	Evidence   []EvidenceView `db:"-"`
}

const disputeViewColumns = `
	SELECT d.id, d.kind, d.invoice, v.order_id, d.customer_id, d.currency, d.line, CASE WHEN d.kind = 'dispute' THEN d.amount END AS amount, d.accepted,
	       d.reason, d.note, d.raised_by, d.state, d.owner, CASE WHEN d.state <> 'awaiting_customer' THEN d.due_at END AS due_at, d.root_cause,
	       d.department, d.payment_id, d.opened_at, d.resolved_at, d.resolution, n.number AS credit_note
	  FROM disputes d
	  JOIN invoices v ON v.number = d.invoice
	  LEFT JOIN credit_notes n ON n.dispute_id = d.id `

// ReadDispute reads a dispute, or the fact that is to become one; "dispute-not-found".
func ReadDispute(ctx context.Context, db DB, id string) (DisputeView, error) {
	rows, err := db.Query(ctx, disputeViewColumns+`WHERE d.id = $1`, id)
	if err != nil {
		return DisputeView{}, TranslateError(fmt.Errorf("postgres.ReadDispute: %w", err))
	}
	dispute, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[DisputeView])
	if errors.Is(err, pgx.ErrNoRows) {
		return readAcceptedDispute(ctx, db, id)
	}
	if err != nil {
		return dispute, TranslateError(err)
	}
	dispute.Evidence, err = ReadEvidence(ctx, db, id, dispute.Invoice)
	return dispute, err
}

func readAcceptedDispute(ctx context.Context, db DB, id string) (DisputeView, error) {
	fact, err := ReadFact(ctx, db, id, DisputeFact)
	if err != nil {
		return DisputeView{}, err
	}
	var raised models.Dispute
	if err = json.Unmarshal(fact.Content, &raised); err != nil {
		return DisputeView{}, fmt.Errorf("postgres.readAcceptedDispute %s: %w", id, err)
	}
	view := DisputeView{
		ID: id, Invoice: raised.Invoice, OrderID: fact.OrderID, Reason: raised.Reason, Note: raised.Note, RaisedBy: raised.RaisedBy,
		State: Processing, Kind: cmp.Or(raised.Kind, models.DisputeOfAmount), Owner: raised.Owner,
	}
	for _, e := range raised.Evidence {
		added := EvidenceView{Kind: e.Kind, Text: e.Text, AddedBy: fact.Actor, AddedAt: fact.AcceptedAt}
		if e.SHA256 != "" {
			added.SHA256 = &e.SHA256
		}
		view.Evidence = append(view.Evidence, added)
	}
	if raised.Amount != nil {
		view.Amount = decimal.NewNullDecimal(raised.Amount.Decimal())
	}
	if raised.Line > 0 {
		view.Line = &raised.Line
	}
	if refusal := fact.Refusal(); refusal != nil {
		view.State, view.Refusal = Refused, refusal.Detail
	}
	err = db.QueryRow(ctx, `SELECT customer_id, currency FROM invoices WHERE number = $1`, raised.Invoice).Scan(&view.CustomerID, &view.Currency)
	return view, TranslateError(err)
}

// DisputeFilter narrows a list of disputes; nil takes all.
type DisputeFilter struct {
	State      *string
	CustomerID *string
	Kind       *string
	Owner      *string
	Reason     *string
	Overdue    *bool // as of now on the customer's clock
}

// ListDisputes reads a page of disputes, newest first.
func ListDisputes(ctx context.Context, db DB, f DisputeFilter, page Page) ([]DisputeView, *string, error) {
	at, key, err := page.after()
	if err != nil {
		return nil, nil, err
	}
	rows, err := db.Query(ctx, disputeViewColumns+`
		  LEFT JOIN customer_clocks k ON k.customer_id = d.customer_id
		 WHERE ($1::text IS NULL OR d.state = $1) AND ($2::text IS NULL OR d.customer_id = $2) AND ($3::text IS NULL OR d.kind = $3)
		   AND ($4::text IS NULL OR d.owner = $4) AND ($5::text IS NULL OR d.reason = $5)
		   AND ($6::boolean IS DISTINCT FROM true OR d.state IN ('open', 'awaiting_approval') AND d.due_at < now() + coalesce(k.skipped, '0'))
		   AND ($6::boolean IS DISTINCT FROM false OR d.state NOT IN ('open', 'awaiting_approval') OR d.due_at >= now() + coalesce(k.skipped, '0'))
		   AND ($7::timestamptz IS NULL OR (d.opened_at, d.id) < ($7, $8))
		 ORDER BY d.opened_at DESC, d.id DESC
		 LIMIT $9`, pgx.QueryExecModeCacheDescribe, f.State, f.CustomerID, f.Kind, f.Owner, f.Reason, f.Overdue, at, key, page.Limit+1)
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListDisputes: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[DisputeView])
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListDisputes: %w", err))
	}
	found, next := cut(page, found, func(d DisputeView) position { return latest(*d.OpenedAt, d.ID) })
	return found, next, nil
}
