package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// shippedOrder brings an order of six lanterns (6 × 3.39 and 19 %: 24.20) to its invoice, from a warehouse with twelve.
func (l *live) shippedOrder() (order, invoice string) {
	l.t.Helper()
	customer, _ := l.customer(), l.product()
	l.must(http.StatusCreated, http.MethodPost, "/products/LANTERN/receipts", warehouse, `{"quantity": "12", "warehouse_id": "auto"}`)
	order = l.order(http.StatusCreated, customer, "auto")
	l.await(order, "collecting")
	return order, l.invoiceOf(order)
}

func (l *live) stock(warehouseID string) (onHand string) {
	l.t.Helper()
	l.must(http.StatusOK, http.MethodGet, "/products/LANTERN", auditor, "")
	if err := l.db.QueryRow(l.t.Context(), `SELECT trim_scale(on_hand) FROM stock WHERE warehouse_id = $1`, warehouseID).Scan(&onHand); err != nil {
		l.t.Fatal(err)
	}
	return onHand
}

// Half of an order comes back: two lanterns are credited while it collects, one is replaced, and after it is paid and closed one more is
// refunded. 3.39 × 2 = 6.78 and 1.29 tax; the last one of 3.39 and 0.64.
func TestHalfOfAnOrderComesBack(t *testing.T) {
	t.Parallel()
	l := startLive(t)
	l.work(postbox{})
	order, invoice := l.shippedOrder()
	returns := "/orders/" + order + "/returns"

	key := header("Idempotency-Key", "two-come-back")
	ask := `{"lines": [{"line": 1, "quantity": "2.0", "reason": "damaged"}], "note": "Broken glass"}`
	asked := l.must(http.StatusAccepted, http.MethodPost, returns, sales, ask, key)
	asked.is(t, map[string]string{"state": "requested", "lines.0.quantity": "2", "lines.0.received": "0", "order_id": order, "note": "Broken glass"})
	l.crash("two-come-back", true) // the answer was lost
	again := l.must(http.StatusAccepted, http.MethodPost, returns, sales, ask, key)
	if first := strings.TrimPrefix(asked.header.Get("Location"), base); again.at(t, "id") != asked.at(t, "id") || first != "/returns/"+asked.at(t, "id") {
		t.Errorf("again %s, at first %s", again.body, first)
	}
	l.must(http.StatusOK, http.MethodGet, "/orders/"+order, auditor, "").is(t, map[string]string{"lines.0.to_return": "2", "lines.0.returned": "0"})
	if status := l.must(http.StatusOK, http.MethodGet, "/orders/"+order+"/status", auditor, ""); !strings.Contains(status.body, `"return_receipt"`) {
		t.Error(status.body)
	}

	// What is wrong is refused with its place, and changes nothing.
	for body, code := range map[string]string{
		`{"lines": [{"line": 1, "quantity": "4.000001", "reason": "other"}]}`:                                           "more-than-shipped",
		`{"lines": [{"line": 2, "quantity": "1", "reason": "other"}]}`:                                                  "line-not-found",
		`{"lines": [{"line": 1, "quantity": "1", "reason": "other"}, {"line": 1, "quantity": "1", "reason": "other"}]}`: "line-repeated",
		`{"lines": [{"line": 1, "quantity": "1", "reason": "whim"}]}`:                                                   "invalid-request",
		`{"lines": [{"line": 1, "quantity": 1, "reason": "other"}]}`:                                                    "invalid-request",
		`{"lines": [{"line": 1, "quantity": "0", "reason": "other"}]}`:                                                  "invalid-request",
		`{"lines": []}`: "invalid-request",
	} {
		status := http.StatusUnprocessableEntity
		if code == "more-than-shipped" {
			status = http.StatusConflict
		}
		a := l.must(status, http.MethodPost, returns, sales, body)
		l.refused(code, a)
		if len(a.pointers(t)) == 0 {
			t.Errorf("no pointer: %s", a.body)
		}
	}
	l.must(http.StatusForbidden, http.MethodPost, returns, cashier, ask)
	l.must(http.StatusNotFound, http.MethodPost, "/orders/ord_none/returns", sales, ask)
	path := "/returns/" + asked.at(t, "id")
	l.must(http.StatusForbidden, http.MethodPost, path+"/receipt", sales, `{"lines": [], "disposition": "credit"}`)
	l.must(http.StatusNotFound, http.MethodPost, "/returns/ret_none/receipt", warehouse, `{"lines": [], "disposition": "credit"}`)
	l.refused("more-than-requested", l.must(http.StatusConflict, http.MethodPost, path+"/receipt", warehouse, `{"lines": [{"line": 1, "quantity": "2.000001"}], "disposition": "credit"}`))
	l.refused("warehouse-not-found", l.must(http.StatusUnprocessableEntity, http.MethodPost, path+"/receipt", warehouse, `{"lines": [], "disposition": "credit", "warehouse_id": "moon"}`))
	l.refused("invalid-request", l.must(http.StatusUnprocessableEntity, http.MethodPost, path+"/receipt", warehouse, `{"lines": [], "disposition": "burn"}`))

	// An open dispute over just that ends with it.
	dispute := l.must(http.StatusAccepted, http.MethodPost, "/invoices/"+invoice+"/disputes", collector, `{"amount": "8.07", "line": 1, "reason": "damaged", "note": "", "raised_by": "A. Smith"}`).at(t, "id")
	key = header("Idempotency-Key", "two-came-back")
	receipt := `{"lines": [{"line": 1, "quantity": "2", "saleable": true}], "disposition": "credit"}`
	settled := l.must(http.StatusAccepted, http.MethodPost, path+"/receipt", warehouse, receipt, key)
	settled.is(t, map[string]string{"state": "settled", "disposition": "credit", "receipt.state": "settled", "lines.0.received": "2", "lines.0.restocked": "2"})
	l.crash("two-came-back", true)
	if again := l.must(http.StatusAccepted, http.MethodPost, path+"/receipt", warehouse, receipt, key); again.at(t, "credit_notes.0") != settled.at(t, "credit_notes.0") {
		t.Errorf("tried again it is %s", again.body)
	}
	note := l.must(http.StatusOK, http.MethodGet, "/credit-notes/"+settled.at(t, "credit_notes.0"), auditor, "")
	note.is(t, map[string]string{"total": "8.07", "net_total": "6.78", "tax_total": "1.29", "lines.0.quantity": "2", "preceding_invoice": invoice})
	l.must(http.StatusOK, http.MethodGet, "/disputes/"+dispute, auditor, "").is(t, map[string]string{"state": "accepted", "credit_note": note.at(t, "number")})
	l.must(http.StatusOK, http.MethodGet, "/invoices/"+invoice, auditor, "").is(t, map[string]string{"open_amount": "16.13", "disputed_amount": "0.00"})
	if onHand := l.stock("auto"); onHand != "8" {
		t.Errorf("%s are on hand, want 6 and the 2 that came back", onHand)
	}
	l.refused("return-ended", l.must(http.StatusConflict, http.MethodPost, path+"/receipt", warehouse, receipt))

	// One is replaced: nothing in the other warehouse to do that with, and then from where it can be. It is not billed.
	path = "/returns/" + l.must(http.StatusAccepted, http.MethodPost, returns, warehouse, `{"lines": [{"line": 1, "quantity": "1", "reason": "wrong_item"}]}`).at(t, "id")
	replaced := l.must(http.StatusAccepted, http.MethodPost, path+"/receipt", warehouse, `{"lines": [{"line": 1, "quantity": "1"}], "disposition": "replace", "warehouse_id": "main"}`)
	replaced.is(t, map[string]string{"state": "requested", "receipt.state": "refused", "receipt.code": "insufficient-stock"})
	replaced = l.must(http.StatusAccepted, http.MethodPost, path+"/receipt", warehouse, `{"lines": [{"line": 1, "quantity": "1"}], "disposition": "replace"}`)
	replaced.is(t, map[string]string{"state": "settled", "receipt.state": "settled", "credit_notes": "[]"})
	l.must(http.StatusOK, http.MethodGet, "/shipments/"+replaced.at(t, "shipment"), auditor, "").is(t, map[string]string{"state": "shipped", "lines.0.quantity": "1", "invoice": "<nil>"})
	if n := len(l.must(http.StatusOK, http.MethodGet, "/invoices?order_id="+order, auditor, "").field(t, "data").([]any)); n != 1 {
		t.Errorf("%d invoices", n)
	}

	// Paid and closed; it comes to life for what comes back then.
	customer := note.at(t, "customer_id")
	l.must(http.StatusCreated, http.MethodPost, "/payments", cashier, fmt.Sprintf(`{"customer_id": %q, "amount": "16.13", "currency": "EUR", "method": "bank_transfer", "reference": %q}`, customer, invoice))
	l.await(order, "closed").is(t, map[string]string{"outcome": "paid", "lines.0.returned": "3", "lines.0.replaced": "1", "lines.0.invoiced": "6"})
	path = "/returns/" + l.must(http.StatusAccepted, http.MethodPost, returns, sales, `{"lines": [{"line": 1, "quantity": "1", "reason": "not_wanted"}]}`).at(t, "id")
	refunded := l.must(http.StatusAccepted, http.MethodPost, path+"/receipt", warehouse, `{"lines": [{"line": 1, "quantity": "1", "saleable": true}], "disposition": "refund"}`)
	refunded.is(t, map[string]string{"state": "settled", "disposition": "refund"})
	l.must(http.StatusOK, http.MethodGet, "/credit-notes/"+refunded.at(t, "credit_notes.0"), auditor, "").is(t, map[string]string{"total": "4.03", "customer_credit": "4.03", "remaining_credit": "0.00"})
	l.must(http.StatusOK, http.MethodGet, "/customers/"+customer+"/exposure", auditor, "").is(t, map[string]string{"exposure": "0.00", "customer_credit": "0.00"})
	l.await(order, "closed").is(t, map[string]string{"outcome": "paid", "lines.0.returned": "4"})

	// A return of which nothing is accepted.
	path = "/returns/" + l.must(http.StatusAccepted, http.MethodPost, returns, sales, `{"lines": [{"line": 1, "quantity": "2", "reason": "late"}]}`).at(t, "id")
	l.must(http.StatusAccepted, http.MethodPost, path+"/receipt", warehouse, `{"lines": [], "disposition": "credit", "note": "Used"}`).is(t, map[string]string{"state": "refused", "reason": "Used"})

	page := l.must(http.StatusOK, http.MethodGet, "/returns?limit=3&order_id="+order, auditor, "")
	page.is(t, map[string]string{"data.0.state": "refused", "data.1.disposition": "refund", "data.2.disposition": "replace"})
	l.must(http.StatusOK, http.MethodGet, "/returns?limit=3&order_id="+order+"&cursor="+page.at(t, "next_cursor"), auditor, "").is(t, map[string]string{"data.0.disposition": "credit", "next_cursor": "<nil>"})
	l.must(http.StatusOK, http.MethodGet, "/returns?state=requested", auditor, "").is(t, map[string]string{"data": "[]"})
	l.must(http.StatusOK, http.MethodGet, path, auditor, "")
}

// Without a worker a return is accepted, and carried out when there is one.
func TestAReturnSurvivesAWorkersAbsence(t *testing.T) {
	t.Parallel()
	l := startLive(t)
	stop := l.work(postbox{})
	order, _ := l.shippedOrder()
	stop()
	asked := l.must(http.StatusAccepted, http.MethodPost, "/orders/"+order+"/returns", sales, `{"lines": [{"line": 1, "quantity": "6", "reason": "late"}]}`)
	asked.is(t, map[string]string{"state": "processing"})
	path := "/returns/" + asked.at(t, "id")
	l.must(http.StatusOK, http.MethodGet, path, auditor, "").is(t, map[string]string{"state": "processing", "lines.0.quantity": "6"})
	l.refused("return-processing", l.must(http.StatusServiceUnavailable, http.MethodPost, path+"/receipt", warehouse, `{"lines": [], "disposition": "credit"}`))
	l.work(postbox{})
	l.eventually("the return is recorded", func() bool {
		return l.must(http.StatusOK, http.MethodGet, path, auditor, "").at(t, "state") == "requested"
	})
	l.must(http.StatusAccepted, http.MethodPost, path+"/receipt", warehouse, `{"lines": [{"line": 1, "quantity": "6"}], "disposition": "credit"}`)
	l.await(order, "closed").is(t, map[string]string{"outcome": "credited", "lines.0.returned": "6"})
}
