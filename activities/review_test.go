package activities_test

import (
	"errors"
	"sync"
	"testing"

	"o2c/activities"
	"o2c/models"
)

// duplicated enters an order whose purchase order number ord_0 has.
func (w *world) duplicated(id string) models.OrderProgress {
	w.t.Helper()
	w.accept(id, "acme", "main", func(o *models.Order) { o.PONumber, o.DuplicateOf = "PO-ord_0", "ord_0" }, want{"nail", "5"})
	return w.done(w.credit.Approve(w.t.Context(), at(id, issued)))
}

func (w *world) reviewed(id, order string, decision models.ReviewDecision) (models.OrderProgress, error) {
	return w.credit.Review(w.t.Context(), activities.ReviewInput{
		OrderID: order, Ruling: models.ReviewRuling{ID: id, Decision: decision, Reason: "seen", Actor: "credit"}, At: issued,
	})
}

func codeOf(err error) string {
	if refused, ok := errors.AsType[*models.Error](err); ok {
		return refused.Code
	}
	return ""
}

// An order in review takes no credit and no stock, is left alone by what frees credit, and goes into its credit check once.
func TestAnOrderInReviewGoesIntoItsCreditCheckOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "119") // ten nails
	w.approved("ord_0", "main", nil, want{"nail", "5"})
	got := w.duplicated("ord_1")
	if got.Stage != models.Review || *got.BlockedBy != (models.Block{Code: "duplicate-purchase-order", Detail: `purchase order "PO-ord_0" is order ord_0 already`}) {
		t.Fatalf("the order is %s, blocked by %v", got.Stage, got.BlockedBy)
	}
	w.unchanged(func() { w.done(w.credit.Approve(t.Context(), at("ord_1", issued))) })
	w.wantExposure("acme", "59.50 0.00 0.00 0.00")
	again := w.done(w.credit.Recheck(t.Context(), activities.FactStep{OrderID: "ord_1", FactID: "lim_1", At: issued}))
	if again.Stage != models.Review {
		t.Errorf("a recheck puts it into %s", again.Stage)
	}
	if _, err := w.credit.Rule(t.Context(), activities.RuleInput{OrderID: "ord_1", Ruling: models.CreditRuling{ID: "dec_0", Decision: models.Release, Actor: "credit"}, At: issued}); codeOf(err) != "order-not-on-hold" {
		t.Errorf("released from a hold that it is not on: %v", err)
	}
	if got = w.done(w.reviewed("dec_1", "ord_1", models.ReviewRelease)); got.Stage != models.Fulfilling || got.BlockedBy != nil {
		t.Errorf("released it is %s, blocked by %v", got.Stage, got.BlockedBy)
	}
	w.unchanged(func() { w.done(w.reviewed("dec_1", "ord_1", models.ReviewRelease)) })
	if _, err := w.reviewed("dec_2", "ord_1", models.ReviewReject); codeOf(err) != "order-not-in-review" {
		t.Errorf("decided again: %v", err)
	}
	w.wantExposure("acme", "119.00 0.00 0.00 0.00")

	w.duplicated("ord_2")
	if got = w.done(w.reviewed("dec_3", "ord_2", models.ReviewRelease)); got.Stage != models.CreditHold {
		t.Errorf("beyond the limit it is %s", got.Stage)
	}
	w.duplicated("ord_3")
	if got = w.done(w.reviewed("dec_4", "ord_3", models.ReviewReject)); got.Stage != models.Closed || got.Outcome != models.OutcomeRejected {
		t.Errorf("rejected it is %s %s", got.Stage, got.Outcome)
	}
	w.balanced()
	w.verified()
}

// A decision, another one and a cancellation at once: each order ends in one way, of which its answers tell.
func TestWhatEndsAReviewRaces(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.approved("ord_0", "main", nil, want{"nail", "5"})
	for _, order := range []string{"ord_1", "ord_2", "ord_3", "ord_4"} {
		w.duplicated(order)
		var release, reject, cancel error
		var group sync.WaitGroup
		group.Go(func() { _, release = w.reviewed("release/"+order, order, models.ReviewRelease) })
		group.Go(func() { _, reject = w.reviewed("reject/"+order, order, models.ReviewReject) })
		group.Go(func() { _, cancel = w.fulfillment.Cancel(t.Context(), cancellation(order, "can/"+order)) })
		group.Wait()
		end := w.done(w.reconciliation.Load(t.Context(), at(order, issued)))
		want := models.OutcomeCancelled
		if reject == nil {
			want = models.OutcomeRejected
		}
		if end.Outcome != want || release == nil && reject == nil || (cancel == nil) == (reject == nil) {
			t.Errorf("%s is %s; released: %v, rejected: %v, cancelled: %v", order, end.Outcome, release, reject, cancel)
		}
	}
	w.wantExposure("acme", "59.50 0.00 0.00 0.00")
	w.balanced()
	w.verified()
}
