package models

import (
	"cmp"
	"slices"
	"time"
)

// DueKind is what comes due of an item that is being collected.
type DueKind string

// The kinds, in the order in which they are carried out when they come due at one instant: what changes how much a notice may demand
// comes before the notice, so that none is sent for money that a promise or a hold still covered a moment ago.
const (
	DuePromise   DueKind = "promise" // a promise is judged
	DuePlan      DueKind = "plan"    // an instalment of a plan is judged
	DueHold      DueKind = "hold"    // a dunning hold ends
	DueNotice    DueKind = "notice"  // a level of the dunning plan
	DueOfDispute DueKind = "dispute" // a step of a dispute's service time
)

var dueOrder = []DueKind{DuePromise, DuePlan, DueHold, DueNotice, DueOfDispute}

// DueStep is one thing that an item waits for, at its instant. ID names the promise, plan, hold or dispute; the notice is the
// level's, and Service the dispute's step.
type DueStep struct {
	Kind    DueKind        `json:"kind"`
	At      time.Time      `json:"at"`
	Item    ItemKey        `json:"item"`
	ID      string         `json:"id,omitempty"`
	Notice  *PlannedNotice `json:"notice,omitempty"`
	Service ServiceStep    `json:"service,omitempty"`
}

// Due is true when its instant has come.
func (s DueStep) Due(now time.Time) bool { return !s.At.After(now) }

// Purpose names the step in words, for a timer or a status.
func (s DueStep) Purpose() string {
	switch s.Kind {
	case DuePromise:
		return "promise to pay " + s.Item.String()
	case DuePlan:
		return "planned " + s.Item.String()
	case DueHold:
		return "end of the dunning hold of " + s.Item.String()
	case DueOfDispute:
		return serviceWords[s.Service] + s.Item.Invoice
	default:
		notice := *s.Notice
		notice.Instalment = 0 // the item says it
		return notice.Purpose(s.Item.String())
	}
}

// compare is a total order: by instant, by kind, by item, by level, by id. Two steps that are equal in all of it are the same.
func (s DueStep) compare(other DueStep) int {
	return cmp.Or(
		s.At.Compare(other.At),
		cmp.Compare(slices.Index(dueOrder, s.Kind), slices.Index(dueOrder, other.Kind)),
		s.Item.Compare(other.Item),
		cmp.Compare(s.level(), other.level()),
		cmp.Compare(s.ID, other.ID),
		cmp.Compare(s.Service, other.Service),
	)
}

func (s DueStep) level() int {
	if s.Notice == nil {
		return NothingSent
	}
	return s.Notice.Level
}

// NextAction is the step that comes first of all that items wait for, whatever the order in which they stand here: what is due is
// carried out now, what is not is the one timer to wait for. Nil: they wait for nothing. Who carries a step out takes it away or
// moves it on, or it comes again.
func NextAction(steps []DueStep, now time.Time) (next *DueStep, due bool) {
	for i := range steps {
		if next == nil || steps[i].compare(*next) < 0 {
			next = &steps[i]
		}
	}
	return next, next != nil && next.Due(now)
}
