package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"o2c/models"
)

// lockGroups has changes of the tree of customers wait for each other until the transaction ends.
func lockGroups(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('customer-groups', 0))`); err != nil {
		return fmt.Errorf("postgres.lockGroups: %w", err)
	}
	return nil
}

// LoadStanding reads where a customer stands; "customer-not-found".
func LoadStanding(ctx context.Context, db DB, customerID string) (models.CreditStanding, error) {
	standing := models.CreditStanding{CustomerID: customerID}
	err := db.QueryRow(ctx, `SELECT coalesce(parent_id, ''), risk_class, block FROM customers WHERE id = $1`, customerID).
		Scan(&standing.ParentID, &standing.RiskClass, &standing.Block)
	if errors.Is(err, pgx.ErrNoRows) {
		return standing, models.NotFound("customer", customerID)
	}
	if err != nil {
		return standing, TranslateError(fmt.Errorf("postgres.LoadStanding: %w", err))
	}
	return standing, nil
}

// ChangeStanding changes where a customer stands and returns where it stood and stands. A customer that changes its parent takes
// all that are below it along: the accounts at the top of the groups that it leaves and joins are locked by id, and then those of
// all that move, so that whoever decides on credit sees each in one group. Errors: "customer-not-found", "parent-not-found",
// "customers-group-circle", "customers-group-depth", "customers-group-currency".
func ChangeStanding(ctx context.Context, tx pgx.Tx, change models.CreditStandingChange) (before, after models.CreditStanding, err error) {
	if change.ParentID != nil {
		if err = lockGroups(ctx, tx); err != nil {
			return before, after, err
		}
		err = lockMove(ctx, tx, change.CustomerID, *change.ParentID)
	} else {
		_, err = LockCredit(ctx, tx, change.CustomerID)
	}
	if err != nil {
		return before, after, err
	}
	if before, err = LoadStanding(ctx, tx, change.CustomerID); err != nil {
		return before, after, err
	}
	after = change.Of(before)
	if after.ParentID != before.ParentID {
		if err = move(ctx, tx, after); err != nil {
			return before, after, err
		}
	}
	_, err = tx.Exec(ctx, `UPDATE customers SET risk_class = $2, block = $3 WHERE id = $1`, after.CustomerID, after.RiskClass, after.Block)
	if err != nil {
		return before, after, fmt.Errorf("postgres.ChangeStanding: %w", err)
	}
	return before, after, nil
}

// move puts a customer, with all that are below it, below another one, or below none.
func move(ctx context.Context, tx pgx.Tx, to models.CreditStanding) error {
	if _, err := tx.Exec(ctx, `UPDATE customers SET parent_id = nullif($2, '') WHERE id = $1`, to.CustomerID, to.ParentID); err != nil {
		return fmt.Errorf("postgres.move: %w", err)
	}
	return regroup(ctx, tx, to.CustomerID)
}

// lockMove locks the accounts at the top of the two groups, and then of all that move.
func lockMove(ctx context.Context, tx pgx.Tx, customerID, parentID string) error {
	var tops []string
	for _, id := range []string{customerID, parentID} {
		if id == "" {
			continue
		}
		var top string
		err := tx.QueryRow(ctx, `SELECT coalesce(group_id, customer_id) FROM credit_accounts WHERE customer_id = $1`, id).Scan(&top)
		if errors.Is(err, pgx.ErrNoRows) && id == customerID {
			return models.NotFound("customer", id)
		}
		if errors.Is(err, pgx.ErrNoRows) {
			return models.Invalid("parent-not-found", "there is no customer %q", id).At("/parent_id")
		}
		if err != nil {
			return fmt.Errorf("postgres.lockMove: %w", err)
		}
		tops = append(tops, top)
	}
	slices.Sort(tops)
	_, err := tx.Exec(ctx, `SELECT customer_id FROM credit_accounts WHERE customer_id = ANY($1) ORDER BY customer_id FOR UPDATE`, tops)
	if err != nil {
		return fmt.Errorf("postgres.lockMove: %w", err)
	}
	_, err = tx.Exec(ctx, `
		WITH RECURSIVE moving AS (SELECT $2::text AS id UNION ALL SELECT c.id FROM customers c JOIN moving ON c.parent_id = moving.id)
		SELECT customer_id FROM credit_accounts
		 WHERE customer_id <> ALL($1) AND customer_id = ANY(ARRAY(SELECT id FROM moving)) ORDER BY customer_id FOR UPDATE`, tops, customerID)
	if err != nil {
		return fmt.Errorf("postgres.lockMove: %w", err)
	}
	return nil
}

// regroup writes the topmost parent of a customer, and of all below it, to their accounts.
func regroup(ctx context.Context, tx pgx.Tx, customerID string) error {
	_, err := tx.Exec(ctx, `
		WITH RECURSIVE up AS (
		     SELECT id, parent_id FROM customers WHERE id = $1
		     UNION ALL SELECT c.id, c.parent_id FROM customers c JOIN up ON c.id = up.parent_id
		), top AS (SELECT id FROM up WHERE parent_id IS NULL),
		moving AS (SELECT $1::text AS id UNION ALL SELECT c.id FROM customers c JOIN moving ON c.parent_id = moving.id)
		UPDATE credit_accounts a SET group_id = nullif(top.id, a.customer_id) FROM top WHERE a.customer_id = ANY(ARRAY(SELECT id FROM moving))`, customerID)
	if err != nil {
		return fmt.Errorf("postgres.regroup: %w", err)
	}
	return nil
}
