package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// FulfilmentOrder is what a warehouse outside is told of an order: of each line the whole quantity that is to leave from there, what has
// left included. The highest revision counts.
type FulfilmentOrder struct {
	ID          string
	OrderID     string
	WarehouseID string
	Revision    int
	Lines       map[int]decimal.Decimal
	Body        string
	State       string // queued, sent or superseded
	Attempts    int    // those that failed
}

// OutsideWarehouse is a warehouse outside that an order may leave from: what left there, and what it was told, the oldest first.
type OutsideWarehouse struct {
	ID      string
	Shipped map[int]decimal.Decimal
	Told    []FulfilmentOrder
}

// OutsideWarehouses are the warehouses outside that an order may leave from or has left from, by id.
func OutsideWarehouses(ctx context.Context, tx pgx.Tx, o *Order) ([]OutsideWarehouse, error) {
	rows, err := tx.Query(ctx, `
		SELECT w.id,
		       coalesce((SELECT jsonb_object_agg(line, quantity) FROM (
		          SELECT l.line, sum(l.quantity)::text AS quantity FROM shipments s JOIN shipment_lines l ON l.shipment_id = s.id
		           WHERE s.order_id = $1 AND s.warehouse_id = w.id AND s.return_id IS NULL GROUP BY l.line) q), '{}') AS shipped
		  FROM warehouses w
		 WHERE w.mode = 'webhook' AND (w.id = $2 OR $3)
		 ORDER BY w.id`, o.ID, o.WarehouseID, o.AllowSplit)
	if err != nil {
		return nil, fmt.Errorf("postgres.OutsideWarehouses %s: %w", o.ID, err)
	}
	var warehouses []OutsideWarehouse
	var w OutsideWarehouse
	_, err = pgx.ForEachRow(rows, []any{&w.ID, &w.Shipped}, func() error {
		warehouses = append(warehouses, w)
		w.Shipped = nil
		return nil
	})
	if err != nil || len(warehouses) == 0 {
		return nil, err
	}
	rows, err = tx.Query(ctx, fulfilmentOrders+`WHERE order_id = $1 ORDER BY revision`, o.ID)
	if err != nil {
		return nil, fmt.Errorf("postgres.OutsideWarehouses %s: %w", o.ID, err)
	}
	told, err := pgx.CollectRows(rows, pgx.RowToStructByName[FulfilmentOrder])
	for _, f := range told {
		for i := range warehouses {
			if warehouses[i].ID == f.WarehouseID {
				warehouses[i].Told = append(warehouses[i].Told, f)
			}
		}
	}
	return warehouses, err
}

const fulfilmentOrders = `SELECT id, order_id, warehouse_id, revision, lines, body, state, attempts FROM fulfilment_orders `

// SupersedeFulfilmentOrder takes what a warehouse was not told yet of an order off the queue.
func SupersedeFulfilmentOrder(ctx context.Context, tx pgx.Tx, orderID, warehouseID string) error {
	_, err := tx.Exec(ctx, `UPDATE fulfilment_orders SET state = 'superseded' WHERE order_id = $1 AND warehouse_id = $2 AND state = 'queued'`, orderID, warehouseID)
	if err != nil {
		return fmt.Errorf("postgres.SupersedeFulfilmentOrder %s: %w", orderID, err)
	}
	return nil
}

// QueueFulfilmentOrder has a warehouse told, in the transaction that decides what it is to ship.
func QueueFulfilmentOrder(ctx context.Context, tx pgx.Tx, f FulfilmentOrder, at time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO fulfilment_orders (id, order_id, warehouse_id, revision, lines, body, queued_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		f.ID, f.OrderID, f.WarehouseID, f.Revision, f.Lines, f.Body, at)
	if err != nil {
		return fmt.Errorf("postgres.QueueFulfilmentOrder %s: %w", f.ID, err)
	}
	return nil
}

// QueuedFulfilmentOrders is what warehouses are still to be told of an order, at most one each.
func QueuedFulfilmentOrders(ctx context.Context, db DB, orderID string) ([]FulfilmentOrder, error) {
	rows, err := db.Query(ctx, fulfilmentOrders+`WHERE order_id = $1 AND state = 'queued' ORDER BY warehouse_id`, orderID)
	if err != nil {
		return nil, fmt.Errorf("postgres.QueuedFulfilmentOrders %s: %w", orderID, err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[FulfilmentOrder])
}

// FulfilmentOrderSent records that a warehouse was told. What was superseded meanwhile stays so.
func FulfilmentOrderSent(ctx context.Context, tx pgx.Tx, id string, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE fulfilment_orders SET state = 'sent', sent_at = $2, error = '' WHERE id = $1 AND state = 'queued'`, id, at)
	if err != nil {
		return fmt.Errorf("postgres.FulfilmentOrderSent %s: %w", id, err)
	}
	return nil
}

// FulfilmentOrderFailed records that a warehouse could not be told, and returns how often.
func FulfilmentOrderFailed(ctx context.Context, tx pgx.Tx, id string, reason error) (attempts int, err error) {
	err = tx.QueryRow(ctx, `UPDATE fulfilment_orders SET attempts = attempts + 1, error = $2 WHERE id = $1 RETURNING attempts`, id, reason.Error()).Scan(&attempts)
	if err != nil {
		return 0, fmt.Errorf("postgres.FulfilmentOrderFailed %s: %w", id, err)
	}
	return attempts, nil
}

// Endpoint is where the warehouse is told.
func (w Warehouse) Endpoint() models.WebhookEndpoint {
	return models.WebhookEndpoint{URL: w.WebhookURL, Secret: w.WebhookSecret}
}
