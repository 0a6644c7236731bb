package activities_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"o2c/activities"
	"o2c/models"
)

// charging gives all customers a policy that charges by a regime: level 1 a fee of 2.50 after 7 days, level 2 of 5 after 21 days, level 3 of
// 5 after 60, each with interest.
func (w *world) charging(regime, percent string) {
	w.t.Helper()
	w.exec(`INSERT INTO dunning_policies (name, version) VALUES ('own', 1)`)
	w.exec(`INSERT INTO dunning_levels (policy, version, level, days_after_due, channel, fee, interest_regime, interest_percent, interest_base)
		SELECT 'own', 1, l.level, l.days, 'email', l.fee, $1, $2::numeric, CASE WHEN $1 IN ('', 'fixed') THEN '' ELSE 'ecb' END
		  FROM (VALUES (1, 7, 2.50), (2, 21, 5), (3, 60, 5)) AS l (level, days, fee)`, regime, percent)
	w.exec(`UPDATE customers SET dunning_policy = 'own'`)
}

func (w *world) rate(from, percent string) {
	w.t.Helper()
	w.exec(`INSERT INTO reference_rates (base, valid_from, percent, set_by) VALUES ('ecb', $1, $2, 'manager')
		ON CONFLICT (base, valid_from) DO UPDATE SET percent = excluded.percent`, from, percent)
}

// charges are what the notices of the invoice charge: "instalment/level demanded fee interest compensation total".
func (w *world) wantCharges(want ...string) {
	w.t.Helper()
	var out string
	w.must(w.pool.QueryRow(w.t.Context(), `
		SELECT coalesce(string_agg(concat_ws(' ', instalment || '/' || level, trim_scale(amount), trim_scale(fee), trim_scale(interest), trim_scale(compensation),
		       trim_scale(total), CASE state WHEN 'skipped' THEN reason END, nullif(not_charged, '')), ', ' ORDER BY at, id), '')
		  FROM dunning_notices WHERE invoice = $1`, invoice1).Scan(&out))
	if out != strings.Join(want, ", ") {
		w.t.Errorf("charged:\n%s, want\n%s", out, strings.Join(want, ", "))
	}
}

// newLateDebt is a world in which acme owes 119.00 since 22 December and is charged by a regime.
func newLateDebt(t *testing.T, regime, percent string) *world {
	t.Helper()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.charging(regime, percent)
	w.invoiced("ord_1", "acme", want{"nail", "10"})
	return w
}

// By the EU's directive through the change of the half-year: the rate of December is 2 + 8, that of January 3 + 8. Days count from 23
// December; a part is paid on 31 December and lowers the principal from 1 January.
func TestANoticeChargesThroughTheChangeOfTheHalfYear(t *testing.T) {
	t.Parallel()
	w := newLateDebt(t, "eu_2011_7", "0")
	w.rate("2026-07-01", "2")
	w.rate("2027-01-01", "3")
	w.dun("ord_1", 1, day(2026, 12, 29)) // 119 × 10 × 7 ÷ 36500 = 0.2282…
	w.unchanged(func() { w.dun("ord_1", 1, day(2026, 12, 29)) })
	w.acceptPaymentOn("pay_1", models.Payment{CustomerID: "acme", Amount: eur("19"), Reference: invoice1, ValueDate: models.NewDate(2026, time.December, 31)})
	w.must(w.cash.Apply(t.Context(), activities.PaymentInput{PaymentID: "pay_1", At: day(2027, 1, 4)}))
	w.dun("ord_1", 2, day(2027, 1, 12)) // 119 × 10 × 9 ÷ 36500 = 0.2934…; 100 × 11 × 12 ÷ 36500 = 0.3616…; less 0.23
	w.dun("ord_1", 3, day(2027, 2, 20)) // 0.29; 100 × 11 × 51 ÷ 36500 = 1.5369…; less 0.65
	w.wantCharges("0/1 119 2.5 0.23 40 161.73", "0/2 100 5 0.42 0 105.42", "0/3 100 5 1.18 0 106.18")
	w.wantPosted(`SELECT concat_ws(' ', e.key, e.event, e.business_date, trim_scale(l.debit)) FROM ledger_entries e JOIN ledger_lines l ON l.entry_id = e.id AND l.account = 'receivables'
		WHERE e.event IN ('fee_charged', 'interest_charged', 'compensation_charged') ORDER BY e.id`,
		"fee/DN-2026-000001 fee_charged 2026-12-29 2.5", "interest/DN-2026-000002 interest_charged 2026-12-29 0.23",
		"compensation/DN-2026-000003 compensation_charged 2026-12-29 40", "fee/DN-2027-000001 fee_charged 2027-01-12 5",
		"interest/DN-2027-000002 interest_charged 2027-01-12 0.42", "fee/DN-2027-000003 fee_charged 2027-02-20 5",
		"interest/DN-2027-000004 interest_charged 2027-02-20 1.18")
	for _, said := range []string{"DN-2026-000002, Late-payment interest on INV-2026-000001 to 2026-12-29: 0.23 EUR", "In total: 161.73 EUR"} {
		if n := w.count(`SELECT count(*) FROM messages WHERE key = 'dunning/INV-2026-000001/1' AND strpos(body, $1) > 0`, said); n != 1 {
			t.Errorf("the mail does not say %q", said)
		}
	}
	if n := w.count(`SELECT count(*) FROM messages WHERE key = 'dunning/INV-2026-000001/2' AND strpos(body, 'In total: 148.15 EUR') > 0`); n != 1 {
		t.Error("the second mail does not ask for what the first has charged") // 100 + 42.73 + 5.42
	}
	w.wantExposure("acme", "0.00 0.00 154.33 0.00")
	w.balanced()
}

func (w *world) wantPosted(query string, want ...string) {
	w.t.Helper()
	rows, err := w.pool.Query(w.t.Context(), query)
	w.must(err)
	defer rows.Close()
	var got []string
	for rows.Next() {
		var row string
		w.must(rows.Scan(&row))
		got = append(got, row)
	}
	w.must(rows.Err())
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		w.t.Errorf("posted:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A missing reference rate is never taken for zero: the notice goes out without interest, says why, and a person is asked; the next one
// charges those days, too.
func TestANoticeWithoutAReferenceRate(t *testing.T) {
	t.Parallel()
	w := newLateDebt(t, "eu_2011_7", "0")
	w.dun("ord_1", 1, day(2026, 12, 29))
	if n := w.count(`SELECT count(*) FROM tasks WHERE kind = 'reference_rate' AND role = 'manager' AND key = 'reference-rate/ecb/2026-07-01'`); n != 1 {
		t.Errorf("%d tasks for the rate", n)
	}
	w.rate("2026-07-01", "2")
	w.rate("2027-01-01", "3")
	w.dun("ord_1", 2, day(2027, 1, 12)) // 119 × 10 × 9 ÷ 36500 = 0.2934…; 119 × 11 × 12 ÷ 36500 = 0.4303…
	w.wantCharges("0/1 119 2.5 0 40 161.5 no-reference-rate", "0/2 119 5 0.72 0 124.72")
	w.balanced()
}

// A consumer is charged no statutory interest, and no compensation; an agreed rate is charged to everybody.
func TestWhoIsChargedInterest(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ kind, regime, percent, want string }{
		"a consumer by law":       {"consumer", "eu_2011_7", "0", "0/1 119 2.5 0 0 121.5"},
		"the public sector":       {"public", "eu_2011_7", "0", "0/1 119 2.5 0.23 40 161.73"},
		"a consumer by agreement": {"consumer", "fixed", "10", "0/1 119 2.5 0.23 0 121.73"},
		"by Irish law":            {"business", "ie_2012", "0", "0/1 119 2.5 0.23 40 161.73"},
		"by British law in euros": {"business", "uk_1998", "0", "0/1 119 2.5 0.23 0 121.73 compensation-currency"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newLateDebt(t, c.regime, c.percent)
			w.exec(`UPDATE customers SET kind = $1`, c.kind)
			w.rate("2026-01-01", "2")
			w.dun("ord_1", 1, day(2026, 12, 29))
			w.wantCharges(c.want)
			w.balanced()
		})
	}
}

// While a part is disputed it bears no interest; when the dispute is rejected its days come with the next notice.
func TestTheInterestOfARejectedDisputeIsChargedLater(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		outcome models.DisputeState
		second  string
	}{
		// 119 × 10 × 21 ÷ 36500 = 0.6846…, less 0.17
		"rejected": {models.DisputeRejected, "0/2 119 5 0.51 0 124.51"},
		// 119 × 10 × 3 ÷ 36500 = 0.0978…; 60 × 10 × 18 ÷ 36500 = 0.2958…; less 0.17
		"accepted": {models.DisputeAccepted, "0/2 60 5 0.23 0 65.23"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newLateDebt(t, "fixed", "10")
			w.dispute("dsp_1", "ord_1", invoice1, "59", day(2026, 12, 26))
			w.dun("ord_1", 1, day(2026, 12, 29)) // 0.10; 60 × 10 × 4 ÷ 36500 = 0.0657…
			_, err := w.resolve("res_1", "ord_1", "dsp_1", c.outcome, "", day(2026, 12, 30))
			w.must(err)
			w.dun("ord_1", 2, day(2027, 1, 12))
			first := "0/1 60 2.5 0.17 0 62.67"
			w.wantCharges(first, c.second)
			w.balanced()
		})
	}
}

// Each notice of an instalment has its fee, its interest is that of the instalment, and the compensation is the invoice's.
func TestInstalmentsAreChargedByThemselves(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.charging("eu_2011_7", "0")
	w.rate("2026-01-01", "2")
	w.accept("ord_1", "acme", "auto", func(o *models.Order) {
		o.Terms = models.PaymentTerms{Instalments: []models.InstalmentTerm{{Percent: dec("50"), NetDays: 30}, {Percent: dec("50"), NetDays: 60}}}
	}, want{"nail", "10"})
	w.receipt("rcp_1", "auto", "nail", "10")
	w.done(w.credit.Approve(t.Context(), at("ord_1", issued)))
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	w.done(w.invoicing.Issue(t.Context(), at("ord_1", issued)))
	w.dunItem("ord_1", 1, 1, day(2026, 12, 29)) // 59.50 × 10 × 7 ÷ 36500 = 0.1141…
	w.dunItem("ord_1", 1, 2, day(2027, 1, 12))  // × 21: 0.3423…, less 0.11
	w.dunItem("ord_1", 2, 1, day(2027, 1, 28))  // 0.1141…
	w.wantCharges("1/1 59.5 2.5 0.11 40 102.11", "1/2 59.5 5 0.23 0 64.73", "2/1 59.5 2.5 0.11 0 62.11")
	w.balanced()
}

// Nothing is charged for an item that is paid, whichever comes first: a payment and the notice that race for it leave either both the
// notice with its charges, or none.
func TestAPaymentRacesWithTheNotice(t *testing.T) {
	t.Parallel()
	for n := range 4 {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			t.Parallel()
			w := newLateDebt(t, "fixed", "10")
			w.acceptPaymentOn("pay_1", models.Payment{CustomerID: "acme", Amount: eur("119"), Reference: invoice1, ValueDate: models.NewDate(2026, time.December, 29)})
			done := make(chan error, 2)
			go func() {
				_, err := w.collections.Dun(t.Context(), activities.DunInput{OrderID: "ord_1", Invoice: invoice1, Level: 1, At: day(2026, 12, 29)})
				done <- err
			}()
			go func() {
				done <- w.cash.Apply(t.Context(), activities.PaymentInput{PaymentID: "pay_1", At: day(2026, 12, 29)})
			}()
			for range 2 {
				w.must(<-done)
			}
			notices, notes := w.count(`SELECT count(*) FROM dunning_notices WHERE state <> 'skipped'`), w.count(`SELECT count(*) FROM debit_notes`)
			if notes != 2*notices {
				t.Errorf("%d notices with %d debit notes", notices, notes)
			}
			w.balanced()
		})
	}
}
