package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"o2c/api/client"
)

// end is how an order of a story ends: its outcome, empty for one that stays open, and the dunning levels that were sent.
type end struct {
	outcome client.Outcome
	levels  []int
}

var ends = map[Story]end{
	Pays:            {outcome: client.OutcomePaid},
	PaysTwice:       {outcome: client.OutcomePaid},
	PaysShort:       {outcome: client.OutcomePaid, levels: []int{0, 1, 2, 3}},
	PaysLate:        {outcome: client.OutcomePaid, levels: []int{0, 1, 2}},
	NeverPays:       {levels: []int{0, 1, 2, 3, 4}},
	DisputesRightly: {outcome: client.OutcomeCredited},
	DisputesWrongly: {outcome: client.OutcomePaid, levels: []int{0, 1, 2, 3}},
	Released:        {outcome: client.OutcomePaid},
	Rejected:        {outcome: client.OutcomeRejected},
	Backordered:     {outcome: client.OutcomePaid},
	Cancelled:       {outcome: client.OutcomeCancelled},
}

// awaitEnds waits until the orders that end are closed.
func (p *player) awaitEnds(ctx context.Context) error {
	ending := p.byCustomer(func(s Story) bool { return s != NeverPays })
	return each(ctx, p, "orders closed", ending, func(ctx context.Context, o *played) error {
		return p.awaitStage(ctx, o, client.StageClosed)
	})
}

// account is what a run came to.
type account struct {
	invoiced, credited             Amounts
	applied, unapplied, receivable decimal.Decimal
	rows                           [][]string
	notices                        map[int]int
	noticed                        map[int]decimal.Decimal
	wrong                          []error
}

// report reads back where everything stands, compares it with what the plan must come to, and prints it.
func (p *player) report(ctx context.Context) error {
	a := &account{notices: map[int]int{}, noticed: map[int]decimal.Decimal{}}
	for _, o := range p.orders {
		if err := p.readOrder(ctx, o, a); err != nil {
			return err
		}
	}
	for _, c := range p.Plan.Customers {
		if err := p.readAccount(ctx, c, a); err != nil {
			return err
		}
	}
	p.compareTotals(a)
	trial, err := take[client.TrialBalance](p.api.GetTrialBalanceWithResponse(ctx, nil, as("auditor")))
	if err != nil {
		return about("trial balance", err)
	}
	gaps, err := take[client.NumberingGaps](p.api.GetNumberingGapsWithResponse(ctx, as("auditor")))
	if err != nil {
		return about("numbering gaps", err)
	}
	for _, gap := range gaps.Data {
		a.wrong = append(a.wrong, fmt.Errorf("series %s %d misses the numbers %d to %d", gap.Series, gap.Year, gap.From, gap.To))
	}
	for _, currency := range trial.Data {
		if currency.Debit != currency.Credit {
			a.wrong = append(a.wrong, fmt.Errorf("the trial balance in %s differs by %s", currency.Currency, currency.Difference))
		}
	}
	p.print(a, trial)
	return errors.Join(a.wrong...)
}

// readOrder reads an order back and checks how its story ended.
func (p *player) readOrder(ctx context.Context, o *played, a *account) error {
	order, err := take[client.Order](p.api.GetOrderWithResponse(ctx, o.id, nil, as("auditor")))
	if err != nil {
		return about("order "+o.PO, err)
	}
	invoices, err := p.invoicesOf(ctx, o)
	if err != nil {
		return err
	}
	expected := ends[o.Story]
	outcome := client.Outcome("")
	if order.Outcome != nil {
		outcome = *order.Outcome
	}
	if outcome != expected.outcome {
		a.wrong = append(a.wrong, fmt.Errorf("order %s ended as %q, expected %q", o.PO, outcome, expected.outcome))
	}
	total, open, level := decimal.Zero, decimal.Zero, "–"
	for _, invoice := range invoices {
		total, open = total.Add(amount(invoice.Total)), open.Add(amount(invoice.OpenAmount))
		a.invoiced = a.invoiced.add(Amounts{Net: amount(invoice.NetTotal), Tax: amount(invoice.TaxTotal), Total: amount(invoice.Total)})
		a.applied = a.applied.Add(amount(invoice.Paid))
		a.receivable = a.receivable.Add(amount(invoice.OpenAmount))
		if invoice.DunningLevel != nil {
			level = strconv.Itoa(*invoice.DunningLevel)
		}
		if err = p.readNotices(ctx, o, invoice, expected.levels, a); err != nil {
			return err
		}
		if err = p.readDispute(ctx, o, invoice, a); err != nil {
			return err
		}
	}
	if len(invoices) == 0 {
		total = amount(order.Total)
	}
	a.rows = append(a.rows, []string{
		order.PoNumber, order.CustomerID, string(o.Story), string(order.Stage), string(outcome), total.StringFixed(2), open.StringFixed(2), level,
	})
	return nil
}

// readNotices checks which notices were sent for an invoice, and what they demanded: all of it, but of a short payment the rest.
func (p *player) readNotices(ctx context.Context, o *played, invoice client.Invoice, expected []int, a *account) error {
	notices, err := take[client.DunningNotices](p.api.ListDunningNoticesWithResponse(ctx, invoice.Number, as("auditor")))
	if err != nil {
		return about("notices of "+invoice.Number, err)
	}
	demanded := amount(invoice.Total)
	if o.Story == PaysShort {
		demanded = shortBy(demanded)
	}
	var sent []int
	for _, notice := range notices.Data {
		if notice.State == client.DunningNoticeStateSkipped {
			continue
		}
		sent = append(sent, notice.Level)
		a.notices[notice.Level]++
		a.noticed[notice.Level] = a.noticed[notice.Level].Add(amount(notice.Amount))
		if !amount(notice.Amount).Equal(demanded) {
			a.wrong = append(a.wrong, fmt.Errorf("notice %d of %s demands %s, expected %s", notice.Level, invoice.Number, notice.Amount, demanded.StringFixed(2)))
		}
	}
	if !slices.Equal(sent, expected) {
		a.wrong = append(a.wrong, fmt.Errorf("of %s (order %s, %s) the dunning levels %v were sent, expected %v", invoice.Number, o.PO, o.Story, sent, expected))
	}
	return nil
}

// readDispute checks what became of the dispute of an invoice: a credit note over all of it, or no notice while it was open.
func (p *player) readDispute(ctx context.Context, o *played, invoice client.Invoice, a *account) error {
	if o.Story != DisputesRightly && o.Story != DisputesWrongly {
		return nil
	}
	dispute, err := take[client.Dispute](p.api.GetDisputeWithResponse(ctx, p.disputeOf(invoice), as("auditor")))
	if err != nil {
		return about("dispute of "+invoice.Number, err)
	}
	if o.Story == DisputesRightly {
		if dispute.CreditNote == nil {
			a.wrong = append(a.wrong, fmt.Errorf("the accepted dispute of %s has no credit note", invoice.Number))
			return nil
		}
		note, err := take[client.CreditNote](p.api.GetCreditNoteWithResponse(ctx, *dispute.CreditNote, as("auditor")))
		if err != nil {
			return about("credit note "+*dispute.CreditNote, err)
		}
		a.credited = a.credited.add(Amounts{Net: amount(note.NetTotal), Tax: amount(note.TaxTotal), Total: amount(note.Total)})
		return nil
	}
	notices, err := take[client.DunningNotices](p.api.ListDunningNoticesWithResponse(ctx, invoice.Number, as("auditor")))
	if err != nil {
		return about("notices of "+invoice.Number, err)
	}
	for _, notice := range notices.Data {
		if notice.State != client.DunningNoticeStateSkipped && dispute.OpenedAt != nil && dispute.ResolvedAt != nil &&
			notice.At.After(*dispute.OpenedAt) && notice.At.Before(*dispute.ResolvedAt) {
			a.wrong = append(a.wrong, fmt.Errorf("notice %d of %s was sent while all of it was disputed", notice.Level, invoice.Number))
		}
	}
	return nil
}

// readAccount adds a customer's unapplied cash, and checks that its receivables are what its orders have open.
func (p *player) readAccount(ctx context.Context, c Customer, a *account) error {
	customer, err := take[client.Account](p.api.GetAccountWithResponse(ctx, p.name(c.ID), nil, as("auditor")))
	if err != nil {
		return about("account of "+c.ID, err)
	}
	a.unapplied = a.unapplied.Add(amount(customer.UnappliedCash))
	open := decimal.Zero
	for _, o := range p.orders {
		if o.Customer == c.ID && o.Story == NeverPays {
			for _, invoice := range p.Plan.InvoiceAmounts(o.Order) {
				open = open.Add(invoice.Total)
			}
		}
	}
	if !amount(customer.Receivables).Equal(open) {
		a.wrong = append(a.wrong, fmt.Errorf("customer %s owes %s, expected %s", c.ID, customer.Receivables, open.StringFixed(2)))
	}
	return nil
}

// compareTotals compares the totals of the run with those of the plan.
func (p *player) compareTotals(a *account) {
	invoiced := p.Plan.Invoiced()
	var credited, open, twice decimal.Decimal
	for _, o := range p.Plan.Orders {
		for _, invoice := range p.Plan.InvoiceAmounts(o) {
			switch o.Story {
			case DisputesRightly:
				credited = credited.Add(invoice.Total)
			case NeverPays:
				open = open.Add(invoice.Total)
			case PaysTwice:
				twice = twice.Add(invoice.Total)
			default: // paid, once
			}
		}
	}
	check := func(what string, got, want decimal.Decimal) {
		if !got.Equal(want) {
			a.wrong = append(a.wrong, fmt.Errorf("%s %s, expected %s: a difference of %s", what, got.StringFixed(2), want.StringFixed(2), got.Sub(want).StringFixed(2)))
		}
	}
	check("net invoiced", a.invoiced.Net, invoiced.Net)
	check("VAT invoiced", a.invoiced.Tax, invoiced.Tax)
	check("gross invoiced", a.invoiced.Total, invoiced.Total)
	check("credited", a.credited.Total, credited)
	check("paid", a.applied, invoiced.Total.Sub(credited).Sub(open))
	check("unapplied cash", a.unapplied, twice)
	check("open", a.receivable, open)
}

func (p *player) print(a *account, trial client.TrialBalance) {
	fmt.Fprintln(p.Out)
	p.table("lllllrrr", append([][]string{{"PO", "CUSTOMER", "STORY", "STAGE", "OUTCOME", "TOTAL", "OPEN", "DUNNED"}}, a.rows...))

	fmt.Fprintln(p.Out)
	rows := [][]string{{"DUNNING LEVEL", "NOTICES", "DEMANDED"}}
	for level := range 5 {
		rows = append(rows, []string{strconv.Itoa(level), strconv.Itoa(a.notices[level]), a.noticed[level].StringFixed(2)})
	}
	p.table("lrr", rows)

	for _, currency := range trial.Data {
		fmt.Fprintf(p.Out, "\nTrial balance of the whole stack in %s\n", currency.Currency)
		rows := [][]string{{"ACCOUNT", "DEBIT", "CREDIT", "BALANCE"}}
		for _, row := range currency.Accounts {
			rows = append(rows, []string{row.Name, row.Debit, row.Credit, row.Balance})
		}
		p.table("lrrr", append(rows, []string{"Total", currency.Debit, currency.Credit, currency.Difference}))
	}

	fmt.Fprintf(p.Out, "\nThis run in %s\n", p.Plan.Currency)
	p.table("lrl", [][]string{
		{"invoiced, net", a.invoiced.Net.StringFixed(2), "expected " + p.Plan.Invoiced().Net.StringFixed(2)},
		{"VAT", a.invoiced.Tax.StringFixed(2), ""},
		{"invoiced, gross", a.invoiced.Total.StringFixed(2), ""},
		{"credited", a.credited.Total.StringFixed(2), ""},
		{"paid", a.applied.StringFixed(2), ""},
		{"open", a.receivable.StringFixed(2), "with the agency"},
		{"unapplied cash", a.unapplied.StringFixed(2), "paid twice"},
	})
	for _, err := range a.wrong {
		fmt.Fprintln(p.Out, "WRONG:", err)
	}
}

// table prints rows in columns, each to the left or to the right.
func (p *player) table(alignment string, rows [][]string) {
	widths := make([]int, len(alignment))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], len([]rune(cell)))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			padding := strings.Repeat(" ", widths[i]-len([]rune(cell)))
			if alignment[i] == 'r' {
				line.WriteString(padding + cell + "  ")
			} else {
				line.WriteString(cell + padding + "  ")
			}
		}
		fmt.Fprintln(p.Out, strings.TrimRight(line.String(), " "))
	}
}

// amount reads an amount of the API, which are all decimals (the contract's schema Money).
func amount(s string) decimal.Decimal { return decimal.RequireFromString(s) }
