package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// PolicyView is the newest version of a dunning policy.
type PolicyView struct {
	Name                 string
	Version              int
	Calendar             string
	Hour                 int
	GraceDays            int
	MinDaysBetween       int
	MinAmount            decimal.Decimal
	PromiseToleranceDays int
	Levels               []PolicyLevel `db:"-"`
}

// PolicyLevel is one level of a policy.
type PolicyLevel struct {
	Policy       string
	Level        int
	DaysAfterDue int
	Channel      string
	Action       string
}

// ListDunningPolicies reads a page of policies by name, each in its newest version.
func ListDunningPolicies(ctx context.Context, db DB, page Page) ([]PolicyView, *string, error) {
	_, key, err := page.after()
	if err != nil {
		return nil, nil, err
	}
	rows, err := db.Query(ctx, `
		SELECT DISTINCT ON (name) name, version, calendar, hour, grace_days, min_days_between, min_amount, promise_tolerance_days
		  FROM dunning_policies
		 WHERE $1::text IS NULL OR name > $1
		 ORDER BY name, version DESC
		 LIMIT $2`, key, page.Limit+1)
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListDunningPolicies: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[PolicyView])
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListDunningPolicies: %w", err))
	}
	found, next := cut(page, found, func(p PolicyView) position { return position{Key: p.Name} })
	for i := range found {
		rows, err = db.Query(ctx, `
			SELECT policy, level, days_after_due, channel, action
			  FROM dunning_levels WHERE policy = $1 AND version = $2 ORDER BY level`, found[i].Name, found[i].Version)
		if err != nil {
			return nil, nil, TranslateError(fmt.Errorf("postgres.ListDunningPolicies levels: %w", err))
		}
		if found[i].Levels, err = pgx.CollectRows(rows, pgx.RowToStructByName[PolicyLevel]); err != nil {
			return nil, nil, TranslateError(fmt.Errorf("postgres.ListDunningPolicies levels: %w", err))
		}
	}
	return found, next, nil
}
