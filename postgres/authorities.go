package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// PutAuthority adds a version of how much a role may decide alone, and returns it.
func PutAuthority(ctx context.Context, pool *pgxpool.Pool, a models.Authority, actor string) (models.Authority, error) {
	object := a.Kind + "/" + a.Role + "/" + string(a.Amount.Currency())
	err := InTx(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('authority/' || $1, 0))`, object); err != nil {
			return fmt.Errorf("postgres.PutAuthority: %w", err)
		}
		err := tx.QueryRow(ctx, `
			INSERT INTO authorities (kind, role, currency, version, amount, set_by)
			SELECT $1, $2, $3, coalesce(max(version), 0) + 1, $4, $5 FROM authorities WHERE (kind, role, currency) = ($1, $2, $3)
			RETURNING version`, a.Kind, a.Role, a.Amount.Currency(), a.Amount, actor).Scan(&a.Version)
		if err != nil {
			return fmt.Errorf("postgres.PutAuthority %s: %w", object, err)
		}
		return Audit(ctx, tx, AuditEntry{Actor: actor, Action: "change", ObjectKind: "authority", ObjectID: object, Detail: a})
	})
	return a, err
}

// AuthorityOf is the most that somebody with these roles may decide alone of a kind of decision: nothing, where none of them may.
func AuthorityOf(ctx context.Context, db DB, kind string, roles []string, currency models.Currency) (models.Money, error) {
	var amount decimal.Decimal
	err := db.QueryRow(ctx, `
		SELECT coalesce(max(amount), 0)
		  FROM (SELECT DISTINCT ON (role) amount FROM authorities WHERE kind = $1 AND role = ANY($2) AND currency = $3 ORDER BY role, version DESC) newest`,
		kind, roles, currency).Scan(&amount)
	if err != nil {
		return models.Money{}, fmt.Errorf("postgres.AuthorityOf: %w", err)
	}
	return models.MustMoney(amount, currency), nil
}

// ListAuthorities reads how much each role may decide alone, the newest versions, by kind, role and currency.
func ListAuthorities(ctx context.Context, db DB) ([]models.Authority, error) {
	rows, err := db.Query(ctx, `
		SELECT DISTINCT ON (kind, role, currency) kind, role, currency, version, amount FROM authorities ORDER BY kind, role, currency, version DESC`)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.ListAuthorities: %w", err))
	}
	var found []models.Authority
	var a models.Authority
	var currency models.Currency
	var amount decimal.Decimal
	_, err = pgx.ForEachRow(rows, []any{&a.Kind, &a.Role, &currency, &a.Version, &amount}, func() error {
		a.Amount = models.MustMoney(amount, currency)
		found = append(found, a)
		return nil
	})
	return found, TranslateError(err)
}
