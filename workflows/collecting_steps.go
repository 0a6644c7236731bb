package workflows

import (
	"fmt"
	"slices"

	"go.temporal.io/sdk/workflow"

	"o2c/activities"
	"o2c/models"
)

// The hands of a workflow that collects, by type: the worker registers the real ones.
var (
	collections *activities.Collections
	creditNotes *activities.CreditNotes
	writeOffs   *activities.WriteOffs
	facts       *activities.Facts
	messages    *activities.Messages
	warehouses  *activities.Warehouses
)

// enter begins. On the development stack a workflow may have to wait first until its clock is the customer's.
func (c *collecting) enter() {
	if c.Skipped > 0 { // a wait that is cut short is a workflow that is cancelled
		_ = workflow.Sleep(c.ctx, c.Skipped)
		c.Skipped = 0
	}
}

// step runs one activity on the book and takes the progress from its answer. While it runs, no decision runs. A
// failure that no retry can cure parks the workflow.
func (c *collecting) step(summary string, activity, input any) {
	if err := c.run(c.ctx, summary, activity, input); err != nil {
		c.park(summary, input, err)
	}
}

// run is a step whose failure goes to the caller, whose coroutine ctx is.
func (c *collecting) run(ctx workflow.Context, summary string, activity, input any) error {
	if err := c.mutex.Lock(ctx); err != nil {
		return err
	}
	defer c.mutex.Unlock()
	workflow.SetCurrentDetails(ctx, summary+" …")
	var progress models.OrderProgress
	ctx = workflow.WithActivityOptions(ctx, stepOptions(summary))
	if err := workflow.ExecuteActivity(ctx, activity, input).Get(ctx, &progress); err != nil {
		return err
	}
	c.take(progress)
	return nil
}

// take accepts what a step says of the whole.
func (c *collecting) take(progress models.OrderProgress) {
	progress.Messages = slices.DeleteFunc(progress.Messages, func(key string) bool { return slices.Contains(c.sending, key) })
	c.Progress = progress
	for _, r := range progress.Receivables {
		c.newer(r)
	}
	c.turn++
}

// newer remembers the version of a receivable; false means that as new a one was heard before.
func (c *collecting) newer(r models.Receivable) bool {
	if r.Version <= c.Versions[r.Invoice] {
		return false
	}
	if c.Versions == nil {
		c.Versions = map[string]int{}
	}
	c.Versions[r.Invoice] = r.Version
	return true
}

// merge accepts news of one receivable. A step that runs meanwhile may have read it before: its answer is awaited, so that
// it can't bring the old state back.
func (c *collecting) merge(news models.Receivable) {
	if err := c.mutex.Lock(c.ctx); err != nil {
		return
	}
	defer c.mutex.Unlock()
	if c.newer(news) {
		c.Progress.Receivables = models.Merge(c.Progress.Receivables, news)
	}
	c.turn++
}

// send has what steps have queued sent beside everything else, in one activity and in the order in which it was queued. It is
// called before a wait, so that what steps that follow each other at once have queued goes out together; and nothing is sent while
// something is on its way out, so that no message overtakes another. One whose sending failed for good stays queued, and the next
// step's answer names it again.
func (c *collecting) send() {
	if len(c.sending) > 0 || len(c.Progress.Messages) == 0 {
		return
	}
	c.sending, c.Progress.Messages = c.Progress.Messages, nil
	input := activities.SendInput{Keys: c.sending, At: c.now()}
	workflow.Go(c.ctx, func(ctx workflow.Context) {
		ctx = workflow.WithActivityOptions(ctx, sendOptions(sending(input.Keys)))
		if err := workflow.ExecuteActivity(ctx, messages.Send, input).Get(ctx, nil); err != nil {
			workflow.GetLogger(ctx).Error("messages are not sent", "keys", input.Keys, "error", err)
		}
		c.sending = nil
		c.turn++ // what was queued meanwhile is sent now
	})
}

// tell has warehouses outside told what they are to ship, beside everything else: one that does not answer holds nothing up. The activity
// tells the newest of each; what a step queues while it runs it finds, or the step's answer has it called again.
func (c *collecting) tell() {
	if c.telling || len(c.Progress.FulfilmentOrders) == 0 {
		return
	}
	c.telling, c.Progress.FulfilmentOrders = true, nil
	input := activities.OrderStep{OrderID: c.orderID, At: c.now()}
	workflow.Go(c.ctx, func(ctx workflow.Context) {
		ctx = workflow.WithActivityOptions(ctx, sendOptions("Tell warehouses what they are to ship"))
		if err := workflow.ExecuteActivity(ctx, warehouses.TellWarehouses, input).Get(ctx, nil); err != nil {
			workflow.GetLogger(ctx).Error("warehouses are not told", "order", input.OrderID, "error", err)
		}
		c.telling = false
		c.turn++
	})
}

// sending says what is sent; the Temporal UI takes no long summary.
func sending(keys []string) string {
	if len(keys) == 1 {
		return "Send " + keys[0]
	}
	return fmt.Sprintf("Send %s and %d more", keys[0], len(keys)-1)
}
