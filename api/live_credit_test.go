package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// at reads a field of the JSON body by its path, such as "data.0.amount".
func (a answer) at(t *testing.T, path string) string {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(a.body), &value); err != nil {
		t.Fatalf("%s: %v", a.body, err)
	}
	for step := range strings.SplitSeq(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[step]
		case []any:
			var i int
			if _, err := fmt.Sscan(step, &i); err != nil || i >= len(v) {
				return ""
			}
			value = v[i]
		default:
			return ""
		}
	}
	return fmt.Sprint(value)
}

// is compares fields of the body.
func (a answer) is(t *testing.T, want map[string]string) {
	t.Helper()
	for path, value := range want {
		if got := a.at(t, path); got != value {
			t.Errorf("%s is %q, want %q in %s", path, got, value, a.body)
		}
	}
}

func (l *live) invoiceOf(order string) string {
	l.t.Helper()
	return l.must(http.StatusOK, http.MethodGet, "/invoices?order_id="+order, auditor, "").at(l.t, "data.0.number")
}

func (l *live) refused(code string, a answer) {
	l.t.Helper()
	if a.problem(l.t).Code != code {
		l.t.Errorf("refused as %q, want %s: %s", a.problem(l.t).Code, code, a.body)
	}
}

// Credit notes from the first to the last cent: by lines while the order collects, by amount when it is closed and a customer's
// clock runs ahead; then the customer's credit on another invoice, and the rest of it paid out.
func TestCreditNotesFromTheFirstCentToTheLast(t *testing.T) {
	t.Parallel()
	l := startLive(t)
	l.work(postbox{})
	customer, _ := l.customer(), l.product()
	l.must(http.StatusCreated, http.MethodPost, "/products/LANTERN/receipts", warehouse, `{"quantity": "12", "warehouse_id": "auto"}`)
	order := l.order(http.StatusCreated, customer, "auto")
	l.await(order, "collecting")
	invoice := l.invoiceOf(order) // 6 × 3.39 = 20.34 and 3.86 tax
	notes := "/invoices/" + invoice + "/credit-notes"

	key := header("Idempotency-Key", "two-lanterns")
	byLines := `{"lines": [{"line": 1, "quantity": "2.0"}], "reason": "Two came back"}`
	first := l.must(http.StatusCreated, http.MethodPost, notes, billing, byLines, key)
	first.is(t, map[string]string{
		"total": "8.07", "net_total": "6.78", "tax_total": "1.29", "applied_to_invoice": "8.07", "customer_credit": "0.00", "preceding_invoice": invoice,
		"split.open_amount": "8.07", "lines.0.quantity": "2", "lines.0.net_amount": "6.78", "tax_breakdown.0.taxable": "6.78", "tax_breakdown.0.tax": "1.29",
	})
	l.must(http.StatusOK, http.MethodGet, strings.TrimPrefix(first.header.Get("Location"), base), auditor, "").is(t, map[string]string{"number": first.at(t, "number"), "remaining_credit": "0.00"})
	l.crash("two-lanterns", true) // the answer was lost
	if again := l.must(http.StatusCreated, http.MethodPost, notes, billing, byLines, key); again.at(t, "number") != first.at(t, "number") {
		t.Errorf("tried again it is %s", again.body)
	}
	if n := l.count("SELECT count(*) FROM credit_notes"); n != 1 {
		t.Errorf("%d credit notes", n)
	}
	l.must(http.StatusOK, http.MethodGet, "/invoices/"+invoice, auditor, "").is(t, map[string]string{"credited_to_invoice": "8.07", "open_amount": "16.13"})
	for code, body := range map[string]string{
		"credit-exceeds-line":    `{"lines": [{"line": 1, "quantity": "4.000001"}], "reason": ""}`,
		"credit-exceeds-invoice": `{"amount": "16.14", "reason": ""}`,
	} {
		l.refused(code, l.must(http.StatusConflict, http.MethodPost, notes, billing, body))
	}
	for code, body := range map[string]string{
		"invalid-credit-note": `{"reason": ""}`, "line-not-found": `{"lines": [{"line": 2, "quantity": "1"}], "reason": ""}`, "invalid-amount": `{"amount": "1.005", "reason": ""}`,
		"invalid-request": `{"amount": 1, "reason": ""}`,
	} {
		l.refused(code, l.must(http.StatusUnprocessableEntity, http.MethodPost, notes, billing, body))
	}
	l.must(http.StatusForbidden, http.MethodPost, notes, cashier, byLines)
	l.must(http.StatusNotFound, http.MethodPost, "/invoices/INV-2026-999999/credit-notes", billing, byLines)

	l.must(http.StatusOK, http.MethodPost, "/dev/orders/"+order+"/fast-forward", admin, `{"days": 20}`)
	ahead := l.must(http.StatusCreated, http.MethodPost, notes, billing, `{"amount": "0.13", "reason": "On a clock that runs ahead"}`)
	ahead.is(t, map[string]string{"applied_to_invoice": "0.13"})
	l.must(http.StatusCreated, http.MethodPost, "/payments", cashier, fmt.Sprintf(`{"customer_id": %q, "amount": "16.00", "currency": "EUR", "method": "bank_transfer", "reference": %q}`, customer, invoice))
	l.await(order, "closed")
	onClosed := l.must(http.StatusCreated, http.MethodPost, notes, billing, `{"amount": "5.00", "reason": "Goodwill"}`)
	onClosed.is(t, map[string]string{"total": "5.00", "applied_to_invoice": "0.00", "customer_credit": "5.00", "remaining_credit": "5.00", "tax_breakdown.0.tax": "0.80", "lines": "[]"})
	today := l.must(http.StatusOK, http.MethodGet, "/customers/"+customer+"/account", auditor, "").at(t, "as_of")
	for _, note := range []answer{ahead, onClosed} {
		if note.at(t, "issue_date") != today {
			t.Errorf("issued on %s, the customer's clock is at %s", note.at(t, "issue_date"), today)
		}
	}
	l.must(http.StatusOK, http.MethodGet, "/orders/"+order, auditor, "").is(t, map[string]string{"stage": "closed", "outcome": "paid"})
	l.must(http.StatusOK, http.MethodGet, "/customers/"+customer+"/exposure", auditor, "").is(t, map[string]string{"customer_credit": "5.00", "exposure": "-5.00", "open_invoices": "0.00"})
	rest := l.must(http.StatusCreated, http.MethodPost, notes, billing, `{"lines": [{"line": 1, "quantity": "4"}], "reason": "All of it"}`)
	rest.is(t, map[string]string{"total": "11.00", "customer_credit": "11.00"})
	l.refused("credit-exceeds-invoice", l.must(http.StatusConflict, http.MethodPost, notes, billing, `{"amount": "0.01", "reason": ""}`))
	l.must(http.StatusOK, http.MethodGet, notes, auditor, "").is(t, map[string]string{"data.0.total": "8.07", "data.1.total": "0.13", "data.2.total": "5.00", "data.3.total": "11.00"})

	other := l.order(http.StatusCreated, customer, "auto")
	l.await(other, "collecting")
	second := l.invoiceOf(other)
	credit := "/credit-notes/" + rest.at(t, "number")
	apply := fmt.Sprintf(`{"invoice": %q, "amount": "10.00"}`, second)
	l.must(http.StatusCreated, http.MethodPost, credit+"/applications", cashier, apply).is(t, map[string]string{"amount": "10.00", "remaining_credit": "1.00", "invoice": second})
	l.must(http.StatusOK, http.MethodGet, "/invoices/"+second, auditor, "").is(t, map[string]string{"credit_applied": "10.00", "open_amount": "14.20", "status": "open"})
	l.eventually("the order hears of it", func() bool {
		return l.must(http.StatusOK, http.MethodGet, "/orders/"+other+"/status", auditor, "").at(t, "open_amount") == "14.20"
	})
	l.refused("credit-exceeds-remaining", l.must(http.StatusConflict, http.MethodPost, credit+"/applications", cashier, apply))
	l.refused("credit-of-same-invoice", l.must(http.StatusConflict, http.MethodPost, credit+"/applications", cashier, fmt.Sprintf(`{"invoice": %q, "amount": "1.00"}`, invoice)))
	l.refused("invoice-not-found", l.must(http.StatusUnprocessableEntity, http.MethodPost, credit+"/applications", cashier, `{"invoice": "INV-1", "amount": "1.00"}`))
	l.refused("credit-exceeds-remaining", l.must(http.StatusConflict, http.MethodPost, credit+"/refunds", cashier, `{"amount": "1.01"}`))
	l.must(http.StatusCreated, http.MethodPost, credit+"/refunds", cashier, `{"amount": "1.00"}`).is(t, map[string]string{"invoice": "<nil>", "remaining_credit": "0.00"})
	l.must(http.StatusForbidden, http.MethodPost, credit+"/refunds", billing, `{"amount": "1.00"}`)
	l.refused("credit-note-not-found", l.must(http.StatusNotFound, http.MethodPost, "/credit-notes/CN-1/refunds", cashier, `{"amount": "1.00"}`))
	l.must(http.StatusOK, http.MethodGet, credit, auditor, "").is(t, map[string]string{"applications.0.invoice": second, "applications.0.amount": "10.00", "refunds.0.amount": "1.00", "remaining_credit": "0.00"})
	credits := l.must(http.StatusOK, http.MethodGet, "/customers/"+customer+"/credits", auditor, "")
	credits.is(t, map[string]string{"data.0.amount": "11.00", "data.0.applied": "10.00", "data.0.refunded": "1.00", "data.0.remaining": "0.00", "data.1.remaining": "5.00", "data.1.invoice": invoice})
	l.must(http.StatusOK, http.MethodGet, "/customers/"+customer+"/credits?limit=1", auditor, "")
	l.must(http.StatusNotFound, http.MethodGet, "/customers/nobody/credits", auditor, "")
	l.must(http.StatusOK, http.MethodGet, "/orders/"+order+"/timeline", auditor, "")
	l.must(http.StatusOK, http.MethodGet, "/customers/"+customer+"/exposure", auditor, "").is(t, map[string]string{"customer_credit": "5.00", "open_invoices": "14.20", "exposure": "9.20"})
}

// Terms in instalments and one invoice for the whole order, as the API shows them.
func TestOneInvoiceForTheOrderInInstalments(t *testing.T) {
	t.Parallel()
	l := startLive(t)
	l.work(postbox{})
	l.product()
	customer := l.must(http.StatusCreated, http.MethodPost, "/customers", credit, `{"name": "Acme", "email": "ap@acme.example", "country": "DE", "currency": "EUR",
		"credit_limit": "5000.00", "invoicing": "per_order", "payment_terms": {"instalments": [{"percent": "33.33", "net_days": 10}, {"percent": "33.33", "net_days": 20}, {"percent": "33.34", "net_days": 30}]}}`)
	customer.is(t, map[string]string{"invoicing": "per_order"})
	id := customer.at(t, "id")
	l.must(http.StatusCreated, http.MethodPost, "/products/LANTERN/receipts", warehouse, `{"quantity": "6"}`)
	order := l.order(http.StatusCreated, id, "main")
	l.await(order, "fulfilling")
	l.must(http.StatusOK, http.MethodPatch, "/customers/"+id, credit, `{"invoicing": "per_shipment"}`).is(t, map[string]string{"invoicing": "per_shipment"}) // the order keeps its own
	for _, quantity := range []string{"4", "2"} {
		l.must(http.StatusAccepted, http.MethodPost, "/orders/"+order+"/shipments", warehouse, fmt.Sprintf(`{"lines": [{"line": 1, "quantity": %q}]}`, quantity))
	}
	l.await(order, "collecting")
	list := l.must(http.StatusOK, http.MethodGet, "/invoices?order_id="+order, auditor, "")
	if list.at(t, "data.1.number") != "" {
		t.Fatalf("more than one invoice: %s", list.body)
	}
	number := list.at(t, "data.0.number")
	invoice := l.must(http.StatusOK, http.MethodGet, "/invoices/"+number, auditor, "")
	invoice.is(t, map[string]string{"total": "24.20", "lines.0.quantity": "4", "lines.1.quantity": "2",
		"instalments.0.amount": "8.07", "instalments.1.amount": "8.07", "instalments.2.amount": "8.06", "instalments.2.open_amount": "8.06"})
	if invoice.at(t, "lines.0.shipment_id") == invoice.at(t, "lines.1.shipment_id") || invoice.at(t, "due_date") != invoice.at(t, "instalments.2.due_date") {
		t.Error(invoice.body)
	}
	l.must(http.StatusCreated, http.MethodPost, "/payments", cashier, fmt.Sprintf(`{"customer_id": %q, "amount": "10.00", "currency": "EUR", "method": "cash", "reference": %q}`, id, number))
	l.must(http.StatusOK, http.MethodGet, "/invoices/"+number, auditor, "").is(t, map[string]string{
		"instalments.0.open_amount": "0.00", "instalments.1.open_amount": "6.14", "instalments.2.open_amount": "8.06"})
	account := l.must(http.StatusOK, http.MethodGet, "/customers/"+id+"/account", auditor, "")
	account.is(t, map[string]string{"open_items.0.number": number, "open_items.0.amount": "8.07", "open_items.0.open_amount": "6.14", "open_items.1.open_amount": "8.06", "receivables": "14.20"})
	if account.at(t, "open_items.0.due_date") != invoice.at(t, "instalments.1.due_date") {
		t.Error(account.body)
	}
}

// Without a worker a credit note, a decision, is not accepted, and credit that is to be used, a fact, is: it is booked as soon as
// the workers are back, once.
func TestWithoutAWorkerCreditWaits(t *testing.T) {
	t.Parallel()
	l := startLive(t)
	stop := l.work(postbox{})
	customer, _ := l.customer(), l.product()
	l.must(http.StatusCreated, http.MethodPost, "/products/LANTERN/receipts", warehouse, `{"quantity": "6", "warehouse_id": "auto"}`)
	order := l.order(http.StatusCreated, customer, "auto")
	l.await(order, "collecting")
	invoice := l.invoiceOf(order)
	l.must(http.StatusCreated, http.MethodPost, "/payments", cashier, fmt.Sprintf(`{"customer_id": %q, "amount": "24.20", "currency": "EUR", "method": "cash", "reference": %q}`, customer, invoice))
	l.await(order, "closed")
	notes := "/invoices/" + invoice + "/credit-notes"
	note := l.must(http.StatusCreated, http.MethodPost, notes, billing, `{"amount": "10.00", "reason": ""}`)
	stop()

	key := header("Idempotency-Key", "no-worker")
	refused := l.must(http.StatusServiceUnavailable, http.MethodPost, notes, billing, `{"amount": "1.00", "reason": ""}`, key)
	l.refused("worker-unavailable", refused)
	refund := l.must(http.StatusAccepted, http.MethodPost, "/credit-notes/"+note.at(t, "number")+"/refunds", cashier, `{"amount": "4.00"}`)
	if refund.header.Get("Location") != base+"/credit-notes/"+note.at(t, "number") || refund.at(t, "state") != "accepted" {
		t.Errorf("%v %s", refund.header, refund.body)
	}
	l.work(postbox{})
	l.eventually("the refund is booked", func() bool {
		return l.must(http.StatusOK, http.MethodGet, "/credit-notes/"+note.at(t, "number"), auditor, "").at(t, "remaining_credit") == "6.00"
	})
	again := l.must(http.StatusCreated, http.MethodPost, notes, billing, `{"amount": "1.00", "reason": ""}`, key) // the same decision, at last
	again.is(t, map[string]string{"total": "1.00", "customer_credit": "1.00"})
	if n := l.count("SELECT count(*) FROM credit_notes"); n != 2 {
		t.Errorf("%d credit notes, want 2", n)
	}
}
