package activities_test

import "slices"

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

// creditLines is a credit note by lines: quantities by line.
func (m *moneyModel) creditLines(v *modelInvoice, note string, quantities []int64) (refused string) {
	for i, quantity := range quantities {
		if v.lines[i].credited+quantity > v.lines[i].quantity {
			return "credit-exceeds-line"
		}
	}
	groups, amount, enough := v.drawn(quantities)
	if !enough || amount == 0 {
		return "credit-exceeds-invoice"
	}
	m.creditDrawn(v, note, quantities, groups, amount)
	return ""
}

func (m *moneyModel) creditDrawn(v *modelInvoice, note string, quantities []int64, groups []modelGroup, amount int64) {
	for i, quantity := range quantities {
		v.lines[i].credited += quantity
	}
	v.groups = groups
	m.credit(v, note, amount)
}

// drawn is what quantities of an invoice's lines are worth, and its groups without them. With its last quantity a group, and with the last of
// all the invoice, gives what is left of it, of which notes by amount may have taken some. Where that is not enough the group gives what it has.
func (v *modelInvoice) drawn(quantities []int64) (groups []modelGroup, amount int64, enough bool) {
	groups, enough = slices.Clone(v.groups), true
	all := v.credits(quantities, func(modelLine) bool { return true })
	for i := range groups {
		g := &groups[i]
		var net, asked int64
		for k, line := range v.lines {
			if line.rate == g.rate {
				net += ratio(line.net, line.credited+quantities[k], line.quantity) - ratio(line.net, line.credited, line.quantity)
				asked += quantities[k]
			}
		}
		if asked == 0 && !all {
			continue
		}
		tax := ratio(net, g.rate, 100)
		if all || net >= g.leftNet {
			enough = enough && (all || net == g.leftNet || v.credits(quantities, func(line modelLine) bool { return line.rate == g.rate }))
			net, tax = g.leftNet, g.leftTax
		}
		tax = min(tax, g.leftTax)
		g.leftNet, g.leftTax, amount = g.leftNet-net, g.leftTax-tax, amount+net+tax
	}
	return groups, amount, enough
}

// credits is true when quantities are the last of all lines of a kind.
func (v *modelInvoice) credits(quantities []int64, kind func(modelLine) bool) bool {
	for k, line := range v.lines {
		if kind(line) && line.credited+quantities[k] < line.quantity {
			return false
		}
	}
	return true
}

// credit is what a credit note does: it lowers what is open, takes back what is written off and has not come, differences, and the discount in
// its share, and gives the rest to the customer.
func (m *moneyModel) credit(v *modelInvoice, note string, amount int64) {
	v.notes += amount
	onOpen := min(amount, v.open())
	rest := amount - onOpen
	loss := min(rest, v.recoverable())
	rest -= loss
	m.takeLossBack(v, loss)
	difference := min(rest, v.difference)
	rest -= difference
	var discount int64
	if rest > 0 && v.discount > 0 {
		cash := v.paid + v.deposits + v.creditApplied + v.recovered
		for _, c := range m.credits {
			if c.from == v {
				cash -= c.amount
			}
		}
		cash = max(0, cash) // what gave credit can be taken back
		discount = ratio(v.discount, min(rest, cash+v.discount), cash+v.discount)
		v.tax -= v.mirrored(discount)
	}
	v.credited += onOpen + loss + difference + discount
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
	v.disputes = append(v.disputes, &modelDispute{id: id, amount: min(amount, v.undisputed())})
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
	v.pausedFor = v.pausedFor || accepted < d.amount
	d.amount = 0
	if accepted > 0 {
		return m.creditAmount(v, note, accepted)
	}
	return ""
}
