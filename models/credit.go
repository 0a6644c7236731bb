package models

// Exposure is what a customer owes and has been promised, by bucket; each unit of value is in exactly one (definitions,
// "Orders, exposure and credit"). All amounts are in the customer's currency.
type Exposure struct {
	OpenOrders           Money `json:"open_orders"`            // O: approved, not shipped or cancelled
	DeliveredNotInvoiced Money `json:"delivered_not_invoiced"` // D
	OpenInvoices         Money `json:"open_invoices"`          // I
	UnappliedCash        Money `json:"unapplied_cash"`         // U, with the two below
	CustomerCredit       Money `json:"customer_credit"`
	Deposits             Money `json:"deposits"`
}

// Total is O + D + I − U.
func (e Exposure) Total() Money {
	return e.OpenOrders.Add(e.DeliveredNotInvoiced).Add(e.OpenInvoices).
		Sub(e.UnappliedCash).Sub(e.CustomerCredit).Sub(e.Deposits)
}

// CreditLimit is how far a customer is trusted. Amount is without meaning where Unlimited is set.
type CreditLimit struct {
	Amount    Money `json:"amount"`
	Unlimited bool  `json:"unlimited,omitempty"`
}

// CreditDecision is the outcome of a credit check with all that it was made from, as it is stored.
type CreditDecision struct {
	Decision CreditOutcome `json:"decision"`
	Reason   string        `json:"reason"`
	Inputs   CreditInputs  `json:"inputs"`
}

// CreditInputs are the data of a credit check. Limit nil: none is set.
type CreditInputs struct {
	Exposure   Exposure     `json:"exposure"`
	Limit      *CreditLimit `json:"limit"`
	OrderTotal Money        `json:"order_total"`
}

// CreditOutcome is how a credit check or a person decided.
type CreditOutcome string

// The outcomes of a credit decision. Release and Reject are a person's.
const (
	Approve         CreditOutcome = "approve"
	Hold            CreditOutcome = "hold"
	AwaitPrepayment CreditOutcome = "await_prepayment"
	Release         CreditOutcome = "release"
	Reject          CreditOutcome = "reject"
)

// DecideOnCredit checks an order against a limit: it passes when the exposure before it and its gross total together are
// at most the limit. Equal passes; no limit set awaits prepayment; a limit that is too small holds.
func DecideOnCredit(in CreditInputs) CreditDecision {
	d := CreditDecision{Inputs: in}
	after := in.Exposure.Total().Add(in.OrderTotal)
	switch {
	case in.Limit == nil:
		d.Decision, d.Reason = AwaitPrepayment, "no credit limit is set"
	case in.Limit.Unlimited:
		d.Decision, d.Reason = Approve, "the credit limit is unlimited"
	case after.MoreThan(in.Limit.Amount):
		d.Decision = Hold
		d.Reason = "exposure with this order is " + after.Text() + ", the credit limit " + in.Limit.Amount.Text()
	default:
		d.Decision = Approve
		d.Reason = "exposure with this order is " + after.Text() + ", within the credit limit " + in.Limit.Amount.Text()
	}
	return d
}

// Stage is where the decision puts an order that waits for credit. A rejected order is closed.
func (o CreditOutcome) Stage() Stage {
	switch o {
	case Hold:
		return CreditHold
	case AwaitPrepayment:
		return AwaitingPrepayment
	case Reject:
		return Closed
	default:
		return Fulfilling
	}
}
