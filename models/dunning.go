package models

import "time"

// Plan computes the instants of all levels for a due date, ascending: due + days (+ grace after due), then the next business day,
// at the policy's hour in the customer's zone; a level that a calendar moves onto the day of the one before it comes a business day
// later. Levels whose day is past at now are returned apart: they are skipped.
func (p DunningPolicy) Plan(due Date, zone *time.Location, now time.Time) (plan, past []PlannedNotice) {
	today := DateIn(now, zone)
	var previous Date
	for _, level := range p.Levels {
		days := level.DaysAfterDue
		if days > 0 {
			days += p.GraceDays
		}
		day := p.BusinessDays.Next(due.AddDays(days))
		if !previous.IsZero() && !day.After(previous) {
			day = p.BusinessDays.Next(previous.AddDays(1))
		}
		previous = day
		notice := PlannedNotice{Level: level.Level, At: day.At(p.Hour, zone).UTC(), Channel: level.Channel, Action: level.Action}
		if day.Before(today) || day == today && notice.At.Before(now) {
			past = append(past, notice)
		} else {
			plan = append(plan, notice)
		}
	}
	return plan, past
}

// NextNotice is the first planned notice above a level, moved so that it keeps its distance: the level date is
// max(planned day, last notice after due + min days between), then the next business day, at the policy's hour (definitions,
// "Dunning"). Nil: the plan is at its end. lastAfterDue is zero when no notice was sent after the due date.
func (p DunningPolicy) NextNotice(plan []PlannedNotice, above int, lastAfterDue time.Time, zone *time.Location) *PlannedNotice {
	for _, notice := range plan {
		if notice.Level > above {
			notice.At = p.spaced(notice.At, lastAfterDue, zone)
			return &notice
		}
	}
	return nil
}

// spaced is an instant for a notice, put off to its distance from the last notice after due, and to a business day. An instant
// that needs neither stays as it is, whatever its hour.
func (p DunningPolicy) spaced(at, lastAfterDue time.Time, zone *time.Location) time.Time {
	if !lastAfterDue.IsZero() {
		if earliest := DateIn(lastAfterDue, zone).AddDays(p.MinDaysBetween).At(p.Hour, zone); at.Before(earliest) {
			at = earliest
		}
	}
	if day := DateIn(at, zone); !p.BusinessDays.IsBusinessDay(day) {
		at = p.BusinessDays.Next(day).At(p.Hour, zone)
	}
	return at.UTC()
}

// NothingSent is the level of an invoice of which no notice was sent or skipped yet.
const NothingSent = -1

// PlanOfParts plans the next notice of an item of which nothing can be demanded but the parts that were paused: the plan is
// set back to the place of the part that joins first, its level, unless that was sent meanwhile, at the instant at which it
// joins. Nil: no level is left.
func PlanOfParts(plan []PlannedNotice, parts []PausedPart, sent int) *PlannedNotice {
	var next *PlannedNotice
	for _, part := range parts {
		for _, notice := range plan {
			if notice.Level >= part.Level && notice.Level > sent {
				notice.At = part.JoinsAt
				if next == nil || notice.At.Before(next.At) {
					next = &notice
				}
				break
			}
		}
	}
	return next
}

// NextOfParts is PlanOfParts, at its distance from the last notice after due and on a business day. So goes an item on after a pause
// of all of it: a dispute, a hold, or its payment until that was taken back.
func (p DunningPolicy) NextOfParts(plan []PlannedNotice, parts []PausedPart, sent int, lastAfterDue time.Time, zone *time.Location) *PlannedNotice {
	next := PlanOfParts(plan, parts, sent)
	if next != nil {
		next.At = p.spaced(next.At, lastAfterDue, zone)
	}
	return next
}

// NextAfterPromise is the next notice of an item after a promise was judged at an instant and not kept: the lowest level that was
// not sent, on the next business day, and no reminder of before due. While the item is not overdue by more than the grace days on that
// day its plan stands; a notice never comes later than its plan says, but for its distance from the last.
func (p DunningPolicy) NextAfterPromise(plan []PlannedNotice, due Date, sent int, lastAfterDue, judged time.Time, zone *time.Location) *PlannedNotice {
	acts := p.BusinessDays.NextAt(judged, p.Hour, zone)
	overdue := DateIn(acts, zone).DaysSince(due) > p.GraceDays
	for _, notice := range plan {
		if overdue && !DateIn(notice.At, zone).After(due) {
			sent = max(sent, notice.Level)
		}
	}
	next := p.NextNotice(plan, sent, lastAfterDue, zone)
	if next == nil {
		return nil
	}
	if next.At.Before(judged) || overdue && acts.Before(next.At) {
		next.At = p.spaced(acts, lastAfterDue, zone)
	}
	return next
}

// Place is where the dunning of an item stood when it was paused: at which level, and how long before its notice.
type Place struct {
	Level int           `json:"level"`
	Left  time.Duration `json:"left"`
}

// PlaceOf is the place of an item's next notice at an instant; nil without one. It has the precision of the database.
func PlaceOf(next *PlannedNotice, at time.Time) *Place {
	if next == nil {
		return nil
	}
	return &Place{Level: next.Level, Left: max(next.At.Sub(at), 0).Truncate(time.Microsecond)}
}

// Resume lets an amount go on from its place at an instant, with the time that was left.
func (p Place) Resume(amount Money, at time.Time) PausedPart {
	return PausedPart{Level: p.Level, JoinsAt: at.Add(p.Left).Truncate(time.Microsecond), Amount: amount}
}

// Dunnable is what a notice may demand of an item at an instant: what is open, less what is disputed and less the parts
// that have not joined the notices again.
func Dunnable(open, disputed Money, parts []PausedPart, at time.Time) Money {
	amount := open.Sub(disputed)
	for _, part := range parts {
		if part.JoinsAt.After(at) {
			amount = amount.Sub(part.Amount)
		}
	}
	if amount.IsNegative() {
		return Zero(open.Currency())
	}
	return amount
}

// SkipReason says why a level demanded nothing. A skipped level is not used up.
type SkipReason string

// The reasons for which a level is skipped.
const (
	NotSkipped   SkipReason = ""
	SkippedPast  SkipReason = "past"          // its day was past when the plan was made
	NothingOpen  SkipReason = "settled"       // nothing is open
	OnHold       SkipReason = "held"          // a dunning hold
	AllDisputed  SkipReason = "disputed"      // all of it is disputed, or not yet back from a dispute
	AllPromised  SkipReason = "promised"      // all the rest is promised
	UnderMinimum SkipReason = "under_minimum" // the rest is less than the policy's minimum
)

// Standing is how an item stands at the moment of a notice.
type Standing struct {
	Open     Money
	Disputed Money        // of it, by disputes that are open
	Parts    []PausedPart // of it, back from a dispute
	Promised Money        // of it, still covered by an open promise
	Held     bool
}

// Demand is what a notice demands of an item at an instant, or why it demands nothing.
func (p DunningPolicy) Demand(s Standing, at time.Time) (Money, SkipReason) {
	none := Zero(s.Open.Currency())
	undisputed := Dunnable(s.Open, s.Disputed, s.Parts, at)
	amount := undisputed.Sub(s.Promised)
	switch {
	case !s.Open.IsPositive():
		return none, NothingOpen
	case s.Held:
		return none, OnHold
	case !undisputed.IsPositive():
		return none, AllDisputed
	case !amount.IsPositive():
		return none, AllPromised
	case amount.Decimal().LessThan(p.MinAmount):
		return none, UnderMinimum
	default:
		return amount, NotSkipped
	}
}
