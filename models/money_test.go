package models_test

import (
	"encoding/json"
	"math/big"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"o2c/models"
)

func TestParseMoney(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in       string
		currency models.Currency
		want     string // "" is refused with code
		code     string
	}{
		"an amount is kept":                                {"12.5", "EUR", "12.50", ""},
		"nothing is an amount":                             {"0", "EUR", "0.00", ""},
		"trailing zeros are no decimals":                   {"1.5000", "EUR", "1.50", ""},
		"yen have no decimals":                             {"10.5", "JPY", "", "invalid-amount"},
		"whole yen are kept":                               {"10", "JPY", "10", ""},
		"dinars have three decimals":                       {"1.234", "KWD", "1.234", ""},
		"a fourth decimal of a dinar is refused":           {"1.2345", "KWD", "", "invalid-amount"},
		"a third decimal of a euro is refused":             {"0.005", "EUR", "", "invalid-amount"},
		"fifteen digits before the point are kept":         {"999999999999999.99", "EUR", "999999999999999.99", ""},
		"sixteen are refused":                              {"1000000000000000", "EUR", "", "invalid-amount"},
		"a negative amount is refused":                     {"-1", "EUR", "", "invalid-amount"},
		"an exponent is refused":                           {"1e2", "EUR", "", "invalid-amount"},
		"a huge exponent is refused":                       {"1e1000000000", "EUR", "", "invalid-amount"},
		"a comma is refused":                               {"1,5", "EUR", "", "invalid-amount"},
		"a plus is refused":                                {"+1", "EUR", "", "invalid-amount"},
		"a blank before is refused":                        {" 1", "EUR", "", "invalid-amount"},
		"a line break behind is refused":                   {"1\n", "EUR", "", "invalid-amount"},
		"no number is refused":                             {"NaN", "EUR", "", "invalid-amount"},
		"infinity is refused":                              {"Infinity", "EUR", "", "invalid-amount"},
		"digits of another script are refused":             {"٣", "EUR", "", "invalid-amount"},
		"full-width digits are refused":                    {"１２", "EUR", "", "invalid-amount"},
		"hexadecimal is refused":                           {"0x10", "EUR", "", "invalid-amount"},
		"an underscore is refused":                         {"1_000", "EUR", "", "invalid-amount"},
		"nothing at all is refused":                        {"", "EUR", "", "invalid-amount"},
		"a bare point is refused":                          {".", "EUR", "", "invalid-amount"},
		"a point without digits behind is refused":         {"1.", "EUR", "", "invalid-amount"},
		"a point without digits before is refused":         {".5", "EUR", "", "invalid-amount"},
		"a text of megabytes is refused before it is read": {strings.Repeat("9", 10_000_000), "EUR", "", "invalid-amount"},
		"an unknown currency is refused":                   {"1", "XXX", "", "unknown-currency"},
		"a currency in small letters is refused":           {"1", "eur", "", "unknown-currency"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := models.ParseMoney(c.in, c.currency)
			if c.code != "" {
				wantCode(t, err, models.KindInvalid, c.code)
				return
			}
			if err != nil || got.String() != c.want || got.Currency() != c.currency {
				t.Errorf("ParseMoney(%q, %s) = %s, %v; want %s", c.in, c.currency, got.Text(), err, c.want)
			}
		})
	}
}

func TestParsePositiveMoneyRefusesNothing(t *testing.T) {
	t.Parallel()
	_, err := models.ParsePositiveMoney("0.00", "EUR")
	wantCode(t, err, models.KindInvalid, "invalid-amount")
	if m, err := models.ParsePositiveMoney("0.01", "EUR"); err != nil || !m.Equal(eur("0.01")) {
		t.Errorf("ParsePositiveMoney(0.01) = %v, %v", m, err)
	}
}

func TestPlainDecimals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		parse func(string) (decimal.Decimal, error)
		in    string
		code  string
	}{
		"a price may have six decimals":           {models.ParsePrice, "0.123456", ""},
		"a price may be nothing":                  {models.ParsePrice, "0", ""},
		"a seventh decimal of a price is refused": {models.ParsePrice, "0.1234567", "invalid-price"},
		"a negative price is refused":             {models.ParsePrice, "-0.01", "invalid-price"},
		"a quantity may have six decimals":        {models.ParseQuantity, "0.000001", ""},
		"a quantity of nothing is refused":        {models.ParseQuantity, "0.000000", "invalid-quantity"},
		"a negative quantity is refused":          {models.ParseQuantity, "-1", "invalid-quantity"},
		"a quantity of 10^15 is refused":          {models.ParseQuantity, "1000000000000000", "invalid-quantity"},
		"a percentage may be 100":                 {models.ParsePercent, "100.0000", ""},
		"a percentage may be 0":                   {models.ParsePercent, "0", ""},
		"more than 100 % is refused":              {models.ParsePercent, "100.0001", "invalid-percent"},
		"a fifth decimal of a percent is refused": {models.ParsePercent, "1.00001", "invalid-percent"},
		"a percentage with an exponent":           {models.ParsePercent, "1E1", "invalid-percent"},
		"65 characters are refused":               {models.ParsePrice, "0." + strings.Repeat("0", 63), "invalid-price"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := c.parse(c.in)
			if c.code != "" {
				wantCode(t, err, models.KindInvalid, c.code)
			} else if err != nil || !got.Equal(dec(c.in)) {
				t.Errorf("%q = %s, %v", c.in, got, err)
			}
		})
	}
}

func TestRoundingIsHalfAwayFromZero(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in       string
		currency models.Currency
		want     string
	}{
		{"0.005", "EUR", "0.01"}, {"-0.005", "EUR", "-0.01"}, {"0.0049999", "EUR", "0.00"}, {"2.675", "EUR", "2.68"},
		{"2.665", "EUR", "2.67"}, {"0.5", "JPY", "1"}, {"-0.5", "JPY", "-1"}, {"1.5", "JPY", "2"}, {"2.5", "JPY", "3"}, {"0.0005", "KWD", "0.001"},
	} {
		if got := models.MustMoney(dec("1"), c.currency).Share(dec(c.in), dec("1")); got.String() != c.want {
			t.Errorf("%s %s rounds to %s, want %s", c.in, c.currency, got, c.want)
		}
	}
}

// Share is compared with exact fractions, which round themselves.
func TestShareRoundsTheExactQuotientOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		currency := anyCurrency().Draw(t, "currency")
		m := anyMoney(currency, -1_000_000, 1_000_000).Draw(t, "amount")
		part := anyDecimal(0, 10_000_000, 4).Draw(t, "part")
		whole := anyDecimal(1, 10_000_000, 4).Draw(t, "whole")
		exact := new(big.Rat).Quo(new(big.Rat).Mul(m.Decimal().Rat(), part.Rat()), whole.Rat())
		want := exact.FloatString(int(currency.MinorUnits())) // rounds half away from zero
		if got := m.Share(part, whole); !got.Decimal().Equal(dec(want)) {
			t.Fatalf("%s × %s ÷ %s = %s, want %s", m.Text(), part, whole, got, want)
		}
	})
}

func TestMoneyArithmeticOfTwoCurrenciesPanics(t *testing.T) {
	t.Parallel()
	for name, mix := range map[string]func(){
		"adding":      func() { eur("1").Add(money("1", "GBP")) },
		"subtracting": func() { eur("1").Sub(money("1", "GBP")) },
		"comparing":   func() { eur("1").MoreThan(money("1", "GBP")) },
		"summing":     func() { models.Sum("EUR", eur("1"), money("1", "GBP")) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			mix()
		})
	}
	if eur("1").Equal(money("1", "GBP")) {
		t.Error("1 EUR equals 1 GBP")
	}
}

func TestMoneyJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		currency := rapid.SampledFrom(models.Currencies()).Draw(t, "currency")
		want := anyMoney(currency, -1_000_000_000, 1_000_000_000).Draw(t, "amount")
		data, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got models.Money
		if err = json.Unmarshal(data, &got); err != nil || !got.Equal(want) {
			t.Fatalf("%s came back as %s, %v", data, got.Text(), err)
		}
	})
	data, err := json.Marshal(eur("10.5"))
	if want := `{"amount":"10.50","currency":"EUR"}`; err != nil || string(data) != want {
		t.Errorf("10.5 EUR is written as %s, %v; want %s", data, err, want)
	}
}

func TestMoneyJSONOfNoMoney(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal(models.Money{})
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range []string{string(data), "null", "{}"} {
		got := eur("1")
		if err := json.Unmarshal([]byte(in), &got); err != nil || got != (models.Money{}) {
			t.Errorf("%s is read as %#v, %v", in, got, err)
		}
	}
	var optional struct {
		Amount *models.Money `json:"amount,omitempty"`
	}
	if err := json.Unmarshal([]byte(`{"amount":null}`), &optional); err != nil || optional.Amount != nil {
		t.Errorf("an optional amount of null is %v, %v", optional.Amount, err)
	}
}

func TestMoneyJSONRefusals(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]string{
		"a number":            `{"amount":10.5,"currency":"EUR"}`,
		"an exponent":         `{"amount":"1e2","currency":"EUR"}`,
		"too many decimals":   `{"amount":"10.505","currency":"EUR"}`,
		"an unknown currency": `{"amount":"1.00","currency":"ABC"}`,
		"no currency":         `{"amount":"1.00"}`,
		"no amount":           `{"currency":"EUR"}`,
		"a word":              `{"amount":"much","currency":"EUR"}`,
		"sixteen digits":      `{"amount":"1000000000000000","currency":"EUR"}`,
	} {
		t.Run(name+" is refused", func(t *testing.T) {
			t.Parallel()
			var m models.Money
			if err := json.Unmarshal([]byte(in), &m); err == nil {
				t.Errorf("%s is read as %s", in, m.Text())
			}
		})
	}
}

func TestCurrencies(t *testing.T) {
	t.Parallel()
	all := models.Currencies()
	for i, c := range all {
		if i > 0 && all[i-1] >= c {
			t.Errorf("%s stands behind %s", c, all[i-1])
		}
		if !c.Known() || c.Name() == "" || c.MinorUnits() < 0 || c.MinorUnits() > 4 {
			t.Errorf("%s: known %v, name %q, %d decimals", c, c.Known(), c.Name(), c.MinorUnits())
		}
	}
	for c, want := range map[models.Currency]int32{"JPY": 0, "ISK": 0, "EUR": 2, "HUF": 2, "KWD": 3, "TND": 3, "CLF": 4} {
		if got := c.MinorUnits(); got != want {
			t.Errorf("%s has %d decimals, ISO 4217 says %d", c, got, want)
		}
	}
	for _, gone := range []string{"DEM", "HRK", "XXX", "XAU", "", "eur"} {
		_, err := models.ParseCurrency(gone)
		wantCode(t, err, models.KindInvalid, "unknown-currency")
	}
}
