package ledger_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"o2c/internal/testkit"
	"o2c/ledger"
	"o2c/postgres"
)

// BenchmarkPost posts the invoice of an order, 8 writers at a time, each in a transaction of its own.
func BenchmarkPost(b *testing.B) {
	pool := testkit.Database(b, testkit.MaxConns(8))
	if _, err := pool.Exec(b.Context(), `INSERT INTO company (legal_name, address, tax_id, contact, time_zone, base_currency) VALUES ('Seller', '{}', 'DE1', '{}', 'UTC', 'EUR');
		INSERT INTO customers (id, name, email, country, currency) SELECT 'cus_' || n, 'Customer', 'a@example.com', 'DE', 'EUR' FROM generate_series(0, 99) n`); err != nil {
		b.Fatal(err)
	}
	var next atomic.Int64
	b.SetParallelism(4) // of 2 cores: 8 writers
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			n := next.Add(1)
			number := fmt.Sprintf("INV-2026-%06d", n)
			err := postgres.InTx(b.Context(), pool, func(tx pgx.Tx) error {
				return ledger.Post(b.Context(), tx, ledger.Entry{
					Key: "invoice/" + number, Event: "invoice_issued", BusinessDate: firstOfMay, CustomerID: fmt.Sprintf("cus_%d", n%100),
					OrderID: fmt.Sprintf("ord_%d", n), Document: number, Description: "Invoice " + number, Lines: ledger.InvoiceIssued(eur("100"), eur("19")),
				})
			})
			if err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "postings/s")
}
