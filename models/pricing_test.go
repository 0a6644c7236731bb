package models_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"o2c/models"
)

func standard(rate string) models.TaxClass { return models.TaxClass{Category: "S", Rate: dec(rate)} }

// The example of EN 16931 in the definitions.
func TestTotalOfTheStandardsExample(t *testing.T) {
	t.Parallel()
	got := models.TotalOf("EUR", []models.TaxedAmount{{Net: eur("183.23"), Tax: standard("6")}, {Net: eur("46.37"), Tax: standard("21")}}, dec("0"))
	want := models.Totals{
		LineTotal: eur("229.60"), Allowance: eur("0"), Charge: eur("0"), Net: eur("229.60"), Tax: eur("20.73"), Total: eur("250.33"),
		Groups: []models.TaxGroup{
			{Tax: standard("6"), Net: eur("183.23"), Allowance: eur("0"), Charge: eur("0"), Taxable: eur("183.23"), TaxAmount: eur("10.99")},
			{Tax: standard("21"), Net: eur("46.37"), Allowance: eur("0"), Charge: eur("0"), Taxable: eur("46.37"), TaxAmount: eur("9.74")},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("totals (-want +got):\n%s", diff)
	}
}

func TestTotalOf(t *testing.T) {
	t.Parallel()
	free := models.TaxClass{Category: "G"}
	for name, c := range map[string]struct {
		lines    []models.TaxedAmount
		discount string
		want     [5]string // line total, allowance, net, tax, total
	}{
		"tax is rounded once for the lines of a group, not per line": {
			[]models.TaxedAmount{{Net: eur("0.02"), Tax: standard("20")}, {Net: eur("0.02"), Tax: standard("20")}, {Net: eur("0.02"), Tax: standard("20")}},
			"0", [5]string{"0.06", "0.00", "0.06", "0.01", "0.07"}},
		"a rate is the same with other trailing zeros": {
			[]models.TaxedAmount{{Net: eur("0.02"), Tax: standard("20")}, {Net: eur("0.02"), Tax: standard("20.00")}, {Net: eur("0.02"), Tax: standard("20.0000")}},
			"0", [5]string{"0.06", "0.00", "0.06", "0.01", "0.07"}},
		"a discount is spread over the groups by their nets": {
			[]models.TaxedAmount{{Net: eur("100"), Tax: standard("20")}, {Net: eur("50"), Tax: free}},
			"10", [5]string{"150.00", "15.00", "135.00", "18.00", "153.00"}},
		"a discount of everything leaves nothing": {
			[]models.TaxedAmount{{Net: eur("99.99"), Tax: standard("19")}}, "100", [5]string{"99.99", "99.99", "0.00", "0.00", "0.00"}},
		"a discount is rounded once": {
			[]models.TaxedAmount{{Net: eur("0.05"), Tax: standard("0")}, {Net: eur("0.05"), Tax: standard("19")}},
			"5", [5]string{"0.10", "0.01", "0.09", "0.01", "0.10"}},
		"lines of nothing cost nothing": {
			[]models.TaxedAmount{{Net: eur("0"), Tax: standard("19")}, {Net: eur("0"), Tax: free}}, "10", [5]string{"0.00", "0.00", "0.00", "0.00", "0.00"}},
		"no lines cost nothing": {nil, "10", [5]string{"0.00", "0.00", "0.00", "0.00", "0.00"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := models.TotalOf("EUR", c.lines, dec(c.discount))
			texts := [5]string{got.LineTotal.String(), got.Allowance.String(), got.Net.String(), got.Tax.String(), got.Total.String()}
			if diff := cmp.Diff(c.want, texts); diff != "" {
				t.Errorf("line total, allowance, net, tax, total (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLineNet(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		price, quantity, base, discount string
		currency                        models.Currency
		want                            string
	}{
		"price times quantity":                             {"1.25", "3", "1", "0", "EUR", "3.75"},
		"a price for a hundred":                            {"9.99", "250", "100", "0", "EUR", "24.98"},
		"half a cent is rounded up":                        {"0.005", "1", "1", "0", "EUR", "0.01"},
		"the discount is rounded by itself":                {"10.03", "1", "1", "2.5", "EUR", "9.78"}, // 0.25075 → 0.25
		"the line is rounded before its discount":          {"0.125", "1", "1", "50", "EUR", "0.06"},  // 0.13 − 0.07
		"a discount of everything":                         {"10.03", "7", "1", "100", "EUR", "0.00"},
		"a base that divides without end is rounded once":  {"1", "1", "3", "0", "EUR", "0.33"},
		"two thirds are rounded up":                        {"2", "1", "3", "0", "EUR", "0.67"},
		"yen":                                              {"99.5", "1", "1", "0", "JPY", "100"},
		"a quantity of a millionth of a dear thing counts": {"999999", "0.000001", "1", "0", "EUR", "1.00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := models.LineNet(dec(c.price), dec(c.quantity), dec(c.base), dec(c.discount), c.currency); got.String() != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func anyTax() *rapid.Generator[models.TaxClass] {
	return rapid.SampledFrom([]models.TaxClass{standard("19"), standard("19.0"), standard("7"), standard("5.5"), standard("0.0001"), standard("100"), {Category: "G"}, {Category: "Z"}})
}

func anyPercent() *rapid.Generator[decimal.Decimal] {
	return rapid.OneOf(rapid.Just(decimal.Zero), rapid.Just(dec("100")), anyDecimal(0, 1_000_000, 4))
}

func TestTotalsAreConsistent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		currency := anyCurrency().Draw(t, "currency")
		lines := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) models.TaxedAmount {
			return models.TaxedAmount{Net: anyMoney(currency, 0, 1_000_000).Draw(t, "net"), Tax: anyTax().Draw(t, "tax")}
		}), 0, 10).Draw(t, "lines")
		discount := anyPercent().Draw(t, "discount")
		got := models.TotalOf(currency, lines, discount)

		nothing := models.Zero(currency)
		net, allowance, taxable, tax, nets := nothing, nothing, nothing, nothing, nothing
		for _, group := range got.Groups {
			net, allowance, taxable, tax = net.Add(group.Net), allowance.Add(group.Allowance), taxable.Add(group.Taxable), tax.Add(group.TaxAmount)
			if group.Taxable.IsNegative() || group.Allowance.IsNegative() || group.TaxAmount.IsNegative() {
				t.Fatalf("a group has less than nothing: %+v", group)
			}
			if !group.Taxable.Equal(group.Net.Sub(group.Allowance)) || !group.TaxAmount.Equal(group.Taxable.Share(group.Tax.Rate, dec("100"))) {
				t.Fatalf("a group does not add up: %+v", group)
			}
		}
		for _, line := range lines {
			nets = nets.Add(line.Net)
		}
		for name, pair := range map[string][2]models.Money{
			"line total (BT-106) is Σ lines":        {got.LineTotal, nets},
			"and Σ nets of the groups":              {got.LineTotal, net},
			"allowance (BT-107) is Σ of the groups": {got.Allowance, allowance},
			"net (BT-109) is BT-106 − BT-107":       {got.Net, got.LineTotal.Sub(got.Allowance)},
			"and Σ taxable":                         {got.Net, taxable},
			"tax (BT-110) is Σ tax":                 {got.Tax, tax},
			"total (BT-112) is BT-109 + BT-110":     {got.Total, got.Net.Add(got.Tax)},
			"the discount is rounded once":          {got.Allowance, nets.Share(discount, dec("100"))},
		} {
			if !pair[0].Equal(pair[1]) {
				t.Fatalf("%s: %s and %s", name, pair[0], pair[1])
			}
		}
	})
}
