package activities_test

// modelMilestone is a share of an order, in hundredths of a percent, with its bill when it is completed.
type modelMilestone struct {
	share int64
	bill  *modelInvoice
}

// toBill is how many milestones are not billed.
func (o *modelOrder) toBill() (left int) {
	for _, milestone := range o.milestones {
		if milestone.bill == nil {
			left++
		}
	}
	return left
}

// keepsBilled is true when so much of each line is worth what milestones have billed of it.
func (o *modelOrder) keepsBilled(kept []int64) bool {
	for i, billed := range o.billed {
		if billed > o.lines[i].price*kept[i] {
			return false
		}
	}
	return true
}

// credited is true when all that milestones have billed is credited.
func (o *modelOrder) credited() bool {
	for _, milestone := range o.milestones {
		if milestone.bill != nil && milestone.bill.notes < milestone.bill.total() {
			return false
		}
	}
	return true
}

// complete bills the n-th milestone: of each line all that is to be billed by now, less what was billed before; so is the tax of each group.
// No bill means that it had one.
func (o *modelOrder) complete(n int) (v *modelInvoice, refused string) {
	switch {
	case n > len(o.milestones):
		return nil, "milestone-not-found"
	case o.milestones[n-1].bill != nil:
		return nil, ""
	case o.closed:
		return nil, "order-closed"
	}
	share := o.milestones[n-1].share
	nets, taxes := map[int64]int64{}, map[int64]int64{} // billed before, by rate
	for _, milestone := range o.milestones {
		if milestone.bill != nil {
			share += milestone.share
			for _, g := range milestone.bill.groups {
				nets[g.rate], taxes[g.rate] = nets[g.rate]+g.net, taxes[g.rate]+g.tax
			}
		}
	}
	v = &modelInvoice{}
	for i, line := range o.lines {
		net := max(0, ratio(line.price*line.quantity, share, 100_00)-o.billed[i])
		o.billed[i] += net
		v.bill(net, line.rate, 1)
	}
	for i := range v.groups {
		g := &v.groups[i]
		g.tax = ratio(nets[g.rate]+g.net, g.rate, 100) - taxes[g.rate]
		g.leftTax = g.tax
	}
	o.milestones[n-1].bill = v
	return v, ""
}
