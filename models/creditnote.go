package models

import "github.com/shopspring/decimal"

// CreditGroup is what one tax group of an invoice can still be credited for.
type CreditGroup struct {
	Tax     TaxClass
	Taxable Money // left
	Amount  Money // tax left
}

// Left is the gross amount that can still be credited.
func (g CreditGroup) Left() Money { return g.Taxable.Add(g.Amount) }

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
