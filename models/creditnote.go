package models

import (
	"strconv"

	"github.com/shopspring/decimal"
)

// CreditGroup is a taxable amount and its tax, in one tax group: of a credit note, or what is left to credit of an invoice.
type CreditGroup struct {
	Tax     TaxClass
	Taxable Money
	Amount  Money // of tax
}

// Left is the gross amount that can still be credited.
func (g CreditGroup) Left() Money { return g.Taxable.Add(g.Amount) }

// CreditableLine is a line of an invoice and what its credit notes have taken of it so far.
type CreditableLine struct {
	Line             int
	Tax              TaxClass
	Quantity         decimal.Decimal
	Net              Money
	CreditedQuantity decimal.Decimal
	CreditedNet      Money
}

// CreditableGroup is a tax group of an invoice. Allowance is its part of the document discount; what is taxable beyond its
// lines less that is its charges.
type CreditableGroup struct {
	Tax       TaxClass
	Taxable   Money
	Allowance Money
	Left      CreditGroup
}

// Creditable is what can still be credited of an invoice.
type Creditable struct {
	Lines  []CreditableLine
	Groups []CreditableGroup
}

// Left is what can still be credited, group by group.
func (c Creditable) Left() []CreditGroup {
	left := make([]CreditGroup, len(c.Groups))
	for i, group := range c.Groups {
		left[i] = group.Left
	}
	return left
}

// CreditedLine is a line of a credit note: a quantity of an invoice's line, and its net amount.
type CreditedLine struct {
	Line     int // of the invoice
	Quantity decimal.Decimal
	Net      Money
}

// Drawn is what a credit note is made of. Groups are its tax breakdown; Lines are there when it credits quantities.
type Drawn struct {
	Lines  []CreditedLine
	Groups []CreditGroup
}

// Total is the gross amount of the note.
func (d Drawn) Total(currency Currency) Money {
	total := Zero(currency)
	for _, group := range d.Groups {
		total = total.Add(group.Left())
	}
	return total
}

// CreditByAmount spreads a gross amount over the tax groups of an invoice by what is left to credit. In a group, tax =
// round(gross × rate ÷ (100 + rate)) and net = gross − tax; the note that completes a group takes what remains of it, so
// that all notes together meet the invoice to the minor unit (definitions, "Credit note"). It fails with
// "credit-exceeds-invoice".
func CreditByAmount(gross Money, left []CreditGroup) ([]CreditGroup, error) {
	total := Zero(gross.Currency())
	weights := make([]decimal.Decimal, len(left))
	for i, group := range left {
		total = total.Add(group.Left())
		weights[i] = group.Left().Decimal()
	}
	if gross.MoreThan(total) {
		return nil, Conflict("credit-exceeds-invoice", "%s is more than the %s that is left to credit", gross.Text(), total.Text())
	}
	if !gross.IsPositive() {
		return nil, Invalid("invalid-amount", "a credit note needs an amount above 0")
	}
	var note []CreditGroup
	for i, part := range gross.Allocate(weights) {
		group := left[i]
		if part.IsZero() {
			continue
		}
		if part.Equal(group.Left()) {
			note = append(note, group)
			continue
		}
		tax := Min(part.Share(group.Tax.Rate, hundred.Add(group.Tax.Rate)), group.Amount)
		net := part.Sub(tax)
		if net.MoreThan(group.Taxable) {
			net, tax = group.Taxable, part.Sub(group.Taxable)
		}
		note = append(note, CreditGroup{Tax: group.Tax, Taxable: net, Amount: tax})
	}
	return note, nil
}

// CreditByLines credits quantities of an invoice's lines, as an invoice bills them: the net of a part is round(line net ×
// cumulative quantity ÷ quantity) less its earlier parts, so that parts meet the line; the document discount goes along in
// proportion to the nets; tax is rounded once per group. The note that credits the last quantity of the invoice takes all
// that is left of every group: charges, and what notes by amount have left. A group whose lines are all credited takes no
// more than is left of it. All faults come back, each with its pointer: "invalid-quantity", "line-not-found",
// "line-repeated", "credit-exceeds-line"; then "credit-exceeds-invoice".
func CreditByLines(asked []LineQuantity, c Creditable) (Drawn, []*Error) {
	return c.credit(asked, false)
}

// CreditReturned is CreditByLines for goods that came back: where notes by amount have left less of a group than the lines are worth, it
// credits what is left. What it draws may be nothing.
func CreditReturned(asked []LineQuantity, c Creditable) (Drawn, []*Error) {
	return c.credit(asked, true)
}

func (c Creditable) credit(asked []LineQuantity, capped bool) (Drawn, []*Error) {
	after, note, faults := c.take(asked)
	if len(faults) > 0 {
		return Drawn{}, faults
	}
	complete := completed(after, nil)
	for i, group := range c.Groups {
		part, of, err := group.credit(c.Lines, after, complete)
		if err != nil && capped {
			part, err = group.Left, nil
		}
		switch {
		case err != nil:
			return Drawn{}, []*Error{err}
		case !of || part.Taxable.IsZero() && part.Amount.IsZero():
			continue
		}
		note.Groups = append(note.Groups, CreditGroup{Tax: c.Groups[i].Tax, Taxable: part.Taxable, Amount: part.Amount})
	}
	if len(note.Groups) == 0 && capped {
		return Drawn{}, nil
	}
	if len(note.Groups) == 0 {
		return Drawn{}, []*Error{Conflict("credit-exceeds-invoice", "nothing is left to credit of these lines").At("/lines")}
	}
	return note, nil
}

// take credits quantities, and returns the lines as they are then and the parts that were taken.
func (c Creditable) take(asked []LineQuantity) (after []CreditableLine, note Drawn, faults []*Error) {
	after = append(after, c.Lines...)
	seen := map[int]bool{}
	for i, part := range asked {
		pointer := "/lines/" + strconv.Itoa(i)
		line := lineOf(after, part.Line)
		quantity, err := ParseQuantity(part.Quantity)
		switch {
		case err != nil:
			faults = append(faults, Invalid("invalid-quantity", "%q is not a quantity above 0", clip(part.Quantity)).At(pointer+"/quantity"))
		case seen[part.Line]:
			faults = append(faults, Invalid("line-repeated", "line %d is named twice", part.Line).At(pointer+"/line"))
		case line == nil:
			faults = append(faults, Invalid("line-not-found", "the invoice has no line %d", part.Line).At(pointer+"/line"))
		case quantity.GreaterThan(line.Quantity.Sub(line.CreditedQuantity)):
			faults = append(faults, Conflict("credit-exceeds-line", "%s of line %d are left to credit", line.Quantity.Sub(line.CreditedQuantity), part.Line).
				At(pointer+"/quantity"))
		default:
			line.CreditedQuantity = line.CreditedQuantity.Add(quantity)
			net := line.Net.Share(line.CreditedQuantity, line.Quantity).Sub(line.CreditedNet)
			line.CreditedNet = line.CreditedNet.Add(net)
			note.Lines = append(note.Lines, CreditedLine{Line: part.Line, Quantity: quantity, Net: net})
		}
		seen[part.Line] = true
	}
	return after, note, faults
}

// credit is the group's part of a note by lines; of is false when the note has nothing of the group.
func (g CreditableGroup) credit(before, after []CreditableLine, complete bool) (part CreditGroup, of bool, err *Error) {
	if complete {
		return g.Left, true, nil
	}
	net, was, is := Zero(g.Taxable.Currency()), Zero(g.Taxable.Currency()), Zero(g.Taxable.Currency())
	for i, line := range after {
		if line.Tax.Equal(g.Tax) {
			net, was, is = net.Add(line.Net), was.Add(before[i].CreditedNet), is.Add(line.CreditedNet)
			of = of || !line.CreditedQuantity.Equal(before[i].CreditedQuantity)
		}
	}
	if !of || net.IsZero() {
		return part, of, nil
	}
	discounted := Min(net.Sub(g.Allowance), g.Taxable)
	taxable := discounted.Share(is.Decimal(), net.Decimal()).Sub(discounted.Share(was.Decimal(), net.Decimal()))
	if completed(after, &g.Tax) {
		taxable = Min(taxable, g.Left.Taxable)
	}
	if taxable.MoreThan(g.Left.Taxable) {
		return part, true, Conflict("credit-exceeds-invoice", "%s of %s %% is more than the %s that is left to credit", taxable.Text(), g.Tax.Rate, g.Left.Taxable.Text()).At("/lines")
	}
	if taxable.Equal(g.Left.Taxable) {
		return g.Left, true, nil // what completes a group takes the rest of its tax
	}
	return CreditGroup{Taxable: taxable, Amount: Min(taxable.Share(g.Tax.Rate, hundred), g.Left.Amount)}, true, nil
}

// completed is true when all lines, or all of a tax group, are credited in full.
func completed(lines []CreditableLine, of *TaxClass) bool {
	for _, line := range lines {
		if (of == nil || line.Tax.Equal(*of)) && !line.CreditedQuantity.Equal(line.Quantity) {
			return false
		}
	}
	return true
}

func lineOf(lines []CreditableLine, number int) *CreditableLine {
	for i := range lines {
		if lines[i].Line == number {
			return &lines[i]
		}
	}
	return nil
}

// SettledBy is how an invoice stands when it is credited: what is open of it and by what the rest was settled. Cash is the
// money that was applied to it (payments, deposits, customer credit), less what earlier credit notes turned into customer
// credit.
type SettledBy struct {
	Open              Money
	WrittenOff        Money
	PaymentDifference Money
	Discount          Money
	Cash              Money
}

// CreditSplit says what becomes of a credit note: it lowers what is open, takes back what was given up, and the rest is the
// customer's.
type CreditSplit struct {
	Open              Money `json:"open"`
	WrittenOff        Money `json:"written_off"`
	PaymentDifference Money `json:"payment_difference"`
	Discount          Money `json:"discount"`
	CustomerCredit    Money `json:"customer_credit"`
}

// OnInvoice is the part of the note that stays on its invoice.
func (s CreditSplit) OnInvoice() Money { return s.Open.Add(s.TakenBack()) }

// TakenBack is the part that reverses write-offs, payment differences and discount.
func (s CreditSplit) TakenBack() Money { return s.WrittenOff.Add(s.PaymentDifference).Add(s.Discount) }

// SplitCredit splits a credit note: it first lowers the open amount, then reverses write-offs and payment differences, then
// the discount taken in its share, which is round(discount × rest ÷ (cash + discount)); the rest is customer credit, never
// more than the cash that was applied to the invoice (definitions, "Credit note"). A note that is more than all of that is
// refused: "credit-exceeds-settled".
func SplitCredit(total Money, s SettledBy) (CreditSplit, error) {
	rest := total
	take := func(most Money) Money {
		part := Min(rest, most)
		if part.IsNegative() {
			part = Zero(total.Currency())
		}
		rest = rest.Sub(part)
		return part
	}
	split := CreditSplit{Open: take(s.Open), WrittenOff: take(s.WrittenOff), PaymentDifference: take(s.PaymentDifference)}
	cash := s.Cash
	if cash.IsNegative() { // what was made customer credit was paid with money that was taken back since
		cash = Zero(total.Currency())
	}
	share := Zero(total.Currency())
	if base := cash.Add(s.Discount); s.Discount.IsPositive() {
		share = s.Discount.Share(Min(rest, base).Decimal(), base.Decimal())
	}
	split.Discount = take(share)
	split.CustomerCredit = take(cash)
	if rest.IsPositive() {
		return CreditSplit{}, Conflict("credit-exceeds-settled", "%s of the credit note is neither open nor was it settled with money", rest.Text())
	}
	return split, nil
}
