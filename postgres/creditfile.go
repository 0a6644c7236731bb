package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// CreditFile is what credit decisions on a customer are made from on a day, but for its own exposure and the order.
type CreditFile struct {
	CustomerID string
	Day        models.Date
	Cover      models.Money        // valid guarantees and insured cover of the customer itself
	Limits     []models.LimitCheck // each with the exposure of the holder's other customers, less what secures them
	Block      models.CreditBlock
	RiskClass  string
	Policy     models.CreditPolicy
	Behaviour  models.PayBehaviour // read only where the policy has rules
}

// Inputs are what an order is decided from: own is the customer's exposure before it.
func (f CreditFile) Inputs(point models.CheckPoint, own models.Exposure, orderTotal models.Money) models.CreditInputs {
	in := models.CreditInputs{
		CheckPoint: point, Date: f.Day, Exposure: own, Cover: f.Cover, Secured: own.Secured(f.Cover), OrderTotal: orderTotal,
		Block: f.Block, RiskClass: f.RiskClass, Policy: f.Policy.Name, PolicyVersion: f.Policy.Version,
		Limits: make([]models.LimitCheck, len(f.Limits)), Rules: f.Behaviour.Check(f.Policy.Rules),
	}
	for i, limit := range f.Limits {
		limit.Exposure = limit.Exposure.Add(own.Net(f.Cover))
		in.Limits[i] = limit
	}
	return in
}

// LoadCreditFile reads a customer's credit file; "customer-not-found". For a decision the customer's account must be locked, and
// with it its group's: what other members owe can't change then.
func LoadCreditFile(ctx context.Context, db DB, customerID string, day models.Date) (CreditFile, error) {
	f := CreditFile{CustomerID: customerID, Day: day}
	if err := f.readStanding(ctx, db); err != nil {
		return f, err
	}
	if err := f.readLimits(ctx, db); err != nil {
		return f, err
	}
	if len(f.Policy.Rules) == 0 {
		return f, nil
	}
	return f, f.readBehaviour(ctx, db)
}

func (f *CreditFile) readStanding(ctx context.Context, db DB) error {
	var currency models.Currency
	var approvals map[models.Currency]decimal.Decimal
	err := db.QueryRow(ctx, `
		SELECT c.currency, CASE WHEN c.block <> 'no_order' AND EXISTS (
		           SELECT FROM dunning_notices WHERE customer_id = c.id AND action = 'account_hold' AND state NOT IN ('skipped', 'resolved'))
		         THEN 'account_hold' ELSE c.block END, c.risk_class, p.name, p.version, p.check_at_delivery, p.hold_remind_days, p.hold_escalate_days, p.hold_cancel_days,
		       p.prepayment_remind_days, p.prepayment_cancel_days,
		       coalesce((SELECT jsonb_agg(jsonb_build_object('rule', rule, 'threshold', threshold::text) ORDER BY rule)
		          FROM credit_policy_rules WHERE policy = p.name AND version = p.version), '[]'),
		       coalesce((SELECT jsonb_object_agg(currency, above::text) FROM credit_policy_approvals WHERE policy = p.name AND version = p.version), '{}')
		  FROM customers c
		  LEFT JOIN credit_policy_classes k ON k.risk_class = c.risk_class
		 CROSS JOIN LATERAL (
		       SELECT name, version, check_at_delivery, hold_remind_days, hold_escalate_days, hold_cancel_days, prepayment_remind_days, prepayment_cancel_days FROM credit_policies
		        WHERE name = coalesce(k.policy, 'standard') ORDER BY version DESC LIMIT 1) p
		 WHERE c.id = $1`, f.CustomerID).
		Scan(&currency, &f.Block, &f.RiskClass, &f.Policy.Name, &f.Policy.Version, &f.Policy.CheckAtDelivery, &f.Policy.Hold.Remind, &f.Policy.Hold.Escalate, &f.Policy.Hold.Cancel, &f.Policy.Prepayment.Remind, &f.Policy.Prepayment.Cancel,
			&f.Policy.Rules, &approvals)
	if errors.Is(err, pgx.ErrNoRows) {
		return models.NotFound("customer", f.CustomerID)
	}
	if err != nil {
		return fmt.Errorf("postgres.LoadCreditFile of %s: %w", f.CustomerID, err)
	}
	f.Cover = models.Zero(currency)
	f.Policy.ApprovalAbove = approvalsOf(approvals)
	return nil
}

// validCover sums the collateral of customers that is valid on day $2: of each name the newest row.
const validCover = `
	SELECT customer_id, sum(round(amount * cover_percent / 100, minor_units(currency))) AS cover
	  FROM (SELECT DISTINCT ON (customer_id, name) * FROM collaterals WHERE customer_id = ANY(ARRAY(SELECT id FROM members))
	         ORDER BY customer_id, name, sequence DESC) newest
	 WHERE coalesce(valid_from <= $2, true) AND coalesce(valid_until >= $2, true)
	 GROUP BY customer_id `

// readLimits reads the limits that bound the customer: its own and those of the customers above it, or else the company's.
func (f *CreditFile) readLimits(ctx context.Context, db DB) error {
	rows, err := db.Query(ctx, `
		WITH RECURSIVE chain AS (
		     SELECT id, parent_id, currency, 0 AS distance FROM customers WHERE id = $1
		     UNION ALL SELECT p.id, p.parent_id, p.currency, chain.distance + 1 FROM customers p JOIN chain ON p.id = chain.parent_id
		), below AS (
		     SELECT id AS holder, id AS member FROM chain
		     UNION ALL SELECT below.holder, c.id FROM customers c JOIN below ON c.parent_id = below.member
		), members AS (SELECT DISTINCT member AS id FROM below),
		covers AS (`+validCover+`),
		net AS (
		     SELECT t.holder, sum(t.total - least(coalesce(v.cover, 0), greatest(t.total, 0))) AS amount
		       FROM (SELECT holder, member, (SELECT open_orders + delivered_not_invoiced + open_invoices - unapplied_cash - customer_credit - deposits
		                                       FROM credit_accounts WHERE customer_id = member) AS total
		               FROM below WHERE member <> $1) t
		       LEFT JOIN covers v ON v.customer_id = t.member
		      GROUP BY t.holder
		)
		SELECT chain.id, l.source, l.id, l.amount, l.unlimited, l.valid_from, l.valid_until, coalesce(net.amount, 0),
		       coalesce((SELECT cover FROM covers WHERE customer_id = $1), 0)
		  FROM chain
		  LEFT JOIN net ON net.holder = chain.id
		  LEFT JOIN LATERAL (
		       (SELECT CASE chain.distance WHEN 0 THEN 'customer' ELSE 'group' END AS source, id, amount, unlimited, valid_from, valid_until
		          FROM credit_limits
		         WHERE customer_id = chain.id AND coalesce(valid_from <= $2, true) AND coalesce(valid_until >= $2, true)
		         ORDER BY sequence DESC LIMIT 1)
		       UNION ALL
		       (SELECT 'company', id, amount, unlimited, valid_from, valid_until
		          FROM credit_limits
		         WHERE chain.distance = 0 AND customer_id IS NULL AND currency = chain.currency
		           AND coalesce(valid_from <= $2, true) AND coalesce(valid_until >= $2, true)
		         ORDER BY sequence DESC LIMIT 1)
		       ) l ON true
		 ORDER BY chain.distance, l.source DESC`, f.CustomerID, f.Day)
	if err != nil {
		return fmt.Errorf("postgres.LoadCreditFile limits of %s: %w", f.CustomerID, err)
	}
	var holder string
	var source *models.LimitSource
	var id *string
	var amount decimal.NullDecimal
	var unlimited *bool
	var from, until models.Date
	var others, cover decimal.Decimal
	var company []models.LimitCheck
	currency := f.Cover.Currency()
	_, err = pgx.ForEachRow(rows, []any{&holder, &source, &id, &amount, &unlimited, &from, &until, &others, &cover}, func() error {
		f.Cover = models.MustMoney(cover, currency)
		if source == nil {
			return nil
		}
		limit := models.LimitCheck{Source: *source, ID: *id, Holder: holder, ValidFrom: from, ValidUntil: until, Exposure: models.MustMoney(others, currency)}
		if !*unlimited {
			limit.Amount = new(models.MustMoney(amount.Decimal, currency))
		}
		if limit.Source == models.CompanyLimit {
			company = append(company, limit)
		} else {
			f.Limits = append(f.Limits, limit)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("postgres.LoadCreditFile limits of %s: %w", f.CustomerID, err)
	}
	if len(f.Limits) == 0 {
		f.Limits = company
	}
	return nil
}

// readBehaviour reads how the customer stands with all that it owes, fees and interest among it: they are due when they are charged. What is disputed is not overdue. A promise
// that was kept in part counts as broken, as an instalment plan that broke does, and for a year.
func (f *CreditFile) readBehaviour(ctx context.Context, db DB) error {
	var overdue, receivables decimal.Decimal
	err := db.QueryRow(ctx, `
		SELECT coalesce(max($2::date - due_date) FILTER (WHERE due_date < $2 AND open_amount > disputed_amount), 0),
		       coalesce(sum(open_amount - disputed_amount) FILTER (WHERE due_date < $2), 0), coalesce(sum(open_amount), 0),
		       coalesce(max((SELECT max(level) FROM dunning_notices n WHERE n.invoice = i.number AND n.state NOT IN ('skipped', 'resolved'))), 0),
		       (SELECT count(*) FROM promises WHERE customer_id = $1 AND state IN ('broken', 'partly_kept') AND ended_at >= $2::date - 365)
		       + (SELECT count(*) FROM instalment_plans WHERE customer_id = $1 AND state = 'broken' AND ended_at >= $2::date - 365)
		  FROM open_items i
		 WHERE customer_id = $1 AND status IN ('open', 'partly_paid')`, f.CustomerID, f.Day).
		Scan(&f.Behaviour.OldestOverdueDays, &overdue, &receivables, &f.Behaviour.DunningLevel, &f.Behaviour.BrokenPromises)
	if err != nil {
		return fmt.Errorf("postgres.LoadCreditFile behaviour of %s: %w", f.CustomerID, err)
	}
	currency := f.Cover.Currency()
	f.Behaviour.Overdue, f.Behaviour.Receivables = models.MustMoney(overdue, currency), models.MustMoney(receivables, currency)
	return nil
}
