package activities_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/shopspring/decimal"

	"o2c/activities"
	"o2c/internal/testkit"
	"o2c/models"
	"o2c/postgres"
)

// world is a seller with an empty book of its own, and the hands that work on it.
type world struct {
	t        testing.TB
	pool     *pgxpool.Pool
	told     *told
	products map[string]*models.Product

	credit         *activities.Credit
	fulfillment    *activities.Fulfillment
	invoicing      *activities.Invoicing
	collections    *activities.Collections
	creditNotes    *activities.CreditNotes
	writeOffs      *activities.WriteOffs
	cash           *activities.Cash
	reconciliation *activities.Reconciliation
}

// issued is the day on which the stories of these tests begin, noon.
var issued = time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)

func newWorld(t testing.TB, options ...testkit.Option) *world {
	t.Helper()
	return worldOn(t, testkit.Database(t, options...))
}

// worldOn is newWorld on a database of the test's choice.
func worldOn(t testing.TB, pool *pgxpool.Pool) *world {
	t.Helper()
	w := &world{t: t, pool: pool, told: &told{}, products: map[string]*models.Product{}}
	w.credit = &activities.Credit{Pool: w.pool, Orders: w.told}
	w.fulfillment = &activities.Fulfillment{Pool: w.pool, Orders: w.told}
	w.invoicing = &activities.Invoicing{Pool: w.pool, Orders: w.told}
	w.collections = &activities.Collections{Pool: w.pool, Orders: w.told}
	w.creditNotes = &activities.CreditNotes{Pool: w.pool, Orders: w.told}
	w.writeOffs = &activities.WriteOffs{Pool: w.pool, Orders: w.told}
	w.cash = &activities.Cash{Pool: w.pool, Orders: w.told}
	w.reconciliation = &activities.Reconciliation{Pool: w.pool}
	w.exec(`INSERT INTO company (legal_name, address, tax_id, contact, time_zone, base_currency, bank_accounts)
		VALUES ('Seller Ltd', '{"country": "DE"}', 'DE1', '{}', 'Europe/Berlin', 'EUR', '[{"iban": "DE89370400440532013000", "bic": "X", "currency": "EUR"}]')`)
	w.product("nail", "10", "19", true)
	w.product("book", "20", "7", true)
	w.product("advice", "50", "19", false)
	return w
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	if _, err := w.pool.Exec(w.t.Context(), sql, args...); err != nil {
		w.t.Fatalf("%v\n%s", err, sql)
	}
}

// asOwner changes what the application may not.
func (w *world) asOwner(sql string) {
	w.t.Helper()
	_, err := testkit.Database(w.t, testkit.AsOwner, testkit.MaxConns(1)).Exec(w.t.Context(), sql)
	w.must(err)
}

// post writes to the ledger behind the back of the activities.
func (w *world) post(work func(pgx.Tx) error) {
	w.t.Helper()
	w.must(postgres.InTx(w.t.Context(), w.pool, work))
}

// product adds a product with a price in euros.
func (w *world) product(sku, price, rate string, stocked bool) {
	w.t.Helper()
	w.products[sku] = &models.Product{SKU: sku, Name: sku, UnitCode: "C62", BaseQuantity: decimal.NewFromInt(1), Stocked: stocked,
		Tax: models.TaxClass{Category: "S", Rate: dec(rate)}, Prices: map[models.Currency]decimal.Decimal{"EUR": dec(price)}}
	w.exec(`INSERT INTO products (sku, name, tax_category, tax_rate, stocked) VALUES ($1, $1, 'S', $2, $3)`, sku, rate, stocked)
}

// customer adds a customer with a credit limit: an amount, "unlimited", or "" for none.
func (w *world) customer(id, limit string) {
	w.t.Helper()
	w.exec(`INSERT INTO customers (id, name, email, country, currency) VALUES ($1, 'Acme', $1 || '@acme.example', 'DE', 'EUR')`, id)
	w.exec(`INSERT INTO credit_accounts (customer_id, currency) VALUES ($1, 'EUR')`, id)
	switch limit {
	case "":
	case "unlimited":
		w.exec(`INSERT INTO credit_limits (id, customer_id, unlimited, currency, set_by, set_at) VALUES ('first/' || $1, $1, true, 'EUR', 'test', $2)`, id, issued)
	default:
		w.exec(`INSERT INTO credit_limits (id, customer_id, amount, currency, set_by, set_at) VALUES ('first/' || $1, $1, $2, 'EUR', 'test', $3)`, id, limit, issued)
	}
	w.exec(`INSERT INTO audit_log (actor, action, object_kind, object_id, detail)
		SELECT set_by, 'create', 'customer', customer_id, jsonb_build_object('credit_limit', jsonb_build_object('id', id, 'customer_id', customer_id, 'currency', currency,
		       'limit', jsonb_build_object('unlimited', unlimited, 'amount', jsonb_build_object('amount', amount::text)))) FROM credit_limits WHERE customer_id = $1`, id)
}

// want is one line of an order.
type want struct {
	sku      string
	quantity string
}

// accept prices an order and puts it into the claims, as the command room does. Change may set other fields.
func (w *world) accept(id, customer, warehouse string, change func(*models.Order), lines ...want) models.Order {
	w.t.Helper()
	order := models.Order{ID: id, CustomerID: customer, Currency: "EUR", WarehouseID: warehouse, EnteredBy: "sales", PONumber: "PO-" + id}
	if change != nil {
		change(&order)
	}
	requests := make([]models.LineRequest, len(lines))
	for i, line := range lines {
		requests[i] = models.LineRequest{SKU: line.sku, Quantity: dec(line.quantity)}
	}
	order, faults := models.PriceOrder(order, requests, &models.Customer{ID: customer, Currency: order.Currency}, w.products)
	if len(faults) > 0 {
		w.t.Fatal(faults[0])
	}
	w.exec(`INSERT INTO claims (principal, key, route, request_hash, resource_id, content, leased_until) VALUES ('sales', $1, 'POST /v1/orders', '', $1, $2, now())`,
		id, order)
	return order
}

// fact puts an accepted fact into the book.
func (w *world) fact(kind, id string, content any) {
	w.t.Helper()
	data, err := json.Marshal(content)
	if err != nil {
		w.t.Fatal(err)
	}
	w.exec(`INSERT INTO facts (id, kind, content, actor) VALUES ($1, $2, $3, 'someone')`, id, kind, data)
}

// receipt books goods as the activity does.
func (w *world) receipt(id, warehouse, sku, quantity string) {
	w.t.Helper()
	w.fact(postgres.StockReceiptFact, id, models.StockReceipt{SKU: sku, WarehouseID: warehouse, Quantity: quantity})
	w.must(w.fulfillment.Receive(w.t.Context(), activities.ReceiptInput{ReceiptID: id, At: issued}))
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// at is an order's step at an instant.
func at(order string, instant time.Time) activities.OrderStep {
	return activities.OrderStep{OrderID: order, At: instant}
}

// done unwraps the progress of a step that must work.
func (w *world) done(progress models.OrderProgress, err error) models.OrderProgress {
	w.t.Helper()
	w.must(err)
	return progress
}

// invoiced brings an order that ships by itself to its open invoice, and returns the progress with it.
func (w *world) invoiced(id, customer string, lines ...want) models.OrderProgress {
	w.t.Helper()
	w.accept(id, customer, "auto", nil, lines...)
	for i, line := range lines {
		w.receipt(fmt.Sprintf("rcp_%s_%d", id, i), "auto", line.sku, line.quantity)
	}
	w.done(w.credit.Approve(w.t.Context(), at(id, issued)))
	w.done(w.fulfillment.Fulfil(w.t.Context(), at(id, issued)))
	return w.done(w.invoicing.Issue(w.t.Context(), at(id, issued)))
}

// pay accepts and applies a payment.
func (w *world) pay(id string, p models.Payment, instant time.Time) {
	w.t.Helper()
	w.acceptPayment(id, p)
	w.must(w.cash.Apply(w.t.Context(), activities.PaymentInput{PaymentID: id, At: instant}))
}

func (w *world) acceptPayment(id string, p models.Payment) {
	w.t.Helper()
	p.ValueDate = models.NewDate(2026, time.December, 1)
	w.acceptPaymentOn(id, p)
}

// acceptPaymentOn accepts a payment with a value date of its own.
func (w *world) acceptPaymentOn(id string, p models.Payment) {
	w.t.Helper()
	p.ID, p.Method, p.ReceivedBy = id, "bank_transfer", "cashier"
	w.fact(postgres.PaymentFact, id, p)
}

// dispute accepts and opens a dispute; amount "" disputes all.
func (w *world) dispute(id, order, invoice, amount string, instant time.Time) models.OrderProgress {
	w.t.Helper()
	w.acceptDispute(id, invoice, amount)
	return w.done(w.collections.OpenDispute(w.t.Context(), activities.FactStep{OrderID: order, FactID: id, At: instant}))
}

func (w *world) acceptDispute(id, invoice, amount string) {
	w.t.Helper()
	d := models.Dispute{ID: id, Invoice: invoice, Reason: "quality", RaisedBy: "Ms Acme"}
	if amount != "" {
		d.Amount = new(eur(amount))
	}
	w.fact(postgres.DisputeFact, id, d)
}

// resolve ends a dispute; amount "" for none.
func (w *world) resolve(id, order, dispute string, outcome models.DisputeState, amount string, instant time.Time) (models.OrderProgress, error) {
	r := models.DisputeResolution{ID: id, DisputeID: dispute, Outcome: outcome, Actor: "manager", Roles: []string{"manager"}}
	if amount != "" {
		r.Amount = new(eur(amount))
	}
	return w.collections.ResolveDispute(w.t.Context(), activities.ResolveInput{OrderID: order, Resolution: r, At: instant})
}

func dec(s string) decimal.Decimal   { return decimal.RequireFromString(s) }
func eur(amount string) models.Money { return models.MustMoney(dec(amount), "EUR") }

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 9, 0, 0, 0, time.UTC) }

// wantCode checks that an error is one of the business, of a kind and with a code.
func wantCode(t testing.TB, err error, kind models.Kind, code string) {
	t.Helper()
	var business *models.Error
	if !errors.As(err, &business) || business.Kind != kind || business.Code != code {
		t.Errorf("%v (%s), want %s %s", err, models.KindOf(err), kind, code)
	}
}

// told is the port to the orders' workflows: it writes down what they are told.
type told struct {
	mu    sync.Mutex
	words []string
	fails error
}

func (o *told) say(format string, args ...any) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.fails != nil {
		return o.fails
	}
	o.words = append(o.words, fmt.Sprintf(format, args...))
	return nil
}

func (o *told) PaymentApplied(_ context.Context, orderID string, news models.Receivable) error {
	return o.say("%s: %s v%d has %s open", orderID, news.Invoice, news.Version, news.Open)
}

func (o *told) PaymentReversed(_ context.Context, orderID string, news models.Receivable) error {
	return o.say("%s: %s v%d has %s open again", orderID, news.Invoice, news.Version, news.Open)
}

func (o *told) StartBilling(_ context.Context, billingID, _ string, dueAt time.Time) error {
	return o.say("billing %s at %s", billingID, dueAt.UTC().Format(time.RFC3339))
}

func (o *told) Collect(_ context.Context, invoice, _ string) error {
	return o.say("collect %s", invoice)
}

func (o *told) InvoiceIssued(_ context.Context, orderID string, news models.Receivable) error {
	return o.say("%s: %s bills it", orderID, news.Invoice)
}

func (o *told) InvoiceSettled(_ context.Context, orderID string, news models.Receivable) error {
	return o.say("%s: %s v%d is settled", orderID, news.Invoice, news.Version)
}

func (o *told) CreditRecheck(_ context.Context, orderID, factID string) error {
	return o.say("%s: recheck for %s", orderID, factID)
}

func (o *told) PartyListed(_ context.Context, orderID, factID string) error {
	return o.say("%s: a party is listed by %s", orderID, factID)
}

func (o *told) StockArrived(_ context.Context, orderID, factID string) error {
	return o.say("%s: stock of %s", orderID, factID)
}

// all returns what was told since the last time.
func (o *told) all() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	words := o.words
	o.words = nil
	return words
}

// sent marks everything that is queued as sent, so that the next step's answer names only its own messages.
func (w *world) sent() {
	w.t.Helper()
	w.exec(`UPDATE messages SET state = 'sent', sent_at = queued_at WHERE state = 'queued'`)
	w.exec(`UPDATE dunning_notices SET state = 'sent' WHERE state = 'queued'`)
}
