package models

import (
	"slices"

	"github.com/shopspring/decimal"
)

// Prepayment is what is asked for before an order goes on.
type Prepayment struct {
	Proforma  string `json:"proforma"`
	Reference string `json:"reference"` // ISO 11649
	Amount    Money  `json:"amount"`    // what the order is worth
	Deposited Money  `json:"deposited"` // what of it has come
}

// Due is what is still to come.
func (p Prepayment) Due() Money {
	if p.Deposited.MoreThan(p.Amount) {
		return Zero(p.Amount.Currency())
	}
	return p.Amount.Sub(p.Deposited)
}

// Commitments are what an order puts into the exposure by itself.
type Commitments struct {
	Open      Money // O: approved, not shipped or cancelled
	Delivered Money // D: shipped, not invoiced
	Deposits  Money // U: what has come for it beyond the two
}

// Commit puts an order's own deposits against what it commits: first against what is open, then against what is delivered (definitions,
// "Orders, exposure and credit"). What is left over is the customer's, as long as the order has no value in the sum: so neither a
// deposit nor its application makes the total jump.
func Commit(open, delivered, deposits Money) Commitments {
	onOpen := Min(open, deposits)
	onDelivered := Min(delivered, deposits.Sub(onOpen))
	return Commitments{Open: open.Sub(onOpen), Delivered: delivered.Sub(onDelivered), Deposits: deposits.Sub(onOpen).Sub(onDelivered)}
}

// Worth is what is ordered and not cancelled, gross, with the charges unless nothing is kept.
func Worth(lines []LineProgress, charges Money) Money {
	worth, kept := Zero(charges.Currency()), false
	for _, line := range lines {
		worth = worth.Add(line.KeptValue())
		kept = kept || line.Quantity.GreaterThan(line.Cancelled)
	}
	if kept {
		worth = worth.Add(charges)
	}
	return worth
}

// GrossGroup is a tax group with the gross amount that is in it.
type GrossGroup struct {
	Tax   TaxClass
	Gross Money
}

// groupOf is the group of a class in a list, -1 for none.
func groupOf(groups []CreditGroup, tax TaxClass) int {
	for i, group := range groups {
		if group.Tax.Equal(tax) {
			return i
		}
	}
	return -1
}

// TaxAtReceipt splits a deposit over the tax groups of what it is for, less what deposits have come for them before, by the largest
// remainder; the tax in a group is round(gross × rate ÷ (100 + rate)), and what completes a group takes what remains of it. A group
// that holds more than it is worth, because less is ordered than before, takes no more. "credit-exceeds-invoice" for more than all of it.
func TaxAtReceipt(amount Money, worth []GrossGroup, before []CreditGroup) ([]CreditGroup, error) {
	var left []CreditGroup
	for _, group := range worth {
		tax := group.Gross.Share(group.Tax.Rate, hundred.Add(group.Tax.Rate))
		of := CreditGroup{Tax: group.Tax, Taxable: group.Gross.Sub(tax), Amount: tax}
		if at := groupOf(before, group.Tax); at >= 0 {
			of.Taxable, of.Amount = of.Taxable.Sub(before[at].Taxable), of.Amount.Sub(before[at].Amount)
		}
		if of.Taxable.IsNegative() {
			of.Taxable, of.Amount = Zero(amount.Currency()), of.Left()
		}
		if of.Amount.IsNegative() {
			of.Taxable, of.Amount = of.Left(), Zero(amount.Currency())
		}
		if of.Left().IsPositive() {
			left = append(left, of)
		}
	}
	return CreditByAmount(amount, left)
}

// ApplyDeposits takes an amount out of what is left of deposits, each by tax group, for an invoice that asks for so much in each of its
// groups: first in the invoice's own groups, so that the tax is relieved where it is due, the oldest deposit first; then, oldest first
// again, out of what else is left of each. The parts come back deposit by deposit, and sum to the amount or to all that there is.
func ApplyDeposits(amount Money, asked []GrossGroup, left [][]CreditGroup) ([][]CreditGroup, error) {
	parts := make([][]CreditGroup, len(left))
	take := func(at int, part Money, from []CreditGroup) error {
		if !part.IsPositive() {
			return nil
		}
		taken, err := CreditByAmount(part, from)
		parts[at] = AddGroups(parts[at], taken)
		amount = amount.Sub(part)
		return err
	}
	asked = slices.Clone(asked)
	for at, groups := range left {
		for _, group := range groups {
			for i := range asked {
				if !asked[i].Tax.Equal(group.Tax) {
					continue
				}
				part := Min(amount, Min(asked[i].Gross, group.Left()))
				if err := take(at, part, []CreditGroup{group}); err != nil {
					return nil, err
				}
				asked[i].Gross = asked[i].Gross.Sub(part)
			}
		}
	}
	for at, groups := range left {
		rest := AddGroups(groups, Negated(parts[at]))
		net, tax := NetAndTax(rest, amount.Currency())
		if err := take(at, Min(amount, net.Add(tax)), rest); err != nil {
			return nil, err
		}
	}
	return parts, nil
}

// GrossOf are the tax groups of a document with the gross amount of each.
func GrossOf(t Totals) []GrossGroup {
	groups := make([]GrossGroup, len(t.Groups))
	for i, group := range t.Groups {
		groups[i] = GrossGroup{Tax: group.Tax, Gross: group.Taxable.Add(group.TaxAmount)}
	}
	return groups
}

// NetAndTax add up groups.
func NetAndTax(groups []CreditGroup, currency Currency) (net, tax Money) {
	net, tax = Zero(currency), Zero(currency)
	for _, group := range groups {
		net, tax = net.Add(group.Taxable), tax.Add(group.Amount)
	}
	return net, tax
}

// WorthByGroup is what is kept of an order by tax group, its charges included, in the order in which the groups come.
func WorthByGroup(lines []LineProgress, taxes []TaxClass, charges []Charge) []GrossGroup {
	var groups []GrossGroup
	add := func(tax TaxClass, gross Money) {
		for i := range groups {
			if groups[i].Tax.Equal(tax) {
				groups[i].Gross = groups[i].Gross.Add(gross)
				return
			}
		}
		groups = append(groups, GrossGroup{Tax: tax, Gross: gross})
	}
	kept := decimal.Zero
	for i, line := range lines {
		kept = kept.Add(line.Quantity.Sub(line.Cancelled))
		add(taxes[i], line.KeptValue())
	}
	if kept.IsPositive() {
		for _, charge := range charges {
			add(charge.Tax, charge.Gross)
		}
	}
	return groups
}

// AddGroups adds groups to others, class by class.
func AddGroups(to, groups []CreditGroup) []CreditGroup {
	sum := slices.Clone(to)
	for _, group := range groups {
		if at := groupOf(sum, group.Tax); at >= 0 {
			sum[at].Taxable, sum[at].Amount = sum[at].Taxable.Add(group.Taxable), sum[at].Amount.Add(group.Amount)
		} else {
			sum = append(sum, group)
		}
	}
	return sum
}

// Negated are groups with the other sign.
func Negated(groups []CreditGroup) []CreditGroup {
	negated := make([]CreditGroup, len(groups))
	for i, group := range groups {
		negated[i] = CreditGroup{Tax: group.Tax, Taxable: group.Taxable.Neg(), Amount: group.Amount.Neg()}
	}
	return negated
}
