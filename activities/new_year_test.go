package activities_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"o2c/activities"
	"o2c/internal/testkit"
	"o2c/models"
)

// Around midnight of the new year in Berlin, which is 23:00 of the last day of the old one in UTC, many invoices and credit notes are
// issued at once: each takes its number of the year in which the seller is, and the numbers of both years have no gap.
func TestNumbersHaveNoGapAtTheTurnOfTheYear(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.MaxConns(20))
	w.customer("acme", "unlimited")
	midnight := time.Date(2026, time.December, 31, 23, 0, 0, 0, time.UTC)
	const orders = 30
	var steps []func()
	for n := range orders {
		order := fmt.Sprint("ord_", n)
		w.accept(order, "acme", "auto", nil, want{"advice", "1"})
		w.done(w.credit.Approve(t.Context(), at(order, issued)))
		w.done(w.fulfillment.Fulfil(t.Context(), at(order, issued)))
		// From a minute and more before midnight to as long after it; two are issued in the instants next to it.
		instant := midnight.Add(time.Duration(n-orders/2) * time.Minute)
		if n == orders/2-1 {
			instant = midnight.Add(-time.Microsecond)
		}
		steps = append(steps, func() {
			for range 2 { // a retry issues nothing more
				if _, err := w.invoicing.Issue(t.Context(), at(order, instant)); err != nil {
					t.Error(err)
				}
			}
			var invoice string
			if err := w.pool.QueryRow(t.Context(), `SELECT number FROM invoices WHERE order_id = $1`, order).Scan(&invoice); err != nil {
				t.Error(err)
				return
			}
			_, err := w.creditNotes.IssueCreditNote(t.Context(), activities.CreditInput{OrderID: order, At: instant, Request: models.CreditRequest{
				ID: "dec_" + order, Invoice: invoice, Reason: "returned", Actor: "billing", Amount: new(eur("1.19")),
			}})
			if err != nil {
				t.Error(err)
			}
		})
	}
	together(steps...)
	var got []string
	rows, err := w.pool.Query(t.Context(), `
		SELECT format('%s %s: %s documents up to %s, counter %s', d.series, d.year, count(*), max(d.sequence), max(s.last))
		  FROM numbered_documents d JOIN number_series s USING (series, year) GROUP BY d.series, d.year ORDER BY d.series, d.year`)
	w.must(err)
	for rows.Next() {
		var line string
		w.must(rows.Scan(&line))
		got = append(got, line)
	}
	w.must(rows.Err())
	if diff := cmp.Diff([]string{
		"CN 2026: 15 documents up to 15, counter 15", "CN 2027: 15 documents up to 15, counter 15",
		"INV 2026: 15 documents up to 15, counter 15", "INV 2027: 15 documents up to 15, counter 15",
	}, got); diff != "" {
		t.Errorf("numbers (-want +got):\n%s", diff)
	}
	if n := w.count(`
		SELECT count(*) FROM (SELECT number, year, issue_date, issued_at FROM invoices UNION ALL SELECT number, year, issue_date, issued_at FROM credit_notes) d
		 WHERE issue_date <> (issued_at AT TIME ZONE 'Europe/Berlin')::date OR year <> extract(year FROM issue_date) OR split_part(number, '-', 2) <> year::text`); n != 0 {
		t.Errorf("%d documents are not of the seller's year and day", n)
	}
	w.balanced()
	w.verified()
}
