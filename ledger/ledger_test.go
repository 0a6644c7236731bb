package ledger_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"o2c/internal/testkit"
	"o2c/ledger"
	"o2c/models"
	"o2c/postgres"
)

func eur(amount string) models.Money {
	return models.MustMoney(decimal.RequireFromString(amount), "EUR")
}

// sides writes lines as "account debit credit".
func sides(lines []ledger.Line) []string {
	var out []string
	for _, l := range lines {
		out = append(out, fmt.Sprintf("%s %s %s", l.Account, l.Debit, l.Credit))
	}
	return out
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lines []ledger.Line
		want  []string
	}{
		"an invoice debits receivables and credits revenue and tax": {ledger.InvoiceIssued(eur("100"), eur("19")),
			[]string{"receivables 119.00 0.00", "revenue 0.00 100.00", "tax_payable 0.00 19.00"}},
		"a credit note on the invoice is its mirror": {ledger.CreditNoteIssued(eur("100"), eur("19"), eur("119")),
			[]string{"revenue 100.00 0.00", "tax_payable 19.00 0.00", "receivables 0.00 119.00", "customer_credit 0.00 0.00"}},
		"what a credit note has beyond the open amount is the customer's": {ledger.CreditNoteIssued(eur("100"), eur("19"), eur("20")),
			[]string{"revenue 100.00 0.00", "tax_payable 19.00 0.00", "receivables 0.00 20.00", "customer_credit 0.00 99.00"}},
		"a payment waits in bank clearing":   {ledger.PaymentReceived(eur("50")), []string{"bank_clearing 50.00 0.00", "unapplied_cash 0.00 50.00"}},
		"its application lowers receivables": {ledger.PaymentApplied(eur("50")), []string{"unapplied_cash 50.00 0.00", "receivables 0.00 50.00"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, sides(c.lines)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Every template balances for every amount, and has nothing below zero.
func TestTemplatesBalance(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		currency := rapid.SampledFrom([]models.Currency{"EUR", "JPY", "KWD"}).Draw(t, "currency")
		amount := func(name string, most int64) models.Money {
			return models.MustMoney(decimal.New(rapid.Int64Range(0, most).Draw(t, name), -currency.MinorUnits()), currency)
		}
		net, tax := amount("net", 1_000_000), amount("tax", 200_000)
		gross := net.Add(tax)
		toInvoice := amount("to the invoice", gross.Decimal().Shift(currency.MinorUnits()).IntPart())
		for name, lines := range map[string][]ledger.Line{
			"invoice": ledger.InvoiceIssued(net, tax), "credit note": ledger.CreditNoteIssued(net, tax, toInvoice),
			"payment": ledger.PaymentReceived(gross), "application": ledger.PaymentApplied(gross),
		} {
			balance := models.Zero(currency)
			for _, l := range lines {
				if l.Debit.IsNegative() || l.Credit.IsNegative() || l.Debit.IsPositive() && l.Credit.IsPositive() {
					t.Fatalf("%s: %v", name, sides(lines))
				}
				balance = balance.Add(l.Debit).Sub(l.Credit)
			}
			if !balance.IsZero() {
				t.Fatalf("%s is off by %s: %v", name, balance, sides(lines))
			}
		}
	})
}

// post records an entry in a transaction of its own.
func post(t *testing.T, pool *pgxpool.Pool, e ledger.Entry) error {
	t.Helper()
	return postgres.InTx(t.Context(), pool, func(tx pgx.Tx) error { return ledger.Post(t.Context(), tx, e) })
}

func entry(key string, on models.Date, lines ...ledger.Line) ledger.Entry {
	return ledger.Entry{Key: key, Event: "test", BusinessDate: on, Document: "INV-1", Description: "a test", Lines: lines}
}

var firstOfMay = models.NewDate(2026, time.May, 1)

func wantConflict(t *testing.T, err error, code string) {
	t.Helper()
	var business *models.Error
	if !errors.As(err, &business) || business.Kind != models.KindConflict || business.Code != code {
		t.Errorf("%v, want conflict %s", err, code)
	}
}

func TestPost(t *testing.T) {
	t.Parallel()
	pool := testkit.Database(t)
	if err := post(t, pool, entry("a", firstOfMay, ledger.InvoiceIssued(eur("100"), eur("0"))...)); err != nil {
		t.Fatal(err) // a line of nothing is left out
	}
	if err := post(t, pool, entry("b", firstOfMay, ledger.InvoiceIssued(eur("0"), eur("0"))...)); err != nil {
		t.Fatal(err) // and so is an entry of nothing
	}
	var lines, entries int
	if err := pool.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM ledger_lines), (SELECT count(*) FROM ledger_entries)`).Scan(&lines, &entries); err != nil {
		t.Fatal(err)
	}
	if lines != 2 || entries != 1 {
		t.Errorf("%d lines of %d entries, want 2 of 1", lines, entries)
	}
	yen := func(amount int64) models.Money { return models.MustMoney(decimal.NewFromInt(amount), "JPY") }
	if err := post(t, pool, entry("c", firstOfMay, ledger.PaymentReceived(yen(1500))...)); err != nil {
		t.Error(err)
	}
}

func TestPostRefusals(t *testing.T) {
	t.Parallel()
	pool := testkit.Database(t)
	if err := post(t, pool, entry("once", firstOfMay, ledger.PaymentReceived(eur("1"))...)); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		entry ledger.Entry
		code  string
	}{
		"a fact that was posted before":      {entry("once", firstOfMay, ledger.PaymentReceived(eur("2"))...), "ledger-entries-once"},
		"an entry that is a cent off":        {entry("off", firstOfMay, ledger.Debit(ledger.Receivables, eur("1")), ledger.Credit(ledger.Revenue, eur("0.99"))), "ledger-entries-balanced"},
		"an entry with one side":             {entry("one", firstOfMay, ledger.Debit(ledger.BankClearing, eur("1"))), "ledger-entries-balanced"},
		"an amount below nothing":            {entry("neg", firstOfMay, ledger.Debit(ledger.BankClearing, eur("-1")), ledger.Credit(ledger.Revenue, eur("-1"))), "ledger-lines-one-side"},
		"an account that is not in the plan": {entry("acc", firstOfMay, ledger.Debit("petty_cash", eur("1")), ledger.Credit(ledger.Revenue, eur("1"))), "ledger-lines-account-fkey"},
		"revenue from the bank":              {entry("rev", firstOfMay, ledger.Debit(ledger.Bank, eur("1")), ledger.Credit(ledger.Revenue, eur("1"))), "ledger-entries-flows"},
		"a receivable of no document":        {ledger.Entry{Key: "x", Event: "test", BusinessDate: firstOfMay, Description: "x", Lines: ledger.InvoiceIssued(eur("1"), eur("0"))}, "ledger-lines-item"},
		"a customer that does not exist": {ledger.Entry{Key: "who", Event: "test", BusinessDate: firstOfMay, CustomerID: "nobody", Document: "INV-1", Description: "x",
			Lines: ledger.PaymentReceived(eur("1"))}, "ledger-entries-customer-id-fkey"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantConflict(t, post(t, pool, c.entry), c.code)
		})
	}
}

// The accounts that the code names are the chart.
func TestTheChart(t *testing.T) {
	t.Parallel()
	rows, err := testkit.Database(t).Query(t.Context(), `SELECT code FROM ledger_accounts`)
	if err != nil {
		t.Fatal(err)
	}
	chart, err := pgx.CollectRows(rows, pgx.RowTo[ledger.Account])
	if err != nil {
		t.Fatal(err)
	}
	want := slices.Sorted(slices.Values(ledger.Accounts))
	slices.Sort(chart)
	if diff := cmp.Diff(want, chart); diff != "" {
		t.Errorf("(- the code, + the database):\n%s", diff)
	}
}

func TestTrialBalance(t *testing.T) {
	t.Parallel()
	pool := testkit.Database(t)
	kwd := models.MustMoney(decimal.RequireFromString("1.234"), "KWD")
	for key, e := range map[string]ledger.Entry{
		"1": entry("1", firstOfMay, ledger.InvoiceIssued(eur("100"), eur("19"))...),
		"2": entry("2", firstOfMay.AddDays(1), ledger.PaymentReceived(eur("50"))...),
		"3": entry("3", firstOfMay.AddDays(1), ledger.PaymentApplied(eur("50"))...),
		"4": entry("4", firstOfMay, ledger.PaymentReceived(kwd)...),
	} {
		if err := post(t, pool, e); err != nil {
			t.Fatalf("%s: %v", key, err)
		}
	}
	for name, c := range map[string]struct {
		asOf models.Date
		want []string
	}{
		"before the first entry there is nothing": {firstOfMay.AddDays(-1), nil},
		"a day counts what was posted on it": {firstOfMay, []string{
			"EUR receivables 119 0", "EUR revenue 0 100", "EUR tax_payable 0 19", "KWD bank_clearing 1.234 0", "KWD unapplied_cash 0 1.234"}},
		"no day counts all": {models.Date{}, []string{
			"EUR bank_clearing 50 0", "EUR receivables 119 50", "EUR revenue 0 100", "EUR tax_payable 0 19", "EUR unapplied_cash 50 50",
			"KWD bank_clearing 1.234 0", "KWD unapplied_cash 0 1.234"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			balances, err := ledger.TrialBalance(t.Context(), pool, c.asOf)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]bool{}
			for _, b := range balances {
				got[fmt.Sprintf("%s %s %s %s", b.Currency, b.Account, b.Debit, b.Credit)] = true
			}
			want := map[string]bool{}
			for _, line := range c.want {
				want[line] = true
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// What is taken back is the mirror of what was recorded, however it is cut into parts; what was not recorded is the first
// account's.
func TestTakeBack(t *testing.T) {
	t.Parallel()
	pool := testkit.Database(t)
	if err := post(t, pool, entry("discount", firstOfMay, ledger.EarlyPaymentDiscount(eur("2.00"), eur("0.38"))...)); err != nil {
		t.Fatal(err)
	}
	for i, c := range []struct {
		document, amount string
		want             []string
	}{
		{"INV-1", "1.00", []string{"receivables 1.00 0.00", "discounts_allowed 0.00 0.84", "tax_payable 0.00 0.16"}},
		{"INV-1", "1.38", []string{"receivables 1.38 0.00", "discounts_allowed 0.00 1.16", "tax_payable 0.00 0.22"}},
		{"INV-2", "0.50", []string{"receivables 0.50 0.00", "discounts_allowed 0.00 0.50"}},
	} {
		lines, err := ledger.TakeBack(t.Context(), pool, c.document, eur(c.amount), ledger.DiscountsAllowed, ledger.TaxPayable)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, sides(lines)); diff != "" {
			t.Errorf("part %d (-want +got):\n%s", i+1, diff)
		}
		if err = post(t, pool, entry(fmt.Sprint("back/", i), firstOfMay, lines...)); err != nil {
			t.Fatal(err)
		}
	}
}
