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
// Nothing left to cancel is "nothing-to-cancel", and what milestones have billed stays: "milestones-billed".
func (f *Fulfillment) Cancel(ctx context.Context, in CancelInput) (models.OrderProgress, error) {
	var left queues
	progress, err := onOrderFreeingCredit(ctx, f.Pool, f.Orders, in.OrderID, in.Cancellation.ID, in.At, func(s *step) error {
		left = s.leaves(ctx, in.Cancellation.ID)
		left.actor = in.Cancellation.Actor
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
	return progress, left.serve(ctx, f.Pool, f.Orders)
}

// cancelOpen cancels every open quantity and gives its reservation back.
func (s *step) cancelOpen(ctx context.Context) error {
	if _, err := s.lockStock(ctx); err != nil {
		return err
	}
	var changes []postgres.StockChange
	cancelled := decimal.Zero
	for i := range s.order.Lines {
		line := &s.order.Lines[i]
		open := line.Progress(s.order.Currency).Open()
		cancelled = cancelled.Add(open)
		line.Cancelled = line.Cancelled.Add(open)
		for warehouseID, quantity := range line.Held {
			if quantity.IsPositive() {
				changes = append(changes, postgres.StockChange{
					StockOf: postgres.StockOf{WarehouseID: warehouseID, SKU: line.SKU}, OrderID: s.order.ID, Line: line.Line, Reserved: quantity.Neg(),
				})
			}
		}
		line.Reserved, line.Held = decimal.Zero, map[string]decimal.Decimal{}
	}
	if s.order.Stage == models.Closed || cancelled.IsZero() {
		return models.Conflict("nothing-to-cancel", "everything is shipped or cancelled already")
	}
	if err := s.mayCancelBilled(ctx); err != nil {
		return err
	}
	s.endOpen()
	return postgres.MoveStock(ctx, s.tx, changes)
}

// endOpen moves an order of which nothing is open any more: it is closed where nothing was shipped, and goes on with what was.
func (s *step) endOpen() {
	switch {
	case !s.shipped():
		s.order.Stage, s.order.Outcome = models.Closed, models.OutcomeCancelled
		s.order.BlockedCode, s.order.BlockedDetail = "", ""
	case s.order.Stage == models.Review, s.order.Stage.WaitsForCredit():
		s.rule(models.Approve, "")
	}
}
