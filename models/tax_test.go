package models_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"o2c/models"
)

// europe is a small tax book: the general rules, and the rates of two countries.
func europe() models.TaxBook {
	from := day("1993-01-01")
	return models.TaxBook{
		EU:       []string{"DE", "FR", "GR"},
		Patterns: []models.VATIDPattern{{Prefix: "DE", Country: "DE", Pattern: "[0-9]{9}"}, {Prefix: "FR", Country: "FR", Pattern: "[A-Z0-9]{2}[0-9]{9}"}, {Prefix: "EL", Country: "GR", Pattern: "[0-9]{9}"}, {Prefix: "GB", Country: "GB", Pattern: "[0-9]{9}|[0-9]{12}"}},
		Rates: []models.TaxRate{
			{Country: "DE", TaxClass: "standard", ValidFrom: day("2007-01-01"), Rate: dec("19")}, {Country: "DE", TaxClass: "standard", ValidFrom: day("2020-07-01"), Rate: dec("16")},
			{Country: "DE", TaxClass: "standard", ValidFrom: day("2021-01-01"), Rate: dec("19")}, {Country: "FR", TaxClass: "standard", ValidFrom: day("2014-01-01"), Rate: dec("20")},
		},
		Rules: []models.TaxRule{
			{ID: "home", ValidFrom: from, Priority: 900, Seller: "any", ShipTo: "domestic", VATID: "any", Category: "S", RateOf: "seller"},
			{ID: "ic", ValidFrom: from, Priority: 100, Seller: "eu", ShipTo: "eu", VATID: "checked", Supply: "goods", Category: "K", RateOf: "none", Exemption: "IC", ExemptionCode: "VATEX-EU-IC"},
			{ID: "rc", ValidFrom: from, Priority: 110, Seller: "eu", ShipTo: "eu", VATID: "checked", Supply: "service", Category: "AE", RateOf: "none", Exemption: "RC", ExemptionCode: "VATEX-EU-AE"},
			{ID: "export", ValidFrom: from, Priority: 120, Seller: "eu", ShipTo: "non_eu", VATID: "any", Supply: "goods", Category: "G", RateOf: "none", Exemption: "Export", ExemptionCode: "VATEX-EU-G"},
			{ID: "distance", ValidFrom: day("2021-07-01"), Priority: 140, Seller: "eu", ShipTo: "eu", CustomerKind: "consumer", VATID: "any", Supply: "goods", Category: "S", RateOf: "ship_to"},
		},
	}
}

func TestDetermine(t *testing.T) {
	t.Parallel()
	lamp := &models.Product{SKU: "lamp", Tax: standard("7"), TaxClass: "standard", Stocked: true}
	advice := &models.Product{SKU: "advice", Tax: standard("7"), TaxClass: "standard"}
	today, checked := day("2026-11-22"), day("2026-11-01")
	for name, c := range map[string]struct {
		q    models.TaxQuestion
		want string // category, rate, source
	}{
		"at home the table has the rate":                       {models.TaxQuestion{Seller: "DE", ShipTo: "DE", Product: lamp}, "S 19 rule:home@1993-01-01"},
		"goods that go nowhere known stay at home":             {models.TaxQuestion{Seller: "DE", Product: lamp}, "S 19 rule:home@1993-01-01"},
		"the rate is that of the day":                          {models.TaxQuestion{Seller: "DE", Product: lamp, Date: day("2020-12-31")}, "S 16 rule:home@1993-01-01"},
		"before its first day a rate is none":                  {models.TaxQuestion{Seller: "DE", Product: lamp, Date: day("2006-12-31")}, "S 7 product"},
		"a seller whose rates are not kept":                    {models.TaxQuestion{Seller: "GR", Product: lamp}, "S 7 product"},
		"a class whose rate is not kept":                       {models.TaxQuestion{Seller: "DE", Product: &models.Product{Tax: standard("5"), TaxClass: "reduced", Stocked: true}}, "S 5 product"},
		"no seller is known":                                   {models.TaxQuestion{ShipTo: "FR", Product: lamp}, "S 7 product"},
		"goods to a business in the EU":                        {models.TaxQuestion{Seller: "DE", ShipTo: "FR", TaxID: "FR12345678901", CheckedOn: checked, Product: lamp}, "K 0 rule:ic@1993-01-01"},
		"a VAT id may have blanks and dots":                    {models.TaxQuestion{Seller: "DE", ShipTo: "FR", TaxID: "fr 12 345.678-901", CheckedOn: checked, Product: lamp}, "K 0 rule:ic@1993-01-01"},
		"Greek ids begin with EL":                              {models.TaxQuestion{Seller: "DE", ShipTo: "GR", TaxID: "EL123456789", CheckedOn: checked, Product: lamp}, "K 0 rule:ic@1993-01-01"},
		"an id of a third country of the EU":                   {models.TaxQuestion{Seller: "DE", ShipTo: "FR", TaxID: "EL123456789", CheckedOn: checked, Product: lamp}, "K 0 rule:ic@1993-01-01"},
		"an id of the seller's country does not count":         {models.TaxQuestion{Seller: "DE", ShipTo: "FR", TaxID: "DE123456789", CheckedOn: checked, Product: lamp}, "S 7 product"},
		"an id from outside the EU does not count":             {models.TaxQuestion{Seller: "DE", ShipTo: "FR", TaxID: "GB123456789", CheckedOn: checked, Product: lamp}, "S 7 product"},
		"an id that was never checked":                         {models.TaxQuestion{Seller: "DE", ShipTo: "FR", TaxID: "FR12345678901", Product: lamp}, "S 7 product"},
		"an id that is checked only tomorrow":                  {models.TaxQuestion{Seller: "DE", ShipTo: "FR", TaxID: "FR12345678901", CheckedOn: today.AddDays(1), Product: lamp}, "S 7 product"},
		"an id with a digit too few":                           {models.TaxQuestion{Seller: "DE", ShipTo: "FR", TaxID: "FR1234567890", CheckedOn: checked, Product: lamp}, "S 7 product"},
		"an id with a line too many":                           {models.TaxQuestion{Seller: "DE", ShipTo: "FR", TaxID: "FR12345678901\n", CheckedOn: checked, Product: lamp}, "S 7 product"},
		"an alternative is anchored on both ends":              {models.TaxQuestion{Seller: "FR", ShipTo: "GR", TaxID: "GB1234567890", CheckedOn: checked, Product: lamp}, "S 7 product"},
		"a service to a business in the EU":                    {models.TaxQuestion{Seller: "DE", ShipTo: "FR", TaxID: "FR12345678901", CheckedOn: checked, Product: advice}, "AE 0 rule:rc@1993-01-01"},
		"goods that leave the EU":                              {models.TaxQuestion{Seller: "DE", ShipTo: "US", Product: lamp}, "G 0 rule:export@1993-01-01"},
		"a service that leaves the EU has no rule":             {models.TaxQuestion{Seller: "DE", ShipTo: "US", Product: advice}, "S 7 product"},
		"goods to a consumer in the EU":                        {models.TaxQuestion{Seller: "DE", ShipTo: "FR", CustomerKind: "consumer", Product: lamp}, "S 20 rule:distance@2021-07-01"},
		"goods to a consumer where no rate is kept":            {models.TaxQuestion{Seller: "DE", ShipTo: "GR", CustomerKind: "consumer", Product: lamp}, "S 7 product"},
		"goods to a consumer before the rule began":            {models.TaxQuestion{Seller: "DE", ShipTo: "FR", CustomerKind: "consumer", Product: lamp, Date: day("2021-06-30")}, "S 7 product"},
		"goods to a business without an id":                    {models.TaxQuestion{Seller: "DE", ShipTo: "FR", CustomerKind: "business", Product: lamp}, "S 7 product"},
		"what is exempt stays exempt":                          {models.TaxQuestion{Seller: "DE", ShipTo: "US", Product: &models.Product{Tax: models.TaxClass{Category: "E"}, TaxClass: "standard", Stocked: true}}, "E 0 product"},
		"what is zero-rated at home is exported":               {models.TaxQuestion{Seller: "DE", ShipTo: "US", Product: &models.Product{Tax: models.TaxClass{Category: "Z"}, TaxClass: "standard", Stocked: true}}, "G 0 rule:export@1993-01-01"},
		"what is zero-rated has no rate of the table":          {models.TaxQuestion{Seller: "DE", ShipTo: "DE", Product: &models.Product{Tax: models.TaxClass{Category: "Z"}, TaxClass: "standard", Stocked: true}}, "Z 0 product"},
		"the customer's treatment goes before the rules":       {models.TaxQuestion{Seller: "DE", ShipTo: "US", Treatment: models.Domestic, Product: lamp}, "S 7 customer:domestic"},
		"a treatment as an export does so too":                 {models.TaxQuestion{Seller: "DE", ShipTo: "DE", Treatment: models.Export, Product: lamp}, "G 0 customer:export"},
		"a treatment that says nothing leaves it to the rules": {models.TaxQuestion{Seller: "DE", ShipTo: "US", Treatment: models.Determined, Product: lamp}, "G 0 rule:export@1993-01-01"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.q.Date.IsZero() {
				c.q.Date = today
			}
			got := europe().Determine(c.q)
			if text := got.Tax.Category + " " + got.Tax.Rate.String() + " " + got.Source; text != c.want {
				t.Errorf("%s, want %s", text, c.want)
			}
			if got.Reason == "" || (got.Tax.Category == "S" || got.Tax.Category == "Z") == (got.Exemption != "") && got.Tax.Category != "E" {
				t.Errorf("reason %q, exemption %q", got.Reason, got.Exemption)
			}
		})
	}
}

// The answer does not depend on the order in which rules are read, and is never a rate above 0 outside of category S.
func TestDetermineIsDeterministic(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		places := rapid.SampledFrom([]string{"DE", "FR", "GR", "GB", "US", ""})
		q := models.TaxQuestion{
			Seller: places.Draw(t, "seller"), ShipTo: places.Draw(t, "ship to"), Date: day("2026-11-22"),
			CustomerKind: rapid.SampledFrom([]string{"business", "public", "consumer"}).Draw(t, "kind"),
			TaxID:        rapid.SampledFrom([]string{"", "DE123456789", "FR12345678901", "nonsense"}).Draw(t, "tax id"),
			Product:      &models.Product{Tax: anyTax().Draw(t, "tax"), TaxClass: rapid.SampledFrom([]string{"standard", "reduced"}).Draw(t, "class"), Stocked: rapid.Bool().Draw(t, "stocked")},
		}
		if rapid.Bool().Draw(t, "checked") {
			q.CheckedOn = day("2026-11-01")
		}
		book := europe()
		got := book.Determine(q)
		book.Rules = rapid.Permutation(book.Rules).Draw(t, "rules in another order")
		book.Rates = rapid.Permutation(book.Rates).Draw(t, "rates in another order")
		if diff := cmp.Diff(got, book.Determine(q)); diff != "" {
			t.Fatalf("(-one order +another):\n%s", diff)
		}
		if got.Tax.Category != "S" && !got.Tax.Rate.IsZero() {
			t.Fatalf("%+v", got)
		}
	})
}

func TestTaxRuleValidate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rule models.TaxRule
		want []string
	}{
		"an export":                        {models.TaxRule{Category: "G", Exemption: "Export"}, nil},
		"the product's rate":               {models.TaxRule{Category: "S"}, nil},
		"a rate of its own":                {models.TaxRule{Category: "S", Rate: new(dec("5"))}, nil},
		"a rate where none is charged":     {models.TaxRule{Category: "G", Rate: new(dec("5")), Exemption: "x"}, []string{"/rate invalid-tax-rate"}},
		"category S without a rate":        {models.TaxRule{Category: "S", RateOf: "none"}, []string{"/rate_of invalid-tax-rate"}},
		"a fixed rate that is not there":   {models.TaxRule{Category: "S", RateOf: "fixed"}, []string{"/rate invalid-tax-rate"}},
		"no reason for no tax":             {models.TaxRule{Category: "K"}, []string{"/exemption invalid-exemption"}},
		"a reason for a tax":               {models.TaxRule{Category: "S", ExemptionCode: "VATEX-EU-G"}, []string{"/exemption invalid-exemption"}},
		"a category that is none":          {models.TaxRule{Category: "X", Exemption: "x"}, []string{"/category invalid-tax-category"}},
		"a place that is none":             {models.TaxRule{Category: "Z", Seller: "europe", ShipTo: "moon"}, []string{"/seller invalid-place", "/ship_to invalid-place"}},
		"a kind of customer that is none":  {models.TaxRule{Category: "Z", CustomerKind: "friend"}, []string{"/customer_kind invalid-kind"}},
		"a supply that is none":            {models.TaxRule{Category: "Z", Supply: "air"}, []string{"/supply invalid-supply"}},
		"an id in capitals":                {models.TaxRule{ID: "X", Category: "Z"}, []string{"/id invalid-id"}},
		"an end before its start":          {models.TaxRule{Category: "Z", ValidUntil: day("2025-12-31")}, []string{"/valid_until invalid-date"}},
		"a VAT id that is hoped for":       {models.TaxRule{Category: "Z", VATID: "hoped"}, []string{"/vat_id invalid-vat-id"}},
		"a tax class with a blank":         {models.TaxRule{Category: "Z", TaxClass: "a b"}, []string{"/tax_class invalid-tax-class"}},
		"a rate of somewhere that is none": {models.TaxRule{Category: "S", RateOf: "moon"}, []string{"/rate_of invalid-tax-rate"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rule := c.rule
			rule.ValidFrom = day("2026-01-01")
			for _, field := range []struct {
				of    *string
				value string
			}{{&rule.ID, "a-rule"}, {&rule.Seller, "any"}, {&rule.ShipTo, "any"}} {
				if *field.of == "" {
					*field.of = field.value
				}
			}
			if diff := cmp.Diff(c.want, codesAt(rule.Validate())); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
