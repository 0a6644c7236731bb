package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	"o2c/internal/testkit"
)

// process is the product as a process of its own, which can be killed.
type process struct {
	t       testing.TB
	command *exec.Cmd
	exited  chan struct{}
}

var build = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "o2c-e2e-")
	if err != nil {
		return "", err
	}
	binary := filepath.Join(dir, "o2c")
	output, err := exec.Command("go", "build", "-o", binary, "o2c/cmd/o2c").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, output)
	}
	return binary, nil
})

func TestMain(m *testing.M) {
	if os.Getenv(alone) != "" {
		os.Exit(workAlone())
	}
	code := m.Run()
	if built != "" {
		_ = os.RemoveAll(filepath.Dir(built))
	}
	os.Exit(code)
}

// built is the binary that a test has built, to be removed at the end.
var built string

// serve runs "o2c serve" for a stack, on an address, until it is killed or the test ends.
func (s *stack) serve(address string) *process {
	s.t.Helper()
	binary, err := build()
	if err != nil {
		s.t.Fatal(err)
	}
	built = binary
	p := &process{t: s.t, command: exec.Command(binary, "serve"), exited: make(chan struct{})}
	p.command.Env = append(os.Environ(), "O2C_DATABASE_URL="+testkit.DatabaseURL(s.t), "O2C_TEMPORAL_ADDRESS="+testkit.TemporalAddress(s.t),
		"O2C_TASK_QUEUE="+s.queue, "O2C_API_ADDR="+address, "O2C_SMTP_ADDR="+s.mails.addr, "O2C_DEV=true")
	p.command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err = p.command.Start(); err != nil {
		s.t.Fatal(err)
	}
	go func() {
		_ = p.command.Wait()
		close(p.exited)
	}()
	s.t.Cleanup(p.kill)
	return p
}

// kill ends the process as nothing can: SIGKILL.
func (p *process) kill() {
	_ = p.command.Process.Kill()
	<-p.exited
}

// insist repeats a post with one key until it is answered for good, as a careful client does.
func (s *stack) insist(role, key, path string, request body) (answer, error) {
	deadline := time.Now().Add(240 * time.Second)
	for {
		a, err := s.try(role, key, http.MethodPost, path, request)
		inUse := err == nil && a.Status == http.StatusConflict && a.Body["code"] == "idempotency-key-in-use"
		if err == nil && a.Status < 500 && !inUse {
			return a, nil
		}
		if time.Now().After(deadline) {
			return a, errors.Join(err, fmt.Errorf("%s: no answer for good: %d %s", path, a.Status, a.raw))
		}
		<-time.After(100 * time.Millisecond)
	}
}

// API and worker are killed again and again while orders are entered and paid. Every client gets one answer, every order is
// shipped and invoiced once, and the books are clean.
func TestKillingTheProductLosesNothingAndDoublesNothing(t *testing.T) {
	t.Parallel()
	const orders = 16
	s := startWithoutWorker(t)
	address := freeAddress(t)
	s.url = "http://" + address
	running := s.serve(address)
	s.awaitReady()
	customer, sku := s.customer("1000000.00"), s.product("auto", "1000")

	// Killed at four places of the work, which is about 128 events. A request that was being answered can be repeated
	// when its lease of 30 s has run out.
	stop := make(chan struct{})
	var killer sync.WaitGroup
	killer.Go(func() {
		for _, events := range []int{8, 40, 72, 104} {
			if !s.happened(events, stop) {
				return
			}
			running.kill()
			running = s.serve(address)
		}
	})
	finished := s.together(orders, func(int) (answer, error) { return s.enterAndPay(customer, sku) })
	close(stop)
	killer.Wait()
	s.awaitReady()
	ids := map[string]bool{}
	for _, a := range finished {
		ids[a.want(http.StatusCreated, http.StatusAccepted).str("id")] = true
	}
	if len(ids) != orders {
		t.Errorf("%d different payments were answered, want %d", len(ids), orders)
	}
	s.eventually("the end of all orders", func() bool {
		return len(s.get("/v1/orders?stage=closed&customer_id="+customer+"&limit=100").list("data")) == orders
	})
	if n := len(s.get("/v1/invoices?customer_id=" + customer + "&limit=100").list("data")); n != orders {
		t.Errorf("there are %d invoices, want %d", n, orders)
	}
	// A mail that was taken and not recorded before the process was killed comes again, under the same id.
	if mails := s.mails.ids(); len(mails) != 3*orders {
		t.Errorf("%d different mails were sent, want a confirmation, a notice and an invoice of each order: %d", len(mails), 3*orders)
	}
	for kind, want := range map[string]int{"order_confirmation": orders, "shipping_notice": orders, "invoice": orders} {
		var sent int
		if err := s.pool.QueryRow(t.Context(), `SELECT count(*) FROM messages WHERE kind = $1 AND state = 'sent'`, kind).Scan(&sent); err != nil || sent != want {
			t.Errorf("%d messages %s are sent, want %d (%v)", sent, kind, want, err)
		}
	}
	s.get("/v1/customers/" + customer + "/exposure").is(map[string]string{"exposure": "0.00"})
	s.wantClean()
}

// happened waits until the timeline has so many events; false when it is told to stop before.
func (s *stack) happened(events int, stop <-chan struct{}) bool {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return false
		case <-tick.C:
			var n int
			if err := s.pool.QueryRow(context.Background(), `SELECT count(*) FROM events`).Scan(&n); err == nil && n >= events {
				return true
			}
		}
	}
}

// enterAndPay is a client's work on one order, in which every call is repeated until it is answered.
func (s *stack) enterAndPay(customer, sku string) (answer, error) {
	entered, err := s.insist("sales", uuid.NewString(), "/v1/orders", orderOf(customer, "auto", sku, "1"))
	if err != nil {
		return entered, err
	}
	order, _ := entered.Body["id"].(string)
	var number string
	for deadline := time.Now().Add(240 * time.Second); number == "" && time.Now().Before(deadline); {
		a, err := s.try("auditor", "", http.MethodGet, "/v1/invoices?order_id="+order, nil)
		if err == nil && a.Status == http.StatusOK && len(a.list("data")) > 0 {
			number = a.str("data.0.number")
			break
		}
		<-time.After(50 * time.Millisecond)
	}
	return s.insist("cashier", uuid.NewString(), "/v1/payments", body{
		"customer_id": customer, "amount": "119.00", "currency": "EUR", "method": "bank_transfer", "remittance": []body{{"invoice": number, "amount": "119.00"}},
	})
}

func (s *stack) awaitReady() {
	s.t.Helper()
	s.eventually("readiness", func() bool {
		response, err := http.Get(s.url + "/readyz")
		if err != nil {
			return false
		}
		_ = response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
}

func freeAddress(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}
