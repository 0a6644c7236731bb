package models

import (
	"strconv"

	"github.com/shopspring/decimal"
)

// SalesPolicy is how much discount those who enter orders may give by themselves: to one customer, to the customers of a segment, or,
// with neither, to all. It has versions, of which the newest holds. The policy for all comes with 10 % each. A discount on a line and one
// on the order compound.
type SalesPolicy struct {
	CustomerID       string           `json:"customer_id,omitempty"`
	Segment          string           `json:"segment,omitempty"`
	Version          int              `json:"version"`
	MaxLineDiscount  *decimal.Decimal `json:"max_line_discount_percent,omitempty"` // nil: what the next wider policy says
	MaxOrderDiscount *decimal.Decimal `json:"max_discount_percent,omitempty"`
}

// Validate checks a policy as it is put and returns all faults, each with its JSON pointer: "invalid-scope", "invalid-segment",
// "discount-missing".
func (p SalesPolicy) Validate() []*Error {
	var faults []*Error
	if p.CustomerID != "" && p.Segment != "" {
		faults = append(faults, Invalid("invalid-scope", "a sales policy is for a customer or for a segment, not for both").At("/segment"))
	}
	if p.Segment != "" && !segmentName.MatchString(p.Segment) {
		faults = append(faults, invalidSegment.At("/segment"))
	}
	if p.CustomerID == "" && p.Segment == "" {
		missing := Invalid("discount-missing", "the policy for all customers has nothing wider that would say it")
		if p.MaxLineDiscount == nil {
			faults = append(faults, missing.At("/max_line_discount_percent"))
		}
		if p.MaxOrderDiscount == nil {
			faults = append(faults, missing.At("/max_discount_percent"))
		}
	}
	return faults
}

// Scope names whom the policy is for: "all", "segment:<segment>" or "customer:<id>".
func (p SalesPolicy) Scope() string {
	switch {
	case p.CustomerID != "":
		return "customer:" + p.CustomerID
	case p.Segment != "":
		return "segment:" + p.Segment
	default:
		return "all"
	}
}

// DiscountLimit is the largest discount that may be given, and the policy that says so: "sales_policy:<scope>@<version>".
type DiscountLimit struct {
	Percent decimal.Decimal
	Source  string
}

// DiscountLimits are the limits of a line's discount and of an order's.
type DiscountLimits struct{ Line, Order DiscountLimit }

// LimitsOf are the limits that policies set together, of which the wider ones come first: each limit is that of the last policy which
// sets it. Without any there is nothing to give.
func LimitsOf(policies []SalesPolicy) DiscountLimits {
	var limits DiscountLimits
	for _, policy := range policies {
		source := "sales_policy:" + policy.Scope() + "@" + strconv.Itoa(policy.Version)
		if policy.MaxLineDiscount != nil {
			limits.Line = DiscountLimit{Percent: *policy.MaxLineDiscount, Source: source}
		}
		if policy.MaxOrderDiscount != nil {
			limits.Order = DiscountLimit{Percent: *policy.MaxOrderDiscount, Source: source}
		}
	}
	return limits
}
