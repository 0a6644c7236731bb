package activities_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"o2c/activities"
	"o2c/models"
	"o2c/postgres"
)

// raise accepts and opens a dispute with more to it than dispute says.
func (w *world) raise(d models.Dispute, instant time.Time) models.OrderProgress {
	w.t.Helper()
	d.Invoice, d.RaisedBy = invoice1, "Ms Acme"
	w.fact(postgres.DisputeFact, d.ID, d)
	return w.done(w.collections.OpenDispute(w.t.Context(), activities.FactStep{OrderID: "ord_1", FactID: d.ID, At: instant}))
}

func (w *world) act(id, dispute string, action models.DisputeAction, instant time.Time) error {
	w.t.Helper()
	action.ID, action.DisputeID, action.Invoice, action.Actor = id, dispute, invoice1, "collector"
	_, err := w.collections.ActOnDispute(w.t.Context(), activities.DisputeActionInput{OrderID: "ord_1", Action: action, At: instant})
	return err
}

// serve lets a step of a dispute's service time come due.
func (w *world) serve(dispute string, instant time.Time) models.OrderProgress {
	w.t.Helper()
	return w.done(w.collections.Judge(w.t.Context(), activities.JudgeInput{OrderID: "ord_1", Invoice: invoice1, Kind: models.DueOfDispute, ID: dispute, At: instant}))
}

// text reads one text.
func (w *world) text(sql string, args ...any) (found string) {
	w.t.Helper()
	w.must(w.pool.QueryRow(w.t.Context(), sql, args...).Scan(&found))
	return found
}

const disputeStates = `SELECT coalesce(string_agg(id || ' ' || trim_scale(amount)::text || ' ' || reason || ' ' || state, ', ' ORDER BY opened_at, id), '') FROM disputes`

// sound is balanced, and the invariants of disputes hold.
func (w *world) sound() {
	w.t.Helper()
	w.balanced()
	findings, err := postgres.CheckInvariants(w.t.Context(), w.pool, 5)
	w.must(err)
	for _, f := range findings {
		if f.Count > 0 && slices.Contains([]string{"disputed-amounts", "disputes-served", "disputes-approved", "disputes-resolved", "deductions-disputed", "awaited", "dunning-rests"}, f.Name) {
			w.t.Errorf("%s: %v", f.Name, f.Offenders)
		}
	}
}

// A line's dispute is about its share of what is still open: of 119.00 and 107.00 with 113.00 paid that are 59.50 and 53.50.
func TestALineIsDisputedForItsShare(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.invoiced("ord_1", "acme", want{"nail", "10"}, want{"book", "5"})
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("113"), Reference: invoice1}, issued)
	for n, c := range []struct {
		line    int
		amount  *models.Money
		want    string
		refused string
	}{
		{1, nil, "59.5", ""},
		{1, nil, "", "nothing-to-dispute"}, // all of it is disputed
		{2, new(eur("10")), "10", ""},
		{2, nil, "43.5", ""}, // what is not disputed of it
		{0, nil, "", "nothing-to-dispute"},
	} {
		got := w.raise(models.Dispute{ID: fmt.Sprint("dsp_", n), Line: c.line, Amount: c.amount, Reason: "pricing"}, issued)
		switch {
		case c.refused != "" && (got.Refused == nil || got.Refused.Code != c.refused):
			t.Errorf("%d: refused as %v, want %s", n, got.Refused, c.refused)
		case c.refused == "":
			if got := w.text(`SELECT trim_scale(amount)::text FROM disputes WHERE id = $1`, fmt.Sprint("dsp_", n)); got != c.want {
				t.Errorf("%d: %s, want %s", n, got, c.want)
			}
		}
	}
	w.sound()
}

// The service time in the seller's hours, 9 to 17 in Berlin: opened at 13:00, a day to be assigned, five to the reminder, ten to the
// escalation. The customer is asked when 27 hours are left to the reminder, and answers after two weeks.
func TestTheServiceTimeOfADispute(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.sent()
	wait := func(p models.OrderProgress, want string) {
		t.Helper()
		got := ""
		for _, step := range p.Receivables[0].Waits {
			got += string(step.Service) + " " + step.At.Format(time.RFC3339)
		}
		if got != want {
			t.Errorf("waits for %q, want %q", got, want)
		}
		w.sound()
	}
	tasks := func(want string) {
		t.Helper()
		if got := w.text(`SELECT coalesce(string_agg(role || ' ' || detail, ', ' ORDER BY opened_at, key), '') FROM tasks WHERE kind = 'dispute' AND closed_at IS NULL`); got != want {
			t.Errorf("tasks %q, want %q", got, want)
		}
	}
	wait(w.raise(models.Dispute{ID: "dsp_1", Amount: new(eur("40")), Reason: "pricing"}, issued), "assign 2026-11-23T12:00:00Z")
	w.unchanged(func() { w.serve("dsp_1", issued.Add(time.Hour)) })
	wait(w.serve("dsp_1", day(2026, 11, 24)), "remind 2026-11-27T12:00:00Z")
	w.unchanged(func() { w.serve("dsp_1", day(2026, 11, 24)) })
	tasks("collector Nobody owns dispute dsp_1 of " + invoice1)
	w.must(w.act("act_1", "dsp_1", models.DisputeAction{Owner: "j.doe", RootCause: "old_price", Department: "sales"}, day(2026, 11, 24)))
	tasks("")
	w.must(w.act("act_2", "dsp_1", models.DisputeAction{Ask: "Which price?"}, day(2026, 11, 24)))
	w.unchanged(func() { w.must(w.act("act_2", "dsp_1", models.DisputeAction{Ask: "Which price?"}, day(2026, 11, 25))) })
	if n := w.count(`SELECT count(*) FROM messages WHERE kind = 'dispute_question' AND body LIKE '%Which price?%'`); n != 1 {
		t.Error("the customer is not asked")
	}
	w.unchanged(func() { w.serve("dsp_1", day(2026, 12, 9)) })
	wantCode(t, w.act("act_3", "dsp_1", models.DisputeAction{Ask: "Well?"}, day(2026, 12, 1)), models.KindConflict, "dispute-awaits-customer")
	w.must(w.act("act_4", "dsp_1", models.DisputeAction{Answer: "The one of the offer", Evidence: []models.Evidence{{Kind: "url", Text: "https://acme.example/offer"}}}, day(2026, 12, 10)))
	wait(w.serve("dsp_1", day(2026, 12, 10)), "remind 2026-12-13T12:00:00Z")
	wait(w.serve("dsp_1", day(2026, 12, 14)), "escalate 2026-12-18T12:00:00Z")
	wait(w.serve("dsp_1", day(2026, 12, 19)), "")
	tasks("collector Dispute dsp_1 of " + invoice1 + " waits for j.doe, manager Dispute dsp_1 of " + invoice1 + " is late")
	got, err := w.resolve("res_1", "ord_1", "dsp_1", models.DisputeRejected, "", day(2026, 12, 19))
	w.must(err)
	wait(got, "")
	tasks("")
	wantCode(t, w.act("act_5", "dsp_1", models.DisputeAction{Owner: "late"}, day(2026, 12, 19)), models.KindConflict, "dispute-not-open")
	want := []string{"disputed", "dispute-unassigned", "dispute-assigned", "dispute-asked", "dispute-answered", "dispute-reminder", "dispute-escalated", "dispute-resolved"}
	var kinds []string
	for _, kind := range want {
		if n := w.count(`SELECT count(*) FROM events WHERE kind = $1`, kind); n == 1 {
			kinds = append(kinds, kind)
		}
	}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Error(diff)
	}
	if got := w.text(`SELECT string_agg(kind || ' ' || text, ', ' ORDER BY n) FROM dispute_evidence`); got != "question Which price?, url https://acme.example/offer, answer The one of the offer" {
		t.Error(got)
	}
}

// What is accepted above an authority waits for another person; a payment that comes first leaves less to accept.
func TestAnAcceptanceAboveTheAuthority(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before func(*world)
		ruling models.ApprovalRuling
		code   string
		states string
		open   string
	}{
		"is approved by another": {nil, models.ApprovalRuling{Decision: models.Approved, Actor: "admin"}, "", "dsp_1 40 pricing accepted", "79"},
		"is turned down":         {nil, models.ApprovalRuling{Decision: models.Rejected, Actor: "admin"}, "", "dsp_1 40 pricing open", "119"},
		"is not approved by whoever asked for it": {nil, models.ApprovalRuling{Decision: models.Approved, Actor: "manager"}, "own-approval",
			"dsp_1 40 pricing awaiting_approval", "119"},
		"is cut to what a payment left": {func(w *world) {
			w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("90"), Reference: invoice1}, issued)
		}, models.ApprovalRuling{Decision: models.Approved, Actor: "admin"}, "", "dsp_1 29 pricing accepted", "0"},
		"lapses when all is paid": {func(w *world) {
			w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("119"), Reference: invoice1}, issued)
		}, models.ApprovalRuling{Decision: models.Approved, Actor: "admin"}, "approval-decided", "dsp_1 0 pricing withdrawn", "0"},
		"lapses when the customer withdraws": {func(w *world) {
			_, err := w.resolve("res_2", "ord_1", "dsp_1", models.DisputeWithdrawn, "", issued)
			w.must(err)
		}, models.ApprovalRuling{Decision: models.Approved, Actor: "admin"}, "approval-decided", "dsp_1 40 pricing withdrawn", "119"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newDebt(t)
			w.exec(`INSERT INTO authorities (kind, role, currency, version, amount, set_by) VALUES ('dispute', 'manager', 'EUR', 2, 39.99, 'test')`)
			w.raise(models.Dispute{ID: "dsp_1", Amount: new(eur("40")), Reason: "pricing"}, issued)
			_, err := w.resolve("res_1", "ord_1", "dsp_1", models.DisputeAccepted, "", issued)
			w.must(err)
			w.unchanged(func() {
				_, err := w.resolve("res_1", "ord_1", "dsp_1", models.DisputeAccepted, "", issued.Add(time.Hour))
				w.must(err)
			})
			_, err = w.resolve("res_3", "ord_1", "dsp_1", models.DisputePartlyAccepted, "1", issued)
			wantCode(t, err, models.KindConflict, "dispute-awaits-approval")
			w.sound()
			if c.before != nil {
				c.before(w)
			}
			c.ruling.ID, c.ruling.ApprovalID = "dec_1", "res_1"
			resolution := models.DisputeResolution{ID: "res_1", DisputeID: "dsp_1", Outcome: models.DisputeAccepted, Actor: "manager", Approval: &c.ruling}
			decide := func() error {
				_, err := w.collections.ResolveDispute(t.Context(), activities.ResolveInput{OrderID: "ord_1", Resolution: resolution, At: issued.Add(time.Hour)})
				return err
			}
			if err = decide(); c.code == "" {
				w.must(err)
				w.unchanged(func() { w.must(decide()) })
			} else {
				kind := models.KindConflict
				if c.code == "own-approval" {
					kind = models.KindForbidden
				}
				wantCode(t, err, kind, c.code)
			}
			if got := w.text(`SELECT string_agg(id || ' ' || trim_scale(amount) || ' ' || reason || ' ' || state, ', ') FROM disputes`); got != c.states {
				t.Errorf("%s, want %s", got, c.states)
			}
			if got := w.text(`SELECT trim_scale(open_amount)::text FROM open_items`); got != c.open {
				t.Errorf("%s open, want %s", got, c.open)
			}
			w.sound()
		})
	}
}

// A complaint without an amount pauses nothing, has a clock, outlives its invoice, and is resolved without money.
func TestAnInquiry(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	got := w.raise(models.Dispute{ID: "inq_1", Kind: models.Inquiry, Reason: "other", Note: "Where is my delivery note?", Owner: "j.doe"}, issued)
	wantNext(t, got, 0, day(2026, 12, 19))
	if r := got.Receivables[0]; !r.Disputed.IsZero() || len(r.Waits) != 1 || r.Waits[0].Service != models.ServiceRemind {
		t.Errorf("%+v", r)
	}
	w.sound()
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("119"), Reference: invoice1}, issued)
	w.sound()
	w.done(w.reconciliation.Close(t.Context(), at("ord_1", issued)))
	_, err := w.resolve("res_1", "ord_1", "inq_1", models.DisputePartlyAccepted, "1", issued)
	wantCode(t, err, models.KindInvalid, "invalid-amount")
	_, err = w.resolve("res_1", "ord_1", "inq_1", models.DisputeAccepted, "", issued)
	w.must(err)
	if got := w.text(disputeStates); got != "inq_1 0 other accepted" {
		t.Error(got)
	}
	if n := w.count(`SELECT count(*) FROM credit_notes`); n != 0 {
		t.Error("it is credited")
	}
	w.sound()
}

// What a payer keeps back with a reason is disputed by itself; an earned discount is not, one that was taken too late is. 226.00 are
// owed, 4.52 off until 2 December.
func TestDeductionsOpenDisputes(t *testing.T) {
	t.Parallel()
	deducted := func(amount, reason string) *models.Deduction {
		return &models.Deduction{Amount: eur(amount), Reason: reason}
	}
	for name, c := range map[string]struct {
		cash      string
		value     models.Date
		deduction *models.Deduction
		want      string
	}{
		"with its reason and amount":                {"200.00", models.NewDate(2026, 12, 10), deducted("26.00", "damaged"), "dsp_1_1 26 damaged open"},
		"as far as it is open":                      {"220.00", models.NewDate(2026, 12, 10), deducted("26.00", "freight"), "dsp_1_1 6 freight open"},
		"a part, and the rest stays open":           {"100.00", models.NewDate(2026, 12, 10), deducted("26.00", "quantity"), "dsp_1_1 26 quantity open"},
		"a shortage without a reason is no dispute": {"200.00", models.NewDate(2026, 12, 10), nil, ""},
		"an earned discount is none":                {"221.48", models.NewDate(2026, 12, 2), nil, ""},
		"nor one that says so":                      {"221.48", models.NewDate(2026, 12, 2), deducted("4.52", "discount"), ""},
		"an unearned one is":                        {"221.48", models.NewDate(2026, 12, 3), nil, "dsp_1_1 4.52 discount open"},
		"also when it says so":                      {"221.48", models.NewDate(2026, 12, 3), deducted("4.52", "discount"), "dsp_1_1 4.52 discount open"},
		"a tolerated difference is none":            {"225.50", models.NewDate(2026, 12, 10), deducted("0.50", "pricing"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newEarlyDebt(t, nil)
			w.acceptPaymentOn("pay_1", models.Payment{
				CustomerID: "acme", Amount: eur(c.cash), ValueDate: c.value, Remittance: []models.Remittance{{Invoice: invoice1, Amount: eur(c.cash), Deduction: c.deduction}},
			})
			apply := func() {
				w.must(w.cash.Apply(t.Context(), activities.PaymentInput{PaymentID: "pay_1", At: day(2026, 12, 10)}))
			}
			apply()
			w.told.all()
			w.unchanged(apply)
			if got := w.text(disputeStates); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
			w.sound()
			w.must(w.change("pch_1", models.PaymentChange{Kind: models.ReversePayment, PaymentID: "pay_1", Reason: "no funds"}, day(2026, 12, 20)))
			if n := w.count(`SELECT count(*) FROM disputes WHERE state <> 'withdrawn'`); n != 0 {
				t.Error("what was kept back of money that was taken back is still disputed")
			}
			w.sound()
		})
	}
}
