package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
	"google.golang.org/grpc"

	"o2c/adapters/mail"
	"o2c/adapters/warehouse"
	"o2c/api"
	"o2c/command"
	"o2c/internal/testkit"
	"o2c/models"
	"o2c/postgres"
	"o2c/worker"
)

// stack is the product in one process, on servers of its own.
type stack struct {
	t      testing.TB
	url    string
	pool   *pgxpool.Pool
	engine client.Client
	queue  string
	// namespace is the engine's; empty is the default one, which the tests share.
	namespace string
	mails     *mailbox
	// patient has a call that nobody is there to answer repeated, as a careful client does: where so much goes on at once that it happens.
	patient bool
}

// start runs API and worker on a fresh database.
func start(t testing.TB) *stack {
	t.Helper()
	s := startWithoutWorker(t)
	s.startWorker()
	return s
}

// startWithoutWorker runs the API alone.
func startWithoutWorker(t testing.TB) *stack {
	t.Helper()
	return startIn(t, "")
}

// startApart is start in a namespace of its own: where workflows are named by invoices, whose numbers are the same in every database.
func startApart(t testing.TB) *stack {
	t.Helper()
	s := startIn(t, newNamespace(t))
	s.startWorker()
	return s
}

func startIn(t testing.TB, namespace string, with ...func(*client.Options)) *stack {
	t.Helper()
	s := &stack{t: t, pool: testkit.Database(t, testkit.MaxConns(24)), queue: "o2c-" + uuid.NewString(), namespace: namespace, mails: receiveMails(t)}
	options := client.Options{
		HostPort:          testkit.TemporalAddress(t),
		Namespace:         namespace,
		Identity:          "e2e", // and not this machine, in kept histories
		Logger:            sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler)),
		ConnectionOptions: client.ConnectionOptions{DialOptions: []grpc.DialOption{grpc.WithChainUnaryInterceptor(command.SkipTime)}},
	}
	for _, change := range with {
		change(&options)
	}
	engine, err := client.Dial(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(engine.Close)
	s.engine = engine
	_, err = postgres.SeedCompany(t.Context(), s.pool, models.Company{
		LegalName: "Seller Ltd", Address: models.Address{Line1: "1 Street", City: "London", Postcode: "E1", Country: "GB"}, TaxID: "GB1",
		TimeZone: "Europe/London", BaseCurrency: "GBP", Calendar: "none",
		BankAccounts: []models.BankAccount{{IBAN: "GB33BUKB20201555555555", BIC: "BUKBGB22", Currency: "EUR"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(api.New(api.Deps{DB: s.pool, Commands: s.commands(), Dev: true, PlainWebhooks: true, Log: slog.New(slog.DiscardHandler)}))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

func (s *stack) commands() *command.Service {
	return &command.Service{DB: s.pool, Temporal: s.engine, Namespace: s.namespace, TaskQueue: s.queue, Dev: true}
}

// startWorker runs a worker until the test ends, or until what it returns is called.
func (s *stack) startWorker() (stop func()) {
	s.t.Helper()
	return s.startBuild("", "")
}

// startBuild runs a worker of a build of a deployment.
func (s *stack) startBuild(deployment, build string) (stop func()) {
	s.t.Helper()
	mailer, err := mail.New(s.mails.addr, "billing@seller.example")
	if err != nil {
		s.t.Fatal(err)
	}
	w := worker.New(worker.Dependencies{Client: s.engine, Namespace: s.namespace, TaskQueue: s.queue, Pool: s.pool, Orders: s.commands(), Mailer: mailer,
		Warehouses: warehouse.New(true), Deployment: deployment, BuildID: build})
	if err = w.Start(); err != nil {
		s.t.Fatal(err)
	}
	stopped := false
	stop = func() {
		if !stopped {
			stopped = true
			w.Stop()
		}
	}
	s.t.Cleanup(stop)
	return stop
}

// answer is what the API answered.
type answer struct {
	t      testing.TB
	what   string
	Status int
	Header http.Header
	Body   map[string]any
	raw    []byte
}

// call sends a request with a role's key; a POST gets a fresh idempotency key.
func (s *stack) call(role, method, path string, body any) answer {
	s.t.Helper()
	return s.callKeyed(role, uuid.NewString(), method, path, body)
}

func (s *stack) callKeyed(role, key, method, path string, body any) answer {
	s.t.Helper()
	var a answer
	s.eventually("an answer to "+method+" "+path, func() (answered bool) {
		var err error
		if a, err = s.try(role, key, method, path, body); err != nil {
			s.t.Fatal(err)
		}
		return !s.patient || a.Status != http.StatusServiceUnavailable
	})
	return a
}

// try is call for goroutines, which may not end the test.
func (s *stack) try(role, key, method, path string, body any) (answer, error) {
	var reader io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return answer{}, err
		}
		reader = bytes.NewReader(data)
	}
	request, err := http.NewRequestWithContext(context.Background(), method, s.url+path, reader)
	if err != nil {
		return answer{}, err
	}
	request.Header.Set("Authorization", "Bearer dev-"+role)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if method == http.MethodPost {
		request.Header.Set("Idempotency-Key", key)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = response.Body.Close() }()
	a := answer{t: s.t, what: method + " " + path, Status: response.StatusCode, Header: response.Header}
	if a.raw, err = io.ReadAll(response.Body); err != nil {
		return a, err
	}
	if strings.Contains(response.Header.Get("Content-Type"), "json") {
		err = json.Unmarshal(a.raw, &a.Body)
	}
	return a, err
}

func (s *stack) post(role, path string, body any) answer {
	return s.call(role, http.MethodPost, path, body)
}
func (s *stack) get(path string) answer {
	s.t.Helper()
	return s.call("auditor", http.MethodGet, path, nil).want(http.StatusOK)
}

// want ends the test unless the answer has one of the statuses.
func (a answer) want(statuses ...int) answer {
	a.t.Helper()
	if slices.Contains(statuses, a.Status) {
		return a
	}
	a.t.Fatalf("%s: %d, want %v: %s", a.what, a.Status, statuses, a.raw)
	return a
}

// at reads a value of the body by its path: "lines.0.shipped".
func (a answer) at(path string) any {
	a.t.Helper()
	var value any = a.Body
	for step := range strings.SplitSeq(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[step]
		case []any:
			var i int
			if _, err := fmt.Sscan(step, &i); err != nil || i >= len(v) {
				a.t.Fatalf("%s: no %s in %s", a.what, path, a.raw)
			}
			value = v[i]
		default:
			a.t.Fatalf("%s: no %s in %s", a.what, path, a.raw)
		}
	}
	return value
}

func (a answer) str(path string) string {
	a.t.Helper()
	s, _ := a.at(path).(string)
	return s
}

func (a answer) list(path string) []any {
	a.t.Helper()
	l, _ := a.at(path).([]any)
	return l
}

// is compares values of the body with what they should be.
func (a answer) is(want map[string]string) answer {
	a.t.Helper()
	for path, value := range want {
		if got := fmt.Sprint(a.at(path)); got != value {
			a.t.Errorf("%s: %s is %q, want %q", a.what, path, got, value)
		}
	}
	return a
}

// eventually asks until the condition holds, for at most 90 seconds: a killed step is tried again after its 30.
func (s *stack) eventually(what string, condition func() bool) {
	s.t.Helper()
	deadline := time.After(90 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !condition() {
		select {
		case <-deadline:
			s.t.Fatalf("%s did not happen", what)
		case <-tick.C:
		}
	}
}
