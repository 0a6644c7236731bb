package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"o2c/postgres"
)

// withChief knows somebody who sells and manages as well.
type withChief struct{ DevKeys }

func (k withChief) Principal(ctx context.Context, key string) (Principal, bool) {
	if key == "dev-chief" {
		return Principal{Name: "chief", Roles: []string{sales, manager}}, true
	}
	return k.DevKeys.Principal(ctx, key)
}

// What sales may not give, each with its place; somebody with the role manager may, and the order says so.
func TestSalesGivesNothingAwayWithoutTheGrant(t *testing.T) {
	t.Parallel()
	l := startLive(t, func(d *Deps) { d.Keys = withChief{} })
	l.work(postbox{})
	customer, _ := l.customer(), l.product()
	l.must(http.StatusOK, http.MethodPatch, "/customers/"+customer, credit, `{"payment_terms": {"net_days": 14, "discount_percent": "2", "discount_days": 7}}`)
	order := func(more, line string) string {
		return `{"customer_id": "` + customer + `", "currency": "EUR", "override_reason": "a fair"` + more + `, "lines": [{"sku": "LANTERN", "quantity": "10"` + line + `}]}`
	}
	freight := func(category, rate string) string {
		return `, "charges": [{"reason_code": "FC", "amount": "5.00", "tax_category": "` + category + `", "tax_rate": "` + rate + `"}]`
	}
	for name, c := range map[string]struct {
		body     string
		code     string
		pointers []string
	}{
		"all of a line":            {order("", `, "discount_percent": "100"`), "discount-override-forbidden", []string{"/lines/0/discount_percent"}},
		"a little above the limit": {order("", `, "discount_percent": "10.0001"`), "discount-override-forbidden", []string{"/lines/0/discount_percent"}},
		"all of the order":         {order(`, "discount_percent": "100"`, ""), "discount-override-forbidden", []string{"/discount_percent"}},
		"a discount of 99 %":       {order(`, "payment_terms": {"net_days": 14, "discount_percent": "99", "discount_days": 7}`, ""), "payment-terms-override-forbidden", []string{"/payment_terms/discount_percent"}},
		"900 days":                 {order(`, "payment_terms": {"net_days": 900}`, ""), "payment-terms-override-forbidden", []string{"/payment_terms/net_days"}},
		"the end of the month":     {order(`, "payment_terms": {"net_days": 14, "end_of_month": true}`, ""), "payment-terms-override-forbidden", []string{"/payment_terms/end_of_month"}},
		"instalments": {order(`, "payment_terms": {"instalments": [{"percent": "50", "net_days": 14}, {"percent": "50", "net_days": 44}]}`, ""),
			"payment-terms-override-forbidden", []string{"/payment_terms/instalments/1/net_days"}},
		"freight outside the tax":  {order(freight("O", "0"), ""), "charge-tax-override-forbidden", []string{"/charges/0/tax_category"}},
		"freight at 0 %":           {order(freight("S", "0"), ""), "charge-tax-override-forbidden", []string{"/charges/0/tax_rate"}},
		"freight at another rate":  {order(freight("S", "7"), ""), "charge-tax-override-forbidden", []string{"/charges/0/tax_rate"}},
		"a price beside the terms": {order(`, "payment_terms": {"net_days": 15}`, `, "unit_price": "0.01"`), "invalid-request", []string{"/lines/0/unit_price", "/payment_terms/net_days"}},
	} {
		a := l.do(http.MethodPost, "/orders", sales, c.body)
		if a.status != http.StatusForbidden || a.problem(t).Code != c.code || !slices.Equal(a.pointers(t), c.pointers) {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	if n := l.count("SELECT count(*) FROM orders") + l.count("SELECT count(*) FROM claims WHERE content IS NOT NULL AND route LIKE '%rder%'"); n != 0 {
		t.Errorf("%d orders or contents are stored", n)
	}
	for name, body := range map[string]string{
		"the limits":                order(`, "discount_percent": "10"`, `, "discount_percent": "10"`),
		"stricter terms":            order(`, "payment_terms": {"net_days": 10, "discount_percent": "1", "discount_days": 7}`, ""),
		"the customer's terms":      order(`, "payment_terms": {"net_days": 14, "discount_percent": "2", "discount_days": 7}`, ""),
		"sooner, in instalments":    order(`, "payment_terms": {"instalments": [{"percent": "50", "net_days": 0}, {"percent": "50", "net_days": 14}]}`, ""),
		"freight taxed as the rest": order(freight("S", "19"), ""),
	} {
		if given := l.entered(body); len(given.Overrides) > 0 {
			t.Errorf("%s: %+v", name, given.Overrides)
		}
	}

	both := order(`, "discount_percent": "20", "payment_terms": {"net_days": 60}`+freight("O", "0"), `, "unit_price": "3", "discount_percent": "50"`)
	l.refused("forbidden", l.must(http.StatusForbidden, http.MethodPost, "/orders", manager, both)) // who manages does not sell
	given := l.must(http.StatusCreated, http.MethodPost, "/orders", "chief", both)
	given.is(t, map[string]string{
		"override_reason": "a fair", "overrides.0.kind": "price", "overrides.0.instead": "3.39", "overrides.1.kind": "line_discount",
		"overrides.1.given": "a discount of 50 %", "overrides.1.instead": "at most 10 %", "overrides.1.source": "sales_policy:all@1", "overrides.2.kind": "order_discount",
		"overrides.3.kind": "payment_terms", "overrides.3.pointer": "/payment_terms/net_days", "overrides.4.kind": "charge_tax", "overrides.4.instead": "S 19 %"})
	timeline := l.must(http.StatusOK, http.MethodGet, "/orders/"+given.at(t, "id")+"/timeline", auditor, "").body
	for _, told := range []string{`"kind":"price-overridden"`, `"kind":"terms-overridden"`, `"reason":"a fair"`, `"actor":"chief"`, "a discount of 20 % instead of at most 10 % (/discount_percent)"} {
		if !strings.Contains(timeline, told) {
			t.Errorf("the timeline does not tell %s: %s", told, timeline)
		}
	}
}

// Billing and manager say how much discount is free: for all, a segment, a customer. Every version is audited.
func TestSalesPoliciesLimitDiscounts(t *testing.T) {
	t.Parallel()
	l := startLive(t)
	l.work(postbox{})
	l.product()
	for _, id := range []string{"plain", "gold", "own"} {
		segment := map[bool]string{true: `, "segment": "gold"`}[id != "plain"]
		l.must(http.StatusCreated, http.MethodPost, "/customers", credit,
			`{"id": "`+id+`", "name": "C", "email": "a@c.example", "country": "DE", "currency": "EUR", "credit_limit": "5000.00"`+segment+`}`)
	}
	put := func(role, policy string) { l.must(http.StatusOK, http.MethodPut, "/sales-policies", role, policy) }
	put(billing, `{"segment": "gold", "max_line_discount_percent": "99"}`)
	put(manager, `{"segment": "gold", "max_line_discount_percent": "25"}`)
	put(billing, `{"customer_id": "own", "max_discount_percent": "0"}`)
	put(manager, `{"max_line_discount_percent": "5.5", "max_discount_percent": "12"}`)
	discounts := func(customer, line, order string) string {
		return fmt.Sprintf(`{"customer_id": %q, "currency": "EUR", "discount_percent": %q, "lines": [{"sku": "LANTERN", "quantity": "1", "discount_percent": %q}]}`, customer, order, line)
	}
	for _, c := range []struct{ customer, line, order, faults string }{
		{"plain", "5.5", "12", ""}, {"plain", "5.6", "12.1", "/lines/0/discount_percent /discount_percent"},
		{"gold", "25", "12", ""}, {"gold", "25.1", "12.1", "/lines/0/discount_percent /discount_percent"},
		{"own", "25", "0", ""}, {"own", "25", "0.1", "/discount_percent"},
	} {
		a := l.do(http.MethodPost, "/orders", sales, discounts(c.customer, c.line, c.order))
		if got := strings.Join(a.pointers(t), " "); got != c.faults || (a.status == http.StatusCreated) != (c.faults == "") {
			t.Errorf("%+v: %d %s", c, a.status, a.body)
		}
	}
	l.must(http.StatusOK, http.MethodGet, "/sales-policies", auditor, "").is(t, map[string]string{
		"data.0.version": "2", "data.0.max_line_discount_percent": "5.5", "data.1.customer_id": "own", "data.2.segment": "gold", "data.2.version": "2"})
	if n := l.count("SELECT count(*) FROM audit_log WHERE object_kind = 'sales_policy'"); n != 4 {
		t.Errorf("%d changes are audited, want 4", n)
	}
	for policy, code := range map[string]string{
		`{}`: "invalid-request", `{"max_discount_percent": "5"}`: "discount-missing", `{"segment": "x", "customer_id": "own"}`: "invalid-scope",
		`{"customer_id": "ghost"}`: "customer-not-found", `{"segment": "a b"}`: "invalid-segment", `{"segment": "x", "max_discount_percent": "100.5"}`: "invalid-request",
		`{"segment": "x", "max_discount_percent": "1.00001"}`: "invalid-request", `{"segment": "x", "max_discount_percent": 5}`: "invalid-request",
	} {
		if got := l.must(http.StatusUnprocessableEntity, http.MethodPut, "/sales-policies", billing, policy).problem(t).Code; got != code && code != "invalid-request" {
			t.Errorf("%s is %s, want %s", policy, got, code)
		}
	}
}

// 100 at 3.00 are amended down across the break: what is left costs more each, its tax and the exposure follow.
func TestAnAmendmentAcrossABreakIsPricedByIt(t *testing.T) {
	t.Parallel()
	l := startLive(t)
	l.work(postbox{})
	customer, _ := l.customer(), l.product()
	list := func(price string) {
		l.must(http.StatusOK, http.MethodPut, "/price-lists", billing, `{"id": "general", "name": "General", "currency": "EUR", "valid_from": "2020-01-01",
			"entries": [{"sku": "LANTERN", "min_quantity": "50", "unit_price": "3.20"}, {"sku": "LANTERN", "min_quantity": "100", "unit_price": "`+price+`"}]}`)
	}
	list("3.00")
	body := `{"customer_id": "` + customer + `", "currency": "EUR", "lines": [{"sku": "LANTERN", "quantity": "100"}, {"sku": "LANTERN", "quantity": "1", "unit_price": "2"}]}`
	order := l.read(l.must(http.StatusCreated, http.MethodPost, "/orders", admin, body))
	list("0.01") // comes too late for this order
	path := "/orders/" + order.ID
	l.await(order.ID, "fulfilling")
	for _, c := range []struct{ quantity, price, source, net, tax, total string }{
		{"99", "3.2", "price_list:general@2020-01-01#50", "316.80", "60.57", "379.37"},
		{"49", "3.39", "product", "166.11", "31.94", "200.05"},
		{"120", "3", "price_list:general@2020-01-01#100", "360.00", "68.78", "430.78"},
	} {
		a := l.must(http.StatusOK, http.MethodPost, path+"/amendments", sales, `{"lines": [{"line": 1, "quantity": "`+c.quantity+`"}, {"line": 2, "quantity": "1"}]}`)
		a.is(t, map[string]string{"lines.0.unit_price": c.price, "lines.0.price_source": c.source, "lines.0.net_amount": c.net, "tax_total": c.tax, "total": c.total,
			"lines.1.unit_price": "2", "lines.1.price_source": "override"})
		l.must(http.StatusOK, http.MethodGet, "/customers/"+customer+"/exposure", auditor, "").is(t, map[string]string{"open_orders": c.total})
	}
	l.must(http.StatusOK, http.MethodGet, path+"/versions", auditor, "").is(t, map[string]string{
		"data.0.lines.0.unit_price": "3", "data.1.lines.0.unit_price": "3.2", "data.2.lines.0.price_source": "product", "data.3.lines.0.unit_price": "3"})

	l.must(http.StatusCreated, http.MethodPost, "/products/LANTERN/receipts", warehouse, `{"quantity": "121"}`)
	l.eventually("the lanterns are reserved", func() bool {
		return l.must(http.StatusOK, http.MethodGet, path, auditor, "").at(t, "lines.0.reserved") == "120"
	})
	l.must(http.StatusAccepted, http.MethodPost, path+"/shipments", warehouse, `{"lines": [{"line": 1, "quantity": "10"}]}`)
	l.eventually("ten are shipped", func() bool {
		return l.must(http.StatusOK, http.MethodGet, path, auditor, "").at(t, "lines.0.shipped") == "10"
	})
	l.must(http.StatusOK, http.MethodPost, path+"/amendments", sales, `{"lines": [{"line": 1, "quantity": "20"}]}`).is(t, map[string]string{"lines.0.unit_price": "3", "total": "73.78"})
	timeline := l.must(http.StatusOK, http.MethodGet, path+"/timeline", auditor, "").body
	for _, told := range []string{"line 1 (LANTERN) to 3.2 instead of 3", "line 1 (LANTERN) stays at 3, of which goods were shipped, and not 3.39"} {
		if !strings.Contains(timeline, told) {
			t.Errorf("the timeline does not tell %q: %s", told, timeline)
		}
	}
	findings, err := postgres.Verify(t.Context(), l.db, 5)
	if err != nil {
		t.Fatal(err)
	}
	for _, finding := range findings {
		if finding.Count > 0 {
			t.Errorf("%s: %v", finding.Name, finding.Offenders)
		}
	}
}
