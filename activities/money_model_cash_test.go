package activities_test

import (
	"fmt"
	"slices"
	"strings"
)

// within is how much a difference on an invoice may be: the stricter of the two.
func (m *moneyModel) within(v *modelInvoice) int64 {
	return min(m.absolute, ratio(m.percent, v.open(), 100))
}

// pay books a payment and settles the items that it lists, one after the other; what is left of a part is for what is written off of its item.
func (m *moneyModel) pay(p *modelPayment, lines []modelRemittance) {
	m.payments = append(m.payments, p)
	left := map[*modelInvoice]int64{}
	for _, line := range lines {
		left[line.of] = line.amount - m.settle(p, line.of, min(line.amount, p.unapplied()))
	}
	m.recoverAll(p, left)
}

// settle applies an amount that is meant for an invoice: the discount is taken as far as it is needed, a small rest is a difference,
// a small excess is income. A
// discount that is taken too late is a deduction, which is disputed. It answers what it used.
func (m *moneyModel) settle(p *modelPayment, v *modelInvoice, amount int64) (used int64) {
	a := &modelApplication{of: v, amount: min(amount, v.open())}
	if a.amount <= 0 {
		return 0
	}
	limit, short, before := m.within(v), v.undisputed()-a.amount, v.undisputed()
	if over := amount - v.open(); over > 0 && over <= limit {
		a.income = over
	}
	if short > 0 {
		var earned int64
		if p.inTime {
			earned = min(short, max(0, ratio(v.percent, v.total()-v.notes, 100)-v.discount))
		}
		if short-earned <= limit {
			a.discount, a.difference = earned, short-earned
			a.tax = v.taxIn(earned)
		}
	}
	v.paid, v.discount, v.tax, v.difference = v.paid+a.amount, v.discount+a.discount, v.tax+a.tax, v.difference+a.difference
	p.income += a.income
	p.applications = append(p.applications, a)
	v.cut()
	if late := max(0, ratio(v.percent, v.total()-v.notes, 100)-v.discount); !p.inTime && short > 0 && a.difference == 0 && short == min(late, before) && short < before {
		a.kept = &modelDispute{fmt.Sprintf("dsp_%s_%d", strings.TrimPrefix(p.id, "pay_"), len(p.applications)), short, true}
		v.disputes = append(v.disputes, a.kept)
	}
	return a.amount + a.income
}

// taxIn is the tax in a discount: it is spread over what is left of the groups.
func (v *modelInvoice) taxIn(discount int64) (tax int64) {
	if discount == 0 {
		return 0
	}
	var weights []int64
	for _, g := range v.groups {
		weights = append(weights, g.left())
	}
	for i, part := range spread(discount, weights) {
		tax += ratio(part, v.groups[i].rate, 100+v.groups[i].rate)
	}
	return tax
}

// mirrored is the tax in a part of the discount that is taken back: net and tax go in proportion.
func (v *modelInvoice) mirrored(discount int64) int64 {
	if discount == 0 {
		return 0
	}
	return spread(discount, []int64{v.discount - v.tax, v.tax})[1]
}

// applyByHand is a person's application.
func (m *moneyModel) applyByHand(p *modelPayment, v *modelInvoice, amount int64) (refused string) {
	switch {
	case amount > p.unapplied():
		return "amount-exceeds-unapplied"
	case v.recoverable() == 0 && (v.open() == 0 || amount-v.open() > m.within(v)):
		return "amount-exceeds-open"
	}
	if v.recoverable() > 0 {
		return m.applyToLost(p, v, amount)
	}
	m.settle(p, v, amount)
	return ""
}

// undo takes an application back, with all that is left of what closed the invoice beside the money; unspent credit settles it first.
func (m *moneyModel) undo(p *modelPayment, n int) (refused string) {
	switch {
	case n > len(p.applications):
		return "application-not-found"
	case p.applications[n-1].over:
		return "application-undone"
	}
	a := p.applications[n-1]
	before := a.of.open()
	m.takeBack(p, a)
	m.creditBack(a.of, a.of.open()-before)
	return ""
}

func (m *moneyModel) takeBack(p *modelPayment, a *modelApplication) {
	v := a.of
	if a.kept != nil {
		a.kept.amount, v.pausedFor = 0, true
	}
	discount, difference := min(a.discount, v.discount), min(a.difference, v.difference)
	tax := a.tax
	if discount < a.discount || discount == v.discount { // a credit note has taken some of it back
		tax = v.mirrored(discount)
	}
	v.paid, v.discount, v.tax, v.difference = v.paid-a.amount, v.discount-discount, v.tax-tax, v.difference-difference
	p.income -= a.income
	a.over = true
	p.applications = append(p.applications, &modelApplication{of: v, over: true})
}

// reverse is the bank taking an amount back, 0 for all: what is unapplied goes first, then what was recovered, then the newest applications;
// what is left of the last is used for the same again, and unspent credit of the same invoice settles what was opened. What had been refunded comes last, and is owed again, as is the
// fee where it is charged on.
func (m *moneyModel) reverse(p *modelPayment, amount, fee int64, recharge bool, today string) (refused string) {
	if amount == 0 {
		amount = p.amount - p.reversed
	}
	switch {
	case amount == 0 || amount > p.amount-p.reversed:
		return "reversal-exceeds-payment"
	case fee > p.amount:
		return "fee-exceeds-payment"
	}
	r := &modelReversal{amount: amount, claimed: max(0, amount-(p.amount-p.reversed-p.refunded))}
	p.reversals = append(p.reversals, r)
	m.fees += fee
	before := map[*modelInvoice]int64{}
	var touched []*modelInvoice
	need := amount - r.claimed - p.unapplied()
	p.reversed, p.refunded = p.reversed+amount, p.refunded-r.claimed
	need = m.unrecover(p, r, need)
	for _, a := range slices.Backward(slices.Clone(p.applications)) {
		if a.over || need <= 0 {
			continue
		}
		if _, seen := before[a.of]; !seen {
			before[a.of] = a.of.open()
			touched = append(touched, a.of)
		}
		m.takeBack(p, a)
		freed := a.amount + a.income
		r.undone = append(r.undone, a)
		if need < freed {
			m.settle(p, a.of, freed-need)
		}
		need -= freed
	}
	m.freeDeposits(p, need, func(v *modelInvoice) {
		if _, seen := before[v]; !seen {
			before[v] = v.open()
			touched = append(touched, v)
		}
	})
	for _, v := range touched {
		m.creditBack(v, v.open()-before[v])
	}
	if r.claimed > 0 {
		r.note = m.charge(r.claimed, today)
	}
	if fee > 0 && recharge {
		m.charge(fee, today).last = true
		m.charged += fee
	}
	return ""
}

// charge makes a debit note, which is due at once; its number is known when the book has given it.
func (m *moneyModel) charge(amount int64, today string) *modelInvoice {
	note := &modelInvoice{due: today}
	note.bill(amount, 0, 1)
	m.notes = append(m.notes, note)
	return note
}

// creditBack applies unspent credit of an invoice, the oldest first, to what was opened of it again: customer credit is never more than the
// cash on its invoice.
func (m *moneyModel) creditBack(v *modelInvoice, opened int64) {
	for _, c := range m.credits {
		if c.from == v {
			part := min(c.left, opened)
			c.left, opened, v.creditApplied = c.left-part, opened-part, v.creditApplied+part
		}
	}
}

// win is a reversal that comes again: what is still open of what the customer owed for a refund is dropped, and the rest settles what it had undone, as far as that is open, the oldest application first.
func (m *moneyModel) win(p *modelPayment, n int) (refused string) {
	if n > len(p.reversals) || p.reversals[n-1].amount < 0 {
		return "reversal-not-found"
	}
	r := p.reversals[n-1]
	if r.won {
		return "reversal-won"
	}
	r.won = true
	var waived int64
	if r.note != nil {
		waived = r.note.open()
		r.note.credited += waived
	}
	p.reversed, p.refunded = p.reversed-r.amount, p.refunded+waived
	p.reversals = append(p.reversals, &modelReversal{amount: -r.amount})
	left := r.amount - waived
	for _, undone := range slices.Backward(r.undone) {
		left -= m.settle(p, undone.of, min(left, undone.amount+undone.income))
	}
	for _, undone := range slices.Backward(r.lost) {
		left -= m.recover(p, undone.of, min(left, undone.amount))
	}
	return ""
}

// refund gives unapplied money back.
func (m *moneyModel) refund(p *modelPayment, amount int64) (refused string) {
	if amount > p.unapplied() {
		return "refund-exceeds-unapplied"
	}
	p.refunded, p.gaveBack = p.refunded+amount, p.gaveBack+amount
	return ""
}
