package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// Return is goods that a customer sends back, or wants to. Its order's lock guards it.
type Return struct {
	ID          string
	OrderID     string
	CustomerID  string
	Note        string
	RequestedBy string
	RequestedAt time.Time
	State       string
	WarehouseID *string
	Disposition *models.Disposition
	ReceiptNote string
	ReceivedBy  *string
	ReceivedAt  *time.Time
	Shipment    *string      // that which replaces what came back
	Lines       []ReturnLine `db:"-"`
	CreditNotes []string     `db:"-"` // those by which what came back was credited
	// Receipt is the newest receipt that was told: carried out, on its way, or refused with the RefusedDetail.
	Receipt *Fact  `db:"-"`
	Refusal string `db:"-"` // why the request itself was refused
}

// ReturnLine is how much of an order line is to come back, what came, and what of that is in stock again.
type ReturnLine struct {
	Line      int
	Quantity  decimal.Decimal
	Reason    string
	Received  decimal.Decimal
	Restocked decimal.Decimal
}

// InsertReturn records a return that was asked for, once.
func InsertReturn(ctx context.Context, tx pgx.Tx, r Return) error {
	batch := &pgx.Batch{}
	batch.Queue(`INSERT INTO returns (id, order_id, customer_id, note, requested_by, requested_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		r.ID, r.OrderID, r.CustomerID, r.Note, r.RequestedBy, r.RequestedAt)
	for _, l := range r.Lines {
		batch.Queue(`INSERT INTO return_lines (return_id, order_id, line, quantity, reason) VALUES ($1, $2, $3, $4, $5)`, r.ID, r.OrderID, l.Line, l.Quantity, l.Reason)
	}
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("postgres.InsertReturn %s: %w", r.ID, err)
	}
	return nil
}

// EndReturn records what of a return came and is accepted, by which fact it ended, and of which shipments each line came back.
func EndReturn(ctx context.Context, tx pgx.Tx, r Return, receiptID string, effects map[int][]ReturnedDelivery) error {
	batch := &pgx.Batch{}
	for _, l := range r.Lines {
		batch.Queue(`UPDATE return_lines SET received = $3, restocked = $4 WHERE return_id = $1 AND line = $2`, r.ID, l.Line, l.Received, l.Restocked)
		for _, e := range effects[l.Line] {
			batch.Queue(`
				INSERT INTO return_deliveries (return_id, order_id, line, shipment_id, quantity, effect, invoice, invoice_line)
				VALUES ($1, $2, $3, $4, $5, $6, nullif($7, ''), nullif($8, 0))`,
				r.ID, r.OrderID, l.Line, e.ShipmentID, e.Quantity, e.Effect, e.Invoice, e.InvoiceLine)
		}
	}
	batch.Queue(`
		UPDATE returns SET state = $2, receipt_id = $3, warehouse_id = $4, disposition = $5, receipt_note = $6, received_by = $7, received_at = $8
		 WHERE id = $1`,
		r.ID, r.State, receiptID, r.WarehouseID, r.Disposition, r.ReceiptNote, r.ReceivedBy, r.ReceivedAt)
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("postgres.EndReturn %s: %w", r.ID, err)
	}
	return nil
}

// ReturnedDelivery is what came back of one shipment, and what that does to its bill.
type ReturnedDelivery struct {
	ShipmentID  string
	Quantity    decimal.Decimal
	Effect      string // credited, unbilled or replaced
	Invoice     string // where it is credited
	InvoiceLine int
}

// DeliveriesOf is what was delivered of an order's lines, the oldest shipment first, with what of it can come back and be credited.
func DeliveriesOf(ctx context.Context, tx pgx.Tx, orderID string) (map[int][]models.Delivered, error) {
	rows, err := tx.Query(ctx, `
		SELECT l.line, l.shipment_id, l.quantity - coalesce(b.quantity, 0), coalesce(v.invoice, ''), coalesce(v.line, 0), coalesce(v.quantity - coalesce(c.quantity, 0), 0)
		  FROM shipments s
		  JOIN shipment_lines l ON l.shipment_id = s.id
		  LEFT JOIN invoice_lines v ON v.shipment_id = l.shipment_id AND v.order_line = l.line
		  LEFT JOIN LATERAL (SELECT sum(quantity) AS quantity FROM return_deliveries WHERE shipment_id = l.shipment_id AND line = l.line) b ON true
		  LEFT JOIN LATERAL (SELECT sum(quantity) AS quantity FROM credit_note_lines WHERE invoice = v.invoice AND invoice_line = v.line) c ON true
		 WHERE s.order_id = $1 AND s.return_id IS NULL
		 ORDER BY s.shipped_at, s.id, l.line`, orderID)
	if err != nil {
		return nil, fmt.Errorf("postgres.DeliveriesOf %s: %w", orderID, err)
	}
	deliveries := map[int][]models.Delivered{}
	var line int
	var d models.Delivered
	_, err = pgx.ForEachRow(rows, []any{&line, &d.ShipmentID, &d.Left, &d.Invoice, &d.InvoiceLine, &d.Creditable}, func() error {
		deliveries[line] = append(deliveries[line], d)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("postgres.DeliveriesOf %s: %w", orderID, err)
	}
	return deliveries, nil
}

// SharedCreditedBy are the invoices of no single order on which a receipt of a return has issued credit notes.
func SharedCreditedBy(ctx context.Context, db DB, receiptID string) ([]string, error) {
	rows, err := db.Query(ctx, `
		SELECT v.number FROM returns r
		  JOIN return_deliveries d ON d.return_id = r.id
		  JOIN invoices v ON v.number = d.invoice AND v.order_id IS NULL
		 WHERE r.receipt_id = $1 GROUP BY 1 ORDER BY 1`, receiptID)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.SharedCreditedBy %s: %w", receiptID, err))
	}
	numbers, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return numbers, TranslateError(err)
}

const returnColumns = `
	SELECT r.id, r.order_id, r.customer_id, r.note, r.requested_by, r.requested_at, r.state, r.warehouse_id, r.disposition, r.receipt_note,
	       r.received_by, r.received_at, s.id AS shipment
	  FROM returns r LEFT JOIN shipments s ON s.return_id = r.id `

// ReadReturn reads a return, or the fact that is to become one; "return-not-found".
func ReadReturn(ctx context.Context, db DB, id string) (Return, error) {
	rows, err := db.Query(ctx, returnColumns+`WHERE r.id = $1`, id)
	if err != nil {
		return Return{}, TranslateError(fmt.Errorf("postgres.ReadReturn: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[Return])
	if err != nil {
		return Return{}, TranslateError(fmt.Errorf("postgres.ReadReturn: %w", err))
	}
	if len(found) == 0 {
		return readAcceptedReturn(ctx, db, id)
	}
	if err = fillReturns(ctx, db, found); err != nil {
		return Return{}, err
	}
	return found[0], nil
}

// fillReturns reads the lines, credit notes and newest receipts of returns.
func fillReturns(ctx context.Context, db DB, found []Return) error {
	ids := make([]string, len(found))
	of := map[string]*Return{}
	for i := range found {
		ids[i], of[found[i].ID] = found[i].ID, &found[i]
	}
	rows, err := db.Query(ctx, `SELECT return_id, line, quantity, reason, received, restocked FROM return_lines WHERE return_id = ANY($1) ORDER BY return_id, line`, ids)
	if err != nil {
		return TranslateError(fmt.Errorf("postgres.fillReturns: %w", err))
	}
	var id string
	var l ReturnLine
	_, err = pgx.ForEachRow(rows, []any{&id, &l.Line, &l.Quantity, &l.Reason, &l.Received, &l.Restocked}, func() error {
		of[id].Lines = append(of[id].Lines, l)
		return nil
	})
	if err != nil {
		return TranslateError(fmt.Errorf("postgres.fillReturns lines: %w", err))
	}
	rows, err = db.Query(ctx, `
		SELECT DISTINCT r.id, r.receipt_id || '/' || d.invoice
		  FROM returns r JOIN return_deliveries d ON d.return_id = r.id AND d.effect = 'credited'
		 WHERE r.id = ANY($1)`, ids)
	if err != nil {
		return TranslateError(fmt.Errorf("postgres.fillReturns credits: %w", err))
	}
	var decision, number string
	decisions := map[string]string{}
	_, err = pgx.ForEachRow(rows, []any{&id, &decision}, func() error {
		decisions[decision] = id
		return nil
	})
	if err != nil {
		return TranslateError(fmt.Errorf("postgres.fillReturns credits: %w", err))
	}
	rows, err = db.Query(ctx, `SELECT decision_id, number FROM credit_notes WHERE decision_id = ANY($1) ORDER BY number`, slices.Collect(maps.Keys(decisions)))
	if err != nil {
		return TranslateError(fmt.Errorf("postgres.fillReturns credits: %w", err))
	}
	_, err = pgx.ForEachRow(rows, []any{&decision, &number}, func() error {
		of[decisions[decision]].CreditNotes = append(of[decisions[decision]].CreditNotes, number)
		return nil
	})
	if err != nil {
		return TranslateError(fmt.Errorf("postgres.fillReturns credits: %w", err))
	}
	rows, err = db.Query(ctx, factColumns+`WHERE kind = 'return_receipt' AND content ->> 'return_id' = ANY($1) ORDER BY accepted_at, id`, ids)
	if err != nil {
		return TranslateError(fmt.Errorf("postgres.fillReturns receipts: %w", err))
	}
	told, err := pgx.CollectRows(rows, pgx.RowToStructByName[Fact])
	if err != nil {
		return TranslateError(fmt.Errorf("postgres.fillReturns receipts: %w", err))
	}
	for i := range told {
		var receipt models.ReturnReceipt
		if err = json.Unmarshal(told[i].Content, &receipt); err != nil {
			return fmt.Errorf("postgres.fillReturns %s: %w", told[i].ID, err)
		}
		if of[receipt.ReturnID].State == string(models.ReturnRequested) || told[i].RefusedCode == nil {
			of[receipt.ReturnID].Receipt = &told[i]
		}
	}
	return nil
}

func readAcceptedReturn(ctx context.Context, db DB, id string) (Return, error) {
	fact, err := ReadFact(ctx, db, id, ReturnFact)
	if err != nil {
		return Return{}, err
	}
	var asked models.ReturnRequest
	if err = json.Unmarshal(fact.Content, &asked); err != nil {
		return Return{}, fmt.Errorf("postgres.readAcceptedReturn %s: %w", id, err)
	}
	r := Return{ID: id, OrderID: asked.OrderID, CustomerID: *fact.CustomerID, Note: asked.Note, RequestedBy: fact.Actor, RequestedAt: fact.AcceptedAt, State: Processing}
	if refusal := fact.Refusal(); refusal != nil {
		r.State, r.Refusal = Refused, refusal.Detail
	}
	for _, l := range asked.Lines {
		quantity, err := decimal.NewFromString(l.Quantity)
		if err != nil {
			return Return{}, fmt.Errorf("postgres.readAcceptedReturn %s: %w", id, err)
		}
		r.Lines = append(r.Lines, ReturnLine{Line: l.Line, Quantity: quantity, Reason: l.Reason})
	}
	return r, nil
}

// ReturnFilter narrows a list of returns; nil takes all.
type ReturnFilter struct {
	OrderID *string
	State   *string
}

// ListReturns reads a page of returns, newest first.
func ListReturns(ctx context.Context, db DB, f ReturnFilter, page Page) ([]Return, *string, error) {
	at, key, err := page.after()
	if err != nil {
		return nil, nil, err
	}
	rows, err := db.Query(ctx, returnColumns+`
		 WHERE ($1::text IS NULL OR r.order_id = $1) AND ($2::text IS NULL OR r.state = $2)
		   AND ($3::timestamptz IS NULL OR (r.requested_at, r.id) < ($3, $4))
		 ORDER BY r.requested_at DESC, r.id DESC
		 LIMIT $5`, pgx.QueryExecModeCacheDescribe, f.OrderID, f.State, at, key, page.Limit+1)
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListReturns: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[Return])
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListReturns: %w", err))
	}
	found, next := cut(page, found, func(r Return) position { return latest(r.RequestedAt, r.ID) })
	return found, next, fillReturns(ctx, db, found)
}

// LoadReturn reads a return with its lines in a step on its order; "return-not-found".
func LoadReturn(ctx context.Context, tx pgx.Tx, id string) (Return, error) {
	rows, err := tx.Query(ctx, returnColumns+`WHERE r.id = $1`, id)
	if err != nil {
		return Return{}, fmt.Errorf("postgres.LoadReturn %s: %w", id, err)
	}
	r, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Return])
	if errors.Is(err, pgx.ErrNoRows) {
		return r, models.NotFound("return", id)
	}
	if err != nil {
		return r, fmt.Errorf("postgres.LoadReturn %s: %w", id, err)
	}
	rows, err = tx.Query(ctx, `SELECT line, quantity, reason, received, restocked FROM return_lines WHERE return_id = $1 ORDER BY line`, id)
	if err != nil {
		return r, fmt.Errorf("postgres.LoadReturn %s: %w", id, err)
	}
	r.Lines, err = pgx.CollectRows(rows, pgx.RowToStructByName[ReturnLine])
	return r, err
}
