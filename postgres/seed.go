package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/models"
)

// SeedCompany sets the seller up where there is none; false means that there is one.
func SeedCompany(ctx context.Context, pool *pgxpool.Pool, c models.Company) (added bool, err error) {
	err = InTx(ctx, pool, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `
			INSERT INTO company (legal_name, address, tax_id, registration_id, contact, time_zone, base_currency, calendar, bank_accounts)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
			ON CONFLICT (id) DO NOTHING`,
			c.LegalName, c.Address, c.TaxID, c.RegistrationID, c.Contact, c.TimeZone, c.BaseCurrency, c.Calendar, c.BankAccounts)
		if err != nil {
			return fmt.Errorf("postgres.SeedCompany: %w", err)
		}
		if added = tag.RowsAffected() == 1; !added {
			return nil
		}
		return Audit(ctx, tx, AuditEntry{Actor: "o2c", Action: "seed", ObjectKind: "company", ObjectID: "company", Detail: c})
	})
	return added, err
}
