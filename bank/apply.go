package bank

import (
	"slices"
	"strings"

	"o2c/models"
)

// The rules of cash application, in the order in which they are tried.
const (
	RuleRemittance        = "remittance"         // the payer's list of invoices
	RuleCreditorReference = "creditor_reference" // the RF reference of one invoice
	RuleInvoiceNumber     = "invoice_number"     // an invoice number in the reference
	RuleExactAmount       = "exact_amount"       // the one open item that this amount clears
	RuleExactSum          = "exact_sum"          // the one set of open items that this amount clears
	RuleOldestDue         = "oldest_due"         // by due date
	RuleManual            = "manual"             // as a person said
	RuleRest              = "rest"               // what the bank left of an application
	RuleWon               = "won"                // what came again after the bank had taken it back
)

// Rules are a customer's, for its payments. The zero value allows no difference and keeps what is too much unapplied.
type Rules struct {
	Tolerance   models.Tolerance
	Overpayment string
}

// ApplyPayment finds what a payment settles among its payer's open items: what it names, else the one item that its amount
// clears, else the one set of items, else the oldest due first, with fees and interest last. Two candidates that its amount clears alike are for a person to
// tell apart: nothing is applied. What it names and is not open any more stays unapplied, as does the rest of a payment that names its
// invoices, unless the customer's rules say otherwise. The result never exceeds the payment nor any item's open amount,
// has each invoice once, and does not depend on the order of the items.
func ApplyPayment(p models.Payment, items []OpenItem, rules Rules) []Application {
	a := applying{payment: p, rules: rules, left: p.Amount, items: slices.Clone(items)}
	slices.SortFunc(a.items, func(x, y OpenItem) int {
		switch {
		case x.Kind.Incidental() != y.Kind.Incidental():
			if x.Kind.Incidental() {
				return 1
			}
			return -1
		case x.DueDate.Before(y.DueDate):
			return -1
		case y.DueDate.Before(x.DueDate):
			return 1
		}
		return strings.Compare(x.Invoice, y.Invoice)
	})
	names := NamesIn(p.Reference)
	switch {
	case len(p.Remittance) > 0:
		a.applyRemittance()
	case names.Any():
		a.applyNamed(names)
	default:
		a.applyByAmount()
		return a.applications
	}
	if rules.Overpayment == models.OverpaymentApplyOldest {
		a.items = slices.DeleteFunc(a.items, func(item OpenItem) bool {
			return slices.ContainsFunc(a.applications, func(done Application) bool { return done.Invoice == item.Invoice })
		})
		a.fill(a.items, RuleOldestDue)
	}
	return a.applications
}

// applying is a payment on its way to the items that it settles.
type applying struct {
	payment      models.Payment
	rules        Rules
	items        []OpenItem // by due date, then number; fees and interest last
	left         models.Money
	applications []Application
}

// applyRemittance follows the payer's list.
func (a *applying) applyRemittance() {
	meant := map[string]models.Money{}
	deducted := map[string]*models.Deduction{}
	var order []string
	for _, line := range a.payment.Remittance {
		if _, twice := meant[line.Invoice]; !twice {
			order = append(order, line.Invoice)
			meant[line.Invoice] = models.Zero(a.payment.Amount.Currency())
		}
		meant[line.Invoice] = meant[line.Invoice].Add(line.Amount)
		if line.Deduction != nil {
			sum := *line.Deduction
			if earlier := deducted[line.Invoice]; earlier != nil {
				sum.Amount, sum.Reason = sum.Amount.Add(earlier.Amount), earlier.Reason
			}
			deducted[line.Invoice] = &sum
		}
	}
	for _, invoice := range order {
		at := slices.IndexFunc(a.items, func(item OpenItem) bool { return item.Invoice == invoice })
		if at < 0 {
			continue // not open any more, or not the payer's
		}
		settled := Settle(a.items[at], models.Min(meant[invoice], a.left), a.payment.ValueDate, a.rules.Tolerance)
		if told := deducted[invoice]; told != nil {
			settled.Deduction = told
			if settled.Difference.IsPositive() {
				settled.Reason = told.Reason
			}
		}
		a.take(settled, RuleRemittance)
	}
}

// applyNamed settles the items that the payment's words name, by creditor reference or else by number.
func (a *applying) applyNamed(names Names) {
	var byReference, byNumber []OpenItem
	for _, item := range a.items {
		if slices.Contains(names.References, item.Reference) {
			byReference = append(byReference, item)
		}
		if slices.Contains(names.Invoices, item.Invoice) {
			byNumber = append(byNumber, item)
		}
	}
	if len(byReference) > 0 {
		a.fillNamed(byReference, RuleCreditorReference)
	} else {
		a.fillNamed(byNumber, RuleInvoiceNumber)
	}
}

// applyByAmount settles what a payment without a name can only be meant for.
func (a *applying) applyByAmount() {
	var exact []OpenItem
	for _, item := range a.items {
		if item.clearedBy(a.left, a.payment.ValueDate) {
			exact = append(exact, item)
		}
	}
	switch {
	case len(exact) == 1:
		a.fillNamed(exact, RuleExactAmount)
		return
	case len(exact) > 1:
		return // a tie
	}
	sum, tie := a.exactSum()
	switch {
	case tie:
	case len(sum) > 0:
		a.fillNamed(sum, RuleExactSum)
	default:
		a.fill(a.items, RuleOldestDue)
	}
}

// exactSum finds the one set of items that the payment clears, with or without their discounts.
func (a *applying) exactSum() (set []OpenItem, tie bool) {
	full, early := make([]models.Money, len(a.items)), make([]models.Money, len(a.items))
	discounts := false
	for i, item := range a.items {
		full[i], early[i] = item.undisputed(), item.discounted(a.payment.ValueDate)
		discounts = discounts || early[i].LessThan(full[i])
	}
	chosen, tie := uniqueSum(a.left, full)
	if discounts && !tie {
		var other []int
		if other, tie = uniqueSum(a.left, early); len(other) > 0 && len(chosen) > 0 && !slices.Equal(other, chosen) {
			tie = true
		} else if len(chosen) == 0 {
			chosen = other
		}
	}
	if tie {
		return nil, true
	}
	for _, i := range chosen {
		set = append(set, a.items[i])
	}
	return set, false
}

// fillNamed settles items for which the money is meant: a little too much is taken to income with the last one.
func (a *applying) fillNamed(items []OpenItem, rule string) {
	for i, share := range shares(a.left, items, a.payment.ValueDate) {
		a.take(Settle(items[i], share, a.payment.ValueDate, a.rules.Tolerance), rule)
	}
}

// fill settles items one after the other while there is money.
func (a *applying) fill(items []OpenItem, rule string) {
	for i, share := range shares(a.left, items, a.payment.ValueDate) {
		a.take(Settle(items[i], models.Min(share, items[i].Open), a.payment.ValueDate, a.rules.Tolerance), rule)
	}
}

// take keeps an application, if there was money for it.
func (a *applying) take(settled Application, rule string) {
	if !settled.Amount.IsPositive() {
		return
	}
	settled.Rule = rule
	a.left = a.left.Sub(settled.Amount).Sub(settled.ToIncome)
	a.applications = append(a.applications, settled)
}
