package activities_test

import (
	"fmt"

	"pgregory.net/rapid"

	"o2c/activities"
	"o2c/models"
)

// depositEvents are what comes for an order that is to be paid first.
var depositEvents = map[string]moneyEvent{
	"a prepayment": func(p *moneyPlay) (string, string, error) {
		o := p.onItsWay()
		if o.prepaid == nil || o.due() == 0 && rapid.IntRange(0, 9).Draw(p.rt, "once more") < 9 {
			return "", "", nil
		}
		return p.prepays(o, p.amount("the prepayment", o.due(), o.due(), o.due()/2, o.due()/3))
	},
	"a prepayment taken back": func(p *moneyPlay) (string, string, error) {
		var pay *modelPayment
		for _, other := range p.model.payments {
			if other.deposits > 0 {
				pay = other
			}
		}
		if pay == nil {
			return "", "", nil
		}
		amount := p.amount("what is taken back", pay.deposits, pay.deposits/2, pay.deposits/3)
		return fmt.Sprintf("%s of %s", euros(amount), pay.id), p.model.reverse(pay, amount, 0, p.model.recharges, sellersDay(p.now)), p.change(reversing(pay.id, euros(amount)))
	},
	"a prepayment by hand": func(p *moneyPlay) (string, string, error) {
		o := p.onItsWay()
		pay, ok := pick(p, "payment", p.model.payments, func(pay *modelPayment) bool { return pay.unapplied() > 0 })
		if !ok || o.prepaid == nil || o.due() == 0 && rapid.IntRange(0, 9).Draw(p.rt, "once more") < 9 {
			return "", "", nil
		}
		proforma, amount := p.proforma(o), p.amount("the part", min(pay.unapplied(), o.due()), o.due(), pay.unapplied())
		refused := p.model.depositByHand(pay, o, amount)
		return fmt.Sprintf("%s of %s for %s", euros(amount), pay.id, proforma), refused, p.thenOffered(o, p.change(byHand(pay.id, proforma, euros(amount))))
	},
}

// prepays lets so much come for an order.
func (p *moneyPlay) prepays(o *modelOrder, amount int64) (string, string, error) {
	pay, proforma := &modelPayment{id: p.id("pay"), amount: amount}, p.proforma(o)
	in := models.Payment{CustomerID: p.customer, ValueDate: models.NewDate(2026, 12, 3), Amount: money(amount), Reference: proforma}
	p.model.payments = append(p.model.payments, pay)
	p.model.takeDeposit(pay, o, amount)
	p.acceptPaymentOn(pay.id, in)
	err := p.cash.Apply(p.ctx, activities.PaymentInput{PaymentID: pay.id, At: p.now})
	return fmt.Sprintf("%s of %s for %s", pay.id, in.Amount, proforma), "", p.thenOffered(o, err)
}

// begunPrepaid has a story begin where nothing has come, a part, all of it, or where some of it is shipped and billed.
func (p *moneyPlay) begunPrepaid(o *modelOrder) {
	far := rapid.IntRange(0, 3).Draw(p.rt, "how far it is")
	for _, amount := range []int64{70_01, 75_09}[:min(far, 2)] {
		_, _, err := p.prepays(o, amount)
		p.must(err)
	}
	if far == 3 {
		_, refused, err := p.ships(o, []int64{3, 1})
		p.must(err)
		if _, _, err = orderEvents["invoice"](p); err != nil || refused != "" {
			p.rt.Fatalf("a prepaid order is not shipped: %s, %v", refused, err)
		}
	}
}

// thenOffered offers an order to its warehouse, where nothing went wrong before.
func (p *moneyPlay) thenOffered(o *modelOrder, err error) error {
	if err == nil {
		p.done(p.fulfillment.Fulfil(p.ctx, at(o.id, p.now)))
	}
	return err
}

// proforma is the newest of an order.
func (p *moneyPlay) proforma(o *modelOrder) (number string) {
	p.must(p.pool.QueryRow(p.ctx, `SELECT number FROM proformas WHERE order_id = $1 ORDER BY order_version DESC LIMIT 1`, o.id).Scan(&number))
	return number
}
