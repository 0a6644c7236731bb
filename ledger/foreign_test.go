package ledger_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"o2c/internal/testkit"
	"o2c/ledger"
	"o2c/models"
	"o2c/postgres"
)

func usd(amount string) models.Money {
	return models.MustMoney(decimal.RequireFromString(amount), "USD")
}

func jpy(amount string) models.Money {
	return models.MustMoney(decimal.RequireFromString(amount), "JPY")
}

// books is a ledger whose base currency is the euro, with two customers.
type books struct {
	t    *testing.T
	pool *pgxpool.Pool
}

func newBooks(t *testing.T, options ...testkit.Option) *books {
	t.Helper()
	b := &books{t, testkit.Database(t, options...)}
	b.exec(`INSERT INTO company (legal_name, address, tax_id, contact, time_zone, base_currency) VALUES ('Seller', '{}', 'DE1', '{}', 'UTC', 'EUR');
		INSERT INTO customers (id, name, email, country, currency) VALUES ('acme', 'Acme', 'a@example.com', 'US', 'USD'), ('zeta', 'Zeta', 'z@example.com', 'JP', 'JPY')`)
	return b
}

func (b *books) exec(sql string, args ...any) {
	b.t.Helper()
	if _, err := b.pool.Exec(b.t.Context(), sql, args...); err != nil {
		b.t.Fatal(err)
	}
}

func (b *books) rate(currency, from, rate string) {
	b.t.Helper()
	b.exec(`INSERT INTO exchange_rates (base_currency, currency, valid_from, rate, set_by) VALUES ('EUR', $1, $2, $3::text::numeric, 'billing')`, currency, from, rate)
}

func day(s string) models.Date {
	d, err := models.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// posts records an entry of acme.
func (b *books) posts(key, on, document string, lines []ledger.Line) {
	b.t.Helper()
	if err := post(b.t, b.pool, ledger.Entry{
		Key: key, Event: strings.Split(key, "/")[0], BusinessDate: day(on), CustomerID: "acme", Document: document, Description: "a test", Lines: lines,
	}); err != nil {
		b.t.Fatal(err)
	}
}

func (b *books) reverses(key, original, on string) {
	b.t.Helper()
	err := postgres.InTx(b.t.Context(), b.pool, func(tx pgx.Tx) error {
		return ledger.Reverse(b.t.Context(), tx, ledger.Reversal{Key: key, OriginalKey: original, BusinessDate: day(on), Actor: "cashier", Reason: "returned"})
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *books) close(period, today string) error {
	b.t.Helper()
	p, err := models.ParsePeriod(period)
	if err != nil {
		b.t.Fatal(err)
	}
	return postgres.InTx(b.t.Context(), b.pool, func(tx pgx.Tx) error { return ledger.Close(b.t.Context(), tx, p, day(today), "manager") })
}

// closes closes a period that can be closed, long after it.
func (b *books) closes(period string) {
	b.t.Helper()
	if err := b.close(period, "2030-01-01"); err != nil {
		b.t.Fatal(err)
	}
}

func (b *books) query(sql string, args ...any) []string {
	b.t.Helper()
	rows, err := b.pool.Query(b.t.Context(), sql, args...)
	if err != nil {
		b.t.Fatal(err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		b.t.Fatal(err)
	}
	return found
}

// wantEntry compares an entry's lines: "account item currency amount base", debits above zero.
func (b *books) wantEntry(key string, want ...string) {
	b.t.Helper()
	got := b.query(`SELECT format('%s %s %s %s %s', l.account, CASE l.document WHEN '' THEN '-' ELSE l.document END, l.currency, CASE WHEN l.debit = l.credit THEN 0 ELSE l.debit - l.credit END, l.base_debit - l.base_credit)
		  FROM ledger_entries e JOIN ledger_lines l ON l.entry_id = e.id WHERE e.key = $1 ORDER BY l.line`, key)
	if diff := cmp.Diff(want, got); diff != "" {
		b.t.Errorf("%s (-want +got):\n%s", key, diff)
	}
}

// wantBase compares the balances in the base currency that are not zero, up to a day: "account base".
func (b *books) wantBase(asOf string, want ...string) {
	b.t.Helper()
	got := b.query(`SELECT format('%s %s', account, sum(base_debit - base_credit)) FROM ledger_lines WHERE posting_date <= $1::text::date
		 GROUP BY account HAVING sum(base_debit) <> sum(base_credit) ORDER BY 1`, asOf)
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		b.t.Errorf("on %s (-want +got):\n%s", asOf, diff)
	}
}

// wantInvariants checks what must hold of the ledger by itself, whatever documents there are.
func (b *books) wantInvariants() {
	b.t.Helper()
	findings, err := postgres.Verify(b.t.Context(), b.pool, 5)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, f := range findings {
		if f.Count > 0 && !f.Warning && (strings.HasPrefix(f.Name, "ledger-") || f.Name == "fx-clearing-empty") {
			b.t.Errorf("%s: %v", f.Name, f.Offenders)
		}
	}
}

// An invoice is carried at the rate of its day. What a payment of another day brings beside it is gain or loss, and each part
// takes its share of the carrying amount, the last the rest.
func TestASettlementRealisesTheDifferenceOfRates(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.rate("USD", "2026-05-01", "0.9")
	b.rate("USD", "2026-05-10", "0.95")
	b.rate("USD", "2026-05-20", "0.8")
	b.posts("invoice/INV-1", "2026-05-02", "INV-1", ledger.InvoiceIssued(usd("84.03"), usd("15.97")))
	b.wantEntry("invoice/INV-1", "receivables INV-1 USD 100.00 90.00", "revenue - USD -84.03 -75.63", "tax_payable - USD -15.97 -14.37")

	b.posts("payment/pay_1", "2026-05-10", "pay_1", ledger.PaymentReceived(usd("33.33")))
	b.posts("payment/pay_1/application/1", "2026-05-10", "INV-1", ledger.PaymentApplied(usd("33.33")))
	b.wantEntry("payment/pay_1", "bank_clearing pay_1 USD 33.33 31.66", "unapplied_cash pay_1 USD -33.33 -31.66")
	b.wantEntry("payment/pay_1/application/1", "unapplied_cash pay_1 USD 33.33 31.66", "receivables INV-1 USD -33.33 -30.00", "fx_gain - USD 0 -1.66")

	b.posts("payment/pay_2", "2026-05-21", "pay_2", ledger.PaymentReceived(usd("70")))
	b.posts("discount/INV-1", "2026-05-21", "INV-1", ledger.EarlyPaymentDiscount(usd("1"), usd("0.01")))
	b.wantEntry("discount/INV-1", "discounts_allowed - USD 1.00 0.90", "tax_payable - USD 0.01 0.01", "receivables INV-1 USD -1.01 -0.91")
	b.posts("payment/pay_2/application/1", "2026-05-21", "INV-1", ledger.PaymentApplied(usd("65.66")))
	b.wantEntry("payment/pay_2/application/1", "unapplied_cash pay_2 USD 65.66 52.53", "receivables INV-1 USD -65.66 -59.09", "fx_loss - USD 0 6.56")

	b.posts("payment/pay_2/refund/1", "2026-05-25", "pay_2", ledger.PaymentRefunded(usd("4.34")))
	b.wantBase("2026-12-31", "bank -3.47", "bank_clearing 87.66", "discounts_allowed 0.90", "fx_gain -1.66", "fx_loss 6.56", "revenue -75.63", "tax_payable -14.36")
	b.wantInvariants()
}

// A reversal takes back what was recorded, whatever the rate is by then, and the item is settled anew at what it was carried at.
func TestAReversalIsTheMirrorInBothCurrencies(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.rate("USD", "2026-05-01", "0.9")
	b.posts("invoice/INV-1", "2026-05-02", "INV-1", ledger.InvoiceIssued(usd("100"), usd("0")))
	b.rate("USD", "2026-05-03", "0.7")
	b.posts("payment/pay_1", "2026-05-03", "pay_1", ledger.PaymentReceived(usd("60")))
	b.posts("payment/pay_1/application/1", "2026-05-03", "INV-1", ledger.PaymentApplied(usd("60")))
	b.rate("USD", "2026-05-04", "2")
	b.reverses("payment/pay_1/application/1/reversal", "payment/pay_1/application/1", "2026-05-04")
	b.reverses("payment/pay_1/reversal", "payment/pay_1", "2026-05-04")
	b.wantEntry("payment/pay_1/application/1/reversal", "unapplied_cash pay_1 USD -60.00 -42.00", "receivables INV-1 USD 60.00 54.00", "fx_loss - USD 0 -12.00")
	b.wantBase("2026-12-31", "receivables 90.00", "revenue -90.00")

	err := postgres.InTx(t.Context(), b.pool, func(tx pgx.Tx) error {
		return ledger.Reverse(t.Context(), tx, ledger.Reversal{Key: "again", OriginalKey: "payment/pay_1", BusinessDate: day("2026-05-04"), Actor: "cashier", Reason: "x"})
	})
	wantConflict(t, err, "ledger-entries-reversed-once")
	err = postgres.InTx(t.Context(), b.pool, func(tx pgx.Tx) error {
		return ledger.Reverse(t.Context(), tx, ledger.Reversal{Key: "why", OriginalKey: "invoice/INV-1", BusinessDate: day("2026-05-04"), Actor: "cashier"})
	})
	wantConflict(t, err, "ledger-entries-reason")
	b.reverses("payment/pay_1/reversal/won", "payment/pay_1/reversal", "2026-05-05") // a chargeback that is won
	b.wantBase("2026-12-31", "bank_clearing 42.00", "receivables 90.00", "revenue -90.00", "unapplied_cash -42.00")
	b.wantInvariants()
}

func TestWhatWasNeverPostedIsNotReversed(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	err := postgres.InTx(t.Context(), b.pool, func(tx pgx.Tx) error {
		return ledger.Reverse(t.Context(), tx, ledger.Reversal{Key: "r", OriginalKey: "ghost", BusinessDate: firstOfMay, Actor: "cashier", Reason: "x"})
	})
	if models.KindOf(err) != models.KindNotFound {
		t.Error(err)
	}
}

// A payment in dollars settles an invoice in yen: both items leave the books at what they are carried at.
func TestAConversionGoesThroughFXClearing(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.rate("USD", "2026-05-01", "0.9")
	b.rate("JPY", "2026-05-01", "0.006")
	b.posts("invoice/INV-1", "2026-05-02", "INV-1", ledger.InvoiceIssued(jpy("10000"), jpy("0")))
	b.posts("payment/pay_1", "2026-05-03", "pay_1", ledger.PaymentReceived(usd("70")))
	b.posts("payment/pay_1/application/1/out", "2026-05-03", "pay_1", ledger.PaymentConverted(usd("70"), "pay_1/1"))
	b.posts("payment/pay_1/application/1", "2026-05-03", "INV-1", ledger.ConversionApplied(jpy("10000"), "pay_1/1"))
	b.wantEntry("payment/pay_1/application/1/out", "unapplied_cash pay_1 USD 70.00 63.00", "fx_clearing pay_1/1 USD -70.00 -63.00")
	b.wantEntry("payment/pay_1/application/1", "fx_clearing pay_1/1 JPY 10000 63.00", "receivables INV-1 JPY -10000 -60.00", "fx_gain - JPY 0 -3.00")
	b.wantBase("2026-12-31", "bank_clearing 63.00", "fx_gain -3.00", "revenue -60.00")

	// And one in dollars an invoice in the base currency.
	b.posts("invoice/INV-2", "2026-05-02", "INV-2", ledger.InvoiceIssued(eur("100"), eur("0")))
	b.posts("payment/pay_2", "2026-05-03", "pay_2", ledger.PaymentReceived(usd("100")))
	b.posts("payment/pay_2/application/1/out", "2026-05-03", "pay_2", ledger.PaymentConverted(usd("100"), "pay_2/1"))
	b.posts("payment/pay_2/application/1", "2026-05-03", "INV-2", ledger.ConversionApplied(eur("100"), "pay_2/1"))
	b.wantEntry("payment/pay_2/application/1", "fx_clearing pay_2/1 EUR 100.00 90.00", "receivables INV-2 EUR -100.00 -100.00", "fx_loss - EUR 0 10.00")
	b.wantInvariants()
}

// Without a rate nothing is refused and nothing is invented: the base amounts are missing, and say so, until a rate is known.
func TestWithoutARateTheBaseAmountsFollow(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.posts("invoice/INV-1", "2026-05-02", "INV-1", ledger.InvoiceIssued(usd("100"), usd("0")))
	b.posts("payment/pay_1", "2026-05-10", "pay_1", ledger.PaymentReceived(usd("100")))
	b.posts("payment/pay_1/application/1", "2026-05-10", "INV-1", ledger.PaymentApplied(usd("60")))
	b.posts("payment/pay_1/application/2", "2026-05-10", "INV-1", ledger.PaymentApplied(usd("40")))
	b.posts("invoice/INV-2", "2026-05-11", "INV-2", ledger.InvoiceIssued(jpy("1"), jpy("0"))) // worth less than a cent
	b.reverses("payment/pay_1/application/2/reversal", "payment/pay_1/application/2", "2026-05-12")
	b.wantBase("2026-12-31")
	wantConflict(t, b.close("2026-05", "2030-01-01"), "exchange-rate-missing")

	b.rate("USD", "2026-05-01", "0.9")
	b.rate("USD", "2026-05-10", "0.95")
	b.rate("JPY", "2026-07-01", "0.004")                                      // the first that is known is later than the invoice
	b.posts("fee/INV-1", "2026-05-13", "INV-1", ledger.FeeCharged(usd("10"))) // on an item that is not valued yet: the fee needs nothing of it
	b.closes("2026-05")
	b.wantEntry("valuation/invoice/INV-1", "receivables INV-1 USD 0 90.00", "revenue - USD 0 -90.00")
	b.wantEntry("valuation/payment/pay_1/application/1", "unapplied_cash pay_1 USD 0 57.00", "receivables INV-1 USD 0 -54.00", "fx_gain - USD 0 -3.00")
	b.wantEntry("valuation/payment/pay_1/application/2/reversal", "unapplied_cash pay_1 USD 0 -38.00", "receivables INV-1 USD 0 36.00", "fx_gain - USD 0 2.00")
	b.wantEntry("valuation/invoice/INV-2", "receivables INV-2 JPY 0 0.01", "revenue - JPY 0 -0.01")
	b.reverses("payment/pay_1/application/1/reversal", "payment/pay_1/application/1", "2026-06-01")
	b.wantEntry("valuation/payment/pay_1/application/1/reversal", "unapplied_cash pay_1 USD 0 -57.00", "receivables INV-1 USD 0 54.00", "fx_gain - USD 0 3.00")
	b.wantInvariants()
}

func TestAConversionNeedsARate(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.posts("payment/pay_1", "2026-05-03", "pay_1", ledger.PaymentReceived(usd("70")))
	err := post(t, b.pool, ledger.Entry{Key: "payment/pay_1/application/1/out", Event: "x", BusinessDate: firstOfMay, CustomerID: "acme", Document: "pay_1",
		Description: "x", Lines: ledger.PaymentConverted(usd("70"), "pay_1/1")})
	wantConflict(t, err, "exchange-rate-missing")
}

// Cash of nobody becomes a customer's, at what it is carried at.
func TestAPayerIsFound(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.rate("USD", "2026-05-01", "0.9")
	if err := post(t, b.pool, ledger.Entry{Key: "payment/pay_1", Event: "x", BusinessDate: firstOfMay, Document: "pay_1", Description: "x", Lines: ledger.PaymentReceived(usd("70"))}); err != nil {
		t.Fatal(err)
	}
	b.rate("USD", "2026-05-02", "0.5")
	b.posts("payment/pay_1/payer", "2026-05-03", "pay_1", ledger.PaymentIdentified(usd("70"), "acme"))
	got := b.query(`SELECT format('%s %s %s', coalesce(customer_id, 'nobody'), sum(credit - debit), sum(base_credit - base_debit)) FROM ledger_lines
		WHERE account = 'unapplied_cash' GROUP BY customer_id ORDER BY 1`)
	if diff := cmp.Diff([]string{"acme 70.00 63.00", "nobody 0.00 0.00"}, got); diff != "" {
		t.Error(diff)
	}
}

// Open items in foreign currencies are valued at the end of the period, in the base currency only, and the first day of the next
// one takes it back.
func TestACloseValuesOpenItems(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.rate("USD", "2026-05-01", "0.9")
	b.rate("JPY", "2026-05-01", "0.006")
	b.posts("invoice/INV-1", "2026-05-02", "INV-1", ledger.InvoiceIssued(usd("100"), usd("0")))
	b.posts("invoice/INV-2", "2026-05-03", "INV-2", ledger.InvoiceIssued(usd("50"), usd("0")))
	b.posts("payment/pay_1", "2026-05-03", "pay_1", ledger.PaymentReceived(usd("70")))
	b.posts("payment/pay_1/application/1", "2026-05-03", "INV-2", ledger.PaymentApplied(usd("50")))
	b.posts("invoice/INV-3", "2026-05-04", "INV-3", ledger.InvoiceIssued(jpy("10000"), jpy("0")))
	b.posts("invoice/INV-4", "2026-05-04", "INV-4", ledger.InvoiceIssued(eur("10"), eur("0")))
	b.posts("deposit/DEP-1", "2026-05-04", "DEP-1", ledger.DepositReceived(usd("5"), usd("0"))[:2]) // deposits keep their rate
	b.rate("USD", "2026-05-31", "0.8")
	b.rate("JPY", "2026-05-31", "0.007")
	b.rate("USD", "2026-06-01", "5")
	b.closes("2026-05")
	b.wantEntry("revaluation/2026-05/USD", "receivables_revaluation DEP-1 USD 0 -0.50", "receivables_revaluation INV-1 USD 0 -10.00", "receivables_revaluation pay_1 USD 0 2.00", "fx_loss - USD 0 8.50")
	b.wantEntry("revaluation/2026-05/JPY", "receivables_revaluation INV-3 JPY 0 10.00", "fx_gain - JPY 0 -10.00")
	b.wantEntry("revaluation/2026-05/USD/reversal", "receivables_revaluation DEP-1 USD 0 0.50", "receivables_revaluation INV-1 USD 0 10.00", "receivables_revaluation pay_1 USD 0 -2.00", "fx_loss - USD 0 -8.50")
	dates := b.query(`SELECT posting_date::text FROM ledger_entries WHERE key LIKE 'revaluation/%' ORDER BY key`)
	if diff := cmp.Diff([]string{"2026-05-31", "2026-06-01", "2026-05-31", "2026-06-01"}, dates); diff != "" {
		t.Error(diff)
	}
	wantConflict(t, b.close("2026-05", "2030-01-01"), "period-closed")
	b.closes("2026-06") // nothing is counted twice
	b.wantEntry("revaluation/2026-06/JPY", "receivables_revaluation INV-3 JPY 0 10.00", "fx_gain - JPY 0 -10.00")
	b.wantInvariants()
}

func TestPeriodsAreClosedOneAfterTheOther(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.posts("invoice/INV-1", "2026-05-02", "INV-1", ledger.InvoiceIssued(eur("100"), eur("0")))
	wantConflict(t, b.close("2026-06", "2030-01-01"), "accounting-periods-in-order")
	wantConflict(t, b.close("2026-05", "2026-05-31"), "period-not-over")
	if err := b.close("2026-05", "2026-06-01"); err != nil {
		t.Fatal(err)
	}
	wantConflict(t, b.close("2026-04", "2030-01-01"), "period-closed")
	wantConflict(t, b.close("2026-07", "2030-01-01"), "accounting-periods-in-order")

	// What comes late is posted in the next open period, and says for which.
	b.posts("invoice/INV-2", "2026-05-20", "INV-2", ledger.InvoiceIssued(eur("7"), eur("0")))
	b.posts("invoice/INV-3", "2026-01-20", "INV-3", ledger.InvoiceIssued(eur("8"), eur("0"))) // before the first period
	b.posts("invoice/INV-4", "2026-06-20", "INV-4", ledger.InvoiceIssued(eur("9"), eur("0")))
	b.reverses("invoice/INV-1/reversal", "invoice/INV-1", "2026-05-30")
	got := b.query(`SELECT format('%s of %s on %s for %s', key, business_date, posting_date, coalesce(late_for, '-')) FROM ledger_entries ORDER BY id`)
	if diff := cmp.Diff([]string{
		"invoice/INV-1 of 2026-05-02 on 2026-05-02 for -", "invoice/INV-2 of 2026-05-20 on 2026-06-01 for 2026-05", "invoice/INV-3 of 2026-01-20 on 2026-06-01 for 2026-05",
		"invoice/INV-4 of 2026-06-20 on 2026-06-20 for -", "invoice/INV-1/reversal of 2026-05-30 on 2026-06-01 for 2026-05",
	}, got); diff != "" {
		t.Error(diff)
	}
	b.wantBase("2026-05-31", "receivables 100.00", "revenue -100.00")
	b.wantInvariants()
}

// Postings and closes race: each posting is in the period when it is closed, or in the next one, and none fails.
func TestPostingsRaceWithCloses(t *testing.T) {
	t.Parallel()
	b := newBooks(t, testkit.MaxConns(16))
	b.posts("invoice/INV-0", "2026-01-01", "INV-0", ledger.InvoiceIssued(eur("1"), eur("0")))
	const writers, each = 12, 25
	failed := make(chan error, writers)
	for w := range writers {
		go func() {
			for n := range each {
				key := fmt.Sprintf("invoice/INV-%d-%d", w, n)
				on := models.NewDate(2026, time.Month(1+n/5), 15)
				err := postgres.InTx(t.Context(), b.pool, func(tx pgx.Tx) error {
					return ledger.Post(t.Context(), tx, ledger.Entry{Key: key, Event: "x", BusinessDate: on, CustomerID: "acme", Document: key, Description: "x", Lines: ledger.InvoiceIssued(eur("1"), eur("0"))})
				})
				if err != nil {
					failed <- err
					return
				}
			}
			failed <- nil
		}()
	}
	for month := 1; month <= 5; month++ {
		b.closes(fmt.Sprintf("2026-%02d", month))
	}
	for range writers {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
	b.wantInvariants()
	if got := b.query(`SELECT count(*)::text FROM ledger_entries`)[0]; got != fmt.Sprint(writers*each+1) {
		t.Errorf("%s entries", got)
	}
}

// Whatever was taken of an item in between: when the last that takes of it is the mirror of what took back, nothing is left of it in the base
// currency either, and the difference is a gain or a loss. When that is taken back again the item is open again, and its last rest goes
// with it.
func TestWhatAMirrorLeavesIsSwept(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.rate("USD", "2026-01-01", "0.8999")
	swept, n := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		invoice, payment := fmt.Sprintf("INV-%d", n), fmt.Sprintf("pay_%d", n)
		part, rests := rapid.Int64Range(1, 999).Draw(rt, "part"), rapid.SliceOfN(rapid.Int64Range(1, 999), 1, 5).Draw(rt, "the rest, in parts")
		total := part
		for _, rest := range rests {
			total += rest
		}
		cents := func(n int64) models.Money { return models.MustMoney(decimal.New(n, -2), "USD") }
		application, undone, again := fmt.Sprintf("payment/%s/application/1", payment), fmt.Sprintf("undone/%d", n), fmt.Sprintf("again/%d", n)
		b.posts("invoice/"+invoice, "2026-02-01", invoice, ledger.InvoiceIssued(cents(total), cents(0)))
		b.posts("payment/"+payment, "2026-02-01", payment, ledger.PaymentReceived(cents(total)))
		b.posts(application, "2026-02-02", invoice, ledger.PaymentApplied(cents(part)))
		b.reverses(undone, application, "2026-02-03")
		for i, rest := range rests {
			b.posts(fmt.Sprintf("discount/%d/%d", n, i), "2026-02-04", invoice, ledger.EarlyPaymentDiscount(cents(rest), cents(0)))
			b.posts(fmt.Sprintf("payment/%s/refund/%d", payment, i), "2026-02-04", payment, ledger.PaymentRefunded(cents(rest)))
		}
		b.reverses(again, undone, "2026-02-05")
		if left := b.residues(invoice, payment); left != "" {
			rt.Fatal(left)
		}
		if rapid.Bool().Draw(rt, "taken back once more") {
			b.reverses(fmt.Sprintf("undone again/%d", n), again, "2026-02-06")
			b.posts(fmt.Sprintf("payment/%s/application/2", payment), "2026-02-07", invoice, ledger.PaymentApplied(cents(part)))
			if left := b.residues(invoice, payment); left != "" {
				rt.Fatalf("taken back once more: %s", left)
			}
		}
	})
	if err := b.pool.QueryRow(t.Context(), `SELECT count(*) FROM ledger_entries WHERE event IN ('residue_lost', 'residue_gained')`).Scan(&swept); err != nil || swept == 0 {
		t.Errorf("%d residues were swept of %d items, %v", swept, 2*n, err)
	}
}

// residues are what items have left in the base currency that should have nothing left in either.
func (b *books) residues(documents ...string) (left string) {
	b.t.Helper()
	err := b.pool.QueryRow(b.t.Context(), `
		SELECT coalesce(string_agg(format('%s %s: %s USD, %s EUR', account, document, amount, base), '; '), '')
		  FROM (SELECT account, document, sum(debit - credit) AS amount, sum(base_debit - base_credit) AS base FROM ledger_lines
		         WHERE document = ANY($1) AND account IN ('receivables', 'unapplied_cash') GROUP BY 1, 2) items WHERE amount <> 0 OR base <> 0`, documents).Scan(&left)
	if err != nil {
		b.t.Fatal(err)
	}
	return left
}
