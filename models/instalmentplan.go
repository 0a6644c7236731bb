package models

import (
	"strconv"
	"time"
)

// PlanState is where an instalment plan stands.
type PlanState string

// The states of an instalment plan. All but active are final.
const (
	PlanActive    PlanState = "active"
	PlanKept      PlanState = "kept"      // all of it is paid, or nothing is open any more
	PlanBroken    PlanState = "broken"    // an instalment was missed: the rest is due
	PlanReplaced  PlanState = "replaced"  // by a newer one
	PlanWithdrawn PlanState = "withdrawn" // taken back: the invoice's own schedule holds again
)

// CanBecome says whether a plan can go from one state to another.
func (s PlanState) CanBecome(next PlanState) bool {
	return s == PlanActive && oneOf(next, PlanKept, PlanBroken, PlanReplaced, PlanWithdrawn)
}

// InstalmentPlan is agreed with a customer who can't pay at once: it replaces the schedule of what is undisputed and open of an
// invoice.
type InstalmentPlan struct {
	ID            string       `json:"id"`
	Invoice       string       `json:"invoice"`
	Instalments   []Instalment `json:"instalments"`
	State         PlanState    `json:"state"`
	ToleranceDays int          `json:"tolerance_days"` // business days after each date
	BrokenOn      Date         `json:"broken_on,omitzero"`
}

// MakeInstalmentPlan checks a plan over what is undisputed and open of an invoice; the dates ascend from today on and the amounts are
// above 0 ("invalid-instalment-plan", all faults with their pointers) and sum to it exactly ("plan-differs-from-open").
func MakeInstalmentPlan(asked InstalmentPlan, undisputed Money, today Date) (InstalmentPlan, []*Error) {
	var faults []*Error
	check := func(ok bool, pointer, detail string) {
		if !ok {
			faults = append(faults, Invalid("invalid-instalment-plan", "%s", detail).At(pointer))
		}
	}
	check(len(asked.Instalments) > 0, "/instalments", "a plan needs an instalment")
	check(len(asked.Instalments) <= maxInstalments, "/instalments", "at most 60 instalments")
	sum := Zero(undisputed.Currency())
	for i, part := range asked.Instalments {
		at := "/instalments/" + strconv.Itoa(i)
		if part.Amount.Currency() != undisputed.Currency() || !part.Amount.IsPositive() {
			check(false, at+"/amount", "an amount must be more than 0, in "+string(undisputed.Currency()))
		} else {
			sum = sum.Add(part.Amount)
		}
		check(!part.DueDate.Before(today), at+"/date", part.DueDate.String()+" is past")
		check(i == 0 || part.DueDate.After(asked.Instalments[i-1].DueDate), at+"/date", "each instalment is due after the one before it")
	}
	if len(faults) == 0 && !sum.Equal(undisputed) {
		faults = append(faults, Conflict("plan-differs-from-open", "the instalments sum to %s, and %s is undisputed and open", sum.Text(), undisputed.Text()).At("/instalments"))
	}
	asked.State = PlanActive
	return asked, faults
}

// Unpaid is the first instalment, from 1, that what was settled since the plan was made does not fill; 0: all are.
func (p InstalmentPlan) Unpaid(settled Money) int {
	for i, open := range OpenInstalments(p.Instalments, notNegative(settled)) {
		if open.IsPositive() {
			return i + 1
		}
	}
	return 0
}

// MissedAt is the instant at which the first unpaid instalment is missed; zero for a plan that waits for none.
func (p InstalmentPlan) MissedAt(settled Money, calendar Calendar, zone *time.Location) time.Time {
	n := p.Unpaid(settled)
	if p.State != PlanActive || n == 0 {
		return time.Time{}
	}
	return JudgePromiseAt(p.Instalments[n-1].DueDate, p.ToleranceDays, calendar, zone)
}

// Judge is the plan at an instant, with what was settled of the invoice's undisputed part since it was made and what of it is
// open. It is kept when all is paid, and broken when an instalment was missed, on the day of the judgement.
func (p InstalmentPlan) Judge(at time.Time, settled, open Money, calendar Calendar, zone *time.Location) InstalmentPlan {
	if p.State != PlanActive {
		return p
	}
	missed := p.MissedAt(settled, calendar, zone)
	switch {
	case missed.IsZero() || !open.IsPositive():
		p.State = PlanKept
	case !missed.After(at):
		p.State, p.BrokenOn = PlanBroken, DateIn(missed, zone)
	}
	return p
}

// Schedule is what the plan makes of the invoice's due dates: its instalments; once it is broken, those whose day had come keep it and
// the rest is due on the day on which it broke.
func (p InstalmentPlan) Schedule() []Instalment {
	if p.State != PlanBroken {
		return p.Instalments
	}
	var schedule []Instalment
	rest := Zero(p.Instalments[0].Amount.Currency())
	for _, part := range p.Instalments {
		if part.DueDate.Before(p.BrokenOn) {
			schedule = append(schedule, part)
		} else {
			rest = rest.Add(part.Amount)
		}
	}
	if rest.IsPositive() {
		schedule = append(schedule, Instalment{DueDate: p.BrokenOn, Amount: rest})
	}
	return schedule
}

func notNegative(m Money) Money {
	if m.IsNegative() {
		return Zero(m.Currency())
	}
	return m
}
