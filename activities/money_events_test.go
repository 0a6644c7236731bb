package activities_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"o2c/activities"
	"o2c/models"
	"o2c/postgres"
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
		invoices := rapid.Permutation(p.model.items()).Draw(p.rt, "invoices")
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
		v, ok := pick(p, "item", p.model.items(), func(v *modelInvoice) bool { return v.open() > 0 })
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
		pay, ok := pick(p, "payment", p.model.payments, func(pay *modelPayment) bool { return pay.reversed < pay.amount })
		if !ok {
			return "", "", nil
		}
		amount, text := int64(0), ""
		if rapid.Bool().Draw(p.rt, "in part") {
			amount = p.amount("the reversal", pay.unapplied()+25, pay.unapplied()+200, pay.amount, pay.unapplied(), pay.amount-pay.refunded-pay.reversed)
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
		return fmt.Sprintf("of %s: %q, fee %s (%t)", pay.id, text, euros(fee), recharge), p.model.reverse(pay, amount, fee, recharge), p.change(change)
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
		v, ok := pick(p, "item", p.model.items(), func(v *modelInvoice) bool { return v != c.from && v.undisputed() > 0 })
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
