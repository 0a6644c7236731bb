package models

import (
	"maps"
	"slices"

	"github.com/shopspring/decimal"
)

// PrincipalFrom is what bears interest from a day on.
type PrincipalFrom struct {
	From   Date
	Amount Money
}

// Lowering is what a payment, credit note or write-off takes off the open amount, by its value date. A negative one raises it again.
type Lowering struct {
	ValueDate Date
	Amount    Money
}

// InterestPause takes a disputed amount out of the principal, from the day on which the dispute opened to the last day on which it
// does not bear interest; no last day: to the present. A dispute that was rejected or withdrawn has no pause any more, so that its
// days come with the next notice. What was accepted keeps one until the credit note's date, and then the note lowers the principal.
type InterestPause struct {
	First, Last Date
	Amount      Money
}

// Principal is the open, undisputed principal of an instalment of each day, tax included: what settles the invoice lowers it from the
// day after its value date, and fills the instalments in their order; disputes lie on the last ones (Claims). It is never below 0.
func Principal(schedule []Instalment, instalment int, lowered []Lowering, pauses []InterestPause) []PrincipalFrom {
	none := Zero(schedule[0].Amount.Currency())
	type change struct{ settled, paused Money }
	changes := map[Date]change{{}: {none, none}}
	add := func(from Date, settled, paused Money) {
		if was, found := changes[from]; found {
			settled, paused = settled.Add(was.settled), paused.Add(was.paused)
		}
		changes[from] = change{settled, paused}
	}
	for _, s := range lowered {
		add(s.ValueDate.AddDays(1), s.Amount, none)
	}
	for _, p := range pauses {
		add(p.First, none, p.Amount)
		if !p.Last.IsZero() {
			add(p.Last.AddDays(1), none, p.Amount.Neg())
		}
	}
	days := slices.SortedFunc(maps.Keys(changes), func(a, b Date) int { return a.t.Compare(b.t) })
	steps, settled, paused := make([]PrincipalFrom, 0, len(days)), none, none
	for _, from := range days {
		settled, paused = settled.Add(changes[from].settled), paused.Add(changes[from].paused)
		for _, claim := range Claims(schedule, settled, paused, none) {
			if claim.Instalment == instalment {
				steps = append(steps, PrincipalFrom{From: from, Amount: claim.Open.Sub(claim.Disputed)})
			}
		}
	}
	return steps
}

// InterestSegment is the interest of the days, first to last, in which neither principal nor rate changed.
type InterestSegment struct {
	First     Date            `json:"first"`
	Last      Date            `json:"last"`
	Days      int             `json:"days"`
	Principal Money           `json:"principal"`
	Percent   decimal.Decimal `json:"percent"`
	Interest  Money           `json:"interest"`
}

var daysOfYear = decimal.NewFromInt(36_500) // 365 days, for a rate in percent

// Interest is the simple interest from the day after due to a last day: principal × rate ÷ 100 × days ÷ 365 for each segment of
// principal and rate, each rounded, never compounded (definitions, "Late-payment interest"). Principal and rates ascend; days before
// the first of either bear none.
func Interest(due, last Date, principal []PrincipalFrom, rates []RateFrom) []InterestSegment {
	first := due.AddDays(1)
	starts := []Date{first}
	for _, p := range principal {
		starts = append(starts, p.From)
	}
	for _, r := range rates {
		starts = append(starts, r.From)
	}
	slices.SortFunc(starts, func(a, b Date) int { return a.t.Compare(b.t) })
	var segments []InterestSegment
	for i, from := range starts {
		if from.Before(first) || from.After(last) || i > 0 && from == starts[i-1] {
			continue
		}
		to := last
		for _, next := range starts[i+1:] {
			if next != from && !next.After(last) {
				to = next.AddDays(-1)
				break
			}
		}
		amount, percent, bears := bearing(from, principal, rates)
		if n := len(segments); n > 0 && bears && segments[n-1].Last.AddDays(1) == from && segments[n-1].Principal.Equal(amount) && segments[n-1].Percent.Equal(percent) {
			segments[n-1].Last = to
		} else if bears {
			segments = append(segments, InterestSegment{First: from, Last: to, Principal: amount, Percent: percent})
		}
	}
	for i := range segments {
		s := &segments[i]
		s.Days = s.Last.DaysSince(s.First) + 1
		s.Interest = s.Principal.Share(s.Percent.Mul(decimal.NewFromInt(int64(s.Days))), daysOfYear)
	}
	return segments
}

// bearing is what bears interest on a day, and at which rate.
func bearing(day Date, principal []PrincipalFrom, rates []RateFrom) (amount Money, percent decimal.Decimal, bears bool) {
	held, rated := false, false
	for _, p := range principal {
		if !p.From.After(day) {
			amount, held = p.Amount, true
		}
	}
	for _, r := range rates {
		if !r.From.After(day) {
			percent, rated = r.Percent, true
		}
	}
	return amount, percent, held && rated && amount.IsPositive() && percent.IsPositive()
}

// InterestCharge is what a notice charges: what has accrued to its day, less what was charged before. Excess is what was charged too
// much, as a payment with an earlier value date became known: it stays charged, and is proposed as a waiver.
type InterestCharge struct {
	Segments []InterestSegment
	Accrued  Money
	Charge   Money
	Excess   Money
}

// ChargeInterest is the charge of a notice for accrued segments. What was charged before counts less what of it was waived as excess;
// what was waived for another reason counts as charged, or the next notice would bring it back.
func ChargeInterest(segments []InterestSegment, charged Money) InterestCharge {
	c := InterestCharge{Segments: segments, Accrued: Zero(charged.Currency()), Charge: Zero(charged.Currency()), Excess: Zero(charged.Currency())}
	for _, s := range segments {
		c.Accrued = c.Accrued.Add(s.Interest)
	}
	if difference := c.Accrued.Sub(charged); difference.IsNegative() {
		c.Excess = difference.Neg()
	} else {
		c.Charge = difference
	}
	return c
}
