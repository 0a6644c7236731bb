package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// PlanView is an instalment plan as it is shown.
type PlanView struct {
	ID          string
	Invoice     string
	Currency    models.Currency
	Amount      decimal.Decimal
	Settled     decimal.Decimal // of it
	State       models.PlanState
	RequestedBy string
	MadeAt      time.Time
	EndedAt     *time.Time
	Instalments []PlannedInstalmentView `db:"-"`
}

// PlannedInstalmentView is an instalment of a plan. It is paid or open, and missed where the plan broke by it.
type PlannedInstalmentView struct {
	Date       models.Date
	Amount     decimal.Decimal
	OpenAmount decimal.Decimal
	State      string
	JudgeAt    time.Time
}

// Next is the first instalment of an active plan that is not paid, from 1; nil: there is none.
func (v PlanView) Next() (int, *PlannedInstalmentView) {
	for n := range v.Instalments {
		if v.State == models.PlanActive && v.Instalments[n].OpenAmount.IsPositive() {
			return n + 1, &v.Instalments[n]
		}
	}
	return 0, nil
}

// ReadPlans lists the instalment plans of an invoice, the oldest first; "invoice-not-found".
func ReadPlans(ctx context.Context, db DB, invoice string) ([]PlanView, error) {
	if err := requireInvoice(ctx, db, invoice); err != nil {
		return nil, err
	}
	rows, err := db.Query(ctx, `
		SELECT p.id, p.invoice, p.currency, p.amount, p.state, p.requested_by, p.made_at, p.ended_at,
		       coalesce(p.settled, p.amount - least(p.amount - greatest(least(i.total - i.open_amount - p.settled_before, p.amount), 0), i.open_amount)) AS settled
		  FROM instalment_plans p JOIN open_items i ON i.number = p.invoice
		 WHERE p.invoice = $1 ORDER BY p.made_at, p.id`, invoice)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.ReadPlans %s: %w", invoice, err))
	}
	plans, err := pgx.CollectRows(rows, pgx.RowToStructByName[PlanView])
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.ReadPlans %s: %w", invoice, err))
	}
	rows, err = db.Query(ctx, `
		SELECT i.plan_id, i.due_date, i.amount, i.judge_at
		  FROM planned_instalments i JOIN instalment_plans p ON p.id = i.plan_id WHERE p.invoice = $1 ORDER BY i.plan_id, i.n`, invoice)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.ReadPlans %s: %w", invoice, err))
	}
	parts := map[string][]PlannedInstalmentView{}
	var plan string
	var part PlannedInstalmentView
	_, err = pgx.ForEachRow(rows, []any{&plan, &part.Date, &part.Amount, &part.JudgeAt}, func() error {
		parts[plan] = append(parts[plan], part)
		return nil
	})
	for n := range plans {
		plans[n].fill(parts[plans[n].ID])
	}
	return plans, TranslateError(err)
}

// fill fills the instalments of a plan with what was settled of it, by date.
func (v *PlanView) fill(parts []PlannedInstalmentView) {
	left, missed := v.Settled, v.State == models.PlanBroken
	for n := range parts {
		paid := decimal.Min(left, parts[n].Amount)
		left = left.Sub(paid)
		parts[n].OpenAmount = parts[n].Amount.Sub(paid)
		switch {
		case parts[n].OpenAmount.IsZero():
			parts[n].State = "paid"
		case missed:
			parts[n].State, missed = "missed", false
		default:
			parts[n].State = "open"
		}
	}
	v.Instalments = parts
}

// ReadPlan reads a plan of an invoice; nil where there is none of the id. Without an id it is the active one.
func ReadPlan(ctx context.Context, db DB, invoice, id string) (*PlanView, error) {
	plans, err := ReadPlans(ctx, db, invoice)
	for n := range plans {
		if plans[n].ID == id || id == "" && plans[n].State == models.PlanActive {
			return &plans[n], nil
		}
	}
	return nil, err
}
