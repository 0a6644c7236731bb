package activities_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"o2c/activities"
	"o2c/internal/testkit"
	"o2c/models"
	"o2c/postgres"
)

// stand changes a customer's standing as the activity does.
func (w *world) stand(id string, change models.CreditStandingChange) error {
	w.t.Helper()
	w.fact(postgres.StandingFact, id, change)
	return w.credit.SetStanding(w.t.Context(), activities.CreditChangeInput{FactID: id, At: issued})
}

// below puts a customer below another one, "" for none.
func (w *world) below(customer, parent string) {
	w.t.Helper()
	w.must(w.stand(fmt.Sprintf("std_%s_%s", customer, parent), models.CreditStandingChange{CustomerID: customer, ParentID: &parent}))
}

// stageOf enters an order of nails at 11.90 and says where it goes.
func (w *world) stageOf(id, customer, nails string, instant time.Time) models.OrderProgress {
	w.t.Helper()
	w.accept(id, customer, "main", nil, want{"nail", nails})
	return w.done(w.credit.Approve(w.t.Context(), at(id, instant)))
}

func TestOwnAndGroupLimitBothHold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("top", "119")    // ten nails, for all of them together
	w.customer("left", "59.50") // five nails
	w.customer("right", "unlimited")
	w.customer("deep", "")
	w.below("left", "top")
	w.below("right", "top")
	w.below("deep", "right")
	for _, c := range []struct {
		order, customer, nails string
		want                   models.Stage
	}{
		{"ord_1", "left", "6", models.CreditHold},  // its own limit
		{"ord_2", "left", "5", models.Fulfilling},  // 5 of 10
		{"ord_3", "deep", "4", models.Fulfilling},  // no limit of its own: those above it hold, 9 of 10
		{"ord_4", "right", "2", models.CreditHold}, // the group's
		{"ord_5", "top", "2", models.CreditHold},   // which is the top's own
		{"ord_6", "top", "1", models.Fulfilling},   // 10 of 10
	} {
		if got := w.stageOf(c.order, c.customer, c.nails, issued); got.Stage != c.want {
			t.Errorf("%s is %s (%v), want %s", c.order, got.Stage, got.BlockedBy, c.want)
		}
	}
	if n := w.count(`
		SELECT count(*) FROM credit_decisions WHERE order_id = 'ord_3' AND inputs #>> '{limits,0,source}' = 'group' AND inputs #>> '{limits,0,customer_id}' = 'right'
		   AND inputs #>> '{limits,1,customer_id}' = 'top' AND inputs #>> '{limits,1,exposure,amount}' = '59.50'`); n != 1 {
		t.Error("the decision does not name the limits above the customer")
	}
	w.balanced()
}

func TestWithoutLimitTheCompanysDefaultHolds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, id := range []string{"acme", "other"} {
		w.customer(id, "")
		if got := w.stageOf("ord_"+id, id, "1", issued); got.Stage != models.AwaitingPrepayment {
			t.Fatalf("without any limit it is %s", got.Stage)
		}
	}
	w.fact(postgres.CreditLimitFact, "lim_1", models.CreditLimitChange{Limit: models.CreditLimit{Amount: eur("11.90")}, Currency: "EUR"})
	in := activities.LimitInput{LimitID: "lim_1", At: issued}
	w.must(w.credit.SetLimit(t.Context(), in))
	told := []string{"ord_acme: recheck for lim_1", "ord_other: recheck for lim_1"}
	if diff := cmp.Diff(told, w.told.all()); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	w.unchanged(func() { w.must(w.credit.SetLimit(t.Context(), in)) })
	w.wantStages(map[string]models.Stage{"ord_acme": models.Fulfilling, "ord_other": models.Fulfilling})
	if got := w.stageOf("ord_2", "acme", "1", issued); got.Stage != models.CreditHold {
		t.Errorf("beyond the default it is %s", got.Stage)
	}
	w.customer("own", "23.80") // a limit of its own goes before the default
	if got := w.stageOf("ord_own", "own", "2", issued); got.Stage != models.Fulfilling {
		t.Errorf("within its own limit it is %s", got.Stage)
	}
	w.balanced()
}

// Two children of one parent race for the last headroom of the group: fifty orders against room for ten.
func TestFiftyOrdersOfAGroupForTheCreditOfTen(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.MaxConns(25))
	w.customer("top", "119.00")
	for _, id := range []string{"a", "b"} {
		w.customer(id, "unlimited")
		w.below(id, "top")
	}
	const orders = 50
	stages := make([]models.Stage, orders)
	var steps []func()
	for n := range orders {
		id := fmt.Sprint("ord_", n)
		w.accept(id, []string{"a", "b", "top"}[n%3], "main", nil, want{"nail", "1"})
		steps = append(steps, func() {
			progress, err := w.credit.Approve(t.Context(), at(id, issued))
			if err != nil {
				t.Error(err)
			}
			stages[n] = progress.Stage
		})
	}
	together(steps...)
	counts := map[models.Stage]int{}
	for _, stage := range stages {
		counts[stage]++
	}
	if diff := cmp.Diff(map[models.Stage]int{models.Fulfilling: 10, models.CreditHold: 40}, counts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	w.balanced()
}

// A payment of one child frees credit for the held orders of all: the oldest that fits, whosever it is.
func TestWhatAChildPaysFreesItsSiblings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("top", "59.50") // five nails
	w.customer("a", "unlimited")
	w.customer("b", "unlimited")
	w.below("a", "top")
	w.below("b", "top")
	w.invoiced("ord_0", "a", want{"nail", "5"})
	for n, order := range []struct{ id, customer, nails string }{{"ord_3", "b", "4"}, {"ord_2", "a", "2"}, {"ord_1", "b", "1"}} {
		if got := w.stageOf(order.id, order.customer, order.nails, issued.Add(time.Duration(n)*time.Minute)); got.Stage != models.CreditHold {
			t.Fatalf("%s is %s", order.id, got.Stage)
		}
	}
	w.told.all()
	w.pay("pay_1", models.Payment{CustomerID: "a", Amount: eur("35.70"), Reference: invoice1}, issued) // of three nails
	w.wantStages(map[string]models.Stage{"ord_3": models.CreditHold, "ord_2": models.Fulfilling, "ord_1": models.Fulfilling})
	want := []string{"ord_0: INV-2026-000001 v2 has 23.80 open", "ord_2: recheck for pay_1", "ord_1: recheck for pay_1"}
	if diff := cmp.Diff(want, w.told.all()); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	w.balanced()
}

func TestLeavingAGroupFreesItsCredit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("top", "59.50")
	w.customer("a", "unlimited")
	w.customer("b", "unlimited")
	w.below("a", "top")
	w.below("b", "top")
	w.stageOf("ord_1", "a", "5", issued)
	w.stageOf("ord_2", "b", "5", issued)
	w.wantStages(map[string]models.Stage{"ord_1": models.Fulfilling, "ord_2": models.CreditHold})
	w.below("a", "")
	w.wantStages(map[string]models.Stage{"ord_1": models.Fulfilling, "ord_2": models.Fulfilling})
	w.balanced()
	for change, code := range map[[2]string]string{{"top", "b"}: "customers-group-circle", {"a", "ghost"}: "parent-not-found", {"a", "yen"}: "customers-group-currency"} {
		w.exec(`INSERT INTO customers (id, name, email, country, currency) VALUES ('yen', 'x', 'x@x', 'JP', 'JPY') ON CONFLICT DO NOTHING`)
		w.exec(`INSERT INTO credit_accounts (customer_id, currency) VALUES ('yen', 'JPY') ON CONFLICT DO NOTHING`)
		kind := models.KindConflict
		if code == "parent-not-found" {
			kind = models.KindInvalid
		}
		wantCode(t, w.stand("std_"+code, models.CreditStandingChange{CustomerID: change[0], ParentID: &change[1]}), kind, code)
	}
}

// Customers change their groups while orders of all of them are decided and cancelled: no deadlock reaches a caller, and every
// account ends in its group.
func TestGroupsChangeUnderLoad(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.MaxConns(25))
	for _, id := range []string{"top_1", "top_2", "a", "b", "c"} {
		w.customer(id, "unlimited")
	}
	w.below("a", "top_1")
	w.below("b", "a")
	w.below("c", "top_2")
	w.receipt("rcp_1", "main", "nail", "20")
	busy := func(step func() error) func() {
		return func() { // as the engine does, which tries a transient failure again
			for {
				if err := step(); err == nil || t.Context().Err() != nil {
					return
				} else if models.KindOf(err) != models.KindUnavailable {
					t.Error(err)
					return
				}
			}
		}
	}
	var steps []func()
	for n := range 36 {
		id, customer := fmt.Sprint("ord_", n), []string{"top_1", "a", "b", "c"}[n%4]
		w.accept(id, customer, "main", nil, want{"nail", "1"})
		steps = append(steps, busy(func() error {
			if _, err := w.credit.Approve(t.Context(), at(id, issued)); err != nil {
				return err
			}
			if _, err := w.fulfillment.Fulfil(t.Context(), at(id, issued)); err != nil || n%2 == 0 {
				return err
			}
			_, err := w.fulfillment.Cancel(t.Context(), cancellation(id, "can_"+id))
			return err
		}))
	}
	for n := range 14 {
		id, parent := fmt.Sprint("std_", n), []string{"top_1", "top_2", "", "c"}[n%4]
		change := models.CreditStandingChange{CustomerID: []string{"a", "b"}[n%2], ParentID: &parent}
		w.fact(postgres.StandingFact, id, change)
		steps = append(steps, busy(func() error {
			return w.credit.SetStanding(t.Context(), activities.CreditChangeInput{FactID: id, At: issued})
		}))
	}
	together(steps...)
	w.nothingFreeBesideABackorder()
	w.balanced()
}
