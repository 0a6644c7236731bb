package bank

import (
	"regexp"
	"strings"

	"o2c/models"
)

// Names is what the words of a payment name: numbers of invoices, debit notes and pro-formas, and creditor references, as they are written
// in the book.
type Names struct {
	Invoices   []string
	References []string
	meant      bool
}

// itemNumber is the number of an invoice or a debit note as payers write it: with dashes, blanks or nothing between its parts.
var itemNumber = regexp.MustCompile(`(` + models.InvoiceSeries + `|` + models.DebitNoteSeries + `|` + models.ProformaSeries + `)[- ]?([0-9]{4})[- ]?([0-9]{6,})`)

// NamesIn reads what a payment's reference names. A creditor reference is found in groups, among other words and joined with
// them: every valid beginning of what follows an "RF" counts, for words may stand behind it.
func NamesIn(reference string) Names {
	upper := strings.ToUpper(reference)
	var names Names
	for _, parts := range itemNumber.FindAllStringSubmatch(upper, -1) {
		names.Invoices = append(names.Invoices, parts[1]+"-"+parts[2]+"-"+parts[3])
	}
	compact := notAlphanumeric.ReplaceAllString(upper, "")
	for at := range compact {
		if !strings.HasPrefix(compact[at:], "RF") {
			continue
		}
		for end := at + 5; end <= min(at+25, len(compact)); end++ {
			if ValidCreditorReference(compact[at:end]) {
				names.References = append(names.References, compact[at:end])
			}
		}
	}
	names.meant = len(names.Invoices) > 0 || len(names.References) > 0 || strings.Contains(upper, models.InvoiceSeries+"-")
	return names
}

// Any is true for words that are meant for an invoice, even if it is not open any more or nobody knows it: such money must not
// settle another one silently.
func (n Names) Any() bool { return n.meant }

// NamesOf is everything that a payment names, in its reference and in its remittance.
func NamesOf(p models.Payment) Names {
	names := NamesIn(p.Reference)
	for _, line := range p.Remittance {
		names.Invoices = append(names.Invoices, line.Invoice)
		names.meant = true
	}
	return names
}
