package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// Plan is an instalment plan, as the process works on it. Its invoice's item is the lock that guards it.
type Plan struct {
	models.InstalmentPlan

	CustomerID    string
	SettledBefore decimal.Decimal // what had lowered the invoice when it was made
	Authority     models.Money    // what whoever asked for it could have decided alone
	RequestedBy   string
	MadeAt        time.Time
}

// Standing is how the invoice stands with its plan.
func (p *Plan) Standing(item *OpenItem) models.PlanStanding {
	return models.PlanStanding{
		Settled: item.Settled().Sub(models.MustMoney(p.SettledBefore, item.Currency)), Open: item.Open(), Disputed: item.Disputed(),
	}
}

// InsertPlan records a plan with its instalments.
func InsertPlan(ctx context.Context, tx pgx.Tx, p *Plan) error {
	total := p.Total()
	_, err := tx.Exec(ctx, `
		INSERT INTO instalment_plans (id, invoice, customer_id, currency, amount, settled_before, authority, requested_by, made_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		p.ID, p.Invoice, p.CustomerID, total.Currency(), total, p.SettledBefore, p.Authority, p.RequestedBy, p.MadeAt)
	if err != nil {
		return fmt.Errorf("postgres.InsertPlan %s: %w", p.ID, err)
	}
	dates, amounts, judged := make([]string, len(p.Instalments)), make([]string, len(p.Instalments)), make([]time.Time, len(p.Instalments))
	for n, part := range p.Instalments {
		dates[n], amounts[n], judged[n] = part.DueDate.String(), part.Amount.String(), part.JudgeAt
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO planned_instalments (plan_id, n, currency, due_date, amount, judge_at)
		SELECT $1, n, $2, due, amount, judge FROM unnest($3::date[], $4::numeric[], $5::timestamptz[]) WITH ORDINALITY AS x (due, amount, judge, n)`,
		p.ID, total.Currency(), dates, amounts, judged)
	if err != nil {
		return fmt.Errorf("postgres.InsertPlan %s: %w", p.ID, err)
	}
	return nil
}

// LoadPlan reads a plan with its instalments.
func LoadPlan(ctx context.Context, db DB, id string) (*Plan, error) {
	var p Plan
	var currency models.Currency
	var authority decimal.Decimal
	err := db.QueryRow(ctx, `
		SELECT id, invoice, customer_id, currency, state, settled_before, authority, requested_by, made_at FROM instalment_plans WHERE id = $1`, id).
		Scan(&p.ID, &p.Invoice, &p.CustomerID, &currency, &p.State, &p.SettledBefore, &authority, &p.RequestedBy, &p.MadeAt)
	if err != nil {
		return nil, fmt.Errorf("postgres.LoadPlan %s: %w", id, err)
	}
	p.Authority = models.MustMoney(authority, currency)
	rows, err := db.Query(ctx, `SELECT due_date, amount, judge_at FROM planned_instalments WHERE plan_id = $1 ORDER BY n`, id)
	if err != nil {
		return nil, fmt.Errorf("postgres.LoadPlan %s: %w", id, err)
	}
	var part models.PlannedInstalment
	var amount decimal.Decimal
	_, err = pgx.ForEachRow(rows, []any{&part.DueDate, &amount, &part.JudgeAt}, func() error {
		part.Amount, part.JudgeAt = models.MustMoney(amount, currency), part.JudgeAt.UTC()
		p.Instalments = append(p.Instalments, part)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("postgres.LoadPlan %s: %w", id, err)
	}
	return &p, nil
}

// EndPlan gives an active plan its final state, with what was settled of it.
func EndPlan(ctx context.Context, tx pgx.Tx, p *Plan, settled models.Money, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE instalment_plans SET state = $2, settled = $3, ended_at = $4 WHERE id = $1`, p.ID, p.State, settled, at)
	if err != nil {
		return fmt.Errorf("postgres.EndPlan %s: %w", p.ID, err)
	}
	return nil
}

// ForgetSettledBefore lowers what had settled an invoice when its active plan was made, by money of before that was taken back since: it is
// open beside the plan.
func ForgetSettledBefore(ctx context.Context, tx pgx.Tx, plan string, settledAt time.Time, amount decimal.Decimal) error {
	_, err := tx.Exec(ctx, `
		UPDATE instalment_plans SET settled_before = settled_before - $3 WHERE id = $1 AND made_at > $2`, plan, settledAt, amount)
	if err != nil {
		return fmt.Errorf("postgres.ForgetSettledBefore %s: %w", plan, err)
	}
	return nil
}

// SettleBeside raises what had settled an invoice when its active plan was made, by what settles now what is open beside the plan.
func SettleBeside(ctx context.Context, tx pgx.Tx, plan string, amount models.Money) error {
	_, err := tx.Exec(ctx, `UPDATE instalment_plans SET settled_before = settled_before + $2 WHERE id = $1`, plan, amount)
	if err != nil {
		return fmt.Errorf("postgres.SettleBeside %s: %w", plan, err)
	}
	return nil
}

// PlanKnown says whether a plan, or the request for its approval, is recorded.
func PlanKnown(ctx context.Context, db DB, id string) (bool, error) {
	var known bool
	err := db.QueryRow(ctx, `SELECT EXISTS (SELECT FROM instalment_plans WHERE id = $1) OR EXISTS (SELECT FROM approvals WHERE id = $1)`, id).Scan(&known)
	if err != nil {
		return false, TranslateError(fmt.Errorf("postgres.PlanKnown %s: %w", id, err))
	}
	return known, nil
}

// PlanWaits says whether a plan for an invoice waits for a second person.
func PlanWaits(ctx context.Context, db DB, invoice string) (bool, error) {
	var waits bool
	err := db.QueryRow(ctx, `SELECT EXISTS (SELECT FROM approvals WHERE subject = $1 AND kind = 'plan' AND decided_at IS NULL)`, invoice).Scan(&waits)
	if err != nil {
		return false, fmt.Errorf("postgres.PlanWaits %s: %w", invoice, err)
	}
	return waits, nil
}
