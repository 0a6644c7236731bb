package bank

import (
	"regexp"
	"sort"
	"strings"

	"o2c/models"
)

// OpenItem is what is open of one invoice when money is applied.
type OpenItem struct {
	Invoice   string
	Reference string // ISO 11649 creditor reference
	DueDate   models.Date
	Open      models.Money
	Disputed  models.Money
}

// Application is a part of a payment that settles an invoice, with the rule that found it.
type Application struct {
	Invoice string
	Amount  models.Money
	Rule    string
}

// The rules of cash application, in the order in which they are tried.
const (
	RuleRemittance        = "remittance"         // the payer's list of invoices
	RuleCreditorReference = "creditor_reference" // the RF reference of one invoice
	RuleInvoiceNumber     = "invoice_number"     // an invoice number in the reference
	RuleExactAmount       = "exact_amount"       // the one open item of exactly this amount
	RuleOldestDue         = "oldest_due"         // by due date
)

// ApplyPayment finds what a payment settles among its payer's open items: what it names, else the one item of its exact
// amount, else the oldest due first. What it names and is not open any more stays unapplied, as does the rest of a payment
// that names its invoices. The result never exceeds the payment nor any item's open amount, and has each invoice once.
func ApplyPayment(p models.Payment, items []OpenItem) []Application {
	sorted := append([]OpenItem(nil), items...)
	sort.SliceStable(sorted, func(a, b int) bool {
		if sorted[a].DueDate != sorted[b].DueDate {
			return sorted[a].DueDate.Before(sorted[b].DueDate)
		}
		return sorted[a].Invoice < sorted[b].Invoice
	})
	if len(p.Remittance) > 0 {
		return applyRemittance(p, sorted)
	}
	if named, rule := namedIn(p.Reference, sorted); len(named) > 0 {
		return fill(p.Amount, named, rule)
	}
	if namesAnInvoice(p.Reference) {
		return nil
	}
	var exact []OpenItem
	for _, item := range sorted {
		if item.Open.Equal(p.Amount) {
			exact = append(exact, item)
		}
	}
	if len(exact) == 1 {
		return fill(p.Amount, exact, RuleExactAmount)
	}
	return fill(p.Amount, sorted, RuleOldestDue)
}

func applyRemittance(p models.Payment, items []OpenItem) []Application {
	open := map[string]models.Money{}
	for _, item := range items {
		open[item.Invoice] = item.Open
	}
	amounts := map[string]models.Money{}
	var order []string
	left := p.Amount
	for _, advice := range p.Remittance {
		rest, known := open[advice.Invoice]
		if !known {
			continue // not open any more, or not the payer's
		}
		amount := models.Min(models.Min(advice.Amount, left), rest)
		if !amount.IsPositive() {
			continue
		}
		if _, twice := amounts[advice.Invoice]; !twice {
			order = append(order, advice.Invoice)
			amounts[advice.Invoice] = models.Zero(p.Amount.Currency())
		}
		amounts[advice.Invoice] = amounts[advice.Invoice].Add(amount)
		open[advice.Invoice] = rest.Sub(amount)
		left = left.Sub(amount)
	}
	applications := make([]Application, 0, len(order))
	for _, invoice := range order {
		applications = append(applications, Application{Invoice: invoice, Amount: amounts[invoice], Rule: RuleRemittance})
	}
	return applications
}

// invoiceNumber is the number of an invoice as payers write it: with dashes, blanks or nothing between its parts.
var invoiceNumber = regexp.MustCompile(models.InvoiceSeries + `[- ]?([0-9]{4})[- ]?([0-9]{6,})`)

// namedIn finds the items that a payment's reference names.
func namedIn(reference string, items []OpenItem) ([]OpenItem, string) {
	upper := strings.ToUpper(reference)
	compact := strings.ReplaceAll(upper, " ", "")
	named := map[string]bool{}
	for _, parts := range invoiceNumber.FindAllStringSubmatch(upper, -1) {
		named[models.InvoiceSeries+"-"+parts[1]+"-"+parts[2]] = true
	}
	var byReference, byNumber []OpenItem
	for _, item := range items {
		if item.Reference != "" && strings.Contains(compact, item.Reference) {
			byReference = append(byReference, item)
		}
		if named[item.Invoice] {
			byNumber = append(byNumber, item)
		}
	}
	if len(byReference) > 0 {
		return byReference, RuleCreditorReference
	}
	return byNumber, RuleInvoiceNumber
}

// namesAnInvoice is true for a reference that is meant for an invoice, even if that invoice is not open any more: its
// money must not settle another one silently. A creditor reference of ours holds the number without its dashes.
func namesAnInvoice(reference string) bool {
	compact := strings.ToUpper(strings.ReplaceAll(reference, " ", ""))
	return strings.Contains(compact, models.InvoiceSeries+"-") || invoiceNumber.MatchString(compact) || ValidCreditorReference(compact)
}

// fill settles items one after the other while there is money.
func fill(amount models.Money, items []OpenItem, rule string) []Application {
	var applications []Application
	for _, item := range items {
		part := models.Min(amount, item.Open)
		if !part.IsPositive() {
			continue
		}
		applications = append(applications, Application{Invoice: item.Invoice, Amount: part, Rule: rule})
		amount = amount.Sub(part)
	}
	return applications
}
