package models

import (
	"fmt"
	"slices"
	"strings"
)

// FraudSignals is the code of the finding of an order whose signals of fraud are worth more points than the policy's threshold.
const FraudSignals = "fraud-signals"

// FraudSignal names something that makes an order suspicious.
type FraudSignal string

// The signals.
const (
	Velocity      FraudSignal = "velocity"        // more orders of the customer in some hours than usual, this one among them
	FirstOrder    FraudSignal = "first_order"     // the customer's first order, and far above a normal first one
	ShipToCountry FraudSignal = "ship_to_country" // goods go to another country than the invoice
	ShipToAddress FraudSignal = "ship_to_address" // goods go to another address than the invoice, in the same country
	BlockedList   FraudSignal = "blocked_list"    // something about the order is on the policy's list
)

// FraudSignalNames lists the signals, in the order in which they are looked at.
var FraudSignalNames = []FraudSignal{Velocity, FirstOrder, ShipToCountry, ShipToAddress, BlockedList}

// FraudRule is how many points a signal is worth.
type FraudRule struct {
	Signal FraudSignal        `json:"signal"`
	Points int                `json:"points"`
	Orders int                `json:"orders,omitempty"` // of velocity: more than so many
	Hours  int                `json:"hours,omitempty"`  // in so many hours
	Above  map[Currency]Money `json:"above,omitempty"`  // of a first order, by currency; none named for the order's currency: no signal
}

// BlockedMark is one thing on the blocked list: an order that has it is suspicious.
type BlockedMark struct {
	Kind  string `json:"kind"`
	Value string `json:"value"`
	Note  string `json:"note,omitempty"`
}

// The kinds of mark. Country and postcode are of where goods go.
const (
	MarkCustomer    = "customer"
	MarkEmail       = "email"
	MarkEmailDomain = "email_domain"
	MarkTaxID       = "tax_id"
	MarkCountry     = "country"
	MarkPostcode    = "postcode"
)

// compared is the mark as it is compared: case and blanks make no difference.
func (m BlockedMark) compared() BlockedMark {
	return BlockedMark{Kind: m.Kind, Value: strings.ToLower(strings.Join(strings.Fields(m.Value), ""))}
}

// FraudPolicy is what makes an order suspicious, as data. The database keeps every version.
type FraudPolicy struct {
	Version   int           `json:"version"`
	Threshold int           `json:"threshold"` // an order with more points waits for a person
	Rules     []FraudRule   `json:"rules"`
	Blocked   []BlockedMark `json:"blocked"`
}

// FraudInputs are what an order is scored from.
type FraudInputs struct {
	Orders  int           `json:"orders"` // of the customer in the policy's hours, this one among them
	First   bool          `json:"first"`  // no other order of the customer was entered before and went on
	Total   Money         `json:"total"`
	ShipTo  *Address      `json:"ship_to,omitempty"`  // nil: where the invoice goes
	LineTo  []Address     `json:"lines_to,omitempty"` // where lines go, if elsewhere
	BillTo  *Address      `json:"bill_to,omitempty"`  // nil: in Country
	Country string        `json:"country"`            // of the customer
	Marks   []BlockedMark `json:"marks,omitempty"`    // what of the order is looked for on the list
}

// FraudFactor is a signal that an order gives, with its points.
type FraudFactor struct {
	Signal FraudSignal `json:"signal"`
	Points int         `json:"points"`
	Detail string      `json:"detail"`
}

// FraudCheck is how an order was scored, with all that it was scored from.
type FraudCheck struct {
	Version   int           `json:"version"`
	Score     int           `json:"score"` // the sum of the factors' points
	Threshold int           `json:"threshold"`
	Factors   []FraudFactor `json:"factors"`
	Inputs    FraudInputs   `json:"inputs"`
}

// Score adds up the points of the signals that an order gives.
func (p FraudPolicy) Score(in FraudInputs) FraudCheck {
	check := FraudCheck{Version: p.Version, Threshold: p.Threshold, Factors: []FraudFactor{}, Inputs: in}
	for _, signal := range FraudSignalNames {
		for _, rule := range p.Rules {
			if rule.Signal != signal {
				continue
			}
			if detail := p.given(rule, in); detail != "" {
				check.Factors = append(check.Factors, FraudFactor{Signal: signal, Points: rule.Points, Detail: detail})
				check.Score += rule.Points
			}
		}
	}
	return check
}

// given says in words how an order gives a rule's signal, or "".
func (p FraudPolicy) given(rule FraudRule, in FraudInputs) string {
	switch rule.Signal {
	case Velocity:
		if in.Orders > rule.Orders {
			return fmt.Sprintf("%d orders in %d hours, more than %d", in.Orders, rule.Hours, rule.Orders)
		}
	case FirstOrder:
		if above, named := rule.Above[in.Total.Currency()]; in.First && named && in.Total.MoreThan(above) {
			return fmt.Sprintf("the first order is of %s, more than %s", in.Total.Text(), above.Text())
		}
	case ShipToCountry:
		for _, to := range in.goodsTo() {
			if to.Country != in.billedIn() {
				return fmt.Sprintf("goods go to %s, the invoice to %s", to.Country, in.billedIn())
			}
		}
	case ShipToAddress:
		for _, to := range in.goodsTo() {
			if in.BillTo != nil && to.Country == in.BillTo.Country && !to.samePlace(*in.BillTo) {
				return "goods go to another address than the invoice"
			}
		}
	case BlockedList:
		return p.marked(in)
	}
	return ""
}

func (p FraudPolicy) marked(in FraudInputs) string {
	var found []string
	for _, mark := range p.Blocked {
		if slices.ContainsFunc(in.Marks, func(m BlockedMark) bool { return m.compared() == mark.compared() }) {
			found = append(found, strings.ReplaceAll(mark.Kind, "_", " ")+" "+mark.Value)
		}
	}
	if len(found) == 0 {
		return ""
	}
	return strings.Join(found, ", ") + " is on the blocked list"
}

func (in FraudInputs) goodsTo() []Address {
	to := slices.Clone(in.LineTo)
	if in.ShipTo != nil {
		to = append([]Address{*in.ShipTo}, to...)
	}
	return to
}

func (in FraudInputs) billedIn() string {
	if in.BillTo != nil {
		return in.BillTo.Country
	}
	return in.Country
}

// samePlace compares where two addresses are; case and blanks make no difference.
func (a Address) samePlace(b Address) bool {
	plain := func(x Address) string {
		return strings.ToLower(strings.Join(strings.Fields(strings.Join([]string{x.Line1, x.Line2, x.City, x.Postcode, x.Country}, " ")), " "))
	}
	return plain(a) == plain(b)
}

// Suspicious is true when a person has to look at the order.
func (c FraudCheck) Suspicious() bool { return c.Score > c.Threshold }

// Finding is why a person has to look at a suspicious order.
func (c FraudCheck) Finding() Finding {
	words := make([]string, len(c.Factors))
	for i, factor := range c.Factors {
		words[i] = fmt.Sprintf("%s %d (%s)", factor.Signal, factor.Points, factor.Detail)
	}
	return Finding{Code: FraudSignals, Detail: fmt.Sprintf("fraud score %d is above %d: %s", c.Score, c.Threshold, strings.Join(words, ", "))}
}

// MarksOf is what of an order is looked for on the blocked list.
func (in FraudInputs) MarksOf(customerID, email, taxID string) []BlockedMark {
	marks := []BlockedMark{{Kind: MarkCustomer, Value: customerID}, {Kind: MarkEmail, Value: email}}
	if _, domain, found := strings.Cut(email, "@"); found {
		marks = append(marks, BlockedMark{Kind: MarkEmailDomain, Value: domain})
	}
	if taxID != "" {
		marks = append(marks, BlockedMark{Kind: MarkTaxID, Value: taxID})
	}
	for _, to := range in.goodsTo() {
		marks = append(marks, BlockedMark{Kind: MarkCountry, Value: to.Country}, BlockedMark{Kind: MarkPostcode, Value: to.Postcode})
	}
	return marks
}

// The bounds of a policy.
const (
	maxFraudThreshold = 10_000
	maxFraudPoints    = 1_000
	maxFraudOrders    = 10_000
	maxFraudHours     = 24 * 365
	maxMark           = 200
)

// Validate checks a policy for itself and returns all faults, each with its JSON pointer: "invalid-fraud-policy".
func (p *FraudPolicy) Validate() []*Error {
	var faults []*Error
	fault := func(at, format string, args ...any) {
		faults = append(faults, Invalid("invalid-fraud-policy", format, args...).At(at))
	}
	if p.Threshold < 0 || p.Threshold > maxFraudThreshold {
		fault("/threshold", "must be from 0 to %d", maxFraudThreshold)
	}
	seen := map[FraudSignal]bool{}
	for i, rule := range p.Rules {
		at := fmt.Sprintf("/rules/%d", i)
		if !oneOf(rule.Signal, FraudSignalNames...) {
			fault(at+"/signal", "%q is no signal", clip(string(rule.Signal)))
		}
		if seen[rule.Signal] {
			fault(at+"/signal", "%s is named twice", rule.Signal)
		}
		seen[rule.Signal] = true
		if rule.Points < 1 || rule.Points > maxFraudPoints {
			fault(at+"/points", "must be from 1 to %d", maxFraudPoints)
		}
		if velocity := rule.Signal == Velocity; velocity && (rule.Orders < 1 || rule.Orders > maxFraudOrders) || !velocity && rule.Orders != 0 {
			fault(at+"/orders", "velocity, and nothing else, counts from 1 to %d orders", maxFraudOrders)
		}
		if velocity := rule.Signal == Velocity; velocity && (rule.Hours < 1 || rule.Hours > maxFraudHours) || !velocity && rule.Hours != 0 {
			fault(at+"/hours", "velocity, and nothing else, counts in 1 to %d hours", maxFraudHours)
		}
		if (rule.Signal == FirstOrder) != (len(rule.Above) > 0) {
			fault(at+"/above", "first_order, and nothing else, names an amount")
		}
	}
	if len(p.Blocked) > 0 && !seen[BlockedList] {
		fault("/blocked", "without a rule for blocked_list nothing looks at it")
	}
	marks := map[BlockedMark]bool{}
	for i, mark := range p.Blocked {
		at := fmt.Sprintf("/blocked/%d", i)
		if !oneOf(mark.Kind, MarkCustomer, MarkEmail, MarkEmailDomain, MarkTaxID, MarkCountry, MarkPostcode) {
			fault(at+"/kind", "%q is no kind of mark", clip(mark.Kind))
		}
		if mark.compared().Value == "" || len(mark.Value) > maxMark {
			fault(at+"/value", "must have 1 to %d characters that are not blank", maxMark)
		}
		if err := checkLine(mark.Value); err != nil {
			faults = append(faults, err.At(at+"/value"))
		}
		if marks[mark.compared()] {
			fault(at, "%s %s is named twice", mark.Kind, clip(mark.Value))
		}
		marks[mark.compared()] = true
	}
	return faults
}

// Hours is the time in which the policy counts a customer's orders; 0: it counts none.
func (p *FraudPolicy) Hours() int {
	for _, rule := range p.Rules {
		if rule.Signal == Velocity {
			return rule.Hours
		}
	}
	return 0
}
