package activities_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"o2c/activities"
	"o2c/models"
	"o2c/postgres"
)

// approved is an order in the manual warehouse that passed its credit check.
func (w *world) approved(id, warehouse string, change func(*models.Order), lines ...want) {
	w.t.Helper()
	w.accept(id, "acme", warehouse, change, lines...)
	if got := w.done(w.credit.Approve(w.t.Context(), at(id, issued))); got.Stage != models.Fulfilling {
		w.t.Fatalf("%s is %s", id, got.Stage)
	}
}

// goods are the open facts of an order, as the warehouse sees it: stage, whether it waits for stock, for shipment, for invoice.
func goods(p models.OrderProgress) [4]any {
	return [4]any{p.Stage, p.Backordered, p.ToShip, p.ToInvoice}
}

func shipComplete(o *models.Order) { o.ShipComplete = true }

func TestFulfil(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		warehouse string
		stock     string
		change    func(*models.Order)
		lines     []want
		want      [4]any // stage, backordered, to ship, to invoice
		exposure  string
		free      string
	}{
		"what is free is reserved": {"main", "12", nil, []want{{"nail", "10"}},
			[4]any{models.Fulfilling, false, true, false}, "119.00 0.00 0.00 0.00", "2"},
		"what is missing is backordered": {"main", "4", nil, []want{{"nail", "10"}},
			[4]any{models.Fulfilling, true, true, false}, "119.00 0.00 0.00 0.00", "0"},
		"without any stock all waits": {"main", "", nil, []want{{"nail", "10"}},
			[4]any{models.Fulfilling, true, false, false}, "119.00 0.00 0.00 0.00", "0"},
		"a service needs no stock": {"main", "", nil, []want{{"advice", "2"}},
			[4]any{models.Fulfilling, false, true, false}, "119.00 0.00 0.00 0.00", "0"},
		"two lines of a product share its stock": {"main", "12", nil, []want{{"nail", "8"}, {"nail", "8"}},
			[4]any{models.Fulfilling, true, true, false}, "190.40 0.00 0.00 0.00", "0"},
		"an automatic warehouse ships at once": {"auto", "12", nil, []want{{"nail", "10"}},
			[4]any{models.Invoicing, false, false, true}, "0.00 119.00 0.00 0.00", "2"},
		"an automatic warehouse ships what there is": {"auto", "4", nil, []want{{"nail", "10"}},
			[4]any{models.Fulfilling, true, false, true}, "71.40 47.60 0.00 0.00", "0"},
		"a service ships at once, too": {"auto", "", nil, []want{{"advice", "2"}},
			[4]any{models.Invoicing, false, false, true}, "0.00 119.00 0.00 0.00", "0"},
		"an order to be shipped complete waits for its rest": {"auto", "4", shipComplete, []want{{"nail", "10"}, {"advice", "1"}},
			[4]any{models.Fulfilling, true, true, false}, "178.50 0.00 0.00 0.00", "0"},
		"an order to be shipped complete ships when it is": {"auto", "10", shipComplete, []want{{"nail", "10"}, {"advice", "1"}},
			[4]any{models.Invoicing, false, false, true}, "0.00 178.50 0.00 0.00", "0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.customer("acme", "unlimited")
			if c.stock != "" {
				w.receipt("rcp_1", c.warehouse, "nail", c.stock)
			}
			w.approved("ord_1", c.warehouse, c.change, c.lines...)
			got := w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
			if goods(got) != c.want || got.Unreserved {
				t.Errorf("stage, backordered, to ship, to invoice: %v, unreserved %v; want %v", goods(got), got.Unreserved, c.want)
			}
			w.wantExposure("acme", c.exposure)
			if free := w.free(c.warehouse, "nail"); free != c.free {
				t.Errorf("%s nails are free, want %s", free, c.free)
			}
			w.unchanged(func() {
				if again := w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued))); goods(again) != c.want {
					t.Errorf("the second time it is %v", goods(again))
				}
			})
			w.balanced()
		})
	}
}

// free is what of a product's stock is on hand and not reserved.
func (w *world) free(warehouse, sku string) string {
	w.t.Helper()
	var free string
	w.must(w.pool.QueryRow(w.t.Context(), `
		SELECT coalesce((SELECT trim_scale(on_hand - reserved)::text FROM stock WHERE warehouse_id = $1 AND sku = $2), '0')`, warehouse, sku).Scan(&free))
	return free
}

func TestFulfilLeavesAHeldOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "1")
	w.receipt("rcp_1", "main", "nail", "10")
	w.accept("ord_1", "acme", "main", nil, want{"nail", "10"})
	w.done(w.credit.Approve(t.Context(), at("ord_1", issued)))
	w.unchanged(func() { w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued))) })
}

// ship accepts and carries out a warehouse's confirmation.
func (w *world) ship(id, order string, lines ...models.LineQuantity) models.OrderProgress {
	w.t.Helper()
	w.fact(postgres.ShipmentFact, id, models.ShipmentConfirmation{OrderID: order, Lines: lines, Carrier: "DHL", TrackingNumber: "42"})
	return w.confirm(id, order)
}

func (w *world) confirm(id, order string) models.OrderProgress {
	w.t.Helper()
	return w.done(w.fulfillment.ConfirmShipment(w.t.Context(), activities.FactStep{OrderID: order, FactID: id, At: issued}))
}

func TestConfirmShipment(t *testing.T) {
	t.Parallel()
	line := func(n int, quantity string) models.LineQuantity {
		return models.LineQuantity{Line: n, Quantity: quantity}
	}
	for name, c := range map[string]struct {
		change   func(*models.Order)
		lines    []models.LineQuantity
		refused  string
		want     [4]any
		exposure string
	}{
		"all of it": {nil, []models.LineQuantity{line(1, "10"), line(2, "1")}, "", [4]any{models.Invoicing, false, false, true}, "0.00 178.50 0.00 0.00"},
		"a part":    {nil, []models.LineQuantity{line(1, "2.5")}, "", [4]any{models.Fulfilling, false, true, true}, "148.75 29.75 0.00 0.00"},
		"complete, as it was asked": {shipComplete, []models.LineQuantity{line(1, "10"), line(2, "1")}, "",
			[4]any{models.Invoicing, false, false, true}, "0.00 178.50 0.00 0.00"},
		"more than ordered":              {nil, []models.LineQuantity{line(1, "10.1")}, "quantity-not-open", [4]any{models.Fulfilling, false, true, false}, "178.50 0.00 0.00 0.00"},
		"a line that is not there":       {nil, []models.LineQuantity{line(3, "1")}, "line-not-found", [4]any{models.Fulfilling, false, true, false}, "178.50 0.00 0.00 0.00"},
		"a line twice":                   {nil, []models.LineQuantity{line(1, "1"), line(1, "1")}, "duplicate-line", [4]any{models.Fulfilling, false, true, false}, "178.50 0.00 0.00 0.00"},
		"a quantity that is no quantity": {nil, []models.LineQuantity{line(1, "-1")}, "invalid-quantity", [4]any{models.Fulfilling, false, true, false}, "178.50 0.00 0.00 0.00"},
		"a part of a line of an order to be shipped complete": {shipComplete, []models.LineQuantity{line(1, "9"), line(2, "1")}, "ship-complete",
			[4]any{models.Fulfilling, false, true, false}, "178.50 0.00 0.00 0.00"},
		"one line of an order to be shipped complete": {shipComplete, []models.LineQuantity{line(1, "10")}, "ship-complete",
			[4]any{models.Fulfilling, false, true, false}, "178.50 0.00 0.00 0.00"},
	} {
		t.Run("a confirmation of "+name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.customer("acme", "unlimited")
			w.receipt("rcp_1", "main", "nail", "10")
			w.approved("ord_1", "main", c.change, want{"nail", "10"}, want{"advice", "1"})
			w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
			got := w.ship("shp_1", "ord_1", c.lines...)
			if goods(got) != c.want || (got.Refused == nil) != (c.refused == "") || got.Refused != nil && got.Refused.Code != c.refused {
				t.Errorf("%v, refused: %v; want %v, %q", goods(got), got.Refused, c.want, c.refused)
			}
			w.wantExposure("acme", c.exposure)
			if n := w.count(`SELECT count(*) FROM facts WHERE id = 'shp_1' AND settled_at IS NOT NULL AND coalesce(refused_code, '') = $1`, c.refused); n != 1 {
				t.Errorf("the fact is not settled as %q", c.refused)
			}
			w.unchanged(func() {
				again := w.confirm("shp_1", "ord_1")
				if diff := cmp.Diff(got, again); diff != "" {
					t.Errorf("the second time it answers (-first +second):\n%s", diff)
				}
			})
			w.balanced()
		})
	}
}

func TestConfirmShipmentOfWhatIsNotReserved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.receipt("rcp_1", "main", "nail", "4")
	w.approved("ord_1", "main", nil, want{"nail", "10"})
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	if got := w.ship("shp_1", "ord_1", models.LineQuantity{Line: 1, Quantity: "5"}); got.Refused == nil || got.Refused.Code != "insufficient-stock" {
		t.Errorf("refused: %v", got.Refused)
	}
	w.accept("ord_2", "acme", "main", nil, want{"nail", "1"})
	w.exec(`INSERT INTO credit_limits (id, customer_id, amount, currency, set_by, set_at) VALUES ('lim', 'acme', 0, 'EUR', 'test', now())`)
	w.done(w.credit.Approve(t.Context(), at("ord_2", issued)))
	if got := w.ship("shp_2", "ord_2", models.LineQuantity{Line: 1, Quantity: "1"}); got.Refused == nil || got.Refused.Code != "credit-hold" {
		t.Errorf("an order on hold, refused: %v", got.Refused)
	}
	_, err := w.fulfillment.ConfirmShipment(t.Context(), activities.FactStep{OrderID: "ord_1", FactID: "shp_9", At: issued})
	wantCode(t, err, models.KindNotFound, "fact-not-found")
	w.balanced()
}

// The warehouse may be quicker than the reservation.
func TestConfirmShipmentBeforeTheReservation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.receipt("rcp_1", "main", "nail", "10")
	w.approved("ord_1", "main", nil, want{"nail", "10"})
	if got := w.ship("shp_1", "ord_1", models.LineQuantity{Line: 1, Quantity: "10"}); got.Refused != nil || got.Stage != models.Invoicing {
		t.Errorf("%s, refused: %v", got.Stage, got.Refused)
	}
	w.balanced()
}

func TestConfirmDelivery(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.invoiced("ord_1", "acme", want{"nail", "10"})
	deliver := func(id, signer string, when time.Time) {
		w.fact(postgres.DeliveryFact, id, models.DeliveryConfirmation{ShipmentID: "shp_1-1", DeliveredAt: when, SignedBy: signer})
		step := activities.FactStep{OrderID: "ord_1", FactID: id, At: issued}
		w.done(w.fulfillment.ConfirmDelivery(t.Context(), step))
		w.unchanged(func() { w.done(w.fulfillment.ConfirmDelivery(t.Context(), step)) })
	}
	deliver("dlv_1", "Ms First", issued.Add(time.Hour))
	deliver("dlv_2", "Mr Second", issued.Add(2*time.Hour))
	if n := w.count(`SELECT count(*) FROM shipments WHERE state = 'delivered' AND signed_by = 'Ms First' AND delivered_at = $1`, issued.Add(time.Hour)); n != 1 {
		t.Error("the first proof of delivery does not stand")
	}
	if n := w.count(`SELECT count(*) FROM events WHERE kind = 'delivered'`); n != 1 {
		t.Errorf("the timeline says %d times that it was delivered", n)
	}
}
