package activities_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"o2c/activities"
	"o2c/internal/testkit"
	"o2c/models"
	"o2c/postgres"
)

func allowSplit(o *models.Order) { o.AllowSplit = true }

// held is what warehouses hold for an order, as "line warehouse quantity".
func (w *world) holds(order string) []string {
	w.t.Helper()
	rows, err := w.pool.Query(w.t.Context(), `
		SELECT line || ' ' || warehouse_id || ' ' || trim_scale(quantity) FROM reservations WHERE order_id = $1 AND quantity > 0 ORDER BY 1`, order)
	w.must(err)
	defer rows.Close()
	var found []string
	for rows.Next() {
		var row string
		w.must(rows.Scan(&row))
		found = append(found, row)
	}
	w.must(rows.Err())
	return found
}

func (w *world) wantHeld(order string, want ...string) {
	w.t.Helper()
	if diff := cmp.Diff(want, w.holds(order)); diff != "" {
		w.t.Errorf("held for %s (-want +got):\n%s", order, diff)
	}
}

// An order that may be split takes from its own warehouse first and then from the others by priority; each ships its part.
func TestSeveralWarehousesServeAnOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.exec(`INSERT INTO warehouses (id, name, mode, priority) VALUES ('near', 'Near', 'manual', 1), ('far', 'Far', 'manual', 200)`)
	for warehouse, quantity := range map[string]string{"main": "3", "near": "4", "far": "9"} {
		w.receipt("rcp_"+warehouse, warehouse, "nail", quantity)
	}
	w.approved("ord_0", "main", nil, want{"nail", "5"}) // one that may not be split waits for its own warehouse
	w.approved("ord_1", "far", allowSplit, want{"nail", "12"}, want{"advice", "1"})
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_0", issued)))
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued.Add(time.Minute))))
	w.wantHeld("ord_0", "1 main 3")
	w.wantHeld("ord_1", "1 far 9", "1 near 3")
	refused := func(id, warehouse, quantity string) {
		t.Helper()
		w.fact(postgres.ShipmentFact, id, models.ShipmentConfirmation{OrderID: "ord_1", WarehouseID: warehouse, Lines: []models.LineQuantity{{Line: 1, Quantity: quantity}}})
		if got := w.confirm(id, "ord_1"); got.Refused == nil || got.Refused.Code != "insufficient-stock" {
			t.Errorf("%s of %s, refused: %v", quantity, warehouse, got.Refused)
		}
	}
	refused("shp_1", "near", "4")
	refused("shp_2", "main", "1")
	refused("shp_3", "", "10") // in none of them
	w.fact(postgres.ShipmentFact, "shp_4", models.ShipmentConfirmation{OrderID: "ord_1", WarehouseID: "near", Lines: []models.LineQuantity{{Line: 1, Quantity: "3"}, {Line: 2, Quantity: "1"}}})
	if got := w.confirm("shp_4", "ord_1"); got.Refused != nil {
		t.Error(got.Refused)
	}
	w.ship("shp_5", "ord_1", models.LineQuantity{Line: 1, Quantity: "4"}) // where it is reserved
	w.wantHeld("ord_1", "1 far 5")
	w.balanced()
	w.done(w.fulfillment.Cancel(t.Context(), cancellation("ord_1", "can_1")))
	w.wantHeld("ord_1")
	if got := w.free("near", "nail") + " " + w.free("far", "nail"); got != "1 5" {
		t.Errorf("free: %s", got)
	}
	w.nothingFreeBesideABackorder()
	w.balanced()
}

func TestASplitOrderCanBeShippedComplete(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.receipt("rcp_1", "main", "nail", "3")
	w.approved("ord_1", "main", func(o *models.Order) { o.AllowSplit, o.ShipComplete = true, true }, want{"nail", "5"})
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	if got := w.ship("shp_1", "ord_1", models.LineQuantity{Line: 1, Quantity: "3"}); got.Refused == nil || got.Refused.Code != "ship-complete" {
		t.Errorf("refused: %v", got.Refused)
	}
	w.receipt("rcp_2", "auto", "nail", "2")
	w.wantHeld("ord_1", "1 auto 2", "1 main 3")
	if got := w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued))); !got.ToShip || !got.ToInvoice {
		t.Errorf("the automatic warehouse ships its part, main waits: %+v", got)
	}
	if got := w.ship("shp_2", "ord_1", models.LineQuantity{Line: 1, Quantity: "2"}); got.Refused == nil || got.Refused.Code != "ship-complete" {
		t.Errorf("refused: %v", got.Refused)
	}
	if got := w.ship("shp_3", "ord_1", models.LineQuantity{Line: 1, Quantity: "3"}); got.Refused != nil || got.Stage != models.Invoicing {
		t.Errorf("%s, refused: %v", got.Stage, got.Refused)
	}
	w.balanced()
}

// A later order leaves to an earlier one what that waits for, though it is free for a moment.
func TestNoOrderOvertakesAnEarlierOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.approved("ord_1", "main", nil, want{"nail", "5"})
	w.asOwner(`UPDATE orders SET entered_at = entered_at - interval '1 hour' WHERE id = 'ord_1'`)
	w.approved("ord_2", "main", nil, want{"nail", "5"})
	w.exec(`INSERT INTO stock_receipts (id, warehouse_id, sku, quantity, received_by, received_at) VALUES ('rcp_1', 'main', 'nail', 7, 'x', now())`)
	w.exec(`INSERT INTO stock (warehouse_id, sku, on_hand) VALUES ('main', 'nail', 7)`)
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_2", issued)))
	w.wantHeld("ord_2", "1 main 2")
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	w.wantHeld("ord_1", "1 main 5")
	w.balanced()
}

// Fifty receipts and orders at once: whoever was entered earlier is served first.
func TestReceiptsAndOrdersRaceFirstInFirstOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.MaxConns(25))
	w.customer("acme", "unlimited")
	var steps []func()
	for n := range 25 {
		order, receipt := fmt.Sprint("ord_", n), fmt.Sprint("rcp_", n)
		w.approved(order, "main", nil, want{"nail", "3"})
		w.fact(postgres.StockReceiptFact, receipt, models.StockReceipt{SKU: "nail", WarehouseID: "main", Quantity: "2"})
		steps = append(steps, func() {
			if _, err := w.fulfillment.Fulfil(t.Context(), at(order, issued)); err != nil {
				t.Error(err)
			}
		}, func() {
			if err := w.fulfillment.Receive(t.Context(), activities.ReceiptInput{ReceiptID: receipt, At: issued}); err != nil {
				t.Error(err)
			}
		})
	}
	w.asOwner(`UPDATE orders SET entered_at = entered_at + make_interval(secs => substr(id, 5)::integer * 7 % 25)`) // not in the order of ids
	together(steps...)
	if n := w.count(`
		SELECT count(*) FROM orders early JOIN order_lines e ON e.order_id = early.id, orders late JOIN order_lines l ON l.order_id = late.id
		 WHERE (early.entered_at, early.id) < (late.entered_at, late.id) AND e.reserved < e.quantity AND l.reserved > 0`); n != 0 {
		t.Errorf("%d times a later order was served before an earlier one", n)
	}
	if n := w.count(`SELECT sum(reserved)::int FROM order_lines`); n != 50 {
		t.Errorf("%d of 50 nails are reserved", n)
	}
	w.nothingFreeBesideABackorder()
	w.balanced()
}

// Receipts in three warehouses race with orders that may be split, with others, and with cancellations.
func TestReceiptsRaceWithSplitOrdersAndCancellations(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.MaxConns(25))
	w.customer("acme", "unlimited")
	w.exec(`INSERT INTO warehouses (id, name, mode) VALUES ('near', 'Near', 'manual')`)
	var steps []func()
	for n := range 18 {
		order, receipt, warehouse := fmt.Sprint("ord_", n), fmt.Sprint("rcp_", n), []string{"main", "near", "auto"}[n%3]
		change := func(o *models.Order) { o.AllowSplit = n%2 == 0 }
		w.approved(order, []string{"main", "near"}[n%2], change, want{"nail", "3"}, want{"book", "1"})
		for i, sku := range []string{"nail", "book"} {
			w.fact(postgres.StockReceiptFact, receipt+sku, models.StockReceipt{SKU: sku, WarehouseID: warehouse, Quantity: []string{"2", "1"}[i]})
			steps = append(steps, func() {
				if err := w.fulfillment.Receive(t.Context(), activities.ReceiptInput{ReceiptID: receipt + sku, At: issued}); err != nil {
					t.Error(err)
				}
			})
		}
		steps = append(steps, func() {
			if _, err := w.fulfillment.Fulfil(t.Context(), at(order, issued)); err != nil {
				t.Error(err)
			}
			if n%3 > 0 {
				return
			}
			if _, err := w.fulfillment.Cancel(t.Context(), cancellation(order, "can_"+order)); err != nil && models.KindOf(err) != models.KindConflict {
				t.Error(err)
			}
		})
	}
	together(steps...)
	w.nothingFreeBesideABackorder()
	w.balanced()
}
