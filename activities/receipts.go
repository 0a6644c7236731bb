package activities

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
	"o2c/postgres"
)

// ReceiptInput names the accepted receipt of goods.
type ReceiptInput struct {
	ReceiptID string    `json:"receipt_id"`
	At        time.Time `json:"at"`
}

// Receive books a receipt, gives the new stock to the orders that wait for it, first in first out, and tells them.
//
// An order that becomes a backorder while a pass runs is not among those that the pass locked, so passes are made until one
// finds nothing to give.
func (f *Fulfillment) Receive(ctx context.Context, in ReceiptInput) error {
	for more := true; more; {
		err := postgres.InTx(ctx, f.Pool, func(tx pgx.Tx) (err error) {
			more, err = receive(ctx, tx, in)
			return err
		})
		if err != nil {
			return err
		}
	}
	// Read back, so that a retry after a crash tells the orders that the first attempt served.
	served, err := postgres.OrdersServedBy(ctx, f.Pool, in.ReceiptID)
	if err != nil {
		return err
	}
	for _, orderID := range served {
		if err = f.Orders.StockArrived(ctx, orderID, in.ReceiptID); err != nil {
			return err
		}
	}
	return nil
}

// receive books the receipt, if it is not booked yet, and serves backorders from what is free; more is true when it served
// one.
func receive(ctx context.Context, tx pgx.Tx, in ReceiptInput) (more bool, err error) {
	fact, err := postgres.TakeFact[models.StockReceipt](ctx, tx, in.ReceiptID)
	if err != nil {
		return false, err
	}
	receipt := fact.Content
	waiting, err := postgres.LockBackorders(ctx, tx, receipt.WarehouseID, receipt.SKU)
	if err != nil {
		return false, err
	}
	if !fact.Settled {
		if _, err = postgres.InsertReceipt(ctx, tx, in.ReceiptID, receipt, fact.Actor, in.At); err != nil {
			return false, err
		}
		if err = postgres.SettleFact(ctx, tx, in.ReceiptID, nil); err != nil {
			return false, err
		}
	}
	stock, err := postgres.LockStock(ctx, tx, receipt.WarehouseID, []string{receipt.SKU})
	if err != nil {
		return false, err
	}
	free := stock[receipt.SKU]
	served := map[string]bool{}
	given := decimal.Zero
	for _, line := range waiting {
		quantity := decimal.Min(line.Missing, free.Sub(given))
		if !quantity.IsPositive() {
			break
		}
		if err = postgres.ReserveForLine(ctx, tx, line.OrderID, line.Line, quantity); err != nil {
			return false, err
		}
		given = given.Add(quantity)
		served[line.OrderID] = true
	}
	if given.IsPositive() {
		err = postgres.MoveStock(ctx, tx, receipt.WarehouseID, []postgres.StockChange{{SKU: receipt.SKU, Reserved: given}})
		if err != nil {
			return false, err
		}
	}
	for orderID := range served {
		_, err = postgres.RecordEvent(ctx, tx, postgres.Event{
			Key: postgres.ServedKey(in.ReceiptID, orderID), OrderID: orderID, Kind: "stock-arrived", At: in.At, Actor: fact.Actor,
			Summary: "Stock of " + receipt.SKU + " arrived and is reserved",
		})
		if err != nil {
			return false, err
		}
	}
	return len(served) > 0, nil
}
