package pg

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"o2c/devstack/internal/ports"
	"o2c/devstack/internal/proc"
)

// Options say how a server is run.
type Options struct {
	Port     int
	Password string   // of the superuser; empty trusts everybody who can connect
	Log      *os.File // the server's log
	// Throwaway trades durability for speed: for a cluster that nobody needs after this run.
	Throwaway bool
}

// Server is a running PostgreSQL.
type Server struct {
	Version string

	child    *proc.Child
	port     int
	password string
}

// Start starts a server on the cluster of home, which is created when it does not exist, and returns when it takes
// connections. It fails when initdb fails, when the server ends before that, or when ctx ends.
func Start(ctx context.Context, programs Programs, home Home, options Options) (*Server, error) {
	if err := create(ctx, programs, home, options.Password); err != nil {
		return nil, err
	}
	if err := EndLeftover(ctx, home); err != nil {
		return nil, err
	}
	// A killed supervisor makes PostgreSQL end its sessions and close its files in order; a throw-away one just ends.
	death := syscall.SIGINT
	if options.Throwaway {
		death = syscall.SIGQUIT
	}
	child, err := proc.Start(proc.Spec{
		Name: "PostgreSQL", Path: filepath.Join(programs.Dir, "postgres"), Args: arguments(home, options),
		Dir: home.Dir, Env: serverEnvironment(), Stdout: options.Log, Stderr: options.Log,
		As: home.As, OwnGroup: true, Death: death,
	})
	if err != nil {
		return nil, err
	}
	s := &Server{Version: programs.Version, child: child, port: options.Port, password: options.Password}
	if err := s.ready(ctx); err != nil {
		s.Stop(ctx)
		return nil, err
	}
	return s, nil
}

func arguments(home Home, options Options) []string {
	settings := []string{
		"port=" + strconv.Itoa(options.Port), "listen_addresses=127.0.0.1", "unix_socket_directories=",
		"logging_collector=off", "log_destination=stderr", "timezone=UTC", "log_timezone=UTC",
		"max_connections=200", "password_encryption=scram-sha-256",
	}
	if options.Throwaway {
		settings = append(settings,
			"max_connections=400", "fsync=off", "synchronous_commit=off", "full_page_writes=off",
			"wal_level=minimal", "max_wal_senders=0", "max_wal_size=2GB", "checkpoint_timeout=1h",
			"autovacuum=off", // a test must not wait for a lock that no test took
			"jit=off",
		)
	}
	args := []string{"-D", dataDir(home.Dir)}
	for _, setting := range settings {
		args = append(args, "-c", setting)
	}
	return args
}

// URL is the connection string of a database, with the superuser and its password.
func (s *Server) URL(database string) string {
	account := url.User(superuser)
	if s.password != "" {
		account = url.UserPassword(superuser, s.password)
	}
	address := url.URL{Scheme: "postgres", User: account, Host: ports.Local(s.port), Path: "/" + database, RawQuery: "sslmode=disable"}
	return address.String()
}

// Done is closed when the server has ended, by itself or by Stop.
func (s *Server) Done() <-chan struct{} { return s.child.Done() }

// Ending says in words how the server ended.
func (s *Server) Ending() string { return s.child.Ending() }

// Stop ends the server's sessions and stops it; a cancelled ctx ends it without closing its files in order.
func (s *Server) Stop(ctx context.Context) {
	s.child.Stop(ctx,
		proc.Step{Signal: syscall.SIGINT, Wait: 30 * time.Second},
		proc.Step{Signal: syscall.SIGQUIT, Wait: 10 * time.Second})
}

// invalidPassword is the SQLSTATE of a refused password.
const invalidPassword = "28P01"

// ready returns when the server takes connections.
func (s *Server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, time.Minute, errors.New("it took more than a minute"))
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if connection, err := pgx.Connect(ctx, s.URL("postgres")); err == nil {
			return connection.Close(ctx)
		} else if refused, ok := errors.AsType[*pgconn.PgError](err); ok && refused.Code == invalidPassword {
			return errors.New("the PostgreSQL cluster does not take the password that is kept beside it")
		}
		select {
		case <-tick.C:
		case <-s.Done():
			return fmt.Errorf("PostgreSQL ended at its start (%s)", s.Ending())
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL did not start: %w", context.Cause(ctx))
		}
	}
}

// CreateDatabase creates a database unless it exists.
func (s *Server) CreateDatabase(ctx context.Context, name string) error {
	connection, err := pgx.Connect(ctx, s.URL("postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = connection.Close(context.WithoutCancel(ctx)) }()
	var exists bool
	if err := connection.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, name).Scan(&exists); err != nil || exists {
		return err
	}
	_, err = connection.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize())
	return err
}
