package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// StockOf names the stock of a product in a warehouse.
type StockOf struct {
	WarehouseID string
	SKU         string `db:"sku"`
}

// LockStock locks the stock of some products in some warehouses, by sku and warehouse, and returns what of each is free: on hand
// and not reserved. A product without a stock row gets one, so that whoever finds nothing and the first receipt wait for each
// other.
func LockStock(ctx context.Context, tx pgx.Tx, warehouses, skus []string) (map[StockOf]decimal.Decimal, error) {
	free, err := lockStock(ctx, tx, warehouses, skus)
	if err != nil {
		return nil, err
	}
	distinct := map[string]bool{}
	for _, sku := range skus {
		distinct[sku] = true
	}
	if len(free) == len(warehouses)*len(distinct) {
		return free, nil
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO stock (warehouse_id, sku)
		SELECT w, s FROM unnest($1::text[]) AS w, unnest($2::text[]) AS s GROUP BY w, s ORDER BY s, w
		ON CONFLICT (sku, warehouse_id) DO NOTHING`, warehouses, skus)
	if err != nil {
		return nil, fmt.Errorf("postgres.LockStock: %w", err)
	}
	return lockStock(ctx, tx, warehouses, skus)
}

func lockStock(ctx context.Context, tx pgx.Tx, warehouses, skus []string) (map[StockOf]decimal.Decimal, error) {
	rows, err := tx.Query(ctx, `
		SELECT warehouse_id, sku, on_hand - reserved FROM stock
		 WHERE warehouse_id = ANY($1) AND sku = ANY($2) ORDER BY sku, warehouse_id FOR UPDATE`, warehouses, skus)
	if err != nil {
		return nil, fmt.Errorf("postgres.LockStock: %w", err)
	}
	free := map[StockOf]decimal.Decimal{}
	var of StockOf
	var quantity decimal.Decimal
	_, err = pgx.ForEachRow(rows, []any{&of.WarehouseID, &of.SKU, &quantity}, func() error {
		free[of] = quantity
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("postgres.LockStock: %w", err)
	}
	return free, nil
}

// StockChange moves the stock of a product in a warehouse for an order line: what leaves, and what is reserved or freed.
type StockChange struct {
	StockOf

	OrderID  string
	Line     int
	OnHand   decimal.Decimal
	Reserved decimal.Decimal
}

// MoveStock applies changes to locked stock, and writes down for which lines it is reserved. The database refuses to reserve more
// than is on hand (stock_reserved_on_hand) and to go below nothing (quantity_scale).
func MoveStock(ctx context.Context, tx pgx.Tx, changes []StockChange) error {
	batch := &pgx.Batch{}
	for _, c := range changes {
		batch.Queue(`
			UPDATE stock SET on_hand = on_hand + $3, reserved = reserved + $4 WHERE warehouse_id = $1 AND sku = $2`,
			c.WarehouseID, c.SKU, c.OnHand, c.Reserved)
		if c.Reserved.IsPositive() {
			batch.Queue(`
				INSERT INTO reservations (order_id, line, warehouse_id, sku, quantity) VALUES ($1, $2, $3, $4, $5)
				ON CONFLICT (order_id, line, warehouse_id) DO UPDATE SET quantity = reservations.quantity + excluded.quantity`,
				c.OrderID, c.Line, c.WarehouseID, c.SKU, c.Reserved)
		} else {
			batch.Queue(`UPDATE reservations SET quantity = quantity + $4 WHERE order_id = $1 AND line = $2 AND warehouse_id = $3`,
				c.OrderID, c.Line, c.WarehouseID, c.Reserved)
		}
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
