package models

import (
	"slices"

	"github.com/shopspring/decimal"
)

// Stage is where an order stands. The database refuses any transition that CanBecome refuses.
type Stage string

// The stages of an order.
const (
	Received           Stage = "received"            // accepted, not yet looked at
	Review             Stage = "review"              // a person looks at it: fraud, duplicate purchase order, blocked party
	CreditHold         Stage = "credit_hold"         // the credit limit is too small
	AwaitingPrepayment Stage = "awaiting_prepayment" // no credit limit is set
	Fulfilling         Stage = "fulfilling"          // a line is neither shipped nor cancelled
	Invoicing          Stage = "invoicing"           // shipped, billed later
	Collecting         Stage = "collecting"          // invoiced, not settled
	Reconciling        Stage = "reconciling"         // settled; quantities, money and ledger are compared
	Closed             Stage = "closed"
)

// Stages lists all stages in the order of an order's life.
var Stages = []Stage{Received, Review, CreditHold, AwaitingPrepayment, Fulfilling, Invoicing, Collecting, Reconciling, Closed}

var transitions = map[Stage][]Stage{
	Received:           {Review, CreditHold, AwaitingPrepayment, Fulfilling, Closed},
	Review:             {CreditHold, AwaitingPrepayment, Fulfilling, Invoicing, Collecting, Reconciling, Closed},
	CreditHold:         {Review, AwaitingPrepayment, Fulfilling, Invoicing, Collecting, Reconciling, Closed}, // partly shipped, the rest cancelled
	AwaitingPrepayment: {Review, CreditHold, Fulfilling, Invoicing, Collecting, Reconciling, Closed},
	Fulfilling:         {Review, CreditHold, AwaitingPrepayment, Invoicing, Collecting, Reconciling, Closed},
	Invoicing:          {Collecting, Reconciling},
	Collecting:         {Reconciling, Closed},
	Reconciling:        {Collecting, Closed},
	Closed:             {Collecting},
}

// CanBecome says whether an order may go from one stage to another; staying is always allowed.
func (s Stage) CanBecome(next Stage) bool {
	if s == next {
		return true
	}
	return slices.Contains(transitions[s], next)
}

// WaitsForCredit is true for the stages in which a credit decision or a recheck moves the order on.
func (s Stage) WaitsForCredit() bool { return s == CreditHold || s == AwaitingPrepayment }

// Outcome is how a closed order ended.
type Outcome string

// The outcomes of an order.
const (
	OutcomePaid       Outcome = "paid"
	OutcomeCredited   Outcome = "credited"
	OutcomeWrittenOff Outcome = "written_off"
	OutcomeCancelled  Outcome = "cancelled"
	OutcomeRejected   Outcome = "rejected"
)

// Block names what keeps an order from going on.
type Block struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// Order is a sales order as it was accepted: priced, with its tax, before anything happened to it. Amounts are in
// Currency; quantities and prices are plain decimals. Parties and references are as they were then.
type Order struct {
	ID                string          `json:"id"`
	CustomerID        string          `json:"customer_id"` // sold to
	PayerID           string          `json:"payer_id"`    // the customer who pays
	PONumber          string          `json:"po_number"`
	Currency          Currency        `json:"currency"`
	WarehouseID       string          `json:"warehouse_id"`
	ShipComplete      bool            `json:"ship_complete"`
	AllowSplit        bool            `json:"allow_split,omitempty"` // other warehouses may serve it as well
	RequestedDate     Date            `json:"requested_date,omitzero"`
	DeliveryTerms     string          `json:"delivery_terms,omitempty"`
	BuyerReference    string          `json:"buyer_reference"`
	ContractReference string          `json:"contract_reference,omitempty"`
	ProjectReference  string          `json:"project_reference,omitempty"`
	ShipTo            *Address        `json:"ship_to,omitempty"`
	BillTo            *Address        `json:"bill_to,omitempty"`
	Terms             PaymentTerms    `json:"payment_terms"`
	DiscountPercent   decimal.Decimal `json:"discount_percent"`
	Charges           []Charge        `json:"charges,omitempty"`
	Milestones        []Milestone     `json:"milestones,omitempty"` // by which it is billed, where it is
	Lines             []OrderLine     `json:"lines"`
	PriceSteps        []PriceStep     `json:"price_steps,omitempty"`
	Overrides         []Override      `json:"overrides,omitempty"` // what EnteredBy gave beyond what is determined
	OverrideReason    string          `json:"override_reason,omitempty"`
	AllowDuplicatePO  bool            `json:"allow_duplicate_po,omitempty"` // EnteredBy knows that its purchase order number may have been used before
	DuplicateOf       string          `json:"duplicate_of,omitempty"`       // the order that had its purchase order number when it was accepted
	ChargeTotal       Money           `json:"charge_total"`
	ChargeGross       Money           `json:"charge_gross"` // the charges' share of Total, tax included
	NetTotal          Money           `json:"net_total"`
	TaxTotal          Money           `json:"tax_total"`
	Total             Money           `json:"total"`
	EnteredBy         string          `json:"entered_by"`
}

// OrderLine is one priced line of an order. Gross is its share of the order's total, tax and document discount included;
// the shares of all lines and charges sum to the total.
type OrderLine struct {
	Line             int              `json:"line"` // from 1
	SKU              string           `json:"sku"`
	Description      string           `json:"description"`
	UnitCode         string           `json:"unit_code"`
	POLine           string           `json:"po_line"`
	RequestedDate    Date             `json:"requested_date,omitzero"`
	ShipTo           *Address         `json:"ship_to,omitempty"` // nil: the order's
	Quantity         decimal.Decimal  `json:"quantity"`
	UnitPrice        decimal.Decimal  `json:"unit_price"`
	BaseQuantity     decimal.Decimal  `json:"base_quantity"` // the quantity that UnitPrice is for
	DiscountPercent  decimal.Decimal  `json:"discount_percent"`
	Net              Money            `json:"net_amount"`
	Gross            Money            `json:"gross_amount"`
	PriceSource      string           `json:"price_source"` // which rule gave the price
	PriceReason      string           `json:"price_reason"` // the same in words
	OverriddenPrice  *decimal.Decimal `json:"overridden_price,omitempty"`
	OverriddenSource string           `json:"overridden_source,omitempty"` // what was determined, where a person gave another price
	Tax              TaxClass         `json:"tax"`
	TaxSource        string           `json:"tax_source"` // which rule gave category and rate
	TaxReason        string           `json:"tax_reason"`
	TaxExemption     string           `json:"tax_exemption,omitempty"`      // why no tax is charged (EN 16931 BT-120)
	TaxExemptionCode string           `json:"tax_exemption_code,omitempty"` // BT-121
	Stocked          bool             `json:"stocked"`
}

// LineProgress is what has become of one order line.
type LineProgress struct {
	Quantity  decimal.Decimal
	Reserved  decimal.Decimal
	Shipped   decimal.Decimal
	Invoiced  decimal.Decimal
	Cancelled decimal.Decimal
	Unbilled  decimal.Decimal // came back before it was invoiced
	Gross     Money
	Stocked   bool
}

// Billable is what is shipped and was or is to be invoiced.
func (l LineProgress) Billable() decimal.Decimal { return l.Shipped.Sub(l.Unbilled) }

// Open is what is neither shipped nor cancelled.
func (l LineProgress) Open() decimal.Decimal { return l.Quantity.Sub(l.Shipped).Sub(l.Cancelled) }

// ToReserve is what is open and not reserved.
func (l LineProgress) ToReserve() decimal.Decimal { return l.Open().Sub(l.Reserved) }

// valueOf is the gross value of the first n units of the line, so that parts sum to the whole (definitions, "Partial
// shipments": round(line gross × cumulative ÷ ordered)).
func (l LineProgress) valueOf(n decimal.Decimal) Money { return l.Gross.Share(n, l.Quantity) }

// OpenOrderValue is the line's part of the exposure bucket O: ordered, neither shipped nor cancelled, gross. What is cancelled
// comes off the end of the line, so that a shipment takes from O what it brings to D, to the minor unit.
func (l LineProgress) OpenOrderValue() Money {
	return l.valueOf(l.Quantity.Sub(l.Cancelled)).Sub(l.valueOf(l.Shipped))
}

// KeptValue is what is ordered of the line and not cancelled, gross.
func (l LineProgress) KeptValue() Money { return l.valueOf(l.Quantity.Sub(l.Cancelled)) }

// DeliveredValue is the line's part of the exposure bucket D: shipped, neither invoiced nor returned before that, gross.
func (l LineProgress) DeliveredValue() Money {
	return l.valueOf(l.Shipped).Sub(l.valueOf(l.Invoiced.Add(l.Unbilled)))
}

// Commitment is what an order that passed its credit check puts into the exposure by itself: what is neither shipped nor
// cancelled (O), and what is shipped and not invoiced (D). Its charges go with its first goods: they are open until something
// is shipped, delivered until that is invoiced, and gone when the order is cancelled, or all of it is back, before.
func Commitment(lines []LineProgress, charges Money) (open, delivered Money) {
	open, delivered = Zero(charges.Currency()), Zero(charges.Currency())
	anyOpen, shipped, invoiced := false, false, false
	for _, line := range lines {
		open, delivered = open.Add(line.OpenOrderValue()), delivered.Add(line.DeliveredValue())
		anyOpen = anyOpen || line.Open().IsPositive()
		shipped = shipped || line.Billable().IsPositive()
		invoiced = invoiced || line.Invoiced.IsPositive()
	}
	switch {
	case invoiced:
	case shipped:
		delivered = delivered.Add(charges)
	case anyOpen:
		open = open.Add(charges)
	}
	return open, delivered
}

// StageOf derives the stage of an order that passed its credit check from its quantities and open items. An order of
// which nothing was shipped and all was cancelled is settled as well.
func StageOf(lines []LineProgress, openReceivables int) Stage {
	toInvoice := false
	for _, line := range lines {
		if line.Open().IsPositive() {
			return Fulfilling
		}
		toInvoice = toInvoice || line.Billable().GreaterThan(line.Invoiced)
	}
	switch {
	case toInvoice:
		return Invoicing
	case openReceivables > 0:
		return Collecting
	default:
		return Reconciling
	}
}
