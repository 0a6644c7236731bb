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

// Invoice is a bill for what one shipment of an order delivered, or all of them. Once issued it never changes; what is open of
// it is kept apart.
type Invoice struct {
	Number           string
	Year             int // of the number's series
	Sequence         int64
	OrderID          string
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
	Charges          []Charge // those of its order, on the order's first invoice
	Totals           Totals
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
	OrderLine       int
	ShipmentID      string
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

// DrawInvoice completes an invoice that has its lines and issue date: the net of each line, the totals (TotalOf), and when it is
// due by the terms. Each invoice of an order is exact by itself. Only its number is still missing.
func DrawInvoice(i Invoice, currency Currency, terms PaymentTerms) Invoice {
	taxed := make([]TaxedAmount, len(i.Lines))
	for n := range i.Lines {
		line := &i.Lines[n]
		line.Net = LineNet(line.UnitPrice, line.Quantity, line.BaseQuantity, line.DiscountPercent, currency)
		taxed[n] = TaxedAmount{Net: line.Net, Tax: line.Tax}
	}
	i.Totals = TotalOf(currency, taxed, i.DiscountPercent, Taxed(i.Charges)...)
	i.Schedule = terms.Schedule(i.Totals.Total, i.IssueDate)
	i.DueDate = i.Schedule[len(i.Schedule)-1].DueDate
	i.Year = i.IssueDate.Year()
	return i
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
