package models

import "time"

// Period is an accounting period: a calendar month. The zero Period is none.
type Period struct{ first Date }

// ParsePeriod reads "2026-11"; it fails with "invalid-period".
func ParsePeriod(s string) (Period, error) {
	t, err := time.Parse("2006-01", s)
	if err != nil || t.Year() < 1900 {
		return Period{}, Invalid("invalid-period", "%q is not a period of the form YYYY-MM", clip(s))
	}
	return Period{Date{t}}, nil
}

// PeriodOf is the period of a day.
func PeriodOf(day Date) Period { return Period{NewDate(day.t.Year(), day.t.Month(), 1)} }

// FirstDay is the first of the month.
func (p Period) FirstDay() Date { return p.first }

// LastDay is the last day of the month.
func (p Period) LastDay() Date { return p.first.EndOfMonth() }

// Next is the month after it.
func (p Period) Next() Period { return Period{p.LastDay().AddDays(1)} }

// String writes YYYY-MM.
func (p Period) String() string { return p.first.t.Format("2006-01") }

// MarshalText writes YYYY-MM.
func (p Period) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads YYYY-MM.
func (p *Period) UnmarshalText(text []byte) (err error) {
	*p, err = ParsePeriod(string(text))
	return err
}
