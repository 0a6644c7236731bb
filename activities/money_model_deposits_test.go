package activities_test

import "slices"

// modelPrepaid is what has come for an order that is to be paid first, as money or as what became of it.
type modelPrepaid struct {
	deposits []*modelDeposit // the oldest first
	goesOn   bool            // all that it is worth has come, or nothing of it is left to be shipped
}

// modelDeposit is what a payment has paid of an order, by tax group: all of it that is not given back, and of that what has paid no invoice.
type modelDeposit struct {
	from *modelPayment
	kept []modelGroup // net and tax; left of them is what has paid no invoice
	uses []*modelUse
}

// modelUse is what a deposit has paid of an invoice, by tax group.
type modelUse struct {
	of    *modelInvoice
	parts []modelGroup
	over  bool
}

func gross(groups []modelGroup) (sum int64) {
	for _, g := range groups {
		sum += g.net + g.tax
	}
	return sum
}

// drawnOf is an amount out of groups, spread by what is left of each; a group gives no more net and no more tax than it has.
func drawnOf(groups []modelGroup, amount int64) (parts []modelGroup) {
	if amount <= 0 {
		return nil
	}
	var weights []int64
	for _, g := range groups {
		weights = append(weights, g.left())
	}
	for i, part := range spread(amount, weights) {
		g := groups[i]
		tax := min(ratio(part, g.rate, 100+g.rate), g.leftTax)
		if part == g.left() {
			tax = g.leftTax
		}
		tax = max(tax, part-g.leftNet)
		parts = append(parts, modelGroup{rate: g.rate, net: part - tax, tax: tax, leftNet: part - tax, leftTax: tax})
	}
	return parts
}

// move changes what is left of a deposit, and of what is kept of it, by so much in each group.
func (d *modelDeposit) move(parts []modelGroup, left, kept int64) {
	for _, part := range parts {
		i := slices.IndexFunc(d.kept, func(g modelGroup) bool { return g.rate == part.rate })
		g := &d.kept[i]
		g.leftNet, g.leftTax, g.net, g.tax = g.leftNet+left*part.net, g.leftTax+left*part.tax, g.net+kept*part.net, g.tax+kept*part.tax
	}
	d.from.deposits += kept * gross(parts)
}

func (d *modelDeposit) left() (left int64) {
	for _, g := range d.kept {
		left += g.left()
	}
	return left
}

// come is what has come for an order and was not given back; left is what of that has paid no invoice.
func (o *modelOrder) come() (come int64) {
	if o.prepaid != nil {
		for _, d := range o.prepaid.deposits {
			come += gross(d.kept)
		}
	}
	return come
}

func (o *modelOrder) depositsLeft() (left int64) {
	if o.prepaid != nil {
		for _, d := range o.prepaid.deposits {
			left += d.left()
		}
	}
	return left
}

func (o *modelOrder) waitsToBePaid() bool { return o.prepaid != nil && !o.prepaid.goesOn }

// values are what of the order is to be shipped, and delivered and not billed, gross.
func (o *modelOrder) values() (open, delivered int64) {
	for _, line := range o.lines {
		open += ratio((line.quantity-line.shipped)*line.price, 100+line.rate, 100)
		delivered += ratio((line.shipped-line.unbilled-line.invoiced)*line.price, 100+line.rate, 100)
	}
	return open, delivered
}

// depositsBeyond is what is left of the deposits beyond what the order has in the exposure by itself.
func (o *modelOrder) depositsBeyond() int64 {
	open, delivered := o.values()
	if o.waitsToBePaid() {
		open = 0
	}
	return max(0, o.depositsLeft()-open-delivered)
}

func (o *modelOrder) worth() (worth int64) {
	for _, line := range o.lines {
		worth += ratio(line.quantity*line.price, 100+line.rate, 100)
	}
	return worth
}

// due is what can still come: no more than the order is worth, and than is to be billed.
func (o *modelOrder) due() int64 {
	if o.closed {
		return 0
	}
	open, delivered := o.values()
	return max(0, min(o.worth()-o.come(), open+delivered-o.depositsLeft()))
}

// judge decides whether the order may go on. One that is shipped goes on as it is.
func (o *modelOrder) judge() {
	if o.prepaid != nil {
		o.prepaid.goesOn = o.toShip() == 0 || o.come() > 0 && o.worth() <= o.come()
	}
}

// takeDeposit makes a part of a payment a deposit, as far as something is due. Its tax is that of the groups that it is for, less what
// has come for them.
func (m *moneyModel) takeDeposit(p *modelPayment, o *modelOrder, amount int64) {
	if amount = min(amount, o.due()); amount <= 0 {
		return
	}
	var groups []modelGroup
	for _, line := range o.lines {
		total := ratio(line.quantity*line.price, 100+line.rate, 100)
		tax := ratio(total, line.rate, 100+line.rate)
		g := modelGroup{rate: line.rate, leftNet: total - tax, leftTax: tax}
		for _, before := range o.prepaid.deposits {
			for _, kept := range before.kept {
				if kept.rate == g.rate {
					g.leftNet, g.leftTax = g.leftNet-kept.net, g.leftTax-kept.tax
				}
			}
		}
		if left := g.left(); left > 0 { // what is less than nothing of one is of the other
			g.leftNet = min(max(g.leftNet, 0), left)
			g.leftTax = left - g.leftNet
			groups = append(groups, g)
		}
	}
	o.prepaid.deposits = append(o.prepaid.deposits, &modelDeposit{from: p, kept: drawnOf(groups, amount)})
	p.deposits += amount
	if !o.prepaid.goesOn {
		o.judge()
	}
}

// depositByHand is a person's deposit.
func (m *moneyModel) depositByHand(p *modelPayment, o *modelOrder, amount int64) (refused string) {
	switch {
	case amount > p.unapplied():
		return "amount-exceeds-unapplied"
	case amount > o.due():
		return "amount-exceeds-open"
	}
	m.takeDeposit(p, o, amount)
	return ""
}

// applyDeposits pays an invoice that was just issued: first in the invoice's own tax groups, then out of what else is left, the oldest first.
func (m *moneyModel) applyDeposits(o *modelOrder, v *modelInvoice) {
	if o.prepaid == nil {
		return
	}
	uses := map[*modelDeposit]*modelUse{}
	take := func(d *modelDeposit, groups []modelGroup, amount int64) {
		parts := drawnOf(groups, amount)
		if gross(parts) == 0 {
			return
		}
		if uses[d] == nil {
			uses[d] = &modelUse{of: v}
			d.uses = append(d.uses, uses[d])
		}
		for _, part := range parts {
			uses[d].add(part)
		}
		d.move(parts, -1, 0)
		v.deposits += gross(parts)
	}
	asked := map[int64]int64{}
	for _, g := range v.groups {
		asked[g.rate] = g.net + g.tax
	}
	for _, d := range o.prepaid.deposits {
		for _, g := range slices.Clone(d.kept) {
			part := min(v.open(), asked[g.rate], g.left())
			asked[g.rate] -= part
			take(d, []modelGroup{g}, part)
		}
	}
	for _, d := range o.prepaid.deposits {
		take(d, d.byRate(), min(v.open(), d.left()))
	}
}

func (u *modelUse) add(part modelGroup) {
	for i := range u.parts {
		if g := &u.parts[i]; g.rate == part.rate {
			g.net, g.tax, g.leftNet, g.leftTax = g.net+part.net, g.tax+part.tax, g.leftNet+part.net, g.leftTax+part.tax
			return
		}
	}
	u.parts = append(u.parts, part)
	slices.SortFunc(u.parts, func(a, b modelGroup) int { return int(a.rate - b.rate) })
}

// byRate are the groups of a deposit as they are kept: by rate.
func (d *modelDeposit) byRate() []modelGroup {
	groups := slices.Clone(d.kept)
	slices.SortFunc(groups, func(a, b modelGroup) int { return int(a.rate - b.rate) })
	return groups
}

// giveBack makes money of deposits again, the newest first: all that is left when nothing is to be billed any more, or what has come for more than
// the order is worth since it is worth less than before.
func (o *modelOrder) giveBack(worthBefore int64) {
	open, delivered := o.values()
	excess := int64(0)
	switch {
	case o.prepaid == nil:
		return
	case o.closed || open+delivered == 0:
		excess = o.depositsLeft()
	case o.worth() < worthBefore:
		excess = min(o.depositsLeft(), o.come()-o.worth())
	}
	for _, d := range slices.Backward(o.prepaid.deposits) {
		part := max(0, min(excess, d.left()))
		excess -= part
		d.move(drawnOf(d.byRate(), part), -1, -1)
	}
}

// freeDeposits makes so much of a payment's deposits money again: of each, the newest first, what is left before what has paid an invoice, which
// is open again for it.
func (m *moneyModel) freeDeposits(p *modelPayment, need int64, touch func(*modelInvoice)) {
	for _, o := range m.orders {
		if o.prepaid == nil || need <= 0 {
			continue
		}
		freed := false
		for _, d := range slices.Backward(o.prepaid.deposits) {
			if d.from != p || need <= 0 || gross(d.kept) == 0 {
				continue
			}
			freed = true
			part := min(need, d.left())
			need -= part
			d.move(drawnOf(d.byRate(), part), -1, -1)
			for _, use := range slices.Backward(slices.Clone(d.uses)) {
				if use.over || need <= 0 {
					continue
				}
				touch(use.of)
				use.over = true
				given := drawnOf(use.parts, min(need, gross(use.parts)))
				need -= gross(given)
				use.of.deposits -= gross(given)
				d.move(given, 0, -1)
				if rest := less(use.parts, given); gross(rest) > 0 {
					d.uses = append(d.uses, &modelUse{of: use.of, parts: rest})
				}
			}
		}
		if freed && o.toShip() > 0 {
			o.judge()
		}
		if freed {
			o.giveBack(o.worth())
		}
	}
}

func less(groups, others []modelGroup) (rest []modelGroup) {
	for i, g := range groups {
		net, tax := g.net-others[i].net, g.tax-others[i].tax
		rest = append(rest, modelGroup{rate: g.rate, net: net, tax: tax, leftNet: net, leftTax: tax})
	}
	return rest
}
