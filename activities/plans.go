package activities

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"o2c/models"
	"o2c/postgres"
)

// PlanInput is a person's decision to let an invoice be paid in instalments, or to take its plan back.
type PlanInput struct {
	OrderID  string              `json:"order_id,omitempty"`
	Decision models.PlanDecision `json:"decision"`
	At       time.Time           `json:"at"`
}

// PlanInstalments lets what is undisputed and open of an invoice be paid in instalments, in place of its open promise and of the plan that
// is active; or takes that back. A plan above the authority of whoever agrees to it waits for a second person, whose decision comes as
// the decision's Approval. Errors: "invoice-not-found", those of models.MakeInstalmentPlan, "plan-waits", "no-instalment-plan"; of an approval
// "approval-not-found", "approval-decided", "own-approval".
func (c *Collections) PlanInstalments(ctx context.Context, in PlanInput) (models.OrderProgress, error) {
	decision := in.Decision
	return onInvoice(ctx, c.Pool, in.OrderID, decision.Invoice, in.At, func(s *collectingStep) error {
		item, err := postgres.LockOpenItem(ctx, s.tx, decision.Invoice)
		if err != nil {
			return err
		}
		switch {
		case item.OrderID != s.orderID || item.Kind != models.InvoiceItem:
			return models.NotFound("invoice", decision.Invoice)
		case decision.Withdraw != "":
			return s.withdrawPlan(ctx, item, decision)
		case decision.Approval != nil:
			return s.planTogether(ctx, item, decision)
		}
		if known, err := postgres.PlanKnown(ctx, s.tx, decision.ID); err != nil || known {
			return err
		}
		made, err := s.checkPlan(ctx, item, decision)
		if err != nil {
			return err
		}
		made.Authority, err = postgres.AuthorityOf(ctx, s.tx, models.PlanApproval, decision.Roles, item.Currency)
		if err != nil {
			return err
		}
		if made.Total().MoreThan(made.Authority) {
			return s.requestPlan(ctx, item, decision, made)
		}
		return s.plan(ctx, item, made, decision.ID)
	})
}

// checkPlan makes a plan of what was agreed, as the item stands.
func (s *collectingStep) checkPlan(ctx context.Context, item *postgres.OpenItem, decision models.PlanDecision) (*postgres.Plan, error) {
	d, err := dunningOf(ctx, s.tx, item)
	if err != nil {
		return nil, err
	}
	zone := d.customer.Zone()
	made, faults := models.MakeInstalmentPlan(decision.Instalments, item.Open().Sub(item.Disputed()), models.DateIn(s.at, zone), d.policy.PromiseToleranceDays, d.policy.BusinessDays, zone)
	if len(faults) > 0 {
		return nil, faults[0]
	}
	made.ID, made.Invoice = decision.ID, item.Invoice
	return &postgres.Plan{
		InstalmentPlan: made, CustomerID: item.CustomerID, SettledBefore: item.Settled().Decimal(), RequestedBy: decision.Actor, MadeAt: s.at,
	}, nil
}

// requestPlan has a plan wait for a second person: one at a time of an invoice.
func (s *collectingStep) requestPlan(ctx context.Context, item *postgres.OpenItem, decision models.PlanDecision, made *postgres.Plan) error {
	if waits, err := postgres.PlanWaits(ctx, s.tx, item.Number); err != nil {
		return err
	} else if waits {
		return models.Conflict("plan-waits", "another instalment plan of %s waits for a second person", item.Number)
	}
	content, err := json.Marshal(decision)
	if err != nil {
		return fmt.Errorf("activities.requestPlan: %w", err)
	}
	err = postgres.RequestApproval(ctx, s.tx, postgres.Approval{
		ID: decision.ID, Kind: models.PlanApproval, Subject: item.Number, CustomerID: item.CustomerID, Currency: item.Currency,
		Amount: made.Total().Decimal(), Reason: planWords(made), Content: content, RequestedBy: decision.Actor, RequestedAt: s.at,
	})
	if err != nil {
		return err
	}
	return s.decided(ctx, decision.ID, item.Invoice, "approval-requested", decision.Actor, "Instalment plan of "+item.Number+" waits for a second person: "+planWords(made))
}

// planWords says a plan in words: "100.00 EUR in 2 instalments until 2027-02-01".
func planWords(plan *postgres.Plan) string {
	last := len(plan.Instalments) - 1
	return fmt.Sprintf("%s in %d instalment(s) until %s", plan.Total().Text(), last+1, plan.Instalments[last].DueDate)
}

// planTogether carries out what a second person has decided on a plan. It is made as it was asked for, or refused: what is open may have
// changed meanwhile.
func (s *collectingStep) planTogether(ctx context.Context, item *postgres.OpenItem, decision models.PlanDecision) error {
	approval := *decision.Approval
	_, taken, err := takeRequest(ctx, s.tx, approval)
	if err != nil || taken {
		return err
	}
	kind, words := "approval-rejected", "Instalment plan not approved: "
	if approval.Decision == models.Approved {
		kind, words = "approved", "Instalment plan approved: "
		made, err := s.checkPlan(ctx, item, decision)
		if err != nil {
			return err
		}
		made.Authority, err = postgres.AuthorityOf(ctx, s.tx, models.PlanApproval, decision.Roles, item.Currency)
		if err != nil {
			return err
		}
		if err = s.plan(ctx, item, made, "planned/"+decision.ID); err != nil {
			return err
		}
	}
	if err = postgres.DecideApproval(ctx, s.tx, approval, s.at); err != nil {
		return err
	}
	return s.decided(ctx, approval.ID, item.Invoice, kind, approval.Actor, words+approval.Reason)
}

// plan lets a plan begin, and end what it replaces.
func (s *collectingStep) plan(ctx context.Context, item *postgres.OpenItem, made *postgres.Plan, key string) error {
	if item.Plan != "" {
		before, err := postgres.LoadPlan(ctx, s.tx, item.Plan)
		if err != nil {
			return err
		}
		if err = endPlan(ctx, s.tx, item, before, models.PlanReplaced, "plan/"+before.ID+"/ended", made.RequestedBy, s.at); err != nil {
			return err
		}
	}
	if item.Awaits(models.DuePromise) {
		promise, err := postgres.OpenPromise(ctx, s.tx, item.Invoice)
		if err != nil {
			return err
		}
		if err = endPromise(ctx, s.tx, item, promise, models.PromiseReplaced, ended(*promise), made.RequestedBy, s.at); err != nil {
			return err
		}
	}
	if err := postgres.InsertPlan(ctx, s.tx, made); err != nil {
		return err
	}
	item.Plan = made.ID
	if err := replan(ctx, s.tx, item, s.at); err != nil {
		return err
	}
	if err := postgres.SaveOpenItem(ctx, s.tx, item); err != nil {
		return err
	}
	return s.decided(ctx, key, item.Invoice, "instalments-planned", made.RequestedBy, item.Invoice+" is paid by plan: "+planWords(made))
}

// withdrawPlan takes the active plan back: the invoice's dunning goes on with the time that was left.
func (s *collectingStep) withdrawPlan(ctx context.Context, item *postgres.OpenItem, decision models.PlanDecision) error {
	if done, err := postgres.Happened(ctx, s.tx, decision.ID); err != nil || done {
		return err
	}
	if item.Plan == "" || item.Plan != decision.Withdraw {
		return models.Conflict("no-instalment-plan", "invoice %s has no such instalment plan", item.Number)
	}
	active, err := postgres.LoadPlan(ctx, s.tx, item.Plan)
	if err != nil {
		return err
	}
	if err = endPlan(ctx, s.tx, item, active, models.PlanWithdrawn, decision.ID, decision.Actor, s.at); err != nil {
		return err
	}
	if err = replan(ctx, s.tx, item, s.at); err != nil {
		return err
	}
	return postgres.SaveOpenItem(ctx, s.tx, item)
}

var planStateWords = map[models.PlanState]string{
	models.PlanKept: "kept", models.PlanBroken: "broken, the rest is due", models.PlanReplaced: "replaced by another", models.PlanWithdrawn: "withdrawn",
}

// endPlan gives the active plan of an item, which the caller saves, its final state.
func endPlan(ctx context.Context, tx pgx.Tx, item *postgres.OpenItem, plan *postgres.Plan, state models.PlanState, key, by string, at time.Time) error {
	plan.State = state
	if err := postgres.EndPlan(ctx, tx, plan, plan.Total().Sub(plan.Rest(plan.Standing(item))), at); err != nil {
		return err
	}
	item.Plan = ""
	item.Reached(models.DuePlan)
	_, err := postgres.RecordEvent(ctx, tx, postgres.Event{
		Key: key, CustomerID: item.CustomerID, OrderID: item.OrderID, Invoice: item.Invoice, Kind: "plan-" + string(state), At: at, Actor: by,
		Summary: "Instalment plan of " + plan.Total().Text() + " of " + item.Invoice + ": " + planStateWords[state],
	})
	return err
}

// keepPlan is what the active plan of an item keeps from being dunned. One of which all is paid ends as kept; else the item waits for the next of its
// instalments that something undisputed is open of.
func keepPlan(ctx context.Context, tx pgx.Tx, item *postgres.OpenItem, at time.Time) (models.Money, error) {
	none := models.Zero(item.Currency)
	if item.Plan == "" {
		return none, nil
	}
	plan, err := postgres.LoadPlan(ctx, tx, item.Plan)
	if err != nil {
		return none, err
	}
	standing := plan.Standing(item)
	if plan.Judge(at, standing) == models.PlanKept {
		return none, endPlan(ctx, tx, item, plan, models.PlanKept, "plan/"+plan.ID+"/ended", system, at)
	}
	n, _ := plan.Next(standing)
	var missed time.Time
	if n > 0 {
		missed = plan.Instalments[n-1].JudgeAt
	}
	item.AwaitPlan(plan.ID, n, missed)
	return plan.Covers(standing), nil
}

// planned is what of an item its plan keeps from being dunned.
func planned(ctx context.Context, db postgres.DB, item *postgres.OpenItem) (models.Money, error) {
	if item.Plan == "" {
		return models.Zero(item.Currency), nil
	}
	plan, err := postgres.LoadPlan(ctx, db, item.Plan)
	if err != nil {
		return models.Money{}, err
	}
	return plan.Covers(plan.Standing(item)), nil
}

// settleBeside takes what is accepted of a dispute off what is open beside the plan of an item first: it pays no instalment.
func (s *collectingStep) settleBeside(ctx context.Context, item *postgres.OpenItem, accepted models.Money) error {
	if item.Plan == "" || !accepted.IsPositive() {
		return nil
	}
	plan, err := postgres.LoadPlan(ctx, s.tx, item.Plan)
	if err != nil {
		return err
	}
	beside := models.Min(accepted, item.Open().Sub(plan.Rest(plan.Standing(item))))
	if !beside.IsPositive() {
		return nil
	}
	return postgres.SettleBeside(ctx, s.tx, item.Plan, beside)
}

// judgePlan judges the plan of an item of which an instalment was to be paid by now.
func (s *collectingStep) judgePlan(ctx context.Context, item *postgres.OpenItem) error {
	plan, err := postgres.LoadPlan(ctx, s.tx, item.Plan)
	if err != nil {
		return err
	}
	standing := plan.Standing(item)
	if plan.Judge(s.at, standing) != models.PlanBroken {
		_, err = keepPlan(ctx, s.tx, item, s.at)
		return err
	}
	n, missing := plan.Next(standing)
	if err = endPlan(ctx, s.tx, item, plan, models.PlanBroken, "plan/"+plan.ID+"/ended", system, s.at); err != nil {
		return err
	}
	err = postgres.OpenTask(ctx, s.tx, postgres.Task{
		Key: "plan-broken/" + plan.ID, Kind: "plan_broken", Role: "collector", CustomerID: item.CustomerID, OrderID: item.OrderID, Invoice: item.Invoice,
		Detail: fmt.Sprintf("Instalment %d of the plan of %s was missed: %s of it did not come until %s, and %s is due", n, item.Invoice, missing.Text(),
			plan.Instalments[n-1].DueDate, item.Open().Sub(item.Disputed()).Text()),
	}, s.at)
	if err != nil {
		return err
	}
	return s.dunAfterPlan(ctx, item)
}

// dunAfterPlan lets the dunning of an item act on the next business day, on the level that it had: its plan was broken, and all of it is due. What
// would have been due later by the invoice is due today, and dunned from there.
func (s *collectingStep) dunAfterPlan(ctx context.Context, item *postgres.OpenItem) error {
	d, err := dunningOf(ctx, s.tx, item)
	if err != nil {
		return err
	}
	today, held := models.DateIn(s.at, d.customer.Zone()), item.Awaits(models.DueHold)
	for n, claim := range item.Claims(item.Disputed(), models.Zero(item.Currency)) {
		switch state := &item.Dunned[n]; {
		case !claim.Open.MoreThan(claim.Disputed):
		case state.Due.After(today):
			d.dueNow(state, today, s.at)
		case !held:
			d.afterPromise(state, s.at)
		}
	}
	if held {
		item.Rest(s.at)
	}
	return nil
}

// dueNow lets an instalment be due today: its notices are planned anew from there, and those that were sent are not sent again.
func (d *dunning) dueNow(state *postgres.Dunned, today models.Date, at time.Time) {
	var plan []models.PlannedNotice
	for _, notice := range d.item.DunningPlan {
		if notice.Instalment != state.Instalment {
			plan = append(plan, notice)
		}
	}
	anew, _ := d.policy.Plan(today, d.customer.Zone(), at)
	d.item.DunningPlan = append(plan, ofInstalment(anew, state.Instalment)...)
	state.Due, state.Rested = today, nil
	sent, afterDue := postgres.LastNotice(d.sent, state.Instalment, today, d.customer.Zone())
	state.Plan(d.policy.NextNotice(ofInstalment(anew, state.Instalment), sent, afterDue, d.customer.Zone()))
}
