package activities_test

import (
	"testing"
	"time"

	"o2c/models"
)

// A dispute on everything pauses the invoice; its rejection resumes with the time that was left.
func TestARejectionResumesWithTheTimeThatWasLeft(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.dun("ord_1", 0, day(2026, 12, 19))
	raised, answered := day(2026, 12, 27), day(2027, 3, 1) // level 1 was two days away
	wantNext(t, w.dispute("dsp_1", "ord_1", invoice1, "", raised), -1, time.Time{})
	w.unchanged(func() { w.dun("ord_1", 1, day(2026, 12, 29)) })
	got, err := w.resolve("res_1", "ord_1", "dsp_1", models.DisputeRejected, "", answered)
	w.must(err)
	joins := answered.AddDate(0, 0, 2)
	wantNext(t, got, 1, joins)
	wantNext(t, w.dun("ord_1", 1, joins), 2, day(2027, 3, 4)) // the plan's day is past: the next day, one level a day
	if n := w.count(`SELECT count(*) FROM dunning_notices WHERE level = 1 AND amount = 119`); n != 1 {
		t.Error("level 1 does not demand everything")
	}
	w.balanced()
}

// A part that was rejected joins the first notice of the rest after its own time.
func TestARejectedPartJoinsTheRest(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.dun("ord_1", 0, day(2026, 12, 19))
	w.dispute("dsp_1", "ord_1", invoice1, "40", day(2026, 12, 19)) // ten days before level 1
	got, err := w.resolve("res_1", "ord_1", "dsp_1", models.DisputeRejected, "", day(2026, 12, 28))
	w.must(err)
	wantNext(t, got, 1, day(2026, 12, 29)) // the rest's plan stands
	w.dun("ord_1", 1, day(2026, 12, 29))   // the part joins on 7 January
	w.dun("ord_1", 2, day(2027, 1, 12))
	for level, amount := range map[int]string{1: "79", 2: "119"} {
		if n := w.count(`SELECT count(*) FROM dunning_notices WHERE level = $1 AND amount = $2`, level, amount); n != 1 {
			t.Errorf("level %d does not demand %s", level, amount)
		}
	}
	w.balanced()
}

// When the rest is paid meanwhile, the plan goes back to the part's place; a level that was sent is not sent again.
func TestARejectedPartThatIsAlone(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.dun("ord_1", 0, day(2026, 12, 19))
	w.dispute("dsp_1", "ord_1", invoice1, "40", day(2026, 12, 22)) // seven days before level 1
	w.dun("ord_1", 1, day(2026, 12, 29))
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("79"), Reference: invoice1}, day(2026, 12, 30))
	if n := w.count(`SELECT count(*) FROM open_items WHERE next_level IS NULL`); n != 1 {
		t.Error("a notice is planned though everything that is open is disputed")
	}
	got, err := w.resolve("res_1", "ord_1", "dsp_1", models.DisputeRejected, "", day(2027, 2, 1))
	w.must(err)
	wantNext(t, got, 2, day(2027, 2, 8))
	w.balanced()
}

// Of a dispute that is partly accepted the rest joins, and the accepted part is never dunned again.
func TestTheRestOfAPartlyAcceptedDisputeJoins(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.dispute("dsp_1", "ord_1", invoice1, "", day(2026, 12, 17)) // two days before level 0
	got, err := w.resolve("res_1", "ord_1", "dsp_1", models.DisputePartlyAccepted, "19", day(2027, 1, 1))
	w.must(err)
	wantNext(t, got, 0, day(2027, 1, 3))
	w.dun("ord_1", 0, day(2027, 1, 3))
	if n := w.count(`SELECT count(*) FROM dunning_notices WHERE level = 0 AND amount = 100`); n != 1 {
		t.Error("100.00 is not demanded")
	}
	w.balanced()
}

// A credit note that takes the undisputed rest pauses the invoice, like a payment.
func TestACreditNoteThatLeavesOnlyDisputes(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.dispute("dsp_1", "ord_1", invoice1, "40", issued)
	w.dispute("dsp_2", "ord_1", invoice1, "79", issued)
	got, err := w.resolve("res_2", "ord_1", "dsp_2", models.DisputeAccepted, "", issued)
	w.must(err)
	wantNext(t, got, -1, time.Time{})
	got, err = w.resolve("res_1", "ord_1", "dsp_1", models.DisputeWithdrawn, "", day(2026, 12, 1))
	w.must(err)
	wantNext(t, got, 0, day(2026, 12, 1).Add(day(2026, 12, 19).Sub(issued)))
	w.balanced()
}
