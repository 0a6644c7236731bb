package activities_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"o2c/activities"
	"o2c/internal/testkit"
	"o2c/models"
	"o2c/postgres"
)

// shipped brings orders of several customers to where all that is left is their invoice.
func (w *world) shipped(orders int) []string {
	w.t.Helper()
	ids := w.toFulfil(orders)
	for _, id := range ids {
		w.done(w.fulfillment.Fulfil(w.t.Context(), at(id, issued)))
	}
	return ids
}

// toFulfil enters orders of several customers that ship by themselves, and has them approved.
func (w *world) toFulfil(orders int) (ids []string) {
	w.t.Helper()
	w.receipt("rcp_all", "auto", "nail", fmt.Sprint(orders))
	for n := range orders {
		customer, id := fmt.Sprint("customer_", n%10), fmt.Sprint("ord_", n)
		if n < 10 {
			w.customer(customer, "unlimited")
		}
		w.accept(id, customer, "auto", nil, want{"nail", "1"})
		w.done(w.credit.Approve(w.t.Context(), at(id, issued)))
		ids = append(ids, id)
	}
	return ids
}

// takeAll takes a step of all orders at the same time. What fails because the database was not available is tried again, as the engine
// does, but by every third caller, who gives up; whatever else fails is the test's failure. It tells of every attempt that ended, and
// returns who was told that it is done.
func (w *world) takeAll(ids []string, step func(context.Context, activities.OrderStep) (models.OrderProgress, error), ended chan<- struct{}, gate *sync.RWMutex) (done []string) {
	var mutex sync.Mutex
	var wait sync.WaitGroup
	for n, id := range ids {
		wait.Go(func() {
			for {
				gate.RLock()
				_, err := step(w.t.Context(), at(id, issued))
				gate.RUnlock()
				ended <- struct{}{}
				if err == nil {
					mutex.Lock()
					defer mutex.Unlock()
					done = append(done, id)
					return
				}
				if models.KindOf(err) != models.KindUnavailable {
					w.t.Errorf("%s: %v", id, err)
					return
				}
				if n%3 == 0 {
					return
				}
			}
		})
	}
	wait.Wait()
	close(ended)
	return done
}

// wantEachOnce checks that numbers have no gap, that every order whose caller was told so has exactly one invoice, that no order has
// more, and that every invariant holds.
func (w *world) wantEachOnce(done []string) {
	w.t.Helper()
	ctx := w.t.Context()
	gaps, err := postgres.ReadNumberGaps(ctx, w.pool)
	if err != nil || len(gaps) > 0 {
		w.t.Errorf("the numbers have gaps: %v, %v", gaps, err)
	}
	issued := w.count(`SELECT count(*) FROM invoices`)
	if n := w.count(`SELECT count(*) FROM invoices i JOIN number_series s USING (series, year) WHERE i.sequence BETWEEN 1 AND s.last AND s.last = $1`, issued); n != issued {
		w.t.Errorf("of %d invoices %d have a number up to the counter, which stands at another", issued, n)
	}
	if n := w.count(`SELECT count(DISTINCT order_id) FROM invoices`); n != issued {
		w.t.Errorf("%d orders have %d invoices", n, issued)
	}
	if n := w.count(`SELECT count(*) FROM invoices WHERE order_id = ANY($1)`, done); n != len(done) {
		w.t.Errorf("%d callers were told that their invoice is issued, %d find one", len(done), n)
	}
	w.balanced()
	w.t.Logf("%d callers were told success, %d invoices", len(done), issued)
}

// Sixty orders are invoiced at the same time, and again and again the session of one of them is ended in the middle of its
// transaction.
func TestInvoicesHaveNoGapWhenSessionsAreKilled(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.MaxConns(16))
	done := w.takeAllUnderFire(w.shipped(60), w.invoicing.Issue)
	w.wantEachOnce(done)
}

// Sixty orders are reserved, shipped, confirmed and announced at the same time, while their sessions are killed: each is told once,
// and with what it tells of.
func TestConfirmationsAndNoticesAreQueuedOnceWhenSessionsAreKilled(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.MaxConns(16))
	done := w.takeAllUnderFire(w.toFulfil(60), w.fulfillment.Fulfil)
	shipped := w.count(`SELECT count(*) FROM shipments`)
	for _, kind := range []string{"order_confirmation", "shipping_notice"} {
		if n := w.count(`SELECT count(DISTINCT order_id) FROM messages WHERE kind = $1`, kind); n != shipped {
			t.Errorf("%d orders are shipped, %d have a message %s", shipped, n, kind)
		}
		if n := w.count(`SELECT count(*) FROM messages WHERE kind = $1`, kind); n != shipped {
			t.Errorf("%d orders are shipped, there are %d messages %s", shipped, n, kind)
		}
	}
	if n := w.count(`SELECT count(*) FROM shipments WHERE order_id = ANY($1)`, done); n != len(done) {
		t.Errorf("%d callers were told that their order is shipped, %d are", len(done), n)
	}
	w.balanced()
}

// takeAllUnderFire is takeAll, while again and again the session of one of them is ended in the middle of its transaction.
func (w *world) takeAllUnderFire(ids []string, step func(context.Context, activities.OrderStep) (models.OrderProgress, error)) (done []string) {
	t := w.t
	t.Helper()
	owner := testkit.Database(t, testkit.AsOwner, testkit.MaxConns(1))
	attempts := make(chan struct{})
	var killed atomic.Int32
	var killing sync.WaitGroup
	killing.Go(func() {
		for range attempts {
			if killed.Load() >= 60 {
				continue
			}
			var n int32
			err := owner.QueryRow(t.Context(), `
				SELECT count(pg_terminate_backend(pid)) FROM (
				       SELECT pid FROM pg_stat_activity
				        WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
				        ORDER BY random() LIMIT 1) AS victim`).Scan(&n)
			if err != nil {
				t.Error(err)
			}
			killed.Add(n)
		}
	})
	done = w.takeAll(ids, step, attempts, &sync.RWMutex{})
	killing.Wait()
	if killed.Load() < 10 {
		t.Errorf("only %d sessions were killed", killed.Load())
	}
	t.Logf("%d sessions were killed", killed.Load())
	return done
}

// As above, and it is the whole server that ends at once, three times, and recovers.
func TestInvoicesHaveNoGapWhenTheServerCrashes(t *testing.T) {
	t.Parallel()
	w, server := crashingWorld(t)
	w.wantEachOnce(w.takeAllWhileItCrashes(server, w.shipped(60), w.invoicing.Issue, 8, 30, 70))
}

// crashingWorld is a world on a server of its own.
func crashingWorld(t *testing.T) (*world, *testkit.Server) {
	t.Helper()
	server := testkit.StartServer(t)
	if err := postgres.Migrate(t.Context(), server.URL("o2c", "postgres")); err != nil {
		t.Fatal(err)
	}
	pool, err := postgres.Open(t.Context(), server.URL("o2c", "postgres"), 16)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return worldOn(t, pool), server
}

// takeAllWhileItCrashes is takeAll, while the server ends at once and recovers, after so many attempts.
func (w *world) takeAllWhileItCrashes(server *testkit.Server, ids []string, step func(context.Context, activities.OrderStep) (models.OrderProgress, error), after ...int) (done []string) {
	w.t.Helper()
	attempts := make(chan struct{})
	crashes := 0
	var gate sync.RWMutex // closed while the server is away, so that nobody knocks in vain all the time
	var crashing sync.WaitGroup
	crashing.Go(func() {
		n := 0
		for range attempts {
			if n++; !slices.Contains(after, n) {
				continue
			}
			server.Crash()
			crashes++
			closed := make(chan struct{})
			go func() { gate.Lock(); close(closed) }()
			for waiting := true; waiting; { // those that are on their way see it fail, and tell so
				select {
				case <-attempts:
				case <-closed:
					waiting = false
				}
			}
			server.Start()
			gate.Unlock()
		}
	})
	done = w.takeAll(ids, step, attempts, &gate)
	crashing.Wait()
	if crashes < min(2, len(after)) {
		w.t.Errorf("the server crashed %d times only", crashes)
	}
	return done
}
