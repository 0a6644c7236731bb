package api

import (
	"context"

	"o2c/models"
	"o2c/postgres"
)

// GetCompany answers with the seller; 404 until one is set.
func (s *server) GetCompany(ctx context.Context, _ GetCompanyRequestObject) (GetCompanyResponseObject, error) {
	c, err := postgres.LoadCompany(ctx, s.db)
	if err != nil && models.KindOf(err) == models.KindConflict {
		return nil, &models.Error{Kind: models.KindNotFound, Code: "company-not-found", Detail: "the seller is not set yet"}
	}
	if err != nil {
		return nil, postgres.TranslateError(err)
	}
	return GetCompany200JSONResponse(company(c)), nil
}

// PutCompany replaces the seller.
func (s *server) PutCompany(ctx context.Context, r PutCompanyRequestObject) (PutCompanyResponseObject, error) {
	c := readCompany(*r.Body)
	var read reading
	read.all(c.Validate())
	for i, account := range c.BankAccounts {
		if !account.Currency.Known() {
			_, err := models.ParseCurrency(string(account.Currency))
			read.take(pointerf("/bank_accounts/%d/currency", i), err)
		}
	}
	if err := read.err(); err != nil {
		return nil, err
	}
	if err := postgres.PutCompany(ctx, s.db, c, principalOf(ctx).Name); err != nil {
		return nil, err
	}
	return PutCompany200JSONResponse(company(c)), nil
}

func readCompany(b Company) models.Company {
	c := models.Company{
		LegalName: b.LegalName, Address: *readAddress(&b.Address), TaxID: b.TaxID, RegistrationID: valueOf(b.RegistrationID),
		Contact:  models.Contact{Name: b.Contact.Name, Phone: b.Contact.Phone, Email: b.Contact.Email},
		TimeZone: b.TimeZone, BaseCurrency: models.Currency(b.BaseCurrency), TaxCurrency: models.Currency(valueOf(b.TaxCurrency)),
		Calendar: b.Calendar,
		BankAccounts: each(b.BankAccounts, func(a BankAccount) models.BankAccount {
			return models.BankAccount{IBAN: a.Iban, BIC: a.Bic, Currency: models.Currency(a.Currency)}
		}),
	}
	c.Endpoint = readEndpoint(b.Endpoint)
	return c
}

func company(c models.Company) Company {
	b := Company{
		LegalName: c.LegalName, Address: *address(&c.Address), TaxID: c.TaxID, RegistrationID: optional(c.RegistrationID),
		Contact:  Contact{Name: c.Contact.Name, Phone: c.Contact.Phone, Email: c.Contact.Email},
		TimeZone: c.TimeZone, BaseCurrency: string(c.BaseCurrency), TaxCurrency: optional(string(c.TaxCurrency)),
		Calendar: c.Calendar,
		BankAccounts: each(c.BankAccounts, func(a models.BankAccount) BankAccount {
			return BankAccount{Iban: a.IBAN, Bic: a.BIC, Currency: string(a.Currency)}
		}),
	}
	b.Endpoint = endpoint(c.Endpoint)
	return b
}

func readEndpoint(e *Endpoint) *models.Endpoint {
	if e == nil {
		return nil
	}
	return &models.Endpoint{Scheme: e.Scheme, ID: e.ID}
}

func endpoint(e *models.Endpoint) *Endpoint {
	if e == nil {
		return nil
	}
	return &Endpoint{Scheme: e.Scheme, ID: e.ID}
}
