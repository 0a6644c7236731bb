package command

import (
	"context"

	"github.com/shopspring/decimal"

	"o2c/models"
	"o2c/postgres"
)

// RequestReturn accepts that a customer wants to return goods of an order, tells the order, a closed one too, and waits a little for the
// effect. Errors: "order-not-found", "line-not-found", "line-repeated", "more-than-shipped", "engine-unavailable".
func (s *Service) RequestReturn(ctx context.Context, claim *Claim, asked models.ReturnRequest) (postgres.Return, error) {
	deadline := patience()
	fact, err := s.recorded(ctx, claim.ID, postgres.ReturnFact)
	if err != nil {
		return postgres.Return{}, err
	}
	if fact == nil {
		order, err := postgres.ReadOrder(ctx, s.DB, asked.OrderID)
		if err != nil {
			return postgres.Return{}, err
		}
		there := map[int]decimal.Decimal{}
		for _, line := range order.Lines {
			there[line.Line] = line.Shipped.Sub(line.Returned).Sub(line.ToReturn)
		}
		if err = checkReturn(asked.LineQuantities(), there, "more-than-shipped"); err != nil {
			return postgres.Return{}, err
		}
		if fact, err = s.accept(ctx, claim.ID, claim.Principal, postgres.ReturnFact, order.CustomerID, order.ID, asked); err != nil {
			return postgres.Return{}, err
		}
	}
	if err = s.tellFact(ctx, deadline, *fact); err != nil {
		return postgres.Return{}, err
	}
	if err = s.awaitSettled(ctx, deadline, fact.ID, postgres.ReturnFact); err != nil {
		return postgres.Return{}, err
	}
	return postgres.ReadReturn(ctx, s.DB, fact.ID)
}

// ReceiveReturn accepts that goods of a return have come, tells the order, a closed one too, and waits a little for the effect; what
// loses a race is the return's refused receipt. Errors: "return-not-found", "return-processing", "return-ended", "warehouse-not-found",
// "line-not-found", "line-repeated", "more-than-requested", "engine-unavailable".
func (s *Service) ReceiveReturn(ctx context.Context, claim *Claim, receipt models.ReturnReceipt) (postgres.Return, error) {
	deadline := patience()
	fact, err := s.recorded(ctx, claim.ID, postgres.ReturnReceiptFact)
	if err != nil {
		return postgres.Return{}, err
	}
	if fact == nil {
		if fact, err = s.acceptReceipt(ctx, claim, receipt); err != nil {
			return postgres.Return{}, err
		}
	}
	if err = s.tellFact(ctx, deadline, *fact); err != nil {
		return postgres.Return{}, err
	}
	if err = s.awaitSettled(ctx, deadline, fact.ID, postgres.ReturnReceiptFact); err != nil {
		return postgres.Return{}, err
	}
	return postgres.ReadReturn(ctx, s.DB, receipt.ReturnID)
}

func (s *Service) acceptReceipt(ctx context.Context, claim *Claim, receipt models.ReturnReceipt) (*postgres.Fact, error) {
	asked, err := postgres.ReadReturn(ctx, s.DB, receipt.ReturnID)
	if err != nil {
		return nil, err
	}
	switch asked.State {
	case string(models.ReturnRequested):
	case postgres.Processing:
		return nil, models.Unavailable("return-processing", "the return is accepted and not yet recorded; try again")
	default:
		return nil, models.Conflict("return-ended", "the return is %s already", asked.State)
	}
	if receipt.WarehouseID != "" {
		_, err = postgres.ReadWarehouse(ctx, s.DB, receipt.WarehouseID)
		if err != nil && models.KindOf(err) == models.KindNotFound {
			return nil, models.Invalid("warehouse-not-found", "there is no warehouse %q", receipt.WarehouseID).At("/warehouse_id")
		}
		if err != nil {
			return nil, err
		}
	}
	there := map[int]decimal.Decimal{}
	for _, line := range asked.Lines {
		there[line.Line] = line.Quantity
	}
	if err = checkReturn(receipt.LineQuantities(), there, "more-than-requested"); err != nil {
		return nil, err
	}
	return s.accept(ctx, claim.ID, claim.Principal, postgres.ReturnReceiptFact, asked.CustomerID, asked.OrderID, receipt)
}

// checkReturn refuses what the book already contradicts. All faults of the lines come back at once.
func checkReturn(lines []models.LineQuantity, there map[int]decimal.Decimal, tooMany string) error {
	var faults faults
	_, found := models.CheckReturn(lines, there, tooMany)
	for _, fault := range found {
		faults.add(fault)
	}
	return faults.err()
}
