package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// PutFraudPolicy adds a version of the fraud policy and returns it with its number. It must be valid (models.FraudPolicy.Validate).
func PutFraudPolicy(ctx context.Context, pool *pgxpool.Pool, p models.FraudPolicy, actor string) (models.FraudPolicy, error) {
	err := InTx(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('fraud-policy', 0))`); err != nil {
			return fmt.Errorf("postgres.PutFraudPolicy: %w", err)
		}
		err := tx.QueryRow(ctx, `
			INSERT INTO fraud_policies (version, threshold, set_by) SELECT max(version) + 1, $1, $2 FROM fraud_policies
			RETURNING version`, p.Threshold, actor).Scan(&p.Version)
		if err != nil {
			return fmt.Errorf("postgres.PutFraudPolicy: %w", err)
		}
		batch := &pgx.Batch{}
		for _, rule := range p.Rules {
			batch.Queue(`INSERT INTO fraud_rules (version, signal, points, orders, hours) VALUES ($1, $2, $3, nullif($4, 0), nullif($5, 0))`,
				p.Version, rule.Signal, rule.Points, rule.Orders, rule.Hours)
			for currency, above := range rule.Above {
				batch.Queue(`INSERT INTO fraud_first_orders (version, currency, above) VALUES ($1, $2, $3)`, p.Version, currency, above)
			}
		}
		for _, mark := range p.Blocked {
			batch.Queue(`INSERT INTO fraud_blocked (version, kind, value, note) VALUES ($1, $2, $3, $4)`, p.Version, mark.Kind, mark.Value, mark.Note)
		}
		if err = tx.SendBatch(ctx, batch).Close(); err != nil {
			return fmt.Errorf("postgres.PutFraudPolicy: %w", err)
		}
		return Audit(ctx, tx, AuditEntry{Actor: actor, Action: "change", ObjectKind: "fraud_policy", ObjectID: "fraud", Detail: p})
	})
	return p, err
}

// LoadFraudPolicy reads a version of the fraud policy, or with 0 the newest; "fraud-policy-not-found".
func LoadFraudPolicy(ctx context.Context, db DB, version int) (models.FraudPolicy, error) {
	var p models.FraudPolicy
	var above map[models.Currency]decimal.Decimal
	err := db.QueryRow(ctx, `
		SELECT p.version, p.threshold,
		       coalesce((SELECT jsonb_agg(jsonb_build_object('signal', signal, 'points', points, 'orders', coalesce(orders, 0), 'hours', coalesce(hours, 0)) ORDER BY signal)
		          FROM fraud_rules WHERE version = p.version), '[]'),
		       coalesce((SELECT jsonb_object_agg(currency, above::text) FROM fraud_first_orders WHERE version = p.version), '{}'),
		       coalesce((SELECT jsonb_agg(jsonb_build_object('kind', kind, 'value', value, 'note', note) ORDER BY kind, value)
		          FROM fraud_blocked WHERE version = p.version), '[]')
		  FROM fraud_policies p WHERE $1 IN (0, p.version) ORDER BY p.version DESC LIMIT 1`, version).
		Scan(&p.Version, &p.Threshold, &p.Rules, &above, &p.Blocked)
	if errors.Is(err, pgx.ErrNoRows) {
		return p, models.NotFound("fraud-policy", fmt.Sprint(version))
	}
	if err != nil {
		return p, TranslateError(fmt.Errorf("postgres.LoadFraudPolicy: %w", err))
	}
	for i := range p.Rules {
		if p.Rules[i].Signal == models.FirstOrder {
			p.Rules[i].Above = approvalsOf(above)
		}
	}
	return p, nil
}

// LoadFraudInputs reads what an order that is entered is scored from; the credit account of its customer must be locked, so that no other
// one of it is entered meanwhile. Orders of the last so many hours are counted, cancelled ones among them.
func LoadFraudInputs(ctx context.Context, tx pgx.Tx, o models.Order, hours int, at time.Time) (models.FraudInputs, error) {
	in := models.FraudInputs{Total: o.Total, ShipTo: o.ShipTo, BillTo: o.BillTo}
	for _, line := range o.Lines {
		if line.ShipTo != nil {
			in.LineTo = append(in.LineTo, *line.ShipTo)
		}
	}
	var email, taxID string
	err := tx.QueryRow(ctx, `
		SELECT c.email, c.tax_id, c.country,
		       (SELECT count(*) FROM orders WHERE customer_id = c.id AND entered_at > $3::timestamptz - make_interval(hours => $4) AND entered_at <= $3),
		       NOT EXISTS (SELECT FROM orders WHERE customer_id = c.id AND id <> $2 AND (outcome IS NULL OR outcome NOT IN ('cancelled', 'rejected')))
		  FROM customers c WHERE c.id = $1`, o.CustomerID, o.ID, at, hours).Scan(&email, &taxID, &in.Country, &in.Orders, &in.First)
	if err != nil {
		return in, fmt.Errorf("postgres.LoadFraudInputs %s: %w", o.ID, err)
	}
	in.Marks = in.MarksOf(o.CustomerID, email, taxID)
	return in, nil
}

// InsertFraudCheck keeps how an order was scored, with its factors.
func InsertFraudCheck(ctx context.Context, tx pgx.Tx, orderID string, c models.FraudCheck, at time.Time) error {
	batch := &pgx.Batch{}
	batch.Queue(`INSERT INTO fraud_checks (order_id, version, score, threshold, inputs, checked_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		orderID, c.Version, c.Score, c.Threshold, c.Inputs, at)
	for _, factor := range c.Factors {
		batch.Queue(`INSERT INTO fraud_factors (order_id, signal, points, detail) VALUES ($1, $2, $3, $4)`, orderID, factor.Signal, factor.Points, factor.Detail)
	}
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("postgres.InsertFraudCheck %s: %w", orderID, err)
	}
	return nil
}

// ReadFraudCheck reads how an order was scored; nil: there was nothing to score it by.
func ReadFraudCheck(ctx context.Context, db DB, orderID string) (*models.FraudCheck, error) {
	var c models.FraudCheck
	err := db.QueryRow(ctx, `
		SELECT version, score, threshold, inputs,
		       coalesce((SELECT jsonb_agg(jsonb_build_object('signal', signal, 'points', points, 'detail', detail) ORDER BY points DESC, signal)
		          FROM fraud_factors WHERE order_id = c.order_id), '[]')
		  FROM fraud_checks c WHERE order_id = $1`, orderID).Scan(&c.Version, &c.Score, &c.Threshold, &c.Inputs, &c.Factors)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.ReadFraudCheck %s: %w", orderID, err))
	}
	return &c, nil
}
