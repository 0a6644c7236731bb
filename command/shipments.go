package command

import (
	"context"
	"strconv"

	"github.com/shopspring/decimal"

	"o2c/models"
	"o2c/postgres"
)

// ConfirmShipment accepts that a warehouse handed goods of an order over, tells the order, and waits a little for the effect.
// The view is processing until a worker has recorded it, and refused when it lost a race. Errors: "order-not-found",
// "order-closed", "order-on-hold", "customer-blocked", "warehouse-not-found", "line-not-found",
// "line-repeated", "more-than-ordered", "engine-unavailable".
func (s *Service) ConfirmShipment(ctx context.Context, claim *Claim, shipment models.ShipmentConfirmation) (postgres.ShipmentView, error) {
	deadline := patience()
	fact, err := s.recorded(ctx, claim.ID, postgres.ShipmentFact)
	if err != nil {
		return postgres.ShipmentView{}, err
	}
	if fact == nil {
		order, err := postgres.ReadOrder(ctx, s.DB, shipment.OrderID)
		if err != nil {
			return postgres.ShipmentView{}, err
		}
		standing, err := postgres.LoadStanding(ctx, s.DB, order.CustomerID)
		if err != nil {
			return postgres.ShipmentView{}, err
		}
		if standing.Block.StopsShipping() && order.Stage == models.Fulfilling {
			return postgres.ShipmentView{}, standing.Block.CustomerBlocked()
		}
		if shipment.WarehouseID != "" {
			_, err = postgres.ReadWarehouse(ctx, s.DB, shipment.WarehouseID)
			if err != nil && models.KindOf(err) == models.KindNotFound {
				return postgres.ShipmentView{}, models.Invalid("warehouse-not-found", "there is no warehouse %q", shipment.WarehouseID).At("/warehouse_id")
			}
			if err != nil {
				return postgres.ShipmentView{}, err
			}
		}
		if err = checkShipment(order, shipment.Lines); err != nil {
			return postgres.ShipmentView{}, err
		}
		if fact, err = s.accept(ctx, claim.ID, claim.Principal, postgres.ShipmentFact, order.CustomerID, order.ID, shipment); err != nil {
			return postgres.ShipmentView{}, err
		}
	}
	if err = s.tellFact(ctx, deadline, *fact); err != nil {
		return postgres.ShipmentView{}, err
	}
	if err = s.awaitSettled(ctx, deadline, fact.ID, postgres.ShipmentFact); err != nil {
		return postgres.ShipmentView{}, err
	}
	return postgres.ReadShipment(ctx, s.DB, fact.ID)
}

// checkShipment refuses what the book already contradicts. All faults of the lines come back at once.
func checkShipment(order postgres.OrderView, lines []models.LineQuantity) error {
	switch order.Stage {
	case models.Closed:
		return models.Conflict("order-closed", "the order is closed")
	case models.Received, models.Review, models.CreditHold, models.AwaitingPrepayment:
		return models.Conflict("order-on-hold", "the order is in stage %s and may not be shipped", order.Stage)
	case models.Fulfilling, models.Invoicing, models.Collecting, models.Reconciling:
		// what can be shipped is decided line by line
	}
	var faults faults
	seen := map[int]bool{}
	for i, line := range lines {
		pointer := "/lines/" + strconv.Itoa(i)
		ordered := lineOf(order, line.Line)
		quantity, err := decimal.NewFromString(line.Quantity)
		switch {
		case err != nil:
			faults.add(models.Invalid("invalid-quantity", "%q is not a quantity", line.Quantity).At(pointer + "/quantity"))
		case seen[line.Line]:
			faults.add(models.Invalid("line-repeated", "line %d is named twice", line.Line).At(pointer + "/line"))
		case ordered == nil:
			faults.add(models.Invalid("line-not-found", "the order has no line %d", line.Line).At(pointer + "/line"))
		default:
			if open := ordered.Quantity.Sub(ordered.Shipped).Sub(ordered.Cancelled); quantity.GreaterThan(open) {
				faults.add(models.Conflict("more-than-ordered", "%s of line %d are neither shipped nor cancelled", open, line.Line).At(pointer + "/quantity"))
			}
		}
		seen[line.Line] = true
	}
	return faults.err()
}

func lineOf(order postgres.OrderView, number int) *postgres.OrderLineView {
	for i := range order.Lines {
		if order.Lines[i].Line == number {
			return &order.Lines[i]
		}
	}
	return nil
}

// ConfirmDelivery accepts a proof of delivery, tells the order, and waits a little for the effect. Errors:
// "shipment-not-found", "shipment-processing", "shipment-refused", "already-delivered", "delivered-before-shipped", "engine-unavailable".
func (s *Service) ConfirmDelivery(ctx context.Context, claim *Claim, delivery models.DeliveryConfirmation) (postgres.ShipmentView, error) {
	deadline := patience()
	fact, err := s.recorded(ctx, claim.ID, postgres.DeliveryFact)
	if err != nil {
		return postgres.ShipmentView{}, err
	}
	if fact == nil {
		shipment, err := postgres.ReadShipment(ctx, s.DB, delivery.ShipmentID)
		if err != nil {
			return postgres.ShipmentView{}, err
		}
		switch {
		case shipment.State == postgres.Processing:
			return postgres.ShipmentView{}, models.Unavailable("shipment-processing", "the shipment is accepted and not yet recorded; try again")
		case shipment.State == postgres.Refused && len(shipment.Events) == 0: // not by who should have got it
			return postgres.ShipmentView{}, models.Conflict("shipment-refused", "the shipment was refused: %s", shipment.Reason)
		case shipment.DeliveredAt != nil:
			return postgres.ShipmentView{}, models.Conflict("already-delivered", "the shipment was delivered already")
		case shipment.ShippedAt != nil && delivery.DeliveredAt.Before(*shipment.ShippedAt):
			return postgres.ShipmentView{}, models.Invalid("delivered-before-shipped", "the shipment left on %s",
				shipment.ShippedAt.UTC().Format("2006-01-02T15:04:05Z")).At("/delivered_at")
		}
		customerID, err := postgres.CustomerOfOrder(ctx, s.DB, shipment.OrderID)
		if err != nil {
			return postgres.ShipmentView{}, err
		}
		if fact, err = s.accept(ctx, claim.ID, claim.Principal, postgres.DeliveryFact, customerID, shipment.OrderID, delivery); err != nil {
			return postgres.ShipmentView{}, err
		}
	}
	if err = s.tellFact(ctx, deadline, *fact); err != nil {
		return postgres.ShipmentView{}, err
	}
	if err = s.awaitSettled(ctx, deadline, fact.ID, postgres.DeliveryFact); err != nil {
		return postgres.ShipmentView{}, err
	}
	return postgres.ReadShipment(ctx, s.DB, delivery.ShipmentID)
}

// TellShipment accepts what a carrier tells of a shipment, tells the order, and waits a little for the effect. What was told before with the
// carrier's id changes nothing. Errors: "shipment-not-found", "shipment-refused", "shipment-processing", "event-id-taken",
// "delivered-before-shipped", "engine-unavailable".
func (s *Service) TellShipment(ctx context.Context, claim *Claim, event models.CarrierEvent) (postgres.ShipmentView, error) {
	deadline := patience()
	fact, err := s.recorded(ctx, claim.ID, postgres.CarrierEventFact)
	if err != nil {
		return postgres.ShipmentView{}, err
	}
	if fact == nil {
		shipment, err := postgres.ReadShipment(ctx, s.DB, event.ShipmentID)
		if err != nil {
			return postgres.ShipmentView{}, err
		}
		if err = checkCarrierEvent(shipment, event); err != nil {
			return postgres.ShipmentView{}, err
		}
		customerID, err := postgres.CustomerOfOrder(ctx, s.DB, shipment.OrderID)
		if err != nil {
			return postgres.ShipmentView{}, err
		}
		if fact, err = s.accept(ctx, claim.ID, claim.Principal, postgres.CarrierEventFact, customerID, shipment.OrderID, event); err != nil {
			return postgres.ShipmentView{}, err
		}
	}
	if err = s.tellFact(ctx, deadline, *fact); err != nil {
		return postgres.ShipmentView{}, err
	}
	if err = s.awaitSettled(ctx, deadline, fact.ID, postgres.CarrierEventFact); err != nil {
		return postgres.ShipmentView{}, err
	}
	return postgres.ReadShipment(ctx, s.DB, event.ShipmentID)
}

// checkCarrierEvent refuses what the book already contradicts.
func checkCarrierEvent(shipment postgres.ShipmentView, event models.CarrierEvent) error {
	switch {
	case shipment.State == postgres.Processing:
		return models.Unavailable("shipment-processing", "the shipment is accepted and not yet recorded; try again")
	case shipment.State == postgres.Refused && len(shipment.Events) == 0:
		return models.Conflict("shipment-refused", "the shipment was refused: %s", shipment.Reason)
	}
	var faults faults
	if event.Kind == models.ShipmentDelivered && shipment.ShippedAt != nil && event.At.Before(*shipment.ShippedAt) {
		faults.add(models.Invalid("delivered-before-shipped", "the shipment left on %s", shipment.ShippedAt.UTC().Format("2006-01-02T15:04:05Z")).At("/at"))
	}
	if event.SignedBy != "" && event.Kind != models.ShipmentDelivered {
		faults.add(models.Invalid("not-delivered", "only what is delivered is signed for").At("/signed_by"))
	}
	for _, known := range shipment.Events {
		if refusal := known.Contradicts(event); known.EventID == event.EventID && refusal != nil {
			faults.add(refusal.At("/event_id"))
		}
	}
	return faults.err()
}
