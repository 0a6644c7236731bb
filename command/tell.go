package command

import (
	"context"

	"o2c/models"
	"o2c/postgres"
	"o2c/workflows"
)

// The port Orders of package activities: what one process has to tell another order. Telling twice changes nothing, and a
// closed order is brought back.

// PaymentApplied tells an order what has become of one of its invoices.
func (s *Service) PaymentApplied(ctx context.Context, orderID string, news models.Receivable) error {
	return s.tellOrder(ctx, orderID, workflows.PaymentApplied, news)
}

// PaymentReversed tells an order that one of its invoices is open again.
func (s *Service) PaymentReversed(ctx context.Context, orderID string, news models.Receivable) error {
	return s.tellOrder(ctx, orderID, workflows.PaymentReversed, news)
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
	return s.tell(ctx, patience(), orderID, customerID, signal, message)
}
