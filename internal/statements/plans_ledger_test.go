package statements

import (
	"context"
	"maps"
	"time"

	"o2c/models"
	"o2c/postgres"
)

// The reads of the books.
func init() {
	audit := func(f postgres.AuditFilter) list {
		return func(ctx context.Context, db postgres.DB, page postgres.Page) (*string, error) {
			_, next, err := postgres.ListAudit(ctx, db, f, page)
			return next, err
		}
	}
	balances := func(f postgres.BalanceFilter) list {
		return func(ctx context.Context, db postgres.DB, page postgres.Page) (*string, error) {
			_, next, err := postgres.ListBalances(ctx, db, f, page)
			return next, err
		}
	}
	account := func(asOf models.Date) list {
		return func(ctx context.Context, db postgres.DB, _ postgres.Page) (*string, error) {
			if _, err := postgres.ReadAccountTotals(ctx, db, "cus_7", "EUR", asOf); err != nil {
				return nil, err
			}
			_, err := postgres.ReadAccountItems(ctx, db, "cus_7", "EUR", asOf)
			return nil, err
		}
	}
	now := models.DateIn(time.Now(), time.UTC)
	maps.Copy(lists, map[string]list{
		"the audit trail":                     audit(postgres.AuditFilter{}),
		"the audit trail of a time":           audit(postgres.AuditFilter{From: new(time.Now().Add(-time.Hour)), To: new(time.Now())}),
		"the audit trail of an order":         audit(postgres.AuditFilter{OrderID: new("ord_77")}),
		"the audit trail of an invoice":       audit(postgres.AuditFilter{Invoice: new("INV-2026-000077")}),
		"the audit trail of a customer":       audit(postgres.AuditFilter{CustomerID: new("cus_7")}),
		"the audit trail of a payment":        audit(postgres.AuditFilter{PaymentID: new("pay_77")}),
		"the audit trail of a person":         audit(postgres.AuditFilter{Actor: new("sales")}),
		"balances of a customer":              balances(postgres.BalanceFilter{Account: new("receivables"), Currency: new("EUR"), CustomerID: new("cus_7")}),
		"balances of a customer on a day":     balances(postgres.BalanceFilter{Account: new("receivables"), Currency: new("EUR"), CustomerID: new("cus_7"), AsOf: now}),
		"an account":                          account(models.Date{}),
		"an account on a day":                 account(now),
		"entries of a document":               entries(postgres.EntryFilter{Document: new("pay_77")}),
		"entries of a document on an account": entries(postgres.EntryFilter{Document: new("pay_77"), Account: new("receivables")}),
		"entries of an event":                 entries(postgres.EntryFilter{Event: new("credit_note_issued")}),
		"entries of an event that never was":  entries(postgres.EntryFilter{Event: new("netted")}),
		"entries of a customer and a time":    entries(postgres.EntryFilter{CustomerID: new("cus_7"), From: now.AddDays(-30), To: now}),
		"the journal of a period": func(ctx context.Context, db postgres.DB, page postgres.Page) (*string, error) {
			_, next, err := postgres.ListJournal(ctx, db, models.PeriodOf(now), page)
			return next, err
		},
		"exchange rates": func(ctx context.Context, db postgres.DB, page postgres.Page) (*string, error) {
			_, next, err := postgres.ListExchangeRates(ctx, db, nil, page)
			return next, err
		},
	})
}
