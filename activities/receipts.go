package activities

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"o2c/models"
	"o2c/postgres"
)

// ReceiptInput names the accepted receipt of goods.
type ReceiptInput struct {
	ReceiptID string    `json:"receipt_id"`
	At        time.Time `json:"at"`
}

// Receive books a receipt, gives the new stock to the orders that wait for it, first in first out, and tells them.
func (f *Fulfillment) Receive(ctx context.Context, in ReceiptInput) error {
	stock := freed{source: in.ReceiptID, at: in.At}
	err := postgres.InTx(ctx, f.Pool, func(tx pgx.Tx) error {
		fact, err := postgres.TakeFact[models.StockReceipt](ctx, tx, in.ReceiptID)
		if err != nil {
			return err
		}
		receipt := fact.Content
		stock.warehouseID, stock.sku, stock.actor = receipt.WarehouseID, receipt.SKU, fact.Actor
		if fact.Settled {
			return nil
		}
		waiting, err := postgres.LockBackorders(ctx, tx, receipt.WarehouseID, receipt.SKU)
		if err != nil {
			return err
		}
		if _, err = postgres.InsertReceipt(ctx, tx, in.ReceiptID, receipt, fact.Actor, in.At); err != nil {
			return err
		}
		if _, err = serve(ctx, tx, stock, waiting); err != nil {
			return err
		}
		return postgres.SettleFact(ctx, tx, in.ReceiptID, nil)
	})
	if err != nil {
		return err
	}
	if err = serveAll(ctx, f.Pool, stock); err != nil {
		return err
	}
	return tellServed(ctx, f.Pool, f.Orders, in.ReceiptID)
}
