package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/models"
)

// CreateProduct adds a product with its prices. The product must be valid (models.Product.Validate); "id-taken" when the
// sku is used.
func CreateProduct(ctx context.Context, pool *pgxpool.Pool, p models.Product, actor string, with Within) error {
	return InTx(ctx, pool, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `
			INSERT INTO products (sku, name, description, unit_code, base_quantity, tax_category, tax_rate, tax_exemption_code, gtin, stocked, tax_class)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
			ON CONFLICT (sku) DO NOTHING`,
			p.SKU, p.Name, p.Description, p.UnitCode, p.BaseQuantity, p.Tax.Category, p.Tax.Rate, p.TaxExemptionCode, p.GTIN, p.Stocked, p.TaxClass)
		if err != nil {
			return fmt.Errorf("postgres.CreateProduct: %w", err)
		}
		if tag.RowsAffected() == 0 {
			return models.Conflict("id-taken", "there is a product %q already", p.SKU).At("/sku")
		}
		batch := &pgx.Batch{}
		for currency, price := range p.Prices {
			batch.Queue(`INSERT INTO product_prices (sku, currency, unit_price) VALUES ($1, $2, $3)`, p.SKU, currency, price)
		}
		if err = tx.SendBatch(ctx, batch).Close(); err != nil {
			return fmt.Errorf("postgres.CreateProduct prices: %w", err)
		}
		if err = with(ctx, tx); err != nil {
			return err
		}
		return Audit(ctx, tx, AuditEntry{Actor: actor, Action: "create", ObjectKind: "product", ObjectID: p.SKU, Detail: p})
	})
}

// CreateWarehouse adds a warehouse; "id-taken" when the id is used.
func CreateWarehouse(ctx context.Context, pool *pgxpool.Pool, w Warehouse, actor string, with Within) error {
	return InTx(ctx, pool, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `
			INSERT INTO warehouses (id, name, mode, priority, webhook_url, webhook_secret) VALUES ($1, $2, $3, $4, nullif($5, ''), nullif($6, ''))
			ON CONFLICT (id) DO NOTHING`, w.ID, w.Name, w.Mode, w.Priority, w.WebhookURL, w.WebhookSecret)
		if err != nil {
			return fmt.Errorf("postgres.CreateWarehouse: %w", err)
		}
		if tag.RowsAffected() == 0 {
			return models.Conflict("id-taken", "there is a warehouse %q already", w.ID).At("/id")
		}
		if err = with(ctx, tx); err != nil {
			return err
		}
		return Audit(ctx, tx, AuditEntry{Actor: actor, Action: "create", ObjectKind: "warehouse", ObjectID: w.ID, Detail: w})
	})
}
