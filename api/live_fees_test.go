package api

import (
	"fmt"
	"net/http"
	"testing"
)

// What notices charge and do, over REST: a fee and interest with each, a letter as a task that a person closes, the account held until
// it is paid; and the notices resolved by the payment.
func TestNoticesChargeAndHold(t *testing.T) {
	t.Parallel()
	l := startLive(t)
	l.work(postbox{})
	customer, _ := l.customer(), l.product()
	l.must(http.StatusCreated, http.MethodPost, "/dunning-policies", manager, `{"name": "charging", "calendar": "none", "levels": [
		{"level": 1, "days_after_due": 3, "channel": "email", "fee": "2.50", "interest_percent": "10"},
		{"level": 2, "days_after_due": 8, "channel": "letter", "action": "account_hold", "fee": "5", "interest_percent": "10"}]}`)
	l.must(http.StatusOK, http.MethodPatch, "/customers/"+customer, credit, `{"dunning_policy": "charging"}`)
	l.must(http.StatusCreated, http.MethodPost, "/products/LANTERN/receipts", warehouse, `{"quantity": "100", "warehouse_id": "auto"}`)
	order := l.order(http.StatusCreated, customer, "auto")
	l.await(order, "collecting")
	invoice := l.invoiceOf(order) // of 24.20, due in 30 days
	l.must(http.StatusOK, http.MethodPost, "/dev/orders/"+order+"/fast-forward", sales, `{"days": 40}`)

	notices := "/invoices/" + invoice + "/dunning-notices"
	l.must(http.StatusOK, http.MethodGet, notices, auditor, "").is(t, map[string]string{
		// 24.20 × 10 × 3 ÷ 36500 = 0.0198…; × 8: 0.0530…, less 0.02
		"data.0.amount": "24.20", "data.0.fee": "2.50", "data.0.interest": "0.02", "data.0.compensation": "0.00", "data.0.total": "26.72", "data.0.state": "sent",
		"data.1.amount": "24.20", "data.1.fee": "5.00", "data.1.interest": "0.03", "data.1.total": "29.23", "data.1.state": "queued", "data.1.action": "account_hold",
	})
	held := l.order(http.StatusCreated, customer, "auto")
	l.await(held, "credit_hold")

	tasks := l.must(http.StatusOK, http.MethodGet, "/tasks?role=collector&kind=letter&customer_id="+customer, auditor, "")
	tasks.is(t, map[string]string{"data.0.kind": "letter", "data.0.invoice": invoice, "data.0.state": "open", "next_cursor": "<nil>"})
	closure := "/tasks/" + tasks.at(t, "data.0.id") + "/closure"
	l.must(http.StatusForbidden, http.MethodPost, closure, auditor, `{"outcome": "sent"}`)
	l.must(http.StatusUnprocessableEntity, http.MethodPost, closure, collector, `{}`)
	l.must(http.StatusNotFound, http.MethodPost, "/tasks/tsk_none/closure", collector, `{"outcome": "sent"}`)
	l.must(http.StatusOK, http.MethodPost, closure, collector, `{"outcome": "Sent by post"}`).is(t, map[string]string{"state": "closed", "closed_by": "dev-collector", "outcome": "Sent by post"})
	l.refused("task-closed", l.must(http.StatusConflict, http.MethodPost, closure, collector, `{"outcome": "again"}`))
	l.must(http.StatusOK, http.MethodGet, notices, auditor, "").is(t, map[string]string{"data.1.state": "sent"})

	l.must(http.StatusCreated, http.MethodPost, "/payments", cashier, fmt.Sprintf(`{"customer_id": %q, "amount": "24.20", "currency": "EUR", "method": "cash", "reference": %q}`, customer, invoice))
	l.must(http.StatusOK, http.MethodGet, notices, auditor, "").is(t, map[string]string{"data.0.state": "resolved", "data.1.state": "resolved"})
	l.await(held, "collecting")
	if n := l.count(`SELECT count(*) FROM open_items WHERE customer_id = $1 AND kind IN ('fee', 'interest') AND open_amount > 0`, customer); n != 4 {
		t.Errorf("%d fees and interest stay open", n)
	}
}
