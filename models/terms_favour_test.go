package models_test

import (
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"o2c/models"
)

func net(days int) models.PaymentTerms { return models.PaymentTerms{NetDays: new(days)} }

func early(netDays int, percent string, days int) models.PaymentTerms {
	return models.PaymentTerms{NetDays: new(netDays), DiscountPercent: dec(percent), DiscountDays: days}
}

func toEndOfMonth(t models.PaymentTerms) models.PaymentTerms {
	t.EndOfMonth = true
	return t
}

func taxUnchanged(t models.PaymentTerms) models.PaymentTerms {
	t.DiscountTaxUnchanged = true
	return t
}

func TestTermsThatAreBetterForTheCustomer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		given, agreed models.PaymentTerms
		better        []string // the places
	}{
		"the same":                                         {net(30), net(30), nil},
		"nothing said is 30 days":                          {net(30), models.PaymentTerms{}, nil},
		"nothing said where 14 days are agreed":            {models.PaymentTerms{}, net(14), []string{"/net_days"}},
		"fewer days":                                       {net(14), net(30), nil},
		"a day more":                                       {net(31), net(30), []string{"/net_days"}},
		"900 days":                                         {net(900), net(30), []string{"/net_days"}},
		"the end of the month as well":                     {toEndOfMonth(net(30)), net(30), []string{"/end_of_month"}},
		"the end of the month instead of 30 days":          {toEndOfMonth(net(0)), net(30), nil},
		"the end of the month instead of 29 days":          {toEndOfMonth(net(0)), net(29), []string{"/end_of_month"}},
		"no end of the month":                              {net(30), toEndOfMonth(net(30)), nil},
		"a day more and no end of the month":               {net(31), toEndOfMonth(net(30)), []string{"/net_days"}},
		"both to the end of the month":                     {toEndOfMonth(net(30)), toEndOfMonth(net(30)), nil},
		"a discount where none is agreed":                  {early(30, "99", 10), net(30), []string{"/discount_percent"}},
		"no discount where one is agreed":                  {net(30), early(30, "2", 10), nil},
		"a larger discount":                                {early(30, "2.0001", 10), early(30, "2", 10), []string{"/discount_percent"}},
		"a smaller discount":                               {early(30, "1", 10), early(30, "2", 10), nil},
		"a longer discount":                                {early(30, "2", 11), early(30, "2", 10), []string{"/discount_days"}},
		"a smaller and longer discount":                    {early(30, "1", 11), early(30, "2", 10), []string{"/discount_days"}},
		"a larger, longer discount on later money":         {early(31, "3", 11), early(30, "2", 10), []string{"/net_days", "/discount_percent", "/discount_days"}},
		"a discount that leaves the tax":                   {taxUnchanged(early(30, "2", 10)), early(30, "2", 10), []string{"/discount_tax_unchanged"}},
		"a discount that lowers the tax":                   {early(30, "2", 10), taxUnchanged(early(30, "2", 10)), nil},
		"instalments that end later":                       {instalments("50", 0, "50", 31), net(30), []string{"/instalments/1/net_days"}},
		"instalments that are all due before":              {instalments("50", 0, "50", 30), net(30), nil},
		"instalments instead of one sum":                   {instalments("50", 30, "50", 60), net(30), []string{"/instalments/1/net_days"}},
		"one sum instead of instalments":                   {net(30), instalments("50", 0, "50", 30), []string{"/net_days"}},
		"one sum with the first of the instalments":        {net(0), instalments("50", 0, "50", 30), nil},
		"less in the first instalment":                     {instalments("49", 0, "51", 30), instalments("50", 0, "50", 30), []string{"/instalments/1/net_days"}},
		"more in the first instalment":                     {instalments("51", 0, "49", 30), instalments("50", 0, "50", 30), nil},
		"one more instalment, but sooner":                  {instalments("50", 0, "25", 15, "25", 30), instalments("50", 0, "50", 30), nil},
		"instalments to the end of the month":              {toEndOfMonth(instalments("50", 0, "50", 30)), instalments("50", 0, "50", 30), []string{"/end_of_month"}},
		"instalments to the end of the month, long before": {toEndOfMonth(instalments("50", 0, "50", 5)), instalments("50", 30, "50", 60), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, favour := range c.given.BetterThan(c.agreed) {
				got = append(got, favour.Place)
				if favour.Given == "" || favour.Instead == "" {
					t.Errorf("%s is not put in words: %+v", favour.Place, favour)
				}
			}
			if !slices.Equal(got, c.better) {
				t.Errorf("better in %v, want %v", got, c.better)
			}
		})
	}
}

// anyTerms draws terms that are close enough to each other to be compared.
func anyTerms() *rapid.Generator[models.PaymentTerms] {
	return rapid.Custom(func(t *rapid.T) models.PaymentTerms {
		terms := models.PaymentTerms{EndOfMonth: rapid.Bool().Draw(t, "end of month")}
		if n := rapid.IntRange(1, 4).Draw(t, "parts"); n > 1 {
			left, day := int64(100), -1
			for i := range n {
				percent := left
				if i < n-1 {
					percent = rapid.Int64Range(1, left-int64(n-1-i)).Draw(t, "percent")
				}
				left -= percent
				day += rapid.IntRange(1, 35).Draw(t, "days between")
				terms.Instalments = append(terms.Instalments, models.InstalmentTerm{Percent: decimal.NewFromInt(percent), NetDays: day})
			}
			return terms
		}
		terms.NetDays = new(rapid.IntRange(0, 70).Draw(t, "net days"))
		if rapid.Bool().Draw(t, "discount") {
			terms.DiscountPercent = decimal.NewFromInt(rapid.Int64Range(1, 3).Draw(t, "percent"))
			terms.DiscountDays = rapid.IntRange(0, 3).Draw(t, "discount days")
			terms.DiscountTaxUnchanged = rapid.Bool().Draw(t, "tax unchanged")
		}
		return terms
	})
}

// dueBy is what of 100.00 is due by a day, read from the schedule of an invoice.
func dueBy(schedule []models.Instalment, day models.Date) models.Money {
	sum := eur("0")
	for _, part := range schedule {
		if !part.DueDate.After(day) {
			sum = sum.Add(part.Amount)
		}
	}
	return sum
}

// betterOnSomeDay asks the invoices of three years, issued on every day, instead of the terms.
func betterOnSomeDay(given, agreed models.PaymentTerms) bool {
	if percent := given.DiscountPercent; percent.IsPositive() && (percent.GreaterThan(agreed.DiscountPercent) ||
		given.DiscountDays > agreed.DiscountDays || given.DiscountTaxUnchanged && !agreed.DiscountTaxUnchanged) {
		return true
	}
	for issued := models.NewDate(2023, time.January, 1); issued.Year() < 2026; issued = issued.AddDays(1) {
		ours, theirs := given.Schedule(eur("100.00"), issued), agreed.Schedule(eur("100.00"), issued)
		for _, part := range theirs {
			if dueBy(theirs, part.DueDate).MoreThan(dueBy(ours, part.DueDate)) {
				return true
			}
		}
	}
	return false
}

// Terms are better exactly where an invoice shows it on some day.
func TestTermsAreBetterWhereAnInvoiceShowsIt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		given, agreed := anyTerms().Draw(t, "given"), anyTerms().Draw(t, "agreed")
		if got, want := len(given.BetterThan(agreed)) > 0, betterOnSomeDay(given, agreed); got != want {
			t.Fatalf("%+v instead of %+v: better is %t, the invoices say %t", given, agreed, got, want)
		}
	})
}

// "No better in any respect" is a partial order: no terms are better than themselves, and it carries on.
func TestNoBetterTermsAreAPartialOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := anyTerms().Draw(t, "a"), anyTerms().Draw(t, "b"), anyTerms().Draw(t, "c")
		if better := a.BetterThan(a); len(better) > 0 {
			t.Fatalf("better than itself: %v", better)
		}
		if len(a.BetterThan(b)) == 0 && len(b.BetterThan(c)) == 0 && len(a.BetterThan(c)) > 0 {
			t.Fatalf("no better than b, which is no better than c, and yet: %v", a.BetterThan(c))
		}
	})
}
