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

// ExchangeRate is what one unit of a currency is worth in the seller's base currency from a day on.
type ExchangeRate struct {
	Currency  models.Currency `json:"currency"`
	ValidFrom models.Date     `json:"valid_from"`
	Rate      decimal.Decimal `json:"rate"`
}

// PutExchangeRates sets rates of the seller's base currency. A rate of the same currency and day is replaced; entries keep the
// base amounts that they were posted with. It fails with "company-not-set" and "invalid-currency" for the base currency itself.
func PutExchangeRates(ctx context.Context, pool *pgxpool.Pool, rates []ExchangeRate, actor string) error {
	return InTx(ctx, pool, func(tx pgx.Tx) error {
		company, err := LoadCompany(ctx, tx)
		if err != nil {
			return err
		}
		for i, rate := range rates {
			if rate.Currency == company.BaseCurrency {
				return models.Invalid("invalid-currency", "%s is the base currency", rate.Currency).At(fmt.Sprintf("/rates/%d/currency", i))
			}
		}
		currencies, days, values := make([]string, len(rates)), make([]string, len(rates)), make([]string, len(rates))
		for i, rate := range rates {
			currencies[i], days[i], values[i] = string(rate.Currency), rate.ValidFrom.String(), rate.Rate.String()
		}
		_, err = tx.Exec(ctx, `
			INSERT INTO exchange_rates (base_currency, currency, valid_from, rate, set_by)
			SELECT $1, currency, day, rate, $2 FROM unnest($3::text[], $4::text[]::date[], $5::text[]::numeric[]) AS given (currency, day, rate)
			 ORDER BY currency, day
			ON CONFLICT (base_currency, currency, valid_from) DO UPDATE SET rate = excluded.rate, set_by = excluded.set_by, set_at = now()`,
			company.BaseCurrency, actor, currencies, days, values)
		if err != nil {
			return fmt.Errorf("postgres.PutExchangeRates: %w", err)
		}
		return Audit(ctx, tx, AuditEntry{Actor: actor, Action: "set", ObjectKind: "exchange_rates", ObjectID: string(company.BaseCurrency), Detail: rates})
	})
}

// ExchangeRateView is an exchange rate with who set it.
type ExchangeRateView struct {
	BaseCurrency models.Currency
	Currency     models.Currency
	ValidFrom    models.Date
	Rate         decimal.Decimal
	SetBy        string
	SetAt        time.Time
}

// ListExchangeRates reads a page of the rates, newest day first.
func ListExchangeRates(ctx context.Context, db DB, currency *string, page Page) ([]ExchangeRateView, *string, error) {
	at, key, err := page.after()
	if err != nil {
		return nil, nil, err
	}
	rows, err := db.Query(ctx, `
		SELECT base_currency, currency, valid_from, rate, set_by, set_at
		  FROM exchange_rates
		 WHERE ($1::text IS NULL OR currency = $1)
		   AND ($2::timestamptz IS NULL OR (valid_from, currency) < (($2 AT TIME ZONE 'UTC')::date, $3))
		 ORDER BY valid_from DESC, currency DESC
		 LIMIT $4`, pgx.QueryExecModeCacheDescribe, currency, at, key, page.Limit+1)
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListExchangeRates: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[ExchangeRateView])
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListExchangeRates: %w", err))
	}
	found, next := cut(page, found, func(r ExchangeRateView) position { return latest(r.ValidFrom.At(0, time.UTC), string(r.Currency)) })
	return found, next, nil
}
