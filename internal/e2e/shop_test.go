package e2e_test

import (
	"maps"
	"net/http"
	"slices"

	"github.com/google/uuid"

	"o2c/postgres"
)

type body = map[string]any

// customer makes a customer in EUR with a credit limit; "" sets none.
func (s *stack) customer(limit string, more ...body) string {
	s.t.Helper()
	request := body{"name": "Buyer", "email": "ap@buyer.example", "country": "DE", "currency": "EUR", "time_zone": "Europe/Berlin"}
	if limit != "" {
		request["credit_limit"] = limit
	}
	for _, extra := range more {
		maps.Copy(request, extra)
	}
	return s.post("credit", "/v1/customers", request).want(http.StatusCreated).str("id")
}

// product makes a product at 100.00 EUR with 19 % tax, with so many in a warehouse.
func (s *stack) product(warehouse, quantity string) string {
	s.t.Helper()
	sku := "SKU-" + uuid.NewString()[:8]
	s.post("billing", "/v1/products", body{
		"sku": sku, "name": "Widget", "prices": body{"EUR": "100.00"}, "tax_category": "S", "tax_rate": "19", "stocked": true,
	}).want(http.StatusCreated)
	if quantity != "" {
		s.receive(sku, warehouse, quantity)
	}
	return sku
}

func (s *stack) receive(sku, warehouse, quantity string) {
	s.t.Helper()
	a := s.post("warehouse", "/v1/products/"+sku+"/receipts", body{"warehouse_id": warehouse, "quantity": quantity}).want(http.StatusCreated, http.StatusAccepted)
	if a.Status == http.StatusAccepted { // a busy machine
		s.eventually("the receipt to be booked", func() bool {
			fact, err := postgres.ReadFact(s.t.Context(), s.pool, a.str("id"), postgres.StockReceiptFact)
			return err == nil && fact.SettledAt != nil
		})
	}
}

func orderOf(customer, warehouse, sku, quantity string) body {
	return body{"customer_id": customer, "currency": "EUR", "warehouse_id": warehouse, "lines": []body{{"sku": sku, "quantity": quantity}}}
}

// order enters an order of one line and returns its id.
func (s *stack) order(customer, warehouse, sku, quantity string) string {
	s.t.Helper()
	return s.post("sales", "/v1/orders", orderOf(customer, warehouse, sku, quantity)).want(http.StatusCreated).str("id")
}

// awaitStage long-polls until the order is in a stage or a later one.
func (s *stack) awaitStage(order, stage string) answer {
	s.t.Helper()
	a := s.get("/v1/orders/" + order + "?wait_for=" + stage + "&timeout=20s")
	if a.str("stage") != stage {
		s.t.Fatalf("order %s is in stage %s, want %s", order, a.str("stage"), stage)
	}
	return a
}

// invoices are the invoices of an order, oldest first.
func (s *stack) invoices(order string) []string {
	s.t.Helper()
	var numbers []string
	for _, row := range s.get("/v1/invoices?order_id=" + order).list("data") {
		number, _ := row.(map[string]any)["number"].(string)
		numbers = append(numbers, number)
	}
	slices.Sort(numbers)
	return numbers
}

func (s *stack) invoice(order string) string {
	s.t.Helper()
	numbers := s.invoices(order)
	if len(numbers) != 1 {
		s.t.Fatalf("order %s has invoices %v, want one", order, numbers)
	}
	return numbers[0]
}

func (s *stack) ship(order, quantity string) answer {
	s.t.Helper()
	return s.post("warehouse", "/v1/orders/"+order+"/shipments", body{"lines": []body{{"line": 1, "quantity": quantity}}}).want(http.StatusAccepted)
}

func (s *stack) pay(customer, amount, reference string) answer {
	s.t.Helper()
	return s.post("cashier", "/v1/payments", body{
		"customer_id": customer, "amount": amount, "currency": "EUR", "method": "bank_transfer", "reference": reference,
	}).want(http.StatusCreated)
}

func (s *stack) skip(order string, days int) answer {
	s.t.Helper()
	return s.post("admin", "/v1/dev/orders/"+order+"/fast-forward", body{"days": days}).want(http.StatusOK)
}
