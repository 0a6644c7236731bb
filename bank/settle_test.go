package bank_test

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"o2c/bank"
	"o2c/models"
)

// The edges of the discount and of the tolerance, in currencies of no, two and three decimals.
func TestSettle(t *testing.T) {
	t.Parallel()
	last := models.NewDate(2026, time.December, 10)
	for name, c := range map[string]struct {
		currency                 models.Currency
		open, disputed, discount string
		absolute, percent        string
		cash                     string
		late                     bool
		want                     string // amount, discount, difference, to income
	}{
		"paid in full":                                         {currency: "EUR", open: "119.00", cash: "119.00", want: "119.00 0.00 0.00 0.00"},
		"paid in part, nothing is silent":                      {currency: "EUR", open: "119.00", cash: "118.99", want: "118.99 0.00 0.00 0.00"},
		"paid too much, nothing is silent":                     {currency: "EUR", open: "119.00", cash: "119.01", want: "119.00 0.00 0.00 0.00"},
		"less the discount, in time":                           {currency: "EUR", open: "119.00", discount: "2.38", cash: "116.62", want: "116.62 2.38 0.00 0.00"},
		"less the discount, too late":                          {currency: "EUR", open: "119.00", discount: "2.38", cash: "116.62", late: true, want: "116.62 0.00 0.00 0.00"},
		"a cent less than that does not clear it":              {currency: "EUR", open: "119.00", discount: "2.38", cash: "116.61", want: "116.61 0.00 0.00 0.00"},
		"less a part of the discount":                          {currency: "EUR", open: "119.00", discount: "2.38", cash: "118.00", want: "118.00 1.00 0.00 0.00"},
		"in full although a discount could be taken":           {currency: "EUR", open: "119.00", discount: "2.38", cash: "119.00", want: "119.00 0.00 0.00 0.00"},
		"what is undisputed less the discount":                 {currency: "EUR", open: "119.00", disputed: "19.00", discount: "2.38", cash: "97.62", want: "97.62 2.38 0.00 0.00"},
		"what is undisputed, a cent short of the discount":     {currency: "EUR", open: "119.00", disputed: "19.00", discount: "2.38", cash: "97.61", want: "97.61 0.00 0.00 0.00"},
		"a discount of all that is undisputed, for a cent":     {currency: "EUR", open: "1.00", disputed: "0.50", discount: "2.38", cash: "0.01", want: "0.01 0.49 0.00 0.00"},
		"short by the tolerance exactly":                       {currency: "EUR", open: "119.00", absolute: "0.50", percent: "100", cash: "118.50", want: "118.50 0.00 0.50 0.00"},
		"short by a cent more":                                 {currency: "EUR", open: "119.00", absolute: "0.50", percent: "100", cash: "118.49", want: "118.49 0.00 0.00 0.00"},
		"the percent is stricter: 0.25 % of 119.00 is 0.30":    {currency: "EUR", open: "119.00", absolute: "0.50", percent: "0.25", cash: "118.70", want: "118.70 0.00 0.30 0.00"},
		"and a cent more is outside":                           {currency: "EUR", open: "119.00", absolute: "0.50", percent: "0.25", cash: "118.69", want: "118.69 0.00 0.00 0.00"},
		"an absolute amount without a percent allows nothing":  {currency: "EUR", open: "119.00", absolute: "0.50", percent: "0", cash: "118.99", want: "118.99 0.00 0.00 0.00"},
		"a percent without an absolute amount allows nothing":  {currency: "EUR", open: "119.00", absolute: "0", percent: "100", cash: "118.99", want: "118.99 0.00 0.00 0.00"},
		"over by the tolerance exactly":                        {currency: "EUR", open: "119.00", absolute: "0.50", percent: "100", cash: "119.50", want: "119.00 0.00 0.00 0.50"},
		"over by a cent more":                                  {currency: "EUR", open: "119.00", absolute: "0.50", percent: "100", cash: "119.51", want: "119.00 0.00 0.00 0.00"},
		"short of the discounted amount, within the tolerance": {currency: "EUR", open: "119.00", discount: "2.38", absolute: "0.50", percent: "100", cash: "116.20", want: "116.20 2.38 0.42 0.00"},
		"short of it by more than the tolerance":               {currency: "EUR", open: "119.00", discount: "2.38", absolute: "0.50", percent: "100", cash: "116.11", want: "116.11 0.00 0.00 0.00"},
		"late, and short by less than the tolerance":           {currency: "EUR", open: "119.00", discount: "0.40", absolute: "0.50", percent: "100", cash: "118.60", late: true, want: "118.60 0.00 0.40 0.00"},
		"the tolerance closes what is undisputed, not what is": {currency: "EUR", open: "119.00", disputed: "19.00", absolute: "0.50", percent: "100", cash: "99.60", want: "99.60 0.00 0.40 0.00"},
		"more than is undisputed pays what is disputed":        {currency: "EUR", open: "119.00", disputed: "19.00", absolute: "0.50", percent: "100", cash: "100.10", want: "100.10 0.00 0.00 0.00"},
		"nothing but a dispute":                                {currency: "EUR", open: "19.00", disputed: "19.00", discount: "2.38", absolute: "5.00", percent: "100", cash: "1.00", want: "1.00 0.00 0.00 0.00"},
		"no money closes nothing":                              {currency: "EUR", open: "0.40", absolute: "0.50", percent: "100", cash: "0.00", want: "0.00 0.00 0.00 0.00"},
		"yen: 2 % of 1500 are 30":                              {currency: "JPY", open: "1500", discount: "30", cash: "1470", want: "1470 30 0 0"},
		"yen: 0.1 % of 1500 are 1.5, rounded 2":                {currency: "JPY", open: "1500", absolute: "5", percent: "0.1", cash: "1498", want: "1498 0 2 0"},
		"yen: 3 are outside":                                   {currency: "JPY", open: "1500", absolute: "5", percent: "0.1", cash: "1497", want: "1497 0 0 0"},
		"dinars: a fils is inside":                             {currency: "KWD", open: "10.500", absolute: "0.001", percent: "1", cash: "10.499", want: "10.499 0.000 0.001 0.000"},
		"dinars: two fils are not":                             {currency: "KWD", open: "10.500", absolute: "0.001", percent: "1", cash: "10.498", want: "10.498 0.000 0.000 0.000"},
		"dinars: 3 % of 10.500 are 0.315":                      {currency: "KWD", open: "10.500", discount: "0.315", cash: "10.185", want: "10.185 0.315 0.000 0.000"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			amount := func(s string) models.Money {
				if s == "" {
					s = "0"
				}
				return models.MustMoney(decimal.RequireFromString(s), c.currency)
			}
			item := bank.OpenItem{Invoice: "INV-2026-000001", Open: amount(c.open), Disputed: amount(c.disputed)}
			if c.discount != "" {
				item.Discount, item.DiscountUntil = amount(c.discount), last
			}
			tolerance := models.Tolerance{}
			if c.percent != "" {
				tolerance = models.Tolerance{Absolute: amount(c.absolute), Percent: decimal.RequireFromString(c.percent)}
			}
			on := last
			if c.late {
				on = last.AddDays(1)
			}
			a := bank.Settle(item, amount(c.cash), on, tolerance)
			if got := a.Amount.String() + " " + a.Discount.String() + " " + a.Difference.String() + " " + a.ToIncome.String(); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// A customer who pays several invoices less their discounts pays all of them; one who pays less pays the first ones in full.
func TestSeveralInvoicesWithDiscounts(t *testing.T) {
	t.Parallel()
	early := func(n int, open, discount string) bank.OpenItem {
		i := item(n, n, open)
		i.Discount, i.DiscountUntil = eur(discount), models.NewDate(2026, time.December, 10)
		return i
	}
	items := []bank.OpenItem{early(1, "100.00", "2.00"), early(2, "50.00", "1.00"), item(3, 3, "25.00")}
	on := models.NewDate(2026, time.December, 9)
	for name, c := range map[string]struct {
		payment models.Payment
		want    []string
	}{
		"named, all of them": {models.Payment{Amount: eur("147.00"), Reference: "INV-2026-000001 INV-2026-000002"},
			[]string{"INV-2026-000001 98.00 +2.00", "INV-2026-000002 49.00 +1.00"}},
		"named, with a little more": {models.Payment{Amount: eur("148.50"), Reference: "INV-2026-000001 INV-2026-000002"},
			[]string{"INV-2026-000001 99.50 +0.50", "INV-2026-000002 49.00 +1.00"}},
		"named, not enough for all": {models.Payment{Amount: eur("146.99"), Reference: "INV-2026-000001 INV-2026-000002"},
			[]string{"INV-2026-000001 100.00 +0.00", "INV-2026-000002 46.99 +0.00"}},
		"by the sum of the discounted amounts": {models.Payment{Amount: eur("172.00")},
			[]string{"INV-2026-000001 98.00 +2.00", "INV-2026-000002 49.00 +1.00", "INV-2026-000003 25.00 +0.00"}},
		"by the sum in full":       {models.Payment{Amount: eur("75.00")}, []string{"INV-2026-000002 50.00 +0.00", "INV-2026-000003 25.00 +0.00"}},
		"by one discounted amount": {models.Payment{Amount: eur("98.00")}, []string{"INV-2026-000001 98.00 +2.00"}},
		"too late for the same":    {models.Payment{Amount: eur("98.00"), ValueDate: on.AddDays(9)}, []string{"INV-2026-000001 98.00 +0.00"}},
		"by the payer's list": {models.Payment{Amount: eur("123.00"), Remittance: advice(1, "98", 3, "25")},
			[]string{"INV-2026-000001 98.00 +2.00", "INV-2026-000003 25.00 +0.00"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.payment.ValueDate.IsZero() {
				c.payment.ValueDate = on
			}
			var got []string
			for _, a := range bank.ApplyPayment(c.payment, items, bank.Rules{}) {
				got = append(got, a.Invoice+" "+a.Amount.String()+" +"+a.Discount.String())
			}
			if len(got) != len(c.want) {
				t.Fatalf("%v, want %v", got, c.want)
			}
			for i := range got {
				if got[i] != c.want[i] {
					t.Errorf("%v, want %v", got, c.want)
				}
			}
		})
	}
}

// What is left over of a payment that names its invoices follows the customer's policy.
func TestOverpayments(t *testing.T) {
	t.Parallel()
	items := []bank.OpenItem{item(1, 1, "10.00"), item(2, 2, "20.00"), item(3, 3, "30.00")}
	small := models.Tolerance{Absolute: eur("0.05"), Percent: decimal.NewFromInt(100)}
	for name, c := range map[string]struct {
		payment models.Payment
		rules   bank.Rules
		want    []string
		income  string
	}{
		"it is kept": {models.Payment{Amount: eur("25"), Reference: "INV-2026-000002"}, bank.Rules{}, []string{"INV-2026-000002 20.00 invoice_number"}, "0.00"},
		"it settles the oldest": {models.Payment{Amount: eur("45"), Reference: "INV-2026-000002"}, bank.Rules{Overpayment: models.OverpaymentApplyOldest},
			[]string{"INV-2026-000002 20.00 invoice_number", "INV-2026-000001 10.00 oldest_due", "INV-2026-000003 15.00 oldest_due"}, "0.00"},
		"of an invoice that is settled": {models.Payment{Amount: eur("12"), Reference: "INV-2026-000009"}, bank.Rules{Overpayment: models.OverpaymentApplyOldest},
			[]string{"INV-2026-000001 10.00 oldest_due", "INV-2026-000002 2.00 oldest_due"}, "0.00"},
		"beyond a remittance, which does not get more than it says": {models.Payment{Amount: eur("25"), Remittance: advice(1, "4")},
			bank.Rules{Overpayment: models.OverpaymentApplyOldest}, []string{"INV-2026-000001 4.00 remittance", "INV-2026-000002 20.00 oldest_due", "INV-2026-000003 1.00 oldest_due"}, "0.00"},
		"a little of it is income": {models.Payment{Amount: eur("20.05"), Reference: "INV-2026-000002"}, bank.Rules{Tolerance: small, Overpayment: models.OverpaymentApplyOldest},
			[]string{"INV-2026-000002 20.00 invoice_number"}, "0.05"},
		"a little more is not": {models.Payment{Amount: eur("20.06"), Reference: "INV-2026-000002"}, bank.Rules{Tolerance: small},
			[]string{"INV-2026-000002 20.00 invoice_number"}, "0.00"},
		"a little beyond a line of a remittance": {models.Payment{Amount: eur("30.05"), Remittance: advice(1, "10.05", 2, "20")}, bank.Rules{Tolerance: small},
			[]string{"INV-2026-000001 10.00 remittance", "INV-2026-000002 20.00 remittance"}, "0.05"},
		"without a name nothing is meant for the last one": {models.Payment{Amount: eur("60.05")}, bank.Rules{Tolerance: small},
			[]string{"INV-2026-000001 10.00 oldest_due", "INV-2026-000002 20.00 oldest_due", "INV-2026-000003 30.00 oldest_due"}, "0.00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := bank.ApplyPayment(c.payment, items, c.rules)
			got, income := texts(found), eur("0")
			for _, a := range found {
				income = income.Add(a.ToIncome)
			}
			if len(got) != len(c.want) || income.String() != c.income {
				t.Fatalf("%v and %s to income, want %v and %s", got, income, c.want, c.income)
			}
			for i := range got {
				if got[i] != c.want[i] {
					t.Errorf("%v, want %v", got, c.want)
				}
			}
		})
	}
}

// A named deduction stays open, but for one within the tolerance, which is closed with the payer's reason.
func TestDeductions(t *testing.T) {
	t.Parallel()
	line := models.Remittance{Invoice: item(1, 1, "0").Invoice, Amount: eur("99.00"), Deduction: &models.Deduction{Amount: eur("1.00"), Reason: "freight"}}
	payment := models.Payment{Amount: eur("99.00"), Remittance: []models.Remittance{line}}
	for limit, want := range map[string]string{"0.99": "0.00 ", "1.00": "1.00 freight"} {
		rules := bank.Rules{Tolerance: models.Tolerance{Absolute: eur(limit), Percent: decimal.NewFromInt(100)}}
		a := bank.ApplyPayment(payment, []bank.OpenItem{item(1, 1, "100.00")}, rules)[0]
		if got := a.Difference.String() + " " + a.Reason; got != want || a.Deduction == nil || !a.Deduction.Amount.Equal(eur("1.00")) {
			t.Errorf("with a tolerance of %s: %s, deduction %v", limit, got, a.Deduction)
		}
	}
}
