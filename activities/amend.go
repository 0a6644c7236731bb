package activities

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"o2c/models"
	"o2c/postgres"
)

// AmendInput is a person's amendment of an order.
type AmendInput struct {
	OrderID   string           `json:"order_id"`
	Amendment models.Amendment `json:"amendment"`
	At        time.Time        `json:"at"`
}

// Amend gives lines of an order other quantities, at the prices that were agreed for these. Each amendment is a version of the order; an
// increase is a new credit check, and one that fails is taken and puts the order on hold. What a decrease frees goes to the orders
// that wait for stock, and to those on hold. Errors: "order-not-amendable", those of models.Amendment.
func (f *Fulfillment) Amend(ctx context.Context, in AmendInput) (models.OrderProgress, error) {
	var left queues
	progress, err := onOrderFreeingCredit(ctx, f.Pool, f.Orders, in.OrderID, in.Amendment.ID, in.At, func(s *step) error {
		left = s.leaves(ctx, in.Amendment.ID)
		left.actor = in.Amendment.Actor
		first, err := s.event(ctx, postgres.Event{
			Key: in.Amendment.ID, Kind: "amended", Actor: in.Amendment.Actor, Summary: "Quantities amended: " + words(in.Amendment), Detail: in.Amendment,
		})
		if err != nil || !first {
			return err
		}
		return s.amend(ctx, in.Amendment)
	})
	if err != nil {
		return progress, err
	}
	return progress, left.serve(ctx, f.Pool, f.Orders)
}

func words(a models.Amendment) string {
	lines := make([]string, len(a.Lines))
	for i, line := range a.Lines {
		lines[i] = fmt.Sprintf("line %d to %s", line.Line, line.Quantity)
	}
	return strings.Join(lines, ", ")
}

func (s *step) amend(ctx context.Context, amendment models.Amendment) error {
	if s.order.Stage != models.Fulfilling && !s.order.Stage.WaitsForCredit() {
		return models.Conflict("order-not-amendable", "the order is in stage %s", s.order.Stage)
	}
	if billed := s.order.Billed(); billed.Any() && billed.Left() == 0 {
		return models.Conflict("milestones-billed", "all milestones of the order are billed: nothing would bill what is amended")
	}
	agreed, err := s.agreed(ctx)
	if err != nil {
		return err
	}
	amended, faults := amendment.Amend(agreed, s.order.LineProgress())
	if len(faults) > 0 {
		return faults[0]
	}
	valued := s.openValue()
	for _, k := range amended.Dropped {
		line := &s.order.Lines[k]
		line.Cancelled = line.Cancelled.Add(line.Progress(s.order.Currency).Open())
	}
	for i, line := range amended.Order.Lines {
		s.order.Lines[i].Quantity = line.Quantity
	}
	if err = s.freeExcess(ctx); err != nil {
		return err
	}
	if err = postgres.AmendOrder(ctx, s.tx, s.order, amended.Order, amendment.ID, amendment.Actor, s.at); err != nil {
		return err
	}
	if err = s.keepsBilled(ctx); err != nil {
		return err
	}
	if err = s.recordRepricings(ctx, amendment, amended.Repriced); err != nil {
		return err
	}
	// A release is of one version: what was asked for before is not what would be released now.
	if err = postgres.LapseApprovals(ctx, s.tx, s.order.ID, "the order was amended", s.at, models.ReleaseApproval); err != nil {
		return err
	}
	switch increased := s.openValue().MoreThan(valued); {
	case s.nothingOpen():
		s.endOpen()
		return nil
	case s.order.Stage.WaitsForCredit() || increased:
		s.order.Allocated = s.order.Allocated && !increased // what it wants more is offered to the warehouses
		return s.checkCredit(ctx, models.AtIncrease, "amended/"+amendment.ID)
	default:
		return nil
	}
}

// agreed is the order with the prices that were agreed, as an amendment takes them.
func (s *step) agreed(ctx context.Context) (models.Order, error) {
	order := models.Order{ID: s.order.ID, Currency: s.order.Currency, DiscountPercent: s.order.DiscountPercent}
	for _, line := range s.order.Lines {
		order.Lines = append(order.Lines, models.OrderLine{
			Line: line.Line, SKU: line.SKU, Description: line.Description, TaxExemption: line.TaxExemption, TaxExemptionCode: line.ExemptionCode, Quantity: line.Quantity, UnitPrice: line.UnitPrice, BaseQuantity: line.BaseQuantity,
			DiscountPercent: line.DiscountPercent, PriceSource: line.PriceSource, PriceReason: line.PriceReason, Tax: models.TaxClass{Category: line.TaxCategory, Rate: line.TaxRate},
			Net: models.LineNet(line.UnitPrice, line.Quantity, line.BaseQuantity, line.DiscountPercent, s.order.Currency),
		})
	}
	var err error
	if order.Charges, err = postgres.ChargesOf(ctx, s.tx, s.order.ID); err != nil {
		return order, err
	}
	order.PriceSteps, err = postgres.PriceStepsOf(ctx, s.tx, s.order.ID)
	return order, err
}

// freeExcess gives back what is reserved beyond what is still open, from the warehouse that is asked last first.
func (s *step) freeExcess(ctx context.Context) error {
	stock, err := s.lockStock(ctx)
	if err != nil {
		return err
	}
	var changes []postgres.StockChange
	for i := range s.order.Lines {
		line := &s.order.Lines[i]
		excess := line.Progress(s.order.Currency).ToReserve().Neg()
		if !excess.IsPositive() {
			continue
		}
		if !line.Stocked {
			line.Reserved = line.Reserved.Sub(excess)
			continue
		}
		for k := len(stock.warehouses) - 1; k >= 0 && excess.IsPositive(); k-- {
			of := postgres.StockOf{WarehouseID: stock.warehouses[k].ID, SKU: line.SKU}
			freed := decimal.Min(excess, line.Held[of.WarehouseID])
			if !freed.IsPositive() {
				continue
			}
			line.Hold(of.WarehouseID, freed.Neg())
			excess = excess.Sub(freed)
			changes = append(changes, postgres.StockChange{StockOf: of, OrderID: s.order.ID, Line: line.Line, Reserved: freed.Neg()})
		}
	}
	return postgres.MoveStock(ctx, s.tx, changes)
}

func (s *step) nothingOpen() bool {
	for _, line := range s.order.LineProgress() {
		if line.Open().IsPositive() {
			return false
		}
	}
	return true
}
