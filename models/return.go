package models

import (
	"slices"
	"strconv"

	"github.com/shopspring/decimal"
)

// ReturnRequest says that a customer wants to return goods of an order (the fact "return").
type ReturnRequest struct {
	OrderID string              `json:"order_id"`
	Lines   []ReturnRequestLine `json:"lines"`
	Note    string              `json:"note"`
}

// ReturnRequestLine is how much of an order line is to come back, and why: one of ReturnReasons. Quantity is a plain decimal above 0.
type ReturnRequestLine struct {
	Line     int    `json:"line"`
	Quantity string `json:"quantity"`
	Reason   string `json:"reason"`
}

// ReturnReasons are why goods come back.
var ReturnReasons = []string{"damaged", "quality", "wrong_item", "too_many", "late", "not_wanted", "other"}

// Disposition is what becomes of goods that came back.
type Disposition string

// The dispositions of a return.
const (
	DisposeCredit  Disposition = "credit"  // they are credited
	DisposeReplace Disposition = "replace" // the same quantity is shipped again and not billed again
	DisposeRefund  Disposition = "refund"  // they are credited, and what that gives the customer is paid out
)

// ReturnReceipt says what of a return has come and is accepted (the fact "return_receipt"). Without lines nothing is: the return is
// refused.
type ReturnReceipt struct {
	ReturnID    string         `json:"return_id"`
	WarehouseID string         `json:"warehouse_id,omitempty"` // "": the order's
	Disposition Disposition    `json:"disposition"`
	Lines       []ReceivedLine `json:"lines"`
	Note        string         `json:"note"`
}

// ReceivedLine is how much of a return's line came and is accepted; what is saleable goes back into stock. Quantity is a plain decimal
// above 0.
type ReceivedLine struct {
	Line     int    `json:"line"`
	Quantity string `json:"quantity"`
	Saleable bool   `json:"saleable"`
}

// ReturnState is where a return stands.
type ReturnState string

// The states of a return that is recorded.
const (
	ReturnRequested ReturnState = "requested"
	ReturnSettled   ReturnState = "settled" // received, looked at, and credited, replaced or refunded, in one step
	ReturnRefused   ReturnState = "refused" // nothing of it came, or was accepted
)

// CheckReturn checks the lines of a return or of its receipt against what there is of each: all faults come back, each with its pointer:
// "invalid-quantity", "line-repeated", "line-not-found", and, with a code for both, more than there is.
func CheckReturn(lines []LineQuantity, there map[int]decimal.Decimal, tooMany string) (quantities map[int]decimal.Decimal, faults []*Error) {
	quantities = map[int]decimal.Decimal{}
	for i, asked := range lines {
		pointer := "/lines/" + strconv.Itoa(i)
		left, found := there[asked.Line]
		quantity, err := ParseQuantity(asked.Quantity)
		_, twice := quantities[asked.Line]
		switch {
		case err != nil:
			faults = append(faults, Invalid("invalid-quantity", "%q is not a quantity above 0", clip(asked.Quantity)).At(pointer+"/quantity"))
		case twice:
			faults = append(faults, Invalid("line-repeated", "line %d is named twice", asked.Line).At(pointer+"/line"))
		case !found:
			faults = append(faults, Invalid("line-not-found", "there is no line %d", asked.Line).At(pointer+"/line"))
		case quantity.GreaterThan(left):
			faults = append(faults, Conflict(tooMany, "of line %d there are %s, not %s", asked.Line, left, quantity).At(pointer+"/quantity"))
		}
		quantities[asked.Line] = quantity
	}
	return quantities, faults
}

// LineQuantities are the quantities that a return asks for.
func (r ReturnRequest) LineQuantities() []LineQuantity {
	lines := make([]LineQuantity, len(r.Lines))
	for i, l := range r.Lines {
		lines[i] = LineQuantity{Line: l.Line, Quantity: l.Quantity}
	}
	return lines
}

// LineQuantities are the quantities that were received.
func (r ReturnReceipt) LineQuantities() []LineQuantity {
	lines := make([]LineQuantity, len(r.Lines))
	for i, l := range r.Lines {
		lines[i] = LineQuantity{Line: l.Line, Quantity: l.Quantity}
	}
	return lines
}

// Delivered is what a shipment delivered of an order line: what of it is not back yet, and, where it is billed, the invoice's line with
// what no credit note has taken of it.
type Delivered struct {
	ShipmentID  string
	Left        decimal.Decimal
	Invoice     string // "" while it is not billed
	InvoiceLine int
	Creditable  decimal.Decimal
}

// ReturnedPart is what comes back of one shipment, and what of it is to be credited: what was credited before, for whatever reason, is
// not credited again.
type ReturnedPart struct {
	Delivered

	Quantity decimal.Decimal
	Credit   decimal.Decimal
}

// TakeBack says of which shipments a quantity comes back: those that are not billed first, so that nothing is billed in order to be
// credited, and of each kind the newest first. deliveries are sorted by age, and hold at least that much.
func TakeBack(quantity decimal.Decimal, deliveries []Delivered) []ReturnedPart {
	sorted := slices.Clone(deliveries)
	slices.Reverse(sorted)
	slices.SortStableFunc(sorted, func(a, b Delivered) int { return boolean(a.Invoice != "") - boolean(b.Invoice != "") })
	var parts []ReturnedPart
	for _, delivery := range sorted {
		back := decimal.Min(quantity, delivery.Left)
		if !back.IsPositive() {
			continue
		}
		quantity = quantity.Sub(back)
		part := ReturnedPart{Delivered: delivery, Quantity: back}
		if delivery.Invoice != "" {
			part.Credit = decimal.Min(back, delivery.Creditable)
		}
		parts = append(parts, part)
	}
	return parts
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}
