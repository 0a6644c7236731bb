package activities

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/models"
	"o2c/postgres"
)

// Reconciliation ends orders, and reads them back for those that a late message brings to life again.
type Reconciliation struct{ Pool *pgxpool.Pool }

// Close compares quantities, money and ledger of a settled order and closes it with its outcome. Variances block it in stage
// reconciling, named. One of which an invoice was opened again meanwhile goes on collecting.
func (r *Reconciliation) Close(ctx context.Context, in OrderStep) (models.OrderProgress, error) {
	return onOrder(ctx, r.Pool, in.OrderID, in.At, func(s *step) error {
		if s.order.Stage == models.Closed {
			return nil
		}
		open, err := postgres.OpenItemsOfOrder(ctx, s.tx, s.order.ID)
		if err != nil {
			return err
		}
		if err = s.order.PlanBilling(ctx, s.tx); err != nil {
			return err
		}
		if len(open)+len(s.order.SharedInvoices) > 0 {
			s.order.BlockedCode, s.order.BlockedDetail = "", ""
			return nil
		}
		settlement, err := postgres.SettlementOf(ctx, s.tx, s.order)
		if err != nil {
			return err
		}
		s.order.BlockedCode, s.order.BlockedDetail = "", ""
		if variances := settlement.Reconcile(); len(variances) > 0 {
			s.order.Stage = models.Reconciling
			s.order.BlockedCode, s.order.BlockedDetail = models.BlockedVariance, strings.Join(variances, "; ")
			return nil
		}
		shipped := false
		for _, line := range s.order.Lines {
			shipped = shipped || line.Shipped.IsPositive()
		}
		s.order.Stage, s.order.Outcome = models.Closed, settlement.OutcomeOf(shipped, false)
		_, err = s.event(ctx, postgres.Event{
			Key: "closed/" + s.order.ID, Kind: "closed", Actor: system, Summary: "Order closed: " + string(s.order.Outcome), Detail: settlement,
		})
		return err
	})
}

// Load reads an order's progress without changing anything.
func (r *Reconciliation) Load(ctx context.Context, in OrderStep) (models.OrderProgress, error) {
	return onOrder(ctx, r.Pool, in.OrderID, in.At, func(*step) error { return nil })
}
