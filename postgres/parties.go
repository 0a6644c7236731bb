package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"o2c/models"
)

// LoadCustomer reads a customer; "customer-not-found".
func LoadCustomer(ctx context.Context, db DB, id string) (models.Customer, error) {
	rows, err := db.Query(ctx, `
		SELECT id, name, email, country, currency, kind, tax_id, tax_treatment, duplicate_po, address, ship_to, bill_to,
		       language, time_zone, payment_terms, dunning_policy,
		       tax_id_checked_on, coalesce(payer_id, ''), segment, endpoint, buyer_reference, calendar, invoicing, billing_period,
		       tolerance_absolute, tolerance_percent, overpayment_policy, recharge_return_cost
		  FROM customers WHERE id = $1`, id)
	if err != nil {
		return models.Customer{}, fmt.Errorf("postgres.LoadCustomer: %w", err)
	}
	customer, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[models.Customer])
	if errors.Is(err, pgx.ErrNoRows) {
		return models.Customer{}, models.NotFound("customer", id)
	}
	if err != nil {
		return models.Customer{}, fmt.Errorf("postgres.LoadCustomer: %w", err)
	}
	return customer, nil
}

// LoadCompany reads the seller. Without one, nothing can be sold: "company-missing".
func LoadCompany(ctx context.Context, db DB) (models.Company, error) {
	rows, err := db.Query(ctx, `
		SELECT legal_name, address, tax_id, registration_id, endpoint, contact, time_zone, base_currency,
		       coalesce(tax_currency, ''), calendar, bank_accounts
		  FROM company`)
	if err != nil {
		return models.Company{}, fmt.Errorf("postgres.LoadCompany: %w", err)
	}
	company, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[models.Company])
	if errors.Is(err, pgx.ErrNoRows) {
		return models.Company{}, models.Conflict("company-missing", "the seller's data are not set: PUT /v1/company")
	}
	if err != nil {
		return models.Company{}, fmt.Errorf("postgres.LoadCompany: %w", err)
	}
	return company, nil
}
