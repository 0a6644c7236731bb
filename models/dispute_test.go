package models_test

import (
	"testing"

	"o2c/models"
)

func TestDisputeAmount(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		asked          *models.Money
		open, disputed string
		want           string // "" is refused
	}{
		"no amount is all of it":                       {nil, "100", "0", "100.00"},
		"no amount is all that is undisputed":          {nil, "100", "30", "70.00"},
		"what was asked":                               {new(eur("10")), "100", "30", "10.00"},
		"what was asked, cut to what is undisputed":    {new(eur("80")), "100", "30", "70.00"},
		"what was asked, cut to what is open":          {new(eur("80")), "20", "0", "20.00"},
		"nothing is open":                              {new(eur("1")), "0", "0", ""},
		"everything is disputed":                       {new(eur("1")), "100", "100", ""},
		"everything is disputed, and all is asked for": {nil, "100", "100", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, refusal := models.DisputeAmount(c.asked, eur(c.open), eur(c.disputed))
			if c.want == "" {
				if refusal == nil || refusal.Code != "nothing-to-dispute" || refusal.Kind != models.KindConflict {
					t.Errorf("%s, %v; want nothing-to-dispute", got, refusal)
				}
				return
			}
			if refusal != nil || got.String() != c.want {
				t.Errorf("%s, %v; want %s", got, refusal, c.want)
			}
		})
	}
}

func TestResolveDispute(t *testing.T) {
	t.Parallel()
	all, some, none, more := new(eur("50")), new(eur("20")), new(eur("0")), new(eur("50.01"))
	for name, c := range map[string]struct {
		state    models.DisputeState
		outcome  models.DisputeState
		amount   *models.Money
		accepted string
		code     string
	}{
		"accepted is all of it":                       {models.DisputeOpen, models.DisputeAccepted, nil, "50.00", ""},
		"accepted with all of it said":                {models.DisputeOpen, models.DisputeAccepted, all, "50.00", ""},
		"accepted with a part is a contradiction":     {models.DisputeOpen, models.DisputeAccepted, some, "", "invalid-amount"},
		"partly accepted is a part":                   {models.DisputeOpen, models.DisputePartlyAccepted, some, "20.00", ""},
		"partly accepted needs an amount":             {models.DisputeOpen, models.DisputePartlyAccepted, nil, "", "invalid-amount"},
		"partly accepted is not all":                  {models.DisputeOpen, models.DisputePartlyAccepted, all, "", "invalid-amount"},
		"partly accepted is not more":                 {models.DisputeOpen, models.DisputePartlyAccepted, more, "", "invalid-amount"},
		"partly accepted is not nothing":              {models.DisputeOpen, models.DisputePartlyAccepted, none, "", "invalid-amount"},
		"rejected accepts nothing":                    {models.DisputeOpen, models.DisputeRejected, nil, "0.00", ""},
		"rejected takes no amount":                    {models.DisputeOpen, models.DisputeRejected, some, "", "invalid-amount"},
		"withdrawn accepts nothing":                   {models.DisputeOpen, models.DisputeWithdrawn, nil, "0.00", ""},
		"withdrawn takes no amount":                   {models.DisputeOpen, models.DisputeWithdrawn, none, "", "invalid-amount"},
		"open is no outcome":                          {models.DisputeOpen, models.DisputeOpen, nil, "", "invalid-outcome"},
		"no outcome is no outcome":                    {models.DisputeOpen, "", nil, "", "invalid-outcome"},
		"one that awaits the customer can be ended":   {models.DisputeAwaitsCustomer, models.DisputeRejected, nil, "0.00", ""},
		"one that awaits approval can be ended":       {models.DisputeAwaitsApproval, models.DisputeAccepted, nil, "50.00", ""},
		"an accepted one can't be ended again":        {models.DisputeAccepted, models.DisputeAccepted, nil, "", "dispute-not-open"},
		"a partly accepted one can't be ended again":  {models.DisputePartlyAccepted, models.DisputeRejected, nil, "", "dispute-not-open"},
		"a rejected one can't be ended again":         {models.DisputeRejected, models.DisputeAccepted, nil, "", "dispute-not-open"},
		"a withdrawn one can't be ended again":        {models.DisputeWithdrawn, models.DisputeAccepted, nil, "", "dispute-not-open"},
		"that it is over comes before what was asked": {models.DisputeWithdrawn, "nonsense", nil, "", "dispute-not-open"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := models.ResolveDispute(c.state, eur("50"), c.outcome, c.amount)
			switch c.code {
			case "":
				if err != nil || got.String() != c.accepted {
					t.Errorf("accepted %s, %v; want %s", got, err, c.accepted)
				}
			case "dispute-not-open":
				wantCode(t, err, models.KindConflict, c.code)
			default:
				wantCode(t, err, models.KindInvalid, c.code)
			}
		})
	}
}
