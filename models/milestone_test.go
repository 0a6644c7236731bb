package models_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"o2c/models"
)

// soFar adds an invoice of a milestone to what was billed before it.
func soFar(billed models.BilledSoFar, m models.Milestone, invoice models.Invoice) models.BilledSoFar {
	next := models.BilledSoFar{Percent: billed.Percent.Add(m.Percent), Lines: map[int]models.Money{}, Charges: map[int]models.Money{}}
	zero := models.Zero(invoice.Totals.Total.Currency())
	at := func(m map[int]models.Money, k int) models.Money {
		if was, some := m[k]; some {
			return was
		}
		return zero
	}
	maps.Copy(next.Charges, billed.Charges)
	for _, line := range invoice.Lines {
		next.Lines[line.OrderLine] = at(billed.Lines, line.OrderLine).Add(line.Net)
	}
	for _, charge := range invoice.Charges {
		next.Charges[charge.N] = at(billed.Charges, charge.N).Add(charge.Amount)
	}
	next.Groups = slices.Clone(billed.Groups)
	for _, group := range invoice.Totals.Groups {
		at := slices.IndexFunc(next.Groups, func(was models.CreditGroup) bool { return was.Tax.Equal(group.Tax) })
		if at < 0 {
			at, next.Groups = len(next.Groups), append(next.Groups, models.CreditGroup{Tax: group.Tax, Taxable: zero, Amount: zero})
		}
		next.Groups[at].Taxable, next.Groups[at].Amount = next.Groups[at].Taxable.Add(group.Taxable), next.Groups[at].Amount.Add(group.TaxAmount)
	}
	return next
}

func anyMilestones() *rapid.Generator[[]models.Milestone] {
	return rapid.Custom(func(t *rapid.T) []models.Milestone {
		left := dec("100")
		var milestones []models.Milestone
		for n := rapid.IntRange(1, 60).Draw(t, "milestones"); n > 1 && left.GreaterThan(dec("0.0002")); n-- {
			percent := anyDecimal(1, left.Shift(4).IntPart()-1, 4).Draw(t, "percent")
			milestones, left = append(milestones, models.Milestone{Name: fmt.Sprint("m", n), Percent: percent}), left.Sub(percent)
		}
		return append(milestones, models.Milestone{Name: "last", Percent: left})
	})
}

// Whatever the percents, the currency, the discounts and the charges: nothing is below zero, a tax is at most one minor unit off that of
// its own taxable amount, and all invoices together are the order, in any order of the milestones.
func TestMilestonesTogetherAreTheOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		currency := rapid.SampledFrom([]models.Currency{"JPY", "EUR", "KWD"}).Draw(t, "currency")
		order := models.Order{Currency: currency, DiscountPercent: anyPercent().Draw(t, "discount"), Milestones: anyMilestones().Draw(t, "milestones")}
		for range rapid.IntRange(0, 3).Draw(t, "charges") {
			order.Charges = append(order.Charges, models.Charge{ReasonCode: "FC", Amount: anyMoney(currency, 1, 100_000).Draw(t, "amount"), Tax: anyTax().Draw(t, "tax")})
		}
		products := map[string]*models.Product{}
		var lines []models.LineRequest
		for i := range rapid.IntRange(1, 5).Draw(t, "lines") {
			sku := fmt.Sprint("sku", i)
			price := anyDecimal(0, 1_000_000, 3).Draw(t, "price")
			products[sku] = &models.Product{SKU: sku, Name: sku, BaseQuantity: dec("1"), Tax: anyTax().Draw(t, "tax")}
			lines = append(lines, models.LineRequest{SKU: sku, Quantity: anyDecimal(1, 1000, 1).Draw(t, "quantity"), UnitPrice: &price, DiscountPercent: anyPercent().Draw(t, "line discount")})
		}
		order, faults := models.PriceOrder(order, lines, &models.Customer{Currency: currency}, products)
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		kept := make([]decimal.Decimal, len(order.Lines))
		for i, line := range order.Lines {
			kept[i] = line.Quantity
		}
		zero := models.Zero(currency)
		net, tax, total := zero, zero, zero
		var billed models.BilledSoFar
		numbers := make([]int, len(order.Milestones))
		for i := range numbers {
			numbers[i] = i
		}
		for _, i := range rapid.Permutation(numbers).Draw(t, "order") {
			invoice := order.DrawMilestone(i+1, order.Milestones[i], kept, billed)
			totals := invoice.Totals
			lineTotal, charges := zero, zero
			for _, line := range invoice.Lines {
				if line.Net.IsNegative() || !models.LineNet(line.UnitPrice, line.Quantity, line.BaseQuantity, line.DiscountPercent, currency).Equal(line.Net) {
					t.Fatalf("a line of %s × %s is %s", line.Quantity, line.UnitPrice, line.Net)
				}
				lineTotal = lineTotal.Add(line.Net)
			}
			for _, charge := range invoice.Charges {
				if !charge.Amount.IsPositive() {
					t.Fatalf("a charge of %s", charge.Amount)
				}
				charges = charges.Add(charge.Amount)
			}
			for _, group := range totals.Groups {
				off := group.TaxAmount.Sub(group.Taxable.Share(group.Tax.Rate, dec("100"))).Decimal().Abs()
				if group.TaxAmount.IsNegative() || off.GreaterThan(unit(currency).Decimal()) {
					t.Fatalf("%s at %s %% is taxed %s", group.Taxable, group.Tax.Rate, group.TaxAmount)
				}
			}
			if !lineTotal.Equal(totals.LineTotal) || !charges.Equal(totals.Charge) || !totals.Net.Equal(lineTotal.Add(charges)) || !totals.Total.Equal(totals.Net.Add(totals.Tax)) {
				t.Fatalf("%+v does not add up", totals)
			}
			billed = soFar(billed, order.Milestones[i], invoice)
			net, tax, total = net.Add(totals.Net), tax.Add(totals.Tax), total.Add(totals.Total)
			if order.KeepsBilled(kept, billed) != nil {
				t.Fatal("more is billed than there is")
			}
		}
		if !net.Equal(order.NetTotal) || !tax.Equal(order.TaxTotal) || !total.Equal(order.Total) {
			t.Fatalf("the milestones are %s + %s = %s, the order is %s + %s = %s", net, tax, total, order.NetTotal, order.TaxTotal, order.Total)
		}
	})
}

// 30 % in advance of 10.01 at 19 % with 10 % off and 5.00 freight: worked by hand.
func TestDrawMilestone(t *testing.T) {
	t.Parallel()
	order := models.Order{ID: "ord_1", Currency: "EUR", DiscountPercent: dec("10"),
		Charges: []models.Charge{{ReasonCode: "FC", Amount: eur("5.00"), Tax: standard("19")}},
		Lines:   []models.OrderLine{{Line: 1, SKU: "plan", Description: "Plan", Quantity: dec("7"), UnitPrice: dec("1.43"), BaseQuantity: dec("1"), Net: eur("10.01"), Tax: standard("19")}}}
	kept := []decimal.Decimal{dec("7")}
	var billed models.BilledSoFar
	var got []string
	for n, m := range []models.Milestone{{Name: "Signed", Percent: dec("30")}, {Name: "Built", Percent: dec("33.3333")}, {Name: "Accepted", Percent: dec("36.6667")}} {
		invoice := order.DrawMilestone(n+1, m, kept, billed)
		line := invoice.Lines[0]
		got = append(got, fmt.Sprintf("%s: %s %s × %s, freight %s, tax %s, %s", line.Description, line.Quantity, line.UnitCode, line.Net, invoice.Totals.Charge, invoice.Totals.Tax, invoice.Totals.Total))
		billed = soFar(billed, m, invoice)
	}
	// 10.01 − 1.00 = 9.01, with freight 14.01, tax 2.66: 16.67.
	want := []string{
		"Plan (Signed, 30 %): 1 LS × 2.70, freight 1.50, tax 0.80, 5.00",
		"Plan (Built, 33.3333 %): 1 LS × 3.01, freight 1.67, tax 0.89, 5.57",
		"Plan (Accepted, 36.6667 %): 1 LS × 3.30, freight 1.83, tax 0.97, 6.10",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// Of 7, 6 are cancelled when 30 % are billed: 1.29 is left of the line, and 2.70 are billed.
	billed = soFar(models.BilledSoFar{}, models.Milestone{Percent: dec("30")}, order.DrawMilestone(1, models.Milestone{Percent: dec("30")}, kept, models.BilledSoFar{}))
	wantCode(t, order.KeepsBilled([]decimal.Decimal{dec("1")}, billed), models.KindConflict, "milestones-billed")
	// 3 are kept, 3.86: the rest of them is 1.16.
	kept = []decimal.Decimal{dec("3")}
	if err := order.KeepsBilled(kept, billed); err != nil {
		t.Error(err)
	}
	if rest := order.DrawMilestone(2, models.Milestone{Percent: dec("70")}, kept, billed); rest.Lines[0].Net.String() != "1.16" {
		t.Errorf("the rest of what is kept is %s", rest.Lines[0].Net)
	}
}

func TestCheckMilestones(t *testing.T) {
	t.Parallel()
	many := make([]models.Milestone, 61)
	for i := range many {
		many[i] = models.Milestone{Name: fmt.Sprint(i), Percent: dec("1")}
	}
	for name, c := range map[string]struct {
		milestones []models.Milestone
		want       []string
	}{
		"none":      {nil, nil},
		"a whole":   {[]models.Milestone{{"a", dec("0.0001")}, {"b", dec("99.9999")}}, nil},
		"too few":   {[]models.Milestone{{"a", dec("99.9999")}}, []string{"milestones-not-whole /milestones"}},
		"too many":  {many, []string{"too-many-milestones /milestones", "milestones-not-whole /milestones"}},
		"repeated":  {[]models.Milestone{{"a", dec("50")}, {"a", dec("50")}}, []string{"milestone-repeated /milestones/1/name"}},
		"nothing":   {[]models.Milestone{{"a", dec("0")}, {"b", dec("100")}}, []string{"invalid-percent /milestones/0/percent"}},
		"no name":   {[]models.Milestone{{" ", dec("100")}}, []string{"invalid-name /milestones/0/name"}},
		"two lines": {[]models.Milestone{{"a\nb", dec("100")}}, []string{"invalid-text /milestones/0/name"}},
	} {
		var got []string
		for _, fault := range models.CheckOrder(models.Order{Milestones: c.milestones}, nil, day("2026-11-22")) {
			got = append(got, fault.Code+" "+fault.Pointer)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Each unit of value is in one bucket: what is billed is in neither, and is taken from what was delivered first.
func TestMilestonesTakeFromTheExposure(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		billed          models.MilestonesBilled
		open, delivered string
		want            string
	}{
		"no milestones":                  {models.MilestonesBilled{}, "100", "20", "100.00 20.00"},
		"none billed":                    {models.MilestonesBilled{Milestones: 2, Amount: eur("0")}, "100", "20", "100.00 20.00"},
		"billed before it is shipped":    {models.MilestonesBilled{Milestones: 2, Billed: 1, Amount: eur("30")}, "100", "0", "70.00 0.00"},
		"shipped as far as it is billed": {models.MilestonesBilled{Milestones: 2, Billed: 1, Amount: eur("30")}, "70", "30", "70.00 0.00"},
		"shipped beyond":                 {models.MilestonesBilled{Milestones: 2, Billed: 1, Amount: eur("30")}, "20", "80", "20.00 50.00"},
		"all shipped":                    {models.MilestonesBilled{Milestones: 2, Billed: 1, Amount: eur("30")}, "0", "100", "0.00 70.00"},
		"all billed, nothing shipped":    {models.MilestonesBilled{Milestones: 2, Billed: 2, Amount: eur("100")}, "100.01", "0", "0.00 0.00"},
	} {
		open, delivered := c.billed.Commitment(eur(c.open), eur(c.delivered))
		if got := open.String() + " " + delivered.String(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestStageOfAnOrderWithMilestones(t *testing.T) {
	t.Parallel()
	shipped := func(n string) []models.LineProgress {
		return []models.LineProgress{{Quantity: dec("4"), Shipped: dec(n), Gross: eur("100")}}
	}
	for _, c := range []struct {
		shipped  string
		billed   int
		invoices int
		want     models.Stage
	}{
		{"0", 0, 0, models.Fulfilling}, {"3", 2, 1, models.Fulfilling}, {"4", 0, 0, models.Invoicing}, {"4", 1, 1, models.Invoicing},
		{"4", 2, 1, models.Collecting}, {"4", 2, 0, models.Reconciling},
	} {
		if got := (models.MilestonesBilled{Milestones: 2, Billed: c.billed}).Stage(shipped(c.shipped), c.invoices); got != c.want {
			t.Errorf("%s of 4 shipped, %d of 2 billed, %d open: %s, want %s", c.shipped, c.billed, c.invoices, got, c.want)
		}
	}
}
