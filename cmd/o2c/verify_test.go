package main

import (
	"context"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"o2c/internal/testkit"
	"o2c/models"
	"o2c/postgres"
	"o2c/workflows"
)

func TestVerifyComparesTheBookWithTheEngine(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	agrees := b.order(models.Collecting)
	b.workflow(agrees, models.Collecting)
	differs := b.order(models.Collecting)
	b.workflow(differs, models.Fulfilling)
	alone := b.order(models.Fulfilling)
	unsaid := b.order(models.Fulfilling)
	b.workflow(unsaid, "")
	ended := b.order(models.Closed)
	b.workflow(ended, models.Collecting)
	sending := b.order(models.Closed)
	b.workflow(sending, models.Closed)
	b.order(models.Closed)
	elsewhere := "ord_" + rand.Text()
	b.workflow(elsewhere, models.Collecting) // of another database
	b.awaitListed(agrees, differs, unsaid, ended, sending, elsewhere)

	finding, err := verifyStages(t.Context(), b.pool, b.engine, time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		differs: "is in stage collecting, and its workflow shows fulfilling",
		alone:   "is in stage fulfilling, and has no running workflow",
		unsaid:  "is in stage fulfilling, and its workflow shows none",
		ended:   "is in stage closed, and its workflow shows collecting",
	}
	got := map[string]string{}
	for _, offender := range finding.Offenders {
		got[offender.Name] = offender.Detail
	}
	if diff := cmp.Diff(want, got); diff != "" || finding.Count != len(want) {
		t.Errorf("%d found:\n%s", finding.Count, diff)
	}
}

func TestVerifyWaitsUntilBookAndEngineAgree(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	moving := b.order(models.Fulfilling)
	b.workflow(moving, models.Collecting)
	if finding, err := verifyStages(t.Context(), b.pool, b.engine, 0); err != nil || finding.Count != 1 {
		t.Fatalf("%d found, %v; want 1 before it settles", finding.Count, err)
	}
	settled := make(chan error, 1)
	go func() {
		finding, err := verifyStages(t.Context(), b.pool, b.engine, time.Minute)
		if finding.Count > 0 {
			t.Error(finding.Offenders)
		}
		settled <- err
	}()
	b.exec(`UPDATE orders SET stage = 'collecting' WHERE id = $1`, moving)
	select {
	case err := <-settled:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("still waits, though book and engine agree")
	}
}

func TestReportNamesOffendersAndFailsUnlessTheyAreWarnings(t *testing.T) {
	t.Parallel()
	holds := postgres.Finding{Invariant: postgres.Invariant{Name: "holds", Meaning: "all is well"}}
	warns := postgres.Finding{Invariant: postgres.Invariant{Name: "warns", Meaning: "look at it", Warning: true}, Count: 1,
		Offenders: []postgres.Offender{{Name: "m", Detail: "slow"}}}
	fails := postgres.Finding{Invariant: postgres.Invariant{Name: "fails", Meaning: "must hold"}, Count: 3,
		Offenders: []postgres.Offender{{Name: "a", Detail: "1 ≠ 2"}, {Name: "b", Detail: "2 ≠ 3"}}}

	var out strings.Builder
	if err := report(&out, []postgres.Finding{holds, warns}); err != nil {
		t.Errorf("a warning failed: %v", err)
	}
	out.Reset()
	err := report(&out, []postgres.Finding{holds, warns, fails})
	if err == nil || err.Error() != "1 of 3 invariants do not hold: fails" {
		t.Errorf("error %v", err)
	}
	want := `holds                    ok   all is well
warns                    warning, 1 offender: look at it
    m: slow
fails                    FAILED, 3 offenders: must hold
    a: 1 ≠ 2
    b: 2 ≠ 3
    … and 1 more
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

// books are a book and an engine in which orders can stand as a test needs them. No worker runs: a workflow stays as it was
// started.
type books struct {
	t      *testing.T
	pool   *pgxpool.Pool
	engine orderEngine
}

func newBooks(t *testing.T) *books {
	t.Helper()
	engine, err := client.Dial(client.Options{HostPort: testkit.TemporalAddress(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(engine.Close)
	b := &books{t: t, pool: testkit.Database(t), engine: orderEngine{client: engine, namespace: client.DefaultNamespace}}
	b.exec(`INSERT INTO customers (id, name, email, country, currency) VALUES ('c', 'Customer', 'c@example.com', 'GB', 'GBP')`)
	return b
}

func (b *books) exec(sql string, args ...any) {
	b.t.Helper()
	if _, err := b.pool.Exec(b.t.Context(), sql, args...); err != nil {
		b.t.Fatal(err)
	}
}

// order puts an order into the book.
func (b *books) order(stage models.Stage) string {
	b.t.Helper()
	id := "ord_" + rand.Text()
	b.exec(`
		INSERT INTO orders (id, customer_id, currency, warehouse_id, payment_terms, net_total, tax_total, total, entered_by, entered_at, stage, outcome, closed_at)
		VALUES ($1, 'c', 'GBP', 'main', '{}', 0, 0, 0, 'test', now(), $2, CASE WHEN $2 = 'closed' THEN 'paid' END, CASE WHEN $2 = 'closed' THEN now() END)`, id, stage)
	return id
}

// workflow starts the workflow of an order, showing a stage.
func (b *books) workflow(orderID string, stage models.Stage) {
	b.t.Helper()
	options := client.StartWorkflowOptions{ID: workflows.OrderID(orderID), TaskQueue: "nobody-" + orderID}
	if stage != "" {
		options.TypedSearchAttributes = temporal.NewSearchAttributes(workflows.StageAttribute.ValueSet(string(stage)))
	}
	if _, err := b.engine.client.ExecuteWorkflow(b.t.Context(), options, workflows.OrderType); err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() {
		if err := b.engine.client.TerminateWorkflow(context.Background(), workflows.OrderID(orderID), "", "the test has ended"); err != nil {
			b.t.Error(err)
		}
	})
}

// awaitListed waits until the engine's index knows the workflows of all these orders.
func (b *books) awaitListed(orderIDs ...string) {
	b.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; {
		listed, err := b.engine.running(b.t.Context())
		if err != nil {
			b.t.Fatal(err)
		}
		missing := 0
		for _, id := range orderIDs {
			if _, known := listed[id]; !known {
				missing++
			}
		}
		if missing == 0 {
			return
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("%d workflows are not listed", missing)
		}
	}
}
