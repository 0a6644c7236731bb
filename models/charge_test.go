package models_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"o2c/models"
)

// taxed makes a line or a charge of a document.
func taxed(net models.Money, tax models.TaxClass) models.TaxedAmount {
	return models.TaxedAmount{Net: net, Tax: tax}
}

// Worked cases of whole documents: line total (BT-106), allowance (BT-107), charges (BT-108), net (BT-109), tax (BT-110), total
// (BT-112).
func TestDocumentsWithDiscountAndCharges(t *testing.T) {
	t.Parallel()
	zero := models.TaxClass{Category: "Z"}
	for name, c := range map[string]struct {
		currency models.Currency
		lines    []models.TaxedAmount
		discount string
		charges  []models.TaxedAmount
		want     [6]string
	}{
		"the standard's example with freight in the group of its goods": {
			"EUR", []models.TaxedAmount{taxed(eur("183.23"), standard("6")), taxed(eur("46.37"), standard("21"))}, "0",
			[]models.TaxedAmount{taxed(eur("10.00"), standard("21"))}, // 11.8377: 11.84
			[6]string{"229.60", "0.00", "10.00", "239.60", "22.83", "262.43"}},
		"a discount does not lower a charge": {
			"EUR", []models.TaxedAmount{taxed(eur("100.00"), standard("20"))}, "10", []models.TaxedAmount{taxed(eur("10.00"), standard("20"))},
			[6]string{"100.00", "10.00", "10.00", "100.00", "20.00", "120.00"}},
		"a charge with a tax of its own is a group of its own": {
			"EUR", []models.TaxedAmount{taxed(eur("100.00"), zero)}, "0", []models.TaxedAmount{taxed(eur("9.99"), standard("19"))},
			[6]string{"100.00", "0.00", "9.99", "109.99", "1.90", "111.89"}},
		"a charge on an order that is discounted to nothing": {
			"EUR", []models.TaxedAmount{taxed(eur("99.99"), standard("19"))}, "100", []models.TaxedAmount{taxed(eur("5.00"), standard("19"))},
			[6]string{"99.99", "99.99", "5.00", "5.00", "0.95", "5.95"}},
		"a charge on an order of nothing": {
			"EUR", []models.TaxedAmount{taxed(eur("0.00"), standard("19"))}, "10", []models.TaxedAmount{taxed(eur("5.00"), standard("7"))},
			[6]string{"0.00", "0.00", "5.00", "5.00", "0.35", "5.35"}},
		"yen have no decimals": {
			"JPY", []models.TaxedAmount{taxed(money("1234", "JPY"), standard("10")), taxed(money("567", "JPY"), standard("8"))}, "7.5",
			[]models.TaxedAmount{taxed(money("300", "JPY"), standard("10"))}, // 135.075: 135 as 92.5 and 42.5, the first takes the yen; 144.1, 42
			[6]string{"1801", "135", "300", "1966", "186", "2152"}},
		"dinars have three": {
			"KWD", []models.TaxedAmount{taxed(money("1.234", "KWD"), standard("5"))}, "1", []models.TaxedAmount{taxed(money("0.500", "KWD"), standard("5"))},
			[6]string{"1.234", "0.012", "0.500", "1.722", "0.086", "1.808"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := models.TotalOf(c.currency, c.lines, dec(c.discount), c.charges...)
			texts := [6]string{got.LineTotal.String(), got.Allowance.String(), got.Charge.String(), got.Net.String(), got.Tax.String(), got.Total.String()}
			if diff := cmp.Diff(c.want, texts); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func anyParts(currency models.Currency, atMost int) *rapid.Generator[[]models.TaxedAmount] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) models.TaxedAmount {
		return models.TaxedAmount{Net: anyMoney(currency, 0, 1_000_000).Draw(t, "net"), Tax: anyTax().Draw(t, "tax")}
	}), 0, atMost)
}

// A document adds up whatever is on it; each group is taxed exactly, nothing is below nothing, no allowance is more than what it
// lowers, and the order of lines and charges changes no total.
func TestDocumentsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		currency := anyCurrency().Draw(t, "currency")
		lines, charges := anyParts(currency, 10).Draw(t, "lines"), anyParts(currency, 5).Draw(t, "charges")
		discount := anyPercent().Draw(t, "discount")
		got := models.TotalOf(currency, lines, discount, charges...)

		sum := models.Totals{LineTotal: models.Zero(currency), Allowance: models.Zero(currency), Charge: models.Zero(currency), Tax: models.Zero(currency), Total: models.Zero(currency)}
		for _, g := range got.Groups {
			sum.LineTotal, sum.Allowance, sum.Charge = sum.LineTotal.Add(g.Net), sum.Allowance.Add(g.Allowance), sum.Charge.Add(g.Charge)
			sum.Tax, sum.Total = sum.Tax.Add(g.TaxAmount), sum.Total.Add(g.Total())
			if !g.Taxable.Equal(g.Net.Sub(g.Allowance).Add(g.Charge)) || !g.TaxAmount.Equal(g.Taxable.Share(g.Tax.Rate, dec("100"))) {
				t.Fatalf("a group does not add up: %+v", g)
			}
			if g.Allowance.MoreThan(g.Net) || g.Allowance.IsNegative() || g.Taxable.IsNegative() || g.TaxAmount.IsNegative() {
				t.Fatalf("a group has less than nothing: %+v", g)
			}
		}
		if !sum.LineTotal.Equal(got.LineTotal) || !sum.Allowance.Equal(got.Allowance) || !sum.Charge.Equal(got.Charge) || !sum.Tax.Equal(got.Tax) || !sum.Total.Equal(got.Total) {
			t.Fatalf("groups %+v, totals %+v", sum, got)
		}
		if !got.Net.Equal(got.LineTotal.Sub(got.Allowance).Add(got.Charge)) || !got.Total.Equal(got.Net.Add(got.Tax)) {
			t.Fatalf("%+v", got)
		}
		again := models.TotalOf(currency, rapid.Permutation(lines).Draw(t, "lines in another order"), discount,
			rapid.Permutation(charges).Draw(t, "charges in another order")...)
		for name, pair := range map[string][2]models.Money{
			"line total": {got.LineTotal, again.LineTotal}, "allowance": {got.Allowance, again.Allowance}, "charges": {got.Charge, again.Charge},
			"net": {got.Net, again.Net}, "tax": {got.Tax, again.Tax}, "total": {got.Total, again.Total},
		} {
			if !pair[0].Equal(pair[1]) {
				t.Fatalf("%s is %s, in another order %s", name, pair[0], pair[1])
			}
		}
	})
}

func freight(amount, rate string) models.Charge {
	return models.Charge{ReasonCode: "FC", Amount: eur(amount), Tax: standard(rate)}
}

func TestPriceOrderWithCharges(t *testing.T) {
	t.Parallel()
	order := models.Order{Currency: "EUR", DiscountPercent: dec("10"), Charges: []models.Charge{freight("5.00", "19"), freight("1.00", "7")}}
	got, faults := models.PriceOrder(order, []models.LineRequest{{SKU: "nail", Quantity: dec("1000")}, {SKU: "book", Quantity: dec("1")}}, buyer(), catalogue())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	// 29.90 and 20.00 less 4.99 (2.99 and 2.00); with charges 31.91 and 19.00, taxed 6.06 and 1.33
	want := map[string]string{"net": "50.91", "tax": "7.39", "total": "58.30", "charges": "6.00", "charges with tax": "7.02", "line 1": "32.02", "line 2": "19.26"}
	is := map[string]string{"net": got.NetTotal.String(), "tax": got.TaxTotal.String(), "total": got.Total.String(), "charges": got.ChargeTotal.String(),
		"charges with tax": got.ChargeGross.String(), "line 1": got.Lines[0].Gross.String(), "line 2": got.Lines[1].Gross.String()}
	if diff := cmp.Diff(want, is); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got.Charges[0].Reason != "Freight service" {
		t.Errorf("the reason is %q", got.Charges[0].Reason)
	}
}

func TestPriceOrderRefusesWrongCharges(t *testing.T) {
	t.Parallel()
	order := models.Order{Currency: "EUR", Charges: []models.Charge{
		{ReasonCode: "QQQ", Amount: eur("1"), Tax: standard("19")},
		{ReasonCode: "FC", Amount: eur("0"), Tax: standard("19")},
		{ReasonCode: "FC", Amount: eur("1"), Tax: models.TaxClass{Category: "G", Rate: dec("19")}},
		{ReasonCode: "FC", Amount: eur("1"), Tax: models.TaxClass{Category: "X"}},
	}}
	_, faults := models.PriceOrder(order, []models.LineRequest{{SKU: "nail", Quantity: dec("1")}}, buyer(), catalogue())
	var got []string
	for _, fault := range faults {
		got = append(got, fault.Code+" "+fault.Pointer)
	}
	want := []string{"unknown-charge-reason /charges/0/reason_code", "invalid-amount /charges/1/amount", "invalid-tax-rate /charges/2/tax_rate",
		"invalid-tax-category /charges/3/tax_category"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

// The shares of lines and charges sum to the total, and a charge's share is its amount with its tax, but for the rounding of its
// group: so an invoice that bills it in full takes as much out of what is delivered as it puts into what is owed.
func TestGrossSharesOfChargesAreTheirOwn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		currency := anyCurrency().Draw(t, "currency")
		order := models.Order{Currency: currency, DiscountPercent: anyPercent().Draw(t, "discount")}
		for range rapid.IntRange(0, 4).Draw(t, "charges") {
			order.Charges = append(order.Charges, models.Charge{ReasonCode: "FC", Amount: anyMoney(currency, 1, 100_000).Draw(t, "amount"), Tax: anyTax().Draw(t, "tax")})
		}
		products := map[string]*models.Product{}
		var lines []models.LineRequest
		for i := range rapid.IntRange(1, 6).Draw(t, "lines") {
			sku := fmt.Sprint("sku", i)
			price := anyDecimal(0, 1_000_000, 3).Draw(t, "price")
			products[sku] = &models.Product{SKU: sku, Name: sku, BaseQuantity: dec("1"), Tax: anyTax().Draw(t, "tax")}
			lines = append(lines, models.LineRequest{SKU: sku, Quantity: anyDecimal(1, 1000, 1).Draw(t, "quantity"), UnitPrice: &price})
		}
		got, faults := models.PriceOrder(order, lines, &models.Customer{Currency: currency}, products)
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		sum := got.ChargeGross
		for _, line := range got.Lines {
			sum = sum.Add(line.Gross)
		}
		if !sum.Equal(got.Total) {
			t.Fatalf("lines and charges %s, total %s", sum, got.Total)
		}
		for _, charge := range got.Charges {
			alone := charge.Amount.Add(charge.Amount.Share(charge.Tax.Rate, dec("100")))
			if off := charge.Gross.Sub(alone).Decimal().Abs(); charge.Gross.LessThan(charge.Amount) || off.GreaterThan(unit(currency).Decimal().Mul(dec("2"))) {
				t.Fatalf("charge of %s at %s %% has a share of %s, alone %s", charge.Amount, charge.Tax.Rate, charge.Gross, alone)
			}
		}
	})
}

// What an order puts into the exposure: whole before anything is shipped, and nothing of it twice.
func TestCommitmentMovesChargesWithTheFirstGoods(t *testing.T) {
	t.Parallel()
	line := func(shipped, invoiced, cancelled string) models.LineProgress {
		return models.LineProgress{Quantity: dec("4"), Shipped: dec(shipped), Invoiced: dec(invoiced), Cancelled: dec(cancelled), Gross: eur("100")}
	}
	for name, c := range map[string]struct {
		line models.LineProgress
		want string
	}{
		"nothing is shipped":                       {line("0", "0", "0"), "111.00 0.00"},
		"a part is cancelled":                      {line("0", "0", "1"), "86.00 0.00"},
		"all is cancelled before it is shipped":    {line("0", "0", "4"), "0.00 0.00"},
		"a part is shipped":                        {line("1", "0", "0"), "75.00 36.00"},
		"a part is shipped, and the rest is not":   {line("1", "0", "3"), "0.00 36.00"},
		"the first part is invoiced":               {line("1", "1", "0"), "75.00 0.00"},
		"the first part is invoiced, a second not": {line("2", "1", "0"), "50.00 25.00"},
		"all is invoiced":                          {line("4", "4", "0"), "0.00 0.00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			open, delivered := models.Commitment([]models.LineProgress{c.line}, eur("11"))
			if got := open.String() + " " + delivered.String(); got != c.want {
				t.Errorf("open and delivered are %s, want %s", got, c.want)
			}
		})
	}
}
