package ledger

// Account is a general-ledger account of the chart that the migrations set up.
type Account string

// The accounts that postings use.
const (
	Receivables            Account = "receivables"
	LossAllowance          Account = "loss_allowance"
	Bank                   Account = "bank"
	BankClearing           Account = "bank_clearing"
	WithholdingTaxAsset    Account = "withholding_tax"
	PayablesClearing       Account = "payables_clearing"
	FXClearing             Account = "fx_clearing"
	ReceivablesRevaluation Account = "receivables_revaluation"

	UnappliedCash    Account = "unapplied_cash"
	CustomerCredit   Account = "customer_credit"
	CustomerDeposits Account = "customer_deposits"
	TaxPayable       Account = "tax_payable"

	Revenue           Account = "revenue"
	FeeIncome         Account = "fee_income"
	InterestIncome    Account = "interest_income"
	BadDebtsRecovered Account = "bad_debts_recovered"
	FXGain            Account = "fx_gain"

	DiscountsAllowed   Account = "discounts_allowed"
	PaymentDifferences Account = "payment_differences"
	BankCharges        Account = "bank_charges"
	BadDebtExpense     Account = "bad_debt_expense"
	FXLoss             Account = "fx_loss"
)

// Accounts is the chart, in the order of the trial balance.
var Accounts = []Account{
	Receivables, LossAllowance, Bank, BankClearing, WithholdingTaxAsset, PayablesClearing, FXClearing, ReceivablesRevaluation,
	UnappliedCash, CustomerCredit, CustomerDeposits, TaxPayable,
	Revenue, FeeIncome, InterestIncome, BadDebtsRecovered, FXGain,
	DiscountsAllowed, PaymentDifferences, BankCharges, BadDebtExpense, FXLoss,
}
