package e2e_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

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
	s.eventually("the question", func() bool { return s.status(order).str("next_timer.purpose") == "reminder of the backorder choice" })
	s.get("/v1/orders/" + order).is(map[string]string{"backorder.state": "open", "backorder.otherwise": "cancel", "lines.0.backordered": "6"})
	s.skip(order, 2)
	s.eventually("the reminder", func() bool {
		return s.status(order).str("next_timer.purpose") == "end of the time to choose about the backorder"
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
