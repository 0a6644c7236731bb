package activities_test

import (
	"testing"
	"time"

	"o2c/activities"
	"o2c/models"
)

func (w *world) hold(d models.HoldDecision, instant time.Time) (models.OrderProgress, error) {
	d.Invoice, d.Actor = invoice1, "collector"
	return w.collections.HoldDunning(w.t.Context(), activities.HoldInput{OrderID: "ord_1", Decision: d, At: instant})
}

// A hold stops the clock of dunning; when it is over, or lifted, dunning goes on with the time that was left.
func TestAHoldGivesTheTimeBack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lifted  time.Time
		expired time.Time
		want    time.Time
	}{
		"it is over":   {expired: time.Date(2027, 2, 2, 0, 0, 0, 0, time.UTC), want: time.Date(2027, 2, 4, 0, 0, 0, 0, time.UTC)},
		"it is lifted": {lifted: day(2027, 1, 10), want: day(2027, 1, 12)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newDebt(t)
			w.dun("ord_1", 0, day(2026, 12, 19))
			asked := models.HoldDecision{ID: "hld_1", Until: models.NewDate(2027, 2, 1), Reason: "their system"}
			got := w.done(w.hold(asked, day(2026, 12, 27))) // two days before level 1
			wantNext(t, got, -1, time.Time{})
			wantWait(t, got, models.DueHold, time.Date(2027, 2, 2, 0, 0, 0, 0, time.UTC))
			w.unchanged(func() {
				w.done(w.hold(asked, day(2026, 12, 28)))
				w.dun("ord_1", 1, day(2026, 12, 29))
				w.judge(models.DueHold, "hld_1", day(2027, 1, 31))
			})
			w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("19"), Reference: invoice1}, day(2026, 12, 30))
			if c.lifted.IsZero() {
				got = w.judge(models.DueHold, "hld_1", c.expired)
			} else {
				lift := models.HoldDecision{ID: "lift/hld_1", Lift: true}
				got = w.done(w.hold(lift, c.lifted))
				w.unchanged(func() { w.done(w.hold(lift, c.lifted)) })
				_, err := w.hold(models.HoldDecision{ID: "again", Lift: true}, c.lifted)
				wantCode(t, err, models.KindConflict, "no-dunning-hold")
			}
			wantWait(t, got, "", time.Time{})
			wantNext(t, got, 1, c.want)
			w.dun("ord_1", 1, c.want)
			w.wantNoticesOf("0/0 119", "0/1 100")
			w.balanced()
		})
	}
}

// A new hold keeps the place of the one that it replaces; a dispute, a reversal and a broken promise meanwhile do not dun.
func TestNothingDunsWhatIsHeld(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.dun("ord_1", 0, day(2026, 12, 19))
	w.promise("prm_1", "100", models.NewDate(2027, 1, 1), day(2026, 12, 20))
	w.done(w.hold(models.HoldDecision{ID: "hld_1", Until: models.NewDate(2027, 1, 20), Reason: "x"}, day(2026, 12, 24))) // five days before level 1
	got := w.done(w.hold(models.HoldDecision{ID: "hld_2", Until: models.NewDate(2027, 3, 1), Reason: "y"}, day(2026, 12, 26)))
	if len(got.Receivables[0].Waits) != 2 {
		t.Errorf("it waits for %+v", got.Receivables[0].Waits)
	}
	got = w.judge(models.DuePromise, "prm_1", day(2027, 1, 2))
	wantNext(t, got, -1, time.Time{})
	w.wantPromises("prm_1 1 broken 0")
	w.dispute("dsp_1", "ord_1", invoice1, "", day(2027, 1, 3))
	got, err := w.resolve("res_1", "ord_1", "dsp_1", models.DisputeRejected, "", day(2027, 1, 4))
	w.must(err)
	wantNext(t, got, -1, time.Time{})
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("119"), Reference: invoice1}, day(2027, 1, 5))
	w.must(w.change("pch_1", models.PaymentChange{PaymentID: "pay_1", Kind: models.ReversePayment, Reason: "returned"}, day(2027, 1, 6)))
	got = w.done(w.hold(models.HoldDecision{ID: "lift/hld_2", Lift: true}, day(2027, 1, 10)))
	wantNext(t, got, 1, day(2027, 1, 15))
	if n := w.count(`SELECT count(*) FROM dunning_holds WHERE state = 'replaced' OR state = 'lifted'`); n != 2 {
		t.Errorf("%d holds have ended", n)
	}
	w.balanced()
}

func TestHoldRefusals(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	_, err := w.hold(models.HoldDecision{ID: "h", Until: models.NewDate(2026, 12, 1), Reason: "x"}, day(2026, 12, 2))
	wantCode(t, err, models.KindInvalid, "hold-in-the-past")
	_, err = w.hold(models.HoldDecision{ID: "h", Until: models.NewDate(2027, 12, 1), Reason: " "}, day(2026, 12, 2))
	wantCode(t, err, models.KindInvalid, "invalid-reason")
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("119"), Reference: invoice1}, day(2026, 12, 3))
	_, err = w.hold(models.HoldDecision{ID: "h", Until: models.NewDate(2027, 12, 1), Reason: "x"}, day(2026, 12, 4))
	wantCode(t, err, models.KindConflict, "invoice-settled")
}
