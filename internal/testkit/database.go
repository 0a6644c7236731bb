package testkit

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/postgres"
)

// defaultMaxConns keeps many parallel tests under the server's max_connections.
const defaultMaxConns = 8

// Option changes the pool that [Database] opens.
type Option func(*pgxpool.Config)

// MaxConns sets the size of the pool, which is 8 otherwise.
func MaxConns(n int32) Option {
	return func(c *pgxpool.Config) { c.MaxConns = n }
}

// AsOwner lets the pool act as the owner of the tables, for a test that tries what the application may not even try.
func AsOwner(c *pgxpool.Config) { delete(c.ConnConfig.RuntimeParams, "role") }

// Database returns a pool on the test's own, migrated and otherwise empty database, see [DatabaseURL]. It acts as the
// application does, see [postgres.Role], unless [AsOwner] is given. The pool is closed when the test ends; a connection that
// the test did not give back fails it.
func Database(t testing.TB, options ...Option) *pgxpool.Pool {
	t.Helper()
	config, err := pgxpool.ParseConfig(DatabaseURL(t))
	if err != nil {
		t.Fatalf("testkit: %v", err)
	}
	config.MaxConns = defaultMaxConns
	config.ConnConfig.RuntimeParams["role"] = postgres.Role
	for _, option := range options {
		option(config)
	}
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatalf("testkit: opening %s: %v", config.ConnConfig.Database, err)
	}
	t.Cleanup(func() {
		closed := make(chan struct{})
		go func() { pool.Close(); close(closed) }()
		select {
		case <-closed:
		case <-time.After(10 * time.Second):
			t.Errorf("testkit: %d connection(s) of the pool were not given back", pool.Stat().AcquiredConns())
		}
	})
	return pool
}

// DatabaseURL returns the DSN of the test's own database: a clone of the migrated template, made at the first call and the
// same for every later call with the same t. It is dropped when the test ends, unless the test failed: then its DSN is
// printed and it stays for as long as its server lives. Who logs in there is the owner of its tables.
func DatabaseURL(t testing.TB) string {
	t.Helper()
	clones.Lock()
	dsn, ok := clones.of[t]
	clones.Unlock()
	if ok {
		return dsn
	}
	template, err := migrated()
	if err != nil {
		t.Fatalf("testkit: %v", err)
	}
	name := "o2c_test_" + strings.ToLower(rand.Text()[:16])
	if err := maintain(func(ctx context.Context, db *pgx.Conn) error {
		_, err := db.Exec(ctx, "CREATE DATABASE "+quote(name)+" TEMPLATE "+quote(template))
		return err
	}); err != nil {
		t.Fatalf("testkit: cloning %s: %v", template, err)
	}
	dsn, err = databaseDSN(name, t.Name())
	if err != nil {
		t.Fatalf("testkit: %v", err)
	}
	clones.Lock()
	clones.of[t] = dsn
	clones.Unlock()
	t.Cleanup(func() {
		clones.Lock()
		delete(clones.of, t)
		clones.Unlock()
		if t.Failed() {
			t.Logf("testkit: the database is kept: psql %q", dsn)
			return
		}
		if err := drop(name); err != nil {
			t.Errorf("testkit: dropping %s: %v", name, err)
		}
	})
	return dsn
}

// clones remembers the database of each running test.
var clones = struct {
	sync.Mutex
	of map[testing.TB]string
}{of: map[testing.TB]string{}}

// migrated returns the name of the template database, made once per server and content of the migrations.
var migrated = sync.OnceValues(func() (string, error) {
	sum, err := migrationsHash(postgres.Migrations())
	if err != nil {
		return "", err
	}
	return template("o2c_template_"+sum, postgres.Migrate)
})

// template returns name after making sure that such a database exists and that migrate has run in it. Test binaries
// that need the same one at the same time wait for the first of them under an advisory lock.
func template(name string, migrate func(ctx context.Context, url string) error) (string, error) {
	err := maintain(func(ctx context.Context, db *pgx.Conn) error {
		key := fnv.New64a()
		_, _ = key.Write([]byte(name))
		lock := int64(key.Sum64()) //nolint:gosec // a lock key may wrap: any 64 bits do
		if _, err := db.Exec(ctx, "SELECT pg_advisory_lock($1)", lock); err != nil {
			return fmt.Errorf("locking template %s: %w", name, err)
		}
		// The connection's end releases the lock, on every path.
		var exists bool
		const query = "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)"
		if err := db.QueryRow(ctx, query, name).Scan(&exists); err != nil || exists {
			return err
		}

		// It gets its name when it is complete, so that a killed run leaves no half-made template.
		unfinished := name + "_unfinished"
		for _, sql := range []string{
			"DROP DATABASE IF EXISTS " + quote(unfinished) + " WITH (FORCE)",
			"CREATE DATABASE " + quote(unfinished) + " TEMPLATE template0 ENCODING 'UTF8'",
		} {
			if _, err := db.Exec(ctx, sql); err != nil {
				return err
			}
		}
		dsn, err := databaseDSN(unfinished, "testkit template")
		if err != nil {
			return err
		}
		if err := migrate(ctx, dsn); err != nil {
			return fmt.Errorf("migrating the template: %w", err)
		}
		_, err = db.Exec(ctx, "ALTER DATABASE "+quote(unfinished)+" RENAME TO "+quote(name))
		return err
	})
	return name, err
}

// migrationsHash names a content of the migrations: every file's name and bytes, in the order of their names.
func migrationsHash(migrations fs.FS) (string, error) {
	files, err := fs.Glob(migrations, "*")
	if err != nil {
		return "", err
	}
	if len(files) == 0 {
		return "", errors.New("there are no migrations")
	}
	sum := sha256.New()
	for _, file := range files { // Glob sorts them
		content, err := fs.ReadFile(migrations, file)
		if err != nil {
			return "", err
		}
		_, _ = fmt.Fprintf(sum, "%s %d\n%s", file, len(content), content)
	}
	return hex.EncodeToString(sum.Sum(nil))[:16], nil
}

// drop removes a database, whoever is still connected to it.
func drop(name string) error {
	return maintain(func(ctx context.Context, db *pgx.Conn) error {
		_, err := db.Exec(ctx, "DROP DATABASE IF EXISTS "+quote(name)+" WITH (FORCE)")
		return err
	})
}

// maintain runs f on a connection of its own to the maintenance database. It is tried again for a moment when the server
// is out of connections, which many parallel tests can bring about.
func maintain(f func(ctx context.Context, db *pgx.Conn) error) error {
	s, err := running()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	db, err := pgx.Connect(ctx, s.databaseURL)
	for tooManyConnections(err) && ctx.Err() == nil {
		time.Sleep(100 * time.Millisecond)
		db, err = pgx.Connect(ctx, s.databaseURL)
	}
	if err != nil {
		return fmt.Errorf("connecting to the maintenance database: %w", err)
	}
	defer func() { _ = db.Close(ctx) }()
	return f(ctx, db)
}

// tooManyConnections tells SQLSTATE 53300, too_many_connections.
func tooManyConnections(err error) bool {
	refused, ok := errors.AsType[*pgconn.PgError](err)
	return ok && refused.Code == "53300"
}

// databaseDSN is the maintenance DSN with another database and an application_name that leads from pg_stat_activity to
// the test.
func databaseDSN(name, application string) (string, error) {
	s, err := running()
	if err != nil {
		return "", err
	}
	dsn, err := url.Parse(s.databaseURL)
	if err != nil || dsn.Host == "" && dsn.Query().Get("host") == "" {
		return "", fmt.Errorf("%s must be a postgres:// URL", databaseVariable)
	}
	dsn.Path = "/" + name
	query := dsn.Query()
	query.Set("application_name", application[:min(len(application), 63)]) // NAMEDATALEN - 1
	dsn.RawQuery = query.Encode()
	return dsn.String(), nil
}

// quote makes an SQL identifier of a database's name.
func quote(name string) string { return pgx.Identifier{name}.Sanitize() }
