package document_test

import (
	"time"

	"github.com/shopspring/decimal"

	"o2c/document"
	"o2c/models"
)

var (
	dec    = decimal.RequireFromString
	berlin = &models.Address{Line1: "Lager 3", Line2: "Tor 7", City: "Berlin", Postcode: "10115", Country: "DE"}
)

// confirmation is that of an order with a bit of everything.
func confirmation(change func(*document.Confirmation)) document.Confirmation {
	c := document.Confirmation{
		Seller: "Seller Ltd", Customer: "Acme GmbH", Order: "ord_7", Version: 1, PONumber: "PO-7", Currency: "EUR",
		SoldTo: &models.Address{Line1: "Hauptstr. 1", City: "Köln", Postcode: "50667", Country: "DE"}, ShipTo: berlin,
		BillTo: &models.Address{Line1: "Postfach 9", City: "Köln", Postcode: "50441", Country: "DE"}, Payer: "Acme Holding SE",
		RequestedDate: models.NewDate(2026, time.December, 1), DeliveryTerms: "DAP Berlin",
		Terms:           models.PaymentTerms{DiscountPercent: dec("2"), DiscountDays: 10},
		DiscountPercent: dec("5"),
		Charges:         []models.Charge{{ReasonCode: "FC", Reason: "Freight service", Amount: models.MustMoney(dec("12"), "EUR"), Tax: standard}},
		Lines: []document.ConfirmedLine{
			{Goods: document.Goods{Line: 1, SKU: "nail", Description: "Steel nail", UnitCode: "C62", Quantity: dec("250")}, POLine: "10",
				UnitPrice: dec("12.5"), BaseQuantity: dec("100"), DiscountPercent: dec("10"), Backordered: dec("50")},
			{Goods: document.Goods{Line: 2, SKU: "rope", Description: "Rope", UnitCode: "MTR", Quantity: dec("7.5")}, UnitPrice: dec("1.2345"),
				BaseQuantity: dec("1"), RequestedDate: models.NewDate(2026, time.December, 24), ShipTo: &models.Address{Line1: "Hafen 2", City: "Hamburg", Postcode: "20457", Country: "DE"}},
			{Goods: document.Goods{Line: 3, SKU: "book", Description: "Book of knots", Quantity: dec("1")}, UnitPrice: dec("20"), BaseQuantity: dec("1")},
		},
	}
	if change != nil {
		change(&c)
	}
	var taxed []models.TaxedAmount
	for i := range c.Lines {
		line := &c.Lines[i]
		line.Net = models.LineNet(line.UnitPrice, line.Quantity, line.BaseQuantity, line.DiscountPercent, c.Currency)
		class := standard
		if line.SKU == "book" {
			class = models.TaxClass{Category: "S", Rate: dec("7")}
		}
		taxed = append(taxed, models.TaxedAmount{Net: line.Net, Tax: class})
	}
	c.Totals = models.TotalOf(c.Currency, taxed, c.DiscountPercent, models.Taxed(c.Charges)...)
	return c
}

var standard = models.TaxClass{Category: "S", Rate: dec("19")}

// bare is an order that says no more than it must.
func bare(c *document.Confirmation) {
	c.PONumber, c.SoldTo, c.ShipTo, c.BillTo, c.Payer, c.RequestedDate, c.DeliveryTerms = "", nil, nil, nil, "", models.Date{}, ""
	c.Terms, c.DiscountPercent, c.Charges, c.Lines = models.PaymentTerms{}, dec("0"), nil, c.Lines[2:]
}

// changed is the second version: the first line has shipped in part, the second is dropped.
func changed(c *document.Confirmation) {
	c.Version = 2
	c.Lines[0].Shipped, c.Lines[0].Backordered = dec("200"), dec("0")
	c.Lines[1].Quantity = dec("0")
	c.Terms = models.PaymentTerms{EndOfMonth: true, Instalments: []models.InstalmentTerm{{Percent: dec("50"), NetDays: 0}, {Percent: dec("50"), NetDays: 30}}}
}

func inDinars(c *document.Confirmation) {
	bare(c)
	c.Currency = "KWD"
	c.Terms.NetDays = new(0)
}

// shippingNotice is that of two lines, the last of their order or not.
func shippingNotice(complete bool) document.ShippingNotice {
	n := document.ShippingNotice{
		Seller: "Seller Ltd", Customer: "Acme GmbH", Order: "ord_7", PONumber: "PO-7", Shipment: "shp_7-1", ShippedOn: models.NewDate(2026, time.November, 30),
		Carrier: "DHL", TrackingNumber: "JD014600003SE", ShipTo: berlin,
		Lines: []document.ShippedLine{
			{Goods: document.Goods{Line: 1, SKU: "nail", Description: "Steel nail", UnitCode: "C62", Quantity: dec("200")}},
			{Goods: document.Goods{Line: 2, SKU: "rope", Description: "Rope", UnitCode: "MTR", Quantity: dec("7.5")},
				ShipTo: &models.Address{Line1: "Hafen 2", City: "Hamburg", Postcode: "20457", Country: "DE"}},
		},
		ToCome: []document.AwaitedLine{
			{Goods: document.Goods{Line: 1, SKU: "nail", Description: "Steel nail", UnitCode: "C62", Quantity: dec("50")}, Backordered: dec("50")},
			{Goods: document.Goods{Line: 3, SKU: "book", Description: "Book of knots", Quantity: dec("1")}},
		},
	}
	if complete {
		n.Carrier, n.TrackingNumber, n.ShipTo, n.PONumber, n.ToCome = "", "", nil, "", nil
	}
	return n
}
