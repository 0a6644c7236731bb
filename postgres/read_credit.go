package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// ReadOnHold is what is open of a customer's orders that wait for a review, for credit or for a prepayment, in its currency; "customer-not-found".
func ReadOnHold(ctx context.Context, db DB, customerID string) (models.Money, error) {
	var currency models.Currency
	var total decimal.Decimal
	err := db.QueryRow(ctx, `
		SELECT c.currency, coalesce(sum((`+openValue+`)), 0)
		  FROM customers c
		  LEFT JOIN orders o ON o.customer_id = c.id AND o.stage IN ('review', 'credit_hold', 'awaiting_prepayment')
		 WHERE c.id = $1 GROUP BY c.currency`, customerID).Scan(&currency, &total)
	if errors.Is(err, pgx.ErrNoRows) {
		return models.Money{}, models.NotFound("customer", customerID)
	}
	if err != nil {
		return models.Money{}, TranslateError(fmt.Errorf("postgres.ReadOnHold: %w", err))
	}
	return models.MustMoney(total, currency), nil
}

// LimitView is a credit limit as it was set. Amount is not valid where Unlimited is set.
type LimitView struct {
	ID         string
	CustomerID *string // nil: the company's default
	Amount     decimal.NullDecimal
	Unlimited  bool
	Currency   models.Currency
	ValidFrom  models.Date
	ValidUntil models.Date
	Reason     string
	SetBy      string
	SetAt      time.Time
}

// ReadLimit reads a credit limit by its id; "credit-limit-not-found".
func ReadLimit(ctx context.Context, db DB, id string) (LimitView, error) {
	rows, err := db.Query(ctx, `
		SELECT id, customer_id, amount, unlimited, currency, valid_from, valid_until, reason, set_by, set_at
		  FROM credit_limits WHERE id = $1`, id)
	if err != nil {
		return LimitView{}, TranslateError(fmt.Errorf("postgres.ReadLimit: %w", err))
	}
	limit, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[LimitView])
	if errors.Is(err, pgx.ErrNoRows) {
		return LimitView{}, models.NotFound("credit-limit", id)
	}
	return limit, TranslateError(err)
}

// ListLimits reads a page of the limits that were ever set for a customer, or, with none, of the company's defaults: the newest
// first.
func ListLimits(ctx context.Context, db DB, customerID *string, page Page) ([]LimitView, *string, error) {
	_, key, err := page.after()
	if err != nil {
		return nil, nil, err
	}
	rows, err := db.Query(ctx, `
		SELECT id, customer_id, amount, unlimited, currency, valid_from, valid_until, reason, set_by, set_at
		  FROM credit_limits
		 WHERE (customer_id = $1 OR $1::text IS NULL AND customer_id IS NULL)
		   AND ($2::text IS NULL OR sequence < (SELECT sequence FROM credit_limits WHERE id = $2))
		 ORDER BY sequence DESC LIMIT $3`, pgx.QueryExecModeCacheDescribe, customerID, key, page.Limit+1)
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListLimits: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[LimitView])
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListLimits: %w", err))
	}
	found, next := cut(page, found, func(l LimitView) position { return position{Key: l.ID} })
	return found, next, nil
}

// DecisionView is a credit decision as it is shown.
type DecisionView struct {
	ID         string
	Version    int
	Decision   models.CreditOutcome
	Reason     string
	Inputs     models.CreditInputs
	UpTo       decimal.NullDecimal
	ValidUntil models.Date
	DecidedBy  string
	DecidedAt  time.Time
	ApprovedBy *string
}

// ReadDecisions lists the credit decisions on an order, oldest first, with the second person of those that needed one.
func ReadDecisions(ctx context.Context, db DB, orderID string) ([]DecisionView, error) {
	rows, err := db.Query(ctx, `
		SELECT d.id, d.version, d.decision, d.reason, d.inputs, d.up_to, d.valid_until, d.decided_by, d.decided_at,
		       (SELECT decided_by FROM approvals WHERE id = d.id) AS approved_by
		  FROM credit_decisions d
		 WHERE d.order_id = $1 ORDER BY d.sequence`, orderID)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.ReadDecisions: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[DecisionView])
	return found, TranslateError(err)
}

// CollateralView is collateral as it was set; Valid says whether it secures anything on the day that was asked for.
type CollateralView struct {
	ID           string
	Name         string
	Kind         string
	Amount       decimal.Decimal
	CoverPercent decimal.Decimal
	Cover        decimal.Decimal
	Currency     models.Currency
	ValidFrom    models.Date
	ValidUntil   models.Date
	Valid        bool
	Reason       string
	SetBy        string
	SetAt        time.Time
}

// ReadCollateral lists what secures a customer's debts, by name, as it was set last.
func ReadCollateral(ctx context.Context, db DB, customerID string, day models.Date) ([]CollateralView, error) {
	rows, err := db.Query(ctx, `
		SELECT DISTINCT ON (name) id, name, kind, amount, cover_percent, round(amount * cover_percent / 100, minor_units(currency)) AS cover,
		       currency, valid_from, valid_until, reason, set_by, set_at,
		       amount > 0 AND coalesce(valid_from <= $2, true) AND coalesce(valid_until >= $2, true) AS valid
		  FROM collaterals WHERE customer_id = $1 ORDER BY name, sequence DESC`, customerID, day)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.ReadCollateral: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[CollateralView])
	return found, TranslateError(err)
}
