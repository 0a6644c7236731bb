package demo

import (
	"github.com/shopspring/decimal"
)

// Plan is what a run plays: who buys what, and what becomes of it.
type Plan struct {
	Source    string
	Currency  string
	Customers []Customer
	Products  []Product
	Orders    []Order
	LeftOut   []LeftOut
}

// Customer buys. One outside of the seller's country is not charged VAT.
type Customer struct {
	ID       string
	Name     string
	Country  string // ISO 3166-1
	TimeZone string
	Limit    decimal.Decimal
}

// Product is sold at its price, unless an order's line has another.
type Product struct {
	SKU   string
	Name  string
	Price decimal.Decimal
}

// Order is one purchase order.
type Order struct {
	PO        string
	Customer  string
	Warehouse string
	Shipments int // 1 or 2; an auto warehouse ships once
	Lines     []Line
	Story     Story
}

// Line is a line of an order.
type Line struct {
	SKU      string
	Quantity decimal.Decimal
	Price    decimal.Decimal
}

// LeftOut is a row of a file that is not played, and why.
type LeftOut struct {
	Row    int
	Reason string
}

// Story is what becomes of an order.
type Story string

// The stories.
const (
	Pays            Story = "pays"             // in full, before it is due
	PaysTwice       Story = "pays_twice"       // the second payment stays unapplied
	PaysShort       Story = "pays_short"       // the rest is dunned, and paid at last
	PaysLate        Story = "pays_late"        // after the second dunning notice
	NeverPays       Story = "never_pays"       // is handed over to the agency
	DisputesRightly Story = "disputes_rightly" // all of it; the dispute is accepted, and a credit note issued
	DisputesWrongly Story = "disputes_wrongly" // the dispute is rejected, dunning goes on, and it is paid at last
	Released        Story = "released"         // is on credit hold, released, and paid
	Rejected        Story = "rejected"         // is on credit hold, and rejected
	Backordered     Story = "backordered"      // waits for stock, and is paid
	Cancelled       Story = "cancelled"        // before it is shipped
)

// ships is false for an order of which nothing leaves the warehouse.
func (s Story) ships() bool { return s != Rejected && s != Cancelled }

// takesMonths is true for an order that is not settled before it is due.
func (s Story) takesMonths() bool {
	return s == PaysShort || s == PaysLate || s == NeverPays || s == DisputesWrongly
}

// isExport says whether a customer's orders are exports: no VAT.
func (c Customer) isExport() bool { return c.Country != home }

// The seller's country and its VAT.
const home = "GB"

var (
	vat     = decimal.NewFromInt(20)
	hundred = decimal.NewFromInt(100)
)

// Amounts are the totals of a document.
type Amounts struct {
	Net, Tax, Total decimal.Decimal
}

// add adds up documents.
func (a Amounts) add(b Amounts) Amounts {
	return Amounts{Net: a.Net.Add(b.Net), Tax: a.Tax.Add(b.Tax), Total: a.Total.Add(b.Total)}
}

// Equal compares all three amounts.
func (a Amounts) Equal(b Amounts) bool {
	return a.Net.Equal(b.Net) && a.Tax.Equal(b.Tax) && a.Total.Equal(b.Total)
}

// part is what one shipment has of an order's line; line counts from 1.
type part struct {
	line     int
	quantity decimal.Decimal
}

// shipments are the parts that leave the warehouse together, and are invoiced together. Of two, the first has half of the
// lines; of a single line, half of its quantity.
func (o Order) shipments() [][]part {
	all := make([]part, len(o.Lines))
	for i, line := range o.Lines {
		all[i] = part{line: i + 1, quantity: line.Quantity}
	}
	half := all[0].quantity.Div(decimal.NewFromInt(2)).Floor()
	switch {
	case o.Shipments < 2, len(all) == 1 && half.IsZero():
		return [][]part{all}
	case len(all) == 1:
		return [][]part{{{line: 1, quantity: half}}, {{line: 1, quantity: all[0].quantity.Sub(half)}}}
	default:
		middle := (len(all) + 1) / 2
		return [][]part{all[:middle], all[middle:]}
	}
}

// amounts computes a document of an order's parts: net per line, each rounded, and tax once on their sum, because all of an
// order is in one tax group.
func (o Order) amounts(parts []part, export bool) Amounts {
	var a Amounts
	for _, p := range parts {
		a.Net = a.Net.Add(o.Lines[p.line-1].Price.Mul(p.quantity).Round(2))
	}
	if !export {
		a.Tax = a.Net.Mul(vat).Div(hundred).Round(2)
	}
	a.Total = a.Net.Add(a.Tax)
	return a
}

// enterer is the role that may enter an order: another price than the product's is not for sales to give.
func (p Plan) enterer() func(Order) string {
	prices := make(map[string]decimal.Decimal, len(p.Products))
	for _, product := range p.Products {
		prices[product.SKU] = product.Price
	}
	return func(o Order) string {
		for _, line := range o.Lines {
			if !line.Price.Equal(prices[line.SKU]) {
				return "admin"
			}
		}
		return "sales"
	}
}

// customer finds a customer by its id.
func (p Plan) customer(id string) Customer {
	for _, c := range p.Customers {
		if c.ID == id {
			return c
		}
	}
	return Customer{}
}

// OrderAmounts are the totals that an order must have.
func (p Plan) OrderAmounts(o Order) Amounts {
	whole := Order{Lines: o.Lines}
	return o.amounts(whole.shipments()[0], p.customer(o.Customer).isExport())
}

// InvoiceAmounts are the totals that the invoices of an order must have, one per shipment.
func (p Plan) InvoiceAmounts(o Order) []Amounts {
	if !o.Story.ships() {
		return nil
	}
	export := p.customer(o.Customer).isExport()
	var invoices []Amounts
	for _, parts := range o.shipments() {
		invoices = append(invoices, o.amounts(parts, export))
	}
	return invoices
}

// Invoiced are the totals of all invoices together.
func (p Plan) Invoiced() Amounts {
	var sum Amounts
	for _, o := range p.Orders {
		for _, invoice := range p.InvoiceAmounts(o) {
			sum = sum.add(invoice)
		}
	}
	return sum
}

// shortBy is what PaysShort leaves open of an invoice at first: a tenth, and at least a penny.
func shortBy(total decimal.Decimal) decimal.Decimal {
	return decimal.Max(total.Div(decimal.NewFromInt(10)).Round(2), decimal.New(1, -2))
}
