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

// LockCredit locks a customer's credit account, the first lock of every step that moves its credit or money, and returns its
// exposure. Of a customer in a group the account of the group's topmost customer is locked before it, so that orders of all
// members are decided one after the other. A customer that has just changed its group is "database-busy": a retry sees it there.
func LockCredit(ctx context.Context, tx pgx.Tx, customerID string) (models.Exposure, error) {
	// LockRows stands above Sort: the rows are locked in this order.
	rows, err := tx.Query(ctx, accountColumns+`
		 WHERE customer_id IN ($1, (SELECT group_id FROM credit_accounts WHERE customer_id = $1))
		 ORDER BY customer_id = $1, customer_id FOR UPDATE`, customerID)
	if err != nil {
		return models.Exposure{}, fmt.Errorf("postgres.LockCredit of %s: %w", customerID, err)
	}
	accounts, err := pgx.CollectRows(rows, pgx.RowToStructByName[account])
	if err != nil {
		return models.Exposure{}, fmt.Errorf("postgres.LockCredit of %s: %w", customerID, err)
	}
	if len(accounts) == 0 || accounts[len(accounts)-1].CustomerID != customerID {
		return models.Exposure{}, models.NotFound("customer", customerID)
	}
	own := accounts[len(accounts)-1]
	if own.GroupID != customerID && accounts[0].CustomerID != own.GroupID {
		return models.Exposure{}, models.Unavailable("database-busy", "customer %s has just changed its group", customerID)
	}
	return own.exposure(), nil
}

// ReadExposure is the exposure of a customer, without a lock.
func ReadExposure(ctx context.Context, db DB, customerID string) (models.Exposure, error) {
	rows, err := db.Query(ctx, accountColumns+`WHERE customer_id = $1`, customerID)
	if err != nil {
		return models.Exposure{}, fmt.Errorf("postgres.ReadExposure of %s: %w", customerID, err)
	}
	found, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[account])
	if errors.Is(err, pgx.ErrNoRows) {
		return models.Exposure{}, models.NotFound("customer", customerID)
	}
	if err != nil {
		return models.Exposure{}, fmt.Errorf("postgres.ReadExposure of %s: %w", customerID, err)
	}
	return found.exposure(), nil
}

const accountColumns = `
	SELECT customer_id, coalesce(group_id, customer_id) AS group_id, currency, open_orders, delivered_not_invoiced, open_invoices,
	       unapplied_cash, customer_credit, deposits
	  FROM credit_accounts `

// account is a row of credit_accounts; a customer that is in no group is its own.
type account struct {
	CustomerID           string
	GroupID              string
	Currency             models.Currency
	OpenOrders           decimal.Decimal
	DeliveredNotInvoiced decimal.Decimal
	OpenInvoices         decimal.Decimal
	UnappliedCash        decimal.Decimal
	CustomerCredit       decimal.Decimal
	Deposits             decimal.Decimal
}

func (a account) exposure() models.Exposure {
	money := func(d decimal.Decimal) models.Money { return models.MustMoney(d, a.Currency) }
	return models.Exposure{
		OpenOrders: money(a.OpenOrders), DeliveredNotInvoiced: money(a.DeliveredNotInvoiced), OpenInvoices: money(a.OpenInvoices),
		UnappliedCash: money(a.UnappliedCash), CustomerCredit: money(a.CustomerCredit), Deposits: money(a.Deposits),
	}
}

// SaveExposure writes a customer's exposure; the account must be locked. "account-total-exceeded".
func SaveExposure(ctx context.Context, tx pgx.Tx, customerID string, e models.Exposure) error {
	if err := e.Check(); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		UPDATE credit_accounts
		   SET open_orders = $2, delivered_not_invoiced = $3, open_invoices = $4, unapplied_cash = $5, customer_credit = $6, deposits = $7
		 WHERE customer_id = $1`,
		customerID, e.OpenOrders, e.DeliveredNotInvoiced, e.OpenInvoices, e.UnappliedCash, e.CustomerCredit, e.Deposits)
	if err != nil {
		return fmt.Errorf("postgres.SaveExposure: %w", err)
	}
	return nil
}

// InsertCreditLimit adds to the history of limits of a customer, or of the company; id is the fact's. A second insert changes
// nothing.
func InsertCreditLimit(ctx context.Context, tx pgx.Tx, id string, c models.CreditLimitChange, actor string, at time.Time) error {
	amount := decimal.NullDecimal{Decimal: c.Limit.Amount.Decimal(), Valid: !c.Limit.Unlimited}
	_, err := tx.Exec(ctx, `
		INSERT INTO credit_limits (id, customer_id, amount, unlimited, currency, valid_from, valid_until, reason, set_by, set_at)
		VALUES ($1, nullif($2, ''), $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (id) DO NOTHING`,
		id, c.CustomerID, amount, c.Limit.Unlimited, c.Currency, c.ValidFrom, c.ValidUntil, c.Reason, actor, at)
	if err != nil {
		return fmt.Errorf("postgres.InsertCreditLimit: %w", err)
	}
	return nil
}

// InsertCollateral adds to the history of a customer's collateral; id is the fact's. A second insert changes nothing.
func InsertCollateral(ctx context.Context, tx pgx.Tx, id string, c models.CollateralChange, actor string, at time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO collaterals (id, customer_id, name, kind, amount, cover_percent, currency, valid_from, valid_until, reason, set_by, set_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (id) DO NOTHING`,
		id, c.CustomerID, c.Name, c.Kind, c.Amount, c.CoverPercent, c.Amount.Currency(), c.ValidFrom, c.ValidUntil, c.Reason, actor, at)
	if err != nil {
		return fmt.Errorf("postgres.InsertCollateral: %w", err)
	}
	return nil
}

// RecordedDecision is a credit decision as it is kept. ID is the natural key of the check or the command.
type RecordedDecision struct {
	ID         string
	OrderID    string
	Version    int
	Decision   models.CreditOutcome
	Reason     string
	Inputs     models.CreditInputs
	UpTo       *models.Money
	ValidUntil models.Date
	By         string
	At         time.Time
}

// InsertDecision records a credit decision; false means that it was recorded before.
func InsertDecision(ctx context.Context, tx pgx.Tx, d RecordedDecision) (bool, error) {
	tag, err := tx.Exec(ctx, `
		INSERT INTO credit_decisions (id, order_id, version, decision, reason, inputs, up_to, valid_until, decided_by, decided_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (id) DO NOTHING`,
		d.ID, d.OrderID, d.Version, d.Decision, d.Reason, d.Inputs, d.UpTo, d.ValidUntil, d.By, d.At)
	if err != nil {
		return false, fmt.Errorf("postgres.InsertDecision: %w", err)
	}
	return tag.RowsAffected() == 1, nil
}

// Ruled says whether a person's decision was carried out, or waits for a second person, under this id.
func Ruled(ctx context.Context, db DB, id string) (bool, error) {
	var ruled bool
	err := db.QueryRow(ctx, `SELECT EXISTS (SELECT FROM credit_decisions WHERE id = $1) OR EXISTS (SELECT FROM approvals WHERE id = $1)`, id).Scan(&ruled)
	if err != nil {
		return false, fmt.Errorf("postgres.Ruled: %w", err)
	}
	return ruled, nil
}

// CreditRelease is what a release covers. UpTo nil: the order's value when it was released.
type CreditRelease struct {
	Version    int
	UpTo       *decimal.Decimal
	ValidUntil models.Date
}

// LoadRelease reads the release by which an order goes on.
func LoadRelease(ctx context.Context, db DB, id string) (CreditRelease, error) {
	var r CreditRelease
	err := db.QueryRow(ctx, `SELECT version, up_to, valid_until FROM credit_decisions WHERE id = $1`, id).Scan(&r.Version, &r.UpTo, &r.ValidUntil)
	if err != nil {
		return r, fmt.Errorf("postgres.LoadRelease %s: %w", id, err)
	}
	return r, nil
}

// HeldOrder is an order that waits for credit.
type HeldOrder struct {
	ID         string
	CustomerID string
	Currency   models.Currency
	Stage      models.Stage
	PaysFirst  bool            // by its own terms
	Deposits   decimal.Decimal // what has come for it
	Open       decimal.Decimal // gross, of what is neither shipped nor cancelled
}

// openValue is what of order o is neither shipped nor cancelled, gross, with its charges while nothing of it is shipped
// (models.Commitment), less what its milestones have billed beyond what is shipped (models.MilestonesBilled).
const openValue = `
	SELECT CASE WHEN o.invoicing = 'milestones' THEN open - least(open, greatest(milestones_billed(o.id) - delivered, 0)) ELSE open END
	  FROM (SELECT sum(share(gross_amount, quantity - cancelled, quantity, o.currency) - share(gross_amount, shipped, quantity, o.currency))
	               + CASE WHEN bool_or(shipped > 0) THEN 0 ELSE o.charge_gross END AS open,
	               sum(share(gross_amount, shipped, quantity, o.currency)) + CASE WHEN bool_or(shipped > 0) THEN o.charge_gross ELSE 0 END AS delivered
	          FROM order_lines WHERE order_id = o.id) value `

// groupMembers are the customers of the group that customer $1 is in: at least itself.
const groupMembers = `
	root AS (SELECT coalesce(group_id, customer_id) AS id FROM credit_accounts WHERE customer_id = $1),
	members AS (SELECT id FROM root UNION ALL SELECT customer_id FROM credit_accounts JOIN root ON group_id = root.id) `

// HeldOrders are the orders of a customer and of all others in its group that wait for credit, oldest first.
func HeldOrders(ctx context.Context, db DB, customerID string) ([]HeldOrder, error) {
	rows, err := db.Query(ctx, `
		WITH `+groupMembers+`
		SELECT o.id, o.customer_id, o.currency, o.stage, coalesce((o.payment_terms ->> 'prepayment')::boolean, false) AS pays_first, o.deposits,
		       (`+openValue+`) AS open
		  FROM orders o JOIN members m ON m.id = o.customer_id
		 WHERE o.stage IN ('credit_hold', 'awaiting_prepayment')
		 ORDER BY o.entered_at, o.id`, customerID)
	if err != nil {
		return nil, fmt.Errorf("postgres.HeldOrders: %w", err)
	}
	held, err := pgx.CollectRows(rows, pgx.RowToStructByName[HeldOrder])
	if err != nil {
		return nil, fmt.Errorf("postgres.HeldOrders: %w", err)
	}
	return held, nil
}

// CustomersOnHold are the customers billed in a currency with orders that wait for credit, by id.
func CustomersOnHold(ctx context.Context, db DB, currency models.Currency) ([]string, error) {
	rows, err := db.Query(ctx, `
		SELECT DISTINCT customer_id FROM orders
		 WHERE stage IN ('credit_hold', 'awaiting_prepayment') AND currency = $1 ORDER BY 1`, currency)
	if err != nil {
		return nil, fmt.Errorf("postgres.CustomersOnHold: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// NextCreditDate is the first day after a day on which a limit or collateral of a customer, its group or the company begins, or
// has ended; zero when there is none.
func NextCreditDate(ctx context.Context, db DB, customerID string, today models.Date) (models.Date, error) {
	var next models.Date
	err := db.QueryRow(ctx, `
		WITH `+groupMembers+`, dates AS (
		     SELECT valid_from, valid_until FROM credit_limits JOIN members ON members.id = customer_id
		     UNION ALL SELECT valid_from, valid_until FROM credit_limits
		      WHERE customer_id IS NULL AND currency = (SELECT currency FROM credit_accounts WHERE customer_id = $1)
		     UNION ALL SELECT valid_from, valid_until FROM collaterals JOIN members ON members.id = customer_id
		)
		SELECT min(day) FROM dates CROSS JOIN LATERAL (VALUES (valid_from), (valid_until + 1)) AS v (day) WHERE day > $2`, customerID, today).Scan(&next)
	if err != nil {
		return next, fmt.Errorf("postgres.NextCreditDate: %w", err)
	}
	return next, nil
}

// RecheckKey is the id of the decision by which a cause that freed credit moved an order.
func RecheckKey(cause, orderID string) string { return "recheck/" + cause + "/" + orderID }

// OrdersRecheckedBy are the orders that a cause moved, in the order in which it did.
func OrdersRecheckedBy(ctx context.Context, db DB, cause string) ([]string, error) {
	rows, err := db.Query(ctx, `
		SELECT d.order_id FROM credit_decisions d JOIN orders o ON o.id = d.order_id
		 WHERE d.id >= $1 AND d.id < $2 ORDER BY o.entered_at, o.id`, RecheckKey(cause, ""), RecheckKey(cause, "\x7f"))
	if err != nil {
		return nil, fmt.Errorf("postgres.OrdersRecheckedBy: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
