package command

import (
	"context"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"o2c/models"
	"o2c/postgres"
	"o2c/workflows"
)

// The port Orders of package activities: what one process has to tell another order, or the workflow of an invoice that belongs to
// none. Telling twice changes nothing, and a closed one is brought back.

// PaymentApplied tells whoever collects an invoice what has become of it.
func (s *Service) PaymentApplied(ctx context.Context, orderID string, news models.Receivable) error {
	return s.tellOfInvoice(ctx, orderID, workflows.PaymentApplied, news)
}

// PaymentReversed tells whoever collects an invoice, or has a share in it, that it is open again.
func (s *Service) PaymentReversed(ctx context.Context, orderID string, news models.Receivable) error {
	return s.tellOfInvoice(ctx, orderID, workflows.PaymentReversed, news)
}

// StartBilling has a customer billed when a period is over. One that has failed starts anew.
func (s *Service) StartBilling(ctx context.Context, billingID, customerID string, dueAt time.Time) error {
	return s.start(ctx, patience(), customerID, client.StartWorkflowOptions{
		ID: workflows.BillingID(billingID), StaticSummary: "Billing of " + billingID,
		TypedSearchAttributes: temporal.NewSearchAttributes(workflows.CustomerAttribute.ValueSet(customerID), workflows.NextActionAttribute.ValueSet(dueAt)),
		WorkflowIDReusePolicy: enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY,
	}, workflows.BillingType, workflows.BillingInput{BillingID: billingID, DueAt: dueAt})
}

// Collect has an invoice collected that belongs to no single order.
func (s *Service) Collect(ctx context.Context, invoice, customerID string) error {
	return s.start(ctx, patience(), customerID, client.StartWorkflowOptions{
		ID: workflows.ReceivableID(invoice), StaticSummary: "Invoice " + invoice + " of " + customerID,
		TypedSearchAttributes: orderAttributes(customerID, "", nil),
	}, workflows.ReceivableType, workflows.ReceivableState{Invoice: invoice})
}

// InvoiceIssued tells an order that an invoice bills it which it shares with others.
func (s *Service) InvoiceIssued(ctx context.Context, orderID string, news models.Receivable) error {
	return s.tellOrder(ctx, orderID, workflows.InvoiceIssued, news)
}

// InvoiceSettled tells an order that an invoice which it shares with others is settled.
func (s *Service) InvoiceSettled(ctx context.Context, orderID string, news models.Receivable) error {
	return s.tellOrder(ctx, orderID, workflows.InvoiceSettled, news)
}

// CreditRecheck has an order that waits for credit decided again.
func (s *Service) CreditRecheck(ctx context.Context, orderID, factID string) error {
	return s.tellOrder(ctx, orderID, workflows.CreditRecheck, workflows.FactSignal{ID: factID})
}

// PartyListed tells an order that one of its parties was found on a list.
func (s *Service) PartyListed(ctx context.Context, orderID, factID string) error {
	return s.tellOrder(ctx, orderID, workflows.PartyListed, workflows.FactSignal{ID: factID})
}

// StockArrived tells an order that stock was reserved for it.
func (s *Service) StockArrived(ctx context.Context, orderID, factID string) error {
	return s.tellOrder(ctx, orderID, workflows.StockArrived, workflows.FactSignal{ID: factID})
}

func (s *Service) tellOrder(ctx context.Context, orderID, signal string, message any) error {
	customerID, err := postgres.CustomerOfOrder(ctx, s.DB, orderID)
	if err != nil {
		return err
	}
	return s.tell(ctx, patience(), collector{OrderID: orderID, CustomerID: customerID}, signal, message)
}

func (s *Service) tellOfInvoice(ctx context.Context, orderID, signal string, news models.Receivable) error {
	if orderID != "" {
		return s.tellOrder(ctx, orderID, signal, news)
	}
	item, err := postgres.ReadOpenItem(ctx, s.DB, news.Invoice)
	if err != nil {
		return err
	}
	return s.tell(ctx, patience(), collector{Invoice: news.Invoice, CustomerID: item.CustomerID}, signal, news)
}
