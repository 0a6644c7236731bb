package activities_test

import (
	"sync"
	"testing"
	"time"

	"o2c/activities"
	"o2c/models"
)

// A release and the cancellation that was planned race: the order ends in one way, and what it leaves is free once.
func TestAReleaseRacesTheEndOfAHold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "59.50")
	w.policy(models.CreditPolicy{Name: "standard", Hold: models.HoldDays{Remind: 1, Cancel: 3}})
	w.approved("ord_0", "main", nil, want{"nail", "5"})
	for _, id := range []string{"ord_1", "ord_2", "ord_3", "ord_4"} {
		w.accept(id, "acme", "main", nil, want{"nail", "5"})
		held := w.done(w.credit.Approve(t.Context(), at(id, issued)))
		if held.Hold == nil || *held.Hold != (models.HoldTimer{Step: models.HoldRemind, At: issued.AddDate(0, 0, 1)}) {
			t.Fatalf("held, it waits for %v", held.Hold)
		}
		act := func(timer models.HoldTimer) (models.OrderProgress, error) {
			return w.credit.ActOnHold(t.Context(), activities.CreditHoldInput{OrderID: id, Timer: timer, At: timer.At})
		}
		reminded := w.done(act(*held.Hold))
		w.unchanged(func() { w.done(act(*held.Hold)) })
		if reminded.Hold == nil || reminded.Hold.Step != models.HoldCancel || !reminded.Hold.At.Equal(issued.Add(3*24*time.Hour)) {
			t.Fatalf("reminded, it waits for %v", reminded.Hold)
		}
		var release, cancel error
		var group sync.WaitGroup
		group.Go(func() {
			_, release = w.credit.Rule(t.Context(), activities.RuleInput{OrderID: id, Ruling: models.CreditRuling{ID: "dec/" + id, Decision: models.Release, Actor: "credit"}, At: issued})
		})
		group.Go(func() { _, cancel = act(*reminded.Hold) })
		group.Wait()
		end := w.done(w.reconciliation.Load(t.Context(), at(id, issued)))
		if cancel != nil || (release == nil) != (end.Stage == models.Fulfilling) || (release != nil) != (end.Outcome == models.OutcomeCancelled) || end.Hold != nil {
			t.Errorf("%s is %s %s, released: %v, cancelled: %v", id, end.Stage, end.Outcome, release, cancel)
		}
		if release == nil { // make room
			w.done(w.fulfillment.Cancel(t.Context(), cancellation(id, "can/"+id)))
		}
	}
	if n := w.count(`SELECT count(*) FROM tasks WHERE closed_at IS NULL`); n != 0 {
		t.Errorf("%d tasks still wait", n)
	}
	w.wantExposure("acme", "59.50 0.00 0.00 0.00")
	w.balanced()
	w.verified()
}
