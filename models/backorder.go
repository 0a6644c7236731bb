package models

import "time"

// BackorderChoice is what becomes of what an order waits for.
type BackorderChoice string

// The choices.
const (
	BackorderWait     BackorderChoice = "wait"      // for the stock, as the order was agreed
	BackorderCancel   BackorderChoice = "cancel"    // what is missing
	BackorderShipPart BackorderChoice = "ship_part" // what is there, although the order was to be shipped complete; the rest when it comes
)

// BackorderPolicy says whether a customer, or, without one, every customer, is asked what becomes of a backorder: how many days there are
// to answer (0: nobody is asked), after how many of them there is a reminder (0: none), and what is done when no answer comes: wait or
// cancel. A day is one of the seller's calendar. It has versions, of which the newest holds.
type BackorderPolicy struct {
	CustomerID string          `json:"customer_id,omitempty"`
	Version    int             `json:"version"`
	AnswerDays int             `json:"answer_days"`
	RemindDays int             `json:"remind_days"`
	Otherwise  BackorderChoice `json:"otherwise"`
}

// maxBackorderDays is the longest time that a policy can give.
const maxBackorderDays = 365

// Scope names whom the policy is for: "all" or "customer:<id>".
func (p BackorderPolicy) Scope() string { return SalesPolicy{CustomerID: p.CustomerID}.Scope() }

// Validate checks a policy as it is put and returns all faults, each with its JSON pointer: "invalid-backorder-days", "invalid-choice".
func (p BackorderPolicy) Validate() []*Error {
	var faults []*Error
	if p.AnswerDays < 0 || p.AnswerDays > maxBackorderDays {
		faults = append(faults, Invalid("invalid-backorder-days", "not a number of days from 0 to %d", maxBackorderDays).At("/answer_days"))
	}
	if p.RemindDays < 0 || p.RemindDays > 0 && p.RemindDays >= p.AnswerDays {
		faults = append(faults, Invalid("invalid-backorder-days", "a reminder comes before the time to answer ends").At("/remind_days"))
	}
	if p.Otherwise != BackorderWait && p.Otherwise != BackorderCancel {
		faults = append(faults, Invalid("invalid-choice", "%q is not one of wait, cancel", clip(string(p.Otherwise))).At("/otherwise"))
	}
	return faults
}

// Ask is the question about an order that is backordered at an instant; nil: nobody is asked.
func (p BackorderPolicy) Ask(at time.Time, zone *time.Location) *BackorderQuestion {
	if p.AnswerDays == 0 {
		return nil
	}
	at = at.Truncate(time.Microsecond) // as it is kept
	after := func(days int) *time.Time {
		if days == 0 {
			return nil
		}
		return new(at.In(zone).AddDate(0, 0, days).UTC())
	}
	return &BackorderQuestion{State: QuestionOpen, AskedAt: &at, RemindAt: after(p.RemindDays), EndsAt: after(p.AnswerDays), Otherwise: p.Otherwise}
}

// QuestionState is where the question stands what becomes of a backorder.
type QuestionState string

// The states of a question.
const (
	QuestionOpen     QuestionState = "open"
	QuestionAnswered QuestionState = "answered"
	QuestionTimedOut QuestionState = "timed_out" // and what the policy says was done
	QuestionLapsed   QuestionState = "lapsed"    // nothing is missing any more
)

// BackorderQuestion is what an order's customer was asked about its backorder, and what was chosen. Its instants are fixed when it is
// asked, so that a new policy changes none. A choice that nobody asked for has no instants.
type BackorderQuestion struct {
	State     QuestionState   `json:"state"`
	AskedAt   *time.Time      `json:"asked_at,omitempty"`
	RemindAt  *time.Time      `json:"remind_at,omitempty"` // of a reminder that is still to come
	EndsAt    *time.Time      `json:"ends_at,omitempty"`
	Otherwise BackorderChoice `json:"otherwise,omitempty"`
	Choice    BackorderChoice `json:"choice,omitempty"`
	AnswerID  string          `json:"answer_id,omitempty"` // the decision, or the timer's key
	ChosenBy  string          `json:"chosen_by,omitempty"`
	ChosenAt  *time.Time      `json:"chosen_at,omitempty"`
}

// Timer is what is done next about a question by itself, or nil.
func (q *BackorderQuestion) Timer() *BackorderTimer {
	switch {
	case q == nil || q.State != QuestionOpen:
		return nil
	case q.RemindAt != nil:
		return &BackorderTimer{Step: BackorderRemind, At: q.RemindAt.UTC()}
	default:
		return &BackorderTimer{Step: BackorderEnd, At: q.EndsAt.UTC()}
	}
}

// BackorderStep is something that is done about a question that has no answer.
type BackorderStep string

// The steps of a question, in their order.
const (
	BackorderRemind BackorderStep = "remind"
	BackorderEnd    BackorderStep = "end"
)

// BackorderTimer is a step of a question and its instant.
type BackorderTimer struct {
	Step BackorderStep `json:"step"`
	At   time.Time     `json:"at"`
}

// Purpose says what the timer is for.
func (s BackorderStep) Purpose() string {
	if s == BackorderRemind {
		return "reminder of the backorder choice"
	}
	return "end of the time to choose about the backorder"
}

// BackorderAnswer is a choice about an order's backorder, of its customer or of who speaks for it.
type BackorderAnswer struct {
	ID     string          `json:"id"`
	Choice BackorderChoice `json:"choice"`
	Note   string          `json:"note"`
	Actor  string          `json:"actor"`
}

// Validate checks the answer for itself: "invalid-choice".
func (a BackorderAnswer) Validate() error {
	switch a.Choice {
	case BackorderWait, BackorderCancel, BackorderShipPart:
		return nil
	default:
		return Invalid("invalid-choice", "%q is not one of wait, cancel, ship_part", clip(string(a.Choice))).At("/choice")
	}
}
