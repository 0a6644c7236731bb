package api

import (
	"o2c/command"
	"o2c/models"
	"o2c/postgres"
)

func readCustomer(id string, b NewCustomer) (models.Customer, *postgres.InitialLimit, error) {
	var read reading
	c := models.Customer{
		ID: id, Name: b.Name, Email: b.Email, Country: b.Country, Currency: models.Currency(b.Currency), Kind: string(valueOf(b.Kind)),
		TaxID: valueOf(b.TaxID), TaxTreatment: models.TaxTreatment(valueOf(b.TaxTreatment)), Address: readAddress(b.Address),
		ShipTo: readAddress(b.ShipTo), BillTo: readAddress(b.BillTo), Language: valueOf(b.Language), TimeZone: valueOf(b.TimeZone),
		PaymentTerms: read.terms("/payment_terms", b.PaymentTerms), DunningPolicy: valueOf(b.DunningPolicy),
	}
	read.all(c.Validate())
	var limit *postgres.InitialLimit
	if b.CreditLimit != nil && c.Currency.Known() {
		limit = &postgres.InitialLimit{ID: command.NewID(command.CreditLimitPrefix), Amount: read.amount("/credit_limit", *b.CreditLimit, c.Currency)}
	}
	return c, limit, read.err()
}

func changeCustomer(read *reading, c *models.Customer, b CustomerChange) {
	c.Name, c.Email, c.Country = valueOr(b.Name, c.Name), valueOr(b.Email, c.Email), valueOr(b.Country, c.Country)
	c.Kind = string(valueOr(b.Kind, CustomerKind(c.Kind)))
	c.TaxID = valueOr(b.TaxID, c.TaxID)
	c.TaxTreatment = models.TaxTreatment(valueOr(b.TaxTreatment, TaxTreatment(c.TaxTreatment)))
	if b.Address != nil {
		c.Address = readAddress(b.Address)
	}
	if b.ShipTo != nil {
		c.ShipTo = readAddress(b.ShipTo)
	}
	if b.BillTo != nil {
		c.BillTo = readAddress(b.BillTo)
	}
	c.Language, c.TimeZone = valueOr(b.Language, c.Language), valueOr(b.TimeZone, c.TimeZone)
	if b.PaymentTerms != nil {
		c.PaymentTerms = read.terms("/payment_terms", b.PaymentTerms)
	}
	c.DunningPolicy = valueOr(b.DunningPolicy, c.DunningPolicy)
}

func customer(v postgres.CustomerView) Customer {
	c := Customer{
		ID: v.ID, Name: v.Name, Email: v.Email, Country: v.Country, Currency: string(v.Currency), Kind: CustomerKind(v.Kind), TaxID: v.TaxID,
		TaxTreatment: TaxTreatment(v.TaxTreatment), Address: address(v.Address), ShipTo: address(v.ShipTo), BillTo: address(v.BillTo),
		Language: v.Language, TimeZone: v.TimeZone, PaymentTerms: terms(v.PaymentTerms), DunningPolicy: v.DunningPolicy,
		CreditUnlimited: v.Unlimited, CreatedAt: v.CreatedAt.UTC(),
	}
	if !v.Unlimited {
		c.CreditLimit = maybeMoney(v.LimitAmount, v.Currency)
	}
	return c
}

func creditLimit(v postgres.LimitView) CreditLimit {
	return CreditLimit{
		ID: v.ID, CustomerID: v.CustomerID, Amount: maybeMoney(v.Amount, v.Currency), Unlimited: v.Unlimited, Currency: string(v.Currency),
		ValidFrom: maybeDate(v.ValidFrom), ValidUntil: maybeDate(v.ValidUntil), Reason: v.Reason, SetBy: v.SetBy, SetAt: v.SetAt.UTC(),
	}
}
