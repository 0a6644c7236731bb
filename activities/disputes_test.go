package activities_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"o2c/activities"
	"o2c/models"
)

func TestOpenDispute(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		amount   string
		disputed string
		refused  string
		paused   bool // no notice is planned
	}{
		"a part pauses that part":                 {"30", "30.00", "", false},
		"no amount disputes all":                  {"", "119.00", "", true},
		"all of it pauses the invoice":            {"119", "119.00", "", true},
		"more than is open is cut to what is":     {"500", "119.00", "", true},
		"a cent less than all is dunned for that": {"118.99", "118.99", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newDebt(t)
			got := w.dispute("dsp_1", "ord_1", invoice1, c.amount, issued)
			if r := got.Receivables[0]; r.Disputed.String() != c.disputed || (r.Next == nil) != c.paused || got.Refused != nil || r.Version != 2 {
				t.Errorf("%s disputed, next %v, refused %v, version %d", r.Disputed, r.Next, got.Refused, r.Version)
			}
			w.unchanged(func() {
				again := w.done(w.collections.OpenDispute(t.Context(), activities.FactStep{OrderID: "ord_1", FactID: "dsp_1", At: issued.Add(time.Hour)}))
				if diff := cmp.Diff(got, again, sameDates); diff != "" {
					t.Errorf("the second time it answers (-first +second):\n%s", diff)
				}
			})
			w.wantExposure("acme", "0.00 0.00 119.00 0.00") // what is disputed is owed
			w.balanced()
		})
	}
}

func TestOpenDisputeLosesItsRace(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.acceptDispute("dsp_1", invoice1, "119")
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("100"), Reference: invoice1}, issued)
	got := w.done(w.collections.OpenDispute(t.Context(), activities.FactStep{OrderID: "ord_1", FactID: "dsp_1", At: issued}))
	if r := got.Receivables[0]; r.Disputed.String() != "19.00" || got.Refused != nil {
		t.Errorf("a dispute that a payment cut: %s disputed, refused %v", r.Disputed, got.Refused)
	}
	again := w.dispute("dsp_2", "ord_1", invoice1, "", issued)
	if again.Refused == nil || again.Refused.Code != "nothing-to-dispute" {
		t.Errorf("a dispute of what is disputed: refused %v", again.Refused)
	}
	w.unchanged(func() {
		once := w.done(w.collections.OpenDispute(t.Context(), activities.FactStep{OrderID: "ord_1", FactID: "dsp_2", At: issued}))
		if once.Refused == nil || once.Refused.Code != "nothing-to-dispute" {
			t.Errorf("the second time it is refused as %v", once.Refused)
		}
	})
	if n := w.count(`SELECT count(*) FROM facts WHERE id = 'dsp_2' AND refused_code = 'nothing-to-dispute' AND settled_at IS NOT NULL`); n != 1 {
		t.Error("the refusal is not recorded")
	}
	w.balanced()
}

// A payment uses the undisputed part first; an excess shrinks the newest dispute, and one of which nothing is left is withdrawn.
func TestAPaymentShrinksDisputes(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.dispute("dsp_old", "ord_1", invoice1, "40", issued)
	w.dispute("dsp_new", "ord_1", invoice1, "30", issued.Add(time.Hour))
	states := func() string {
		var out string
		w.must(w.pool.QueryRow(t.Context(), `SELECT string_agg(id || ' ' || trim_scale(amount) || ' ' || state, ', ' ORDER BY opened_at) FROM disputes`).Scan(&out))
		return out
	}
	for n, c := range []struct{ amount, want string }{
		{"49", "dsp_old 40 open, dsp_new 30 open"}, // 119 − 70 is undisputed
		{"10", "dsp_old 40 open, dsp_new 20 open"}, // 60 open
		{"25", "dsp_old 35 open, dsp_new 0 withdrawn"},
		{"35", "dsp_old 0 withdrawn, dsp_new 0 withdrawn"},
	} {
		w.pay("pay_"+string(rune('0'+n)), models.Payment{CustomerID: "acme", Amount: eur(c.amount), Reference: invoice1}, issued)
		if got := states(); got != c.want {
			t.Errorf("after %s more: %s, want %s", c.amount, got, c.want)
		}
		w.balanced()
	}
	if n := w.count(`SELECT count(*) FROM disputes WHERE state = 'withdrawn' AND resolution = 'paid' AND resolved_at IS NOT NULL`); n != 2 {
		t.Errorf("%d disputes are withdrawn as paid", n)
	}
	_, err := w.resolve("res_1", "ord_1", "dsp_old", models.DisputeAccepted, "", issued)
	wantCode(t, err, models.KindConflict, "dispute-not-open")
}

func TestResolveDispute(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		outcome  models.DisputeState
		amount   string
		stage    models.Stage
		open     string
		exposure string
		balance  []string
		messages []string
	}{
		"accepted becomes a credit note over all of it": {models.DisputeAccepted, "", models.Collecting, "79.00", "0.00 0.00 79.00 0.00",
			[]string{"receivables 79.00", "revenue -66.39", "tax_payable -12.61"}, []string{"credit-note/CN-2026-000001"}},
		"partly accepted becomes one over the part": {models.DisputePartlyAccepted, "11.90", models.Collecting, "107.10", "0.00 0.00 107.10 0.00",
			[]string{"receivables 107.10", "revenue -90.00", "tax_payable -17.10"}, []string{"credit-note/CN-2026-000001"}},
		"rejected changes no money": {models.DisputeRejected, "", models.Collecting, "119.00", "0.00 0.00 119.00 0.00",
			[]string{"receivables 119.00", "revenue -100.00", "tax_payable -19.00"}, []string{}},
		"withdrawn changes no money": {models.DisputeWithdrawn, "", models.Collecting, "119.00", "0.00 0.00 119.00 0.00",
			[]string{"receivables 119.00", "revenue -100.00", "tax_payable -19.00"}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newDebt(t)
			w.sent()
			w.allSent()
			w.dispute("dsp_1", "ord_1", invoice1, "40", issued)
			got, err := w.resolve("res_1", "ord_1", "dsp_1", c.outcome, c.amount, issued.Add(time.Hour))
			w.must(err)
			r := got.Receivables[0]
			if got.Stage != c.stage || r.Open.String() != c.open || r.Disputed.String() != "0.00" || r.Version != 3 {
				t.Errorf("%s: %s open, %s disputed, version %d", got.Stage, r.Open, r.Disputed, r.Version)
			}
			if diff := cmp.Diff(c.messages, got.Messages, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("messages (-want +got):\n%s", diff)
			}
			w.wantExposure("acme", c.exposure)
			w.wantTrialBalance(c.balance...)
			w.unchanged(func() {
				_, err := w.resolve("res_1", "ord_1", "dsp_1", c.outcome, c.amount, issued.Add(2*time.Hour))
				w.must(err)
			})
			_, err = w.resolve("res_2", "ord_1", "dsp_1", c.outcome, c.amount, issued)
			wantCode(t, err, models.KindConflict, "dispute-not-open")
			w.balanced()
		})
	}
}

func TestResolveDisputeRefusals(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.dispute("dsp_1", "ord_1", invoice1, "40", issued)
	before := w.rows()
	for name, c := range map[string]struct {
		dispute string
		outcome models.DisputeState
		amount  string
		kind    models.Kind
		code    string
	}{
		"an unknown dispute":                 {"dsp_9", models.DisputeAccepted, "", models.KindNotFound, "dispute-not-found"},
		"an outcome that is none":            {"dsp_1", models.DisputeOpen, "", models.KindInvalid, "invalid-outcome"},
		"partly accepted without an amount":  {"dsp_1", models.DisputePartlyAccepted, "", models.KindInvalid, "invalid-amount"},
		"partly accepted with all of it":     {"dsp_1", models.DisputePartlyAccepted, "40", models.KindInvalid, "invalid-amount"},
		"a rejection that accepts something": {"dsp_1", models.DisputeRejected, "1", models.KindInvalid, "invalid-amount"},
	} {
		_, err := w.resolve("res_1", "ord_1", c.dispute, c.outcome, c.amount, issued)
		t.Log(name)
		wantCode(t, err, c.kind, c.code)
	}
	if diff := cmp.Diff(before, w.rows()); diff != "" {
		t.Errorf("refused resolutions left (-before +after):\n%s", diff)
	}
}

// Credit notes of several disputes on an invoice with two tax rates end at the invoice's own amounts.
func TestCreditNotesCompleteTheInvoice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.invoiced("ord_1", "acme", want{"nail", "3"}, want{"book", "1"}) // 35.70 and 21.40
	for n, amount := range []string{"0.01", "33.33", "7.77", ""} {
		id := string(rune('a' + n))
		w.dispute("dsp_"+id, "ord_1", invoice1, amount, issued)
		_, err := w.resolve("res_"+id, "ord_1", "dsp_"+id, models.DisputeAccepted, "", issued)
		w.must(err)
		w.balanced()
	}
	w.wantTrialBalance()
	w.wantExposure("acme", "0.00 0.00 0.00 0.00")
	if n := w.count(`SELECT count(*) FROM (SELECT sum(taxable) AS taxable, sum(tax) AS tax FROM credit_note_taxes GROUP BY rate) g WHERE (taxable, tax) IN ((30, 5.70), (20, 1.40))`); n != 2 {
		t.Errorf("%d of two tax groups are credited to the cent", n)
	}
	got := w.done(w.reconciliation.Close(t.Context(), at("ord_1", issued)))
	if got.Stage != models.Closed || got.Outcome != models.OutcomeCredited {
		t.Errorf("%s %s", got.Stage, got.Outcome)
	}
}
