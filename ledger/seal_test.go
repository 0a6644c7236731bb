package ledger_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"o2c/internal/testkit"
	"o2c/ledger"
	"o2c/postgres"
)

// seals seals what is committed and says how many entries that were.
func (b *books) seals() int {
	b.t.Helper()
	n, err := ledger.Seal(b.t.Context(), b.pool)
	if err != nil {
		b.t.Fatal(err)
	}
	return n
}

// broken names the entries whose seal does not hold.
func broken(t *testing.T, db postgres.DB) []string {
	t.Helper()
	findings, err := postgres.CheckInvariants(t.Context(), db, 50)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range findings {
		if f.Name == "ledger-seals" {
			for _, offender := range f.Offenders {
				names = append(names, offender.Name+" "+offender.Detail)
			}
		}
	}
	return names
}

func TestSealsCoverWhatIsCommittedOnce(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.posts("invoice/INV-1", "2026-05-02", "INV-1", ledger.InvoiceIssued(eur("1"), eur("0")))
	// A posting that runs while others are sealed, with a number before theirs.
	running, err := b.pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = running.Rollback(t.Context()) }()
	if err = ledger.Post(t.Context(), running, entry("invoice/INV-2", firstOfMay, ledger.InvoiceIssued(eur("2"), eur("0"))...)); err != nil {
		t.Fatal(err)
	}
	b.posts("invoice/INV-3", "2026-05-02", "INV-3", ledger.InvoiceIssued(eur("3"), eur("0")))
	if n := b.seals(); n != 2 {
		t.Errorf("%d sealed beside a running posting, want 2", n)
	}
	if n := b.seals(); n != 0 {
		t.Errorf("%d sealed again", n)
	}
	if err = running.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.posts("invoice/INV-4", "2026-05-02", "INV-4", ledger.InvoiceIssued(eur("4"), eur("0")))
	if n := b.seals(); n != 2 {
		t.Errorf("%d sealed, want what was running and what came after", n)
	}
	order := b.query(`SELECT position || ' ' || key FROM ledger_seals s JOIN ledger_entries e ON e.id = s.entry_id ORDER BY position`)
	if diff := cmp.Diff([]string{"1 invoice/INV-1", "2 invoice/INV-3", "3 invoice/INV-2", "4 invoice/INV-4"}, order); diff != "" {
		t.Error(diff)
	}
	if names := broken(t, b.pool); names != nil {
		t.Error(names)
	}
	tx, err := b.pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(t.Context()) }()
	if _, err = tx.Exec(t.Context(), `SET LOCAL timezone = 'Asia/Tokyo'; SET LOCAL datestyle = 'German'; SET LOCAL extra_float_digits = 0`); err != nil {
		t.Fatal(err)
	}
	if names := broken(t, tx); names != nil {
		t.Error("the session's settings change what was sealed:", names)
	}
}

// After a restore into another server the count of transactions begins anew.
func TestSealsGoOnAfterARestore(t *testing.T) {
	t.Parallel()
	b := newBooks(t, testkit.AsOwner)
	b.posts("invoice/INV-1", "2026-05-02", "INV-1", ledger.InvoiceIssued(eur("1"), eur("0")))
	b.posts("invoice/INV-2", "2026-05-02", "INV-2", ledger.InvoiceIssued(eur("1"), eur("0")))
	b.seals()
	b.exec(`ALTER TABLE ledger_seals DISABLE TRIGGER USER; UPDATE ledger_seals SET horizon = '900000000000'; ALTER TABLE ledger_seals ENABLE TRIGGER USER`)
	b.posts("invoice/INV-3", "2026-05-02", "INV-3", ledger.InvoiceIssued(eur("1"), eur("0")))
	if n := b.seals(); n != 1 {
		t.Errorf("%d sealed, want the new one", n)
	}
	if names := broken(t, b.pool); names != nil {
		t.Error(names)
	}
}

func TestSealersAndPostingsRace(t *testing.T) {
	t.Parallel()
	b := newBooks(t, testkit.MaxConns(16))
	group, ctx := errgroup.WithContext(t.Context())
	const writers, each = 8, 20
	for w := range writers {
		group.Go(func() error {
			for n := range each {
				key := fmt.Sprintf("invoice/INV-%d-%d", w, n)
				err := postgres.InTx(ctx, b.pool, func(tx pgx.Tx) error {
					return ledger.Post(ctx, tx, entry(key, firstOfMay, ledger.InvoiceIssued(eur("1"), eur("0"))...))
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	for range 3 {
		group.Go(func() error {
			for range 15 {
				if _, err := ledger.Seal(ctx, b.pool); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	b.seals()
	if got := b.query(`SELECT count(*) || ' ' || max(position) FROM ledger_seals`)[0]; got != "160 160" {
		t.Errorf("%s seals, want all 160 entries", got)
	}
	if names := broken(t, b.pool); names != nil {
		t.Error(names)
	}
}

// Whoever owns the tables can switch the guards off. What was sealed shows it.
func TestATamperedEntryIsNamed(t *testing.T) {
	t.Parallel()
	b := newBooks(t, testkit.AsOwner)
	for n := range 5 {
		b.posts(fmt.Sprintf("invoice/INV-%d", n), "2026-05-02", fmt.Sprintf("INV-%d", n), ledger.InvoiceIssued(eur("100"), eur("19")))
	}
	b.seals()
	of := func(key string) string { return `(SELECT id FROM ledger_entries WHERE key = '` + key + `')` }
	for name, c := range map[string]struct {
		sql  string
		want []string
	}{
		"an amount, on both sides": {`UPDATE ledger_lines SET debit = debit / 2, credit = credit / 2, base_debit = base_debit / 2, base_credit = base_credit / 2 WHERE entry_id = ` + of("invoice/INV-2"),
			[]string{"invoice/INV-2 is not what was sealed at 3"}},
		"a date":        {`UPDATE ledger_entries SET business_date = '2025-12-31', posting_date = '2025-12-31' WHERE key = 'invoice/INV-0'`, []string{"invoice/INV-0 is not what was sealed at 1"}},
		"who it was":    {`UPDATE ledger_entries SET actor = 'nobody' WHERE key = 'invoice/INV-4'`, []string{"invoice/INV-4 is not what was sealed at 5"}},
		"a line more":   {`INSERT INTO ledger_lines SELECT entry_id, 9, 'bank', NULL, currency, 1, 0, '', posting_date, base_currency, 1, 0 FROM ledger_lines WHERE line = 1 AND entry_id = ` + of("invoice/INV-1"), []string{"invoice/INV-1 is not what was sealed at 2"}},
		"an entry less": {`DELETE FROM ledger_entries WHERE key = 'invoice/INV-3'`, []string{"entry 4 is sealed at 4 and gone"}},
		"an entry and its seal less": {`DELETE FROM ledger_seals WHERE entry_id = ` + of("invoice/INV-3") + `; DELETE FROM ledger_entries WHERE key = 'invoice/INV-3'`,
			[]string{"invoice/INV-4 the seals between 3 and 5 are gone"}},
		"an entry with a new seal for it": {`UPDATE ledger_entries SET actor = 'nobody' WHERE key = 'invoice/INV-1';
			UPDATE ledger_seals SET hash = sha256((SELECT hash FROM ledger_seals WHERE position = 1) || (SELECT ledger_content(e, (SELECT string_agg(ledger_content(l), ',' ORDER BY line) FROM ledger_lines l WHERE l.entry_id = e.id))
			  FROM ledger_entries e WHERE key = 'invoice/INV-1')) WHERE position = 2`, []string{"invoice/INV-2 is not what was sealed at 3"}},
	} {
		t.Run(name, func(t *testing.T) {
			tx, err := b.pool.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = tx.Rollback(t.Context()) }()
			if _, err = tx.Exec(t.Context(), `SET LOCAL session_replication_role = replica; `+c.sql); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, broken(t, tx)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
