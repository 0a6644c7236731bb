package models

import (
	"strconv"
	"time"
)

// PlanApproval is the kind of approval that an instalment plan above the authority of whoever agrees to it needs.
const PlanApproval = "plan"

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

// PlannedInstalment is a part of a plan, and the instant at which it is missed if it is not paid.
type PlannedInstalment struct {
	Instalment

	JudgeAt time.Time `json:"judge_at"`
}

// InstalmentPlan is agreed with a customer who can't pay at once: it replaces the schedule by which the undisputed open part of an
// invoice is dunned.
type InstalmentPlan struct {
	ID          string
	Invoice     string
	Instalments []PlannedInstalment
	State       PlanState
}

// MakeInstalmentPlan checks a plan over what is undisputed and open of an invoice; the dates ascend from today on, for ten years at most, and the
// amounts are above 0 ("invalid-instalment-plan", all faults with their pointers) and sum to it exactly ("plan-differs-from-open",
// "nothing-to-plan": conflicts, for the open amount can change while the plan is on its way). Each instalment is judged at the end of its date,
// or of the day so many business days after it, where the customer is.
func MakeInstalmentPlan(asked []Instalment, undisputed Money, today Date, toleranceDays int, calendar Calendar, zone *time.Location) (InstalmentPlan, []*Error) {
	var faults []*Error
	check := func(ok bool, pointer, detail string) {
		if !ok {
			faults = append(faults, Invalid("invalid-instalment-plan", "%s", detail).At(pointer))
		}
	}
	check(len(asked) > 0, "/instalments", "a plan needs an instalment")
	check(len(asked) <= maxInstalments, "/instalments", "at most 60 instalments")
	plan, sum := InstalmentPlan{State: PlanActive}, Zero(undisputed.Currency())
	for i, part := range asked {
		at := "/instalments/" + strconv.Itoa(i)
		if part.Amount.Currency() != undisputed.Currency() || !part.Amount.IsPositive() {
			check(false, at+"/amount", "an amount must be more than 0, in "+string(undisputed.Currency()))
		} else {
			sum = sum.Add(part.Amount)
		}
		check(!part.DueDate.Before(today), at+"/date", part.DueDate.String()+" is past")
		check(!part.DueDate.After(today.AddDays(maxPolicyDays)), at+"/date", part.DueDate.String()+" is more than 3650 days away")
		check(i == 0 || part.DueDate.After(asked[i-1].DueDate), at+"/date", "each instalment is due after the one before it")
		plan.Instalments = append(plan.Instalments, PlannedInstalment{Instalment: part, JudgeAt: JudgePromiseAt(part.DueDate, toleranceDays, calendar, zone)})
	}
	switch {
	case len(faults) > 0:
	case !undisputed.IsPositive():
		faults = append(faults, Conflict("nothing-to-plan", "nothing undisputed is open"))
	case !sum.Equal(undisputed):
		faults = append(faults, Conflict("plan-differs-from-open", "the instalments sum to %s, and %s is undisputed and open", sum.Text(), undisputed.Text()).At("/instalments"))
	}
	return plan, faults
}

// Schedule is what is due when by the plan.
func (p InstalmentPlan) Schedule() []Instalment {
	schedule := make([]Instalment, len(p.Instalments))
	for i, part := range p.Instalments {
		schedule[i] = part.Instalment
	}
	return schedule
}

// Total is the sum of the instalments.
func (p InstalmentPlan) Total() Money {
	total := Zero(p.Instalments[0].Amount.Currency())
	for _, part := range p.Instalments {
		total = total.Add(part.Amount)
	}
	return total
}

// PlanStanding is how an invoice with a plan stands: what was settled of it since the plan was made, what is open, and what of that is
// disputed. More than the plan can be open: what was disputed when it was made, or paid before and taken back since.
type PlanStanding struct {
	Settled, Open, Disputed Money
}

// Rest is what is open of the plan, never more than is open of its invoice.
func (p InstalmentPlan) Rest(s PlanStanding) Money {
	total := p.Total()
	if !s.Settled.IsNegative() {
		total = total.Sub(Min(s.Settled, total))
	}
	return Min(total, s.Open)
}

// Covers is what the plan keeps from being dunned: its rest, less what of it is disputed, which is not dunned anyway. Disputes lie on what is
// open beside the plan first.
func (p InstalmentPlan) Covers(s PlanStanding) Money {
	if p.State != PlanActive {
		return Zero(s.Open.Currency())
	}
	rest := p.Rest(s)
	return rest.Sub(p.disputed(rest, s))
}

func (p InstalmentPlan) disputed(rest Money, s PlanStanding) Money {
	beside := s.Open.Sub(rest)
	if !s.Disputed.MoreThan(beside) {
		return Zero(rest.Currency())
	}
	return Min(s.Disputed.Sub(beside), rest)
}

// Next is the first instalment, from 1, of which something undisputed is open, and that; 0: there is none. Money fills the instalments
// by date, and disputes lie on the last ones.
func (p InstalmentPlan) Next(s PlanStanding) (int, Money) {
	rest := p.Rest(s)
	for i, claim := range Claims(p.Schedule(), p.Total().Sub(rest), p.disputed(rest, s), Zero(rest.Currency())) {
		if claim.Open.MoreThan(claim.Disputed) {
			return i + 1, claim.Open.Sub(claim.Disputed)
		}
	}
	return 0, Zero(rest.Currency())
}

// Judge is the state of the plan at an instant: kept when all of it is paid, or nothing is open of the invoice; broken when an instalment was
// missed.
func (p InstalmentPlan) Judge(at time.Time, s PlanStanding) PlanState {
	if p.State != PlanActive {
		return p.State
	}
	if !p.Rest(s).IsPositive() {
		return PlanKept
	}
	if n, _ := p.Next(s); n > 0 && !p.Instalments[n-1].JudgeAt.After(at) {
		return PlanBroken
	}
	return PlanActive
}

// PlanDecision is a person's decision to let an invoice be paid in instalments, or to take the plan that is active back. Roles are those of
// whoever decides.
type PlanDecision struct {
	ID          string       `json:"id"`
	Invoice     string       `json:"invoice"`
	Instalments []Instalment `json:"instalments,omitempty"`
	Withdraw    string       `json:"withdraw,omitempty"` // the plan that is taken back
	Actor       string       `json:"actor"`
	Roles       []string     `json:"roles,omitempty"`
	// Approval is set where another person has decided on the plan, which needed that.
	Approval *ApprovalRuling `json:"approval,omitempty"`
}
