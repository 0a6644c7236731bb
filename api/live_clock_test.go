package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// One clock per customer: its other orders move along, another customer's do not, and what starts later starts at its time.
func TestFastForwardMovesTheWholeCustomer(t *testing.T) {
	t.Parallel()
	l := startLive(t)
	l.work(postbox{})
	customer, other, _ := l.customer(), l.customer(), l.product()
	l.must(http.StatusCreated, http.MethodPost, "/products/LANTERN/receipts", warehouse, `{"quantity": "100", "warehouse_id": "auto"}`)
	one, two, stranger := l.order(http.StatusCreated, customer, "auto"), l.order(http.StatusCreated, customer, "auto"), l.order(http.StatusCreated, other, "auto")
	for _, order := range []string{one, two, stranger} {
		l.await(order, "collecting")
	}
	before := time.Now()
	moved := l.must(http.StatusOK, http.MethodPost, "/dev/orders/"+one+"/fast-forward", sales, `{"days": 40}`)
	now, err := time.Parse(time.RFC3339, moved.field(t, "now").(string))
	if days := now.Sub(before).Hours() / 24; err != nil || days < 39.9 || days > 40.1 {
		t.Errorf("the clock is at %s", moved.body)
	}
	notices := func(order string) int {
		return l.count("SELECT count(*) FROM dunning_notices n JOIN invoices v ON v.number = n.invoice WHERE v.order_id = $1", order)
	}
	if notices(one) != 2 || notices(two) != 2 || notices(stranger) != 0 {
		t.Errorf("notices: %d, %d and %d of another customer, want 2, 2 and 0", notices(one), notices(two), notices(stranger))
	}
	late := l.order(http.StatusCreated, customer, "auto")
	l.await(late, "collecting")
	issued := l.count(`SELECT v.issue_date - current_date FROM invoices v WHERE v.order_id = $1`, late)
	if issued < 39 || issued > 41 {
		t.Errorf("an order that is entered after 40 days is invoiced %d days from now", issued)
	}
	paid := l.must(http.StatusCreated, http.MethodPost, "/payments", cashier, fmt.Sprintf(`{"customer_id": %q, "amount": "24.20", "currency": "EUR", "method": "cash"}`, customer))
	if day := paid.field(t, "value_date").(string); day < now.Add(-36*time.Hour).Format(time.DateOnly) {
		t.Errorf("a payment after 40 days has the value date %s", day)
	}
	// The last one moves along with the others from here on, and a repeated request moves nothing.
	key := header("Idempotency-Key", "forward")
	first := l.must(http.StatusOK, http.MethodPost, "/dev/orders/"+late+"/fast-forward", sales, `{"days": 30}`, key)
	l.crash("forward", true)
	again := l.must(http.StatusOK, http.MethodPost, "/dev/orders/"+late+"/fast-forward", sales, `{"days": 30}`, key)
	if notices(late) != 1 {
		t.Errorf("%d notices of the late order after 30 days, want the reminder", notices(late))
	}
	at, _ := time.Parse(time.RFC3339, first.field(t, "now").(string))
	if since, _ := time.Parse(time.RFC3339, again.field(t, "now").(string)); since.Sub(at) > time.Hour {
		t.Errorf("the repeated request moved the clock from %s to %s", first.body, again.body)
	}
}

// Retries of a failing activity would be skipped over: the route names the activity instead.
func TestFastForwardNamesAnActivityThatFails(t *testing.T) {
	t.Parallel()
	l := startLive(t)
	failing := make(chan struct{})
	close(failing)
	l.work(postbox{failing: failing})
	customer, _ := l.customer(), l.product()
	l.must(http.StatusCreated, http.MethodPost, "/products/LANTERN/receipts", warehouse, `{"quantity": "6", "warehouse_id": "auto"}`)
	order := l.order(http.StatusCreated, customer, "auto")
	l.await(order, "collecting")
	var a answer
	l.eventually("the mail has failed once", func() bool {
		a = l.do(http.MethodPost, "/dev/orders/"+order+"/fast-forward", sales, `{"days": 1}`)
		return a.status == http.StatusConflict
	})
	if problem := a.problem(t); problem.Code != "activity-failing" || !strings.Contains(problem.Detail, "mail server") {
		t.Errorf("answers %s", a.body)
	}
}
