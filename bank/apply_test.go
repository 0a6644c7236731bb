package bank_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"o2c/bank"
	"o2c/models"
)

func eur(amount string) models.Money {
	return models.MustMoney(decimal.RequireFromString(amount), "EUR")
}

// item is an open item that is due on a day of December 2026.
func item(n, due int, open string) bank.OpenItem {
	number := models.DocumentNumber(models.InvoiceSeries, 2026, int64(n))
	return bank.OpenItem{Invoice: number, Reference: bank.CreditorReference(number), DueDate: models.NewDate(2026, time.December, due), Open: eur(open), Disputed: eur("0")}
}

// texts writes what was applied as "number amount rule".
func texts(applications []bank.Application) []string {
	var out []string
	for _, a := range applications {
		out = append(out, fmt.Sprintf("%s %s %s", a.Invoice, a.Amount, a.Rule))
	}
	return out
}

func TestApplyPayment(t *testing.T) {
	t.Parallel()
	one, two, three := item(1, 20, "100.00"), item(2, 10, "50.00"), item(3, 15, "50.00")
	open := []bank.OpenItem{one, two, three}
	settled := item(9, 1, "0").Reference
	for name, c := range map[string]struct {
		payment models.Payment
		items   []bank.OpenItem
		want    []string
	}{
		"a creditor reference settles its invoice":                    {models.Payment{Amount: eur("100"), Reference: one.Reference}, open, []string{"INV-2026-000001 100.00 creditor_reference"}},
		"printed in groups of four":                                   {models.Payment{Amount: eur("100"), Reference: "rf94 inv2 0260 0000 1"}, open, []string{"INV-2026-000001 100.00 creditor_reference"}},
		"among other words":                                           {models.Payment{Amount: eur("100"), Reference: "your invoice " + one.Reference + " thanks"}, open, []string{"INV-2026-000001 100.00 creditor_reference"}},
		"it goes before invoice numbers":                              {models.Payment{Amount: eur("100"), Reference: "INV-2026-000002 " + one.Reference}, open, []string{"INV-2026-000001 100.00 creditor_reference"}},
		"too much for it stays unapplied":                             {models.Payment{Amount: eur("120"), Reference: one.Reference}, open, []string{"INV-2026-000001 100.00 creditor_reference"}},
		"too little for it is a part":                                 {models.Payment{Amount: eur("99.99"), Reference: one.Reference}, open, []string{"INV-2026-000001 99.99 creditor_reference"}},
		"an invoice number settles its invoice":                       {models.Payment{Amount: eur("50"), Reference: "Invoice INV-2026-000003"}, open, []string{"INV-2026-000003 50.00 invoice_number"}},
		"in small letters":                                            {models.Payment{Amount: eur("50"), Reference: "inv-2026-000003"}, open, []string{"INV-2026-000003 50.00 invoice_number"}},
		"with blanks for dashes":                                      {models.Payment{Amount: eur("50"), Reference: "INV 2026 000003"}, open, []string{"INV-2026-000003 50.00 invoice_number"}},
		"without dashes":                                              {models.Payment{Amount: eur("50"), Reference: "RE INV2026000003"}, open, []string{"INV-2026-000003 50.00 invoice_number"}},
		"several numbers are settled by due date":                     {models.Payment{Amount: eur("120"), Reference: "INV-2026-000001, INV-2026-000002"}, open, []string{"INV-2026-000002 50.00 invoice_number", "INV-2026-000001 70.00 invoice_number"}},
		"a number is not the beginning of another":                    {models.Payment{Amount: eur("50"), Reference: "INV-2026-0000031"}, open, nil},
		"a number before an amount is a number":                       {models.Payment{Amount: eur("50"), Reference: "INV-2026-000003 50 EUR"}, open, []string{"INV-2026-000003 50.00 invoice_number"}},
		"a settled invoice's number settles no other":                 {models.Payment{Amount: eur("50"), Reference: "INV-2026-000009"}, open, nil},
		"a settled invoice's number without dashes, neither":          {models.Payment{Amount: eur("50"), Reference: "INV2026000009"}, open, nil},
		"a settled invoice's reference settles no other":              {models.Payment{Amount: eur("50"), Reference: settled}, open, nil},
		"a settled invoice's reference among words settles no other":  {models.Payment{Amount: eur("50"), Reference: "for " + settled + " regards"}, open, nil},
		"the open one of a settled and an open number":                {models.Payment{Amount: eur("80"), Reference: "INV-2026-000009 INV-2026-000003"}, open, []string{"INV-2026-000003 50.00 invoice_number"}},
		"a reference of another seller settles nothing":               {models.Payment{Amount: eur("50"), Reference: "RF18539007547034"}, open, nil},
		"the one item of the exact amount, though it is not oldest":   {models.Payment{Amount: eur("100")}, open, []string{"INV-2026-000001 100.00 exact_amount"}},
		"two items of the amount are a tie, for a person to tell":     {models.Payment{Amount: eur("50")}, open, nil},
		"the one set of items of the amount":                          {models.Payment{Amount: eur("200")}, open, []string{"INV-2026-000002 50.00 exact_sum", "INV-2026-000003 50.00 exact_sum", "INV-2026-000001 100.00 exact_sum"}},
		"two sets of items of the amount are a tie":                   {models.Payment{Amount: eur("150")}, open, nil},
		"no item of the amount: the oldest due first":                 {models.Payment{Amount: eur("60")}, open, []string{"INV-2026-000002 50.00 oldest_due", "INV-2026-000003 10.00 oldest_due"}},
		"of two due on one day the lower number first":                {models.Payment{Amount: eur("5")}, []bank.OpenItem{item(5, 3, "7"), item(4, 3, "7")}, []string{"INV-2026-000004 5.00 oldest_due"}},
		"what is left of everything stays unapplied":                  {models.Payment{Amount: eur("1000")}, open, []string{"INV-2026-000002 50.00 oldest_due", "INV-2026-000003 50.00 oldest_due", "INV-2026-000001 100.00 oldest_due"}},
		"words that name nothing are no name":                         {models.Payment{Amount: eur("100"), Reference: "thank you"}, open, []string{"INV-2026-000001 100.00 exact_amount"}},
		"nothing is open":                                             {models.Payment{Amount: eur("100")}, nil, nil},
		"a remittance says how much of what":                          {models.Payment{Amount: eur("90"), Remittance: advice(1, "60", 3, "30")}, open, []string{"INV-2026-000001 60.00 remittance", "INV-2026-000003 30.00 remittance"}},
		"a remittance goes before the reference":                      {models.Payment{Amount: eur("50"), Reference: one.Reference, Remittance: advice(2, "50")}, open, []string{"INV-2026-000002 50.00 remittance"}},
		"a remittance is cut to the payment":                          {models.Payment{Amount: eur("70"), Remittance: advice(1, "60", 3, "30")}, open, []string{"INV-2026-000001 60.00 remittance", "INV-2026-000003 10.00 remittance"}},
		"a remittance is cut to what is open":                         {models.Payment{Amount: eur("200"), Remittance: advice(2, "80")}, open, []string{"INV-2026-000002 50.00 remittance"}},
		"a remittance that names an invoice twice pays it once":       {models.Payment{Amount: eur("200"), Remittance: advice(1, "60", 1, "60")}, open, []string{"INV-2026-000001 100.00 remittance"}},
		"a remittance for what is not open stays unapplied":           {models.Payment{Amount: eur("50"), Remittance: advice(9, "50")}, open, nil},
		"a remittance of nothing settles nothing":                     {models.Payment{Amount: eur("50"), Remittance: advice(1, "0")}, open, nil},
		"the items come in any order and the oldest due is still one": {models.Payment{Amount: eur("1")}, []bank.OpenItem{one, three, two}, []string{"INV-2026-000002 1.00 oldest_due"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := bank.ApplyPayment(c.payment, c.items, bank.Rules{})
			if diff := cmp.Diff(c.want, texts(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// advice makes a remittance from pairs of an invoice's sequence and an amount.
func advice(pairs ...any) []models.Remittance {
	var out []models.Remittance
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, models.Remittance{Invoice: item(pairs[i].(int), 1, "0").Invoice, Amount: eur(pairs[i+1].(string))})
	}
	return out
}
