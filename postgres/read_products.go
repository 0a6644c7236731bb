package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// ProductView is a product as it is shown: with its stock per warehouse.
type ProductView struct {
	SKU              string `db:"sku"`
	Name             string
	Description      string
	UnitCode         string
	BaseQuantity     decimal.Decimal
	TaxCategory      string
	TaxRate          decimal.Decimal
	TaxClass         string
	TaxExemptionCode string
	GTIN             string `db:"gtin"`
	Stocked          bool
	CreatedAt        time.Time
	Prices           map[models.Currency]decimal.Decimal `db:"-"`
	Stock            []StockLevel                        `db:"-"`
}

// StockLevel is what a warehouse holds of a product.
type StockLevel struct {
	SKU         string `db:"sku"`
	WarehouseID string
	OnHand      decimal.Decimal
	Reserved    decimal.Decimal
}

// ReadProduct reads a product; "product-not-found".
func ReadProduct(ctx context.Context, db DB, sku string) (ProductView, error) {
	found, err := readProducts(ctx, db, []string{sku}, Page{Limit: 1})
	if err != nil {
		return ProductView{}, err
	}
	if len(found) == 0 {
		return ProductView{}, models.NotFound("product", sku)
	}
	return found[0], nil
}

// ListProducts reads a page of products, newest first.
func ListProducts(ctx context.Context, db DB, page Page) ([]ProductView, *string, error) {
	found, err := readProducts(ctx, db, nil, page)
	if err != nil {
		return nil, nil, err
	}
	found, next := cut(page, found, func(p ProductView) position { return latest(p.CreatedAt, p.SKU) })
	return found, next, nil
}

// ReadProducts reads the products of an order, by sku; an unknown sku is not in the answer.
func ReadProducts(ctx context.Context, db DB, skus []string) (map[string]*models.Product, error) {
	found, err := readProducts(ctx, db, skus, Page{Limit: len(skus)})
	if err != nil {
		return nil, err
	}
	products := make(map[string]*models.Product, len(found))
	for _, p := range found {
		products[p.SKU] = &models.Product{
			SKU: p.SKU, Name: p.Name, Description: p.Description, UnitCode: p.UnitCode, BaseQuantity: p.BaseQuantity,
			Tax: models.TaxClass{Category: p.TaxCategory, Rate: p.TaxRate}, TaxClass: p.TaxClass, TaxExemptionCode: p.TaxExemptionCode, GTIN: p.GTIN,
			Stocked: p.Stocked, Prices: p.Prices,
		}
	}
	return products, nil
}

func readProducts(ctx context.Context, db DB, skus []string, page Page) ([]ProductView, error) {
	at, key, err := page.after()
	if err != nil {
		return nil, err
	}
	rows, err := db.Query(ctx, `
		SELECT sku, name, description, unit_code, base_quantity, tax_category, tax_rate, tax_class, tax_exemption_code, gtin, stocked, created_at
		  FROM products
		 WHERE ($1::text[] IS NULL OR sku = ANY($1))
		   AND ($2::timestamptz IS NULL OR (created_at, sku) < ($2, $3))
		 ORDER BY created_at DESC, sku DESC
		 LIMIT $4`, pgx.QueryExecModeCacheDescribe, skus, at, key, page.Limit+1)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.readProducts: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[ProductView])
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.readProducts: %w", err))
	}
	index := make(map[string]*ProductView, len(found))
	read := make([]string, len(found))
	for i := range found {
		found[i].Prices = map[models.Currency]decimal.Decimal{}
		index[found[i].SKU], read[i] = &found[i], found[i].SKU
	}
	if err = readPrices(ctx, db, read, index); err != nil {
		return nil, err
	}
	return found, readStock(ctx, db, read, index)
}

func readPrices(ctx context.Context, db DB, skus []string, index map[string]*ProductView) error {
	rows, err := db.Query(ctx, `SELECT sku, currency, unit_price FROM product_prices WHERE sku = ANY($1)`, skus)
	if err != nil {
		return TranslateError(fmt.Errorf("postgres.readPrices: %w", err))
	}
	var sku string
	var currency models.Currency
	var price decimal.Decimal
	_, err = pgx.ForEachRow(rows, []any{&sku, &currency, &price}, func() error {
		index[sku].Prices[currency] = price
		return nil
	})
	return TranslateError(err)
}

func readStock(ctx context.Context, db DB, skus []string, index map[string]*ProductView) error {
	rows, err := db.Query(ctx, `
		SELECT sku, warehouse_id, on_hand, reserved FROM stock WHERE sku = ANY($1) ORDER BY sku, warehouse_id`, skus)
	if err != nil {
		return TranslateError(fmt.Errorf("postgres.readStock: %w", err))
	}
	levels, err := pgx.CollectRows(rows, pgx.RowToStructByName[StockLevel])
	if err != nil {
		return TranslateError(fmt.Errorf("postgres.readStock: %w", err))
	}
	for _, level := range levels {
		index[level.SKU].Stock = append(index[level.SKU].Stock, level)
	}
	return nil
}
