package models_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"o2c/models"
)

func buyer() *models.Customer { return &models.Customer{ID: "acme", Currency: "EUR"} }

func catalogue() map[string]*models.Product {
	return map[string]*models.Product{
		"nail": {SKU: "nail", Name: "Nail", UnitCode: "C62", BaseQuantity: dec("100"), Tax: standard("19"), Stocked: true,
			Prices: map[models.Currency]decimal.Decimal{"EUR": dec("2.99")}},
		"book": {SKU: "book", Name: "Book", UnitCode: "C62", BaseQuantity: dec("1"), Tax: standard("7"),
			Prices: map[models.Currency]decimal.Decimal{"EUR": dec("20"), "GBP": dec("18")}},
	}
}

func TestPriceOrder(t *testing.T) {
	t.Parallel()
	price := dec("0.5")
	got, faults := models.PriceOrder(models.Order{ID: "1", Currency: "EUR", DiscountPercent: dec("10")}, []models.LineRequest{
		{SKU: "nail", Quantity: dec("50")},
		{SKU: "book", Quantity: dec("2"), UnitPrice: &price, DiscountPercent: dec("50"), Description: "A dull book", POLine: "7"},
	}, buyer(), catalogue())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	// nails: 1.50; book: 1.00 − 0.50; allowance 0.20: 0.15 and 0.05; tax 1.35 × 19 % = 0.26, 0.45 × 7 % = 0.03
	want := models.Order{
		ID: "1", Currency: "EUR", DiscountPercent: dec("10"), ChargeTotal: eur("0"), ChargeGross: eur("0"), NetTotal: eur("1.80"), TaxTotal: eur("0.29"), Total: eur("2.09"),
		Lines: []models.OrderLine{
			{Line: 1, SKU: "nail", Description: "Nail", UnitCode: "C62", Quantity: dec("50"), UnitPrice: dec("2.99"), BaseQuantity: dec("100"),
				Net: eur("1.50"), Gross: eur("1.61"), Tax: standard("19"), PriceSource: "product",
				PriceReason: "the product's own price", TaxSource: "product", TaxReason: "the product's own category and rate", Stocked: true},
			{Line: 2, SKU: "book", Description: "A dull book", UnitCode: "C62", POLine: "7", Quantity: dec("2"), UnitPrice: dec("0.5"),
				BaseQuantity: dec("1"), DiscountPercent: dec("50"), Net: eur("0.50"), Gross: eur("0.48"), Tax: standard("7"),
				PriceSource: "override", PriceReason: "given with the order, instead of 20: the product's own price", OverriddenPrice: new(dec("20")),
				OverriddenSource: "product", TaxSource: "product", TaxReason: "the product's own category and rate"},
		},
	}
	if diff := cmp.Diff(want, got, sameDates); diff != "" {
		t.Errorf("priced order (-want +got):\n%s", diff)
	}
}

func TestPriceOrderTaxesAsTheCustomerIsTreated(t *testing.T) {
	t.Parallel()
	for treatment, want := range map[models.TaxTreatment]models.OrderLine{
		models.Determined:     {Tax: standard("19"), TaxSource: "product", Gross: eur("3.56")},
		models.Domestic:       {Tax: standard("19"), TaxSource: "customer:domestic", Gross: eur("3.56")},
		models.Export:         {Tax: models.TaxClass{Category: "G"}, TaxExemption: "Export outside the EU", TaxExemptionCode: "VATEX-EU-G", TaxSource: "customer:export", Gross: eur("2.99")},
		models.ReverseCharge:  {Tax: models.TaxClass{Category: "AE"}, TaxExemption: "Reverse charge", TaxExemptionCode: "VATEX-EU-AE", TaxSource: "customer:reverse_charge", Gross: eur("2.99")},
		models.IntraCommunity: {Tax: models.TaxClass{Category: "K"}, TaxExemption: "Intra-Community supply", TaxExemptionCode: "VATEX-EU-IC", TaxSource: "customer:intra_community", Gross: eur("2.99")},
	} {
		t.Run("a customer whose treatment is "+string(treatment), func(t *testing.T) {
			t.Parallel()
			customer := buyer()
			customer.TaxTreatment = treatment
			order, faults := models.PriceOrder(models.Order{Currency: "EUR"}, []models.LineRequest{{SKU: "nail", Quantity: dec("100")}}, customer, catalogue())
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			line := order.Lines[0]
			got := models.OrderLine{Tax: line.Tax, TaxSource: line.TaxSource, TaxExemption: line.TaxExemption, TaxExemptionCode: line.TaxExemptionCode, Gross: line.Gross}
			if diff := cmp.Diff(want, got, sameDates, cmpopts.IgnoreFields(models.OrderLine{}, "Net")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestPriceOrderReturnsAllFaults(t *testing.T) {
	t.Parallel()
	products := catalogue()
	delete(products["book"].Prices, "EUR")
	huge := dec("999999999999999")
	_, faults := models.PriceOrder(models.Order{Currency: "EUR"}, []models.LineRequest{
		{SKU: "ghost", Quantity: dec("1")}, {SKU: "nail", Quantity: dec("1")}, {SKU: "book", Quantity: dec("1")}, {SKU: "book", Quantity: huge, UnitPrice: &huge},
	}, buyer(), products)
	var got []string
	for _, fault := range faults {
		got = append(got, fmt.Sprintf("%s %s %s", fault.Kind, fault.Code, fault.Pointer))
	}
	want := []string{"invalid sku-not-found /lines/0/sku", "invalid price-missing /lines/2/unit_price", "invalid amount-too-large /lines/3/quantity"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func TestPriceOrderRefusesTotalsThatAreTooLarge(t *testing.T) {
	t.Parallel()
	price := dec("600000000000000")
	line := models.LineRequest{SKU: "book", Quantity: dec("1"), UnitPrice: &price}
	_, faults := models.PriceOrder(models.Order{Currency: "EUR"}, []models.LineRequest{line, line}, buyer(), catalogue())
	if len(faults) != 1 || faults[0].Code != "amount-too-large" || faults[0].Pointer != "/lines" {
		t.Errorf("faults: %v", faults)
	}
	_, faults = models.PriceOrder(models.Order{Currency: "GBP"}, nil, buyer(), catalogue())
	if len(faults) != 1 || faults[0].Code != "currency-mismatch" || faults[0].Pointer != "/currency" {
		t.Errorf("an order in another currency: %v", faults)
	}
}

// The shares of the lines sum to the order's total, whatever is discounted and how it is taxed.
func TestGrossOfLinesSumsToTheTotal(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		currency := anyCurrency().Draw(t, "currency")
		customer := &models.Customer{Currency: currency}
		products := map[string]*models.Product{}
		var lines []models.LineRequest
		for i := range rapid.IntRange(1, 10).Draw(t, "lines") {
			sku := fmt.Sprintf("sku%d", i)
			price := anyDecimal(0, 100_000_000, 6).Draw(t, "price")
			products[sku] = &models.Product{SKU: sku, Name: sku, BaseQuantity: anyDecimal(1, 1000, 1).Draw(t, "base"), Tax: anyTax().Draw(t, "tax")}
			lines = append(lines, models.LineRequest{
				SKU: sku, UnitPrice: &price, Quantity: anyDecimal(1, 100_000, 2).Draw(t, "quantity"), DiscountPercent: anyPercent().Draw(t, "line discount"),
			})
		}
		order, faults := models.PriceOrder(models.Order{Currency: currency, DiscountPercent: anyPercent().Draw(t, "discount")}, lines, customer, products)
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		gross, net := models.Zero(currency), models.Zero(currency)
		for _, line := range order.Lines {
			gross, net = gross.Add(line.Gross), net.Add(line.Net)
			if line.Gross.IsNegative() || line.Net.IsZero() && !line.Gross.IsZero() {
				t.Fatalf("line %d of %s net has a share of %s", line.Line, line.Net, line.Gross)
			}
		}
		if !gross.Equal(order.Total) || !order.NetTotal.Add(order.TaxTotal).Equal(order.Total) || order.NetTotal.MoreThan(net) {
			t.Fatalf("lines %s gross, %s net; order %s + %s = %s", gross, net, order.NetTotal, order.TaxTotal, order.Total)
		}
	})
}
