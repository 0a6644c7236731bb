package activities_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"o2c/activities"
	"o2c/models"
	"o2c/postgres"
)

// waiting makes orders that wait for nails, each entered a minute after the one before.
func (w *world) waiting(quantities map[string]string, order ...string) {
	w.t.Helper()
	for n, id := range order {
		w.accept(id, "acme", "main", nil, want{"nail", quantities[id]})
		instant := issued.Add(time.Duration(n) * time.Minute)
		w.done(w.credit.Approve(w.t.Context(), at(id, instant)))
		w.done(w.fulfillment.Fulfil(w.t.Context(), at(id, instant)))
	}
}

func (w *world) reserved() map[string]string {
	w.t.Helper()
	rows, err := w.pool.Query(w.t.Context(), `SELECT order_id, trim_scale(sum(reserved))::text FROM order_lines GROUP BY order_id`)
	w.must(err)
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var id, quantity string
		w.must(rows.Scan(&id, &quantity))
		out[id] = quantity
	}
	w.must(rows.Err())
	return out
}

func TestReceiveServesFirstInFirstOut(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		received string
		want     map[string]string
		told     []string
	}{
		"too little for the first goes to the first": {"3", map[string]string{"ord_z": "3", "ord_a": "0", "ord_m": "0"}, []string{"ord_z: stock of rcp_1"}},
		"the rest goes to the second":                {"7", map[string]string{"ord_z": "5", "ord_a": "2", "ord_m": "0"}, []string{"ord_a: stock of rcp_1", "ord_z: stock of rcp_1"}},
		"what nobody waits for stays free": {"100", map[string]string{"ord_z": "5", "ord_a": "5", "ord_m": "5"},
			[]string{"ord_a: stock of rcp_1", "ord_m: stock of rcp_1", "ord_z: stock of rcp_1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.customer("acme", "unlimited")
			w.waiting(map[string]string{"ord_z": "5", "ord_a": "5", "ord_m": "5"}, "ord_z", "ord_a", "ord_m")
			w.receipt("rcp_1", "main", "nail", c.received)
			if diff := cmp.Diff(c.want, w.reserved()); diff != "" {
				t.Errorf("reserved (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.told, w.told.all()); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
			w.unchanged(func() {
				w.must(w.fulfillment.Receive(t.Context(), activities.ReceiptInput{ReceiptID: "rcp_1", At: issued}))
			})
			if diff := cmp.Diff(c.told, w.told.all()); diff != "" {
				t.Errorf("a retry tells other orders (-want +got):\n%s", diff)
			}
			w.balanced()
		})
	}
}

// A receipt whose orders could not be told is booked, and a retry tells them.
func TestReceiveTellsAgainAfterAFailure(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.waiting(map[string]string{"ord_1": "5"}, "ord_1")
	w.told.fails = errors.New("the engine is away")
	w.fact(postgres.StockReceiptFact, "rcp_1", models.StockReceipt{SKU: "nail", WarehouseID: "main", Quantity: "5"})
	in := activities.ReceiptInput{ReceiptID: "rcp_1", At: issued}
	if err := w.fulfillment.Receive(t.Context(), in); !errors.Is(err, w.told.fails) {
		t.Fatalf("%v", err)
	}
	w.told.fails = nil
	w.unchanged(func() { w.must(w.fulfillment.Receive(t.Context(), in)) })
	if diff := cmp.Diff([]string{"ord_1: stock of rcp_1"}, w.told.all()); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}

func TestReceiveLeavesOtherWarehousesAndProducts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.waiting(map[string]string{"ord_1": "5"}, "ord_1")
	w.receipt("rcp_1", "auto", "nail", "5")
	w.receipt("rcp_2", "main", "book", "5")
	if got := w.reserved()["ord_1"]; got != "0" {
		t.Errorf("%s nails of another warehouse are reserved", got)
	}
	if got := w.free("auto", "nail") + " " + w.free("main", "book"); got != "5 5" {
		t.Errorf("free: %s", got)
	}
	w.balanced()
}
