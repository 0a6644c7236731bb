package workflows

import (
	"slices"

	"go.temporal.io/sdk/workflow"

	"o2c/activities"
	"o2c/models"
)

// The hands of a workflow that collects, by type: the worker registers the real ones.
var (
	collections *activities.Collections
	creditNotes *activities.CreditNotes
	facts       *activities.Facts
	messages    *activities.Messages
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
	c.take(ctx, progress)
	return nil
}

// take accepts what a step says of the whole.
func (c *collecting) take(ctx workflow.Context, progress models.OrderProgress) {
	c.send(ctx, progress.Messages)
	progress.Messages = nil
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

// send has messages sent beside everything else, but for those that are on their way out. One whose sending failed for good
// stays queued, and the answer of the next step names it again.
func (c *collecting) send(ctx workflow.Context, queued []string) {
	var keys []string
	for _, key := range queued {
		if !slices.Contains(c.sending, key) {
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 {
		return
	}
	c.sending = append(c.sending, keys...)
	input := activities.SendInput{Keys: keys, At: c.now()}
	workflow.Go(ctx, func(ctx workflow.Context) {
		ctx = workflow.WithActivityOptions(ctx, sendOptions("Send "+keys[0]))
		if err := workflow.ExecuteActivity(ctx, messages.Send, input).Get(ctx, nil); err != nil {
			workflow.GetLogger(ctx).Error("messages are not sent", "keys", keys, "error", err)
		}
		c.sending = slices.DeleteFunc(c.sending, func(key string) bool { return slices.Contains(keys, key) })
	})
}
