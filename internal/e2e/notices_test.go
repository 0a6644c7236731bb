package e2e_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"o2c/workflows"
)

// An order that waits for stock, is changed, and leaves in two parts, with a mail server that takes nothing for a while: neither the
// goods nor the payment wait for it, and then everything is told once, in its order.
func TestACustomerIsToldOnceOfEachVersionAndShipmentWhateverTheMailServerDoes(t *testing.T) {
	t.Parallel()
	s := start(t)
	customer := s.customer("5000.00")
	sku := s.product("main", "6")
	s.mails.close()
	order := s.order(customer, "main", sku, "10")
	s.post("sales", "/v1/orders/"+order+"/amendments", body{"lines": []body{{"line": 1, "quantity": "8"}}}).want(http.StatusOK)
	first := s.ship(order, "6").str("id")
	s.eventually("the first invoice", func() bool { return len(s.invoices(order)) == 1 })
	s.receive(sku, "main", "2")
	second := s.ship(order, "2").str("id")
	s.awaitStage(order, "collecting")
	numbers := s.invoices(order)
	s.pay(customer, "714.00", numbers[0])
	s.pay(customer, "238.00", numbers[1])
	s.awaitStage(order, "closed").is(map[string]string{"outcome": "paid"})
	if told := s.mails.subjects(); len(told) > 0 {
		t.Errorf("a server that takes nothing took %q", told)
	}

	s.mails.open()
	s.awaitEnd(workflows.OrderID(order))
	want := []string{
		"Order confirmation " + order, "Changed order confirmation " + order + ", version 2",
		"Shipping notice " + first, "Invoice " + numbers[0], "Shipping notice " + second, "Invoice " + numbers[1],
	}
	if told := s.mails.subjects(); !slices.Equal(told, want) {
		t.Errorf("the customer is told\n%q, want\n%q", told, want)
	}
	var kinds []string
	for _, row := range s.get("/v1/orders/" + order + "/timeline").list("data") {
		event, _ := row.(map[string]any)
		if kind := fmt.Sprint(event["kind"]); kind == "order-confirmed" || kind == "shipment-announced" {
			kinds = append(kinds, kind)
		}
	}
	if !slices.Equal(kinds, []string{"order-confirmed", "order-confirmed", "shipment-announced", "shipment-announced"}) {
		t.Errorf("the timeline has %v", kinds)
	}
	s.wantClean()
}
