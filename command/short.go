package command

import (
	"context"
	"time"

	"o2c/models"
	"o2c/postgres"
)

// What touches several orders runs as a short workflow of its own, which writes and then signals: payments, receipts of
// stock, credit limits.

// ReceiveStock accepts a receipt of goods, has it booked, and waits for that. booked is false when no worker has done so yet.
// Errors: "product-not-found", "not-stocked", "warehouse-not-found", "engine-unavailable".
func (s *Service) ReceiveStock(ctx context.Context, claim *Claim, receipt models.StockReceipt) (view postgres.ReceiptView, booked bool, err error) {
	deadline := patience()
	fact, err := s.recorded(ctx, claim.ID, postgres.StockReceiptFact)
	if err != nil {
		return view, false, err
	}
	if fact == nil {
		product, err := postgres.ReadProduct(ctx, s.DB, receipt.SKU)
		if err != nil {
			return view, false, err
		}
		if !product.Stocked {
			return view, false, models.Conflict("not-stocked", "product %s is a service and has no stock", receipt.SKU)
		}
		if _, err = postgres.ReadWarehouse(ctx, s.DB, receipt.WarehouseID); models.KindOf(err) == models.KindNotFound && err != nil {
			return view, false, models.Invalid("warehouse-not-found", "there is no warehouse %q", receipt.WarehouseID).At("/warehouse_id")
		}
		if err != nil {
			return view, false, err
		}
		if fact, err = s.accept(ctx, claim.ID, claim.Principal, postgres.StockReceiptFact, "", "", receipt); err != nil {
			return view, false, err
		}
	}
	if err = s.tellFact(ctx, deadline, *fact); err != nil {
		return view, false, err
	}
	if booked, err = s.awaitDone(ctx, deadline, fact.ID, postgres.StockReceiptFact); err != nil || !booked {
		return view, false, err
	}
	view, err = postgres.ReadReceipt(ctx, s.DB, fact.ID)
	return view, true, err
}

// awaitDone waits until a fact is carried out. A refused one comes back as its reason.
func (s *Service) awaitDone(ctx context.Context, deadline time.Time, id, kind string) (bool, error) {
	return await(ctx, deadline, func(ctx context.Context) (bool, error) {
		fact, err := postgres.ReadFact(ctx, s.DB, id, kind)
		if err != nil || fact.SettledAt == nil {
			return false, err
		}
		if refusal := fact.Refusal(); refusal != nil {
			return false, refusal
		}
		return true, nil
	})
}
