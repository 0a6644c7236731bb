package postgres

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// Shipment is goods that left a warehouse for an order.
type Shipment struct {
	ID             string
	OrderID        string
	WarehouseID    string
	Carrier        string
	TrackingNumber string
	ShippedAt      time.Time
	ConfirmedBy    string
	ReturnID       string         `db:"-"` // the return whose goods it replaces; it is not billed then
	Lines          []ShipmentLine `db:"-"`
}

// ShipmentLine is how much of an order line a shipment holds.
type ShipmentLine struct {
	Line     int
	Quantity decimal.Decimal
}

// InsertShipment records a shipment; false means that it was recorded before.
func InsertShipment(ctx context.Context, tx pgx.Tx, s Shipment) (bool, error) {
	tag, err := tx.Exec(ctx, `
		INSERT INTO shipments (id, order_id, warehouse_id, carrier, tracking_number, shipped_at, confirmed_by, return_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, nullif($8, ''))
		ON CONFLICT (id) DO NOTHING`, s.ID, s.OrderID, s.WarehouseID, s.Carrier, s.TrackingNumber, s.ShippedAt, s.ConfirmedBy, s.ReturnID)
	if err != nil {
		return false, fmt.Errorf("postgres.InsertShipment: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return false, nil
	}
	batch := &pgx.Batch{}
	for _, line := range s.Lines {
		batch.Queue(`INSERT INTO shipment_lines (shipment_id, order_id, line, quantity) VALUES ($1, $2, $3, $4)`,
			s.ID, s.OrderID, line.Line, line.Quantity)
	}
	if err = tx.SendBatch(ctx, batch).Close(); err != nil {
		return false, fmt.Errorf("postgres.InsertShipment lines: %w", err)
	}
	return true, nil
}

// CountShipments is how many shipments an order has.
func CountShipments(ctx context.Context, tx pgx.Tx, orderID string) (int, error) {
	var n int
	if err := tx.QueryRow(ctx, `SELECT count(*) FROM shipments WHERE order_id = $1`, orderID).Scan(&n); err != nil {
		return 0, fmt.Errorf("postgres.CountShipments: %w", err)
	}
	return n, nil
}

// HasLeft says whether a shipment of an order is recorded: one that was accepted and lost its race is not.
func HasLeft(ctx context.Context, tx pgx.Tx, orderID, shipmentID string) (left bool, err error) {
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM shipments WHERE id = $1 AND order_id = $2)`, shipmentID, orderID).Scan(&left)
	if err != nil {
		return false, fmt.Errorf("postgres.HasLeft %s: %w", shipmentID, err)
	}
	return left, nil
}

// UninvoicedShipments are the shipments of an order without an invoice, oldest first, with what is to be invoiced of their lines: what
// came back before is not, nor is what replaces something.
func UninvoicedShipments(ctx context.Context, tx pgx.Tx, orderID string) ([]Shipment, error) {
	rows, err := tx.Query(ctx, `
		SELECT s.id, s.order_id, s.warehouse_id, s.carrier, s.tracking_number, s.shipped_at, s.confirmed_by
		  FROM shipments s
		 WHERE s.order_id = $1 AND s.return_id IS NULL AND NOT EXISTS (SELECT FROM invoice_lines l WHERE l.shipment_id = s.id)
		 ORDER BY s.shipped_at, s.id`, orderID)
	if err != nil {
		return nil, fmt.Errorf("postgres.UninvoicedShipments: %w", err)
	}
	shipments, err := pgx.CollectRows(rows, pgx.RowToStructByName[Shipment])
	if err != nil {
		return nil, fmt.Errorf("postgres.UninvoicedShipments: %w", err)
	}
	if len(shipments) == 0 {
		return nil, nil
	}
	index := make(map[string]*Shipment, len(shipments))
	ids := make([]string, len(shipments))
	for i := range shipments {
		index[shipments[i].ID] = &shipments[i]
		ids[i] = shipments[i].ID
	}
	rows, err = tx.Query(ctx, `
		SELECT l.shipment_id, l.line, l.quantity - coalesce(b.quantity, 0)
		  FROM shipment_lines l
		  LEFT JOIN (SELECT shipment_id, line, sum(quantity) AS quantity FROM return_deliveries
		              WHERE shipment_id = ANY($1) AND effect = 'unbilled' GROUP BY 1, 2) b USING (shipment_id, line)
		 WHERE l.shipment_id = ANY($1) AND l.quantity > coalesce(b.quantity, 0)
		 ORDER BY l.shipment_id, l.line`, ids)
	if err != nil {
		return nil, fmt.Errorf("postgres.UninvoicedShipments lines: %w", err)
	}
	var id string
	var line ShipmentLine
	_, err = pgx.ForEachRow(rows, []any{&id, &line.Line, &line.Quantity}, func() error {
		index[id].Lines = append(index[id].Lines, line)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("postgres.UninvoicedShipments lines: %w", err)
	}
	return slices.DeleteFunc(shipments, func(s Shipment) bool { return len(s.Lines) == 0 }), nil
}

// ShipmentEvents is what was told of a shipment, in the order of its instants.
func ShipmentEvents(ctx context.Context, db DB, shipmentID string) ([]models.CarrierEvent, error) {
	rows, err := db.Query(ctx, `
		SELECT shipment_id, event_id, kind, at, location, signed_by, note FROM shipment_events WHERE shipment_id = $1 ORDER BY at, event_id`, shipmentID)
	if err != nil {
		return nil, fmt.Errorf("postgres.ShipmentEvents %s: %w", shipmentID, err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[models.CarrierEvent])
}

// InsertShipmentEvent records what was told of a shipment, once.
func InsertShipmentEvent(ctx context.Context, tx pgx.Tx, e models.CarrierEvent, by string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO shipment_events (shipment_id, event_id, kind, at, location, signed_by, note, told_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		e.ShipmentID, e.EventID, e.Kind, e.At, e.Location, e.SignedBy, e.Note, by)
	if err != nil {
		return fmt.Errorf("postgres.InsertShipmentEvent %s: %w", e.ShipmentID, err)
	}
	return nil
}

// SaveShipmentState writes what follows from all that was told of a shipment.
func SaveShipmentState(ctx context.Context, tx pgx.Tx, shipmentID string, s models.ShipmentState) error {
	_, err := tx.Exec(ctx, `UPDATE shipments SET state = $2, delivered_at = $3, signed_by = $4 WHERE id = $1`, shipmentID, s.State, s.DeliveredAt, s.SignedBy)
	if err != nil {
		return fmt.Errorf("postgres.SaveShipmentState %s: %w", shipmentID, err)
	}
	return nil
}
