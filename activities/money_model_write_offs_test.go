package activities_test

import (
	"cmp"
	"slices"
)

// modelRequest is a write-off that waits for a second person, as long as anything is open.
type modelRequest struct {
	id          string
	of          *modelInvoice
	asked, seen int64 // asked: 0 is all; seen is the amount that is to be approved
	roles       []string
	over        bool
}

// modelRecovery is what of a payment came for a written-off invoice.
type modelRecovery struct {
	of     *modelInvoice
	amount int64
	over   bool
}

// waiting are the write-offs that wait for a second person.
func (m *moneyModel) waiting() (waiting []*modelRequest) {
	for _, r := range m.requests {
		if !r.over {
			waiting = append(waiting, r)
		}
	}
	return waiting
}

// lapse ends the requests of which nothing is open any more.
func (m *moneyModel) lapse() {
	for _, r := range m.waiting() {
		r.over = r.of.open() == 0
	}
}

// loss is how much is given up where so much is asked for: only of what nobody disputes.
func (v *modelInvoice) loss(asked int64) (amount int64, refused string) {
	switch {
	case v.undisputed() == 0:
		return 0, "nothing-to-write-off"
	case asked > v.undisputed():
		return 0, "write-off-exceeds-open"
	case asked == 0:
		return v.undisputed(), ""
	}
	return asked, ""
}

// writeOff gives an amount up, 0 for all, or has it wait for a second person where it is above the authority of who asks.
func (m *moneyModel) writeOff(r *modelRequest, authority int64) (refused string) {
	amount, refused := r.of.loss(r.asked)
	switch {
	case refused != "":
		return refused
	case amount <= authority:
		m.giveUp(r.of, amount)
		return ""
	}
	for _, other := range m.waiting() {
		if other.of == r.of {
			return "write-off-waits"
		}
	}
	r.seen = amount
	m.requests = append(m.requests, r)
	return ""
}

// decide is the second person's decision: never more than it has seen is given up.
func (m *moneyModel) decide(r *modelRequest, approved, own bool) (refused string) {
	switch {
	case r.over:
		return "approval-decided"
	case own:
		return "own-approval"
	}
	if approved {
		amount, refused := r.of.loss(r.asked)
		if refused != "" {
			return refused
		}
		m.giveUp(r.of, min(amount, r.seen))
	}
	r.over = true
	return ""
}

// giveUp writes an amount off: the allowance bears what it can.
func (m *moneyModel) giveUp(v *modelInvoice, amount int64) {
	borne := min(amount, m.allowance)
	m.allowance -= borne
	v.borne, v.lost = v.borne+borne, v.lost+amount-borne
}

// takeLossBack gives what a credit note takes back to those who bore it, in proportion.
func (m *moneyModel) takeLossBack(v *modelInvoice, amount int64) {
	if amount == 0 {
		return
	}
	parts := spread(amount, []int64{v.lost, v.borne})
	v.lost, v.borne, m.allowance = v.lost-parts[0], v.borne-parts[1], m.allowance+parts[1]
}

func (p *modelPayment) recovered() (recovered int64) {
	for _, r := range p.recoveries {
		if !r.over {
			recovered += r.amount
		}
	}
	return recovered
}

// recover takes a part of a payment for what is written off, as far as it is there and has not come.
func (m *moneyModel) recover(p *modelPayment, v *modelInvoice, amount int64) (used int64) {
	if used = min(amount, p.unapplied(), v.recoverable()); used <= 0 {
		return 0
	}
	v.recovered += used
	p.recoveries = append(p.recoveries, &modelRecovery{of: v, amount: used})
	return used
}

// recoverAll takes what is left of the parts of a payment for what is written off of the invoices that it names, by their numbers.
func (m *moneyModel) recoverAll(p *modelPayment, left map[*modelInvoice]int64) {
	named := make([]*modelInvoice, 0, len(left))
	for v := range left {
		named = append(named, v)
	}
	slices.SortFunc(named, func(a, b *modelInvoice) int { return cmp.Compare(a.number, b.number) })
	for _, v := range named {
		m.recover(p, v, left[v])
	}
}

// applyToLost is a person's application to an item that is written off in part or in full: what is open of it comes first.
func (m *moneyModel) applyToLost(p *modelPayment, v *modelInvoice, amount int64) (refused string) {
	if amount > v.open()+v.recoverable() {
		return "amount-exceeds-open"
	}
	amount -= m.settle(p, v, min(amount, v.open()))
	m.recover(p, v, amount)
	return ""
}

// unrecover takes recoveries back for a reversal that needs so much, the newest first; what the bank leaves of the last comes again. It answers
// what is still needed.
func (m *moneyModel) unrecover(p *modelPayment, r *modelReversal, need int64) int64 {
	for _, recovery := range slices.Backward(slices.Clone(p.recoveries)) {
		if recovery.over || need <= 0 {
			continue
		}
		recovery.over = true
		recovery.of.recovered -= recovery.amount
		r.lost = append(r.lost, recovery)
		if need < recovery.amount {
			recovery.of.recovered += recovery.amount - need
			p.recoveries = append(p.recoveries, &modelRecovery{of: recovery.of, amount: recovery.amount - need})
		}
		need -= recovery.amount
	}
	return need
}
