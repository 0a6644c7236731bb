package command

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/shopspring/decimal"

	"o2c/models"
	"o2c/postgres"
	"o2c/workflows"
)

// ConfirmShipment accepts that a warehouse handed goods of an order over, tells the order, and waits a little for the effect.
// The view is processing until a worker has recorded it, and refused when it lost a race. Errors: "order-not-found",
// "order-closed", "order-on-hold", "line-not-found", "line-repeated", "more-than-ordered", "engine-unavailable".
func (s *Service) ConfirmShipment(ctx context.Context, claim *Claim, shipment models.ShipmentConfirmation) (postgres.ShipmentView, error) {
	fact, err := s.recorded(ctx, claim.ID, postgres.ShipmentFact)
	if err != nil {
		return postgres.ShipmentView{}, err
	}
	if fact == nil {
		order, err := postgres.ReadOrder(ctx, s.DB, shipment.OrderID)
		if err != nil {
			return postgres.ShipmentView{}, err
		}
		if err = checkShipment(order, shipment.Lines); err != nil {
			return postgres.ShipmentView{}, err
		}
		if fact, err = s.accept(ctx, claim.ID, claim.Principal, postgres.ShipmentFact, order.CustomerID, order.ID, shipment); err != nil {
			return postgres.ShipmentView{}, err
		}
	}
	if err = s.tell(ctx, *fact.OrderID, *fact.CustomerID, workflows.ShipmentConfirmed, workflows.FactSignal{ID: fact.ID}); err != nil {
		return postgres.ShipmentView{}, err
	}
	if err = s.awaitSettled(ctx, fact.ID, postgres.ShipmentFact); err != nil {
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
// "shipment-not-found", "shipment-refused", "already-delivered", "delivered-before-shipped", "engine-unavailable".
func (s *Service) ConfirmDelivery(ctx context.Context, claim *Claim, delivery models.DeliveryConfirmation) (postgres.ShipmentView, error) {
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
		case shipment.State == postgres.Refused:
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
	if err = s.tell(ctx, *fact.OrderID, *fact.CustomerID, workflows.DeliveryConfirmed, workflows.FactSignal{ID: fact.ID}); err != nil {
		return postgres.ShipmentView{}, err
	}
	if err = s.awaitSettled(ctx, fact.ID, postgres.DeliveryFact); err != nil {
		return postgres.ShipmentView{}, err
	}
	return postgres.ReadShipment(ctx, s.DB, delivery.ShipmentID)
}

// RaiseDispute accepts that a customer contests a part of an invoice, tells the order, and waits a little for the effect. The
// dispute's own id is used when it has one, else the claim's. Errors: "invoice-not-found", "nothing-to-dispute",
// "dispute-exceeds-open", "line-not-found", "id-taken", "engine-unavailable".
func (s *Service) RaiseDispute(ctx context.Context, claim *Claim, dispute models.Dispute, amount string) (postgres.DisputeView, error) {
	if dispute.ID == "" {
		dispute.ID = claim.ID
	}
	fact, err := s.recorded(ctx, dispute.ID, postgres.DisputeFact)
	if err != nil {
		return postgres.DisputeView{}, err
	}
	if fact != nil && !sameDispute(*fact, dispute, amount) {
		return postgres.DisputeView{}, models.Conflict("id-taken", "the id %q is used already", dispute.ID).At("/id")
	}
	if fact == nil {
		invoice, err := postgres.ReadInvoice(ctx, s.DB, dispute.Invoice)
		if err != nil {
			return postgres.DisputeView{}, err
		}
		if err = checkDispute(invoice, &dispute, amount); err != nil {
			return postgres.DisputeView{}, err
		}
		if fact, err = s.accept(ctx, dispute.ID, claim.Principal, postgres.DisputeFact, invoice.CustomerID, *invoice.OrderID, dispute); err != nil {
			return postgres.DisputeView{}, err
		}
	}
	if err = s.tell(ctx, *fact.OrderID, *fact.CustomerID, workflows.DisputeRaised, workflows.FactSignal{ID: fact.ID}); err != nil {
		return postgres.DisputeView{}, err
	}
	if err = s.awaitSettled(ctx, fact.ID, postgres.DisputeFact); err != nil {
		return postgres.DisputeView{}, err
	}
	return postgres.ReadDispute(ctx, s.DB, fact.ID)
}

// sameDispute says whether a fact is what a repeated request told: with an id of the caller's own, it can be another one.
func sameDispute(fact postgres.Fact, dispute models.Dispute, amount string) bool {
	var told models.Dispute
	if json.Unmarshal(fact.Content, &told) != nil || (told.Amount == nil) != (amount == "") {
		return false
	}
	if told.Amount != nil {
		if again, err := models.ParsePositiveMoney(amount, told.Amount.Currency()); err != nil || !again.Equal(*told.Amount) {
			return false
		}
	}
	told.Amount = nil
	return told == dispute
}

// checkDispute refuses what the book already contradicts, and reads the amount in the invoice's currency.
func checkDispute(invoice postgres.InvoiceView, dispute *models.Dispute, amount string) error {
	undisputed := models.MustMoney(invoice.OpenAmount.Sub(invoice.DisputedAmount), invoice.Currency)
	if !undisputed.IsPositive() {
		return models.Conflict("nothing-to-dispute", "nothing undisputed is open on %s", invoice.Number)
	}
	var faults faults
	if amount != "" {
		money, err := models.ParsePositiveMoney(amount, invoice.Currency)
		switch {
		case err != nil:
			faults.at("/amount", err)
		case money.MoreThan(undisputed):
			faults.add(models.Invalid("dispute-exceeds-open", "only %s is open and not disputed", undisputed.Text()).At("/amount"))
		}
		dispute.Amount = &money
	}
	if dispute.Line > len(invoice.Lines) {
		faults.add(models.Invalid("line-not-found", "the invoice has no line %d", dispute.Line).At("/line"))
	}
	return faults.err()
}

// recorded finds the fact that an earlier attempt accepted under an id, or nil.
func (s *Service) recorded(ctx context.Context, id, kind string) (*postgres.Fact, error) {
	fact, err := postgres.ReadFact(ctx, s.DB, id, kind)
	if models.KindOf(err) == models.KindNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &fact, nil
}

// accept records a fact.
func (s *Service) accept(ctx context.Context, id, actor, kind, customerID, orderID string, content any) (*postgres.Fact, error) {
	body, err := json.Marshal(content)
	if err != nil {
		return nil, fmt.Errorf("command.accept %s: %w", id, err)
	}
	fact := postgres.Fact{ID: id, Kind: kind, Content: body, Actor: actor}
	if customerID != "" {
		fact.CustomerID = &customerID
	}
	if orderID != "" {
		fact.OrderID = &orderID
	}
	recorded, err := postgres.AcceptFact(ctx, s.DB, fact)
	if err != nil {
		return nil, err
	}
	return &recorded, nil
}

// awaitSettled waits a little until a fact is carried out or refused; it is no error when that takes longer.
func (s *Service) awaitSettled(ctx context.Context, id, kind string) error {
	_, err := await(ctx, factPatience, func(ctx context.Context) (bool, error) {
		fact, err := postgres.ReadFact(ctx, s.DB, id, kind)
		return err == nil && fact.SettledAt != nil, err
	})
	return err
}
