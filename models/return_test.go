package models

import (
	"fmt"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// However shipments, bills and credits lie, all of a quantity comes back of what is there, what is not billed first, and no more of a bill
// is credited than is left of it.
func TestTakeBackTakesAllAndCreditsNothingTwice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		some := func(name string, most int) decimal.Decimal {
			return decimal.New(int64(rapid.IntRange(0, most).Draw(t, name)), -1)
		}
		var deliveries []Delivered
		there := decimal.Zero
		for n := range rapid.IntRange(1, 6).Draw(t, "shipments") {
			d := Delivered{ShipmentID: fmt.Sprint(n), Left: some("left", 100)}
			if rapid.Bool().Draw(t, "billed") {
				d.Invoice, d.InvoiceLine, d.Creditable = "INV", n+1, some("creditable", 120)
			}
			there = there.Add(d.Left)
			deliveries = append(deliveries, d)
		}
		quantity := decimal.Min(there, some("quantity", 600))
		back, unbilledLeft, billed := decimal.Zero, decimal.Zero, false
		for _, d := range deliveries {
			if d.Invoice == "" {
				unbilledLeft = unbilledLeft.Add(d.Left)
			}
		}
		seen := map[string]bool{}
		for _, part := range TakeBack(quantity, deliveries) {
			back = back.Add(part.Quantity)
			switch {
			case !part.Quantity.IsPositive() || part.Quantity.GreaterThan(part.Left) || seen[part.ShipmentID]:
				t.Fatalf("%+v", part)
			case part.Credit.GreaterThan(part.Quantity) || part.Credit.GreaterThan(part.Creditable) || part.Credit.IsNegative():
				t.Fatalf("credits too much: %+v", part)
			case part.Invoice == "" && billed:
				t.Fatalf("what is billed came before %+v", part)
			}
			seen[part.ShipmentID], billed = true, billed || part.Invoice != ""
		}
		if !back.Equal(quantity) || billed && quantity.LessThanOrEqual(unbilledLeft) {
			t.Fatalf("%s of %s came back, %s are not billed", back, quantity, unbilledLeft)
		}
	})
}

// What comes back after notes by amount takes what they have left of its tax group, and nothing of another one.
func TestCreditReturnedTakesWhatIsLeftOfItsGroup(t *testing.T) {
	t.Parallel()
	eur := func(s string) Money { return MustMoney(decimal.RequireFromString(s), "EUR") }
	full, reduced := TaxClass{Category: "S", Rate: decimal.NewFromInt(19)}, TaxClass{Category: "S", Rate: decimal.NewFromInt(7)}
	of := func(left, tax string) Creditable {
		return Creditable{
			Lines: []CreditableLine{
				{Line: 1, Tax: full, Quantity: decimal.NewFromInt(10), Net: eur("100"), CreditedNet: eur("0")},
				{Line: 2, Tax: reduced, Quantity: decimal.NewFromInt(2), Net: eur("40"), CreditedNet: eur("0")},
			},
			Groups: []CreditableGroup{
				{Tax: full, Taxable: eur("100"), Allowance: eur("0"), Left: CreditGroup{Tax: full, Taxable: eur(left), Amount: eur(tax)}},
				{Tax: reduced, Taxable: eur("40"), Allowance: eur("0"), Left: CreditGroup{Tax: reduced, Taxable: eur("40"), Amount: eur("2.80")}},
			},
		}
	}
	for name, c := range map[string]struct{ left, tax, total string }{
		"enough is left":  {"100", "19", "59.50"},
		"a part is left":  {"20", "3.80", "23.80"},
		"nothing is left": {"0", "0", "0.00"},
	} {
		drawn, faults := CreditReturned([]LineQuantity{{Line: 1, Quantity: "5"}}, of(c.left, c.tax))
		if got := drawn.Total("EUR").String(); len(faults) > 0 || got != c.total {
			t.Errorf("%s: %s, %v; want %s", name, got, faults, c.total)
		}
	}
}

// A line is done when what is shipped is invoiced or came back before; its charges go when all of it did.
func TestWhatCameBackBeforeItWasInvoicedIsNotOwed(t *testing.T) {
	t.Parallel()
	line := LineProgress{
		Quantity: decimal.NewFromInt(10), Shipped: decimal.NewFromInt(10), Invoiced: decimal.Zero, Unbilled: decimal.NewFromInt(4),
		Gross: MustMoney(decimal.RequireFromString("119"), "EUR"),
	}
	charges := MustMoney(decimal.RequireFromString("11.90"), "EUR")
	if _, delivered := Commitment([]LineProgress{line}, charges); delivered.String() != "83.30" || StageOf([]LineProgress{line}, 0) != Invoicing {
		t.Errorf("delivered %s, %s", delivered, StageOf([]LineProgress{line}, 0))
	}
	line.Unbilled = decimal.NewFromInt(10)
	if open, delivered := Commitment([]LineProgress{line}, charges); !open.IsZero() || !delivered.IsZero() || StageOf([]LineProgress{line}, 0) != Reconciling {
		t.Errorf("open %s, delivered %s, %s", open, delivered, StageOf([]LineProgress{line}, 0))
	}
}
