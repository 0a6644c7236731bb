package models_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"o2c/models"
)

func instalments(parts ...any) models.PaymentTerms {
	var terms models.PaymentTerms
	for i := 0; i < len(parts); i += 2 {
		terms.Instalments = append(terms.Instalments, models.InstalmentTerm{
			Percent: decimal.RequireFromString(parts[i].(string)), NetDays: parts[i+1].(int),
		})
	}
	return terms
}

func TestSchedule(t *testing.T) {
	t.Parallel()
	issued := models.NewDate(2016, time.January, 22)
	endOfMonth := instalments("50", 9, "50", 30)
	endOfMonth.EndOfMonth = true
	oneDay := instalments("50", 1, "50", 5)
	oneDay.EndOfMonth = true
	for name, c := range map[string]struct {
		terms    models.PaymentTerms
		total    string
		currency models.Currency
		want     []string
	}{
		"without terms all is due after 30 days":        {models.PaymentTerms{}, "100.00", "EUR", []string{"2016-02-21 100.00"}},
		"the last takes the rest":                       {instalments("33.33", 0, "33.33", 30, "33.34", 60), "100.01", "EUR", []string{"2016-01-22 33.33", "2016-02-21 33.33", "2016-03-22 33.35"}},
		"each part is rounded half away from zero":      {instalments("50", 0, "50", 30), "0.05", "EUR", []string{"2016-01-22 0.03", "2016-02-21 0.02"}},
		"yen have no decimals":                          {instalments("33.3333", 0, "33.3333", 30, "33.3334", 60), "100", "JPY", []string{"2016-01-22 33", "2016-02-21 33", "2016-03-22 34"}},
		"dinars have three":                             {instalments("33.3333", 0, "66.6667", 30), "1.000", "KWD", []string{"2016-01-22 0.333", "2016-02-21 0.667"}},
		"a cent is not split, and nothing is below 0":   {instalments("25", 0, "25", 1, "25", 2, "25", 3), "0.02", "EUR", []string{"2016-01-22 0.01", "2016-01-23 0.01"}},
		"the end of the month moves each part":          {endOfMonth, "10.00", "EUR", []string{"2016-01-31 5.00", "2016-02-29 5.00"}},
		"parts that come due on one day are one":        {oneDay, "10.00", "EUR", []string{"2016-01-31 10.00"}},
		"an invoice of nothing has one part of nothing": {instalments("50", 0, "50", 30), "0.00", "EUR", []string{"2016-02-21 0.00"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			total := models.MustMoney(decimal.RequireFromString(c.total), c.currency)
			var got []string
			for _, part := range c.terms.Schedule(total, issued) {
				got = append(got, part.DueDate.String()+" "+part.Amount.String())
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Whatever the terms and the total, the parts sum to it, none is below nothing, their dates ascend and end on the due date; and
// what is open of them is what is not settled, the earliest filled first.
func TestScheduleProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		currency := rapid.SampledFrom([]models.Currency{"EUR", "JPY", "KWD"}).Draw(t, "currency")
		total := models.MustMoney(decimal.New(rapid.Int64Range(1, 1_000_000).Draw(t, "total"), -currency.MinorUnits()), currency)
		terms := models.PaymentTerms{EndOfMonth: rapid.Bool().Draw(t, "end of month")}
		left, days := int64(1_000_000), 0 // ten thousandths of a percent
		for range rapid.IntRange(0, 8).Draw(t, "parts") {
			part := rapid.Int64Range(1, left/2).Draw(t, "percent")
			terms.Instalments = append(terms.Instalments, models.InstalmentTerm{Percent: decimal.New(part, -4), NetDays: days})
			left, days = left-part, days+rapid.IntRange(1, 40).Draw(t, "days")
		}
		if len(terms.Instalments) > 0 {
			terms.Instalments = append(terms.Instalments, models.InstalmentTerm{Percent: decimal.New(left, -4), NetDays: days})
		}
		if faults := terms.Validate(""); len(faults) > 0 {
			t.Fatalf("%v", faults)
		}
		issued := models.NewDate(2026, time.January, 1).AddDays(rapid.IntRange(0, 800).Draw(t, "issued"))
		schedule := terms.Schedule(total, issued)
		sum := models.Zero(currency)
		for i, part := range schedule {
			sum = sum.Add(part.Amount)
			if !part.Amount.IsPositive() || i > 0 && !schedule[i-1].DueDate.Before(part.DueDate) || part.DueDate.After(terms.DueDate(issued)) {
				t.Fatalf("part %d of %v", i, schedule)
			}
		}
		if !sum.Equal(total) {
			t.Fatalf("%v sums to %s", schedule, sum)
		}
		settled := models.MustMoney(decimal.New(rapid.Int64Range(0, total.Decimal().Shift(currency.MinorUnits()).IntPart()).Draw(t, "settled"), -currency.MinorUnits()), currency)
		open, rest := models.OpenInstalments(schedule, settled), models.Zero(currency)
		for i := range open {
			rest = rest.Add(open[i])
			if i > 0 && open[i].LessThan(schedule[i].Amount) && open[i-1].IsPositive() {
				t.Fatalf("%v open of %v: a later one is filled first", open, schedule)
			}
		}
		if !rest.Equal(total.Sub(settled)) {
			t.Fatalf("%v open of %v with %s settled", open, schedule, settled)
		}
	})
}

func TestTermsThatAreRefused(t *testing.T) {
	t.Parallel()
	discount := func(percent string, days int) models.PaymentTerms {
		return models.PaymentTerms{DiscountPercent: decimal.RequireFromString(percent), DiscountDays: days}
	}
	netAndParts := instalments("50", 0, "50", 30)
	netAndParts.NetDays = new(14)
	discountAndParts := instalments("50", 0, "50", 30)
	discountAndParts.DiscountPercent = decimal.NewFromInt(2)
	for name, c := range map[string]struct {
		terms models.PaymentTerms
		at    string
	}{
		"days below 0":                       {models.PaymentTerms{NetDays: new(-1)}, "/net_days"},
		"ten years and a day":                {models.PaymentTerms{NetDays: new(3651)}, "/net_days"},
		"a discount of all":                  {discount("100", 10), "/discount_percent"},
		"a discount below nothing":           {discount("-1", 10), "/discount_percent"},
		"discount days without a discount":   {discount("0", 10), "/discount_percent"},
		"a discount after the due date":      {discount("2", 31), "/discount_days"},
		"net days with instalments":          {netAndParts, "/net_days"},
		"a discount with instalments":        {discountAndParts, "/discount_percent"},
		"instalments of less than the whole": {instalments("50", 0, "49.9999", 30), "/instalments"},
		"instalments of more than the whole": {instalments("50", 0, "50.0001", 30), "/instalments"},
		"an instalment of nothing":           {instalments("0", 0, "100", 30), "/instalments/0/percent"},
		"instalments on one day":             {instalments("50", 30, "50", 30), "/instalments/1/net_days"},
		"instalments that go back":           {instalments("50", 30, "50", 10), "/instalments/1/net_days"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			faults := c.terms.Validate("/payment_terms")
			if len(faults) == 0 || faults[0].Pointer != "/payment_terms"+c.at || faults[0].Code != "invalid-payment-terms" {
				t.Errorf("%v, want one at %s", faults, c.at)
			}
		})
	}
}

func TestEarlyDiscount(t *testing.T) {
	t.Parallel()
	terms := models.PaymentTerms{DiscountPercent: decimal.NewFromInt(2), DiscountDays: 10}
	if faults := terms.Validate(""); len(faults) > 0 {
		t.Fatal(faults)
	}
	issued := models.NewDate(2026, time.March, 1)
	if got := terms.DiscountDate(issued); got != models.NewDate(2026, time.March, 11) {
		t.Errorf("earned until %s", got)
	}
	if got := (models.PaymentTerms{}).DiscountDate(issued); !got.IsZero() {
		t.Errorf("a discount of nothing is earned until %s", got)
	}
	for name, c := range map[string]struct{ currency, total, credited, want string }{
		"of the gross amount":             {"EUR", "119.00", "0", "2.38"},
		"credit notes come off first":     {"EUR", "119.00", "19.00", "2.00"},
		"half a cent is rounded up":       {"EUR", "0.25", "0", "0.01"},
		"less is rounded down":            {"EUR", "0.24", "0", "0.00"},
		"yen have no decimals":            {"JPY", "1025", "0", "21"},
		"dinars have three":               {"KWD", "1.234", "0", "0.025"},
		"of what is all credited nothing": {"EUR", "119.00", "119.00", "0.00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			money := func(s string) models.Money {
				return models.MustMoney(decimal.RequireFromString(s), models.Currency(c.currency))
			}
			if got := terms.EarlyDiscount(money(c.total), money(c.credited)); got.String() != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}
