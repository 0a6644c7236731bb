package models

import (
	"strings"
	"time"
)

// HoldState is where a dunning hold stands.
type HoldState string

// The states of a dunning hold. All but active are final.
const (
	HoldActive   HoldState = "active"
	HoldLifted   HoldState = "lifted"   // by a person, before its end
	HoldExpired  HoldState = "expired"  // by time
	HoldReplaced HoldState = "replaced" // by a newer one, which keeps its place
)

// DunningHold keeps an invoice from being dunned until the end of a day. Interest runs on.
type DunningHold struct {
	ID      string    `json:"id"`
	Invoice string    `json:"invoice"`
	Until   Date      `json:"until"`
	Reason  string    `json:"reason"`
	State   HoldState `json:"state"`
	EndsAt  time.Time `json:"ends_at"`
	// Place is where the dunning stood when it was first held; nil where there was none to hold.
	Place *Place `json:"place,omitempty"`
}

// MakeHold checks a hold of an invoice's dunning, made at an instant, on the customer's clock: "hold-in-the-past" for a day before
// today, "hold-too-long" for one in more than 3650 days, "invalid-reason" without one. One that is active already passes its place on and becomes replaced.
func MakeHold(asked DunningHold, active *DunningHold, next *PlannedNotice, at time.Time, zone *time.Location) (DunningHold, *Error) {
	switch {
	case asked.Until.Before(DateIn(at, zone)):
		return DunningHold{}, Invalid("hold-in-the-past", "%s is past", asked.Until).At("/until")
	case asked.Until.After(DateIn(at, zone).AddDays(maxPolicyDays)):
		return DunningHold{}, Invalid("hold-too-long", "%s is more than 3650 days away", asked.Until).At("/until")
	case strings.TrimSpace(asked.Reason) == "":
		return DunningHold{}, Invalid("invalid-reason", "a hold needs a reason").At("/reason")
	}
	asked.State, asked.EndsAt = HoldActive, asked.Until.AddDays(1).At(0, zone).UTC()
	asked.Place = PlaceOf(next, at)
	if active != nil {
		asked.Place = active.Place
	}
	return asked, nil
}

// Judge is the state of a hold at an instant.
func (h DunningHold) Judge(at time.Time) HoldState {
	if h.State == HoldActive && !at.Before(h.EndsAt) {
		return HoldExpired
	}
	return h.State
}

// Lift ends a hold before its end: "no-dunning-hold" where none is active.
func (h DunningHold) Lift(at time.Time) (DunningHold, *Error) {
	if h.Judge(at) != HoldActive {
		return h, Conflict("no-dunning-hold", "%s is not held", h.Invoice)
	}
	h.State = HoldLifted
	return h, nil
}

// HoldDecision is a person's decision to hold the dunning of an invoice until the end of a day, or to lift the hold that is active.
type HoldDecision struct {
	ID      string `json:"id"`
	Invoice string `json:"invoice"`
	Until   Date   `json:"until,omitzero"`
	Reason  string `json:"reason,omitempty"`
	Lift    bool   `json:"lift,omitempty"`
	Actor   string `json:"actor"`
}
