package activities

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"o2c/models"
	"o2c/postgres"
)

// RecordPromise records an accepted promise to pay. The one that is open is replaced. It is refused when it is more than is undisputed and
// open at that moment: "promise-exceeds-open", "nothing-to-promise"; or while a plan is active: "instalment-plan-active".
func (c *Collections) RecordPromise(ctx context.Context, in FactStep) (models.OrderProgress, error) {
	return onInvoice(ctx, c.Pool, in.OrderID, in.Invoice, in.At, func(s *collectingStep) error {
		fact, err := postgres.TakeFact[models.Promise](ctx, s.tx, in.FactID)
		if err != nil || fact.Settled {
			s.refused = fact.Refused
			return err
		}
		item, err := postgres.LockOpenItem(ctx, s.tx, fact.Content.Invoice)
		if err != nil {
			return err
		}
		if item.Plan != "" {
			return s.refuse(ctx, in.FactID, fact.Actor, models.Conflict("instalment-plan-active", "invoice %s is paid by an instalment plan", item.Invoice))
		}
		d, err := dunningOf(ctx, s.tx, item)
		if err != nil {
			return err
		}
		earlier, err := postgres.PromisesOf(ctx, s.tx, item.Invoice)
		if err != nil {
			return err
		}
		said := make([]models.Promise, len(earlier))
		for n, promise := range earlier {
			said[n] = promise.Promise
		}
		made, refusal := models.MakePromise(fact.Content, item.Open().Sub(item.Disputed()), models.DateIn(s.at, d.customer.Zone()), said)
		if refusal != nil {
			return s.refuse(ctx, in.FactID, fact.Actor, refusal)
		}
		for n := range earlier {
			if earlier[n].State == models.PromiseOpen {
				if err = endPromise(ctx, s.tx, item, &earlier[n], models.PromiseReplaced, ended(earlier[n]), fact.Actor, s.at); err != nil {
					return err
				}
			}
		}
		made.ID, made.RecordedAt = in.FactID, s.at
		made.JudgeAt = models.JudgePromiseAt(made.Date, d.policy.PromiseToleranceDays, d.policy.BusinessDays, d.customer.Zone())
		err = postgres.InsertPromise(ctx, s.tx, postgres.Promise{Promise: made, CustomerID: item.CustomerID, PaidBefore: item.Paid, RecordedBy: fact.Actor})
		if err != nil {
			return err
		}
		item.Await(models.DuePromise, made.ID, made.JudgeAt)
		if err = postgres.SaveOpenItem(ctx, s.tx, item); err != nil {
			return err
		}
		_, err = s.event(ctx, postgres.Event{
			Key: in.FactID, Invoice: item.Invoice, Kind: "promised", Actor: fact.Actor,
			Summary: made.Amount.Text() + " of " + item.Invoice + " promised until " + made.Date.String(),
		})
		if err != nil {
			return err
		}
		return postgres.SettleFact(ctx, s.tx, in.FactID, nil)
	})
}

// endPromise gives the open promise of an item, which the caller saves, its final state.
func endPromise(ctx context.Context, tx pgx.Tx, item *postgres.OpenItem, promise *postgres.Promise, state models.PromiseState, key, by string, at time.Time) error {
	promise.State = state
	if err := postgres.EndPromise(ctx, tx, promise, promise.Received(item), at); err != nil {
		return err
	}
	item.Reached(models.DuePromise)
	_, err := postgres.RecordEvent(ctx, tx, postgres.Event{
		Key: key, CustomerID: item.CustomerID, OrderID: item.OrderID, Invoice: item.Invoice, Kind: "promise-" + string(state), At: at, Actor: by,
		Summary: "Promise of " + promise.Amount.Text() + " of " + item.Invoice + ": " + promiseWords[state],
	})
	return err
}

// ended is the key of the end of a promise that no decision ends.
func ended(promise postgres.Promise) string { return "promise/" + promise.ID + "/ended" }

var promiseWords = map[models.PromiseState]string{
	models.PromiseKept: "kept", models.PromisePartlyKept: "kept in part", models.PromiseBroken: "broken", models.PromiseReplaced: "replaced by another",
	models.PromiseWithdrawn: "withdrawn",
}

// keepPromise ends the open promise of an item as kept as soon as the money is there, or nothing is open.
func keepPromise(ctx context.Context, tx pgx.Tx, item *postgres.OpenItem, at time.Time) error {
	if !item.Awaits(models.DuePromise) {
		return nil
	}
	promise, err := postgres.OpenPromise(ctx, tx, item.Invoice)
	if err != nil || promise == nil {
		return err
	}
	if promise.Judge(at, promise.Received(item), item.Open()) != models.PromiseKept {
		return nil
	}
	return endPromise(ctx, tx, item, promise, models.PromiseKept, ended(*promise), system, at)
}

// promised is what of an item an open promise still covers.
func promised(ctx context.Context, db postgres.DB, item *postgres.OpenItem) (models.Money, error) {
	none := models.Zero(item.Currency)
	if !item.Awaits(models.DuePromise) {
		return none, nil
	}
	promise, err := postgres.OpenPromise(ctx, db, item.Invoice)
	if err != nil || promise == nil {
		return none, err
	}
	return promise.Covers(promise.Received(item)), nil
}

// judgePromise judges the open promise of an item whose time is over.
func (s *collectingStep) judgePromise(ctx context.Context, item *postgres.OpenItem) error {
	promise, err := postgres.OpenPromise(ctx, s.tx, item.Invoice)
	if err != nil || promise == nil {
		item.Reached(models.DuePromise)
		return err
	}
	state := promise.Judge(s.at, promise.Received(item), item.Open())
	if state == models.PromiseOpen {
		return nil
	}
	if err = endPromise(ctx, s.tx, item, promise, state, ended(*promise), system, s.at); err != nil || state == models.PromiseKept {
		return err
	}
	return s.dunAfterPromise(ctx, item)
}

// dunAfterPromise lets the dunning of an item act on the next business day: its promise was not kept.
func (s *collectingStep) dunAfterPromise(ctx context.Context, item *postgres.OpenItem) error {
	if item.Awaits(models.DueHold) {
		return nil
	}
	d, err := dunningOf(ctx, s.tx, item)
	if err != nil {
		return err
	}
	for n, claim := range item.Claims(item.Disputed(), models.Zero(item.Currency)) {
		if claim.Open.MoreThan(claim.Disputed) {
			d.afterPromise(&item.Dunned[n], s.at)
		}
	}
	return nil
}

// WithdrawInput is a person's decision to take a promise back.
type WithdrawInput struct {
	OrderID    string                   `json:"order_id,omitempty"`
	Withdrawal models.PromiseWithdrawal `json:"withdrawal"`
	At         time.Time                `json:"at"`
}

// WithdrawPromise takes an open promise back: the item is dunned as if it had been broken. Errors: "promise-not-open".
func (c *Collections) WithdrawPromise(ctx context.Context, in WithdrawInput) (models.OrderProgress, error) {
	return onInvoice(ctx, c.Pool, in.OrderID, in.Withdrawal.Invoice, in.At, func(s *collectingStep) error {
		item, err := postgres.LockOpenItem(ctx, s.tx, in.Withdrawal.Invoice)
		if err != nil {
			return err
		}
		promise, err := postgres.OpenPromise(ctx, s.tx, item.Invoice)
		if err != nil {
			return err
		}
		if promise == nil || promise.ID != in.Withdrawal.PromiseID {
			if done, err := postgres.Happened(ctx, s.tx, in.Withdrawal.ID); err != nil || done {
				return err
			}
			return models.Conflict("promise-not-open", "the promise is not open")
		}
		if err = endPromise(ctx, s.tx, item, promise, models.PromiseWithdrawn, in.Withdrawal.ID, in.Withdrawal.Actor, s.at); err != nil {
			return err
		}
		if err = s.dunAfterPromise(ctx, item); err != nil {
			return err
		}
		return postgres.SaveOpenItem(ctx, s.tx, item)
	})
}
