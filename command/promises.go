package command

import (
	"context"

	"o2c/models"
	"o2c/postgres"
	"o2c/workflows"
)

// MakePromise accepts that a customer promises to pay a part of an invoice until a day, tells whoever collects it, and waits a little
// for the effect. Errors: "invoice-not-found", "invalid-amount", "promise-in-the-past", "nothing-to-promise", "promise-exceeds-open", "instalment-plan-active",
// "engine-unavailable".
func (s *Service) MakePromise(ctx context.Context, claim *Claim, promise models.Promise, amount string) (postgres.PromiseView, error) {
	deadline := patience()
	fact, err := s.recorded(ctx, claim.ID, postgres.PromiseFact)
	if err != nil {
		return postgres.PromiseView{}, err
	}
	if fact == nil {
		if fact, err = s.acceptPromise(ctx, claim, promise, amount); err != nil {
			return postgres.PromiseView{}, err
		}
	}
	if err = s.tellFact(ctx, deadline, *fact); err != nil {
		return postgres.PromiseView{}, err
	}
	if err = s.awaitSettled(ctx, deadline, fact.ID, postgres.PromiseFact); err != nil {
		return postgres.PromiseView{}, err
	}
	return postgres.ReadPromise(ctx, s.DB, fact.ID)
}

// acceptPromise refuses what the book already contradicts.
func (s *Service) acceptPromise(ctx context.Context, claim *Claim, promise models.Promise, amount string) (*postgres.Fact, error) {
	invoice, err := postgres.ReadInvoice(ctx, s.DB, promise.Invoice)
	if err != nil {
		return nil, err
	}
	today, err := s.Today(ctx, invoice.CustomerID)
	if err != nil {
		return nil, err
	}
	if invoice.PlanID != "" {
		return nil, models.Conflict("instalment-plan-active", "invoice %s is paid by an instalment plan", invoice.Number)
	}
	var faults faults
	promise.ID = claim.ID
	if money, err := models.ParsePositiveMoney(amount, invoice.Currency); err != nil {
		faults.at("/amount", err)
	} else {
		promise.Amount = money
		undisputed := models.MustMoney(invoice.OpenAmount.Sub(invoice.DisputedAmount), invoice.Currency)
		if _, refusal := models.MakePromise(promise, undisputed, today, nil); refusal != nil {
			faults.add(refusal)
		}
	}
	if err = faults.err(); err != nil {
		return nil, err
	}
	orderID := ""
	if invoice.OrderID != nil {
		orderID = *invoice.OrderID
	}
	return s.accept(ctx, promise.ID, claim.Principal, postgres.PromiseFact, invoice.CustomerID, orderID, promise)
}

// WithdrawPromise takes an open promise back; one that was withdrawn before stays so. Errors: "promise-not-found", "promise-not-open",
// "promise-processing", "worker-unavailable", "engine-unavailable".
func (s *Service) WithdrawPromise(ctx context.Context, promiseID, actor string) (Finished, error) {
	promise, err := postgres.ReadPromise(ctx, s.DB, promiseID)
	if err != nil {
		return false, err
	}
	switch promise.State {
	case string(models.PromiseOpen):
	case string(models.PromiseWithdrawn):
		return true, nil
	case postgres.Processing:
		return false, models.Unavailable("promise-processing", "the promise is accepted and not yet recorded; try again")
	default:
		return false, models.Conflict("promise-not-open", "the promise is %s", promise.State)
	}
	withdrawal := models.PromiseWithdrawal{ID: "withdraw/" + promiseID, Invoice: promise.Invoice, PromiseID: promiseID, Actor: actor}
	return s.decideOn(ctx, promise.OrderID, promise.Invoice, withdrawal.ID, workflows.WithdrawPromise, withdrawal)
}

// HoldDunning holds the dunning of an invoice until the end of a day. Errors: "invoice-not-found", those of models.MakeHold,
// "invoice-settled", "order-closed", "worker-unavailable", "engine-unavailable".
func (s *Service) HoldDunning(ctx context.Context, decision models.HoldDecision) (Finished, error) {
	invoice, err := postgres.ReadInvoice(ctx, s.DB, decision.Invoice)
	if err != nil {
		return false, err
	}
	return s.decideOn(ctx, invoice.OrderID, invoice.Number, decision.ID, workflows.HoldDunning, decision)
}

// LiftHold ends the dunning hold of an invoice, and answers with the id of the decision; one that was lifted before stays so. Errors: "invoice-not-found",
// "no-dunning-hold", "worker-unavailable", "engine-unavailable".
func (s *Service) LiftHold(ctx context.Context, number, actor string) (string, Finished, error) {
	invoice, err := postgres.ReadInvoice(ctx, s.DB, number)
	if err != nil {
		return "", false, err
	}
	holds, err := postgres.ReadHolds(ctx, s.DB, number)
	if err != nil {
		return "", false, err
	}
	last := len(holds) - 1
	switch {
	case last >= 0 && holds[last].State == models.HoldLifted:
		return "", true, nil
	case last < 0 || holds[last].State != models.HoldActive:
		return "", false, models.Conflict("no-dunning-hold", "the dunning of %s is not held", number)
	}
	decision := models.HoldDecision{ID: "lift/" + holds[last].ID, Invoice: number, Lift: true, Actor: actor}
	finished, err := s.decideOn(ctx, invoice.OrderID, number, decision.ID, workflows.HoldDunning, decision)
	return decision.ID, finished, err
}
