package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/models"
)

// CreatePolicy adds a version of a dunning policy, or its first one, and returns it with its number. Invoices keep the version that they were issued
// under. with gets the policy as it was made. It must be valid (models.DunningPolicy.Validate); "calendar-not-found" at /calendar.
func CreatePolicy(ctx context.Context, pool *pgxpool.Pool, p models.DunningPolicy, actor string, with func(models.DunningPolicy) Within) (models.DunningPolicy, error) {
	err := InTx(ctx, pool, func(tx pgx.Tx) error {
		// One writer at a time per policy, so that versions are counted without a gap.
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('dunning-policy/' || $1, 0))`, p.Name); err != nil {
			return fmt.Errorf("postgres.CreatePolicy: %w", err)
		}
		if err := requireCalendar(ctx, tx, p.Calendar); err != nil {
			return err
		}
		err := tx.QueryRow(ctx, `
			INSERT INTO dunning_policies (name, version, calendar, hour, grace_days, min_days_between, min_amount, promise_tolerance_days, set_by)
			SELECT $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6, $7, $8 FROM dunning_policies WHERE name = $1
			RETURNING version`,
			p.Name, p.Calendar, p.Hour, p.GraceDays, p.MinDaysBetween, p.MinAmount, p.PromiseToleranceDays, actor).Scan(&p.Version)
		if err != nil {
			return fmt.Errorf("postgres.CreatePolicy: %w", err)
		}
		batch := &pgx.Batch{}
		for _, l := range p.Levels {
			batch.Queue(`
				INSERT INTO dunning_levels (policy, version, level, days_after_due, channel, action, fee, interest_percent, interest_regime, interest_base)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
				p.Name, p.Version, l.Level, l.DaysAfterDue, l.Channel, l.Action, l.Fee, l.Interest.Percent, l.Interest.Regime, l.Interest.Base)
		}
		if err = tx.SendBatch(ctx, batch).Close(); err != nil {
			return fmt.Errorf("postgres.CreatePolicy: %w", err)
		}
		if err = with(p)(ctx, tx); err != nil {
			return err
		}
		return Audit(ctx, tx, AuditEntry{Actor: actor, Action: "create", ObjectKind: "dunning_policy", ObjectID: p.Name, Detail: p})
	})
	return p, err
}

// ReadPolicy reads a dunning policy as a client sees it; version 0 is the newest. "dunning-policy-not-found".
func ReadPolicy(ctx context.Context, db DB, name string, version int) (models.DunningPolicy, error) {
	p, err := policyOf(ctx, db, name, version)
	return p, TranslateError(err)
}

// ListDunningPolicies reads a page of policies by name, each in its newest version.
func ListDunningPolicies(ctx context.Context, db DB, page Page) ([]models.DunningPolicy, *string, error) {
	_, key, err := page.after()
	if err != nil {
		return nil, nil, err
	}
	rows, err := db.Query(ctx, `
		SELECT p.name, p.version, p.calendar, p.hour, p.grace_days, p.min_days_between, p.min_amount, p.promise_tolerance_days,
		       l.level, l.days_after_due, l.channel, l.action, l.fee, l.interest_percent, l.interest_regime, l.interest_base
		  FROM (SELECT DISTINCT ON (name) * FROM dunning_policies WHERE $1::text IS NULL OR name > $1 ORDER BY name, version DESC LIMIT $2) p
		  JOIN dunning_levels l ON l.policy = p.name AND l.version = p.version
		 ORDER BY p.name, l.level`, key, page.Limit+1)
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListDunningPolicies: %w", err))
	}
	var found []models.DunningPolicy
	var p models.DunningPolicy
	var level models.DunningLevel
	_, err = pgx.ForEachRow(rows, []any{
		&p.Name, &p.Version, &p.Calendar, &p.Hour, &p.GraceDays, &p.MinDaysBetween, &p.MinAmount, &p.PromiseToleranceDays,
		&level.Level, &level.DaysAfterDue, &level.Channel, &level.Action, &level.Fee, &level.Interest.Percent, &level.Interest.Regime, &level.Interest.Base,
	}, func() error {
		if n := len(found); n == 0 || found[n-1].Name != p.Name {
			found = append(found, p)
		}
		last := &found[len(found)-1]
		last.Levels = append(last.Levels, level)
		return nil
	})
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListDunningPolicies: %w", err))
	}
	found, next := cut(page, found, func(p models.DunningPolicy) position { return position{Key: p.Name} })
	return found, next, nil
}
