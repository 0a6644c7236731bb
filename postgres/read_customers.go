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

// CustomerView is a customer as it is shown: with its credit limit of today, on its own clock. LimitAmount is without
// meaning where Unlimited is set; neither: no limit is set.
type CustomerView struct {
	ID             string
	Name           string
	Email          string
	Country        string
	Currency       models.Currency
	Kind           string
	TaxID          string
	TaxTreatment   models.TaxTreatment
	Address        *models.Address
	ShipTo         *models.Address
	BillTo         *models.Address
	Language       string
	TimeZone       string
	PaymentTerms   models.PaymentTerms
	DunningPolicy  string
	DuplicatePO    string      `db:"duplicate_po"`
	CheckedOn      models.Date `db:"tax_id_checked_on"`
	PayerID        string
	Segment        string
	Endpoint       *models.Endpoint
	BuyerReference string
	Calendar       string
	Invoicing      models.InvoicingMode
	BillingPeriod  models.BillingPeriod

	ToleranceAbsolute  decimal.Decimal
	TolerancePercent   decimal.Decimal
	OverpaymentPolicy  string
	RechargeReturnCost bool

	ParentID    *string
	RiskClass   string
	Block       models.CreditBlock
	CreatedAt   time.Time
	LimitAmount decimal.NullDecimal
	Unlimited   bool
}

// ReadCustomer reads a customer; "customer-not-found".
func ReadCustomer(ctx context.Context, db DB, id string) (CustomerView, error) {
	found, err := readCustomers(ctx, db, &id, Page{Limit: 1})
	if err != nil {
		return CustomerView{}, err
	}
	if len(found) == 0 {
		return CustomerView{}, models.NotFound("customer", id)
	}
	return found[0], nil
}

// ListCustomers reads a page of customers, newest first.
func ListCustomers(ctx context.Context, db DB, page Page) ([]CustomerView, *string, error) {
	found, err := readCustomers(ctx, db, nil, page)
	if err != nil {
		return nil, nil, err
	}
	found, next := cut(page, found, func(c CustomerView) position { return latest(c.CreatedAt, c.ID) })
	return found, next, nil
}

func readCustomers(ctx context.Context, db DB, id *string, page Page) ([]CustomerView, error) {
	at, key, err := page.after()
	if err != nil {
		return nil, err
	}
	rows, err := db.Query(ctx, `
		SELECT c.id, c.name, c.email, c.country, c.currency, c.kind, c.tax_id, c.tax_treatment, c.address, c.ship_to, c.bill_to,
		       c.language, c.time_zone, c.payment_terms, c.dunning_policy, c.created_at,
		       c.duplicate_po, c.tax_id_checked_on, coalesce(c.payer_id, c.id) AS payer_id, c.segment, c.endpoint, c.buyer_reference, c.calendar, c.invoicing, c.billing_period,
		       c.parent_id, c.risk_class, c.block,
		       c.tolerance_absolute, c.tolerance_percent, c.overpayment_policy, c.recharge_return_cost,
		       l.amount AS limit_amount, coalesce(l.unlimited, false) AS unlimited
		  FROM customers c
		  LEFT JOIN customer_clocks k ON k.customer_id = c.id
		  LEFT JOIN company ON true
		  CROSS JOIN LATERAL (
		       SELECT ((now() + coalesce(k.skipped, '0')) AT TIME ZONE coalesce(company.time_zone, 'UTC'))::date AS date) today
		  LEFT JOIN LATERAL (
		       SELECT amount, unlimited FROM credit_limits
		        WHERE customer_id = c.id
		          AND coalesce(valid_from <= today.date, true) AND coalesce(valid_until >= today.date, true)
		        ORDER BY sequence DESC LIMIT 1) l ON true
		 WHERE ($1::text IS NULL OR c.id = $1)
		   AND ($2::timestamptz IS NULL OR (c.created_at, c.id) < ($2, $3))
		 ORDER BY c.created_at DESC, c.id DESC
		 LIMIT $4`, pgx.QueryExecModeCacheDescribe, id, at, key, page.Limit+1)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.readCustomers: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[CustomerView])
	return found, TranslateError(err)
}

// Clock is what is needed to tell the time and the day of a customer: the time that was skipped for it (zero outside the
// development stack) and the seller's time zone, in which business dates are.
type Clock struct {
	Skipped time.Duration
	Zone    *time.Location
}

// ReadClock reads a customer's clock; "customer-not-found". An empty id is the clock of nobody: nothing is skipped.
func ReadClock(ctx context.Context, db DB, customerID string) (Clock, error) {
	clock := Clock{Zone: time.UTC}
	var skipped *time.Duration
	var zone *string
	var known bool
	err := db.QueryRow(ctx, `
		SELECT (SELECT skipped FROM customer_clocks WHERE customer_id = $1), (SELECT time_zone FROM company),
		       $1 = '' OR EXISTS (SELECT FROM customers WHERE id = $1)`, customerID).Scan(&skipped, &zone, &known)
	if err != nil {
		return Clock{}, TranslateError(fmt.Errorf("postgres.ReadClock: %w", err))
	}
	if !known {
		return Clock{}, models.NotFound("customer", customerID)
	}
	if skipped != nil {
		clock.Skipped = *skipped
	}
	if zone != nil {
		if location, err := time.LoadLocation(*zone); err == nil {
			clock.Zone = location
		}
	}
	return clock, nil
}

// CustomerOfOrder is the customer of an order; "order-not-found".
func CustomerOfOrder(ctx context.Context, db DB, orderID string) (string, error) {
	var customerID string
	err := db.QueryRow(ctx, `SELECT customer_id FROM orders WHERE id = $1`, orderID).Scan(&customerID)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", models.NotFound("order", orderID)
	}
	return customerID, TranslateError(err)
}
