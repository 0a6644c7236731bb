package api

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"o2c/models"
)

// get reads a page at the root, without a key.
func (b *bundle) get(path string) answer {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.url+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer{status: response.StatusCode, header: response.Header, body: string(body)}
}

func TestThePagesAtTheRoot(t *testing.T) {
	t.Parallel()
	b := start(t)
	if a := b.get("/healthz"); a.status != http.StatusOK {
		t.Errorf("/healthz answers %d %s", a.status, a.body)
	}
	if a := b.get("/readyz"); a.status != http.StatusServiceUnavailable || !strings.Contains(a.body, `"engine":"unavailable"`) || !strings.Contains(a.body, `"database":"ok"`) {
		t.Errorf("/readyz without an engine answers %d %s", a.status, a.body)
	}
	if a := b.get("/openapi.yaml"); !strings.HasPrefix(a.body, "openapi: 3.1") {
		t.Errorf("/openapi.yaml answers %d", a.status)
	}
	b.must(http.StatusOK, http.MethodGet, "/orders", auditor, "")
	if a := b.get("/metrics"); !strings.Contains(a.body, `o2c_http_requests_total{operation="listOrders",status="200"} 1`) {
		t.Errorf("/metrics does not count: %s", a.body)
	}
	docs := b.get("/docs")
	if docs.status != http.StatusOK || !strings.Contains(docs.body, "/openapi.yaml") {
		t.Errorf("/docs answers %d %s", docs.status, docs.body)
	}
	for _, quote := range []string{`="http`, `='http`, `="//`} {
		if strings.Contains(docs.body, quote) {
			t.Errorf("/docs loads something from another host: %s", docs.body)
		}
	}
	for _, asset := range []string{"/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js"} {
		if a := b.get(asset); a.status != http.StatusOK || len(a.body) == 0 {
			t.Errorf("%s answers %d", asset, a.status)
		}
	}
	for _, path := range []string{"/", "/v1/nowhere", "/v2/orders"} {
		if a := b.get(path); a.status != http.StatusNotFound || a.problem(t).Code != "route-not-found" {
			t.Errorf("%s answers %d %s", path, a.status, a.body)
		}
	}
	if a := b.do(http.MethodDelete, "/orders", admin, ""); a.status != http.StatusMethodNotAllowed || a.header.Get("Allow") == "" {
		t.Errorf("DELETE /orders answers %d %v %s", a.status, a.header, a.body)
	}
}

func TestARequestIDIsEchoedOrMade(t *testing.T) {
	t.Parallel()
	b := start(t)
	if got := b.do(http.MethodGet, "/orders", auditor, "", header("X-Request-Id", "mine-1")).header.Get("X-Request-Id"); got != "mine-1" {
		t.Errorf("the request id is %q", got)
	}
	if got := b.do(http.MethodGet, "/orders", auditor, "", header("X-Request-Id", strings.Repeat("x", 200))).header.Get("X-Request-Id"); !strings.HasPrefix(got, "req_") {
		t.Errorf("the request id is %q", got)
	}
}

// Each kind of error, and what a client sees of it.
func TestErrorsByKind(t *testing.T) {
	t.Parallel()
	secret := errors.New("password=hunter2")
	for name, c := range map[string]struct {
		err    error
		status int
		code   string
	}{
		"invalid":      {models.Invalid("bad", "x"), 422, "bad"},
		"malformed":    {&models.Error{Kind: models.KindMalformed, Code: "broken"}, 400, "broken"},
		"not found":    {models.NotFound("order", "x"), 404, "order-not-found"},
		"conflict":     {models.Conflict("closed", "x"), 409, "closed"},
		"forbidden":    {&models.Error{Kind: models.KindForbidden, Code: "forbidden"}, 403, "forbidden"},
		"unavailable":  {models.Unavailable("away", "x"), 503, "away"},
		"internal":     {secret, 500, "internal-error"},
		"of our own":   {&models.Error{Kind: models.KindInternal, Code: "secret", Detail: "hunter2"}, 500, "internal-error"},
		"out of time":  {context.DeadlineExceeded, 503, "timeout"},
		"two the same": {errors.Join(models.Invalid("bad", "x"), models.Invalid("bad", "y")), 422, "bad"},
		"two kinds":    {errors.Join(models.Conflict("closed", "x"), models.Invalid("bad", "y")), 422, "invalid-request"},
	} {
		problem := problemOf(c.err, "/v1/x")
		if problem.Status != c.status || problem.Code != c.code || problem.Title == "" || problem.Type != "/problems/"+c.code {
			t.Errorf("%s is %+v, want %d %s", name, problem, c.status, c.code)
		}
		if strings.Contains(problem.Detail, "hunter2") {
			t.Errorf("%s leaks %q", name, problem.Detail)
		}
	}
}

func TestAPanicIsA500ThatTellsNothing(t *testing.T) {
	t.Parallel()
	s := &server{log: slog.New(slog.DiscardHandler), metrics: newMetrics(prometheus.NewRegistry())}
	engine := gin.New()
	engine.Use(s.observe, s.recovered)
	engine.GET("/panic", func(*gin.Context) { panic("hunter2") })
	recorder := httptest.NewRecorder()
	engine.ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/panic", nil))
	if recorder.Code != http.StatusInternalServerError || strings.Contains(recorder.Body.String(), "hunter2") || !strings.Contains(recorder.Body.String(), "internal-error") {
		t.Errorf("answers %d %s", recorder.Code, recorder.Body)
	}
}

func TestServeLetsRunningRequestsFinish(t *testing.T) {
	t.Parallel()
	running, finish := make(chan struct{}), make(chan struct{})
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(running)
		<-finish
		if r.Context().Err() != nil {
			t.Error("the request was cancelled by the shutdown")
		}
		_, _ = io.WriteString(w, "done")
	})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	addresses, ended := make(chan net.Addr, 1), make(chan error, 1)
	go func() {
		ended <- Serve(ctx, Config{Addr: "127.0.0.1:0", Drain: 10 * time.Second, Listening: func(a net.Addr) { addresses <- a }}, handler)
	}()
	address := (<-addresses).String()
	answered := make(chan string, 1)
	go func() {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address, nil)
		if err != nil {
			t.Error(err)
			return
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Error(err)
			answered <- ""
			return
		}
		defer func() { _ = response.Body.Close() }()
		body, _ := io.ReadAll(response.Body)
		answered <- string(body)
	}()
	<-running
	stop()
	close(finish)
	if got := <-answered; got != "done" {
		t.Errorf("the running request got %q", got)
	}
	if err := <-ended; err != nil {
		t.Errorf("Serve ended with %v", err)
	}
}

func TestServeNamesAPortInUse(t *testing.T) {
	t.Parallel()
	var listen net.ListenConfig
	listener, err := listen.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	if err = Serve(t.Context(), Config{Addr: listener.Addr().String()}, http.NotFoundHandler()); err == nil || !strings.Contains(err.Error(), listener.Addr().String()) {
		t.Errorf("Serve answers %v", err)
	}
}
