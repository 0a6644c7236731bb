package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestBadOrdersAreRefusedAndLeaveNothing(t *testing.T) {
	t.Parallel()
	b := start(t)
	customer, sku := b.customer(), b.product()
	order := func(fields string) string {
		return fmt.Sprintf(`{"customer_id": %q, "currency": "EUR", "lines": [{"sku": %q, "quantity": "1"}], %s}`, customer, sku, fields)
	}
	line := func(fields string) string {
		return fmt.Sprintf(`{"customer_id": %q, "currency": "EUR", "lines": [{"sku": %q, "quantity": "1"}, {%s}]}`, customer, sku, fields)
	}
	for name, bad := range map[string]struct {
		body    string
		code    string
		pointer string
	}{
		"an unknown field":               {order(`"colour": "red"`), "invalid-request", "/colour"},
		"an unknown field of a line":     {line(`"sku": "LANTERN", "quantity": "1", "a/b": 1`), "invalid-request", "/lines/1/a~1b"},
		"a charge for no known reason":   {order(`"charges": [{"reason_code": "QQQ", "amount": "1.00", "tax_category": "S", "tax_rate": "19"}]`), "unknown-charge-reason", "/charges/0/reason_code"},
		"a charge of half a cent":        {order(`"charges": [{"reason_code": "FC", "amount": "1.005", "tax_category": "S", "tax_rate": "19"}]`), "invalid-amount", "/charges/0/amount"},
		"a charge of nothing":            {order(`"charges": [{"reason_code": "FC", "amount": "0.00", "tax_category": "S", "tax_rate": "19"}]`), "invalid-request", "/charges/0/amount"},
		"a charge taxed where none is":   {order(`"charges": [{"reason_code": "FC", "amount": "1.00", "tax_category": "G", "tax_rate": "19"}]`), "invalid-tax-rate", "/charges/0/tax_rate"},
		"a charge without its tax":       {order(`"charges": [{"reason_code": "FC", "amount": "1.00"}]`), "invalid-request", "/charges/0/tax_category"},
		"a number on two lines":          {order(`"po_number": "PO\n1"`), "invalid-text", "/po_number"},
		"a reference with a bell":        {order(`"contract_reference": "a\u0007"`), "invalid-text", "/contract_reference"},
		"a date a hundred years away":    {order(`"requested_date": "2126-02-03"`), "invalid-date", "/requested_date"},
		"a line's address of blanks":     {line(`"sku": "LANTERN", "quantity": "1", "ship_to": {"line1": " ", "city": "b", "postcode": "1", "country": "DE"}`), "invalid-address", "/lines/1/ship_to/line1"},
		"no lines":                       {fmt.Sprintf(`{"customer_id": %q, "currency": "EUR", "lines": []}`, customer), "invalid-request", "/lines"},
		"no customer":                    {`{"currency": "EUR", "lines": [{"sku": "LANTERN", "quantity": "1"}]}`, "invalid-request", "/customer_id"},
		"an unknown customer":            {`{"customer_id": "cus_x", "currency": "EUR", "lines": [{"sku": "LANTERN", "quantity": "1"}]}`, "customer-not-found", "/customer_id"},
		"an unknown sku":                 {line(`"sku": "GHOST", "quantity": "1"`), "sku-not-found", "/lines/1/sku"},
		"an unknown warehouse":           {order(`"warehouse_id": "moon"`), "warehouse-not-found", "/warehouse_id"},
		"an unknown currency":            {strings.Replace(order(`"po_number": ""`), "EUR", "EUX", 1), "unknown-currency", "/currency"},
		"a currency in small letters":    {strings.Replace(order(`"po_number": ""`), "EUR", "eur", 1), "invalid-request", "/currency"},
		"another currency":               {strings.Replace(order(`"po_number": ""`), "EUR", "USD", 1), "currency-mismatch", "/currency"},
		"a quantity that is a number":    {line(`"sku": "LANTERN", "quantity": 1`), "invalid-request", "/lines/1/quantity"},
		"a quantity of zero":             {line(`"sku": "LANTERN", "quantity": "0"`), "invalid-request", "/lines/1/quantity"},
		"a quantity of zero decimals":    {line(`"sku": "LANTERN", "quantity": "0.000"`), "invalid-request", "/lines/1/quantity"},
		"a negative quantity":            {line(`"sku": "LANTERN", "quantity": "-1"`), "invalid-request", "/lines/1/quantity"},
		"a quantity with an exponent":    {line(`"sku": "LANTERN", "quantity": "1e3"`), "invalid-request", "/lines/1/quantity"},
		"a huge quantity":                {line(`"sku": "LANTERN", "quantity": "1000000000000000"`), "invalid-request", "/lines/1/quantity"},
		"a quantity of seven decimals":   {line(`"sku": "LANTERN", "quantity": "1.0000001"`), "invalid-request", "/lines/1/quantity"},
		"an empty quantity":              {line(`"sku": "LANTERN", "quantity": ""`), "invalid-request", "/lines/1/quantity"},
		"a quantity that is null":        {line(`"sku": "LANTERN", "quantity": null`), "invalid-request", "/lines/1/quantity"},
		"a negative price":               {line(`"sku": "LANTERN", "quantity": "1", "unit_price": "-0.01"`), "invalid-request", "/lines/1/unit_price"},
		"a price that is a number":       {line(`"sku": "LANTERN", "quantity": "1", "unit_price": 3.39`), "invalid-request", "/lines/1/unit_price"},
		"an amount that is too large":    {line(`"sku": "LANTERN", "quantity": "999999999999999", "unit_price": "999999999999999"`), "amount-too-large", "/lines/1/quantity"},
		"a discount of more than 100":    {order(`"discount_percent": "100.01"`), "invalid-request", "/discount_percent"},
		"a date that does not exist":     {order(`"requested_date": "2026-02-30"`), "invalid-request", "/requested_date"},
		"an instant instead of a date":   {order(`"requested_date": "2026-02-03T00:00:00Z"`), "invalid-request", "/requested_date"},
		"an address without a city":      {order(`"ship_to": {"line1": "a", "postcode": "1", "country": "DE"}`), "invalid-request", "/ship_to/city"},
		"net days that are no integer":   {order(`"payment_terms": {"net_days": 1.5}`), "invalid-request", "/payment_terms/net_days"},
		"a text with a NUL":              {order(`"po_number": "a\u0000b"`), "invalid-request", "/po_number"},
		"a body that is a list":          {`[]`, "invalid-request", ""},
		"a body that is null":            {`null`, "invalid-request", ""},
		"a flag that is a string":        {order(`"ship_complete": "yes"`), "invalid-request", "/ship_complete"},
		"a price with too many decimals": {line(`"sku": "LANTERN", "quantity": "1", "unit_price": "1.1234567"`), "invalid-request", "/lines/1/unit_price"},
	} {
		a := b.do(http.MethodPost, "/orders", sales, bad.body)
		problem := a.problem(t)
		if a.status != http.StatusUnprocessableEntity || problem.Code != bad.code || !slices.Contains(a.pointers(t), bad.pointer) {
			t.Errorf("%s answers %d %s at %v, want 422 %s at %q: %s", name, a.status, problem.Code, a.pointers(t), bad.code, bad.pointer, problem.Detail)
		}
	}
	if n := b.count("SELECT count(*) FROM claims WHERE content IS NOT NULL AND route LIKE '%orders%'"); n != 0 {
		t.Errorf("%d orders were accepted", n)
	}
}

func TestAllFaultsAreToldAtOnce(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.customer()
	a := b.do(http.MethodPost, "/orders", sales, `{"currency": 5, "colour": 1, "lines": [{"quantity": "-1"}]}`)
	want := []string{"/colour", "/currency", "/customer_id", "/lines/0/quantity", "/lines/0/sku"}
	if got := a.pointers(t); !slices.Equal(got, want) {
		t.Errorf("faults at %v, want %v", got, want)
	}
	a = b.do(http.MethodPost, "/customers", credit, `{"name": " ", "email": "a@b@c", "country": "DE", "currency": "EUX", "credit_limit": "1.00", "time_zone": "Moon/Sea"}`)
	if got := a.pointers(t); !slices.Contains(got, "/email") || !slices.Contains(got, "/time_zone") {
		t.Errorf("faults at %v: %s", got, a.body)
	}
	a = b.do(http.MethodPost, "/customers", credit, `{"name": " ", "email": "a@b", "country": "DE", "currency": "EUX"}`)
	if got := a.pointers(t); !slices.Equal(got, []string{"/name", "/currency"}) || a.problem(t).Code != "invalid-request" {
		t.Errorf("faults at %v: %s", got, a.body)
	}
}

func TestAmountsByCurrency(t *testing.T) {
	t.Parallel()
	b := start(t)
	payment := func(amount, currency string) string {
		return fmt.Sprintf(`{"amount": %s, "currency": %q, "method": "cash"}`, amount, currency)
	}
	for body, code := range map[string]string{
		payment(`"10.5"`, "JPY"):                        "invalid-amount",
		payment(`"10.505"`, "EUR"):                      "invalid-amount",
		payment(`"1.2345"`, "KWD"):                      "invalid-amount",
		payment(`10.50`, "EUR"):                         "invalid-request",
		payment(`"1e2"`, "EUR"):                         "invalid-request",
		payment(`"-1.00"`, "EUR"):                       "invalid-request",
		payment(`"0.00"`, "EUR"):                        "invalid-request",
		payment(`"0"`, "EUR"):                           "invalid-request",
		payment(`"1000000000000000.00"`, "EUR"):         "invalid-request",
		payment(`"1.00 "`, "EUR"):                       "invalid-request",
		payment(`"01.00"`, "EUR"):                       "invalid-request",
		payment(`"1,00"`, "EUR"):                        "invalid-request",
		payment(`"1.00"`, "XXX"):                        "unknown-currency",
		payment(`"1.00"`, "EURO"):                       "invalid-request",
		payment(`"`+strings.Repeat("9", 90)+`"`, "EUR"): "invalid-request",
	} {
		a := b.do(http.MethodPost, "/payments", cashier, body)
		if a.status != http.StatusUnprocessableEntity || a.problem(t).Code != code || len(a.pointers(t)) == 0 {
			t.Errorf("%s answers %d, want 422 %s: %s", body, a.status, code, a.body)
		}
	}
	if n := b.count("SELECT count(*) FROM facts"); n != 0 {
		t.Errorf("%d facts were accepted", n)
	}
}

func TestBodiesThatCanNotBeRead(t *testing.T) {
	t.Parallel()
	b := start(t)
	for name, bad := range map[string]struct {
		body   string
		status int
		code   string
		option func(*http.Request)
	}{
		"broken JSON":           {`{"name": `, 400, "malformed-json", nil},
		"an empty body":         {``, 400, "malformed-json", header("Content-Type", "application/json")},
		"two values":            {`{} {}`, 400, "malformed-json", nil},
		"no UTF-8":              {"{\"name\": \"\xff\"}", 400, "malformed-json", nil},
		"a form":                {`name=Acme`, 415, "unsupported-media-type", header("Content-Type", "application/x-www-form-urlencoded")},
		"no type":               {aCustomer, 415, "unsupported-media-type", without("Content-Type")},
		"12 MB":                 {`{"name": "` + strings.Repeat("x", 12<<20) + `"}`, 413, "body-too-large", nil},
		"501 lines":             {`{"lines": [` + strings.TrimSuffix(strings.Repeat(`{},`, 501), ",") + `]}`, 413, "body-too-large", nil},
		"a key that is missing": {aCustomer, 400, "idempotency-key-missing", without("Idempotency-Key")},
		"a key with a space":    {aCustomer, 400, "idempotency-key-invalid", header("Idempotency-Key", "a b")},
		"a key of 256":          {aCustomer, 400, "idempotency-key-invalid", header("Idempotency-Key", strings.Repeat("k", 256))},
		"deep nesting":          {strings.Repeat("[", 20000), 400, "malformed-json", nil},
	} {
		option := bad.option
		if option == nil {
			option = func(*http.Request) {}
		}
		a := b.do(http.MethodPost, "/customers", credit, bad.body, option)
		if a.status != bad.status || a.problem(t).Code != bad.code {
			t.Errorf("%s answers %d, want %d %s: %.200s", name, a.status, bad.status, bad.code, a.body)
		}
	}
	if n := b.count("SELECT count(*) FROM claims"); n != 0 {
		t.Errorf("%d claims were made", n)
	}
}

func TestAJSONBodyWithACharsetIsRead(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.must(http.StatusCreated, http.MethodPost, "/customers", credit, aCustomer, header("Content-Type", "application/json; charset=utf-8"))
}

func TestUnknownAndIllFormedIDsAreNotFound(t *testing.T) {
	t.Parallel()
	b := start(t)
	for _, op := range b.operations {
		at := strings.Index(op.Path, "{")
		if at < 0 || op.Method != http.MethodGet {
			continue
		}
		for _, id := range []string{"ghost", "%20", "a%00b", "%ff", strings.Repeat("x", 65), "..", "%27%3B--"} {
			path := op.Path[:at] + id + op.Path[strings.Index(op.Path, "}")+1:]
			a, err := b.send(op.Method, path, auditor, "")
			if err != nil || a.status != http.StatusNotFound {
				t.Errorf("%s answers %d %v: %s", path, a.status, err, a.body)
			}
		}
	}
	for path, body := range map[string]string{
		"/orders/ghost/credit-decisions":        `{"decision": "release", "reason": ""}`,
		"/orders/ghost/cancellation":            `{"reason": ""}`,
		"/orders/ghost/interventions":           `{"action": "retry", "reason": ""}`,
		"/orders/ghost/milestones/1/completion": `{}`,
		"/invoices/ghost/interventions":         `{"action": "retry", "reason": ""}`,
		"/orders/ghost/shipments":               `{"lines": [{"line": 1, "quantity": "1"}]}`,
		"/shipments/ghost/delivery":             `{"delivered_at": "2026-03-04T10:15:00Z"}`,
		"/invoices/ghost/disputes":              `{"reason": "late", "note": "", "raised_by": ""}`,
		"/disputes/ghost/resolution":            `{"outcome": "rejected", "note": ""}`,
		"/products/ghost/receipts":              `{"quantity": "1"}`,
		"/dev/orders/ghost/fast-forward":        `{"days": 1}`,
	} {
		if a := b.do(http.MethodPost, path, admin, body); a.status != http.StatusNotFound {
			t.Errorf("%s answers %d: %s", path, a.status, a.body)
		}
	}
	if a := b.do(http.MethodPut, "/customers/ghost/credit-limit", admin, `{"amount": "1.00", "currency": "EUR", "reason": ""}`); a.status != http.StatusNotFound {
		t.Errorf("a limit for nobody answers %d: %s", a.status, a.body)
	}
	if a := b.do(http.MethodPatch, "/customers/ghost", admin, `{"name": "x"}`); a.status != http.StatusNotFound {
		t.Errorf("a change of nobody answers %d: %s", a.status, a.body)
	}
}

func TestQueryParametersAreChecked(t *testing.T) {
	t.Parallel()
	b := start(t)
	for path, pointer := range map[string]string{
		"/orders?limit=0":                          "?limit",
		"/orders?limit=201":                        "?limit",
		"/orders?limit=ten":                        "?limit",
		"/orders?limit=1&limit=2":                  "?limit",
		"/orders?cursor=!!":                        "?cursor",
		"/orders?cursor=e30x":                      "?cursor",
		"/orders?stage=lost":                       "?stage",
		"/orders?colour=red":                       "?colour",
		"/orders?po_number=a%00b":                  "?po_number",
		"/orders?customer_id=%ff%fe":               "?customer_id",
		"/returns?order_id=%ff":                    "?order_id",
		"/ledger/entries?account=%c3%28":           "?account",
		"/invoices?overdue=maybe":                  "?overdue",
		"/invoices?status=lost":                    "?status",
		"/disputes?state=lost":                     "?state",
		"/payments?state=lost":                     "?state",
		"/orders/ord_1?timeout=1h&wait_for=closed": "?timeout",
		"/orders/ord_1?timeout=5s":                 "?timeout",
		"/orders/ord_1?wait_for=lost":              "?wait_for",
		"/reports/trial-balance?as_of=2026-13-01":  "?as_of",
		"/ledger/entries?cursor=eyJrZXkiOiJ4In0":   "?cursor",
	} {
		a := b.do(http.MethodGet, path, auditor, "")
		if a.status != http.StatusUnprocessableEntity || !slices.Contains(a.pointers(t), pointer) {
			t.Errorf("%s answers %d at %v: %s", path, a.status, a.pointers(t), a.body)
		}
	}
	if a := b.do(http.MethodGet, "/orders?a=%zz", auditor, ""); a.status < 400 || a.status >= 500 {
		t.Errorf("a broken query answers %d: %s", a.status, a.body)
	}
}
