package models

import (
	"strconv"

	"github.com/shopspring/decimal"
)

// PaymentTerms say when an invoice is due: at once, or in instalments; and what is taken off for paying early (definitions,
// "Dates", "Payments"). The zero value is 30 days net.
type PaymentTerms struct {
	NetDays         *int            `json:"net_days,omitempty"`     // nil: 30
	EndOfMonth      bool            `json:"end_of_month,omitempty"` // each due date moves to the end of its month
	DiscountPercent decimal.Decimal `json:"discount_percent,omitzero"`
	DiscountDays    int             `json:"discount_days,omitempty"`
	// DiscountTaxUnchanged says that taking the discount leaves the tax as it was invoiced. Otherwise it lowers the tax as well
	// (Directive 2006/112/EC, article 90).
	DiscountTaxUnchanged bool             `json:"discount_tax_unchanged,omitempty"`
	Instalments          []InstalmentTerm `json:"instalments,omitempty"`
	// Prepayment says that nothing is shipped before all of it is paid, whatever the credit limit.
	Prepayment bool `json:"prepayment,omitempty"`
}

// InstalmentTerm is a part of the total and when it is due.
type InstalmentTerm struct {
	Percent decimal.Decimal `json:"percent"`
	NetDays int             `json:"net_days"`
}

// Instalment is a part of an invoice with a due date of its own.
type Instalment struct {
	DueDate Date  `json:"due_date"`
	Amount  Money `json:"amount"`
}

const (
	defaultNetDays = 30
	maxNetDays     = 3650
	maxInstalments = 60
)

// Days are the net days, 30 where none are given.
func (t PaymentTerms) Days() int {
	if t.NetDays == nil {
		return defaultNetDays
	}
	return *t.NetDays
}

// IsZero is true for terms of which nothing is said.
func (t PaymentTerms) IsZero() bool {
	return t.NetDays == nil && !t.EndOfMonth && t.DiscountPercent.IsZero() && t.DiscountDays == 0 && !t.DiscountTaxUnchanged && len(t.Instalments) == 0 &&
		!t.Prepayment
}

// Validate returns all faults, each with its JSON pointer under the terms' own; all have the code "invalid-payment-terms".
func (t PaymentTerms) Validate(pointer string) []*Error {
	var faults []*Error
	check := func(ok bool, place, detail string) {
		if !ok {
			faults = append(faults, Invalid("invalid-payment-terms", "%s", detail).At(pointer+place))
		}
	}
	inRange := func(days int) bool { return 0 <= days && days <= maxNetDays }
	check(inRange(t.Days()), "/net_days", "net_days must be between 0 and 3650")
	check(!t.DiscountPercent.IsNegative() && t.DiscountPercent.LessThan(hundred), "/discount_percent", "discount_percent must be at least 0 and below 100")
	check(t.DiscountPercent.IsPositive() || t.DiscountDays == 0 && !t.DiscountTaxUnchanged, "/discount_percent", "a discount needs a discount_percent above 0")
	check(inRange(t.DiscountDays), "/discount_days", "discount_days must be between 0 and 3650")
	check(!t.Prepayment || t.DiscountPercent.IsZero() && len(t.Instalments) == 0, "/prepayment", "neither a discount nor instalments can be given together with prepayment")
	if len(t.Instalments) == 0 {
		check(t.DiscountDays <= max(t.Days(), 0) || t.EndOfMonth, "/discount_days", "discount_days must be at most net_days")
		return faults
	}
	check(t.NetDays == nil, "/net_days", "net_days can't be given together with instalments")
	check(t.DiscountPercent.IsZero(), "/discount_percent", "a discount can't be given together with instalments")
	check(len(t.Instalments) <= maxInstalments, "/instalments", "at most 60 instalments")
	sum, previous := decimal.Zero, -1
	for i, part := range t.Instalments {
		place := "/instalments/" + strconv.Itoa(i)
		check(part.Percent.IsPositive(), place+"/percent", "an instalment needs a percent above 0")
		check(inRange(part.NetDays), place+"/net_days", "net_days must be between 0 and 3650")
		check(part.NetDays > previous, place+"/net_days", "each instalment is due after the one before it")
		sum, previous = sum.Add(part.Percent), part.NetDays
	}
	check(sum.Equal(hundred), "/instalments", "the percents must sum to 100, not "+sum.String())
	return faults
}

// DueDate is the issue date + net days; with EndOfMonth the last day of that month. With instalments it is the last one's.
func (t PaymentTerms) DueDate(issued Date) Date {
	if n := len(t.Instalments); n > 0 {
		return t.dueAfter(issued, t.Instalments[n-1].NetDays)
	}
	return t.dueAfter(issued, t.Days())
}

func (t PaymentTerms) dueAfter(issued Date, days int) Date {
	due := issued.AddDays(days)
	if t.EndOfMonth {
		due = due.EndOfMonth()
	}
	return due
}

// Schedule splits a total into its instalments: each percent is rounded, the last takes the rest (definitions, "Money and
// rounding"). No part is below 0, and one of nothing is left out; without instalments there is one part. Parts that EndOfMonth
// puts on one day are one.
func (t PaymentTerms) Schedule(total Money, issued Date) []Instalment {
	var schedule []Instalment
	add := func(due Date, amount Money) {
		if last := len(schedule) - 1; last >= 0 && schedule[last].DueDate == due {
			schedule[last].Amount = schedule[last].Amount.Add(amount)
		} else if amount.IsPositive() {
			schedule = append(schedule, Instalment{DueDate: due, Amount: amount})
		}
	}
	left := total
	for i, part := range t.Instalments {
		amount := left
		if i < len(t.Instalments)-1 {
			amount = Min(total.Share(part.Percent, hundred), left) // rounding up can use a small total up early
		}
		add(t.dueAfter(issued, part.NetDays), amount)
		left = left.Sub(amount)
	}
	if len(schedule) == 0 {
		return []Instalment{{DueDate: t.DueDate(issued), Amount: total}}
	}
	return schedule
}

// OpenInstalments is what is open of each part of a schedule when so much is settled: money fills the instalments by due date.
func OpenInstalments(schedule []Instalment, settled Money) []Money {
	open := make([]Money, len(schedule))
	for i, part := range schedule {
		filled := Min(settled, part.Amount)
		open[i] = part.Amount.Sub(filled)
		settled = settled.Sub(filled)
	}
	return open
}

// DiscountDate is the last value date on which a payment earns the discount; none without a discount.
func (t PaymentTerms) DiscountDate(issued Date) Date {
	if t.DiscountPercent.IsZero() {
		return Date{}
	}
	return issued.AddDays(t.DiscountDays)
}

// EarlyDiscount is the gross amount that paying early takes off an invoice: round(percent × (total − credit notes) ÷ 100).
func (t PaymentTerms) EarlyDiscount(total, credited Money) Money {
	return total.Sub(credited).Share(t.DiscountPercent, hundred)
}
