package models

import "time"

// ServiceTime says how long a dispute may take, in hours of business: someone is to own it, its owner is reminded, and at the end it
// goes to the manager.
type ServiceTime struct {
	Assign   time.Duration
	Remind   time.Duration
	Escalate time.Duration
	Hours    Opening
}

// StandardService is a day to be assigned, a week to the reminder, and two weeks to the escalation.
var StandardService = ServiceTime{Assign: 8 * time.Hour, Remind: 40 * time.Hour, Escalate: 80 * time.Hour, Hours: OfficeHours}

// ServiceStep is what comes due of a dispute's service time.
type ServiceStep string

// The steps of a dispute's service time, in their order.
const (
	ServiceAssign   ServiceStep = "assign"   // nobody owns it yet: the collectors are told
	ServiceRemind   ServiceStep = "remind"   // its owner is told
	ServiceEscalate ServiceStep = "escalate" // it is late: the manager is told
)

// PlannedService is a step of a dispute's service time at its instant.
type PlannedService struct {
	Step ServiceStep `json:"step"`
	At   time.Time   `json:"at"`
}

// Plan computes the steps of a dispute that opens at an instant, in business hours of the seller.
func (s ServiceTime) Plan(opened time.Time, calendar Calendar, zone *time.Location) []PlannedService {
	at := func(after time.Duration) time.Time {
		return calendar.AddBusinessHours(opened, after, s.Hours, zone).UTC()
	}
	return []PlannedService{{ServiceAssign, at(s.Assign)}, {ServiceRemind, at(s.Remind)}, {ServiceEscalate, at(s.Escalate)}}
}

// NextService is the first planned step after the last one that was taken ("" for none); a dispute with an owner needs none to be
// assigned. Nil: no step is left, or the dispute waits for nobody here.
func NextService(plan []PlannedService, taken ServiceStep, state DisputeState, owned bool) *PlannedService {
	if state != DisputeOpen && state != DisputeAwaitsApproval {
		return nil
	}
	found := taken == ""
	for i := range plan {
		switch {
		case !found:
			found = plan[i].Step == taken
		case plan[i].Step != ServiceAssign || !owned:
			return &plan[i]
		}
	}
	return nil
}
