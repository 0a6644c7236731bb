package activities

import (
	"context"

	"o2c/models"
	"o2c/postgres"
)

// ConfirmDelivery stores a proof of delivery as what it tells of the shipment; of several the first stands.
func (f *Fulfillment) ConfirmDelivery(ctx context.Context, in FactStep) (models.OrderProgress, error) {
	return onOrder(ctx, f.Pool, in.OrderID, in.At, func(s *step) error {
		fact, err := postgres.TakeFact[models.DeliveryConfirmation](ctx, s.tx, in.FactID)
		if err != nil || fact.Settled {
			s.refused = fact.Refused
			return err
		}
		delivery := fact.Content
		told, err := postgres.ShipmentEvents(ctx, s.tx, delivery.ShipmentID)
		if err != nil {
			return err
		}
		if models.FoldShipment(told).DeliveredAt != nil {
			return postgres.SettleFact(ctx, s.tx, in.FactID, nil)
		}
		refusal, err := s.takeEvent(ctx, in.FactID, fact.Actor, models.CarrierEvent{
			ShipmentID: delivery.ShipmentID, EventID: in.FactID, Kind: models.ShipmentDelivered, At: delivery.DeliveredAt, SignedBy: delivery.SignedBy,
		})
		if err != nil {
			return err
		}
		if refusal != nil {
			return s.refuse(ctx, in.FactID, fact.Actor, refusal)
		}
		return postgres.SettleFact(ctx, s.tx, in.FactID, nil)
	})
}

// TakeCarrierEvent stores what a carrier tells of a shipment, once by the carrier's id, and derives the shipment's state from all that
// was told of it, in whatever order it came. An event that has the id of another is refused: "event-id-taken".
func (f *Fulfillment) TakeCarrierEvent(ctx context.Context, in FactStep) (models.OrderProgress, error) {
	return onOrder(ctx, f.Pool, in.OrderID, in.At, func(s *step) error {
		fact, err := postgres.TakeFact[models.CarrierEvent](ctx, s.tx, in.FactID)
		if err != nil || fact.Settled {
			s.refused = fact.Refused
			return err
		}
		refusal, err := s.takeEvent(ctx, in.FactID, fact.Actor, fact.Content)
		if err != nil {
			return err
		}
		if refusal != nil {
			return s.refuse(ctx, in.FactID, fact.Actor, refusal)
		}
		return postgres.SettleFact(ctx, s.tx, in.FactID, nil)
	})
}

// takeEvent stores an event of a shipment of the order, which is locked. A shipment that lost its race takes none: "shipment-refused".
func (s *step) takeEvent(ctx context.Context, factID, actor string, event models.CarrierEvent) (*models.Error, error) {
	left, err := postgres.HasLeft(ctx, s.tx, s.orderID, event.ShipmentID)
	if err != nil {
		return nil, err
	}
	if !left {
		return models.Conflict("shipment-refused", "shipment %s was refused and has not left", event.ShipmentID), nil
	}
	told, err := postgres.ShipmentEvents(ctx, s.tx, event.ShipmentID)
	if err != nil {
		return nil, err
	}
	for _, known := range told {
		if known.EventID == event.EventID {
			return known.Contradicts(event), nil
		}
	}
	if err = postgres.InsertShipmentEvent(ctx, s.tx, event, actor); err != nil {
		return nil, err
	}
	if err = postgres.SaveShipmentState(ctx, s.tx, event.ShipmentID, models.FoldShipment(append(told, event))); err != nil {
		return nil, err
	}
	_, err = s.event(ctx, postgres.Event{Key: factID, Kind: event.Kind.Event(), Actor: actor, Summary: "Shipment " + event.ShipmentID + ": " + event.Words()})
	return nil, err
}
