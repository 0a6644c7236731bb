package models

import (
	"slices"
	"strings"
	"time"
)

// ServiceTime says how long a dispute of a reason may take, in hours of business of the seller, as data. The database keeps every
// version; a dispute keeps what it was opened with. 0 hours is never.
type ServiceTime struct {
	Reason   string  `json:"reason,omitempty"` // "": every reason without a service time of its own
	Version  int     `json:"version"`
	Assign   int     `json:"assign_hours"`   // someone is to own it
	Remind   int     `json:"remind_hours"`   // its owner is told
	Escalate int     `json:"escalate_hours"` // it is due, and goes to the manager; at least 1
	Hours    Opening `json:"hours"`
}

// maxServiceHours is the longest service time: a year of business.
const maxServiceHours = 2000

// Validate returns all faults, each with its JSON pointer: "invalid-reason", "invalid-service-hours", "invalid-opening".
func (s ServiceTime) Validate() []*Error {
	var faults []*Error
	if s.Reason != "" && !slices.Contains(DisputeReasons, s.Reason) {
		faults = append(faults, Invalid("invalid-reason", "%q is no reason of a dispute", clip(s.Reason)).At("/reason"))
	}
	last := 0
	for _, step := range []struct {
		at           string
		hours, least int
	}{{"/assign_hours", s.Assign, 0}, {"/remind_hours", s.Remind, 0}, {"/escalate_hours", s.Escalate, 1}} {
		switch {
		case step.hours < step.least || step.hours > maxServiceHours:
			faults = append(faults, Invalid("invalid-service-hours", "not a number of hours from %d to %d", step.least, maxServiceHours).At(step.at))
		case step.hours > 0 && step.hours <= last:
			faults = append(faults, Invalid("invalid-service-hours", "a step comes after the one before, in hour %d", last).At(step.at))
		case step.hours > 0:
			last = step.hours
		}
	}
	if s.Hours.From < 0 || s.Hours.To > 24*time.Hour || s.Hours.Length() < time.Hour {
		faults = append(faults, Invalid("invalid-opening", "business opens at an hour from 0 on, and closes later, at 24 at the latest").At("/closes"))
	}
	return faults
}

// ServiceStep is what comes due of a dispute's service time.
type ServiceStep string

// The steps of a dispute's service time, in their order.
const (
	ServiceAssign   ServiceStep = "assign"   // nobody owns it yet: the collectors are told
	ServiceRemind   ServiceStep = "remind"   // its owner is told
	ServiceEscalate ServiceStep = "escalate" // it is late: the manager is told
)

// PlannedService is a step of a dispute's service time at its instant or, while the clock stands still, with the business time that
// is left.
type PlannedService struct {
	Step ServiceStep   `json:"step"`
	At   time.Time     `json:"at,omitzero"`
	Left time.Duration `json:"left,omitempty"`
}

// ServiceClock is what is still to come of a dispute's service time. It stands still while the customer is asked.
type ServiceClock struct {
	Hours  Opening          `json:"hours"`
	Steps  []PlannedService `json:"steps"`
	Paused bool             `json:"paused,omitempty"`
}

// Business is when the seller does business: its calendar on its clock.
type Business struct {
	Calendar Calendar
	Zone     *time.Location
}

// Start begins the clock of a dispute that opens at an instant. One that has an owner need not be assigned.
func (s ServiceTime) Start(opened time.Time, owned bool, in Business) ServiceClock {
	clock := ServiceClock{Hours: s.Hours, Steps: []PlannedService{}}
	for _, step := range []struct {
		step  ServiceStep
		hours int
	}{{ServiceAssign, s.Assign}, {ServiceRemind, s.Remind}, {ServiceEscalate, s.Escalate}} {
		if step.hours > 0 && (step.step != ServiceAssign || !owned) {
			clock.Steps = append(clock.Steps, PlannedService{Step: step.step, At: clock.after(opened, time.Duration(step.hours)*time.Hour, in)})
		}
	}
	return clock
}

// after has the precision of the database.
func (c ServiceClock) after(at time.Time, left time.Duration, in Business) time.Time {
	return in.Calendar.AddBusinessHours(at, left, c.Hours, in.Zone).UTC().Truncate(time.Microsecond)
}

// Next is the step that comes next; nil: none is left, or the clock stands still.
func (c ServiceClock) Next() *PlannedService {
	if c.Paused || len(c.Steps) == 0 {
		return nil
	}
	return &c.Steps[0]
}

// Without is the clock with a step taken, or not needed any more.
func (c ServiceClock) Without(step ServiceStep) ServiceClock {
	c.Steps = slices.DeleteFunc(slices.Clone(c.Steps), func(s PlannedService) bool { return s.Step == step })
	return c
}

// Pause stops the clock: each step keeps the business time that is left to it.
func (c ServiceClock) Pause(at time.Time, in Business) ServiceClock {
	steps := slices.Clone(c.Steps)
	for i, step := range steps {
		if !c.Paused {
			steps[i] = PlannedService{Step: step.Step, Left: in.Calendar.BusinessTime(at, step.At, c.Hours, in.Zone)}
		}
	}
	c.Steps, c.Paused = steps, true
	return c
}

// Resume lets the clock go on with the time that was left.
func (c ServiceClock) Resume(at time.Time, in Business) ServiceClock {
	steps := slices.Clone(c.Steps)
	for i, step := range steps {
		if c.Paused {
			steps[i] = PlannedService{Step: step.Step, At: c.after(at, step.Left, in)}
		}
	}
	c.Steps, c.Paused = steps, false
	return c
}

// DueAt is when the dispute is due: when it is escalated. Nil: it was, or the clock stands still.
func (c ServiceClock) DueAt() *time.Time {
	for i, step := range c.Steps {
		if step.Step == ServiceEscalate && !c.Paused {
			return &c.Steps[i].At
		}
	}
	return nil
}

// serviceWords name the steps for a timer; the invoice follows.
var serviceWords = map[ServiceStep]string{
	ServiceAssign: "owner of a dispute of ", ServiceRemind: "reminder of a dispute of ", ServiceEscalate: "escalation of a dispute of ",
}

// slug is how root causes and departments are written, so that they can be counted.
func slug(s string) bool {
	return s != "" && len(s) <= 64 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == "" && s[0] != '_'
}
