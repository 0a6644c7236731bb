package models

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
	OrderedAndInvoiced bool  // what was shipped is invoiced, and nothing is neither shipped nor cancelled
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
		variances = append(variances, "quantities: ordered ≠ shipped + cancelled, or shipped ≠ invoiced")
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
	case s.WrittenOff.IsPositive():
		return OutcomeWrittenOff
	case s.Paid.IsPositive() || s.Deposits.IsPositive():
		return OutcomePaid
	default:
		return OutcomeCredited
	}
}
