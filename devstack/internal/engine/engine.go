package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/temporalio/ui-server/v2/server"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/server/common/authorization"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/temporal"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"o2c/devstack/internal/ports"
)

// Options say where an engine listens and where it keeps its data.
type Options struct {
	Port    int    // of the frontend, on 127.0.0.1
	File    string // SQLite file; empty keeps everything in memory
	UI      string // host:port of the web interface; empty starts none
	LogFile string // warnings and errors are appended here
}

// Engine is a running Temporal server.
type Engine struct {
	address string
	server  temporal.Server
	ui      *server.Server
	failed  chan string
}

// Start starts an engine and returns when it takes workflows and every search attribute is registered. It fails when a
// port is taken, when the file cannot be used, or when ctx ends.
func Start(ctx context.Context, options Options) (*Engine, error) {
	e := &Engine{address: ports.Local(options.Port), failed: make(chan string, 1)}
	logger, err := logTo(options.LogFile, func(message string) {
		select {
		case e.failed <- message:
		default: // the first failure is the one to report
		}
	})
	if err != nil {
		return nil, err
	}
	store, err := openDatabase(options.File, Attributes)
	if err != nil {
		return nil, err
	}
	conf, err := serverConfig(options.Port, store)
	if err != nil {
		return nil, err
	}
	e.server, err = temporal.NewServer(
		temporal.WithConfig(conf),
		temporal.ForServices(temporal.DefaultServices),
		temporal.WithStaticHosts(staticHosts(conf)),
		temporal.WithDynamicConfigClient(dynamicConfig()),
		temporal.WithLogger(logger),
		temporal.WithAuthorizer(authorization.NewNoopAuthorizer()),
		temporal.WithClaimMapper(func(*config.Config) authorization.ClaimMapper { return authorization.NewNoopClaimMapper() }),
	)
	if err != nil {
		return nil, fmt.Errorf("the Temporal engine cannot be configured: %w", err)
	}
	if err := e.start(ctx); err != nil {
		return nil, err
	}
	if options.UI != "" {
		host, port, err := ports.Split(options.UI)
		if err != nil {
			return nil, err
		}
		e.ui = newUI(host, port, e.address)
		go func() { _ = e.ui.Start() }() // returns when Stop closes it
	}
	return e, nil
}

// start runs the server's own start, which does not listen to a context, and waits for the registered attributes.
func (e *Engine) start(ctx context.Context) error {
	started := make(chan error, 1)
	go func() { started <- e.server.Start() }()
	select {
	case err := <-started:
		if err != nil {
			return fmt.Errorf("the Temporal engine cannot start: %w", err)
		}
	case message := <-e.failed:
		return fmt.Errorf("the Temporal engine cannot start: %s", message)
	case <-ctx.Done():
		return fmt.Errorf("the Temporal engine did not start: %w", context.Cause(ctx))
	}

	connection, err := grpc.NewClient(e.address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer connection.Close()
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	return register(ctx, operatorservice.NewOperatorServiceClient(waitForReady{connection}), Attributes)
}

// Address is the host and port that clients and workers connect to.
func (e *Engine) Address() string { return e.address }

// Failed delivers the message of an error that the engine does not survive.
func (e *Engine) Failed() <-chan string { return e.failed }

// Stop stops the web interface and the server. It returns when they have stopped or ctx ends; what is not written by then
// is redone from the file at the next start.
func (e *Engine) Stop(ctx context.Context) {
	if e.ui != nil {
		e.ui.Stop()
	}
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		_ = e.server.Stop()
	}()
	select {
	case <-stopped:
	case <-ctx.Done():
	}
}

// waitForReady makes calls wait for a frontend that does not listen yet instead of failing at once.
type waitForReady struct{ grpc.ClientConnInterface }

func (w waitForReady) Invoke(ctx context.Context, method string, args, reply any, options ...grpc.CallOption) error {
	return w.ClientConnInterface.Invoke(ctx, method, args, reply, append(options, grpc.WaitForReady(true))...)
}
