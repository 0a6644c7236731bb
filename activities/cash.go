package activities

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/bank"
	"o2c/ledger"
	"o2c/models"
	"o2c/postgres"
)

// Cash applies payments.
type Cash struct {
	Pool   *pgxpool.Pool
	Orders Orders
}

// PaymentInput names the accepted payment.
type PaymentInput struct {
	PaymentID string    `json:"payment_id"`
	At        time.Time `json:"at"`
}

// Apply records an accepted payment and applies it to its customer's open items, in one transaction, and then tells the
// orders of the invoices and those that wait for credit. A payment of which nobody knows the payer stays unapplied.
func (c *Cash) Apply(ctx context.Context, in PaymentInput) error {
	var customerID string
	err := postgres.InTx(ctx, c.Pool, func(tx pgx.Tx) (err error) {
		customerID, err = apply(ctx, tx, in)
		return err
	})
	if err != nil || customerID == "" {
		return err
	}
	// Read back, so that a retry after a crash tells the same orders; a Receivable's version makes old news harmless.
	items, err := postgres.OpenItemsPaidBy(ctx, c.Pool, in.PaymentID)
	if err != nil {
		return err
	}
	for i := range items {
		if items[i].OrderID == "" {
			continue
		}
		if err = c.Orders.PaymentApplied(ctx, items[i].OrderID, items[i].Receivable()); err != nil {
			return err
		}
	}
	return tellRechecked(ctx, c.Pool, c.Orders, in.PaymentID)
}

func apply(ctx context.Context, tx pgx.Tx, in PaymentInput) (customerID string, err error) {
	fact, err := postgres.TakeFact[models.Payment](ctx, tx, in.PaymentID)
	if err != nil {
		return "", err
	}
	if fact.Settled {
		customerID, _, err = postgres.PaymentCustomer(ctx, tx, in.PaymentID)
		return customerID, err
	}
	payment := fact.Content
	if payment.CustomerID == "" {
		if payment.CustomerID, err = postgres.PayerOf(ctx, tx, payment); err != nil {
			return "", err
		}
	}
	today, err := businessDate(ctx, tx, in.At)
	if err != nil {
		return "", err
	}
	booking := booking{tx: tx, payment: payment, at: in.At, date: today}
	if payment.CustomerID == "" {
		err = booking.record(ctx, nil)
	} else {
		err = booking.settle(ctx)
	}
	if err != nil {
		return "", err
	}
	return payment.CustomerID, postgres.SettleFact(ctx, tx, in.PaymentID, nil)
}

// booking is one payment on its way into the books.
type booking struct {
	tx      pgx.Tx
	payment models.Payment
	at      time.Time
	date    models.Date
}

// settle applies the payment to the open items of its customer, under the lock of the credit account.
func (b booking) settle(ctx context.Context) error {
	exposure, err := postgres.LockCredit(ctx, b.tx, b.payment.CustomerID)
	if err != nil {
		return err
	}
	if exposure.OpenInvoices.Currency() != b.payment.Amount.Currency() {
		// Money in another currency waits for a person: it is recorded, and its payer stays open.
		b.payment.CustomerID = ""
		return b.record(ctx, nil)
	}
	items, err := postgres.LockOpenItemsOfCustomer(ctx, b.tx, b.payment.CustomerID)
	if err != nil {
		return err
	}
	byInvoice := make(map[string]*postgres.OpenItem, len(items))
	open := make([]bank.OpenItem, len(items))
	for i := range items {
		byInvoice[items[i].Invoice] = &items[i]
		open[i] = bank.OpenItem{Invoice: items[i].Invoice, Reference: items[i].PaymentReference, DueDate: items[i].DueDate, Open: items[i].Open(), Disputed: items[i].Disputed()}
	}
	found := bank.ApplyPayment(b.payment, open)
	applications := make([]postgres.Application, len(found))
	rest := b.payment.Amount
	for i, application := range found {
		applications[i] = postgres.Application(application)
		rest = rest.Sub(application.Amount)
	}
	if err = b.record(ctx, applications); err != nil {
		return err
	}
	for n, application := range applications {
		if err = b.applyTo(ctx, n+1, byInvoice[application.Invoice], application); err != nil {
			return err
		}
	}
	exposure.OpenInvoices = exposure.OpenInvoices.Sub(b.payment.Amount.Sub(rest))
	exposure.UnappliedCash = exposure.UnappliedCash.Add(rest)
	if err = postgres.SaveExposure(ctx, b.tx, b.payment.CustomerID, exposure); err != nil {
		return err
	}
	return recheckHeld(ctx, b.tx, b.payment.CustomerID, b.payment.ID, b.at)
}

// record inserts the payment, with its receipt in the ledger and on the customer's timeline.
func (b booking) record(ctx context.Context, applications []postgres.Application) error {
	if _, err := postgres.InsertPayment(ctx, b.tx, b.payment, applications, b.at); err != nil {
		return err
	}
	err := ledger.Post(ctx, b.tx, ledger.Entry{
		Key: "payment/" + b.payment.ID, Event: "payment_received", BusinessDate: b.date, CustomerID: b.payment.CustomerID,
		Document: b.payment.ID, Description: "Payment by " + b.payment.Method, Lines: ledger.PaymentReceived(b.payment.Amount),
	})
	if err != nil {
		return err
	}
	_, err = postgres.RecordEvent(ctx, b.tx, postgres.Event{
		Key: b.payment.ID, CustomerID: b.payment.CustomerID, Kind: "payment-received", At: b.at, Actor: b.payment.ReceivedBy,
		Summary: "Payment of " + b.payment.Amount.Text() + " received",
	})
	return err
}

// applyTo settles one open item with a part of the payment. The undisputed part is paid first; what is paid beyond it
// shrinks the newest disputes.
func (b booking) applyTo(ctx context.Context, n int, item *postgres.OpenItem, application postgres.Application) error {
	item.Pay(application.Amount)
	if item.Disputed().MoreThan(item.Open()) {
		if err := b.shrinkDisputes(ctx, item); err != nil {
			return err
		}
	}
	if err := replan(ctx, b.tx, item, b.at); err != nil {
		return err
	}
	if err := postgres.SaveOpenItem(ctx, b.tx, item); err != nil {
		return err
	}
	err := ledger.Post(ctx, b.tx, ledger.Entry{
		Key: fmt.Sprintf("payment/%s/application/%d", b.payment.ID, n), Event: "payment_applied", BusinessDate: b.date,
		CustomerID: item.CustomerID, OrderID: item.OrderID, Document: item.Invoice, Description: "Payment applied to " + item.Invoice,
		Lines: ledger.PaymentApplied(application.Amount),
	})
	if err != nil {
		return err
	}
	_, err = postgres.RecordEvent(ctx, b.tx, postgres.Event{
		Key: fmt.Sprintf("%s/%d", b.payment.ID, n), OrderID: item.OrderID, CustomerID: item.CustomerID, Invoice: item.Invoice, Kind: "payment-applied",
		At: b.at, Actor: b.payment.ReceivedBy,
		Summary: application.Amount.Text() + " applied to " + item.Invoice + ", " + item.Open().Text() + " open",
	})
	return err
}

// shrinkDisputes takes what was paid of the disputed amount from the newest disputes; one of which nothing is left is
// withdrawn.
func (b booking) shrinkDisputes(ctx context.Context, item *postgres.OpenItem) error {
	excess := item.Disputed().Sub(item.Open())
	disputes, err := postgres.DisputesOf(ctx, b.tx, item.Invoice)
	if err != nil {
		return err
	}
	for i := range disputes {
		dispute := &disputes[i]
		if !dispute.State.Active() || !excess.IsPositive() {
			continue
		}
		part := models.Min(excess, dispute.Money())
		dispute.Amount = dispute.Amount.Sub(part.Decimal())
		item.DisputedAmount = item.DisputedAmount.Sub(part.Decimal())
		excess = excess.Sub(part)
		if dispute.Amount.IsZero() {
			dispute.State, dispute.Resolution = models.DisputeWithdrawn, "paid"
			dispute.ResolvedAt, dispute.ResolvedBy = &b.at, &b.payment.ReceivedBy
		}
		if err = postgres.SaveDispute(ctx, b.tx, dispute); err != nil {
			return err
		}
	}
	return nil
}
