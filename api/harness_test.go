package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.temporal.io/sdk/client"

	"o2c/command"
	"o2c/internal/testkit"
)

// bundle is an API of a test's own: a database, and an engine that is away unless the test brings one.
type bundle struct {
	t          *testing.T
	db         *pgxpool.Pool
	url        string
	operations map[string]*operation
}

func start(t *testing.T, options ...func(*Deps)) *bundle {
	t.Helper()
	db := testkit.Database(t)
	// Nobody listens on port 1: the engine is away.
	engine, err := client.NewLazyClient(client.Options{HostPort: "127.0.0.1:1", Logger: quiet{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(engine.Close)
	deps := Deps{DB: db, Commands: &command.Service{DB: db, Temporal: engine, Dev: true}, Dev: true, PlainWebhooks: true, Log: slog.New(slog.DiscardHandler)}
	for _, option := range options {
		option(&deps)
	}
	server := httptest.NewServer(New(deps))
	t.Cleanup(server.Close)
	_, operations := readDocument()
	return &bundle{t: t, db: db, url: server.URL, operations: operations}
}

type quiet struct{}

func (quiet) Debug(string, ...any) {}
func (quiet) Info(string, ...any)  {}
func (quiet) Warn(string, ...any)  {}
func (quiet) Error(string, ...any) {}

// answer is a response that was read whole.
type answer struct {
	status int
	header http.Header
	body   string
}

// field reads a field of the JSON body.
func (a answer) field(t *testing.T, name string) any {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal([]byte(a.body), &object); err != nil {
		t.Fatalf("%s: %v", a.body, err)
	}
	return object[name]
}

// problem reads the body as a problem.
func (a answer) problem(t *testing.T) Problem {
	t.Helper()
	var problem Problem
	if err := json.Unmarshal([]byte(a.body), &problem); err != nil {
		t.Fatalf("%s: %v", a.body, err)
	}
	return problem
}

// pointers lists where the faults of a problem are.
func (a answer) pointers(t *testing.T) []string {
	t.Helper()
	var pointers []string
	for _, fault := range valueOf(a.problem(t).Errors) {
		pointers = append(pointers, fault.Pointer)
	}
	return pointers
}

// header sets a header of a request.
func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

// without removes a header of a request.
func without(name string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Del(name) }
}

// do sends a request as a role with an Idempotency-Key of its own, and compares the answer with the document.
func (b *bundle) do(method, path, role, body string, options ...func(*http.Request)) answer {
	b.t.Helper()
	a, err := b.send(method, path, role, body, options...)
	if err != nil {
		b.t.Fatal(err)
	}
	return a
}

// send is do for goroutines: it returns its errors.
func (b *bundle) send(method, path, role, body string, options ...func(*http.Request)) (answer, error) {
	request, err := http.NewRequestWithContext(b.t.Context(), method, b.url+base+path, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	request.Header.Set("Authorization", "Bearer dev-"+role)
	if method == http.MethodPost {
		request.Header.Set("Idempotency-Key", uuid.NewString())
	}
	for _, option := range options {
		option(request)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{}, err
	}
	a := answer{status: response.StatusCode, header: response.Header, body: string(raw)}
	return a, b.conforms(method, path, a)
}

// must is do that expects a status.
func (b *bundle) must(status int, method, path, role, body string, options ...func(*http.Request)) answer {
	b.t.Helper()
	a := b.do(method, path, role, body, options...)
	if a.status != status {
		b.t.Fatalf("%s %s answers %d, want %d: %s", method, path, a.status, status, a.body)
	}
	return a
}

// conforms compares an answer with what the document says about it.
func (b *bundle) conforms(method, path string, a answer) error {
	path, _, _ = strings.Cut(path, "?")
	op := b.route(method, path)
	if op == nil {
		return nil // not in the document, so it must be a 404 or 405, which the test expects
	}
	described := op.Responses.Status(a.status)
	if described == nil {
		return fmt.Errorf("%s answers %d, which the document does not name: %s", op.ID, a.status, a.body)
	}
	for name, h := range described.Value.Headers {
		if h.Value.Required && a.header.Get(name) == "" {
			return fmt.Errorf("%s answers %d without the header %s", op.ID, a.status, name)
		}
	}
	kind, _, _ := strings.Cut(a.header.Get("Content-Type"), ";")
	content := described.Value.Content[kind]
	if content == nil {
		return fmt.Errorf("%s answers %d as %q: %s", op.ID, a.status, kind, a.body)
	}
	decoder := json.NewDecoder(bytes.NewReader([]byte(a.body)))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return fmt.Errorf("%s answers %d with %q: %w", op.ID, a.status, a.body, err)
	}
	options := append([]openapi3.SchemaValidationOption{openapi3.VisitAsResponse()}, schemaOptions[2:]...)
	if err := content.Schema.Value.VisitJSON(value, append(options, openapi3.MultiErrors())...); err != nil {
		return fmt.Errorf("%s answers %d and the document disagrees: %w\n%s", op.ID, a.status, err, a.body)
	}
	return nil
}

// route finds the operation of a path.
func (b *bundle) route(method, path string) *operation {
	segments := strings.Split(path, "/")
	for _, op := range b.operations {
		template := strings.Split(op.Path, "/")
		if op.Method != method || len(template) != len(segments) {
			continue
		}
		same := true
		for i := range template {
			same = same && (template[i] == segments[i] || strings.HasPrefix(template[i], "{"))
		}
		if same {
			return op
		}
	}
	return nil
}

// Bodies that are right.
const (
	aCompany = `{"legal_name": "Nordwind Handel GmbH", "address": {"line1": "Hafenstr. 1", "city": "Hamburg", "postcode": "20457", "country": "DE"},
		"tax_id": "DE123456789", "contact": {"name": "Billing", "phone": "+49 40 1234", "email": "billing@nordwind.example"},
		"time_zone": "Europe/Berlin", "base_currency": "EUR", "calendar": "none",
		"bank_accounts": [{"iban": "DE75512108001245126199", "bic": "SOGEDEFFXXX", "currency": "EUR"}]}`
	aCustomer  = `{"name": "Acme", "email": "ap@acme.example", "country": "DE", "currency": "EUR", "credit_limit": "5000.00"}`
	aProduct   = `{"sku": "LANTERN", "name": "Lantern", "prices": {"EUR": "3.39"}, "tax_category": "S", "tax_rate": "19"}`
	aWarehouse = `{"id": "leipzig", "name": "Leipzig", "mode": "manual"}`
	aPayment   = `{"amount": "10.00", "currency": "EUR", "method": "bank_transfer"}`
)

func (b *bundle) customer() string {
	b.t.Helper()
	return b.must(http.StatusCreated, http.MethodPost, "/customers", credit, aCustomer).field(b.t, "id").(string)
}

func (b *bundle) product() string {
	b.t.Helper()
	b.must(http.StatusCreated, http.MethodPost, "/products", billing, aProduct)
	return "LANTERN"
}

func (b *bundle) count(query string, args ...any) (n int) {
	b.t.Helper()
	if err := b.db.QueryRow(b.t.Context(), query, args...).Scan(&n); err != nil {
		b.t.Fatal(err)
	}
	return n
}
