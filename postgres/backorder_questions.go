package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/models"
)

// questionOf is the question about order o as JSON, or null. Who locks an order holds its customer's credit account before, under which
// the question is written: it is as new as the order.
const questionOf = ` (SELECT jsonb_build_object('state', q.state, 'asked_at', q.asked_at, 'remind_at', q.remind_at, 'ends_at', q.ends_at, 'otherwise', coalesce(q.otherwise, ''),
	'choice', coalesce(q.choice, ''), 'chosen_by', coalesce(q.chosen_by, ''), 'chosen_at', q.chosen_at, 'answer_id', coalesce(q.answer_id, '')) FROM backorder_questions q WHERE q.order_id = o.id) `

// SaveQuestion writes the question about an order.
func SaveQuestion(ctx context.Context, tx pgx.Tx, orderID string, q models.BackorderQuestion) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO backorder_questions (order_id, state, asked_at, remind_at, ends_at, otherwise, choice, answer_id, chosen_by, chosen_at)
		VALUES ($1, $2, $3, $4, $5, nullif($6, ''), nullif($7, ''), nullif($8, ''), nullif($9, ''), $10)
		ON CONFLICT (order_id) DO UPDATE
		   SET state = excluded.state, remind_at = excluded.remind_at, choice = excluded.choice, answer_id = excluded.answer_id,
		       chosen_by = excluded.chosen_by, chosen_at = excluded.chosen_at`,
		orderID, q.State, q.AskedAt, q.RemindAt, q.EndsAt, q.Otherwise, q.Choice, q.AnswerID, q.ChosenBy, q.ChosenAt)
	if err != nil {
		return fmt.Errorf("postgres.SaveQuestion %s: %w", orderID, err)
	}
	return nil
}

const backorderPolicyColumns = `coalesce(customer_id, ''), version, answer_days, remind_days, otherwise`

// LoadBackorderPolicy reads the policy that holds for a customer: its own, else that for all.
func LoadBackorderPolicy(ctx context.Context, db DB, customerID string) (models.BackorderPolicy, error) {
	rows, err := db.Query(ctx, `
		SELECT `+backorderPolicyColumns+` FROM backorder_policies WHERE scope = ANY($1) ORDER BY customer_id IS NULL, version DESC LIMIT 1`,
		[]string{models.BackorderPolicy{}.Scope(), models.BackorderPolicy{CustomerID: customerID}.Scope()})
	if err != nil {
		return models.BackorderPolicy{}, fmt.Errorf("postgres.LoadBackorderPolicy: %w", err)
	}
	return pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[models.BackorderPolicy])
}

// PutBackorderPolicy adds a version of the backorder policy of a scope and returns it. It must be valid (models.BackorderPolicy.Validate).
// "customer-not-found" at /customer_id.
func PutBackorderPolicy(ctx context.Context, pool *pgxpool.Pool, p models.BackorderPolicy, actor string) (models.BackorderPolicy, error) {
	err := InTx(ctx, pool, func(tx pgx.Tx) error {
		if err := checkReferences(ctx, tx, p.CustomerID, nil); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('backorder-policy/' || $1, 0))`, p.Scope()); err != nil {
			return fmt.Errorf("postgres.PutBackorderPolicy: %w", err)
		}
		err := tx.QueryRow(ctx, `
			INSERT INTO backorder_policies (version, customer_id, answer_days, remind_days, otherwise, set_by)
			SELECT coalesce(max(version), 0) + 1, nullif($2, ''), $3, $4, $5, $6 FROM backorder_policies WHERE scope = $1
			RETURNING version`, p.Scope(), p.CustomerID, p.AnswerDays, p.RemindDays, p.Otherwise, actor).Scan(&p.Version)
		if err != nil {
			return fmt.Errorf("postgres.PutBackorderPolicy %s: %w", p.Scope(), err)
		}
		return Audit(ctx, tx, AuditEntry{Actor: actor, Action: "change", ObjectKind: "backorder_policy", ObjectID: p.Scope(), Detail: p})
	})
	return p, err
}

// ListBackorderPolicies reads a page of backorder policies by scope, each in its newest version.
func ListBackorderPolicies(ctx context.Context, db DB, page Page) ([]models.BackorderPolicy, *string, error) {
	_, key, err := page.after()
	if err != nil {
		return nil, nil, err
	}
	rows, err := db.Query(ctx, `
		SELECT `+backorderPolicyColumns+` FROM backorder_policies p
		 WHERE ($1::text IS NULL OR scope > $1) AND version = (SELECT max(version) FROM backorder_policies WHERE scope = p.scope)
		 ORDER BY scope LIMIT $2`, pgx.QueryExecModeCacheDescribe, key, page.Limit+1)
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListBackorderPolicies: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[models.BackorderPolicy])
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListBackorderPolicies: %w", err))
	}
	found, next := cut(page, found, func(p models.BackorderPolicy) position { return position{Key: p.Scope()} })
	return found, next, nil
}
