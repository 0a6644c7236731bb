package command

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"go.temporal.io/sdk/client"

	"o2c/models"
	"o2c/postgres"
	"o2c/workflows"
)

// Grants are what somebody who enters an order may do beyond entering it.
type Grants struct {
	// OverridePrices is to go beyond what is determined for an order or left to those who enter it: give other prices, larger
	// discounts, better payment terms, charges with another tax (models.Order.FindOverrides).
	OverridePrices bool
	// AllowDuplicatePO is to enter an order although another one has its purchase order number, if asked for with a reason.
	AllowDuplicatePO bool
}

// TaxEngine says how the lines of an order are taxed, an answer for each question. The one that is built in reads the tax rules;
// an engine outside takes its place, and names itself in the source of its answers ("engine:<name>").
type TaxEngine interface {
	Determine(ctx context.Context, questions []models.TaxQuestion) ([]models.TaxAnswer, error)
}

// EnterOrder prices an order, keeps it with its claim, starts its workflow and waits until it is entered. entered is false
// when no worker has done so yet; the order is accepted either way. order carries everything but id, lines, totals and who
// ordered. Errors: "customer-not-found", "warehouse-not-found", those of models.CheckOrder and models.PriceOrder, and without the grant those of
// models.Override.Forbidden, all faults at once, "duplicate-purchase-order", and "engine-unavailable".
func (s *Service) EnterOrder(ctx context.Context, claim *Claim, order models.Order, lines []models.LineRequest, grants Grants) (view postgres.OrderView, entered bool, err error) {
	deadline := patience()
	if claim.Content == nil {
		order.ID, order.EnteredBy = claim.ID, claim.Principal
		order, err = s.price(ctx, order, lines, grants)
		if err != nil {
			return view, false, err
		}
		if err = s.acceptOrder(ctx, claim, &order); err != nil {
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

func (s *Service) reached(ctx context.Context, orderID string, stage models.Stage) (bool, error) {
	current, err := postgres.ReadStage(ctx, s.DB, orderID)
	if err != nil {
		return false, err
	}
	return slices.Index(models.Stages, current) >= slices.Index(models.Stages, stage), nil
}
