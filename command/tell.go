package command

import (
	"context"

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

// InvoiceSettled tells an order that an invoice which it shares with others is settled.
func (s *Service) InvoiceSettled(ctx context.Context, orderID string, news models.Receivable) error {
	return s.tellOrder(ctx, orderID, workflows.InvoiceSettled, news)
}

// CreditRecheck has an order that waits for credit decided again.
func (s *Service) CreditRecheck(ctx context.Context, orderID, factID string) error {
	return s.tellOrder(ctx, orderID, workflows.CreditRecheck, workflows.FactSignal{ID: factID})
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
