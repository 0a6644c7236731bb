package activities

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/shopspring/decimal"

	"o2c/models"
	"o2c/postgres"
)

// Returns takes goods back that were shipped.
type Returns struct {
	Pool   *pgxpool.Pool
	Orders Orders
}

// RequestReturn records that a customer wants to return goods, or refuses it when it lost a race: "line-not-found", "line-repeated",
// "more-than-shipped". What is asked for is kept from other returns until it came or the return ended.
func (r *Returns) RequestReturn(ctx context.Context, in FactStep) (models.OrderProgress, error) {
	return onOrder(ctx, r.Pool, in.OrderID, in.At, func(s *step) error {
		fact, err := postgres.TakeFact[models.ReturnRequest](ctx, s.tx, in.FactID)
		if err != nil || fact.Settled {
			s.refused = fact.Refused
			return err
		}
		there := map[int]decimal.Decimal{}
		for _, line := range s.order.Lines {
			there[line.Line] = line.Shipped.Sub(line.Returned).Sub(line.ToReturn)
		}
		quantities, faults := models.CheckReturn(fact.Content.LineQuantities(), there, "more-than-shipped")
		if len(faults) > 0 {
			return s.refuse(ctx, in.FactID, fact.Actor, faults[0])
		}
		asked := postgres.Return{
			ID: in.FactID, OrderID: s.order.ID, CustomerID: s.order.CustomerID, Note: fact.Content.Note, RequestedBy: fact.Actor, RequestedAt: s.at,
		}
		for _, l := range fact.Content.Lines {
			line, quantity := s.order.Line(l.Line), quantities[l.Line]
			line.ToReturn = line.ToReturn.Add(quantity)
			asked.Lines = append(asked.Lines, postgres.ReturnLine{Line: l.Line, Quantity: quantity, Reason: l.Reason})
		}
		if err = postgres.InsertReturn(ctx, s.tx, asked); err != nil {
			return err
		}
		_, err = s.event(ctx, postgres.Event{
			Key: in.FactID, Kind: "return-requested", Actor: fact.Actor, Summary: fmt.Sprintf("%d line(s) are to come back as %s", len(asked.Lines), asked.ID),
		})
		if err != nil {
			return err
		}
		return postgres.SettleFact(ctx, s.tx, in.FactID, nil)
	})
}

// ReceiveReturn takes the goods of a return back, all in one transaction: what is saleable is in stock again, what was not billed will not
// be, what was is credited with its tax, which moves its dunning and an open dispute about it, and what that gives the customer is paid
// out; or the same quantity is shipped again. It is refused when it lost a race: "return-ended", "line-not-found", "line-repeated",
// "more-than-requested", "warehouse-not-found"; when there is nothing to replace the goods with, or they may not be shipped:
// "insufficient-stock", "customer-blocked"; and when the credit is not covered: "credit-exceeds-settled";
// of an order that is billed by milestones only a replacement is taken: "billed-by-milestones".
func (r *Returns) ReceiveReturn(ctx context.Context, in FactStep) (models.OrderProgress, error) {
	left := queues{source: "returned/" + in.FactID, at: in.At}
	progress, err := onOrderFreeingCredit(ctx, r.Pool, r.Orders, in.OrderID, in.FactID, in.At, func(s *step) error {
		fact, err := postgres.TakeFact[models.ReturnReceipt](ctx, s.tx, in.FactID)
		if err != nil {
			return err
		}
		back, err := postgres.LoadReturn(ctx, s.tx, fact.Content.ReturnID)
		if err != nil {
			return err
		}
		t := takingBack{step: s, Return: back, receipt: fact.Content, factID: in.FactID, actor: fact.Actor}
		left.actor, left.stock = fact.Actor, t.queues()
		if fact.Settled {
			s.refused = fact.Refused
			return nil
		}
		refusal, err := t.plan(ctx)
		if err != nil {
			return err
		}
		if refusal != nil {
			left.stock = nil
			return s.refuse(ctx, in.FactID, fact.Actor, refusal)
		}
		if err = t.carryOut(ctx); err != nil {
			return err
		}
		return postgres.SettleFact(ctx, s.tx, in.FactID, nil)
	})
	if err != nil {
		return progress, err
	}
	if err = r.tellShared(ctx, in.FactID); err != nil {
		return progress, err
	}
	return progress, left.serve(ctx, r.Pool, r.Orders)
}

// tellShared tells whoever collects them of the invoices of no single order that were credited. They are read back, so that a retry
// after a crash finds the same.
func (r *Returns) tellShared(ctx context.Context, receiptID string) error {
	shared, err := postgres.SharedCreditedBy(ctx, r.Pool, receiptID)
	if err != nil {
		return err
	}
	for _, number := range shared {
		item, err := postgres.ReadOpenItem(ctx, r.Pool, number)
		if err != nil {
			return err
		}
		if err = r.Orders.PaymentApplied(ctx, "", item.Receivable()); err != nil {
			return err
		}
	}
	return nil
}

// takingBack is a receipt of a return on its way into the book: first all of it is planned, for that is when it can be refused.
type takingBack struct {
	*step
	postgres.Return

	receipt models.ReturnReceipt
	factID  string
	actor   string
	notes   []returnNote // by invoice
	effects map[int][]postgres.ReturnedDelivery
	changes []postgres.StockChange
}

// warehouse is where the goods came to.
func (t *takingBack) warehouse() string {
	if t.receipt.WarehouseID != "" {
		return t.receipt.WarehouseID
	}
	return t.order.WarehouseID
}

// queues are those in which what is saleable may be waited for.
func (t *takingBack) queues() (stock []postgres.StockOf) {
	for _, l := range t.receipt.Lines {
		if line := t.order.Line(l.Line); line != nil && line.Stocked && l.Saleable {
			stock = append(stock, postgres.StockOf{WarehouseID: t.warehouse(), SKU: line.SKU})
		}
	}
	return stock
}

func (t *takingBack) plan(ctx context.Context) (*models.Error, error) {
	if t.State != string(models.ReturnRequested) {
		return models.Conflict("return-ended", "the return is %s already", t.State), nil
	}
	there := map[int]decimal.Decimal{}
	for _, line := range t.Lines {
		there[line.Line] = line.Quantity
	}
	quantities, faults := models.CheckReturn(t.receipt.LineQuantities(), there, "more-than-requested")
	if len(faults) > 0 {
		return faults[0], nil
	}
	for i := range t.Lines {
		line := &t.Lines[i]
		line.Received = quantities[line.Line]
		for _, l := range t.receipt.Lines {
			if l.Line == line.Line && l.Saleable && t.order.Line(l.Line).Stocked {
				line.Restocked = line.Received
			}
		}
	}
	if refusal, err := t.planStock(ctx); err != nil || refusal != nil {
		return refusal, err
	}
	return t.planBills(ctx)
}

// planStock says what goes back into stock, and what leaves it again.
func (t *takingBack) planStock(ctx context.Context) (*models.Error, error) {
	replaces := t.receipt.Disposition == models.DisposeReplace && len(t.receipt.Lines) > 0
	if replaces && t.order.CustomerBlock.StopsShipping() {
		return t.order.CustomerBlock.CustomerBlocked(), nil
	}
	if _, err := postgres.ReadWarehouse(ctx, t.tx, t.warehouse()); models.KindOf(err) == models.KindNotFound && err != nil {
		return models.Conflict("warehouse-not-found", "there is no warehouse %q", t.warehouse()), nil
	} else if err != nil {
		return nil, err
	}
	free, err := postgres.LockStock(ctx, t.tx, []string{t.warehouse()}, t.skus())
	if err != nil {
		return nil, err
	}
	for _, back := range t.Lines {
		line := t.order.Line(back.Line)
		if !line.Stocked || !back.Received.IsPositive() {
			continue
		}
		of := postgres.StockOf{WarehouseID: t.warehouse(), SKU: line.SKU}
		change := postgres.StockChange{StockOf: of, OrderID: t.order.ID, Line: line.Line, OnHand: back.Restocked}
		free[of] = free[of].Add(back.Restocked)
		if replaces {
			if back.Received.GreaterThan(free[of]) {
				return models.Conflict("insufficient-stock", "%s of %s are free in %s, not %s", free[of], line.SKU, t.warehouse(), back.Received), nil
			}
			free[of] = free[of].Sub(back.Received)
			change.OnHand = change.OnHand.Sub(back.Received)
		}
		t.changes = append(t.changes, change)
	}
	return nil, nil
}

func (t *takingBack) carryOut(ctx context.Context) error {
	for _, back := range t.Lines {
		line := t.order.Line(back.Line)
		line.ToReturn, line.Returned = line.ToReturn.Sub(back.Quantity), line.Returned.Add(back.Received)
		for _, effect := range t.effects[back.Line] {
			switch effect.Effect {
			case "unbilled":
				line.Unbilled = line.Unbilled.Add(effect.Quantity)
			case "replaced":
				line.Replaced = line.Replaced.Add(effect.Quantity)
			}
		}
	}
	warehouse := t.warehouse()
	t.State, t.WarehouseID, t.ReceiptNote, t.ReceivedBy, t.ReceivedAt = string(models.ReturnRefused), &warehouse, t.receipt.Note, &t.actor, &t.at
	event := postgres.Event{Key: t.factID, Kind: "return-refused", Actor: t.actor, Summary: "Nothing of return " + t.ID + " is accepted: " + t.receipt.Note}
	if len(t.receipt.Lines) > 0 {
		t.State, t.Disposition = string(models.ReturnSettled), &t.receipt.Disposition
		event.Kind, event.Summary = "returned", fmt.Sprintf("%d line(s) of return %s are back, to %s", len(t.receipt.Lines), t.ID, t.receipt.Disposition)
	}
	if err := postgres.EndReturn(ctx, t.tx, t.Return, t.factID, t.effects); err != nil {
		return err
	}
	if _, err := t.event(ctx, event); err != nil {
		return err
	}
	if err := postgres.MoveStock(ctx, t.tx, t.changes); err != nil {
		return err
	}
	if err := t.replace(ctx); err != nil {
		return err
	}
	for _, note := range t.notes {
		if err := t.creditReturn(ctx, note); err != nil {
			return err
		}
	}
	return nil
}

// replace ships what came back again.
func (t *takingBack) replace(ctx context.Context) error {
	if t.Disposition == nil || *t.Disposition != models.DisposeReplace {
		return nil
	}
	shipment := postgres.Shipment{
		ID: "shp_" + strings.TrimPrefix(t.ID, "ret_"), OrderID: t.order.ID, WarehouseID: t.warehouse(), ShippedAt: t.at, ConfirmedBy: t.actor, ReturnID: t.ID,
	}
	for _, back := range t.Lines {
		if back.Received.IsPositive() {
			shipment.Lines = append(shipment.Lines, postgres.ShipmentLine{Line: back.Line, Quantity: back.Received})
		}
	}
	if _, err := postgres.InsertShipment(ctx, t.tx, shipment); err != nil {
		return err
	}
	_, err := t.event(ctx, postgres.Event{
		Key: "shipped/" + shipment.ID, Kind: "shipped", Actor: t.actor,
		Summary: fmt.Sprintf("%d line(s) shipped as %s, in place of return %s", len(shipment.Lines), shipment.ID, t.ID),
	})
	if err != nil {
		return err
	}
	return t.announce(ctx, shipment)
}
