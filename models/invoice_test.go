package models_test

import (
	"testing"

	"pgregory.net/rapid"

	"o2c/models"
)

func TestDrawInvoice(t *testing.T) {
	t.Parallel()
	got := models.DrawInvoice(models.Invoice{
		IssueDate: day("2026-12-31"), DiscountPercent: dec("10"),
		Lines: []models.InvoiceLine{
			{OrderLine: 1, Quantity: dec("3"), UnitPrice: dec("33.333"), BaseQuantity: dec("1"), DiscountPercent: dec("5"), Tax: standard("19")},
			{OrderLine: 4, Quantity: dec("50"), UnitPrice: dec("2.99"), BaseQuantity: dec("100"), Tax: models.TaxClass{Category: "G"}, TaxExemption: "Export outside the EU"},
		},
	}, "EUR", models.PaymentTerms{NetDays: new(14)})
	// 100.00 − 5.00 and 1.50 (1.495); allowance 9.65: 9.50 and 0.15; tax 85.50 × 19 % = 16.25 (16.245)
	for name, pair := range map[string][2]string{
		"net of line 1":    {got.Lines[0].Net.String(), "95.00"},
		"net of line 2":    {got.Lines[1].Net.String(), "1.50"},
		"line total":       {got.Totals.LineTotal.String(), "96.50"},
		"allowance":        {got.Totals.Allowance.String(), "9.65"},
		"net":              {got.Totals.Net.String(), "86.85"},
		"tax":              {got.Totals.Tax.String(), "16.25"},
		"total":            {got.Totals.Total.String(), "103.10"},
		"due date":         {got.DueDate.String(), "2027-01-14"},
		"exemption of S":   {exemptionOf(got, standard("19.00")), ""},
		"exemption of G":   {exemptionOf(got, models.TaxClass{Category: "G"}), "Export outside the EU"},
		"exemption of any": {exemptionOf(got, models.TaxClass{Category: "K"}), ""},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %s, want %s", name, pair[0], pair[1])
		}
	}
	if got.Year != 2026 {
		t.Errorf("the number's year is %d, the issue date's is 2026", got.Year)
	}
}

func exemptionOf(i models.Invoice, tax models.TaxClass) string {
	text, _ := i.Exemption(tax)
	return text
}

// However an order is shipped in parts, its invoices differ from it by at most a minor unit per invoice line and tax group,
// and per discount that is rounded once more.
func TestInvoicesOfPartsStayNearTheOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		currency := anyCurrency().Draw(t, "currency")
		whole := models.Invoice{IssueDate: day("2026-11-22"), DiscountPercent: anyPercent().Draw(t, "discount")}
		for n := range rapid.IntRange(1, 4).Draw(t, "lines") {
			whole.Lines = append(whole.Lines, models.InvoiceLine{
				OrderLine: n + 1, Quantity: anyDecimal(1, 20, 0).Draw(t, "quantity"), UnitPrice: anyDecimal(0, 50_000, 3).Draw(t, "price"),
				BaseQuantity: anyDecimal(1, 7, 0).Draw(t, "base"), DiscountPercent: anyPercent().Draw(t, "line discount"), Tax: anyTax().Draw(t, "tax"),
			})
		}
		ordered := models.DrawInvoice(whole, currency, models.PaymentTerms{}).Totals.Total
		invoiced, slack := models.Zero(currency), 0
		for left := whole.Lines; len(left) > 0; {
			part := whole
			part.Lines = nil
			var rest []models.InvoiceLine
			for _, line := range left {
				shipped := line
				shipped.Quantity = anyDecimal(0, line.Quantity.IntPart(), 0).Draw(t, "shipped")
				if line.Quantity = line.Quantity.Sub(shipped.Quantity); line.Quantity.IsPositive() {
					rest = append(rest, line)
				}
				if shipped.Quantity.IsPositive() {
					part.Lines = append(part.Lines, shipped)
				}
			}
			if left = rest; len(part.Lines) == 0 {
				part.Lines, left = rest, nil // the last shipment takes everything
			}
			drawn := models.DrawInvoice(part, currency, models.PaymentTerms{})
			invoiced = invoiced.Add(drawn.Totals.Total)
			slack += 2*len(drawn.Lines) + len(drawn.Totals.Groups) + 1 // a line and its discount, a group's tax, the document's discount
		}
		slack += 2*len(whole.Lines) + 5 // and once for the order
		if difference := units(invoiced.Sub(ordered)); difference > int64(slack) || -difference > int64(slack) {
			t.Fatalf("ordered %s, invoiced %s: %d minor units apart, %d roundings", ordered, invoiced, difference, slack)
		}
	})
}
