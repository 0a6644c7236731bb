package e2e_test

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
)

// One order from entry to cash through REST, by so many clients at once. The figure is of this machine and this minute;
// compare it with another of the same run.
func BenchmarkOrderToCash(b *testing.B) {
	for _, clients := range []int{1, 8} {
		b.Run(fmt.Sprintf("%d clients", clients), func(b *testing.B) {
			s := start(b)
			customer, sku := s.customer("1000000000.00"), s.product("auto", "1000000")
			var failed atomic.Value
			b.SetParallelism(clients)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := s.orderToCash(customer, sku); err != nil {
						failed.Store(err)
					}
				}
			})
			b.StopTimer()
			if err := failed.Load(); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "orders/s")
		})
	}
}

func (s *stack) orderToCash(customer, sku string) error {
	entered, err := s.try("sales", uuid.NewString(), http.MethodPost, "/v1/orders", orderOf(customer, "auto", sku, "1"))
	if err != nil || entered.Status != http.StatusCreated {
		return fmt.Errorf("enter: %d %s %w", entered.Status, entered.raw, err)
	}
	order, _ := entered.Body["id"].(string)
	if _, err = s.try("auditor", "", http.MethodGet, "/v1/orders/"+order+"?wait_for=collecting&timeout=30s", nil); err != nil {
		return err
	}
	invoices, err := s.try("auditor", "", http.MethodGet, "/v1/invoices?order_id="+order, nil)
	if err != nil || len(invoices.list("data")) != 1 {
		return fmt.Errorf("invoices: %d %s %w", invoices.Status, invoices.raw, err)
	}
	paid, err := s.try("cashier", uuid.NewString(), http.MethodPost, "/v1/payments", body{
		"customer_id": customer, "amount": "119.00", "currency": "EUR", "method": "bank_transfer",
		"remittance": []body{{"invoice": invoices.str("data.0.number"), "amount": "119.00"}},
	})
	if err != nil || paid.Status != http.StatusCreated {
		return fmt.Errorf("pay: %d %s %w", paid.Status, paid.raw, err)
	}
	closed, err := s.try("auditor", "", http.MethodGet, "/v1/orders/"+order+"?wait_for=closed&timeout=30s", nil)
	if err != nil || closed.Body["stage"] != "closed" {
		return fmt.Errorf("close: %d %s %w", closed.Status, closed.raw, err)
	}
	return nil
}
