package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"o2c/models"
)

func (a answer) into(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.body), v); err != nil {
		t.Fatalf("%s: %v", a.body, err)
	}
}

func TestExchangeRatesAreSetReadAndAudited(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.must(http.StatusConflict, http.MethodPut, "/exchange-rates", billing, `{"rates": [{"currency": "USD", "valid_from": "2026-11-01", "rate": "0.9"}]}`)
	b.must(http.StatusOK, http.MethodPut, "/company", billing, aCompany)
	b.must(http.StatusOK, http.MethodPut, "/exchange-rates", billing,
		`{"rates": [{"currency": "USD", "valid_from": "2026-11-01", "rate": "0.9"}, {"currency": "VND", "valid_from": "2026-11-01", "rate": "0.000034512346"}, {"currency": "USD", "valid_from": "2026-11-02", "rate": "0.91"}]}`)
	b.must(http.StatusOK, http.MethodPut, "/exchange-rates", manager, `{"rates": [{"currency": "USD", "valid_from": "2026-11-02", "rate": "0.92"}]}`) // replaced
	var first, second ExchangeRatePage
	b.must(http.StatusOK, http.MethodGet, "/exchange-rates?limit=2", auditor, "").into(t, &first)
	b.must(http.StatusOK, http.MethodGet, "/exchange-rates?limit=2&cursor="+*first.NextCursor, auditor, "").into(t, &second)
	var got []string
	for _, r := range append(first.Data, second.Data...) {
		got = append(got, fmt.Sprint(r.Currency, " ", r.ValidFrom, " ", r.Rate, " ", r.SetBy))
	}
	want := []string{"USD 2026-11-02 0.92 dev-manager", "VND 2026-11-01 0.000034512346 dev-billing", "USD 2026-11-01 0.9 dev-billing"}
	if diff := cmp.Diff(want, got); diff != "" || second.NextCursor != nil {
		t.Error(diff)
	}
	if n := b.count("SELECT count(*) FROM audit_log WHERE object_kind = 'exchange_rates' AND object_id = 'EUR'"); n != 2 {
		t.Errorf("%d audit rows, want 2", n)
	}
}

func TestBadExchangeRatesAreRefused(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.must(http.StatusOK, http.MethodPut, "/company", billing, aCompany)
	one := func(currency, from, rate string) string {
		return fmt.Sprintf(`{"currency": %q, "valid_from": %q, "rate": %s}`, currency, from, rate)
	}
	good := one("USD", "2026-11-01", `"0.9"`)
	for body, want := range map[string]string{
		`{"rates": []}`: "invalid-request /rates",
		`{}`:            "invalid-request /rates",
		`{"rates": [` + one("USD", "2026-11-01", `"0"`) + `]}`:                "invalid-request /rates/0/rate",
		`{"rates": [` + one("USD", "2026-11-01", `"-0.9"`) + `]}`:             "invalid-request /rates/0/rate",
		`{"rates": [` + one("USD", "2026-11-01", `"0.1234567890123"`) + `]}`:  "invalid-request /rates/0/rate",
		`{"rates": [` + one("USD", "2026-11-01", `"1234567890123456"`) + `]}`: "invalid-request /rates/0/rate",
		`{"rates": [` + one("USD", "2026-11-01", `0.9`) + `]}`:                "invalid-request /rates/0/rate",
		`{"rates": [` + one("USD", "2026-13-01", `"0.9"`) + `]}`:              "invalid-request /rates/0/valid_from",
		`{"rates": [` + one("EUX", "2026-11-01", `"0.9"`) + `]}`:              "unknown-currency /rates/0/currency",
		`{"rates": [` + one("EUR", "2026-11-01", `"0.9"`) + `]}`:              "invalid-currency /rates/0/currency",
		`{"rates": [` + good + `, ` + good + `]}`:                             "duplicate-rate /rates/1",
	} {
		a := b.do(http.MethodPut, "/exchange-rates", billing, body)
		if got := fmt.Sprint(a.problem(t).Code, " ", strings.Join(a.pointers(t), " ")); a.status != http.StatusUnprocessableEntity || got != want {
			t.Errorf("%s answers %d %s, want %s", body, a.status, got, want)
		}
	}
	if n := b.count("SELECT count(*) FROM exchange_rates"); n != 0 {
		t.Errorf("%d rates were set", n)
	}
}

// sale has an order of six lanterns shipped and invoiced, and returns its invoice.
func (l *live) sale(customer string) (order, invoice string) {
	l.t.Helper()
	order = l.order(http.StatusCreated, customer, "auto")
	l.await(order, "collecting")
	var page InvoicePage
	l.must(http.StatusOK, http.MethodGet, "/invoices?order_id="+order, auditor, "").into(l.t, &page)
	return order, page.Data[0].Number
}

// The books of a sale: closed periods, late entries, balances, the account of a day, tie-out, journal and audit trail.
func TestTheBooksOfASale(t *testing.T) {
	t.Parallel()
	l := startLive(t)
	l.work(postbox{})
	customer, _ := l.customer(), l.product()
	l.must(http.StatusCreated, http.MethodPost, "/products/LANTERN/receipts", warehouse, `{"quantity": "50", "warehouse_id": "auto"}`)
	_, invoice := l.sale(customer)
	payment := l.must(http.StatusCreated, http.MethodPost, "/payments", cashier, fmt.Sprintf(`{"amount": "30.00", "currency": "EUR", "method": "bank_transfer", "reference": %q}`, invoice)).field(t, "id").(string)

	berlin, err := time.LoadLocation("Europe/Berlin") // the seller's
	if err != nil {
		t.Fatal(err)
	}
	month := models.PeriodOf(models.DateIn(time.Now(), berlin))
	last := models.PeriodOf(month.FirstDay().AddDays(-1)).String()
	if a := l.do(http.MethodPost, "/periods/"+month.Next().String()+"/close", manager, ""); a.status != http.StatusConflict || a.problem(t).Code != "period-not-over" {
		t.Errorf("a month that is not over: %d %s", a.status, a.body)
	}
	closed := l.must(http.StatusOK, http.MethodPost, "/periods/"+last+"/close", manager, "", header("Idempotency-Key", "close-1"))
	if closed.field(t, "state") != "closed" || closed.field(t, "closed_by") != "dev-manager" {
		t.Error(closed.body)
	}
	if again := l.must(http.StatusOK, http.MethodPost, "/periods/"+last+"/close", manager, "", header("Idempotency-Key", "close-1")); again.body != closed.body || again.header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("again: %s", again.body)
	}
	if a := l.do(http.MethodPost, "/periods/"+last+"/close", manager, ""); a.status != http.StatusConflict || a.problem(t).Code != "period-closed" {
		t.Errorf("a closed month: %d %s", a.status, a.body)
	}
	l.must(http.StatusNotFound, http.MethodPost, "/periods/2026-13/close", manager, "")
	l.must(http.StatusForbidden, http.MethodPost, "/periods/"+last+"/close", billing, "")
	var periods Periods
	l.must(http.StatusOK, http.MethodGet, "/periods", auditor, "").into(t, &periods)
	states := map[string]AccountingPeriodState{}
	for _, p := range periods.Data {
		states[p.Period] = p.State
	}
	if diff := cmp.Diff(map[string]AccountingPeriodState{month.String(): "open", last: "closed"}, states); diff != "" {
		t.Error(diff)
	}

	var account Account
	l.must(http.StatusOK, http.MethodGet, "/customers/"+customer+"/account", auditor, "").into(t, &account)
	open := account.Receivables
	if len(account.OpenItems) == 0 && open != "0.00" || account.UnappliedCash == "" {
		t.Errorf("%+v", account)
	}
	l.must(http.StatusOK, http.MethodGet, "/customers/"+customer+"/account?as_of=2020-01-01", auditor, "").into(t, &account)
	if account.Balance != "0.00" || len(account.OpenItems) != 0 || account.AsOf.String() != "2020-01-01" {
		t.Errorf("before the sale: %+v", account)
	}
	l.must(http.StatusUnprocessableEntity, http.MethodGet, "/customers/"+customer+"/account?as_of=yesterday", auditor, "")

	var tie TieOut
	l.must(http.StatusOK, http.MethodGet, "/reports/receivables-tie-out?customer_id="+customer, auditor, "").into(t, &tie)
	if len(tie.Data) != 1 || tie.Data[0].ControlAccount != open || tie.Data[0].Difference != "0.00" || tie.Totals[0].Difference != "0.00" {
		t.Errorf("tie-out %+v, want %s", tie, open)
	}
	var balances BalancePage
	l.must(http.StatusOK, http.MethodGet, "/ledger/balances?account=receivables&customer_id="+customer, auditor, "").into(t, &balances)
	if len(balances.Data) != 1 || balances.Data[0].Balance != open || balances.Data[0].BaseBalance != open {
		t.Errorf("balances %+v, want %s", balances, open)
	}
	var entries, journal LedgerEntryPage
	l.must(http.StatusOK, http.MethodGet, "/ledger/entries?document="+payment, auditor, "").into(t, &entries)
	if len(entries.Data) != 2 || entries.Data[0].Key != "payment/"+payment || entries.Data[0].Lines[0].BaseDebit != "30.00" || entries.Data[0].BaseCurrency != "EUR" {
		t.Errorf("the payment's entries: %+v", entries)
	}
	l.must(http.StatusOK, http.MethodGet, "/ledger/entries?event=invoice_issued&document="+invoice, auditor, "").into(t, &entries)
	if len(entries.Data) != 1 {
		t.Errorf("the invoice's entries: %+v", entries)
	}
	l.must(http.StatusOK, http.MethodGet, "/journals?limit=1&period="+month.String(), auditor, "").into(t, &journal)
	seen := map[string]bool{}
	for {
		for _, e := range journal.Data {
			seen[e.Key] = true
		}
		if journal.NextCursor == nil {
			break
		}
		cursor := *journal.NextCursor
		journal = LedgerEntryPage{}
		l.must(http.StatusOK, http.MethodGet, "/journals?limit=1&period="+month.String()+"&cursor="+cursor, auditor, "").into(t, &journal)
	}
	if len(seen) != 3 {
		t.Errorf("the journal has %v", slices.Collect(maps.Keys(seen)))
	}
	l.must(http.StatusUnprocessableEntity, http.MethodGet, "/journals?period=2026", auditor, "")
	if a := l.do(http.MethodPut, "/company", billing, strings.Replace(aCompany, `"base_currency": "EUR"`, `"base_currency": "USD"`, 1)); a.status != http.StatusConflict || a.problem(t).Code != "company-base-currency-fixed" {
		t.Errorf("another base currency: %d %s", a.status, a.body)
	}
}

// The audit trail is one list, newest first, whatever the pages, and finds what concerns an order, a customer, an invoice, a payment,
// and what somebody did.
func TestTheAuditTrailIsOneList(t *testing.T) {
	t.Parallel()
	l := startLive(t)
	l.work(postbox{})
	customer, _ := l.customer(), l.product()
	l.must(http.StatusCreated, http.MethodPost, "/products/LANTERN/receipts", warehouse, `{"quantity": "50", "warehouse_id": "auto"}`)
	order, invoice := l.sale(customer)
	payment := l.must(http.StatusCreated, http.MethodPost, "/payments", cashier, fmt.Sprintf(`{"amount": "5.00", "currency": "EUR", "method": "bank_transfer", "reference": %q}`, invoice)).field(t, "id").(string)
	l.must(http.StatusOK, http.MethodPatch, "/customers/"+customer, credit, `{"email": "new@acme.example"}`)

	all := l.audit("limit=200")
	var paged []AuditRecord
	for query := "limit=3"; query != ""; {
		var page AuditPage
		l.must(http.StatusOK, http.MethodGet, "/audit?"+query, auditor, "").into(t, &page)
		paged, query = append(paged, page.Data...), ""
		if page.NextCursor != nil {
			query = "limit=3&cursor=" + *page.NextCursor
		}
	}
	if diff := cmp.Diff(all, paged); diff != "" || len(all) < 8 {
		t.Errorf("%d records; pages of three differ:\n%s", len(all), diff)
	}
	if !slices.IsSortedFunc(all, func(a, b AuditRecord) int { return b.RecordedAt.Compare(a.RecordedAt) }) {
		t.Error("not newest first")
	}
	for query, want := range map[string]string{
		"order_id=" + order:       "order-entered",
		"invoice=" + invoice:      "invoiced",
		"payment_id=" + payment:   "payment-received",
		"actor=dev-cashier":       "payment-received",
		"actor=dev-credit":        "change",
		"customer_id=" + customer: "change",
		"customer_id=" + customer + "&limit=200&actor=dev-cashier":                     "payment-applied",
		"from=" + url.QueryEscape(all[len(all)-1].RecordedAt.Format(time.RFC3339Nano)): "replace",
	} {
		records := l.audit(query)
		if !slices.ContainsFunc(records, func(r AuditRecord) bool { return r.Action == want }) || len(records) > len(all) {
			t.Errorf("%s finds %d records and no %s", query, len(records), want)
		}
	}
	if records := l.audit("order_id=ghost"); len(records) != 0 {
		t.Errorf("of nothing: %v", records)
	}
	if records := l.audit("to=2020-01-01T00:00:00Z"); len(records) != 0 {
		t.Errorf("before everything: %v", records)
	}
	l.must(http.StatusUnprocessableEntity, http.MethodGet, "/audit?from=yesterday", auditor, "")
	l.must(http.StatusUnprocessableEntity, http.MethodGet, "/audit?cursor=eyJrZXkiOiJ4In0", auditor, "")
}

func (l *live) audit(query string) []AuditRecord {
	l.t.Helper()
	var page AuditPage
	l.must(http.StatusOK, http.MethodGet, "/audit?"+query, auditor, "").into(l.t, &page)
	return page.Data
}

// carriedOut are the operations that tell the process: what comes of them is an event, or in the fact's or claim's own row, with
// who told it. All other operations that write change reference data, and leave a row in the audit log.
var carriedOut = []string{
	"createOrder", "decideCredit", "decideReview", "cancelOrder", "intervene", "interveneInvoice", "chooseBackorder", "completeMilestone", "createShipment", "confirmDelivery",
	"tellShipment", "requestReturn", "receiveReturn", "raiseDispute", "resolveDispute", "actOnDispute", "makePromise", "withdrawPromise", "holdDunning", "liftDunningHold", "planInstalments", "withdrawInstalmentPlan", "writeOff", "approveWriteOff",
	"createPayment", "closeTask",
	"receiveStock", "setCreditLimit", "setDefaultCreditLimit", "changeCreditStanding", "setCollateral", "decideApproval", "fastForward",
	"amendOrder", "createCreditNote", "applyCredit", "refundCredit", "applyPayment", "undoApplication", "reversePayment", "winReversal", "refundPayment",
	"closePeriod", // its workflow writes the row: see TestTheBooksOfASale
}

func TestEveryChangeOfReferenceDataIsAudited(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.must(http.StatusOK, http.MethodPut, "/company", billing, aCompany)
	customer := b.customer()
	b.product()
	changes := map[string]struct{ path, role, body string }{
		"putCompany":          {"/company", billing, aCompany},
		"createCustomer":      {"/customers", credit, aCustomer},
		"updateCustomer":      {"/customers/" + customer, credit, `{"email": "other@acme.example"}`},
		"createProduct":       {"/products", billing, strings.Replace(aProduct, "LANTERN", "LAMP", 1)},
		"createWarehouse":     {"/warehouses", warehouse, aWarehouse},
		"putCreditPolicy":     {"/credit-policies", manager, `{"name": "strict", "risk_classes": ["C"]}`},
		"putFraudPolicy":      {"/fraud-policy", manager, `{"threshold": 50, "rules": [{"signal": "ship_to_country", "points": 60}]}`},
		"putBackorderPolicy":  {"/backorder-policies", manager, `{"answer_days": 10, "otherwise": "wait"}`},
		"putScreeningList":    {"/screening-lists/own", manager, `{"entries": [{"reference": "1", "name": "Nobody"}]}`},
		"createDunningPolicy": {"/dunning-policies", manager, aDunningPolicy},
		"putCalendar":         {"/calendars", manager, aCalendar},
		"putReferenceRates":   {"/reference-rates", manager, `{"rates": [{"base": "ecb", "valid_from": "2026-07-01", "percent": "2.15"}]}`},
		"putPriceList":        {"/price-lists", billing, aPriceList},
		"putTaxRule":          {"/tax-rules", billing, `{"id": "ch-export", "valid_from": "2026-01-01", "priority": 200, "seller": "CH", "ship_to": "foreign", "supply": "goods", "category": "G", "exemption": "Export"}`},
		"putTaxRates":         {"/tax-rates", billing, `{"data": [{"country": "DE", "valid_from": "2021-01-01", "rate": "19"}]}`},
		"putExchangeRates":    {"/exchange-rates", billing, `{"rates": [{"currency": "USD", "valid_from": "2026-11-01", "rate": "0.9"}]}`},
		"putSalesPolicy":      {"/sales-policies", billing, `{"max_line_discount_percent": "5", "max_discount_percent": "5"}`},
		"putServiceTime":      {"/service-times", manager, `{"reason": "tax", "assign_hours": 1, "remind_hours": 2, "escalate_hours": 3, "opens": 8, "closes": 16}`},
		"putAuthority":        {"/authorities", admin, `{"kind": "write_off", "role": "manager", "currency": "EUR", "amount": "2500.00"}`},
	}
	for _, op := range b.operations {
		if op.Method == http.MethodGet || slices.Contains(carriedOut, op.ID) {
			continue
		}
		change, known := changes[op.ID]
		if !known {
			t.Errorf("%s writes: is it carried out by the process, or a change of reference data that leaves a row in the audit log?", op.ID)
			continue
		}
		before := b.count("SELECT count(*) FROM audit_log WHERE actor = $1", "dev-"+change.role)
		if a := b.do(op.Method, change.path, change.role, change.body); a.status >= 300 {
			t.Fatalf("%s answers %d: %s", op.ID, a.status, a.body)
		}
		if after := b.count("SELECT count(*) FROM audit_log WHERE actor = $1", "dev-"+change.role); after != before+1 {
			t.Errorf("%s left %d rows in the audit log, want 1", op.ID, after-before)
		}
	}
}
