package activities_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"o2c/activities"
	"o2c/internal/testkit"
	"o2c/models"
	"o2c/postgres"
)

// inMilestones has an order billed 30 % when it is signed and 70 % when it is accepted.
func inMilestones(o *models.Order) {
	o.Milestones = []models.Milestone{{Name: "Signed", Percent: dec("30")}, {Name: "Accepted", Percent: dec("70")}}
}

func complete(order string, n int) activities.CompleteInput {
	return activities.CompleteInput{OrderID: order, At: issued, Completion: models.MilestoneCompletion{ID: fmt.Sprintf("dec_%s_%d", order, n), N: n, Note: "done", Actor: "billing"}}
}

func (w *world) completes(order string, n int) models.OrderProgress {
	w.t.Helper()
	return w.done(w.invoicing.CompleteMilestone(w.t.Context(), complete(order, n)))
}

// begun enters an order of ten nails with freight, 130.90 gross, of which eight are in stock.
func begun(t *testing.T, limit string) *world {
	t.Helper()
	w := newWorld(t, testkit.MaxConns(16))
	w.customer("acme", limit)
	w.receipt("rcp_1", "main", "nail", "8")
	w.accept("ord_1", "acme", "main", func(o *models.Order) {
		inMilestones(o)
		o.Charges = []models.Charge{{ReasonCode: "FC", Amount: eur("10.00"), Tax: models.TaxClass{Category: "S", Rate: dec("19")}}}
	}, want{"nail", "10"})
	w.done(w.credit.Approve(t.Context(), at("ord_1", issued)))
	return w
}

// A part is billed in advance, then shipped, shipped beyond it, the rest cancelled, and all of that billed: each unit of value is in one
// bucket all the way, and the order closes with what it kept.
func TestAnOrderBilledByMilestones(t *testing.T) {
	t.Parallel()
	w := begun(t, "130.90")
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	w.wantExposure("acme", "130.90 0.00 0.00 0.00")

	got := w.completes("ord_1", 1) // 33.00 and freight's 3.00 of 110.00 net
	if got.Stage != models.Fulfilling || got.MilestonesLeft != 1 || len(got.Receivables) != 1 || got.Receivables[0].Open.String() != "39.27" {
		t.Fatalf("after the first milestone: %+v", got)
	}
	w.wantExposure("acme", "91.63 0.00 39.27 0.00")
	w.verified()
	w.unchanged(func() { w.completes("ord_1", 1) })
	again := complete("ord_1", 1)
	again.Completion.ID = "dec_other"
	w.unchanged(func() { w.done(w.invoicing.CompleteMilestone(t.Context(), again)) })

	w.ship("shp_1", "ord_1", models.LineQuantity{Line: 1, Quantity: "2"}) // 35.70 with the freight: less than is billed
	w.wantExposure("acme", "91.63 0.00 39.27 0.00")
	w.ship("shp_2", "ord_1", models.LineQuantity{Line: 1, Quantity: "5"}) // 95.20, of which 39.27 are billed
	w.wantExposure("acme", "35.70 55.93 39.27 0.00")
	w.verified()

	// Three are cancelled: what the last milestone bills takes that.
	got = w.done(w.fulfillment.Cancel(t.Context(), cancellation("ord_1", "can_1")))
	if got.Stage != models.Invoicing || got.ToInvoice {
		t.Fatalf("shipped and waiting for its last milestone: %+v", got)
	}
	w.wantExposure("acme", "0.00 55.93 39.27 0.00")
	got = w.completes("ord_1", 2)
	if got.Stage != models.Collecting || got.MilestonesLeft != 0 || len(got.Receivables) != 2 {
		t.Fatalf("after the last milestone: %+v", got)
	}
	w.wantExposure("acme", "0.00 0.00 95.20 0.00") // seven nails and the freight, 80.00 net
	w.verified()

	view, err := postgres.ReadInvoice(t.Context(), w.pool, got.Receivables[1].Invoice)
	w.must(err)
	line := view.Lines[0]
	said := fmt.Sprintf("%s %s %s × %s = %s, freight %s, shipment %v, milestone %d", line.Description, line.Quantity, line.UnitCode, line.UnitPrice, line.NetAmount, view.ChargeTotal, line.ShipmentID, *line.Milestone)
	if diff := cmp.Diff("nail (Accepted, 70 %) 1 LS × 40 = 40, freight 7, shipment <nil>, milestone 2", said); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	for n, r := range got.Receivables {
		w.pay(fmt.Sprint("pay_", n), models.Payment{CustomerID: "acme", Amount: r.Open, Reference: r.Invoice}, issued)
	}
	got = w.done(w.reconciliation.Close(t.Context(), at("ord_1", issued)))
	if got.Stage != models.Closed || got.Outcome != models.OutcomePaid || got.BlockedBy != nil {
		t.Fatalf("paid: %+v", got)
	}
	w.wantExposure("acme", "0.00 0.00 0.00 0.00")
	w.verified()
	w.unchanged(func() { w.completes("ord_1", 2) })
}

// What is billed can't be cancelled, amended or rejected away; when it is credited in full the rest can be cancelled.
func TestWhatMilestonesHaveBilledStays(t *testing.T) {
	t.Parallel()
	w := begun(t, "unlimited")
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	w.completes("ord_1", 1)
	w.unchanged(func() {
		_, err := w.fulfillment.Cancel(t.Context(), cancellation("ord_1", "can_1"))
		wantCode(t, err, models.KindConflict, "milestones-billed")
		_, err = w.fulfillment.Amend(t.Context(), amend("ord_1", "dec_1", "2"))
		wantCode(t, err, models.KindConflict, "milestones-billed")
		_, err = w.invoicing.CompleteMilestone(t.Context(), complete("ord_1", 3))
		wantCode(t, err, models.KindNotFound, "milestone-not-found")
	})
	w.amended(amend("ord_1", "dec_2", "12")) // 23.80 more, which the last milestone bills
	w.wantExposure("acme", "115.43 0.00 39.27 0.00")
	w.verified()

	w.credits(activities.CreditInput{OrderID: "ord_1", Request: models.CreditRequest{ID: "dec_3", Invoice: invoice1, Amount: new(eur("39.27")), Actor: "billing"}, At: issued})
	got := w.done(w.fulfillment.Cancel(t.Context(), cancellation("ord_1", "can_2")))
	if got.Stage != models.Closed || got.Outcome != models.OutcomeCancelled {
		t.Fatalf("cancelled: %+v", got)
	}
	w.wantExposure("acme", "0.00 0.00 0.00 0.00")
	w.verified()
	_, err := w.invoicing.CompleteMilestone(t.Context(), complete("ord_1", 2))
	wantCode(t, err, models.KindConflict, "order-closed")
}

// When all is billed in advance nothing is left of the order in its buckets, an amendment has nobody to bill it, and shipping closes it.
func TestAllMilestonesBilledInAdvance(t *testing.T) {
	t.Parallel()
	w := begun(t, "unlimited")
	w.receipt("rcp_2", "main", "nail", "2")
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	w.completes("ord_1", 2)
	w.completes("ord_1", 1)
	w.wantExposure("acme", "0.00 0.00 130.90 0.00")
	_, err := w.fulfillment.Amend(t.Context(), amend("ord_1", "dec_1", "12"))
	wantCode(t, err, models.KindConflict, "milestones-billed")
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("130.90")}, issued)
	got := w.ship("shp_1", "ord_1", models.LineQuantity{Line: 1, Quantity: "10"})
	if got.Stage == models.Fulfilling || got.Stage == models.Invoicing {
		t.Errorf("shipped and billed it is %s", got.Stage)
	}
	w.verified()
}

// An order on hold is not billed.
func TestAnOrderOnHoldIsNotBilledByMilestones(t *testing.T) {
	t.Parallel()
	w := begun(t, "100")
	_, err := w.invoicing.CompleteMilestone(t.Context(), complete("ord_1", 1))
	wantCode(t, err, models.KindConflict, "order-on-hold")
	w.wantExposure("acme", "0.00 0.00 0.00 0.00")
	w.verified()
}

// Completions of both milestones, each said twice, race with a cancellation, shipments and amendments: each is billed once, and no more
// than the order.
func TestCompletionsRace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.MaxConns(16))
	w.customer("acme", "unlimited")
	w.receipt("rcp_1", "main", "nail", "100")
	var steps []func()
	fine := func(err error) {
		if err != nil && models.KindOf(err) != models.KindConflict {
			t.Error(err)
		}
	}
	for k := range 10 {
		id := fmt.Sprint("ord_", k)
		w.accept(id, "acme", "main", inMilestones, want{"nail", "10"})
		w.done(w.credit.Approve(t.Context(), at(id, issued)))
		w.done(w.fulfillment.Fulfil(t.Context(), at(id, issued)))
		for n := range 4 {
			steps = append(steps, func() {
				_, err := w.invoicing.CompleteMilestone(t.Context(), complete(id, 1+n%2))
				fine(err)
			})
		}
		steps = append(steps, func() {
			_, err := w.fulfillment.Cancel(t.Context(), cancellation(id, "can_"+id))
			fine(err)
		}, func() {
			_, err := w.fulfillment.Amend(t.Context(), amend(id, "dec_"+id, "11"))
			fine(err)
		})
		shipment := "shp_" + id
		w.fact(postgres.ShipmentFact, shipment, models.ShipmentConfirmation{OrderID: id, Lines: []models.LineQuantity{{Line: 1, Quantity: "3"}}})
		steps = append(steps, func() {
			_, err := w.fulfillment.ConfirmShipment(t.Context(), activities.FactStep{OrderID: id, FactID: shipment, At: issued})
			fine(err)
		})
	}
	together(steps...)
	if n := w.count(`SELECT count(*) FROM invoices WHERE milestone IS NULL`); n != 0 {
		t.Errorf("%d invoices bill no milestone", n)
	}
	w.verified()
}

// Milestones are billed at the same time while the sessions of those who bill them are ended in the middle.
func TestMilestonesAreBilledOnceWhenSessionsAreKilled(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.MaxConns(16))
	var ids []string
	for n := range 30 {
		customer, id := fmt.Sprint("customer_", n%10), fmt.Sprint("ord_", n)
		if n < 10 {
			w.customer(customer, "unlimited")
		}
		w.accept(id, customer, "auto", inMilestones, want{"advice", "1"})
		w.done(w.credit.Approve(t.Context(), at(id, issued)))
		ids = append(ids, id)
	}
	done := w.takeAllUnderFire(ids, func(ctx context.Context, in activities.OrderStep) (models.OrderProgress, error) {
		return w.invoicing.CompleteMilestone(ctx, complete(in.OrderID, 1))
	})
	w.wantEachOnce(done)
	w.verified()
}
