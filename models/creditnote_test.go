package models_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"o2c/models"
)

func TestCreditByAmount(t *testing.T) {
	t.Parallel()
	a := models.CreditGroup{Tax: standard("19"), Taxable: eur("100.00"), Amount: eur("19.00")}
	b := models.CreditGroup{Tax: models.TaxClass{Category: "G"}, Taxable: eur("119.00"), Amount: eur("0")}
	for name, c := range map[string]struct {
		gross models.Money
		left  []models.CreditGroup
		want  []models.CreditGroup
	}{
		"tax is taken out of the gross amount": {eur("11.90"), []models.CreditGroup{a},
			[]models.CreditGroup{{Tax: a.Tax, Taxable: eur("10.00"), Amount: eur("1.90")}}},
		"all of it is what is left, to the cent": {eur("119.00"), []models.CreditGroup{a}, []models.CreditGroup{a}},
		"it is spread by what is left": {eur("20.00"), []models.CreditGroup{a, b},
			[]models.CreditGroup{{Tax: a.Tax, Taxable: eur("8.40"), Amount: eur("1.60")}, {Tax: b.Tax, Taxable: eur("10.00"), Amount: eur("0")}}},
		"a group of which nothing is left gets no row": {eur("5.00"), []models.CreditGroup{{Tax: a.Tax, Taxable: eur("0"), Amount: eur("0")}, b},
			[]models.CreditGroup{{Tax: b.Tax, Taxable: eur("5.00"), Amount: eur("0")}}},
		"a cent has no tax": {eur("0.01"), []models.CreditGroup{a}, []models.CreditGroup{{Tax: a.Tax, Taxable: eur("0.01"), Amount: eur("0")}}},
		"tax that is used up is not credited again": {eur("1.00"), []models.CreditGroup{{Tax: a.Tax, Taxable: eur("1.50"), Amount: eur("0.01")}},
			[]models.CreditGroup{{Tax: a.Tax, Taxable: eur("0.99"), Amount: eur("0.01")}}},
		"net that is used up is not credited again": {eur("1.00"), []models.CreditGroup{{Tax: a.Tax, Taxable: eur("0.50"), Amount: eur("0.60")}},
			[]models.CreditGroup{{Tax: a.Tax, Taxable: eur("0.50"), Amount: eur("0.50")}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := models.CreditByAmount(c.gross, c.left)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("credit note over %s (-want +got):\n%s", c.gross, diff)
			}
		})
	}
}

func TestCreditByAmountRefusals(t *testing.T) {
	t.Parallel()
	left := []models.CreditGroup{{Tax: standard("19"), Taxable: eur("100.00"), Amount: eur("19.00")}}
	_, err := models.CreditByAmount(eur("119.01"), left)
	wantCode(t, err, models.KindConflict, "credit-exceeds-invoice")
	_, err = models.CreditByAmount(eur("0.01"), nil)
	wantCode(t, err, models.KindConflict, "credit-exceeds-invoice")
	_, err = models.CreditByAmount(eur("0"), left)
	wantCode(t, err, models.KindInvalid, "invalid-amount")
	_, err = models.CreditByAmount(eur("-1"), left)
	wantCode(t, err, models.KindInvalid, "invalid-amount")
}

// Any sequence of credit notes on an invoice stays within it, group by group, and the last one meets it to the minor unit.
func TestCreditNotesMeetTheirInvoice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		currency := anyCurrency().Draw(t, "currency")
		lines := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) models.TaxedAmount {
			return models.TaxedAmount{Net: anyMoney(currency, 0, 50_000).Draw(t, "net"), Tax: anyTax().Draw(t, "tax")}
		}), 1, 6).Draw(t, "lines")
		invoice := models.TotalOf(currency, lines, anyPercent().Draw(t, "discount"))
		var left []models.CreditGroup
		for _, group := range invoice.Groups {
			left = append(left, models.CreditGroup{Tax: group.Tax, Taxable: group.Taxable, Amount: group.TaxAmount})
		}
		open := invoice.Total
		for n := 0; open.IsPositive(); n++ {
			gross := open // after so many notes, the completing one
			if n < 20 {
				gross = models.MustMoney(unit(currency).Decimal().Mul(anyDecimal(1, units(open), 0).Draw(t, "units")), currency)
			}
			note, err := models.CreditByAmount(gross, left)
			if err != nil {
				t.Fatal(err)
			}
			sum := models.Zero(currency)
			for _, part := range note {
				if part.Taxable.IsNegative() || part.Amount.IsNegative() {
					t.Fatalf("a note of %s has a group with less than nothing: %+v", gross, part)
				}
				sum = sum.Add(part.Left())
				take(t, left, part)
			}
			if !sum.Equal(gross) {
				t.Fatalf("a note over %s sums to %s", gross, sum)
			}
			open = open.Sub(gross)
		}
		for _, group := range left {
			if !group.Taxable.IsZero() || !group.Amount.IsZero() {
				t.Fatalf("everything is credited, and %s + %s of %v is left", group.Taxable, group.Amount, group.Tax)
			}
		}
	})
}

// units is an amount in minor units.
func units(m models.Money) int64 { return m.Decimal().Shift(m.Currency().MinorUnits()).IntPart() }

// take lowers what is left of a group by a note, which may not take more.
func take(t *rapid.T, left []models.CreditGroup, part models.CreditGroup) {
	for i := range left {
		group := &left[i]
		if group.Tax.Category == part.Tax.Category && group.Tax.Rate.Equal(part.Tax.Rate) {
			group.Taxable, group.Amount = group.Taxable.Sub(part.Taxable), group.Amount.Sub(part.Amount)
			if group.Taxable.IsNegative() || group.Amount.IsNegative() {
				t.Fatalf("more than the group is credited: %+v", *group)
			}
			return
		}
	}
	t.Fatalf("the invoice has no group %v", part.Tax)
}
