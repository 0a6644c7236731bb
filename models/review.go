package models

import (
	"fmt"
	"slices"
	"strings"
)

// Finding is why a person has to look at an order before it goes on.
type Finding struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
	// Hit is the entry of a list that a party of the order looks like.
	Hit *ScreeningHit `json:"hit,omitempty"`
}

// DuplicatePO is the code of the finding, and of the refusal, of an order whose purchase order number another one has.
const DuplicatePO = "duplicate-purchase-order"

// What happens to an order whose purchase order number another one has, by the rule of its customer.
const (
	RefuseDuplicatePO = "refuse"
	FlagDuplicatePO   = "flag" // a person looks at it
)

// DuplicateOfFinding is the finding that an order's purchase order number belongs to another order of its customer.
func DuplicateOfFinding(poNumber, first string) Finding {
	return Finding{Code: DuplicatePO, Detail: fmt.Sprintf("purchase order %q is order %s already", poNumber, first)}
}

// Findings are what a person has to look at of an order as it was accepted.
func (o *Order) Findings() []Finding {
	accepted := slices.ContainsFunc(o.Overrides, func(v Override) bool { return v.Kind == OverrideDuplicatePO })
	if o.DuplicateOf == "" || accepted {
		return nil
	}
	return []Finding{DuplicateOfFinding(o.PONumber, o.DuplicateOf)}
}

// Under is the block of an order that waits for a person because of findings: the code of the first, and all of them in words.
func Under(findings []Finding) Block {
	words := make([]string, len(findings))
	for i, finding := range findings {
		words[i] = finding.Detail
	}
	return Block{Code: findings[0].Code, Detail: strings.Join(words, "; ")}
}

// ReviewDecision is what a person decides on an order in review.
type ReviewDecision string

// The decisions on an order in review.
const (
	ReviewRelease ReviewDecision = "release" // it goes on to the credit check
	ReviewReject  ReviewDecision = "reject"  // it is closed
)

// ReviewRuling is a person's decision on an order in review.
type ReviewRuling struct {
	ID       string         `json:"id"`
	Decision ReviewDecision `json:"decision"`
	Reason   string         `json:"reason"`
	Actor    string         `json:"actor"`
	// Findings is the last finding that the person knew of; 0: not said.
	Findings int `json:"findings,omitempty"`
	// MayClear is set for whoever may say that a party on a list is somebody else.
	MayClear bool `json:"may_clear,omitempty"`
}

// CheckAgainst checks the ruling against what was found of the order by now, last being the newest finding: what came since its person
// looked is not decided on ("new-findings"), and an order of which a party is listed goes on when somebody who may clear parties
// ("clearance-forbidden") says which findings were looked at ("findings-required").
func (r ReviewRuling) CheckAgainst(last int, listed bool) *Error {
	switch {
	case r.Findings != 0 && r.Findings != last:
		return Conflict("new-findings", "the order has %d findings by now", last)
	case r.Decision != ReviewRelease || !listed:
		return nil
	case !r.MayClear:
		return &Error{Kind: KindForbidden, Code: "clearance-forbidden", Detail: "a party of the order is on a list: a manager clears it"}
	case r.Findings == 0:
		return Invalid("findings-required", "a party of the order is on a list: say the last finding that was looked at").At("/findings")
	}
	return nil
}

// Validate checks the ruling for itself: "invalid-decision", "reason-required". All faults come back at once.
func (r ReviewRuling) Validate() []*Error {
	var faults []*Error
	if r.Decision != ReviewRelease && r.Decision != ReviewReject {
		faults = append(faults, Invalid("invalid-decision", "%q is not one of release, reject", clip(string(r.Decision))).At("/decision"))
	}
	if strings.TrimSpace(r.Reason) == "" {
		faults = append(faults, Invalid("reason-required", "say why").At("/reason"))
	}
	return faults
}
