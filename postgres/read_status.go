package postgres

import (
	"context"

	"o2c/models"
)

// ReadProgress reads the progress of an order from the book, without a lock, so that its status is answered without a
// worker. An order that is accepted and not entered yet is in stage received. "order-not-found".
func ReadProgress(ctx context.Context, db DB, orderID string) (models.OrderProgress, error) {
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
	return order.ProgressWith(items), nil
}
