package api

import (
	"github.com/shopspring/decimal"

	"o2c/models"
	"o2c/postgres"
)

// readOrder reads an order as it is asked for; pricing it is the command's.
func readOrder(b NewOrder) (models.Order, []models.LineRequest, error) {
	var read reading
	order := models.Order{
		CustomerID: b.CustomerID, PONumber: valueOf(b.PoNumber), Currency: read.currency("/currency", b.Currency),
		WarehouseID: valueOr(b.WarehouseID, mainWarehouse), ShipComplete: valueOf(b.ShipComplete), RequestedDate: readDate(b.RequestedDate),
		AllowSplit: valueOf(b.AllowSplit), AllowDuplicatePO: valueOf(b.AllowDuplicatePo),
		DeliveryTerms: valueOf(b.DeliveryTerms), BuyerReference: valueOf(b.BuyerReference), ContractReference: valueOf(b.ContractReference),
		ProjectReference: valueOf(b.ProjectReference), ShipTo: readAddress(b.ShipTo), BillTo: readAddress(b.BillTo),
		OverrideReason: valueOf(b.OverrideReason), Terms: read.terms("/payment_terms", b.PaymentTerms), DiscountPercent: read.number("/discount_percent", b.DiscountPercent, models.ParsePercent),
	}
	for i, charge := range valueOf(b.Charges) {
		at := pointerf("/charges/%d", i)
		order.Charges = append(order.Charges, models.Charge{
			ReasonCode: charge.ReasonCode, Amount: read.positive(at+"/amount", charge.Amount, order.Currency),
			Tax: models.TaxClass{Category: string(charge.TaxCategory), Rate: read.number(at+"/tax_rate", &charge.TaxRate, models.ParsePercent)},
		})
	}
	for i, m := range valueOf(b.Milestones) {
		order.Milestones = append(order.Milestones, models.Milestone{
			Name: m.Name, Percent: read.number(pointerf("/milestones/%d/percent", i), &m.Percent, models.ParsePercent),
		})
	}
	lines := make([]models.LineRequest, len(b.Lines))
	for i, line := range b.Lines {
		at := pointerf("/lines/%d", i)
		lines[i] = models.LineRequest{
			SKU: line.Sku, Quantity: read.number(at+"/quantity", &line.Quantity, models.ParseQuantity),
			DiscountPercent: read.number(at+"/discount_percent", line.DiscountPercent, models.ParsePercent),
			POLine:          valueOf(line.PoLine), Description: valueOf(line.Description), RequestedDate: readDate(line.RequestedDate),
			ShipTo: readAddress(line.ShipTo),
		}
		if line.UnitPrice != nil {
			lines[i].UnitPrice = new(read.number(at+"/unit_price", line.UnitPrice, models.ParsePrice))
		}
	}
	return order, lines, read.err()
}

// workflowID is the id of an order's workflow in the engine, as the contract names it.
func workflowID(orderID string) string { return "order/" + orderID }

func orderOf(v postgres.OrderView) Order {
	o := Order{
		ID: v.ID, Stage: Stage(v.Stage), Outcome: (*Outcome)(v.Outcome), CustomerID: v.CustomerID, PoNumber: v.PONumber, Currency: string(v.Currency),
		WarehouseID: v.WarehouseID, ShipComplete: v.ShipComplete, AllowSplit: v.AllowSplit, ShipTo: address(v.ShipTo), BillTo: address(v.BillTo),
		RequestedDate: maybeDate(v.RequestedDate), DeliveryTerms: optional(v.DeliveryTerms), BuyerReference: optional(v.BuyerReference),
		ContractReference: optional(v.ContractReference), ProjectReference: optional(v.ProjectReference), PayerID: v.PayerID,
		Charges: each(v.Charges, charge), ChargeTotal: money(v.ChargeTotal, v.Currency), DiscountPercent: v.DiscountPercent.String(),
		PaymentTerms: terms(v.PaymentTerms), Lines: make([]OrderLine, len(v.Lines)), NetTotal: money(v.NetTotal, v.Currency),
		TaxTotal: money(v.TaxTotal, v.Currency), Total: money(v.Total, v.Currency), WorkflowID: workflowID(v.ID), EnteredAt: v.EnteredAt.UTC(),
		ClosedAt: instant(v.ClosedAt), Overrides: each(v.Overrides, override), OverrideReason: optional(v.OverrideReason),
		Backorder: backorderQuestion(v.Backorder),
	}
	if len(v.Milestones) > 0 {
		o.Milestones = new(each(v.Milestones, milestone))
	}
	for i, l := range v.Lines {
		o.Lines[i] = OrderLine{
			Line: l.Line, Sku: l.SKU, Description: l.Description, PoLine: optional(l.POLine), RequestedDate: maybeDate(l.RequestedDate),
			Quantity: l.Quantity.String(), UnitCode: l.UnitCode, UnitPrice: l.UnitPrice.String(), BaseQuantity: l.BaseQuantity.String(),
			DiscountPercent: l.DiscountPercent.String(), NetAmount: money(l.NetAmount, v.Currency), TaxCategory: TaxCategory(l.TaxCategory),
			TaxRate: l.TaxRate.String(), PriceSource: l.PriceSource, PriceReason: l.PriceReason, OverriddenSource: optional(l.OverriddenSource),
			TaxSource: l.TaxSource, TaxReason: l.TaxReason, TaxExemption: optional(l.TaxExemption), TaxExemptionCode: optional(l.TaxExemptionCode),
			ShipTo: address(l.ShipTo), Reserved: l.Reserved.String(), Reservations: each(l.Held, reservation), Backordered: v.Backordered(l).String(),
			Shipped: l.Shipped.String(), Invoiced: l.Invoiced.String(), ToReturn: l.ToReturn.String(), Returned: l.Returned.String(), Replaced: l.Replaced.String(), Cancelled: l.Cancelled.String(),
		}
		if l.OverriddenPrice != nil {
			o.Lines[i].OverriddenPrice = new(l.OverriddenPrice.String())
		}
	}
	return o
}

func charge(c models.Charge) Charge {
	return Charge{ReasonCode: c.ReasonCode, Reason: c.Reason, Amount: c.Amount.String(), TaxCategory: TaxCategory(c.Tax.Category), TaxRate: c.Tax.Rate.String()}
}

func override(o models.Override) Override {
	return Override{Kind: OverrideKind(o.Kind), Pointer: o.Pointer, Given: o.Given, Instead: optional(o.Instead), Source: optional(o.Source)}
}

func reservation(r postgres.ReservationView) Reservation {
	return Reservation{WarehouseID: r.WarehouseID, Quantity: r.Quantity.String()}
}

func orderSummary(v postgres.OrderView) OrderSummary {
	return OrderSummary{
		ID: v.ID, Stage: Stage(v.Stage), Outcome: (*Outcome)(v.Outcome), CustomerID: v.CustomerID, PoNumber: v.PONumber, Currency: string(v.Currency),
		NetTotal: money(v.NetTotal, v.Currency), TaxTotal: money(v.TaxTotal, v.Currency), Total: money(v.Total, v.Currency),
		WorkflowID: workflowID(v.ID), EnteredAt: v.EnteredAt.UTC(), ClosedAt: instant(v.ClosedAt),
	}
}

func shipment(v postgres.ShipmentView) Shipment {
	return Shipment{
		ID: v.ID, State: ShipmentState(v.State), Reason: optional(v.Reason), OrderID: v.OrderID, WarehouseID: optional(v.WarehouseID),
		Lines: each(v.Lines, func(l postgres.ShipmentLine) ShipmentLine {
			return ShipmentLine{Line: l.Line, Quantity: l.Quantity.String()}
		}),
		Carrier: optional(v.Carrier), TrackingNumber: optional(v.TrackingNumber), ShippedAt: instant(v.ShippedAt),
		DeliveredAt: instant(v.DeliveredAt), SignedBy: optional(v.SignedBy), Invoice: v.Invoice,
		Events: new(each(v.Events, func(e models.CarrierEvent) ShipmentEvent {
			return ShipmentEvent{
				EventID: e.EventID, Kind: ShipmentEventKind(e.Kind), At: e.At.UTC(), Location: optional(e.Location), SignedBy: optional(e.SignedBy), Note: optional(e.Note),
			}
		})),
	}
}

// plain writes a quantity without trailing zeros.
func plain(s string) string {
	d, err := decimal.NewFromString(s)
	if err != nil {
		return s // the document has checked it: it can be read
	}
	return d.String()
}

func orderVersion(v postgres.OrderVersion) OrderVersion {
	written := OrderVersion{
		Version: v.Version, At: v.At.UTC(), Actor: v.Actor, NetTotal: money(v.NetTotal, v.Currency), TaxTotal: money(v.TaxTotal, v.Currency),
		Total: money(v.Total, v.Currency),
	}
	written.Lines = each(v.Lines, func(l postgres.OrderVersionLine) OrderVersionLine {
		return OrderVersionLine{
			Line: l.Line, Quantity: l.Quantity.Sub(l.Cancelled).String(), UnitPrice: l.UnitPrice.String(), PriceSource: l.PriceSource,
			NetAmount: money(l.NetAmount, v.Currency),
		}
	})
	return written
}
