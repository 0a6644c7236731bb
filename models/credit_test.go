package models_test

import (
	"testing"

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

func TestDecideOnCredit(t *testing.T) {
	t.Parallel()
	limit := func(amount string) *models.CreditLimit { return &models.CreditLimit{Amount: eur(amount)} }
	for name, c := range map[string]struct {
		exposure models.Exposure
		limit    *models.CreditLimit
		total    string
		want     models.CreditOutcome
		stage    models.Stage
	}{
		"below the limit passes":                   {exposure("50", "0", "0", "0", "0", "0"), limit("100"), "49.99", models.Approve, models.Fulfilling},
		"equal to the limit passes":                {exposure("50", "0", "0", "0", "0", "0"), limit("100"), "50.00", models.Approve, models.Fulfilling},
		"a cent above holds":                       {exposure("50", "0", "0", "0", "0", "0"), limit("100"), "50.01", models.Hold, models.CreditHold},
		"a limit of nothing holds":                 {exposure("0", "0", "0", "0", "0", "0"), limit("0"), "0.01", models.Hold, models.CreditHold},
		"nothing passes a limit of nothing":        {exposure("0", "0", "0", "0", "0", "0"), limit("0"), "0.00", models.Approve, models.Fulfilling},
		"no limit awaits prepayment":               {exposure("0", "0", "0", "0", "0", "0"), nil, "0.01", models.AwaitPrepayment, models.AwaitingPrepayment},
		"unlimited is said explicitly":             {exposure("1000000", "0", "0", "0", "0", "0"), &models.CreditLimit{Unlimited: true}, "999999", models.Approve, models.Fulfilling},
		"delivered and invoiced count":             {exposure("10", "20", "30", "0", "0", "0"), limit("100"), "40.01", models.Hold, models.CreditHold},
		"unapplied cash and credit make room":      {exposure("100", "0", "0", "20", "10", "5"), limit("100"), "35.00", models.Approve, models.Fulfilling},
		"and no more than they are":                {exposure("100", "0", "0", "20", "10", "5"), limit("100"), "35.01", models.Hold, models.CreditHold},
		"an exposure above the limit holds a cent": {exposure("101", "0", "0", "0", "0", "0"), limit("100"), "0.01", models.Hold, models.CreditHold},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := models.CreditInputs{Exposure: c.exposure, Limit: c.limit, OrderTotal: eur(c.total)}
			got := models.DecideOnCredit(in)
			if got.Decision != c.want || got.Decision.Stage() != c.stage || got.Reason == "" {
				t.Errorf("%s to %s because %q; want %s to %s", got.Decision, got.Decision.Stage(), got.Reason, c.want, c.stage)
			}
			if got.Inputs != in {
				t.Errorf("the decision keeps %+v, made from %+v", got.Inputs, in)
			}
		})
	}
	if got := models.Reject.Stage(); got != models.Closed {
		t.Errorf("a rejected order is %s", got)
	}
	if got := models.Release.Stage(); got != models.Fulfilling {
		t.Errorf("a released order is %s", got)
	}
}

func TestCreditPassesExactlyUpToTheLimit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		currency := anyCurrency().Draw(t, "currency")
		amount := func(name string) models.Money { return anyMoney(currency, 0, 1000).Draw(t, name) }
		in := models.CreditInputs{
			Exposure: models.Exposure{OpenOrders: amount("O"), DeliveredNotInvoiced: amount("D"), OpenInvoices: amount("I"),
				UnappliedCash: amount("cash"), CustomerCredit: amount("credit"), Deposits: amount("deposits")},
			OrderTotal: amount("total"),
		}
		after := in.Exposure.Total().Add(in.OrderTotal)
		in.Limit = &models.CreditLimit{Amount: after}
		if got := models.DecideOnCredit(in); got.Decision != models.Approve {
			t.Fatalf("%s at a limit of just that: %s", after, got.Decision)
		}
		in.Limit.Amount = after.Sub(unit(currency))
		if got := models.DecideOnCredit(in); got.Decision != models.Hold {
			t.Fatalf("%s at a limit of a minor unit less: %s", after, got.Decision)
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
