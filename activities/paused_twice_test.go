package activities_test

import (
	"testing"
	"time"

	"o2c/models"
)

// All of an invoice is disputed, a payment takes a little of that and is taken back: what it had taken is open and undisputed, and dunned from the dispute's place
// on. Then a payment by hand takes it again, or a part of it, and the dispute is rejected on 1 December. Level 1 is planned for 29 December, 36 days and 21 hours after
// the dispute was raised (definitions, "Dunning"): where nothing else is open the plan is set back to that, to 7 January at six; where something is,
// its notice comes as planned, without the part, and is not sent again for it.
func TestADisputeIsRejectedAfterTheRestCameAndWent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		byHand   string
		next     time.Time
		demanded string
	}{
		"nothing else is open":   {"0.5", time.Date(2027, 1, 7, 6, 0, 0, 0, time.UTC), "0/1 118.5"},
		"a little is still open": {"0.2", day(2026, 12, 29), "0/1 0.3"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newActions(t, "email", "notice")
			w.dispute("dsp_1", "ord_1", invoice1, "", issued)
			w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("0.5"), Reference: invoice1}, issued)
			w.must(w.change("pch_1", undoing("pay_1", 1), issued))
			w.must(w.change("pch_2", byHand("pay_1", invoice1, c.byHand), issued))
			got, err := w.resolve("res_1", "ord_1", "dsp_1", models.DisputeRejected, "", day(2026, 12, 1))
			w.must(err)
			wantNext(t, got, 1, c.next)
			wantNext(t, w.dun("ord_1", 1, c.next), -1, time.Time{})
			wantText(t, "the notices", w.notices(), c.demanded)
			if n := w.count(`SELECT count(*) FROM debit_notes WHERE kind = 'fee' AND amount = 5`); n != 1 {
				t.Errorf("%d fees are charged, want 1", n)
			}
			w.balanced()
		})
	}
}
