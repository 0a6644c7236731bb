package ledger

// Account is a general-ledger account of the chart that the first migration sets up.
type Account string

// The accounts that postings use.
const (
	Receivables    Account = "receivables"
	BankClearing   Account = "bank_clearing"
	UnappliedCash  Account = "unapplied_cash"
	CustomerCredit Account = "customer_credit"
	TaxPayable     Account = "tax_payable"
	Revenue        Account = "revenue"
)
