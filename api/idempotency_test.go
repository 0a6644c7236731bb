package api

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/internal/testkit"
)

func TestARepeatedRequestGetsTheFirstAnswer(t *testing.T) {
	t.Parallel()
	b := start(t)
	key := header("Idempotency-Key", "one")
	first := b.must(http.StatusCreated, http.MethodPost, "/customers", credit, aCustomer, key)
	if first.header.Get("Idempotency-Replayed") != "" {
		t.Error("the first answer says that it is a replay")
	}
	again := b.must(http.StatusCreated, http.MethodPost, "/customers", credit, aCustomer, key)
	if again.body != first.body || again.header.Get("Location") != first.header.Get("Location") || again.header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("replayed %v %s, first %s", again.header, again.body, first.body)
	}
	// Neither the order of fields nor white space makes another request.
	b.must(http.StatusCreated, http.MethodPost, "/customers", credit,
		`{"credit_limit":"5000.00","currency":"EUR","country":"DE","email":"ap@acme.example","name":"Acme"}`, key)
	if a := b.do(http.MethodPost, "/customers", credit, strings.Replace(aCustomer, "Acme", "Acne", 1), key); a.problem(t).Code != "idempotency-key-reused" || a.status != http.StatusUnprocessableEntity {
		t.Errorf("another body answers %d %s", a.status, a.body)
	}
	if a := b.do(http.MethodPost, "/products", admin, aProduct, key); a.status != http.StatusCreated {
		t.Errorf("the same key of another principal answers %d %s", a.status, a.body)
	}
	if a := b.do(http.MethodPost, "/warehouses", admin, aWarehouse, key); a.problem(t).Code != "idempotency-key-reused" {
		t.Errorf("the same key on another route answers %d %s", a.status, a.body)
	}
	if n := b.count("SELECT count(*) FROM customers"); n != 1 {
		t.Errorf("%d customers", n)
	}
}

func TestWhatTheBusinessRefusedIsRepeatedToo(t *testing.T) {
	t.Parallel()
	b := start(t)
	taken := `{"id": "acme", "name": "Acme", "email": "ap@acme.example", "country": "DE", "currency": "EUR"}`
	b.must(http.StatusCreated, http.MethodPost, "/customers", credit, taken)
	key := header("Idempotency-Key", "two")
	first := b.must(http.StatusConflict, http.MethodPost, "/customers", credit, taken, key)
	if first.problem(t).Code != "id-taken" {
		t.Error(first.body)
	}
	again := b.must(http.StatusConflict, http.MethodPost, "/customers", credit, taken, key)
	if again.body != first.body || again.header.Get("Idempotency-Replayed") != "true" || !strings.HasPrefix(again.header.Get("Content-Type"), "application/problem+json") {
		t.Errorf("replayed %v %s", again.header, again.body)
	}
	// A request that the document does not allow is not kept: the corrected one may use the key.
	key = header("Idempotency-Key", "three")
	b.must(http.StatusUnprocessableEntity, http.MethodPost, "/customers", credit, `{}`, key)
	b.must(http.StatusCreated, http.MethodPost, "/customers", credit, aCustomer, key)
}

func TestFiftyParallelRequestsWithOneKeyMakeOne(t *testing.T) {
	t.Parallel()
	b := start(t)
	var waiting sync.WaitGroup
	answers := make([]answer, 50)
	for i := range answers {
		waiting.Go(func() {
			for { // a client that is told to wait asks again
				a, err := b.send(http.MethodPost, "/customers", credit, aCustomer, header("Idempotency-Key", "fifty"))
				if err != nil {
					t.Error(err)
					return
				}
				if a.status != http.StatusConflict {
					answers[i] = a
					return
				}
				if a.header.Get("Retry-After") == "" {
					t.Errorf("no Retry-After: %s", a.body)
				}
			}
		})
	}
	waiting.Wait()
	fresh := 0
	for _, a := range answers {
		if a.status != http.StatusCreated || a.body != answers[0].body {
			t.Errorf("one is answered %d %s", a.status, a.body)
		}
		if a.header.Get("Idempotency-Replayed") == "" {
			fresh++
		}
	}
	if n := b.count("SELECT count(*) FROM customers"); n != 1 || fresh != 1 {
		t.Errorf("%d customers, %d first answers", n, fresh)
	}
}

// crash makes a claim look as after a crash of the process that worked on it: no answer, and the lease is over or not.
func (b *bundle) crash(key string, leaseOver bool) {
	b.t.Helper()
	_, err := b.db.Exec(b.t.Context(), `
		UPDATE claims SET response_status = NULL, response_header = NULL, response_body = NULL, answered_at = NULL,
		       leased_until = now() + CASE WHEN $2 THEN interval '-1 s' ELSE interval '30 s' END
		 WHERE key = $1`, key, leaseOver)
	if err != nil {
		b.t.Fatal(err)
	}
}

func TestACrashBetweenEffectAndAnswerIsTakenUp(t *testing.T) {
	t.Parallel()
	b := start(t)
	for path, body := range map[string]string{"/customers": aCustomer, "/products": aProduct, "/warehouses": aWarehouse} {
		key := "crash" + path
		first := b.must(http.StatusCreated, http.MethodPost, path, admin, body, header("Idempotency-Key", key))
		b.crash(key, false)
		running := b.must(http.StatusConflict, http.MethodPost, path, admin, body, header("Idempotency-Key", key))
		if running.problem(t).Code != "idempotency-key-in-use" || running.header.Get("Retry-After") == "" {
			t.Errorf("%s while the lease holds: %v %s", path, running.header, running.body)
		}
		b.crash(key, true)
		again := b.must(http.StatusCreated, http.MethodPost, path, admin, body, header("Idempotency-Key", key))
		if again.body != first.body {
			t.Errorf("%s after the crash answers %s, before it %s", path, again.body, first.body)
		}
	}
	if n := b.count("SELECT count(*) FROM customers") + b.count("SELECT count(*) FROM products") + b.count("SELECT count(*) FROM warehouses WHERE id = 'leipzig'"); n != 3 {
		t.Errorf("%d things were made, want 3", n)
	}
}

func TestACrashBeforeTheEffectIsTakenUpWithTheSameID(t *testing.T) {
	t.Parallel()
	b := start(t)
	first := b.must(http.StatusCreated, http.MethodPost, "/customers", credit, aCustomer, header("Idempotency-Key", "early"))
	// As if the process had died before it committed.
	if _, err := testkit.Database(t, testkit.AsOwner).Exec(t.Context(), `
		ALTER TABLE credit_limits DISABLE TRIGGER ALL;
		DELETE FROM credit_limits; DELETE FROM credit_accounts; DELETE FROM customers`); err != nil {
		t.Fatal(err)
	}
	b.crash("early", true)
	if _, err := b.db.Exec(t.Context(), "UPDATE claims SET content = NULL"); err != nil {
		t.Fatal(err)
	}
	again := b.must(http.StatusCreated, http.MethodPost, "/customers", credit, aCustomer, header("Idempotency-Key", "early"))
	if again.field(t, "id") != first.field(t, "id") {
		t.Errorf("the retry made %v, the first attempt %v", again.field(t, "id"), first.field(t, "id"))
	}
}

func TestAnEngineThatIsAwayKeepsNothingAndTheKeyMayBeUsedAgain(t *testing.T) {
	t.Parallel()
	b := start(t)
	customer, sku := b.customer(), b.product()
	order := fmt.Sprintf(`{"customer_id": %q, "currency": "EUR", "lines": [{"sku": %q, "quantity": "6"}]}`, customer, sku)
	for range 2 { // the lease is given up at once: the second is not told to wait
		a := b.do(http.MethodPost, "/orders", sales, order, header("Idempotency-Key", "away"))
		if a.status != http.StatusServiceUnavailable || a.problem(t).Code != "engine-unavailable" || a.header.Get("Retry-After") == "" {
			t.Errorf("answers %d %v %s", a.status, a.header, a.body)
		}
	}
	if n := b.count("SELECT count(*) FROM claims WHERE key = 'away' AND answered_at IS NULL AND content IS NOT NULL"); n != 1 {
		t.Errorf("%d claims keep the priced order", n)
	}
	if n := b.count("SELECT count(*) FROM orders"); n != 0 {
		t.Errorf("%d orders", n)
	}
}

func TestADatabaseThatIsAwayIsUnavailable(t *testing.T) {
	t.Parallel()
	away, err := pgxpool.New(t.Context(), "postgres://nobody@127.0.0.1:1/nothing?connect_timeout=1") // nobody listens there
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(away.Close)
	b := start(t, func(d *Deps) { d.DB, d.Commands.DB = away, away })
	for _, a := range []answer{
		b.do(http.MethodGet, "/orders", auditor, ""), b.do(http.MethodGet, "/orders/ord_1", auditor, ""), b.do(http.MethodGet, "/company", auditor, ""),
		b.do(http.MethodPost, "/customers", credit, aCustomer), b.do(http.MethodPost, "/payments", cashier, aPayment),
		b.do(http.MethodPut, "/company", billing, aCompany), b.do(http.MethodGet, "/customers/c/exposure", auditor, ""),
		b.do(http.MethodGet, "/reports/trial-balance", auditor, ""), b.do(http.MethodGet, "/orders/ord_1/status", auditor, ""),
	} {
		if a.status != http.StatusServiceUnavailable || a.problem(t).Code != "database-unavailable" || a.header.Get("Retry-After") == "" {
			t.Errorf("answers %d %v %s", a.status, a.header, a.body)
		}
	}
	if a := b.get("/readyz"); a.status != http.StatusServiceUnavailable || !strings.Contains(a.body, `"database":"unavailable"`) {
		t.Errorf("/readyz answers %d %s", a.status, a.body)
	}
}
