package api

import (
	"net/http"
	"strings"
	"testing"
)

// Written off over REST: a part alone, the rest by two people; what is refused, what is answered twice, and how the order ends.
func TestAnInvoiceIsWrittenOffByTwoPeople(t *testing.T) {
	t.Parallel()
	l := startLive(t)
	l.work(postbox{})
	customer, _ := l.customer(), l.product()
	l.must(http.StatusCreated, http.MethodPost, "/products/LANTERN/receipts", warehouse, `{"quantity": "12", "warehouse_id": "auto"}`)
	order := l.order(http.StatusCreated, customer, "auto")
	l.await(order, "collecting")
	invoice := l.invoiceOf(order) // of 24.20
	offs := "/invoices/" + invoice + "/write-offs"
	authorities := func(status int, role, body string) answer {
		return l.must(status, http.MethodPut, "/authorities", role, body)
	}

	for code, body := range map[string]string{
		"invalid-amount": `{"amount": "1.005", "reason": ""}`, "invalid-request": `{"amount": "1.00005", "reason": ""}`,
	} {
		l.refused(code, l.must(http.StatusUnprocessableEntity, http.MethodPost, offs, manager, body))
	}
	for _, body := range []string{`{}`, `{"amount": 1, "reason": ""}`, `{"amount": "0.00", "reason": ""}`, `{"amount": "-1.00", "reason": ""}`, `{"reason": "", "note": "x"}`} {
		l.must(http.StatusUnprocessableEntity, http.MethodPost, offs, manager, body)
	}
	l.refused("write-off-exceeds-open", l.must(http.StatusConflict, http.MethodPost, offs, manager, `{"amount": "24.21", "reason": ""}`))
	l.must(http.StatusForbidden, http.MethodPost, offs, collector, `{"reason": ""}`)
	l.must(http.StatusNotFound, http.MethodPost, "/invoices/INV-2026-999999/write-offs", manager, `{"reason": ""}`)
	l.must(http.StatusNotFound, http.MethodGet, "/invoices/INV-2026-999999/write-offs", auditor, "")
	l.must(http.StatusNotFound, http.MethodGet, "/write-offs/wof_none", auditor, "")
	l.must(http.StatusNotFound, http.MethodPost, "/write-offs/wof_none/approval", manager, `{"decision": "approve"}`)
	l.must(http.StatusForbidden, http.MethodPut, "/authorities", manager, `{"kind": "write_off", "role": "manager", "currency": "EUR", "amount": "9999999.00"}`)
	authorities(http.StatusUnprocessableEntity, admin, `{"kind": "write_off", "role": "manager", "currency": "EUR", "amount": "1.005"}`)
	authorities(http.StatusUnprocessableEntity, admin, `{"kind": "gifts", "role": "manager", "currency": "EUR", "amount": "1.00"}`)
	authorities(http.StatusUnprocessableEntity, admin, `{"kind": "write_off", "role": "auditor", "currency": "EUR", "amount": "1.00"}`)
	authorities(http.StatusOK, admin, `{"kind": "write_off", "role": "manager", "currency": "EUR", "amount": "5.00"}`).is(t, map[string]string{"amount": "5.00", "version": "2"})
	if all := l.must(http.StatusOK, http.MethodGet, "/authorities", auditor, "").body; !strings.Contains(all, `{"amount":"5.00","currency":"EUR","kind":"write_off","role":"manager","version":2}`) {
		t.Errorf("the new authority is not among %s", all)
	}

	key := header("Idempotency-Key", "five")
	alone := l.must(http.StatusCreated, http.MethodPost, offs, manager, `{"amount": "5.00", "reason": "Lost in the post"}`, key)
	alone.is(t, map[string]string{"state": "written_off", "amount": "5.00", "from_allowance": "0.00", "invoice": invoice, "order_id": order, "requested_by": "dev-manager", "decided_by": "<nil>"})
	l.crash("five", true) // the answer was lost
	l.must(http.StatusCreated, http.MethodPost, offs, manager, `{"amount": "5.00", "reason": "Lost in the post"}`, key).is(t, map[string]string{"id": alone.at(t, "id")})
	l.must(http.StatusOK, http.MethodGet, "/invoices/"+invoice, auditor, "").is(t, map[string]string{"written_off": "5.00", "open_amount": "19.20", "status": "open"})
	l.refused("approval-decided", l.must(http.StatusConflict, http.MethodPost, "/write-offs/"+alone.at(t, "id")+"/approval", admin, `{"decision": "approve"}`))

	asked := l.must(http.StatusAccepted, http.MethodPost, offs, manager, `{"reason": "No assets"}`)
	asked.is(t, map[string]string{"state": "awaiting_approval"})
	path := "/write-offs/" + asked.at(t, "id")
	if got := asked.header.Get("Location"); got != base+path {
		t.Errorf("it is at %s, want %s", got, base+path)
	}
	l.must(http.StatusOK, http.MethodGet, path, auditor, "").is(t, map[string]string{"state": "awaiting_approval", "amount": "19.20", "written_off_on": "<nil>"})
	l.must(http.StatusOK, http.MethodGet, "/approvals", auditor, "").is(t, map[string]string{"data.0.kind": "write_off", "data.0.subject": invoice, "data.0.amount": "19.20"})
	l.refused("write-off-waits", l.must(http.StatusConflict, http.MethodPost, offs, manager, `{"reason": ""}`))
	l.refused("own-approval", l.must(http.StatusForbidden, http.MethodPost, path+"/approval", manager, `{"decision": "approve"}`))
	l.must(http.StatusForbidden, http.MethodPost, path+"/approval", collector, `{"decision": "approve"}`)
	l.must(http.StatusUnprocessableEntity, http.MethodPost, path+"/approval", admin, `{"decision": "lapse"}`)
	l.must(http.StatusOK, http.MethodGet, "/invoices/"+invoice, auditor, "").is(t, map[string]string{"open_amount": "19.20"})

	done := l.must(http.StatusOK, http.MethodPost, path+"/approval", admin, `{"decision": "approve", "note": "Seen the file"}`)
	done.is(t, map[string]string{"state": "written_off", "amount": "19.20", "decided_by": "dev-admin", "decision_note": "Seen the file"})
	l.await(order, "closed")
	l.must(http.StatusOK, http.MethodGet, "/orders/"+order, auditor, "").is(t, map[string]string{"outcome": "written_off"})
	l.must(http.StatusOK, http.MethodGet, "/invoices/"+invoice, auditor, "").is(t, map[string]string{"status": "written_off", "written_off": "24.20", "next_dunning_at": "<nil>"})
	l.must(http.StatusOK, http.MethodGet, "/customers/"+customer+"/exposure", auditor, "").is(t, map[string]string{"open_invoices": "0.00"})
	l.must(http.StatusOK, http.MethodGet, offs, auditor, "").is(t, map[string]string{"data.0.amount": "5.00", "data.1.amount": "19.20", "data.1.state": "written_off"})
	l.refused("nothing-to-write-off", l.must(http.StatusConflict, http.MethodPost, offs, manager, `{"reason": ""}`))
	if n := l.count("SELECT count(*) FROM ledger_entries WHERE event = 'written_off'"); n != 2 {
		t.Errorf("%d postings", n)
	}

	// Money comes for it all the same: it stays written off, and what comes is income.
	pay := func(amount string) answer {
		return l.must(http.StatusCreated, http.MethodPost, "/payments", cashier,
			`{"customer_id": "`+customer+`", "amount": "`+amount+`", "currency": "EUR", "method": "bank_transfer", "reference": "`+invoice+`"}`)
	}
	late := pay("10.00")
	late.is(t, map[string]string{"state": "applied", "recovered": "10.00", "applied": "0.00", "unapplied": "0.00", "recoveries.0.invoice": invoice, "recoveries.0.amount": "10.00"})
	l.must(http.StatusOK, http.MethodGet, "/invoices/"+invoice, auditor, "").is(t, map[string]string{"status": "written_off", "recovered": "10.00", "written_off": "24.20"})
	pay("20.00").is(t, map[string]string{"state": "partly_applied", "recovered": "14.20", "unapplied": "5.80"})
	l.must(http.StatusCreated, http.MethodPost, "/payments/"+late.at(t, "id")+"/reversals", cashier, `{"reason": "no funds"}`).
		is(t, map[string]string{"state": "reversed", "recovered": "0.00", "reversed": "10.00"})
	l.must(http.StatusOK, http.MethodGet, "/invoices/"+invoice, auditor, "").is(t, map[string]string{"status": "written_off", "recovered": "14.20"})
	l.must(http.StatusOK, http.MethodGet, "/orders/"+order, auditor, "").is(t, map[string]string{"stage": "closed", "outcome": "written_off"})
	l.must(http.StatusOK, http.MethodGet, "/customers/"+customer+"/exposure", auditor, "").is(t, map[string]string{"open_invoices": "0.00", "unapplied_cash": "5.80"})
}
