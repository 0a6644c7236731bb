package ledger_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"o2c/ledger"
	"o2c/models"
)

// posted is a line of the model: amounts are debits less credits.
type posted struct {
	account ledger.Account
	item    string
	amount  models.Money
	base    models.Money
	day     models.Date
}

// model is a ledger in memory, as simple as it can be: a list of lines, and the rules of the definitions.
type model struct {
	t      *rapid.T
	ctx    context.Context
	tx     pgx.Tx
	lines  []posted
	facts  map[string][]posted
	undone map[string]bool
	rates  map[models.Date]decimal.Decimal // of the dollar
	closed models.Date
	n      int
}

func euros(d decimal.Decimal) models.Money { return models.MustMoney(d, "EUR") }

// rate is the last one known on a day, else the first known later.
func (m *model) rate(day models.Date) decimal.Decimal {
	days := slices.SortedFunc(maps.Keys(m.rates), func(a, b models.Date) int { return a.DaysSince(b) })
	rate := m.rates[days[0]]
	for _, d := range days {
		if !d.After(day) {
			rate = m.rates[d]
		}
	}
	return rate
}

// worth is what an amount is worth on a day.
func (m *model) worth(amount models.Money, day models.Date) models.Money {
	if amount.Currency() == "EUR" {
		return amount
	}
	return euros(amount.Decimal().Mul(m.rate(day)).Round(2))
}

// held is what an item has and is carried at.
func (m *model) held(account ledger.Account, item string, currency models.Currency) (amount, base models.Money) {
	amount, base = models.Zero(currency), models.Zero("EUR")
	for _, l := range m.lines {
		if l.account == account && l.item == item {
			amount, base = amount.Add(l.amount), base.Add(l.base)
		}
	}
	return amount, base
}

// share is what a part of an item is carried at.
func (m *model) share(account ledger.Account, item string, part models.Money) models.Money {
	amount, base := m.held(account, item, part.Currency())
	if amount.IsNegative() {
		amount, base = amount.Neg(), base.Neg()
	}
	return base.Share(part.Decimal(), amount.Decimal())
}

// post posts to the ledger and notes what it should come to, on the day on which the books are open.
func (m *model) post(key string, on models.Date, document string, lines []ledger.Line, want ...posted) {
	m.t.Helper()
	err := ledger.Post(m.ctx, m.tx, ledger.Entry{
		Key: key, Event: "test", BusinessDate: on, CustomerID: "acme", Document: document, Description: "a test", Lines: lines,
	})
	if err != nil {
		m.t.Fatalf("%s: %v", key, err)
	}
	m.note(key, on, want)
}

func (m *model) note(key string, on models.Date, want []posted) {
	if !m.closed.IsZero() && !on.After(m.closed) {
		on = m.closed.AddDays(1)
	}
	for i := range want {
		want[i].day = on
	}
	m.lines = append(m.lines, want...)
	m.facts[key] = want
}

func (m *model) key(kind string) string {
	m.n++
	return fmt.Sprintf("%s-%d", kind, m.n)
}

func (m *model) drawDay() models.Date {
	return models.NewDate(2026, 1, 1).AddDays(rapid.IntRange(0, 180).Draw(m.t, "day"))
}

func (m *model) drawAmount(currency models.Currency, most models.Money) models.Money {
	return models.MustMoney(decimal.New(rapid.Int64Range(1, most.Decimal().Shift(2).IntPart()).Draw(m.t, "cents"), -2), currency)
}

// drawItem draws an item of an account that has something, or none.
func (m *model) drawItem(account ledger.Account, currency models.Currency) (item string, left models.Money) {
	var open []string
	for _, l := range m.lines {
		if l.account == account && l.amount.Currency() == currency && !slices.Contains(open, l.item) {
			if amount, _ := m.held(account, l.item, currency); !amount.IsZero() {
				open = append(open, l.item)
			}
		}
	}
	if len(open) == 0 {
		m.t.Skip("nothing is open")
	}
	item = rapid.SampledFrom(open).Draw(m.t, "item")
	left, _ = m.held(account, item, currency)
	if left.IsNegative() {
		left = left.Neg()
	}
	return item, left
}

func (m *model) drawCurrency() models.Currency {
	return rapid.SampledFrom([]models.Currency{"EUR", "USD", "USD"}).Draw(m.t, "currency")
}

func (m *model) issueInvoice(*rapid.T) {
	currency, on := m.drawCurrency(), m.drawDay()
	most := models.MustMoney(decimal.NewFromInt(1000), currency)
	net, tax := m.drawAmount(currency, most), m.drawAmount(currency, most)
	number := m.key("INV")
	gross := net.Add(tax)
	base := m.worth(gross, on)
	parts := base.Allocate([]decimal.Decimal{net.Decimal(), tax.Decimal()})
	m.post("invoice/"+number, on, number, ledger.InvoiceIssued(net, tax), posted{account: "receivables", item: number, amount: gross, base: base},
		posted{account: "revenue", amount: net.Neg(), base: parts[0].Neg()}, posted{account: "tax_payable", amount: tax.Neg(), base: parts[1].Neg()})
}

func (m *model) receivePayment(*rapid.T) {
	currency, on := m.drawCurrency(), m.drawDay()
	amount := m.drawAmount(currency, models.MustMoney(decimal.NewFromInt(1000), currency))
	id := m.key("pay")
	base := m.worth(amount, on)
	m.post("payment/"+id, on, id, ledger.PaymentReceived(amount), posted{account: "bank_clearing", item: id, amount: amount, base: base},
		posted{account: "unapplied_cash", item: id, amount: amount.Neg(), base: base.Neg()})
}

func (m *model) applyPayment(*rapid.T) {
	currency := m.drawCurrency()
	invoice, open := m.drawItem("receivables", currency)
	payment, unapplied := m.drawItem("unapplied_cash", currency)
	amount := m.drawAmount(currency, models.Min(open, unapplied))
	if rapid.Bool().Draw(m.t, "all") {
		amount = models.Min(open, unapplied)
	}
	given, taken := m.share("unapplied_cash", payment, amount), m.share("receivables", invoice, amount)
	want := []posted{{account: "unapplied_cash", item: payment, amount: amount, base: given}, {account: "receivables", item: invoice, amount: amount.Neg(), base: taken.Neg()}}
	switch difference := given.Sub(taken); {
	case difference.IsPositive():
		want = append(want, posted{account: "fx_gain", amount: models.Zero(currency), base: difference.Neg()})
	case difference.IsNegative():
		want = append(want, posted{account: "fx_loss", amount: models.Zero(currency), base: difference.Neg()})
	}
	m.post(m.key("payment/"+payment+"/application/1"), m.drawDay(), invoice, ledger.PaymentApplied(amount), want...)
}

func (m *model) discount(*rapid.T) {
	currency := m.drawCurrency()
	invoice, open := m.drawItem("receivables", currency)
	amount := m.drawAmount(currency, open)
	base := m.share("receivables", invoice, amount)
	m.post(m.key("discount"), m.drawDay(), invoice, ledger.EarlyPaymentDiscount(amount, models.Zero(currency)),
		posted{account: "discounts_allowed", amount: amount, base: base}, posted{account: "receivables", item: invoice, amount: amount.Neg(), base: base.Neg()})
}

func (m *model) refund(*rapid.T) {
	currency := m.drawCurrency()
	payment, unapplied := m.drawItem("unapplied_cash", currency)
	amount := m.drawAmount(currency, unapplied)
	base := m.share("unapplied_cash", payment, amount)
	m.post(m.key("refund"), m.drawDay(), payment, ledger.PaymentRefunded(amount),
		posted{account: "unapplied_cash", item: payment, amount: amount, base: base}, posted{account: "bank", amount: amount.Neg(), base: base.Neg()})
}

// reverse takes back, once, something that lowered an item, or what took that back, as far as it is open again.
func (m *model) reverse(*rapid.T) {
	var open []string
	for key := range m.facts {
		if !m.undone[key] && (strings.Contains(key, "/application/") || strings.HasPrefix(key, "reversal/") || !strings.Contains(key, "/")) && m.reversible(key) {
			open = append(open, key)
		}
	}
	if len(open) == 0 {
		m.t.Skip("nothing to reverse")
	}
	slices.Sort(open)
	key, on := rapid.SampledFrom(open).Draw(m.t, "reversed"), m.drawDay()
	m.undone[key] = true
	err := ledger.Reverse(m.ctx, m.tx, ledger.Reversal{Key: "reversal/of/" + key, OriginalKey: key, BusinessDate: on, Actor: "cashier", Reason: "a test"})
	if err != nil {
		m.t.Fatal(err)
	}
	mirror := make([]posted, len(m.facts[key]))
	for i, l := range m.facts[key] {
		mirror[i] = posted{account: l.account, item: l.item, amount: l.amount.Neg(), base: l.base.Neg()}
	}
	m.note("reversal/of/"+key, on, mirror)
	for _, l := range mirror {
		if l.item == "" {
			continue
		}
		if amount, left := m.held(l.account, l.item, l.amount.Currency()); amount.IsZero() && !left.IsZero() {
			difference := posted{account: "fx_loss", amount: amount, base: left}
			if left.IsNegative() {
				difference.account = "fx_gain"
			}
			m.note("swept/"+key+l.item, on, []posted{{account: l.account, item: l.item, amount: amount, base: left.Neg()}, difference})
		}
	}
}

// reversible is false while the mirror of a fact would take more of an item than there is.
func (m *model) reversible(key string) bool {
	for _, l := range m.facts[key] {
		if l.item == "" {
			continue
		}
		amount, _ := m.held(l.account, l.item, l.amount.Currency())
		after := amount.Sub(l.amount)
		if !after.IsZero() && after.IsNegative() == (l.account == "receivables" || l.account == "bank_clearing") {
			return false
		}
	}
	return true
}

func (m *model) setRate(*rapid.T) {
	m.putRate(m.drawDay(), decimal.New(rapid.Int64Range(1, 20000).Draw(m.t, "rate"), -4))
}

func (m *model) putRate(on models.Date, rate decimal.Decimal) {
	m.rates[on] = rate
	if _, err := m.tx.Exec(m.ctx, `INSERT INTO exchange_rates (base_currency, currency, valid_from, rate, set_by) VALUES ('EUR', 'USD', $1, $2, 'billing')
		ON CONFLICT (base_currency, currency, valid_from) DO UPDATE SET rate = excluded.rate`, on, rate); err != nil {
		m.t.Fatal(err)
	}
}

// closePeriod closes the next month: open dollar items are valued on its last day, and the day after takes that back.
func (m *model) closePeriod(*rapid.T) {
	period := models.PeriodOf(models.NewDate(2026, 1, 1))
	if !m.closed.IsZero() {
		period = models.PeriodOf(m.closed.AddDays(1))
	}
	if period.LastDay().After(models.NewDate(2026, 6, 30)) {
		m.t.Skip("all is closed")
	}
	last := period.LastDay()
	sums := map[string]posted{}
	for _, l := range m.lines {
		if (l.account == "receivables" || l.account == "unapplied_cash") && l.amount.Currency() == "USD" && !l.day.After(last) {
			key := string(l.account) + l.item
			if sum, seen := sums[key]; seen {
				l.amount, l.base = l.amount.Add(sum.amount), l.base.Add(sum.base)
			}
			sums[key] = l
		}
	}
	var valued, back []posted
	net := models.Zero("EUR")
	for _, l := range sums {
		if l.amount.IsZero() {
			continue
		}
		difference := euros(l.amount.Decimal().Mul(m.rate(last)).Round(2)).Sub(l.base)
		net = net.Add(difference)
		valued = append(valued, posted{account: "receivables_revaluation", item: l.item, amount: models.Zero("USD"), base: difference, day: last})
	}
	if net.IsPositive() {
		valued = append(valued, posted{account: "fx_gain", amount: models.Zero("USD"), base: net.Neg(), day: last})
	} else if net.IsNegative() {
		valued = append(valued, posted{account: "fx_loss", amount: models.Zero("USD"), base: net.Neg(), day: last})
	}
	for _, l := range valued {
		l.base, l.day = l.base.Neg(), last.AddDays(1)
		back = append(back, l)
	}
	if err := ledger.Close(m.ctx, m.tx, period, models.NewDate(2030, 1, 1), "manager"); err != nil {
		m.t.Fatal(err)
	}
	m.lines = append(append(m.lines, valued...), back...)
	m.closed = last
}

// check compares the balances of every account, item and currency at the end of every day: all movements of all days are the same.
func (m *model) check(*rapid.T) {
	add := func(sums map[string]string, key string, amount, base decimal.Decimal) {
		before := strings.Fields(sums[key] + " 0 0")
		a, b := decimal.RequireFromString(before[0]).Add(amount), decimal.RequireFromString(before[1]).Add(base)
		if sums[key] = a.StringFixed(2) + " " + b.StringFixed(2); a.IsZero() && b.IsZero() {
			delete(sums, key)
		}
	}
	want, got := map[string]string{}, map[string]string{}
	for _, l := range m.lines {
		add(want, fmt.Sprintf("%s %s %s %s", l.day, l.account, l.item, l.amount.Currency()), l.amount.Decimal(), l.base.Decimal())
	}
	rows, err := m.tx.Query(m.ctx, `SELECT format('%s %s %s %s', posting_date, account, document, currency), debit - credit, base_debit - base_credit FROM ledger_lines`)
	if err != nil {
		m.t.Fatal(err)
	}
	var key string
	var amount, base decimal.Decimal
	if _, err = pgx.ForEachRow(rows, []any{&key, &amount, &base}, func() error { add(got, key, amount, base); return nil }); err != nil {
		m.t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		m.t.Fatalf("(-model +ledger):\n%s", diff)
	}
}

// Whatever is posted, reversed, valued and closed, in whatever order and on whatever days, the ledger has the balances of the
// model at the end of every day, in both currencies.
func TestTheLedgerIsTheModel(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	rapid.Check(t, func(rt *rapid.T) {
		tx, err := b.pool.Begin(t.Context())
		if err != nil {
			rt.Fatal(err)
		}
		defer func() { _ = tx.Rollback(t.Context()) }()
		m := &model{t: rt, ctx: t.Context(), tx: tx, facts: map[string][]posted{}, undone: map[string]bool{}, rates: map[models.Date]decimal.Decimal{}}
		m.putRate(models.NewDate(2026, 1, 15), decimal.RequireFromString("0.9"))
		action := func(do func(*rapid.T)) func(*rapid.T) {
			return func(rt *rapid.T) { m.t = rt; do(rt) }
		}
		rt.Repeat(map[string]func(*rapid.T){
			"invoice": action(m.issueInvoice), "payment": action(m.receivePayment), "application": action(m.applyPayment), "discount": action(m.discount),
			"refund": action(m.refund), "reversal": action(m.reverse), "rate": action(m.setRate), "close": action(m.closePeriod),
		})
		m.t = rt
		m.check(rt)
	})
}
