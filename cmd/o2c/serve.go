package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"

	"o2c/adapters/mail"
	"o2c/adapters/warehouse"
	"o2c/api"
	"o2c/command"
	"o2c/ledger"
	"o2c/postgres"
	"o2c/worker"
)

func serveCommand() *cobra.Command {
	return runs("serve", "API and worker in one process", true, true)
}

func apiCommand() *cobra.Command {
	return runs("api", "the REST API", true, false)
}

func workerCommand() *cobra.Command {
	return runs("worker", "the worker of workflows and activities", false, true)
}

// runs makes a command that serves until it is told to stop.
func runs(name, short string, withAPI, withWorker bool) *cobra.Command {
	return &cobra.Command{Use: name, Short: short, Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		config, err := loadConfig()
		if err != nil {
			return err
		}
		p, err := connect(c.Context(), config)
		if err != nil {
			return err
		}
		defer p.close()
		group, ctx := errgroup.WithContext(c.Context())
		if withWorker {
			group.Go(func() error { return p.work(ctx) })
		}
		if withAPI {
			group.Go(func() error { return p.serve(ctx) })
		}
		return group.Wait()
	}}
}

// process is a running process: its configuration and connections.
type process struct {
	config  Config
	pool    *pgxpool.Pool
	engine  client.Client
	command *command.Service
}

func connect(ctx context.Context, config Config) (*process, error) {
	pool, err := postgres.Open(ctx, config.DatabaseURL, config.DatabaseConns)
	if err != nil {
		return nil, err
	}
	options := client.Options{
		HostPort: config.TemporalAddress, Namespace: config.TemporalNamespace, Logger: log.NewStructuredLogger(slog.Default()),
	}
	if config.Dev {
		options.ConnectionOptions.DialOptions = []grpc.DialOption{grpc.WithChainUnaryInterceptor(command.SkipTime)}
	}
	engine, err := client.NewLazyClient(options) // the API starts, and answers 503, while the engine is away
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("the engine at %s: %w", config.TemporalAddress, err)
	}
	return &process{config: config, pool: pool, engine: engine, command: &command.Service{
		DB: pool, Temporal: engine, Namespace: config.TemporalNamespace, TaskQueue: config.TaskQueue, Dev: config.Dev,
	}}, nil
}

func (p *process) close() {
	p.engine.Close()
	p.pool.Close()
}

// work runs the worker until ctx ends, and then lets running activities finish.
func (p *process) work(ctx context.Context) error {
	if p.config.SMTPAddr == "" {
		return errors.New("O2C_SMTP_ADDR is not set: a worker sends mails")
	}
	mailer, err := mail.New(p.config.SMTPAddr, p.config.MailFrom)
	if err != nil {
		return err
	}
	if err = worker.CheckAttributes(ctx, p.engine, p.config.TemporalNamespace); err != nil {
		return err
	}
	w := worker.New(worker.Dependencies{
		Client: p.engine, Namespace: p.config.TemporalNamespace, TaskQueue: p.config.TaskQueue, Pool: p.pool, Orders: p.command, Mailer: mailer,
		Warehouses: warehouse.New(p.config.Dev || p.config.PrivateWebhooks), Deployment: p.config.Deployment, BuildID: p.config.BuildID,
	})
	if err = w.Start(); err != nil {
		return fmt.Errorf("the worker can't start: %w", err)
	}
	slog.Info("worker started", "task_queue", p.config.TaskQueue, "build_id", p.config.BuildID)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { p.retell(ctx); return nil })
	group.Go(func() error { p.seal(ctx); return nil })
	_ = group.Wait()
	w.Stop()
	return nil
}

// retellEvery is how often a worker looks for facts that nobody was told of; a fact is due for it after the same time.
const retellEvery = 30 * time.Second

// retell tells the process again, until ctx ends, of facts that were accepted while it could not be told. Several workers
// may do so: telling twice changes nothing.
func (p *process) retell(ctx context.Context) {
	tick := time.NewTicker(retellEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if told, err := p.command.Retell(ctx, retellEvery); err != nil {
				slog.Warn("facts could not be told", "error", err)
			} else if told > 0 {
				slog.Info("facts were told again", "count", told)
			}
		}
	}
}

// sealEvery is how often a worker seals what was posted.
const sealEvery = 10 * time.Second

// seal writes the hash chains of the ledger, and of the timeline and the audit log, on, until ctx ends. Several workers may do so: one of them does.
func (p *process) seal(ctx context.Context) {
	tick := time.NewTicker(sealEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if _, err := ledger.Seal(ctx, p.pool); err != nil && ctx.Err() == nil {
				slog.Warn("the ledger could not be sealed", "error", err)
			}
			if _, err := postgres.SealRecords(ctx, p.pool); err != nil && ctx.Err() == nil {
				slog.Warn("the timeline could not be sealed", "error", err)
			}
		}
	}
}

// serve runs the API until ctx ends, and then lets running requests finish.
func (p *process) serve(ctx context.Context) error {
	handler := api.New(api.Deps{DB: p.pool, Commands: p.command, Dev: p.config.Dev, PlainWebhooks: p.config.Dev || p.config.PrivateWebhooks})
	return api.Serve(ctx, api.Config{
		Addr:      p.config.APIAddr,
		Listening: func(addr net.Addr) { slog.Info("api started", "address", addr.String()) },
	}, handler)
}
