package activities_test

import (
	"cmp"
	"slices"
)

// The money model says what becomes of a customer's money, in whole cents and without a database. It is written from the definitions
// and the decisions 0013, 0014, 0020, 0021 and 0025 to 0027, and shares no code with the product: where both agree, two people have computed the
// same. Every event answers the problem code with which the rules refuse it, "" for none and several where any will do,
// and then has changed nothing.
type moneyModel struct {
	absolute, percent int64 // the tolerance
	invoices          []*modelInvoice
	notes             []*modelInvoice // debit notes: items like invoices, of a line without tax
	recharges         bool            // the customer pays what returned payments cost
	fees, charged     int64           // what the bank takes for returned payments, and what the customer is charged
	payments          []*modelPayment
	credits           []*modelCredit
	orders            []*modelOrder
	requests          []*modelRequest
	allowance         int64 // what is left of the seller's loss allowance
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
	lost, borne                                              int64 // written off, as an expense and borne by the allowance
	recovered                                                int64 // money that came for what is written off
	deposits                                                 int64 // what of deposits has paid it
	due                                                      string
	compensated                                              bool // for being paid late
	last                                                     bool // money that names nothing comes to it after all others
	disputes                                                 []*modelDispute
	pausedFor                                                bool // a dispute ended without a credit, whose part keeps the time that it had left
}

// modelGroup is a tax group with what is left of it to credit.
type modelGroup struct{ rate, net, tax, leftNet, leftTax int64 }

func (g modelGroup) left() int64 { return g.leftNet + g.leftTax }

// modelLine is a line with its quantity and what is credited of it, in whole pieces.
type modelLine struct{ rate, net, quantity, credited int64 }

type modelDispute struct {
	id     string
	amount int64 // 0: it is over
	kept   bool  // it is about a discount that was kept back, and not about goods
}

// modelPayment is a payment with its applications and reversals, each numbered by its place.
type modelPayment struct {
	id                                 string
	amount, refunded, reversed, income int64 // refunded: less what the bank took back of that
	gaveBack                           int64 // refunds, whatever became of them
	inTime                             bool
	applications                       []*modelApplication
	recoveries                         []*modelRecovery
	deposits                           int64 // what of it is kept as such
	reversals                          []*modelReversal
}

// modelApplication is a part of a payment on an invoice, or, of nothing, the counter-row of one.
type modelApplication struct {
	of                                        *modelInvoice
	amount, discount, tax, difference, income int64
	kept                                      *modelDispute // of what was kept back
	over                                      bool          // it is undone, or undoes
}

// modelReversal is what the bank took back, or, below zero, what came again.
type modelReversal struct {
	amount  int64
	claimed int64 // of refunded money
	note    *modelInvoice
	undone  []*modelApplication
	lost    []*modelRecovery // recoveries that it undid, the newest first
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
	return v.total() - v.paid - v.deposits - v.credited - v.creditApplied - v.discount - v.difference - v.writtenOff()
}

func (v *modelInvoice) writtenOff() int64 { return v.lost + v.borne }

// recoverable is what is written off and has not come.
func (v *modelInvoice) recoverable() int64 { return v.writtenOff() - v.recovered }

// status is where the item stands: credits alone leave it open.
func (v *modelInvoice) status() string {
	switch {
	case v.open() > 0 && v.paid+v.deposits > 0:
		return "partly_paid"
	case v.open() > 0:
		return "open"
	case v.writtenOff() > 0:
		return "written_off"
	case v.paid+v.deposits > 0:
		return "paid"
	default:
		return "credited"
	}
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
	return p.amount - p.applied() - p.deposits - p.recovered() - p.income - p.refunded - p.reversed
}
