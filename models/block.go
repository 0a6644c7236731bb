package models

// What blocks an order: the codes of Block that stay until a person, money or time does something about it. What is found of an order before
// it goes on has further ones: BlockedParty, DuplicatePO, FraudSignals. Each has a runbook in docs/runbooks.
const (
	BlockedCredit      = "credit-hold"             // it does not fit under a limit, or a rule of the credit policy does not hold
	BlockedNoLimit     = "no-credit-limit"         // nobody has set how much credit its customer gets
	BlockedPrepayment  = "prepayment-terms"        // its own terms say that it is paid first
	BlockedPrepayOnly  = "prepayment-only"         // its customer pays first
	BlockedCustomer    = "customer-blocked"        // nothing leaves for its customer
	BlockedVariance    = "reconciliation-variance" // it is settled, and its quantities, money and entries do not agree
	BlockedUnknown     = Technical + "unknown"     // a step failed without saying how
	BlockedFailingStep = Technical + "activity-failing"
)

// Technical begins the code of an order that is parked at a step that no retry has cured; the code of the error follows.
const Technical = "technical:"
