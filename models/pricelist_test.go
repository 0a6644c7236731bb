package models_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"o2c/models"
)

// wholesale is a price list as it is read for an order: lists as they go first, of each the highest break first.
func wholesale() []models.ListPrice {
	from := day("2026-01-01")
	return []models.ListPrice{
		{List: "acme", ListName: "Acme's own", ValidFrom: day("2026-03-01"), MinQuantity: dec("1000"), UnitPrice: dec("1.9"), BaseQuantity: dec("100")},
		{List: "wholesale", ListName: "Wholesale", ValidFrom: from, MinQuantity: dec("500"), UnitPrice: dec("0.02"), BaseQuantity: dec("1")},
		{List: "wholesale", ListName: "Wholesale", ValidFrom: from, MinQuantity: dec("10.5"), UnitPrice: dec("2.5")},
		{List: "general", ListName: "General", ValidFrom: from, UnitPrice: dec("2.8")},
	}
}

func TestPriceOfQuantityBreaks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		quantity string
		prices   []models.ListPrice
		want     string // price per base quantity, source
	}{
		"no list": {"10", nil, "2.99 per 100 product"},
		"no break is reached, the general list has it": {"10", wholesale(), "2.8 per 100 price_list:general@2026-01-01#0"},
		"a break is reached exactly":                   {"10.5", wholesale(), "2.5 per 100 price_list:wholesale@2026-01-01#10.5"},
		"below the next break":                         {"499.999999", wholesale(), "2.5 per 100 price_list:wholesale@2026-01-01#10.5"},
		"an entry with a base quantity of its own":     {"500", wholesale(), "0.02 per 1 price_list:wholesale@2026-01-01#500"},
		"the customer's own list goes first":           {"1000", wholesale(), "1.9 per 100 price_list:acme@2026-03-01#1000"},
		"no break is reached in any list":              {"10", wholesale()[:3], "2.99 per 100 product"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			line := models.LineRequest{SKU: "nail", Quantity: dec(c.quantity), ListPrices: c.prices}
			order, faults := models.PriceOrder(models.Order{Currency: "EUR"}, []models.LineRequest{line}, buyer(), catalogue())
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			got := order.Lines[0]
			if text := fmt.Sprintf("%s per %s %s", got.UnitPrice, got.BaseQuantity, got.PriceSource); text != c.want {
				t.Errorf("%s, want %s", text, c.want)
			}
			if got.PriceReason == "" || len(order.Overridden()) > 0 {
				t.Errorf("the reason is %q, overridden %v", got.PriceReason, order.Overridden())
			}
		})
	}
}

// Only another price than the determined one is an override.
func TestPriceGivenWithTheOrder(t *testing.T) {
	t.Parallel()
	products := catalogue()
	for name, c := range map[string]struct {
		sku, asked string
		want       string
	}{
		"equal":                  {"nail", "2.800000", "price_list:general@2026-01-01#0 2.8"},
		"lower":                  {"nail", "2.79", "override 2.79 instead of 2.8 price_list:general@2026-01-01#0"},
		"higher":                 {"nail", "2.81", "override 2.81 instead of 2.8 price_list:general@2026-01-01#0"},
		"nothing":                {"nail", "0", "override 0 instead of 2.8 price_list:general@2026-01-01#0"},
		"where none is known":    {"unpriced", "5", "override 5"},
		"equal to the product's": {"book", "20", "product 20"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			known := map[string]*models.Product{"nail": products["nail"], "book": products["book"],
				"unpriced": {SKU: "unpriced", Name: "Unpriced", BaseQuantity: dec("1"), Tax: standard("19")}}
			line := models.LineRequest{SKU: c.sku, Quantity: dec("1"), UnitPrice: new(dec(c.asked))}
			if c.sku == "nail" {
				line.ListPrices = wholesale()
			}
			order, faults := models.PriceOrder(models.Order{Currency: "EUR"}, []models.LineRequest{line}, buyer(), known)
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			got := order.Lines[0]
			text := got.PriceSource + " " + got.UnitPrice.String()
			if got.OverriddenPrice != nil {
				text += " instead of " + got.OverriddenPrice.String() + " " + got.OverriddenSource
			}
			if text != c.want {
				t.Errorf("%s, want %s", text, c.want)
			}
			if (got.PriceSource == models.PriceOverridden) != (len(order.Overridden()) == 1) {
				t.Errorf("overridden: %v", order.Overridden())
			}
		})
	}
}

// More of something never costs a higher price when its breaks go down.
func TestLargerQuantitiesReachTheSameBreakOrAHigherOne(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		breaks := rapid.SliceOfNDistinct(rapid.Int64Range(0, 1000), 1, 6, rapid.ID).Draw(t, "breaks")
		slices.Sort(breaks)
		var prices []models.ListPrice
		for i, b := range slices.Backward(breaks) {
			prices = append(prices, models.ListPrice{List: "l", ListName: "L", ValidFrom: day("2026-01-01"), MinQuantity: dec(fmt.Sprint(b)), UnitPrice: dec(fmt.Sprint(100 - i))})
		}
		lower := anyDecimal(1, 1_200_000, 3).Draw(t, "quantity")
		higher := lower.Add(anyDecimal(0, 1_000_000, 3).Draw(t, "more"))
		price := func(quantity string) string {
			order, faults := models.PriceOrder(models.Order{Currency: "EUR"}, []models.LineRequest{{SKU: "book", Quantity: dec(quantity), ListPrices: prices}}, buyer(), catalogue())
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			return order.Lines[0].UnitPrice.String()
		}
		if small, large := price(lower.String()), price(higher.String()); small != "20" && dec(large).GreaterThan(dec(small)) {
			t.Fatalf("%s costs %s each, %s costs %s", lower, small, higher, large)
		}
	})
}

func TestPriceListValidate(t *testing.T) {
	t.Parallel()
	valid := func() models.PriceList {
		return models.PriceList{ID: "l", Name: "List", Currency: "EUR", Versions: []models.PriceListVersion{{ValidFrom: day("2026-01-01"), ValidUntil: day("2026-01-01"),
			Entries: []models.PriceEntry{{SKU: "nail", UnitPrice: dec("1")}, {SKU: "nail", MinQuantity: dec("2"), UnitPrice: dec("1")}}}}}
	}
	for name, c := range map[string]struct {
		change func(*models.PriceList)
		want   []string
	}{
		"a list for a day":         {func(*models.PriceList) {}, nil},
		"no name":                  {func(l *models.PriceList) { l.Name = " " }, []string{"/name invalid-name"}},
		"an unknown currency":      {func(l *models.PriceList) { l.Currency = "DEM" }, []string{"/currency unknown-currency"}},
		"for two scopes":           {func(l *models.PriceList) { l.CustomerID, l.Segment = "acme", "gold" }, []string{"/segment invalid-scope"}},
		"a segment with a blank":   {func(l *models.PriceList) { l.Segment = "a b" }, []string{"/segment invalid-segment"}},
		"an end before its start":  {func(l *models.PriceList) { l.Versions[0].ValidUntil = day("2025-12-31") }, []string{"/valid_until invalid-date"}},
		"one break priced twice":   {func(l *models.PriceList) { l.Versions[0].Entries[1].MinQuantity = dec("0.0") }, []string{"/entries/1 duplicate-break"}},
		"an empty list is a list":  {func(l *models.PriceList) { l.Versions[0].Entries = nil }, nil},
		"a segment of its own":     {func(l *models.PriceList) { l.Segment = "gold" }, nil},
		"a customer of its own":    {func(l *models.PriceList) { l.CustomerID = "acme" }, nil},
		"a list without an end":    {func(l *models.PriceList) { l.Versions[0].ValidUntil = models.Date{} }, nil},
		"two breaks that are same": {func(l *models.PriceList) { l.Versions[0].Entries[0].MinQuantity = dec("2.000") }, []string{"/entries/1 duplicate-break"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list := valid()
			c.change(&list)
			if diff := cmp.Diff(c.want, codesAt(list.Validate())); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
