package models

import (
	"slices"

	"github.com/shopspring/decimal"
)

// Settlement is how the money of an order's invoices was settled (definitions, "Reconciliation of an order").
type Settlement struct {
	Invoiced           Money
	Paid               Money
	Deposits           Money
	CreditApplied      Money
	Credited           Money
	Discount           Money
	PaymentDifference  Money
	Withheld           Money
	WrittenOff         Money
	LedgerReceivables  Money // the balance that the ledger still shows for the order's documents
	OrderedAndInvoiced bool  // what was shipped is invoiced, or came back before, and nothing is neither shipped nor cancelled
	// Shared is how the invoices were settled that the order shares with others: it ends as they do.
	Shared []Settlement `json:"-"`
}

// SharedSettlement is how an invoice of several orders was settled: the parts that the orders have in it, which is that of the order
// in question, and what has settled the whole.
type SharedSettlement struct {
	Shares []Money
	Mine   int
	Whole  Settlement
}

// Part is what of it settled the order in question. What settles the whole is split over the orders in proportion to what of their
// shares is not settled yet, one kind after the other, each by the largest remainder. So each kind sums over the orders to what it
// was for the invoice, and the kinds sum for each order to its share when the invoice is settled.
func (s SharedSettlement) Part() Settlement {
	left := make([]decimal.Decimal, len(s.Shares))
	for i, share := range s.Shares {
		left[i] = share.Decimal()
	}
	zero := Zero(s.Shares[s.Mine].Currency())
	split := func(whole Money) Money {
		if whole.IsZero() || decimal.Sum(decimal.Zero, left...).IsZero() {
			return zero
		}
		parts := whole.Allocate(left)
		for i, part := range parts {
			left[i] = left[i].Sub(part.Decimal())
		}
		return parts[s.Mine]
	}
	w := s.Whole
	return Settlement{
		Invoiced: s.Shares[s.Mine], LedgerReceivables: zero,
		// What can be below zero comes first, while there is something of every share to weigh by.
		PaymentDifference: split(w.PaymentDifference), Paid: split(w.Paid), Deposits: split(w.Deposits), CreditApplied: split(w.CreditApplied),
		Credited: split(w.Credited), Discount: split(w.Discount), Withheld: split(w.Withheld), WrittenOff: split(w.WrittenOff),
	}
}

// any says whether something is so of the order's own invoices or of those that it shares.
func (s Settlement) any(is func(Settlement) bool) bool {
	return is(s) || slices.ContainsFunc(s.Shared, is)
}

// Add adds up how invoices were settled, of which quantities are the order's.
func (s Settlement) Add(t Settlement) Settlement {
	s.Invoiced, s.Paid, s.Deposits, s.CreditApplied = s.Invoiced.Add(t.Invoiced), s.Paid.Add(t.Paid), s.Deposits.Add(t.Deposits), s.CreditApplied.Add(t.CreditApplied)
	s.Credited, s.Discount, s.PaymentDifference = s.Credited.Add(t.Credited), s.Discount.Add(t.Discount), s.PaymentDifference.Add(t.PaymentDifference)
	s.Withheld, s.WrittenOff, s.LedgerReceivables = s.Withheld.Add(t.Withheld), s.WrittenOff.Add(t.WrittenOff), s.LedgerReceivables.Add(t.LedgerReceivables)
	return s
}

// Settled is the sum of everything that lowers an invoice.
func (s Settlement) Settled() Money {
	return s.Paid.Add(s.Deposits).Add(s.CreditApplied).Add(s.Credited).Add(s.Discount).Add(s.PaymentDifference).
		Add(s.Withheld).Add(s.WrittenOff)
}

// Reconcile compares quantities, money and ledger of an order that is settled, and names what differs.
func (s Settlement) Reconcile() []string {
	var variances []string
	if !s.OrderedAndInvoiced {
		variances = append(variances, "quantities: ordered ≠ shipped + cancelled, or shipped ≠ invoiced + returned before invoicing")
	}
	if !s.Invoiced.Equal(s.Settled()) {
		variances = append(variances, "money: invoiced "+s.Invoiced.Text()+", settled "+s.Settled().Text())
	}
	if !s.LedgerReceivables.IsZero() {
		variances = append(variances, "ledger: receivables of the order are "+s.LedgerReceivables.Text()+", not zero")
	}
	return variances
}

// OutcomeOf is how an order ended: cancelled or rejected if nothing was shipped, else written off, paid or credited.
func (s Settlement) OutcomeOf(shipped, rejected bool) Outcome {
	switch {
	case !shipped && rejected:
		return OutcomeRejected
	case !shipped:
		return OutcomeCancelled
	case s.any(func(s Settlement) bool { return s.WrittenOff.IsPositive() }):
		return OutcomeWrittenOff
	case s.any(func(s Settlement) bool { return s.Paid.IsPositive() || s.Deposits.IsPositive() }):
		return OutcomePaid
	default:
		return OutcomeCredited
	}
}
