package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"o2c/models"
)

// insertTerms keeps what was given beyond what is determined, and the prices by quantity, of an order that is entered.
func insertTerms(batch *pgx.Batch, o models.Order) {
	for i, v := range o.Overrides {
		batch.Queue(`INSERT INTO order_overrides (order_id, override, kind, pointer, given, instead, source) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			o.ID, i+1, v.Kind, v.Pointer, v.Given, v.Instead, v.Source)
	}
	for _, p := range o.PriceSteps {
		batch.Queue(`
			INSERT INTO order_price_steps (order_id, sku, min_quantity, unit_price, base_quantity, source, reason) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			o.ID, p.SKU, p.MinQuantity, p.UnitPrice, p.BaseQuantity, p.Source, p.Reason)
	}
}

// OverridesOf are what was given on an order beyond what was determined, in the order in which it was found.
func OverridesOf(ctx context.Context, db DB, orderID string) ([]models.Override, error) {
	rows, err := db.Query(ctx, `SELECT kind, pointer, given, instead, source FROM order_overrides WHERE order_id = $1 ORDER BY override`, orderID)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.OverridesOf %s: %w", orderID, err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[models.Override])
	return found, TranslateError(err)
}

// PriceStepsOf are the prices by quantity that an order was accepted with, of each product the smallest quantity first.
func PriceStepsOf(ctx context.Context, db DB, orderID string) ([]models.PriceStep, error) {
	rows, err := db.Query(ctx, `
		SELECT sku, min_quantity, unit_price, base_quantity, source, reason FROM order_price_steps WHERE order_id = $1 ORDER BY sku, min_quantity`, orderID)
	if err != nil {
		return nil, fmt.Errorf("postgres.PriceStepsOf %s: %w", orderID, err)
	}
	steps, err := pgx.CollectRows(rows, pgx.RowToStructByPos[models.PriceStep])
	if err != nil {
		return nil, fmt.Errorf("postgres.PriceStepsOf %s: %w", orderID, err)
	}
	return steps, nil
}
