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
	amount, refunded, reversed, income int64
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
	amount int64
	undone []*modelApplication
	won    bool
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
// applied again, and unspent credit of the same invoice settles what was opened.
func (m *moneyModel) reverse(p *modelPayment, amount int64) (refused string) {
	if amount == 0 {
		amount = p.amount - p.reversed
	}
	switch {
	case amount == 0 || amount > p.amount-p.reversed:
		return "reversal-exceeds-payment"
	case amount > p.amount-p.reversed-p.refunded:
		return "payment-refunded"
	}
	r := &modelReversal{amount: amount}
	p.reversals = append(p.reversals, r)
	before := map[*modelInvoice]int64{}
	var touched []*modelInvoice
	need := amount - p.unapplied()
	p.reversed += amount
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
	return ""
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

// win is a reversal that comes again: it settles what it had undone, as far as that is open, the oldest application first.
func (m *moneyModel) win(p *modelPayment, n int) (refused string) {
	if n > len(p.reversals) || p.reversals[n-1].amount < 0 {
		return "reversal-not-found"
	}
	r := p.reversals[n-1]
	if r.won {
		return "reversal-won"
	}
	r.won = true
	p.reversed -= r.amount
	p.reversals = append(p.reversals, &modelReversal{amount: -r.amount})
	left := r.amount
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
	p.refunded += amount
	return ""
}

// creditAmount is a credit note by amount, spread over the groups by what is left of them to credit.
func (m *moneyModel) creditAmount(v *modelInvoice, note string, amount int64) (refused string) {
	if amount > v.total()-v.notes {
		return "credit-exceeds-invoice"
	}
	var weights []int64
	for _, g := range v.groups {
		weights = append(weights, g.left())
	}
	for i, part := range spread(amount, weights) {
		g := &v.groups[i]
		tax := ratio(part, g.rate, 100+g.rate)
		tax = max(min(tax, g.leftTax), part-g.leftNet)
		g.leftTax, g.leftNet = g.leftTax-tax, g.leftNet-(part-tax)
	}
	m.credit(v, note, amount)
	return ""
}

// creditLines is a credit note by lines: quantities by line. With its last quantity a group, and with the last of all the invoice, gives
// what is left of it, of which notes by amount may have taken some.
func (m *moneyModel) creditLines(v *modelInvoice, note string, quantities []int64) (refused string) {
	nets, complete := make([]int64, len(v.groups)), make([]bool, len(v.groups))
	for i, quantity := range quantities {
		line := v.lines[i]
		if line.credited+quantity > line.quantity {
			return "credit-exceeds-line"
		}
		group := slices.IndexFunc(v.groups, func(g modelGroup) bool { return g.rate == line.rate })
		nets[group] += ratio(line.net, line.credited+quantity, line.quantity) - ratio(line.net, line.credited, line.quantity)
		complete[group] = line.credited+quantity == line.quantity
	}
	all := !slices.Contains(complete, false)
	groups, amount := slices.Clone(v.groups), int64(0)
	for i := range groups {
		g := &groups[i]
		tax := ratio(nets[i], g.rate, 100)
		switch {
		case all || complete[i] && nets[i] > g.leftNet || nets[i] == g.leftNet:
			nets[i], tax = g.leftNet, g.leftTax
		case nets[i] > g.leftNet:
			return "credit-exceeds-invoice"
		}
		tax = min(tax, g.leftTax)
		g.leftNet, g.leftTax, amount = g.leftNet-nets[i], g.leftTax-tax, amount+nets[i]+tax
	}
	if amount == 0 {
		return "credit-exceeds-invoice"
	}
	for i, quantity := range quantities {
		v.lines[i].credited += quantity
	}
	v.groups = groups
	m.credit(v, note, amount)
	return ""
}

// credit is what a credit note does: it lowers what is open, takes back differences and the discount in its share, and gives the rest
// to the customer.
func (m *moneyModel) credit(v *modelInvoice, note string, amount int64) {
	v.notes += amount
	onOpen := min(amount, v.open())
	rest := amount - onOpen
	difference := min(rest, v.difference)
	rest -= difference
	var discount int64
	if rest > 0 && v.discount > 0 {
		cash := v.paid + v.creditApplied
		for _, c := range m.credits {
			if c.from == v {
				cash -= c.amount
			}
		}
		discount = ratio(v.discount, rest, cash+v.discount)
		v.tax -= v.mirrored(discount)
	}
	v.credited += onOpen + difference + discount
	v.difference, v.discount = v.difference-difference, v.discount-discount
	if rest > discount {
		m.credits = append(m.credits, &modelCredit{note: note, from: v, amount: rest - discount, left: rest - discount})
	}
	v.cut()
}

// applyCredit settles another invoice with customer credit.
func (m *moneyModel) applyCredit(c *modelCredit, v *modelInvoice, amount int64) (refused string) {
	switch {
	case v == c.from:
		return "credit-of-same-invoice"
	case amount > c.left && amount > v.undisputed():
		return "credit-exceeds-remaining credit-exceeds-open"
	case amount > c.left:
		return "credit-exceeds-remaining"
	case amount > v.undisputed():
		return "credit-exceeds-open"
	}
	c.left, v.creditApplied = c.left-amount, v.creditApplied+amount
	return ""
}

// refundCredit pays customer credit out.
func (m *moneyModel) refundCredit(c *modelCredit, amount int64) (refused string) {
	if amount > c.left {
		return "credit-exceeds-remaining"
	}
	c.left, m.creditRefunded = c.left-amount, m.creditRefunded+amount
	return ""
}

// dispute contests an amount, 0 for all; it is cut to what nobody disputes yet.
func (m *moneyModel) dispute(v *modelInvoice, id string, amount int64) (refused string) {
	if v.undisputed() == 0 {
		return "nothing-to-dispute"
	}
	if amount == 0 {
		amount = v.undisputed()
	}
	v.disputes = append(v.disputes, &modelDispute{id, min(amount, v.undisputed())})
	return ""
}

// resolve ends a dispute; what is accepted of it becomes a credit note.
func (m *moneyModel) resolve(v *modelInvoice, d *modelDispute, note string, accepted int64) (refused string) {
	if d.amount == 0 {
		return "dispute-not-open"
	}
	if accepted > v.total()-v.notes {
		return "credit-exceeds-invoice"
	}
	d.amount = 0
	if accepted > 0 {
		return m.creditAmount(v, note, accepted)
	}
	return ""
}

func (m *moneyModel) toShip() (left int64) {
	for _, line := range m.order {
		left += line.quantity - line.shipped
	}
	return left
}

// asItIs leaves a line's quantity alone.
const asItIs = -1

// amend gives lines other quantities, not below what is shipped; a line that was dropped stays so.
func (m *moneyModel) amend(quantities []int64) (refused string) {
	if m.toShip() == 0 {
		return "order-not-amendable"
	}
	same := true
	for i, quantity := range quantities {
		same = same && (quantity == asItIs || quantity == m.order[i].quantity)
		switch {
		case quantity == asItIs:
		case m.order[i].quantity == 0:
			return "line-cancelled"
		case quantity < m.order[i].shipped:
			return "quantity-below-shipped"
		}
	}
	if same {
		return "nothing-to-amend"
	}
	for i, quantity := range quantities {
		if quantity != asItIs {
			m.order[i].quantity = quantity
		}
	}
	return ""
}

// ship moves goods from the open to the delivered ones.
func (m *moneyModel) ship(quantities []int64) (refused string) {
	if m.toShip() == 0 {
		return "order-not-fulfilling"
	}
	for i, quantity := range quantities {
		if quantity > m.order[i].quantity-m.order[i].shipped {
			return "quantity-not-open"
		}
	}
	for i, quantity := range quantities {
		m.order[i].shipped += quantity
	}
	m.shipments = append(m.shipments, quantities)
	return ""
}

// cancel drops what is not shipped.
func (m *moneyModel) cancel() (refused string) {
	if m.toShip() == 0 {
		return "nothing-to-cancel"
	}
	for _, line := range m.order {
		line.quantity = line.shipped
	}
	return ""
}

// invoice bills what is delivered, each shipment for itself.
func (m *moneyModel) invoice() (bills []*modelInvoice) {
	for _, shipment := range m.shipments {
		v := &modelInvoice{}
		for i, n := range shipment {
			if line := m.order[i]; n > 0 {
				v.bill(line.price, line.rate, n)
				line.invoiced += n
			}
		}
		bills = append(bills, v)
	}
	m.shipments = nil
	return bills
}

// bill adds a line, which is a tax group of its own; the groups stand by rate.
func (v *modelInvoice) bill(price, rate, quantity int64) {
	net := price * quantity
	tax := ratio(net, rate, 100)
	v.lines = append(v.lines, modelLine{rate: rate, net: net, quantity: quantity})
	v.groups = append(v.groups, modelGroup{rate, net, tax, net, tax})
	slices.SortFunc(v.groups, func(a, b modelGroup) int { return cmp.Compare(a.rate, b.rate) })
}

// exposure is what counts against the limit, bucket by bucket: O, D, I, unapplied cash, customer credit.
func (m *moneyModel) exposure() (buckets [5]int64) {
	gross := func(line *modelOrderLine, n int64) int64 { return ratio(n*line.price, 100+line.rate, 100) }
	for _, line := range m.order {
		buckets[0] += gross(line, line.quantity-line.shipped)
		buckets[1] += gross(line, line.shipped-line.invoiced)
	}
	for _, v := range m.invoices {
		buckets[2] += v.open()
	}
	for _, p := range m.payments {
		buckets[3] += p.unapplied()
	}
	for _, c := range m.credits {
		buckets[4] += c.left
	}
	return buckets
}

// balances are the ledger's, debits above zero.
func (m *moneyModel) balances() map[string]int64 {
	b := map[string]int64{"bank": -m.creditRefunded}
	for _, v := range m.invoices {
		b["receivables"] += v.open()
		b["discounts_allowed"] += v.discount - v.tax
		b["payment_differences"] += v.difference
		b["tax_payable"] += v.tax
		for _, g := range v.groups {
			b["revenue"] -= g.leftNet
			b["tax_payable"] -= g.leftTax
		}
	}
	for _, p := range m.payments {
		b["bank_clearing"] += p.amount - p.reversed
		b["unapplied_cash"] -= p.unapplied()
		b["payment_differences"] -= p.income
		b["bank"] -= p.refunded
	}
	for _, c := range m.credits {
		b["customer_credit"] -= c.left
	}
	return b
}
