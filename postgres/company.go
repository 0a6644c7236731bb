package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/models"
)

// PutCompany replaces the seller. The company must be valid (models.Company.Validate); "calendar-not-found" at /calendar.
func PutCompany(ctx context.Context, pool *pgxpool.Pool, c models.Company, actor string) error {
	return InTx(ctx, pool, func(tx pgx.Tx) error {
		if err := requireCalendar(ctx, tx, c.Calendar); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			INSERT INTO company (id, legal_name, address, tax_id, registration_id, endpoint, contact, time_zone, base_currency,
			                     tax_currency, calendar, bank_accounts)
			VALUES (true, $1, $2, $3, $4, $5, $6, $7, $8, nullif($9, ''), $10, $11)
			ON CONFLICT (id) DO UPDATE
			   SET legal_name = excluded.legal_name, address = excluded.address, tax_id = excluded.tax_id,
			       registration_id = excluded.registration_id, endpoint = excluded.endpoint, contact = excluded.contact,
			       time_zone = excluded.time_zone, base_currency = excluded.base_currency, tax_currency = excluded.tax_currency,
			       calendar = excluded.calendar, bank_accounts = excluded.bank_accounts`,
			c.LegalName, c.Address, c.TaxID, c.RegistrationID, c.Endpoint, c.Contact, c.TimeZone, c.BaseCurrency,
			c.TaxCurrency, c.Calendar, c.BankAccounts)
		if err != nil {
			return fmt.Errorf("postgres.PutCompany: %w", err)
		}
		return Audit(ctx, tx, AuditEntry{Actor: actor, Action: "replace", ObjectKind: "company", ObjectID: "company", Detail: c})
	})
}
