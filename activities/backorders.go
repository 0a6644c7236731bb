package activities

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/shopspring/decimal"

	"o2c/postgres"
)

// queues are queues of backorders in which something may have come free: by a receipt, a cancellation or an order that left its
// place (source), of some products in some warehouses.
type queues struct {
	source string
	actor  string
	at     time.Time
	stock  []postgres.StockOf
}

// leaves are the queues in which the order stands or may have stood.
func (s *step) leaves(ctx context.Context, source string) queues {
	left := queues{source: source, actor: system, at: s.at}
	warehouses, err := s.warehouses(ctx)
	if err != nil {
		return left // the transaction has failed, and with it the step
	}
	for _, warehouse := range warehouses {
		for _, sku := range s.skus() {
			left.stock = append(left.stock, postgres.StockOf{WarehouseID: warehouse.ID, SKU: sku})
		}
	}
	return left
}

// serve gives what is free to the orders that wait for it, and tells them.
func (q queues) serve(ctx context.Context, pool *pgxpool.Pool, orders Orders) error {
	if len(q.stock) == 0 {
		return nil
	}
	for _, stock := range q.stock {
		if err := q.serveAll(ctx, pool, stock); err != nil {
			return err
		}
	}
	return tellServed(ctx, pool, orders, q.source)
}

// serveAll serves one queue until nothing is left to give. An order that becomes a backorder while a pass runs is not among those
// that the pass locked, so passes are made until one finds nothing.
func (q queues) serveAll(ctx context.Context, pool *pgxpool.Pool, stock postgres.StockOf) error {
	for more := true; more; {
		err := postgres.InTx(ctx, pool, func(tx pgx.Tx) error {
			waiting, err := postgres.LockBackorders(ctx, tx, stock)
			if err != nil {
				return err
			}
			if more = len(waiting) > 0; !more {
				return nil
			}
			more, err = q.give(ctx, tx, stock, waiting)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// give reserves what is free of a product in a warehouse for the lines that wait for it, first in first out; given is true when
// one got some. The orders of the lines are locked.
func (q queues) give(ctx context.Context, tx pgx.Tx, stock postgres.StockOf, waiting []postgres.Backorder) (given bool, err error) {
	onStock, err := postgres.LockStock(ctx, tx, []string{stock.WarehouseID}, []string{stock.SKU})
	if err != nil {
		return false, err
	}
	free := onStock[stock]
	var changes []postgres.StockChange
	for _, line := range waiting {
		quantity := decimal.Min(line.Missing, free)
		if !quantity.IsPositive() {
			break
		}
		if err = postgres.ReserveForLine(ctx, tx, line.OrderID, line.Line, quantity); err != nil {
			return false, err
		}
		free = free.Sub(quantity)
		changes = append(changes, postgres.StockChange{StockOf: stock, OrderID: line.OrderID, Line: line.Line, Reserved: quantity})
		_, err = postgres.RecordEvent(ctx, tx, postgres.Event{
			Key: postgres.ServedKey(q.source, line.OrderID), OrderID: line.OrderID, Kind: "stock-arrived", At: q.at, Actor: q.actor,
			Summary: "Stock of " + stock.SKU + " is reserved",
		})
		if err != nil {
			return false, err
		}
	}
	return len(changes) > 0, postgres.MoveStock(ctx, tx, changes)
}

// tellServed tells the orders that a source of stock has served. They are read back, so that a retry after a crash tells those
// that the first attempt served.
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
