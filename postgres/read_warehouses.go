package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// Warehouse holds stock. Mode is manual (confirmed through the API), auto (ships by itself what is reserved) or webhook (outside: told by
// a signed call, and confirmed through the API).
type Warehouse struct {
	ID            string
	Name          string
	Mode          string
	Priority      int    // where several may serve an order, the lowest is asked first
	WebhookURL    string `json:",omitempty"`
	WebhookSecret string `json:"-"` // whsec_ and base64
}

const warehouseColumns = `id, name, mode, priority, coalesce(webhook_url, '') AS webhook_url, coalesce(webhook_secret, '') AS webhook_secret`

// ReadWarehouse reads a warehouse; "warehouse-not-found".
func ReadWarehouse(ctx context.Context, db DB, id string) (Warehouse, error) {
	rows, err := db.Query(ctx, `SELECT `+warehouseColumns+` FROM warehouses WHERE id = $1`, id)
	if err != nil {
		return Warehouse{}, TranslateError(fmt.Errorf("postgres.ReadWarehouse: %w", err))
	}
	w, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Warehouse])
	if errors.Is(err, pgx.ErrNoRows) {
		return Warehouse{}, models.NotFound("warehouse", id)
	}
	return w, TranslateError(err)
}

// ListWarehouses reads a page of warehouses by id.
func ListWarehouses(ctx context.Context, db DB, page Page) ([]Warehouse, *string, error) {
	_, key, err := page.after()
	if err != nil {
		return nil, nil, err
	}
	rows, err := db.Query(ctx, `
		SELECT `+warehouseColumns+` FROM warehouses WHERE $1::text IS NULL OR id > $1 ORDER BY id LIMIT $2`, key, page.Limit+1)
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListWarehouses: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[Warehouse])
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListWarehouses: %w", err))
	}
	found, next := cut(page, found, func(w Warehouse) position { return position{Key: w.ID} })
	return found, next, nil
}

// ReceiptView is a booked receipt of stock, with the stock of its product as it is now.
type ReceiptView struct {
	ID          string
	SKU         string `db:"sku"`
	WarehouseID string
	Quantity    decimal.Decimal
	Note        string
	ReceivedAt  time.Time
	OnHand      decimal.Decimal
	Reserved    decimal.Decimal
}

// ReadReceipt reads a booked receipt; "stock-receipt-not-found".
func ReadReceipt(ctx context.Context, db DB, id string) (ReceiptView, error) {
	rows, err := db.Query(ctx, `
		SELECT r.id, r.sku, r.warehouse_id, r.quantity, r.note, r.received_at,
		       coalesce(s.on_hand, 0) AS on_hand, coalesce(s.reserved, 0) AS reserved
		  FROM stock_receipts r
		  LEFT JOIN stock s ON s.sku = r.sku AND s.warehouse_id = r.warehouse_id
		 WHERE r.id = $1`, id)
	if err != nil {
		return ReceiptView{}, TranslateError(fmt.Errorf("postgres.ReadReceipt: %w", err))
	}
	receipt, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[ReceiptView])
	if errors.Is(err, pgx.ErrNoRows) {
		return ReceiptView{}, models.NotFound("stock-receipt", id)
	}
	return receipt, TranslateError(err)
}
