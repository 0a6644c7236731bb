package activities

import (
	"context"
	"time"

	"o2c/models"
)

// Orders tells orders' workflows of facts, and those of invoices that belong to no single order. Telling one twice changes nothing.
// It fails with KindUnavailable while the engine is away.
type Orders interface {
	// PaymentApplied tells an order what has become of one of its invoices. Without an order it tells the invoice's own workflow, as
	// PaymentReversed does.
	PaymentApplied(ctx context.Context, orderID string, news models.Receivable) error
	// PaymentReversed tells an order that one of its invoices is open again; one that was closed comes back.
	PaymentReversed(ctx context.Context, orderID string, news models.Receivable) error
	// StartBilling has a customer billed when a period is over.
	StartBilling(ctx context.Context, billingID, customerID string, dueAt time.Time) error
	// Collect has an invoice collected that belongs to no single order.
	Collect(ctx context.Context, invoice, customerID string) error
	// InvoiceIssued tells an order that an invoice bills it which it shares with others.
	InvoiceIssued(ctx context.Context, orderID string, news models.Receivable) error
	// InvoiceSettled tells an order that an invoice which it shares with others is settled.
	InvoiceSettled(ctx context.Context, orderID string, news models.Receivable) error
	// CreditRecheck has an order that waits for credit decided again.
	CreditRecheck(ctx context.Context, orderID, factID string) error
	// PartyListed tells an order that one of its parties was found on a list.
	PartyListed(ctx context.Context, orderID, factID string) error
	// StockArrived tells an order that stock was reserved for it.
	StockArrived(ctx context.Context, orderID, factID string) error
}

// Mailer sends e-mail. It fails with KindInvalid when the recipient's server refuses the mail for good, and otherwise with
// an error that a retry can cure.
type Mailer interface {
	// Send sends a text mail. The id becomes its Message-ID, so that a mail that was sent twice can be told.
	Send(ctx context.Context, id, to, subject, body string) error
}

// WarehouseCaller tells a warehouse outside. The same id is the same call. An answer other than yes is an error.
type WarehouseCaller interface {
	Call(ctx context.Context, to models.WebhookEndpoint, id string, body []byte) error
}
