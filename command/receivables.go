package command

import (
	"context"

	"o2c/models"
	"o2c/postgres"
	"o2c/workflows"
)

// InvoiceStatus says why an invoice waits and who may act: as Status does of the order that collects it or, of an invoice that belongs
// to no single order, of the invoice itself. "invoice-not-found".
func (s *Service) InvoiceStatus(ctx context.Context, number string) (models.OrderStatus, error) {
	invoice, err := postgres.ReadInvoice(ctx, s.DB, number)
	if err != nil {
		return models.OrderStatus{}, err
	}
	if invoice.OrderID != nil {
		return s.Status(ctx, *invoice.OrderID)
	}
	item, err := postgres.ReadOpenItem(ctx, s.DB, number)
	if err != nil {
		return models.OrderStatus{}, err
	}
	progress := item.Progress()
	// One that is settled can be parked as well: while it tells its orders.
	if progress.BlockedBy = s.technicalBlock(ctx, workflows.ReceivableID(number)); progress.BlockedBy == nil && len(progress.Receivables) == 0 {
		progress.Stage = models.Closed
	}
	return progress.Status(), nil
}

// InterveneInvoice moves a parked invoice on that belongs to no single order. Errors: "invoice-not-found", "invoice-of-order",
// "invoice-not-parked", those of the workflow ("step-not-skippable"), "worker-unavailable", "engine-unavailable".
func (s *Service) InterveneInvoice(ctx context.Context, number string, intervention models.Intervention) (Finished, error) {
	invoice, err := postgres.ReadInvoice(ctx, s.DB, number)
	if err != nil {
		return false, err
	}
	if invoice.OrderID != nil {
		return false, models.Conflict("invoice-of-order", "invoice %s is collected by order %s: it is to be moved on", number, *invoice.OrderID)
	}
	finished, err := s.update(ctx, workflows.ReceivableID(number), intervention.ID, workflows.Intervene, intervention)
	if notRunning(err) { // it has ended, so nothing is parked
		return false, models.Conflict("invoice-not-parked", "the invoice is not parked")
	}
	return finished, err
}
