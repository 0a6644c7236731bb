package api

import (
	"fmt"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"o2c/command"
)

// metrics counts requests and measures how long they took, by operation.
type metrics struct {
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
}

func newMetrics(registry prometheus.Registerer) *metrics {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "o2c_http_requests_total", Help: "Requests answered, by operation and status.",
		}, []string{"operation", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "o2c_http_request_duration_seconds", Help: "How long requests took, by operation.", Buckets: prometheus.DefBuckets,
		}, []string{"operation"}),
	}
	registry.MustRegister(m.requests, m.duration)
	return m
}

// observe gives each request an id, logs it when it is answered, counts and measures it.
func (s *server) observe(c *gin.Context) {
	began := time.Now()
	id := c.GetHeader("X-Request-Id")
	if !usableRequestID(id) {
		id = command.NewID("req_")
	}
	c.Set(requestIDKey, id)
	c.Header("X-Request-Id", id)
	c.Next()
	name := c.Request.Method + " " + c.FullPath()
	if op := operationOf(c); op != nil {
		name = op.ID
	} else if c.FullPath() == "" {
		name = "none"
	}
	took := time.Since(began)
	s.metrics.requests.WithLabelValues(name, strconv.Itoa(c.Writer.Status())).Inc()
	s.metrics.duration.WithLabelValues(name).Observe(took.Seconds())
	s.log.InfoContext(c.Request.Context(), "request", "request_id", id, "operation", name, "method", c.Request.Method, "path", c.Request.URL.Path,
		"status", c.Writer.Status(), "took", took, "principal", principalOf(c).Name)
}

// usableRequestID takes a caller's id of up to 128 visible characters.
func usableRequestID(id string) bool {
	for i := range len(id) {
		if id[i] <= ' ' || id[i] > '~' {
			return false
		}
	}
	return id != "" && len(id) <= 128
}

// recovered turns a panic into a 500 that tells nothing.
func (s *server) recovered(c *gin.Context) {
	defer func() {
		cause := recover()
		if cause == nil {
			return
		}
		s.log.ErrorContext(c.Request.Context(), "panic", "request_id", requestID(c), "cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
		if !c.Writer.Written() {
			s.refuse(c, fmt.Errorf("panic: %v", cause))
		}
		c.Abort()
	}()
	c.Next()
}
