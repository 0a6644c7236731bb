package activities

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/models"
	"o2c/postgres"
)

// Receivables begins and ends the collecting of invoices that belong to no single order.
type Receivables struct {
	Pool   *pgxpool.Pool
	Orders Orders
}

// ReceivableStep names the invoice that a step works on and the business instant at which it does.
type ReceivableStep struct {
	Invoice string    `json:"invoice"`
	At      time.Time `json:"at"`
}

// ReadReceivable reads where an invoice stands without changing anything.
func (r *Receivables) ReadReceivable(ctx context.Context, in ReceivableStep) (models.OrderProgress, error) {
	return onInvoice(ctx, r.Pool, "", in.Invoice, in.At, func(*collectingStep) error { return nil })
}

// SettleReceivable tells the orders of an invoice that nothing of it is open, and ends it with its outcome. One that was opened
// again meanwhile goes on collecting.
func (r *Receivables) SettleReceivable(ctx context.Context, in ReceivableStep) (models.OrderProgress, error) {
	var item *postgres.OpenItem
	progress, err := onInvoice(ctx, r.Pool, "", in.Invoice, in.At, func(s *collectingStep) (err error) {
		item, err = postgres.LockOpenItem(ctx, s.tx, in.Invoice)
		return err
	})
	if err != nil || item.Open().IsPositive() {
		return progress, err
	}
	orders, err := postgres.OrdersToSettle(ctx, r.Pool, in.Invoice)
	if err != nil {
		return progress, err
	}
	for _, orderID := range orders {
		if err = r.Orders.InvoiceSettled(ctx, orderID, item.Receivable()); err != nil {
			return progress, err
		}
	}
	progress.Stage, progress.Outcome = models.Closed, item.Outcome()
	return progress, nil
}
