package models

import "github.com/shopspring/decimal"

// LineShares spreads what is open of an invoice over its lines and, as the rest, its charges. Of each tax group what is left to credit
// is spread in proportion to the nets that are left, and what is open in proportion to that, each by the largest remainder: the
// lines and the rest sum to what is open exactly. Of an invoice of which nothing is settled a line's share is what its credit note is.
func LineShares(open Money, c Creditable) (lines map[int]Money, rest Money) {
	currency := open.Currency()
	lines, rest = make(map[int]Money, len(c.Lines)), Zero(currency)
	var numbers []int // 0: the rest
	var weights []decimal.Decimal
	for _, group := range c.Groups {
		members, nets := group.members(c.Lines)
		for i, part := range group.Left.Left().Allocate(nets) {
			numbers, weights = append(numbers, members[i]), append(weights, part.Decimal())
		}
	}
	if !open.IsPositive() || decimal.Sum(decimal.Zero, weights...).IsZero() {
		return lines, rest
	}
	for i, part := range open.Allocate(weights) {
		if numbers[i] == 0 {
			rest = rest.Add(part)
		} else {
			lines[numbers[i]] = part
		}
	}
	return lines, rest
}

// members are the lines of a tax group, and 0 for its charges, with weights that stand to each other as what is left of their nets: a
// document discount lowers those of the lines, and not those of the charges.
func (g CreditableGroup) members(lines []CreditableLine) (members []int, weights []decimal.Decimal) {
	all := decimal.Zero
	for _, line := range lines {
		if line.Tax.Equal(g.Tax) {
			all = all.Add(line.Net.Decimal())
		}
	}
	discounted := all.Sub(g.Allowance.Decimal())
	for _, line := range lines {
		if line.Tax.Equal(g.Tax) {
			members = append(members, line.Line)
			weights = append(weights, line.Net.Sub(line.CreditedNet).Decimal().Mul(discounted))
		}
	}
	charges := g.Taxable.Decimal().Sub(discounted)
	if all.IsPositive() {
		charges = charges.Mul(all)
	}
	if decimal.Sum(charges, weights...).IsZero() { // all lines are credited: what is left is nobody's
		charges = decimal.NewFromInt(1)
	}
	return append(members, 0), append(weights, charges)
}
