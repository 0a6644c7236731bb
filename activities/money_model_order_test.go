package activities_test

import (
	"cmp"
	"slices"
)

// modelOrder is an order with what was shipped of it.
type modelOrder struct {
	id         string
	lines      []*modelOrderLine
	shipments  []*modelShipment // the oldest first
	returns    []*modelReturn
	byPeriod   bool // it is billed with others at the end of the month
	milestones []*modelMilestone
	billed     []int64 // by milestones, of each line
	closed     bool
	prepaid    *modelPrepaid // nil: it is not to be paid first
}

// modelOrderLine is a line of an order, in whole pieces of an even gross price.
type modelOrderLine struct {
	price, rate, quantity, shipped, invoiced int64
	asked, returned, unbilled, replaced      int64 // to come back, back, and of that back before it was billed, and shipped again
}

// modelShipment is what left, by line, with what came back of it, and, when it is billed, the lines of its bill.
type modelShipment struct {
	quantities, back, unbilled []int64 // unbilled: of what is back, what came before it was billed and is not replaced
	bill                       *modelInvoice
	at                         []int
}

// asItIs leaves a line's quantity alone.
const asItIs = -1

func (o *modelOrder) toShip() (left int64) {
	for _, line := range o.lines {
		left += line.quantity - line.shipped
	}
	return left
}

// amend gives lines other quantities, not below what is shipped or billed; a line that was dropped stays so.
func (o *modelOrder) amend(quantities []int64) (refused string) {
	switch {
	case o.toShip() == 0:
		return "order-not-amendable"
	case len(o.milestones) > 0 && o.toBill() == 0:
		return "milestones-billed"
	}
	same, kept := true, make([]int64, len(o.lines))
	for i, quantity := range quantities {
		line := o.lines[i]
		same = same && (quantity == asItIs || quantity == line.quantity)
		kept[i] = line.quantity
		switch {
		case quantity == asItIs:
			continue
		case line.quantity == 0:
			return "line-cancelled"
		case quantity < line.shipped:
			return "quantity-below-shipped"
		}
		kept[i] = quantity
	}
	switch {
	case same:
		return "nothing-to-amend"
	case !o.keepsBilled(kept):
		return "milestones-billed"
	}
	before, worth := o.toShip(), o.worth()
	open, _ := o.values()
	o.keep(kept)
	if now, _ := o.values(); before > 0 && (o.toShip() == 0 || o.waitsToBePaid() || now > open) {
		o.judge()
	}
	o.giveBack(worth)
	return ""
}

// keep sets the quantities that are to be shipped in the end. An order of which nothing is left is closed.
func (o *modelOrder) keep(quantities []int64) {
	var left int64
	for i, quantity := range quantities {
		o.lines[i].quantity = quantity
		left += quantity
	}
	o.closed = left == 0
}

// cancel drops what is not shipped.
func (o *modelOrder) cancel() (refused string) {
	kept := make([]int64, len(o.lines))
	for i, line := range o.lines {
		kept[i] = line.shipped
	}
	switch {
	case o.toShip() == 0:
		return "nothing-to-cancel"
	case !o.keepsBilled(kept) && !o.credited():
		return "milestones-billed"
	}
	worth := o.worth()
	o.keep(kept)
	o.judge()
	o.giveBack(worth)
	return ""
}

// ship moves goods from the open to the delivered ones.
func (o *modelOrder) ship(quantities []int64) (refused string) {
	if o.toShip() == 0 {
		return "order-not-fulfilling"
	}
	if o.waitsToBePaid() {
		return "credit-hold"
	}
	for i, quantity := range quantities {
		if quantity > o.lines[i].quantity-o.lines[i].shipped {
			return "quantity-not-open"
		}
	}
	o.left(quantities)
	return ""
}

func (o *modelOrder) left(quantities []int64) {
	for i, quantity := range quantities {
		o.lines[i].shipped += quantity
	}
	n := len(quantities)
	o.shipments = append(o.shipments, &modelShipment{quantities: quantities, back: make([]int64, n), unbilled: make([]int64, n), at: make([]int, n)})
}

// bill bills those shipments of the order that are not billed, each for itself or all with others.
func (o *modelOrder) bill(together *modelInvoice) (bills []*modelInvoice) {
	for _, shipment := range o.shipments {
		if shipment.bill != nil {
			continue
		}
		v := together
		if v == nil {
			v = &modelInvoice{}
		}
		some := false
		for i, line := range o.lines {
			if n := shipment.quantities[i] - shipment.unbilled[i]; n > 0 {
				shipment.bill, shipment.at[i], some = v, v.bill(line.price, line.rate, n), true
				line.invoiced += n
			}
		}
		if some {
			bills = append(bills, v)
		}
	}
	return bills
}

// bill adds a line to its tax group; the groups stand by rate. It answers the line's place.
func (v *modelInvoice) bill(price, rate, quantity int64) (at int) {
	net := price * quantity
	v.lines = append(v.lines, modelLine{rate: rate, net: net, quantity: quantity})
	i := slices.IndexFunc(v.groups, func(g modelGroup) bool { return g.rate == rate })
	if i < 0 {
		i, v.groups = len(v.groups), append(v.groups, modelGroup{rate: rate})
	}
	g := &v.groups[i]
	g.net += net
	g.tax = ratio(g.net, rate, 100)
	g.leftNet, g.leftTax = g.net, g.tax
	slices.SortFunc(v.groups, func(a, b modelGroup) int { return cmp.Compare(a.rate, b.rate) })
	return len(v.lines) - 1
}

// committed is what of the order is open, and delivered and not billed, gross. What milestones have billed is taken from what is delivered first.
func (o *modelOrder) committed() (open, delivered int64) {
	open, delivered = o.values()
	if o.waitsToBePaid() {
		open = 0
	}
	if len(o.milestones) == 0 {
		ofOpen := min(open, o.depositsLeft())
		return open - ofOpen, delivered - min(delivered, o.depositsLeft()-ofOpen)
	}
	if o.toBill() == 0 {
		return 0, 0
	}
	billed := int64(0)
	for _, milestone := range o.milestones {
		if milestone.bill != nil {
			billed += milestone.bill.total()
		}
	}
	ofDelivered := min(billed, delivered)
	return open - min(open, billed-ofDelivered), delivered - ofDelivered
}
