package models

import (
	"fmt"
	"strings"
)

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

// Check refuses what the account of a customer has no room for: "account-total-exceeded".
func (e Exposure) Check() error {
	for _, part := range []Money{e.OpenOrders, e.DeliveredNotInvoiced, e.OpenInvoices, e.UnappliedCash, e.CustomerCredit, e.Deposits} {
		if _, err := NewMoney(part.amount, part.currency); err != nil {
			return Conflict("account-total-exceeded", "with this the customer's account would hold %s; it has room for %d digits before the point", part.Text(), maxIntegerDigits)
		}
	}
	return nil
}

// Total is O + D + I − U.
func (e Exposure) Total() Money {
	return e.OpenOrders.Add(e.DeliveredNotInvoiced).Add(e.OpenInvoices).
		Sub(e.UnappliedCash).Sub(e.CustomerCredit).Sub(e.Deposits)
}

// Sub takes what an order has put into the buckets out of them.
func (e Exposure) Sub(own Commitments) Exposure {
	e.OpenOrders, e.DeliveredNotInvoiced, e.Deposits = e.OpenOrders.Sub(own.Open), e.DeliveredNotInvoiced.Sub(own.Delivered), e.Deposits.Sub(own.Deposits)
	return e
}

// Add puts it into them.
func (e Exposure) Add(own Commitments) Exposure {
	e.OpenOrders, e.DeliveredNotInvoiced, e.Deposits = e.OpenOrders.Add(own.Open), e.DeliveredNotInvoiced.Add(own.Delivered), e.Deposits.Add(own.Deposits)
	return e
}

// Secured is S: of the cover that is valid, what there is to secure.
func (e Exposure) Secured(cover Money) Money {
	if total := e.Total(); total.IsPositive() {
		return Min(cover, total)
	}
	return Zero(cover.Currency())
}

// Net is O + D + I − U − S.
func (e Exposure) Net(cover Money) Money { return e.Total().Sub(e.Secured(cover)) }

// CreditLimit is how far a customer is trusted. Amount is without meaning where Unlimited is set.
type CreditLimit struct {
	Amount    Money `json:"amount"`
	Unlimited bool  `json:"unlimited,omitempty"`
}

// LimitSource says whose limit it is that bounds a customer.
type LimitSource string

// The sources of a limit, in the order in which they are looked up.
const (
	OwnLimit     LimitSource = "customer"
	GroupLimit   LimitSource = "group"   // of a customer above it, over everything below that one
	CompanyLimit LimitSource = "company" // the default, where neither is set
)

// LimitCheck is one limit that an order has to fit under: which, over whose exposure, and how it came out. Exposure is what
// the limit bounds before the order: that of its holder and of all customers below it, less what secures each. Amount is nil
// where the limit is unlimited.
type LimitCheck struct {
	Source     LimitSource `json:"source"`
	ID         string      `json:"id"`
	Holder     string      `json:"customer_id"`
	Amount     *Money      `json:"amount,omitempty"`
	ValidFrom  Date        `json:"valid_from,omitzero"`
	ValidUntil Date        `json:"valid_until,omitzero"`
	Exposure   Money       `json:"exposure"`
}

// Unlimited is said explicitly by whoever set the limit.
func (l LimitCheck) Unlimited() bool { return l.Amount == nil }

// Fits says whether so much more stays within the limit; equal does.
func (l LimitCheck) Fits(more Money) bool {
	return l.Unlimited() || !l.Exposure.Add(more).MoreThan(*l.Amount)
}

// Available is what the limits leave, the least of them, below 0 where one is exceeded; nil without a limit, or when all are
// unlimited.
func Available(limits []LimitCheck) *Money {
	var least *Money
	for _, limit := range limits {
		if limit.Unlimited() {
			continue
		}
		if left := limit.Amount.Sub(limit.Exposure); least == nil || left.LessThan(*least) {
			least = &left
		}
	}
	return least
}

// CreditBlock is a degree to which no business is done with a customer.
type CreditBlock string

// The blocks of a customer.
const (
	NoBlock        CreditBlock = "none"
	PrepaymentOnly CreditBlock = "prepayment_only" // orders wait for prepayment, whatever the limit
	NoShipment     CreditBlock = "no_shipment"     // orders are taken and decided, and nothing is shipped
	NoOrder        CreditBlock = "no_order"        // no order is taken, and nothing is shipped
	AccountHold    CreditBlock = "account_hold"    // by a dunning notice until it is resolved, and by nobody else: no order passes the credit check
)

// StopsShipping is true where nothing may leave a warehouse.
func (b CreditBlock) StopsShipping() bool { return b == NoShipment || b == NoOrder }

// CustomerBlocked is the error of what a block forbids: "customer-blocked".
func (b CreditBlock) CustomerBlocked() *Error {
	return Conflict(BlockedCustomer, "the customer is blocked: %s", strings.ReplaceAll(string(b), "_", " "))
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

// CheckPoint is when credit is checked.
type CheckPoint string

// The check points. A person's decision is one, for what it was made from.
const (
	AtOrder    CheckPoint = "order"
	AtRecheck  CheckPoint = "recheck"
	AtIncrease CheckPoint = "increase" // at an amendment
	AtDelivery CheckPoint = "delivery"
	ByPerson   CheckPoint = "person"
)

// CreditInputs are the data of a credit decision. Exposure and the limits' exposures are those before the order; OrderTotal is
// what of the order is neither shipped nor cancelled. No limits: none is set.
type CreditInputs struct {
	CheckPoint    CheckPoint   `json:"check_point"`
	Date          Date         `json:"date"`
	Exposure      Exposure     `json:"exposure"`
	Cover         Money        `json:"cover"`   // valid guarantees and insured cover
	Secured       Money        `json:"secured"` // S, of the exposure above
	Limits        []LimitCheck `json:"limits"`
	OrderTotal    Money        `json:"order_total"`
	Block         CreditBlock  `json:"block"`
	RiskClass     string       `json:"risk_class"`
	Policy        string       `json:"policy"`
	PolicyVersion int          `json:"policy_version"`
	Rules         []RuleCheck  `json:"rules"`
	// PaysFirst says that the order's own terms ask for prepayment, Deposits what has come for it and has not paid an invoice:
	// OrderTotal is less that. Prepaid says that all that has come is all that the order is worth.
	PaysFirst bool  `json:"pays_first,omitempty"`
	Deposits  Money `json:"own_deposits,omitzero"`
	Prepaid   bool  `json:"prepaid,omitempty"`
}

// CreditDecision is the outcome of a credit check with all that it was made from, as it is stored.
type CreditDecision struct {
	Decision CreditOutcome `json:"decision"`
	Reason   string        `json:"reason"`
	Inputs   CreditInputs  `json:"inputs"`
}

// DecideOnCredit checks an order: it passes when the exposure before it and its open value together are at most each limit
// (equal passes) and every rule of the policy holds. No limit set awaits prepayment, as does an order or a customer who is to pay first; a
// limit that is too small, a rule that does not hold, or a customer with whom no business is done, holds. An order that is paid in full
// asks for no credit. The reason names all that did not pass.
func DecideOnCredit(in CreditInputs) CreditDecision {
	d := CreditDecision{Inputs: in}
	switch {
	case in.Block == NoOrder:
		d.Decision, d.Reason = Hold, in.Block.CustomerBlocked().Detail
		return d
	case in.Prepaid:
		d.Decision, d.Reason = Approve, "the order is paid in full"
		return d
	case in.Block == AccountHold:
		d.Decision, d.Reason = Hold, "the account is held: overdue invoices were dunned"
		return d
	case in.Block == PrepaymentOnly:
		d.Decision, d.Reason = AwaitPrepayment, "the customer is to pay first"
		return d
	case in.PaysFirst:
		d.Decision, d.Reason = AwaitPrepayment, "the order is to be paid first"
		return d
	case len(in.Limits) == 0:
		d.Decision, d.Reason = AwaitPrepayment, "no credit limit is set"
		return d
	}
	var passed, failed []string
	for _, limit := range in.Limits {
		words := limit.words(in.OrderTotal)
		if limit.Fits(in.OrderTotal) {
			passed = append(passed, words)
		} else {
			failed = append(failed, words)
		}
	}
	for _, rule := range in.Rules {
		if !rule.Holds() {
			failed = append(failed, rule.words())
		}
	}
	d.Decision, d.Reason = Approve, strings.Join(passed, "; ")
	if len(failed) > 0 {
		d.Decision, d.Reason = Hold, strings.Join(failed, "; ")
	}
	return d
}

func (l LimitCheck) words(more Money) string {
	name := map[LimitSource]string{OwnLimit: "the credit limit", GroupLimit: "the limit of group " + l.Holder, CompanyLimit: "the company's default limit"}[l.Source]
	if l.Unlimited() {
		return name + " is unlimited"
	}
	after := l.Exposure.Add(more).Text()
	if l.Fits(more) {
		return fmt.Sprintf("exposure with this order is %s, within %s of %s", after, name, l.Amount.Text())
	}
	return fmt.Sprintf("exposure with this order is %s, %s is %s", after, name, l.Amount.Text())
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
