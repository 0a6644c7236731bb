package models

import "time"

// HoldDays says after how many days on hold what is done about an order that waits for credit; 0 is never. A day is one of the seller's
// calendar, at the time of day at which the order was held.
type HoldDays struct {
	Remind   int `json:"remind_days"`   // the role credit
	Escalate int `json:"escalate_days"` // to the role manager
	Cancel   int `json:"cancel_days"`   // what is not shipped is cancelled
}

// PrepaymentDays says after how many days something is done about an order that waits for its prepayment; 0 is never. A day is as on hold.
type PrepaymentDays struct {
	Remind int `json:"remind_days"` // the customer
	Cancel int `json:"cancel_days"` // what is not shipped is cancelled
}

// maxHoldDays is the longest wait that a policy can ask for.
const maxHoldDays = 365

// HoldStep is something that is done about an order that has waited long for credit.
type HoldStep string

// The steps of a hold, in their order.
const (
	HoldRemind   HoldStep = "remind"
	HoldEscalate HoldStep = "escalate"
	HoldCancel   HoldStep = "cancel"
)

// The steps of the wait for a prepayment, in their order.
const (
	RemindPrepayment HoldStep = "remind_prepayment"
	CancelUnpaid     HoldStep = "cancel_unpaid"
)

// HoldTimer is a step of a hold and its instant. The instants are fixed when the hold begins, so that a new policy changes none.
type HoldTimer struct {
	Step HoldStep  `json:"step"`
	At   time.Time `json:"at"`
}

// Purpose says what the timer is for.
func (s HoldStep) Purpose() string {
	switch s {
	case HoldRemind:
		return "reminder of the credit decision"
	case HoldEscalate:
		return "escalation of the credit decision"
	case HoldCancel:
		return "cancellation for want of a credit decision"
	case RemindPrepayment:
		return "reminder of the prepayment"
	case CancelUnpaid:
		return "cancellation for want of the prepayment"
	default:
		return string(s)
	}
}

// Plan fixes the steps of a hold that begins at an instant, the first one first.
func (d HoldDays) Plan(at time.Time, zone *time.Location) []HoldTimer {
	return holdPlan(at, zone, holdDay{HoldRemind, d.Remind}, holdDay{HoldEscalate, d.Escalate}, holdDay{HoldCancel, d.Cancel})
}

// Plan fixes the steps of a wait that begins at an instant, the first one first.
func (d PrepaymentDays) Plan(at time.Time, zone *time.Location) []HoldTimer {
	return holdPlan(at, zone, holdDay{RemindPrepayment, d.Remind}, holdDay{CancelUnpaid, d.Cancel})
}

type holdDay struct {
	step HoldStep
	days int
}

func holdPlan(at time.Time, zone *time.Location, steps ...holdDay) []HoldTimer {
	plan := []HoldTimer{}
	for _, step := range steps {
		if step.days > 0 {
			plan = append(plan, HoldTimer{Step: step.step, At: at.In(zone).AddDate(0, 0, step.days).UTC()})
		}
	}
	return plan
}

// validate checks that the days come in their order: "invalid-hold-days".
func (d HoldDays) validate() []*Error {
	return inOrder(dayAt{"/hold/remind_days", d.Remind}, dayAt{"/hold/escalate_days", d.Escalate}, dayAt{"/hold/cancel_days", d.Cancel})
}

// validate checks that the days come in their order: "invalid-hold-days".
func (d PrepaymentDays) validate() []*Error {
	return inOrder(dayAt{"/prepayment/remind_days", d.Remind}, dayAt{"/prepayment/cancel_days", d.Cancel})
}

type dayAt struct {
	at   string
	days int
}

func inOrder(steps ...dayAt) []*Error {
	var faults []*Error
	last := 0
	for _, step := range steps {
		switch {
		case step.days < 0 || step.days > maxHoldDays:
			faults = append(faults, Invalid("invalid-hold-days", "not a number of days from 0 to %d", maxHoldDays).At(step.at))
		case step.days > 0 && step.days <= last:
			faults = append(faults, Invalid("invalid-hold-days", "a step comes after the one before, on day %d", last).At(step.at))
		case step.days > 0:
			last = step.days
		}
	}
	return faults
}
