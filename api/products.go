package api

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"o2c/models"
	"o2c/postgres"
)

// CreateProduct adds a product.
func (s *server) CreateProduct(ctx context.Context, r CreateProductRequestObject) (CreateProductResponseObject, error) {
	claim := claimOf(ctx)
	if claim.Content == nil {
		p, err := readProduct(*r.Body)
		if err != nil {
			return nil, err
		}
		if err = postgres.CreateProduct(ctx, s.db, p, claim.Principal, s.claims.Carried(claim)); err != nil {
			return nil, err
		}
	}
	view, err := postgres.ReadProduct(ctx, s.db, r.Body.Sku)
	if err != nil {
		return nil, err
	}
	return CreateProduct201JSONResponse{
		Body: product(view), Headers: CreateProduct201ResponseHeaders{Location: base + "/products/" + r.Body.Sku},
	}, nil
}

// GetProduct answers with a product and its stock.
func (s *server) GetProduct(ctx context.Context, r GetProductRequestObject) (GetProductResponseObject, error) {
	view, err := postgres.ReadProduct(ctx, s.db, r.Sku)
	return GetProduct200JSONResponse(product(view)), err
}

// ListProducts answers with a page of products.
func (s *server) ListProducts(ctx context.Context, r ListProductsRequestObject) (ListProductsResponseObject, error) {
	found, next, err := postgres.ListProducts(ctx, s.db, pageOf(r.Params.Limit, r.Params.Cursor))
	return ListProducts200JSONResponse{Data: each(found, product), NextCursor: next}, err
}

// ReceiveStock books goods that arrived.
func (s *server) ReceiveStock(ctx context.Context, r ReceiveStockRequestObject) (ReceiveStockResponseObject, error) {
	claim := claimOf(ctx)
	receipt := models.StockReceipt{
		SKU: r.Sku, WarehouseID: valueOr(r.Body.WarehouseID, mainWarehouse), Quantity: r.Body.Quantity, Note: valueOf(r.Body.Note),
	}
	view, booked, err := s.commands.ReceiveStock(ctx, claim, receipt)
	if err != nil {
		return nil, err
	}
	if !booked {
		return ReceiveStock202JSONResponse{Body: Accepted{ID: claim.ID, State: AcceptedStateAccepted}}, nil
	}
	return ReceiveStock201JSONResponse{Body: StockReceipt{
		ID: view.ID, Sku: view.SKU, WarehouseID: view.WarehouseID, Quantity: view.Quantity.String(), Note: view.Note, ReceivedAt: view.ReceivedAt.UTC(),
		Stock: stockLevel(postgres.StockLevel{WarehouseID: view.WarehouseID, OnHand: view.OnHand, Reserved: view.Reserved}),
	}}, nil
}

// mainWarehouse is the warehouse that is meant when none is named.
const mainWarehouse = "main"

// CreateWarehouse adds a warehouse.
func (s *server) CreateWarehouse(ctx context.Context, r CreateWarehouseRequestObject) (CreateWarehouseResponseObject, error) {
	claim := claimOf(ctx)
	if claim.Content == nil {
		w := postgres.Warehouse{
			ID: r.Body.ID, Name: r.Body.Name, Mode: string(r.Body.Mode), Priority: valueOr(r.Body.Priority, usualPriority), WebhookURL: valueOf(r.Body.WebhookURL),
		}
		if err := s.checkWebhook(w); err != nil {
			return nil, err
		}
		if w.WebhookURL != "" {
			w.WebhookSecret = newSecret()
		}
		if err := postgres.CreateWarehouse(ctx, s.db, w, claim.Principal, s.claims.Carried(claim)); err != nil {
			return nil, err
		}
	}
	made, err := postgres.ReadWarehouse(ctx, s.db, r.Body.ID)
	answer := warehouseOf(made)
	answer.Secret = optional(made.WebhookSecret)
	return CreateWarehouse201JSONResponse{Body: answer}, err
}

// checkWebhook refuses a warehouse that can't be told: "webhook-url".
func (s *server) checkWebhook(w postgres.Warehouse) error {
	var read reading
	if (w.Mode == "webhook") != (w.WebhookURL != "") {
		read.all([]*models.Error{models.Invalid("webhook-url", "a warehouse of mode webhook has a webhook_url, and no other").At("/webhook_url")})
	} else if w.WebhookURL != "" {
		if fault := models.ValidateWebhookURL(w.WebhookURL, s.plain); fault != nil {
			read.all([]*models.Error{fault.At("/webhook_url")})
		}
	}
	return read.err()
}

// newSecret is a secret to sign calls with (Standard Webhooks: 24 to 64 random bytes).
func newSecret() string {
	bytes := make([]byte, 32)
	_, _ = rand.Read(bytes) // it never fails
	return "whsec_" + base64.StdEncoding.EncodeToString(bytes)
}

func warehouseOf(w postgres.Warehouse) Warehouse {
	return Warehouse{ID: w.ID, Name: w.Name, Mode: WarehouseMode(w.Mode), Priority: &w.Priority, WebhookURL: optional(w.WebhookURL)}
}

// usualPriority is the priority of a warehouse that is given none.
const usualPriority = 100

// ListWarehouses answers with a page of warehouses.
func (s *server) ListWarehouses(ctx context.Context, r ListWarehousesRequestObject) (ListWarehousesResponseObject, error) {
	found, next, err := postgres.ListWarehouses(ctx, s.db, pageOf(r.Params.Limit, r.Params.Cursor))
	return ListWarehouses200JSONResponse{Data: each(found, warehouseOf), NextCursor: next}, err
}

func readProduct(b NewProduct) (models.Product, error) {
	var read reading
	p := models.Product{
		SKU: b.Sku, Name: b.Name, Description: valueOf(b.Description), UnitCode: valueOf(b.UnitCode),
		BaseQuantity: read.number("/base_quantity", b.BaseQuantity, models.ParseQuantity),
		Tax:          models.TaxClass{Category: string(b.TaxCategory), Rate: read.number("/tax_rate", &b.TaxRate, models.ParsePercent)},
		GTIN:         valueOf(b.Gtin), TaxClass: valueOf(b.TaxClass), TaxExemptionCode: valueOf(b.TaxExemptionCode), Stocked: valueOr(b.Stocked, true),
		Prices: make(map[models.Currency]decimal.Decimal, len(b.Prices)),
	}
	for currency, price := range b.Prices {
		p.Prices[models.Currency(currency)] = read.number("/prices/"+escape(currency), &price, models.ParsePrice)
	}
	faults := p.Validate()
	slices.SortStableFunc(faults, func(a, b *models.Error) int { return len(a.Pointer) - len(b.Pointer) })
	read.all(faults)
	return p, read.err()
}

func product(v postgres.ProductView) Product {
	prices := make(Prices, len(v.Prices))
	for currency, price := range v.Prices {
		prices[string(currency)] = price.String()
	}
	return Product{
		Sku: v.SKU, Name: v.Name, Description: v.Description, Prices: prices, UnitCode: v.UnitCode, BaseQuantity: v.BaseQuantity.String(),
		TaxCategory: TaxCategory(v.TaxCategory), TaxRate: v.TaxRate.String(), TaxClass: v.TaxClass, TaxExemptionCode: optional(v.TaxExemptionCode),
		Gtin: optional(v.GTIN), Stocked: v.Stocked, Stock: each(v.Stock, stockLevel),
	}
}

func stockLevel(l postgres.StockLevel) StockLevel {
	return StockLevel{WarehouseID: l.WarehouseID, OnHand: l.OnHand.String(), Reserved: l.Reserved.String(), Available: l.OnHand.Sub(l.Reserved).String()}
}

func pointerf(format string, args ...any) string { return fmt.Sprintf(format, args...) }
