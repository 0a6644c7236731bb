package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"o2c/models"
)

// timer is the timer that the order waits for. It is kept while its instant stays the same.
type timer struct {
	at     time.Time
	future workflow.Future
	cancel workflow.CancelFunc
}

// wait blocks until something is said to the order, a decision changes it, its timer fires, or it is done.
func (o *order) wait(step models.NextStep) {
	o.publish()
	o.setTimer(step)
	turn := o.turn
	// Only a cancelled workflow makes this fail, and then the next step fails as well.
	_ = workflow.Await(o.ctx, func() bool { return o.turn != turn || o.said() || o.timer.fired() || o.done() })
	if o.timer.fired() {
		o.timer = timer{}
	}
}

func (t timer) fired() bool { return t.future != nil && t.future.IsReady() }

// setTimer has the timer of the next planned notice or credit check running, and no other.
func (o *order) setTimer(step models.NextStep) {
	if o.timer.future != nil && o.timer.at.Equal(step.At) {
		return
	}
	if o.timer.future != nil {
		o.timer.cancel()
		o.timer = timer{}
	}
	if step.At.IsZero() {
		return
	}
	ctx, cancel := workflow.WithCancel(o.ctx)
	future := workflow.NewTimerWithOptions(ctx, step.At.Sub(workflow.Now(o.ctx)), workflow.TimerOptions{Summary: step.Purpose()})
	o.timer = timer{at: step.At, future: future, cancel: cancel}
}

// attributes are the search attributes of an order that change.
type attributes struct {
	stage     models.Stage
	blockedBy string
	invoices  string
	next      time.Time
	open      string
}

func (o *order) attributes() attributes {
	a := attributes{stage: o.Progress.Stage, open: o.Progress.Open().String()}
	switch {
	case o.Parked != nil:
		a.blockedBy = o.Parked.Code
	case o.Progress.BlockedBy != nil:
		a.blockedBy = o.Progress.BlockedBy.Code
	}
	for _, r := range o.Progress.Receivables {
		a.invoices += r.Invoice + " "
	}
	if status := o.Progress.Status(); status.NextTimer != nil {
		a.next = status.NextTimer.At
	}
	return a
}

// publish shows where the order stands: words in the Temporal UI, and the search attributes in one call, if any changed.
func (o *order) publish() {
	workflow.SetCurrentDetails(o.ctx, o.words())
	now := o.attributes()
	if now == o.shown {
		return
	}
	updates := []temporal.SearchAttributeUpdate{StageAttribute.ValueSet(string(now.stage))}
	if now.blockedBy == "" {
		updates = append(updates, BlockedByAttribute.ValueUnset())
	} else {
		updates = append(updates, BlockedByAttribute.ValueSet(now.blockedBy))
	}
	if now.next.IsZero() {
		updates = append(updates, NextActionAttribute.ValueUnset())
	} else {
		updates = append(updates, NextActionAttribute.ValueSet(now.next))
	}
	var invoices []string
	for _, r := range o.Progress.Receivables {
		invoices = append(invoices, r.Invoice)
	}
	if len(invoices) > 0 {
		updates = append(updates, InvoicesAttribute.ValueSet(invoices))
	}
	updates = append(updates, OpenAmountAttribute.ValueSet(o.Progress.Open().Decimal().InexactFloat64())) //nolint:forbidigo // O2COpenAmount only filters lists
	if err := workflow.UpsertTypedSearchAttributes(o.ctx, updates...); err != nil {
		workflow.GetLogger(o.ctx).Warn("search attributes are not shown", "error", err)
		return
	}
	o.shown = now
}

// tooLong is true between turns, with nothing running, when the history has grown past its limit.
func (o *order) tooLong() bool {
	limit := o.HistoryLimit
	if limit == 0 {
		limit = defaultHistoryLimit
	}
	info := workflow.GetInfo(o.ctx)
	long := info.GetContinueAsNewSuggested() || info.GetCurrentHistoryLength() > limit
	idle := len(o.sending) == 0 && !o.mutex.IsLocked() && workflow.AllHandlersFinished(o.ctx)
	return long && idle && (o.turn > 0 || o.HistoryLimit == 0) // with a limit for tests, a run takes at least one turn
}

// continueAsNew hands everything to the next run.
func (o *order) continueAsNew() error {
	o.drain()
	return workflow.NewContinueAsNewError(o.ctx, Order, o.OrderState)
}
