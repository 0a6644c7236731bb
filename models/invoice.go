package models

import (
	"time"

	"github.com/shopspring/decimal"
)

// InvoicingMode says what one invoice bills.
type InvoicingMode string

// The invoicing modes.
const (
	PerShipment InvoicingMode = "per_shipment"
	PerOrder    InvoicingMode = "per_order" // all shipments of an order, when nothing more is to be shipped
	// Consolidated bills all that was shipped to a customer in a billing period.
	Consolidated InvoicingMode = "consolidated"
)

// Invoice is a bill for what one shipment of an order delivered, or all of them, or for what was delivered of several orders. Once
// issued it never changes; what is open of it is kept apart.
type Invoice struct {
	Number           string
	Year             int // of the number's series
	Sequence         int64
	OrderID          string // empty where it belongs to no single order
	BillingID        string // the period that it bills, where it does
	Milestone        int    // of its order, that it bills; 0 for none
	ShipmentID       string // empty where it bills several: its lines name them
	CustomerID       string
	PONumber         string
	Header           InvoiceHeader
	IssueDate        Date
	DueDate          Date         // the last instalment's
	Schedule         []Instalment // one, where the terms have no instalments
	DeliveryDate     Date         // also the tax point (EN 16931 BT-72, BT-7)
	DiscountPercent  decimal.Decimal
	Lines            []InvoiceLine
	Charges          []InvoiceCharge // those of its orders, on the first invoice of each
	Totals           Totals
	Deposits         Money  // what is left of those of its order, which pay it first
	PaymentReference string // ISO 11649
	DunningPolicy    string
	DunningVersion   int
	IssuedAt         time.Time
}

// InvoiceHeader is what an invoice takes over from its order as it was accepted: who is meant, and what they call it.
type InvoiceHeader struct {
	PayerID           string // the customer who pays
	BillTo            *Address
	ShipTo            *Address
	BuyerReference    string
	ContractReference string
	ProjectReference  string
	DeliveryTerms     string
}

// InvoiceLine is what a shipment delivered of one order line (EN 16931 BG-25).
type InvoiceLine struct {
	OrderID         string
	OrderLine       int
	ShipmentID      string // empty where it bills a milestone
	Milestone       int
	SKU             string
	Description     string
	UnitCode        string
	Quantity        decimal.Decimal
	UnitPrice       decimal.Decimal
	BaseQuantity    decimal.Decimal
	DiscountPercent decimal.Decimal
	Tax             TaxClass
	TaxExemption    string
	ExemptionCode   string
	Net             Money // BT-131
}

// InvoiceCharge is a charge of an order on an invoice, the n-th of the order.
type InvoiceCharge struct {
	Charge

	OrderID   string
	N         int
	Milestone int // whose part of it this is; 0 where all of it is billed
}

// InvoiceShare is what an order has in an invoice that belongs to no single one.
type InvoiceShare struct {
	OrderID string
	Amount  Money
}

// Shares split the total over the orders in proportion to what their lines and charges come to, tax included, by the largest
// remainder: the parts that the orders have in it, in the order in which they come in its lines.
func (i Invoice) Shares() []InvoiceShare {
	var shares []InvoiceShare
	var weights []decimal.Decimal
	position := map[string]int{}
	add := func(orderID string, net Money, tax TaxClass) {
		at, known := position[orderID]
		if !known {
			at = len(shares)
			position[orderID] = at
			shares, weights = append(shares, InvoiceShare{OrderID: orderID, Amount: Zero(i.Totals.Total.Currency())}), append(weights, decimal.Zero)
		}
		weights[at] = weights[at].Add(net.Decimal().Mul(decimal.NewFromInt(100).Add(tax.Rate)))
	}
	for _, line := range i.Lines {
		add(line.OrderID, line.Net, line.Tax)
	}
	for _, charge := range i.Charges {
		add(charge.OrderID, charge.Amount, charge.Tax)
	}
	if i.Totals.Total.IsPositive() {
		for at, part := range i.Totals.Total.Allocate(weights) {
			shares[at].Amount = part
		}
	}
	return shares
}

// DrawInvoice completes an invoice that has its lines and issue date: the net of each line, the totals (TotalOf), and when it is
// due by the terms. Each invoice of an order is exact by itself; that of a milestone brings its totals along (DrawMilestone). Only its
// number is still missing.
func DrawInvoice(i Invoice, currency Currency, terms PaymentTerms) Invoice {
	if i.Milestone == 0 {
		i.addUp(currency)
	}
	i.Schedule = terms.Schedule(i.Totals.Total, i.IssueDate)
	i.DueDate = i.Schedule[len(i.Schedule)-1].DueDate
	i.Year = i.IssueDate.Year()
	return i
}

func (i *Invoice) addUp(currency Currency) {
	taxed := make([]TaxedAmount, len(i.Lines))
	for n := range i.Lines {
		line := &i.Lines[n]
		line.Net = LineNet(line.UnitPrice, line.Quantity, line.BaseQuantity, line.DiscountPercent, currency)
		taxed[n] = TaxedAmount{Net: line.Net, Tax: line.Tax}
	}
	charges := make([]TaxedAmount, len(i.Charges))
	for n, charge := range i.Charges {
		charges[n] = charge.taxed()
	}
	i.Totals = TotalOf(currency, taxed, i.DiscountPercent, charges...)
}

// Prepaid is what deposits pay of it when it is issued (EN 16931 BT-113).
func (i Invoice) Prepaid() Money {
	if !i.Deposits.IsPositive() {
		return Zero(i.Totals.Total.Currency())
	}
	return Min(i.Deposits, i.Totals.Total)
}

// Exemption is why no tax is charged in a tax group (EN 16931 BT-120, BT-121), "" where it is.
func (i Invoice) Exemption(tax TaxClass) (text, code string) {
	for _, line := range i.Lines {
		if line.Tax.Equal(tax) && (line.TaxExemption != "" || line.ExemptionCode != "") {
			return line.TaxExemption, line.ExemptionCode
		}
	}
	for _, charge := range i.Charges {
		if charge.Tax.Equal(tax) {
			return charge.exemption()
		}
	}
	return "", ""
}
