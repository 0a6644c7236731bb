package models

import "time"

// What is told to an order: decisions (updates) and facts (signals). Each has the id under which it was accepted, which is
// the natural key of its effect.

// CreditRuling is a person's decision on an order that waits for credit.
type CreditRuling struct {
	ID         string        `json:"id"`
	Decision   CreditOutcome `json:"decision"` // release or reject
	Reason     string        `json:"reason"`
	UpTo       *Money        `json:"up_to,omitempty"` // the largest order total that is released; nil: the order's own
	ValidUntil Date          `json:"valid_until,omitzero"`
	Actor      string        `json:"actor"`
	// Approval is set where another person has decided on the ruling, which needed that.
	Approval *ApprovalRuling `json:"approval,omitempty"`
}

// ApprovalRuling is a second person's decision on what one person asked for.
type ApprovalRuling struct {
	ID         string           `json:"id"`
	ApprovalID string           `json:"approval_id"`
	Decision   ApprovalDecision `json:"decision"`
	Reason     string           `json:"reason"`
	Actor      string           `json:"actor"`
}

// ApprovalDecision is how a request for approval ended.
type ApprovalDecision string

// The ends of a request for approval.
const (
	Approved ApprovalDecision = "approve"
	Rejected ApprovalDecision = "reject"
	Lapsed   ApprovalDecision = "lapse" // its reason has gone
)

// ReleaseApproval is the kind of approval that a credit release above the policy's amount needs.
const ReleaseApproval = "credit_release"

// Validate checks the ruling for itself: "invalid-decision".
func (r CreditRuling) Validate() error {
	if r.Decision != Release && r.Decision != Reject {
		return Invalid("invalid-decision", "%q is not one of release, reject", clip(string(r.Decision))).At("/decision")
	}
	return nil
}

// Cancellation cancels what is not shipped.
type Cancellation struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
	Actor  string `json:"actor"`
}

// DisputeResolution ends a dispute.
type DisputeResolution struct {
	ID        string       `json:"id"`
	DisputeID string       `json:"dispute_id"`
	Outcome   DisputeState `json:"outcome"` // accepted, partly_accepted, rejected or withdrawn
	Amount    *Money       `json:"amount,omitempty"`
	Note      string       `json:"note"`
	// RootCause and Department, where they are said, replace what was said before.
	RootCause  string   `json:"root_cause,omitempty"`
	Department string   `json:"department,omitempty"`
	Actor      string   `json:"actor"`
	Roles      []string `json:"roles,omitempty"` // of whoever resolves it
	// Approval is set where another person has decided on the resolution, which needed that.
	Approval *ApprovalRuling `json:"approval,omitempty"`
}

// DisputeApproval is the kind of approval that the acceptance of a dispute above the authority of whoever resolves it needs.
const DisputeApproval = "dispute"

// Validate checks the resolution for itself: "invalid-root-cause", "invalid-department".
func (r DisputeResolution) Validate() []*Error { return checkCause(r.RootCause, r.Department) }

// CreditRequest credits quantities of an invoice's lines, or a gross amount of it: one of the two.
type CreditRequest struct {
	ID      string         `json:"id"`
	Invoice string         `json:"invoice"`
	Lines   []LineQuantity `json:"lines,omitempty"` // of the invoice
	Amount  *Money         `json:"amount,omitempty"`
	Reason  string         `json:"reason"`
	Actor   string         `json:"actor"`
}

// Validate checks the request for itself: "invalid-credit-note".
func (r CreditRequest) Validate() error {
	switch {
	case (len(r.Lines) == 0) == (r.Amount == nil):
		return Invalid("invalid-credit-note", "give either lines or an amount").At("/amount")
	case r.Amount != nil && !r.Amount.IsPositive():
		return Invalid("invalid-amount", "a credit note needs an amount above 0").At("/amount")
	}
	return nil
}

// CreditUse uses customer credit of a credit note: to settle another invoice (the fact "credit_application"), or, without an
// invoice, to pay it out (the fact "credit_refund").
type CreditUse struct {
	CreditNote string `json:"credit_note"`
	Invoice    string `json:"invoice,omitempty"`
	Amount     Money  `json:"amount"`
}

// The actions of an intervention.
const (
	InterveneRetry  = "retry"  // try the parked step again
	InterveneSkip   = "skip"   // go on without the parked step, where the step allows it
	InterveneCancel = "cancel" // cancel what is not shipped
)

// Intervention moves a parked order on.
type Intervention struct {
	ID     string `json:"id"`
	Action string `json:"action"`
	Reason string `json:"reason"`
	Actor  string `json:"actor"`
}

// ShipmentConfirmation says that a warehouse has handed goods over (the fact "shipment").
type ShipmentConfirmation struct {
	OrderID        string         `json:"order_id"`
	WarehouseID    string         `json:"warehouse_id,omitempty"` // "": where the lines are reserved
	Lines          []LineQuantity `json:"lines"`
	Carrier        string         `json:"carrier"`
	TrackingNumber string         `json:"tracking_number"`
	ShippedAt      *time.Time     `json:"shipped_at,omitempty"` // nil: when the order's workflow hears of it
}

// LineQuantity is a quantity of an order line; Quantity is a plain decimal above 0.
type LineQuantity struct {
	Line     int    `json:"line"`
	Quantity string `json:"quantity"`
}

// DeliveryConfirmation is a proof of delivery (the fact "delivery").
type DeliveryConfirmation struct {
	ShipmentID  string    `json:"shipment_id"`
	DeliveredAt time.Time `json:"delivered_at"`
	SignedBy    string    `json:"signed_by"`
}

// StockReceipt says that goods arrived (the fact "stock_receipt"); Quantity is a plain decimal above 0.
type StockReceipt struct {
	SKU         string `json:"sku"`
	WarehouseID string `json:"warehouse_id"`
	Quantity    string `json:"quantity"`
	Note        string `json:"note"`
}

// CreditLimitChange sets a limit (the fact "credit_limit"): a customer's, over itself and all customers below it, or, without
// a customer, the company's default for a currency.
type CreditLimitChange struct {
	CustomerID string      `json:"customer_id"`
	Limit      CreditLimit `json:"limit"`
	Currency   Currency    `json:"currency"`
	ValidFrom  Date        `json:"valid_from,omitzero"`
	ValidUntil Date        `json:"valid_until,omitzero"`
	Reason     string      `json:"reason"`
}
