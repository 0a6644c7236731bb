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

// LockStock locks the stock of some products in a warehouse, by sku, and returns what of each is free: on hand and not
// reserved. A product without a stock row gets one, so that whoever finds nothing and the first receipt wait for each other.
func LockStock(ctx context.Context, tx pgx.Tx, warehouseID string, skus []string) (map[string]decimal.Decimal, error) {
	free, err := lockStock(ctx, tx, warehouseID, skus)
	if err != nil || !slices.ContainsFunc(skus, func(sku string) bool { _, known := free[sku]; return !known }) {
		return free, err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO stock (warehouse_id, sku) SELECT $1, sku FROM unnest($2::text[]) AS sku GROUP BY sku ORDER BY sku
		ON CONFLICT (sku, warehouse_id) DO NOTHING`, warehouseID, skus)
	if err != nil {
		return nil, fmt.Errorf("postgres.LockStock: %w", err)
	}
	return lockStock(ctx, tx, warehouseID, skus)
}

func lockStock(ctx context.Context, tx pgx.Tx, warehouseID string, skus []string) (map[string]decimal.Decimal, error) {
	rows, err := tx.Query(ctx, `
		SELECT sku, on_hand - reserved FROM stock
		 WHERE warehouse_id = $1 AND sku = ANY($2) ORDER BY sku FOR UPDATE`, warehouseID, skus)
	if err != nil {
		return nil, fmt.Errorf("postgres.LockStock: %w", err)
	}
	free := map[string]decimal.Decimal{}
	var sku string
	var quantity decimal.Decimal
	_, err = pgx.ForEachRow(rows, []any{&sku, &quantity}, func() error {
		free[sku] = quantity
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("postgres.LockStock: %w", err)
	}
	return free, nil
}

// StockChange moves the stock of a product: what comes in or leaves, and what is reserved or freed.
type StockChange struct {
	SKU      string
	OnHand   decimal.Decimal
	Reserved decimal.Decimal
}

// MoveStock applies changes to locked stock of a warehouse. The database refuses to reserve more than is on hand
// (stock_reserved_on_hand) and to go below nothing (quantity_scale).
func MoveStock(ctx context.Context, tx pgx.Tx, warehouseID string, changes []StockChange) error {
	batch := &pgx.Batch{}
	for _, c := range changes {
		batch.Queue(`
			UPDATE stock SET on_hand = on_hand + $3, reserved = reserved + $4 WHERE warehouse_id = $1 AND sku = $2`,
			warehouseID, c.SKU, c.OnHand, c.Reserved)
	}
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("postgres.MoveStock: %w", err)
	}
	return nil
}

// InsertReceipt books a receipt and adds it to the stock, whose row it makes and locks; false means that it was booked
// before.
func InsertReceipt(ctx context.Context, tx pgx.Tx, id string, r models.StockReceipt, actor string, at time.Time) (bool, error) {
	tag, err := tx.Exec(ctx, `
		INSERT INTO stock_receipts (id, warehouse_id, sku, quantity, note, received_by, received_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (id) DO NOTHING`, id, r.WarehouseID, r.SKU, r.Quantity, r.Note, actor, at)
	if err != nil {
		return false, fmt.Errorf("postgres.InsertReceipt: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return false, nil
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO stock (warehouse_id, sku, on_hand) VALUES ($1, $2, $3)
		ON CONFLICT (sku, warehouse_id) DO UPDATE SET on_hand = stock.on_hand + excluded.on_hand`, r.WarehouseID, r.SKU, r.Quantity)
	if err != nil {
		return false, fmt.Errorf("postgres.InsertReceipt stock: %w", err)
	}
	return true, nil
}

// Backorder is an order line that waits for stock.
type Backorder struct {
	OrderID string
	Line    int
	Missing decimal.Decimal
}

// LockBackorders locks the orders that wait for a product of a warehouse, by id, and returns their waiting lines in the
// order in which the orders were entered: first in, first out.
func LockBackorders(ctx context.Context, tx pgx.Tx, warehouseID, sku string) ([]Backorder, error) {
	rows, err := tx.Query(ctx, `
		SELECT o.id FROM orders o
		 WHERE o.warehouse_id = $1 AND o.approved AND o.allocated AND o.stage = 'fulfilling'
		   AND EXISTS (SELECT FROM order_lines l WHERE l.order_id = o.id AND l.sku = $2 AND l.stocked
		                  AND l.reserved + l.shipped + l.cancelled < l.quantity)
		 ORDER BY o.id FOR UPDATE OF o`, warehouseID, sku)
	if err != nil {
		return nil, fmt.Errorf("postgres.LockBackorders: %w", err)
	}
	locked, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("postgres.LockBackorders: %w", err)
	}
	// Only those: an order that began to wait since then is not locked, and another receipt may be serving it.
	rows, err = tx.Query(ctx, `
		SELECT o.id AS order_id, l.line, l.quantity - l.reserved - l.shipped - l.cancelled AS missing
		  FROM orders o JOIN order_lines l ON l.order_id = o.id
		 WHERE o.id = ANY($1) AND o.approved AND o.allocated AND o.stage = 'fulfilling' AND l.sku = $2 AND l.stocked
		   AND l.reserved + l.shipped + l.cancelled < l.quantity
		 ORDER BY o.entered_at, o.id, l.line`, locked, sku)
	if err != nil {
		return nil, fmt.Errorf("postgres.LockBackorders: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Backorder])
}

// ReserveForLine gives stock to a waiting line.
func ReserveForLine(ctx context.Context, tx pgx.Tx, orderID string, line int, quantity decimal.Decimal) error {
	_, err := tx.Exec(ctx, `UPDATE order_lines SET reserved = reserved + $3 WHERE order_id = $1 AND line = $2`, orderID, line, quantity)
	if err != nil {
		return fmt.Errorf("postgres.ReserveForLine: %w", err)
	}
	return nil
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
