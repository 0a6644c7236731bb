package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/models"
)

// InitialLimit is the credit limit with which a customer is created; ID is that of its row.
type InitialLimit struct {
	ID     string
	Amount models.Money
}

// Within is what a caller has done in the transaction of a write, such as marking its claim as carried out.
type Within func(ctx context.Context, tx pgx.Tx) error

// CreateCustomer adds a customer, its credit account and, when given, its first credit limit. The customer must be valid
// (models.Customer.Validate). "id-taken" when the id is used, "dunning-policy-not-found" at /dunning_policy, "calendar-not-found"
// at /calendar, "payer-not-found" and "payer-currency" at /payer_id; those of ChangeStanding when it has a parent.
func CreateCustomer(ctx context.Context, pool *pgxpool.Pool, c models.Customer, limit *InitialLimit, actor string, at time.Time, with Within) error {
	return InTx(ctx, pool, func(tx pgx.Tx) error {
		if err := requireDunningPolicy(ctx, tx, c.DunningPolicy); err != nil {
			return err
		}
		if err := requireCalendar(ctx, tx, c.Calendar); err != nil {
			return err
		}
		if err := requirePayer(ctx, tx, c); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `
			INSERT INTO customers (id, name, email, country, currency, kind, tax_id, tax_treatment, duplicate_po, address, ship_to, bill_to,
			                       language, time_zone, payment_terms, dunning_policy, created_at,
			                       tax_id_checked_on, payer_id, segment, endpoint, buyer_reference, calendar, invoicing,
			                       tolerance_absolute, tolerance_percent, overpayment_policy, recharge_return_cost, billing_period)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, nullif($19, ''), $20, $21, $22, $23, $24, $25, $26, $27, $28, $29)
			ON CONFLICT (id) DO NOTHING`,
			c.ID, c.Name, c.Email, c.Country, c.Currency, c.Kind, c.TaxID, c.TaxTreatment, c.DuplicatePO, c.Address, c.ShipTo, c.BillTo,
			c.Language, c.TimeZone, c.PaymentTerms, c.DunningPolicy, at,
			c.TaxIDCheckedOn, c.PayerID, c.Segment, c.Endpoint, c.BuyerReference, c.Calendar, c.Invoicing,
			c.ToleranceAbsolute, c.TolerancePercent, c.OverpaymentPolicy, c.RechargeReturnCost, c.BillingPeriod)
		if err != nil {
			return fmt.Errorf("postgres.CreateCustomer: %w", err)
		}
		if tag.RowsAffected() == 0 {
			return models.Conflict("id-taken", "there is a customer %q already", c.ID).At("/id")
		}
		if _, err = tx.Exec(ctx, `INSERT INTO credit_accounts (customer_id, currency) VALUES ($1, $2)`, c.ID, c.Currency); err != nil {
			return fmt.Errorf("postgres.CreateCustomer account: %w", err)
		}
		if c.ParentID != "" {
			if _, _, err = ChangeStanding(ctx, tx, models.CreditStandingChange{CustomerID: c.ID, ParentID: &c.ParentID}); err != nil {
				return err
			}
		}
		created := createdCustomer{Customer: c}
		if limit != nil {
			change := models.CreditLimitChange{
				CustomerID: c.ID, Limit: models.CreditLimit{Amount: limit.Amount}, Currency: c.Currency, Reason: "set with the customer",
			}
			if err = InsertCreditLimit(ctx, tx, limit.ID, change, actor, at); err != nil {
				return err
			}
			created.CreditLimit = &createdLimit{limit.ID, change}
		}
		if err = with(ctx, tx); err != nil {
			return err
		}
		return Audit(ctx, tx, AuditEntry{Actor: actor, Action: "create", ObjectKind: "customer", ObjectID: c.ID, Detail: created})
	})
}

// createdCustomer is what the audit log says of a new customer.
type createdCustomer struct {
	models.Customer

	CreditLimit *createdLimit `json:"credit_limit,omitempty"`
}

type createdLimit struct {
	ID string `json:"id"`
	models.CreditLimitChange
}

// ChangeCustomer applies a change to a customer under a lock and writes it. change may refuse with an error, which comes
// back as it is; "customer-not-found", "dunning-policy-not-found", "calendar-not-found".
func ChangeCustomer(ctx context.Context, pool *pgxpool.Pool, id, actor string, change func(*models.Customer) error) error {
	return InTx(ctx, pool, func(tx pgx.Tx) error {
		var locked string
		err := tx.QueryRow(ctx, `SELECT id FROM customers WHERE id = $1 FOR NO KEY UPDATE`, id).Scan(&locked)
		if errors.Is(err, pgx.ErrNoRows) {
			return models.NotFound("customer", id)
		}
		if err != nil {
			return fmt.Errorf("postgres.ChangeCustomer: %w", err)
		}
		c, err := LoadCustomer(ctx, tx, id)
		if err != nil {
			return err
		}
		before := c
		if err = change(&c); err != nil {
			return err
		}
		if err = requireDunningPolicy(ctx, tx, c.DunningPolicy); err != nil {
			return err
		}
		if err = requireCalendar(ctx, tx, c.Calendar); err != nil {
			return err
		}
		if err = requirePayer(ctx, tx, c); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			UPDATE customers
			   SET name = $2, email = $3, country = $4, kind = $5, tax_id = $6, tax_treatment = $7, duplicate_po = $8, address = $9,
			       ship_to = $10, bill_to = $11, language = $12, time_zone = $13, payment_terms = $14, dunning_policy = $15,
			       tax_id_checked_on = $16, payer_id = nullif($17, ''), segment = $18, endpoint = $19, buyer_reference = $20, calendar = $21, invoicing = $22,
			       tolerance_absolute = $23, tolerance_percent = $24, overpayment_policy = $25, recharge_return_cost = $26, billing_period = $27
			 WHERE id = $1`,
			c.ID, c.Name, c.Email, c.Country, c.Kind, c.TaxID, c.TaxTreatment, c.DuplicatePO, c.Address,
			c.ShipTo, c.BillTo, c.Language, c.TimeZone, c.PaymentTerms, c.DunningPolicy,
			c.TaxIDCheckedOn, c.PayerID, c.Segment, c.Endpoint, c.BuyerReference, c.Calendar, c.Invoicing,
			c.ToleranceAbsolute, c.TolerancePercent, c.OverpaymentPolicy, c.RechargeReturnCost, c.BillingPeriod)
		if err != nil {
			return fmt.Errorf("postgres.ChangeCustomer: %w", err)
		}
		detail := map[string]models.Customer{"before": before, "after": c}
		return Audit(ctx, tx, AuditEntry{Actor: actor, Action: "change", ObjectKind: "customer", ObjectID: id, Detail: detail})
	})
}

// requirePayer checks that the customer who pays is there and is billed in the same currency.
func requirePayer(ctx context.Context, db DB, c models.Customer) error {
	if c.PayerID == "" {
		return nil
	}
	var currency models.Currency
	err := db.QueryRow(ctx, `SELECT currency FROM customers WHERE id = $1`, c.PayerID).Scan(&currency)
	if errors.Is(err, pgx.ErrNoRows) {
		return models.Invalid("payer-not-found", "there is no customer %q", c.PayerID).At("/payer_id")
	}
	if err != nil {
		return fmt.Errorf("postgres.requirePayer: %w", err)
	}
	if currency != c.Currency {
		return models.Invalid("payer-currency", "%s pays in %s, the customer is billed in %s", c.PayerID, currency, c.Currency).At("/payer_id")
	}
	return nil
}

func requireDunningPolicy(ctx context.Context, db DB, name string) error {
	var known bool
	if err := db.QueryRow(ctx, `SELECT EXISTS (SELECT FROM dunning_policies WHERE name = $1)`, name).Scan(&known); err != nil {
		return fmt.Errorf("postgres.requireDunningPolicy: %w", err)
	}
	if !known {
		return models.Invalid("dunning-policy-not-found", "there is no dunning policy %q", name).At("/dunning_policy")
	}
	return nil
}
