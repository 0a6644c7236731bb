package models_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"o2c/models"
)

// explained are segments in words, each with its first and last day.
func explained(segments []models.InterestSegment) []string {
	var out []string
	for _, s := range segments {
		out = append(out, fmt.Sprintf("%s..%s %s at %s %% for %d days: %s", s.First, s.Last, s.Principal.Text(), s.Percent, s.Days, s.Interest.Text()))
	}
	return out
}

func TestInterest(t *testing.T) {
	t.Parallel()
	rate := func(from, percent string) models.RateFrom {
		return models.RateFrom{From: day(from), Percent: dec(percent)}
	}
	paid := func(on, amount string) models.Lowering {
		return models.Lowering{ValueDate: day(on), Amount: eur(amount)}
	}
	for name, c := range map[string]struct {
		total     string
		due, last string
		lowered   []models.Lowering
		pauses    []models.InterestPause
		rates     []models.RateFrom
		want      []string
		accrued   string
	}{
		"the definitions' first example": {"1000", "2026-03-31", "2026-05-20", nil, nil, []models.RateFrom{rate("2026-04-01", "8.5")}, // 11.6438…
			[]string{"2026-04-01..2026-05-20 1000.00 EUR at 8.5 % for 50 days: 11.64 EUR"}, "11.64"},
		"the definitions' second example": {"100", "2026-03-31", "2026-04-15", nil, nil, []models.RateFrom{rate("2026-04-01", "10")}, // 0.4109…
			[]string{"2026-04-01..2026-04-15 100.00 EUR at 10 % for 15 days: 0.41 EUR"}, "0.41"},
		"the due day bears none": {"1000", "2026-03-31", "2026-03-31", nil, nil, []models.RateFrom{rate("2026-01-01", "8.5")}, nil, "0.00"},
		"the day after due does": {"1000", "2026-03-31", "2026-04-01", nil, nil, []models.RateFrom{rate("2026-01-01", "8.5")}, // 0.2328…
			[]string{"2026-04-01..2026-04-01 1000.00 EUR at 8.5 % for 1 days: 0.23 EUR"}, "0.23"},
		"a payment counts from the day after its value date": {"1000", "2026-03-31", "2026-04-30", []models.Lowering{paid("2026-04-10", "400")}, nil,
			[]models.RateFrom{rate("2026-04-01", "9")}, // 1000 × 9 % × 10 ÷ 365 = 2.4657…, 600 × 9 % × 20 ÷ 365 = 2.9589…
			[]string{"2026-04-01..2026-04-10 1000.00 EUR at 9 % for 10 days: 2.47 EUR", "2026-04-11..2026-04-30 600.00 EUR at 9 % for 20 days: 2.96 EUR"}, "5.43"},
		"a payment before due lowers all of it": {"1000", "2026-03-31", "2026-04-30", []models.Lowering{paid("2026-03-31", "400")}, nil,
			[]models.RateFrom{rate("2026-04-01", "9")}, // 600 × 9 % × 30 ÷ 365 = 4.4383…
			[]string{"2026-04-01..2026-04-30 600.00 EUR at 9 % for 30 days: 4.44 EUR"}, "4.44"},
		"what is paid bears none, and none of the days after": {"1000", "2026-03-31", "2026-12-31", []models.Lowering{paid("2026-04-10", "1000")}, nil,
			[]models.RateFrom{rate("2026-04-01", "9")},
			[]string{"2026-04-01..2026-04-10 1000.00 EUR at 9 % for 10 days: 2.47 EUR"}, "2.47"},
		"a reversal raises it again": {"1000", "2026-03-31", "2026-04-30", []models.Lowering{paid("2026-04-05", "1000"), paid("2026-04-15", "-1000")}, nil,
			[]models.RateFrom{rate("2026-04-01", "9")}, // 1000 × 9 % × 5 ÷ 365 = 1.2328…, × 15 = 3.6986…
			[]string{"2026-04-01..2026-04-05 1000.00 EUR at 9 % for 5 days: 1.23 EUR", "2026-04-16..2026-04-30 1000.00 EUR at 9 % for 15 days: 3.70 EUR"}, "4.93"},
		"a rate changes on its day": {"1000", "2026-06-20", "2026-07-10", nil, nil, []models.RateFrom{rate("2026-06-21", "10"), rate("2026-07-01", "11")},
			// 1000 × 10 % × 10 ÷ 365 = 2.7397…, × 11 % × 10 = 3.0136…
			[]string{"2026-06-21..2026-06-30 1000.00 EUR at 10 % for 10 days: 2.74 EUR", "2026-07-01..2026-07-10 1000.00 EUR at 11 % for 10 days: 3.01 EUR"}, "5.75"},
		"a rate that stays makes no new segment": {"1000", "2026-06-20", "2026-07-10", nil, nil, []models.RateFrom{rate("2026-06-21", "10"), rate("2026-07-01", "10.0")},
			[]string{"2026-06-21..2026-07-10 1000.00 EUR at 10 % for 20 days: 5.48 EUR"}, "5.48"}, // 5.4794…
		"an open dispute bears none from its day on": {"1000", "2026-03-31", "2026-04-30", nil, []models.InterestPause{{First: day("2026-04-11"), Amount: eur("400")}},
			[]models.RateFrom{rate("2026-04-01", "9")},
			[]string{"2026-04-01..2026-04-10 1000.00 EUR at 9 % for 10 days: 2.47 EUR", "2026-04-11..2026-04-30 600.00 EUR at 9 % for 20 days: 2.96 EUR"}, "5.43"},
		"an accepted one never, with its credit note after it": {"1000", "2026-03-31", "2026-05-10", []models.Lowering{paid("2026-04-30", "400")},
			[]models.InterestPause{{First: day("2026-04-11"), Last: day("2026-04-30"), Amount: eur("400")}}, []models.RateFrom{rate("2026-04-01", "9")},
			// 600 × 9 % × 30 ÷ 365 = 4.4383…
			[]string{"2026-04-01..2026-04-10 1000.00 EUR at 9 % for 10 days: 2.47 EUR", "2026-04-11..2026-05-10 600.00 EUR at 9 % for 30 days: 4.44 EUR"}, "6.91"},
		"all disputed bears none": {"1000", "2026-03-31", "2026-04-30", nil, []models.InterestPause{{First: day("2026-03-01"), Amount: eur("1000")}},
			[]models.RateFrom{rate("2026-04-01", "9")}, nil, "0.00"},
		"a leap day is a day, of 365": {"365", "2024-02-27", "2024-03-01", nil, nil, []models.RateFrom{rate("2024-01-01", "100")},
			[]string{"2024-02-28..2024-03-01 365.00 EUR at 100 % for 3 days: 3.00 EUR"}, "3.00"},
		"half a cent is rounded away from zero": {"1825", "2026-03-31", "2026-04-01", nil, nil, []models.RateFrom{rate("2026-01-01", "0.1")},
			[]string{"2026-04-01..2026-04-01 1825.00 EUR at 0.1 % for 1 days: 0.01 EUR"}, "0.01"}, // 0.005
		"no rate, no interest": {"1000", "2026-03-31", "2026-04-30", nil, nil, []models.RateFrom{rate("2026-04-01", "0")}, nil, "0.00"},
		"days before the first rate bear none": {"365", "2026-03-31", "2026-04-30", nil, nil, []models.RateFrom{rate("2026-04-21", "10")},
			[]string{"2026-04-21..2026-04-30 365.00 EUR at 10 % for 10 days: 1.00 EUR"}, "1.00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			segments := models.Interest(day(c.due), day(c.last), models.Principal(whole(eur(c.total)), 0, c.lowered, c.pauses), c.rates)
			if diff := cmp.Diff(c.want, explained(segments)); diff != "" {
				t.Errorf("segments (-want +got):\n%s", diff)
			}
			if got := models.ChargeInterest(segments, eur("0")); got.Accrued.String() != c.accrued || !got.Charge.Equal(got.Accrued) || !got.Excess.IsZero() {
				t.Errorf("%s accrued, %s charged, %s too much; want %s", got.Accrued, got.Charge, got.Excess, c.accrued)
			}
		})
	}
}

// whole is the schedule of an invoice without instalments.
func whole(total models.Money) []models.Instalment { return []models.Instalment{{Amount: total}} }

// What settles an invoice fills its instalments in their order, and a dispute lies on the last: each bears interest for what is its own.
func TestEachInstalmentBearsInterestByItself(t *testing.T) {
	t.Parallel()
	schedule := []models.Instalment{{DueDate: day("2026-03-31"), Amount: eur("600")}, {DueDate: day("2026-04-30"), Amount: eur("400")}}
	lowered := []models.Lowering{{ValueDate: day("2026-04-10"), Amount: eur("500")}, {ValueDate: day("2026-05-10"), Amount: eur("200")}}
	pauses := []models.InterestPause{{First: day("2026-05-05"), Amount: eur("50")}}
	rates := []models.RateFrom{{From: day("2026-01-01"), Percent: dec("10")}}
	for instalment, want := range map[int][]string{
		// 600 × 10 × 10 ÷ 36500 = 1.6438…; 100 × 10 × 30 ÷ 36500 = 0.8219…
		1: {"2026-04-01..2026-04-10 600.00 EUR at 10 % for 10 days: 1.64 EUR", "2026-04-11..2026-05-10 100.00 EUR at 10 % for 30 days: 0.82 EUR"},
		// 400 × 10 × 4 ÷ 36500 = 0.4383…; 350 × 6: 0.5753…; 250 × 10: 0.6849…
		2: {"2026-05-01..2026-05-04 400.00 EUR at 10 % for 4 days: 0.44 EUR", "2026-05-05..2026-05-10 350.00 EUR at 10 % for 6 days: 0.58 EUR",
			"2026-05-11..2026-05-20 250.00 EUR at 10 % for 10 days: 0.68 EUR"},
	} {
		principal := models.Principal(schedule, instalment, lowered, pauses)
		got := models.Interest(schedule[instalment-1].DueDate, day("2026-05-20"), principal, rates)
		if diff := cmp.Diff(want, explained(got)); diff != "" {
			t.Errorf("instalment %d (-want +got):\n%s", instalment, diff)
		}
	}
}

func TestChargeInterest(t *testing.T) {
	t.Parallel()
	principal := models.Principal(whole(eur("1000")), 0, nil, nil)
	rates := []models.RateFrom{{From: day("2026-01-01"), Percent: dec("8.5")}}
	fifty := models.Interest(day("2026-03-31"), day("2026-05-20"), principal, rates)
	for name, c := range map[string]struct{ charged, charge, excess string }{
		"the first notice charges all of it":        {"0", "11.64", "0.00"},
		"what was charged is not charged again":     {"4.66", "6.98", "0.00"},
		"nothing is left to charge":                 {"11.64", "0.00", "0.00"},
		"what was charged too much is to be waived": {"15", "0.00", "3.36"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := models.ChargeInterest(fifty, eur(c.charged))
			if got.Charge.String() != c.charge || got.Excess.String() != c.excess || got.Accrued.String() != "11.64" {
				t.Errorf("%s accrued, %s charged, %s too much", got.Accrued, got.Charge, got.Excess)
			}
		})
	}
}

// The life of a dispute: while it is open its days bear no interest; when it is rejected they come with the next notice.
func TestTheInterestOfARejectedDisputeComesWithTheNextNotice(t *testing.T) {
	t.Parallel()
	rates := []models.RateFrom{{From: day("2026-04-01"), Percent: dec("9")}}
	open := []models.InterestPause{{First: day("2026-04-11"), Amount: eur("400")}}
	first := models.ChargeInterest(models.Interest(day("2026-03-31"), day("2026-04-30"), models.Principal(whole(eur("1000")), 0, nil, open), rates), eur("0"))
	second := models.ChargeInterest(models.Interest(day("2026-03-31"), day("2026-05-10"), models.Principal(whole(eur("1000")), 0, nil, nil), rates), first.Charge)
	// 40 days of 1000 at 9 % are 9.863…, less 5.43
	if first.Charge.String() != "5.43" || second.Charge.String() != "4.43" {
		t.Errorf("%s and then %s", first.Charge, second.Charge)
	}
}

func bases() models.ReferenceRates {
	rate := func(base, from, percent string) models.ReferenceRate {
		return models.ReferenceRate{Base: base, ValidFrom: day(from), Percent: dec(percent)}
	}
	return models.ReferenceRates{ // in no order
		rate("ecb", "2026-02-11", "2.4"), rate("ecb", "2025-06-11", "2.15"), rate("ecb", "2026-07-01", "2.65"),
		rate("boe", "2025-12-18", "3.75"), rate("boe", "2026-01-01", "3.5"), rate("boe", "2026-06-30", "3.25"),
		rate("de_basiszins", "2016-07-01", "-0.88"), rate("swamp", "2016-01-01", "-9"),
	}
}

func TestRatesOfTheRegimes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		terms       models.InterestTerms
		first, last string
		want        string
	}{
		"fixed is one rate":                        {models.InterestTerms{Regime: models.FixedInterest, Percent: dec("6")}, "2026-05-01", "2027-05-01", "2026-05-01 6"},
		"a percent alone is fixed":                 {models.InterestTerms{Percent: dec("6")}, "2026-05-01", "2027-05-01", "2026-05-01 6"},
		"no terms are no rate":                     {models.InterestTerms{}, "2026-05-01", "2027-05-01", "2026-05-01 0"},
		"the EU's goes by half-years":              {models.InterestTerms{Regime: models.EU2011}, "2026-05-01", "2026-08-01", "2026-05-01 10.15, 2026-07-01 10.65"},
		"and ends with the last":                   {models.InterestTerms{Regime: models.EU2011}, "2026-05-01", "2026-06-30", "2026-05-01 10.15"},
		"over the year's end":                      {models.InterestTerms{Regime: models.EU2011}, "2025-12-31", "2026-07-01", "2025-12-31 10.15, 2026-01-01 10.15, 2026-07-01 10.65"},
		"a margin above 8 counts":                  {models.InterestTerms{Regime: models.EU2011, Percent: dec("9")}, "2026-07-01", "2026-08-01", "2026-07-01 11.65"},
		"Germany's base was negative":              {models.InterestTerms{Regime: models.EU2011, Percent: dec("9"), Base: "de_basiszins"}, "2022-05-01", "2022-06-01", "2022-05-01 8.12"},
		"no rate is below 0":                       {models.InterestTerms{Regime: models.EU2011, Base: "swamp"}, "2022-05-01", "2022-06-01", "2022-05-01 0"},
		"the UK's is that before the half-year":    {models.InterestTerms{Regime: models.UK1998}, "2026-05-01", "2027-05-01", "2026-05-01 11.75"},
		"on the last day before it":                {models.InterestTerms{Regime: models.UK1998}, "2026-07-01", "2027-05-01", "2026-07-01 11.25"},
		"Ireland's is one, of its first half-year": {models.InterestTerms{Regime: models.IE2012}, "2026-07-31", "2028-05-01", "2026-07-31 10.65"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rates, err := c.terms.Rates(day(c.first), day(c.last), bases())
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for i, r := range rates {
				if i > 0 {
					got += ", "
				}
				got += r.From.String() + " " + r.Percent.String()
			}
			if got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
	for name, terms := range map[string]models.InterestTerms{
		"before the table begins": {Regime: models.EU2011},
		"of an unknown base":      {Regime: models.UK1998, Base: "fed"},
	} {
		_, err := terms.Rates(day("2020-01-01"), day("2020-02-01"), bases())
		if t.Run(name, func(t *testing.T) { wantCode(t, err, models.KindConflict, "no-reference-rate") }); err == nil {
			t.Error(name)
		}
	}
}

func TestCompensation(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		regime models.InterestRegime
		debt   models.Money
		want   string
	}{
		{models.FixedInterest, money("5000", "JPY"), "0 JPY"},
		{"", eur("5000"), "0.00 EUR"},
		{models.EU2011, eur("0.01"), "40.00 EUR"},
		{models.EU2011, eur("1000000"), "40.00 EUR"},
		{models.UK1998, money("999.99", "GBP"), "40.00 GBP"},
		{models.UK1998, money("1000", "GBP"), "70.00 GBP"},
		{models.UK1998, money("9999.99", "GBP"), "70.00 GBP"},
		{models.UK1998, money("10000", "GBP"), "100.00 GBP"},
		{models.IE2012, eur("1000"), "40.00 EUR"},
		{models.IE2012, eur("1000.01"), "70.00 EUR"},
		{models.IE2012, eur("10000"), "70.00 EUR"},
		{models.IE2012, eur("10000.01"), "100.00 EUR"},
	} {
		if got, err := c.regime.Compensation(c.debt); err != nil || got.Text() != c.want {
			t.Errorf("%s compensates %s with %s, %v; want %s", c.regime, c.debt.Text(), got.Text(), err, c.want)
		}
	}
	_, err := models.UK1998.Compensation(eur("100"))
	wantCode(t, err, models.KindInvalid, "compensation-currency")
}

func TestWhoIsChargedInterest(t *testing.T) {
	t.Parallel()
	for _, regime := range []models.InterestRegime{models.EU2011, models.UK1998, models.IE2012} {
		for kind, want := range map[string]bool{"business": true, "public": true, "consumer": false} {
			if got := (models.InterestTerms{Regime: regime}).Charges(kind); got != want {
				t.Errorf("%s charges a %s: %v", regime, kind, got)
			}
		}
	}
	if !(models.InterestTerms{Percent: dec("5")}).Charges("consumer") {
		t.Error("an agreed rate is not charged to a consumer")
	}
	if (models.InterestTerms{}).Charges("business") {
		t.Error("without terms interest is charged")
	}
}

// Segments lie one after the other between due and the last day; interest never falls as days pass, so that no charge is ever
// taken back by time alone; charging on the way adds up to the same.
func TestInterestGrowsByTheDay(t *testing.T) {
	t.Parallel()
	start := day("2026-01-01")
	anyDate := rapid.Custom(func(t *rapid.T) models.Date { return start.AddDays(rapid.IntRange(-50, 400).Draw(t, "day")) })
	rapid.Check(t, func(t *rapid.T) {
		currency := anyCurrency().Draw(t, "currency")
		total := anyMoney(currency, 1, 10_000_000).Draw(t, "total")
		var lowered []models.Lowering
		for range rapid.IntRange(0, 5).Draw(t, "payments") {
			lowered = append(lowered, models.Lowering{ValueDate: anyDate.Draw(t, "value date"), Amount: anyMoney(currency, -100_000, 1_000_000).Draw(t, "amount")})
		}
		var pauses []models.InterestPause
		for range rapid.IntRange(0, 2).Draw(t, "disputes") {
			first := anyDate.Draw(t, "first")
			pauses = append(pauses, models.InterestPause{First: first, Last: first.AddDays(rapid.IntRange(0, 60).Draw(t, "days")), Amount: anyMoney(currency, 1, 1_000_000).Draw(t, "disputed")})
		}
		rates := []models.RateFrom{{From: start.AddDays(-60), Percent: anyDecimal(0, 200_000, 4).Draw(t, "rate")}, {From: start.AddDays(181), Percent: anyDecimal(0, 200_000, 4).Draw(t, "later rate")}}
		principal := models.Principal(whole(total), 0, lowered, pauses)
		days := rapid.IntRange(1, 399).Draw(t, "days")
		charged := models.Zero(currency)
		for _, last := range []models.Date{start.AddDays(days), start.AddDays(days + 1), start.AddDays(400)} {
			segments, covered := models.Interest(start, last, principal, rates), start
			exact := decimal.Zero
			for _, s := range segments {
				if !s.First.After(covered) || s.Last.Before(s.First) || s.Last.After(last) || !s.Principal.IsPositive() || s.Days != s.Last.DaysSince(s.First)+1 {
					t.Fatalf("%s..%s after %s", s.First, s.Last, covered)
				}
				covered = s.Last
				exact = exact.Add(s.Principal.Decimal().Mul(s.Percent).Mul(decimal.NewFromInt(int64(s.Days))))
			}
			got := models.ChargeInterest(segments, charged)
			if !got.Excess.IsZero() {
				t.Fatalf("on %s %s is charged too much by the passing of days", last, got.Excess)
			}
			charged = charged.Add(got.Charge)
			// each segment is off by half a unit at most
			slack := unit(currency).Decimal().Mul(decimal.NewFromInt(int64(len(segments)))).Div(decimal.NewFromInt(2))
			if off := charged.Decimal().Mul(decimal.NewFromInt(36_500)).Sub(exact).Abs(); off.GreaterThan(slack.Mul(decimal.NewFromInt(36_500))) {
				t.Fatalf("%s charged, exactly %s ÷ 36500", charged, exact)
			}
		}
	})
}
