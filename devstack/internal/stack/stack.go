package stack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"o2c/devstack/internal/engine"
	"o2c/devstack/internal/lock"
	"o2c/devstack/internal/mailbox"
	"o2c/devstack/internal/pg"
	"o2c/devstack/internal/proc"
	"o2c/devstack/internal/settings"
)

// Stack is a running development stack.
type Stack struct {
	settings settings.Settings
	program  string // the product's binary

	progress io.Writer
	speaking sync.Mutex // PostgreSQL and the engine start side by side

	lock     *lock.Lock
	postgres *pg.Server // nil when somebody chose a database
	database string
	engine   *engine.Engine // nil when somebody chose an engine
	temporal string
	mails    *mailbox.Mailbox
	product  *product
	failed   chan string
}

func lockFile(dir string) string { return filepath.Join(dir, "lock") }

func mailDir(dir string) string { return filepath.Join(dir, "mail") }

// Start starts everything and returns when the product is ready. program is the product's binary; what happens is told to
// progress in a few lines. When it fails, or ctx ends, all that was started has been stopped; the error is a sentence for a
// person.
func Start(ctx context.Context, chosen settings.Settings, program string, progress io.Writer) (_ *Stack, err error) {
	s := &Stack{settings: chosen, progress: progress, failed: make(chan string, 1)}
	if s.program, err = findProgram(program); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(chosen.Dir, 0o755); err != nil {
		return nil, err
	}
	if s.lock, err = lock.Acquire(lockFile(chosen.Dir)); errors.Is(err, lock.ErrHeld) {
		_, pid, _ := lock.Held(lockFile(chosen.Dir))
		return nil, fmt.Errorf("a stack already runs in %s (process %s): stop it, or choose another folder with %s", show(chosen.Dir), pid, settings.Dir)
	} else if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			s.progress = io.Discard // the reason says it all
			s.Stop(context.Background())
		}
	}()
	if err := os.Remove(environmentFile(chosen.Dir)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err // it would tell others of a stack that was killed
	}
	if err := s.startServers(ctx); err != nil {
		return nil, err
	}
	if err := writeEnvironment(chosen.Dir, s.variables()); err != nil {
		return nil, err
	}
	if err := s.startProducts(ctx); err != nil {
		return nil, err
	}
	go s.watch()
	return s, nil
}

// startServers starts what the product needs: PostgreSQL and the engine side by side, then the mail catcher.
func (s *Stack) startServers(ctx context.Context) (err error) {
	var private cluster
	if s.settings.Database == "" {
		if private, err = s.prepareCluster(ctx); err != nil {
			return err
		}
	}
	if err := s.checkAddresses(private.port); err != nil {
		return err
	}
	group, groupCtx := errgroup.WithContext(ctx)
	group.Go(func() error {
		if s.settings.Database != "" {
			return s.useDatabase(groupCtx)
		}
		return s.startPostgres(groupCtx, private)
	})
	group.Go(func() error {
		if s.settings.Temporal != "" {
			return s.useEngine(groupCtx)
		}
		return s.startEngine(groupCtx)
	})
	if err := group.Wait(); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx) // a person's wish, not what it broke
		}
		return err
	}
	s.mails, err = mailbox.Open(s.settings.SMTP, mailDir(s.settings.Dir))
	return err
}

// startProducts brings the database up to date and starts the product.
func (s *Stack) startProducts(ctx context.Context) error {
	for _, subcommand := range []string{"migrate", "seed"} {
		if err := s.once(ctx, subcommand); err != nil {
			return err
		}
	}
	s.say("The database is migrated and seeded.")
	return s.serve(ctx)
}

// watch reports the first part that ends by itself.
func (s *Stack) watch() {
	var postgresEnded <-chan struct{}
	if s.postgres != nil {
		postgresEnded = s.postgres.Done()
	}
	var engineFailed <-chan string
	if s.engine != nil {
		engineFailed = s.engine.Failed()
	}
	logs := func(name string) string { return show(filepath.Join(s.settings.Dir, "log", name+".log")) }
	select {
	case <-s.product.Done():
		s.failed <- s.product.ended("ended").Error()
	case <-postgresEnded:
		s.failed <- fmt.Sprintf("PostgreSQL ended (%s); its log is %s", s.postgres.Ending(), logs("postgres"))
	case message := <-engineFailed:
		s.failed <- fmt.Sprintf("the Temporal engine failed (%s); its log is %s", message, logs("temporal"))
	}
}

// Failed delivers a sentence when a part of the stack has ended by itself. The rest still runs: call Stop.
func (s *Stack) Failed() <-chan string { return s.failed }

// Stop stops everything, the product first and the database last, and says so. A cancelled ctx makes it impatient.
func (s *Stack) Stop(ctx context.Context) {
	if s.product != nil {
		s.product.Stop(ctx, proc.Step{Signal: syscall.SIGTERM, Wait: productGrace})
		_ = s.product.log.Close()
		s.say("%s has stopped.", s.product.what)
	}
	if s.engine != nil {
		limited, cancel := context.WithTimeout(ctx, 10*time.Second)
		s.engine.Stop(limited)
		cancel()
		s.say("Temporal has stopped.")
	}
	if s.mails != nil {
		s.mails.Close()
	}
	if s.postgres != nil {
		s.postgres.Stop(ctx)
		s.say("PostgreSQL has stopped.")
	}
	_ = os.Remove(environmentFile(s.settings.Dir))
	s.lock.Release()
}

// say tells a line of progress.
func (s *Stack) say(format string, args ...any) {
	s.speaking.Lock()
	defer s.speaking.Unlock()
	fmt.Fprintf(s.progress, format+"\n", args...)
}
