package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// PutReferenceRates sets rates. One of the same base and day is replaced; interest that was charged stays.
func PutReferenceRates(ctx context.Context, pool *pgxpool.Pool, rates models.ReferenceRates, actor string) error {
	return InTx(ctx, pool, func(tx pgx.Tx) error {
		bases, days, values := make([]string, len(rates)), make([]string, len(rates)), make([]string, len(rates))
		for i, rate := range rates {
			bases[i], days[i], values[i] = rate.Base, rate.ValidFrom.String(), rate.Percent.String()
		}
		_, err := tx.Exec(ctx, `
			INSERT INTO reference_rates (base, valid_from, percent, set_by)
			SELECT base, day, percent, $1 FROM unnest($2::text[], $3::text[]::date[], $4::text[]::numeric[]) AS given (base, day, percent)
			 ORDER BY base, day
			ON CONFLICT (base, valid_from) DO UPDATE SET percent = excluded.percent, set_by = excluded.set_by, set_at = now()`,
			actor, bases, days, values)
		if err != nil {
			return fmt.Errorf("postgres.PutReferenceRates: %w", err)
		}
		return Audit(ctx, tx, AuditEntry{Actor: actor, Action: "set", ObjectKind: "reference_rates", ObjectID: "reference_rates", Detail: rates})
	})
}

// LoadReferenceRates reads the rates of a base, oldest first.
func LoadReferenceRates(ctx context.Context, db DB, base string) (models.ReferenceRates, error) {
	rows, err := db.Query(ctx, `SELECT base, valid_from, percent FROM reference_rates WHERE base = $1 ORDER BY valid_from`, base)
	if err != nil {
		return nil, fmt.Errorf("postgres.LoadReferenceRates: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[models.ReferenceRate])
}

// ReferenceRateView is a reference rate with who set it.
type ReferenceRateView struct {
	Base      string
	ValidFrom models.Date
	Percent   decimal.Decimal
	SetBy     string
	SetAt     time.Time
}

// ListReferenceRates reads a page of the rates, newest day first.
func ListReferenceRates(ctx context.Context, db DB, base *string, page Page) ([]ReferenceRateView, *string, error) {
	at, key, err := page.after()
	if err != nil {
		return nil, nil, err
	}
	rows, err := db.Query(ctx, `
		SELECT base, valid_from, percent, set_by, set_at
		  FROM reference_rates
		 WHERE ($1::text IS NULL OR base = $1)
		   AND ($2::timestamptz IS NULL OR (valid_from, base) < (($2 AT TIME ZONE 'UTC')::date, $3))
		 ORDER BY valid_from DESC, base DESC
		 LIMIT $4`, pgx.QueryExecModeCacheDescribe, base, at, key, page.Limit+1)
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListReferenceRates: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[ReferenceRateView])
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListReferenceRates: %w", err))
	}
	found, next := cut(page, found, func(r ReferenceRateView) position { return latest(r.ValidFrom.At(0, time.UTC), r.Base) })
	return found, next, nil
}
