package document

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"o2c/models"
)

// ShippingNotice is a shipment as it is announced, with what is still to come of its order.
type ShippingNotice struct {
	Seller         string
	Customer       string
	Order          string
	PONumber       string
	Shipment       string
	ShippedOn      models.Date
	Carrier        string
	TrackingNumber string
	ShipTo         *models.Address
	Lines          []ShippedLine
	ToCome         []AwaitedLine
}

// ShippedLine is what the shipment holds of a line.
type ShippedLine struct {
	Goods

	ShipTo *models.Address // nil: the order's
}

// AwaitedLine is what of a line is neither shipped nor cancelled.
type AwaitedLine struct {
	Goods

	Backordered decimal.Decimal
}

// ShippingMail announces a shipment.
func ShippingMail(n ShippingNotice) Text {
	var b strings.Builder
	fmt.Fprintf(&b, "Dear %s,\n\ngoods of your order%s (%s) left on %s as shipment %s:\n\n", n.Customer, order(n.PONumber), n.Order, n.ShippedOn, n.Shipment)
	for _, line := range n.Lines {
		line.write(&b, "")
		if line.ShipTo != nil {
			fmt.Fprintf(&b, "   to %s\n", address(line.ShipTo))
		}
	}
	b.WriteString("\n")
	said(&b, "Carrier", n.Carrier)
	said(&b, "Tracking number", n.TrackingNumber)
	said(&b, "Ship to", address(n.ShipTo))
	if len(n.ToCome) == 0 {
		b.WriteString("Nothing more is to come: your order is complete.\n")
	} else {
		b.WriteString("Still to come:\n\n")
	}
	for _, line := range n.ToCome {
		note := ""
		if line.Backordered.IsPositive() {
			note = ", " + line.quantity(line.Backordered) + " on backorder"
		}
		line.write(&b, note)
	}
	fmt.Fprintf(&b, "\nKind regards\n%s\n", n.Seller)
	return Text{Subject: "Shipping notice " + n.Shipment, Body: b.String()}
}

func (g Goods) write(b *strings.Builder, note string) {
	fmt.Fprintf(b, "%d. %s (%s): %s%s\n", g.Line, g.Description, g.SKU, g.quantity(g.Quantity), note)
}
