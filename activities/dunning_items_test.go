package activities_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"o2c/activities"
	"o2c/models"
)

// dunItem lets the planned notice of an instalment come, at its instant.
func (w *world) dunItem(order string, instalment, level int, instant time.Time) models.OrderProgress {
	w.t.Helper()
	return w.done(w.collections.Dun(w.t.Context(), activities.DunInput{OrderID: order, Invoice: invoice1, Instalment: instalment, Level: level, At: instant}))
}

// notices are those of the invoice: "instalment/level amount state reason", in the order of their instants.
func (w *world) notices() string {
	w.t.Helper()
	var out string
	w.must(w.pool.QueryRow(w.t.Context(), `
		SELECT coalesce(string_agg(concat_ws(' ', instalment || '/' || level, trim_scale(amount), CASE state WHEN 'skipped' THEN reason END), ', ' ORDER BY at, id), '')
		  FROM dunning_notices WHERE invoice = $1`, invoice1).Scan(&out))
	return out
}

func (w *world) wantNoticesOf(want ...string) {
	w.t.Helper()
	if got := w.notices(); got != strings.Join(want, ", ") {
		w.t.Errorf("notices:\n%s, want\n%s", got, strings.Join(want, ", "))
	}
}

// dunnedBy gives all customers a policy of their own; levels are (level, days after due).
func (w *world) dunnedBy(columns, values string, levels ...[2]int) {
	w.t.Helper()
	w.exec(fmt.Sprintf(`INSERT INTO dunning_policies (name, version%s) VALUES ('own', 1%s)`, columns, values))
	for _, level := range levels {
		w.exec(`INSERT INTO dunning_levels (policy, version, level, days_after_due, channel) VALUES ('own', 1, $1, $2, 'email')`, level[0], level[1])
	}
	w.exec(`UPDATE customers SET dunning_policy = 'own'`)
}

// By the customer's calendar and clock: what falls on Christmas, New Year or a weekend comes at nine in New York on the next business
// day, whatever the policy's calendar says; grace days count after due only.
func TestDunByTheCustomersCalendarAndZone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		calendar string
		zone     string
		grace    string
		want     []string // of levels 0, 1 and 2
	}{
		"without a calendar of its own the policy's counts": {"none", "Europe/Berlin", "0", []string{"2026-12-21T08:00:00Z", "2026-12-28T08:00:00Z", "2027-01-04T08:00:00Z"}},
		"a customer in New York":                            {"US", "America/New_York", "0", []string{"2026-12-21T14:00:00Z", "2026-12-28T14:00:00Z", "2027-01-04T14:00:00Z"}},
		"a customer in London, with grace":                  {"GB", "Europe/London", "1", []string{"2026-12-21T09:00:00Z", "2026-12-29T09:00:00Z", "2027-01-04T09:00:00Z"}}, // 28 December is Boxing Day
		"the clock goes forward in Sydney in between":       {"none", "Australia/Sydney", "0", []string{"2026-12-20T22:00:00Z", "2026-12-27T22:00:00Z", "2027-01-03T22:00:00Z"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.customer("acme", "unlimited")
			w.dunnedBy(", calendar, grace_days", ", 'DE', "+c.grace, [2]int{0, -3}, [2]int{1, 3}, [2]int{2, 10}) // Saturday the 19th, Christmas, New Year
			w.exec(`UPDATE customers SET calendar = $1, time_zone = $2`, c.calendar, c.zone)
			got := w.invoiced("ord_1", "acme", want{"nail", "10"})
			for level, at := range c.want {
				instant, err := time.Parse(time.RFC3339, at)
				w.must(err)
				wantNext(t, got, level, instant)
				got = w.dun("ord_1", level, instant)
			}
			wantNext(t, got, -1, time.Time{})
			w.balanced()
		})
	}
}

// An item below the minimum is not dunned; the level says so and is not sent later.
func TestDunNothingBelowTheMinimum(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.dunnedBy(", min_amount", ", 50", [2]int{1, 7}, [2]int{2, 14}, [2]int{3, 21})
	w.invoiced("ord_1", "acme", want{"nail", "10"})
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("69"), Reference: invoice1}, issued)
	w.dun("ord_1", 1, day(2026, 12, 29)) // 50.00 is the minimum
	w.pay("pay_2", models.Payment{CustomerID: "acme", Amount: eur("0.01"), Reference: invoice1}, day(2026, 12, 30))
	w.dun("ord_1", 2, day(2027, 1, 5))
	w.dispute("dsp_1", "ord_1", invoice1, "9.99", day(2027, 1, 6))
	got := w.dun("ord_1", 3, day(2027, 1, 12))
	wantNext(t, got, -1, time.Time{})
	w.wantNoticesOf("0/1 50", "0/2 0 under_minimum", "0/3 0 under_minimum")
	if n := w.count(`SELECT count(*) FROM events WHERE kind = 'dunning-skipped' AND summary LIKE '%skipped: under_minimum'`); n != 2 {
		t.Errorf("%d skipped levels are in the timeline", n)
	}
	w.balanced()
}

// newInstalments is a world in which acme owes 119.00 in halves, on 22 December and on 21 January.
func newInstalments(t *testing.T) (*world, models.OrderProgress) {
	t.Helper()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.accept("ord_1", "acme", "auto", func(o *models.Order) {
		o.Terms = models.PaymentTerms{Instalments: []models.InstalmentTerm{{Percent: dec("50"), NetDays: 30}, {Percent: dec("50"), NetDays: 60}}}
	}, want{"nail", "10"})
	w.receipt("rcp_1", "auto", "nail", "10")
	w.done(w.credit.Approve(t.Context(), at("ord_1", issued)))
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	return w, w.done(w.invoicing.Issue(t.Context(), at("ord_1", issued)))
}

// Each instalment is dunned by its own date for what is open of it; one timer waits for the first of all.
func TestEachInstalmentIsDunnedByItself(t *testing.T) {
	t.Parallel()
	w, got := newInstalments(t)
	for _, c := range []struct {
		instalment, level int
		at                time.Time
	}{
		{1, 0, day(2026, 12, 19)}, {1, 1, day(2026, 12, 29)}, {1, 2, day(2027, 1, 12)}, {2, 0, day(2027, 1, 18)},
		{1, 3, day(2027, 1, 26)}, {2, 1, day(2027, 1, 28)},
	} {
		wantNext(t, got, c.level, c.at)
		if n := next(got); n == nil || n.Instalment != c.instalment {
			t.Errorf("planned: %+v, want instalment %d", n, c.instalment)
		}
		if c.level == 1 && c.instalment == 1 {
			w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("9.50"), Reference: invoice1}, c.at)
		}
		got = w.dunItem("ord_1", c.instalment, c.level, c.at)
		w.unchanged(func() { w.dunItem("ord_1", c.instalment, c.level, c.at) })
	}
	w.wantNoticesOf("1/0 59.5", "1/1 50", "1/2 50", "2/0 59.5", "1/3 50", "2/1 59.5")
	// The first is paid: its agency is not asked, the second goes on.
	w.pay("pay_2", models.Payment{CustomerID: "acme", Amount: eur("50"), Reference: invoice1}, day(2027, 1, 29))
	got = w.dunItem("ord_1", 1, 4, day(2027, 2, 9))
	wantNext(t, got, 2, day(2027, 2, 11))
	w.balanced()
}

// A dispute lies on the last instalments: one of which all is disputed rests, and goes on with the time that it had left; of the other
// the rest is dunned.
func TestADisputeLiesOnTheLastInstalments(t *testing.T) {
	t.Parallel()
	w, _ := newInstalments(t)
	w.dunItem("ord_1", 1, 0, day(2026, 12, 19))
	got := w.dispute("dsp_1", "ord_1", invoice1, "69.50", day(2026, 12, 24)) // five days before level 1 of the first, 25 before level 0 of the second
	wantNext(t, got, 1, day(2026, 12, 29))
	got = w.dunItem("ord_1", 1, 1, day(2026, 12, 29)) // 10 of it are disputed
	wantNext(t, got, 2, day(2027, 1, 12))
	got, err := w.resolve("res_1", "ord_1", "dsp_1", models.DisputeRejected, "", day(2027, 1, 10))
	w.must(err)
	wantNext(t, got, 2, day(2027, 1, 12)) // the 10 join on the 15th
	w.dunItem("ord_1", 1, 2, day(2027, 1, 12))
	got = w.dunItem("ord_1", 1, 3, day(2027, 1, 26))
	wantNext(t, got, 0, day(2027, 2, 4)) // 25 days after its resolution
	w.dunItem("ord_1", 2, 0, day(2027, 2, 4))
	w.wantNoticesOf("1/0 59.5", "1/1 49.5", "1/2 49.5", "1/3 59.5", "2/0 59.5")
	w.balanced()
}

// A payment of instalments that is taken back lets each go on from its own place.
func TestAReversedPaymentOpensInstalmentsAtTheirPlaces(t *testing.T) {
	t.Parallel()
	w, _ := newInstalments(t)
	w.dunItem("ord_1", 1, 0, day(2026, 12, 19))
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("119"), Reference: invoice1}, day(2026, 12, 27)) // 2 days before level 1, 22 before level 0
	w.must(w.change("pch_1", models.PaymentChange{PaymentID: "pay_1", Kind: models.ReversePayment, Reason: "returned"}, day(2027, 3, 1)))
	got := w.done(w.reconciliation.Load(t.Context(), at("ord_1", day(2027, 3, 1))))
	wantNext(t, got, 1, day(2027, 3, 3))
	got = w.dunItem("ord_1", 1, 1, day(2027, 3, 3))
	wantNext(t, got, 2, day(2027, 3, 4))
	w.dunItem("ord_1", 1, 2, day(2027, 3, 4))
	w.dunItem("ord_1", 1, 3, day(2027, 3, 5))
	w.dunItem("ord_1", 1, 4, day(2027, 3, 6))
	got = w.done(w.reconciliation.Load(t.Context(), at("ord_1", day(2027, 3, 6))))
	wantNext(t, got, 0, day(2027, 3, 23))
	w.balanced()
}
