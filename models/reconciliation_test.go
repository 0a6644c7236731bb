package models_test

import (
	"strings"
	"testing"

	"o2c/models"
)

// settled is a settlement of an invoice of 100 that adds up, changed by some.
func settled(changes ...func(*models.Settlement)) models.Settlement {
	none := eur("0")
	s := models.Settlement{Invoiced: eur("100"), Paid: eur("93"), Deposits: none, CreditApplied: none, Credited: eur("7"), Discount: none,
		PaymentDifference: none, Withheld: none, WrittenOff: none, LedgerReceivables: none, OrderedAndInvoiced: true}
	for _, change := range changes {
		change(&s)
	}
	return s
}

func TestReconcile(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		settlement models.Settlement
		want       []string // the beginnings of the variances
	}{
		"what adds up has no variance": {settled(), nil},
		"every way to settle counts": {settled(func(s *models.Settlement) {
			s.Paid, s.Deposits, s.CreditApplied, s.Credited = eur("10"), eur("11"), eur("12"), eur("13")
			s.Discount, s.PaymentDifference, s.Withheld, s.WrittenOff = eur("14"), eur("-15"), eur("16"), eur("39")
		}), nil},
		"a cent that is not settled is a variance":        {settled(func(s *models.Settlement) { s.Paid = eur("92.99") }), []string{"money: invoiced 100.00 EUR, settled 99.99 EUR"}},
		"a cent too much is one, too":                     {settled(func(s *models.Settlement) { s.Paid = eur("93.01") }), []string{"money: invoiced 100.00 EUR, settled 100.01 EUR"}},
		"receivables that are left in the ledger are one": {settled(func(s *models.Settlement) { s.LedgerReceivables = eur("-0.01") }), []string{"ledger: receivables of the order are -0.01 EUR"}},
		"quantities that do not meet are one":             {settled(func(s *models.Settlement) { s.OrderedAndInvoiced = false }), []string{"quantities"}},
		"all that differs is named": {settled(func(s *models.Settlement) {
			s.Paid, s.LedgerReceivables, s.OrderedAndInvoiced = eur("0"), eur("93"), false
		}), []string{"quantities", "money", "ledger"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := c.settlement.Reconcile()
			if len(got) != len(c.want) {
				t.Fatalf("variances %q, want %q", got, c.want)
			}
			for i, want := range c.want {
				if !strings.HasPrefix(got[i], want) {
					t.Errorf("variance %q, want %q …", got[i], want)
				}
			}
		})
	}
}

func TestOutcomeOf(t *testing.T) {
	t.Parallel()
	credited := func(s *models.Settlement) { s.Paid, s.Credited = eur("0"), eur("100") }
	for name, c := range map[string]struct {
		settlement        models.Settlement
		shipped, rejected bool
		want              models.Outcome
	}{
		"nothing was shipped":                 {settled(), false, false, models.OutcomeCancelled},
		"nothing was shipped, as rejected":    {settled(), false, true, models.OutcomeRejected},
		"any cash makes it paid":              {settled(), true, false, models.OutcomePaid},
		"a deposit is cash":                   {settled(credited, func(s *models.Settlement) { s.Deposits = eur("1") }), true, false, models.OutcomePaid},
		"a write-off comes before cash":       {settled(func(s *models.Settlement) { s.WrittenOff = eur("0.01") }), true, false, models.OutcomeWrittenOff},
		"credits alone make it credited":      {settled(credited), true, false, models.OutcomeCredited},
		"what was shipped is not rejected":    {settled(), true, true, models.OutcomePaid},
		"customer credit alone is no payment": {settled(credited, func(s *models.Settlement) { s.CreditApplied = eur("1") }), true, false, models.OutcomeCredited},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := c.settlement.OutcomeOf(c.shipped, c.rejected); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}
