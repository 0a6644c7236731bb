package activities_test

import (
	"fmt"

	"pgregory.net/rapid"

	"o2c/activities"
	"o2c/models"
	"o2c/postgres"
)

// orderSteps are what happens to the order itself.
var orderSteps = map[string]func(*story) func(){
	"goods come": func(s *story) func() {
		in := activities.ReceiptInput{ReceiptID: s.id("rcp"), At: s.at}
		s.fact(postgres.StockReceiptFact, in.ReceiptID, models.StockReceipt{SKU: s.sku, WarehouseID: rapid.SampledFrom([]string{"main", "auto"}).Draw(s.rt, "to"),
			Quantity: fmt.Sprint(rapid.IntRange(1, 6).Draw(s.rt, "goods"))})
		receive := func() { s.lawful(s.fulfillment.Receive(s.ctx, in)) }
		receive()
		return receive
	},
	"it is offered to the warehouse": func(s *story) func() {
		_, err := s.fulfillment.Fulfil(s.ctx, at(s.order, s.at))
		s.lawful(err)
		return func() { _, err := s.fulfillment.Fulfil(s.ctx, at(s.order, s.at)); s.lawful(err) }
	},
	"the warehouse ships": func(s *story) func() {
		in := activities.FactStep{OrderID: s.order, FactID: s.id("shp"), At: s.at}
		var lines []models.LineQuantity
		for line := range rapid.IntRange(1, 3).Draw(s.rt, "lines") {
			lines = append(lines, models.LineQuantity{Line: line + 1, Quantity: rapid.SampledFrom([]string{"0.5", "1", "1.5", "3", "9"}).Draw(s.rt, "quantity")})
		}
		s.fact(postgres.ShipmentFact, in.FactID, models.ShipmentConfirmation{OrderID: s.order, Lines: lines})
		ship := func() { _, err := s.fulfillment.ConfirmShipment(s.ctx, in); s.lawful(err) }
		ship()
		return ship
	},
	"it is invoiced": func(s *story) func() {
		waiting, err := postgres.WaitingBillings(s.ctx, s.pool, s.customer)
		s.must(err)
		for _, billing := range waiting {
			if s.at.Before(billing.DueAt) {
				s.at = billing.DueAt
			}
		}
		issue := func() {
			_, err := s.invoicing.Issue(s.ctx, at(s.order, s.at))
			s.lawful(err)
			for _, billing := range waiting {
				s.must(s.invoicing.Bill(s.ctx, activities.BillInput{BillingID: billing.ID, At: s.at}))
			}
		}
		issue()
		return issue
	},
	"a notice is due": func(s *story) func() {
		progress := s.done(s.reconciliation.Load(s.ctx, at(s.order, s.at)))
		step := progress.Next(s.at.AddDate(1, 0, 0))
		if step.Action != models.Dun {
			return nil
		}
		if s.at.Before(step.At) {
			s.at = step.At
		}
		in := activities.DunInput{OrderID: s.order, Invoice: step.Invoice, Level: step.Notice.Level, At: s.at}
		dun := func() { _, err := s.collections.Dun(s.ctx, in); s.lawful(err) }
		dun()
		return dun
	},
	"a person amends it": func(s *story) func() {
		in := activities.AmendInput{OrderID: s.order, Amendment: models.Amendment{ID: s.id("dec"), Actor: "sales"}, At: s.at}
		for line := range 3 {
			if quantity := rapid.SampledFrom([]string{"", "", "0", "0.5", "2", "7"}).Draw(s.rt, "amended quantity"); quantity != "" {
				in.Amendment.Lines = append(in.Amendment.Lines, models.LineQuantity{Line: line + 1, Quantity: quantity})
			}
		}
		if _, err := s.fulfillment.Amend(s.ctx, in); err != nil {
			s.lawful(err)
			return nil
		}
		return func() { s.done(s.fulfillment.Amend(s.ctx, in)) }
	},
	"the rest is cancelled": func(s *story) func() {
		in := activities.CancelInput{OrderID: s.order, Cancellation: models.Cancellation{ID: s.id("can"), Actor: "sales"}, At: s.at}
		if rapid.IntRange(0, 2).Draw(s.rt, "really") > 0 {
			return nil
		}
		if _, err := s.fulfillment.Cancel(s.ctx, in); err != nil {
			s.lawful(err)
			return nil
		}
		return func() { _, err := s.fulfillment.Cancel(s.ctx, in); s.lawful(err) }
	},
	"it is closed": func(s *story) func() {
		if s.done(s.reconciliation.Load(s.ctx, at(s.order, s.at))).Stage != models.Reconciling {
			return nil
		}
		closing := func() {
			if got := s.done(s.reconciliation.Close(s.ctx, at(s.order, s.at))); got.Stage != models.Closed {
				s.rt.Fatalf("a settled order is %s, blocked by %v", got.Stage, got.BlockedBy)
			}
		}
		closing()
		return closing
	},
}
