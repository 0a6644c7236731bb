package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
)

const aPriceList = `{"id": "wholesale", "name": "Wholesale", "currency": "EUR", "segment": "gold", "valid_from": "2026-01-01", "valid_until": "2026-12-31",
	"entries": [{"sku": "LANTERN", "unit_price": "3.10"}, {"sku": "LANTERN", "min_quantity": "100.0", "unit_price": "275", "base_quantity": "100"}]}`

func TestAPriceListIsPutAndReadBack(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.product()
	put := b.must(http.StatusOK, http.MethodPut, "/price-lists", billing, aPriceList)
	got := b.must(http.StatusOK, http.MethodGet, "/price-lists/wholesale", auditor, "")
	if got.body != put.body {
		t.Errorf("put %s, got %s", put.body, got.body)
	}
	want := `"versions":[{"entries":[{"min_quantity":"0","sku":"LANTERN","unit_price":"3.1"},{"base_quantity":"100","min_quantity":"100","sku":"LANTERN","unit_price":"275"}],"valid_from":"2026-01-01","valid_until":"2026-12-31"}]`
	if !strings.Contains(got.body, want) {
		t.Errorf("it is %s", got.body)
	}

	// The same version again replaces it, the next one stands beside it.
	b.must(http.StatusOK, http.MethodPut, "/price-lists", billing, strings.Replace(aPriceList, `"3.10"`, `"3.05"`, 1))
	next := strings.NewReplacer("2026-01-01", "2027-01-01", "2026-12-31", "2027-12-31", "3.10", "3.50").Replace(aPriceList)
	got = b.must(http.StatusOK, http.MethodPut, "/price-lists", billing, next)
	if strings.Count(got.body, `"valid_from"`) != 2 || strings.Index(got.body, "2027-01-01") > strings.Index(got.body, "2026-01-01") || !strings.Contains(got.body, `"3.05"`) || strings.Contains(got.body, `"3.1"`) {
		t.Errorf("it is %s", got.body)
	}
	if n := b.count(`SELECT count(*) FROM price_list_versions WHERE set_by = 'dev-billing'`); n != 3 {
		t.Errorf("%d of 3 revisions are kept", n)
	}
	if n := b.count(`SELECT count(*) FROM audit_log WHERE object_kind = 'price_list' AND object_id = 'wholesale' AND actor = 'dev-billing'`); n != 3 {
		t.Errorf("%d audit rows, want 3", n)
	}
	if list := b.must(http.StatusOK, http.MethodGet, "/price-lists?limit=1", auditor, ""); !strings.Contains(list.body, `"entries":[]`) {
		t.Errorf("the list is %s", list.body)
	}
}

func TestBadPriceListsAreRefused(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.product()
	b.must(http.StatusOK, http.MethodPut, "/price-lists", billing, aPriceList)
	change := func(old, with string) string { return strings.Replace(aPriceList, old, with, 1) }
	for name, bad := range map[string]struct {
		body    string
		status  int
		code    string
		pointer string
	}{
		"an unknown sku":                  {change(`"LANTERN"`, `"GHOST"`), 422, "sku-not-found", "/entries/0/sku"},
		"an unknown customer":             {change(`"segment": "gold"`, `"customer_id": "ghost"`), 422, "customer-not-found", "/customer_id"},
		"a customer and a segment":        {change(`"segment": "gold"`, `"segment": "gold", "customer_id": "ghost"`), 422, "invalid-scope", "/segment"},
		"a break that is there twice":     {change(`"min_quantity": "100.0"`, `"min_quantity": "0"`), 422, "duplicate-break", "/entries/1"},
		"a price of seven decimals":       {change(`"3.10"`, `"3.1000001"`), 422, "invalid-request", "/entries/0/unit_price"},
		"a price that is a number":        {change(`"3.10"`, `3.10`), 422, "invalid-request", "/entries/0/unit_price"},
		"a negative break":                {change(`"100.0"`, `"-1"`), 422, "invalid-request", "/entries/1/min_quantity"},
		"for a base of nothing":           {change(`"base_quantity": "100"`, `"base_quantity": "0"`), 422, "invalid-request", "/entries/1/base_quantity"},
		"an end before its start":         {change(`"2026-12-31"`, `"2025-12-31"`), 422, "invalid-date", "/valid_until"},
		"an unknown currency":             {change(`"EUR"`, `"EUX"`), 422, "unknown-currency", "/currency"},
		"an unknown field":                {change(`"segment"`, `"segments"`), 422, "invalid-request", "/segments"},
		"another currency":                {change(`"EUR"`, `"GBP"`), 409, "price-list-currency", "/currency"},
		"a second list of the same scope": {change(`"wholesale"`, `"retail"`), 409, "price-lists-once-per-scope", ""},
	} {
		a := b.do(http.MethodPut, "/price-lists", billing, bad.body)
		problem := a.problem(t)
		if a.status != bad.status || problem.Code != bad.code || bad.pointer != "" && !slices.Contains(a.pointers(t), bad.pointer) {
			t.Errorf("%s answers %d %s at %v, want %d %s at %q: %s", name, a.status, problem.Code, a.pointers(t), bad.status, bad.code, bad.pointer, problem.Detail)
		}
	}
	if a := b.do(http.MethodGet, "/price-lists/ghost", auditor, ""); a.status != http.StatusNotFound || a.problem(t).Code != "price-list-not-found" {
		t.Errorf("a list that is not there answers %d %s", a.status, a.body)
	}
	if a := b.do(http.MethodGet, "/price-lists/%20", auditor, ""); a.status != http.StatusNotFound || a.problem(t).Code != "price-list-not-found" {
		t.Errorf("a list of no id answers %d %s", a.status, a.body)
	}
	if n := b.count(`SELECT count(*) FROM price_list_versions`); n != 1 {
		t.Errorf("%d versions, want 1", n)
	}
}

func TestTaxRulesAndRatesArePutAndReadBack(t *testing.T) {
	t.Parallel()
	b := start(t)
	delivered := b.must(http.StatusOK, http.MethodGet, "/tax-rules", auditor, "")
	for _, id := range []string{"eu-intra-community", "eu-reverse-charge", "eu-export", "gb-export", "eu-distance-sale", "rate-of-the-day"} {
		if !strings.Contains(delivered.body, `"id":"`+id+`"`) {
			t.Errorf("rule %s is not there from the start", id)
		}
	}
	put := b.must(http.StatusOK, http.MethodPut, "/tax-rules", billing,
		`{"id": "ch-export", "valid_from": "2026-01-01", "priority": 200, "seller": "CH", "ship_to": "foreign", "supply": "goods", "category": "G", "exemption": "Export"}`)
	if want := `{"category":"G","exemption":"Export","id":"ch-export","priority":200,"rate_of":"none","seller":"CH","ship_to":"foreign","supply":"goods","valid_from":"2026-01-01","vat_id":"any"}`; strings.TrimSpace(put.body) != want {
		t.Errorf("put %s", put.body)
	}
	if got := b.must(http.StatusOK, http.MethodGet, "/tax-rules", auditor, ""); !strings.Contains(got.body, strings.TrimSpace(put.body)) {
		t.Errorf("got %s", got.body)
	}
	for name, bad := range map[string]struct{ body, code, pointer string }{
		"no reason for no tax": {`{"id": "x", "valid_from": "2026-01-01", "priority": 1, "seller": "any", "ship_to": "any", "category": "G"}`, "invalid-exemption", "/exemption"},
		"a place that is none": {`{"id": "x", "valid_from": "2026-01-01", "priority": 1, "seller": "any", "ship_to": "moon", "category": "S"}`, "invalid-request", "/ship_to"},
		"a rate of 101 %":      {`{"id": "x", "valid_from": "2026-01-01", "priority": 1, "seller": "any", "ship_to": "any", "category": "S", "rate": "101"}`, "invalid-request", "/rate"},
		"a rate of a category that has none": {`{"id": "x", "valid_from": "2026-01-01", "priority": 1, "seller": "any", "ship_to": "any", "category": "Z", "rate": "5"}`,
			"invalid-tax-rate", "/rate"},
	} {
		a := b.do(http.MethodPut, "/tax-rules", billing, bad.body)
		if a.status != http.StatusUnprocessableEntity || a.problem(t).Code != bad.code || !slices.Contains(a.pointers(t), bad.pointer) {
			t.Errorf("%s answers %d: %s", name, a.status, a.body)
		}
	}

	b.must(http.StatusOK, http.MethodPut, "/tax-rates", billing, `{"data": [{"country": "DE", "valid_from": "2020-07-01", "rate": "16"}, {"country": "DE", "valid_from": "2021-01-01", "rate": "18"}]}`)
	rates := b.must(http.StatusOK, http.MethodPut, "/tax-rates", billing, `{"data": [{"country": "DE", "tax_class": "standard", "valid_from": "2021-01-01", "rate": "19.00"}]}`)
	want := `{"data":[{"country":"DE","rate":"19","tax_class":"standard","valid_from":"2021-01-01"},{"country":"DE","rate":"16","tax_class":"standard","valid_from":"2020-07-01"}]}`
	if got := b.must(http.StatusOK, http.MethodGet, "/tax-rates", auditor, ""); strings.TrimSpace(got.body) != want || got.body != rates.body {
		t.Errorf("got %s", got.body)
	}
	a := b.do(http.MethodPut, "/tax-rates", billing, `{"data": [{"country": "DE", "valid_from": "2021-01-01", "rate": "19.00001"}]}`)
	if a.status != http.StatusUnprocessableEntity || !slices.Contains(a.pointers(t), "/data/0/rate") {
		t.Errorf("a rate of five decimals answers %d: %s", a.status, a.body)
	}
}

func TestACustomersPartiesAndTaxID(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.must(http.StatusCreated, http.MethodPost, "/customers", credit, `{"id": "parent", "name": "Parent", "email": "ap@parent.example", "country": "FR", "currency": "EUR"}`)
	b.must(http.StatusCreated, http.MethodPost, "/customers", credit, `{"id": "pounds", "name": "Pounds", "email": "ap@p.example", "country": "GB", "currency": "GBP"}`)
	made := b.must(http.StatusCreated, http.MethodPost, "/customers", credit, `{"id": "child", "name": "Child", "email": "ap@child.example", "country": "FR", "currency": "EUR",
		"payer_id": "parent", "tax_id": "FR12345678901", "tax_id_checked_on": "2026-11-01", "segment": "gold", "duplicate_po": "refuse", "buyer_reference": "B-1",
		"endpoint": {"scheme": "0009", "id": "12345678901234"}, "calendar": "none"}`)
	for field, want := range map[string]any{
		"payer_id": "parent", "tax_id_checked_on": "2026-11-01", "segment": "gold", "duplicate_po": "refuse", "buyer_reference": "B-1", "calendar": "none",
		"tax_treatment": "determined",
	} {
		if got := made.field(t, field); got != want {
			t.Errorf("%s is %v, want %v", field, got, want)
		}
	}
	changed := b.must(http.StatusOK, http.MethodPatch, "/customers/child", credit, `{"tax_id": "FR99999999999", "payer_id": "child"}`)
	if changed.field(t, "tax_id_checked_on") != nil || changed.field(t, "payer_id") != "child" {
		t.Errorf("another tax id, and its own payer: %s", changed.body)
	}
	for name, bad := range map[string]struct{ body, code, pointer string }{
		"a payer that is not there":          {`{"payer_id": "ghost"}`, "payer-not-found", "/payer_id"},
		"a payer who pays in another money":  {`{"payer_id": "pounds"}`, "payer-currency", "/payer_id"},
		"a segment with a blank":             {`{"segment": "a b"}`, "invalid-request", "/segment"},
		"a reference on two lines":           {`{"buyer_reference": "a\nb"}`, "invalid-text", "/buyer_reference"},
		"an address with a blank city":       {`{"ship_to": {"line1": "a", "city": " ", "postcode": "1", "country": "FR"}}`, "invalid-address", "/ship_to/city"},
		"a check of a tax id that is no day": {`{"tax_id_checked_on": "2026-02-30"}`, "invalid-request", "/tax_id_checked_on"},
	} {
		a := b.do(http.MethodPatch, "/customers/child", credit, bad.body)
		if a.status != http.StatusUnprocessableEntity || a.problem(t).Code != bad.code || !slices.Contains(a.pointers(t), bad.pointer) {
			t.Errorf("%s answers %d: %s", name, a.status, a.body)
		}
	}
}

// Many who put the same version at once: each is a revision of its own, and one of them is what the list says then.
func TestAVersionThatManyPutAtOnceIsOneOfTheirs(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.product()
	var puts sync.WaitGroup
	for i := range 20 {
		puts.Go(func() {
			body := fmt.Sprintf(`{"id": "crowd", "name": "Crowd", "currency": "EUR", "valid_from": "2026-01-01", "entries": [{"sku": "LANTERN", "unit_price": "%d"}]}`, i)
			if a, err := b.send(http.MethodPut, "/price-lists", billing, body); err != nil || a.status != http.StatusOK {
				t.Errorf("%v: %d %s", err, a.status, a.body)
			}
		})
	}
	puts.Wait()
	if n := b.count(`SELECT count(*) FROM price_list_versions v JOIN price_list_entries e USING (price_list, valid_from, revision) WHERE price_list = 'crowd' AND revision BETWEEN 1 AND 20`); n != 20 {
		t.Errorf("%d of 20 revisions are kept", n)
	}
	if got := b.must(http.StatusOK, http.MethodGet, "/price-lists/crowd", auditor, ""); strings.Count(got.body, `"sku"`) != 1 {
		t.Errorf("the list is %s", got.body)
	}
}
