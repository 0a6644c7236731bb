package api

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/swaggest/swgui"
	swagger "github.com/swaggest/swgui/v5emb"

	"o2c/command"
	"o2c/models"
)

// How long requests may take. Only fast-forward, and getOrder with wait_for, may take longer than requestTimeout.
const (
	requestTimeout     = 15 * time.Second
	maxWait            = 60 * time.Second
	fastForwardTimeout = 10 * time.Minute
)

// Deps is what the API stands on. DB and Commands are required.
type Deps struct {
	DB       *pgxpool.Pool
	Commands *command.Service
	// Log takes the access log and what went wrong; nil is the default logger.
	Log *slog.Logger
	// Dev allows the development keys and the routes under /v1/dev. A production start leaves it false.
	Dev bool
	// PlainWebhooks allows outside addresses without encryption.
	PlainWebhooks bool
	// Keys knows the API keys. Without it the development stack knows DevKeys, and production nobody.
	Keys Keys
	// Metrics is where the API registers its metrics and what /metrics shows; nil makes a registry of its own.
	Metrics *prometheus.Registry
}

// server answers the operations of the document: it is the generated StrictServerInterface.
type server struct {
	db         *pgxpool.Pool
	commands   *command.Service
	claims     command.Claims
	keys       Keys
	dev        bool
	plain      bool // outside addresses may go without encryption
	log        *slog.Logger
	metrics    *metrics
	operations map[string]*operation
}

var _ StrictServerInterface = (*server)(nil)

// New makes the handler of the whole API: /v1, and at the root /healthz, /readyz, /metrics, /openapi.yaml and /docs.
func New(deps Deps) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	s := &server{db: deps.DB, commands: deps.Commands, claims: command.Claims{DB: deps.DB}, keys: deps.Keys, dev: deps.Dev, plain: deps.PlainWebhooks, log: deps.Log}
	if s.log == nil {
		s.log = slog.Default()
	}
	if s.keys == nil {
		s.keys = noKeys{}
		if deps.Dev {
			s.keys = DevKeys{}
		}
	}
	registry := deps.Metrics
	if registry == nil {
		registry = prometheus.NewRegistry()
		registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	}
	s.metrics = newMetrics(registry)
	_, s.operations = readDocument()

	engine := gin.New()
	engine.ContextWithFallback = true
	engine.HandleMethodNotAllowed = true
	engine.RedirectTrailingSlash = false
	engine.Use(s.observe, s.recovered)
	engine.NoRoute(func(c *gin.Context) { s.refuse(c, models.NotFound("route", clip(c.Request.URL.Path))) })
	engine.NoMethod(func(c *gin.Context) {
		s.refuse(c, &models.Error{Code: "method-not-allowed", Detail: c.Request.Method + " is not allowed here"})
	})
	s.routes(engine)
	s.rootRoutes(engine, registry)
	return engine
}

// routes puts the document's operations behind the checks, in the order of the contract: 401, 403, key, body.
func (s *server) routes(engine *gin.Engine) {
	group := engine.Group(base, s.withOperation, s.authenticate, s.authorize, s.requireKey, s.validate, s.once)
	strict := NewStrictHandlerWithOptions(s, nil, StrictGinServerOptions{
		RequestErrorHandlerFunc:  s.unreadable,
		HandlerErrorFunc:         s.refuse,
		ResponseErrorHandlerFunc: s.refuse,
	})
	RegisterHandlersWithOptions(group, strict, GinServerOptions{
		ErrorHandler: func(c *gin.Context, err error, _ int) { s.unreadable(c, err) },
	})
}

// unreadable answers a request that the generated code can't read although it passed the document: the two disagree only
// about what the document says too little of.
func (s *server) unreadable(c *gin.Context, err error) {
	s.log.WarnContext(c.Request.Context(), "request passed the document and can't be read", "request_id", requestID(c), "error", err)
	s.refuse(c, models.Invalid(invalidRequest, "The request can't be read."))
}

func (s *server) rootRoutes(engine *gin.Engine, registry *prometheus.Registry) {
	engine.GET("/healthz", s.getHealth)
	engine.GET("/readyz", s.getReadiness)
	engine.GET("/metrics", gin.WrapH(promhttp.HandlerFor(registry, promhttp.HandlerOpts{})))
	engine.GET("/openapi.yaml", func(c *gin.Context) { c.Data(http.StatusOK, "application/yaml", documentYAML) })
	docs := gin.WrapH(swagger.NewHandlerWithConfig(swgui.Config{
		Title: "o2c API", SwaggerJSON: "/openapi.yaml", BasePath: "/docs/",
		// The validator's badge would call another host.
		SettingsUI: map[string]string{"validatorUrl": "null"},
	}))
	engine.GET("/docs", docs)
	engine.GET("/docs/*file", docs)
}
