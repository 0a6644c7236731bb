package api

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.temporal.io/sdk/client"
	"google.golang.org/grpc"

	outside "o2c/adapters/warehouse"
	"o2c/command"
	"o2c/internal/testkit"
	"o2c/worker"
)

// live is an API on a real engine, with a task queue of its own.
type live struct {
	*bundle
	engine client.Client
	queue  string
	deps   Deps
}

type postbox struct{ failing chan struct{} }

// Send takes every mail, unless the box is told to fail.
func (p postbox) Send(context.Context, string, string, string, string) error {
	select {
	case <-p.failing:
		return fmt.Errorf("the mail server is down")
	default:
		return nil
	}
}

func startLive(t *testing.T, options ...func(*Deps)) *live {
	t.Helper()
	engine, err := client.Dial(client.Options{
		HostPort: testkit.TemporalAddress(t), Logger: quiet{},
		ConnectionOptions: client.ConnectionOptions{DialOptions: []grpc.DialOption{grpc.WithChainUnaryInterceptor(command.SkipTime)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(engine.Close)
	l := &live{engine: engine, queue: "api-" + uuid.NewString()}
	l.bundle = start(t, append(options, func(d *Deps) {
		d.Commands.Temporal, d.Commands.TaskQueue = engine, l.queue
		l.deps = *d
	})...)
	l.must(http.StatusOK, http.MethodPut, "/company", billing, aCompany)
	return l
}

// work runs a worker until the test ends, or until what it returns is called.
func (l *live) work(box postbox) (stop func()) {
	l.t.Helper()
	w := worker.New(worker.Dependencies{Client: l.engine, TaskQueue: l.queue, Pool: l.db, Orders: l.deps.Commands, Mailer: box, Warehouses: outside.New(true)})
	if err := w.Start(); err != nil {
		l.t.Fatal(err)
	}
	stopped := false
	stop = func() {
		if !stopped {
			stopped = true
			w.Stop()
		}
	}
	l.t.Cleanup(stop)
	return stop
}

// order enters an order of six lanterns.
func (l *live) order(status int, customer, warehouseID string) string {
	l.t.Helper()
	body := fmt.Sprintf(`{"customer_id": %q, "currency": "EUR", "po_number": "PO-%s", "warehouse_id": %q, "lines": [{"sku": "LANTERN", "quantity": "6"}]}`, customer, uuid.NewString(), warehouseID)
	return l.must(status, http.MethodPost, "/orders", sales, body).field(l.t, "id").(string)
}

func (l *live) await(order, stage string) answer {
	l.t.Helper()
	a := l.must(http.StatusOK, http.MethodGet, "/orders/"+order+"?wait_for="+stage+"&timeout=30s", auditor, "")
	if a.field(l.t, "stage") != stage {
		l.t.Fatalf("order %s is not in stage %s: %s", order, stage, a.body)
	}
	return a
}

// eventually asks a question until it is answered with yes; the test's own deadline is the limit.
func (l *live) eventually(what string, ask func() bool) {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(l.t.Context(), 30*time.Second)
	defer cancel()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for !ask() {
		select {
		case <-ctx.Done():
			l.t.Fatalf("it never came to this: %s", what)
		case <-ticker.C:
		}
	}
}

// settled waits until what was accepted is carried out: the answer to a fact waits for that only a little.
func (l *live) settled(path, state string) {
	l.t.Helper()
	l.eventually(path+" is "+state, func() bool {
		return l.must(http.StatusOK, http.MethodGet, path, auditor, "").field(l.t, "state") == state
	})
}

// The life of an order through the API: every answer is compared with the document on the way.
func TestEveryAnswerOfAnOrdersLifeIsTheDocuments(t *testing.T) {
	t.Parallel()
	l := startLive(t)
	l.work(postbox{})
	customer, _ := l.customer(), l.product()
	l.must(http.StatusCreated, http.MethodPost, "/products/LANTERN/receipts", warehouse, `{"quantity": "12.50", "note": "first"}`)
	order := l.order(http.StatusCreated, customer, "main")
	l.await(order, "fulfilling")
	l.must(http.StatusOK, http.MethodGet, "/orders/"+order+"/status", auditor, "")

	tooMany := l.do(http.MethodPost, "/orders/"+order+"/shipments", warehouse, `{"lines": [{"line": 1, "quantity": "7"}]}`)
	if tooMany.status != http.StatusConflict || tooMany.problem(t).Code != "more-than-ordered" {
		t.Errorf("seven of six: %d %s", tooMany.status, tooMany.body)
	}
	twice := l.do(http.MethodPost, "/orders/"+order+"/shipments", warehouse, `{"lines": [{"line": 1, "quantity": "1"}, {"line": 1, "quantity": "1"}, {"line": 9, "quantity": "1"}]}`)
	if twice.status != http.StatusUnprocessableEntity || len(twice.pointers(t)) != 2 {
		t.Errorf("a line named twice, and one that is not there: %d %s", twice.status, twice.body)
	}
	shipped := l.must(http.StatusAccepted, http.MethodPost, "/orders/"+order+"/shipments", warehouse, `{"lines": [{"line": 1, "quantity": "6.0"}], "carrier": "DHL"}`)
	shipment := strings.TrimPrefix(shipped.header.Get("Location"), base)
	l.settled(shipment, "shipped")
	early := l.do(http.MethodPost, shipment+"/delivery", warehouse, `{"delivered_at": "2001-01-01T00:00:00Z"}`)
	if early.status != http.StatusUnprocessableEntity {
		t.Errorf("delivered before it left: %d %s", early.status, early.body)
	}
	delivery := fmt.Sprintf(`{"delivered_at": %q, "signed_by": "A. Smith"}`, time.Now().Add(time.Hour).UTC().Format(time.RFC3339))
	l.must(http.StatusAccepted, http.MethodPost, shipment+"/delivery", warehouse, delivery)
	l.settled(shipment, "delivered")
	if a := l.must(http.StatusConflict, http.MethodPost, shipment+"/delivery", warehouse, delivery); a.problem(t).Code != "already-delivered" {
		t.Error(a.body)
	}
	l.await(order, "collecting")
	invoices := l.must(http.StatusOK, http.MethodGet, "/invoices?order_id="+order, auditor, "")
	number := invoices.field(t, "data").([]any)[0].(map[string]any)["number"].(string)
	invoice := l.must(http.StatusOK, http.MethodGet, "/invoices/"+number, auditor, "")
	if invoice.field(t, "total") != "24.20" { // 6 × 3.39 = 20.34, and 19 % of it
		t.Error(invoice.body)
	}
	l.must(http.StatusOK, http.MethodGet, "/customers/"+customer+"/account", auditor, "")

	disputed := l.must(http.StatusUnprocessableEntity, http.MethodPost, "/invoices/"+number+"/disputes", collector, `{"amount": "24.21", "reason": "damaged", "note": "", "raised_by": ""}`)
	if disputed.problem(t).Code != "dispute-exceeds-open" {
		t.Error(disputed.body)
	}
	body := `{"id": "D-1", "amount": "4.20", "reason": "damaged", "note": "", "raised_by": "A. Smith"}`
	dispute := "/disputes/" + l.must(http.StatusAccepted, http.MethodPost, "/invoices/"+number+"/disputes", collector, body).field(t, "id").(string)
	l.must(http.StatusAccepted, http.MethodPost, "/invoices/"+number+"/disputes", collector, body) // the same one, told again
	if a := l.must(http.StatusConflict, http.MethodPost, "/invoices/"+number+"/disputes", collector, strings.Replace(body, "4.20", "4.21", 1)); a.problem(t).Code != "id-taken" {
		t.Error(a.body)
	}
	if n := l.count("SELECT count(*) FROM disputes"); n != 1 {
		t.Errorf("%d disputes", n)
	}
	l.must(http.StatusOK, http.MethodGet, "/disputes?state=open", auditor, "")
	for resolution, status := range map[string]int{
		`{"outcome": "partly_accepted", "note": ""}`:                     http.StatusUnprocessableEntity,
		`{"outcome": "rejected", "amount": "1.00", "note": ""}`:          http.StatusUnprocessableEntity,
		`{"outcome": "partly_accepted", "amount": "4.20", "note": ""}`:   http.StatusUnprocessableEntity,
		`{"outcome": "partly_accepted", "amount": "1.2345", "note": ""}`: http.StatusUnprocessableEntity,
	} {
		l.must(status, http.MethodPost, dispute+"/resolution", collector, resolution)
	}
	resolved := l.must(http.StatusOK, http.MethodPost, dispute+"/resolution", collector, `{"outcome": "accepted", "note": "broken"}`)
	l.must(http.StatusOK, http.MethodGet, "/credit-notes/"+resolved.field(t, "credit_note").(string), auditor, "")
	if a := l.must(http.StatusConflict, http.MethodPost, dispute+"/resolution", collector, `{"outcome": "rejected", "note": ""}`); a.problem(t).Code != "dispute-not-open" {
		t.Error(a.body)
	}

	l.must(http.StatusOK, http.MethodPost, "/dev/orders/"+order+"/fast-forward", sales, `{"days": 40}`)
	notices := l.must(http.StatusOK, http.MethodGet, "/invoices/"+number+"/dunning-notices", auditor, "")
	if n := len(notices.field(t, "data").([]any)); n != 2 {
		t.Errorf("%d notices after 40 days, want 2: %s", n, notices.body)
	}
	if a := l.must(http.StatusOK, http.MethodGet, "/invoices?overdue=true&customer_id="+customer, auditor, ""); len(a.field(t, "data").([]any)) != 1 {
		t.Errorf("nothing is overdue after 40 days: %s", a.body)
	}
	pay := fmt.Sprintf(`{"customer_id": %q, "amount": "20.00", "currency": "EUR", "method": "bank_transfer", "remittance": [{"invoice": %q, "amount": "20.00"}]}`, customer, number)
	paid := l.must(http.StatusCreated, http.MethodPost, "/payments", cashier, pay)
	if paid.field(t, "state") != "applied" {
		t.Error(paid.body)
	}
	l.must(http.StatusOK, http.MethodGet, strings.TrimPrefix(paid.header.Get("Location"), base), auditor, "")
	if a := l.await(order, "closed"); a.field(t, "outcome") != "paid" {
		t.Error(a.body)
	}
	for _, path := range []string{
		"/orders/" + order + "/timeline", "/orders/" + order + "/status", "/orders?stage=closed&po_number=PO-1&customer_id=" + customer, "/invoices/" + number,
		"/payments", "/ledger/entries?limit=2", "/ledger/entries?account=revenue&order_id=" + order, "/reports/trial-balance", "/reports/numbering-gaps", "/products/LANTERN",
	} {
		l.must(http.StatusOK, http.MethodGet, path, auditor, "")
	}
	for path, body := range map[string]string{
		"/orders/" + order + "/cancellation": `{"reason": ""}`, "/orders/" + order + "/credit-decisions": `{"decision": "release", "reason": ""}`,
		"/orders/" + order + "/shipments": `{"lines": [{"line": 1, "quantity": "1"}]}`, "/dev/orders/" + order + "/fast-forward": `{"days": 1}`,
		"/orders/" + order + "/interventions": `{"action": "retry", "reason": ""}`,
	} {
		if a := l.must(http.StatusConflict, http.MethodPost, path, admin, body); a.problem(t).Code != "order-closed" {
			t.Errorf("%s: %s", path, a.body)
		}
	}
}

func TestWithoutAWorkerFactsAreAcceptedAndDecisionsAreNot(t *testing.T) {
	t.Parallel()
	l := startLive(t)
	customer, _ := l.customer(), l.product()
	order := l.order(http.StatusAccepted, customer, "auto") // after 5 s
	if a := l.must(http.StatusOK, http.MethodGet, "/orders/"+order, auditor, ""); a.field(t, "stage") != "received" || a.field(t, "total") != "24.20" {
		t.Error(a.body)
	}
	l.must(http.StatusOK, http.MethodGet, "/orders/"+order+"/status", auditor, "")
	l.must(http.StatusOK, http.MethodGet, "/orders/"+order+"/timeline", auditor, "")
	a := l.do(http.MethodPost, "/orders/"+order+"/cancellation", sales, `{"reason": ""}`)
	if a.status != http.StatusServiceUnavailable || a.problem(t).Code != "worker-unavailable" || a.header.Get("Retry-After") == "" {
		t.Errorf("a decision without a worker: %d %s", a.status, a.body)
	}
	paid := l.must(http.StatusAccepted, http.MethodPost, "/payments", cashier, aPayment)
	if paid.field(t, "state") != "processing" || paid.field(t, "unapplied") != "10.00" {
		t.Error(paid.body)
	}
	payment := strings.TrimPrefix(paid.header.Get("Location"), base)
	l.must(http.StatusOK, http.MethodGet, payment, auditor, "")
	l.must(http.StatusAccepted, http.MethodPost, "/products/LANTERN/receipts", warehouse, `{"quantity": "6", "warehouse_id": "auto"}`)
	l.must(http.StatusAccepted, http.MethodPut, "/customers/"+customer+"/credit-limit", credit, `{"unlimited": true, "currency": "EUR", "reason": ""}`)

	l.work(postbox{}) // and everything that was accepted is done
	l.await(order, "collecting")
	l.eventually("the payment is booked", func() bool {
		return l.must(http.StatusOK, http.MethodGet, payment, auditor, "").field(t, "state") == "unapplied"
	})
	l.eventually("the limit is set", func() bool {
		return l.must(http.StatusOK, http.MethodGet, "/customers/"+customer, auditor, "").field(t, "credit_unlimited") == true
	})
}

// A crash between the start of an order's workflow and the answer: the retry finds the order.
func TestAnOrderThatCrashedBeforeItsAnswerIsTheSameOrder(t *testing.T) {
	t.Parallel()
	l := startLive(t)
	l.work(postbox{})
	customer, _ := l.customer(), l.product()
	body := fmt.Sprintf(`{"customer_id": %q, "currency": "EUR", "lines": [{"sku": "LANTERN", "quantity": "6"}]}`, customer)
	key := header("Idempotency-Key", "crashed-order")
	first := l.must(http.StatusCreated, http.MethodPost, "/orders", sales, body, key)
	l.crash("crashed-order", true)
	again := l.must(http.StatusCreated, http.MethodPost, "/orders", sales, body, key)
	if again.field(t, "id") != first.field(t, "id") || l.count("SELECT count(*) FROM orders") != 1 {
		t.Errorf("first %s, again %s", first.body, again.body)
	}
	pay := fmt.Sprintf(`{"customer_id": %q, "amount": "5.00", "currency": "EUR", "method": "cash"}`, customer)
	key = header("Idempotency-Key", "crashed-payment")
	l.must(http.StatusCreated, http.MethodPost, "/payments", cashier, pay, key)
	l.crash("crashed-payment", true)
	l.must(http.StatusCreated, http.MethodPost, "/payments", cashier, pay, key)
	if n := l.count("SELECT count(*) FROM payments"); n != 1 {
		t.Errorf("%d payments", n)
	}
}
