package workflows

import (
	"errors"
	"slices"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"o2c/models"
)

// listen makes it hear everything that is said of its invoices, and that facts and news that only it has are.
func (c *collecting) listen(facts, news []string) {
	c.mutex = workflow.NewMutex(c.ctx)
	c.facts = append([]string{DisputeRaised, PromiseMade}, facts...)
	c.news = append([]string{PaymentApplied, PaymentReversed}, news...)
	must(workflow.SetQueryHandlerWithOptions(c.ctx, StatusQuery, c.status, workflow.QueryHandlerOptions{Description: "Why it waits and who may act"}))
	must(workflow.SetUpdateHandlerWithOptions(c.ctx, ResolveDispute, c.resolveDispute, workflow.UpdateHandlerOptions{
		Validator: c.validateResolution, Description: "Accept, reject or withdraw a dispute, or decide on a request to do so"}))
	must(workflow.SetUpdateHandlerWithOptions(c.ctx, ActOnDispute, c.actOnDispute, workflow.UpdateHandlerOptions{
		Validator: c.validateAction, Description: "Give a dispute an owner, a cause or evidence, ask the customer or hear the answer"}))
	must(workflow.SetUpdateHandlerWithOptions(c.ctx, HoldDunning, c.holdDunning, workflow.UpdateHandlerOptions{
		Validator: c.validateHold, Description: "Hold the dunning of an invoice until a day, or lift the hold"}))
	must(workflow.SetUpdateHandlerWithOptions(c.ctx, WithdrawPromise, c.withdrawPromise, workflow.UpdateHandlerOptions{
		Validator: c.validateWithdrawal, Description: "Take an open promise to pay back"}))
	must(workflow.SetUpdateHandlerWithOptions(c.ctx, PlanInstalments, c.planInstalments, workflow.UpdateHandlerOptions{
		Validator: c.validatePlan, Description: "Let an invoice be paid in instalments, take that back, or decide on a request to do so"}))
	must(workflow.SetUpdateHandlerWithOptions(c.ctx, Credit, c.creditInvoice, workflow.UpdateHandlerOptions{
		Validator: c.validateCredit, Description: "Credit an invoice by lines or by amount"}))
	must(workflow.SetUpdateHandlerWithOptions(c.ctx, WriteOff, c.writeOff, workflow.UpdateHandlerOptions{
		Validator: c.validateWriteOff, Description: "Give up what is open of an invoice, or decide on a request to do so"}))
}

// must stops the worker at a mistake in the program: a handler of a wrong shape.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// status answers the query.
func (c *collecting) status() (models.OrderStatus, error) {
	progress := c.Progress
	if c.Parked != nil {
		progress.BlockedBy = &models.Block{Code: c.Parked.Code, Detail: c.Parked.Detail}
	}
	return progress.Status(), nil
}

// drain takes everything that the signal channels hold into the inbox.
func (c *collecting) drain() {
	for _, name := range c.facts {
		for channel := workflow.GetSignalChannel(c.ctx, name); channel.Len() > 0; {
			var fact FactSignal
			channel.ReceiveAsync(&fact)
			c.heardFact(name, fact)
		}
	}
	for _, name := range c.news {
		for channel := workflow.GetSignalChannel(c.ctx, name); channel.Len() > 0; {
			var news models.Receivable
			channel.ReceiveAsync(&news)
			c.Inbox = append(c.Inbox, Message{Signal: name, Receivable: &news})
		}
	}
}

// said is true while a signal channel holds something.
func (c *collecting) said() bool {
	for _, name := range slices.Concat(c.facts, c.news) {
		if workflow.GetSignalChannel(c.ctx, name).Len() > 0 {
			return true
		}
	}
	return false
}

// heardFact keeps a fact that was not heard before.
func (c *collecting) heardFact(signal string, fact FactSignal) {
	id := signal + "/" + fact.ID
	if fact.ID == "" || slices.Contains(c.Seen, id) {
		return
	}
	c.Seen = append(c.Seen, id)
	c.Inbox = append(c.Inbox, Message{Signal: signal, ID: fact.ID})
}

// open is true until everything is closed, what was said is dealt with, and nothing is on its way out.
func (c *collecting) open() bool {
	c.drain()
	return !c.done()
}

func (c *collecting) done() bool {
	return c.Progress.Stage == models.Closed && len(c.Inbox) == 0 && len(c.Progress.Messages) == 0 && len(c.sending) == 0 &&
		len(c.Progress.FulfilmentOrders) == 0 && !c.telling && workflow.AllHandlersFinished(c.ctx)
}

// close ends the workflow. Nothing can have been said since open was asked: it has not paused in between.
func (c *collecting) close() (models.Outcome, error) {
	c.publish()
	return c.Progress.Outcome, nil
}

// A validator of a decision refuses what can be told wrong without the book; the activity decides on the book. While a step runs
// the state is not known, so only the activity may judge.

func (c *collecting) refuseWhenClosed() error {
	if c.Progress.Stage == models.Closed {
		return refusal(models.Conflict("order-closed", "the order is closed"))
	}
	return nil
}

// decide carries a decision out in an activity, after the step that may be running, and answers with the progress.
func (c *collecting) decide(ctx workflow.Context, summary string, activity any, input func() any) (models.OrderProgress, error) {
	if err := workflow.Await(ctx, func() bool { return c.Progress.CustomerID != "" || c.Parked != nil }); err != nil {
		return models.OrderProgress{}, err
	}
	if c.Progress.CustomerID == "" && c.Progress.Stage == models.Received { // parked at its entry: there is nothing yet to decide on
		return models.OrderProgress{}, refusal(models.Conflict("order-not-entered", "the order could not be entered: %s", c.Parked.Detail))
	}
	if err := c.run(ctx, summary, activity, input()); err != nil {
		if failure, ok := errors.AsType[*temporal.ApplicationError](err); ok {
			return models.OrderProgress{}, failure // without the activity's wrapping, so that its code reaches the caller
		}
		return models.OrderProgress{}, err
	}
	return c.Progress, nil
}

// refusal makes a validator's error that keeps its code and kind.
func refusal(err error) error {
	if business, ok := errors.AsType[*models.Error](err); ok {
		return temporal.NewNonRetryableApplicationError(business.Detail, business.Code, nil, business)
	}
	return err
}
