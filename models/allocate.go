package models

import (
	"sort"

	"github.com/shopspring/decimal"
)

// Allocate splits an amount in proportion to weights by the largest remainder at the minor unit: each part gets its
// share rounded down, and the units that are left go to the largest remainders, the earlier position first. The parts
// sum to the whole exactly. Weights are at least 0 and not all 0; an amount below 0 is split like its opposite.
func (m Money) Allocate(weights []decimal.Decimal) []Money {
	total := decimal.Sum(decimal.Zero, weights...)
	if m.IsNegative() {
		parts := m.Neg().Allocate(weights)
		for i := range parts {
			parts[i] = parts[i].Neg()
		}
		return parts
	}
	digits := m.currency.MinorUnits()
	unit := decimal.New(1, -digits)
	parts := make([]Money, len(weights))
	rests := make([]decimal.Decimal, len(weights))
	order := make([]int, len(weights))
	left := m.amount
	for i, weight := range weights {
		share, rest := m.amount.Mul(weight).QuoRem(total, digits)
		parts[i], rests[i], order[i] = Money{amount: share, currency: m.currency}, rest, i
		left = left.Sub(share)
	}
	sort.SliceStable(order, func(a, b int) bool { return rests[order[a]].GreaterThan(rests[order[b]]) })
	for _, i := range order {
		if !left.IsPositive() {
			break
		}
		parts[i].amount = parts[i].amount.Add(unit)
		left = left.Sub(unit)
	}
	return parts
}
