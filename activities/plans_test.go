package activities_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"

	"o2c/activities"
	"o2c/models"
)

// planning lets the first invoice of ord_1 be paid in instalments, of each a date and an amount; a collector may decide on 10,000.00 alone.
func planning(id string, instant time.Time, parts ...string) activities.PlanInput {
	in := activities.PlanInput{OrderID: "ord_1", At: instant, Decision: models.PlanDecision{ID: id, Invoice: invoice1, Actor: "collector", Roles: []string{"collector"}}}
	for n := 0; n < len(parts); n += 2 {
		date, err := models.ParseDate(parts[n])
		if err != nil {
			panic(err)
		}
		in.Decision.Instalments = append(in.Decision.Instalments, models.Instalment{DueDate: date, Amount: eur(parts[n+1])})
	}
	return in
}

func withdrawing(id string, instant time.Time) activities.PlanInput {
	return activities.PlanInput{OrderID: "ord_1", At: instant, Decision: models.PlanDecision{ID: "withdraw/" + id, Invoice: invoice1, Withdraw: id, Actor: "collector"}}
}

func (w *world) plan(in activities.PlanInput) models.OrderProgress {
	w.t.Helper()
	return w.done(w.collections.PlanInstalments(w.t.Context(), in))
}

func (w *world) paid(id, amount string, instant time.Time) {
	w.t.Helper()
	w.pay(id, models.Payment{CustomerID: "acme", Amount: eur(amount), Reference: invoice1}, instant)
}

// wantPlans checks the plans: "id state settled".
func (w *world) wantPlans(want ...string) {
	w.t.Helper()
	rows, err := w.pool.Query(w.t.Context(), `SELECT concat_ws(' ', id, state, trim_scale(settled)) FROM instalment_plans ORDER BY made_at, id`)
	w.must(err)
	got, err := pgx.CollectRows(rows, pgx.RowTo[string])
	w.must(err)
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		w.t.Errorf("plans (-want +got):\n%s", diff)
	}
}

// agreed is a debt of 119.00, reminded of on 19 December and planned on the 23rd in three instalments.
func agreed(t *testing.T) (*world, models.OrderProgress) {
	t.Helper()
	w := newDebt(t)
	w.dun("ord_1", 0, day(2026, 12, 19))
	in := planning("pln_1", day(2026, 12, 23), "2027-01-10", "50", "2027-02-10", "40", "2027-03-10", "29")
	got := w.plan(in)
	w.unchanged(func() { w.plan(in) })
	return w, got
}

// While its instalments come the invoice is not dunned, and in the end the plan is kept.
func TestAPlanIsKept(t *testing.T) {
	t.Parallel()
	w, got := agreed(t)
	wantNext(t, got, -1, time.Time{})
	wantWait(t, got, models.DuePlan, day0(2027, 1, 11))
	w.unchanged(func() { w.dun("ord_1", 1, day(2026, 12, 29)) })
	w.paid("pay_1", "50", day(2027, 1, 10))
	wantWait(t, w.judge(models.DuePlan, "pln_1", day0(2027, 1, 11)), models.DuePlan, day0(2027, 2, 11))
	w.paid("pay_2", "60", day(2027, 2, 1)) // ahead of time
	w.paid("pay_3", "9", day(2027, 3, 10))
	w.wantPlans("pln_1 kept 119")
	w.wantNoticesOf("0/0 119")
	if n := w.count(`SELECT count(*) FROM tasks WHERE kind = 'plan_broken'`); n != 0 {
		t.Error("somebody has to do something about a plan that was kept")
	}
	w.balanced()
}

// With the second instalment missed by a cent all of the rest is due, and dunned on the next day with the level that it had.
func TestAPlanIsBroken(t *testing.T) {
	t.Parallel()
	w, _ := agreed(t)
	w.paid("pay_1", "50", day(2027, 1, 10))
	w.paid("pay_2", "39.99", day(2027, 2, 10))
	missed := day0(2027, 2, 11)
	w.unchanged(func() { w.judge(models.DuePlan, "pln_1", missed.Add(-time.Microsecond)) })
	got := w.judge(models.DuePlan, "pln_1", missed)
	wantWait(t, got, "", time.Time{})
	wantNext(t, got, 1, day(2027, 2, 11))
	w.unchanged(func() { w.judge(models.DuePlan, "pln_1", missed.Add(time.Hour)) })
	w.dun("ord_1", 1, day(2027, 2, 11))
	w.wantPlans("pln_1 broken 89.99")
	w.wantNoticesOf("0/0 119", "0/1 29.01")
	if n := w.count(`SELECT count(*) FROM tasks WHERE key = 'plan-broken/pln_1' AND role = 'collector' AND closed_at IS NULL`); n != 1 {
		t.Error("nobody is told that the plan is broken")
	}
	w.balanced()
}

// What would have been due later is due when the plan breaks, and dunned from there.
func TestABrokenPlanMakesEachInstalmentOfTheInvoiceDue(t *testing.T) {
	t.Parallel()
	w, _ := newInstalments(t) // 59.50 on 22 December and 21 January
	w.plan(planning("pln_1", day(2026, 12, 1), "2026-12-24", "19", "2027-06-01", "100"))
	w.judge(models.DuePlan, "pln_1", day0(2026, 12, 25))
	var due []string
	rows, err := w.pool.Query(t.Context(), `SELECT concat_ws(' ', d ->> 'due', d #>> '{next,level}', d #>> '{next,at}') FROM open_items, jsonb_array_elements(dunned) AS d`)
	w.must(err)
	due, err = pgx.CollectRows(rows, pgx.RowTo[string])
	w.must(err)
	if diff := cmp.Diff([]string{"2026-12-22 1 2026-12-25T09:00:00Z", "2026-12-25 1 2027-01-01T09:00:00Z"}, due); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	w.balanced()
}

// A plan takes the place of a promise and of another plan; taken back, it leaves the dunning with the time that was left.
func TestPlansReplaceEachOther(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.dun("ord_1", 0, day(2026, 12, 19))
	w.promise("prm_1", "50", models.NewDate(2027, 1, 6), day(2026, 12, 20))
	w.plan(planning("pln_1", day(2026, 12, 23), "2027-01-10", "119"))
	w.wantPromises("prm_1 1 replaced 0")
	if got := w.promise("prm_2", "50", models.NewDate(2027, 1, 6), day(2026, 12, 24)); got.Refused == nil || got.Refused.Code != "instalment-plan-active" {
		t.Errorf("refused: %v", got.Refused)
	}
	wantWait(t, w.plan(planning("pln_2", day(2026, 12, 25), "2027-02-10", "19", "2027-03-10", "100")), models.DuePlan, day0(2027, 2, 11))
	got := w.plan(withdrawing("pln_2", day(2027, 1, 3)))
	w.unchanged(func() { w.plan(withdrawing("pln_2", day(2027, 1, 3))) })
	w.wantPlans("pln_1 replaced 0", "pln_2 withdrawn 0")
	wantNext(t, got, 1, day(2027, 1, 9)) // six days were left on 23 December
	_, err := w.collections.PlanInstalments(t.Context(), withdrawing("pln_1", day(2027, 1, 4)))
	wantCode(t, err, models.KindConflict, "no-instalment-plan")
	for code, in := range map[string]activities.PlanInput{
		"plan-differs-from-open":  planning("pln_3", day(2027, 1, 4), "2027-02-10", "119.01"),
		"invalid-instalment-plan": planning("pln_3", day(2027, 1, 4), "2027-01-03", "119"),
	} {
		if _, err = w.collections.PlanInstalments(t.Context(), in); errorCode(err) != code {
			t.Errorf("%v, want %s", err, code)
		}
	}
	w.balanced()
}

// Above the authority of whoever asks a second person decides; whoever asked can't.
func TestAPlanOfTwoPeople(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	in := planning("pln_1", issued, "2027-01-10", "119")
	in.Decision.Roles = []string{"sales"}
	w.plan(in)
	w.unchanged(func() { w.plan(in) })
	w.wantPlans()
	again := planning("pln_2", issued, "2027-01-10", "119")
	again.Decision.Roles = []string{"sales"}
	_, err := w.collections.PlanInstalments(t.Context(), again)
	wantCode(t, err, models.KindConflict, "plan-waits")
	rule := func(actor string) activities.PlanInput {
		ruled := in
		ruled.Decision.Approval = &models.ApprovalRuling{ID: "dec_" + actor, ApprovalID: "pln_1", Decision: models.Approved, Reason: "seen", Actor: actor}
		return ruled
	}
	_, err = w.collections.PlanInstalments(t.Context(), rule("collector"))
	wantCode(t, err, models.KindForbidden, "own-approval")
	w.plan(rule("manager"))
	w.unchanged(func() { w.plan(rule("manager")) })
	w.wantPlans("pln_1 active")
	w.balanced()
}

// Money of before the plan that the bank takes back is open beside it; money of the plan that it takes back is missing from it.
func TestMoneyOfAPlanIsTakenBack(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.dun("ord_1", 0, day(2026, 12, 19))
	w.paid("pay_1", "19", day(2026, 12, 20))
	w.plan(planning("pln_1", day(2026, 12, 23), "2027-01-10", "60", "2027-02-10", "40"))
	w.paid("pay_2", "60", day(2027, 1, 10))
	w.must(w.change("pch_1", models.PaymentChange{PaymentID: "pay_1", Kind: models.ReversePayment, Reason: "returned"}, day(2027, 1, 11)))
	w.wantPlans("pln_1 active")
	if n := w.count(`SELECT count(*) FROM open_items WHERE next_level = 1 AND (waits #>> '{0,item,instalment}')::integer = 2`); n != 1 {
		t.Error("the 19.00 are not dunned, or the plan does not wait for its second instalment")
	}
	w.balanced()
	w.must(w.change("pch_2", models.PaymentChange{PaymentID: "pay_2", Kind: models.ReversePayment, Reason: "returned"}, day(2027, 1, 12)))
	w.judge(models.DuePlan, "pln_1", day(2027, 1, 12)) // the first is past its day
	w.wantPlans("pln_1 broken 0")
	w.balanced()
}

// What was disputed when the plan was made is no part of it, whatever becomes of it.
func TestADisputeLiesBesideAPlan(t *testing.T) {
	t.Parallel()
	for outcome, settled := range map[models.DisputeState]string{models.DisputeAccepted: "pln_1 broken 0", models.DisputeRejected: "pln_1 broken 0"} {
		t.Run(string(outcome), func(t *testing.T) {
			t.Parallel()
			w := newDebt(t)
			w.dispute("dsp_1", "ord_1", invoice1, "19", day(2026, 12, 1))
			w.plan(planning("pln_1", day(2026, 12, 2), "2027-01-10", "10", "2027-02-10", "90"))
			got, err := w.resolve("res_1", "ord_1", "dsp_1", outcome, "", day(2026, 12, 3))
			w.must(err)
			wantWait(t, got, models.DuePlan, day0(2027, 1, 11))
			w.balanced()
			w.judge(models.DuePlan, "pln_1", day0(2027, 1, 11))
			w.wantPlans(settled)
			w.balanced()
		})
	}
}

// A payment that meets the judgement: the plan goes on or breaks, and the book is right.
func TestAPaymentRacesTheJudgementOfAPlan(t *testing.T) {
	t.Parallel()
	w, _ := agreed(t)
	var both sync.WaitGroup
	both.Go(func() { w.paid("pay_1", "50", day0(2027, 1, 11)) })
	both.Go(func() {
		_, err := w.collections.Judge(context.WithoutCancel(t.Context()), activities.JudgeInput{OrderID: "ord_1", Invoice: invoice1, Kind: models.DuePlan, ID: "pln_1", At: day0(2027, 1, 11)})
		if err != nil {
			t.Error(err)
		}
	})
	both.Wait()
	waits := w.count(`SELECT count(*) FROM instalment_plans p JOIN open_items i ON i.plan = p.id WHERE p.state = 'active' AND i.next_level IS NULL AND i.judge_at = '2027-02-11'`)
	broken := w.count(`SELECT count(*) FROM instalment_plans p JOIN open_items i ON i.number = p.invoice WHERE p.state = 'broken' AND i.plan IS NULL AND i.next_level = 1`)
	if waits+broken != 1 {
		t.Errorf("the plan neither goes on nor is broken")
	}
	w.balanced()
}

func errorCode(err error) string {
	if business, ok := errors.AsType[*models.Error](err); ok {
		return business.Code
	}
	return ""
}

// day0 is the beginning of a day on the customer's clock.
func day0(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
}
