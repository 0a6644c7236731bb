package models_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"o2c/models"
)

// nails is an order of so many nails, priced by the lists of wholesale.
func nails(t interface {
	Helper()
	Fatal(...any)
}, quantity string, prices []models.ListPrice) models.Order {
	t.Helper()
	order, faults := models.PriceOrder(models.Order{Currency: "EUR"}, []models.LineRequest{{SKU: "nail", Quantity: dec(quantity), ListPrices: prices}}, buyer(), catalogue())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return order
}

func undone(order models.Order) []models.LineProgress {
	done := make([]models.LineProgress, len(order.Lines))
	for i, line := range order.Lines {
		done[i] = models.LineProgress{Quantity: line.Quantity, Gross: line.Gross, Stocked: true}
	}
	return done
}

func TestAnAmendmentAcrossABreakIsPricedByItsBreak(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ordered, shipped, amended string
		prices                    []models.ListPrice
		want                      string // price, source
		kept                      bool
	}{
		"down, below the break":               {"600", "0", "400", wholesale(), "2.5 price_list:wholesale@2026-01-01#10.5", false},
		"down, to another list":               {"600", "0", "10", wholesale(), "2.8 price_list:general@2026-01-01#0", false},
		"down, to the product's price":        {"600", "0", "10", wholesale()[:3], "2.99 product", false},
		"down, to the break":                  {"600", "0", "500", wholesale(), "0.02 price_list:wholesale@2026-01-01#500", false},
		"up, to a break":                      {"600", "0", "1000", wholesale(), "1.9 price_list:acme@2026-03-01#1000", false},
		"down, without a list":                {"600", "0", "1", nil, "2.99 product", false},
		"down, when goods have left at it":    {"600", "1", "400", wholesale(), "0.02 price_list:wholesale@2026-01-01#500", true},
		"up, when goods have left at a price": {"10", "1", "11", wholesale(), "2.8 price_list:general@2026-01-01#0", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			order := nails(t, c.ordered, c.prices)
			done := undone(order)
			done[0].Shipped = dec(c.shipped)
			amended, faults := amendment(c.amended).Amend(order, done)
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			line := amended.Order.Lines[0]
			if got := line.UnitPrice.String() + " " + line.PriceSource; got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			if !line.Net.Equal(models.LineNet(line.UnitPrice, line.Quantity, line.BaseQuantity, line.DiscountPercent, "EUR")) {
				t.Errorf("the net is %s", line.Net)
			}
			changed := order.Lines[0].PriceSource != line.PriceSource
			if got := len(amended.Repriced); got > 1 || (got == 1) != (changed || c.kept) || got == 1 && amended.Repriced[0].Kept != c.kept {
				t.Errorf("it says %+v", amended.Repriced)
			}
		})
	}
}

func TestAPriceThatAPersonGaveStays(t *testing.T) {
	t.Parallel()
	request := models.LineRequest{SKU: "nail", Quantity: dec("600"), ListPrices: wholesale(), UnitPrice: new(dec("0.01"))}
	order, faults := models.PriceOrder(models.Order{Currency: "EUR"}, []models.LineRequest{request}, buyer(), catalogue())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	amended, faults := amendment("10").Amend(order, undone(order))
	if line := amended.Order.Lines[0]; len(faults) > 0 || line.UnitPrice.String() != "0.01" || line.PriceSource != models.PriceOverridden || len(amended.Repriced) > 0 {
		t.Errorf("%v: %+v", faults, line)
	}
}

// Below the smallest break of a product without a price of its own there is none.
func TestAnAmendmentToAQuantityWithoutAPriceIsRefused(t *testing.T) {
	t.Parallel()
	product := catalogue()["nail"]
	bare := *product
	bare.Prices = nil
	request := models.LineRequest{SKU: "nail", Quantity: dec("600"), ListPrices: wholesale()[:3]}
	order, faults := models.PriceOrder(models.Order{Currency: "EUR"}, []models.LineRequest{request}, buyer(), map[string]*models.Product{"nail": &bare})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	_, faults = amendment("10").Amend(order, undone(order))
	if len(faults) != 1 || faults[0].Code != "price-missing" || faults[0].Pointer != "/lines/0/quantity" {
		t.Errorf("%v", faults)
	}
}

// An order that is amended costs what it would have cost if it had been entered so.
func TestAnAmendedOrderCostsWhatItWouldHaveCost(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		prices := slices.Clone(wholesale())
		prices = prices[rapid.IntRange(0, len(prices)-1).Draw(t, "without the first"):]
		quantity := func(name string) string {
			return rapid.SampledFrom([]string{"0.5", "10", "10.5", "11", "499.999999", "500", "501", "999", "1000", "1001"}).Draw(t, name)
		}
		from, to := quantity("from"), quantity("to")
		order := nails(t, from, prices)
		amended, faults := amendment(to).Amend(order, undone(order))
		if from == to {
			return
		}
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		got, want := amended.Order, nails(t, to, prices)
		if a, b := fmt.Sprintln(got.Total, got.TaxTotal, got.Lines[0].PriceSource, got.Lines[0].PriceReason), fmt.Sprintln(want.Total, want.TaxTotal, want.Lines[0].PriceSource, want.Lines[0].PriceReason); a != b {
			t.Fatalf("amended from %s to %s: %sentered: %s", from, to, a, b)
		}
	})
}
