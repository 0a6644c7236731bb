package workflows

import (
	"fmt"
	"time"

	"o2c/activities"
	"o2c/models"
)

// The hands that only an order has, by type: the worker registers the real ones.
var (
	credit         *activities.Credit
	fulfillment    *activities.Fulfillment
	invoicing      *activities.Invoicing
	returns        *activities.Returns
	reconciliation *activities.Reconciliation
)

// enter begins a new order. One that goes on knows where it stands, or, brought back by a late message, reads it first.
func (o *order) enter() {
	o.collecting.enter()
	if o.Progress.Stage == "" && !o.Resume {
		o.Progress.Stage = models.Received
	}
}

func (o *order) read() { o.step("Read where the order stands", reconciliation.Load, o.at()) }

func (o *order) approveCredit() { o.step("Check credit", credit.Approve, o.at()) }

// recheckCredit checks credit on the day on which something begins or ends.
func (o *order) recheckCredit(next models.NextStep) {
	o.step("Check credit again", credit.Recheck, activities.FactStep{OrderID: o.orderID, FactID: "on/" + next.At.UTC().Format(time.RFC3339), At: o.now()})
}

// actOnHold does what is due about an order that has waited long for credit.
func (o *order) actOnHold(next models.NextStep) {
	o.step("Hold: "+next.Hold.Purpose(), credit.ActOnHold, activities.CreditHoldInput{
		OrderID: o.orderID, Timer: models.HoldTimer{Step: next.Hold, At: next.At}, At: o.now(),
	})
}

// actOnBackorder does what is due while nobody has chosen what becomes of a backorder.
func (o *order) actOnBackorder(next models.NextStep) {
	o.step("Backorder: "+next.Backorder.Purpose(), fulfillment.ActOnBackorder, activities.BackorderInput{
		OrderID: o.orderID, Timer: models.BackorderTimer{Step: next.Backorder, At: next.At}, At: o.now(),
	})
}

func (o *order) fulfil() {
	o.step("Reserve stock, ship what ships by itself", fulfillment.Fulfil, o.at())
}

func (o *order) issueInvoices() { o.step("Invoice what was shipped", invoicing.Issue, o.at()) }

func (o *order) reconcile() { o.step("Reconcile and close", reconciliation.Close, o.at()) }

// hear deals with a message: those about the goods here, those about invoices as everything does that collects.
func (o *order) hear(message Message) {
	switch message.Signal {
	case ShipmentConfirmed:
		o.step("Record shipment "+message.ID, fulfillment.ConfirmShipment, o.fact(message))
	case DeliveryConfirmed:
		o.step("Record delivery "+message.ID, fulfillment.ConfirmDelivery, o.fact(message))
	case CarrierTold:
		o.step("Record carrier event "+message.ID, fulfillment.TakeCarrierEvent, o.fact(message))
	case ReturnRequested:
		o.step("Record return "+message.ID, returns.RequestReturn, o.fact(message))
	case ReturnReceived:
		o.step("Take goods back: "+message.ID, returns.ReceiveReturn, o.fact(message))
	case CreditRecheck:
		if o.Progress.Stage.WaitsForCredit() || o.Progress.Stage == models.Fulfilling { // a payment may have been taken back that it goes on by
			o.step("Check credit again", credit.Recheck, o.fact(message))
		}
	case StockArrived:
		if o.Progress.Stage == models.Fulfilling {
			o.step("Go on with the stock that arrived", fulfillment.Fulfil, o.at())
		}
	case PartyListed:
		o.read()
	case InvoiceIssued, InvoiceSettled:
		if o.newer(*message.Receivable) {
			o.read()
		}
	default:
		o.collecting.hear(message, o.read)
	}
}

// at is the step of now.
func (o *order) at() activities.OrderStep {
	return activities.OrderStep{OrderID: o.orderID, At: o.now()}
}

// inWords says in a sentence where the order stands, for the Temporal UI.
func (o *order) inWords() string {
	p := o.Progress
	switch {
	case o.Parked != nil:
		return o.parkedWords("A manager can retry, skip or cancel.")
	case p.BlockedBy != nil:
		return "In " + string(p.Stage) + ": " + p.BlockedBy.Detail + "."
	case p.Stage == models.Fulfilling && p.Backorder != nil:
		return "Waits for stock, and for the customer's choice what becomes of it."
	case p.Stage == models.Fulfilling && p.Backordered:
		return "Waits for stock."
	case p.Stage == models.Fulfilling:
		return "Waits for the warehouse to confirm shipment."
	case p.Stage == models.Invoicing && p.MilestonesLeft > 0 && len(p.Receivables) == 0:
		return fmt.Sprintf("Shipped. Waits for %d milestone(s) to be completed.", p.MilestonesLeft)
	case p.Stage == models.Closed:
		return "Closed: " + string(p.Outcome) + "."
	default:
		return o.collectingWords()
	}
}
