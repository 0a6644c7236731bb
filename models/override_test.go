package models_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"o2c/models"
)

// tenPercent is the policy that the book comes with.
func tenPercent() models.SalesPolicy {
	return models.SalesPolicy{Version: 1, MaxLineDiscount: new(dec("10")), MaxOrderDiscount: new(dec("10"))}
}

// overridesOf are the overrides of an order for a customer with 30 days net: "kind pointer".
func overridesOf(t *testing.T, order models.Order) []string {
	t.Helper()
	var found []string
	for _, override := range order.FindOverrides(&models.Customer{}, models.LimitsOf([]models.SalesPolicy{tenPercent()})) {
		found = append(found, string(override.Kind)+" "+override.Pointer)
		forbidden := override.Forbidden()
		wantCode(t, forbidden, models.KindForbidden, forbidden.Code)
		if forbidden.Pointer != override.Pointer || !strings.HasSuffix(forbidden.Code, "-override-forbidden") || !strings.Contains(forbidden.Detail, override.Words()) {
			t.Errorf("%+v is refused with %+v", override, forbidden)
		}
	}
	return found
}

func taxedLine(number int, net, category, rate string) models.OrderLine {
	return models.OrderLine{Line: number, SKU: "nail", PriceSource: models.PriceOfProduct, Net: eur(net), Tax: models.TaxClass{Category: category, Rate: dec(rate)}}
}

func charged(category, rate string) models.Charge {
	return models.Charge{Amount: eur("5"), Tax: models.TaxClass{Category: category, Rate: dec(rate)}}
}

func TestWhatOfAnOrderIsAnOverride(t *testing.T) {
	t.Parallel()
	standard := []models.OrderLine{taxedLine(1, "80.00", "S", "19"), taxedLine(2, "20.00", "S", "7")}
	discounted := func(percents ...string) []models.OrderLine {
		lines := slices.Clone(standard)
		for i, percent := range percents {
			lines[i].DiscountPercent = dec(percent)
		}
		return lines
	}
	byHand := slices.Clone(standard)
	byHand[1].PriceSource, byHand[1].UnitPrice = models.PriceOverridden, dec("0.5")
	for name, c := range map[string]struct {
		order models.Order
		want  []string
	}{
		"nothing":                            {models.Order{Lines: standard}, nil},
		"a price by hand":                    {models.Order{Lines: byHand}, []string{"price /lines/1/unit_price"}},
		"the largest discounts":              {models.Order{Lines: discounted("10", "9.9999"), DiscountPercent: dec("10")}, nil},
		"a little more on a line":            {models.Order{Lines: discounted("0", "10.0001")}, []string{"line_discount /lines/1/discount_percent"}},
		"all of it":                          {models.Order{Lines: discounted("100"), DiscountPercent: dec("100")}, []string{"line_discount /lines/0/discount_percent", "order_discount /discount_percent"}},
		"fewer days":                         {models.Order{Lines: standard, Terms: net(7)}, nil},
		"more days and a discount":           {models.Order{Lines: standard, Terms: early(900, "99", 10)}, []string{"payment_terms /payment_terms/net_days", "payment_terms /payment_terms/discount_percent"}},
		"freight as most of the goods":       {models.Order{Lines: standard, Charges: []models.Charge{charged("S", "19")}}, nil},
		"freight as some goods, at less":     {models.Order{Lines: standard, Charges: []models.Charge{charged("S", "7")}}, []string{"charge_tax /charges/0/tax_rate"}},
		"freight at a rate of its own":       {models.Order{Lines: standard, Charges: []models.Charge{charged("S", "19"), charged("S", "25")}}, []string{"charge_tax /charges/1/tax_rate"}},
		"freight at 0 %":                     {models.Order{Lines: standard, Charges: []models.Charge{charged("S", "0")}}, []string{"charge_tax /charges/0/tax_rate"}},
		"freight outside the scope of tax":   {models.Order{Lines: standard, Charges: []models.Charge{charged("O", "0")}}, []string{"charge_tax /charges/0/tax_category"}},
		"freight as the few goods that cost": {models.Order{Lines: []models.OrderLine{taxedLine(1, "80.00", "K", "0"), taxedLine(2, "20.00", "S", "7")}, Charges: []models.Charge{charged("S", "7"), charged("K", "0")}}, nil},
		"freight untaxed for another reason": {models.Order{Lines: []models.OrderLine{taxedLine(1, "80.00", "K", "0")}, Charges: []models.Charge{charged("G", "0")}}, []string{"charge_tax /charges/0/tax_category"}},
		"of equal nets the higher rate":      {models.Order{Lines: []models.OrderLine{taxedLine(1, "50.00", "S", "7"), taxedLine(2, "50.00", "S", "19")}, Charges: []models.Charge{charged("S", "7")}}, []string{"charge_tax /charges/0/tax_rate"}},
		"goods for nothing":                  {models.Order{Lines: []models.OrderLine{taxedLine(1, "0", "Z", "0"), taxedLine(2, "0", "S", "19")}, Charges: []models.Charge{charged("Z", "0")}}, []string{"charge_tax /charges/0/tax_category"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.order.Currency = "EUR"
			if got := overridesOf(t, c.order); !slices.Equal(got, c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

// Whatever the order of the lines, the same charges pass; and a charge that passes is never taxed less than most of the goods.
func TestAChargeIsNeverTaxedLessThanTheGoods(t *testing.T) {
	t.Parallel()
	classes := []models.TaxClass{{Category: "S", Rate: dec("19")}, {Category: "S", Rate: dec("7")}, {Category: "Z"}, {Category: "K"}}
	rapid.Check(t, func(t *rapid.T) {
		order := models.Order{Currency: "EUR", Charges: []models.Charge{{Amount: eur("1"), Tax: rapid.SampledFrom(append(classes, models.TaxClass{Category: "O"})).Draw(t, "charge")}}}
		nets := make([]decimal.Decimal, len(classes))
		for i := range rapid.IntRange(1, 5).Draw(t, "lines") {
			k := rapid.IntRange(0, len(classes)-1).Draw(t, "tax")
			line := models.OrderLine{Line: i + 1, PriceSource: models.PriceOfProduct, Net: anyMoney("EUR", 0, 3).Draw(t, "net"), Tax: classes[k]}
			order.Lines = append(order.Lines, line)
			nets[k] = nets[k].Add(line.Net.Decimal())
		}
		limits := models.LimitsOf([]models.SalesPolicy{tenPercent()})
		passes := len(order.FindOverrides(&models.Customer{}, limits)) == 0
		slices.Reverse(order.Lines)
		if again := len(order.FindOverrides(&models.Customer{}, limits)) == 0; again != passes {
			t.Fatalf("the order of the lines decides: %t, %t", passes, again)
		}
		charge := order.Charges[0].Tax
		most := decimal.Max(nets[0], nets[1:]...)
		for k, class := range classes {
			alone := slices.IndexFunc(slices.Delete(slices.Clone(nets), k, k+1), most.Equal) < 0
			if passes && alone && nets[k].Equal(most) && charge.Rate.LessThan(class.Rate) {
				t.Fatalf("a charge in %+v passes, most of the goods are in %+v", charge, class)
			}
		}
		if passes && !slices.ContainsFunc(order.Lines, func(l models.OrderLine) bool { return l.Tax.Equal(charge) }) {
			t.Fatalf("a charge in %+v passes and no line bears that", charge)
		}
	})
}

func TestTheNarrowestPolicyThatSaysSoLimitsADiscount(t *testing.T) {
	t.Parallel()
	all := tenPercent()
	gold := models.SalesPolicy{Segment: "gold", Version: 3, MaxLineDiscount: new(dec("25"))}
	acme := models.SalesPolicy{CustomerID: "acme", Version: 2, MaxOrderDiscount: new(dec("0"))}
	for name, c := range map[string]struct {
		policies    []models.SalesPolicy
		line, order string
	}{
		"for all":                          {[]models.SalesPolicy{all}, "10 sales_policy:all@1", "10 sales_policy:all@1"},
		"for a segment":                    {[]models.SalesPolicy{all, gold}, "25 sales_policy:segment:gold@3", "10 sales_policy:all@1"},
		"for a customer, in a segment":     {[]models.SalesPolicy{all, gold, acme}, "25 sales_policy:segment:gold@3", "0 sales_policy:customer:acme@2"},
		"without a policy nothing is free": {nil, "0 ", "0 "},
	} {
		limits := models.LimitsOf(c.policies)
		for got, want := range map[models.DiscountLimit]string{limits.Line: c.line, limits.Order: c.order} {
			if text := got.Percent.String() + " " + got.Source; text != want {
				t.Errorf("%s: %s, want %s", name, text, want)
			}
		}
	}
}

func TestSalesPolicyValidate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		policy models.SalesPolicy
		want   []string
	}{
		"for all":                     {tenPercent(), nil},
		"for a segment, all from all": {models.SalesPolicy{Segment: "gold"}, nil},
		"for nobody in particular":    {models.SalesPolicy{CustomerID: "acme", Segment: "gold"}, []string{"invalid-scope /segment"}},
		"for no segment's name":       {models.SalesPolicy{Segment: "go ld"}, []string{"invalid-segment /segment"}},
		"for all, without a word":     {models.SalesPolicy{}, []string{"discount-missing /max_line_discount_percent", "discount-missing /max_discount_percent"}},
	} {
		var got []string
		for _, fault := range c.policy.Validate() {
			got = append(got, fault.Code+" "+fault.Pointer)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
