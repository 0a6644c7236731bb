package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"

	"o2c/models"
)

// TaskQueue is where all workflows and activities run, unless the configuration names another queue.
const TaskQueue = "o2c"

// Names of the workflow types.
const (
	OrderType        = "Order"
	ReceivableType   = "Receivable"
	BillingType      = "Billing"
	PaymentType      = "Payment"
	StockReceiptType = "StockReceipt"
	CreditLimitType  = "CreditLimit"

	CreditApplicationType = "CreditApplication" //nolint:gosec // no credentials
	CreditRefundType      = "CreditRefund"
	PeriodCloseType       = "PeriodClose"
	CollateralType        = "Collateral"
	StandingType          = "CreditStanding"
	PaymentChangeType     = "PaymentChange"
	TaskClosureType       = "TaskClosure"
	ScreeningType         = "Screening"
)

// OrderID is the workflow id of an order's workflow.
func OrderID(orderID string) string { return "order/" + orderID }

// ReceivableID is the workflow id of the workflow that collects an invoice that belongs to no single order.
func ReceivableID(invoice string) string { return "invoice/" + invoice }

// BillingID is the workflow id of the workflow that bills a customer for a period, <customer>/<period>.
func BillingID(id string) string { return "billing/" + id }

// PaymentID is the workflow id of a payment's workflow.
func PaymentID(paymentID string) string { return "payment/" + paymentID }

// PaymentChangeID is the workflow id of the workflow that carries out a change of a payment.
func PaymentChangeID(changeID string) string { return "payment-change/" + changeID }

// StockReceiptID is the workflow id of the workflow that books a receipt of stock.
func StockReceiptID(receiptID string) string { return "stock-receipt/" + receiptID }

// CreditLimitID is the workflow id of the workflow that sets a credit limit.
func CreditLimitID(limitID string) string { return "credit-limit/" + limitID }

// CreditUseID is the workflow id of the workflow that applies customer credit or pays it out.
func CreditUseID(useID string) string { return "credit-use/" + useID }

// PeriodCloseID is the workflow id of the workflow that closes an accounting period for a command.
func PeriodCloseID(id string) string { return "period-close/" + id }

// CollateralID is the workflow id of the workflow that sets collateral.
func CollateralID(factID string) string { return "collateral/" + factID }

// TaskClosureID is the workflow id of the workflow that closes a task.
func TaskClosureID(factID string) string { return "task-closure/" + factID }

// StandingID is the workflow id of the workflow that changes a customer's standing.
func StandingID(factID string) string { return "credit-standing/" + factID }

// ScreeningID is the workflow id of the workflow that looks at open orders by a new version of a list.
func ScreeningID(factID string) string { return "screening/" + factID }

// Signals: facts. A Receivable hears those about invoices, an order all. Each carries the id under which it was accepted, so that a second delivery changes nothing.
const (
	ShipmentConfirmed = "shipment-confirmed" // FactSignal
	DeliveryConfirmed = "delivery-confirmed" // FactSignal
	CarrierTold       = "carrier-told"       // FactSignal
	ReturnRequested   = "return-requested"   // FactSignal
	ReturnReceived    = "return-received"    // FactSignal
	DisputeRaised     = "dispute-raised"     // FactSignal
	PromiseMade       = "promise-made"       // FactSignal
	PaymentApplied    = "payment-applied"    // models.Receivable
	PaymentReversed   = "payment-reversed"   // models.Receivable
	PartyListed       = "party-listed"       // FactSignal
	StockArrived      = "stock-arrived"      // FactSignal
	CreditRecheck     = "credit-recheck"     // FactSignal
	InvoiceIssued     = "invoice-issued"     // models.Receivable, of an invoice that the order shares with others
	InvoiceSettled    = "invoice-settled"    // models.Receivable, of an invoice that the order shares with others
)

// Updates: decisions. A Receivable takes those about invoices, an order all.
const (
	DecideReview      = "decide-review"      // models.ReviewRuling → models.OrderProgress
	DecideCredit      = "decide-credit"      // models.CreditRuling → models.OrderProgress
	Amend             = "amend"              // models.Amendment → models.OrderProgress
	Cancel            = "cancel"             // models.Cancellation → models.OrderProgress
	ChooseBackorder   = "choose-backorder"   // models.BackorderAnswer → models.OrderProgress
	CompleteMilestone = "complete-milestone" // models.MilestoneCompletion → models.OrderProgress
	ResolveDispute    = "resolve-dispute"    // models.DisputeResolution → models.OrderProgress; what is closed takes it as well
	ActOnDispute      = "act-on-dispute"     // models.DisputeAction → models.OrderProgress; what is closed takes it as well
	Credit            = "credit"             // models.CreditRequest → models.OrderProgress; a closed order takes it as well
	HoldDunning       = "hold-dunning"       // models.HoldDecision → models.OrderProgress
	WithdrawPromise   = "withdraw-promise"   // models.PromiseWithdrawal → models.OrderProgress
	PlanInstalments   = "plan-instalments"   // models.PlanDecision → models.OrderProgress
	WriteOff          = "write-off"          // models.WriteOffRequest → models.OrderProgress; a closed order takes it as well
	Intervene         = "intervene"          // models.Intervention → models.OrderProgress
)

// StatusQuery is answered by an order or a Receivable with a models.OrderStatus.
const StatusQuery = "status"

// FactSignal tells an order of an accepted fact, or of the fact of another workflow that concerns it.
type FactSignal struct {
	ID string `json:"id"`
}

// Search attributes. They are registered with the namespace before a worker starts; none holds anything personal.
var (
	StageAttribute         = temporal.NewSearchAttributeKeyKeyword("O2CStage")
	CustomerAttribute      = temporal.NewSearchAttributeKeyKeyword("O2CCustomer")
	BlockedByAttribute     = temporal.NewSearchAttributeKeyKeyword("O2CBlockedBy")
	PurchaseOrderAttribute = temporal.NewSearchAttributeKeyKeyword("O2CPurchaseOrder")
	InvoicesAttribute      = temporal.NewSearchAttributeKeyKeywordList("O2CInvoices")
	NextActionAttribute    = temporal.NewSearchAttributeKeyTime("O2CNextActionAt")
	OpenAmountAttribute    = temporal.NewSearchAttributeKeyFloat64("O2COpenAmount")
)

// OrderState is the input of an order's workflow, and all that one run hands to the next. {order_id} starts a new order;
// {order_id, resume: true} brings one back for a message that came after it closed.
type OrderState struct {
	OrderID string `json:"order_id"`
	CollectingState
}

// ReceivableState is the input of the workflow of an invoice that belongs to no single order, and all that one run hands to the
// next. {invoice} starts it, and brings it back.
type ReceivableState struct {
	Invoice string `json:"invoice"`
	CollectingState
}

// BillingInput starts the billing of a customer for a period.
type BillingInput struct {
	BillingID string    `json:"billing_id"`
	DueAt     time.Time `json:"due_at"`
}

// PaymentInput starts a payment's workflow.
type PaymentInput struct {
	PaymentID string `json:"payment_id"`
}

// PaymentChangeInput starts the carrying out of a change of a payment.
type PaymentChangeInput struct {
	ChangeID string `json:"change_id"`
}

// StockReceiptInput starts the booking of a receipt.
type StockReceiptInput struct {
	ReceiptID string `json:"receipt_id"`
}

// CreditLimitInput starts the setting of a limit.
type CreditLimitInput struct {
	LimitID string `json:"limit_id"`
}

// CreditUseInput starts an application or a refund of customer credit.
type CreditUseInput struct {
	UseID string `json:"use_id"`
}

// PeriodCloseInput starts the close of a period.
type PeriodCloseInput struct {
	ID     string        `json:"id"`
	Period models.Period `json:"period"`
	Actor  string        `json:"actor"`
}

// CreditChangeInput starts a change of collateral or standing.
type CreditChangeInput struct {
	FactID string `json:"fact_id"`
}

// TaskClosureInput starts the closure of a task.
type TaskClosureInput struct {
	FactID string `json:"fact_id"`
}

// ScreeningInput starts the screening of open orders by a new version of a list.
type ScreeningInput struct {
	FactID string `json:"fact_id"`
}

// Attributes lists all search attributes.
func Attributes() []temporal.SearchAttributeKey {
	return []temporal.SearchAttributeKey{StageAttribute, CustomerAttribute, BlockedByAttribute, PurchaseOrderAttribute,
		InvoicesAttribute, NextActionAttribute, OpenAmountAttribute}
}
