package activities

import (
	"cmp"
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

// Fulfil offers the open lines of an approved order to the warehouses that may serve it: what is free is reserved, the rest is
// backordered. A warehouse in mode auto ships what is reserved in it at once, unless the order wants to be shipped complete and
// is not, or may not be shipped.
func (f *Fulfillment) Fulfil(ctx context.Context, in OrderStep) (models.OrderProgress, error) {
	var left queues
	progress, err := onOrder(ctx, f.Pool, in.OrderID, in.At, func(s *step) error {
		if s.order.Stage != models.Fulfilling {
			return nil
		}
		if err := s.reserve(ctx); err != nil {
			return err
		}
		if s.order.AllowSplit { // what an earlier order was thought to take here it may have taken elsewhere
			left = s.leaves(ctx, "offered/"+in.OrderID)
		}
		return s.shipAutomatically(ctx)
	})
	if err == nil {
		err = f.startBillings(ctx, progress)
	}
	if err != nil {
		return progress, err
	}
	return progress, left.serve(ctx, f.Pool, f.Orders)
}

// shipAutomatically ships from each warehouse in mode auto what is reserved in it.
func (s *step) shipAutomatically(ctx context.Context) error {
	if s.order.ShipsComplete() && s.backordered() {
		return nil
	}
	warehouses, err := s.warehouses(ctx)
	if err != nil {
		return err
	}
	for _, warehouse := range warehouses {
		lines := s.reservedIn(warehouse.ID)
		if warehouse.Mode != "auto" || len(lines) == 0 {
			continue
		}
		n, err := postgres.CountShipments(ctx, s.tx, s.order.ID)
		if err != nil {
			return err
		}
		id := fmt.Sprintf("shp_%s-%d", strings.TrimPrefix(s.order.ID, "ord_"), n+1)
		if refusal, err := s.mayShip(ctx, id); err != nil || refusal != nil {
			return err
		}
		err = s.ship(ctx, postgres.Shipment{ID: id, WarehouseID: warehouse.ID, ShippedAt: s.at, ConfirmedBy: system, Lines: lines})
		if err != nil {
			return err
		}
	}
	return nil
}

// ConfirmShipment carries out a warehouse's confirmation, or refuses it when it lost a race: "order-not-fulfilling",
// "line-not-found", "quantity-not-open", "insufficient-stock", "ship-complete"; or when the order may not be shipped:
// "credit-hold", "customer-blocked".
func (f *Fulfillment) ConfirmShipment(ctx context.Context, in FactStep) (models.OrderProgress, error) {
	var left queues
	progress, err := onOrder(ctx, f.Pool, in.OrderID, in.At, func(s *step) error {
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
		warehouseID, err := s.shipsFrom(ctx, fact.Content)
		if err != nil {
			return err
		}
		lines, refusal := s.shippable(warehouseID, fact.Content.Lines)
		if refusal == nil {
			if refusal, err = s.mayShip(ctx, in.FactID); err != nil {
				return err
			}
		}
		if refusal != nil {
			left = s.leaves(ctx, "refused/"+in.FactID)
			if err = s.refuse(ctx, in.FactID, fact.Actor, refusal); err != nil || s.order.WarehouseMode != "webhook" {
				return err
			}
			return postgres.OpenTask(ctx, s.tx, postgres.Task{ // what is outside has left all the same
				Key: "refused/" + in.FactID, Kind: refusedShipmentTask, Role: "sales", CustomerID: s.order.CustomerID, OrderID: s.order.ID,
				Detail: "Warehouse " + warehouseID + " says that goods have left which it was not to ship any more: " + refusal.Detail,
			}, s.at)
		}
		shippedAt := s.at
		if fact.Content.ShippedAt != nil {
			shippedAt = *fact.Content.ShippedAt
		}
		err = s.ship(ctx, postgres.Shipment{
			ID: in.FactID, WarehouseID: warehouseID, Carrier: fact.Content.Carrier, TrackingNumber: fact.Content.TrackingNumber, ShippedAt: shippedAt,
			ConfirmedBy: fact.Actor, Lines: lines,
		})
		if err != nil {
			return err
		}
		return postgres.SettleFact(ctx, s.tx, in.FactID, nil)
	})
	if err == nil {
		err = f.startBillings(ctx, progress)
	}
	if err != nil || progress.Stage != models.Review && !progress.Stage.WaitsForCredit() {
		return progress, err
	}
	return progress, left.serve(ctx, f.Pool, f.Orders)
}

// reserve takes what is free for every open line, in the warehouse that is asked first and then in the next; what orders wait for
// that were entered before is left to them. A service needs no stock and is ready at once.
func (s *step) reserve(ctx context.Context) error {
	stock, err := s.lockStock(ctx)
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
		if !line.Stocked {
			line.Reserved = line.Reserved.Add(wanted)
			continue
		}
		for _, warehouse := range stock.warehouses {
			of := postgres.StockOf{WarehouseID: warehouse.ID, SKU: line.SKU}
			taken := decimal.Min(wanted, stock.free[of])
			if !taken.IsPositive() {
				continue
			}
			stock.free[of], wanted = stock.free[of].Sub(taken), wanted.Sub(taken)
			line.Hold(of.WarehouseID, taken)
			changes = append(changes, postgres.StockChange{StockOf: of, OrderID: s.order.ID, Line: line.Line, Reserved: taken})
		}
		if wanted.IsPositive() {
			missing++
		}
	}
	if err = postgres.MoveStock(ctx, s.tx, changes); err != nil {
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

// lockedStock is the stock that may serve an order: where, and what of it is free for this order.
type lockedStock struct {
	warehouses []postgres.Warehouse
	free       map[postgres.StockOf]decimal.Decimal
}

func (s *step) lockStock(ctx context.Context) (lockedStock, error) {
	var stock lockedStock
	var err error
	if stock.warehouses, err = s.warehouses(ctx); err != nil {
		return stock, err
	}
	ids := make([]string, len(stock.warehouses))
	for i, warehouse := range stock.warehouses {
		ids[i] = warehouse.ID
	}
	skus := s.skus()
	if len(skus) == 0 {
		return stock, nil
	}
	if stock.free, err = postgres.LockStock(ctx, s.tx, ids, skus); err != nil {
		return stock, err
	}
	nothing := true
	for _, free := range stock.free {
		nothing = nothing && !free.IsPositive()
	}
	if nothing {
		return stock, nil
	}
	ahead, err := postgres.Ahead(ctx, s.tx, s.order.ID, ids, skus)
	for of, quantity := range ahead {
		stock.free[of] = stock.free[of].Sub(quantity)
	}
	return stock, err
}

// warehouses are those that may serve the order, the one that is asked first first.
func (s *step) warehouses(ctx context.Context) ([]postgres.Warehouse, error) {
	return postgres.WarehousesFor(ctx, s.tx, s.order)
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

// reservedIn is what is reserved in a warehouse. A service is nowhere, and goes along from the order's own warehouse.
func (s *step) reservedIn(warehouseID string) []postgres.ShipmentLine {
	var lines []postgres.ShipmentLine
	for _, line := range s.order.Lines {
		if ready := line.ReadyIn(warehouseID, s.order.WarehouseID); ready.IsPositive() {
			lines = append(lines, postgres.ShipmentLine{Line: line.Line, Quantity: ready})
		}
	}
	return lines
}

// shipsFrom is the warehouse of a confirmation that names none: the first of those that may serve the order in which all that is
// asked for is reserved; where there is none, the order's own.
func (s *step) shipsFrom(ctx context.Context, confirmation models.ShipmentConfirmation) (string, error) {
	if confirmation.WarehouseID != "" || !s.order.AllowSplit {
		return cmp.Or(confirmation.WarehouseID, s.order.WarehouseID), nil
	}
	warehouses, err := s.warehouses(ctx)
	if err != nil {
		return "", err
	}
	for _, warehouse := range warehouses {
		if _, refusal := s.shippable(warehouse.ID, confirmation.Lines); refusal == nil {
			return warehouse.ID, nil
		}
	}
	return s.order.WarehouseID, nil
}

// shippable checks a confirmation against what is open and reserved in a warehouse now.
func (s *step) shippable(warehouseID string, asked []models.LineQuantity) ([]postgres.ShipmentLine, *models.Error) {
	if s.order.Stage.WaitsForCredit() {
		return nil, models.Conflict("credit-hold", "%s", s.order.BlockedDetail)
	}
	if s.order.Stage == models.Review && s.order.BlockedCode == models.BlockedParty {
		return nil, models.Conflict(models.BlockedParty, "%s", s.order.BlockedDetail)
	}
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
		if ready := line.ReadyIn(warehouseID, warehouseID); quantity.GreaterThan(ready) {
			return nil, models.Conflict("insufficient-stock", "of line %d only %s is reserved in %s, not %s", want.Line, ready, warehouseID, quantity)
		}
		lines = append(lines, postgres.ShipmentLine{Line: want.Line, Quantity: quantity})
		shipped[want.Line] = quantity
	}
	if !s.order.ShipsComplete() {
		return lines, nil
	}
	for _, line := range s.order.Lines { // all of it is reserved, and all that is here leaves
		ready := line.ReadyIn(warehouseID, s.order.WarehouseID)
		if line.Progress(s.order.Currency).ToReserve().IsPositive() || ready.GreaterThan(shipped[line.Line]) {
			return nil, models.Conflict("ship-complete", "the order is to be shipped complete: line %d has %s open", line.Line, line.Progress(s.order.Currency).Open())
		}
	}
	return lines, nil
}

// ship moves goods out of the shipment's warehouse, records it and announces it.
func (s *step) ship(ctx context.Context, shipment postgres.Shipment) error {
	if err := s.confirm(ctx); err != nil { // what leaves in the step that reserves it is confirmed before
		return err
	}
	shipment.OrderID = s.order.ID
	if _, err := postgres.LockStock(ctx, s.tx, []string{shipment.WarehouseID}, s.skus()); err != nil {
		return err
	}
	var changes []postgres.StockChange
	for _, part := range shipment.Lines {
		line := s.order.Line(part.Line)
		line.Shipped = line.Shipped.Add(part.Quantity)
		if !line.Stocked {
			line.Reserved = line.Reserved.Sub(part.Quantity)
			continue
		}
		line.Hold(shipment.WarehouseID, part.Quantity.Neg())
		changes = append(changes, postgres.StockChange{
			StockOf: postgres.StockOf{WarehouseID: shipment.WarehouseID, SKU: line.SKU}, OrderID: s.order.ID, Line: line.Line,
			OnHand: part.Quantity.Neg(), Reserved: part.Quantity.Neg(),
		})
	}
	if err := postgres.MoveStock(ctx, s.tx, changes); err != nil {
		return err
	}
	if _, err := postgres.InsertShipment(ctx, s.tx, shipment); err != nil {
		return err
	}
	if err := s.awaitBilling(ctx, shipment.ShippedAt); err != nil {
		return err
	}
	_, err := s.event(ctx, postgres.Event{
		Key: "shipped/" + shipment.ID, Kind: "shipped", Actor: shipment.ConfirmedBy,
		Summary: fmt.Sprintf("%d line(s) shipped as %s", len(shipment.Lines), shipment.ID),
	})
	if err != nil {
		return err
	}
	return s.announce(ctx, shipment)
}
