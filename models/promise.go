package models

import "time"

// PromiseState is where a promise to pay stands.
type PromiseState string

// The states of a promise. All but open are final.
const (
	PromiseOpen       PromiseState = "open"
	PromiseKept       PromiseState = "kept"        // the money came, or nothing is open any more
	PromisePartlyKept PromiseState = "partly_kept" // judged, with a part of the money
	PromiseBroken     PromiseState = "broken"      // judged, without any
	PromiseReplaced   PromiseState = "replaced"    // by a newer one
	PromiseWithdrawn  PromiseState = "withdrawn"   // taken back
)

// CanBecome says whether a promise can go from one state to another.
func (s PromiseState) CanBecome(next PromiseState) bool {
	return s == PromiseOpen && oneOf(next, PromiseKept, PromisePartlyKept, PromiseBroken, PromiseReplaced, PromiseWithdrawn)
}

// Promise is what a customer said that it will pay of an invoice until the end of a day. While it is open its amount is not dunned;
// interest runs on.
type Promise struct {
	ID         string       `json:"id"`
	Invoice    string       `json:"invoice"`
	Amount     Money        `json:"amount"`
	Date       Date         `json:"date"`
	Note       string       `json:"note,omitempty"`
	State      PromiseState `json:"state"`
	Level      int          `json:"level"` // 1 + the promises before it that were not kept
	RecordedAt time.Time    `json:"recorded_at"`
	JudgeAt    time.Time    `json:"judge_at"` // if the money does not come before
}

// MakePromise records a promise on an invoice that has so much undisputed open: "invalid-amount" where it is not above 0,
// "promise-in-the-past" for a date before today, "promise-too-late" for one in more than 3650 days, and "nothing-to-promise" or "promise-exceeds-open" as conflicts, for the open
// amount can change while it is on its way. The earlier ones of the invoice give it its level. The open one among them is to become
// replaced.
func MakePromise(asked Promise, undisputed Money, today Date, earlier []Promise) (Promise, *Error) {
	switch {
	case asked.Amount.Currency() != undisputed.Currency() || !asked.Amount.IsPositive():
		return Promise{}, Invalid("invalid-amount", "a promise needs an amount above 0 in %s", undisputed.Currency()).At("/amount")
	case asked.Date.Before(today):
		return Promise{}, Invalid("promise-in-the-past", "%s is past", asked.Date).At("/date")
	case asked.Date.After(today.AddDays(maxPolicyDays)):
		return Promise{}, Invalid("promise-too-late", "%s is more than 3650 days away", asked.Date).At("/date")
	case !undisputed.IsPositive():
		return Promise{}, Conflict("nothing-to-promise", "nothing undisputed is open")
	case asked.Amount.MoreThan(undisputed):
		return Promise{}, Conflict("promise-exceeds-open", "%s is undisputed and open", undisputed.Text()).At("/amount")
	}
	asked.State, asked.Level = PromiseOpen, 1
	for _, before := range earlier {
		if before.State != PromiseKept {
			asked.Level++
		}
	}
	return asked, nil
}

// JudgePromiseAt is the instant at which a promise or plan instalment of a day is judged: the end of that day, or of the day so many
// business days after it, where the customer is.
func JudgePromiseAt(date Date, toleranceDays int, calendar Calendar, zone *time.Location) time.Time {
	return calendar.AddBusinessDays(date, toleranceDays).AddDays(1).At(0, zone).UTC()
}

// Judge is the state of a promise at an instant, with the cash that was applied to its invoice since it was recorded, less what of it
// was taken back, and what is open of the invoice. It is kept as soon as the money is there; before its time it stays open.
func (p Promise) Judge(at time.Time, received, open Money) PromiseState {
	switch {
	case p.State != PromiseOpen:
		return p.State
	case !received.LessThan(p.Amount) || !open.IsPositive():
		return PromiseKept
	case at.Before(p.JudgeAt):
		return PromiseOpen
	case received.IsPositive():
		return PromisePartlyKept
	default:
		return PromiseBroken
	}
}

// Covers is what an open promise still keeps from being dunned: its amount less the cash that was applied since.
func (p Promise) Covers(received Money) Money {
	none := Zero(p.Amount.Currency())
	if p.State != PromiseOpen || !received.LessThan(p.Amount) {
		return none
	}
	if received.IsNegative() {
		return p.Amount
	}
	return p.Amount.Sub(received)
}

// PromiseWithdrawal is a person's decision to take an open promise back.
type PromiseWithdrawal struct {
	ID        string `json:"id"`
	Invoice   string `json:"invoice"`
	PromiseID string `json:"promise_id"`
	Actor     string `json:"actor"`
}
