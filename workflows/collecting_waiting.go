package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"o2c/models"
)

// timer is the timer that a workflow waits for. It is kept while its instant stays the same.
type timer struct {
	at     time.Time
	future workflow.Future
	cancel workflow.CancelFunc
}

// wait blocks until something is said, a decision changes the state, the timer fires, or it is done.
func (c *collecting) wait(step models.NextStep) {
	c.publish()
	c.setTimer(step)
	c.send()
	c.tell()
	turn := c.turn
	// Only a cancelled workflow makes this fail, and then the next step fails as well.
	_ = workflow.Await(c.ctx, func() bool { return c.turn != turn || c.said() || c.timer.fired() || c.done() })
	if c.timer.fired() {
		c.timer = timer{}
	}
}

func (t timer) fired() bool { return t.future != nil && t.future.IsReady() }

// setTimer has the timer of the next planned notice or credit check running, and no other.
func (c *collecting) setTimer(step models.NextStep) {
	if c.timer.future != nil && c.timer.at.Equal(step.At) {
		return
	}
	if c.timer.future != nil {
		c.timer.cancel()
		c.timer = timer{}
	}
	if step.At.IsZero() {
		return
	}
	ctx, cancel := workflow.WithCancel(c.ctx)
	future := workflow.NewTimerWithOptions(ctx, step.At.Sub(workflow.Now(c.ctx)), workflow.TimerOptions{Summary: step.Purpose()})
	c.timer = timer{at: step.At, future: future, cancel: cancel}
}

// attributes are the search attributes that change.
type attributes struct {
	stage     models.Stage
	blockedBy string
	invoices  string
	next      time.Time
	open      string
}

func (c *collecting) attributes() attributes {
	a := attributes{stage: c.Progress.Stage, open: c.Progress.Open().String()}
	switch {
	case c.Parked != nil:
		a.blockedBy = c.Parked.Code
	case c.Progress.BlockedBy != nil:
		a.blockedBy = c.Progress.BlockedBy.Code
	}
	for _, r := range c.Progress.Receivables {
		a.invoices += r.Invoice + " "
	}
	if status := c.Progress.Status(); status.NextTimer != nil {
		a.next = status.NextTimer.At
	}
	return a
}

// publish shows where it stands: words in the Temporal UI, and the search attributes in one call, if any changed.
func (c *collecting) publish() {
	workflow.SetCurrentDetails(c.ctx, c.words())
	now := c.attributes()
	if now == c.shown {
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
	for _, r := range c.Progress.Receivables {
		invoices = append(invoices, r.Invoice)
	}
	if len(invoices) > 0 {
		updates = append(updates, InvoicesAttribute.ValueSet(invoices))
	}
	updates = append(updates, OpenAmountAttribute.ValueSet(c.Progress.Open().Decimal().InexactFloat64())) //nolint:forbidigo // O2COpenAmount only filters lists
	if err := workflow.UpsertTypedSearchAttributes(c.ctx, updates...); err != nil {
		workflow.GetLogger(c.ctx).Warn("search attributes are not shown", "error", err)
		return
	}
	c.shown = now
}

// tooLong is true between turns, with nothing running, when the history has grown past its limit.
func (c *collecting) tooLong() bool {
	limit := c.HistoryLimit
	if limit == 0 {
		limit = defaultHistoryLimit
	}
	info := workflow.GetInfo(c.ctx)
	long := info.GetContinueAsNewSuggested() || info.GetCurrentHistoryLength() > limit
	idle := len(c.sending) == 0 && !c.telling && !c.mutex.IsLocked() && workflow.AllHandlersFinished(c.ctx)
	return long && idle && (c.turn > 0 || c.HistoryLimit == 0) // with a limit for tests, a run takes at least one turn
}
