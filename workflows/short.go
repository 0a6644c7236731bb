package workflows

import (
	"go.temporal.io/sdk/workflow"

	"o2c/activities"
)

// The short workflows: each carries out one accepted fact that touches several orders, in one activity that writes and
// then tells the orders.

var cash *activities.Cash

// Payment records a payment, applies it and tells the orders of the invoices that it settles.
func Payment(ctx workflow.Context, in PaymentInput) error {
	ctx = workflow.WithActivityOptions(ctx, stepOptions("Apply the payment and tell the orders"))
	return workflow.ExecuteActivity(ctx, cash.Apply, activities.PaymentInput{PaymentID: in.PaymentID, At: workflow.Now(ctx).UTC()}).Get(ctx, nil)
}

// StockReceipt books goods that arrived and serves the orders that wait for them, first in first out.
func StockReceipt(ctx workflow.Context, in StockReceiptInput) error {
	ctx = workflow.WithActivityOptions(ctx, stepOptions("Book the receipt and serve backorders"))
	return workflow.ExecuteActivity(ctx, fulfillment.Receive, activities.ReceiptInput{ReceiptID: in.ReceiptID, At: workflow.Now(ctx).UTC()}).Get(ctx, nil)
}

// CreditLimit sets a customer's credit limit and has the held orders rechecked, oldest first.
func CreditLimit(ctx workflow.Context, in CreditLimitInput) error {
	ctx = workflow.WithActivityOptions(ctx, stepOptions("Set the limit and recheck held orders"))
	return workflow.ExecuteActivity(ctx, credit.SetLimit, activities.LimitInput{LimitID: in.LimitID, At: workflow.Now(ctx).UTC()}).Get(ctx, nil)
}
