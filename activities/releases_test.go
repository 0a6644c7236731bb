package activities_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"o2c/activities"
	"o2c/models"
	"o2c/postgres"
)

// policy makes a credit policy that every customer of class standard has.
func (w *world) policy(p models.CreditPolicy) {
	w.t.Helper()
	p.Name, p.RiskClasses = "strict", []string{"standard"}
	_, err := postgres.PutCreditPolicy(w.t.Context(), w.pool, p, "manager")
	w.must(err)
}

func (w *world) release(id, order string, change func(*models.CreditRuling)) (models.OrderProgress, error) {
	ruling := models.CreditRuling{ID: id, Decision: models.Release, Reason: "an old friend", Actor: "credit"}
	if change != nil {
		change(&ruling)
	}
	return w.credit.Rule(w.t.Context(), activities.RuleInput{OrderID: order, Ruling: ruling, At: issued})
}

// A release that has ended covers no shipment any more: the order is decided again without it.
func TestAReleaseEnds(t *testing.T) {
	t.Parallel()
	tomorrow := models.NewDate(2026, 11, 23)
	ended := time.Date(2026, 11, 23, 23, 0, 0, 0, time.UTC) // midnight in Berlin
	for name, c := range map[string]struct {
		end   func(w *world) models.OrderProgress
		limit string
		want  models.Stage
	}{
		"by its timer, and the order is held": {func(w *world) models.OrderProgress {
			return w.done(w.credit.Recheck(w.t.Context(), activities.FactStep{OrderID: "ord_1", FactID: "on/x", At: ended}))
		}, "", models.CreditHold},
		"by its timer, and the order fits now": {func(w *world) models.OrderProgress {
			return w.done(w.credit.Recheck(w.t.Context(), activities.FactStep{OrderID: "ord_1", FactID: "on/x", At: ended}))
		}, "119", models.Fulfilling},
		"and a shipment that comes then is refused": {func(w *world) models.OrderProgress {
			w.fact(postgres.ShipmentFact, "shp_2", models.ShipmentConfirmation{OrderID: "ord_1", Lines: []models.LineQuantity{{Line: 1, Quantity: "6"}}})
			got := w.done(w.fulfillment.ConfirmShipment(w.t.Context(), activities.FactStep{OrderID: "ord_1", FactID: "shp_2", At: ended}))
			if got.Refused == nil || got.Refused.Code != "credit-hold" {
				w.t.Errorf("refused: %v", got.Refused)
			}
			return got
		}, "", models.CreditHold},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.customer("acme", "47.60") // four nails
			w.receipt("rcp_1", "main", "nail", "10")
			w.stageOf("ord_1", "acme", "10", issued)
			got := w.done(w.release("dec_1", "ord_1", func(r *models.CreditRuling) { r.ValidUntil = tomorrow }))
			if got.Stage != models.Fulfilling || got.RecheckAt == nil || !got.RecheckAt.Equal(ended) {
				t.Fatalf("released it is %s, to be checked at %v; want %s", got.Stage, got.RecheckAt, ended)
			}
			w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
			if got = w.ship("shp_1", "ord_1", models.LineQuantity{Line: 1, Quantity: "4"}); got.Refused != nil {
				t.Fatalf("on its last day a shipment is refused: %v", got.Refused)
			}
			w.wantExposure("acme", "71.40 47.60 0.00 0.00")
			if c.limit != "" {
				w.exec(`INSERT INTO credit_limits (id, customer_id, amount, currency, set_by, set_at) VALUES ('lim', 'acme', $1, 'EUR', 'test', now())`, c.limit)
			}
			got = c.end(w)
			if got.Stage != c.want || got.RecheckAt != nil {
				t.Errorf("it is %s (%v), to be checked at %v; want %s", got.Stage, got.BlockedBy, got.RecheckAt, c.want)
			}
			if c.want == models.CreditHold { // what is shipped stays where it is, what is not leaves the sum
				w.wantExposure("acme", "0.00 47.60 0.00 0.00")
				if onHold, err := postgres.ReadOnHold(t.Context(), w.pool, "acme"); err != nil || !onHold.Equal(eur("71.40")) {
					t.Errorf("on hold are %s, %v", onHold, err)
				}
			}
			w.balanced()

			w.done(w.invoicing.Issue(t.Context(), at("ord_1", issued)))
			got = w.done(w.fulfillment.Cancel(t.Context(), cancellation("ord_1", "can_1")))
			if got.Stage != models.Collecting || got.BlockedBy != nil {
				t.Errorf("with its rest cancelled it is %s, blocked by %v", got.Stage, got.BlockedBy)
			}
			w.balanced()
		})
	}
}

// A release is for one version of the order; an order that has changed is decided again before it leaves.
func TestAReleaseCoversOneVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "1")
	w.receipt("rcp_1", "main", "nail", "10")
	w.stageOf("ord_1", "acme", "10", issued)
	w.done(w.release("dec_1", "ord_1", nil))
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	w.exec(`UPDATE orders SET version = 2`)
	if got := w.ship("shp_1", "ord_1", models.LineQuantity{Line: 1, Quantity: "1"}); got.Refused == nil || got.Refused.Code != "credit-hold" || got.Stage != models.CreditHold {
		t.Errorf("%s, refused: %v", got.Stage, got.Refused)
	}
	w.balanced()
}

func TestCreditIsCheckedAtDeliveryByPolicy(t *testing.T) {
	t.Parallel()
	for name, checks := range map[string]bool{"it is not": false, "it is": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.policy(models.CreditPolicy{CheckAtDelivery: checks})
			w.customer("acme", "119")
			w.receipt("rcp_1", "auto", "nail", "20")
			w.accept("ord_1", "acme", "auto", nil, want{"nail", "10"})
			w.done(w.credit.Approve(t.Context(), at("ord_1", issued)))
			w.exec(`INSERT INTO credit_limits (id, customer_id, amount, currency, set_by, set_at) VALUES ('lim', 'acme', 118.99, 'EUR', 'test', now())`)
			got := w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
			if want := map[bool]models.Stage{false: models.Invoicing, true: models.CreditHold}[checks]; got.Stage != want {
				t.Errorf("checked at delivery %v: %s, want %s", checks, got.Stage, want)
			}
			if n := w.count(`SELECT count(*) FROM credit_decisions WHERE inputs ->> 'check_point' = 'delivery' AND decision = 'hold'`); (n == 1) != checks {
				t.Errorf("checked at delivery %v: %d decisions", checks, n)
			}
			w.balanced()
		})
	}
}

func TestAReleaseAboveTheAmountNeedsASecondPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.policy(models.CreditPolicy{ApprovalAbove: map[models.Currency]models.Money{"EUR": eur("118.99")}})
	w.customer("acme", "1")
	w.stageOf("ord_1", "acme", "10", issued)
	w.stageOf("ord_0", "acme", "9", issued)
	if got := w.done(w.release("dec_0", "ord_0", nil)); got.Stage != models.Fulfilling {
		t.Errorf("a release below the amount leaves it %s", got.Stage)
	}
	if got := w.done(w.release("dec_1", "ord_1", nil)); got.Stage != models.CreditHold {
		t.Errorf("a release above the amount leaves it %s", got.Stage)
	}
	w.unchanged(func() { w.done(w.release("dec_1", "ord_1", nil)) })
	approve := func(id, actor string, decision models.ApprovalDecision) (models.OrderProgress, error) {
		return w.release("dec_1", "ord_1", func(r *models.CreditRuling) {
			r.Approval = &models.ApprovalRuling{ID: id, ApprovalID: "dec_1", Decision: decision, Reason: "seen", Actor: actor}
		})
	}
	_, err := approve("apr_1", "credit", models.Approved)
	wantCode(t, err, models.KindForbidden, "own-approval")
	if got := w.done(approve("apr_2", "manager", models.Approved)); got.Stage != models.Fulfilling {
		t.Errorf("approved it is %s", got.Stage)
	}
	w.unchanged(func() { w.done(approve("apr_2", "manager", models.Approved)) })
	_, err = approve("apr_3", "admin", models.Rejected)
	wantCode(t, err, models.KindConflict, "approval-decided")

	w.stageOf("ord_2", "acme", "10", issued)
	w.done(w.release("dec_2", "ord_2", nil))
	reject := func(r *models.CreditRuling) {
		r.Approval = &models.ApprovalRuling{ID: "apr_4", ApprovalID: "dec_2", Decision: models.Rejected, Reason: "no", Actor: "manager"}
	}
	if got := w.done(w.release("dec_2", "ord_2", reject)); got.Stage != models.CreditHold {
		t.Errorf("not approved it is %s", got.Stage)
	}
	w.stageOf("ord_3", "acme", "10", issued)
	w.done(w.release("dec_3", "ord_3", nil))
	w.done(w.fulfillment.Cancel(t.Context(), cancellation("ord_3", "can_3")))
	rows, err := w.pool.Query(t.Context(), `SELECT id || ' ' || decision FROM approvals ORDER BY id`)
	w.must(err)
	var got []string
	for rows.Next() {
		var row string
		w.must(rows.Scan(&row))
		got = append(got, row)
	}
	if diff := cmp.Diff([]string{"dec_1 approve", "dec_2 reject", "dec_3 lapse"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	w.balanced()
}

// A limit that begins on a later day is heard of then, without anybody calling.
func TestAHeldOrderWaitsForTheDayOnWhichALimitBegins(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "1")
	if got := w.stageOf("ord_1", "acme", "10", issued); got.RecheckAt != nil {
		t.Errorf("nothing begins or ends, and it is checked at %s", got.RecheckAt)
	}
	w.told.all()
	w.fact(postgres.CreditLimitFact, "lim_2", models.CreditLimitChange{CustomerID: "acme", Limit: models.CreditLimit{Amount: eur("119")}, Currency: "EUR",
		ValidFrom: models.NewDate(2026, 12, 1), ValidUntil: models.NewDate(2026, 12, 5)})
	w.must(w.credit.SetLimit(t.Context(), activities.LimitInput{LimitID: "lim_2", At: issued}))
	if diff := cmp.Diff([]string{"ord_1: recheck for lim_2"}, w.told.all()); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	recheck := func(fact string, at time.Time) models.OrderProgress {
		return w.done(w.credit.Recheck(t.Context(), activities.FactStep{OrderID: "ord_1", FactID: fact, At: at}))
	}
	got := recheck("lim_2", issued)
	begins := time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC)
	if got.Stage != models.CreditHold || got.RecheckAt == nil || !got.RecheckAt.Equal(begins) {
		t.Errorf("told of the limit it is %s, checked at %v; want %s", got.Stage, got.RecheckAt, begins)
	}
	if step := got.Next(issued); step.Action != models.Wait || !step.At.Equal(begins) {
		t.Errorf("next: %+v", step)
	}
	if got = recheck("on/x", begins); got.Stage != models.Fulfilling || got.RecheckAt != nil {
		t.Errorf("on the day it is %s, checked at %v", got.Stage, got.RecheckAt)
	}
	w.balanced()
}

// The rules beside the limit hold an order, and let it go when what they look at is put right.
func TestRulesHoldUntilTheOverdueIsPaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.policy(models.CreditPolicy{Rules: []models.CreditRule{
		{Rule: models.OldestOverdueDays, Threshold: dec("10")}, {Rule: models.OverduePercent, Threshold: dec("50")}, {Rule: models.DunningLevelRule, Threshold: dec("1")}}})
	w.customer("acme", "unlimited")
	w.invoiced("ord_0", "acme", want{"nail", "10"}) // due on 22 December
	w.accept("ord_1", "acme", "main", nil, want{"nail", "1"})
	w.accept("ord_2", "acme", "main", nil, want{"nail", "1"})
	if got := w.done(w.credit.Approve(t.Context(), at("ord_1", day(2026, 12, 22)))); got.Stage != models.Fulfilling {
		t.Errorf("on the due date it is %s: %v", got.Stage, got.BlockedBy)
	}
	got := w.done(w.credit.Approve(t.Context(), at("ord_2", day(2027, 1, 2))))
	if want := "oldest overdue days is 11, more than 10; overdue percent is 100, more than 50"; got.BlockedBy == nil || got.BlockedBy.Detail != want {
		t.Errorf("blocked by %+v, want %s", got.BlockedBy, want)
	}
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("119"), Reference: invoice1}, day(2027, 1, 3))
	w.wantStages(map[string]models.Stage{"ord_2": models.Fulfilling})
	w.balanced()
}

func TestCollateralSecuresUntilItExpires(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "59.50") // five nails
	w.stageOf("ord_1", "acme", "5", issued)
	w.stageOf("ord_2", "acme", "5", issued)
	w.wantStages(map[string]models.Stage{"ord_1": models.Fulfilling, "ord_2": models.CreditHold})
	w.fact(postgres.CollateralFact, "col_1", models.CollateralChange{CustomerID: "acme", Name: "insurer", Kind: "insurance", Amount: eur("66.11"), CoverPercent: dec("90"),
		ValidUntil: models.NewDate(2026, 12, 31)}) // 59.499, and so 59.50
	in := activities.CreditChangeInput{FactID: "col_1", At: issued}
	w.must(w.credit.SetCollateral(t.Context(), in))
	w.unchanged(func() { w.must(w.credit.SetCollateral(t.Context(), in)) })
	w.wantStages(map[string]models.Stage{"ord_2": models.Fulfilling})
	w.stageOf("ord_3", "acme", "1", issued)
	w.wantStages(map[string]models.Stage{"ord_3": models.CreditHold})
	for on, cover := range map[models.Date]string{models.NewDate(2026, 12, 31): "59.50", models.NewDate(2027, 1, 1): "0.00"} {
		if file, err := postgres.LoadCreditFile(t.Context(), w.pool, "acme", on); err != nil || file.Cover.String() != cover {
			t.Errorf("on %s the cover is %s, %v", on, file.Cover, err)
		}
	}
	w.balanced()
}

func TestBlockedCustomers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	block := func(id string, block models.CreditBlock) {
		t.Helper()
		w.must(w.stand(id, models.CreditStandingChange{CustomerID: "acme", Block: &block, Reason: "late"}))
	}
	w.customer("acme", "unlimited")
	w.receipt("rcp_1", "auto", "nail", "10")
	block("std_1", models.PrepaymentOnly)
	if got := w.stageOf("ord_1", "acme", "1", issued); got.Stage != models.AwaitingPrepayment || got.BlockedBy.Code != "prepayment-only" {
		t.Errorf("who is to pay first has an order %s, blocked by %v", got.Stage, got.BlockedBy)
	}
	block("std_2", models.NoShipment)
	w.wantStages(map[string]models.Stage{"ord_1": models.Fulfilling}) // rechecked
	w.accept("ord_2", "acme", "auto", nil, want{"nail", "2"})
	w.done(w.credit.Approve(t.Context(), at("ord_2", issued)))
	got := w.done(w.fulfillment.Fulfil(t.Context(), at("ord_2", issued)))
	if got.Stage != models.Fulfilling || !got.ToShip || got.BlockedBy == nil || got.BlockedBy.Code != "customer-blocked" {
		t.Errorf("it is %s, blocked by %v", got.Stage, got.BlockedBy)
	}
	if got = w.ship("shp_1", "ord_2", models.LineQuantity{Line: 1, Quantity: "2"}); got.Refused == nil || got.Refused.Code != "customer-blocked" {
		t.Errorf("refused: %v", got.Refused)
	}
	w.told.all()
	block("std_3", models.NoBlock)
	if diff := cmp.Diff([]string{"ord_2: stock of std_3"}, w.told.all()); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	if got = w.done(w.fulfillment.Fulfil(t.Context(), at("ord_2", issued))); got.Stage != models.Invoicing {
		t.Errorf("unblocked it is %s", got.Stage)
	}
	if n := w.count(`SELECT count(*) FROM events WHERE kind = 'credit-standing-set' AND customer_id = 'acme' AND detail #>> '{after,block}' IN ('prepayment_only', 'no_shipment', 'none')`); n != 3 {
		t.Errorf("%d changes are on record", n)
	}
	w.balanced()
}

// Whoever approves a release approves the order that was asked about, and not what has become of it since.
func TestARequestedReleaseDoesNotGrowWithItsOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "47.60")
	w.policy(models.CreditPolicy{ApprovalAbove: map[models.Currency]models.Money{"EUR": eur("100.00")}})
	w.stageOf("ord_1", "acme", "10", issued) // 119.00
	_, err := w.release("rel_1", "ord_1", nil)
	w.must(err)
	w.amended(activities.AmendInput{OrderID: "ord_1", At: issued, Amendment: models.Amendment{
		ID: "dec_1", Actor: "sales", Lines: []models.LineQuantity{{Line: 1, Quantity: "900"}},
	}})
	_, err = w.release("rel_1", "ord_1", func(r *models.CreditRuling) {
		r.Approval = &models.ApprovalRuling{ID: "apr_1", ApprovalID: "rel_1", Decision: models.Approved, Actor: "manager"}
	})
	wantCode(t, err, models.KindConflict, "approval-decided")
	w.wantExposure("acme", "0.00 0.00 0.00 0.00")
	w.verified()
}
