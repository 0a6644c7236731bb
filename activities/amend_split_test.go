package activities_test

import (
	"fmt"
	"testing"
	"time"

	"o2c/models"
)

// newSplit is ord_1 of six nails, three of them reserved in its own warehouse main and three in near, which has one more.
func newSplit(t *testing.T, limit string) *world {
	t.Helper()
	w := newWorld(t)
	w.customer("acme", limit)
	w.exec(`INSERT INTO warehouses (id, name, mode, priority) VALUES ('near', 'Near', 'manual', 1)`)
	w.receipt("rcp_1", "main", "nail", "3")
	w.receipt("rcp_2", "near", "nail", "4")
	w.approved("ord_1", "main", allowSplit, want{"nail", "6"})
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	w.wantHeld("ord_1", "1 main 3", "1 near 3")
	w.wantExposure("acme", "71.40 0.00 0.00 0.00")
	return w
}

// What an amendment frees leaves the warehouse that was asked last first, and what it takes more comes from each in its order.
func TestAnAmendmentOfWhatTwoWarehousesReserve(t *testing.T) {
	t.Parallel()
	w := newSplit(t, "unlimited")
	free := func(want string) {
		t.Helper()
		if got := "main " + w.free("main", "nail") + ", near " + w.free("near", "nail"); got != want {
			t.Errorf("free: %s, want %s", got, want)
		}
	}
	w.amended(amend("ord_1", "dec_1", "5"))
	w.wantHeld("ord_1", "1 main 3", "1 near 2")
	w.wantExposure("acme", "59.50 0.00 0.00 0.00")
	free("main 0, near 2")
	w.amended(amend("ord_1", "dec_2", "2")) // all of near, and a part of main
	w.wantHeld("ord_1", "1 main 2")
	w.wantExposure("acme", "23.80 0.00 0.00 0.00")
	free("main 1, near 4")
	w.amended(amend("ord_1", "dec_3", "8"))
	w.wantExposure("acme", "95.20 0.00 0.00 0.00")
	if got := w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued))); !got.Backordered {
		t.Errorf("seven nails are there for eight: %+v", got)
	}
	w.wantHeld("ord_1", "1 main 3", "1 near 4")
	free("main 0, near 0")
	w.ship("shp_1", "ord_1", models.LineQuantity{Line: 1, Quantity: "3"})
	w.wantExposure("acme", "59.50 35.70 0.00 0.00")
	w.amended(amend("ord_1", "dec_4", "4")) // of which three are shipped
	w.wantExposure("acme", "11.90 35.70 0.00 0.00")
	if n := w.count(`SELECT sum(reserved)::int FROM stock`); n != 1 {
		t.Errorf("%d reserved for the one that is left", n)
	}
	w.nothingFreeBesideABackorder()
	w.verified()
}

// What one order gives back in each warehouse goes to those that wait for it there.
func TestWhatAnAmendmentFreesInTwoWarehousesIsServed(t *testing.T) {
	t.Parallel()
	w := newSplit(t, "unlimited")
	for n, warehouse := range []string{"near", "main"} {
		order := fmt.Sprint("ord_", n+2)
		w.approved(order, warehouse, nil, want{"nail", "2"})
		w.done(w.fulfillment.Fulfil(t.Context(), at(order, issued.Add(time.Minute))))
	}
	w.wantHeld("ord_2", "1 near 1")
	w.wantHeld("ord_3")
	w.amended(amend("ord_1", "dec_1", "1"))
	w.wantHeld("ord_1", "1 main 1")
	w.wantHeld("ord_2", "1 near 2")
	w.wantHeld("ord_3", "1 main 2")
	w.wantExposure("acme", "59.50 0.00 0.00 0.00")
	w.nothingFreeBesideABackorder()
	w.verified()
}

// An increase that fails the check takes the order's value out of the exposure, and what two warehouses hold for it stays consistent through
// hold, decrease and cancellation.
func TestAnIncreaseOfASplitOrderThatIsHeld(t *testing.T) {
	t.Parallel()
	w := newSplit(t, "83.30") // seven nails
	if got := w.amended(amend("ord_1", "dec_1", "8")); got.Stage != models.CreditHold {
		t.Fatalf("above the limit it is %s", got.Stage)
	}
	w.wantExposure("acme", "0.00 0.00 0.00 0.00")
	w.wantHeld("ord_1", "1 main 3", "1 near 3")
	if got := w.amended(amend("ord_1", "dec_2", "4")); got.Stage != models.Fulfilling {
		t.Errorf("within the limit again it is %s", got.Stage)
	}
	w.wantHeld("ord_1", "1 main 3", "1 near 1")
	w.wantExposure("acme", "47.60 0.00 0.00 0.00")
	w.verified()
	w.done(w.fulfillment.Cancel(t.Context(), cancellation("ord_1", "can_1")))
	w.wantHeld("ord_1")
	w.wantExposure("acme", "0.00 0.00 0.00 0.00")
	w.verified()
}

// Amendments of a split order race with shipments from both warehouses and with receipts.
func TestAmendmentsOfSplitOrdersRaceWithShipments(t *testing.T) {
	t.Parallel()
	w := newSplit(t, "unlimited")
	var steps []func()
	for n := range 8 {
		amendment, receipt := fmt.Sprint("dec_", n), fmt.Sprint("rcp_race_", n)
		steps = append(steps, func() {
			_, err := w.fulfillment.Amend(t.Context(), amend("ord_1", amendment, fmt.Sprint(3+n%4)))
			if err != nil && models.KindOf(err) != models.KindConflict {
				t.Error(err)
			}
		}, func() {
			w.receipt(receipt, []string{"main", "near"}[n%2], "nail", "1")
		}, func() {
			if _, err := w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)); err != nil {
				t.Error(err)
			}
		})
	}
	for n := range 3 {
		steps = append(steps, func() { w.ships("ord_1", fmt.Sprint("shp_", n), "1") })
	}
	together(steps...)
	w.nothingFreeBesideABackorder()
	w.verified()
}
