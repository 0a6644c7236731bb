package postgres

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
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

// ConfirmDelivery stores the proof of delivery of a shipment; the first one stands. False: it was delivered before.
func ConfirmDelivery(ctx context.Context, tx pgx.Tx, shipmentID string, at time.Time, signedBy string) (bool, error) {
	tag, err := tx.Exec(ctx, `UPDATE shipments SET delivered_at = $2, signed_by = $3 WHERE id = $1 AND delivered_at IS NULL`,
		shipmentID, at, signedBy)
	if err != nil {
		return false, fmt.Errorf("postgres.ConfirmDelivery: %w", err)
	}
	return tag.RowsAffected() == 1, nil
}
