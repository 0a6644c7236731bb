package testkit

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Server is a PostgreSQL of one test's own, which the test may crash. It keeps what was committed, as far as the operating system
// lives. It ends with the test, and with the test binary.
type Server struct {
	t    testing.TB
	bin  string
	dir  string
	port int
	as   *syscall.Credential // nil is the current user

	process *os.Process
	ended   chan struct{}
}

// StartServer makes a cluster and starts it, with the programs of the server that the tests use, as the account that it runs as.
// Where that server is on another machine the test is skipped.
func StartServer(t testing.TB) *Server {
	t.Helper()
	s := &Server{t: t}
	var data string
	err := maintain(func(ctx context.Context, db *pgx.Conn) error {
		return db.QueryRow(ctx, `SELECT (SELECT setting FROM pg_config WHERE name = 'BINDIR'), current_setting('data_directory')`).Scan(&s.bin, &data)
	})
	if err != nil {
		t.Fatalf("testkit: %v", err)
	}
	info, err := os.Stat(data)
	if _, missing := os.Stat(filepath.Join(s.bin, "initdb")); err != nil || missing != nil {
		t.Skipf("testkit: the programs and data of the test server are not on this machine: %v, %v", err, missing)
	}
	if s.dir, err = os.MkdirTemp("", "o2c-server-"); err != nil { //nolint:usetesting // the account of the server can't enter t.TempDir
		t.Fatalf("testkit: %v", err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(s.dir) })
	if owner, ok := info.Sys().(*syscall.Stat_t); ok && os.Geteuid() == 0 {
		s.as = &syscall.Credential{Uid: owner.Uid, Gid: owner.Gid} // PostgreSQL does not run as root
		if err = os.Chown(s.dir, int(owner.Uid), int(owner.Gid)); err != nil {
			t.Fatalf("testkit: %v", err)
		}
	}
	initdb := exec.CommandContext(t.Context(), filepath.Join(s.bin, "initdb"), "-D", s.dir, "-U", "o2c", "--auth=trust", "--encoding=UTF8", "--no-sync")
	initdb.Dir, initdb.SysProcAttr = s.dir, &syscall.SysProcAttr{Credential: s.as}
	if out, err := initdb.CombinedOutput(); err != nil {
		t.Fatalf("testkit: initdb: %v\n%s", err, out)
	}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("testkit: %v", err)
	}
	s.port = listener.Addr().(*net.TCPAddr).Port
	_ = listener.Close()
	t.Cleanup(s.Crash)
	s.Start()
	return s
}

// URL is the connection string of a role and a database: there are the superuser o2c and the database postgres.
func (s *Server) URL(role, database string) string {
	return fmt.Sprintf("postgres://%s@127.0.0.1:%d/%s?sslmode=disable", role, s.port, database)
}

// Start starts the server on its cluster and waits until it takes connections.
func (s *Server) Start() {
	s.t.Helper()
	log, err := os.OpenFile(filepath.Join(s.dir, "server.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		s.t.Fatalf("testkit: %v", err)
	}
	defer func() { _ = log.Close() }() // the child has its own descriptor
	command := exec.Command(filepath.Join(s.bin, "postgres"), "-D", s.dir, "-p", strconv.Itoa(s.port), "-c", "listen_addresses=127.0.0.1",
		"-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "max_connections=120", "-c", "timezone=UTC")
	command.Dir, command.Stdout, command.Stderr = s.dir, log, log
	command.SysProcAttr = endsWithParent(&syscall.SysProcAttr{Credential: s.as})
	started, ended := make(chan error), make(chan struct{})
	go func() {
		// The kernel ends the child when the thread ends that started it: this one waits for it.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer close(ended)
		err := command.Start()
		started <- err
		if err == nil {
			_ = command.Wait()
		}
	}()
	if err = <-started; err != nil {
		s.t.Fatalf("testkit: %v", err)
	}
	s.process, s.ended = command.Process, ended
	ctx, cancel := context.WithTimeout(s.t.Context(), startTimeout)
	defer cancel()
	for {
		connection, err := pgx.Connect(ctx, s.URL("o2c", "postgres"))
		if err == nil {
			_ = connection.Close(ctx)
			return
		}
		select {
		case <-ended:
			s.t.Fatalf("testkit: the server ended at its start:\n%s", tail(filepath.Join(s.dir, "server.log")))
		case <-ctx.Done():
			s.t.Fatalf("testkit: the server did not start: %v\n%s", err, tail(filepath.Join(s.dir, "server.log")))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Crash ends the server at once, as `pg_ctl stop -m immediate` does: sessions are cut, nothing is written any more, and the next
// start recovers from the log. Only this server's own process is told.
func (s *Server) Crash() {
	if s.process == nil {
		return
	}
	_ = s.process.Signal(syscall.SIGQUIT)
	<-s.ended
	s.process = nil
}
