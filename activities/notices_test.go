package activities_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"o2c/activities"
	"o2c/models"
)

// wantMessages compares the keys of an order's messages of both kinds, in the order in which they were queued.
func (w *world) wantMessages(order string, want ...string) {
	w.t.Helper()
	rows, err := w.pool.Query(w.t.Context(), `
		SELECT m.key, e.key IS NOT NULL FROM messages m LEFT JOIN events e ON e.key = m.key AND e.order_id = m.order_id
		 WHERE m.order_id = $1 AND m.kind IN ('order_confirmation', 'shipping_notice') AND m.recipient = m.customer_id || '@acme.example' ORDER BY m.sequence`, order)
	w.must(err)
	var got []string
	for rows.Next() {
		var key string
		var told bool
		w.must(rows.Scan(&key, &told))
		if got = append(got, key); !told {
			w.t.Errorf("the timeline does not say %s", key)
		}
	}
	w.must(rows.Err())
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		w.t.Errorf("messages of %s (-want +got):\n%s", order, diff)
	}
}

// wantText checks that the body of a message has all of these lines.
func (w *world) wantText(key string, lines ...string) {
	w.t.Helper()
	var body string
	w.must(w.pool.QueryRow(w.t.Context(), `SELECT body FROM messages WHERE key = $1`, key).Scan(&body))
	for _, line := range lines {
		if !strings.Contains("\n"+body, "\n"+line+"\n") {
			w.t.Errorf("%s does not say %q:\n%s", key, line, body)
		}
	}
}

func TestAnOrderIsConfirmedWithWhatWaitsForStockAndEachShipmentIsAnnounced(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.receipt("rcp_1", "main", "nail", "6")
	w.approved("ord_1", "main", withFreight, want{"nail", "10"})
	w.wantMessages("ord_1") // not yet: nobody knows what is there
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	w.unchanged(func() { w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued))) })
	w.wantMessages("ord_1", "order-confirmation/ord_1/1")
	w.wantText("order-confirmation/ord_1/1", "1. nail (nail)", "   10 at 10.00 EUR: 100.00 EUR", "   4 on backorder: sent as soon as there is stock",
		"Discount of 10 %: -10.00 EUR", "Freight service: 10.00 EUR", "Total: 124.35 EUR", "Payment after the invoice: net within 30 days")

	w.ship("shp_1", "ord_1", models.LineQuantity{Line: 1, Quantity: "5"})
	w.unchanged(func() { w.confirm("shp_1", "ord_1") })
	w.wantText("shipping-notice/shp_1", "1. nail (nail): 5", "Carrier: DHL", "Tracking number: 42", "Still to come:", "1. nail (nail): 5, 4 on backorder")
	w.receipt("rcp_2", "main", "nail", "4")
	w.ship("shp_2", "ord_1", models.LineQuantity{Line: 1, Quantity: "5"})
	w.wantText("shipping-notice/shp_2", "1. nail (nail): 5", "Nothing more is to come: your order is complete.")
	w.ship("shp_3", "ord_1", models.LineQuantity{Line: 1, Quantity: "1"}) // refused: nothing is announced
	w.wantMessages("ord_1", "order-confirmation/ord_1/1", "shipping-notice/shp_1", "shipping-notice/shp_2")
	w.verified()
}

// What ships in the step that reserves it is confirmed before it is announced.
func TestWhatShipsByItselfIsConfirmedFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	got := w.invoiced("ord_1", "acme", want{"nail", "10"}, want{"advice", "2"})
	w.wantMessages("ord_1", "order-confirmation/ord_1/1", "shipping-notice/shp_1-1")
	if diff := cmp.Diff([]string{"order-confirmation/ord_1/1", "shipping-notice/shp_1-1", "invoice/" + invoice1}, got.Messages); diff != "" {
		t.Errorf("queued (-want +got):\n%s", diff)
	}
	w.wantText("shipping-notice/shp_1-1", "1. nail (nail): 10", "2. advice (advice): 2")
}

func TestAHeldOrderIsConfirmedWhenItIsReleasedAndNotAgainAfterTheNextHold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "10")
	w.receipt("rcp_1", "main", "nail", "10")
	w.accept("ord_1", "acme", "main", nil, want{"nail", "10"})
	w.done(w.credit.Approve(t.Context(), at("ord_1", issued)))
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	w.wantMessages("ord_1")
	until := func(r *models.CreditRuling) { r.ValidUntil = models.NewDate(2026, 11, 22) }
	w.done(w.release("dec_1", "ord_1", until))
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	w.wantMessages("ord_1", "order-confirmation/ord_1/1")
	w.done(w.credit.Recheck(t.Context(), activities.FactStep{OrderID: "ord_1", FactID: "on/x", At: issued.AddDate(0, 0, 2)}))
	w.done(w.release("dec_2", "ord_1", nil))
	w.wantMessages("ord_1", "order-confirmation/ord_1/1")
	w.verified()
}

func TestEachAmendmentThatIsApprovedIsConfirmedAsAChange(t *testing.T) {
	t.Parallel()
	w := newHundred(t) // an order of ten, of twenty
	w.amended(amend("ord_1", "dec_1", "8"))
	w.wantMessages("ord_1", "order-confirmation/ord_1/1", "order-confirmation/ord_1/2") // at once: nothing is to be reserved
	w.wantText("order-confirmation/ord_1/2", "   8 at 10.00 EUR: 80.00 EUR", "Total: 95.20 EUR",
		"we have changed your order PO-ord_1 as agreed. This confirmation of ord_1, version 2, takes the place of the one before.")
	w.amended(amend("ord_1", "dec_2", "25"))
	w.wantMessages("ord_1", "order-confirmation/ord_1/1", "order-confirmation/ord_1/2")
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	w.wantText("order-confirmation/ord_1/3", "   25 at 10.00 EUR: 250.00 EUR", "   5 on backorder: sent as soon as there is stock")

	w.amended(amend("ord_1", "dec_3", "200")) // on hold: its fourth version is confirmed by nobody
	w.amended(amend("ord_1", "dec_4", "199"))
	w.done(w.release("dec_5", "ord_1", nil))
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	w.wantMessages("ord_1", "order-confirmation/ord_1/1", "order-confirmation/ord_1/2", "order-confirmation/ord_1/3", "order-confirmation/ord_1/5")
	w.verified()
}

// A line that is dropped is said to be, and its amounts are not confirmed; an order of which nothing is left is not confirmed.
func TestWhatIsDroppedIsNotConfirmed(t *testing.T) {
	t.Parallel()
	w := newHundred(t)
	w.accept("ord_2", "acme", "main", nil, want{"nail", "2"}, want{"nail", "3"})
	w.done(w.credit.Approve(t.Context(), at("ord_2", issued)))
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_2", issued)))
	w.amended(amend("ord_2", "dec_1", "0"))
	w.wantText("order-confirmation/ord_2/2", "1. nail (nail): cancelled", "   3 at 10.00 EUR: 30.00 EUR", "Total: 35.70 EUR")
	w.amended(amend("ord_2", "dec_2", "", "0"))
	w.wantMessages("ord_2", "order-confirmation/ord_2/1", "order-confirmation/ord_2/2")
	w.verified()
}

// forgetful delivers what it is given and then loses its caller, as a worker that is killed after the server took the mail.
type forgetful struct {
	activities.Mailer

	die context.CancelFunc
}

func (f forgetful) Send(ctx context.Context, id, to, subject, body string) error {
	defer f.die()
	return f.Mailer.Send(ctx, id, to, subject, body)
}

// A mail that was taken by the server and not recorded as sent goes out again, and can be told by its Message-ID; those after it go
// out once.
func TestAMailWhoseSenderIsKilledIsSentAgainUnderItsID(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	office, messages := newPostOffice(t, w)
	in := activities.SendInput{Keys: []string{"shipping-notice/shp_1-1", "invoice/" + invoice1, "order-confirmation/ord_1/1"}, At: issued}
	ctx, die := context.WithCancel(t.Context())
	killed := &activities.Messages{Pool: w.pool, Mailer: forgetful{messages.Mailer, die}}
	if err := killed.Send(ctx, in); !errors.Is(err, context.Canceled) {
		t.Fatalf("the killed worker: %v", err)
	}
	w.must(messages.Send(t.Context(), in))
	w.must(messages.Send(t.Context(), in))
	confirmation := "<order-confirmation.ord_1.1@seller.example>"
	want := []string{confirmation, confirmation, "<shipping-notice.shp_1-1@seller.example>", "<invoice.INV-2026-000001@seller.example>"}
	if diff := cmp.Diff(want, office.took()); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
}

// picky refuses the mail of one key for good.
type picky struct {
	activities.Mailer

	refuses string
}

func (p picky) Send(ctx context.Context, id, to, subject, body string) error {
	if id == p.refuses {
		return models.Invalid("mail-refused", "too long")
	}
	return p.Mailer.Send(ctx, id, to, subject, body)
}

// One message that is refused for good is a task of those who sell, and the others are sent.
func TestARefusedConfirmationDoesNotKeepTheOthers(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	office, messages := newPostOffice(t, w)
	messages.Mailer = picky{messages.Mailer, "order-confirmation/ord_1/1"}
	in := activities.SendInput{Keys: []string{"order-confirmation/ord_1/1", "shipping-notice/shp_1-1", "invoice/" + invoice1}, At: issued}
	w.must(messages.Send(t.Context(), in))
	if diff := cmp.Diff([]string{"<shipping-notice.shp_1-1@seller.example>", "<invoice.INV-2026-000001@seller.example>"}, office.took()); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
	if n := w.count(`SELECT count(*) FROM tasks WHERE key = 'refused/order-confirmation/ord_1/1' AND kind = 'message_refused' AND role = 'sales' AND order_id = 'ord_1'`); n != 1 {
		t.Errorf("%d tasks", n)
	}
	w.unchanged(func() { w.must(messages.Send(t.Context(), in)) })
}
