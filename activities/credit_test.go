package activities_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"o2c/activities"
	"o2c/internal/testkit"
	"o2c/models"
	"o2c/postgres"
)

func TestApprove(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		limit    string
		quantity string // of nails at 11.90 gross
		stage    models.Stage
		blocked  string
		exposure string
	}{
		"an order within the limit is fulfilled":           {"200", "10", models.Fulfilling, "", "119.00 0.00 0.00 0.00"},
		"an order of exactly the limit is fulfilled":       {"119", "10", models.Fulfilling, "", "119.00 0.00 0.00 0.00"},
		"an order a cent above the limit is held":          {"118.99", "10", models.CreditHold, "credit-hold", "0.00 0.00 0.00 0.00"},
		"an order without a limit awaits prepayment":       {"", "10", models.AwaitingPrepayment, "no-credit-limit", "0.00 0.00 0.00 0.00"},
		"an order of an unlimited customer is fulfilled":   {"unlimited", "100000", models.Fulfilling, "", "1190000.00 0.00 0.00 0.00"},
		"an order of a customer with a limit of 0 is held": {"0", "1", models.CreditHold, "credit-hold", "0.00 0.00 0.00 0.00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.customer("acme", c.limit)
			w.accept("ord_1", "acme", "main", nil, want{"nail", c.quantity})
			got := w.done(w.credit.Approve(t.Context(), at("ord_1", issued)))
			if got.Stage != c.stage || (got.BlockedBy == nil) != (c.blocked == "") || got.BlockedBy != nil && got.BlockedBy.Code != c.blocked {
				t.Errorf("stage %s, blocked by %+v; want %s, %q", got.Stage, got.BlockedBy, c.stage, c.blocked)
			}
			if got.Unreserved != (c.stage == models.Fulfilling) {
				t.Errorf("is to be offered to the warehouse: %v", got.Unreserved)
			}
			w.wantExposure("acme", c.exposure)
			w.unchanged(func() {
				again := w.done(w.credit.Approve(t.Context(), at("ord_1", issued.Add(time.Hour))))
				if diff := cmp.Diff(got, again); diff != "" {
					t.Errorf("the second time it answers (-first +second):\n%s", diff)
				}
			})
			w.balanced()
		})
	}
}

func TestApproveNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.credit.Approve(t.Context(), at("ord_1", issued))
	wantCode(t, err, models.KindNotFound, "order-not-found")
}

// What a credit decision was made from is kept with it.
func TestApproveKeepsItsInputs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "150")
	for _, id := range []string{"ord_1", "ord_2"} {
		w.accept(id, "acme", "main", nil, want{"nail", "10"})
		w.done(w.credit.Approve(t.Context(), at(id, issued)))
	}
	if n := w.count(`
		SELECT count(*) FROM credit_decisions
		 WHERE order_id = 'ord_2' AND decision = 'hold' AND decided_by = 'o2c' AND inputs #>> '{exposure,open_orders,amount}' = '119.00'
		   AND inputs #>> '{limits,0,amount,amount}' = '150.00' AND inputs #>> '{order_total,amount}' = '119.00'`); n != 1 {
		t.Errorf("%d decisions hold ord_2 because of ord_1", n)
	}
}

func TestTheLimitOfTheDayCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "1000")
	// Berlin's 23 November begins at 23:00 in UTC; from then on the limit is 1, on the 24th 1000 again.
	w.exec(`INSERT INTO credit_limits (id, customer_id, amount, currency, valid_from, valid_until, set_by, set_at)
		VALUES ('lim_2', 'acme', 1, 'EUR', '2026-11-23', '2026-11-23', 'test', now())`)
	for n, c := range []struct {
		at   time.Time
		want models.Stage
	}{
		{time.Date(2026, 11, 22, 22, 59, 0, 0, time.UTC), models.Fulfilling},
		{time.Date(2026, 11, 22, 23, 1, 0, 0, time.UTC), models.CreditHold},
		{time.Date(2026, 11, 23, 22, 59, 0, 0, time.UTC), models.CreditHold},
		{time.Date(2026, 11, 23, 23, 1, 0, 0, time.UTC), models.Fulfilling},
	} {
		id := fmt.Sprint("ord_", n)
		w.accept(id, "acme", "main", nil, want{"nail", "1"})
		if got := w.done(w.credit.Approve(t.Context(), at(id, c.at))); got.Stage != c.want {
			t.Errorf("at %s the order is %s, want %s", c.at, got.Stage, c.want)
		}
	}
}

func TestFiftyOrdersForTheCreditOfTen(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.MaxConns(16))
	w.customer("acme", "119.00")
	const orders = 50
	for n := range orders {
		w.accept(fmt.Sprint("ord_", n), "acme", "main", nil, want{"nail", "1"})
	}
	stages := make([]models.Stage, orders)
	var wait sync.WaitGroup
	for n := range orders {
		wait.Go(func() {
			progress, err := w.credit.Approve(t.Context(), at(fmt.Sprint("ord_", n), issued))
			if err != nil {
				t.Error(err)
			}
			stages[n] = progress.Stage
		})
	}
	wait.Wait()
	counts := map[models.Stage]int{}
	for _, stage := range stages {
		counts[stage]++
	}
	if diff := cmp.Diff(map[models.Stage]int{models.Fulfilling: 10, models.CreditHold: 40}, counts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	w.wantExposure("acme", "119.00 0.00 0.00 0.00")
	w.balanced()
}

func TestRecheck(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "119")
	for _, id := range []string{"ord_1", "ord_2"} {
		w.accept(id, "acme", "main", nil, want{"nail", "10"})
		w.done(w.credit.Approve(t.Context(), at(id, issued)))
	}
	recheck := func(fact string) models.OrderProgress {
		return w.done(w.credit.Recheck(t.Context(), activities.FactStep{OrderID: "ord_2", FactID: fact, At: issued}))
	}
	if got := recheck("pay_0"); got.Stage != models.CreditHold {
		t.Errorf("without new room ord_2 is %s", got.Stage)
	}
	w.done(w.fulfillment.Cancel(t.Context(), activities.CancelInput{OrderID: "ord_1", Cancellation: models.Cancellation{ID: "can_1", Actor: "sales"}, At: issued}))
	got := recheck("can_1")
	if got.Stage != models.Fulfilling || got.BlockedBy != nil || !got.Unreserved {
		t.Errorf("with room ord_2 is %+v", got)
	}
	w.wantExposure("acme", "119.00 0.00 0.00 0.00")
	w.unchanged(func() {
		if again := recheck("can_1"); again.Stage != models.Fulfilling {
			t.Errorf("the second time it is %s", again.Stage)
		}
	})
	w.unchanged(func() { recheck("can_2") }) // an order that waits for nothing is not decided again
	w.balanced()
}

func TestRule(t *testing.T) {
	t.Parallel()
	total := eur("119.00")
	for name, c := range map[string]struct {
		ruling   models.CreditRuling
		stage    models.Stage
		outcome  models.Outcome
		exposure string
		kind     models.Kind
		code     string
	}{
		"a release goes above the limit":              {models.CreditRuling{Decision: models.Release}, models.Fulfilling, "", "119.00 0.00 0.00 0.00", "", ""},
		"a release of exactly the total is enough":    {models.CreditRuling{Decision: models.Release, UpTo: &total}, models.Fulfilling, "", "119.00 0.00 0.00 0.00", "", ""},
		"a release until today is valid":              {models.CreditRuling{Decision: models.Release, ValidUntil: models.NewDate(2026, 11, 22)}, models.Fulfilling, "", "119.00 0.00 0.00 0.00", "", ""},
		"a rejection closes the order":                {models.CreditRuling{Decision: models.Reject}, models.Closed, models.OutcomeRejected, "0.00 0.00 0.00 0.00", "", ""},
		"a release of less than the total is refused": {models.CreditRuling{Decision: models.Release, UpTo: new(eur("118.99"))}, "", "", "", models.KindInvalid, "release-below-total"},
		"a release until yesterday is refused":        {models.CreditRuling{Decision: models.Release, ValidUntil: models.NewDate(2026, 11, 21)}, "", "", "", models.KindInvalid, "release-expired"},
		"a person does not approve as the check does": {models.CreditRuling{Decision: models.Approve}, "", "", "", models.KindInvalid, "invalid-decision"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.customer("acme", "1")
			w.accept("ord_1", "acme", "main", nil, want{"nail", "10"})
			w.done(w.credit.Approve(t.Context(), at("ord_1", issued)))
			c.ruling.ID, c.ruling.Actor, c.ruling.Reason = "dec_1", "manager", "an old friend"
			in := activities.RuleInput{OrderID: "ord_1", Ruling: c.ruling, At: issued}
			before := w.rows()
			got, err := w.credit.Rule(t.Context(), in)
			if c.code != "" {
				wantCode(t, err, c.kind, c.code)
				if diff := cmp.Diff(before, w.rows()); diff != "" {
					t.Errorf("a refused decision left (-before +after):\n%s", diff)
				}
				return
			}
			if w.must(err); got.Stage != c.stage || got.Outcome != c.outcome || got.BlockedBy != nil {
				t.Errorf("%s %s, blocked by %v; want %s %s", got.Stage, got.Outcome, got.BlockedBy, c.stage, c.outcome)
			}
			w.wantExposure("acme", c.exposure)
			w.unchanged(func() {
				again := w.done(w.credit.Rule(t.Context(), in))
				if diff := cmp.Diff(got, again); diff != "" {
					t.Errorf("the second time it answers (-first +second):\n%s", diff)
				}
			})
			in.Ruling.ID = "dec_2"
			_, err = w.credit.Rule(t.Context(), in)
			wantCode(t, err, models.KindConflict, "order-not-on-hold")
			w.balanced()
		})
	}
}

func TestSetLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "1")
	w.customer("other", "1")
	for n, id := range []string{"ord_b", "ord_a", "ord_c"} {
		w.accept(id, "acme", "main", nil, want{"nail", "1"})
		w.done(w.credit.Approve(t.Context(), at(id, issued.Add(time.Duration(n)*time.Minute))))
	}
	w.accept("ord_x", "other", "main", nil, want{"nail", "1"})
	w.done(w.credit.Approve(t.Context(), at("ord_x", issued)))
	w.fact(postgres.CreditLimitFact, "lim_2", models.CreditLimitChange{CustomerID: "acme", Limit: models.CreditLimit{Amount: eur("500")}, Currency: "EUR"})
	in := activities.LimitInput{LimitID: "lim_2", At: issued}
	want := []string{"ord_b: recheck for lim_2", "ord_a: recheck for lim_2", "ord_c: recheck for lim_2"}
	w.must(w.credit.SetLimit(t.Context(), in))
	if diff := cmp.Diff(want, w.told.all()); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	w.unchanged(func() { w.must(w.credit.SetLimit(t.Context(), in)) })
	file, err := postgres.LoadCreditFile(t.Context(), w.pool, "acme", models.NewDate(2026, 11, 22))
	if err != nil || len(file.Limits) != 1 || !file.Limits[0].Amount.Equal(eur("500")) || file.Limits[0].ID != "lim_2" {
		t.Errorf("the limits are %+v, %v", file.Limits, err)
	}
	wantCode(t, w.credit.SetLimit(t.Context(), activities.LimitInput{LimitID: "lim_3", At: issued}), models.KindNotFound, "fact-not-found")
}
