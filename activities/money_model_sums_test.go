package activities_test

import "slices"

// items are all that is owed or was.
func (m *moneyModel) items() []*modelInvoice { return slices.Concat(m.invoices, m.notes) }

// exposure is what counts against the limit, bucket by bucket: O, D, I, unapplied cash, customer credit, and deposits beyond what their orders are worth in the sum.
func (m *moneyModel) exposure() (buckets [6]int64) {
	for _, o := range m.orders {
		open, delivered := o.committed()
		buckets[5] += o.depositsBeyond()
		buckets[0], buckets[1] = buckets[0]+open, buckets[1]+delivered
	}
	for _, v := range m.items() {
		buckets[2] += v.open()
	}
	for _, p := range m.payments {
		buckets[3] += p.unapplied()
	}
	for _, c := range m.credits {
		buckets[4] += c.left
	}
	return buckets
}

// balances are the ledger's, debits above zero.
func (m *moneyModel) balances() map[string]int64 {
	b := map[string]int64{"bank": -m.creditRefunded - m.fees, "bank_charges": m.fees, "fee_income": -m.charged}
	for _, v := range m.items() {
		b["receivables"] += v.open()
		b["discounts_allowed"] += v.discount - v.tax
		b["payment_differences"] += v.difference
		b["tax_payable"] += v.tax
		b["bad_debt_expense"] += v.lost
		b["loss_allowance"] += v.borne
		b["bad_debts_recovered"] -= v.recovered
		for _, g := range v.groups {
			if slices.Contains(m.notes, v) {
				break // neither revenue nor tax
			}
			b["revenue"] -= g.leftNet
			b["tax_payable"] -= g.leftTax
		}
	}
	for _, p := range m.payments {
		b["bank_clearing"] += p.amount
		for _, r := range p.reversals {
			if r.amount > 0 && !r.won {
				b["bank_clearing"] -= r.amount - r.claimed
				b["bank"] -= r.claimed
			}
		}
		b["unapplied_cash"] -= p.unapplied()
		b["payment_differences"] -= p.income
		b["bank"] -= p.gaveBack
	}
	for _, o := range m.orders {
		if o.prepaid == nil {
			continue
		}
		for _, d := range o.prepaid.deposits {
			for _, g := range d.kept {
				b["customer_deposits"] -= g.leftNet
				b["tax_payable"] -= g.leftTax
			}
		}
	}
	for _, c := range m.credits {
		b["customer_credit"] -= c.left
	}
	return b
}
