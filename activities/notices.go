package activities

import (
	"context"
	"fmt"

	"o2c/document"
	"o2c/models"
	"o2c/postgres"
)

// parties are who writes to whom about an order, and what it says beside what the process works on.
type parties struct {
	company  models.Company
	customer models.Customer
	details  postgres.OrderDetails
}

// about reads the parties of the order, once in a step.
func (s *step) about(ctx context.Context) (p parties, err error) {
	if s.parties != nil {
		return *s.parties, nil
	}
	if p.company, err = postgres.LoadCompany(ctx, s.tx); err != nil {
		return p, err
	}
	if p.customer, err = postgres.LoadCustomer(ctx, s.tx, s.order.CustomerID); err != nil {
		return p, err
	}
	if p.details, err = postgres.DetailsOf(ctx, s.tx, s.order.ID); err != nil {
		return p, err
	}
	s.parties = &p
	return p, nil
}

// confirm queues the confirmation of the order's present version once it is approved and offered to the warehouses, for only then
// is it known what waits for stock. What becomes of a version later, a hold among it, is no reason to confirm it again.
func (s *step) confirm(ctx context.Context) error {
	if !s.order.Approved || !s.order.Allocated || s.order.Stage == models.Closed || s.order.Confirmed == s.order.Version {
		return nil
	}
	about, err := s.about(ctx)
	if err != nil {
		return err
	}
	var charges []models.Charge
	if s.order.ChargeGross.IsPositive() {
		if charges, err = postgres.ChargesOf(ctx, s.tx, s.order.ID); err != nil {
			return err
		}
	}
	if err = postgres.OrderConfirmed(ctx, s.tx, s.order); err != nil {
		return err
	}
	confirmation := s.confirmation(about, charges)
	key := fmt.Sprintf("order-confirmation/%s/%d", s.order.ID, s.order.Version)
	_, err = s.event(ctx, postgres.Event{
		Key: key, Kind: "order-confirmed", Actor: system,
		Summary: fmt.Sprintf("Version %d over %s is confirmed to the customer", s.order.Version, confirmation.Totals.Total.Text()),
	})
	if err != nil {
		return err
	}
	text := document.ConfirmationMail(confirmation)
	return s.queue(ctx, postgres.Message{
		Key: key, Kind: "order_confirmation", Channel: "email", Recipient: about.customer.Email, Subject: text.Subject, Body: text.Body,
	})
}

// confirmation is the order without what is cancelled of it, added up by itself.
func (s *step) confirmation(about parties, charges []models.Charge) document.Confirmation {
	details := about.details
	c := document.Confirmation{
		Seller: about.company.LegalName, Customer: about.customer.Name, Order: s.order.ID, Version: s.order.Version, PONumber: s.order.PONumber,
		Currency: s.order.Currency, SoldTo: about.customer.Address, ShipTo: details.ShipTo, BillTo: details.BillTo, Payer: details.Payer,
		RequestedDate: details.RequestedDate, DeliveryTerms: details.DeliveryTerms, Terms: s.order.Terms,
		DiscountPercent: s.order.DiscountPercent, Charges: charges,
	}
	var taxed []models.TaxedAmount
	for _, line := range s.order.Lines {
		confirmed := document.ConfirmedLine{
			Goods: goods(line), POLine: details.Lines[line.Line].POLine, UnitPrice: line.UnitPrice, BaseQuantity: line.BaseQuantity,
			DiscountPercent: line.DiscountPercent, RequestedDate: details.Lines[line.Line].RequestedDate, ShipTo: details.Lines[line.Line].ShipTo,
			Shipped: line.Shipped, Backordered: line.Progress(s.order.Currency).ToReserve(),
		}
		confirmed.Quantity = line.Quantity.Sub(line.Cancelled)
		confirmed.Net = models.LineNet(line.UnitPrice, confirmed.Quantity, line.BaseQuantity, line.DiscountPercent, s.order.Currency)
		c.Lines = append(c.Lines, confirmed)
		if confirmed.Quantity.IsPositive() {
			taxed = append(taxed, models.TaxedAmount{Net: confirmed.Net, Tax: models.TaxClass{Category: line.TaxCategory, Rate: line.TaxRate}})
		}
	}
	c.Totals = models.TotalOf(s.order.Currency, taxed, s.order.DiscountPercent, models.Taxed(charges)...)
	return c
}

// announce queues the notice of a shipment that has just left: the lines of the order say what is still to come.
func (s *step) announce(ctx context.Context, shipment postgres.Shipment) error {
	about, err := s.about(ctx)
	if err != nil {
		return err
	}
	notice := document.ShippingNotice{
		Seller: about.company.LegalName, Customer: about.customer.Name, Order: s.order.ID, PONumber: s.order.PONumber, Shipment: shipment.ID,
		ShippedOn: models.DateIn(shipment.ShippedAt, about.company.Zone()), Carrier: shipment.Carrier, TrackingNumber: shipment.TrackingNumber,
		ShipTo: about.details.ShipTo,
	}
	for _, part := range shipment.Lines {
		shipped := document.ShippedLine{Goods: goods(*s.order.Line(part.Line)), ShipTo: about.details.Lines[part.Line].ShipTo}
		shipped.Quantity = part.Quantity
		notice.Lines = append(notice.Lines, shipped)
	}
	for _, line := range s.order.Lines {
		progress := line.Progress(s.order.Currency)
		if progress.Open().IsPositive() {
			awaited := document.AwaitedLine{Goods: goods(line), Backordered: progress.ToReserve()}
			awaited.Quantity = progress.Open()
			notice.ToCome = append(notice.ToCome, awaited)
		}
	}
	key := "shipping-notice/" + shipment.ID
	_, err = s.event(ctx, postgres.Event{
		Key: key, Kind: "shipment-announced", Actor: system, Summary: "Shipment " + shipment.ID + " is announced to the customer",
	})
	if err != nil {
		return err
	}
	text := document.ShippingMail(notice)
	return s.queue(ctx, postgres.Message{
		Key: key, Kind: "shipping_notice", Channel: "email", Recipient: about.customer.Email,
		Subject: text.Subject, Body: text.Body,
	})
}

func goods(line postgres.OrderLine) document.Goods {
	return document.Goods{Line: line.Line, SKU: line.SKU, Description: line.Description, UnitCode: line.UnitCode}
}
