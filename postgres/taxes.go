package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/models"
)

// TaxBookOn reads what is known about taxes on a day, in one round trip. Of each rule it is the version that has begun last,
// unless that has ended.
func TaxBookOn(ctx context.Context, db DB, day models.Date) (book models.TaxBook, err error) {
	batch := &pgx.Batch{}
	batch.Queue(`
		SELECT `+taxRuleColumns+`
		  FROM (SELECT DISTINCT ON (id) * FROM tax_rules WHERE valid_from <= $1 ORDER BY id, valid_from DESC) newest
		 WHERE valid_until IS NULL OR valid_until >= $1
		 ORDER BY priority, id`, day).Query(collect(&book.Rules, scanTaxRule))
	batch.Queue(`
		SELECT DISTINCT ON (country, tax_class) country, tax_class, valid_from, rate FROM tax_rates
		 WHERE valid_from <= $1 ORDER BY country, tax_class, valid_from DESC`, day).Query(collect(&book.Rates, pgx.RowToStructByPos[models.TaxRate]))
	batch.Queue(`
		SELECT country FROM tax_areas
		 WHERE area = 'eu' AND valid_from <= $1 AND (valid_until IS NULL OR valid_until >= $1)`, day).Query(collect(&book.EU, pgx.RowTo[string]))
	batch.Queue(`SELECT prefix, country, pattern FROM vat_id_patterns ORDER BY prefix`).Query(collect(&book.Patterns, pgx.RowToStructByPos[models.VATIDPattern]))
	if err = db.SendBatch(ctx, batch).Close(); err != nil {
		return models.TaxBook{}, TranslateError(fmt.Errorf("postgres.TaxBookOn %s: %w", day, err))
	}
	return book, nil
}

// collect keeps the rows of a batch's query.
func collect[T any](into *[]T, scan pgx.RowToFunc[T]) func(pgx.Rows) error {
	return func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, scan)
		return err
	}
}

const taxRuleColumns = `id, valid_from, valid_until, priority, seller, ship_to, customer_kind, vat_id, supply, tax_class, category, rate_of, rate,
	exemption_code, exemption`

func scanTaxRule(row pgx.CollectableRow) (r models.TaxRule, err error) {
	return r, row.Scan(&r.ID, &r.ValidFrom, &r.ValidUntil, &r.Priority, &r.Seller, &r.ShipTo, &r.CustomerKind, &r.VATID, &r.Supply, &r.TaxClass,
		&r.Category, &r.RateOf, &r.Rate, &r.ExemptionCode, &r.Exemption)
}

// PutTaxRule sets a version of a tax rule: the rule from a day on. It must be valid (models.TaxRule.Validate).
func PutTaxRule(ctx context.Context, pool *pgxpool.Pool, r models.TaxRule, actor string) error {
	return InTx(ctx, pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO tax_rules (`+taxRuleColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
			ON CONFLICT (id, valid_from) DO UPDATE
			   SET valid_until = excluded.valid_until, priority = excluded.priority, seller = excluded.seller, ship_to = excluded.ship_to,
			       customer_kind = excluded.customer_kind, vat_id = excluded.vat_id, supply = excluded.supply, tax_class = excluded.tax_class,
			       category = excluded.category, rate_of = excluded.rate_of, rate = excluded.rate, exemption_code = excluded.exemption_code,
			       exemption = excluded.exemption`,
			r.ID, r.ValidFrom, r.ValidUntil, r.Priority, r.Seller, r.ShipTo, r.CustomerKind, r.VATID, r.Supply, r.TaxClass, r.Category, r.RateOf, r.Rate,
			r.ExemptionCode, r.Exemption)
		if err != nil {
			return fmt.Errorf("postgres.PutTaxRule %s: %w", r.ID, err)
		}
		return Audit(ctx, tx, AuditEntry{Actor: actor, Action: "replace", ObjectKind: "tax_rule", ObjectID: r.ID, Detail: r})
	})
}

// ReadTaxRules reads all versions of all tax rules, by priority, id and day, the newest first.
func ReadTaxRules(ctx context.Context, db DB) ([]models.TaxRule, error) {
	rows, err := db.Query(ctx, `SELECT `+taxRuleColumns+` FROM tax_rules ORDER BY priority, id, valid_from DESC`)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.ReadTaxRules: %w", err))
	}
	found, err := pgx.CollectRows(rows, scanTaxRule)
	return found, TranslateError(err)
}

// PutTaxRates sets rates: each of a tax class in a country, from a day on. They must be valid (models.TaxRate.Validate).
func PutTaxRates(ctx context.Context, pool *pgxpool.Pool, rates []models.TaxRate, actor string) error {
	return InTx(ctx, pool, func(tx pgx.Tx) error {
		batch := &pgx.Batch{}
		for _, r := range rates {
			batch.Queue(`
				INSERT INTO tax_rates (country, tax_class, valid_from, rate) VALUES ($1, $2, $3, $4)
				ON CONFLICT (country, tax_class, valid_from) DO UPDATE SET rate = excluded.rate`, r.Country, r.TaxClass, r.ValidFrom, r.Rate)
		}
		if err := tx.SendBatch(ctx, batch).Close(); err != nil {
			return fmt.Errorf("postgres.PutTaxRates: %w", err)
		}
		return Audit(ctx, tx, AuditEntry{Actor: actor, Action: "replace", ObjectKind: "tax_rates", ObjectID: "tax_rates", Detail: rates})
	})
}

// ReadTaxRates reads all rates by country and class, the newest first.
func ReadTaxRates(ctx context.Context, db DB) ([]models.TaxRate, error) {
	rows, err := db.Query(ctx, `SELECT country, tax_class, valid_from, rate FROM tax_rates ORDER BY country, tax_class, valid_from DESC`)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.ReadTaxRates: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[models.TaxRate])
	return found, TranslateError(err)
}
