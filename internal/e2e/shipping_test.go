package e2e_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"o2c/workflows"
)

// A customer who is asked about a backorder is reminded, and when it does not answer the policy decides: the order goes on without the rest,
// and closes when what was shipped is paid.
func TestABackorderThatNobodyChoosesAboutEnds(t *testing.T) {
	t.Parallel()
	s := start(t)
	customer, sku := s.customer("9000.00"), s.product("auto", "4")
	s.call("sales", http.MethodPut, "/v1/backorder-policies", body{"answer_days": 5, "otherwise": "cancel"}).want(http.StatusForbidden)
	s.call("manager", http.MethodPut, "/v1/backorder-policies", body{"answer_days": 5, "remind_days": 5, "otherwise": "cancel"}).want(http.StatusUnprocessableEntity).
		is(map[string]string{"errors.0.pointer": "/remind_days"})
	s.call("manager", http.MethodPut, "/v1/backorder-policies", body{"customer_id": customer, "answer_days": 5, "remind_days": 2, "otherwise": "cancel"}).want(http.StatusOK)
	request := orderOf(customer, "auto", sku, "10")
	request["ship_complete"] = true
	order := s.entered(s.post("sales", "/v1/orders", request))
	waitsFor := func() any {
		timer, _ := s.status(order).at("next_timer").(map[string]any) // none until the order is offered to its warehouse
		return timer["purpose"]
	}
	s.eventually("the question", func() bool { return waitsFor() == "reminder of the backorder choice" })
	s.get("/v1/orders/" + order).is(map[string]string{"backorder.state": "open", "backorder.otherwise": "cancel", "lines.0.backordered": "6"})
	s.skip(order, 2)
	s.eventually("the reminder", func() bool {
		return waitsFor() == "end of the time to choose about the backorder"
	})
	s.skip(order, 3)
	s.awaitStage(order, "collecting")
	s.get("/v1/orders/" + order).is(map[string]string{
		"backorder.state": "timed_out", "backorder.choice": "cancel", "backorder.chosen_by": "o2c", "lines.0.shipped": "4", "lines.0.cancelled": "6",
	})
	s.post("sales", "/v1/orders/"+order+"/backorder-choice", body{"choice": "wait"}).want(http.StatusConflict).is(map[string]string{"code": "order-not-backordered"})
	s.wantClean()
}

// Over REST the choice is made by sales: what is there of an order that was to be shipped complete leaves, and the rest when it comes.
func TestAChoiceShipsWhatIsThere(t *testing.T) {
	t.Parallel()
	s := start(t)
	customer, sku := s.customer("9000.00"), s.product("auto", "4")
	request := orderOf(customer, "auto", sku, "10")
	request["ship_complete"] = true
	order := s.entered(s.post("sales", "/v1/orders", request))
	at := "/v1/orders/" + order
	s.eventually("the backorder", func() bool { return s.get(at).str("lines.0.backordered") == "6" })
	s.post("warehouse", at+"/backorder-choice", body{"choice": "wait"}).want(http.StatusForbidden)
	s.post("sales", at+"/backorder-choice", body{"choice": "perhaps"}).want(http.StatusUnprocessableEntity)
	s.post("sales", at+"/backorder-choice", body{"choice": "ship_part", "note": "By telephone"}).want(http.StatusOK)
	s.eventually("the first part", func() bool { return s.get(at).str("lines.0.shipped") == "4" })
	s.post("warehouse", "/v1/products/"+sku+"/receipts", body{"warehouse_id": "auto", "quantity": "6"}).want(http.StatusCreated)
	s.awaitStage(order, "collecting").is(map[string]string{"lines.0.shipped": "10", "backorder.choice": "ship_part", "backorder.chosen_by": "dev-sales"})
	s.wantClean()
}

// What left is judged by what was promised: lines that came in time and whole, one that was late, one that was promised for no day and one of
// which a part came back damaged.
func TestShippingIsJudgedByWhatWasPromised(t *testing.T) {
	t.Parallel()
	s := start(t)
	report := "/v1/reports/shipping?from=2000-01-01&to=2099-12-31"
	s.get(report).is(map[string]string{"formulas.on_time_in_full_percent": "on_time_in_full / promised * 100, to two digits"})
	soon := time.Now().AddDate(1, 0, 0).Format(time.DateOnly)
	customer, sku := s.customer("9000.00"), s.product("main", "100")
	shipment := func(requested string) (order, shipment string) {
		t.Helper()
		request := orderOf(customer, "main", sku, "10")
		if requested != "" {
			request["requested_date"] = requested
		}
		order = s.entered(s.post("sales", "/v1/orders", request))
		s.awaitStage(order, "fulfilling")
		shipment = s.post("warehouse", "/v1/orders/"+order+"/shipments", body{"carrier": "DHL", "lines": []body{{"line": 1, "quantity": "10"}}}).want(http.StatusAccepted).str("id")
		s.awaitStage(order, "collecting")
		return order, shipment
	}
	_, proven := shipment(soon)
	_, late := shipment(time.Now().AddDate(0, 0, 2).Format(time.DateOnly))
	s.post("warehouse", "/v1/shipments/"+late+"/delivery", body{"delivered_at": time.Now().AddDate(0, 0, 9).UTC().Format(time.RFC3339)}).want(http.StatusAccepted)
	shipment("")
	broken, _ := shipment(soon)
	s.post("warehouse", "/v1/shipments/"+proven+"/delivery", body{"delivered_at": s.get("/v1/shipments/" + proven).str("shipped_at"), "signed_by": "A. Smith"}).want(http.StatusAccepted)
	asked := s.post("sales", "/v1/orders/"+broken+"/returns", body{"lines": []body{{"line": 1, "quantity": "1", "reason": "damaged"}}}).want(http.StatusAccepted).str("id")
	s.post("warehouse", "/v1/returns/"+asked+"/receipt", body{"disposition": "credit", "lines": []body{{"line": 1, "quantity": "1"}}}).want(http.StatusAccepted)
	s.eventually("the return", func() bool { return s.get("/v1/returns/"+asked).str("state") == "settled" })
	s.get(report + "&warehouse_id=main&carrier=DHL").is(map[string]string{
		"data.0.warehouse_id": "main", "data.0.carrier": "DHL", "data.0.shipments": "4", "data.0.delivered": "2", "data.0.damaged": "1", "data.0.lost": "0", "data.0.refused": "0",
		"data.0.lines": "4", "data.0.promised": "3", "data.0.on_time": "2", "data.0.in_full": "3", "data.0.on_time_in_full": "1", "data.0.on_time_in_full_percent": "33.33",
	})
	if rows := s.get(report + "&carrier=UPS").list("data"); len(rows) != 0 {
		t.Errorf("of a carrier that took nothing: %v", rows)
	}
	s.call("auditor", http.MethodGet, "/v1/reports/shipping?from=2026-02-01&to=2026-01-01", nil).want(http.StatusUnprocessableEntity).is(map[string]string{"code": "invalid-period"})
}

// A warehouse outside fails, hears what it is to ship in the end with the same id, is told of the cancellation, and confirms through the API.
func TestAWarehouseOutsideIsToldBySignedCalls(t *testing.T) {
	t.Parallel()
	s := start(t)
	var mu sync.Mutex
	var verifier *standardwebhooks.Webhook
	failed := map[string]int{}
	heard := map[string]string{} // id → quantity of line 1
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		payload, _ := io.ReadAll(r.Body)
		if err := verifier.Verify(payload, r.Header); err != nil {
			t.Error(err)
		}
		id := r.Header.Get("webhook-id")
		if failed[id]++; failed[id] == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		var call struct {
			Data struct {
				Lines []struct{ Quantity string }
			}
		}
		if err := json.Unmarshal(payload, &call); err != nil || len(call.Data.Lines) != 1 {
			t.Errorf("%s: %v", payload, err)
			return
		}
		heard[id] = call.Data.Lines[0].Quantity
	}))
	t.Cleanup(receiver.Close)
	mu.Lock()
	for _, refused := range []body{
		{"id": "far", "name": "Far", "mode": "webhook"}, {"id": "far", "name": "Far", "mode": "manual", "webhook_url": receiver.URL},
		{"id": "far", "name": "Far", "mode": "webhook", "webhook_url": "ftp://far.example"}, {"id": "far", "name": "Far", "mode": "webhook", "webhook_url": "https://me:secret@far.example"},
	} {
		s.post("warehouse", "/v1/warehouses", refused).want(http.StatusUnprocessableEntity).is(map[string]string{"errors.0.pointer": "/webhook_url"})
	}
	made := s.post("warehouse", "/v1/warehouses", body{"id": "far", "name": "Far", "mode": "webhook", "webhook_url": receiver.URL}).want(http.StatusCreated)
	var err error
	if verifier, err = standardwebhooks.NewWebhook(made.str("secret")); err != nil {
		t.Fatal(err)
	}
	mu.Unlock()
	customer, sku := s.customer("9000.00"), s.product("far", "20")
	hears := func(id, quantity string) {
		t.Helper()
		s.eventually(id+" with "+quantity, func() bool {
			mu.Lock()
			defer mu.Unlock()
			return heard[id] == quantity
		})
	}
	shipped, cancelled := s.entered(s.post("sales", "/v1/orders", orderOf(customer, "far", sku, "10"))), s.entered(s.post("sales", "/v1/orders", orderOf(customer, "far", sku, "5")))
	hears("ful_"+shipped[len("ord_"):]+"-1", "10")
	hears("ful_"+cancelled[len("ord_"):]+"-1", "5")
	s.post("warehouse", "/v1/orders/"+shipped+"/shipments", body{"lines": []body{{"line": 1, "quantity": "10"}}}).want(http.StatusAccepted)
	s.awaitStage(shipped, "collecting")
	s.post("sales", "/v1/orders/"+cancelled+"/cancellation", body{"reason": "changed our mind"}).want(http.StatusOK)
	hears("ful_"+cancelled[len("ord_"):]+"-2", "0")
	s.post("warehouse", "/v1/orders/"+cancelled+"/shipments", body{"lines": []body{{"line": 1, "quantity": "5"}}}).want(http.StatusConflict)
	s.awaitEnd(workflows.OrderID(cancelled))
	if bytes.Contains(s.get("/v1/warehouses").raw, []byte("whsec_")) {
		t.Error("the list of warehouses shows a secret")
	}
	s.wantClean()
}
