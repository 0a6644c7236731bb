package activities_test

import (
	"testing"

	"o2c/activities"
	"o2c/models"
)

func TestRefuse(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	facts := &activities.Facts{Pool: w.pool}
	w.acceptDispute("dsp_1", invoice1, "10")
	in := activities.RefuseInput{FactID: "dsp_1", OrderID: "ord_1", Actor: "o2c", Reason: *models.Conflict("order-closed", "the order is closed"), At: issued}
	w.must(facts.Refuse(t.Context(), in))
	if n := w.count(`SELECT count(*) FROM facts WHERE id = 'dsp_1' AND refused_code = 'order-closed' AND settled_at IS NOT NULL`); n != 1 {
		t.Error("the fact is not refused")
	}
	if n := w.count(`SELECT count(*) FROM events WHERE key = 'refused/dsp_1' AND order_id = 'ord_1'`); n != 1 {
		t.Error("the timeline does not say so")
	}
	w.unchanged(func() { w.must(facts.Refuse(t.Context(), in)) })
	got := w.done(w.collections.OpenDispute(t.Context(), activities.FactStep{OrderID: "ord_1", FactID: "dsp_1", At: issued}))
	if got.Refused == nil || got.Refused.Code != "order-closed" || got.Receivables[0].Disputed.IsPositive() {
		t.Errorf("a refused dispute is opened: %+v", got)
	}
	w.dispute("dsp_2", "ord_1", invoice1, "10", issued)
	in.FactID = "dsp_2"
	w.unchanged(func() { w.must(facts.Refuse(t.Context(), in)) }) // what is carried out is not refused
	in.FactID = "dsp_9"
	wantCode(t, facts.Refuse(t.Context(), in), models.KindNotFound, "fact-not-found")
	w.balanced()
}
