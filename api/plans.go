package api

import (
	"context"

	"o2c/models"
	"o2c/postgres"
)

// PlanInstalments lets an invoice be paid in instalments: 201 when the plan holds, 202 while it waits for a second person or for its process.
func (s *server) PlanInstalments(ctx context.Context, r PlanInstalmentsRequestObject) (PlanInstalmentsResponseObject, error) {
	claim := claimOf(ctx)
	decision := models.PlanDecision{ID: claim.ID, Invoice: r.Number, Actor: claim.Principal, Roles: principalOf(ctx).Roles}
	amounts := make([]string, len(r.Body.Instalments))
	for n, part := range r.Body.Instalments {
		decision.Instalments = append(decision.Instalments, models.Instalment{DueDate: readDate(&part.Date)})
		amounts[n] = part.Amount
	}
	finished, err := s.commands.PlanInstalments(ctx, decision, amounts)
	if err != nil {
		return nil, err
	}
	location := base + "/invoices/" + r.Number + "/instalment-plans"
	var plan *postgres.PlanView
	if finished {
		plan, err = postgres.ReadPlan(ctx, s.db, r.Number, claim.ID)
	}
	switch {
	case err != nil:
		return nil, err
	case plan != nil:
		return PlanInstalments201JSONResponse{Body: instalmentPlan(*plan), Headers: PlanInstalments201ResponseHeaders{Location: location}}, nil
	case bool(finished):
		location = base + "/approvals/" + claim.ID
		waiting := Accepted{ID: claim.ID, State: AcceptedStateAwaitingApproval}
		return PlanInstalments202JSONResponse{Body: waiting, Headers: PlanInstalments202ResponseHeaders{Location: location}}, nil
	default:
		return PlanInstalments202JSONResponse{Body: accepted(claim.ID).Body, Headers: PlanInstalments202ResponseHeaders{Location: location}}, nil
	}
}

// ListInstalmentPlans answers with the instalment plans of an invoice.
func (s *server) ListInstalmentPlans(ctx context.Context, r ListInstalmentPlansRequestObject) (ListInstalmentPlansResponseObject, error) {
	plans, err := postgres.ReadPlans(ctx, s.db, r.Number)
	return ListInstalmentPlans200JSONResponse{Data: each(plans, instalmentPlan)}, err
}

// WithdrawInstalmentPlan takes the active instalment plan of an invoice back.
func (s *server) WithdrawInstalmentPlan(ctx context.Context, r WithdrawInstalmentPlanRequestObject) (WithdrawInstalmentPlanResponseObject, error) {
	id, finished, err := s.commands.WithdrawPlan(ctx, r.Number, principalOf(ctx).Name)
	if err != nil {
		return nil, err
	}
	if !finished {
		return WithdrawInstalmentPlan202JSONResponse{accepted("withdraw/" + id)}, nil
	}
	plan, err := postgres.ReadPlan(ctx, s.db, r.Number, id)
	if err != nil || plan == nil {
		return nil, err
	}
	return WithdrawInstalmentPlan200JSONResponse(instalmentPlan(*plan)), nil
}

func instalmentPlan(v postgres.PlanView) InstalmentPlan {
	plan := InstalmentPlan{
		ID: v.ID, Invoice: v.Invoice, Currency: string(v.Currency), Amount: money(v.Amount, v.Currency), Settled: money(v.Settled, v.Currency),
		State: InstalmentPlanState(v.State), RequestedBy: v.RequestedBy, MadeAt: v.MadeAt.UTC(), EndedAt: instant(v.EndedAt),
	}
	for _, part := range v.Instalments {
		plan.Instalments = append(plan.Instalments, PlannedInstalment{
			Date: date(part.Date), Amount: money(part.Amount, v.Currency), OpenAmount: money(part.OpenAmount, v.Currency),
			State: PlannedInstalmentState(part.State), JudgeAt: part.JudgeAt.UTC(),
		})
	}
	return plan
}

// nextInstalment is the next instalment of the plan by which an invoice is paid; nil without one.
func nextInstalment(v *postgres.PlanView) *NextInstalment {
	if v == nil {
		return nil
	}
	n, next := v.Next()
	if next == nil {
		return nil
	}
	return &NextInstalment{PlanID: v.ID, Instalment: n, Date: date(next.Date), OpenAmount: money(next.OpenAmount, v.Currency), JudgeAt: next.JudgeAt.UTC()}
}
