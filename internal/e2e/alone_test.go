package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
	sdkworker "go.temporal.io/sdk/worker"
	"google.golang.org/grpc"

	"o2c/adapters/mail"
	"o2c/adapters/warehouse"
	"o2c/command"
	"o2c/internal/testkit"
	"o2c/postgres"
	"o2c/worker"
)

// A worker that keeps no workflow in memory needs a process of its own, because the SDK has one cache for all workers of a process. The
// binary of the tests is that process when the variable alone holds what it works with.
const alone = "O2C_E2E_WORKER"

type aloneWith struct {
	Database, Temporal, Namespace, Queue, SMTP string
}

// startWorkerWithoutCache runs a worker that reads a workflow's whole history at every task, until the test ends.
func (s *stack) startWorkerWithoutCache() {
	s.t.Helper()
	with, err := json.Marshal(aloneWith{testkit.DatabaseURL(s.t), testkit.TemporalAddress(s.t), s.namespace, s.queue, s.mails.addr})
	if err != nil {
		s.t.Fatal(err)
	}
	p := &process{t: s.t, command: exec.Command(os.Args[0]), exited: make(chan struct{})}
	p.command.Env = append(os.Environ(), alone+"="+string(with))
	p.command.Stderr = os.Stderr
	p.command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err = p.command.Start(); err != nil {
		s.t.Fatal(err)
	}
	go func() {
		_ = p.command.Wait()
		close(p.exited)
	}()
	s.t.Cleanup(p.kill)
}

func workAlone() int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if err := workWithoutCache(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func workWithoutCache(ctx context.Context) error {
	var with aloneWith
	if err := json.Unmarshal([]byte(os.Getenv(alone)), &with); err != nil {
		return err
	}
	sdkworker.SetStickyWorkflowCacheSize(0)
	pool, err := postgres.Open(ctx, with.Database, 8)
	if err != nil {
		return err
	}
	defer pool.Close()
	engine, err := client.Dial(client.Options{
		HostPort: with.Temporal, Namespace: with.Namespace, Identity: "e2e", Logger: sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler)),
		ConnectionOptions: client.ConnectionOptions{DialOptions: []grpc.DialOption{grpc.WithChainUnaryInterceptor(command.SkipTime)}},
	})
	if err != nil {
		return err
	}
	defer engine.Close()
	mailer, err := mail.New(with.SMTP, "billing@seller.example")
	if err != nil {
		return err
	}
	w := worker.New(worker.Dependencies{
		Client: engine, Namespace: with.Namespace, TaskQueue: with.Queue, Pool: pool, Mailer: mailer, Warehouses: warehouse.New(true),
		Orders: &command.Service{DB: pool, Temporal: engine, Namespace: with.Namespace, TaskQueue: with.Queue, Dev: true},
	})
	if err = w.Start(); err != nil {
		return err
	}
	<-ctx.Done()
	w.Stop()
	return nil
}
