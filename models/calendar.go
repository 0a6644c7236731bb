package models

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// NoCalendar names the calendar in which every day is a business day.
const NoCalendar = "none"

// Calendar says on which days business is done. The zero Calendar is "none": every day is a business day. Its holidays are dates,
// not rules: beyond the last one only the weekend counts.
type Calendar struct {
	Name     string
	Weekend  []time.Weekday
	Holidays map[Date]string // with their names
}

const maxHolidays = 5000

// Validate returns all faults, each with its JSON pointer; all have the code "invalid-calendar". A valid calendar has a business
// day in every week but for its holidays, so that a next business day exists.
func (c Calendar) Validate() []*Error {
	var faults []*Error
	check := func(ok bool, pointer, detail string) {
		if !ok {
			faults = append(faults, Invalid("invalid-calendar", "%s", detail).At(pointer))
		}
	}
	check(customerID.MatchString(c.Name), "/name", "a name has 1 to 64 letters, digits, dots, dashes or underscores")
	check(c.Name != NoCalendar, "/name", "the calendar none has no weekend and no holidays")
	for i, day := range c.Weekend {
		at := "/weekend/" + strconv.Itoa(i)
		check(time.Sunday <= day && day <= time.Saturday, at, "not a day of the week")
		check(!slices.Contains(c.Weekend[:i], day), at, day.String()+" is named twice")
	}
	check(len(c.Weekend) < 7, "/weekend", "a week needs a business day")
	check(len(c.Holidays) <= maxHolidays, "/holidays", "at most 5000 holidays")
	for day, name := range c.Holidays {
		check(!day.IsZero(), "/holidays", "a holiday needs a date")
		check(strings.TrimSpace(name) != "" && checkLine(name) == nil, "/holidays", "the holiday of "+day.String()+" needs a name of one line")
	}
	slices.SortFunc(faults, func(a, b *Error) int { return strings.Compare(a.Pointer+a.Detail, b.Pointer+b.Detail) })
	return faults
}

// IsBusinessDay is true for a day that is neither of the weekend nor a holiday.
func (c Calendar) IsBusinessDay(day Date) bool {
	_, holiday := c.Holidays[day]
	return !holiday && !slices.Contains(c.Weekend, day.Weekday())
}

// Next is the first business day on or after a day.
func (c Calendar) Next(day Date) Date {
	for !c.IsBusinessDay(day) {
		day = day.AddDays(1)
	}
	return day
}

// AddBusinessDays is the day n ≥ 0 business days after a day: each step goes to the next business day after it. No step leaves the
// day as it is, a business day or not.
func (c Calendar) AddBusinessDays(day Date, n int) Date {
	for range n {
		day = c.Next(day.AddDays(1))
	}
	return day
}

// NextAt is the first instant at or after one that is the given hour of a business day in a zone.
func (c Calendar) NextAt(at time.Time, hour int, zone *time.Location) time.Time {
	day := c.Next(DateIn(at, zone))
	if found := day.At(hour, zone); !found.Before(at) {
		return found
	}
	return c.Next(day.AddDays(1)).At(hour, zone)
}

// Opening is when business is done on a business day: from one time of the day to another, counted from midnight by the clock on
// the wall. Closing at 24 hours is midnight.
type Opening struct {
	From time.Duration `json:"from"`
	To   time.Duration `json:"to"`
}

// Length is how long one usual business day is.
func (o Opening) Length() time.Duration { return o.To - o.From }

// AddBusinessHours is the instant at which so much time has passed while business was done. It is time that really passes: the day
// on which a clock goes forward in business hours is shorter. What ends with the hours of a day ends then, not the next morning.
// Nothing to add, outside of the hours, is their next beginning.
func (c Calendar) AddBusinessHours(at time.Time, left time.Duration, hours Opening, zone *time.Location) time.Time {
	for day := DateIn(at, zone); ; day = day.AddDays(1) {
		day = c.Next(day)
		from, to := day.at(hours.From, zone), day.at(hours.To, zone)
		if from.Before(at) {
			from = at
		}
		open := to.Sub(from)
		if open > 0 && left <= open {
			return from.Add(left)
		}
		left -= max(open, 0)
	}
}

// BusinessTime is the time between two instants in which business was done; it undoes AddBusinessHours.
func (c Calendar) BusinessTime(from, to time.Time, hours Opening, zone *time.Location) time.Duration {
	var passed time.Duration
	for day, last := c.Next(DateIn(from, zone)), DateIn(to, zone); !day.After(last); day = c.Next(day.AddDays(1)) {
		opens, closes := day.at(hours.From, zone), day.at(hours.To, zone)
		if opens.Before(from) {
			opens = from
		}
		if closes.After(to) {
			closes = to
		}
		passed += max(closes.Sub(opens), 0)
	}
	return passed
}
