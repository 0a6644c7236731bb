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
		proforma := p.proforma(o)
		pay := &modelPayment{id: p.id("pay"), amount: p.amount("the prepayment", o.due(), o.due(), o.due()/2, o.due()/3)}
		in := models.Payment{CustomerID: p.customer, ValueDate: models.NewDate(2026, 12, 3), Amount: money(pay.amount), Reference: proforma}
		p.model.payments = append(p.model.payments, pay)
		p.model.takeDeposit(pay, o, pay.amount)
		p.acceptPaymentOn(pay.id, in)
		err := p.cash.Apply(p.ctx, activities.PaymentInput{PaymentID: pay.id, At: p.now})
		return fmt.Sprintf("%s of %s for %s", pay.id, in.Amount, proforma), "", p.thenOffered(o, err)
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
