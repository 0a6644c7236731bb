package bank_test

import (
	"testing"

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
			items = append(items, next)
		}
		return rapid.Permutation(items).Draw(t, "order")
	})
}

// anyPayment draws a payment that may name open, settled and unknown invoices in every way.
func anyPayment() *rapid.Generator[models.Payment] {
	return rapid.Custom(func(t *rapid.T) models.Payment {
		p := models.Payment{Amount: anyEuro(1, 20).Draw(t, "amount")}
		named := item(rapid.IntRange(1, 9).Draw(t, "named"), 1, "0")
		p.Reference = rapid.OneOf(
			rapid.Just(""), rapid.Just(named.Invoice), rapid.Just(named.Reference), rapid.Just("pay "+named.Reference+" now"),
			rapid.Just(named.Invoice+" INV-2026-000001"), rapid.String(),
		).Draw(t, "reference")
		for range rapid.IntRange(0, 3).Draw(t, "advices") {
			advised := item(rapid.IntRange(1, 9).Draw(t, "advised"), 1, "0").Invoice
			p.Remittance = append(p.Remittance, models.Remittance{Invoice: advised, Amount: anyEuro(0, 9).Draw(t, "advice")})
		}
		return p
	})
}

func TestApplicationsNeverExceedPaymentOrItems(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		payment, items := anyPayment().Draw(t, "payment"), anyItems().Draw(t, "items")
		open := map[string]models.Money{}
		for _, item := range items {
			open[item.Invoice] = item.Open
		}
		left := payment.Amount
		for _, a := range bank.ApplyPayment(payment, items) {
			rest, known := open[a.Invoice]
			if !known {
				t.Fatalf("%s is not open, or is paid twice", a.Invoice)
			}
			if !a.Amount.IsPositive() || a.Amount.MoreThan(rest) || a.Amount.MoreThan(left) || a.Rule == "" {
				t.Fatalf("%s of a payment of which %s is left goes to %s of which %s is open, by %q", a.Amount, left, a.Invoice, rest, a.Rule)
			}
			left = left.Sub(a.Amount)
			delete(open, a.Invoice)
		}
	})
}

// A payment without a name leaves nothing open that it could have paid.
func TestAnUnnamedPaymentIsUsedUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		payment, items := models.Payment{Amount: anyEuro(1, 20).Draw(t, "amount")}, anyItems().Draw(t, "items")
		open, same := eur("0"), 0
		for _, item := range items {
			open = open.Add(item.Open)
			if item.Open.Equal(payment.Amount) {
				same++
			}
		}
		applied := eur("0")
		for _, a := range bank.ApplyPayment(payment, items) {
			applied = applied.Add(a.Amount)
			if exact := a.Rule == bank.RuleExactAmount; exact != (same == 1) {
				t.Fatalf("%d items are open with %s, and the rule is %s", same, payment.Amount, a.Rule)
			}
		}
		if want := models.Min(payment.Amount, open); !applied.Equal(want) {
			t.Fatalf("%s of %s is applied, %s is open", applied, payment.Amount, open)
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
		if got := bank.ApplyPayment(payment, items); len(got) > 0 {
			t.Fatalf("%q pays %v", payment.Reference, texts(got))
		}
		payment.Remittance = []models.Remittance{{Invoice: settled.Invoice, Amount: payment.Amount}}
		if got := bank.ApplyPayment(payment, items); len(got) > 0 {
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
		payment, items := anyPayment().Draw(t, "payment"), anyItems().Draw(t, "items")
		once := texts(bank.ApplyPayment(payment, items))
		again := texts(bank.ApplyPayment(payment, rapid.Permutation(items).Draw(t, "other order")))
		if len(once) != len(again) {
			t.Fatalf("%v, and in another order %v", once, again)
		}
		for i := range once {
			if once[i] != again[i] {
				t.Fatalf("%v, and in another order %v", once, again)
			}
		}
	})
}
