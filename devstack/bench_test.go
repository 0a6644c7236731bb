package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"o2c/devstack/internal/ports"
)

// The test binary is also the supervisor under test and the product that the supervisor runs: the first argument tells.
const helperVariable = "DEVSTACK_TEST_HELPER"

func TestMain(m *testing.M) {
	if os.Getenv(helperVariable) == "" {
		os.Exit(m.Run())
	}
	switch os.Args[1] {
	case "migrate", "seed", "serve":
		if err := fakeProduct(os.Args[1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(3)
		}
	default:
		main()
	}
}

// failVariable names the subcommand with which the fake product fails.
const failVariable = "DEVSTACK_TEST_FAIL"

// fakeProduct does what the supervisor expects of the product and leaves a row with every seeding.
func fakeProduct(subcommand string) error {
	if os.Getenv(failVariable) == subcommand {
		return errors.New("the product fails as it was told to")
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if subcommand == "serve" {
		return fakeServe(ctx)
	}
	connection, err := pgx.Connect(ctx, os.Getenv("O2C_DATABASE_URL"))
	if err != nil {
		return err
	}
	defer connection.Close(ctx)
	statement := `CREATE TABLE IF NOT EXISTS starts (at timestamptz)`
	if subcommand == "seed" {
		statement = `INSERT INTO starts VALUES (now())`
	}
	_, err = connection.Exec(ctx, statement)
	return err
}

func fakeServe(ctx context.Context) error {
	routes := http.NewServeMux()
	routes.HandleFunc("/readyz", func(http.ResponseWriter, *http.Request) {})
	routes.HandleFunc("POST /die", func(http.ResponseWriter, *http.Request) {
		fmt.Fprintln(os.Stderr, "the product's last words")
		os.Exit(9)
	})
	server := &http.Server{Addr: os.Getenv("O2C_API_ADDR"), Handler: routes}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// bench is one test's place: a development folder, addresses of its own, and the supervisor to start there.
type bench struct {
	*testing.T
	ctx context.Context
	dir string
	env []string

	api, engine, smtp string
}

func newBench(t *testing.T) *bench {
	t.Helper()
	t.Parallel()
	// Not the test's own context, which ends before the clean-up that looks for processes.
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Second)
	t.Cleanup(cancel)
	folder := t.TempDir()
	// Started by root, PostgreSQL runs as another user, who has to pass through.
	for _, closed := range []string{folder, filepath.Dir(folder)} {
		if err := os.Chmod(closed, 0o711); err != nil {
			t.Fatal(err)
		}
	}
	b := &bench{T: t, ctx: ctx, dir: filepath.Join(folder, "dev")}
	address := func() string {
		port, err := ports.Free()
		if err != nil {
			t.Fatal(err)
		}
		return ports.Local(port)
	}
	b.api, b.engine, b.smtp = address(), address(), address()
	_, enginePort, _ := ports.Split(b.engine)
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "O2C_") {
			b.env = append(b.env, entry)
		}
	}
	b.set(helperVariable, "1")
	b.set("O2C_DEV_DIR", b.dir)
	b.set("O2C_API_ADDR", b.api)
	b.set("O2C_DEV_TEMPORAL_PORT", fmt.Sprint(enginePort))
	b.set("O2C_TEMPORAL_UI_ADDR", address())
	b.set("O2C_DEV_SMTP_ADDR", b.smtp)
	t.Cleanup(func() { b.expectNothingLeft() })
	return b
}

func (b *bench) set(name, value string) { b.env = append(b.env, name+"="+value) }

// supervisor is a started devstack.
type supervisor struct {
	b      *bench
	cmd    *exec.Cmd
	output *output
	done   chan struct{}
}

// start starts devstack with arguments; up and run get the fake product.
func (b *bench) start(args ...string) *supervisor {
	b.Helper()
	if args[0] == "up" || args[0] == "run" {
		args = append([]string{args[0], "--product", os.Args[0]}, args[1:]...)
	}
	return b.launch(exec.CommandContext(b.ctx, os.Args[0], args...))
}

func (b *bench) launch(cmd *exec.Cmd) *supervisor {
	b.Helper()
	s := &supervisor{b: b, cmd: cmd, output: &output{}, done: make(chan struct{})}
	cmd.Env, cmd.Stdout, cmd.Stderr = b.env, s.output, s.output
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	go func() {
		defer close(s.done)
		_ = cmd.Wait()
	}()
	b.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-s.done
		if b.Failed() {
			b.Logf("devstack said:\n%s", s.output)
		}
	})
	return s
}

// up starts the stack and waits until it is announced.
func (b *bench) up() *supervisor {
	b.Helper()
	s := b.start("up")
	s.awaitOutput("is ready.")
	return s
}

func (s *supervisor) awaitOutput(text string) {
	s.b.Helper()
	s.b.until("the output contains "+text, func() bool {
		select {
		case <-s.done:
			if !strings.Contains(s.output.String(), text) {
				s.b.Fatalf("devstack ended early:\n%s", s.output)
			}
		default:
		}
		return strings.Contains(s.output.String(), text)
	})
}

// exit waits for the end and returns the exit code.
func (s *supervisor) exit() int {
	s.b.Helper()
	select {
	case <-s.done:
		return s.cmd.ProcessState.ExitCode()
	case <-s.b.ctx.Done():
		s.b.Fatalf("devstack does not end:\n%s", s.output)
		return -1
	}
}

// stop asks devstack to stop and expects it to end well.
func (s *supervisor) stop() {
	s.b.Helper()
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	if code := s.exit(); code != 0 {
		s.b.Errorf("a stopped stack exits with %d:\n%s", code, s.output)
	}
}

// expectRefusal expects devstack to end at once with exit code 1 and one sentence that contains all of parts.
func (s *supervisor) expectRefusal(parts ...string) {
	s.b.Helper()
	if code := s.exit(); code != 1 {
		s.b.Errorf("exit code %d, want 1", code)
	}
	for _, part := range parts {
		if !strings.Contains(s.output.String(), part) {
			s.b.Errorf("%q does not contain %q", s.output, part)
		}
	}
}

// until polls a condition and fails the test when it does not come true in time.
func (b *bench) until(what string, met func() bool) {
	b.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !met() {
		select {
		case <-tick.C:
		case <-b.ctx.Done():
			b.Fatalf("not reached: %s", what)
		}
	}
}

// output collects what a process writes.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}
