package api

import (
	"encoding/json"
	"net/http"
	"testing"
)

func TestTheCompanyIsSetAndReadBack(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.must(http.StatusNotFound, http.MethodGet, "/company", auditor, "")
	put := b.must(http.StatusOK, http.MethodPut, "/company", billing, aCompany)
	if got := b.must(http.StatusOK, http.MethodGet, "/company", auditor, ""); got.body != put.body {
		t.Errorf("put %s, got %s", put.body, got.body)
	}
	b.must(http.StatusOK, http.MethodPut, "/company", billing, aCompany)
	if n := b.count("SELECT count(*) FROM audit_log WHERE object_kind = 'company' AND actor = 'dev-billing'"); n != 2 {
		t.Errorf("%d audit rows, want 2", n)
	}
}

func TestACustomerIsMadeReadAndChanged(t *testing.T) {
	t.Parallel()
	b := start(t)
	made := b.must(http.StatusCreated, http.MethodPost, "/customers", credit, aCustomer)
	path := "/customers/" + made.field(t, "id").(string)
	if made.header.Get("Location") != base+path {
		t.Errorf("Location is %s", made.header.Get("Location"))
	}
	if got := b.must(http.StatusOK, http.MethodGet, path, auditor, ""); got.body != made.body {
		t.Errorf("made %s, got %s", made.body, got.body)
	}
	if got := made.field(t, "credit_limit"); got != "5000.00" {
		t.Errorf("the credit limit is %v", got)
	}
	changed := b.must(http.StatusOK, http.MethodPatch, path, credit, `{"email": "new@acme.example", "payment_terms": {"net_days": 14}}`)
	if changed.field(t, "email") != "new@acme.example" || changed.field(t, "name") != "Acme" {
		t.Errorf("changed to %s", changed.body)
	}
	b.must(http.StatusUnprocessableEntity, http.MethodPatch, path, credit, `{}`)
	b.must(http.StatusUnprocessableEntity, http.MethodPatch, path, credit, `{"currency": "USD"}`)
	if got := b.must(http.StatusUnprocessableEntity, http.MethodPatch, path, credit, `{"dunning_policy": "ghost"}`); got.problem(t).Code != "dunning-policy-not-found" {
		t.Error(got.body)
	}
	exposure := b.must(http.StatusOK, http.MethodGet, path+"/exposure", auditor, "")
	if exposure.field(t, "available") != "5000.00" || exposure.field(t, "exposure") != "0.00" {
		t.Error(exposure.body)
	}
	account := b.must(http.StatusOK, http.MethodGet, path+"/account", auditor, "")
	if account.field(t, "balance") != "0.00" {
		t.Error(account.body)
	}
	if n := b.count("SELECT count(*) FROM audit_log WHERE object_kind = 'customer' AND actor = 'dev-credit'"); n != 2 {
		t.Errorf("%d audit rows, want 2", n)
	}
}

func TestPaymentTermsAreKeptAsTheyWereAgreed(t *testing.T) {
	t.Parallel()
	b := start(t)
	path := "/customers/" + b.customer()
	for _, terms := range []string{
		`{"discount_days":10,"discount_percent":"2","discount_tax_unchanged":false,"end_of_month":false,"net_days":30}`,
		`{"end_of_month":true,"instalments":[{"net_days":0,"percent":"33.3333"},{"net_days":30,"percent":"66.6667"}]}`,
		`{"end_of_month":false,"net_days":0}`,
	} {
		b.must(http.StatusOK, http.MethodPatch, path, credit, `{"payment_terms": `+terms+`}`)
		kept, err := json.Marshal(b.must(http.StatusOK, http.MethodGet, path, auditor, "").field(t, "payment_terms"))
		if err != nil || string(kept) != terms {
			t.Errorf("%s became %s, %v", terms, kept, err)
		}
	}
	for terms, pointer := range map[string]string{
		`{"instalments": [{"net_days": 0, "percent": "50"}, {"net_days": 30, "percent": "49"}]}`:              "/payment_terms/instalments",
		`{"instalments": [{"net_days": 30, "percent": "50"}, {"net_days": 30, "percent": "50"}]}`:             "/payment_terms/instalments/1/net_days",
		`{"net_days": 30, "instalments": [{"net_days": 30, "percent": "100"}]}`:                               "/payment_terms/net_days",
		`{"discount_percent": "2", "discount_days": 10, "instalments": [{"net_days": 30, "percent": "100"}]}`: "/payment_terms/discount_percent",
		`{"discount_percent": "2", "discount_days": 40}`:                                                      "/payment_terms/discount_days",
		`{"discount_days": 10}`:                                "/payment_terms/discount_percent",
		`{"discount_percent": "100", "discount_days": 10}`:     "/payment_terms/discount_percent",
		`{"discount_percent": "2.00001", "discount_days": 10}`: "/payment_terms/discount_percent",
		`{"discount_percent": 2, "discount_days": 10}`:         "/payment_terms/discount_percent",
		`{"instalments": []}`:                                  "/payment_terms/instalments",
		`{"days": 30}`:                                         "/payment_terms/days",
	} {
		a := b.must(http.StatusUnprocessableEntity, http.MethodPatch, path, credit, `{"payment_terms": `+terms+`}`)
		if found := valueOf(a.problem(t).Errors); len(found) != 1 || found[0].Pointer != pointer {
			t.Errorf("%s answers %s, want a fault at %s", terms, a.body, pointer)
		}
	}
	order := `{"customer_id": "` + path[len("/customers/"):] + `", "currency": "EUR", "lines": [{"sku": "` + b.product() + `", "quantity": "1"}], "payment_terms": {"discount_days": 3}}`
	if a := b.must(http.StatusUnprocessableEntity, http.MethodPost, "/orders", sales, order); a.problem(t).Code != "invalid-payment-terms" {
		t.Errorf("an order with such terms answers %s", a.body)
	}
}

func TestACreditLimitNeedsAnAmountOrUnlimited(t *testing.T) {
	t.Parallel()
	b := start(t)
	path := "/customers/" + b.customer() + "/credit-limit"
	for body, code := range map[string]string{
		`{"currency": "EUR", "reason": ""}`:                                                                            "invalid-amount",
		`{"currency": "EUR", "reason": "", "amount": "1.00", "unlimited": true}`:                                       "invalid-amount",
		`{"currency": "EUR", "reason": "", "amount": "1.001"}`:                                                         "invalid-amount",
		`{"currency": "EUR", "reason": "", "amount": "-1.00"}`:                                                         "invalid-request",
		`{"currency": "USD", "reason": "", "amount": "1.00"}`:                                                          "currency-mismatch",
		`{"currency": "EUX", "reason": "", "amount": "1.00"}`:                                                          "unknown-currency",
		`{"currency": "EUR", "reason": "", "amount": "1.00", "valid_from": "2026-02-01", "valid_until": "2026-01-01"}`: "invalid-date",
		`{"currency": "EUR", "amount": "1.00"}`:                                                                        "invalid-request",
	} {
		if a := b.must(http.StatusUnprocessableEntity, http.MethodPut, path, credit, body); a.problem(t).Code != code {
			t.Errorf("%s answers %s, want %s", body, a.body, code)
		}
	}
	if n := b.count("SELECT count(*) FROM facts"); n != 0 {
		t.Errorf("%d facts were accepted", n)
	}
}

func TestBadReferenceDataIsRefused(t *testing.T) {
	t.Parallel()
	b := start(t)
	for body, code := range map[string]string{
		`{"sku": "A", "name": "A", "prices": {"EUX": "1.00"}, "tax_category": "S", "tax_rate": "19"}`: "unknown-currency",
		`{"sku": "A", "name": "A", "prices": {"EUR": 1.00}, "tax_category": "S", "tax_rate": "19"}`:   "invalid-request",
		`{"sku": "A", "name": "A", "prices": {"EUR": "-1"}, "tax_category": "S", "tax_rate": "19"}`:   "invalid-request",
		`{"sku": "A", "name": "A", "prices": {}, "tax_category": "Z", "tax_rate": "19"}`:              "invalid-tax-rate",
		`{"sku": "A", "name": "A", "prices": {}, "tax_category": "X", "tax_rate": "19"}`:              "invalid-request",
		`{"sku": "A B", "name": "A", "prices": {}, "tax_category": "S", "tax_rate": "19"}`:            "invalid-request",
		`{"sku": "A", "name": "A", "prices": {}, "tax_category": "S", "tax_rate": "101"}`:             "invalid-request",
	} {
		if a := b.must(http.StatusUnprocessableEntity, http.MethodPost, "/products", billing, body); a.problem(t).Code != code {
			t.Errorf("%s answers %s, want %s", body, a.body, code)
		}
	}
	b.product()
	if a := b.must(http.StatusConflict, http.MethodPost, "/products", billing, aProduct); a.problem(t).Code != "id-taken" {
		t.Error(a.body)
	}
	if a := b.must(http.StatusConflict, http.MethodPost, "/warehouses", warehouse, `{"id": "main", "name": "M", "mode": "auto"}`); a.problem(t).Code != "id-taken" {
		t.Error(a.body)
	}
	b.must(http.StatusUnprocessableEntity, http.MethodPost, "/warehouses", warehouse, `{"id": "w", "name": "W", "mode": "webhook"}`)
	if a := b.must(http.StatusUnprocessableEntity, http.MethodPost, "/products/LANTERN/receipts", warehouse, `{"quantity": "1", "warehouse_id": "moon"}`); a.problem(t).Code != "warehouse-not-found" {
		t.Error(a.body)
	}
	b.must(http.StatusUnprocessableEntity, http.MethodPut, "/company", billing, `{"legal_name": "x"}`)
}
