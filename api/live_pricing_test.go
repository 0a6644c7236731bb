package api

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"o2c/models"
)

// entered reads the answer to an order.
func (l *live) entered(body string) Order {
	l.t.Helper()
	return l.read(l.must(http.StatusCreated, http.MethodPost, "/orders", sales, body))
}

func (l *live) read(a answer) (order Order) {
	l.t.Helper()
	if err := json.Unmarshal([]byte(a.body), &order); err != nil {
		l.t.Fatalf("%s: %v", a.body, err)
	}
	return order
}

// Lists for all, for a segment and for a customer, breaks, dates, and prices given by hand: the order says which rule gave each.
func TestAnOrderSaysWhichRuleGaveEachPrice(t *testing.T) {
	t.Parallel()
	l := startLive(t)
	l.work(postbox{})
	l.product()
	for _, customer := range []string{
		`{"id": "plain", "name": "Plain", "email": "a@p.example", "country": "DE", "currency": "EUR", "credit_limit": "5000.00"}`,
		`{"id": "gold", "name": "Gold", "email": "a@g.example", "country": "DE", "currency": "EUR", "credit_limit": "5000.00", "segment": "gold"}`,
		`{"id": "own", "name": "Own", "email": "a@o.example", "country": "DE", "currency": "EUR", "credit_limit": "5000.00", "segment": "gold"}`,
	} {
		l.must(http.StatusCreated, http.MethodPost, "/customers", credit, customer)
	}
	for _, list := range []string{
		`{"id": "general", "name": "General", "currency": "EUR", "valid_from": "2020-01-01", "entries": [{"sku": "LANTERN", "min_quantity": "50", "unit_price": "3.30"}]}`,
		`{"id": "gold", "name": "Gold", "currency": "EUR", "segment": "gold", "valid_from": "2020-01-01", "entries": [{"sku": "LANTERN", "unit_price": "1.00"}]}`,
		`{"id": "gold", "name": "Gold", "currency": "EUR", "segment": "gold", "valid_from": "2021-01-01", "entries": [{"sku": "LANTERN", "unit_price": "3.00"},
			{"sku": "LANTERN", "min_quantity": "10", "unit_price": "2.80"}]}`,
		`{"id": "gold", "name": "Gold", "currency": "EUR", "segment": "gold", "valid_from": "2199-01-01", "entries": [{"sku": "LANTERN", "unit_price": "9.00"}]}`,
		`{"id": "own", "name": "Own", "currency": "EUR", "customer_id": "own", "valid_from": "2020-01-01", "valid_until": "2020-12-31", "entries": [{"sku": "LANTERN", "unit_price": "0.01"}]}`,
	} {
		l.must(http.StatusOK, http.MethodPut, "/price-lists", billing, list)
	}
	order := func(customer, quantity, more string) string {
		return `{"customer_id": "` + customer + `", "currency": "EUR", "lines": [{"sku": "LANTERN", "quantity": "` + quantity + `"` + more + `}]}`
	}
	for name, c := range map[string]struct{ body, price, source string }{
		"no list has the quantity":            {order("plain", "49.5", ""), "3.39", "product"},
		"the general list":                    {order("plain", "50", ""), "3.3", "price_list:general@2020-01-01#50"},
		"the segment's list of the day":       {order("gold", "9", ""), "3", "price_list:gold@2021-01-01#0"},
		"the segment's break":                 {order("gold", "10", ""), "2.8", "price_list:gold@2021-01-01#10"},
		"the customer's own list has ended":   {order("own", "60", ""), "2.8", "price_list:gold@2021-01-01#10"},
		"the determined price, given as such": {order("gold", "10", `, "unit_price": "2.800"`), "2.8", "price_list:gold@2021-01-01#10"},
	} {
		if line := l.entered(c.body).Lines[0]; line.UnitPrice != c.price || line.PriceSource != c.source || line.PriceReason == "" {
			t.Errorf("%s: %s by %s (%s), want %s by %s", name, line.UnitPrice, line.PriceSource, line.PriceReason, c.price, c.source)
		}
	}

	byHand := order("gold", "10", `, "unit_price": "2.79"`)
	refused := l.do(http.MethodPost, "/orders", sales, byHand)
	if refused.status != http.StatusForbidden || refused.problem(t).Code != "price-override-forbidden" || !slices.Equal(refused.pointers(t), []string{"/lines/0/unit_price"}) {
		t.Errorf("sales gives another price: %d %s", refused.status, refused.body)
	}
	both := strings.Replace(byHand, `"lines": [`, `"lines": [{"sku": "GHOST", "quantity": "1"}, `, 1)
	if a := l.do(http.MethodPost, "/orders", sales, both); a.status != http.StatusUnprocessableEntity || !slices.Equal(a.pointers(t), []string{"/lines/0/sku", "/lines/1/unit_price"}) {
		t.Errorf("another price beside another fault: %d %s", a.status, a.body)
	}
	given := l.read(l.must(http.StatusCreated, http.MethodPost, "/orders", admin, byHand))
	line := given.Lines[0]
	if line.PriceSource != "override" || line.UnitPrice != "2.79" || valueOf(line.OverriddenPrice) != "2.8" || valueOf(line.OverriddenSource) != "price_list:gold@2021-01-01#10" {
		t.Errorf("the price given by hand: %+v", line)
	}
	timeline := l.must(http.StatusOK, http.MethodGet, "/orders/"+given.ID+"/timeline", auditor, "")
	if !strings.Contains(timeline.body, `"kind":"price-overridden","summary":"Price of line 1 (LANTERN) given as 2.79 instead of 2.8"`) || !strings.Contains(timeline.body, `"actor":"dev-admin"`) {
		t.Errorf("the timeline is %s", timeline.body)
	}
}

// Freight with a tax of its own, goods that leave the country, and who is meant: on the order, and on its invoice.
func TestChargesTaxesAndPartiesReachTheInvoice(t *testing.T) {
	t.Parallel()
	l := startLive(t)
	l.work(postbox{})
	l.product()
	l.must(http.StatusCreated, http.MethodPost, "/products", billing, `{"sku": "SETUP", "name": "Set-up", "prices": {"EUR": "50"}, "tax_category": "S", "tax_rate": "19", "stocked": false}`)
	l.must(http.StatusCreated, http.MethodPost, "/customers", credit, `{"id": "holding", "name": "Holding", "email": "a@h.example", "country": "FR", "currency": "EUR"}`)
	l.must(http.StatusCreated, http.MethodPost, "/customers", credit, `{"id": "lyon", "name": "Lyon", "email": "a@l.example", "country": "FR", "currency": "EUR", "credit_limit": "5000.00",
		"payer_id": "holding", "tax_id": "FR12345678901", "tax_id_checked_on": "2020-01-01", "buyer_reference": "B-1",
		"address": {"line1": "1 Rue", "city": "Lyon", "postcode": "69000", "country": "FR"}, "ship_to": {"line1": "2 Rue", "city": "Lyon", "postcode": "69000", "country": "FR"}}`)
	l.must(http.StatusCreated, http.MethodPost, "/products/LANTERN/receipts", warehouse, `{"warehouse_id": "auto", "quantity": "30"}`)

	order := l.entered(`{"customer_id": "lyon", "currency": "EUR", "warehouse_id": "auto", "po_number": "PO-9", "delivery_terms": "DAP Lyon", "contract_reference": "C-1", "project_reference": "P-1",
		"charges": [{"reason_code": "FC", "amount": "12.00", "tax_category": "S", "tax_rate": "19"}],
		"lines": [{"sku": "LANTERN", "quantity": "10", "requested_date": "2026-12-24"}, {"sku": "SETUP", "quantity": "1"},
		          {"sku": "LANTERN", "quantity": "5", "ship_to": {"line1": "3 Gasse", "city": "Bonn", "postcode": "53111", "country": "DE"}},
		          {"sku": "LANTERN", "quantity": "5", "ship_to": {"line1": "4 Street", "city": "Boston", "postcode": "02101", "country": "US"}}]}`)
	for i, want := range []string{
		"K 0 rule:eu-intra-community@1993-01-01 VATEX-EU-IC", "AE 0 rule:eu-reverse-charge@2010-01-01 VATEX-EU-AE", "S 19 product ", "G 0 rule:eu-export@1993-01-01 VATEX-EU-G",
	} {
		line := order.Lines[i]
		if got := strings.Join([]string{string(line.TaxCategory), line.TaxRate, line.TaxSource, valueOf(line.TaxExemptionCode)}, " "); got != want {
			t.Errorf("line %d is taxed %s, want %s (%s)", i+1, got, want, line.TaxReason)
		}
	}
	// 33.90 + 50.00 + 16.95 + 16.95 + 12.00; 19 % of 28.95
	if order.ChargeTotal != "12.00" || order.NetTotal != "129.80" || order.TaxTotal != "5.50" || order.Total != "135.30" {
		t.Errorf("charges %s, net %s, tax %s, total %s", order.ChargeTotal, order.NetTotal, order.TaxTotal, order.Total)
	}
	if order.PayerID != "holding" || order.BillTo == nil || order.BillTo.Line1 != "1 Rue" || order.ShipTo == nil || order.ShipTo.Line1 != "2 Rue" || valueOf(order.BuyerReference) != "B-1" {
		t.Errorf("payer %s, bill-to %+v, ship-to %+v", order.PayerID, order.BillTo, order.ShipTo)
	}

	l.await(order.ID, "collecting")
	again := l.read(l.must(http.StatusOK, http.MethodGet, "/orders/"+order.ID, auditor, ""))
	if len(again.Charges) != 1 || again.Charges[0].Reason != "Freight service" || again.Lines[3].ShipTo == nil || valueOf(again.DeliveryTerms) != "DAP Lyon" {
		t.Errorf("read back: %+v", again)
	}
	list := l.must(http.StatusOK, http.MethodGet, "/invoices?order_id="+order.ID, auditor, "")
	number := list.body[strings.Index(list.body, "INV-"):][:len("INV-2026-000001")]
	var invoice Invoice
	a := l.must(http.StatusOK, http.MethodGet, "/invoices/"+number, auditor, "")
	if err := json.Unmarshal([]byte(a.body), &invoice); err != nil {
		t.Fatal(err)
	}
	if invoice.Total != order.Total || invoice.ChargeTotal != "12.00" || invoice.LineTotal != "117.80" || invoice.NetTotal != "129.80" || len(invoice.Charges) != 1 {
		t.Errorf("the invoice is %s", a.body)
	}
	if invoice.PayerID != "holding" || invoice.BillTo == nil || invoice.BillTo.Line1 != "1 Rue" || invoice.ShipTo == nil || valueOf(invoice.ContractReference) != "C-1" ||
		valueOf(invoice.ProjectReference) != "P-1" || valueOf(invoice.BuyerReference) != "B-1" || valueOf(invoice.DeliveryTerms) != "DAP Lyon" {
		t.Errorf("the invoice is %s", a.body)
	}
	reasons := map[string]string{}
	for _, group := range invoice.TaxBreakdown {
		reasons[string(group.Category)] = group.ExemptionReason + " " + valueOf(group.ExemptionCode) + " " + group.Charge
	}
	for category, want := range map[string]string{
		"K": "Intra-Community supply VATEX-EU-IC 0.00", "AE": "Reverse charge VATEX-EU-AE 0.00", "G": "Export outside the EU VATEX-EU-G 0.00", "S": "  12.00",
	} {
		if reasons[category] != want {
			t.Errorf("group %s says %q, want %q", category, reasons[category], want)
		}
	}
}

// abroad is a tax engine outside of the product.
type abroad struct{ asked []models.TaxQuestion }

func (a *abroad) Determine(_ context.Context, questions []models.TaxQuestion) ([]models.TaxAnswer, error) {
	a.asked = append(a.asked, questions...)
	return slices.Repeat([]models.TaxAnswer{{
		Tax: models.TaxClass{Category: "S", Rate: decimal.NewFromInt(5)}, Source: "engine:abroad", Reason: "the engine says so",
	}}, len(questions)), nil
}

// An engine outside takes the place of the rules, and the order names it.
func TestAnEngineOutsideDeterminesTheTax(t *testing.T) {
	t.Parallel()
	l := startLive(t)
	l.work(postbox{})
	engine := &abroad{}
	l.deps.Commands.Tax = engine
	customer, _ := l.customer(), l.product()
	order := l.entered(`{"customer_id": "` + customer + `", "currency": "EUR", "lines": [{"sku": "LANTERN", "quantity": "100"}, {"sku": "LANTERN", "quantity": "1"}]}`)
	if line := order.Lines[1]; line.TaxSource != "engine:abroad" || line.TaxRate != "5" || order.TaxTotal != "17.12" {
		t.Errorf("line 2 is taxed by %s at %s %%, the order's tax is %s", line.TaxSource, line.TaxRate, order.TaxTotal)
	}
	if len(engine.asked) != 2 || engine.asked[0].Seller != "DE" || engine.asked[0].Product.SKU != "LANTERN" || engine.asked[0].Date.IsZero() {
		t.Errorf("it was asked %+v", engine.asked)
	}
}
