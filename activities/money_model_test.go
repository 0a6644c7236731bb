package activities_test

import (
	"cmp"
	"slices"
)

// The money model says what becomes of a customer's money, in whole cents and without a database. It is written from the definitions
// and the decisions 0013 and 0014, and shares no code with the product: where both agree, two people have computed the same.
// Every event answers the problem code with which the rules refuse it, "" for none and several where any will do,
// and then has changed nothing.
type moneyModel struct {
	absolute, percent int64 // the tolerance
	invoices          []*modelInvoice
	notes             []*modelInvoice // debit notes: items like invoices, of a line without tax
	recharges         bool            // the customer pays what returned payments cost
	fees, recharged   int64
	payments          []*modelPayment
	credits           []*modelCredit
	order             []*modelOrderLine // of the order that is on its way
	shipments         [][]int64         // of it that are not billed
	creditRefunded    int64
}

// modelInvoice is an invoice with what settles it.
type modelInvoice struct {
	number                                                   string
	percent                                                  int64 // of the early-payment discount
	groups                                                   []modelGroup
	lines                                                    []modelLine
	paid, credited, creditApplied, discount, tax, difference int64 // tax is that in the discount
	notes                                                    int64 // the sum of its credit notes
	disputes                                                 []*modelDispute
}

// modelGroup is a tax group with what is left of it to credit.
type modelGroup struct{ rate, net, tax, leftNet, leftTax int64 }

func (g modelGroup) left() int64 { return g.leftNet + g.leftTax }

// modelLine is a line with its quantity and what is credited of it, in whole pieces.
type modelLine struct{ rate, net, quantity, credited int64 }

type modelDispute struct {
	id     string
	amount int64 // 0: it is over
}

// modelPayment is a payment with its applications and reversals, each numbered by its place.
type modelPayment struct {
	id                                 string
	amount, refunded, reversed, income int64 // refunded: less what the bank took back of that
	gaveBack                           int64 // refunds, whatever became of them
	inTime                             bool
	applications                       []*modelApplication
	reversals                          []*modelReversal
}

// modelApplication is a part of a payment on an invoice, or, of nothing, the counter-row of one.
type modelApplication struct {
	of                                        *modelInvoice
	amount, discount, tax, difference, income int64
	over                                      bool // it is undone, or undoes
}

// modelReversal is what the bank took back, or, below zero, what came again.
type modelReversal struct {
	amount  int64
	claimed int64 // of refunded money
	note    *modelInvoice
	undone  []*modelApplication
	won     bool
}

// modelRemittance is what a payment says it is for.
type modelRemittance struct {
	of     *modelInvoice
	amount int64
}

// modelCredit is customer credit from a credit note.
type modelCredit struct {
	note         string
	from         *modelInvoice
	amount, left int64
}

// modelOrderLine is a line of an order, in whole pieces of an even gross price.
type modelOrderLine struct{ price, rate, quantity, shipped, invoiced int64 }

// ratio is round(a × b ÷ c), half away from zero, of what is not negative.
func ratio(a, b, c int64) int64 { return (2*a*b + c) / (2 * c) }

// spread splits an amount by largest remainder, the first of equals first.
func spread(amount int64, weights []int64) []int64 {
	var sum, given int64
	for _, weight := range weights {
		sum += weight
	}
	parts, order := make([]int64, len(weights)), make([]int, len(weights))
	for i, weight := range weights {
		parts[i], order[i] = amount*weight/sum, i
		given += parts[i]
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(amount*weights[b]%sum, amount*weights[a]%sum) })
	for _, i := range order[:amount-given] {
		parts[i]++
	}
	return parts
}

func (v *modelInvoice) total() (total int64) {
	for _, g := range v.groups {
		total += g.net + g.tax
	}
	return total
}

func (v *modelInvoice) open() int64 {
	return v.total() - v.paid - v.credited - v.creditApplied - v.discount - v.difference
}

func (v *modelInvoice) disputed() (disputed int64) {
	for _, d := range v.disputes {
		disputed += d.amount
	}
	return disputed
}

func (v *modelInvoice) undisputed() int64 { return v.open() - v.disputed() }

// cut shrinks the newest disputes to what is still open.
func (v *modelInvoice) cut() {
	for _, d := range slices.Backward(v.disputes) {
		d.amount -= min(d.amount, max(0, v.disputed()-v.open()))
	}
}

func (p *modelPayment) applied() (applied int64) {
	for _, a := range p.applications {
		if !a.over {
			applied += a.amount
		}
	}
	return applied
}

func (p *modelPayment) unapplied() int64 {
	return p.amount - p.applied() - p.income - p.refunded - p.reversed
}

// within is how much a difference on an invoice may be: the stricter of the two.
func (m *moneyModel) within(v *modelInvoice) int64 {
	return min(m.absolute, ratio(m.percent, v.open(), 100))
}

// pay books a payment and settles the invoices that it names, one after the other.
func (m *moneyModel) pay(p *modelPayment, lines []modelRemittance) {
	m.payments = append(m.payments, p)
	for _, line := range lines {
		m.settle(p, line.of, min(line.amount, p.unapplied()))
	}
}

// settle applies an amount that is meant for an invoice: the discount is taken as far as it is needed, a small rest is a difference,
// a small excess is income. It
// answers what it used.
func (m *moneyModel) settle(p *modelPayment, v *modelInvoice, amount int64) (used int64) {
	a := &modelApplication{of: v, amount: min(amount, v.open())}
	if a.amount <= 0 {
		return 0
	}
	limit, short := m.within(v), v.undisputed()-a.amount
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
	case v.open() == 0 || amount-v.open() > m.within(v):
		return "amount-exceeds-open"
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

// reverse is the bank taking an amount back, 0 for all: what is unapplied goes first, then the newest applications; what is left of the last is
// applied again, and unspent credit of the same invoice settles what was opened. What had been refunded comes last, and is owed again, as is the
// fee where it is charged on.
func (m *moneyModel) reverse(p *modelPayment, amount, fee int64, recharge bool) (refused string) {
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
	for _, v := range touched {
		m.creditBack(v, v.open()-before[v])
	}
	if r.claimed > 0 {
		r.note = m.charge(r.claimed)
	}
	if fee > 0 && recharge {
		m.charge(fee)
		m.recharged += fee
	}
	return ""
}

// charge makes a debit note; its number is known when the book has given it.
func (m *moneyModel) charge(amount int64) *modelInvoice {
	note := &modelInvoice{}
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
