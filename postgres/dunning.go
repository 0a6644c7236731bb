package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"o2c/models"
)

// LoadPolicy reads a dunning policy with the business days of its calendar; version 0 is the newest. "dunning-policy-not-found".
func LoadPolicy(ctx context.Context, db DB, name string, version int) (models.DunningPolicy, error) {
	p, err := policyOf(ctx, db, name, version)
	if err == nil {
		p.BusinessDays, err = LoadCalendar(ctx, db, p.Calendar)
	}
	return p, err
}

// LoadPolicyFor is LoadPolicy with the business days by which a customer is dunned: those of its own calendar, if it has one.
func LoadPolicyFor(ctx context.Context, db DB, customer models.Customer, name string, version int) (models.DunningPolicy, error) {
	p, err := policyOf(ctx, db, name, version)
	if err == nil {
		p.BusinessDays, err = LoadCalendar(ctx, db, p.CalendarFor(customer.Calendar))
	}
	return p, err
}

func policyOf(ctx context.Context, db DB, name string, version int) (models.DunningPolicy, error) {
	rows, err := db.Query(ctx, `
		SELECT p.version, p.calendar, p.hour, p.grace_days, p.min_days_between, p.min_amount, p.promise_tolerance_days,
		       l.level, l.days_after_due, l.channel, l.action, l.fee, l.interest_percent, l.interest_regime, l.interest_base
		  FROM dunning_policies p JOIN dunning_levels l ON l.policy = p.name AND l.version = p.version
		 WHERE p.name = $1 AND p.version = CASE WHEN $2 > 0 THEN $2 ELSE (SELECT max(version) FROM dunning_policies WHERE name = $1) END
		 ORDER BY l.level`, name, version)
	if err != nil {
		return models.DunningPolicy{}, fmt.Errorf("postgres.LoadPolicy: %w", err)
	}
	p := models.DunningPolicy{Name: name}
	var level models.DunningLevel
	_, err = pgx.ForEachRow(rows, []any{
		&p.Version, &p.Calendar, &p.Hour, &p.GraceDays, &p.MinDaysBetween, &p.MinAmount, &p.PromiseToleranceDays,
		&level.Level, &level.DaysAfterDue, &level.Channel, &level.Action, &level.Fee, &level.Interest.Percent, &level.Interest.Regime, &level.Interest.Base,
	}, func() error {
		p.Levels = append(p.Levels, level)
		return nil
	})
	if err != nil {
		return models.DunningPolicy{}, fmt.Errorf("postgres.LoadPolicy: %w", err)
	}
	if len(p.Levels) == 0 {
		return models.DunningPolicy{}, models.NotFound("dunning-policy", name)
	}
	return p, nil
}

// Notice is a dunning notice, or the record of one that was skipped.
type Notice struct {
	ID         int64
	Invoice    string
	CustomerID string
	// Instalment is the one that it demands, from 1; 0: the invoice has none.
	Instalment int
	Level      int
	At         time.Time
	Amount     models.Money
	LeftOpen   models.Money // what of the instalment it does not demand
	Charges    models.NoticeCharges
	Channel    string
	Action     string
	State      string
	Reason     string
}

// InsertNotice records a notice and returns its id; 0 means that the level was sent before. Skipped ones are recorded each
// time.
func InsertNotice(ctx context.Context, tx pgx.Tx, n Notice) (int64, error) {
	rows, err := tx.Query(ctx, `
		INSERT INTO dunning_notices (invoice, customer_id, instalment, level, at, currency, amount, left_open, fee, interest, compensation, accrued, not_charged,
		                             channel, action, state, reason)
		VALUES ($1, nullif($2, ''), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
		ON CONFLICT (invoice, instalment, level, part) WHERE state <> 'skipped' DO NOTHING
		RETURNING id`, n.Invoice, n.CustomerID, n.Instalment, n.Level, n.At, n.Amount.Currency(), n.Amount, n.LeftOpen, n.Charges.Fee, n.Charges.Interest.Charge,
		n.Charges.Compensation, n.Charges.Interest.Accrued, n.Charges.NotCharged, n.Channel, n.Action, n.State, n.Reason)
	if err != nil {
		return 0, fmt.Errorf("postgres.InsertNotice: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return 0, fmt.Errorf("postgres.InsertNotice: %w", err)
	}
	if len(ids) == 0 {
		return 0, nil
	}
	return ids[0], nil
}
