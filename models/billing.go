package models

import (
	"fmt"
	"time"
)

// BillingPeriod is how often a customer that is invoiced consolidated is billed.
type BillingPeriod string

// The billing periods.
const (
	Weekly  BillingPeriod = "weekly"  // Monday to Sunday (ISO 8601)
	Monthly BillingPeriod = "monthly" // the calendar month
)

// Billing is a period of a customer, at whose end what was shipped to it and is not invoiced is billed.
type Billing struct {
	CustomerID string
	Kind       BillingPeriod
	Period     string // 2026-11 or 2026-W48
	First      Date
	Last       Date
	DueAt      time.Time // the first instant after Last on the seller's clock
}

// ID names the billing: <customer>/<period>.
func (b Billing) ID() string { return b.CustomerID + "/" + b.Period }

// Billing is the period of a customer that an instant is in, on the seller's clock.
func (p BillingPeriod) Billing(customerID string, at time.Time, seller *time.Location) Billing {
	day := DateIn(at, seller)
	b := Billing{CustomerID: customerID, Kind: p}
	if p == Weekly {
		year, week := day.t.ISOWeek()
		b.Period = fmt.Sprintf("%04d-W%02d", year, week)
		b.First = day.AddDays(-(int(day.t.Weekday()) + 6) % 7) // a week begins on Monday
		b.Last = b.First.AddDays(6)
	} else {
		b.Period = day.t.Format("2006-01")
		b.First = NewDate(day.t.Year(), day.t.Month(), 1)
		b.Last = day.EndOfMonth()
	}
	b.DueAt = b.Last.AddDays(1).At(0, seller).UTC()
	return b
}
