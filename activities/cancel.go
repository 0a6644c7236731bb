package activities

import (
	"context"
	"time"

	"github.com/shopspring/decimal"

	"o2c/models"
	"o2c/postgres"
)

// CancelInput is a person's cancellation of an order.
type CancelInput struct {
	OrderID      string              `json:"order_id"`
	Cancellation models.Cancellation `json:"cancellation"`
	At           time.Time           `json:"at"`
}

// Cancel cancels what is not shipped: reservations go to the orders that wait for them, freed credit to those on hold. An order of which nothing was shipped is closed.
// Nothing left to cancel is "nothing-to-cancel".
func (f *Fulfillment) Cancel(ctx context.Context, in CancelInput) (models.OrderProgress, error) {
	var freedStock []freed
	progress, err := onOrderFreeingCredit(ctx, f.Pool, f.Orders, in.OrderID, in.Cancellation.ID, in.At, func(s *step) error {
		for _, sku := range s.skus() {
			freedStock = append(freedStock, freed{source: in.Cancellation.ID, warehouseID: s.order.WarehouseID, sku: sku, actor: in.Cancellation.Actor, at: in.At})
		}
		first, err := s.event(ctx, postgres.Event{
			Key: in.Cancellation.ID, Kind: "cancelled", Actor: in.Cancellation.Actor, Summary: "What is not shipped is cancelled: " + in.Cancellation.Reason,
		})
		if err != nil || !first {
			return err
		}
		return s.cancelOpen(ctx)
	})
	if err != nil {
		return progress, err
	}
	for _, stock := range freedStock {
		if err = serveAll(ctx, f.Pool, stock); err != nil {
			return progress, err
		}
	}
	return progress, tellServed(ctx, f.Pool, f.Orders, in.Cancellation.ID)
}

// cancelOpen cancels every open quantity and gives its reservation back.
func (s *step) cancelOpen(ctx context.Context) error {
	if _, err := postgres.LockStock(ctx, s.tx, s.order.WarehouseID, s.skus()); err != nil {
		return err
	}
	var changes []postgres.StockChange
	cancelled, shipped := decimal.Zero, decimal.Zero
	for i := range s.order.Lines {
		line := &s.order.Lines[i]
		open := line.Progress(s.order.Currency).Open()
		cancelled = cancelled.Add(open)
		shipped = shipped.Add(line.Shipped)
		line.Cancelled = line.Cancelled.Add(open)
		if line.Stocked && line.Reserved.IsPositive() {
			changes = append(changes, postgres.StockChange{SKU: line.SKU, Reserved: line.Reserved.Neg()})
		}
		line.Reserved = decimal.Zero
	}
	if s.order.Stage == models.Closed || cancelled.IsZero() {
		return models.Conflict("nothing-to-cancel", "everything is shipped or cancelled already")
	}
	if shipped.IsZero() {
		s.order.Stage, s.order.Outcome = models.Closed, models.OutcomeCancelled
		s.order.BlockedCode, s.order.BlockedDetail = "", ""
	}
	return postgres.MoveStock(ctx, s.tx, s.order.WarehouseID, changes)
}
