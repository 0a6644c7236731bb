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
	queue := queues{source: in.ReceiptID, at: in.At}
	err := postgres.InTx(ctx, f.Pool, func(tx pgx.Tx) error {
		fact, err := postgres.TakeFact[models.StockReceipt](ctx, tx, in.ReceiptID)
		if err != nil {
			return err
		}
		receipt, stock := fact.Content, postgres.StockOf{WarehouseID: fact.Content.WarehouseID, SKU: fact.Content.SKU}
		queue.actor, queue.stock = fact.Actor, []postgres.StockOf{stock}
		if fact.Settled {
			return nil
		}
		waiting, err := postgres.LockBackorders(ctx, tx, stock)
		if err != nil {
			return err
		}
		if _, err = postgres.InsertReceipt(ctx, tx, in.ReceiptID, receipt, fact.Actor, in.At); err != nil {
			return err
		}
		if _, err = queue.give(ctx, tx, stock, waiting); err != nil {
			return err
		}
		return postgres.SettleFact(ctx, tx, in.ReceiptID, nil)
	})
	if err != nil {
		return err
	}
	return queue.serve(ctx, f.Pool, f.Orders)
}
