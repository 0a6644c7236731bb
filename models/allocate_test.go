package models_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"o2c/models"
)

func TestAllocate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		whole   models.Money
		weights []string
		want    []string
	}{
		"the unit that is left goes to the first of equal parts":    {eur("10.00"), []string{"1", "1", "1"}, []string{"3.34", "3.33", "3.33"}},
		"two units that are left go to the first two":               {eur("0.05"), []string{"1", "1", "1"}, []string{"0.02", "0.02", "0.01"}},
		"the largest remainder comes before the earlier position":   {eur("1.00"), []string{"1", "2", "4"}, []string{"0.14", "0.29", "0.57"}},
		"a weight of nothing gets nothing":                          {eur("10.01"), []string{"0", "3", "0"}, []string{"0.00", "10.01", "0.00"}},
		"yen are split at the yen":                                  {money("10", "JPY"), []string{"1", "1", "1"}, []string{"4", "3", "3"}},
		"dinars are split at the fils":                              {money("0.010", "KWD"), []string{"1", "2"}, []string{"0.003", "0.007"}},
		"nothing is split into nothing":                             {eur("0"), []string{"1", "2"}, []string{"0.00", "0.00"}},
		"less than nothing is split like its opposite":              {eur("-10.00"), []string{"1", "1", "1"}, []string{"-3.34", "-3.33", "-3.33"}},
		"a whole that has a single part is that part":               {eur("12.34"), []string{"0.000001"}, []string{"12.34"}},
		"more parts than minor units: the earliest get one of them": {eur("0.02"), []string{"1", "1", "1", "1"}, []string{"0.01", "0.01", "0.00", "0.00"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, part := range c.whole.Allocate(decimals(c.weights)) {
				got = append(got, part.String())
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("parts of %s (-want +got):\n%s", c.whole.Text(), diff)
			}
		})
	}
}

func decimals(texts []string) []decimal.Decimal {
	out := make([]decimal.Decimal, len(texts))
	for i, s := range texts {
		out[i] = dec(s)
	}
	return out
}

// anyWeights draws weights of which one at least is above nothing.
func anyWeights() *rapid.Generator[[]decimal.Decimal] {
	return rapid.SliceOfN(anyDecimal(0, 1_000_000, 3), 1, 12).Filter(func(weights []decimal.Decimal) bool {
		return decimal.Sum(decimal.Zero, weights...).IsPositive()
	})
}

func TestAllocateGivesEachItsShare(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		currency := anyCurrency().Draw(t, "currency")
		whole := anyMoney(currency, -10_000_000, 10_000_000).Draw(t, "whole")
		weights := anyWeights().Draw(t, "weights")
		total := decimal.Sum(decimal.Zero, weights...)
		parts := whole.Allocate(weights)
		if sum := models.Sum(currency, parts...); !sum.Equal(whole) {
			t.Fatalf("the parts sum to %s, not %s", sum, whole)
		}
		for i, part := range parts {
			if part.Decimal().Sign()*whole.Decimal().Sign() < 0 {
				t.Fatalf("part %d of %s is %s", i, whole, part)
			}
			// |part − whole × weight ÷ total| < unit, without a division
			miss := part.Decimal().Mul(total).Sub(whole.Decimal().Mul(weights[i])).Abs()
			if miss.GreaterThanOrEqual(unit(currency).Decimal().Mul(total)) {
				t.Fatalf("part %d of %s is %s, a minor unit or more from its share of %s in %s", i, whole, part, weights[i], total)
			}
		}
	})
}

// Of two equal weights the earlier never gets less; and the order of different remainders does not depend on positions.
func TestAllocateIsStable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		whole := anyMoney("EUR", 0, 100_000).Draw(t, "whole")
		weights := anyWeights().Draw(t, "weights")
		parts := whole.Allocate(weights)
		for i := range weights {
			for j := i + 1; j < len(weights); j++ {
				if weights[i].Equal(weights[j]) && parts[i].LessThan(parts[j]) {
					t.Fatalf("equal weights %d and %d got %s and %s", i, j, parts[i], parts[j])
				}
				if weights[i].GreaterThan(weights[j]) && parts[j].MoreThan(parts[i].Add(unit("EUR"))) {
					t.Fatalf("the smaller weight %d got %s, the larger %d only %s", j, parts[j], i, parts[i])
				}
			}
		}
		again := whole.Allocate(slices.Clone(weights))
		if diff := cmp.Diff(parts, again); diff != "" {
			t.Fatalf("the second time it is split differently:\n%s", diff)
		}
	})
}
