package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// A dispute over REST: what is refused, by line, its evidence, its owner and cause, a question and its answer, a second person.
func TestADisputeOverREST(t *testing.T) {
	t.Parallel()
	l := startLive(t)
	l.work(postbox{})
	customer, _ := l.customer(), l.product()
	l.must(http.StatusCreated, http.MethodPost, "/products/LANTERN/receipts", warehouse, `{"quantity": "12", "warehouse_id": "auto"}`)
	order := l.order(http.StatusCreated, customer, "auto")
	l.await(order, "collecting")
	invoice := l.invoiceOf(order) // of 24.20
	disputes := "/invoices/" + invoice + "/disputes"
	hash := strings.Repeat("a", 64)

	for name, c := range map[string]struct {
		role, path, body string
		status           int
		code, pointer    string
	}{
		"by a wrong role":                {cashier, disputes, `{"reason": "pricing", "note": "", "raised_by": "x"}`, 403, "forbidden", ""},
		"of no invoice":                  {collector, "/invoices/INV-2026-999999/disputes", `{"reason": "pricing", "note": "", "raised_by": "x"}`, 404, "invoice-not-found", ""},
		"of no line":                     {collector, disputes, `{"line": 9, "reason": "pricing", "note": "", "raised_by": "x"}`, 422, "line-not-found", "/line"},
		"more than is open":              {collector, disputes, `{"amount": "24.21", "reason": "pricing", "note": "", "raised_by": "x"}`, 422, "dispute-exceeds-open", "/amount"},
		"1.00005":                        {collector, disputes, `{"amount": "1.00005", "reason": "pricing", "note": "", "raised_by": "x"}`, 422, "invalid-request", "/amount"},
		"a tenth of a cent":              {collector, disputes, `{"amount": "1.001", "reason": "pricing", "note": "", "raised_by": "x"}`, 422, "invalid-amount", "/amount"},
		"an inquiry with an amount":      {collector, disputes, `{"kind": "inquiry", "amount": "1.00", "reason": "other", "note": "", "raised_by": "x"}`, 422, "invalid-amount", "/amount"},
		"a kind that is none":            {collector, disputes, `{"kind": "quarrel", "reason": "other", "note": "", "raised_by": "x"}`, 422, "invalid-request", "/kind"},
		"a document without a hash":      {collector, disputes, `{"reason": "other", "note": "", "raised_by": "x", "evidence": [{"kind": "document", "text": "a.jpg"}]}`, 422, "invalid-evidence", "/evidence/0/sha256"},
		"proof of delivery by hand":      {collector, disputes, `{"reason": "other", "note": "", "raised_by": "x", "evidence": [{"kind": "proof_of_delivery", "text": "x"}]}`, 422, "invalid-request", "/evidence/0/kind"},
		"an address that is a script":    {collector, disputes, `{"reason": "other", "note": "", "raised_by": "x", "evidence": [{"kind": "url", "text": "javascript:x"}]}`, 422, "invalid-evidence", "/evidence/0/text"},
		"a field that is none":           {collector, disputes, `{"reason": "other", "note": "", "raised_by": "x", "department": "sales"}`, 422, "invalid-request", "/department"},
		"a service time of no hours":     {manager, "/service-times", `{"assign_hours": 0, "remind_hours": 0, "escalate_hours": 0, "opens": 9, "closes": 17}`, 422, "invalid-request", "/escalate_hours"},
		"reminded before it is anyone's": {manager, "/service-times", `{"assign_hours": 8, "remind_hours": 4, "escalate_hours": 9, "opens": 9, "closes": 17}`, 422, "invalid-service-hours", "/remind_hours"},
		"closed before it opens":         {manager, "/service-times", `{"assign_hours": 1, "remind_hours": 2, "escalate_hours": 3, "opens": 17, "closes": 9}`, 422, "invalid-opening", "/closes"},
		"a service time by a collector":  {collector, "/service-times", `{"assign_hours": 1, "remind_hours": 2, "escalate_hours": 3, "opens": 9, "closes": 17}`, 403, "forbidden", ""},
	} {
		method := http.MethodPost
		if c.path == "/service-times" {
			method = http.MethodPut
		}
		a := l.do(method, c.path, c.role, c.body)
		if got := a.problem(t).Code; a.status != c.status || got != c.code || c.pointer != "" && fmt.Sprint(a.pointers(t)) != "["+c.pointer+"]" {
			t.Errorf("%s: %d %s %v, want %d %s %s", name, a.status, got, a.pointers(t), c.status, c.code, c.pointer)
		}
	}

	l.must(http.StatusOK, http.MethodPut, "/authorities", admin, `{"kind": "dispute", "role": "collector", "currency": "EUR", "amount": "10.00"}`)
	l.must(http.StatusOK, http.MethodPut, "/service-times", manager, `{"reason": "pricing", "assign_hours": 4, "remind_hours": 16, "escalate_hours": 24, "opens": 8, "closes": 18}`)
	l.must(http.StatusOK, http.MethodGet, "/service-times", auditor, "").is(t, map[string]string{"data.0.escalate_hours": "80", "data.1.reason": "pricing", "data.1.opens": "8"})

	key := header("Idempotency-Key", "raise")
	body := `{"line": 1, "reason": "pricing", "note": "Not as offered", "raised_by": "A. Smith", "evidence": [{"kind": "document", "text": "offer.pdf", "sha256": "` + hash + `"}]}`
	raised := l.must(http.StatusAccepted, http.MethodPost, disputes, collector, body, key)
	raised.is(t, map[string]string{"state": "open", "kind": "dispute", "amount": "24.20", "owner": ""})
	l.crash("raise", true) // the answer was lost
	l.must(http.StatusAccepted, http.MethodPost, disputes, collector, body, key).is(t, map[string]string{"id": raised.at(t, "id")})
	path := "/disputes/" + raised.at(t, "id")
	l.refused("id-taken", l.must(http.StatusConflict, http.MethodPost, disputes, collector, `{"id": "`+raised.at(t, "id")+`", "reason": "tax", "note": "", "raised_by": "x"}`))
	l.refused("nothing-to-dispute", l.must(http.StatusConflict, http.MethodPost, disputes, collector, `{"reason": "tax", "note": "", "raised_by": "x"}`))
	l.must(http.StatusOK, http.MethodGet, "/invoices/"+invoice, auditor, "").is(t, map[string]string{"disputed_amount": "24.20", "next_dunning_at": "<nil>"})

	actions := path + "/actions"
	for code, body := range map[string]string{
		"dispute-not-asked": `{"answer": "all of them"}`,
	} {
		l.refused(code, l.must(http.StatusConflict, http.MethodPost, actions, collector, body))
	}
	l.must(http.StatusUnprocessableEntity, http.MethodPost, actions, collector, `{}`)
	l.must(http.StatusUnprocessableEntity, http.MethodPost, actions, collector, `{"ask": "a", "answer": "b"}`)
	l.must(http.StatusUnprocessableEntity, http.MethodPost, actions, collector, `{"root_cause": "The old list"}`)
	l.must(http.StatusForbidden, http.MethodPost, actions, sales, `{"owner": "me"}`)
	l.must(http.StatusNotFound, http.MethodPost, "/disputes/dsp_none/actions", collector, `{"owner": "me"}`)
	l.must(http.StatusOK, http.MethodPost, actions, collector, `{"owner": "j.doe", "root_cause": "old_price_list", "department": "sales", "ask": "Which offer?"}`).
		is(t, map[string]string{"state": "awaiting_customer", "owner": "j.doe", "root_cause": "old_price_list", "department": "sales", "due_at": "<nil>"})
	l.must(http.StatusOK, http.MethodGet, "/disputes?state=awaiting_customer&owner=j.doe&reason=pricing&kind=dispute&overdue=false", auditor, "").is(t, map[string]string{"data.0.owner": "j.doe"})
	for _, none := range []string{"owner=other", "reason=tax", "kind=inquiry", "overdue=true", "state=open"} {
		if found := l.must(http.StatusOK, http.MethodGet, "/disputes?"+none, auditor, ""); strings.Contains(found.body, raised.at(t, "id")) {
			t.Errorf("%s finds it", none)
		}
	}
	l.refused("dispute-awaits-customer", l.must(http.StatusConflict, http.MethodPost, actions, collector, `{"ask": "Well?"}`))
	l.must(http.StatusOK, http.MethodPost, actions, collector, `{"answer": "That of May", "evidence": [{"kind": "note", "text": "by phone"}]}`).is(t, map[string]string{"state": "open"})
	l.must(http.StatusOK, http.MethodGet, path, auditor, "").is(t, map[string]string{
		"evidence.0.kind": "document", "evidence.0.sha256": hash, "evidence.1.kind": "question", "evidence.2.text": "by phone", "evidence.3.text": "That of May",
	})

	asked := l.must(http.StatusAccepted, http.MethodPost, path+"/resolution", collector, `{"outcome": "accepted", "note": "They are right"}`)
	asked.is(t, map[string]string{"state": "awaiting_approval"})
	l.refused("dispute-awaits-approval", l.must(http.StatusConflict, http.MethodPost, path+"/resolution", manager, `{"outcome": "accepted", "note": ""}`))
	l.must(http.StatusOK, http.MethodGet, "/approvals", auditor, "").is(t, map[string]string{"data.0.kind": "dispute", "data.0.subject": raised.at(t, "id"), "data.0.amount": "24.20"})
	approval := "/approvals/" + asked.at(t, "id")
	l.must(http.StatusForbidden, http.MethodPost, approval, collector, `{"decision": "approve", "reason": ""}`)
	l.must(http.StatusOK, http.MethodPost, approval, manager, `{"decision": "approve", "reason": "Seen the offer"}`)
	done := l.must(http.StatusOK, http.MethodGet, path, auditor, "")
	done.is(t, map[string]string{"state": "accepted", "accepted_amount": "24.20", "credit_note": "CN-" + invoice[4:8] + "-000001", "root_cause": "old_price_list"})
	l.await(order, "closed")
	l.refused("dispute-not-open", l.must(http.StatusConflict, http.MethodPost, path+"/resolution", collector, `{"outcome": "rejected", "note": ""}`))
	l.refused("dispute-not-open", l.must(http.StatusConflict, http.MethodPost, actions, collector, `{"owner": "late"}`))

	// A complaint without an amount about an invoice that is settled: it is dealt with all the same.
	inquiry := l.must(http.StatusAccepted, http.MethodPost, disputes, collector, `{"kind": "inquiry", "reason": "other", "note": "A copy, please", "raised_by": "x", "owner": "j.doe"}`)
	inquiry.is(t, map[string]string{"state": "open", "kind": "inquiry", "amount": "<nil>", "owner": "j.doe"})
	path = "/disputes/" + inquiry.at(t, "id")
	l.must(http.StatusOK, http.MethodPost, path+"/actions", collector, `{"department": "billing"}`).is(t, map[string]string{"department": "billing"})
	l.must(http.StatusUnprocessableEntity, http.MethodPost, path+"/resolution", collector, `{"outcome": "partly_accepted", "amount": "1.00", "note": ""}`)
	l.must(http.StatusOK, http.MethodPost, path+"/resolution", collector, `{"outcome": "accepted", "note": "Sent", "root_cause": "mail_bounced"}`).
		is(t, map[string]string{"state": "accepted", "root_cause": "mail_bounced", "credit_note": "<nil>", "department": "billing"})
	if n := l.count("SELECT count(*) FROM credit_notes"); n != 1 {
		t.Errorf("%d credit notes", n)
	}
}
