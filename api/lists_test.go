package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"testing"
)

func TestPagesShowEveryCustomerOnceWhileMoreArrive(t *testing.T) {
	t.Parallel()
	b := start(t)
	add := func(i int) {
		b.must(http.StatusCreated, http.MethodPost, "/customers", credit,
			fmt.Sprintf(`{"id": "c%02d", "name": "C", "email": "c@c.example", "country": "DE", "currency": "EUR"}`, i))
	}
	for i := range 7 {
		add(i)
	}
	// Two that were made at the same instant must not hide each other.
	if _, err := b.db.Exec(t.Context(), "UPDATE customers SET created_at = (SELECT min(created_at) FROM customers) WHERE id <= 'c04'"); err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	cursor, pages := "", 0
	for {
		a := b.must(http.StatusOK, http.MethodGet, "/customers?limit=2&cursor="+url.QueryEscape(cursor), auditor, "")
		if cursor == "" {
			a = b.must(http.StatusOK, http.MethodGet, "/customers?limit=2", auditor, "")
		}
		if url.QueryEscape(cursor) != cursor {
			t.Errorf("the cursor %q is not URL-safe", cursor)
		}
		var page CustomerPage
		if err := json.Unmarshal([]byte(a.body), &page); err != nil {
			t.Fatal(err)
		}
		for _, c := range page.Data {
			seen[c.ID]++
		}
		pages++
		if page.NextCursor == nil {
			break
		}
		cursor = *page.NextCursor
		add(100 + pages)
	}
	for i := range 7 {
		if id := fmt.Sprintf("c%02d", i); seen[id] != 1 {
			t.Errorf("%s was shown %d times", id, seen[id])
		}
	}
	if pages != 4 {
		t.Errorf("%d pages, want 4", pages)
	}
}

func TestEmptyListsAreLists(t *testing.T) {
	t.Parallel()
	b := start(t)
	for _, path := range []string{"/customers", "/products", "/orders", "/invoices", "/disputes", "/payments", "/ledger/entries"} {
		if a := b.must(http.StatusOK, http.MethodGet, path, auditor, ""); a.body != "{\"data\":[],\"next_cursor\":null}\n" {
			t.Errorf("%s answers %s", path, a.body)
		}
	}
	b.must(http.StatusOK, http.MethodGet, "/invoices?overdue=true&customer_id=c&order_id=o&status=open", auditor, "")
	b.must(http.StatusOK, http.MethodGet, "/orders?customer_id=c&stage=closed&po_number=4711", auditor, "")
	b.must(http.StatusOK, http.MethodGet, "/disputes?customer_id=c&state=open", auditor, "")
	b.must(http.StatusOK, http.MethodGet, "/payments?customer_id=c&state=applied", auditor, "")
	b.must(http.StatusOK, http.MethodGet, "/ledger/entries?customer_id=c&order_id=o&account=revenue", auditor, "")
	b.must(http.StatusOK, http.MethodGet, "/reports/trial-balance?as_of=2026-01-31", auditor, "")
	b.must(http.StatusOK, http.MethodGet, "/reports/numbering-gaps", auditor, "")
	for _, path := range []string{"/warehouses", "/dunning-policies", "/calendars", "/reference-rates"} {
		b.must(http.StatusOK, http.MethodGet, path, auditor, "")
		b.must(http.StatusOK, http.MethodGet, path+"?limit=1", auditor, "")
	}
}
