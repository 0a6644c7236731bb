// Package throwaway runs a PostgreSQL and a Temporal engine with its UI for one test run.
//
// It owns: their folder, which is removed at the end; one that a killed run left is removed by the next. It does not own:
// what is in the databases. What always holds: nothing is shared with the development stack or with another test run.
package throwaway

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"o2c/devstack/internal/engine"
	"o2c/devstack/internal/lock"
	"o2c/devstack/internal/pg"
	"o2c/devstack/internal/ports"
)

const prefix = "o2c-servers-"

// Servers are running servers for tests.
type Servers struct {
	dir    string // "" after Stop
	home   pg.Home
	lock   *lock.Lock
	pg     *pg.Server
	engine *engine.Engine
	ui     string // host:port of the engine's UI
	failed chan string
}

// Start starts the servers on free ports of 127.0.0.1, with their data below base, or below the folder for temporary files
// when base is empty. say gets a line before PostgreSQL is installed or downloaded.
func Start(ctx context.Context, base string, say func(string)) (_ *Servers, err error) {
	if base == "" {
		base = os.TempDir()
	}
	sweep(base)
	s := &Servers{failed: make(chan string, 2)}
	defer func() {
		if err != nil {
			s.Stop()
		}
	}()
	if err := s.makeFolder(base); err != nil {
		return nil, err
	}
	group, groupCtx := errgroup.WithContext(ctx)
	group.Go(func() error { return s.startPostgres(groupCtx, say) })
	group.Go(func() error { return s.startEngine(groupCtx) })
	if err := group.Wait(); err != nil {
		return nil, err
	}
	go s.watch(s.pg, s.engine)
	return s, nil
}

func (s *Servers) makeFolder(base string) (err error) {
	if s.dir, err = os.MkdirTemp(base, prefix); err != nil {
		return err
	}
	if s.dir, err = filepath.Abs(s.dir); err != nil {
		return err
	}
	// PostgreSQL may run as another user, who has to pass through.
	if err = os.Chmod(s.dir, 0o711); err != nil {
		return err
	}
	// The lock gets its name only when it is held, so that no other run takes the folder for a left-over.
	if s.lock, err = lock.Acquire(filepath.Join(s.dir, "lock.new")); err != nil {
		return err
	}
	return os.Rename(filepath.Join(s.dir, "lock.new"), filepath.Join(s.dir, "lock"))
}

func (s *Servers) startPostgres(ctx context.Context, say func(string)) (err error) {
	if s.home, err = pg.Place(filepath.Join(s.dir, "postgres")); err != nil {
		return err
	}
	programs, err := pg.Find(ctx, s.home.Dir, say)
	if err != nil {
		return err
	}
	port, err := ports.Free()
	if err != nil {
		return err
	}
	logFile, err := os.OpenFile(filepath.Join(s.dir, "postgres.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	defer logFile.Close()
	s.pg, err = pg.Start(ctx, programs, s.home, pg.Options{Port: port, Log: logFile, Throwaway: true})
	return err
}

func (s *Servers) startEngine(ctx context.Context) (err error) {
	port, err := ports.Free()
	if err != nil {
		return err
	}
	ui := port
	for ui == port {
		if ui, err = ports.Free(); err != nil {
			return err
		}
	}
	s.ui = ports.Local(ui)
	s.engine, err = engine.Start(ctx, engine.Options{Port: port, UI: s.ui, LogFile: filepath.Join(s.dir, "temporal.log")})
	return err
}

func (s *Servers) watch(server *pg.Server, engine *engine.Engine) {
	select {
	case <-server.Done():
		s.failed <- fmt.Sprintf("the test PostgreSQL ended (%s)", server.Ending())
	case message := <-engine.Failed():
		s.failed <- "the test engine failed: " + message
	}
}

// Environment is what a test needs to know, as KEY=value.
func (s *Servers) Environment() []string {
	return []string{
		"O2C_TEST_TEMPORAL_UI=http://" + s.ui,
		"O2C_TEST_DATABASE_URL=" + s.pg.URL("postgres"),
		"O2C_TEST_TEMPORAL_ADDRESS=" + s.engine.Address(),
	}
}

// Failed delivers a sentence when one of the servers has ended by itself.
func (s *Servers) Failed() <-chan string { return s.failed }

// Stop stops the servers and removes their data. The engine keeps its data in memory: it ends with the process.
func (s *Servers) Stop() {
	if s.pg != nil {
		now, cancel := context.WithCancel(context.Background())
		cancel() // nothing in there is worth a checkpoint
		s.pg.Stop(now)
	}
	if s.home.Moved {
		_ = os.RemoveAll(s.home.Dir)
	}
	if s.dir != "" {
		_ = os.RemoveAll(s.dir)
	}
	if s.lock != nil {
		s.lock.Release()
	}
}

// sweep removes the folders of runs that were killed.
func sweep(base string) {
	folders, _ := filepath.Glob(filepath.Join(base, prefix+"*")) // the pattern is well-formed
	for _, folder := range folders {
		info, err := os.Stat(folder)
		if err != nil {
			continue
		}
		name := filepath.Join(folder, "lock")
		if _, err := os.Stat(name); err != nil && time.Since(info.ModTime()) < time.Hour {
			continue // it is only just being made
		}
		if held, _, err := lock.Held(name); err == nil && !held {
			_ = os.RemoveAll(folder)
		}
	}
}
