package models_test

import (
	"strings"
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
		"one that awaits approval can be withdrawn":   {models.DisputeAwaitsApproval, models.DisputeWithdrawn, nil, "0.00", ""},
		"and is not accepted past the second person":  {models.DisputeAwaitsApproval, models.DisputeAccepted, nil, "", "dispute-awaits-approval"},
		"an accepted one can't be ended again":        {models.DisputeAccepted, models.DisputeAccepted, nil, "", "dispute-not-open"},
		"a partly accepted one can't be ended again":  {models.DisputePartlyAccepted, models.DisputeRejected, nil, "", "dispute-not-open"},
		"a rejected one can't be ended again":         {models.DisputeRejected, models.DisputeAccepted, nil, "", "dispute-not-open"},
		"a withdrawn one can't be ended again":        {models.DisputeWithdrawn, models.DisputeAccepted, nil, "", "dispute-not-open"},
		"that it is over comes before what was asked": {models.DisputeWithdrawn, "nonsense", nil, "", "dispute-not-open"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := models.ResolveDispute(models.DisputeOfAmount, c.state, eur("50"), c.outcome, c.amount)
			switch c.code {
			case "":
				if err != nil || got.String() != c.accepted {
					t.Errorf("accepted %s, %v; want %s", got, err, c.accepted)
				}
			case "dispute-not-open", "dispute-awaits-approval":
				wantCode(t, err, models.KindConflict, c.code)
			default:
				wantCode(t, err, models.KindInvalid, c.code)
			}
		})
	}
}

func TestAnInquiryHasNoAmountToAccept(t *testing.T) {
	t.Parallel()
	nothing := eur("0")
	for _, outcome := range []models.DisputeState{models.DisputeAccepted, models.DisputeRejected, models.DisputeWithdrawn} {
		if got, err := models.ResolveDispute(models.Inquiry, models.DisputeOpen, nothing, outcome, nil); err != nil || !got.IsZero() {
			t.Errorf("%s accepts %s, %v", outcome, got, err)
		}
	}
	_, err := models.ResolveDispute(models.Inquiry, models.DisputeOpen, nothing, models.DisputePartlyAccepted, new(eur("1")))
	wantCode(t, err, models.KindInvalid, "invalid-amount")
}

func TestActOnDispute(t *testing.T) {
	t.Parallel()
	ask, answer, owner := models.DisputeAction{Ask: "which?"}, models.DisputeAction{Answer: "all"}, models.DisputeAction{Owner: "j.doe"}
	for name, c := range map[string]struct {
		state  models.DisputeState
		action models.DisputeAction
		want   models.DisputeState
		code   string
	}{
		"the customer is asked":                {models.DisputeOpen, ask, models.DisputeAwaitsCustomer, ""},
		"and not again":                        {models.DisputeAwaitsCustomer, ask, "", "dispute-awaits-customer"},
		"nor while a second person decides":    {models.DisputeAwaitsApproval, ask, "", "dispute-awaits-approval"},
		"the customer answers":                 {models.DisputeAwaitsCustomer, answer, models.DisputeOpen, ""},
		"an answer without a question is none": {models.DisputeOpen, answer, "", "dispute-not-asked"},
		"an owner changes no state":            {models.DisputeAwaitsApproval, owner, models.DisputeAwaitsApproval, ""},
		"of what is over nothing changes":      {models.DisputeRejected, owner, "", "dispute-not-open"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := c.state.Act(c.action)
			if c.code != "" {
				wantCode(t, err, models.KindConflict, c.code)
			} else if err != nil || got != c.want {
				t.Errorf("%s, %v, want %s", got, err, c.want)
			}
		})
	}
}

func TestActionsThatAreNone(t *testing.T) {
	t.Parallel()
	hash := strings.Repeat("a", 64)
	for name, c := range map[string]struct {
		action  models.DisputeAction
		pointer string // "-": it is one
	}{
		"nothing":                   {models.DisputeAction{}, ""},
		"a question and its answer": {models.DisputeAction{Ask: "a", Answer: "b"}, "/answer"},
		"a cause in prose":          {models.DisputeAction{RootCause: "The price list"}, "/root_cause"},
		"a department with a dash":  {models.DisputeAction{Department: "back-office"}, "/department"},
		"evidence without words":    {models.DisputeAction{Evidence: []models.Evidence{{Kind: models.EvidenceNote, Text: " "}}}, "/evidence/0/text"},
		"an address that is none":   {models.DisputeAction{Evidence: []models.Evidence{{Kind: models.EvidenceURL, Text: "javascript:alert(1)"}}}, "/evidence/0/text"},
		"a document without a hash": {models.DisputeAction{Evidence: []models.Evidence{{Kind: models.EvidenceDocument, Text: "a.jpg"}}}, "/evidence/0/sha256"},
		"a hash of a note":          {models.DisputeAction{Evidence: []models.Evidence{{Kind: models.EvidenceNote, Text: "x", SHA256: hash}}}, "/evidence/0/sha256"},
		"a hash that is too short":  {models.DisputeAction{Evidence: []models.Evidence{{Kind: models.EvidenceDocument, Text: "x", SHA256: "ab"}}}, "/evidence/0/sha256"},
		"all there is": {models.DisputeAction{Owner: "j", RootCause: "old_price", Department: "sales", Ask: "which?", Evidence: []models.Evidence{
			{Kind: models.EvidenceURL, Text: "https://example.com/photo"}, {Kind: models.EvidenceDocument, Text: "a.jpg", SHA256: hash}}}, "-"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			faults := c.action.Validate()
			if c.pointer == "-" && len(faults) > 0 || c.pointer != "-" && (len(faults) != 1 || faults[0].Pointer != c.pointer) {
				t.Errorf("%v, want one at %q", faults, c.pointer)
			}
		})
	}
}
