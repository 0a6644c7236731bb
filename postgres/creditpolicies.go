package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// PutCreditPolicy adds a version of a credit policy, has exactly the risk classes that it names select it, and returns it as it is
// then. The policy must be valid (models.CreditPolicy.Validate).
func PutCreditPolicy(ctx context.Context, pool *pgxpool.Pool, p models.CreditPolicy, actor string) (models.CreditPolicy, error) {
	err := InTx(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('credit-policies', 0))`); err != nil {
			return fmt.Errorf("postgres.PutCreditPolicy: %w", err)
		}
		err := tx.QueryRow(ctx, `
			INSERT INTO credit_policies (name, version, check_at_delivery, hold_remind_days, hold_escalate_days, hold_cancel_days, prepayment_remind_days,
			                             prepayment_cancel_days, set_by)
			SELECT $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6, $7, $8 FROM credit_policies WHERE name = $1
			RETURNING version`, p.Name, p.CheckAtDelivery, p.Hold.Remind, p.Hold.Escalate, p.Hold.Cancel, p.Prepayment.Remind,
			p.Prepayment.Cancel, actor).Scan(&p.Version)
		if err != nil {
			return fmt.Errorf("postgres.PutCreditPolicy: %w", err)
		}
		batch := &pgx.Batch{}
		for _, rule := range p.Rules {
			batch.Queue(`INSERT INTO credit_policy_rules (policy, version, rule, threshold) VALUES ($1, $2, $3, $4)`, p.Name, p.Version, rule.Rule, rule.Threshold)
		}
		for currency, above := range p.ApprovalAbove {
			batch.Queue(`INSERT INTO credit_policy_approvals (policy, version, currency, above) VALUES ($1, $2, $3, $4)`, p.Name, p.Version, currency, above)
		}
		classes := p.RiskClasses
		if classes == nil {
			classes = []string{}
		}
		batch.Queue(`UPDATE credit_policy_classes SET policy = 'standard' WHERE policy = $1 AND risk_class <> ALL($2)`, p.Name, classes)
		batch.Queue(`
			INSERT INTO credit_policy_classes (risk_class, policy) SELECT class, $1 FROM unnest($2::text[]) AS class
			ON CONFLICT (risk_class) DO UPDATE SET policy = excluded.policy`, p.Name, classes)
		if err = tx.SendBatch(ctx, batch).Close(); err != nil {
			return fmt.Errorf("postgres.PutCreditPolicy: %w", err)
		}
		return Audit(ctx, tx, AuditEntry{Actor: actor, Action: "change", ObjectKind: "credit_policy", ObjectID: p.Name, Detail: p})
	})
	return p, err
}

// ListCreditPolicies reads a page of credit policies by name, each in its newest version.
func ListCreditPolicies(ctx context.Context, db DB, page Page) ([]models.CreditPolicy, *string, error) {
	_, key, err := page.after()
	if err != nil {
		return nil, nil, err
	}
	rows, err := db.Query(ctx, `
		SELECT p.name, p.version, p.check_at_delivery, p.hold_remind_days, p.hold_escalate_days, p.hold_cancel_days, p.prepayment_remind_days, p.prepayment_cancel_days,
		       coalesce((SELECT jsonb_agg(jsonb_build_object('rule', rule, 'threshold', threshold::text) ORDER BY rule)
		          FROM credit_policy_rules WHERE policy = p.name AND version = p.version), '[]'),
		       coalesce((SELECT jsonb_object_agg(currency, above::text) FROM credit_policy_approvals WHERE policy = p.name AND version = p.version), '{}'),
		       ARRAY(SELECT risk_class FROM credit_policy_classes WHERE policy = p.name ORDER BY 1)
		  FROM (SELECT DISTINCT ON (name) name, version, check_at_delivery, hold_remind_days, hold_escalate_days, hold_cancel_days, prepayment_remind_days, prepayment_cancel_days FROM credit_policies
		         WHERE $1::text IS NULL OR name > $1 ORDER BY name, version DESC LIMIT $2) p
		 ORDER BY p.name`, key, page.Limit+1)
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListCreditPolicies: %w", err))
	}
	var found []models.CreditPolicy
	var p models.CreditPolicy
	var approvals map[models.Currency]decimal.Decimal
	_, err = pgx.ForEachRow(rows, []any{&p.Name, &p.Version, &p.CheckAtDelivery, &p.Hold.Remind, &p.Hold.Escalate, &p.Hold.Cancel, &p.Prepayment.Remind, &p.Prepayment.Cancel, &p.Rules, &approvals, &p.RiskClasses}, func() error {
		read := p
		read.ApprovalAbove = approvalsOf(approvals)
		found = append(found, read)
		p, approvals = models.CreditPolicy{}, nil
		return nil
	})
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListCreditPolicies: %w", err))
	}
	found, next := cut(page, found, func(p models.CreditPolicy) position { return position{Key: p.Name} })
	return found, next, nil
}

func approvalsOf(amounts map[models.Currency]decimal.Decimal) map[models.Currency]models.Money {
	above := make(map[models.Currency]models.Money, len(amounts))
	for currency, amount := range amounts {
		above[currency] = models.MustMoney(amount, currency)
	}
	return above
}
