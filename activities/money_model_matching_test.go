package activities_test

import (
	"cmp"
	"slices"
)

// payNamed books a payment whose words name invoices: they are settled by due date, and what is left is for what is written off of them.
func (m *moneyModel) payNamed(p *modelPayment, named []*modelInvoice) {
	m.payments = append(m.payments, p)
	left := map[*modelInvoice]int64{}
	for _, v := range named {
		left[v] = p.amount
	}
	m.share(p, m.inTurn(func(v *modelInvoice) bool { return slices.Contains(named, v) }), true)
	m.recoverAll(p, left)
}

// payUnnamed books a payment that names nothing: it is for the one item that it clears, or else for the one set of items, or else for the oldest.
// Two of them alike are for a person to tell apart, and what is written off does not come silently.
func (m *moneyModel) payUnnamed(p *modelPayment) {
	m.payments = append(m.payments, p)
	items := m.inTurn(func(*modelInvoice) bool { return true })
	var one []*modelInvoice
	for _, v := range items {
		if p.amount == v.open() || p.amount == v.undisputed() || p.amount == v.early(p) {
			one = append(one, v)
		}
	}
	switch full, early := sums(p.amount, items, (*modelInvoice).undisputed), sums(p.amount, items, func(v *modelInvoice) int64 { return v.early(p) }); {
	case len(one) == 1:
		m.share(p, one, true)
	case len(one) > 1 || len(full) > 1 || len(early) > 1:
	case len(full) == 1 && len(early) == 1 && !slices.Equal(full[0], early[0]):
	case len(full) == 1:
		m.share(p, full[0], true)
	case len(early) == 1:
		m.share(p, early[0], true)
	default:
		m.share(p, items, false)
	}
}

// inTurn are the open items of a kind: by due date and number, fees last.
func (m *moneyModel) inTurn(kind func(*modelInvoice) bool) (items []*modelInvoice) {
	for _, v := range m.items() {
		if v.open() > 0 && kind(v) {
			items = append(items, v)
		}
	}
	slices.SortFunc(items, func(a, b *modelInvoice) int {
		if a.last != b.last {
			return map[bool]int{true: 1, false: -1}[a.last]
		}
		return cmp.Or(cmp.Compare(a.due, b.due), cmp.Compare(a.number, b.number))
	})
	return items
}

// early is what clears the undisputed part of an invoice with the discount that a payment earns.
func (v *modelInvoice) early(p *modelPayment) int64 {
	if !p.inTime {
		return v.undisputed()
	}
	return v.undisputed() - min(v.undisputed(), max(0, ratio(v.percent, v.total()-v.notes, 100)-v.discount))
}

// sums are all sets of two or more items whose amounts sum to a target.
func sums(target int64, items []*modelInvoice, of func(*modelInvoice) int64) (sets [][]*modelInvoice) {
	for mask := range 1 << len(items) {
		var set []*modelInvoice
		sum := int64(0)
		for i, v := range items {
			if mask&(1<<i) != 0 {
				if of(v) <= 0 {
					set = nil
					break
				}
				set, sum = append(set, v), sum+of(v)
			}
		}
		if len(set) > 1 && sum == target {
			sets = append(sets, set)
		}
	}
	return sets
}

// share settles items with a payment: what is undisputed of one after the other, then what is disputed. Money that clears all of them with
// their discounts clears all, and what is too much, where it is meant for them, comes to the last.
func (m *moneyModel) share(p *modelPayment, items []*modelInvoice, meant bool) {
	if len(items) == 0 {
		return
	}
	cash, discounted := p.amount, int64(0)
	parts := make([]int64, len(items))
	for _, v := range items {
		discounted += v.early(p)
	}
	give := func(upTo func(*modelInvoice) int64) {
		for i, v := range items {
			part := min(cash, upTo(v)-parts[i])
			parts[i], cash = parts[i]+part, cash-part
		}
	}
	if cash >= discounted {
		give(func(v *modelInvoice) int64 { return v.early(p) })
	}
	give((*modelInvoice).undisputed)
	give((*modelInvoice).open)
	if meant {
		parts[len(parts)-1] += cash
	}
	for i, v := range items {
		m.settle(p, v, parts[i])
	}
}
