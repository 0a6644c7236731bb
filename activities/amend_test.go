package activities_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"o2c/activities"
	"o2c/models"
	"o2c/postgres"
)

// amend is an amendment of an order's lines, from the first on; "" leaves a line as it is.
func amend(order, id string, quantities ...string) activities.AmendInput {
	in := activities.AmendInput{OrderID: order, Amendment: models.Amendment{ID: id, Actor: "sales"}, At: issued}
	for i, quantity := range quantities {
		if quantity != "" {
			in.Amendment.Lines = append(in.Amendment.Lines, models.LineQuantity{Line: i + 1, Quantity: quantity})
		}
	}
	return in
}

// newHundred is a customer with room for a hundred nails, of which there are twenty, and an order of ten that is reserved.
func newHundred(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.customer("acme", "1190")
	w.receipt("rcp_1", "main", "nail", "20")
	w.ordered("ord_1", "10")
	return w
}

func (w *world) ordered(id, quantity string) models.OrderProgress {
	w.t.Helper()
	w.accept(id, "acme", "main", nil, want{"nail", quantity})
	w.done(w.credit.Approve(w.t.Context(), at(id, issued)))
	return w.done(w.fulfillment.Fulfil(w.t.Context(), at(id, issued)))
}

func (w *world) amended(in activities.AmendInput) models.OrderProgress {
	w.t.Helper()
	progress := w.done(w.fulfillment.Amend(w.t.Context(), in))
	w.unchanged(func() { w.done(w.fulfillment.Amend(w.t.Context(), in)) })
	return progress
}

func (w *world) wantLine(order, want string) {
	w.t.Helper()
	var got string
	w.must(w.pool.QueryRow(w.t.Context(), `
		SELECT format('%s: %s reserved, %s shipped, %s cancelled, version %s, total %s', l.quantity, l.reserved, l.shipped, l.cancelled, o.version, o.total)
		  FROM orders o JOIN order_lines l ON l.order_id = o.id WHERE o.id = $1`, order).Scan(&got))
	if got != want {
		w.t.Errorf("%s has %s, want %s", order, got, want)
	}
}

func TestAnIncreaseIsANewCheck(t *testing.T) {
	t.Parallel()
	w := newHundred(t)
	if got := w.amended(amend("ord_1", "dec_1", "15")); got.Stage != models.Fulfilling || !got.Unreserved {
		t.Errorf("within the limit it is %s, %+v", got.Stage, got)
	}
	w.wantExposure("acme", "178.50 0.00 0.00 0.00")
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	w.wantLine("ord_1", "15: 15 reserved, 0 shipped, 0 cancelled, version 2, total 178.50")
	if got := w.amended(amend("ord_1", "dec_2", "100")); got.Stage != models.Fulfilling {
		t.Errorf("at the limit it is %s", got.Stage)
	}
	if got := w.amended(amend("ord_1", "dec_3", "100.01")); got.Stage != models.CreditHold || got.BlockedBy == nil {
		t.Errorf("above the limit it is %s", got.Stage)
	}
	w.wantExposure("acme", "0.00 0.00 0.00 0.00")
	if got := w.amended(amend("ord_1", "dec_4", "99")); got.Stage != models.Fulfilling {
		t.Errorf("within the limit again it is %s", got.Stage)
	}
	w.wantExposure("acme", "1178.10 0.00 0.00 0.00")
	if n := w.count(`SELECT count(*) FROM order_versions WHERE order_id = 'ord_1'`); n != 5 {
		t.Errorf("%d versions are kept", n)
	}
	w.balanced()
}

func TestADecreaseFreesStockAndCredit(t *testing.T) {
	t.Parallel()
	w := newHundred(t)
	w.ordered("ord_2", "15") // five wait for stock
	w.accept("ord_3", "acme", "main", nil, want{"nail", "76"})
	if got := w.done(w.credit.Approve(t.Context(), at("ord_3", issued))); got.Stage != models.CreditHold {
		t.Fatalf("76 more are %s", got.Stage)
	}
	w.amended(amend("ord_1", "dec_1", "9"))
	w.wantLine("ord_1", "9: 9 reserved, 0 shipped, 0 cancelled, version 2, total 107.10")
	w.wantLine("ord_2", "15: 11 reserved, 0 shipped, 0 cancelled, version 1, total 178.50")
	w.wantExposure("acme", "1190.00 0.00 0.00 0.00") // the order on hold has passed
	if told := w.told.all(); !slices.Contains(told, "ord_2: stock of dec_1") || !slices.Contains(told, "ord_3: recheck for dec_1") {
		t.Errorf("told %q", told)
	}
	w.balanced()
}

func TestALineIsDropped(t *testing.T) {
	t.Parallel()
	w := newHundred(t)
	w.accept("ord_2", "acme", "main", nil, want{"nail", "2"}, want{"nail", "3"})
	w.done(w.credit.Approve(t.Context(), at("ord_2", issued)))
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_2", issued)))
	if got := w.amended(amend("ord_2", "dec_1", "0")); got.Stage != models.Fulfilling {
		t.Errorf("with a line left it is %s", got.Stage)
	}
	w.wantExposure("acme", "154.70 0.00 0.00 0.00")
	if got := w.amended(amend("ord_2", "dec_2", "", "0")); got.Stage != models.Closed || got.Outcome != models.OutcomeCancelled {
		t.Errorf("without a line left it is %s %s", got.Stage, got.Outcome)
	}
	w.wantExposure("acme", "119.00 0.00 0.00 0.00")
	w.balanced()
}

func TestWhatIsShippedIsNotAmended(t *testing.T) {
	t.Parallel()
	w := newHundred(t)
	w.ships("ord_1", "shp_1", "4")
	before := w.rows()
	_, err := w.fulfillment.Amend(t.Context(), amend("ord_1", "dec_1", "3"))
	wantCode(t, err, models.KindConflict, "quantity-below-shipped")
	_, err = w.fulfillment.Amend(t.Context(), amend("ord_1", "dec_2", "10"))
	wantCode(t, err, models.KindConflict, "nothing-to-amend")
	if after := w.rows(); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("refused amendments left %v, before %v", after, before)
	}
	if got := w.amended(amend("ord_1", "dec_3", "4")); got.Stage != models.Invoicing {
		t.Errorf("with nothing left to ship it is %s", got.Stage)
	}
	_, err = w.fulfillment.Amend(t.Context(), amend("ord_1", "dec_4", "5"))
	wantCode(t, err, models.KindConflict, "order-not-amendable")
	w.balanced()
}

func (w *world) ships(order, id, quantity string) {
	w.t.Helper()
	w.fact(postgres.ShipmentFact, id, models.ShipmentConfirmation{OrderID: order, Lines: []models.LineQuantity{{Line: 1, Quantity: quantity}}})
	if got := w.done(w.fulfillment.ConfirmShipment(w.t.Context(), activities.FactStep{OrderID: order, FactID: id, At: issued})); got.Refused != nil {
		w.t.Fatal(got.Refused)
	}
}

// Amendments, shipments and cancellations of sixty orders race for one customer's credit and stock. Each order is amended, shipped
// and cancelled at once; whatever wins, the book is in order and nobody sees a deadlock.
func TestACrowdAmendsShipsAndCancels(t *testing.T) {
	t.Parallel()
	w := newCrowd(t)
	w.customer("acme", "1785") // 150 nails
	w.receipt("rcp_1", "main", "nail", "100")
	var steps []func()
	for n := range 60 {
		id := fmt.Sprint("ord_", n)
		w.approved(id, "main", nil, want{"nail", "2"})
		w.done(w.fulfillment.Fulfil(t.Context(), at(id, issued)))
		w.fact(postgres.ShipmentFact, "shp_"+id, models.ShipmentConfirmation{OrderID: id, Lines: []models.LineQuantity{{Line: 1, Quantity: "1"}}})
		steps = append(steps, func() {
			_, err := w.fulfillment.Amend(t.Context(), amend(id, "up_"+id, []string{"1", "3", "9"}[n%3]))
			conflict(t, err, "order-not-amendable", "nothing-to-amend", "line-cancelled")
		}, func() {
			progress, err := w.fulfillment.ConfirmShipment(t.Context(), activities.FactStep{OrderID: id, FactID: "shp_" + id, At: issued})
			if err != nil {
				t.Errorf("%s: %v, refused %v", id, err, progress.Refused)
			}
		}, func() {
			_, err := w.fulfillment.Cancel(t.Context(), cancellation(id, "can_"+id))
			conflict(t, err, "nothing-to-cancel")
		})
	}
	together(steps...)
	t.Logf("%d versions, %d shipments, %d on hold, %d closed", w.count(`SELECT count(*) FROM order_versions`), w.count(`SELECT count(*) FROM shipments`),
		w.count(`SELECT count(*) FROM orders WHERE stage = 'credit_hold'`), w.count(`SELECT count(*) FROM orders WHERE stage = 'closed'`))
	w.verified()
}

// conflict lets nothing pass but a conflict with one of some codes.
func conflict(t *testing.T, err error, codes ...string) {
	t.Helper()
	if err == nil {
		return
	}
	if business, ok := errors.AsType[*models.Error](err); !ok || business.Kind != models.KindConflict || !slices.Contains(codes, business.Code) {
		t.Errorf("%v, want a conflict of %v", err, codes)
	}
}
