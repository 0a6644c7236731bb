package ledger

import "o2c/models"

// The posting templates: one function per event of the definitions' table, from the amounts of the event to its lines.

// InvoiceIssued debits receivables with the gross amount and credits revenue and tax payable.
func InvoiceIssued(net, tax models.Money) []Line {
	return []Line{Debit(Receivables, net.Add(tax)), Credit(Revenue, net), Credit(TaxPayable, tax)}
}

// CreditNoteIssued debits revenue and tax payable; it credits receivables with what lowers the invoice, and customer credit
// with the rest.
func CreditNoteIssued(net, tax, toInvoice models.Money) []Line {
	return []Line{
		Debit(Revenue, net), Debit(TaxPayable, tax),
		Credit(Receivables, toInvoice), Credit(CustomerCredit, net.Add(tax).Sub(toInvoice)),
	}
}

// PaymentReceived debits bank clearing, before the bank's own line arrives, and credits unapplied cash.
func PaymentReceived(amount models.Money) []Line {
	return []Line{Debit(BankClearing, amount), Credit(UnappliedCash, amount)}
}

// PaymentApplied debits unapplied cash and credits receivables.
func PaymentApplied(amount models.Money) []Line {
	return []Line{Debit(UnappliedCash, amount), Credit(Receivables, amount)}
}
