package workflows

import (
	"errors"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"o2c/activities"
	"o2c/models"
)

// The short workflows: each carries out one accepted fact that touches several orders, in one activity that writes and
// then tells the orders.

var cash *activities.Cash

// Payment records a payment, applies it and tells the orders of the invoices that it settles.
func Payment(ctx workflow.Context, in PaymentInput) error {
	at := workflow.Now(ctx).UTC()
	return carryOut(ctx, in.PaymentID, at, "Apply the payment and tell the orders", cash.Apply, activities.PaymentInput{PaymentID: in.PaymentID, At: at})
}

// PaymentChange applies a payment by hand, takes an application back, reverses or refunds the payment, and tells the orders of the
// invoices.
func PaymentChange(ctx workflow.Context, in PaymentChangeInput) error {
	at := workflow.Now(ctx).UTC()
	return carryOut(ctx, in.ChangeID, at, "Change the payment and tell the orders", cash.Change, activities.PaymentChangeInput{ChangeID: in.ChangeID, At: at})
}

// StockReceipt books goods that arrived and serves the orders that wait for them, first in first out.
func StockReceipt(ctx workflow.Context, in StockReceiptInput) error {
	at := workflow.Now(ctx).UTC()
	return carryOut(ctx, in.ReceiptID, at, "Book the receipt and serve backorders", fulfillment.Receive, activities.ReceiptInput{ReceiptID: in.ReceiptID, At: at})
}

// CreditLimit sets a customer's credit limit and has the held orders rechecked, oldest first.
func CreditLimit(ctx workflow.Context, in CreditLimitInput) error {
	at := workflow.Now(ctx).UTC()
	return carryOut(ctx, in.LimitID, at, "Set the limit and recheck held orders", credit.SetLimit, activities.LimitInput{LimitID: in.LimitID, At: at})
}

// CreditApplication settles a part of an invoice with customer credit and tells the invoice's order.
func CreditApplication(ctx workflow.Context, in CreditUseInput) error {
	at := workflow.Now(ctx).UTC()
	return carryOut(ctx, in.UseID, at, "Apply customer credit and tell the order", creditNotes.ApplyCredit, activities.CreditUseInput{UseID: in.UseID, At: at})
}

// CreditRefund pays a part of a customer credit out.
func CreditRefund(ctx workflow.Context, in CreditUseInput) error {
	at := workflow.Now(ctx).UTC()
	return carryOut(ctx, in.UseID, at, "Pay customer credit out", creditNotes.RefundCredit, activities.CreditUseInput{UseID: in.UseID, At: at})
}

// Collateral sets what secures a customer's debts and has the held orders rechecked.
func Collateral(ctx workflow.Context, in CreditChangeInput) error {
	at := workflow.Now(ctx).UTC()
	return carryOut(ctx, in.FactID, at, "Set the collateral and recheck held orders", credit.SetCollateral, activities.CreditChangeInput{FactID: in.FactID, At: at})
}

// CreditStanding changes where a customer stands and has the held orders of its groups rechecked.
func CreditStanding(ctx workflow.Context, in CreditChangeInput) error {
	at := workflow.Now(ctx).UTC()
	return carryOut(ctx, in.FactID, at, "Change the standing and recheck held orders", credit.SetStanding, activities.CreditChangeInput{FactID: in.FactID, At: at})
}

// TaskClosure closes a task that a person has done, and with it the dunning notice that it was.
func TaskClosure(ctx workflow.Context, in TaskClosureInput) error {
	at := workflow.Now(ctx).UTC()
	return carryOut(ctx, in.FactID, at, "Close the task", collections.CloseTask, activities.TaskInput{FactID: in.FactID, At: at})
}

// Screening looks at the open orders by a new version of a list, so many at a time, and tells those of which a party is on it.
func Screening(ctx workflow.Context, in ScreeningInput) error {
	step := activities.ScreeningInput{FactID: in.FactID, At: workflow.Now(ctx).UTC()}
	for done := false; !done; done = step.After == "" {
		var last string
		running := workflow.WithActivityOptions(ctx, stepOptions("Screen open orders after "+step.After))
		if err := workflow.ExecuteActivity(running, credit.Screen, step).Get(ctx, &last); err != nil {
			return err
		}
		step.After = last
	}
	return nil
}

// carryOut runs the activity of a fact. What the business or the book does not allow is refused, with its reason, for whoever
// told it to read. What fails for a reason that nobody foresaw fails the workflow; the fact is told again later, and the
// workflow then starts anew.
func carryOut(ctx workflow.Context, factID string, at time.Time, summary string, activity, input any) error {
	ctx = workflow.WithActivityOptions(ctx, stepOptions(summary))
	err := workflow.ExecuteActivity(ctx, activity, input).Get(ctx, nil)
	var failure *temporal.ApplicationError
	var reason models.Error
	if !errors.As(err, &failure) || !failure.HasDetails() || failure.Details(&reason) != nil {
		return err
	}
	ctx = workflow.WithActivityOptions(ctx, stepOptions("Refuse "+factID))
	return workflow.ExecuteActivity(ctx, facts.Refuse, activities.RefuseInput{FactID: factID, Actor: systemActor, Reason: reason, At: at}).Get(ctx, nil)
}

// systemActor is who refuses what no person has decided.
const systemActor = "o2c"
