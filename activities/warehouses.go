package activities

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/shopspring/decimal"

	"o2c/models"
	"o2c/postgres"
)

// Warehouses tells warehouses outside what they are to ship.
type Warehouses struct {
	Pool   *pgxpool.Pool
	Caller WarehouseCaller
}

// silentAfter is how many calls of a warehouse fail before a person is told.
const silentAfter = 5

// The kinds of the tasks that a warehouse outside calls for.
const (
	silentTask          = "warehouse_silent"
	refusedShipmentTask = "shipment_refused"
)

// TellWarehouses tells each warehouse the newest that is to be said of an order, and goes on until nothing is. One that does not take it is
// tried again, after the others.
func (w *Warehouses) TellWarehouses(ctx context.Context, in OrderStep) error {
	for {
		queued, err := postgres.QueuedFulfilmentOrders(ctx, w.Pool, in.OrderID)
		if err != nil || len(queued) == 0 {
			return err
		}
		var failure error
		for _, f := range queued {
			if err = w.tell(ctx, f, in.At); err != nil {
				failure = err
			}
		}
		if failure != nil {
			return failure
		}
	}
}

func (w *Warehouses) tell(ctx context.Context, f postgres.FulfilmentOrder, at time.Time) error {
	warehouse, err := postgres.ReadWarehouse(ctx, w.Pool, f.WarehouseID)
	if err != nil {
		return err
	}
	failure := w.Caller.Call(ctx, warehouse.Endpoint(), f.ID, []byte(f.Body))
	err = postgres.InTx(ctx, w.Pool, func(tx pgx.Tx) error {
		if failure == nil {
			if err := postgres.FulfilmentOrderSent(ctx, tx, f.ID, at); err != nil {
				return err
			}
			return postgres.CloseTasks(ctx, tx, silentTask, f.OrderID, at)
		}
		attempts, err := postgres.FulfilmentOrderFailed(ctx, tx, f.ID, failure)
		if err != nil || attempts != silentAfter {
			return err
		}
		return postgres.OpenTask(ctx, tx, postgres.Task{
			Key: "silent/" + f.ID, Kind: silentTask, Role: "warehouse", OrderID: f.OrderID,
			Detail: fmt.Sprintf("Warehouse %s does not take what it is to ship of order %s: %v", f.WarehouseID, f.OrderID, failure),
		}, at)
	})
	if err != nil {
		return err
	}
	return failure
}

// Call is the body of a call.
type fulfilmentCall struct {
	Type      string         `json:"type"`
	Timestamp time.Time      `json:"timestamp"` // on the business's clock
	Data      fulfilmentData `json:"data"`
}

type fulfilmentData struct {
	OrderID       string           `json:"order_id"`
	WarehouseID   string           `json:"warehouse_id"`
	Revision      int              `json:"revision"`
	PONumber      string           `json:"po_number,omitempty"`
	RequestedDate models.Date      `json:"requested_date,omitzero"`
	DeliveryTerms string           `json:"delivery_terms,omitempty"`
	ShipComplete  bool             `json:"ship_complete"`
	ShipTo        *models.Address  `json:"ship_to,omitempty"`
	Lines         []fulfilmentLine `json:"lines"`
}

type fulfilmentLine struct {
	Line        int             `json:"line"`
	SKU         string          `json:"sku"`
	Description string          `json:"description"`
	UnitCode    string          `json:"unit_code"`
	Quantity    string          `json:"quantity"`
	ShipTo      *models.Address `json:"ship_to,omitempty"` // where it is not the order's
}

// tellWarehouses has the warehouses outside told what they are to ship of the order, where that is something else than what they were told.
func (s *step) tellWarehouses(ctx context.Context) error {
	if s.order.WarehouseMode != "webhook" && !s.order.AllowSplit {
		return nil
	}
	outside, err := postgres.OutsideWarehouses(ctx, s.tx, s.order)
	if err != nil {
		return err
	}
	n := 0
	for _, warehouse := range outside {
		n += len(warehouse.Told)
	}
	for _, warehouse := range outside {
		said := map[int]decimal.Decimal{} // last
		most := map[int]decimal.Decimal{} // that it may think it is to ship
		for _, told := range warehouse.Told {
			said = told.Lines
			for line, quantity := range told.Lines {
				most[line] = decimal.Max(most[line], quantity)
			}
		}
		lines := s.toLeave(warehouse)
		switch {
		case !sameQuantities(lines, said):
			n++
			if err = s.tellWarehouse(ctx, warehouse, lines, said, n); err != nil {
				return err
			}
		case noneMore(most, warehouse.Shipped): // it has shipped all that it ever was to ship: there is no need to tell it any more
			if err = postgres.SupersedeFulfilmentOrder(ctx, s.tx, s.order.ID, warehouse.ID); err != nil {
				return err
			}
		}
	}
	queued, err := postgres.QueuedFulfilmentOrders(ctx, s.tx, s.order.ID)
	for _, f := range queued {
		s.toTell = append(s.toTell, f.ID)
	}
	return err
}

// toLeave is what is to leave a warehouse of each line, with what has left: what is reserved there, unless the order may not be shipped now.
func (s *step) toLeave(warehouse postgres.OutsideWarehouse) map[int]decimal.Decimal {
	may := s.order.Stage == models.Fulfilling && !s.order.CustomerBlock.StopsShipping() && !(s.order.ShipsComplete() && s.backordered())
	lines := map[int]decimal.Decimal{}
	for _, line := range s.order.Lines {
		quantity := warehouse.Shipped[line.Line]
		if may {
			quantity = quantity.Add(line.ReadyIn(warehouse.ID, s.order.WarehouseID))
		}
		if quantity.IsPositive() {
			lines[line.Line] = quantity
		}
	}
	return lines
}

// tellWarehouse queues a revision. Lines that it was told before and that are not to leave any more are said with 0.
func (s *step) tellWarehouse(ctx context.Context, warehouse postgres.OutsideWarehouse, lines, said map[int]decimal.Decimal, n int) error {
	about, err := s.about(ctx)
	if err != nil {
		return err
	}
	f := postgres.FulfilmentOrder{
		ID: fmt.Sprintf("ful_%s-%d", strings.TrimPrefix(s.order.ID, "ord_"), n), OrderID: s.order.ID, WarehouseID: warehouse.ID, Revision: len(warehouse.Told) + 1, Lines: lines,
	}
	call := fulfilmentCall{Type: "fulfilment_order.set", Timestamp: s.at, Data: fulfilmentData{
		OrderID: s.order.ID, WarehouseID: warehouse.ID, Revision: f.Revision, PONumber: s.order.PONumber, RequestedDate: about.details.RequestedDate,
		DeliveryTerms: about.details.DeliveryTerms, ShipComplete: s.order.ShipsComplete(), ShipTo: about.details.ShipTo, Lines: []fulfilmentLine{},
	}}
	for _, line := range s.order.Lines {
		_, was := said[line.Line]
		if quantity, is := lines[line.Line]; was || is {
			call.Data.Lines = append(call.Data.Lines, fulfilmentLine{
				Line: line.Line, SKU: line.SKU, Description: line.Description, UnitCode: line.UnitCode, Quantity: quantity.String(), ShipTo: about.details.Lines[line.Line].ShipTo,
			})
		}
	}
	body, err := json.Marshal(call)
	if err != nil {
		return fmt.Errorf("activities.tellWarehouse: %w", err)
	}
	f.Body = string(body)
	if err = postgres.SupersedeFulfilmentOrder(ctx, s.tx, s.order.ID, warehouse.ID); err != nil {
		return err
	}
	if err = postgres.QueueFulfilmentOrder(ctx, s.tx, f, s.at); err != nil {
		return err
	}
	_, err = s.event(ctx, postgres.Event{
		Key: f.ID, Kind: "warehouse-told", Actor: system, Summary: "Warehouse " + warehouse.ID + " is told what is to leave there: " + inQuantities(call.Data.Lines), Detail: call.Data.Lines,
	})
	return err
}

func inQuantities(lines []fulfilmentLine) string {
	words := make([]string, len(lines))
	for i, line := range lines {
		words[i] = fmt.Sprintf("%s of line %d", line.Quantity, line.Line)
	}
	return strings.Join(words, ", ")
}

func sameQuantities(a, b map[int]decimal.Decimal) bool {
	return maps.EqualFunc(a, b, func(x, y decimal.Decimal) bool { return x.Equal(y) })
}

func noneMore(a, than map[int]decimal.Decimal) bool {
	return !slices.ContainsFunc(slices.Collect(maps.Keys(a)), func(line int) bool { return a[line].GreaterThan(than[line]) })
}
