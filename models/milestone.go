package models

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// Milestones is the mode of an order that is billed by what was agreed to happen, and not by what is shipped. It comes with the order,
// not with its customer.
const Milestones InvoicingMode = "milestones"

// maxMilestones bounds the milestones of an order.
const maxMilestones = 60

// Milestone is an agreed share of an order's value, billed when a person says that it is completed.
type Milestone struct {
	Name    string          `json:"name"`
	Percent decimal.Decimal `json:"percent"`
}

// checkMilestones checks the milestones of an order. All faults come back, each with its pointer: "too-many-milestones",
// "invalid-name", "milestone-repeated", "invalid-percent", "milestones-not-whole".
func checkMilestones(milestones []Milestone) []*Error {
	if len(milestones) == 0 {
		return nil
	}
	var faults []*Error
	if len(milestones) > maxMilestones {
		faults = append(faults, Invalid("too-many-milestones", "an order has at most %d milestones", maxMilestones).At("/milestones"))
	}
	total := decimal.Zero
	seen := map[string]bool{}
	for i, m := range milestones {
		at := "/milestones/" + strconv.Itoa(i)
		switch err := checkLine(m.Name); {
		case err != nil:
			faults = append(faults, err.At(at+"/name"))
		case strings.TrimSpace(m.Name) != m.Name || m.Name == "":
			faults = append(faults, Invalid("invalid-name", "a milestone has a name without spaces around it").At(at+"/name"))
		case seen[m.Name]:
			faults = append(faults, Invalid("milestone-repeated", "%q is named twice", clip(m.Name)).At(at+"/name"))
		}
		seen[m.Name] = true
		if !m.Percent.IsPositive() {
			faults = append(faults, Invalid("invalid-percent", "a milestone is more than 0 %% of its order").At(at+"/percent"))
		}
		total = total.Add(m.Percent)
	}
	if !total.Equal(hundred) {
		faults = append(faults, Invalid("milestones-not-whole", "the milestones are %s %% of the order, not 100", total).At("/milestones"))
	}
	return faults
}

// MilestoneCompletion says that a milestone of an order is completed, so that it is billed (the update "complete-milestone").
type MilestoneCompletion struct {
	ID    string `json:"id"`
	N     int    `json:"n"` // from 1
	Note  string `json:"note"`
	Actor string `json:"actor"`
}

// MilestonesBilled is how far an order is billed that is billed by milestones. The zero value is an order that is not.
type MilestonesBilled struct {
	Milestones int
	Billed     int
	Amount     Money // gross, of all invoices
}

// Any is true of an order that is billed by milestones.
func (b MilestonesBilled) Any() bool { return b.Milestones > 0 }

// Left is how many milestones are not billed.
func (b MilestonesBilled) Left() int { return b.Milestones - b.Billed }

// Commitment is what of an order's value is in the exposure's buckets O and D, where open and delivered are worth so much: what is
// billed is in I and so in none of these. It is taken from what was delivered first, and what is billed beyond that from what is not
// shipped yet. When all is billed there is nothing left, whatever is shipped.
func (b MilestonesBilled) Commitment(open, delivered Money) (Money, Money) {
	if !b.Any() || b.Billed == 0 {
		return open, delivered
	}
	if b.Left() == 0 {
		return Zero(open.Currency()), Zero(open.Currency())
	}
	ofDelivered := Min(b.Amount, delivered)
	return open.Sub(Min(b.Amount.Sub(ofDelivered), open)), delivered.Sub(ofDelivered)
}

// Stage is StageOf for an order that is billed by milestones: when nothing is to be shipped any more, it waits for those that are not
// billed.
func (b MilestonesBilled) Stage(lines []LineProgress, openReceivables int) Stage {
	shipped := make([]LineProgress, len(lines))
	for i, line := range lines {
		shipped[i] = line
		shipped[i].Invoiced = line.Shipped
	}
	if stage := StageOf(shipped, openReceivables); stage == Fulfilling || b.Left() == 0 {
		return stage
	}
	return Invoicing
}

// BilledSoFar is what the milestones of an order that are billed have billed of it.
type BilledSoFar struct {
	Percent decimal.Decimal
	Lines   map[int]Money // net, by order line
	Charges map[int]Money // by charge
	Groups  []CreditGroup // taxable and tax
}

func (b BilledSoFar) group(currency Currency, tax TaxClass) CreditGroup {
	for _, group := range b.Groups {
		if group.Tax.Equal(tax) {
			return group
		}
	}
	return CreditGroup{Tax: tax, Taxable: Zero(currency), Amount: Zero(currency)}
}

// milestoneValues are what the milestones of an order bill of each line in the end: its net less its part of the document discount, of
// what is kept of its quantity.
func (o Order) milestoneValues(kept []decimal.Decimal) []Money {
	lines := make([]TaxedAmount, len(o.Lines))
	values := make([]Money, len(o.Lines))
	for i, line := range o.Lines {
		lines[i], values[i] = TaxedAmount{Net: line.Net, Tax: line.Tax}, line.Net
	}
	for _, group := range TotalOf(o.Currency, lines, o.DiscountPercent).Groups {
		if !group.Allowance.IsPositive() {
			continue
		}
		var members []int
		var nets []decimal.Decimal
		for i, line := range lines {
			if line.Tax.Equal(group.Tax) {
				members, nets = append(members, i), append(nets, line.Net.Decimal())
			}
		}
		for k, part := range group.Allowance.Allocate(nets) {
			values[members[k]] = values[members[k]].Sub(part)
		}
	}
	for i, line := range o.Lines {
		values[i] = values[i].Share(kept[i], line.Quantity)
	}
	return values
}

// KeepsBilled refuses to leave less of an order than its milestones have billed of it, line by line: "milestones-billed". kept is
// what is not cancelled of each line.
func (o Order) KeepsBilled(kept []decimal.Decimal, billed BilledSoFar) error {
	for i, value := range o.milestoneValues(kept) {
		if was, some := billed.Lines[o.Lines[i].Line]; some && was.MoreThan(value) {
			return Conflict("milestones-billed", "%s net of line %d is billed by milestones, and %s of it would be left: credit their invoices first",
				was.Text(), o.Lines[i].Line, value.Text())
		}
	}
	return nil
}

// lumpSum is the unit of a line that bills a share of an order line (UN/ECE Recommendation 20).
const lumpSum = "LS"

// DrawMilestone draws the lines, charges and totals of the invoice of an order's n-th milestone, after those in billed. Each line bills
// once what the milestones so far are worth of an order line, document discount included, less what was billed of it:
// round(value × Σ percent ÷ 100) − earlier parts. So do charges. The tax of a group is round(Σ taxable × rate ÷ 100) − earlier parts, and
// can differ from the rounded tax of its own taxable amount by one minor unit. So nothing is below 0, the order in which milestones are
// billed does not matter to what they sum to, and the last one takes the remainder: together they are the order, line by line and group
// by group. What a cancellation left of a line can be billed already; then nothing more is.
func (o Order) DrawMilestone(n int, milestone Milestone, kept []decimal.Decimal, billed BilledSoFar) Invoice {
	nothing := Zero(o.Currency)
	invoice := Invoice{OrderID: o.ID, Milestone: n}
	t := Totals{LineTotal: nothing, Allowance: nothing, Charge: nothing, Net: nothing, Tax: nothing, Total: nothing}
	until := billed.Percent.Add(milestone.Percent)
	part := func(value, was Money) Money {
		if most := value.Share(until, hundred); most.MoreThan(was) {
			return most.Sub(was)
		}
		return nothing
	}
	groupOf := func(tax TaxClass) *TaxGroup {
		for i := range t.Groups {
			if t.Groups[i].Tax.Equal(tax) {
				return &t.Groups[i]
			}
		}
		t.Groups = append(t.Groups, TaxGroup{Tax: tax, Net: nothing, Allowance: nothing, Charge: nothing})
		return &t.Groups[len(t.Groups)-1]
	}
	one := decimal.NewFromInt(1)
	for i, value := range o.milestoneValues(kept) {
		line := o.Lines[i]
		was, some := billed.Lines[line.Line]
		if !some {
			was = nothing
		}
		net := part(value, was)
		group := groupOf(line.Tax)
		group.Net, t.LineTotal = group.Net.Add(net), t.LineTotal.Add(net)
		invoice.Lines = append(invoice.Lines, InvoiceLine{
			OrderID: o.ID, OrderLine: line.Line, Milestone: n, SKU: line.SKU, Description: fmt.Sprintf("%s (%s, %s %%)", line.Description, milestone.Name, milestone.Percent),
			UnitCode: lumpSum, Quantity: one, UnitPrice: net.Decimal(), BaseQuantity: one, Tax: line.Tax, TaxExemption: line.TaxExemption,
			ExemptionCode: line.TaxExemptionCode, Net: net,
		})
	}
	for i, charge := range o.Charges {
		was, some := billed.Charges[i+1]
		if !some {
			was = nothing
		}
		amount := part(charge.Amount, was)
		if amount.IsZero() {
			continue
		}
		group := groupOf(charge.Tax)
		group.Charge, t.Charge = group.Charge.Add(amount), t.Charge.Add(amount)
		charge.Amount = amount
		invoice.Charges = append(invoice.Charges, InvoiceCharge{Charge: charge, OrderID: o.ID, N: i + 1, Milestone: n})
	}
	for i := range t.Groups {
		group := &t.Groups[i]
		before := billed.group(o.Currency, group.Tax)
		group.Taxable = group.Net.Add(group.Charge)
		group.TaxAmount = before.Taxable.Add(group.Taxable).Share(group.Tax.Rate, hundred).Sub(before.Amount)
		t.Tax = t.Tax.Add(group.TaxAmount)
	}
	t.Net = t.LineTotal.Add(t.Charge)
	t.Total = t.Net.Add(t.Tax)
	invoice.Totals = t
	return invoice
}
