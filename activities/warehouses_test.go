package activities_test

import (
	"context"
	"encoding/json"
	"sync"
	"testing"

	"o2c/activities"
	"o2c/models"
	"o2c/postgres"
)

// outside is a warehouse outside: it writes down what it is told, or fails.
type outside struct {
	mu    sync.Mutex
	calls []string // id, revision and quantities
	fails error
}

func (o *outside) Call(_ context.Context, to models.WebhookEndpoint, id string, body []byte) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.fails != nil {
		return o.fails
	}
	var call struct {
		Data struct {
			Revision int `json:"revision"`
			Lines    []struct {
				Quantity string `json:"quantity"`
			} `json:"lines"`
		} `json:"data"`
	}
	if err := json.Unmarshal(body, &call); err != nil {
		return err
	}
	said := to.URL + " " + id
	for _, line := range call.Data.Lines {
		said += " " + line.Quantity
	}
	o.calls = append(o.calls, said)
	return nil
}

// wantTold tells the warehouse and compares what it heard.
func (w *world) wantTold(o *outside, order string, want ...string) {
	w.t.Helper()
	warehouses := &activities.Warehouses{Pool: w.pool, Caller: o}
	for range 2 { // a second time there is nothing to say
		w.must(warehouses.TellWarehouses(w.t.Context(), at(order, issued)))
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if got := o.calls; len(got) != len(want) {
		w.t.Errorf("told %q, want %q", got, want)
	} else {
		for i := range want {
			if got[i] != "https://far.example "+want[i] {
				w.t.Errorf("told %q, want %q", got[i], want[i])
			}
		}
	}
	o.calls = nil
}

func (w *world) outside() *outside {
	w.t.Helper()
	w.exec(`INSERT INTO warehouses (id, name, mode, webhook_url, webhook_secret) VALUES ('far', 'Far', 'webhook', 'https://far.example', 'whsec_x')`)
	return &outside{}
}

// shippedFrom accepts a confirmation and carries it out.
func (w *world) shippedFrom(id, order, quantity string) models.OrderProgress {
	w.t.Helper()
	w.fact(postgres.ShipmentFact, id, models.ShipmentConfirmation{OrderID: order, Lines: []models.LineQuantity{{Line: 1, Quantity: quantity}}})
	return w.done(w.fulfillment.ConfirmShipment(w.t.Context(), activities.FactStep{OrderID: order, FactID: id, At: issued}))
}

func TestAWarehouseOutsideIsToldWhatIsToLeaveThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	far := w.outside()
	w.receipt("rcp_1", "far", "nail", "6")
	w.approved("ord_1", "far", nil, want{"nail", "10"})
	told := w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	if len(told.FulfilmentOrders) != 1 {
		t.Errorf("to be told: %q", told.FulfilmentOrders)
	}
	w.unchanged(func() { w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued))) })
	w.wantTold(far, "ord_1", "ful_1-1 6")
	w.receipt("rcp_2", "far", "nail", "10")
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	w.wantTold(far, "ord_1", "ful_1-2 10")
	w.shippedFrom("shp_1", "ord_1", "3") // what it has shipped it knows
	w.wantTold(far, "ord_1")
	w.done(w.fulfillment.Amend(t.Context(), activities.AmendInput{OrderID: "ord_1", At: issued, Amendment: models.Amendment{ID: "dec_1", Actor: "sales", Lines: []models.LineQuantity{{Line: 1, Quantity: "8"}}}}))
	w.done(w.fulfillment.Cancel(t.Context(), cancellation("ord_1", "can_1"))) // before it was told of the amendment
	w.wantTold(far, "ord_1", "ful_1-4 3")
	late := w.shippedFrom("shp_2", "ord_1", "2")
	if late.Refused == nil || w.count(`SELECT count(*) FROM tasks WHERE kind = 'shipment_refused' AND role = 'sales'`) != 1 {
		t.Errorf("what left after the cancellation is refused with %v", late.Refused)
	}
	w.balanced()
	w.verified()
}

func TestAWarehouseOutsideIsNotToldWhatMayNotLeave(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "119")
	far := w.outside()
	w.receipt("rcp_1", "far", "nail", "4")
	w.approved("ord_1", "far", shipComplete, want{"nail", "10"})
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	w.wantTold(far, "ord_1") // not complete
	w.receipt("rcp_2", "far", "nail", "20")
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	w.wantTold(far, "ord_1", "ful_1-1 10")
	held := w.done(w.fulfillment.Amend(t.Context(), activities.AmendInput{OrderID: "ord_1", At: issued, Amendment: models.Amendment{ID: "dec_1", Actor: "sales", Lines: []models.LineQuantity{{Line: 1, Quantity: "12"}}}}))
	if held.Stage != models.CreditHold {
		t.Fatalf("more than the limit: %s", held.Stage)
	}
	w.wantTold(far, "ord_1", "ful_1-2 0")
	w.done(w.credit.Rule(t.Context(), activities.RuleInput{OrderID: "ord_1", Ruling: models.CreditRuling{ID: "dec_2", Decision: models.Release, Actor: "credit"}, At: issued}))
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	w.wantTold(far, "ord_1", "ful_1-3 12")
	w.verified()
}

// A warehouse that does not answer calls for a person once; what it has shipped meanwhile it need not be told any more.
func TestAWarehouseThatDoesNotAnswerHoldsNothingUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	far := w.outside()
	w.receipt("rcp_1", "far", "nail", "20")
	for _, order := range []string{"ord_1", "ord_2"} {
		w.approved(order, "far", nil, want{"nail", "10"})
		w.done(w.fulfillment.Fulfil(t.Context(), at(order, issued)))
	}
	far.fails = models.Unavailable("warehouse-unavailable", "it answers 500")
	warehouses := &activities.Warehouses{Pool: w.pool, Caller: far}
	for range 7 {
		if err := warehouses.TellWarehouses(t.Context(), at("ord_1", issued)); models.KindOf(err) != models.KindUnavailable {
			t.Fatal(err)
		}
	}
	if n := w.count(`SELECT count(*) FROM tasks WHERE kind = 'warehouse_silent' AND role = 'warehouse' AND closed_at IS NULL`); n != 1 {
		t.Errorf("%d tasks, want 1", n)
	}
	far.fails = nil
	w.wantTold(far, "ord_1", "ful_1-1 10")
	if n := w.count(`SELECT count(*) FROM tasks WHERE closed_at IS NULL`); n != 0 {
		t.Errorf("%d tasks are open when it has answered", n)
	}
	if shipped := w.shippedFrom("shp_2", "ord_2", "10"); len(shipped.FulfilmentOrders) != 0 || shipped.Refused != nil {
		t.Errorf("confirmed by hand, it is to be told %q, refused: %v", shipped.FulfilmentOrders, shipped.Refused)
	}
	w.wantTold(far, "ord_2")
	w.verified()
}

// A cancellation and a shipment race: one wins, and the warehouse is told what came of it.
func TestACancellationRacesAWarehouseOutside(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	far := w.outside()
	w.receipt("rcp_1", "far", "nail", "60")
	for _, n := range []string{"1", "2", "3", "4", "5", "6"} {
		order := "ord_" + n
		w.approved(order, "far", nil, want{"nail", "10"})
		w.done(w.fulfillment.Fulfil(t.Context(), at(order, issued)))
		w.wantTold(far, order, "ful_"+n+"-1 10")
		w.fact(postgres.ShipmentFact, "shp_"+n, models.ShipmentConfirmation{OrderID: order, Lines: []models.LineQuantity{{Line: 1, Quantity: "10"}}})
		var cancel error
		var shipped models.OrderProgress
		var group sync.WaitGroup
		group.Go(func() { _, cancel = w.fulfillment.Cancel(t.Context(), cancellation(order, "can_"+n)) })
		group.Go(func() {
			shipped = w.done(w.fulfillment.ConfirmShipment(t.Context(), activities.FactStep{OrderID: order, FactID: "shp_" + n, At: issued}))
		})
		group.Wait()
		if (cancel == nil) == (shipped.Refused == nil) {
			t.Errorf("%s: cancelled %v, shipped %v", order, cancel, shipped.Refused)
		}
		if cancel == nil {
			w.wantTold(far, order, "ful_"+n+"-2 0")
		} else {
			w.wantTold(far, order)
		}
	}
	w.verified()
}
