package activities

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/models"
	"o2c/postgres"
)

// system is the actor of what no person decided.
const system = "o2c"

// OrderStep names the order that a step works on and the business instant at which it does.
type OrderStep struct {
	OrderID string    `json:"order_id"`
	At      time.Time `json:"at"`
}

// FactStep names the order, or the invoice that belongs to no single order, and the accepted fact that the step carries out.
type FactStep struct {
	OrderID string    `json:"order_id,omitempty"`
	Invoice string    `json:"invoice,omitempty"`
	FactID  string    `json:"fact_id"`
	At      time.Time `json:"at"`
}

// step is one transaction on one order, with the customer's credit account and the order locked. What it changes of the
// order and the exposure is saved when it ends.
type step struct {
	collectingStep

	order   *postgres.Order
	own     models.Commitments // what of the exposure is the order's
	parties *parties           // once they are read
	toTell  []string           // what warehouses outside are still to be told of the order
}

// onOrder runs one step of an order in a transaction and returns the order's progress after it.
func onOrder(ctx context.Context, pool *pgxpool.Pool, orderID string, at time.Time, work func(*step) error) (progress models.OrderProgress, err error) {
	err = postgres.InTx(ctx, pool, func(tx pgx.Tx) error {
		progress, err = runStep(ctx, tx, orderID, at, work)
		return err
	})
	return progress, err
}

// runStep locks, lets the step do its work, moves the exposure's order buckets by what the lines' values changed, derives
// the stage that follows, saves, and reports the progress.
func runStep(ctx context.Context, tx pgx.Tx, orderID string, at time.Time, work func(*step) error) (models.OrderProgress, error) {
	order, exposure, err := postgres.LockOrder(ctx, tx, orderID)
	if err != nil {
		return models.OrderProgress{}, err
	}
	s := &step{order: order, collectingStep: collectingStep{
		tx: tx, orderID: order.ID, customerID: order.CustomerID, poNumber: order.PONumber, exposure: exposure, at: at,
	}}
	s.own = s.commitment()
	stage, worth := order.Stage, order.Worth()
	if err = work(s); err != nil {
		return models.OrderProgress{}, err
	}
	if err = s.giveBackExcess(ctx, worth); err != nil {
		return models.OrderProgress{}, err
	}
	s.exposure = s.exposure.Sub(s.own).Add(s.commitment())
	items, err := postgres.OpenItemsOfOrder(ctx, tx, orderID)
	if err != nil {
		return models.OrderProgress{}, err
	}
	if err = order.PlanBilling(ctx, tx); err != nil {
		return models.OrderProgress{}, err
	}
	if order.Approved && order.Stage != models.Closed && order.BlockedCode == "" {
		order.Stage = models.StageOf(order.LineProgress(), len(items)+len(order.SharedInvoices))
		if billed := order.Billed(); billed.Any() {
			order.Stage = billed.Stage(order.LineProgress(), len(items))
		}
	}
	if err = s.confirm(ctx); err != nil {
		return models.OrderProgress{}, err
	}
	if stage.WaitsForCredit() && !order.Stage.WaitsForCredit() {
		err = postgres.LapseApprovals(ctx, tx, orderID, "the order does not wait for credit any more", at, models.ReleaseApproval)
		if err != nil {
			return models.OrderProgress{}, err
		}
	}
	if err = s.askForPrepayment(ctx); err != nil {
		return models.OrderProgress{}, err
	}
	if err = s.beginOrEndHold(ctx, stage); err != nil {
		return models.OrderProgress{}, err
	}
	if err = s.followBackorder(ctx); err != nil {
		return models.OrderProgress{}, err
	}
	if err = s.tellWarehouses(ctx); err != nil {
		return models.OrderProgress{}, err
	}
	if err = postgres.SaveOrder(ctx, tx, order, at); err != nil {
		return models.OrderProgress{}, err
	}
	if err = postgres.SaveExposure(ctx, tx, order.CustomerID, s.exposure); err != nil {
		return models.OrderProgress{}, err
	}
	if err = order.PlanRecheck(ctx, tx, at); err != nil {
		return models.OrderProgress{}, err
	}
	progress := order.ProgressWith(items)
	progress.Refused, progress.FulfilmentOrders = s.refused, s.toTell
	// All that are queued, and not only this step's: the answer of an earlier step may have been lost with its worker.
	progress.Messages, err = postgres.QueuedMessageKeys(ctx, tx, orderID)
	return progress, err
}

// commitment is what the order itself puts into the exposure: what is approved and not shipped, and what is shipped and not
// invoiced, also while the rest is on hold, less its own deposits.
func (s *step) commitment() models.Commitments {
	open, delivered := s.values()
	if !s.order.Approved {
		open = models.Zero(s.order.Currency)
	}
	return models.Commit(open, delivered, s.order.DepositsLeft())
}

// openValue is the value of what is neither shipped nor cancelled nor billed by a milestone, gross.
func (s *step) openValue() models.Money {
	open, _ := s.values()
	return open
}

func (s *step) values() (open, delivered models.Money) { return orderValues(s.order) }

// businessDate is the seller's date at an instant.
func businessDate(ctx context.Context, db postgres.DB, at time.Time) (models.Date, error) {
	company, err := postgres.LoadCompany(ctx, db)
	if err != nil {
		return models.Date{}, err
	}
	return models.DateIn(at, company.Zone()), nil
}
