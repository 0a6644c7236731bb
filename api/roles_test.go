package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// Every role on every operation: 403 or not, before the key and the body are looked at.
func TestRolesByOperation(t *testing.T) {
	t.Parallel()
	b := start(t)
	for _, op := range b.operations {
		if op.Path == "/healthz" || op.Path == "/readyz" {
			continue
		}
		path := strings.NewReplacer("{", "", "}", "").Replace(op.Path)
		for _, role := range allRoles {
			// Without a key and with a body that is no JSON nothing is ever done.
			a := b.do(op.Method, path, role, map[bool]string{true: "{"}[op.Body != nil], without("Idempotency-Key"))
			allowed := role == admin || slices.Contains(whoMay[op.ID], role)
			if (a.status == http.StatusForbidden) == allowed {
				t.Errorf("%s as %s answers %d: %s", op.ID, role, a.status, a.body)
			}
		}
		if a := b.do(op.Method, path, "nobody", ""); a.status != http.StatusUnauthorized || a.header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s without a known key answers %d", op.ID, a.status)
		}
	}
	if n := b.count("SELECT count(*) FROM claims"); n != 0 {
		t.Errorf("%d claims were made", n)
	}
}

func TestProductionRefusesDevelopmentKeysAndRoutes(t *testing.T) {
	t.Parallel()
	b := start(t, func(d *Deps) { d.Dev = false })
	if a := b.do(http.MethodGet, "/orders", admin, ""); a.status != http.StatusUnauthorized {
		t.Errorf("dev-admin gets %d", a.status)
	}
	b = start(t, func(d *Deps) { d.Dev, d.Keys = false, DevKeys{} })
	a := b.do(http.MethodPost, "/dev/orders/ord_1/fast-forward", admin, `{"days": 1}`)
	if a.status != http.StatusNotFound {
		t.Errorf("fast-forward answers %d", a.status)
	}
}

func TestTheOrderOfChecks(t *testing.T) {
	t.Parallel()
	b := start(t)
	checks := []struct {
		name    string
		role    string
		body    string
		options []func(*http.Request)
		want    string
	}{
		{"no key, no role, no idempotency key, no body", "nobody", "{", []func(*http.Request){without("Idempotency-Key")}, "unauthorized"},
		{"no role, no idempotency key, no body", warehouse, "{", []func(*http.Request){without("Idempotency-Key")}, "forbidden"},
		{"no idempotency key, no body", sales, "{", []func(*http.Request){without("Idempotency-Key")}, "idempotency-key-missing"},
		{"no body", sales, "{", nil, "malformed-json"},
	}
	for _, check := range checks {
		if got := b.do(http.MethodPost, "/orders", check.role, check.body, check.options...).problem(t).Code; got != check.want {
			t.Errorf("%s: %s, want %s", check.name, got, check.want)
		}
	}
}
