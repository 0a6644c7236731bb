package models_test

import (
	"testing"

	"o2c/models"
)

// strictPolicy uses everything that a policy has.
func strictPolicy() models.DunningPolicy {
	return models.DunningPolicy{
		Name: "strict", Calendar: "DE", Hour: 8, GraceDays: 2, MinDaysBetween: 7, MinAmount: dec("10"), PromiseToleranceDays: 1,
		Levels: []models.DunningLevel{
			{Level: 0, DaysAfterDue: -3, Channel: "email"},
			{Level: 1, DaysAfterDue: 7, Channel: "email", Action: models.ActionNotice, Fee: dec("2.5")},
			{Level: 2, DaysAfterDue: 14, Channel: "letter", Action: models.ActionNotice, Fee: dec("5"), Interest: models.InterestTerms{Regime: models.EU2011, Percent: dec("9"), Base: "de_basiszins"}},
			{Level: 3, DaysAfterDue: 21, Channel: "call", Action: models.ActionCallTask},
			{Level: 5, DaysAfterDue: 30, Channel: "email", Action: models.ActionAccountHold, Interest: models.InterestTerms{Percent: dec("6")}},
			{Level: 6, DaysAfterDue: 49, Channel: "letter", Action: models.ActionAgency},
			{Level: 7, DaysAfterDue: 90, Channel: "letter", Action: models.ActionProposeWriteOff},
		},
	}
}

func TestDunningPolicyFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*models.DunningPolicy)
		want   []string
	}{
		"nothing is wrong":                   {func(*models.DunningPolicy) {}, nil},
		"a name of a blank":                  {func(p *models.DunningPolicy) { p.Name = " " }, []string{"/name"}},
		"a calendar's name of a blank":       {func(p *models.DunningPolicy) { p.Calendar = " " }, []string{"/calendar"}},
		"the hour 24":                        {func(p *models.DunningPolicy) { p.Hour = 24 }, []string{"/hour"}},
		"the hour before midnight":           {func(p *models.DunningPolicy) { p.Hour = -1 }, []string{"/hour"}},
		"grace below 0":                      {func(p *models.DunningPolicy) { p.GraceDays = -1 }, []string{"/grace_days"}},
		"two notices on a day":               {func(p *models.DunningPolicy) { p.MinDaysBetween = 0 }, []string{"/min_days_between"}},
		"a minimum below 0":                  {func(p *models.DunningPolicy) { p.MinAmount = dec("-0.01") }, []string{"/min_amount"}},
		"a minimum of five decimals":         {func(p *models.DunningPolicy) { p.MinAmount = dec("0.00001") }, []string{"/min_amount"}},
		"a minimum of sixteen digits":        {func(p *models.DunningPolicy) { p.MinAmount = dec("1000000000000000") }, []string{"/min_amount"}},
		"a tolerance of more than ten years": {func(p *models.DunningPolicy) { p.PromiseToleranceDays = 3651 }, []string{"/promise_tolerance_days"}},
		"no level":                           {func(p *models.DunningPolicy) { p.Levels = nil }, []string{"/levels"}},
		"more than fifty levels":             {func(p *models.DunningPolicy) { p.Levels = make([]models.DunningLevel, 51) }, nil}, // and much more
		"a level below 0":                    {func(p *models.DunningPolicy) { p.Levels[0].Level = -1 }, []string{"/levels/0/level"}},
		"a level twice":                      {func(p *models.DunningPolicy) { p.Levels[2].Level = 1 }, []string{"/levels/2/level"}},
		"two levels on a day":                {func(p *models.DunningPolicy) { p.Levels[2].DaysAfterDue = 7 }, []string{"/levels/2/days_after_due"}},
		"a level of more than ten years":     {func(p *models.DunningPolicy) { p.Levels[6].DaysAfterDue = 3651 }, []string{"/levels/6/days_after_due"}},
		"a reminder before due, after due":   {func(p *models.DunningPolicy) { p.Levels[0].DaysAfterDue = 1 }, []string{"/levels/0/level"}},
		"two reminders before due": {func(p *models.DunningPolicy) {
			p.Levels[1] = models.DunningLevel{Level: 1, DaysAfterDue: -1, Channel: "email"}
		}, nil},
		"a channel of doves":                    {func(p *models.DunningPolicy) { p.Levels[1].Channel = "dove" }, []string{"/levels/1/channel"}},
		"no channel":                            {func(p *models.DunningPolicy) { p.Levels[1].Channel = "" }, []string{"/levels/1/channel"}},
		"an action that is none":                {func(p *models.DunningPolicy) { p.Levels[1].Action = "sue" }, []string{"/levels/1/action"}},
		"an agency before due":                  {func(p *models.DunningPolicy) { p.Levels[0].Action = models.ActionAgency }, []string{"/levels/0/action"}},
		"a fee before due":                      {func(p *models.DunningPolicy) { p.Levels[0].Fee = dec("1") }, []string{"/levels/0/fee"}},
		"a fee below 0":                         {func(p *models.DunningPolicy) { p.Levels[1].Fee = dec("-1") }, []string{"/levels/1/fee"}},
		"a fee of five decimals":                {func(p *models.DunningPolicy) { p.Levels[1].Fee = dec("1.00005") }, []string{"/levels/1/fee"}},
		"interest before due":                   {func(p *models.DunningPolicy) { p.Levels[0].Interest.Percent = dec("1") }, []string{"/levels/0/interest_percent"}},
		"a regime that is none":                 {func(p *models.DunningPolicy) { p.Levels[1].Interest.Regime = "usury" }, []string{"/levels/1/interest_regime"}},
		"the regime fixed without a percent":    {func(p *models.DunningPolicy) { p.Levels[1].Interest.Regime = models.FixedInterest }, []string{"/levels/1/interest_percent"}},
		"the regime fixed with reference rates": {func(p *models.DunningPolicy) { p.Levels[4].Interest.Base = "ecb" }, []string{"/levels/4/interest_base"}},
		"a percent of five decimals":            {func(p *models.DunningPolicy) { p.Levels[4].Interest.Percent = dec("1.00001") }, []string{"/levels/4/interest_percent"}},
		"a percent above 100":                   {func(p *models.DunningPolicy) { p.Levels[4].Interest.Percent = dec("100.0001") }, []string{"/levels/4/interest_percent"}},
		"a margin of the EU below 8":            {func(p *models.DunningPolicy) { p.Levels[2].Interest.Percent = dec("7.9999") }, []string{"/levels/2/interest_percent"}},
		"a margin of the UK that is not 8": {func(p *models.DunningPolicy) {
			p.Levels[2].Interest = models.InterestTerms{Regime: models.UK1998, Percent: dec("9")}
		}, []string{"/levels/2/interest_percent"}},
		"the margin of the UK": {func(p *models.DunningPolicy) {
			p.Levels[2].Interest = models.InterestTerms{Regime: models.UK1998, Percent: dec("8")}
		}, nil},
		"reference rates with a name of a blank": {func(p *models.DunningPolicy) { p.Levels[2].Interest.Base = " " }, []string{"/levels/2/interest_base"}},
		"everything at once": {func(p *models.DunningPolicy) { p.Hour, p.GraceDays, p.Levels[1].Channel = 30, -1, "" },
			[]string{"/hour", "/grace_days", "/levels/1/channel"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			policy := strictPolicy()
			c.change(&policy)
			faults := policy.Validate()
			if name == "more than fifty levels" {
				if len(faults) == 0 || faults[0].Pointer != "/levels" {
					t.Errorf("faults: %v", faults)
				}
				return
			}
			wantPointers(t, faults, "invalid-dunning-policy", c.want...)
		})
	}
	policy := strictPolicy()
	policy.Calendar = ""
	if faults := policy.Validate(); len(faults) > 0 || policy.Calendar != "none" || policy.Levels[0].Action != models.ActionNotice {
		t.Errorf("defaults: %q, %q, %v", policy.Calendar, policy.Levels[0].Action, faults)
	}
}

func TestAFeeIsCutToItsCurrency(t *testing.T) {
	t.Parallel()
	level := models.DunningLevel{Fee: dec("10.559")}
	for currency, want := range map[models.Currency]string{"EUR": "10.55 EUR", "JPY": "10 JPY", "KWD": "10.559 KWD"} {
		if got := level.FeeIn(currency).Text(); got != want {
			t.Errorf("the fee is %s, want %s", got, want)
		}
	}
}

func TestTheCustomersCalendarComesBeforeThePolicys(t *testing.T) {
	t.Parallel()
	for customer, want := range map[string]string{"": "DE", "none": "DE", "GB": "GB"} {
		if got := strictPolicy().CalendarFor(customer); got != want {
			t.Errorf("a customer with the calendar %q is dunned by %q, want %q", customer, got, want)
		}
	}
	if level, found := strictPolicy().Level(5); !found || level.Action != models.ActionAccountHold {
		t.Errorf("level 5: %+v, %v", level, found)
	}
	if _, found := strictPolicy().Level(4); found {
		t.Error("there is a level 4")
	}
}
