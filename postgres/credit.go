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

// LockCredit locks a customer's credit account, the first lock of every step that moves its credit or money, and returns
// its exposure.
func LockCredit(ctx context.Context, tx pgx.Tx, customerID string) (models.Exposure, error) {
	return exposure(ctx, tx, customerID, "FOR UPDATE")
}

// ReadExposure is the exposure of a customer, without a lock.
func ReadExposure(ctx context.Context, db DB, customerID string) (models.Exposure, error) {
	return exposure(ctx, db, customerID, "")
}

func exposure(ctx context.Context, db DB, customerID, lock string) (models.Exposure, error) {
	var currency models.Currency
	var open, delivered, invoices, cash, credit, deposits decimal.Decimal
	err := db.QueryRow(ctx, `
		SELECT currency, open_orders, delivered_not_invoiced, open_invoices, unapplied_cash, customer_credit, deposits
		  FROM credit_accounts WHERE customer_id = $1 `+lock, customerID).
		Scan(&currency, &open, &delivered, &invoices, &cash, &credit, &deposits)
	if errors.Is(err, pgx.ErrNoRows) {
		return models.Exposure{}, models.NotFound("customer", customerID)
	}
	if err != nil {
		return models.Exposure{}, fmt.Errorf("postgres.exposure of %s: %w", customerID, err)
	}
	money := func(d decimal.Decimal) models.Money { return models.MustMoney(d, currency) }
	return models.Exposure{
		OpenOrders: money(open), DeliveredNotInvoiced: money(delivered), OpenInvoices: money(invoices),
		UnappliedCash: money(cash), CustomerCredit: money(credit), Deposits: money(deposits),
	}, nil
}

// SaveExposure writes a customer's exposure; the account must be locked.
func SaveExposure(ctx context.Context, tx pgx.Tx, customerID string, e models.Exposure) error {
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

// LimitOn is the credit limit that is valid for a customer on a day: the one that was set last. Nil: none.
func LimitOn(ctx context.Context, db DB, customerID string, day models.Date) (*models.CreditLimit, error) {
	var amount decimal.NullDecimal
	var unlimited bool
	var currency models.Currency
	err := db.QueryRow(ctx, `
		SELECT amount, unlimited, currency FROM credit_limits
		 WHERE customer_id = $1 AND (valid_from IS NULL OR valid_from <= $2) AND (valid_until IS NULL OR valid_until >= $2)
		 ORDER BY sequence DESC LIMIT 1`, customerID, day).Scan(&amount, &unlimited, &currency)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("postgres.LimitOn: %w", err)
	}
	return &models.CreditLimit{Amount: models.MustMoney(amount.Decimal, currency), Unlimited: unlimited}, nil
}

// InsertCreditLimit adds to a customer's history of limits; id is the fact's. A second insert changes nothing.
func InsertCreditLimit(ctx context.Context, tx pgx.Tx, id string, c models.CreditLimitChange, actor string, at time.Time) error {
	amount := decimal.NullDecimal{Decimal: c.Limit.Amount.Decimal(), Valid: !c.Limit.Unlimited}
	_, err := tx.Exec(ctx, `
		INSERT INTO credit_limits (id, customer_id, amount, unlimited, currency, valid_from, valid_until, reason, set_by, set_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (id) DO NOTHING`,
		id, c.CustomerID, amount, c.Limit.Unlimited, c.Currency, c.ValidFrom, c.ValidUntil, c.Reason, actor, at)
	if err != nil {
		return fmt.Errorf("postgres.InsertCreditLimit: %w", err)
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

// HeldOrder is an order that waits for credit.
type HeldOrder struct {
	ID    string
	Stage models.Stage
	Total models.Money
}

// HeldOrders are the orders of a customer that wait for credit, oldest first.
func HeldOrders(ctx context.Context, db DB, customerID string) ([]HeldOrder, error) {
	rows, err := db.Query(ctx, `
		SELECT id, stage, total, currency FROM orders
		 WHERE customer_id = $1 AND stage IN ('credit_hold', 'awaiting_prepayment')
		 ORDER BY entered_at, id`, customerID)
	if err != nil {
		return nil, fmt.Errorf("postgres.HeldOrders: %w", err)
	}
	var held []HeldOrder
	var order HeldOrder
	var total decimal.Decimal
	var currency models.Currency
	_, err = pgx.ForEachRow(rows, []any{&order.ID, &order.Stage, &total, &currency}, func() error {
		order.Total = models.MustMoney(total, currency)
		held = append(held, order)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("postgres.HeldOrders: %w", err)
	}
	return held, nil
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
