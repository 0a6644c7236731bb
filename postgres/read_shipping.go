package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// ShippingFilter says of which shipments a shipping audit is: those that left at From or later and before To, from a warehouse or with a
// carrier where one is named. Zone is the seller's, whose dates are compared.
type ShippingFilter struct {
	From, To    time.Time
	WarehouseID *string
	Carrier     *string
	Zone        string
}

// ShippingAudit is how what left a warehouse with a carrier kept what was promised. A replacement of a return is not counted.
type ShippingAudit struct {
	WarehouseID  string
	Carrier      string
	Shipments    int
	Delivered    int
	Refused      int
	Lost         int
	Damaged      int // shipments of which something came back damaged
	Lines        int // order lines of which something left
	Promised     int // of them, those with a requested date
	OnTime       int // of those, all of it there by then
	InFull       int // all of it there, nothing of it cancelled, lost, refused or back damaged
	OnTimeInFull int
}

// ReadShippingAudit reads a shipping audit by warehouse and carrier.
func ReadShippingAudit(ctx context.Context, db DB, f ShippingFilter) ([]ShippingAudit, error) {
	rows, err := db.Query(ctx, `
		WITH gone AS (
		  SELECT s.id, s.order_id, s.warehouse_id, s.carrier, s.state
		    FROM shipments s
		   WHERE s.return_id IS NULL AND s.shipped_at >= $1 AND s.shipped_at < $2
		     AND ($3::text IS NULL OR s.warehouse_id = $3) AND ($4::text IS NULL OR s.carrier = $4)
		), damaged AS (
		  SELECT d.shipment_id, d.line FROM return_deliveries d JOIN return_lines r USING (return_id, line)
		   WHERE r.reason = 'damaged' AND d.shipment_id IN (SELECT id FROM gone)
		), lines AS (
		  SELECT DISTINCT g.warehouse_id, g.carrier, g.order_id, l.line FROM gone g JOIN shipment_lines l ON l.shipment_id = g.id
		), judged AS (
		  SELECT n.warehouse_id, n.carrier, coalesce(ol.requested_date, o.requested_date) AS promised, w.arrived,
		         w.good >= ol.quantity AS whole
		    FROM lines n
		    JOIN orders o ON o.id = n.order_id
		    JOIN order_lines ol ON (ol.order_id, ol.line) = (n.order_id, n.line)
		   CROSS JOIN LATERAL (
		          SELECT max((coalesce(s.delivered_at, s.shipped_at) AT TIME ZONE $5)::date) AS arrived,
		                 sum(l.quantity) FILTER (WHERE s.state IN ('shipped', 'delivered') AND NOT EXISTS (SELECT FROM damaged d WHERE d.shipment_id = s.id AND d.line = l.line)) AS good
		            FROM shipment_lines l JOIN shipments s ON s.id = l.shipment_id
		           WHERE l.order_id = n.order_id AND l.line = n.line AND s.return_id IS NULL) w
		), by_shipment AS (
		  SELECT warehouse_id, carrier, count(*) AS shipments, count(*) FILTER (WHERE state = 'delivered') AS delivered, count(*) FILTER (WHERE state = 'refused') AS refused,
		         count(*) FILTER (WHERE state = 'lost') AS lost, count(*) FILTER (WHERE id IN (SELECT shipment_id FROM damaged)) AS damaged
		    FROM gone GROUP BY 1, 2
		), by_line AS (
		  SELECT warehouse_id, carrier, count(*) AS lines, count(promised) AS promised, count(*) FILTER (WHERE arrived <= promised) AS on_time,
		         count(*) FILTER (WHERE whole) AS in_full, count(*) FILTER (WHERE whole AND arrived <= promised) AS on_time_in_full
		    FROM judged GROUP BY 1, 2
		)
		SELECT warehouse_id, carrier, shipments, delivered, refused, lost, damaged, lines, promised, on_time, in_full, on_time_in_full
		  FROM by_shipment JOIN by_line USING (warehouse_id, carrier) ORDER BY warehouse_id, carrier`,
		f.From, f.To, f.WarehouseID, f.Carrier, f.Zone)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.ReadShippingAudit: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[ShippingAudit])
	return found, TranslateError(err)
}
