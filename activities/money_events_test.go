package activities_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"o2c/activities"
	"o2c/models"
)

// happens lets the first of the events happen that can, in an order that is drawn.
func (p *moneyPlay) happens() (name, what, refused string, err error) {
	for _, name = range rapid.Permutation(moneyEventNames).Draw(p.rt, "events") {
		if what, refused, err = moneyEvents[name](p); what != "" {
			return name, what, refused, err
		}
	}
	panic("a customer can always pay")
}

// moneyEvent draws itself, asks the model, and happens. It answers what it was, the code with which the model refuses it, and what the
// product says; no words mean that it can't happen here.
type moneyEvent func(*moneyPlay) (what, refused string, err error)

// moneyEvents are all that can happen.
var moneyEvents = func() map[string]moneyEvent {
	all := map[string]moneyEvent{}
	for _, events := range []map[string]moneyEvent{paymentEvents, creditEvents, writeOffEvents, orderEvents, returnEvents, noticeEvents, depositEvents} {
		maps.Copy(all, events)
	}
	return all
}()

// moneyEventNames are the events, those twice of which there are too few otherwise.
var moneyEventNames = append(slices.Sorted(maps.Keys(moneyEvents)), "a payment", "a payment", "customer credit used", "customer credit used", "dispute resolved", "reversal",
	"reversal won", "application taken back", "write-off", "write-off", "write-off decided", "write-off decided", "return received", "shipment", "invoice", "invoice", "milestone", "milestone",
	"the month is over", "a prepayment", "a prepayment")

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

// change carries a change of a payment out.
func (p *moneyPlay) change(c models.PaymentChange) error {
	c.Reason = "x"
	return p.world.change(p.id("pch"), c, p.now)
}

// paysWithoutAList lets a payment come that says in words which invoices it is for, or nothing.
func (p *moneyPlay) paysWithoutAList(pay *modelPayment, in models.Payment, named []*modelInvoice, silent bool) (string, string, error) {
	for _, v := range named {
		pay.amount += rapid.SampledFrom([]int64{v.open(), v.undisputed(), v.early(pay), v.recoverable()}).Draw(p.rt, "of it")
		in.Reference += " " + v.number
	}
	pay.amount = max(1, pay.amount+rapid.SampledFrom([]int64{0, 0, 1, -1, 40, 3000}).Draw(p.rt, "rest"))
	in.Amount = money(pay.amount)
	if silent {
		in.Reference = ""
		p.model.payUnnamed(pay)
	} else {
		p.model.payNamed(pay, named)
	}
	p.acceptPaymentOn(pay.id, in)
	return fmt.Sprintf("%s of %s on %s for %q", pay.id, in.Amount, in.ValueDate, in.Reference), "", p.cash.Apply(p.ctx, activities.PaymentInput{PaymentID: pay.id, At: p.now})
}

// paymentEvents are what happens to payments.
var paymentEvents = map[string]moneyEvent{
	"a payment": func(p *moneyPlay) (string, string, error) {
		pay := &modelPayment{id: p.id("pay"), inTime: rapid.Bool().Draw(p.rt, "in time")}
		in := models.Payment{CustomerID: p.customer, ValueDate: models.NewDate(2026, 12, 2)}
		if !pay.inTime {
			in.ValueDate = models.NewDate(2026, 12, 3)
		}
		invoices := rapid.Permutation(p.model.items()).Draw(p.rt, "invoices")
		invoices = invoices[:rapid.IntRange(1, len(invoices)).Draw(p.rt, "how many")]
		if kind := rapid.IntRange(0, 4).Draw(p.rt, "listed"); kind > 2 {
			return p.paysWithoutAList(pay, in, invoices, kind == 4)
		}
		var lines []modelRemittance
		var words []string
		for _, v := range invoices {
			amount := p.amount("the payment", v.open(), v.recoverable(), v.undisputed(), v.undisputed()-ratio(v.percent, v.total()-v.notes, 100))
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
		v, ok := pick(p, "item", p.model.items(), func(v *modelInvoice) bool { return v.open()+v.recoverable() > 0 })
		if !ok {
			return "", "", nil
		}
		amount := p.amount("the part", min(pay.unapplied(), v.open()+v.recoverable()), min(pay.unapplied(), v.undisputed()), min(pay.unapplied(), v.open()), v.open())
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
		pay, ok := pick(p, "payment", p.model.payments, func(pay *modelPayment) bool { return pay.reversed < pay.amount })
		if !ok {
			return "", "", nil
		}
		amount, text := int64(0), ""
		if rapid.Bool().Draw(p.rt, "in part") {
			amount = p.amount("the reversal", pay.unapplied()+25, pay.unapplied()+200, pay.amount, pay.unapplied(), pay.amount-pay.refunded-pay.reversed, pay.unapplied()+pay.recovered())
			text = euros(amount)
		}
		change, recharge := reversing(pay.id, text), p.model.recharges
		fee := rapid.SampledFrom([]int64{0, 0, 3_00, 3_25, pay.amount + 1}).Draw(p.rt, "fee")
		if fee > 0 {
			change.Fee = new(money(fee))
		}
		if rapid.IntRange(0, 2).Draw(p.rt, "it says who pays") == 0 {
			recharge = rapid.Bool().Draw(p.rt, "the customer does")
			change.Recharge = &recharge
		}
		return fmt.Sprintf("of %s: %q, fee %s (%t)", pay.id, text, euros(fee), recharge), p.model.reverse(pay, amount, fee, recharge, sellersDay(p.now)), p.change(change)
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
}
