package activities_test

import (
	"cmp"
	"slices"

	"o2c/models"
)

// modelReturn is a return with what is to come back, by line, until it is over.
type modelReturn struct {
	id         string
	of         *modelOrder
	quantities []int64
	over       bool
}

// ask wants quantities to come back: no more than was shipped, is not back and is not asked for.
func (o *modelOrder) ask(id string, quantities []int64) (refused string) {
	for i, quantity := range quantities {
		if line := o.lines[i]; quantity > line.shipped-line.returned-line.asked {
			return "more-than-shipped"
		}
	}
	for i, quantity := range quantities {
		o.lines[i].asked += quantity
	}
	o.returns = append(o.returns, &modelReturn{id: id, of: o, quantities: quantities})
	return ""
}

// receive ends a return with what came of it, by line; nothing means that it is refused. What is replaced changes no bill. Of everything else
// what is not billed will not be, what is billed is credited as far as it is not, and the credit that this gives is paid out where that was
// agreed on. note says the number of the credit note on an invoice.
func (m *moneyModel) receive(r *modelReturn, came []int64, disposition models.Disposition, note func(*modelInvoice) string) (refused string) {
	nothing := !slices.ContainsFunc(came, func(n int64) bool { return n > 0 })
	if r.over {
		return "return-ended"
	}
	for i, n := range came {
		switch {
		case n > 0 && r.quantities[i] == 0:
			return "line-not-found"
		case n > r.quantities[i]:
			return "more-than-requested"
		}
	}
	if !nothing && disposition != models.DisposeReplace && len(r.of.milestones) > 0 {
		return "billed-by-milestones"
	}
	r.over = true
	credited := map[*modelInvoice][]int64{}
	for i, line := range r.of.lines {
		line.asked, line.returned = line.asked-r.quantities[i], line.returned+came[i]
		if disposition == models.DisposeReplace {
			line.replaced += came[i]
		}
		r.of.takeBack(i, came[i], disposition == models.DisposeReplace, credited)
	}
	r.of.giveBack(r.of.worth())
	bills := make([]*modelInvoice, 0, len(credited))
	for v := range credited {
		bills = append(bills, v)
	}
	slices.SortFunc(bills, func(a, b *modelInvoice) int { return cmp.Compare(a.number, b.number) })
	for _, v := range bills {
		m.creditReturned(v, note(v), credited[v], disposition)
	}
	return ""
}

// takeBack says of which shipments so much of a line comes back: of those that are not billed first, and of the newest first. It adds what
// is to be credited to the invoices, of each by its lines.
func (o *modelOrder) takeBack(line int, came int64, replaced bool, credited map[*modelInvoice][]int64) {
	for _, billed := range []bool{false, true} {
		for _, shipment := range slices.Backward(o.shipments) {
			back := min(came, shipment.quantities[line]-shipment.back[line])
			if (shipment.bill != nil) != billed || back == 0 {
				continue
			}
			came -= back
			shipment.back[line] += back
			v, at := shipment.bill, shipment.at[line]
			switch {
			case replaced:
			case !billed:
				shipment.unbilled[line] += back
				o.lines[line].unbilled += back
			default:
				if part := min(back, v.lines[at].quantity-v.lines[at].credited); part > 0 {
					if credited[v] == nil {
						credited[v] = make([]int64, len(v.lines))
					}
					credited[v][at] += part
				}
			}
		}
	}
}

// creditReturned credits what came back of an invoice. The newest dispute about goods is not about these any more.
func (m *moneyModel) creditReturned(v *modelInvoice, note string, quantities []int64, disposition models.Disposition) {
	groups, amount, _ := v.drawn(quantities)
	if amount == 0 {
		return // all of it was credited before
	}
	for _, d := range slices.Backward(v.disputes) {
		if d.amount > 0 && !d.kept {
			d.amount -= min(d.amount, amount)
			break
		}
	}
	before := len(m.credits)
	m.creditDrawn(v, note, quantities, groups, amount)
	if disposition == models.DisposeRefund && len(m.credits) > before {
		m.refundCredit(m.credits[before], m.credits[before].left)
	}
}
