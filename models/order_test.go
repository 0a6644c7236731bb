package models_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"o2c/models"
)

// The values of a line's parts sum to its gross amount, wherever it stands: what is ordered, delivered and invoiced or
// cancelled. Invoiced and cancelled quantities are what is in neither bucket.
func TestLineValuesSumToTheGrossAmount(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		currency := anyCurrency().Draw(t, "currency")
		quantity := anyDecimal(1, 1_000_000, 3).Draw(t, "quantity")
		part := func(of decimal.Decimal, name string) decimal.Decimal {
			return decimal.New(rapid.Int64Range(0, of.Shift(3).IntPart()).Draw(t, name), -3)
		}
		line := models.LineProgress{Quantity: quantity, Gross: anyMoney(currency, 0, 1_000_000).Draw(t, "gross")}
		line.Shipped = part(quantity, "shipped")
		line.Cancelled = part(quantity.Sub(line.Shipped), "cancelled")
		line.Invoiced = part(line.Shipped, "invoiced")
		gone := line.Gross.Sub(line.OpenOrderValue()).Sub(line.DeliveredValue())
		if line.OpenOrderValue().IsNegative() || line.DeliveredValue().IsNegative() || gone.IsNegative() {
			t.Fatalf("of %s: %s open, %s delivered, %s gone", line.Gross, line.OpenOrderValue(), line.DeliveredValue(), gone)
		}
		if line.Open().IsZero() && !line.OpenOrderValue().IsZero() {
			t.Fatalf("nothing is open, worth %s", line.OpenOrderValue())
		}
		if line.Shipped.Equal(line.Invoiced) && !line.DeliveredValue().IsZero() {
			t.Fatalf("nothing is delivered and not invoiced, worth %s", line.DeliveredValue())
		}
		if line.Shipped.IsZero() && line.Cancelled.IsZero() && !line.OpenOrderValue().Equal(line.Gross) {
			t.Fatalf("an untouched line of %s is worth %s", line.Gross, line.OpenOrderValue())
		}
	})
}

// A shipment moves value from O to D and an invoice takes it from D: over any sequence of partial shipments nothing is lost.
func TestPartialShipmentsMoveAllOfALine(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 60).Draw(t, "ordered")
		line := models.LineProgress{Quantity: decimal.NewFromInt(n), Gross: anyMoney("EUR", 0, 10_000).Draw(t, "gross")}
		moved := eur("0")
		for left := n; left > 0; {
			k := rapid.Int64Range(1, left).Draw(t, "shipped")
			before := line
			line.Shipped = line.Shipped.Add(decimal.NewFromInt(k))
			if out, in := before.OpenOrderValue().Sub(line.OpenOrderValue()), line.DeliveredValue().Sub(before.DeliveredValue()); !out.Equal(in) {
				t.Fatalf("shipping %d takes %s from O and adds %s to D", k, out, in)
			}
			moved = moved.Add(line.DeliveredValue())
			line.Invoiced = line.Shipped
			left -= k
		}
		if !moved.Equal(line.Gross) {
			t.Fatalf("%s of %s was delivered", moved, line.Gross)
		}
	})
}

func TestLineProgress(t *testing.T) {
	t.Parallel()
	line := models.LineProgress{Quantity: dec("10"), Shipped: dec("3"), Cancelled: dec("2"), Reserved: dec("1.5"), Invoiced: dec("1"), Gross: eur("100")}
	for name, pair := range map[string][2]string{
		"open is neither shipped nor cancelled":            {line.Open().String(), "5"},
		"to reserve is open and not reserved":              {line.ToReserve().String(), "3.5"},
		"O is the value of what is open":                   {line.OpenOrderValue().String(), "50.00"},
		"D is the value of what is shipped, less invoiced": {line.DeliveredValue().String(), "20.00"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %s, want %s", name, pair[0], pair[1])
		}
	}
}

func TestStageOf(t *testing.T) {
	t.Parallel()
	line := func(quantity, shipped, invoiced, cancelled string) models.LineProgress {
		return models.LineProgress{Quantity: dec(quantity), Shipped: dec(shipped), Invoiced: dec(invoiced), Cancelled: dec(cancelled), Gross: eur("1")}
	}
	for name, c := range map[string]struct {
		lines []models.LineProgress
		items int
		want  models.Stage
	}{
		"a new order is fulfilled":                                 {[]models.LineProgress{line("2", "0", "0", "0")}, 0, models.Fulfilling},
		"fulfilling lasts while a line is open, though it is paid": {[]models.LineProgress{line("2", "2", "2", "0"), line("1", "0", "0", "0")}, 1, models.Fulfilling},
		"shipped and not invoiced is invoicing":                    {[]models.LineProgress{line("2", "1", "0", "1")}, 1, models.Invoicing},
		"invoiced and open is collecting":                          {[]models.LineProgress{line("2", "2", "2", "0")}, 1, models.Collecting},
		"invoiced and settled is reconciling":                      {[]models.LineProgress{line("2", "2", "2", "0")}, 0, models.Reconciling},
		"the rest is cancelled and all is settled":                 {[]models.LineProgress{line("2", "1", "1", "1")}, 0, models.Reconciling},
		"everything is cancelled":                                  {[]models.LineProgress{line("2", "0", "0", "2")}, 0, models.Reconciling},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := models.StageOf(c.lines, c.items); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestStageTransitions(t *testing.T) {
	t.Parallel()
	allowed := map[[2]models.Stage]bool{}
	for _, s := range models.Stages {
		if !s.CanBecome(s) {
			t.Errorf("%s can't stay", s)
		}
		for _, next := range models.Stages {
			allowed[[2]models.Stage{s, next}] = s.CanBecome(next)
		}
	}
	for name, c := range map[string]struct {
		from, to models.Stage
		want     bool
	}{
		"a held order is released":              {models.CreditHold, models.Fulfilling, true},
		"a held order is rejected":              {models.CreditHold, models.Closed, true},
		"of a held order the rest is cancelled": {models.CreditHold, models.Collecting, true},
		"a held order is not received again":    {models.CreditHold, models.Received, false},
		"nothing becomes received again":        {models.Closed, models.Received, false},
		"a closed order is collected again":     {models.Closed, models.Collecting, true},
		"a closed order is not fulfilled":       {models.Closed, models.Fulfilling, false},
		"what is shipped is not fulfilled":      {models.Invoicing, models.Fulfilling, false},
		"a shipped order is never held":         {models.Collecting, models.CreditHold, false},
		"a variance is cleared by collecting":   {models.Reconciling, models.Collecting, true},
		"an expired release is checked again":   {models.Fulfilling, models.CreditHold, true},
		"an order does not skip its invoicing":  {models.Received, models.Invoicing, false},
		"an unknown stage becomes nothing":      {"unknown", models.Closed, false},
	} {
		if got := c.from.CanBecome(c.to); got != c.want {
			t.Errorf("%s: %s → %s is %v", name, c.from, c.to, got)
		}
	}
	for _, s := range models.Stages {
		if waits := s == models.CreditHold || s == models.AwaitingPrepayment; s.WaitsForCredit() != waits {
			t.Errorf("%s waits for credit: %v", s, !waits)
		}
	}
}
