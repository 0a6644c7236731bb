package activities_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"o2c/ledger"
	"o2c/models"
	"o2c/postgres"
)

// Whatever happens to a customer's money, and in whatever order, the book says what the model says: of every invoice, payment and credit,
// of the exposure and of the ledger; what the model refuses is refused and changes nothing.
func TestTheBookIsAsTheModelSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.product("bolt", "7.77", "19", true)
	w.product("tale", "3.33", "7", true)
	for _, sku := range []string{"nail", "book", "bolt", "tale"} {
		for _, warehouse := range []string{"auto", "main"} {
			w.receipt("rcp_"+sku+warehouse, warehouse, sku, "100000")
		}
	}
	w.exec(`INSERT INTO authorities (kind, role, currency, version, amount, set_by) VALUES ('write_off', 'billing', 'EUR', 1, 20, 'admin')`)
	w.asOwner(`INSERT INTO ledger_flows (debit, credit) VALUES ('bad_debt_expense', 'loss_allowance'), ('loss_allowance', 'bad_debt_expense')`)
	w.feesPolicy()
	told, refused := map[string]int{}, map[string]int{}
	n, known, well := 0, map[string]bool{}, true
	rapid.Check(t, func(rt *rapid.T) {
		n++
		p := newMoneyPlay(w, rt, n)
		if !well { // a story went wrong, and is told again to be shortened
			known = p.broken()
		}
		well = false
		p.compare("the beginning")
		rt.Logf("2 %% off of the first within 10 days; a tolerance of 0.50 and 5 %%; an allowance of %s:\n%s", euros(p.model.allowance), strings.Join(p.said(), "\n"))
		p.counted = w.rows()
		rt.Repeat(map[string]func(*rapid.T){"something happens": func(*rapid.T) {
			p.now = p.now.Add(time.Hour)
			name, what, want, err := p.happens()
			rt.Logf("%s %s → %v (model: %q)", name, what, err, want)
			told[name]++
			p.numbered()
			p.model.lapse()
			if err != nil {
				refused[name]++
			}
			p.judge(name+" "+what, want, err)
		}})
		for name := range p.broken() {
			if !known[name] {
				rt.Fatalf("it does not hold any more that %s", name)
			}
		}
		well = true
	})
	t.Log("events", told, "refused", refused)
}

// moneyPlay is one customer's story, with the model beside it.
type moneyPlay struct {
	*world
	rt       *rapid.T
	ctx      context.Context
	model    *moneyModel
	customer string
	prefix   string
	orders   map[string]string // by invoice
	counted  map[string]int    // the rows of the book after the last event
	now      time.Time
	ids      int
}

// newMoneyPlay begins with two invoices, one of them with two rates and 2 % off for paying early, and an order that is not shipped. It is billed by
// shipments, by milestones, or by the month, together with one of services that waits to be billed.
func newMoneyPlay(w *world, rt *rapid.T, n int) *moneyPlay {
	p := &moneyPlay{world: w, rt: rt, ctx: w.t.Context(), model: &moneyModel{absolute: 50, percent: 5}, customer: fmt.Sprint("customer_", n),
		prefix: fmt.Sprint("m", n), orders: map[string]string{}, now: issued}
	w.customer(p.customer, "unlimited")
	p.model.recharges = rapid.Bool().Draw(rt, "it pays what returned payments cost")
	w.exec(`UPDATE customers SET tolerance_absolute = 0.50, tolerance_percent = 5, recharge_return_cost = $2, dunning_policy = 'fees' WHERE id = $1`, p.customer, p.model.recharges)
	p.allows(n, rapid.SampledFrom([]int64{0, 25_00, 100_00}).Draw(rt, "the allowance"))
	p.invoiced(p.prefix+"_a", 2, want{"bolt", "9"}, want{"tale", "13"}) // 83.22 and 46.32
	p.invoiced(p.prefix+"_b", 0, want{"nail", "3"})                     // 35.70
	mode := rapid.SampledFrom([]string{"shipments", "prepaid", "milestones", "the month"}).Draw(rt, "billed by")
	var change func(*models.Order)
	switch mode {
	case "milestones":
		change = func(o *models.Order) {
			o.Milestones = []models.Milestone{{Name: "Signed", Percent: dec("33.33")}, {Name: "Built", Percent: dec("16.67")}, {Name: "Accepted", Percent: dec("50")}}
		}
	case "prepaid":
		change = prepaid
	case "the month":
		w.exec(`UPDATE customers SET invoicing = 'consolidated' WHERE id = $1`, p.customer)
		p.entered(p.prefix+"_c", "auto", nil, want{"advice", "1"}).left([]int64{1})
	}
	p.entered(p.prefix+"_d", "main", change, want{"nail", "5"}, want{"book", "4"})
	if mode == "milestones" {
		p.onItsWay().milestones, p.onItsWay().billed = []*modelMilestone{{share: 33_33}, {share: 16_67}, {share: 50_00}}, make([]int64, 2)
	}
	if mode == "prepaid" {
		p.onItsWay().prepaid = &modelPrepaid{}
		p.begunPrepaid(p.onItsWay())
	}
	for _, o := range p.model.orders[2:] {
		o.byPeriod = mode == "the month"
	}
	return p
}

// allows makes the seller's loss allowance so much, whatever earlier stories have left of it.
func (p *moneyPlay) allows(n int, amount int64) {
	var left int64
	p.must(p.pool.QueryRow(p.ctx, `SELECT coalesce(sum(credit - debit) * 100, 0)::bigint FROM ledger_lines WHERE account = 'loss_allowance'`).Scan(&left))
	from, to := ledger.BadDebtExpense, ledger.LossAllowance
	if amount < left {
		from, to = to, from
	}
	change := money(max(amount-left, left-amount))
	p.post(func(tx pgx.Tx) error {
		return ledger.Post(p.ctx, tx, ledger.Entry{
			Key: fmt.Sprint("allowance/", n), Event: "x", BusinessDate: models.NewDate(2026, 11, 1), Description: "x",
			Lines: []ledger.Line{ledger.Debit(from, change), ledger.Credit(to, change)},
		})
	})
	p.model.allowance = amount
}

// entered enters an order and offers it to its warehouse.
func (p *moneyPlay) entered(order, warehouse string, change func(*models.Order), lines ...want) *modelOrder {
	p.accept(order, p.customer, warehouse, change, lines...)
	p.done(p.credit.Approve(p.ctx, at(order, p.now)))
	p.done(p.fulfillment.Fulfil(p.ctx, at(order, p.now)))
	o := &modelOrder{id: order}
	for _, line := range lines {
		product := p.products[line.sku]
		o.lines = append(o.lines, &modelOrderLine{
			price: product.Prices["EUR"].Shift(2).IntPart(), rate: product.Tax.Rate.IntPart(), quantity: dec(line.quantity).IntPart(),
		})
	}
	p.model.orders = append(p.model.orders, o)
	return o
}

// invoiced enters, ships and bills an order with a discount for paying early.
func (p *moneyPlay) invoiced(order string, percent int64, lines ...want) {
	o := p.entered(order, "auto", func(o *models.Order) {
		if percent > 0 {
			o.Terms = models.PaymentTerms{DiscountPercent: decimal.NewFromInt(percent), DiscountDays: 10}
		}
	}, lines...)
	p.done(p.invoicing.Issue(p.ctx, at(order, p.now)))
	all := make([]int64, len(o.lines))
	for i, line := range o.lines {
		all[i] = line.quantity
	}
	o.left(all)
	bills := o.bill(nil)
	bills[0].percent = percent
	p.billed(order, p.now, bills...)
}

// numbers are those of the invoices of an order, or of no single one.
func (p *moneyPlay) numbers(order string) []string {
	rows, err := p.pool.Query(p.ctx, `SELECT number FROM invoices WHERE customer_id = $1 AND coalesce(order_id, '') = $2 ORDER BY 1`, p.customer, order)
	p.must(err)
	numbers, err := pgx.CollectRows(rows, pgx.RowTo[string])
	p.must(err)
	return numbers
}

func (p *moneyPlay) id(kind string) string {
	p.ids++
	return fmt.Sprintf("%s_%s_%d", kind, p.prefix, p.ids)
}

// note is the credit note that a decision made, "" where it made none.
func (p *moneyPlay) note(decision string) (number string) {
	p.must(p.pool.QueryRow(p.ctx, `SELECT coalesce(max(number), '') FROM credit_notes WHERE decision_id = $1`, decision).Scan(&number))
	return number
}

// money is an amount of cents.
func money(cents int64) models.Money { return models.MustMoney(decimal.New(cents, -2), "EUR") }

func euros(cents int64) string { return decimal.New(cents, -2).StringFixed(2) }

// judge compares what became of an event with what the model says.
func (p *moneyPlay) judge(event, want string, err error) {
	before := p.counted
	p.counted = p.rows()
	var business *models.Error
	switch {
	case err != nil && (!errors.As(err, &business) || business.Kind == models.KindUnavailable):
		p.rt.Fatalf("%s: %v", event, err)
	case want != "" && err == nil:
		p.rt.Fatalf("%s is not refused; the model says: %s", event, want)
	case want != "" && !slices.Contains(strings.Fields(want), business.Code):
		p.rt.Fatalf("%s is refused as %s; the model says: %s", event, business.Code, want)
	case want == "" && err != nil:
		p.rt.Fatalf("%s is refused: %v", event, err)
	case err != nil:
		before["events"] = p.counted["events"] // the timeline may tell of a refusal
		if diff := cmp.Diff(before, p.counted); diff != "" {
			p.rt.Fatalf("%s is refused and leaves (-before +after):\n%s", event, diff)
		}
	}
	p.compare(event)
}

// numbered gives the debit notes of the model the numbers that the book gave them, in their order.
func (p *moneyPlay) numbered() {
	rows, err := p.pool.Query(p.ctx, `SELECT number FROM debit_notes WHERE customer_id = $1 ORDER BY year, sequence`, p.customer)
	p.must(err)
	numbers, err := pgx.CollectRows(rows, pgx.RowTo[string])
	p.must(err)
	for i := range min(len(numbers), len(p.model.notes)) {
		p.model.notes[i].number = numbers[i]
	}
}

// compare fails the story where book and model say different things.
func (p *moneyPlay) compare(event string) {
	if diff := cmp.Diff(p.said(), p.booked()); diff != "" {
		p.rt.Fatalf("after %s (-model +book):\n%s", event, diff)
	}
}

// said is the model as lines of text.
func (p *moneyPlay) said() []string {
	var lines []string
	say := func(format string, args ...any) {
		for i, arg := range args {
			if cents, ok := arg.(int64); ok {
				args[i] = euros(cents)
			}
		}
		lines = append(lines, fmt.Sprintf(format, args...))
	}
	m := p.model
	for _, v := range m.items() {
		say("%v: open %v, paid %v, by deposits %v, credited %v, credit applied %v, discount %v, difference %v, written off %v, recovered %v, disputed %v, %s, due on %s",
			v.number, v.open(), v.paid, v.deposits, v.credited, v.creditApplied, v.discount, v.difference, v.writtenOff(), v.recovered, v.disputed(), v.status(), v.due)
	}
	for _, pay := range m.payments {
		say("%v: applied %v, deposits %v, recovered %v, income %v, unapplied %v, refunded %v, reversed %v", pay.id, pay.applied(), pay.deposits, pay.recovered(), pay.income, pay.unapplied(), pay.refunded, pay.reversed)
	}
	for _, c := range m.credits {
		say("%v: %v of %v left", c.note, c.left, c.amount)
	}
	for _, r := range m.waiting() {
		say("%v: %v of %v waits for a second person", r.id, r.seen, r.of.number)
	}
	for _, o := range m.orders {
		for i, line := range o.lines {
			lines = append(lines, fmt.Sprintf("%s/%d: %d, shipped %d, invoiced %d, to come back %d, returned %d, unbilled %d, replaced %d",
				o.id, i+1, line.quantity, line.shipped, line.invoiced, line.asked, line.returned, line.unbilled, line.replaced))
		}
	}
	for _, o := range m.orders {
		if o.prepaid != nil {
			say("%v: %v has come, %v left, waits %v", o.id, o.come(), o.depositsLeft(), o.waitsToBePaid())
		}
	}
	e := m.exposure()
	say("exposure: O %v, D %v, I %v, unapplied %v, credit %v, deposits %v", e[0], e[1], e[2], e[3], e[4], e[5])
	for account, balance := range m.balances() {
		if balance != 0 {
			say("ledger: %v %v", account, balance)
		}
	}
	slices.Sort(lines)
	return lines
}

// booked is the same of the book.
func (p *moneyPlay) booked() []string {
	rows, err := p.pool.Query(p.ctx, `
		SELECT format('%s: open %s, paid %s, by deposits %s, credited %s, credit applied %s, discount %s, difference %s, written off %s, recovered %s, disputed %s, %s, due on %s', number, round(open_amount, 2), round(paid, 2),
		              round(deposits_applied, 2), round(credited, 2), round(credit_applied, 2), round(discount, 2), round(payment_difference, 2),
		              round(written_off, 2), round(recovered, 2), round(disputed_amount, 2), status, due_date)
		  FROM open_items WHERE customer_id = $1
		 UNION ALL
		SELECT format('%s: applied %s, deposits %s, recovered %s, income %s, unapplied %s, refunded %s, reversed %s', id, round(applied, 2), round(deposits, 2), round(recovered, 2), round(taken_to_income, 2), round(unapplied, 2),
		              round(refunded, 2), round(reversed, 2))
		  FROM payments WHERE customer_id = $1
		 UNION ALL
		SELECT format('%s: %s of %s left', credit_note, round(remaining, 2), round(amount, 2)) FROM customer_credits WHERE customer_id = $1
		 UNION ALL
		SELECT format('%s: %s of %s waits for a second person', id, round(amount, 2), subject) FROM approvals WHERE customer_id = $1 AND decided_at IS NULL
		 UNION ALL
		SELECT format('%s/%s: %s, shipped %s, invoiced %s, to come back %s, returned %s, unbilled %s, replaced %s', l.order_id, l.line, trim_scale(l.quantity - l.cancelled),
		              trim_scale(l.shipped), trim_scale(l.invoiced), trim_scale(l.to_return), trim_scale(l.returned), trim_scale(l.returned_unbilled), trim_scale(l.replaced))
		  FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.customer_id = $1
		 UNION ALL
		SELECT format('%s: %s has come, %s left, waits %s', id, round(deposits, 2), round(deposits - deposits_applied, 2), (stage = 'awaiting_prepayment')::text)
		  FROM orders WHERE customer_id = $1 AND payment_terms @> '{"prepayment": true}'
		 UNION ALL
		SELECT format('exposure: O %s, D %s, I %s, unapplied %s, credit %s, deposits %s', round(open_orders, 2), round(delivered_not_invoiced, 2), round(open_invoices, 2),
		              round(unapplied_cash, 2), round(customer_credit, 2), round(deposits, 2))
		  FROM credit_accounts WHERE customer_id = $1
		 UNION ALL
		SELECT format('ledger: %s %s', l.account, round(sum(l.debit - l.credit), 2))
		  FROM ledger_entries e JOIN ledger_lines l ON l.entry_id = e.id WHERE e.customer_id = $1 GROUP BY l.account HAVING sum(l.debit - l.credit) <> 0`, p.customer)
	p.must(err)
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	p.must(err)
	slices.Sort(lines)
	return lines
}

// broken are the invariants of the book that do not hold. Orders and facts are entered and settled by the engine, which is not here.
func (p *moneyPlay) broken() map[string]bool {
	findings, err := postgres.CheckInvariants(p.ctx, p.pool, 20)
	p.must(err)
	broken := map[string]bool{}
	for _, finding := range findings {
		for _, offender := range finding.Offenders {
			if !finding.Warning && finding.Name != "orders-entered" && finding.Name != "facts-carried-out" && !strings.HasPrefix(offender.Name, "allowance/") {
				broken[fmt.Sprintf("%s: %s %s", finding.Name, offender.Name, offender.Detail)] = true
			}
		}
	}
	return broken
}
