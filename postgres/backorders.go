package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// The queue of a product in a warehouse: every approved order that the warehouse may serve and that has something open and not
// reserved, in the order of entry. An order on hold is not in it; released, it stands where its entry puts it, and takes nothing
// back that a later one has reserved meanwhile.

// waits says that line l of order o is in the queue.
const waits = ` o.approved AND o.stage = 'fulfilling' AND l.stocked AND l.reserved + l.shipped + l.cancelled < l.quantity `

// Backorder is an order line that waits for stock.
type Backorder struct {
	OrderID string
	Line    int
	Missing decimal.Decimal
}

// LockBackorders locks the orders that wait for a product of a warehouse, by id, and returns their waiting lines in the
// order in which the orders were entered: first in, first out.
func LockBackorders(ctx context.Context, tx pgx.Tx, stock StockOf) ([]Backorder, error) {
	rows, err := tx.Query(ctx, `
		SELECT o.id FROM orders o
		 WHERE (o.warehouse_id = $1 OR o.allow_split)
		   AND o.id IN (SELECT l.order_id FROM order_lines l WHERE l.sku = $2 AND l.stocked AND l.reserved + l.shipped + l.cancelled < l.quantity)
		   AND o.approved AND o.stage = 'fulfilling'
		 ORDER BY o.id FOR UPDATE OF o`, stock.WarehouseID, stock.SKU)
	if err != nil {
		return nil, fmt.Errorf("postgres.LockBackorders: %w", err)
	}
	locked, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(locked) == 0 {
		return nil, err
	}
	// Only those: an order that began to wait since then is not locked, and another receipt may be serving it.
	rows, err = tx.Query(ctx, `
		SELECT o.id AS order_id, l.line, l.quantity - l.reserved - l.shipped - l.cancelled AS missing
		  FROM orders o JOIN order_lines l ON l.order_id = o.id
		 WHERE o.id = ANY($1) AND l.sku = $2 AND`+waits+`
		 ORDER BY o.entered_at, o.id, l.line`, locked, stock.SKU)
	if err != nil {
		return nil, fmt.Errorf("postgres.LockBackorders: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Backorder])
}

// Ahead is how much of products in warehouses orders wait for that were entered before an order. The stock must be locked: then
// none of them gets more of it meanwhile.
func Ahead(ctx context.Context, tx pgx.Tx, orderID string, warehouses, skus []string) (map[StockOf]decimal.Decimal, error) {
	rows, err := tx.Query(ctx, `
		SELECT w, l.sku, sum(l.quantity - l.reserved - l.shipped - l.cancelled)
		  FROM order_lines l
		  JOIN orders o ON o.id = l.order_id
		  JOIN orders me ON me.id = $1 AND (o.entered_at, o.id) < (me.entered_at, me.id)
		  JOIN unnest($2::text[]) AS w ON o.warehouse_id = w OR o.allow_split
		 WHERE l.sku = ANY($3) AND`+waits+`
		 GROUP BY w, l.sku`, orderID, warehouses, skus)
	if err != nil {
		return nil, fmt.Errorf("postgres.Ahead: %w", err)
	}
	ahead := map[StockOf]decimal.Decimal{}
	var of StockOf
	var quantity decimal.Decimal
	_, err = pgx.ForEachRow(rows, []any{&of.WarehouseID, &of.SKU, &quantity}, func() error {
		ahead[of] = quantity
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("postgres.Ahead: %w", err)
	}
	return ahead, nil
}

// ReserveForLine gives stock to a waiting line.
func ReserveForLine(ctx context.Context, tx pgx.Tx, orderID string, line int, quantity decimal.Decimal) error {
	_, err := tx.Exec(ctx, `UPDATE order_lines SET reserved = reserved + $3 WHERE order_id = $1 AND line = $2`, orderID, line, quantity)
	if err != nil {
		return fmt.Errorf("postgres.ReserveForLine: %w", err)
	}
	return nil
}

// WarehousesFor are the warehouses that may serve an order: its own first; where it may be split then all others, by priority.
func WarehousesFor(ctx context.Context, db DB, o *Order) ([]Warehouse, error) {
	if !o.AllowSplit {
		return []Warehouse{{ID: o.WarehouseID, Mode: o.WarehouseMode}}, nil
	}
	rows, err := db.Query(ctx, `SELECT `+warehouseColumns+` FROM warehouses ORDER BY id <> $1, priority, id`, o.WarehouseID)
	if err != nil {
		return nil, fmt.Errorf("postgres.WarehousesFor: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[Warehouse])
	if err != nil {
		return nil, fmt.Errorf("postgres.WarehousesFor: %w", err)
	}
	return found, nil
}

// ShippableOf are the orders of a customer whose reserved goods leave an automatic warehouse as soon as they may, by id.
func ShippableOf(ctx context.Context, db DB, customerID string) ([]string, error) {
	rows, err := db.Query(ctx, `
		SELECT DISTINCT o.id FROM orders o
		 WHERE o.customer_id = $1 AND o.stage = 'fulfilling' AND o.approved
		   AND EXISTS (SELECT FROM order_lines l WHERE l.order_id = o.id AND l.reserved > 0)
		 ORDER BY 1`, customerID)
	if err != nil {
		return nil, fmt.Errorf("postgres.ShippableOf: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// ServedKey is the key of the event that a receipt served an order's backorder.
func ServedKey(receiptID, orderID string) string { return "stock/" + receiptID + "/" + orderID }

// OrdersServedBy are the orders whose backorders a receipt served, by id.
func OrdersServedBy(ctx context.Context, db DB, receiptID string) ([]string, error) {
	rows, err := db.Query(ctx, `SELECT order_id FROM events WHERE key >= $1 AND key < $2 ORDER BY key`,
		ServedKey(receiptID, ""), ServedKey(receiptID, "\x7f"))
	if err != nil {
		return nil, fmt.Errorf("postgres.OrdersServedBy: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// ReservationView is what of an order line is reserved in a warehouse.
type ReservationView struct {
	WarehouseID string          `json:"warehouse_id"`
	Quantity    decimal.Decimal `json:"quantity"`
}
