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
		DuplicatePO: string(valueOf(b.DuplicatePo)), TaxIDCheckedOn: readDate(b.TaxIDCheckedOn), PayerID: valueOf(b.PayerID), Segment: valueOf(b.Segment),
		Endpoint: readEndpoint(b.Endpoint), BuyerReference: valueOf(b.BuyerReference), Calendar: valueOf(b.Calendar), Invoicing: models.InvoicingMode(valueOf(b.Invoicing)),
		BillingPeriod: models.BillingPeriod(valueOf(b.BillingPeriod)),
		ParentID:      valueOf(b.ParentID),
	}
	readCashPolicy(&read, &c, b.Tolerance, b.OverpaymentPolicy, b.RechargeReturnCost)
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
	if b.TaxID != nil && *b.TaxID != c.TaxID {
		c.TaxID, c.TaxIDCheckedOn = *b.TaxID, models.Date{} // another one has not been checked
	}
	if b.TaxIDCheckedOn != nil {
		c.TaxIDCheckedOn = readDate(b.TaxIDCheckedOn)
	}
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
	c.DuplicatePO = string(valueOr(b.DuplicatePo, DuplicatePO(c.DuplicatePO)))
	c.PayerID, c.Segment, c.BuyerReference = valueOr(b.PayerID, c.PayerID), valueOr(b.Segment, c.Segment), valueOr(b.BuyerReference, c.BuyerReference)
	if b.Endpoint != nil {
		c.Endpoint = readEndpoint(b.Endpoint)
	}
	c.Calendar = valueOr(b.Calendar, c.Calendar)
	c.Invoicing = models.InvoicingMode(valueOr(b.Invoicing, InvoicingMode(c.Invoicing)))
	c.BillingPeriod = models.BillingPeriod(valueOr(b.BillingPeriod, BillingPeriod(c.BillingPeriod)))
	readCashPolicy(read, c, b.Tolerance, b.OverpaymentPolicy, b.RechargeReturnCost)
}

// readCashPolicy reads how far a payment may miss an invoice, what becomes of what is too much, and who pays for what comes back, as far as
// they are given.
func readCashPolicy(read *reading, c *models.Customer, tolerance *Tolerance, overpayment *OverpaymentPolicy, recharge *bool) {
	if tolerance != nil && c.Currency.Known() {
		c.ToleranceAbsolute = read.amount("/tolerance/absolute", tolerance.Absolute, c.Currency).Decimal()
		c.TolerancePercent = read.number("/tolerance/percent", &tolerance.Percent, models.ParsePercent)
	}
	c.OverpaymentPolicy = string(valueOr(overpayment, OverpaymentPolicy(c.OverpaymentPolicy)))
	c.RechargeReturnCost = valueOr(recharge, c.RechargeReturnCost)
}

func customer(v postgres.CustomerView) Customer {
	c := Customer{
		ID: v.ID, Name: v.Name, Email: v.Email, Country: v.Country, Currency: string(v.Currency), Kind: CustomerKind(v.Kind), TaxID: v.TaxID,
		TaxTreatment: TaxTreatment(v.TaxTreatment), Address: address(v.Address), ShipTo: address(v.ShipTo), BillTo: address(v.BillTo),
		Language: v.Language, TimeZone: v.TimeZone, PaymentTerms: terms(v.PaymentTerms), DunningPolicy: v.DunningPolicy,
		DuplicatePo: DuplicatePO(v.DuplicatePO), TaxIDCheckedOn: maybeDate(v.CheckedOn), PayerID: v.PayerID, Segment: optional(v.Segment),
		Endpoint: endpoint(v.Endpoint), BuyerReference: optional(v.BuyerReference), Calendar: v.Calendar, Invoicing: InvoicingMode(v.Invoicing),
		BillingPeriod:     BillingPeriod(v.BillingPeriod),
		Tolerance:         Tolerance{Absolute: money(v.ToleranceAbsolute, v.Currency), Percent: v.TolerancePercent.String()},
		OverpaymentPolicy: OverpaymentPolicy(v.OverpaymentPolicy), RechargeReturnCost: v.RechargeReturnCost, CreditUnlimited: v.Unlimited, ParentID: v.ParentID, RiskClass: v.RiskClass,
		Block: CreditBlock(v.Block), CreatedAt: v.CreatedAt.UTC(),
	}
	if !v.Unlimited {
		c.CreditLimit = maybeMoney(v.LimitAmount, v.Currency)
	}
	return c
}
