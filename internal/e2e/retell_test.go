package e2e_test

import (
	"net/http"
	"testing"

	"o2c/models"
	"o2c/postgres"
)

// Facts that were recorded, and whose teller died before it could tell anyone, are told again.
func TestAFactThatNobodyWasToldOfIsToldAgain(t *testing.T) {
	t.Parallel()
	s := start(t)
	customer, sku := s.customer("100000.00"), s.product("main", "10")
	order := s.order(customer, "main", sku, "1")
	accept := func(kind, id, customerID, orderID, content string) {
		t.Helper()
		fact := postgres.Fact{ID: id, Kind: kind, CustomerID: &customerID, Content: []byte(content), Actor: "dev-warehouse"}
		if orderID != "" {
			fact.OrderID = &orderID
		}
		if _, err := postgres.AcceptFact(t.Context(), s.pool, fact); err != nil {
			t.Fatal(err)
		}
	}
	retell := func(want int) {
		t.Helper()
		told, err := s.commands().Retell(t.Context(), 0)
		if err != nil || told != want {
			t.Fatalf("%d facts were told again (%v), want %d", told, err, want)
		}
	}
	accept(postgres.ShipmentFact, "shp_1", customer, order, `{"order_id": "`+order+`", "lines": [{"line": 1, "quantity": "1"}]}`)
	s.get("/v1/shipments/shp_1").is(map[string]string{"state": "processing"})
	retell(1)
	s.awaitStage(order, string(models.Collecting))
	accept(postgres.PaymentFact, "pay_1", customer, "", `{"id": "pay_1", "customer_id": "`+customer+`",
		"amount": {"amount": "119.00", "currency": "EUR"}, "value_date": "2026-01-01", "method": "cash"}`)
	retell(1)
	s.awaitStage(order, string(models.Closed))
	retell(0)
	if status := s.call("auditor", http.MethodGet, "/v1/shipments/shp_none", nil).Status; status != http.StatusNotFound {
		t.Errorf("an unknown shipment answers %d", status)
	}
	s.wantClean()
}
