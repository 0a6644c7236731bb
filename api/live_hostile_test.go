package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// What is no amount is refused wherever an amount comes in, with its place, and leaves nothing: more decimals than the currency has, a sign,
// an exponent, a number, another script, what no column holds.
func TestWhatIsNoAmountIsRefusedEverywhere(t *testing.T) {
	t.Parallel()
	l := startLive(t)
	l.work(postbox{})
	order, invoice := l.shippedOrder()
	customer := l.must(http.StatusOK, http.MethodGet, "/orders/"+order, auditor, "").at(t, "customer_id")
	pay := `{"customer_id": "` + customer + `", "currency": "EUR", "method": "cash", "amount": `
	payment := "/payments/" + l.must(http.StatusCreated, http.MethodPost, "/payments", cashier, pay+`"10.00", "reference": "INV-2000-000001"}`).at(t, "id")
	dispute := "/disputes/" + l.must(http.StatusAccepted, http.MethodPost, "/invoices/"+invoice+"/disputes", collector,
		`{"amount": "2.00", "reason": "damaged", "note": "", "raised_by": ""}`).at(t, "id")
	entries := l.count("SELECT count(*) FROM ledger_entries")

	amounts := []string{
		`"1.00005"`, `"1.005"`, `"-1.00"`, `"+1.00"`, `"1e1"`, `"NaN"`, `"Infinity"`, `"0x10"`, `" 1.00"`, `"1.00 "`, `"1.00\n"`, `"1.00\u0000"`, `"1,00"`, `"1_0"`, `"١.٠٠"`,
		`"１.００"`, `""`, `".5"`, `"1."`, `"01.00"`, `"1000000000000000.00"`, `"` + strings.Repeat("9", 100_000) + `"`, `1`, `1.5`, `1e400`, `true`, `{}`, `["1.00"]`,
	}
	for _, place := range []struct{ method, path, role, body, pointer string }{
		{http.MethodPost, "/customers", credit, `{"name": "A", "email": "a@b.example", "country": "DE", "currency": "EUR", "credit_limit": %s}`, "/credit_limit"},
		{http.MethodPost, "/customers", credit, `{"name": "A", "email": "a@b.example", "country": "DE", "currency": "EUR", "tolerance": {"absolute": %s, "percent": "1"}}`, "/tolerance/absolute"},
		{http.MethodPut, "/customers/" + customer + "/credit-limit", credit, `{"amount": %s, "currency": "EUR", "reason": ""}`, "/amount"},
		{http.MethodPut, "/company/credit-limit", credit, `{"amount": %s, "currency": "EUR", "reason": ""}`, "/amount"},
		{http.MethodPut, "/customers/" + customer + "/collateral", credit, `{"name": "g", "kind": "guarantee", "amount": %s, "currency": "EUR", "reason": ""}`, "/amount"},
		{http.MethodPut, "/authorities", admin, `{"kind": "write_off", "role": "manager", "currency": "EUR", "amount": %s}`, "/amount"},
		{http.MethodPut, "/credit-policies", manager, `{"name": "x", "approval_above": {"EUR": %s}}`, "/approval_above/EUR"},
		{http.MethodPost, "/orders", sales, `{"customer_id": "` + customer + `", "currency": "EUR", "charges": [{"reason_code": "FC", "amount": %s, "tax_category": "S", "tax_rate": "19"}],
			"lines": [{"sku": "LANTERN", "quantity": "1"}]}`, "/charges/0/amount"},
		{http.MethodPost, "/invoices/" + invoice + "/disputes", collector, `{"amount": %s, "reason": "damaged", "note": "", "raised_by": ""}`, "/amount"},
		{http.MethodPost, dispute + "/resolution", collector, `{"outcome": "partly_accepted", "amount": %s, "note": ""}`, "/amount"},
		{http.MethodPost, "/invoices/" + invoice + "/promises", collector, `{"amount": %s, "date": "2026-12-20"}`, "/amount"},
		{http.MethodPost, "/invoices/" + invoice + "/credit-notes", billing, `{"amount": %s, "reason": "x"}`, "/amount"},
		{http.MethodPost, "/invoices/" + invoice + "/write-offs", manager, `{"amount": %s, "reason": "x"}`, "/amount"},
		{http.MethodPost, "/payments", cashier, pay + `%s}`, "/amount"},
		{http.MethodPost, "/payments", cashier, pay + `"10.00", "remittance": [{"invoice": "` + invoice + `", "amount": %s}]}`, "/remittance/0/amount"},
		{http.MethodPost, "/payments", cashier, pay + `"10.00", "remittance": [{"invoice": "` + invoice + `", "amount": "1.00", "deduction": {"amount": %s, "reason": "damaged"}}]}`, "/remittance/0/deduction/amount"},
		{http.MethodPost, payment + "/applications", cashier, `{"invoice": "` + invoice + `", "amount": %s}`, "/amount"},
		{http.MethodPost, payment + "/reversals", cashier, `{"reason": "x", "amount": %s}`, "/amount"},
		{http.MethodPost, payment + "/reversals", cashier, `{"reason": "x", "fee": %s}`, "/fee"},
		{http.MethodPost, payment + "/refunds", cashier, `{"reason": "x", "amount": %s}`, "/amount"},
	} {
		for _, amount := range amounts {
			a := l.do(place.method, place.path, place.role, fmt.Sprintf(place.body, amount))
			inPlace := func(pointer string) bool { return strings.HasPrefix(pointer, place.pointer) }
			if a.status != http.StatusUnprocessableEntity || !slices.ContainsFunc(a.pointers(t), inPlace) {
				t.Errorf("%s %s with %.20s at %s: %d %.200s", place.method, place.path, amount, place.pointer, a.status, a.body)
			}
		}
	}
	if n := l.count("SELECT count(*) FROM ledger_entries"); n != entries {
		t.Errorf("%d entries were posted", n-entries)
	}
}

// A date is never so far away that what follows from it can't be written or waited for: "for ever" as 9999-12-31 is refused, and the last
// day that is taken works.
func TestDatesThatAreTooFarAwayAreRefused(t *testing.T) {
	t.Parallel()
	l := startLive(t)
	l.work(postbox{})
	l.product()
	customer := l.must(http.StatusCreated, http.MethodPost, "/customers", credit,
		`{"name": "Acme", "email": "ap@acme.example", "country": "DE", "currency": "EUR", "credit_limit": "1.00"}`).at(t, "id")
	order := l.order(http.StatusCreated, customer, "main")
	l.await(order, "credit_hold")
	decisions, limit := "/orders/"+order+"/credit-decisions", "/customers/"+customer+"/credit-limit"
	for _, c := range []struct{ method, path, role, body, pointer string }{
		{http.MethodPost, decisions, credit, `{"decision": "release", "reason": "", "valid_until": "9999-12-31"}`, "/valid_until"},
		{http.MethodPost, decisions, credit, `{"decision": "release", "reason": "", "valid_until": "2200-01-01"}`, "/valid_until"},
		{http.MethodPut, limit, credit, `{"amount": "2.00", "currency": "EUR", "reason": "", "valid_from": "9999-12-31"}`, "/valid_from"},
		{http.MethodPut, limit, credit, `{"amount": "2.00", "currency": "EUR", "reason": "", "valid_until": "9999-12-31"}`, "/valid_until"},
		{http.MethodPut, "/customers/" + customer + "/collateral", credit, `{"name": "g", "kind": "guarantee", "amount": "1.00", "currency": "EUR", "reason": "", "valid_until": "9999-12-31"}`, "/valid_until"},
		{http.MethodPost, "/orders/" + order + "/shipments", warehouse, `{"lines": [{"line": 1, "quantity": "1"}], "shipped_at": "9999-12-31T23:59:59Z"}`, "/shipped_at"},
		{http.MethodPost, "/payments", cashier, `{"amount": "1.00", "currency": "EUR", "method": "cash", "value_date": "9999-12-31"}`, "/value_date"},
		{http.MethodPost, "/payments", cashier, `{"amount": "1.00", "currency": "EUR", "method": "cash", "value_date": "2199-12-31"}`, "/value_date"},
		{http.MethodPost, "/payments", cashier, `{"amount": "1.00", "currency": "EUR", "method": "cash", "value_date": "1900-01-01"}`, "/value_date"},
	} {
		a := l.do(c.method, c.path, c.role, c.body)
		if a.status != http.StatusUnprocessableEntity || !slices.Contains(a.pointers(t), c.pointer) {
			t.Errorf("%s %s: %d %s", c.path, c.body, a.status, a.body)
		}
	}
	l.must(http.StatusOK, http.MethodPut, limit, credit, `{"amount": "2.00", "currency": "EUR", "reason": "", "valid_until": "2199-12-31"}`)
	l.must(http.StatusOK, http.MethodPost, decisions, credit, `{"decision": "release", "reason": "", "valid_until": "2199-12-31"}`)
	l.await(order, "fulfilling")
	l.must(http.StatusOK, http.MethodGet, "/orders/"+order+"/status", auditor, "").is(t, map[string]string{"next_timer.at": "2199-12-31T23:00:00Z", "blocked_by": "<nil>"})
	l.must(http.StatusOK, http.MethodPost, "/orders/"+order+"/cancellation", sales, `{"reason": ""}`)
}
