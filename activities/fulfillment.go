package activities

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/shopspring/decimal"

	"o2c/models"
	"o2c/postgres"
)

// Fulfillment reserves stock and records what leaves the warehouses.
type Fulfillment struct {
	Pool   *pgxpool.Pool
	Orders Orders
}

// Fulfil offers the open lines of an approved order to its warehouse: what is free is reserved, the rest is backordered. A
// warehouse in mode auto ships what is reserved at once, unless the order wants to be shipped complete and is not.
func (f *Fulfillment) Fulfil(ctx context.Context, in OrderStep) (models.OrderProgress, error) {
	return onOrder(ctx, f.Pool, in.OrderID, in.At, func(s *step) error {
		if s.order.Stage != models.Fulfilling {
			return nil
		}
		if err := s.reserve(ctx); err != nil {
			return err
		}
		if s.order.WarehouseMode != "auto" || s.order.ShipComplete && s.backordered() {
			return nil
		}
		lines := s.reservedLines()
		if len(lines) == 0 {
			return nil
		}
		n, err := postgres.CountShipments(ctx, s.tx, s.order.ID)
		if err != nil {
			return err
		}
		return s.ship(ctx, postgres.Shipment{
			ID: fmt.Sprintf("shp_%s-%d", strings.TrimPrefix(s.order.ID, "ord_"), n+1), ShippedAt: s.at, ConfirmedBy: system, Lines: lines,
		})
	})
}

// ConfirmShipment carries out a warehouse's confirmation, or refuses it when it lost a race: "order-not-fulfilling",
// "line-not-found", "quantity-not-open", "insufficient-stock", "ship-complete".
func (f *Fulfillment) ConfirmShipment(ctx context.Context, in FactStep) (models.OrderProgress, error) {
	return onOrder(ctx, f.Pool, in.OrderID, in.At, func(s *step) error {
		fact, err := postgres.TakeFact[models.ShipmentConfirmation](ctx, s.tx, in.FactID)
		if err != nil || fact.Settled {
			s.refused = fact.Refused
			return err
		}
		if s.order.Stage == models.Fulfilling {
			// The warehouse may be quicker than the reservation.
			if err = s.reserve(ctx); err != nil {
				return err
			}
		}
		lines, refusal := s.shippable(fact.Content.Lines)
		if refusal != nil {
			return s.refuse(ctx, in.FactID, fact.Actor, refusal)
		}
		shippedAt := s.at
		if fact.Content.ShippedAt != nil {
			shippedAt = *fact.Content.ShippedAt
		}
		err = s.ship(ctx, postgres.Shipment{
			ID: in.FactID, Carrier: fact.Content.Carrier, TrackingNumber: fact.Content.TrackingNumber, ShippedAt: shippedAt,
			ConfirmedBy: fact.Actor, Lines: lines,
		})
		if err != nil {
			return err
		}
		return postgres.SettleFact(ctx, s.tx, in.FactID, nil)
	})
}

// ConfirmDelivery stores a proof of delivery; of several the first stands.
func (f *Fulfillment) ConfirmDelivery(ctx context.Context, in FactStep) (models.OrderProgress, error) {
	return onOrder(ctx, f.Pool, in.OrderID, in.At, func(s *step) error {
		fact, err := postgres.TakeFact[models.DeliveryConfirmation](ctx, s.tx, in.FactID)
		if err != nil || fact.Settled {
			return err
		}
		delivery := fact.Content
		first, err := postgres.ConfirmDelivery(ctx, s.tx, delivery.ShipmentID, delivery.DeliveredAt, delivery.SignedBy)
		if err != nil {
			return err
		}
		if first {
			_, err = s.event(ctx, postgres.Event{Key: in.FactID, Kind: "delivered", Actor: fact.Actor, Summary: "Shipment " + delivery.ShipmentID + " delivered"})
			if err != nil {
				return err
			}
		}
		return postgres.SettleFact(ctx, s.tx, in.FactID, nil)
	})
}

// reserve takes what is free for every open line; a service needs no stock and is ready at once.
func (s *step) reserve(ctx context.Context) error {
	free, err := postgres.LockStock(ctx, s.tx, s.order.WarehouseID, s.skus())
	if err != nil {
		return err
	}
	var changes []postgres.StockChange
	missing := 0
	for i := range s.order.Lines {
		line := &s.order.Lines[i]
		wanted := line.Progress(s.order.Currency).ToReserve()
		if !wanted.IsPositive() {
			continue
		}
		taken := wanted
		if line.Stocked {
			taken = decimal.Min(wanted, free[line.SKU])
			free[line.SKU] = free[line.SKU].Sub(taken)
			changes = append(changes, postgres.StockChange{SKU: line.SKU, Reserved: taken})
		}
		if taken.LessThan(wanted) {
			missing++
		}
		line.Reserved = line.Reserved.Add(taken)
	}
	if err = postgres.MoveStock(ctx, s.tx, s.order.WarehouseID, changes); err != nil {
		return err
	}
	first := !s.order.Allocated
	s.order.Allocated = true
	switch {
	case first && missing > 0:
		_, err = s.event(ctx, postgres.Event{Kind: "backordered", Actor: system, Summary: fmt.Sprintf("%d line(s) wait for stock", missing)})
	case first:
		_, err = s.event(ctx, postgres.Event{Kind: "reserved", Actor: system, Summary: "All lines are reserved"})
	}
	return err
}

func (s *step) skus() []string {
	var skus []string
	for _, line := range s.order.Lines {
		if line.Stocked {
			skus = append(skus, line.SKU)
		}
	}
	return skus
}

func (s *step) backordered() bool {
	for _, line := range s.order.LineProgress() {
		if line.ToReserve().IsPositive() {
			return true
		}
	}
	return false
}

func (s *step) reservedLines() []postgres.ShipmentLine {
	var lines []postgres.ShipmentLine
	for _, line := range s.order.Lines {
		if line.Reserved.IsPositive() {
			lines = append(lines, postgres.ShipmentLine{Line: line.Line, Quantity: line.Reserved})
		}
	}
	return lines
}

// shippable checks a confirmation against what is open and reserved now.
func (s *step) shippable(asked []models.LineQuantity) ([]postgres.ShipmentLine, *models.Error) {
	if s.order.Stage != models.Fulfilling {
		return nil, models.Conflict("order-not-fulfilling", "the order is in stage %s", s.order.Stage)
	}
	lines := make([]postgres.ShipmentLine, 0, len(asked))
	shipped := map[int]decimal.Decimal{}
	for _, want := range asked {
		line := s.order.Line(want.Line)
		if line == nil {
			return nil, models.Conflict("line-not-found", "the order has no line %d", want.Line)
		}
		if _, twice := shipped[want.Line]; twice {
			return nil, models.Conflict("duplicate-line", "line %d is named twice", want.Line)
		}
		quantity, err := models.ParseQuantity(want.Quantity)
		if err != nil {
			return nil, models.Conflict("invalid-quantity", "%v", err)
		}
		if open := line.Progress(s.order.Currency).Open(); quantity.GreaterThan(open) {
			return nil, models.Conflict("quantity-not-open", "of line %d only %s is open, not %s", want.Line, open, quantity)
		}
		if quantity.GreaterThan(line.Reserved) {
			return nil, models.Conflict("insufficient-stock", "of line %d only %s is reserved, not %s", want.Line, line.Reserved, quantity)
		}
		lines = append(lines, postgres.ShipmentLine{Line: want.Line, Quantity: quantity})
		shipped[want.Line] = quantity
	}
	if s.order.ShipComplete {
		for _, line := range s.order.Lines {
			if open := line.Progress(s.order.Currency).Open(); !open.Equal(shipped[line.Line]) {
				return nil, models.Conflict("ship-complete", "the order is to be shipped complete: line %d has %s open", line.Line, open)
			}
		}
	}
	return lines, nil
}

// ship moves goods out of the warehouse and records the shipment.
func (s *step) ship(ctx context.Context, shipment postgres.Shipment) error {
	shipment.OrderID, shipment.WarehouseID = s.order.ID, s.order.WarehouseID
	if _, err := postgres.LockStock(ctx, s.tx, s.order.WarehouseID, s.skus()); err != nil {
		return err
	}
	var changes []postgres.StockChange
	for _, part := range shipment.Lines {
		line := s.order.Line(part.Line)
		line.Reserved = line.Reserved.Sub(part.Quantity)
		line.Shipped = line.Shipped.Add(part.Quantity)
		if line.Stocked {
			changes = append(changes, postgres.StockChange{SKU: line.SKU, OnHand: part.Quantity.Neg(), Reserved: part.Quantity.Neg()})
		}
	}
	if err := postgres.MoveStock(ctx, s.tx, s.order.WarehouseID, changes); err != nil {
		return err
	}
	if _, err := postgres.InsertShipment(ctx, s.tx, shipment); err != nil {
		return err
	}
	_, err := s.event(ctx, postgres.Event{
		Key: "shipped/" + shipment.ID, Kind: "shipped", Actor: shipment.ConfirmedBy,
		Summary: fmt.Sprintf("%d line(s) shipped as %s", len(shipment.Lines), shipment.ID),
	})
	return err
}
