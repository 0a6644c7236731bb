package ledger

// Posting describes an event of the postings table: what its entries are called, how their keys are made, and which accounts
// they debit and credit. docs/accounting.md shows the table, and the flows that the database allows are its pairs of accounts.
type Posting struct {
	Event  string
	Key    string
	Debit  []Account
	Credit []Account
}

// Postings are the events, in the order of a sale's life. A reversal is the mirror of any of them and is called after it, with
// "_reversed".
var Postings = []Posting{
	{"invoice_issued", "invoice/<number>", on(Receivables), on(Revenue, TaxPayable)},
	{"invoice_rounded_up", "invoice/<number>/rounding", on(Receivables), on(PaymentDifferences)},
	{"invoice_rounded_down", "invoice/<number>/rounding", on(PaymentDifferences), on(Receivables)},
	{"credit_note_issued", "credit-note/<number>", on(Revenue, TaxPayable), on(Receivables, CustomerCredit)},
	{"credit_note_taken_back", "credit-note/<number>/taken-back", on(Receivables), on(BadDebtExpense, LossAllowance, PaymentDifferences, DiscountsAllowed, TaxPayable)},
	{"customer_credit_applied", "credit-note/<number>/application/<id>", on(CustomerCredit), on(Receivables)},
	{"customer_credit_refunded", "credit-note/<number>/refund/<id>", on(CustomerCredit), on(Bank)},
	{"payment_received", "payment/<id>", on(BankClearing), on(UnappliedCash)},
	{"bank_line_settled", "payment/<id>/bank-line/<line>", on(Bank, BankCharges), on(BankClearing)},
	{"payment_identified", "payment/<id>/payer", on(UnappliedCash), on(UnappliedCash)},
	{"payment_applied", "payment/<id>/application/<n>", on(UnappliedCash), on(Receivables)},
	{"payment_converted", "payment/<id>/application/<n>/out", on(UnappliedCash), on(FXClearing)},
	{"conversion_applied", "payment/<id>/application/<n>", on(FXClearing), on(Receivables)},
	{"payment_reversed_in_part", "payment/<id>/reversal/<n>", on(UnappliedCash), on(BankClearing)},
	{"payment_refunded", "payment/<id>/refund/<n>", on(UnappliedCash), on(Bank)},
	{"refund_recovery", "payment/<id>/recovery/<n>", on(Receivables), on(Bank)},
	{"refund_recovery_repaid", "payment/<id>/recovery/<n>", on(Bank), on(Receivables, UnappliedCash)},
	{"early_payment_discount", "payment/<id>/application/<n>/discount", on(DiscountsAllowed, TaxPayable), on(Receivables)},
	{"short_difference", "payment/<id>/application/<n>/difference", on(PaymentDifferences), on(Receivables)},
	{"over_difference", "payment/<id>/application/<n>/over", on(UnappliedCash), on(PaymentDifferences)},
	{"withholding_tax", "payment/<id>/withholding/<n>", on(WithholdingTaxAsset), on(Receivables)},
	{"netted", "netting/<id>/<invoice>", on(PayablesClearing), on(Receivables)},
	{"return_cost", "payment/<id>/reversal/<n>/cost", on(BankCharges), on(Bank)},
	{"return_cost_recharged", "fee/<number>", on(Receivables), on(FeeIncome)},
	{"fee_charged", "fee/<number>", on(Receivables), on(FeeIncome)},
	{"interest_charged", "interest/<number>", on(Receivables), on(InterestIncome)},
	{"compensation_charged", "compensation/<number>", on(Receivables), on(FeeIncome)},
	{"written_off", "write-off/<id>", on(LossAllowance, BadDebtExpense), on(Receivables)},
	{"tax_relief", "write-off/<id>/tax-relief", on(TaxPayable), on(BadDebtExpense)},
	{"recovered", "payment/<id>/recovered/<n>", on(UnappliedCash), on(BadDebtsRecovered, TaxPayable)},
	{"deposit_received", "deposit/<number>", on(UnappliedCash), on(CustomerDeposits, TaxPayable)},
	{"deposit_applied", "deposit/<number>/application/<n>", on(CustomerDeposits, TaxPayable), on(Receivables)},
	{"deposit_given_back", "deposit/<number>/given-back/<n>", on(CustomerDeposits, TaxPayable), on(UnappliedCash)},
	{"residue_lost", "<key>/residue/<n>", on(FXLoss), on(Receivables, UnappliedCash, BankClearing, CustomerCredit, CustomerDeposits)},
	{"residue_gained", "<key>/residue/<n>", on(Receivables, UnappliedCash, BankClearing, CustomerCredit, CustomerDeposits), on(FXGain)},
	{"revalued", "revaluation/<period>/<currency>", on(ReceivablesRevaluation, FXLoss), on(ReceivablesRevaluation, FXGain)},
}

func on(accounts ...Account) []Account { return accounts }
