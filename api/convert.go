package api

import (
	"errors"
	"time"

	"github.com/oapi-codegen/runtime/types"
	"github.com/shopspring/decimal"

	"o2c/models"
	"o2c/postgres"
)

// money writes an amount with exactly the currency's decimals.
func money(amount decimal.Decimal, currency models.Currency) Money {
	return amount.StringFixed(currency.MinorUnits())
}

// maybeMoney writes an amount that may be absent.
func maybeMoney(amount decimal.NullDecimal, currency models.Currency) *Money {
	if !amount.Valid {
		return nil
	}
	written := money(amount.Decimal, currency)
	return &written
}

// date writes a business date.
func date(d models.Date) types.Date {
	return types.Date{Time: d.At(0, time.UTC)}
}

// maybeDate writes a date that may be absent.
func maybeDate(d models.Date) *types.Date {
	if d.IsZero() {
		return nil
	}
	written := date(d)
	return &written
}

// readDate reads a date that may be absent.
func readDate(d *types.Date) models.Date {
	if d == nil {
		return models.Date{}
	}
	return models.NewDate(d.Date())
}

// instant writes an instant in UTC.
func instant(at *time.Time) *time.Time {
	if at == nil {
		return nil
	}
	utc := at.UTC()
	return &utc
}

func valueOf[T any](pointer *T) (value T) {
	if pointer != nil {
		value = *pointer
	}
	return value
}

func valueOr[T any](pointer *T, otherwise T) T {
	if pointer != nil {
		return *pointer
	}
	return otherwise
}

// each converts a list; none becomes an empty list, never null.
func each[From, To any](from []From, convert func(From) To) []To {
	to := make([]To, len(from))
	for i := range from {
		to[i] = convert(from[i])
	}
	return to
}

// pageOf reads the parameters of a list.
func pageOf(limit *Limit, cursor *Cursor) postgres.Page {
	return postgres.Page{Limit: valueOr(limit, 50), Cursor: valueOf(cursor)}
}

func readAddress(a *Address) *models.Address {
	if a == nil {
		return nil
	}
	return &models.Address{Line1: a.Line1, Line2: valueOf(a.Line2), City: a.City, Postcode: a.Postcode, Region: valueOf(a.Region), Country: a.Country}
}

func address(a *models.Address) *Address {
	if a == nil {
		return nil
	}
	return &Address{Line1: a.Line1, Line2: optional(a.Line2), City: a.City, Postcode: a.Postcode, Region: optional(a.Region), Country: a.Country}
}

func terms(t models.PaymentTerms) PaymentTerms {
	written := PaymentTerms{EndOfMonth: &t.EndOfMonth}
	if len(t.Instalments) > 0 {
		parts := each(t.Instalments, func(part models.InstalmentTerm) InstalmentTerm {
			return InstalmentTerm{Percent: part.Percent.String(), NetDays: part.NetDays}
		})
		written.Instalments = &parts
		return written
	}
	written.NetDays = new(t.Days())
	if t.Prepayment {
		written.Prepayment = &t.Prepayment
	}
	if t.DiscountPercent.IsPositive() {
		written.DiscountPercent, written.DiscountDays, written.DiscountTaxUnchanged = new(t.DiscountPercent.String()), &t.DiscountDays, &t.DiscountTaxUnchanged
	}
	return written
}

// reading collects what is wrong with the values of a request while they are read.
type reading struct{ faults []error }

// take adds a fault at a pointer; nil is none.
func (r *reading) take(pointer string, err error) {
	if err == nil {
		return
	}
	var fault *models.Error
	if errors.As(err, &fault) && fault.Pointer == "" {
		err = fault.At(pointer)
	}
	r.faults = append(r.faults, err)
}

func (r *reading) all(faults []*models.Error) {
	for _, fault := range faults {
		r.faults = append(r.faults, fault)
	}
}

func (r *reading) err() error {
	if len(r.faults) == 1 {
		return r.faults[0]
	}
	return errors.Join(r.faults...)
}

func (r *reading) currency(pointer, s string) models.Currency {
	currency, err := models.ParseCurrency(s)
	r.take(pointer, err)
	return currency
}

// amount reads an amount of at least 0. An unknown currency is told at its own place, not here.
func (r *reading) amount(pointer, s string, currency models.Currency) models.Money {
	if currency == "" {
		return models.Money{}
	}
	amount, err := models.ParseMoney(s, currency)
	r.take(pointer, err)
	return amount
}

// positive reads an amount above 0.
func (r *reading) positive(pointer, s string, currency models.Currency) models.Money {
	if currency == "" {
		return models.Money{}
	}
	amount, err := models.ParsePositiveMoney(s, currency)
	r.take(pointer, err)
	return amount
}

// number reads a quantity, price or percent with its parser; an absent one is 0.
func (r *reading) number(pointer string, s *string, parse func(string) (decimal.Decimal, error)) decimal.Decimal {
	if s == nil {
		return decimal.Zero
	}
	d, err := parse(*s)
	r.take(pointer, err)
	return d
}

// terms reads payment terms at a pointer; what they may be together is checked where they are taken.
func (r *reading) terms(pointer string, t *PaymentTerms) models.PaymentTerms {
	if t == nil {
		return models.PaymentTerms{}
	}
	terms := models.PaymentTerms{
		NetDays: t.NetDays, EndOfMonth: valueOf(t.EndOfMonth), DiscountPercent: r.number(pointer+"/discount_percent", t.DiscountPercent, models.ParsePercent),
		DiscountDays: valueOf(t.DiscountDays), DiscountTaxUnchanged: valueOf(t.DiscountTaxUnchanged),
		Prepayment: valueOf(t.Prepayment),
	}
	for i, part := range valueOf(t.Instalments) {
		terms.Instalments = append(terms.Instalments, models.InstalmentTerm{
			Percent: r.number(pointerf("%s/instalments/%d/percent", pointer, i), &part.Percent, models.ParsePercent), NetDays: part.NetDays,
		})
	}
	return terms
}
