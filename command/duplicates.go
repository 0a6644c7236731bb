package command

import (
	"context"
	"encoding/json"

	"github.com/jackc/pgx/v5"

	"o2c/models"
	"o2c/postgres"
)

// acceptOrder stores a priced order with its claim, unless an earlier attempt did, and reads what is stored into order. In the same
// transaction its purchase order number becomes its own. Where another order has it, the customer's rule decides: the order is refused
// ("duplicate-purchase-order"), or marked, so that a person looks at it; one for which the duplicate is allowed goes on.
func (s *Service) acceptOrder(ctx context.Context, claim *Claim, order *models.Order) error {
	if order.PONumber == "" {
		return s.keep(ctx, claim, order)
	}
	return postgres.InTx(ctx, s.DB, func(tx pgx.Tx) error {
		if err := markDuplicate(ctx, tx, order); err != nil {
			return err
		}
		stored, err := postgres.SaveClaimContent(ctx, tx, claim.Principal, claim.Key, order)
		if err != nil {
			return err
		}
		var kept models.Order
		if err = json.Unmarshal(stored, &kept); err != nil {
			return err
		}
		claim.Content, *order = stored, kept
		return nil
	})
}

func markDuplicate(ctx context.Context, tx pgx.Tx, order *models.Order) error {
	first, err := postgres.TakePurchaseOrder(ctx, tx, order.CustomerID, order.PONumber, order.ID)
	if err != nil || first == "" {
		return err
	}
	order.DuplicateOf = first
	if order.AllowDuplicatePO {
		order.Overrides = append(order.Overrides, order.DuplicateOverride(first))
		return nil
	}
	customer, err := postgres.LoadCustomer(ctx, tx, order.CustomerID)
	if err != nil {
		return err
	}
	if customer.DuplicatePO == models.RefuseDuplicatePO {
		return models.Conflict(models.DuplicatePO, "%s", models.DuplicateOfFinding(order.PONumber, first).Detail).At("/po_number")
	}
	return nil
}
