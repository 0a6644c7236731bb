package models

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
)

// StandardPolicy is the credit policy of everyone whose risk class selects no other.
const StandardPolicy = "standard"

// CreditPolicy is what a credit check asks beside the limit, as data. The database keeps every version.
type CreditPolicy struct {
	Name            string             `json:"name"`
	Version         int                `json:"version"`
	RiskClasses     []string           `json:"risk_classes"`      // those that select it
	CheckAtDelivery bool               `json:"check_at_delivery"` // checked again before goods leave
	Rules           []CreditRule       `json:"rules"`
	ApprovalAbove   map[Currency]Money `json:"approval_above"` // above this a release needs a second person
	Hold            HoldDays           `json:"hold"`           // when something is done about an order that waits for credit
	Prepayment      PrepaymentDays     `json:"prepayment"`     // when something is done about one that waits to be paid
}

// ReleaseNeedsApproval says whether a release of so much asks for a second person: above the policy's amount for its currency.
// A policy that names amounts, and none for this currency, asks for one always; a policy that names none, never.
func (p CreditPolicy) ReleaseNeedsApproval(amount Money) bool {
	if len(p.ApprovalAbove) == 0 {
		return false
	}
	above, named := p.ApprovalAbove[amount.Currency()]
	return !named || amount.MoreThan(above)
}

// CreditRule is a rule of a policy: it holds while the customer's value is at most the threshold.
type CreditRule struct {
	Rule      RuleName        `json:"rule"`
	Threshold decimal.Decimal `json:"threshold"`
}

// RuleName names what a rule looks at.
type RuleName string

// The rules beside the limit.
const (
	OldestOverdueDays RuleName = "oldest_overdue_days" // days overdue of the oldest open, undisputed item
	OverduePercent    RuleName = "overdue_percent"     // overdue ÷ receivables × 100
	DunningLevelRule  RuleName = "dunning_level"       // the highest level sent of what is open
	BrokenPromises    RuleName = "broken_promises"     // of promises to pay
)

// RuleNames lists the rules.
var RuleNames = []RuleName{OldestOverdueDays, OverduePercent, DunningLevelRule, BrokenPromises}

// RuleCheck is a rule with the value that it found.
type RuleCheck struct {
	Rule      RuleName        `json:"rule"`
	Value     decimal.Decimal `json:"value"`
	Threshold decimal.Decimal `json:"threshold"`
}

// Holds says whether the value is at most the threshold.
func (r RuleCheck) Holds() bool { return r.Value.LessThanOrEqual(r.Threshold) }

func (r RuleCheck) words() string {
	return fmt.Sprintf("%s is %s, more than %s", strings.ReplaceAll(string(r.Rule), "_", " "), r.Value, r.Threshold)
}

// PayBehaviour is what the rules look at: how a customer stands with what it owes on a day. Amounts are in its currency.
type PayBehaviour struct {
	OldestOverdueDays int
	Overdue           Money // open, undisputed and past its due date
	Receivables       Money // open
	DunningLevel      int
	BrokenPromises    int
}

// percentDigits is how many decimals a percent has.
const percentDigits = 4

// Check holds the rules against a customer's behaviour, in the policy's order. The share of nothing is 0; a share that does not
// come out even is rounded up, so that what is above a threshold never seems to meet it.
func (b PayBehaviour) Check(rules []CreditRule) []RuleCheck {
	checks := make([]RuleCheck, len(rules))
	for i, rule := range rules {
		value := decimal.Zero
		switch rule.Rule {
		case OldestOverdueDays:
			value = decimal.NewFromInt(int64(b.OldestOverdueDays))
		case OverduePercent:
			value = b.overduePercent()
		case DunningLevelRule:
			value = decimal.NewFromInt(int64(b.DunningLevel))
		case BrokenPromises:
			value = decimal.NewFromInt(int64(b.BrokenPromises))
		}
		checks[i] = RuleCheck{Rule: rule.Rule, Value: value, Threshold: rule.Threshold}
	}
	return checks
}

func (b PayBehaviour) overduePercent() decimal.Decimal {
	if !b.Receivables.IsPositive() {
		return decimal.Zero
	}
	q, rest := b.Overdue.Decimal().Mul(decimal.NewFromInt(100)).QuoRem(b.Receivables.Decimal(), percentDigits)
	if rest.IsPositive() {
		q = q.Add(decimal.New(1, -percentDigits))
	}
	return q
}

// Validate checks a policy for itself and returns all faults, each with its JSON pointer.
func (p *CreditPolicy) Validate() []*Error {
	var faults []*Error
	if !customerID.MatchString(p.Name) {
		faults = append(faults, Invalid("invalid-id", "a name has 1 to 64 letters, digits, dots, dashes or underscores").At("/name"))
	}
	seen := map[string]bool{}
	for i, class := range p.RiskClasses {
		at := fmt.Sprintf("/risk_classes/%d", i)
		switch {
		case !customerID.MatchString(class):
			faults = append(faults, Invalid("invalid-risk-class", "a risk class has 1 to 64 letters, digits, dots, dashes or underscores").At(at))
		case seen[class]:
			faults = append(faults, Invalid("risk-class-repeated", "%q is named twice", class).At(at))
		}
		seen[class] = true
	}
	seen = map[string]bool{}
	for i, rule := range p.Rules {
		at := fmt.Sprintf("/rules/%d", i)
		if !oneOf(rule.Rule, RuleNames...) {
			faults = append(faults, Invalid("unknown-rule", "%q is no rule", clip(string(rule.Rule))).At(at+"/rule"))
		}
		if seen[string(rule.Rule)] {
			faults = append(faults, Invalid("rule-repeated", "%s is named twice", rule.Rule).At(at+"/rule"))
		}
		seen[string(rule.Rule)] = true
		if rule.Rule != OverduePercent && !rule.Threshold.IsInteger() {
			faults = append(faults, Invalid("invalid-threshold", "%s is counted: its threshold is a whole number", rule.Rule).At(at+"/threshold"))
		}
	}
	return append(append(faults, p.Hold.validate()...), p.Prepayment.validate()...)
}
