package models_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"o2c/models"
)

// What the tests of this room build their cases from.

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func money(amount string, currency models.Currency) models.Money {
	return models.MustMoney(dec(amount), currency)
}

func eur(amount string) models.Money { return money(amount, "EUR") }

// sameDates lets go-cmp compare dates, whose inside is nobody's business.
var sameDates = cmp.Comparer(func(a, b models.Date) bool { return a == b })

// wantCode checks that err is a business error of a kind with a code.
func wantCode(t *testing.T, err error, kind models.Kind, code string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %s", code)
	}
	if got := models.KindOf(err); got != kind {
		t.Errorf("kind of %v is %s, want %s", err, got, kind)
	}
	if got := codeOf(err); got != code {
		t.Errorf("code of %v is %q, want %q", err, got, code)
	}
}

// anyCurrency draws one of no, two, three or four decimals.
func anyCurrency() *rapid.Generator[models.Currency] {
	return rapid.SampledFrom([]models.Currency{"JPY", "EUR", "GBP", "KWD", "CLF"})
}

// anyMoney draws an amount of between lo and hi minor units.
func anyMoney(currency models.Currency, lo, hi int64) *rapid.Generator[models.Money] {
	return rapid.Custom(func(t *rapid.T) models.Money {
		units := rapid.Int64Range(lo, hi).Draw(t, "minor units")
		return models.MustMoney(decimal.New(units, -currency.MinorUnits()), currency)
	})
}

// anyDecimal draws a plain decimal of at least lo and at most hi units of a scale.
func anyDecimal(lo, hi int64, scale int32) *rapid.Generator[decimal.Decimal] {
	return rapid.Custom(func(t *rapid.T) decimal.Decimal {
		return decimal.New(rapid.Int64Range(lo, hi).Draw(t, "units"), -scale)
	})
}

func unit(currency models.Currency) models.Money {
	return models.MustMoney(decimal.New(1, -currency.MinorUnits()), currency)
}
