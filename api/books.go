package api

import (
	"context"

	"o2c/models"
	"o2c/postgres"
)

// PutExchangeRates sets exchange rates of the seller's base currency.
func (s *server) PutExchangeRates(ctx context.Context, r PutExchangeRatesRequestObject) (PutExchangeRatesResponseObject, error) {
	var read reading
	rates := make([]postgres.ExchangeRate, len(r.Body.Rates))
	seen := map[postgres.ExchangeRate]bool{}
	for i, rate := range r.Body.Rates {
		rates[i] = postgres.ExchangeRate{
			Currency:  read.currency(pointerf("/rates/%d/currency", i), rate.Currency),
			ValidFrom: readDate(&rate.ValidFrom),
			Rate:      read.number(pointerf("/rates/%d/rate", i), &rate.Rate, models.ParseRate),
		}
		day := postgres.ExchangeRate{Currency: rates[i].Currency, ValidFrom: rates[i].ValidFrom}
		if seen[day] {
			read.take(pointerf("/rates/%d", i), models.Invalid("duplicate-rate", "%s has two rates from %s on", day.Currency, day.ValidFrom))
		}
		seen[day] = true
	}
	if err := read.err(); err != nil {
		return nil, err
	}
	if err := postgres.PutExchangeRates(ctx, s.db, rates, principalOf(ctx).Name); err != nil {
		return nil, err
	}
	return PutExchangeRates200JSONResponse{Rates: each(rates, func(rate postgres.ExchangeRate) NewExchangeRate {
		return NewExchangeRate{Currency: string(rate.Currency), ValidFrom: date(rate.ValidFrom), Rate: rate.Rate.String()}
	})}, nil
}

// ListExchangeRates answers with a page of rates.
func (s *server) ListExchangeRates(ctx context.Context, r ListExchangeRatesRequestObject) (ListExchangeRatesResponseObject, error) {
	found, next, err := postgres.ListExchangeRates(ctx, s.db, r.Params.Currency, pageOf(r.Params.Limit, r.Params.Cursor))
	return ListExchangeRates200JSONResponse{Data: each(found, func(v postgres.ExchangeRateView) ExchangeRate {
		return ExchangeRate{
			BaseCurrency: string(v.BaseCurrency), Currency: string(v.Currency), ValidFrom: date(v.ValidFrom), Rate: v.Rate.String(), SetBy: v.SetBy, SetAt: v.SetAt.UTC(),
		}
	}), NextCursor: next}, err
}

// PutReferenceRates sets reference rates of late-payment interest.
func (s *server) PutReferenceRates(ctx context.Context, r PutReferenceRatesRequestObject) (PutReferenceRatesResponseObject, error) {
	var read reading
	rates := make(models.ReferenceRates, len(r.Body.Rates))
	seen := map[models.ReferenceRate]bool{}
	for i, rate := range r.Body.Rates {
		rates[i] = models.ReferenceRate{
			Base: rate.Base, ValidFrom: readDate(&rate.ValidFrom), Percent: read.number(pointerf("/rates/%d/percent", i), &rate.Percent, models.ParseReferencePercent),
		}
		day := models.ReferenceRate{Base: rates[i].Base, ValidFrom: rates[i].ValidFrom}
		if seen[day] {
			read.take(pointerf("/rates/%d", i), models.Invalid("duplicate-rate", "%s has two rates from %s on", day.Base, day.ValidFrom))
		}
		seen[day] = true
	}
	if err := read.err(); err != nil {
		return nil, err
	}
	if err := postgres.PutReferenceRates(ctx, s.db, rates, principalOf(ctx).Name); err != nil {
		return nil, err
	}
	return PutReferenceRates200JSONResponse{Rates: each(rates, func(rate models.ReferenceRate) NewReferenceRate {
		return NewReferenceRate{Base: rate.Base, ValidFrom: date(rate.ValidFrom), Percent: rate.Percent.String()}
	})}, nil
}

// ListReferenceRates answers with a page of rates.
func (s *server) ListReferenceRates(ctx context.Context, r ListReferenceRatesRequestObject) (ListReferenceRatesResponseObject, error) {
	found, next, err := postgres.ListReferenceRates(ctx, s.db, r.Params.Base, pageOf(r.Params.Limit, r.Params.Cursor))
	return ListReferenceRates200JSONResponse{Data: each(found, func(v postgres.ReferenceRateView) ReferenceRate {
		return ReferenceRate{Base: v.Base, ValidFrom: date(v.ValidFrom), Percent: v.Percent.String(), SetBy: v.SetBy, SetAt: v.SetAt.UTC()}
	}), NextCursor: next}, err
}

// ListPeriods answers with the accounting periods.
func (s *server) ListPeriods(ctx context.Context, _ ListPeriodsRequestObject) (ListPeriodsResponseObject, error) {
	periods, err := s.periods(ctx)
	return ListPeriods200JSONResponse{Data: each(periods, accountingPeriod)}, err
}

func (s *server) periods(ctx context.Context) ([]postgres.PeriodView, error) {
	today, err := s.commands.Today(ctx, "")
	if err != nil {
		return nil, err
	}
	return postgres.ReadPeriods(ctx, s.db, today)
}

// ClosePeriod closes an accounting period for good.
func (s *server) ClosePeriod(ctx context.Context, r ClosePeriodRequestObject) (ClosePeriodResponseObject, error) {
	claim := claimOf(ctx)
	period, err := models.ParsePeriod(r.Period)
	if err != nil {
		return nil, err
	}
	closed, err := s.commands.ClosePeriod(ctx, claim, period)
	if err != nil {
		return nil, err
	}
	if !closed {
		return ClosePeriod202JSONResponse{Body: Accepted{ID: claim.ID, State: AcceptedStateAccepted}}, nil
	}
	periods, err := s.periods(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range periods {
		if p.Period == period.String() {
			return ClosePeriod200JSONResponse{Body: accountingPeriod(p)}, nil
		}
	}
	return nil, models.NotFound("period", period.String())
}

func accountingPeriod(v postgres.PeriodView) AccountingPeriod {
	period := AccountingPeriod{
		Period: v.Period, FirstDay: date(v.FirstDay), LastDay: date(v.LastDay), State: AccountingPeriodStateOpen, Entries: v.Entries,
		ClosedAt: instant(v.ClosedAt), ClosedBy: v.ClosedBy,
	}
	if v.ClosedAt != nil {
		period.State = AccountingPeriodStateClosed
	}
	return period
}

// ListAudit answers with a page of the audit trail.
func (s *server) ListAudit(ctx context.Context, r ListAuditRequestObject) (ListAuditResponseObject, error) {
	p := r.Params
	filter := postgres.AuditFilter{
		OrderID: p.OrderID, Invoice: p.Invoice, CustomerID: p.CustomerID, PaymentID: p.PaymentID, Actor: p.Actor, From: p.From, To: p.To,
	}
	found, next, err := postgres.ListAudit(ctx, s.db, filter, pageOf(p.Limit, p.Cursor))
	return ListAudit200JSONResponse{Data: each(found, func(a postgres.AuditView) AuditRecord {
		return AuditRecord{
			Source: AuditRecordSource(a.Source), RecordedAt: a.RecordedAt.UTC(), At: a.At.UTC(), Actor: a.Actor, Action: a.Action, ObjectKind: a.ObjectKind,
			ObjectID: a.ObjectID, OrderID: a.OrderID, CustomerID: a.CustomerID, Invoice: a.Invoice, PaymentID: a.PaymentID, Summary: a.Summary, Detail: a.Detail,
		}
	}), NextCursor: next}, err
}
