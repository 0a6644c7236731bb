package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"go.temporal.io/sdk/client"

	"o2c/models"
	"o2c/postgres"
	"o2c/workflows"
)

// EnterOrder prices an order, keeps it with its claim, starts its workflow and waits until it is entered. entered is false
// when no worker has done so yet; the order is accepted either way. order carries everything but id, lines, totals and who
// ordered. Errors: "customer-not-found", "warehouse-not-found", those of models.PriceOrder, all faults at once, and
// "engine-unavailable".
func (s *Service) EnterOrder(ctx context.Context, claim *Claim, order models.Order, lines []models.LineRequest) (view postgres.OrderView, entered bool, err error) {
	deadline := patience()
	if claim.Content == nil {
		order.ID, order.EnteredBy = claim.ID, claim.Principal
		order, err = s.price(ctx, order, lines)
		if err != nil {
			return view, false, err
		}
		if err = s.keep(ctx, claim, &order); err != nil {
			return view, false, err
		}
	} else if err = json.Unmarshal(claim.Content, &order); err != nil {
		return view, false, fmt.Errorf("command.EnterOrder %s: %w", claim.ID, err)
	}
	received := models.Received
	err = s.start(ctx, deadline, order.CustomerID, client.StartWorkflowOptions{
		ID:                    workflows.OrderID(order.ID),
		StaticSummary:         fmt.Sprintf("Order %s of %s, %d line(s), %s", order.ID, order.CustomerID, len(order.Lines), order.Total.Text()),
		TypedSearchAttributes: orderAttributes(order.CustomerID, order.PONumber, &received),
	}, workflows.OrderType, workflows.OrderState{OrderID: order.ID})
	if err != nil {
		return view, false, err
	}
	entered, err = await(ctx, deadline, func(ctx context.Context) (bool, error) {
		_, err := postgres.CustomerOfOrder(ctx, s.DB, order.ID)
		if models.KindOf(err) == models.KindNotFound {
			return false, nil
		}
		return err == nil, err
	})
	if err != nil {
		return view, false, err
	}
	if !entered {
		return postgres.AcceptedOrder(order, claim.At), false, nil
	}
	view, err = postgres.ReadOrder(ctx, s.DB, order.ID)
	return view, true, err
}

// price fills in the customer's terms and prices the lines.
func (s *Service) price(ctx context.Context, order models.Order, lines []models.LineRequest) (models.Order, error) {
	var faults []error
	customer, err := postgres.LoadCustomer(ctx, s.DB, order.CustomerID)
	if models.KindOf(err) == models.KindNotFound {
		return order, models.Invalid("customer-not-found", "there is no customer %q", order.CustomerID).At("/customer_id")
	}
	if err != nil {
		return order, postgres.TranslateError(err)
	}
	if _, err = postgres.ReadWarehouse(ctx, s.DB, order.WarehouseID); models.KindOf(err) == models.KindNotFound {
		faults = append(faults, models.Invalid("warehouse-not-found", "there is no warehouse %q", order.WarehouseID).At("/warehouse_id"))
	} else if err != nil {
		return order, err
	}
	skus := make([]string, 0, len(lines))
	for _, line := range lines {
		if !slices.Contains(skus, line.SKU) {
			skus = append(skus, line.SKU)
		}
	}
	products, err := postgres.ReadProducts(ctx, s.DB, skus)
	if err != nil {
		return order, err
	}
	if order.Terms.IsZero() {
		order.Terms = customer.PaymentTerms
	}
	for _, fault := range order.Terms.Validate("/payment_terms") {
		faults = append(faults, fault)
	}
	if order.ShipTo == nil {
		order.ShipTo = customer.ShipTo
	}
	if order.BillTo == nil {
		order.BillTo = customer.BillTo
	}
	priced, wrong := models.PriceOrder(order, lines, &customer, products)
	for _, fault := range wrong {
		faults = append(faults, fault)
	}
	if len(faults) == 0 {
		exposure, err := postgres.ReadExposure(ctx, s.DB, order.CustomerID)
		if err != nil {
			return order, postgres.TranslateError(err)
		}
		if _, err = models.NewMoney(exposure.Total().Add(priced.Total).Decimal(), order.Currency); err != nil {
			return order, models.Invalid("amount-too-large", "the customer's exposure would have more than 15 digits before the point").At("/lines")
		}
	}
	return priced, errors.Join(faults...)
}

func (s *Service) reached(ctx context.Context, orderID string, stage models.Stage) (bool, error) {
	current, err := postgres.ReadStage(ctx, s.DB, orderID)
	if err != nil {
		return false, err
	}
	return slices.Index(models.Stages, current) >= slices.Index(models.Stages, stage), nil
}
