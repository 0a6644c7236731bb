package api

import (
	"context"

	"o2c/models"
	"o2c/postgres"
)

// CreateShipment accepts that goods of an order left a warehouse.
func (s *server) CreateShipment(ctx context.Context, r CreateShipmentRequestObject) (CreateShipmentResponseObject, error) {
	confirmed := models.ShipmentConfirmation{
		OrderID: r.OrderID, WarehouseID: valueOf(r.Body.WarehouseID), Carrier: valueOf(r.Body.Carrier), TrackingNumber: valueOf(r.Body.TrackingNumber), ShippedAt: instant(r.Body.ShippedAt),
		Lines: each(r.Body.Lines, func(l NewShipmentLine) models.LineQuantity {
			return models.LineQuantity{Line: l.Line, Quantity: plain(l.Quantity)}
		}),
	}
	view, err := s.commands.ConfirmShipment(ctx, claimOf(ctx), confirmed)
	if err != nil {
		return nil, err
	}
	return CreateShipment202JSONResponse{
		Body: shipment(view), Headers: CreateShipment202ResponseHeaders{Location: base + "/shipments/" + view.ID},
	}, nil
}

// GetShipment answers with a shipment, or with what is to become one.
func (s *server) GetShipment(ctx context.Context, r GetShipmentRequestObject) (GetShipmentResponseObject, error) {
	view, err := postgres.ReadShipment(ctx, s.db, r.ShipmentID)
	return GetShipment200JSONResponse(shipment(view)), err
}

// ConfirmDelivery accepts a proof of delivery.
func (s *server) ConfirmDelivery(ctx context.Context, r ConfirmDeliveryRequestObject) (ConfirmDeliveryResponseObject, error) {
	view, err := s.commands.ConfirmDelivery(ctx, claimOf(ctx), models.DeliveryConfirmation{
		ShipmentID: r.ShipmentID, DeliveredAt: r.Body.DeliveredAt.UTC(), SignedBy: valueOf(r.Body.SignedBy),
	})
	if err != nil {
		return nil, err
	}
	return ConfirmDelivery202JSONResponse{
		Body: shipment(view), Headers: ConfirmDelivery202ResponseHeaders{Location: base + "/shipments/" + view.ID},
	}, nil
}

// TellShipment accepts what a carrier tells of a shipment.
func (s *server) TellShipment(ctx context.Context, r TellShipmentRequestObject) (TellShipmentResponseObject, error) {
	view, err := s.commands.TellShipment(ctx, claimOf(ctx), models.CarrierEvent{
		ShipmentID: r.ShipmentID, EventID: r.Body.EventID, Kind: models.ShipmentEventKind(r.Body.Kind), At: r.Body.At.UTC(),
		Location: valueOf(r.Body.Location), SignedBy: valueOf(r.Body.SignedBy), Note: valueOf(r.Body.Note),
	})
	if err != nil {
		return nil, err
	}
	return TellShipment202JSONResponse{
		Body: shipment(view), Headers: TellShipment202ResponseHeaders{Location: base + "/shipments/" + view.ID},
	}, nil
}
