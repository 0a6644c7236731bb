package activities_test

import (
	"cmp"
	"slices"
)

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

// items are all that is owed or was.
func (m *moneyModel) items() []*modelInvoice { return slices.Concat(m.invoices, m.notes) }

// exposure is what counts against the limit, bucket by bucket: O, D, I, unapplied cash, customer credit.
func (m *moneyModel) exposure() (buckets [5]int64) {
	gross := func(line *modelOrderLine, n int64) int64 { return ratio(n*line.price, 100+line.rate, 100) }
	for _, line := range m.order {
		buckets[0] += gross(line, line.quantity-line.shipped)
		buckets[1] += gross(line, line.shipped-line.invoiced)
	}
	for _, v := range m.items() {
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
	b := map[string]int64{"bank": -m.creditRefunded - m.fees, "bank_charges": m.fees, "fee_income": -m.recharged}
	for _, v := range m.items() {
		b["receivables"] += v.open()
		b["discounts_allowed"] += v.discount - v.tax
		b["payment_differences"] += v.difference
		b["tax_payable"] += v.tax
		for _, g := range v.groups {
			if slices.Contains(m.notes, v) {
				break // neither revenue nor tax
			}
			b["revenue"] -= g.leftNet
			b["tax_payable"] -= g.leftTax
		}
	}
	for _, p := range m.payments {
		b["bank_clearing"] += p.amount
		for _, r := range p.reversals {
			if r.amount > 0 && !r.won {
				b["bank_clearing"] -= r.amount - r.claimed
				b["bank"] -= r.claimed
			}
		}
		b["unapplied_cash"] -= p.unapplied()
		b["payment_differences"] -= p.income
		b["bank"] -= p.gaveBack
	}
	for _, c := range m.credits {
		b["customer_credit"] -= c.left
	}
	return b
}
