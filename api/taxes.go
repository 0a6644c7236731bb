package api

import (
	"context"

	"o2c/models"
	"o2c/postgres"
)

// ListTaxRules answers with the tax rules.
func (s *server) ListTaxRules(ctx context.Context, _ ListTaxRulesRequestObject) (ListTaxRulesResponseObject, error) {
	rules, err := postgres.ReadTaxRules(ctx, s.db)
	return ListTaxRules200JSONResponse{Data: each(rules, taxRule)}, err
}

// PutTaxRule sets a version of a tax rule.
func (s *server) PutTaxRule(ctx context.Context, r PutTaxRuleRequestObject) (PutTaxRuleResponseObject, error) {
	rule, err := readTaxRule(*r.Body)
	if err != nil {
		return nil, err
	}
	if err = postgres.PutTaxRule(ctx, s.db, rule, principalOf(ctx).Name); err != nil {
		return nil, err
	}
	return PutTaxRule200JSONResponse(taxRule(rule)), nil
}

// ListTaxRates answers with the tax rates.
func (s *server) ListTaxRates(ctx context.Context, _ ListTaxRatesRequestObject) (ListTaxRatesResponseObject, error) {
	rates, err := postgres.ReadTaxRates(ctx, s.db)
	return ListTaxRates200JSONResponse{Data: each(rates, taxRate)}, err
}

// PutTaxRates sets tax rates.
func (s *server) PutTaxRates(ctx context.Context, r PutTaxRatesRequestObject) (PutTaxRatesResponseObject, error) {
	rates, err := readTaxRates(r.Body.Data)
	if err != nil {
		return nil, err
	}
	if err = postgres.PutTaxRates(ctx, s.db, rates, principalOf(ctx).Name); err != nil {
		return nil, err
	}
	all, err := postgres.ReadTaxRates(ctx, s.db)
	return PutTaxRates200JSONResponse{Data: each(all, taxRate)}, err
}

func readTaxRule(b TaxRule) (models.TaxRule, error) {
	var read reading
	rule := models.TaxRule{
		ID: b.ID, ValidFrom: readDate(&b.ValidFrom), ValidUntil: readDate(b.ValidUntil), Priority: b.Priority, Seller: b.Seller, ShipTo: b.ShipTo,
		CustomerKind: string(valueOf(b.CustomerKind)), VATID: string(valueOf(b.VatID)), Supply: string(valueOf(b.Supply)), TaxClass: valueOf(b.TaxClass),
		Category: string(b.Category), RateOf: string(valueOf(b.RateOf)), ExemptionCode: valueOf(b.ExemptionCode), Exemption: valueOf(b.Exemption),
	}
	if b.Rate != nil {
		rule.Rate = new(read.number("/rate", b.Rate, models.ParsePercent))
	}
	read.all(rule.Validate())
	return rule, read.err()
}

func taxRule(r models.TaxRule) TaxRule {
	b := TaxRule{
		ID: r.ID, ValidFrom: date(r.ValidFrom), ValidUntil: maybeDate(r.ValidUntil), Priority: r.Priority, Seller: r.Seller, ShipTo: r.ShipTo,
		VatID: new(TaxRuleVatID(r.VATID)), TaxClass: optional(r.TaxClass), Category: TaxCategory(r.Category), RateOf: new(TaxRuleRateOf(r.RateOf)),
		ExemptionCode: optional(r.ExemptionCode), Exemption: optional(r.Exemption),
	}
	if r.CustomerKind != "" {
		b.CustomerKind = new(CustomerKind(r.CustomerKind))
	}
	if r.Supply != "" {
		b.Supply = new(TaxRuleSupply(r.Supply))
	}
	if r.Rate != nil {
		b.Rate = new(r.Rate.String())
	}
	return b
}

func readTaxRates(data []TaxRate) ([]models.TaxRate, error) {
	var read reading
	rates := make([]models.TaxRate, len(data))
	for i, b := range data {
		at := pointerf("/data/%d", i)
		rates[i] = models.TaxRate{Country: b.Country, TaxClass: valueOf(b.TaxClass), ValidFrom: readDate(&b.ValidFrom), Rate: read.number(at+"/rate", &b.Rate, models.ParsePercent)}
		for _, fault := range rates[i].Validate() {
			read.take(at, fault.At(at+fault.Pointer))
		}
	}
	return rates, read.err()
}

func taxRate(r models.TaxRate) TaxRate {
	return TaxRate{Country: r.Country, TaxClass: new(r.TaxClass), ValidFrom: date(r.ValidFrom), Rate: r.Rate.String()}
}
