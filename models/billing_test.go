package models_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"o2c/models"
)

func TestABillingPeriodIsTheSellersWeekOrMonth(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		kind        models.BillingPeriod
		at          string
		id          string
		first, last string
		due         string
	}{
		"a month":                                {models.Monthly, "2026-11-22T10:00:00Z", "acme/2026-11", "2026-11-01", "2026-11-30", "2026-11-30T23:00:00Z"},
		"the last instant of a month":            {models.Monthly, "2026-11-30T22:59:59Z", "acme/2026-11", "2026-11-01", "2026-11-30", "2026-11-30T23:00:00Z"},
		"the first instant of the next":          {models.Monthly, "2026-11-30T23:00:00Z", "acme/2026-12", "2026-12-01", "2026-12-31", "2026-12-31T23:00:00Z"},
		"a leap February":                        {models.Monthly, "2028-02-29T12:00:00Z", "acme/2028-02", "2028-02-01", "2028-02-29", "2028-02-29T23:00:00Z"},
		"a month in which the clocks go back":    {models.Monthly, "2026-10-01T00:00:00Z", "acme/2026-10", "2026-10-01", "2026-10-31", "2026-10-31T23:00:00Z"},
		"a week that ends when the clocks go on": {models.Weekly, "2026-03-29T21:59:59Z", "acme/2026-W13", "2026-03-23", "2026-03-29", "2026-03-29T22:00:00Z"},
		"a Monday":                               {models.Weekly, "2026-11-22T23:30:00Z", "acme/2026-W48", "2026-11-23", "2026-11-29", "2026-11-29T23:00:00Z"},
		"a week of two years":                    {models.Weekly, "2027-01-02T12:00:00Z", "acme/2026-W53", "2026-12-28", "2027-01-03", "2027-01-03T23:00:00Z"},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		b := c.kind.Billing("acme", at, berlin)
		if b.ID() != c.id || b.First.String() != c.first || b.Last.String() != c.last || b.DueAt.Format(time.RFC3339) != c.due {
			t.Errorf("%s: %s from %s to %s, due at %s", name, b.ID(), b.First, b.Last, b.DueAt.Format(time.RFC3339))
		}
	}
}

// What settled an invoice of several orders, and its total, are split so that each kind sums over the orders to what it was, and the
// kinds sum for each order to its share: then every order reconciles.
func TestTheSharesOfASettledInvoiceReconcileEachOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		cents := func(from, to int64) decimal.Decimal {
			return decimal.New(rapid.Int64Range(from, to).Draw(rt, "cents"), -2)
		}
		euros := func(d decimal.Decimal) models.Money { return models.MustMoney(d, "EUR") }
		shares := make([]models.Money, rapid.IntRange(1, 6).Draw(rt, "orders"))
		total := models.Zero("EUR")
		for i := range shares {
			shares[i] = euros(cents(0, 5000))
			total = total.Add(shares[i])
		}
		left := total
		part := func() models.Money {
			amount := models.Min(left, euros(cents(0, 9000)))
			left = left.Sub(amount)
			return amount
		}
		whole := models.Settlement{Invoiced: total}
		whole.PaymentDifference, whole.Credited, whole.Discount, whole.CreditApplied = part(), part(), part(), part()
		whole.Deposits, whole.Withheld, whole.WrittenOff = part(), part(), part()
		whole.Paid = left
		zero := models.Zero("EUR")
		sum := models.Settlement{Invoiced: zero, Paid: zero, Deposits: zero, CreditApplied: zero, Credited: zero, Discount: zero, PaymentDifference: zero,
			Withheld: zero, WrittenOff: zero, LedgerReceivables: zero}
		for i := range shares {
			one := models.SharedSettlement{Shares: shares, Mine: i, Whole: whole}.Part()
			one.OrderedAndInvoiced = true
			if variances := one.Reconcile(); len(variances) > 0 {
				rt.Fatalf("order %d of %v: %v", i, shares, variances)
			}
			for _, amount := range []models.Money{one.Paid, one.Deposits, one.CreditApplied, one.Credited, one.Discount, one.Withheld, one.WrittenOff} {
				if amount.IsNegative() {
					rt.Fatalf("order %d of %v has %+v", i, shares, one)
				}
			}
			sum = sum.Add(one)
		}
		whole.LedgerReceivables = zero
		if !cmp.Equal(sum, whole) {
			rt.Fatalf("the orders sum to %+v, the invoice has %+v", sum, whole)
		}
	})
}

func TestTheSharesOfAnInvoiceSumToIt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		invoice := models.Invoice{DiscountPercent: decimal.NewFromInt(rapid.Int64Range(0, 100).Draw(rt, "discount")), IssueDate: models.NewDate(2026, 11, 22)}
		for range rapid.IntRange(1, 12).Draw(rt, "lines") {
			invoice.Lines = append(invoice.Lines, models.InvoiceLine{
				OrderID: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "order"), Quantity: decimal.NewFromInt(1), BaseQuantity: decimal.NewFromInt(1),
				UnitPrice: decimal.New(rapid.Int64Range(0, 9999).Draw(rt, "price"), -2),
				Tax:       models.TaxClass{Category: "S", Rate: decimal.NewFromInt(rapid.SampledFrom([]int64{7, 19}).Draw(rt, "rate"))},
			})
		}
		invoice = models.DrawInvoice(invoice, "EUR", models.PaymentTerms{NetDays: new(30)})
		sum := models.Zero("EUR")
		for _, share := range invoice.Shares() {
			if share.Amount.IsNegative() {
				rt.Fatalf("order %s has %s", share.OrderID, share.Amount)
			}
			sum = sum.Add(share.Amount)
		}
		if !sum.Equal(invoice.Totals.Total) {
			rt.Fatalf("the shares sum to %s, the invoice is %s", sum, invoice.Totals.Total)
		}
	})
}
