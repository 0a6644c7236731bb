package activities

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"o2c/models"
	"o2c/postgres"
)

// dunning is what the notices of an invoice are planned by: its policy with the business days of its customer, and what was sent.
type dunning struct {
	item     *postgres.OpenItem
	customer models.Customer
	policy   models.DunningPolicy
	sent     []postgres.SentNotice
}

func dunningOf(ctx context.Context, db postgres.DB, item *postgres.OpenItem) (d dunning, err error) {
	d.item = item
	if d.customer, err = postgres.LoadCustomer(ctx, db, item.CustomerID); err != nil {
		return d, err
	}
	if d.policy, err = postgres.LoadPolicyFor(ctx, db, d.customer, item.DunningPolicy, item.DunningVersion); err != nil {
		return d, err
	}
	d.sent, err = postgres.SentNotices(ctx, db, item.Invoice)
	return d, err
}

// after plans the notice of an instalment after a level.
func (d *dunning) after(state *postgres.Dunned, level int) {
	_, afterDue := postgres.LastNotice(d.sent, state.Instalment, state.Due, d.customer.Zone())
	state.Plan(d.policy.NextNotice(d.item.PlanOf(state.Instalment), level, afterDue, d.customer.Zone()))
}

// goOn plans the next notice of an instalment after a pause, from the places of what was paused.
func (d *dunning) goOn(state *postgres.Dunned, places []models.PausedPart) {
	sent, afterDue := postgres.LastNotice(d.sent, state.Instalment, state.Due, d.customer.Zone())
	state.Plan(d.policy.NextOfParts(d.item.PlanOf(state.Instalment), places, sent, afterDue, d.customer.Zone()))
}

// afterPromise plans the next notice of an instalment after a promise that was not kept.
func (d *dunning) afterPromise(state *postgres.Dunned, judged time.Time) {
	sent, afterDue := postgres.LastNotice(d.sent, state.Instalment, state.Due, d.customer.Zone())
	state.Plan(d.policy.NextAfterPromise(d.item.PlanOf(state.Instalment), state.Due, sent, afterDue, judged, d.customer.Zone()))
}

// replan plans the next notices of an item after its open or disputed amount changed. While something can be demanded of an instalment
// its plan stands; while nothing can, or while it is held, it rests; and then it goes on with the time that was left: that of the disputed parts where nothing
// else is open. A promise or plan that the change has kept is ended first, and the notices that it covers are resolved. What a plan covers is not
// demanded.
func replan(ctx context.Context, tx pgx.Tx, item *postgres.OpenItem, at time.Time) error {
	if err := keepPromise(ctx, tx, item, at); err != nil {
		return err
	}
	covered, err := keepPlan(ctx, tx, item, at)
	if err != nil {
		return err
	}
	if err = resolve(ctx, tx, item, at); err != nil {
		return err
	}
	if !item.Open().MoreThan(item.Disputed()) || item.Awaits(models.DueHold) {
		item.Rest(at)
		return nil
	}
	parts, err := postgres.PausedParts(ctx, tx, item)
	if err != nil {
		return err
	}
	var d *dunning
	for n, claim := range item.Claims(item.Disputed(), covered) {
		state, paused := &item.Dunned[n], parts[claim.Instalment]
		if !claim.Open.MoreThan(claim.Disputed.Add(claim.Promised)) {
			state.Rest(at)
			continue
		}
		demandable := models.Dunnable(claim.Open.Sub(claim.Promised), claim.Disputed, paused, at).IsPositive()
		if state.Next != nil && demandable {
			continue
		}
		paused = slices.DeleteFunc(paused, func(part models.PausedPart) bool { return !part.JoinsAt.After(at) })
		if demandable && state.Rested != nil {
			paused = append(paused, state.Rested.Resume(claim.Open, at))
		}
		if len(paused) == 0 {
			continue // its plan is at its end
		}
		if d == nil {
			loaded, err := dunningOf(ctx, tx, item)
			if err != nil {
				return err
			}
			d = &loaded
		}
		d.goOn(state, paused)
	}
	return nil
}
