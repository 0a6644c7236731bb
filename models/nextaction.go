package models

import (
	"cmp"
	"slices"
	"time"
)

// DueKind is what comes due of an item that is being collected.
type DueKind string

// The kinds, in the order in which they are carried out when they come due at one instant: what changes how much a notice may demand
// comes before the notice, so that none is sent for money that a promise or a hold still covered a moment ago, or that joins with it.
const (
	DuePromise   DueKind = "promise" // a promise is judged
	DuePlan      DueKind = "plan"    // an instalment of a plan is judged
	DueHold      DueKind = "hold"    // a dunning hold ends
	DuePart      DueKind = "part"    // a part that was disputed joins the notices again
	DueNotice    DueKind = "notice"  // a level of the dunning plan
	DueOfDispute DueKind = "dispute" // a step of a dispute's service time
)

var dueOrder = []DueKind{DuePromise, DuePlan, DueHold, DuePart, DueNotice, DueOfDispute}

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
		return "instalment plan of " + s.Item.String()
	case DueHold:
		return "end of the dunning hold of " + s.Item.String()
	case DuePart:
		return "return of " + s.Item.String()
	case DueOfDispute:
		return map[ServiceStep]string{ServiceAssign: "owner of a dispute of ", ServiceRemind: "reminder of a dispute of ", ServiceEscalate: "escalation of a dispute of "}[s.Service] + s.Item.Invoice
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

// CollectedItem is an item with all that it waits for.
type CollectedItem struct {
	Item    ItemKey
	Notice  *PlannedNotice // planned next; nil: none
	Parts   []JoiningPart
	Promise *Promise         // open
	Plan    *InstalmentPlan  // active
	PlanAt  time.Time        // when its next instalment is judged (MissedAt)
	Hold    *DunningHold     // active
	Service []DisputeService // of disputes that are open
}

// JoiningPart is a part that comes back from its dispute.
type JoiningPart struct {
	Dispute string
	JoinsAt time.Time
}

// DisputeService is the next step of a dispute's service time.
type DisputeService struct {
	Dispute string
	Next    PlannedService
}

// Steps lists all that the item waits for. While it is held there is no notice of it, and while something else is to be demanded a
// part joins the next notice by itself: its return is a step only where no notice is planned.
func (c CollectedItem) Steps() []DueStep {
	var steps []DueStep
	if c.Promise != nil && c.Promise.State == PromiseOpen {
		steps = append(steps, DueStep{Kind: DuePromise, At: c.Promise.JudgeAt, Item: c.Item, ID: c.Promise.ID})
	}
	if c.Plan != nil && c.Plan.State == PlanActive && !c.PlanAt.IsZero() {
		steps = append(steps, DueStep{Kind: DuePlan, At: c.PlanAt, Item: c.Item, ID: c.Plan.ID})
	}
	held := c.Hold != nil && c.Hold.State == HoldActive
	if held {
		steps = append(steps, DueStep{Kind: DueHold, At: c.Hold.EndsAt, Item: c.Item, ID: c.Hold.ID})
	}
	switch {
	case held:
	case c.Notice != nil:
		steps = append(steps, DueStep{Kind: DueNotice, At: c.Notice.At, Item: c.Item, Notice: c.Notice})
	default:
		for _, part := range c.Parts {
			item := c.Item
			item.Part = part.Dispute
			steps = append(steps, DueStep{Kind: DuePart, At: part.JoinsAt, Item: item, ID: part.Dispute})
		}
	}
	for _, service := range c.Service {
		steps = append(steps, DueStep{Kind: DueOfDispute, At: service.Next.At, Item: c.Item, ID: service.Dispute, Service: service.Next.Step})
	}
	return steps
}
