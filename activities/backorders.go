package activities

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/shopspring/decimal"

	"o2c/postgres"
)

// freed is stock that has become free: of a product in a warehouse, by a receipt or a cancellation (source).
type freed struct {
	source      string
	warehouseID string
	sku         string
	actor       string
	at          time.Time
}

// serveAll gives free stock to the orders that wait for it, until nothing is left to give. An order that becomes a backorder
// while a pass runs is not among those that the pass locked, so passes are made until one finds nothing.
func serveAll(ctx context.Context, pool *pgxpool.Pool, stock freed) error {
	for more := true; more; {
		err := postgres.InTx(ctx, pool, func(tx pgx.Tx) error {
			waiting, err := postgres.LockBackorders(ctx, tx, stock.warehouseID, stock.sku)
			if err != nil {
				return err
			}
			more, err = serve(ctx, tx, stock, waiting)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// serve reserves what is free of a product for the lines that wait for it, first in first out; served is true when one got
// some. The orders of the lines are locked.
func serve(ctx context.Context, tx pgx.Tx, stock freed, waiting []postgres.Backorder) (served bool, err error) {
	onStock, err := postgres.LockStock(ctx, tx, stock.warehouseID, []string{stock.sku})
	if err != nil {
		return false, err
	}
	free, given := onStock[stock.sku], decimal.Zero
	for _, line := range waiting {
		quantity := decimal.Min(line.Missing, free.Sub(given))
		if !quantity.IsPositive() {
			break
		}
		if err = postgres.ReserveForLine(ctx, tx, line.OrderID, line.Line, quantity); err != nil {
			return false, err
		}
		given = given.Add(quantity)
		_, err = postgres.RecordEvent(ctx, tx, postgres.Event{
			Key: postgres.ServedKey(stock.source, line.OrderID), OrderID: line.OrderID, Kind: "stock-arrived", At: stock.at, Actor: stock.actor,
			Summary: "Stock of " + stock.sku + " is reserved",
		})
		if err != nil {
			return false, err
		}
	}
	if given.IsZero() {
		return false, nil
	}
	return true, postgres.MoveStock(ctx, tx, stock.warehouseID, []postgres.StockChange{{SKU: stock.sku, Reserved: given}})
}

// tellServed tells the orders that a source of stock has served. They are read back, so that a retry after a crash tells
// those that the first attempt served.
func tellServed(ctx context.Context, pool *pgxpool.Pool, orders Orders, source string) error {
	served, err := postgres.OrdersServedBy(ctx, pool, source)
	if err != nil {
		return err
	}
	for _, orderID := range served {
		if err = orders.StockArrived(ctx, orderID, source); err != nil {
			return err
		}
	}
	return nil
}
