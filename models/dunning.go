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
