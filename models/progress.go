package models

import (
	"slices"
	"strings"
	"time"
)

// OrderProgress is what an activity tells the order's workflow about the order after its step: the part of the book
// that decides what happens next. Receivables holds the invoices that are not settled. An invoice that belongs to no single order
// progresses like an order that has nothing but it: it has no OrderID, is collecting, and in the end closed.
type OrderProgress struct {
	OrderID     string       `json:"order_id"`
	CustomerID  string       `json:"customer_id"`
	PONumber    string       `json:"po_number,omitempty"`
	Currency    Currency     `json:"currency,omitempty"`
	Stage       Stage        `json:"stage"`
	BlockedBy   *Block       `json:"blocked_by,omitempty"`
	Unreserved  bool         `json:"unreserved,omitempty"`  // a line has not been offered to the warehouse yet
	Backordered bool         `json:"backordered,omitempty"` // a line waits for stock
	ToShip      bool         `json:"to_ship,omitempty"`     // reserved goods wait for the warehouse's confirmation
	ToInvoice   bool         `json:"to_invoice,omitempty"`  // a shipment is not invoiced
	Returning   bool         `json:"returning,omitempty"`   // goods are to come back
	Receivables []Receivable `json:"receivables,omitempty"`
	// FulfilmentOrders are the ids of what warehouses outside are still to be told.
	FulfilmentOrders []string `json:"fulfilment_orders,omitempty"`
	Messages         []string `json:"messages,omitempty"` // keys of the order's messages that are queued, the oldest first
	Refused          *Error   `json:"refused,omitempty"`  // why the step's fact was refused
	// RecheckAt is when the order's credit is checked by itself: it is on hold and a limit begins or ends, or it goes on by a
	// release that ends.
	RecheckAt *time.Time `json:"recheck_at,omitempty"`
	// Hold is what is done next about an order that waits long for credit.
	Hold *HoldTimer `json:"hold,omitempty"`
	// Backorder is what is done next while nobody has chosen what becomes of what is missing.
	Backorder *BackorderTimer `json:"backorder,omitempty"`
	// Prepayment is what the order waits for, where it is to be paid first.
	Prepayment *Prepayment `json:"prepayment,omitempty"`
	Outcome    Outcome     `json:"outcome,omitempty"`
	// SharedInvoices are open invoices of several orders, this one among them, each collected by a workflow of its own.
	SharedInvoices []string `json:"shared_invoices,omitempty"`
	// MilestonesLeft is how many milestones of an approved order are not billed.
	MilestonesLeft int `json:"milestones_left,omitempty"`
	// BillAt is when what is shipped and not invoiced is billed with the rest of its period, by a workflow of its own.
	BillAt *time.Time `json:"bill_at,omitempty"`
}

// Action is what an order's workflow does next.
type Action string

// The actions of an order.
const (
	ApproveCredit  Action = "approve_credit"
	RecheckCredit  Action = "recheck_credit"
	ActOnHold      Action = "act_on_hold"
	ActOnBackorder Action = "act_on_backorder"
	Fulfil         Action = "fulfil"
	IssueInvoices  Action = "invoice"
	Dun            Action = "dun"
	Judge          Action = "judge"
	Wait           Action = "wait"
	Finish         Action = "finish"
)

// NextStep is an action with what it acts on. At is the instant until which to Wait, zero for no timer: that of Notice, of Due where what is
// waited for is no notice, of Hold or of Backorder, or, where none of them is named, that of the next credit check.
type NextStep struct {
	Action    Action
	Invoice   string
	Notice    PlannedNotice
	Hold      HoldStep
	Backorder BackorderStep
	Due       *DueStep
	At        time.Time
}

// stepOf is the step for what comes due first of an invoice.
func stepOf(next DueStep, now time.Time) NextStep {
	step := NextStep{Action: Wait, Invoice: next.Item.Invoice, At: next.At}
	if next.Kind == DueNotice {
		step.Notice = *next.Notice
	} else {
		step.Due = &next
	}
	switch {
	case !next.Due(now):
	case step.Due == nil:
		step.Action = Dun
	default:
		step.Action = Judge
	}
	return step
}

// Purpose says what the order waits for until At.
func (s NextStep) Purpose() string {
	switch {
	case s.Hold != "":
		return s.Hold.Purpose()
	case s.Backorder != "":
		return s.Backorder.Purpose()
	case s.Invoice == "":
		return creditCheck
	case s.Due != nil:
		return s.Due.Purpose()
	default:
		return s.Notice.Purpose(s.Invoice)
	}
}

const creditCheck = "credit check"

// Next says what an order does now: a pure function of its progress and the time. What can be done at once comes in the
// order of the goods' way; the earliest due notice comes before the wait for the next one.
func (p OrderProgress) Next(now time.Time) NextStep {
	switch {
	case p.Stage == Received:
		return NextStep{Action: ApproveCredit}
	case p.Stage == Closed:
		return NextStep{Action: Wait} // for what is still being said or sent
	case p.Stage == Reconciling && p.BlockedBy != nil:
		return NextStep{Action: Wait} // for a person to clear the variance
	case p.ToInvoice:
		return NextStep{Action: IssueInvoices}
	case p.RecheckAt != nil && !p.RecheckAt.After(now):
		return NextStep{Action: RecheckCredit, At: *p.RecheckAt}
	case p.Hold != nil && !p.Hold.At.After(now):
		return NextStep{Action: ActOnHold, Hold: p.Hold.Step, At: p.Hold.At}
	case p.Backorder != nil && !p.Backorder.At.After(now):
		return NextStep{Action: ActOnBackorder, Backorder: p.Backorder.Step, At: p.Backorder.At}
	case p.Unreserved && p.Stage == Fulfilling:
		return NextStep{Action: Fulfil}
	}
	if step, found := p.timer(now); found {
		return step
	}
	if p.Stage == Reconciling || p.Stage == Collecting && len(p.Receivables)+len(p.SharedInvoices) == 0 {
		return NextStep{Action: Finish}
	}
	return NextStep{Action: Wait}
}

// timer is what the order does next by itself, or the wait for it: what is due of an invoice, a credit check, a step of its hold or of the
// question about its backorder, in this order where they come at once.
func (p OrderProgress) timer(now time.Time) (step NextStep, found bool) {
	if next := p.nextDue(); next != nil {
		step, found = stepOf(*next, now), true
	}
	if p.RecheckAt != nil && (!found || p.RecheckAt.Before(step.At)) {
		step, found = NextStep{Action: Wait, At: *p.RecheckAt}, true
	}
	if p.Hold != nil && (!found || p.Hold.At.Before(step.At)) {
		step, found = NextStep{Action: Wait, Hold: p.Hold.Step, At: p.Hold.At}, true
	}
	if p.Backorder != nil && (!found || p.Backorder.At.Before(step.At)) {
		step, found = NextStep{Action: Wait, Backorder: p.Backorder.Step, At: p.Backorder.At}, true
	}
	return step, found
}

// nextDue is the step that comes first of all that the invoices wait for; nil: they wait for nothing.
func (p OrderProgress) nextDue() *DueStep {
	next, _ := NextAction(p.steps(), time.Time{})
	return next
}

func (p OrderProgress) steps() (steps []DueStep) {
	for _, r := range p.Receivables {
		steps = append(steps, r.Steps()...)
	}
	return steps
}

// termOf names what runs until an instant and keeps an item, or a part of it, from being dunned.
var termOf = map[DueKind]string{DuePromise: "promise", DuePlan: "instalment_plan", DueHold: "end_of_dunning_hold"}

// OrderStatus says why an order waits and who may act: the body of GET /orders/{id}/status.
type OrderStatus struct {
	Stage      Stage      `json:"stage"`
	BlockedBy  *Block     `json:"blocked_by"`
	WaitingFor []string   `json:"waiting_for"`
	NextTimer  *NextTimer `json:"next_timer"`
	WhoMayAct  []string   `json:"who_may_act"`
	OpenAmount string     `json:"open_amount"`
	// Prepayment is what is to be paid before the order goes on.
	Prepayment *Prepayment `json:"prepayment,omitempty"`
}

// NextTimer is the timer on which an order acts next.
type NextTimer struct {
	At      time.Time `json:"at"`
	Purpose string    `json:"purpose"`
}

// Status says what an order waits for. It is derived from the progress alone, so that the workflow and a reader of the book
// say the same.
func (p OrderProgress) Status() OrderStatus {
	status := OrderStatus{Stage: p.Stage, BlockedBy: p.BlockedBy, WaitingFor: []string{}, WhoMayAct: []string{}, OpenAmount: p.Open().String(), Prepayment: p.Prepayment}
	wait := func(what string, roles ...string) {
		status.WaitingFor = append(status.WaitingFor, what)
		for _, role := range roles {
			if !slices.Contains(status.WhoMayAct, role) {
				status.WhoMayAct = append(status.WhoMayAct, role)
			}
		}
	}
	parked := p.BlockedBy != nil && strings.HasPrefix(p.BlockedBy.Code, Technical)
	if parked || p.Stage == Reconciling && p.BlockedBy != nil {
		wait("intervention", "manager", "admin")
	}
	if p.Stage == Review {
		wait("review_decision", "credit", "manager", "admin")
	} else if p.Stage.WaitsForCredit() {
		if p.Prepayment != nil {
			wait("prepayment", "cashier")
		}
		wait("credit_decision", "credit", "manager", "admin")
	} else if p.BlockedBy != nil && p.BlockedBy.Code == BlockedCustomer {
		wait("unblocking", "credit", "manager", "admin") // the customer
	}
	if p.Backordered {
		wait("stock", "warehouse", "sales", "admin")
	}
	if p.Backorder != nil {
		wait("backorder_choice", "sales", "admin")
	}
	if p.ToShip {
		wait("shipment", "warehouse", "sales", "admin")
	}
	if p.Returning {
		wait("return_receipt", "warehouse", "admin")
	}
	if p.BillAt != nil {
		wait("billing", "admin")
	}
	if p.MilestonesLeft > 0 {
		wait("milestone_completion", "sales", "billing", "admin")
	}
	undisputed, disputed := len(p.SharedInvoices) > 0, false
	for _, r := range p.Receivables {
		undisputed = undisputed || r.Open.MoreThan(r.Disputed)
		disputed = disputed || r.Disputed.IsPositive()
	}
	if undisputed {
		wait("payment", "cashier", "admin")
	}
	steps := p.steps()
	has := func(kind DueKind) bool {
		return slices.ContainsFunc(steps, func(s DueStep) bool { return s.Kind == kind })
	}
	if disputed || has(DueOfDispute) {
		wait("dispute_resolution", "collector", "manager", "admin")
	}
	for _, kind := range dueOrder {
		if what := termOf[kind]; what != "" && has(kind) {
			wait(what, "collector", "manager", "admin")
		}
	}
	if p.BlockedBy == nil && (p.Stage == Received || p.Stage == Reconciling || p.ToInvoice || p.Unreserved && p.Stage == Fulfilling) {
		wait("worker") // the next step is taken at once, as soon as one is there
	}
	next, found := p.timer(time.Time{})
	switch {
	case found:
		status.NextTimer = &NextTimer{At: next.At, Purpose: next.Purpose()}
	case p.BillAt != nil:
		status.NextTimer = &NextTimer{At: *p.BillAt, Purpose: "billing of the period"}
	}
	return status
}

// Open is what is open of the order's invoices.
func (p OrderProgress) Open() Money {
	open := Zero(p.Currency)
	for _, r := range p.Receivables {
		open = open.Add(r.Open)
	}
	return open
}
