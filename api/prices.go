package api

import (
	"context"

	"github.com/shopspring/decimal"

	"o2c/models"
	"o2c/postgres"
)

// ListPriceLists answers with a page of price lists.
func (s *server) ListPriceLists(ctx context.Context, r ListPriceListsRequestObject) (ListPriceListsResponseObject, error) {
	found, next, err := postgres.ListPriceLists(ctx, s.db, pageOf(r.Params.Limit, r.Params.Cursor))
	return ListPriceLists200JSONResponse{Data: each(found, priceList), NextCursor: next}, err
}

// GetPriceList answers with a price list, its versions and their entries.
func (s *server) GetPriceList(ctx context.Context, r GetPriceListRequestObject) (GetPriceListResponseObject, error) {
	view, err := postgres.ReadPriceList(ctx, s.db, r.PriceListID)
	return GetPriceList200JSONResponse(priceList(view)), err
}

// PutPriceList sets a version of a price list.
func (s *server) PutPriceList(ctx context.Context, r PutPriceListRequestObject) (PutPriceListResponseObject, error) {
	list, err := readPriceList(*r.Body)
	if err != nil {
		return nil, err
	}
	if err = postgres.PutPriceList(ctx, s.db, list, principalOf(ctx).Name); err != nil {
		return nil, err
	}
	view, err := postgres.ReadPriceList(ctx, s.db, list.ID)
	return PutPriceList200JSONResponse(priceList(view)), err
}

func readPriceList(b NewPriceList) (models.PriceList, error) {
	var read reading
	version := models.PriceListVersion{ValidFrom: readDate(&b.ValidFrom), ValidUntil: readDate(b.ValidUntil), Entries: make([]models.PriceEntry, len(b.Entries))}
	for i, e := range b.Entries {
		at := pointerf("/entries/%d", i)
		version.Entries[i] = models.PriceEntry{
			SKU: e.Sku, MinQuantity: read.number(at+"/min_quantity", e.MinQuantity, models.ParseBreak),
			UnitPrice: read.number(at+"/unit_price", &e.UnitPrice, models.ParsePrice), BaseQuantity: read.number(at+"/base_quantity", e.BaseQuantity, models.ParseQuantity),
		}
	}
	list := models.PriceList{
		ID: b.ID, Name: b.Name, Currency: models.Currency(b.Currency), CustomerID: valueOf(b.CustomerID), Segment: valueOf(b.Segment),
		Versions: []models.PriceListVersion{version},
	}
	read.all(list.Validate())
	return list, read.err()
}

func priceList(v postgres.PriceListView) PriceList {
	return PriceList{
		ID: v.ID, Name: v.Name, Currency: string(v.Currency), CustomerID: optional(v.CustomerID), Segment: optional(v.Segment), CreatedAt: v.CreatedAt.UTC(),
		Versions: each(v.Versions, func(version models.PriceListVersion) PriceListVersion {
			return PriceListVersion{
				ValidFrom: date(version.ValidFrom), ValidUntil: maybeDate(version.ValidUntil),
				Entries: each(version.Entries, func(e models.PriceEntry) PriceEntry {
					return PriceEntry{Sku: e.SKU, MinQuantity: e.MinQuantity.String(), UnitPrice: e.UnitPrice.String(), BaseQuantity: maybeNumber(e.BaseQuantity)}
				}),
			}
		}),
	}
}

// maybeNumber writes a number that is absent where it is 0.
func maybeNumber(d decimal.Decimal) *string {
	if d.IsZero() {
		return nil
	}
	return new(d.String())
}
