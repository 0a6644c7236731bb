package demo

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"o2c/api/client"
)

// An answer that a stand-in for the API gives.
type answer struct {
	status int
	body   string
}

const (
	unavailable = `{"type":"t","title":"t","status":503,"detail":"d","instance":"i","code":"worker-unavailable"}`
	inUse       = `{"type":"t","title":"t","status":409,"detail":"d","instance":"i","code":"idempotency-key-in-use"}`
	conflict    = `{"type":"t","title":"t","status":409,"detail":"it is closed","instance":"i","code":"order-closed"}`
)

// stand is an API that gives its answers one after the other, the last one for ever.
func stand(t *testing.T, answers ...answer) (url string, asked func() []string) {
	t.Helper()
	var mu sync.Mutex
	var requests []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		body, _ := io.ReadAll(r.Body)
		a := answers[min(len(requests), len(answers)-1)]
		requests = append(requests, r.Header.Get("Idempotency-Key")+" "+r.Header.Get("Authorization")+" "+string(body))
		w.WriteHeader(a.status)
		_, _ = io.WriteString(w, a.body)
	}))
	t.Cleanup(server.Close)
	return server.URL, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(requests)
	}
}

func pay(t *testing.T, url string, patience time.Duration, out io.Writer) (client.Payment, error) {
	t.Helper()
	p := newPlayer(Options{API: url, Patience: patience, Out: out})
	payment, err := take[client.Payment](p.api.CreatePaymentWithResponse(t.Context(), &client.CreatePaymentParams{IdempotencyKey: "k"},
		client.NewPayment{Amount: "1.00", Currency: "GBP", Method: client.PaymentMethodCash}, as("cashier")))
	return payment, err
}

func TestARequestIsSentAgainAsItWasUntilTheAPIIsBack(t *testing.T) {
	t.Parallel()
	url, asked := stand(t, answer{503, unavailable}, answer{409, inUse}, answer{201, `{"id":"pay_1","state":"applied"}`})
	var out strings.Builder
	payment, err := pay(t, url, time.Minute, &out)
	if err != nil || payment.ID != "pay_1" {
		t.Fatalf("%+v, %v", payment, err)
	}
	again := asked()
	if len(again) != 3 || again[0] != again[1] || again[1] != again[2] || !strings.HasPrefix(again[0], "k Bearer dev-cashier {") {
		t.Errorf("asked %q", again)
	}
	if lines := strings.Count(out.String(), "waiting for the API…"); lines != 1 {
		t.Errorf("%d lines say that it waits: %q", lines, out.String())
	}
	if !strings.Contains(out.String(), "the API is back") {
		t.Errorf("nothing says that it is back: %q", out.String())
	}
}

func TestARefusalIsNotSentAgain(t *testing.T) {
	t.Parallel()
	url, asked := stand(t, answer{409, conflict})
	_, err := pay(t, url, time.Minute, io.Discard)
	if !refusedWith(err, "order-closed") || err.Error() != "the API answered 409 order-closed: it is closed" {
		t.Errorf("error %v", err)
	}
	if n := len(asked()); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

func TestPatienceEnds(t *testing.T) {
	t.Parallel()
	url, _ := stand(t, answer{503, unavailable})
	_, err := pay(t, url, time.Nanosecond, io.Discard)
	if !refusedWith(err, "worker-unavailable") {
		t.Errorf("error %v", err)
	}
	closed := httptest.NewServer(nil)
	closed.Close()
	if _, err = pay(t, closed.URL, time.Nanosecond, io.Discard); err == nil || !strings.Contains(err.Error(), "did not answer") {
		t.Errorf("error %v", err)
	}
}

func TestTotalsThatDifferAreNamedWithTheirDifference(t *testing.T) {
	t.Parallel()
	plan, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	p := newPlayer(Options{API: "http://127.0.0.1", Plan: plan, Out: io.Discard})
	invoiced := plan.Invoiced()
	a := &account{
		invoiced: invoiced, credited: Amounts{Total: dec("761.85")}, applied: dec("2417.94"), receivable: dec("208.02"),
	}
	p.compareTotals(a)
	if len(a.wrong) > 0 {
		t.Error(a.wrong)
	}
	a.invoiced.Net, a.invoiced.Total = invoiced.Net.Add(dec("0.01")), invoiced.Total.Add(dec("0.01"))
	p.compareTotals(a)
	var named []string
	for _, err := range a.wrong {
		named = append(named, err.Error())
	}
	want := []string{
		"net invoiced 2950.16, expected 2950.15: a difference of 0.01",
		"gross invoiced 3387.82, expected 3387.81: a difference of 0.01",
	}
	if diff := cmp.Diff(want, named); diff != "" {
		t.Error(diff)
	}
}

func TestRunsHaveIdsOfTheirOwn(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC)
	first, second := NewRun(now), NewRun(now.Add(time.Second))
	if first == second || len(first) > 10 || !identifier.MatchString(first) {
		t.Errorf("runs %q and %q", first, second)
	}
}
