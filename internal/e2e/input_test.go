package e2e_test

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"go.temporal.io/api/workflowservice/v1"
)

// Bad input at every route that writes: the right 4xx with a stable code, no row and no workflow.
func TestBadInputLeavesNothing(t *testing.T) {
	t.Parallel()
	s := start(t)
	customer, sku := s.customer("100000.00"), s.product("main", "10")
	order := s.order(customer, "main", sku, "1")
	s.ship(order, "1")
	s.awaitStage(order, "collecting")
	invoice := s.invoice(order)
	held := s.order(s.customer("1.00"), "main", sku, "1")

	line := func(l body) body { return body{"customer_id": customer, "currency": "EUR", "lines": []body{l}} }
	payment := func(field string, value any) body {
		p := body{"customer_id": customer, "amount": "1.00", "currency": "EUR", "method": "cash"}
		p[field] = value
		return p
	}
	dispute := func(amount any) body {
		return body{"amount": amount, "reason": "pricing", "note": "", "raised_by": "x"}
	}
	cases := []struct {
		name   string
		role   string
		path   string
		body   any
		status int
		code   string
	}{
		{"an order of a negative quantity", "sales", "/v1/orders", line(body{"sku": sku, "quantity": "-1"}), 422, ""},
		{"an order of nothing", "sales", "/v1/orders", line(body{"sku": sku, "quantity": "0"}), 422, ""},
		{"an order of a huge quantity", "sales", "/v1/orders", line(body{"sku": sku, "quantity": "1000000000000000"}), 422, ""},
		{"an order over a huge amount", "sales", "/v1/orders", line(body{"sku": sku, "quantity": "999999999999999"}), 422, "amount-too-large"},
		{"an order with a number for a quantity", "sales", "/v1/orders", line(body{"sku": sku, "quantity": 1}), 422, ""},
		{"an order with an exponent", "sales", "/v1/orders", line(body{"sku": sku, "quantity": "1e3"}), 422, ""},
		{"an order with too many decimals", "sales", "/v1/orders", line(body{"sku": sku, "quantity": "1.1234567"}), 422, ""},
		{"an order of an unknown product", "sales", "/v1/orders", line(body{"sku": "NONE", "quantity": "1"}), 422, "sku-not-found"},
		{"an order at a negative price", "sales", "/v1/orders", line(body{"sku": sku, "quantity": "1", "unit_price": "-1.00"}), 422, ""},
		{"an order without lines", "sales", "/v1/orders", body{"customer_id": customer, "currency": "EUR", "lines": []body{}}, 422, ""},
		{"an order of an unknown customer", "sales", "/v1/orders", body{"customer_id": "nobody", "currency": "EUR", "lines": []body{{"sku": sku, "quantity": "1"}}}, 422, "customer-not-found"},
		{"an order in an unknown currency", "sales", "/v1/orders", body{"customer_id": customer, "currency": "XXX", "lines": []body{{"sku": sku, "quantity": "1"}}}, 422, ""},
		{"an order in another currency", "sales", "/v1/orders", body{"customer_id": customer, "currency": "USD", "lines": []body{{"sku": sku, "quantity": "1"}}}, 422, "currency-mismatch"},
		{"an order with an unknown field", "sales", "/v1/orders", body{"customer_id": customer, "currency": "EUR", "lines": []body{{"sku": sku, "quantity": "1"}}, "hacked": true}, 422, ""},
		{"an order by a wrong role", "warehouse", "/v1/orders", line(body{"sku": sku, "quantity": "1"}), 403, "forbidden"},
		{"a customer with a bad limit", "credit", "/v1/customers", body{"name": "X", "email": "x@example.com", "country": "DE", "currency": "EUR", "credit_limit": "1.001"}, 422, ""},
		{"a customer with a yen limit of half a yen", "credit", "/v1/customers", body{"name": "X", "email": "x@example.com", "country": "JP", "currency": "JPY", "credit_limit": "10.5"}, 422, ""},
		{"a product with a bad price", "billing", "/v1/products", body{"sku": "P1", "name": "P", "prices": body{"EUR": "-1"}, "tax_category": "S", "tax_rate": "19"}, 422, ""},
		{"a product in an unknown currency", "billing", "/v1/products", body{"sku": "P1", "name": "P", "prices": body{"XXX": "1"}, "tax_category": "S", "tax_rate": "19"}, 422, ""},
		{"a receipt of nothing", "warehouse", "/v1/products/" + sku + "/receipts", body{"quantity": "0"}, 422, ""},
		{"a receipt of an unknown product", "warehouse", "/v1/products/NONE/receipts", body{"quantity": "1"}, 404, ""},
		{"a shipment of more than was ordered", "warehouse", "/v1/orders/" + held + "/shipments", body{"lines": []body{{"line": 1, "quantity": "1"}}}, 409, "order-on-hold"},
		{"a shipment of an unknown order", "warehouse", "/v1/orders/ord_none/shipments", body{"lines": []body{{"line": 1, "quantity": "1"}}}, 404, "order-not-found"},
		{"a credit decision that is none", "credit", "/v1/orders/" + held + "/credit-decisions", body{"decision": "perhaps", "reason": ""}, 422, ""},
		{"a credit decision on an order that is not held", "credit", "/v1/orders/" + order + "/credit-decisions", body{"decision": "release", "reason": ""}, 409, "order-not-on-hold"},
		{"a payment of a negative amount", "cashier", "/v1/payments", payment("amount", "-1.00"), 422, ""},
		{"a payment of nothing", "cashier", "/v1/payments", payment("amount", "0.00"), 422, ""},
		{"a payment of half a cent", "cashier", "/v1/payments", payment("amount", "1.005"), 422, ""},
		{"a payment with a number for an amount", "cashier", "/v1/payments", payment("amount", 1.5), 422, ""},
		{"a payment of a huge amount", "cashier", "/v1/payments", payment("amount", "1000000000000000.00"), 422, ""},
		{"a payment in an unknown currency", "cashier", "/v1/payments", payment("currency", "ABC"), 422, ""},
		{"a payment by an unknown customer", "cashier", "/v1/payments", payment("customer_id", "nobody"), 422, "customer-not-found"},
		{"a payment by an unknown method", "cashier", "/v1/payments", payment("method", "shells"), 422, ""},
		{"a dispute over more than is open", "collector", "/v1/invoices/" + invoice + "/disputes", dispute("119.01"), 422, ""},
		{"a dispute over nothing", "collector", "/v1/invoices/" + invoice + "/disputes", dispute("0.00"), 422, ""},
		{"a dispute of an unknown invoice", "collector", "/v1/invoices/INV-1999-000001/disputes", dispute("1.00"), 404, "invoice-not-found"},
		{"a resolution of an unknown dispute", "collector", "/v1/disputes/dsp_none/resolution", body{"outcome": "rejected", "note": ""}, 404, "dispute-not-found"},
		{"a cancellation of an unknown order", "sales", "/v1/orders/ord_none/cancellation", body{"reason": ""}, 404, "order-not-found"},
		{"a fast-forward backwards", "admin", "/v1/dev/orders/" + order + "/fast-forward", body{"days": -1}, 422, ""},
	}
	before := s.rows()
	for _, c := range []struct {
		role, method, path string
		body               body
		status             int
	}{
		{"billing", http.MethodPut, "/v1/company", body{"legal_name": ""}, 422},
		{"credit", http.MethodPut, "/v1/customers/" + customer + "/credit-limit", body{"amount": "-1.00", "currency": "EUR", "reason": ""}, 422},
		{"credit", http.MethodPut, "/v1/customers/" + customer + "/credit-limit", body{"amount": "1.001", "currency": "EUR", "reason": ""}, 422},
		{"credit", http.MethodPut, "/v1/customers/" + customer + "/credit-limit", body{"amount": "1.00", "currency": "USD", "reason": ""}, 422},
		{"credit", http.MethodPatch, "/v1/customers/" + customer, body{"time_zone": "Nowhere/Land"}, 422},
		{"credit", http.MethodPatch, "/v1/customers/" + customer, body{"hacked": true}, 422},
		{"warehouse", http.MethodPost, "/v1/warehouses", body{"id": "w", "name": "W", "mode": "magic"}, 422},
		{"warehouse", http.MethodPost, "/v1/orders/" + held + "/shipments", body{"lines": []body{{"line": 1, "quantity": "-1"}}}, 422},
		{"warehouse", http.MethodPost, "/v1/shipments/shp_none/delivery", body{"delivered_at": "yesterday"}, 422},
		{"sales", http.MethodPost, "/v1/orders/" + order + "/cancellation", body{"reason": 1}, 422},
		{"manager", http.MethodPost, "/v1/orders/" + order + "/interventions", body{"action": "explode", "reason": ""}, 422},
		{"collector", http.MethodPost, "/v1/disputes/dsp_none/resolution", body{"outcome": "perhaps", "note": ""}, 422},
	} {
		a := s.call(c.role, c.method, c.path, c.body)
		if code, _ := a.Body["code"].(string); a.Status != c.status || code == "" {
			t.Errorf("%s %s %v: %d %q, want %d: %s", c.method, c.path, c.body, a.Status, code, c.status, a.raw)
		}
	}
	for _, c := range cases {
		a := s.post(c.role, c.path, c.body)
		code, _ := a.Body["code"].(string)
		if a.Status != c.status || code == "" || c.code != "" && code != c.code {
			t.Errorf("%s: %d %q, want %d %q: %s", c.name, a.Status, code, c.status, c.code, a.raw)
		}
		if !strings.HasPrefix(a.Header.Get("Content-Type"), "application/problem+json") {
			t.Errorf("%s: content type %q", c.name, a.Header.Get("Content-Type"))
		}
	}
	for name, c := range map[string]struct {
		key, role, body string
		status          int
	}{
		"a body of 12 MB":   {uuid.NewString(), "sales", `{"customer_id":"` + strings.Repeat("x", 12<<20) + `"}`, 413},
		"broken JSON":       {uuid.NewString(), "sales", `{"customer_id":`, 400},
		"a missing key":     {"", "sales", `{}`, 400},
		"an unknown caller": {uuid.NewString(), "nobody", `{}`, 401},
	} {
		if status := s.raw(c.role, c.key, c.body); status != c.status {
			t.Errorf("%s: %d, want %d", name, status, c.status)
		}
	}
	if after := s.rows(); after != before {
		t.Errorf("rows and workflows were %s, are %s", before, after)
	}
	s.wantClean()
}

// raw posts bytes as an order.
func (s *stack) raw(role, key, content string) int {
	s.t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, s.url+"/v1/orders", bytes.NewReader([]byte(content)))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer dev-"+role)
	request.Header.Set("Content-Type", "application/json")
	if key != "" {
		request.Header.Set("Idempotency-Key", key)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.StatusCode
}

// rows counts what a refused request must not add to: every table of the process, and the workflows of this stack.
func (s *stack) rows() string {
	s.t.Helper()
	var counts string
	err := s.pool.QueryRow(s.t.Context(), `
		SELECT concat_ws(' ', (SELECT count(*) FROM orders), (SELECT count(*) FROM facts), (SELECT count(*) FROM customers),
		       (SELECT count(*) FROM products), (SELECT count(*) FROM payments), (SELECT count(*) FROM disputes), (SELECT count(*) FROM shipments),
		       (SELECT count(*) FROM ledger_entries), (SELECT count(*) FROM events), (SELECT count(*) FROM credit_decisions),
		       (SELECT count(*) FROM stock_receipts), (SELECT count(*) FROM audit_log))`).Scan(&counts)
	if err != nil {
		s.t.Fatal(err)
	}
	found, err := s.engine.CountWorkflow(s.t.Context(), &workflowservice.CountWorkflowExecutionsRequest{Query: `TaskQueue = "` + s.queue + `"`})
	if err != nil {
		s.t.Fatal(err)
	}
	return counts + " and " + string(rune('0'+found.GetCount()%10)) + " workflows"
}
