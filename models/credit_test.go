package models_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"o2c/models"
)

func exposure(o, d, i, cash, credit, deposits string) models.Exposure {
	return models.Exposure{OpenOrders: eur(o), DeliveredNotInvoiced: eur(d), OpenInvoices: eur(i),
		UnappliedCash: eur(cash), CustomerCredit: eur(credit), Deposits: eur(deposits)}
}

func TestExposureIsODIWithoutU(t *testing.T) {
	t.Parallel()
	if got := exposure("100", "20", "3", "10", "7", "1").Total(); !got.Equal(eur("105")) {
		t.Errorf("100 + 20 + 3 − 10 − 7 − 1 = %s", got)
	}
}

// under is a limit over an exposure; amount "" is unlimited.
func under(source models.LimitSource, amount, exposure string) models.LimitCheck {
	limit := models.LimitCheck{Source: source, ID: "lim", Holder: "top", Exposure: eur(exposure)}
	if amount != "" {
		limit.Amount = new(eur(amount))
	}
	return limit
}

func TestDecideOnCredit(t *testing.T) {
	t.Parallel()
	own := func(amount, exposure string) models.LimitCheck { return under(models.OwnLimit, amount, exposure) }
	group := func(amount, exposure string) models.LimitCheck { return under(models.GroupLimit, amount, exposure) }
	rule := func(name models.RuleName, value, threshold string) models.RuleCheck {
		return models.RuleCheck{Rule: name, Value: dec(value), Threshold: dec(threshold)}
	}
	for name, c := range map[string]struct {
		limits []models.LimitCheck
		rules  []models.RuleCheck
		block  models.CreditBlock
		total  string
		want   models.CreditOutcome
		why    string
	}{
		"below the limit passes":                   {[]models.LimitCheck{own("100", "50")}, nil, "", "49.99", models.Approve, "exposure with this order is 99.99 EUR, within the credit limit of 100.00 EUR"},
		"equal to the limit passes":                {[]models.LimitCheck{own("100", "50")}, nil, "", "50.00", models.Approve, ""},
		"a cent above holds":                       {[]models.LimitCheck{own("100", "50")}, nil, "", "50.01", models.Hold, "exposure with this order is 100.01 EUR, the credit limit is 100.00 EUR"},
		"a limit of nothing holds":                 {[]models.LimitCheck{own("0", "0")}, nil, "", "0.01", models.Hold, ""},
		"nothing passes a limit of nothing":        {[]models.LimitCheck{own("0", "0")}, nil, "", "0.00", models.Approve, ""},
		"no limit awaits prepayment":               {nil, nil, "", "0.01", models.AwaitPrepayment, "no credit limit is set"},
		"unlimited is said explicitly":             {[]models.LimitCheck{own("", "1000000")}, nil, "", "999999", models.Approve, "the credit limit is unlimited"},
		"the company's default is a limit":         {[]models.LimitCheck{under(models.CompanyLimit, "10", "0")}, nil, "", "10.01", models.Hold, "exposure with this order is 10.01 EUR, the company's default limit is 10.00 EUR"},
		"own and group limit both hold":            {[]models.LimitCheck{own("100", "0"), group("500", "450")}, nil, "", "50", models.Approve, ""},
		"the group's limit is too small":           {[]models.LimitCheck{own("100", "0"), group("500", "450")}, nil, "", "50.01", models.Hold, "exposure with this order is 500.01 EUR, the limit of group top is 500.00 EUR"},
		"the own limit is too small":               {[]models.LimitCheck{own("100", "60"), group("500", "60")}, nil, "", "50", models.Hold, ""},
		"both are too small":                       {[]models.LimitCheck{own("1", "0"), group("2", "0")}, nil, "", "3", models.Hold, "exposure with this order is 3.00 EUR, the credit limit is 1.00 EUR; exposure with this order is 3.00 EUR, the limit of group top is 2.00 EUR"},
		"an exposure above the limit holds a cent": {[]models.LimitCheck{own("100", "101")}, nil, "", "0.01", models.Hold, ""},
		"a rule at its threshold holds":            {[]models.LimitCheck{own("", "0")}, []models.RuleCheck{rule(models.OldestOverdueDays, "30", "30")}, "", "1", models.Approve, ""},
		"a rule above its threshold does not":      {[]models.LimitCheck{own("", "0")}, []models.RuleCheck{rule(models.OldestOverdueDays, "31", "30")}, "", "1", models.Hold, "oldest overdue days is 31, more than 30"},
		"a customer that is to pay first":          {[]models.LimitCheck{own("", "0")}, nil, models.PrepaymentOnly, "1", models.AwaitPrepayment, "the customer is to pay first"},
		"a customer from whom no order is taken":   {[]models.LimitCheck{own("", "0")}, nil, models.NoOrder, "1", models.Hold, "the customer is blocked: no order"},
		"a customer to whom nothing is shipped":    {[]models.LimitCheck{own("", "0")}, nil, models.NoShipment, "1", models.Approve, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := models.CreditInputs{Limits: c.limits, Rules: c.rules, Block: c.block, OrderTotal: eur(c.total)}
			got := models.DecideOnCredit(in)
			if got.Decision != c.want || got.Reason == "" || c.why != "" && got.Reason != c.why {
				t.Errorf("%s because %q; want %s because %q", got.Decision, got.Reason, c.want, c.why)
			}
			if diff := cmp.Diff(in, got.Inputs, sameDates); diff != "" {
				t.Errorf("the decision keeps other inputs:\n%s", diff)
			}
		})
	}
	for outcome, stage := range map[models.CreditOutcome]models.Stage{models.Approve: models.Fulfilling, models.Hold: models.CreditHold,
		models.AwaitPrepayment: models.AwaitingPrepayment, models.Reject: models.Closed, models.Release: models.Fulfilling} {
		if got := outcome.Stage(); got != stage {
			t.Errorf("%s puts an order to %s", outcome, got)
		}
	}
}

func TestSecuredIsWhatThereIsToSecure(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ open, cash, cover, secured, net string }{
		{"100", "0", "30", "30.00", "70.00"}, {"100", "0", "130", "100.00", "0.00"}, {"100", "0", "0", "0.00", "100.00"},
		{"0", "0", "30", "0.00", "0.00"}, {"10", "30", "30", "0.00", "-20.00"}, {"100", "95", "30", "5.00", "0.00"},
	} {
		e := exposure(c.open, "0", "0", c.cash, "0", "0")
		if got := e.Secured(eur(c.cover)).String() + " " + e.Net(eur(c.cover)).String(); got != c.secured+" "+c.net {
			t.Errorf("of %s less %s a cover of %s secures and leaves %s", c.open, c.cash, c.cover, got)
		}
	}
}

func TestCreditPassesExactlyUpToTheLimit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		currency := anyCurrency().Draw(t, "currency")
		amount := func(name string) models.Money { return anyMoney(currency, 0, 1000).Draw(t, name) }
		e := models.Exposure{OpenOrders: amount("O"), DeliveredNotInvoiced: amount("D"), OpenInvoices: amount("I"),
			UnappliedCash: amount("cash"), CustomerCredit: amount("credit"), Deposits: amount("deposits")}
		in := models.CreditInputs{OrderTotal: amount("total")}
		before := e.Net(amount("cover"))
		after := before.Add(in.OrderTotal)
		in.Limits = []models.LimitCheck{{Source: models.OwnLimit, Exposure: before, Amount: &after}}
		if got := models.DecideOnCredit(in); got.Decision != models.Approve {
			t.Fatalf("%s at a limit of just that: %s", after, got.Decision)
		}
		less := after.Sub(unit(currency))
		in.Limits[0].Amount = &less
		if got := models.DecideOnCredit(in); got.Decision != models.Hold {
			t.Fatalf("%s at a limit of a minor unit less: %s", after, got.Decision)
		}
	})
}

// Whatever is shipped, invoiced and cancelled of a line in whatever parts: a shipment moves its value from O to D and changes their
// sum by nothing, an invoice takes from D what it stands for, a cancellation takes from O alone; nothing is ever below 0, and in
// the end all of the line's value has gone exactly once.
func TestBucketsMoveAndNeverJump(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		currency := anyCurrency().Draw(t, "currency")
		line := models.LineProgress{Quantity: anyDecimal(1, 9999, 3).Draw(t, "quantity"), Gross: anyMoney(currency, 0, 100000).Draw(t, "gross")}
		part := func(of decimal.Decimal, name string) decimal.Decimal {
			return decimal.New(rapid.Int64Range(0, of.Shift(3).IntPart()).Draw(t, name), -3)
		}
		sum := func() models.Money { return line.OpenOrderValue().Add(line.DeliveredValue()) }
		gone := models.Zero(currency) // invoiced or cancelled
		for range rapid.IntRange(1, 12).Draw(t, "events") {
			before, o, d := sum(), line.OpenOrderValue(), line.DeliveredValue()
			switch event := rapid.SampledFrom([]string{"ship", "invoice", "cancel"}).Draw(t, "event"); event {
			case "ship":
				line.Shipped = line.Shipped.Add(part(line.Open(), "shipped"))
				if !sum().Equal(before) {
					t.Fatalf("a shipment makes %s of %s", sum(), before)
				}
			case "invoice":
				line.Invoiced = line.Invoiced.Add(part(line.Shipped.Sub(line.Invoiced), "invoiced"))
				gone = gone.Add(d.Sub(line.DeliveredValue()))
				if !line.OpenOrderValue().Equal(o) {
					t.Fatalf("an invoice makes O %s of %s", line.OpenOrderValue(), o)
				}
			case "cancel":
				line.Cancelled = line.Cancelled.Add(part(line.Open(), "cancelled"))
				gone = gone.Add(o.Sub(line.OpenOrderValue()))
				if !line.DeliveredValue().Equal(d) {
					t.Fatalf("a cancellation makes D %s of %s", line.DeliveredValue(), d)
				}
			}
			if line.OpenOrderValue().IsNegative() || line.DeliveredValue().IsNegative() {
				t.Fatalf("O is %s, D %s", line.OpenOrderValue(), line.DeliveredValue())
			}
			if !sum().Add(gone).Equal(line.Gross) {
				t.Fatalf("%s in the buckets and %s gone of %s", sum(), gone, line.Gross)
			}
		}
		line.Cancelled, line.Invoiced = line.Quantity.Sub(line.Shipped), line.Shipped
		if !sum().IsZero() {
			t.Fatalf("of a finished line %s is left", sum())
		}
	})
}

func TestCreditRulingValidate(t *testing.T) {
	t.Parallel()
	for _, decision := range []models.CreditOutcome{models.Release, models.Reject} {
		if err := (models.CreditRuling{Decision: decision}).Validate(); err != nil {
			t.Errorf("%s: %v", decision, err)
		}
	}
	for _, decision := range []models.CreditOutcome{"", models.Approve, models.Hold, models.AwaitPrepayment, "Release"} {
		wantCode(t, models.CreditRuling{Decision: decision}.Validate(), models.KindInvalid, "invalid-decision")
	}
}
