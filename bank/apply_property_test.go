package bank_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"o2c/bank"
	"o2c/models"
)

func anyEuro(lo, hi int64) *rapid.Generator[models.Money] {
	return rapid.Custom(func(t *rapid.T) models.Money {
		return models.MustMoney(decimal.New(rapid.Int64Range(lo, hi).Draw(t, "cents"), -2), "EUR")
	})
}

// anyItems draws open items with numbers of their own, few amounts and few due dates, so that ties happen.
func anyItems() *rapid.Generator[[]bank.OpenItem] {
	return rapid.Custom(func(t *rapid.T) []bank.OpenItem {
		var items []bank.OpenItem
		for i := range rapid.IntRange(0, 6).Draw(t, "items") {
			next := item(i+1, rapid.IntRange(1, 3).Draw(t, "due"), "0")
			next.Open = anyEuro(1, 5).Draw(t, "open")
			next.Disputed = models.Min(next.Open, anyEuro(0, 5).Draw(t, "disputed"))
			if rapid.Bool().Draw(t, "early") {
				next.Discount, next.DiscountUntil = anyEuro(0, 2).Draw(t, "discount"), models.NewDate(2026, 12, 10)
			}
			items = append(items, next)
		}
		return rapid.Permutation(items).Draw(t, "order")
	})
}

// anyPayment draws a payment that may name open, settled and unknown invoices in every way.
func anyPayment() *rapid.Generator[models.Payment] {
	return rapid.Custom(func(t *rapid.T) models.Payment {
		p := models.Payment{Amount: anyEuro(1, 20).Draw(t, "amount"), ValueDate: models.NewDate(2026, 12, rapid.IntRange(9, 11).Draw(t, "value date"))}
		named := item(rapid.IntRange(1, 9).Draw(t, "named"), 1, "0")
		p.Reference = rapid.OneOf(
			rapid.Just(""), rapid.Just(named.Invoice), rapid.Just(named.Reference), rapid.Just("pay "+named.Reference+" now"),
			rapid.Just(named.Invoice+" INV-2026-000001"), rapid.String(),
		).Draw(t, "reference")
		for range rapid.IntRange(0, 3).Draw(t, "advices") {
			advised := item(rapid.IntRange(1, 9).Draw(t, "advised"), 1, "0").Invoice
			line := models.Remittance{Invoice: advised, Amount: anyEuro(0, 9).Draw(t, "advice")}
			if rapid.Bool().Draw(t, "deducts") {
				line.Deduction = &models.Deduction{Amount: anyEuro(1, 3).Draw(t, "deduction"), Reason: "quality"}
			}
			p.Remittance = append(p.Remittance, line)
		}
		return p
	})
}

// anyRules draws a customer's rules.
func anyRules() *rapid.Generator[bank.Rules] {
	return rapid.Custom(func(t *rapid.T) bank.Rules {
		return bank.Rules{
			Tolerance:   models.Tolerance{Absolute: anyEuro(0, 3).Draw(t, "absolute"), Percent: decimal.NewFromInt(rapid.Int64Range(0, 100).Draw(t, "percent"))},
			Overpayment: rapid.SampledFrom([]string{"", models.OverpaymentKeep, models.OverpaymentApplyOldest, models.OverpaymentRefund}).Draw(t, "overpayment"),
		}
	})
}

// Whatever is paid, an item never falls below nothing and a payment is never more than used up; discounts and differences only close
// what is undisputed, and stay within what was agreed.
func TestApplicationsNeverExceedPaymentOrItems(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		payment, items, rules := anyPayment().Draw(t, "payment"), anyItems().Draw(t, "items"), anyRules().Draw(t, "rules")
		open := map[string]bank.OpenItem{}
		for _, item := range items {
			open[item.Invoice] = item
		}
		left := payment.Amount
		for _, a := range bank.ApplyPayment(payment, items, rules) {
			item, known := open[a.Invoice]
			if !known {
				t.Fatalf("%s is not open, or is paid twice", a.Invoice)
			}
			delete(open, a.Invoice)
			used, settled, limit := a.Amount.Add(a.ToIncome), a.Amount.Add(a.Discount).Add(a.Difference), rules.Tolerance.Limit(item.Open)
			if !a.Amount.IsPositive() || settled.MoreThan(item.Open) || used.MoreThan(left) || a.Rule == "" {
				t.Fatalf("%+v of a payment of which %s is left, for %+v", a, left, item)
			}
			left = left.Sub(used)
			given := a.Discount.Add(a.Difference)
			if given.IsPositive() && !settled.Equal(item.Open.Sub(item.Disputed)) {
				t.Fatalf("%s is given up and what is undisputed is not closed: %+v for %+v", given, a, item)
			}
			if a.ToIncome.IsPositive() && !a.Amount.Equal(item.Open) {
				t.Fatalf("%s is too much, and the item is not closed: %+v for %+v", a.ToIncome, a, item)
			}
			if a.Difference.MoreThan(limit) || a.ToIncome.MoreThan(limit) || a.Difference.IsNegative() || a.ToIncome.IsNegative() || a.Discount.IsNegative() {
				t.Fatalf("%+v is outside the tolerance of %s", a, limit)
			}
			if a.Discount.IsPositive() && (a.Discount.MoreThan(item.Discount) || item.DiscountUntil.Before(payment.ValueDate)) {
				t.Fatalf("a discount that is not earned: %+v for %+v", a, item)
			}
			if a.Difference.IsPositive() != (a.Reason != "") {
				t.Fatalf("a difference and its reason: %+v", a)
			}
		}
	})
}

// clearing counts, by trying all of them, the sets of items of which what is undisputed, with or without discounts, is an amount;
// single items count with all that is open as well.
func clearing(amount models.Money, items []bank.OpenItem) (single, several int) {
	for set := 1; set < 1<<len(items); set++ {
		full, early, open, size, allEarly := eur("0"), eur("0"), eur("0"), 0, true
		for i, item := range items {
			if set&(1<<i) == 0 {
				continue
			}
			undisputed := item.Open.Sub(item.Disputed)
			if size++; item.Discount.Currency() == "" {
				item.Discount = eur("0")
			}
			open, full, early = open.Add(item.Open), full.Add(undisputed), early.Add(undisputed.Sub(models.Min(item.Discount, undisputed)))
			allEarly = allEarly && item.Discount.LessThan(undisputed) // without money nothing is cleared
			if undisputed.IsZero() {
				size = 99 // a set with something of which nothing is to be paid is another set without it
			}
		}
		switch {
		case size == 1 || size == 99 && set&(set-1) == 0:
			if amount.Equal(full) || amount.Equal(early) || amount.Equal(open) {
				single++
			}
		case size < 99 && (amount.Equal(full) || allEarly && amount.Equal(early)):
			several++
		}
	}
	return single, several
}

// A payment without a name settles the one item, or else the one set of items, that its amount clears, and nothing at all when
// there are several; else it leaves nothing open that it could have paid.
func TestAnUnnamedPaymentSettlesWhatItCanOnlyMean(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		payment, items := models.Payment{Amount: anyEuro(1, 20).Draw(t, "amount")}, anyItems().Draw(t, "items")
		single, several := clearing(payment.Amount, items)
		open, applied := eur("0"), eur("0")
		for _, item := range items {
			open = open.Add(item.Open)
		}
		rule := ""
		for _, a := range bank.ApplyPayment(payment, items, bank.Rules{}) {
			applied, rule = applied.Add(a.Amount), a.Rule
		}
		switch {
		case single > 1 || single == 0 && several > 1:
			if rule != "" {
				t.Fatalf("%d items and %d sets are cleared by %s, and %s is applied by %s", single, several, payment.Amount, applied, rule)
			}
		case single == 1:
			if rule != bank.RuleExactAmount || !applied.Equal(payment.Amount) {
				t.Fatalf("one item is cleared by %s: %s applied by %q", payment.Amount, applied, rule)
			}
		case several == 1:
			if rule != bank.RuleExactSum || !applied.Equal(payment.Amount) {
				t.Fatalf("one set of items is cleared by %s: %s applied by %q", payment.Amount, applied, rule)
			}
		default:
			if want := models.Min(payment.Amount, open); rule != bank.RuleOldestDue && open.IsPositive() || applied.MoreThan(want) {
				t.Fatalf("%s of %s is applied by %q, %s is open", applied, payment.Amount, rule, open)
			}
		}
	})
}

// Whoever names an invoice that is settled pays no other one with it, however it is written.
func TestAPaymentForASettledInvoiceStaysUnapplied(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		items := anyItems().Draw(t, "items")
		settled := item(rapid.IntRange(10, 999_999).Draw(t, "settled"), 1, "0")
		form := rapid.SampledFrom([]string{settled.Invoice, settled.Reference, "INV2026" + settled.Invoice[9:], "inv 2026 " + settled.Invoice[9:], grouped(settled.Reference)}).Draw(t, "form")
		words := rapid.SampledFrom([]string{"", "invoice ", "Rechnung vom 3.12. "}).Draw(t, "words")
		payment := models.Payment{Amount: anyEuro(1, 20).Draw(t, "amount"), Reference: words + form + rapid.SampledFrom([]string{"", " thank you"}).Draw(t, "end")}
		if got := bank.ApplyPayment(payment, items, bank.Rules{}); len(got) > 0 {
			t.Fatalf("%q pays %v", payment.Reference, texts(got))
		}
		payment.Remittance = []models.Remittance{{Invoice: settled.Invoice, Amount: payment.Amount}}
		if got := bank.ApplyPayment(payment, items, bank.Rules{}); len(got) > 0 {
			t.Fatalf("a remittance for %s pays %v", settled.Invoice, texts(got))
		}
	})
}

// grouped prints a reference in groups of four, as ISO 11649 wants it on paper.
func grouped(reference string) string {
	out := ""
	for i, c := range reference {
		if i > 0 && i%4 == 0 {
			out += " "
		}
		out += string(c)
	}
	return out
}

// The order in which the items are read from the book does not decide who is paid.
func TestTheOrderOfItemsDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		payment, items, rules := anyPayment().Draw(t, "payment"), anyItems().Draw(t, "items"), anyRules().Draw(t, "rules")
		once := bank.ApplyPayment(payment, items, rules)
		again := bank.ApplyPayment(payment, rapid.Permutation(items).Draw(t, "other order"), rules)
		if diff := cmp.Diff(once, again); diff != "" {
			t.Fatalf("in another order (-once +again):\n%s", diff)
		}
	})
}

// A customer with a thousand items of all amounts does not hold the worker: the search gives up, and the oldest are paid.
func TestTheSearchForASumIsBounded(t *testing.T) {
	t.Parallel()
	var items []bank.OpenItem
	for n := range 1000 {
		items = append(items, item(n+1, 1+n%28, fmt.Sprintf("%d.%02d", 1000+n*7, 2*(n%50))))
	}
	found := bank.ApplyPayment(models.Payment{Amount: eur("123456.01")}, items, bank.Rules{}) // an odd cent: no set has this sum
	if len(found) == 0 || found[0].Rule != bank.RuleOldestDue {
		t.Errorf("%d applications", len(found))
	}
}
