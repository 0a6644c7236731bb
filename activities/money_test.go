package activities_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"o2c/activities"
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
		p.counted = w.rows()
		rt.Repeat(map[string]func(*rapid.T){"something happens": func(*rapid.T) {
			p.now = p.now.Add(time.Hour)
			name, what, want, err := p.happens()
			rt.Logf("%s %s → %v (model: %q)", name, what, err, want)
			told[name]++
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

// newMoneyPlay begins with two invoices, one of them with two rates and 2 % off for paying early, and an order that is not shipped.
func newMoneyPlay(w *world, rt *rapid.T, n int) *moneyPlay {
	p := &moneyPlay{world: w, rt: rt, ctx: w.t.Context(), model: &moneyModel{absolute: 50, percent: 5}, customer: fmt.Sprint("customer_", n),
		prefix: fmt.Sprint("m", n), orders: map[string]string{}, now: issued}
	w.customer(p.customer, "unlimited")
	w.exec(`UPDATE customers SET tolerance_absolute = 0.50, tolerance_percent = 5 WHERE id = $1`, p.customer)
	p.invoiced(p.prefix+"_a", 2, want{"bolt", "9"}, want{"tale", "13"}) // 83.22 and 46.32
	p.invoiced(p.prefix+"_b", 0, want{"nail", "3"})                     // 35.70
	p.accept(p.prefix+"_c", p.customer, "main", nil, want{"nail", "5"}, want{"book", "4"})
	p.model.order = []*modelOrderLine{{price: 10_00, rate: 19, quantity: 5}, {price: 20_00, rate: 7, quantity: 4}}
	p.done(w.credit.Approve(p.ctx, at(p.prefix+"_c", p.now)))
	p.done(w.fulfillment.Fulfil(p.ctx, at(p.prefix+"_c", p.now)))
	return p
}

// invoiced enters, ships and bills an order with a discount for paying early.
func (p *moneyPlay) invoiced(order string, percent int64, lines ...want) {
	p.accept(order, p.customer, "auto", func(o *models.Order) {
		if percent > 0 {
			o.Terms = models.PaymentTerms{DiscountPercent: decimal.NewFromInt(percent), DiscountDays: 10}
		}
	}, lines...)
	p.done(p.credit.Approve(p.ctx, at(order, p.now)))
	p.done(p.fulfillment.Fulfil(p.ctx, at(order, p.now)))
	p.done(p.invoicing.Issue(p.ctx, at(order, p.now)))
	v := &modelInvoice{number: p.numbers(order)[0], percent: percent}
	for _, line := range lines {
		product := p.products[line.sku]
		v.bill(product.Prices["EUR"].Shift(2).IntPart(), product.Tax.Rate.IntPart(), dec(line.quantity).IntPart())
	}
	p.bill(order, v)
}

func (p *moneyPlay) bill(order string, v *modelInvoice) {
	p.orders[v.number] = order
	p.model.invoices = append(p.model.invoices, v)
}

func (p *moneyPlay) numbers(order string) []string {
	rows, err := p.pool.Query(p.ctx, `SELECT number FROM invoices WHERE order_id = $1 ORDER BY 1`, order)
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

// happens lets the first of the events happen that can, in an order that is drawn.
func (p *moneyPlay) happens() (name, what, refused string, err error) {
	for _, name = range rapid.Permutation(moneyEventNames).Draw(p.rt, "events") {
		if what, refused, err = moneyEvents[name](p); what != "" {
			return name, what, refused, err
		}
	}
	panic("a customer can always pay")
}

// moneyEventNames are the events, those twice of which there are too few otherwise.
var moneyEventNames = append(slices.Sorted(maps.Keys(moneyEvents)), "a payment", "a payment", "customer credit used", "customer credit used", "dispute resolved", "reversal",
	"reversal won", "application taken back")

// pick takes one of some things that makes sense for an event, and now and then one that does not; false: there is none.
func pick[T any](p *moneyPlay, name string, things []T, sense func(T) bool) (one T, ok bool) {
	var sane []T
	for _, thing := range things {
		if sense(thing) {
			sane = append(sane, thing)
		}
	}
	if rapid.IntRange(0, 9).Draw(p.rt, "any "+name) == 9 {
		sane = things
	}
	if len(sane) == 0 {
		return one, false
	}
	return sane[rapid.IntRange(0, len(sane)-1).Draw(p.rt, name)], true
}

// number takes the number of a row that is not undone, or, now and then, any up to one that is not there.
func number[T any](p *moneyPlay, rows []T, over func(T) bool) int {
	numbers := make([]int, len(rows)+1)
	for i := range numbers {
		numbers[i] = i + 1
	}
	n, ok := pick(p, "n", numbers, func(n int) bool { return n <= len(rows) && !over(rows[n-1]) })
	if !ok {
		return 1
	}
	return n
}

// amount is about as much as some that matter: exactly, a cent more or less, a half, a rest, far too much.
func (p *moneyPlay) amount(name string, matter ...int64) int64 {
	base := rapid.SampledFrom(matter).Draw(p.rt, name+" is about")
	off := rapid.SampledFrom([]int64{0, 0, 0, 1, -1, 50, -50, 51, -51, -base / 2, 10000}).Draw(p.rt, name+", but for")
	return max(1, base+off)
}

func (p *moneyPlay) anInvoice() *modelInvoice {
	return rapid.SampledFrom(p.model.invoices).Draw(p.rt, "invoice")
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
	for _, v := range m.invoices {
		say("%v: open %v, paid %v, credited %v, credit applied %v, discount %v, difference %v, disputed %v",
			v.number, v.open(), v.paid, v.credited, v.creditApplied, v.discount, v.difference, v.disputed())
	}
	for _, pay := range m.payments {
		say("%v: applied %v, income %v, unapplied %v, refunded %v, reversed %v", pay.id, pay.applied(), pay.income, pay.unapplied(), pay.refunded, pay.reversed)
	}
	for _, c := range m.credits {
		say("%v: %v of %v left", c.note, c.left, c.amount)
	}
	e := m.exposure()
	say("exposure: O %v, D %v, I %v, unapplied %v, credit %v", e[0], e[1], e[2], e[3], e[4])
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
		SELECT format('%s: open %s, paid %s, credited %s, credit applied %s, discount %s, difference %s, disputed %s', invoice, round(open_amount, 2), round(paid, 2),
		              round(credited, 2), round(credit_applied, 2), round(discount, 2), round(payment_difference, 2), round(disputed_amount, 2))
		  FROM open_items WHERE customer_id = $1
		 UNION ALL
		SELECT format('%s: applied %s, income %s, unapplied %s, refunded %s, reversed %s', id, round(applied, 2), round(taken_to_income, 2), round(unapplied, 2),
		              round(refunded, 2), round(reversed, 2))
		  FROM payments WHERE customer_id = $1
		 UNION ALL
		SELECT format('%s: %s of %s left', credit_note, round(remaining, 2), round(amount, 2)) FROM customer_credits WHERE customer_id = $1
		 UNION ALL
		SELECT format('exposure: O %s, D %s, I %s, unapplied %s, credit %s', round(open_orders, 2), round(delivered_not_invoiced, 2), round(open_invoices, 2),
		              round(unapplied_cash, 2), round(customer_credit, 2))
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
			if !finding.Warning && finding.Name != "orders-entered" && finding.Name != "facts-carried-out" {
				broken[fmt.Sprintf("%s: %s %s", finding.Name, offender.Name, offender.Detail)] = true
			}
		}
	}
	return broken
}

// change carries a change of a payment out.
func (p *moneyPlay) change(c models.PaymentChange) error {
	c.Reason = "x"
	return p.world.change(p.id("pch"), c, p.now)
}

// moneyEvents are all that can happen: each draws itself, asks the model, and does it. It answers what it was, the code with which the model
// refuses it, and what the product says; no words mean that it can't happen here.
var moneyEvents = map[string]func(*moneyPlay) (what, refused string, err error){
	"a payment": func(p *moneyPlay) (string, string, error) {
		pay := &modelPayment{id: p.id("pay"), inTime: rapid.Bool().Draw(p.rt, "in time")}
		in := models.Payment{CustomerID: p.customer, ValueDate: models.NewDate(2026, 12, 2)}
		if !pay.inTime {
			in.ValueDate = models.NewDate(2026, 12, 3)
		}
		invoices := rapid.Permutation(p.model.invoices).Draw(p.rt, "invoices")
		invoices = invoices[:rapid.IntRange(1, len(invoices)).Draw(p.rt, "how many")]
		var lines []modelRemittance
		var words []string
		for _, v := range invoices {
			amount := p.amount("the payment", v.open(), v.undisputed(), v.undisputed()-ratio(v.percent, v.total()-v.notes, 100))
			lines = append(lines, modelRemittance{v, amount})
			in.Remittance = append(in.Remittance, models.Remittance{Invoice: v.number, Amount: money(amount)})
			words = append(words, fmt.Sprintf("%s for %s", euros(amount), v.number))
			pay.amount += amount
		}
		pay.amount += rapid.SampledFrom([]int64{0, 0, 1, 3000}).Draw(p.rt, "rest")
		in.Amount = money(pay.amount)
		p.model.pay(pay, lines)
		p.acceptPaymentOn(pay.id, in)
		return fmt.Sprintf("%s of %s on %s: %s", pay.id, in.Amount, in.ValueDate, strings.Join(words, ", ")), "",
			p.cash.Apply(p.ctx, activities.PaymentInput{PaymentID: pay.id, At: p.now})
	},
	"by hand": func(p *moneyPlay) (string, string, error) {
		pay, ok := pick(p, "payment", p.model.payments, func(pay *modelPayment) bool { return pay.unapplied() > 0 })
		if !ok {
			return "", "", nil
		}
		v, ok := pick(p, "invoice", p.model.invoices, func(v *modelInvoice) bool { return v.open() > 0 })
		if !ok {
			return "", "", nil
		}
		amount := p.amount("the part", min(pay.unapplied(), v.undisputed()), min(pay.unapplied(), v.open()), v.open())
		return fmt.Sprintf("%s of %s on %s", euros(amount), pay.id, v.number), p.model.applyByHand(pay, v, amount), p.change(byHand(pay.id, v.number, euros(amount)))
	},
	"application taken back": func(p *moneyPlay) (string, string, error) {
		pay, ok := pick(p, "payment", p.model.payments, func(pay *modelPayment) bool { return pay.applied() > 0 })
		if !ok {
			return "", "", nil
		}
		n := number(p, pay.applications, func(a *modelApplication) bool { return a.over })
		return fmt.Sprintf("%s/%d", pay.id, n), p.model.undo(pay, n), p.change(undoing(pay.id, n))
	},
	"reversal": func(p *moneyPlay) (string, string, error) {
		pay, ok := pick(p, "payment", p.model.payments, func(pay *modelPayment) bool { return pay.reversed+pay.refunded < pay.amount })
		if !ok {
			return "", "", nil
		}
		amount, text := int64(0), ""
		if rapid.Bool().Draw(p.rt, "in part") {
			amount = p.amount("the reversal", pay.unapplied()+25, pay.unapplied()+200, pay.amount, pay.unapplied(), pay.amount-pay.refunded-pay.reversed)
			text = euros(amount)
		}
		return fmt.Sprintf("of %s: %q", pay.id, text), p.model.reverse(pay, amount), p.change(reversing(pay.id, text))
	},
	"reversal won": func(p *moneyPlay) (string, string, error) {
		pay, ok := pick(p, "payment", p.model.payments, func(pay *modelPayment) bool { return pay.reversed > 0 })
		if !ok {
			return "", "", nil
		}
		n := number(p, pay.reversals, func(r *modelReversal) bool { return r.won || r.amount < 0 })
		return fmt.Sprintf("%s/%d", pay.id, n), p.model.win(pay, n), p.change(winning(pay.id, n))
	},
	"refund": func(p *moneyPlay) (string, string, error) {
		pay, ok := pick(p, "payment", p.model.payments, func(pay *modelPayment) bool { return pay.unapplied() > 0 })
		if !ok {
			return "", "", nil
		}
		amount := p.amount("the refund", pay.unapplied())
		return fmt.Sprintf("%s of %s", euros(amount), pay.id), p.model.refund(pay, amount), p.change(refunding(pay.id, euros(amount)))
	},
	"credit note by amount": func(p *moneyPlay) (string, string, error) {
		v := p.anInvoice()
		amount := p.amount("the credit", v.total()-v.notes, v.open(), v.total()/3)
		r := models.CreditRequest{ID: p.id("cre"), Invoice: v.number, Amount: new(money(amount)), Reason: "x", Actor: "billing"}
		_, err := p.creditNotes.IssueCreditNote(p.ctx, activities.CreditInput{OrderID: p.orders[v.number], At: p.now, Request: r})
		return fmt.Sprintf("of %s on %s", euros(amount), v.number), p.model.creditAmount(v, p.note(r.ID), amount), err
	},
	"credit note by lines": func(p *moneyPlay) (string, string, error) {
		v := p.anInvoice()
		r := models.CreditRequest{ID: p.id("cre"), Invoice: v.number, Reason: "x", Actor: "billing"}
		quantities := make([]int64, len(v.lines))
		for i, line := range v.lines {
			quantities[i] = rapid.SampledFrom([]int64{0, 1, 3, line.quantity, line.quantity - line.credited}).Draw(p.rt, "quantity")
			if quantities[i] > 0 {
				r.Lines = append(r.Lines, models.LineQuantity{Line: i + 1, Quantity: fmt.Sprint(quantities[i])})
			}
		}
		if len(r.Lines) == 0 {
			return "", "", nil
		}
		_, err := p.creditNotes.IssueCreditNote(p.ctx, activities.CreditInput{OrderID: p.orders[v.number], At: p.now, Request: r})
		return fmt.Sprintf("of %v on %s", quantities, v.number), p.model.creditLines(v, p.note(r.ID), quantities), err
	},
	"customer credit used": func(p *moneyPlay) (string, string, error) {
		c, ok := pick(p, "credit", p.model.credits, func(c *modelCredit) bool { return c.left > 0 })
		if !ok {
			return "", "", nil
		}
		v, ok := pick(p, "invoice", p.model.invoices, func(v *modelInvoice) bool { return v != c.from && v.undisputed() > 0 })
		if !ok || rapid.IntRange(0, 2).Draw(p.rt, "paid out") == 2 {
			amount := p.amount("the credit", c.left, c.left/2)
			return fmt.Sprintf("%s of %s is paid out", euros(amount), c.note), p.model.refundCredit(c, amount), p.refund(p.id("use"), c.note, euros(amount))
		}
		amount := p.amount("the credit", min(c.left, v.undisputed()), c.left/2)
		return fmt.Sprintf("%s of %s on %s", euros(amount), c.note, v.number), p.model.applyCredit(c, v, amount), p.apply(p.id("use"), c.note, v.number, euros(amount))
	},
	"dispute": func(p *moneyPlay) (string, string, error) {
		v, ok := pick(p, "invoice", p.model.invoices, func(v *modelInvoice) bool { return v.undisputed() > 0 })
		if !ok {
			return "", "", nil
		}
		amount, text := int64(0), ""
		if rapid.IntRange(0, 3).Draw(p.rt, "a part") > 0 {
			amount = p.amount("the dispute", v.undisputed(), v.undisputed()/2)
			text = euros(amount)
		}
		in := activities.FactStep{OrderID: p.orders[v.number], FactID: p.id("dsp"), At: p.now}
		p.acceptDispute(in.FactID, v.number, text)
		progress, err := p.collections.OpenDispute(p.ctx, in)
		if err == nil && progress.Refused != nil {
			err = progress.Refused
		}
		return fmt.Sprintf("%s of %q on %s", in.FactID, text, v.number), p.model.dispute(v, in.FactID, amount), err
	},
	"dispute resolved": func(p *moneyPlay) (string, string, error) {
		v, ok := pick(p, "invoice", p.model.invoices, func(v *modelInvoice) bool { return v.disputed() > 0 })
		if !ok {
			return "", "", nil
		}
		d, ok := pick(p, "dispute", v.disputes, func(d *modelDispute) bool { return d.amount > 0 })
		if !ok {
			return "", "", nil
		}
		id := p.id("res")
		outcome := rapid.SampledFrom([]models.DisputeState{models.DisputeAccepted, models.DisputePartlyAccepted, models.DisputeRejected}).Draw(p.rt, "outcome")
		accepted, text := int64(0), ""
		switch outcome {
		case models.DisputeAccepted:
			accepted = d.amount
		case models.DisputePartlyAccepted:
			if d.amount < 2 {
				return "", "", nil
			}
			accepted = rapid.Int64Range(1, d.amount-1).Draw(p.rt, "accepted")
			text = euros(accepted)
		}
		_, err := p.resolve(id, p.orders[v.number], d.id, outcome, text, p.now)
		return fmt.Sprintf("%s on %s: %s %s", d.id, v.number, outcome, text), p.model.resolve(v, d, p.note(id), accepted), err
	},
	"amendment": func(p *moneyPlay) (string, string, error) {
		order, quantities, words := p.prefix+"_c", make([]int64, len(p.model.order)), make([]string, len(p.model.order))
		for i, line := range p.model.order {
			quantities[i] = rapid.SampledFrom([]int64{asItIs, 0, 2, line.quantity, line.quantity + 3}).Draw(p.rt, "quantity")
			if quantities[i] != asItIs {
				words[i] = fmt.Sprint(quantities[i])
			}
		}
		if strings.Join(words, "") == "" {
			return "", "", nil
		}
		in := amend(order, p.id("dec"), words...)
		in.At = p.now
		_, err := p.fulfillment.Amend(p.ctx, in)
		refused := p.model.amend(quantities)
		if err == nil {
			p.done(p.fulfillment.Fulfil(p.ctx, at(order, p.now)))
		}
		return fmt.Sprintf("to %q", words), refused, err
	},
	"shipment": func(p *moneyPlay) (string, string, error) {
		in, quantities := activities.FactStep{OrderID: p.prefix + "_c", FactID: p.id("shp"), At: p.now}, make([]int64, len(p.model.order))
		var lines []models.LineQuantity
		for i, line := range p.model.order {
			quantities[i] = rapid.SampledFrom([]int64{0, 1, 2, line.quantity - line.shipped}).Draw(p.rt, "quantity")
			if quantities[i] > 0 {
				lines = append(lines, models.LineQuantity{Line: i + 1, Quantity: fmt.Sprint(quantities[i])})
			}
		}
		if len(lines) == 0 {
			return "", "", nil
		}
		p.fact(postgres.ShipmentFact, in.FactID, models.ShipmentConfirmation{OrderID: in.OrderID, Lines: lines})
		progress, err := p.fulfillment.ConfirmShipment(p.ctx, in)
		if err == nil && progress.Refused != nil {
			err = progress.Refused
		}
		return fmt.Sprint("of ", quantities), p.model.ship(quantities), err
	},
	"invoice": func(p *moneyPlay) (string, string, error) {
		order := p.prefix + "_c"
		bills := p.model.invoice()
		if len(bills) == 0 {
			return "", "", nil
		}
		_, err := p.invoicing.Issue(p.ctx, at(order, p.now))
		numbers := p.numbers(order)
		if len(numbers) < len(bills) {
			p.rt.Fatalf("%d shipments are billed by %v", len(bills), numbers)
		}
		var words []string
		for i, v := range bills {
			v.number = numbers[len(numbers)-len(bills)+i]
			p.bill(order, v)
			words = append(words, fmt.Sprintf("%s over %s", v.number, euros(v.total())))
		}
		return strings.Join(words, ", "), "", err
	},
	"cancellation": func(p *moneyPlay) (string, string, error) {
		if rapid.IntRange(0, 3).Draw(p.rt, "really") > 0 {
			return "", "", nil
		}
		in := activities.CancelInput{OrderID: p.prefix + "_c", Cancellation: models.Cancellation{ID: p.id("can"), Actor: "sales"}, At: p.now}
		_, err := p.fulfillment.Cancel(p.ctx, in)
		return "of the rest", p.model.cancel(), err
	},
}
