package models

import "github.com/shopspring/decimal"

// Payment is money that a customer paid. CustomerID is empty while nobody knows who it was.
type Payment struct {
	ID           string       `json:"id"`
	CustomerID   string       `json:"customer_id"`
	Amount       Money        `json:"amount"`
	ValueDate    Date         `json:"value_date"`
	Method       string       `json:"method"`
	Reference    string       `json:"reference"`
	PayerName    string       `json:"payer_name"`
	PayerAccount string       `json:"payer_account"`
	Remittance   []Remittance `json:"remittance,omitempty"`
	ReceivedBy   string       `json:"received_by"`
}

// Remittance names an invoice that a payment is for, and how much of it.
type Remittance struct {
	Invoice   string     `json:"invoice"`
	Amount    Money      `json:"amount"`
	Deduction *Deduction `json:"deduction,omitempty"`
}

// Deduction is what a payer keeps back of an invoice on purpose. It stays open.
type Deduction struct {
	Amount Money  `json:"amount"`
	Reason string `json:"reason"` // as of a dispute
}

// Tolerance is how far a payment may miss what is open of an invoice and still close it. The zero value allows nothing.
type Tolerance struct {
	Absolute Money           `json:"absolute"`
	Percent  decimal.Decimal `json:"percent"`
}

// Limit is the largest difference that is inside: min(absolute, round(percent × open before ÷ 100)), the stricter of the two
// (definitions, "Payments").
func (t Tolerance) Limit(open Money) Money {
	if t.Absolute.IsZero() || t.Percent.IsZero() {
		return Zero(open.Currency())
	}
	return Min(t.Absolute, open.Share(t.Percent, hundred))
}

// What becomes of what a payment has beyond the invoices that it names.
const (
	OverpaymentKeep        = "keep"         // it stays unapplied
	OverpaymentApplyOldest = "apply_oldest" // it settles the customer's other invoices, oldest due first
	OverpaymentRefund      = "refund"       // it is given back
)

// PaymentChangeKind is what is done to a payment after it was booked.
type PaymentChangeKind string

// The kinds of change of a payment.
const (
	ApplyByHand     PaymentChangeKind = "apply"   // a part of it settles an invoice, as a person says
	UndoApplication PaymentChangeKind = "undo"    // an application is taken back
	ReversePayment  PaymentChangeKind = "reverse" // the bank takes it back, wholly or in part
	WinReversal     PaymentChangeKind = "win"     // what the bank took back comes again
	RefundPayment   PaymentChangeKind = "refund"  // what is unapplied is given back to the payer
)

// PaymentChange is something that is done to a payment after it was booked (the fact "payment_change").
type PaymentChange struct {
	Kind       PaymentChangeKind `json:"kind"`
	PaymentID  string            `json:"payment_id"`
	Invoice    string            `json:"invoice,omitempty"` // of an application by hand
	Amount     *Money            `json:"amount,omitempty"`  // nil: all that the bank has not taken back before
	N          int               `json:"n,omitempty"`       // the application that is undone, the reversal that is won
	Reason     string            `json:"reason,omitempty"`
	ReasonCode string            `json:"reason_code,omitempty"`
	Fee        *Money            `json:"fee,omitempty"`      // what the bank charges for a reversal
	Recharge   *bool             `json:"recharge,omitempty"` // whether the customer owes it; nil: as its policy says
}
