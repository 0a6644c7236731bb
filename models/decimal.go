package models

import (
	"regexp"
	"strings"

	"github.com/shopspring/decimal"
)

// Limits of plain decimals (definitions, "Money and rounding"): digits before and after the point.
const (
	maxIntegerDigits = 15
	priceScale       = 6
	quantityScale    = 6
	percentScale     = 4
	amountScale      = 4 // the most decimals that any currency has
	rateScale        = 12
)

var (
	plainDecimal = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)
	hundred      = decimal.NewFromInt(100)
)

// ParsePrice reads a unit price: at least 0, at most 15 integer digits and 6 decimals.
func ParsePrice(s string) (decimal.Decimal, error) {
	return parseDecimal("price", s, priceScale, false)
}

// ParseQuantity reads a quantity: more than 0, at most 15 integer digits and 6 decimals.
func ParseQuantity(s string) (decimal.Decimal, error) {
	return parseDecimal("quantity", s, quantityScale, true)
}

// ParseBreak reads the quantity from which on a price holds: at least 0, at most 15 integer digits and 6 decimals.
func ParseBreak(s string) (decimal.Decimal, error) {
	return parseDecimal("quantity", s, quantityScale, false)
}

// ParsePercent reads a percentage from 0 to 100 with at most 4 decimals.
func ParsePercent(s string) (decimal.Decimal, error) {
	d, err := parseDecimal("percent", s, percentScale, false)
	if err == nil && d.GreaterThan(hundred) {
		return decimal.Decimal{}, Invalid("invalid-percent", "%s %% is more than 100 %%", s)
	}
	return d, err
}

// ParseReferencePercent reads a central bank's rate: from −100 to 100 with at most 4 decimals.
func ParseReferencePercent(s string) (decimal.Decimal, error) {
	amount, below := strings.CutPrefix(s, "-")
	d, err := ParsePercent(amount)
	if below {
		d = d.Neg()
	}
	return d, err
}

// ParseFee reads an amount whose currency is not known yet: at least 0, at most 15 integer digits and 4 decimals.
func ParseFee(s string) (decimal.Decimal, error) {
	return parseDecimal("amount", s, amountScale, false)
}

// ParseRate reads an exchange rate: more than 0, at most 15 integer digits and 12 decimals, so that a currency of small units
// has its digits too.
func ParseRate(s string) (decimal.Decimal, error) {
	return parseDecimal("rate", s, rateScale, true)
}

// parseDecimal reads a plain decimal without exponent. Errors are KindInvalid with code "invalid-<what>".
func parseDecimal(what, s string, scale int32, positive bool) (decimal.Decimal, error) {
	code := "invalid-" + what
	if len(s) > 64 || !plainDecimal.MatchString(s) {
		return decimal.Decimal{}, Invalid(code, "%q is not a plain decimal such as \"12.50\"", clip(s))
	}
	d, err := decimal.NewFromString(s)
	switch {
	case err != nil:
		return decimal.Decimal{}, Invalid(code, "%q is not a decimal", s)
	case d.IsNegative():
		return decimal.Decimal{}, Invalid(code, "%s is negative", s)
	case positive && d.IsZero():
		return decimal.Decimal{}, Invalid(code, "a %s must be more than 0", what)
	case !d.Equal(d.Truncate(scale)):
		return decimal.Decimal{}, Invalid(code, "%s has more than %d decimals", s, scale)
	case d.GreaterThanOrEqual(decimal.New(1, maxIntegerDigits)):
		return decimal.Decimal{}, Invalid(code, "%s has more than %d digits before the point", s, maxIntegerDigits)
	}
	return d, nil
}

func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}
