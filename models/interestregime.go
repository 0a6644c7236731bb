package models

import "github.com/shopspring/decimal"

// InterestRegime says by which rule late-payment interest is charged. The rules are here, the rates are data.
type InterestRegime string

// The regimes.
const (
	// FixedInterest is one agreed rate a year.
	FixedInterest InterestRegime = "fixed"
	// EU2011 is directive 2011/7/EU: the reference rate of 1 January or 1 July for each half-year, plus a margin of at least 8
	// points; EUR 40 for each invoice.
	EU2011 InterestRegime = "eu_2011_7"
	// UK1998 is the Late Payment of Commercial Debts (Interest) Act 1998: Bank rate on the last day before the half-year in which
	// interest starts, plus 8, fixed for the debt; GBP 40, 70 or 100.
	UK1998 InterestRegime = "uk_1998"
	// IE2012 is S.I. No. 580/2012: the reference rate of the half-year in which interest starts, plus 8, fixed for the debt; EUR 40,
	// 70 or 100.
	IE2012 InterestRegime = "ie_2012"
)

// statutoryMargin is the least that a statutory regime adds to its reference rate, in points.
var statutoryMargin = decimal.NewFromInt(8)

// InterestTerms is how a dunning level charges interest. The zero value charges none.
type InterestTerms struct {
	Regime  InterestRegime  // "" with a percent: fixed
	Percent decimal.Decimal // fixed: the rate a year; eu_2011_7: the margin, 0 for 8; else 0
	Base    string          // the reference rates that count; "": those of the regime
}

// IsZero is true where no interest is charged.
func (t InterestTerms) IsZero() bool { return t.Regime == "" && t.Percent.IsZero() && t.Base == "" }

// RegimeName is the regime; a percent alone is fixed.
func (t InterestTerms) RegimeName() InterestRegime {
	if t.Regime == "" && !t.IsZero() {
		return FixedInterest
	}
	return t.Regime
}

// BaseName names the reference rates that count: those of the European Central Bank or the Bank of England, where none are named.
// A member state with a base of its own names it, such as Germany's Basiszinssatz.
func (t InterestTerms) BaseName() string {
	switch regime := t.RegimeName(); {
	case t.Base != "":
		return t.Base
	case regime == EU2011, regime == IE2012:
		return "ecb"
	case regime == UK1998:
		return "boe"
	default:
		return ""
	}
}

func (t InterestTerms) validate(code, pointer string) []*Error {
	var faults []*Error
	check := func(ok bool, field, detail string) {
		if !ok {
			faults = append(faults, Invalid(code, "%s", detail).At(pointer+field))
		}
	}
	check(!t.Percent.IsNegative() && t.Percent.LessThanOrEqual(hundred) && t.Percent.Equal(t.Percent.Truncate(percentScale)), "/interest_percent",
		"a percent is between 0 and 100, with at most 4 decimals")
	switch t.RegimeName() {
	case "":
	case FixedInterest:
		check(t.Percent.IsPositive(), "/interest_percent", "the regime fixed needs an interest_percent")
		check(t.Base == "", "/interest_base", "the regime fixed has no reference rates")
	case EU2011:
		check(t.Percent.IsZero() || t.Percent.GreaterThanOrEqual(statutoryMargin), "/interest_percent", "the margin of eu_2011_7 is at least 8")
	case UK1998, IE2012:
		check(t.Percent.IsZero() || t.Percent.Equal(statutoryMargin), "/interest_percent", "the margin of "+string(t.Regime)+" is 8")
	default:
		check(false, "/interest_regime", "not one of fixed, eu_2011_7, uk_1998, ie_2012")
	}
	check(t.Base == "" || customerID.MatchString(t.Base), "/interest_base", "not the name of reference rates")
	return faults
}

// Charges says whether interest and compensation by these terms are charged to a kind of customer: by a statutory regime only to
// businesses and the public sector.
func (t InterestTerms) Charges(customerKind string) bool {
	switch t.RegimeName() {
	case "":
		return false
	case FixedInterest:
		return true
	default:
		return oneOf(customerKind, "business", "public")
	}
}

// ReferenceRate is a central bank's rate from a day on. It can be negative.
type ReferenceRate struct {
	Base      string          `json:"base"`
	ValidFrom Date            `json:"valid_from"`
	Percent   decimal.Decimal `json:"percent"`
}

// ReferenceRates is the table that the seller maintains.
type ReferenceRates []ReferenceRate

// On is the rate of a base that is in force on a day; "no-reference-rate" where the table begins later or does not have the base.
func (r ReferenceRates) On(base string, day Date) (decimal.Decimal, error) {
	var found *ReferenceRate
	for i := range r {
		if rate := &r[i]; rate.Base == base && !rate.ValidFrom.After(day) && (found == nil || rate.ValidFrom.After(found.ValidFrom)) {
			found = rate
		}
	}
	if found == nil {
		return decimal.Zero, Conflict("no-reference-rate", "there is no reference rate %q for %s", base, day)
	}
	return found.Percent, nil
}

// RateFrom is a yearly rate, in percent, from a day on.
type RateFrom struct {
	From    Date
	Percent decimal.Decimal
}

// Rates are the rates by which a debt bears interest from its first day of interest to a last one, ascending. A rate below 0 is 0.
// Fails with "no-reference-rate".
func (t InterestTerms) Rates(first, last Date, table ReferenceRates) ([]RateFrom, error) {
	if t.IsZero() || t.RegimeName() == FixedInterest {
		return []RateFrom{{From: first, Percent: t.Percent}}, nil
	}
	margin := statutoryMargin
	if t.Percent.IsPositive() {
		margin = t.Percent
	}
	half := first.HalfYear()
	var rates []RateFrom
	for from := first; ; from = half {
		day := half
		if t.Regime == UK1998 {
			day = half.AddDays(-1)
		}
		reference, err := table.On(t.BaseName(), day)
		if err != nil {
			return nil, err
		}
		rates = append(rates, RateFrom{From: from, Percent: decimal.Max(decimal.Zero, reference.Add(margin))})
		half = half.nextHalfYear()
		if t.Regime != EU2011 || half.After(last) {
			return rates, nil
		}
	}
}

// HalfYear is the 1 January or 1 July on or before the day.
func (d Date) HalfYear() Date {
	if d.t.Month() < 7 {
		return NewDate(d.Year(), 1, 1)
	}
	return NewDate(d.Year(), 7, 1)
}

func (d Date) nextHalfYear() Date { return Date{d.t.AddDate(0, 6, 0)} }

// Compensation is the fixed sum for the costs of recovery that a regime grants for a debt, tax included, once for each invoice. It
// is in the regime's currency, and so must the debt be ("compensation-currency"); the regime fixed grants none.
func (r InterestRegime) Compensation(debt Money) (Money, error) {
	grants, found := compensations[r]
	if !found {
		return Zero(debt.Currency()), nil
	}
	if debt.Currency() != grants.currency {
		return Money{}, Invalid("compensation-currency", "%s compensates a debt in %s, not in %s", r, grants.currency, debt.Currency())
	}
	at := 0
	for at < len(grants.below) && !grants.holds(debt, grants.below[at]) {
		at++
	}
	return MustMoney(decimal.NewFromInt(grants.sums[at]), grants.currency), nil
}

// CompensationCurrency is the currency of a regime's fixed sums; "" for a regime without.
func (r InterestRegime) CompensationCurrency() Currency { return compensations[r].currency }

// compensation grants sums[i] to a debt within below[i], and the last to all above.
type compensation struct {
	currency  Currency
	below     []int64
	inclusive bool // a debt of the bound itself is within it
	sums      []int64
}

func (c compensation) holds(debt Money, bound int64) bool {
	cmp := debt.Decimal().Cmp(decimal.NewFromInt(bound))
	return cmp < 0 || c.inclusive && cmp == 0
}

var compensations = map[InterestRegime]compensation{
	EU2011: {currency: "EUR", sums: []int64{40}},
	UK1998: {currency: "GBP", below: []int64{1_000, 10_000}, sums: []int64{40, 70, 100}},
	IE2012: {currency: "EUR", below: []int64{1_000, 10_000}, inclusive: true, sums: []int64{40, 70, 100}},
}
