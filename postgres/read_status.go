package postgres

import (
	"context"
	"time"

	"o2c/models"
)

// ReadProgress reads the progress of an order from the book, without a lock, so that its status is answered without a
// worker. An order that is accepted and not entered yet is in stage received. now tells the time on a customer's clock.
// "order-not-found".
func ReadProgress(ctx context.Context, db DB, orderID string, now func(ctx context.Context, customerID string) (time.Time, error)) (models.OrderProgress, error) {
	order, err := LoadOrder(ctx, db, orderID)
	if err != nil && models.KindOf(err) == models.KindNotFound {
		accepted, err := readAcceptedOrder(ctx, db, orderID)
		return models.OrderProgress{
			OrderID: accepted.ID, CustomerID: accepted.CustomerID, PONumber: accepted.PONumber, Currency: accepted.Currency, Stage: models.Received,
		}, err
	}
	if err != nil {
		return models.OrderProgress{}, TranslateError(err)
	}
	items, err := OpenItemsOfOrder(ctx, db, orderID)
	if err != nil {
		return models.OrderProgress{}, TranslateError(err)
	}
	at, err := now(ctx, order.CustomerID)
	if err != nil {
		return models.OrderProgress{}, err
	}
	if err = order.PlanRecheck(ctx, db, at); err != nil {
		return models.OrderProgress{}, TranslateError(err)
	}
	if err = order.PlanBilling(ctx, db); err != nil {
		return models.OrderProgress{}, TranslateError(err)
	}
	return order.ProgressWith(items), nil
}

// PlanRecheck finds out when the order's credit is to be checked by itself: while it is on hold, on the next day on which a limit
// or collateral begins or has ended; while it goes on by a release with a last day, on the day after.
func (o *Order) PlanRecheck(ctx context.Context, db DB, at time.Time) error {
	released := o.Stage == models.Fulfilling && !o.ReleaseUntil.IsZero()
	if o.RecheckAt = nil; !released && !o.Stage.WaitsForCredit() {
		return nil
	}
	company, err := LoadCompany(ctx, db)
	if err != nil {
		return err
	}
	day := o.ReleaseUntil.AddDays(1)
	if !released {
		if day, err = NextCreditDate(ctx, db, o.CustomerID, models.DateIn(at, company.Zone())); err != nil || day.IsZero() {
			return err
		}
	}
	o.RecheckAt = new(day.At(0, company.Zone()))
	return nil
}
