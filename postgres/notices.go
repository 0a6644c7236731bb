package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"o2c/models"
)

// OrderDetails is what an order says to its customer beside what the process works on.
type OrderDetails struct {
	RequestedDate models.Date
	DeliveryTerms string
	ShipTo        *models.Address
	BillTo        *models.Address
	Payer         string // its name, "" where the customer pays
	Lines         map[int]LineDetails
}

// LineDetails is the same of a line, as its JSON in the query below.
type LineDetails struct {
	POLine        string          `json:"po_line"`
	RequestedDate models.Date     `json:"requested_date,omitzero"`
	ShipTo        *models.Address `json:"ship_to"` // nil: the order's
}

// DetailsOf reads the details of an order, as they were accepted.
func DetailsOf(ctx context.Context, db DB, orderID string) (d OrderDetails, err error) {
	err = db.QueryRow(ctx, `
		SELECT o.requested_date, o.delivery_terms, o.ship_to, o.bill_to, coalesce(p.name, ''),
		       (SELECT jsonb_object_agg(line, jsonb_strip_nulls(jsonb_build_object('po_line', po_line, 'requested_date', requested_date, 'ship_to', ship_to)))
		          FROM order_lines WHERE order_id = o.id)
		  FROM orders o LEFT JOIN customers p ON p.id = o.payer_id AND p.id <> o.customer_id
		 WHERE o.id = $1`, orderID).
		Scan(&d.RequestedDate, &d.DeliveryTerms, &d.ShipTo, &d.BillTo, &d.Payer, &d.Lines)
	if err != nil {
		return d, fmt.Errorf("postgres.DetailsOf %s: %w", orderID, err)
	}
	return d, nil
}

// OrderConfirmed remembers that the present version of a locked order is confirmed. An older order than confirmations keeps its NULL.
func OrderConfirmed(ctx context.Context, tx pgx.Tx, o *Order) error {
	o.Confirmed = o.Version
	if _, err := tx.Exec(ctx, `UPDATE orders SET confirmed_version = $2 WHERE id = $1 AND confirmed_version IS NOT NULL`, o.ID, o.Version); err != nil {
		return fmt.Errorf("postgres.OrderConfirmed %s: %w", o.ID, err)
	}
	return nil
}
