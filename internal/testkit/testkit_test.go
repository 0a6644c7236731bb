package testkit

import (
	"context"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
)

func TestEveryTestHasADatabaseOfItsOwn(t *testing.T) {
	t.Parallel()
	names := make(chan string, 4)
	t.Run("side by side", func(t *testing.T) {
		for range cap(names) {
			t.Run("test", func(t *testing.T) {
				t.Parallel()
				db := Database(t, AsOwner)
				if _, err := db.Exec(t.Context(), "CREATE TABLE mine (id int)"); err != nil {
					t.Fatalf("the database is shared: %v", err)
				}
				var name, application string
				const query = "SELECT current_database(), current_setting('application_name')"
				if err := db.QueryRow(t.Context(), query).Scan(&name, &application); err != nil {
					t.Fatal(err)
				}
				if application != t.Name() {
					t.Errorf("application_name = %q, want the test's name", application)
				}
				names <- name
			})
		}
	})
	close(names)
	seen := map[string]bool{}
	for name := range names {
		if seen[name] {
			t.Errorf("database %s was given to two tests", name)
		}
		seen[name] = true
		if exists(t, name) {
			t.Errorf("database %s is still there after its test passed", name)
		}
	}
}

func TestTheDatabaseIsMigrated(t *testing.T) {
	t.Parallel()
	var tables int
	const query = "SELECT count(*) FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
	if err := Database(t).QueryRow(t.Context(), query).Scan(&tables); err != nil {
		t.Fatal(err)
	}
	if tables < 2 { // goose's own and at least one of ours
		t.Errorf("the database has %d table(s)", tables)
	}
}

func TestOneTestSeesOneDatabase(t *testing.T) {
	t.Parallel()
	if first, again := DatabaseURL(t), DatabaseURL(t); first != again {
		t.Errorf("two calls gave %s and %s", first, again)
	}
}

func TestThePoolIsSmallUnlessAskedFor(t *testing.T) {
	t.Parallel()
	if got := Database(t).Config().MaxConns; got != defaultMaxConns {
		t.Errorf("MaxConns = %d, want %d", got, defaultMaxConns)
	}
	if got := Database(t, MaxConns(20)).Config().MaxConns; got != 20 {
		t.Errorf("MaxConns = %d, want 20", got)
	}
}

// failing stands for a test that fails: the real one would fail this test, too.
type failing struct {
	testing.TB
	cleanups []func()
	logged   strings.Builder
}

func (f *failing) Failed() bool           { return true }
func (f *failing) Cleanup(cleanup func()) { f.cleanups = append(f.cleanups, cleanup) }
func (f *failing) Helper()                {}
func (f *failing) Logf(format string, args ...any) {
	for _, arg := range args {
		if s, ok := arg.(string); ok {
			f.logged.WriteString(s)
		}
	}
}

func TestAFailedTestKeepsItsDatabase(t *testing.T) {
	t.Parallel()
	f := &failing{TB: t}
	dsn := DatabaseURL(f)
	for _, cleanup := range f.cleanups {
		cleanup()
	}
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	name := strings.TrimPrefix(u.Path, "/")
	defer func() {
		if err := drop(name); err != nil {
			t.Error(err)
		}
	}()
	if !exists(t, name) {
		t.Errorf("the database of a failed test is gone")
	}
	if got := f.logged.String(); got != dsn {
		t.Errorf("the failed test printed %q, want its DSN", got)
	}
}

func TestATemplateIsMadeOnce(t *testing.T) {
	t.Parallel()
	const name = "o2c_template_made_once"
	if err := drop(name); err != nil { // left by a killed run
		t.Fatal(err)
	}
	defer func() { _ = drop(name) }()
	var migrations atomic.Int32
	migrate := func(ctx context.Context, dsn string) error {
		migrations.Add(1)
		db, err := pgx.Connect(ctx, dsn)
		if err != nil {
			return err
		}
		defer func() { _ = db.Close(ctx) }()
		_, err = db.Exec(ctx, "CREATE TABLE migrated (id int)")
		return err
	}
	var runs sync.WaitGroup
	for range 4 { // each of them as another test binary would
		runs.Go(func() {
			if _, err := template(name, migrate); err != nil {
				t.Error(err)
			}
		})
	}
	runs.Wait()
	if n := migrations.Load(); n != 1 {
		t.Errorf("the migrations ran %d times, want once", n)
	}
}

func TestAnUnfinishedTemplateIsMadeAnew(t *testing.T) {
	t.Parallel()
	const name = "o2c_template_made_anew"
	for _, database := range []string{name, name + "_unfinished"} {
		if err := drop(database); err != nil {
			t.Fatal(err)
		}
	}
	defer func() { _ = drop(name) }()
	if _, err := template(name, func(context.Context, string) error { return context.Canceled }); err == nil {
		t.Fatal("a template whose migration failed was given out")
	}
	if exists(t, name) {
		t.Fatal("a template whose migration failed has its final name")
	}
	if _, err := template(name, func(context.Context, string) error { return nil }); err != nil {
		t.Fatal(err)
	}
}

func TestTheHashFollowsNamesAndContents(t *testing.T) {
	t.Parallel()
	hash := func(files map[string]string) string {
		t.Helper()
		migrations := fstest.MapFS{}
		for name, content := range files {
			migrations[name] = &fstest.MapFile{Data: []byte(content)}
		}
		sum, err := migrationsHash(migrations)
		if err != nil {
			t.Fatal(err)
		}
		return sum
	}
	one := hash(map[string]string{"1.sql": "a", "2.sql": "b"})
	for name, files := range map[string]map[string]string{
		"another content":       {"1.sql": "a", "2.sql": "c"},
		"another name":          {"1.sql": "a", "3.sql": "b"},
		"one file more":         {"1.sql": "a", "2.sql": "b", "3.sql": ""},
		"a moved border of two": {"1.sql": "ab", "2.sql": ""},
	} {
		if hash(files) == one {
			t.Errorf("%s has the same hash", name)
		}
	}
	if again := hash(map[string]string{"2.sql": "b", "1.sql": "a"}); again != one {
		t.Errorf("the same files hash to %s and %s", one, again)
	}
	if _, err := migrationsHash(fstest.MapFS{}); err == nil {
		t.Error("no migrations have a hash")
	}
}

func TestTheEngineAnswers(t *testing.T) {
	t.Parallel()
	conn, err := net.DialTimeout("tcp", TemporalAddress(t), 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
}

func TestServersAreReadFromTheirLines(t *testing.T) {
	t.Parallel()
	got, err := readServers(strings.NewReader("starting\nO2C_TEST_TEMPORAL_UI=http://127.0.0.1:3\nO2C_TEST_TEMPORAL_ADDRESS=127.0.0.1:1\n" +
		"O2C_TEST_DATABASE_URL=postgres://u@127.0.0.1:2/postgres?sslmode=disable\nlater\n"))
	want := servers{databaseURL: "postgres://u@127.0.0.1:2/postgres?sslmode=disable", temporalAddress: "127.0.0.1:1", temporalUI: "http://127.0.0.1:3"}
	if err != nil || got != want {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	if _, err := readServers(strings.NewReader("O2C_TEST_TEMPORAL_ADDRESS=127.0.0.1:1\n")); err == nil {
		t.Error("a missing database was not noticed")
	}
}

func TestADumpIsNormalised(t *testing.T) {
	t.Parallel()
	got := normaliseDump(`--
-- PostgreSQL database dump
--

\restrict 4qSnLSb0

-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);

SET default_table_access_method = heap;

--
-- Name: orders; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.orders (
    id text NOT NULL
);


--
-- Name: orders orders_pkey; Type: CONSTRAINT
--

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);


\unrestrict 4qSnLSb0

`)
	want := `CREATE TABLE public.orders (
    id text NOT NULL
);

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// exists tells whether the server has a database of that name.
func exists(t *testing.T, name string) (found bool) {
	t.Helper()
	if err := maintain(func(ctx context.Context, db *pgx.Conn) error {
		return db.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&found)
	}); err != nil {
		t.Fatal(err)
	}
	return found
}
