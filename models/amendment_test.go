package models_test

import (
	"testing"

	"github.com/shopspring/decimal"

	"o2c/models"
)

// twoLines is an order of 10 at 2.55 and 4 at 1.00, 19 %, with freight of 5.00; nothing of it is done.
func twoLines(t *testing.T) (models.Order, []models.LineProgress) {
	t.Helper()
	tax := models.TaxClass{Category: "S", Rate: decimal.NewFromInt(19)}
	order := models.Order{
		Currency: "EUR", DiscountPercent: decimal.NewFromInt(3),
		Charges: []models.Charge{{ReasonCode: "FC", Amount: models.MustMoney(decimal.NewFromInt(5), "EUR"), Tax: tax}},
		Lines: []models.OrderLine{
			{Line: 1, Quantity: decimal.NewFromInt(10), UnitPrice: decimal.RequireFromString("2.55"), BaseQuantity: decimal.NewFromInt(1), Tax: tax},
			{Line: 2, Quantity: decimal.NewFromInt(4), UnitPrice: decimal.NewFromInt(1), BaseQuantity: decimal.NewFromInt(1), Tax: tax},
		},
	}
	done := make([]models.LineProgress, len(order.Lines))
	for i := range order.Lines {
		line := &order.Lines[i]
		line.Net = models.LineNet(line.UnitPrice, line.Quantity, line.BaseQuantity, line.DiscountPercent, "EUR")
		done[i] = models.LineProgress{Quantity: line.Quantity, Stocked: true}
	}
	return order, done
}

func amendment(quantities ...string) models.Amendment {
	a := models.Amendment{ID: "dec_1"}
	for i, quantity := range quantities {
		if quantity != "" {
			a.Lines = append(a.Lines, models.LineQuantity{Line: i + 1, Quantity: quantity})
		}
	}
	return a
}

func TestAmend(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		amendment models.Amendment
		total     string
		dropped   int
	}{
		// 12 × 2.55 + 4 = 34.60, less 3 % = 33.56, with freight 38.56, and 19 %
		"more of a line":                   {amendment("12"), "45.89", 0},
		"less of a line":                   {amendment("1", "4"), "13.51", 0},
		"a line that is dropped keeps its": {amendment("", "0"), "40.00", 1},
		"all at once":                      {amendment("0.5", "0.000001"), "7.43", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			order, done := twoLines(t)
			amended, faults := c.amendment.Amend(order, done)
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			if amended.Order.Total.String() != c.total || len(amended.Dropped) != c.dropped {
				t.Errorf("total %s, dropped %v", amended.Order.Total, amended.Dropped)
			}
			sum := amended.Order.ChargeGross
			for _, line := range amended.Order.Lines {
				sum = sum.Add(line.Gross)
			}
			if !sum.Equal(amended.Order.Total) {
				t.Errorf("lines and charges sum to %s of %s", sum, amended.Order.Total)
			}
			if !order.Lines[0].Quantity.Equal(decimal.NewFromInt(10)) {
				t.Error("the order itself was changed")
			}
		})
	}
}

func TestAmendmentsThatAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		amendment models.Amendment
		shipped   int64
		code, at  string
	}{
		"a line that is not there":       {models.Amendment{Lines: []models.LineQuantity{{Line: 3, Quantity: "1"}}}, 0, "line-not-found", "/lines/0/line"},
		"a line below the first":         {models.Amendment{Lines: []models.LineQuantity{{Line: 0, Quantity: "1"}}}, 0, "line-not-found", "/lines/0/line"},
		"a line named twice":             {models.Amendment{Lines: []models.LineQuantity{{Line: 1, Quantity: "1"}, {Line: 1, Quantity: "2"}}}, 0, "line-repeated", "/lines/1/line"},
		"a quantity below nothing":       {amendment("-1"), 0, "invalid-quantity", "/lines/0/quantity"},
		"a quantity with seven decimals": {amendment("1.0000001"), 0, "invalid-quantity", "/lines/0/quantity"},
		"no number":                      {amendment("many"), 0, "invalid-quantity", "/lines/0/quantity"},
		"less than what is shipped":      {amendment("2"), 3, "quantity-below-shipped", "/lines/0/quantity"},
		"dropping what is shipped":       {amendment("0"), 3, "quantity-below-shipped", "/lines/0/quantity"},
		"what is ordered already":        {amendment("10", "4"), 0, "nothing-to-amend", ""},
		"more than there are digits":     {amendment("999999999999999"), 0, "amount-too-large", "/lines"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			order, done := twoLines(t)
			done[0].Shipped = decimal.NewFromInt(c.shipped)
			_, faults := c.amendment.Amend(order, done)
			if len(faults) != 1 || faults[0].Code != c.code || faults[0].Pointer != c.at {
				t.Errorf("%v, want %s at %s", faults, c.code, c.at)
			}
		})
	}
	order, done := twoLines(t)
	done[0].Cancelled = done[0].Quantity
	if _, faults := amendment("5").Amend(order, done); len(faults) != 1 || faults[0].Code != "line-cancelled" {
		t.Errorf("amending a cancelled line: %v", faults)
	}
}
