package ledger_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/internal/testkit"
	"o2c/ledger"
	"o2c/models"
	"o2c/postgres"
)

// benchmarkPost posts invoices, 8 writers at a time on two cores, each in a transaction of its own.
func benchmarkPost(b *testing.B, prepare string, beside func(*pgxpool.Pool, <-chan struct{}), amount func(string) models.Money) {
	b.Helper()
	pool := testkit.Database(b, testkit.MaxConns(10), testkit.AsOwner)
	if _, err := pool.Exec(b.Context(), `INSERT INTO company (legal_name, address, tax_id, contact, time_zone, base_currency) VALUES ('Seller', '{}', 'DE1', '{}', 'UTC', 'EUR');
		INSERT INTO exchange_rates (base_currency, currency, valid_from, rate, set_by) VALUES ('EUR', 'USD', '2026-01-01', 0.9, 'x');
		INSERT INTO customers (id, name, email, country, currency) SELECT 'cus_' || n, 'Customer', 'a@example.com', 'DE', 'EUR' FROM generate_series(0, 99) n;`+prepare); err != nil {
		b.Fatal(err)
	}
	done := make(chan struct{})
	if beside != nil {
		ended := make(chan struct{})
		go func() { beside(pool, done); close(ended) }()
		defer func() { <-ended }()
	}
	var next atomic.Int64
	b.SetParallelism(4)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			n := next.Add(1)
			number := fmt.Sprintf("INV-2026-%06d", n)
			err := postgres.InTx(b.Context(), pool, func(tx pgx.Tx) error {
				return ledger.Post(b.Context(), tx, ledger.Entry{
					Key: "invoice/" + number, Event: "invoice_issued", BusinessDate: firstOfMay, CustomerID: fmt.Sprintf("cus_%d", n%100),
					OrderID: fmt.Sprintf("ord_%d", n), Document: number, Description: "Invoice " + number, Lines: ledger.InvoiceIssued(amount("100"), amount("19")),
				})
			})
			if err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.StopTimer()
	close(done)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "postings/s")
}

func BenchmarkPost(b *testing.B) { benchmarkPost(b, "", nil, eur) }

// With an entry in a foreign currency.
func BenchmarkPostForeign(b *testing.B) { benchmarkPost(b, "", nil, usd) }

// With a sealer beside, without a pause: far more often than a worker seals.
func BenchmarkPostSealed(b *testing.B) {
	benchmarkPost(b, "", func(pool *pgxpool.Pool, done <-chan struct{}) {
		for {
			select {
			case <-done:
				return
			default:
				if _, err := ledger.Seal(b.Context(), pool); err != nil {
					b.Error(err)
					return
				}
			}
		}
	}, eur)
}

// What ADR 0011 decided against: each posting writes the chain on itself, and so waits for the commit of the one before.
func BenchmarkPostChained(b *testing.B) {
	benchmarkPost(b, `
		CREATE TABLE chain_head (hash bytea NOT NULL);
		INSERT INTO chain_head VALUES (sha256(''));
		CREATE FUNCTION chain() RETURNS trigger LANGUAGE plpgsql AS $$
		BEGIN
		  UPDATE chain_head SET hash = sha256(hash || (SELECT ledger_content(e, (SELECT string_agg(ledger_content(l), ',' ORDER BY line) FROM ledger_lines l WHERE l.entry_id = e.id))
		    FROM ledger_entries e WHERE e.id = NEW.id));
		  RETURN NULL;
		END $$;
		CREATE CONSTRAINT TRIGGER chained AFTER INSERT ON ledger_entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION chain();`, nil, eur)
}
