package postgres_test

import (
	"context"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/internal/testkit"
	"o2c/postgres"
)

func tell(t *testing.T, db postgres.DB, key string) {
	t.Helper()
	if _, err := postgres.RecordEvent(t.Context(), db, postgres.Event{Key: key, Kind: "x", At: noon, Actor: "x", Summary: "x"}); err != nil {
		t.Fatal(err)
	}
}

func seals(t *testing.T, pool *pgxpool.Pool) int {
	t.Helper()
	n, err := postgres.SealRecords(t.Context(), pool)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func brokenSeals(t *testing.T, db postgres.DB) (names []string) {
	t.Helper()
	findings, err := postgres.CheckInvariants(t.Context(), db, 50)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		if f.Name == "record-seals" {
			for _, offender := range f.Offenders {
				names = append(names, offender.Name)
			}
		}
	}
	return names
}

func TestRecordSealsCoverWhatIsCommittedOnce(t *testing.T) {
	t.Parallel()
	pool := testkit.Database(t)
	tell(t, pool, "first")
	// One that runs while others are sealed, with a number before theirs.
	running, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = running.Rollback(t.Context()) }()
	tell(t, running, "slow")
	tell(t, pool, "third")
	if err = postgres.Audit(t.Context(), pool, postgres.AuditEntry{Actor: "x", Action: "change", ObjectKind: "x", ObjectID: "x"}); err != nil {
		t.Fatal(err)
	}
	if n := seals(t, pool); n != 3 {
		t.Errorf("%d sealed beside one that runs, want 3", n)
	}
	if n := seals(t, pool); n != 0 {
		t.Errorf("%d sealed again", n)
	}
	if err = running.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := seals(t, pool); n != 1 {
		t.Errorf("%d sealed after it has ended, want 1", n)
	}
	if found := brokenSeals(t, pool); len(found) > 0 {
		t.Error(found)
	}
}

// Many write while several seal: every row is covered once, and all seals hold.
func TestRecordsAreSealedBesideWriters(t *testing.T) {
	t.Parallel()
	pool := testkit.Database(t, testkit.MaxConns(20))
	ctx, stop := context.WithCancel(t.Context())
	sealers := make(chan int, 3)
	for range cap(sealers) {
		go func() {
			n := 0
			for ctx.Err() == nil {
				sealed, err := postgres.SealRecords(t.Context(), pool)
				if err != nil {
					t.Error(err)
				}
				n += sealed
			}
			sealers <- n
		}()
	}
	writers := make(chan error, 16)
	for range cap(writers) {
		go func() {
			var err error
			for range 20 {
				err = postgres.InTx(t.Context(), pool, func(tx pgx.Tx) error {
					if _, err := postgres.RecordEvent(t.Context(), tx, postgres.Event{Kind: "x", At: noon, Actor: "x", Summary: "x"}); err != nil {
						return err
					}
					return postgres.Audit(t.Context(), tx, postgres.AuditEntry{Actor: "x", Action: "change", ObjectKind: "x", ObjectID: "x"})
				})
				if err != nil {
					break
				}
			}
			writers <- err
		}()
	}
	for range cap(writers) {
		if err := <-writers; err != nil {
			t.Error(err)
		}
	}
	stop()
	sealed := seals(t, pool)
	for range cap(sealers) {
		sealed += <-sealers
	}
	sealed += seals(t, pool) // of a sealer that the one above has found at work
	if sealed != 640 {
		t.Errorf("%d of 640 rows sealed", sealed)
	}
	if found := brokenSeals(t, pool); len(found) > 0 {
		t.Error(found)
	}
}

// Whoever owns the tables can switch the triggers off, and then the seals tell: of a row that is changed, gone, or put in between,
// and of a seal that is gone or written anew.
func TestRecordSealsTellWhatTheOwnerChanged(t *testing.T) {
	t.Parallel()
	pool := testkit.Database(t, testkit.AsOwner)
	for _, keys := range [][]string{{"a", "b", "c"}, {"d"}, {"e", "f"}} {
		for _, key := range keys {
			tell(t, pool, key)
		}
		if err := postgres.Audit(t.Context(), pool, postgres.AuditEntry{Actor: "x", Action: "change", ObjectKind: "x", ObjectID: keys[0]}); err != nil {
			t.Fatal(err)
		}
		seals(t, pool)
	}
	for sql, want := range map[string][]string{
		`UPDATE events SET at = at + interval '1 microsecond' WHERE key = 'b'`:                   {"seal 1"},
		`UPDATE events SET detail = '{"x": 1}' WHERE key = 'd'`:                                  {"seal 2"},
		`DELETE FROM events WHERE key = 'c'`:                                                     {"seal 1"},
		`DELETE FROM audit_log`:                                                                  {"seal 1", "seal 2", "seal 3"},
		`UPDATE audit_log SET actor = 'y' WHERE object_id = 'e'`:                                 {"seal 3"},
		`DELETE FROM record_seals WHERE position = 2`:                                            {"seal 3"},
		`UPDATE record_seals SET hash = sha256('x') WHERE position = 1`:                          {"seal 1", "seal 2"},
		`DELETE FROM events WHERE key = 'd'; DELETE FROM record_seals WHERE position = 2`:        {"seal 3"},
		`UPDATE events SET summary = actor, actor = summary, kind = 'y' WHERE key IN ('a', 'f')`: {"seal 1", "seal 3"},
	} {
		tx, err := pool.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err = tx.Exec(t.Context(), `SET LOCAL session_replication_role = replica; `+sql); err != nil {
			t.Fatal(err)
		}
		if found := brokenSeals(t, tx); !slices.Equal(found, want) {
			t.Errorf("%s: %v, want %v", sql, found, want)
		}
		if err = tx.Rollback(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}
