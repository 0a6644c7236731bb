package api

import (
	"context"
	"slices"

	"o2c/models"
	"o2c/postgres"
)

// MakePromise accepts a customer's promise to pay.
func (s *server) MakePromise(ctx context.Context, r MakePromiseRequestObject) (MakePromiseResponseObject, error) {
	made := models.Promise{Invoice: r.Number, Date: readDate(&r.Body.Date), Note: valueOf(r.Body.Note)}
	view, err := s.commands.MakePromise(ctx, claimOf(ctx), made, r.Body.Amount)
	if err != nil {
		return nil, err
	}
	return MakePromise202JSONResponse{Body: promise(view), Headers: MakePromise202ResponseHeaders{Location: base + "/promises/" + view.ID}}, nil
}

// GetPromise answers with a promise, or with what is to become one.
func (s *server) GetPromise(ctx context.Context, r GetPromiseRequestObject) (GetPromiseResponseObject, error) {
	view, err := postgres.ReadPromise(ctx, s.db, r.PromiseID)
	return GetPromise200JSONResponse(promise(view)), err
}

// ListPromises answers with the promises of an invoice.
func (s *server) ListPromises(ctx context.Context, r ListPromisesRequestObject) (ListPromisesResponseObject, error) {
	promises, err := postgres.ReadPromises(ctx, s.db, r.Number)
	return ListPromises200JSONResponse{Data: each(promises, promise)}, err
}

// WithdrawPromise takes an open promise back.
func (s *server) WithdrawPromise(ctx context.Context, r WithdrawPromiseRequestObject) (WithdrawPromiseResponseObject, error) {
	finished, err := s.commands.WithdrawPromise(ctx, r.PromiseID, principalOf(ctx).Name)
	if err != nil {
		return nil, err
	}
	if !finished {
		return WithdrawPromise202JSONResponse{accepted("withdraw/" + r.PromiseID)}, nil
	}
	view, err := postgres.ReadPromise(ctx, s.db, r.PromiseID)
	return WithdrawPromise200JSONResponse(promise(view)), err
}

// HoldDunning holds the dunning of an invoice until the end of a day.
func (s *server) HoldDunning(ctx context.Context, r HoldDunningRequestObject) (HoldDunningResponseObject, error) {
	claim := claimOf(ctx)
	finished, err := s.commands.HoldDunning(ctx, models.HoldDecision{
		ID: claim.ID, Invoice: r.Number, Until: readDate(&r.Body.Until), Reason: r.Body.Reason, Actor: claim.Principal,
	})
	if err != nil {
		return nil, err
	}
	if !finished {
		return HoldDunning202JSONResponse{accepted(claim.ID)}, nil
	}
	hold, err := s.holdOf(ctx, r.Number, claim.ID)
	return HoldDunning201JSONResponse{Body: hold, Headers: HoldDunning201ResponseHeaders{Location: base + "/invoices/" + r.Number + "/dunning-holds"}}, err
}

// ListDunningHolds answers with the dunning holds of an invoice.
func (s *server) ListDunningHolds(ctx context.Context, r ListDunningHoldsRequestObject) (ListDunningHoldsResponseObject, error) {
	holds, err := postgres.ReadHolds(ctx, s.db, r.Number)
	return ListDunningHolds200JSONResponse{Data: each(holds, dunningHold)}, err
}

// LiftDunningHold ends the dunning hold of an invoice.
func (s *server) LiftDunningHold(ctx context.Context, r LiftDunningHoldRequestObject) (LiftDunningHoldResponseObject, error) {
	decision, finished, err := s.commands.LiftHold(ctx, r.Number, principalOf(ctx).Name)
	if err != nil {
		return nil, err
	}
	if !finished {
		return LiftDunningHold202JSONResponse{accepted(decision)}, nil
	}
	hold, err := s.holdOf(ctx, r.Number, "")
	return LiftDunningHold200JSONResponse(hold), err
}

// holdOf is a hold of an invoice; without an id the newest.
func (s *server) holdOf(ctx context.Context, number, id string) (DunningHold, error) {
	holds, err := postgres.ReadHolds(ctx, s.db, number)
	for _, hold := range slices.Backward(holds) {
		if id == "" || hold.ID == id {
			return dunningHold(hold), nil
		}
	}
	return DunningHold{}, err
}

func promise(v postgres.PromiseView) Promise {
	return Promise{
		ID: v.ID, Invoice: v.Invoice, Currency: string(v.Currency), Amount: money(v.Amount, v.Currency), Date: date(v.Date), Note: v.Note,
		State: PromiseState(v.State), Refusal: optional(v.Refusal), Level: v.Level, Received: money(v.Received, v.Currency), RecordedAt: instant(v.RecordedAt),
		JudgeAt: instant(v.JudgeAt), EndedAt: instant(v.EndedAt),
	}
}

func dunningHold(v postgres.HoldView) DunningHold {
	return DunningHold{
		ID: v.ID, Until: date(v.Until), Reason: v.Reason, State: DunningHoldState(v.State), HeldBy: v.HeldBy, HeldAt: v.HeldAt.UTC(), EndsAt: v.EndsAt.UTC(),
		EndedAt: instant(v.EndedAt), EndedBy: v.EndedBy,
	}
}
