package ledger

import "o2c/models"

// The posting templates: one function per event of the definitions' table ("Postings"), from the amounts of the event to its
// lines. The names that entries give the events are in events.go.

// InvoiceIssued debits receivables with the gross amount and credits revenue and tax payable.
func InvoiceIssued(net, tax models.Money) []Line {
	return []Line{Debit(Receivables, net.Add(tax)), Credit(Revenue, net), Credit(TaxPayable, tax)}
}

// InvoiceRounded is the rounding of an invoice's amount due (BT-114), up or down.
func InvoiceRounded(rounding models.Money) []Line {
	if rounding.IsNegative() {
		return []Line{Debit(PaymentDifferences, rounding.Neg()), Credit(Receivables, rounding.Neg())}
	}
	return []Line{Debit(Receivables, rounding), Credit(PaymentDifferences, rounding)}
}

// CreditNoteIssued debits revenue and tax payable; it credits receivables with what lowers the invoice, and customer credit
// with the rest.
func CreditNoteIssued(net, tax, toInvoice models.Money) []Line {
	return []Line{
		Debit(Revenue, net), Debit(TaxPayable, tax),
		Credit(Receivables, toInvoice), Credit(CustomerCredit, net.Add(tax).Sub(toInvoice)),
	}
}

// CustomerCreditApplied settles an invoice with what a credit note left to the customer.
func CustomerCreditApplied(amount models.Money) []Line {
	return []Line{Debit(CustomerCredit, amount), Credit(Receivables, amount)}
}

// CustomerCreditRefunded pays it out.
func CustomerCreditRefunded(amount models.Money) []Line {
	return []Line{Debit(CustomerCredit, amount), Credit(Bank, amount)}
}

// PaymentReceived debits bank clearing, before the bank's own line arrives, and credits unapplied cash.
func PaymentReceived(amount models.Money) []Line {
	return []Line{Debit(BankClearing, amount), Credit(UnappliedCash, amount)}
}

// BankLineSettled moves a payment from bank clearing to the bank when its line arrives. Amount is what the payment was told
// with; charges are what the bank kept of it.
func BankLineSettled(amount, charges models.Money) []Line {
	return []Line{Debit(Bank, amount.Sub(charges)), Debit(BankCharges, charges), Credit(BankClearing, amount)}
}

// PaymentIdentified gives unapplied cash of nobody to the customer who turned out to have paid.
func PaymentIdentified(amount models.Money, customerID string) []Line {
	return []Line{Debit(UnappliedCash, amount).For(""), Credit(UnappliedCash, amount).For(customerID)}
}

// PaymentApplied debits unapplied cash and credits receivables.
func PaymentApplied(amount models.Money) []Line {
	return []Line{Debit(UnappliedCash, amount), Credit(Receivables, amount)}
}

// PaymentConverted is the first half of an application to an item in another currency: it takes the amount, in the payment's
// currency, to FX clearing under the application's key.
func PaymentConverted(amount models.Money, application string) []Line {
	return []Line{Debit(UnappliedCash, amount), Credit(FXClearing, amount).Of(application)}
}

// ConversionApplied is the second half: it settles the item, in the item's currency, with what FX clearing holds under the
// application's key. What the two are apart in the base currency is realised gain or loss.
func ConversionApplied(amount models.Money, application string) []Line {
	return []Line{Debit(FXClearing, amount).Of(application), Credit(Receivables, amount)}
}

// PaymentReversedInPart takes back a part of a payment that is not applied. A whole payment, and an application, are taken
// back by Reverse.
func PaymentReversedInPart(amount models.Money) []Line {
	return []Line{Debit(UnappliedCash, amount), Credit(BankClearing, amount)}
}

// PaymentRefunded pays unapplied cash back.
func PaymentRefunded(amount models.Money) []Line {
	return []Line{Debit(UnappliedCash, amount), Credit(Bank, amount)}
}

// RefundRecovery is the reversal of money that was refunded already: the customer owes it again.
func RefundRecovery(amount models.Money) []Line {
	return []Line{Debit(Receivables, amount), Credit(Bank, amount)}
}

// RefundRecoveryRepaid is such money that the bank pays again after the customer has paid some of it: what is still open of the item is
// taken back, and the rest is the customer's cash.
func RefundRecoveryRepaid(open, paid models.Money) []Line {
	return []Line{Debit(Bank, open.Add(paid)), Credit(Receivables, open), Credit(UnappliedCash, paid)}
}

// EarlyPaymentDiscount closes what a customer keeps for paying early: net, and the tax that it lowers (0 where it does not).
func EarlyPaymentDiscount(net, tax models.Money) []Line {
	return []Line{Debit(DiscountsAllowed, net), Debit(TaxPayable, tax), Credit(Receivables, net.Add(tax))}
}

// ShortDifference closes what is missing of an item, within the tolerance.
func ShortDifference(amount models.Money) []Line {
	return []Line{Debit(PaymentDifferences, amount), Credit(Receivables, amount)}
}

// OverDifference takes what was paid too much, within the tolerance, to income.
func OverDifference(amount models.Money) []Line {
	return []Line{Debit(UnappliedCash, amount), Credit(PaymentDifferences, amount)}
}

// WithholdingTax closes what the customer paid to the tax office for us.
func WithholdingTax(amount models.Money) []Line {
	return []Line{Debit(WithholdingTaxAsset, amount), Credit(Receivables, amount)}
}

// Netted settles an item against what we owe the customer.
func Netted(amount models.Money) []Line {
	return []Line{Debit(PayablesClearing, amount), Credit(Receivables, amount)}
}

// ReturnCost is what the bank takes for a payment that came back.
func ReturnCost(amount models.Money) []Line {
	return []Line{Debit(BankCharges, amount), Credit(Bank, amount)}
}

// ReturnCostRecharged asks the customer for it.
func ReturnCostRecharged(amount models.Money) []Line {
	return []Line{Debit(Receivables, amount), Credit(FeeIncome, amount)}
}

// FeeCharged charges a dunning fee.
func FeeCharged(amount models.Money) []Line {
	return []Line{Debit(Receivables, amount), Credit(FeeIncome, amount)}
}

// InterestCharged charges late-payment interest.
func InterestCharged(amount models.Money) []Line {
	return []Line{Debit(Receivables, amount), Credit(InterestIncome, amount)}
}

// CompensationCharged charges the lump sum that the law gives for late payment.
func CompensationCharged(amount models.Money) []Line {
	return []Line{Debit(Receivables, amount), Credit(FeeIncome, amount)}
}

// WrittenOff gives up a gross amount, from the loss allowance as far as it lasts.
func WrittenOff(amount, fromAllowance models.Money) []Line {
	return []Line{Debit(LossAllowance, fromAllowance), Debit(BadDebtExpense, amount.Sub(fromAllowance)), Credit(Receivables, amount)}
}

// TaxRelief is the tax of a write-off that the tax office gives back, on its own date.
func TaxRelief(tax models.Money) []Line {
	return []Line{Debit(TaxPayable, tax), Credit(BadDebtExpense, tax)}
}

// Recovered is money for what was written off; taxShare is due again if relief was taken.
func Recovered(amount, taxShare models.Money) []Line {
	return []Line{Debit(UnappliedCash, amount), Credit(BadDebtsRecovered, amount.Sub(taxShare)), Credit(TaxPayable, taxShare)}
}

// DepositReceived turns cash into a deposit under a prepayment invoice; its tax is due at once.
func DepositReceived(net, tax models.Money) []Line {
	return []Line{Debit(UnappliedCash, net.Add(tax)), Credit(CustomerDeposits, net), Credit(TaxPayable, tax)}
}

// DepositApplied settles the final invoice with a deposit.
func DepositApplied(net, tax models.Money) []Line {
	return []Line{Debit(CustomerDeposits, net), Debit(TaxPayable, tax), Credit(Receivables, net.Add(tax))}
}

// DepositGivenBack makes a deposit the customer's cash again.
func DepositGivenBack(net, tax models.Money) []Line {
	return []Line{Debit(CustomerDeposits, net), Debit(TaxPayable, tax), Credit(UnappliedCash, net.Add(tax))}
}
