package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// ShipmentView is a shipment as it is shown. One that was accepted and that no worker has recorded yet is processing; one
// that lost a race is refused, with the Reason.
type ShipmentView struct {
	ID             string
	OrderID        string
	WarehouseID    string
	State          string
	Carrier        string
	TrackingNumber string
	ShippedAt      *time.Time
	DeliveredAt    *time.Time
	SignedBy       string
	Invoice        *string
	Reason         string                `db:"-"`
	Lines          []ShipmentLine        `db:"-"`
	Events         []models.CarrierEvent `db:"-"`
}

// The states of a shipment that is not recorded.
const (
	Processing = "processing"
	Refused    = "refused"
)

// ReadShipment reads a shipment, or the fact that is to become one; "shipment-not-found".
func ReadShipment(ctx context.Context, db DB, id string) (ShipmentView, error) {
	rows, err := db.Query(ctx, `
		SELECT s.id, s.order_id, s.warehouse_id, s.state, s.carrier, s.tracking_number, s.shipped_at, s.delivered_at, s.signed_by,
		       i.number AS invoice
		  FROM shipments s
		  LEFT JOIN invoices i ON i.shipment_id = s.id
		 WHERE s.id = $1`, id)
	if err != nil {
		return ShipmentView{}, TranslateError(fmt.Errorf("postgres.ReadShipment: %w", err))
	}
	shipment, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[ShipmentView])
	if errors.Is(err, pgx.ErrNoRows) {
		return readAcceptedShipment(ctx, db, id)
	}
	if err != nil {
		return ShipmentView{}, TranslateError(fmt.Errorf("postgres.ReadShipment: %w", err))
	}
	rows, err = db.Query(ctx, `SELECT line, quantity FROM shipment_lines WHERE shipment_id = $1 ORDER BY line`, id)
	if err != nil {
		return ShipmentView{}, TranslateError(fmt.Errorf("postgres.ReadShipment lines: %w", err))
	}
	if shipment.Lines, err = pgx.CollectRows(rows, pgx.RowToStructByName[ShipmentLine]); err != nil {
		return shipment, TranslateError(err)
	}
	shipment.Events, err = ShipmentEvents(ctx, db, id)
	return shipment, TranslateError(err)
}

func readAcceptedShipment(ctx context.Context, db DB, id string) (ShipmentView, error) {
	fact, err := ReadFact(ctx, db, id, ShipmentFact)
	if err != nil {
		return ShipmentView{}, err
	}
	var accepted models.ShipmentConfirmation
	if err = json.Unmarshal(fact.Content, &accepted); err != nil {
		return ShipmentView{}, fmt.Errorf("postgres.readAcceptedShipment %s: %w", id, err)
	}
	view := ShipmentView{
		ID: id, OrderID: accepted.OrderID, State: Processing, Carrier: accepted.Carrier, TrackingNumber: accepted.TrackingNumber,
		ShippedAt: accepted.ShippedAt,
	}
	if refusal := fact.Refusal(); refusal != nil {
		view.State, view.Reason = Refused, refusal.Detail
	}
	for _, line := range accepted.Lines {
		quantity, err := decimal.NewFromString(line.Quantity)
		if err != nil {
			return ShipmentView{}, fmt.Errorf("postgres.readAcceptedShipment %s: %w", id, err)
		}
		view.Lines = append(view.Lines, ShipmentLine{Line: line.Line, Quantity: quantity})
	}
	return view, nil
}
