package api

import (
	"net/http"
	"testing"
)

// Lists of blocked parties over REST: what is wrong is refused, an order on its way is stopped by a new list and tells so, and a manager clears it.
func TestAListStopsAnOrderUntilAManagerClearsIt(t *testing.T) {
	t.Parallel()
	l := startLive(t)
	l.work(postbox{})
	customer, _ := l.customer(), l.product()
	l.must(http.StatusCreated, http.MethodPost, "/products/LANTERN/receipts", warehouse, `{"quantity": "12"}`)
	order := l.order(http.StatusCreated, customer, "main")
	l.await(order, "fulfilling")
	name := l.must(http.StatusOK, http.MethodGet, "/customers/"+customer, auditor, "").at(t, "name")

	l.must(http.StatusForbidden, http.MethodPut, "/screening-lists/eu", credit, `{"entries": []}`)
	for body, pointer := range map[string]string{
		`{"similarity": "0.3", "entries": []}`:                                                                    "/similarity",
		`{"similarity": "0.70001", "entries": []}`:                                                                "/similarity",
		`{"entries": [{"reference": "1", "name": "..."}]}`:                                                        "/entries/0/name",
		`{"entries": [{"reference": "1", "name": "a"}, {"reference": "1", "name": "b"}]}`:                         "/entries/1/reference",
		`{"entries": [{"reference": "1", "name": "a", "country": "Germany"}]}`:                                    "/entries/0/country",
		`{"entries": [{"reference": "1", "name": "a", "aliases": ["b", "-"]}]}`:                                   "/entries/0/aliases/1",
		`{"entries": [{"reference": "1", "name": "a", "nick": "b"}]}`:                                             "/entries/0/nick",
		`{"entries": [{"reference": "1", "name": "a", "valid_from": "2026-02-01", "valid_until": "2026-01-01"}]}`: "/entries/0/valid_until",
	} {
		l.must(http.StatusUnprocessableEntity, http.MethodPut, "/screening-lists/eu", manager, body).is(t, map[string]string{"errors.0.pointer": pointer})
	}
	l.must(http.StatusNotFound, http.MethodGet, "/screening-lists/eu/entries", auditor, "")
	const others = `{"reference": "EU-2", "name": "Evil Trading", "aliases": ["Wicked Commerce"], "country": "KP", "source": "somewhere", "valid_from": "2026-01-01"}`
	l.must(http.StatusOK, http.MethodPut, "/screening-lists/eu", manager, `{"entries": [`+others+`]}`).is(t, map[string]string{"version": "1", "entries": "1", "similarity": "0.7", "set_by": "dev-manager"})
	l.must(http.StatusOK, http.MethodGet, "/orders/"+order, auditor, "").is(t, map[string]string{"stage": "fulfilling"})
	l.must(http.StatusOK, http.MethodPut, "/screening-lists/eu", manager, `{"entries": [`+others+`, {"reference": "EU-1", "name": "`+name+`"}]}`).is(t, map[string]string{"version": "2", "entries": "2"})
	l.must(http.StatusOK, http.MethodGet, "/screening-lists", auditor, "").is(t, map[string]string{"data.0.name": "eu", "data.0.version": "2"})
	l.must(http.StatusOK, http.MethodGet, "/screening-lists/eu/entries", auditor, "").is(t, map[string]string{
		"data.0.reference": "EU-1", "data.1.reference": "EU-2", "data.1.aliases.0": "Wicked Commerce", "data.1.country": "KP", "data.1.valid_from": "2026-01-01",
	})

	l.must(http.StatusOK, http.MethodGet, "/orders/"+order+"/status", auditor, "").is(t, map[string]string{
		"stage": "review", "blocked_by.code": "blocked-party", "waiting_for.0": "review_decision",
	})
	l.refused("order-on-hold", l.must(http.StatusConflict, http.MethodPost, "/orders/"+order+"/shipments", warehouse, `{"lines": [{"line": 1, "quantity": "1"}]}`))
	decisions := "/orders/" + order + "/review-decisions"
	l.must(http.StatusOK, http.MethodGet, decisions, auditor, "").is(t, map[string]string{"findings.0.code": "blocked-party", "fraud": "<nil>"})
	l.refused("clearance-forbidden", l.must(http.StatusForbidden, http.MethodPost, decisions, credit, `{"decision": "release", "reason": "x", "findings": 1}`))
	l.refused("findings-required", l.must(http.StatusUnprocessableEntity, http.MethodPost, decisions, manager, `{"decision": "release", "reason": "x"}`))
	l.refused("new-findings", l.must(http.StatusConflict, http.MethodPost, decisions, manager, `{"decision": "release", "reason": "x", "findings": 2}`))
	l.must(http.StatusOK, http.MethodPost, decisions, manager, `{"decision": "release", "reason": "another one", "findings": 1}`)
	l.must(http.StatusOK, http.MethodGet, "/orders/"+order, auditor, "").is(t, map[string]string{"stage": "fulfilling"})
	l.must(http.StatusAccepted, http.MethodPost, "/orders/"+order+"/shipments", warehouse, `{"lines": [{"line": 1, "quantity": "1"}]}`)
	l.await(l.order(http.StatusCreated, customer, "main"), "fulfilling") // the same hit does not come back
}
