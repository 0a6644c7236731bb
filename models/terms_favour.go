package models

import (
	"strconv"

	"github.com/shopspring/decimal"
)

// Favour is a respect in which payment terms are better for the customer than others.
type Favour struct {
	Place   string // JSON pointer under the terms' own
	Given   string
	Instead string
}

// longestToEndOfMonth is how many days the end of a month can be away: from the first of one that has 31.
const longestToEndOfMonth = 30

// BetterThan are the respects in which the terms are better for the customer than agreed, none for terms that are equal or
// stricter in every one. Terms are no better when, whatever the day of issue, on each day at least as large a part of the total is due,
// and paying on that day takes off at most as much, with the tax lowered wherever it was. So more instalments are better only where
// some of the money comes later.
func (t PaymentTerms) BetterThan(agreed PaymentTerms) []Favour {
	if t.Prepayment {
		return nil // it has no discount, and all of it is paid before anything is due
	}
	favours := t.laterThan(agreed)
	if agreed.Prepayment {
		favours = append(favours, Favour{Place: "/prepayment", Given: "shipping before anything is paid", Instead: "prepayment"})
	}
	if t.DiscountPercent.IsZero() {
		return favours
	}
	if t.DiscountPercent.GreaterThan(agreed.DiscountPercent) {
		favours = append(favours, Favour{
			Place: "/discount_percent", Given: t.DiscountPercent.String() + " % off for paying early", Instead: agreed.DiscountPercent.String() + " %",
		})
	}
	if agreed.DiscountPercent.IsZero() {
		return favours
	}
	if t.DiscountDays > agreed.DiscountDays {
		favours = append(favours, Favour{
			Place: "/discount_days", Given: "a discount for " + days(t.DiscountDays), Instead: days(agreed.DiscountDays),
		})
	}
	if t.DiscountTaxUnchanged && !agreed.DiscountTaxUnchanged {
		favours = append(favours, Favour{Place: "/discount_tax_unchanged", Given: "a discount that leaves the tax", Instead: "one that lowers it"})
	}
	return favours
}

// laterThan finds the parts of the total that are due later than agreed.
func (t PaymentTerms) laterThan(agreed PaymentTerms) (favours []Favour) {
	moved := 0 // by how much the end of the month can put a due date off that is agreed without it
	if t.EndOfMonth && !agreed.EndOfMonth {
		moved = longestToEndOfMonth
	}
	late, before, others := false, decimal.Zero, agreed.parts()
	for i, part := range t.parts() {
		place := "/net_days"
		if len(t.Instalments) > 0 {
			place = "/instalments/" + strconv.Itoa(i) + "/net_days"
		}
		switch {
		case dueBefore(others, part.NetDays).GreaterThan(before):
			favours = append(favours, Favour{Place: place, Given: part.Percent.String() + " % due after " + days(part.NetDays), Instead: agreed.duesInWords()})
		case dueBefore(others, part.NetDays+moved).GreaterThan(before):
			late = true
		}
		before = before.Add(part.Percent)
	}
	if late {
		favours = append(favours, Favour{Place: "/end_of_month", Given: t.duesInWords(), Instead: agreed.duesInWords()})
	}
	return favours
}

// parts are the instalments; without any, the whole is one.
func (t PaymentTerms) parts() []InstalmentTerm {
	if len(t.Instalments) > 0 {
		return t.Instalments
	}
	return []InstalmentTerm{{Percent: hundred, NetDays: t.Days()}}
}

// dueBefore is the percentage that is due in less than so many days.
func dueBefore(parts []InstalmentTerm, days int) decimal.Decimal {
	sum := decimal.Zero
	for _, part := range parts {
		if part.NetDays < days {
			sum = sum.Add(part.Percent)
		}
	}
	return sum
}

func (t PaymentTerms) duesInWords() string {
	parts := t.parts()
	text := days(parts[len(parts)-1].NetDays)
	if len(t.Instalments) > 0 {
		text = strconv.Itoa(len(parts)) + " instalments within " + text
	}
	if t.EndOfMonth {
		text += " to the end of the month"
	}
	return text
}

func days(n int) string {
	if n == 1 {
		return "1 day"
	}
	return strconv.Itoa(n) + " days"
}
