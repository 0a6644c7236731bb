package activities_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"o2c/activities"
	"o2c/models"
)

const invoice1 = "INV-2026-000001" // of 119.00, issued on 22 November, due on 22 December

var sameDates = cmp.Comparer(func(a, b models.Date) bool { return a == b })

// dun lets the planned notice of an order's only invoice come, at its instant.
func (w *world) dun(order string, level int, instant time.Time) models.OrderProgress {
	w.t.Helper()
	return w.done(w.collections.Dun(w.t.Context(), activities.DunInput{OrderID: order, Invoice: invoice1, Level: level, At: instant}))
}

// next is the planned notice of the only receivable, nil for none.
func next(p models.OrderProgress) *models.PlannedNotice {
	if len(p.Receivables) == 0 {
		return nil
	}
	return p.Receivables[0].Next
}

// wantNext checks the planned notice of the only receivable; level −1 is none.
func wantNext(t testing.TB, p models.OrderProgress, level int, instant time.Time) {
	t.Helper()
	got := next(p)
	switch {
	case level < 0 && got != nil:
		t.Errorf("level %d is planned at %s, want none", got.Level, got.At)
	case level >= 0 && (got == nil || got.Level != level || !got.At.Equal(instant)):
		t.Errorf("planned: %+v, want level %d at %s", got, level, instant)
	}
}

// newDebt is a world in which acme owes 119.00 on one invoice.
func newDebt(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.invoiced("ord_1", "acme", want{"nail", "10"})
	return w
}

// The whole plan of the policy standard, from the reminder to the agency.
func TestDunToTheEnd(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.sent()
	w.allSent()
	plan := []time.Time{day(2026, 12, 19), day(2026, 12, 29), day(2027, 1, 12), day(2027, 1, 26), day(2027, 2, 9)}
	for level, instant := range plan {
		got := w.dun("ord_1", level, instant)
		if level < 4 {
			wantNext(t, got, level+1, plan[level+1])
			if want := []string{"dunning/INV-2026-000001/" + string(rune('0'+level))}; !cmp.Equal(got.Messages, want) {
				t.Errorf("messages of level %d: %v", level, got.Messages)
			}
		} else {
			wantNext(t, got, -1, time.Time{})
			if len(got.Messages) > 0 {
				t.Errorf("the agency's level sends %v", got.Messages)
			}
		}
		w.unchanged(func() { w.dun("ord_1", level, instant) })
		w.sent()
	}
	if n := w.count(`SELECT count(*) FROM dunning_notices WHERE amount = 119 AND state = 'sent' AND channel = 'email'`); n != 4 {
		t.Errorf("%d notices demand 119.00", n)
	}
	if n := w.count(`SELECT count(*) FROM tasks WHERE key = 'dunning/INV-2026-000001/4' AND kind = 'agency' AND role = 'collector' AND closed_at IS NULL`); n != 1 {
		t.Errorf("%d tasks for the agency", n)
	}
	if n := w.count(`SELECT count(*) FROM messages WHERE kind = 'dunning' AND notice_id IS NOT NULL`); n != 4 {
		t.Errorf("%d messages", n)
	}
	w.wantExposure("acme", "0.00 0.00 119.00 0.00")
	w.balanced()
}

func TestDunOnlyWhatIsDue(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.unchanged(func() {
		w.dun("ord_1", 0, day(2026, 12, 19).Add(-time.Microsecond)) // too early
		w.dun("ord_1", 1, day(2026, 12, 29))                        // not the planned level
	})
	_, err := w.collections.Dun(t.Context(), activities.DunInput{OrderID: "ord_1", Invoice: "INV-2026-000009", Level: 0, At: issued})
	wantCode(t, err, models.KindNotFound, "invoice-not-found")
	_, err = w.collections.Dun(t.Context(), activities.DunInput{OrderID: "ord_9", Invoice: invoice1, Level: 0, At: issued})
	wantCode(t, err, models.KindNotFound, "order-not-found")
}

// A notice demands what is open at its moment, less what is disputed.
func TestDunDemandsWhatIsOpenAndUndisputed(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.dispute("dsp_1", "ord_1", invoice1, "30", issued)
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("9"), Reference: invoice1}, issued)
	w.dun("ord_1", 0, day(2026, 12, 19))
	if n := w.count(`SELECT count(*) FROM dunning_notices n JOIN messages m ON m.notice_id = n.id WHERE level = 0 AND amount = 80 AND m.body LIKE '%80.00 EUR%'`); n != 1 {
		t.Error("the reminder does not demand 119 − 30 − 9 = 80")
	}
	w.balanced()
}

// A late notice puts the next one off, so that they keep their distance.
func TestDunKeepsTheDaysBetween(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.exec(`INSERT INTO dunning_policies (name, version, min_days_between) VALUES ('calm', 1, 14)`)
	w.exec(`INSERT INTO dunning_levels (policy, version, level, days_after_due, channel) VALUES ('calm', 1, 1, 10, 'email'), ('calm', 1, 2, 23, 'email')`)
	w.exec(`UPDATE customers SET dunning_policy = 'calm'`)
	w.invoiced("ord_1", "acme", want{"nail", "10"})
	got := w.dun("ord_1", 1, day(2027, 1, 1)) // planned on 1 January; the next on the 14th is thirteen days later
	wantNext(t, got, 2, day(2027, 1, 15))
	w.exec(`INSERT INTO dunning_policies (name, version, min_days_between) VALUES ('calm', 2, 30)`)
	w.exec(`INSERT INTO dunning_levels (policy, version, level, days_after_due, channel) VALUES ('calm', 2, 7, 1, 'email')`)
	wantNext(t, w.dun("ord_1", 2, day(2027, 1, 15)), -1, time.Time{}) // an invoice keeps the version it was issued under
}
