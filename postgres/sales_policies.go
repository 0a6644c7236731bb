package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/models"
)

// PutSalesPolicy adds a version of the sales policy of a scope and returns it. It must be valid (models.SalesPolicy.Validate).
// "customer-not-found" at /customer_id.
func PutSalesPolicy(ctx context.Context, pool *pgxpool.Pool, p models.SalesPolicy, actor string) (models.SalesPolicy, error) {
	err := InTx(ctx, pool, func(tx pgx.Tx) error {
		if err := checkReferences(ctx, tx, p.CustomerID, nil); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('sales-policy/' || $1, 0))`, p.Scope()); err != nil {
			return fmt.Errorf("postgres.PutSalesPolicy: %w", err)
		}
		err := tx.QueryRow(ctx, `
			INSERT INTO sales_policies (version, customer_id, segment, max_line_discount, max_order_discount, set_by)
			SELECT coalesce(max(version), 0) + 1, nullif($2, ''), nullif($3, ''), $4, $5, $6 FROM sales_policies WHERE scope = $1
			RETURNING version`, p.Scope(), p.CustomerID, p.Segment, p.MaxLineDiscount, p.MaxOrderDiscount, actor).Scan(&p.Version)
		if err != nil {
			return fmt.Errorf("postgres.PutSalesPolicy %s: %w", p.Scope(), err)
		}
		return Audit(ctx, tx, AuditEntry{Actor: actor, Action: "change", ObjectKind: "sales_policy", ObjectID: p.Scope(), Detail: p})
	})
	return p, err
}

const salesPolicyColumns = `coalesce(customer_id, ''), coalesce(segment, ''), version, max_line_discount, max_order_discount`

// LoadDiscountLimits reads how much discount may be given to a customer without a further right.
func LoadDiscountLimits(ctx context.Context, db DB, c models.Customer) (models.DiscountLimits, error) {
	scopes := []string{models.SalesPolicy{}.Scope(), models.SalesPolicy{CustomerID: c.ID}.Scope()}
	if c.Segment != "" {
		scopes = append(scopes, models.SalesPolicy{Segment: c.Segment}.Scope())
	}
	rows, err := db.Query(ctx, `
		SELECT `+salesPolicyColumns+` FROM (SELECT DISTINCT ON (scope) * FROM sales_policies WHERE scope = ANY($1) ORDER BY scope, version DESC) newest
		 ORDER BY customer_id IS NOT NULL, segment IS NOT NULL`, scopes)
	if err != nil {
		return models.DiscountLimits{}, TranslateError(fmt.Errorf("postgres.LoadDiscountLimits: %w", err))
	}
	policies, err := pgx.CollectRows(rows, pgx.RowToStructByPos[models.SalesPolicy])
	return models.LimitsOf(policies), TranslateError(err)
}

// ListSalesPolicies reads a page of sales policies by scope, each in its newest version.
func ListSalesPolicies(ctx context.Context, db DB, page Page) ([]models.SalesPolicy, *string, error) {
	_, key, err := page.after()
	if err != nil {
		return nil, nil, err
	}
	rows, err := db.Query(ctx, `
		SELECT `+salesPolicyColumns+` FROM sales_policies p
		 WHERE ($1::text IS NULL OR scope > $1) AND version = (SELECT max(version) FROM sales_policies WHERE scope = p.scope)
		 ORDER BY scope LIMIT $2`, pgx.QueryExecModeCacheDescribe, key, page.Limit+1)
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListSalesPolicies: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[models.SalesPolicy])
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListSalesPolicies: %w", err))
	}
	found, next := cut(page, found, func(p models.SalesPolicy) position { return position{Key: p.Scope()} })
	return found, next, nil
}
