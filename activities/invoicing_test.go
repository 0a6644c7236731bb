package activities_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"o2c/ledger"
	"o2c/models"
)

func TestIssue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.exec(`UPDATE customers SET payment_terms = '{"net_days": 14}', time_zone = 'America/New_York'`)
	got := w.invoiced("ord_1", "acme", want{"nail", "10"}, want{"book", "1"})
	want := models.OrderProgress{
		OrderID: "ord_1", CustomerID: "acme", PONumber: "PO-ord_1", Currency: "EUR", Stage: models.Collecting,
		Messages: []string{"order-confirmation/ord_1/1", "shipping-notice/shp_1-1", "invoice/INV-2026-000001"},
		Receivables: []models.Receivable{{Invoice: "INV-2026-000001", Version: 1, DueDate: models.NewDate(2026, 12, 22), Open: eur("140.40"), Disputed: eur("0"),
			Next: &models.PlannedNotice{Level: 0, At: time.Date(2026, 12, 19, 14, 0, 0, 0, time.UTC), Channel: "email", Action: models.ActionNotice}}},
	}
	if diff := cmp.Diff(want, got, sameDates); diff != "" {
		t.Errorf("progress (-want +got):\n%s", diff)
	}
	w.wantExposure("acme", "0.00 0.00 140.40 0.00")
	w.wantTrialBalance("receivables 140.40", "revenue -120.00", "tax_payable -20.40")
	if n := w.count(`
		SELECT count(*) FROM invoices
		 WHERE number = 'INV-2026-000001' AND payment_reference = 'RF94INV2026000001' AND issue_date = '2026-11-22' AND due_date = '2026-12-22'
		   AND net_total = 120 AND tax_total = 20.40 AND order_id = 'ord_1' AND shipment_id = 'shp_1-1' AND dunning_policy = 'standard'`); n != 1 {
		t.Error("the invoice is not as it should be")
	}
	if n := w.count(`
		SELECT count(*) FROM messages
		 WHERE key = 'invoice/INV-2026-000001' AND state = 'queued' AND recipient = 'acme@acme.example' AND body LIKE '%DE89370400440532013000%'`); n != 1 {
		t.Error("the mail is not queued as it should be")
	}
	w.unchanged(func() {
		again := w.done(w.invoicing.Issue(t.Context(), at("ord_1", issued.Add(time.Hour))))
		if diff := cmp.Diff(want.Receivables, again.Receivables, sameDates); diff != "" {
			t.Errorf("the second time (-want +got):\n%s", diff)
		}
	})
	w.balanced()
}

// wantTrialBalance compares the accounts in euros, debits less credits.
func (w *world) wantTrialBalance(want ...string) {
	w.t.Helper()
	accounts, err := ledger.TrialBalance(w.t.Context(), w.pool, models.Date{})
	w.must(err)
	var got []string
	for _, a := range accounts {
		if balance := a.Debit.Sub(a.Credit); !balance.IsZero() {
			got = append(got, fmt.Sprintf("%s %s", a.Account, balance.StringFixed(2)))
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(strings.Join(want, ", "), strings.Join(got, ", ")); diff != "" {
		w.t.Errorf("trial balance (-want +got):\n%s", diff)
	}
}

// Each shipment is invoiced by itself, and the value moves from O over D to I without a rest.
func TestIssuePartByPart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.product("third", "0.333333", "7.7", true)
	w.receipt("rcp_1", "main", "third", "3")
	w.approved("ord_1", "main", func(o *models.Order) { o.DiscountPercent = dec("1.5") }, want{"third", "3"})
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	for n := range 3 {
		w.ship(fmt.Sprint("shp_", n), "ord_1", models.LineQuantity{Line: 1, Quantity: "1"})
		w.balanced()
		w.done(w.invoicing.Issue(t.Context(), at("ord_1", issued)))
		w.balanced()
	}
	// 0.33 + 7.7 % = 0.36 each; the order is 0.99 (1.00 − 0.02 + 0.08 = 1.06 with its own rounding)
	w.wantExposure("acme", "0.00 0.00 1.08 0.00")
	if n := w.count(`SELECT count(DISTINCT sequence) FROM invoices WHERE sequence BETWEEN 1 AND 3`); n != 3 {
		t.Errorf("%d numbers", n)
	}
}

func TestIssueOfSeveralShipmentsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.receipt("rcp_1", "main", "nail", "10")
	w.approved("ord_1", "main", nil, want{"nail", "10"})
	for n := range 3 {
		w.ship(fmt.Sprint("shp_", n), "ord_1", models.LineQuantity{Line: 1, Quantity: "2"})
	}
	w.sent()
	got := w.done(w.invoicing.Issue(t.Context(), at("ord_1", issued)))
	if got.Stage != models.Fulfilling || got.ToInvoice || len(got.Receivables) != 3 || len(got.Messages) != 3 {
		t.Errorf("%s, to invoice %v, %d receivables, messages %v", got.Stage, got.ToInvoice, len(got.Receivables), got.Messages)
	}
	w.wantExposure("acme", "47.60 0.00 71.40 0.00")
	w.balanced()
}

// An order whose dates lie back, such as one that a takeover brings in, has its past levels recorded as skipped.
func TestIssueSkipsLevelsOfThePast(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.accept("ord_1", "acme", "auto", func(o *models.Order) { o.Terms.NetDays = new(0) }, want{"advice", "1"})
	w.done(w.credit.Approve(t.Context(), at("ord_1", issued)))
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	got := w.done(w.invoicing.Issue(t.Context(), at("ord_1", issued)))
	if next := got.Receivables[0].Next; next == nil || next.Level != 1 || !next.At.Equal(day(2026, 11, 29)) {
		t.Errorf("next notice: %+v", next)
	}
	if n := w.count(`SELECT count(*) FROM dunning_notices WHERE level = 0 AND state = 'skipped' AND reason = 'past' AND amount = 0`); n != 1 {
		t.Errorf("level 0 is recorded %d times as past", n)
	}
}

// The year of the number is the seller's: in Berlin it is 2027 an hour before it is in UTC.
func TestIssueNumbersByTheSellersYear(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	for id, instant := range map[string]time.Time{
		"old": time.Date(2026, 12, 31, 22, 59, 0, 0, time.UTC), "new": time.Date(2026, 12, 31, 23, 1, 0, 0, time.UTC),
	} {
		w.accept(id, "acme", "auto", nil, want{"advice", "1"})
		w.done(w.credit.Approve(t.Context(), at(id, instant)))
		w.done(w.fulfillment.Fulfil(t.Context(), at(id, instant)))
		w.done(w.invoicing.Issue(t.Context(), at(id, instant)))
	}
	for id, number := range map[string]string{"old": "INV-2026-000001", "new": "INV-2027-000001"} {
		if n := w.count(`SELECT count(*) FROM invoices WHERE order_id = $1 AND number = $2`, id, number); n != 1 {
			t.Errorf("the order of the %s year is not invoiced as %s", id, number)
		}
	}
}

// What costs nothing is invoiced and settled at once, and its order closes.
func TestIssueOfNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "0")
	w.accept("ord_1", "acme", "auto", func(o *models.Order) { o.DiscountPercent = dec("100") }, want{"advice", "1"})
	w.done(w.credit.Approve(t.Context(), at("ord_1", issued)))
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	if got := w.done(w.invoicing.Issue(t.Context(), at("ord_1", issued))); got.Stage != models.Reconciling || len(got.Receivables) > 0 {
		t.Errorf("%s with %v", got.Stage, got.Receivables)
	}
	if got := w.done(w.reconciliation.Close(t.Context(), at("ord_1", issued))); got.Stage != models.Closed {
		t.Errorf("%s, blocked by %v", got.Stage, got.BlockedBy)
	}
	w.balanced()
}
