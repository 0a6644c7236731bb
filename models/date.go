package models

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Date is a calendar day without a time or a zone, the unit of all business dates. The zero Date is no date.
type Date struct{ t time.Time }

// NewDate makes the date of a year, month and day.
func NewDate(year int, month time.Month, day int) Date {
	return Date{time.Date(year, month, day, 0, 0, 0, 0, time.UTC)}
}

// FirstYear and LastYear bound the dates and instants that anybody may give. What follows from them, the day after or an instant to wait
// for, then always has a form, and no timer is too long.
const (
	FirstYear = 1900
	LastYear  = 2199
)

// ParseDate reads "2026-11-22"; it fails with "invalid-date".
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < FirstYear {
		return Date{}, Invalid("invalid-date", "%q is not a date of the form YYYY-MM-DD", clip(s))
	}
	return Date{t}, nil
}

// DateIn is the day that it is at an instant in a zone.
func DateIn(at time.Time, zone *time.Location) Date {
	y, m, d := at.In(zone).Date()
	return NewDate(y, m, d)
}

// IsZero is true for no date.
func (d Date) IsZero() bool { return d.t.IsZero() }

// AddDays moves by calendar days.
func (d Date) AddDays(days int) Date { return Date{d.t.AddDate(0, 0, days)} }

// EndOfMonth is the last day of the date's month.
func (d Date) EndOfMonth() Date { return NewDate(d.t.Year(), d.t.Month()+1, 0) }

// DaysSince is the number of days from an earlier date.
func (d Date) DaysSince(earlier Date) int { return int(d.t.Sub(earlier.t) / (24 * time.Hour)) }

// Before is d < other.
func (d Date) Before(other Date) bool { return d.t.Before(other.t) }

// After is d > other.
func (d Date) After(other Date) bool { return d.t.After(other.t) }

// Year is the calendar year.
func (d Date) Year() int { return d.t.Year() }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.t.Weekday() }

// At is the instant of an hour of that day in a zone. An hour that a clock change skips becomes the hour after it; of an hour that
// comes twice it is the first.
func (d Date) At(hour int, zone *time.Location) time.Time {
	return d.at(time.Duration(hour)*time.Hour, zone)
}

// at is the instant of a time of the day, as At.
func (d Date) at(clock time.Duration, zone *time.Location) time.Time {
	wall := d.t.Add(clock)
	year, month, day := wall.Date()
	at := time.Date(year, month, day, wall.Hour(), wall.Minute(), wall.Second(), 0, zone)
	// Where the clock skips that time, time.Date answers by the offset before or after the change: before is too early. Where it
	// comes twice, it answers with either.
	_, offset := at.Zone()
	if early := wall.Sub(at.Add(time.Duration(offset) * time.Second)); early > 0 {
		return at.Add(early)
	}
	if change, _ := at.ZoneBounds(); !change.IsZero() {
		_, before := change.Add(-time.Second).Zone()
		if back := time.Duration(before-offset) * time.Second; back > 0 && at.Sub(change) < back {
			return at.Add(-back)
		}
	}
	return at
}

// String writes YYYY-MM-DD, or nothing for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.t.Format(time.DateOnly)
}

// MarshalText writes YYYY-MM-DD, so that JSON has the contract's form.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD or nothing.
func (d *Date) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	*d, err = ParseDate(string(text))
	return err
}

// Value makes a Date an SQL date; no date is NULL.
func (d Date) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	return d.t, nil
}

// Scan reads an SQL date.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = Date{}
	case time.Time:
		*d = NewDate(v.Date())
	case string:
		return d.UnmarshalText([]byte(v))
	default:
		return fmt.Errorf("models: can't read a date from %T", src)
	}
	return nil
}
