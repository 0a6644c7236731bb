package models

import (
	"regexp"
	"strings"

	"github.com/shopspring/decimal"
)

// TaxClass is a category of EN 16931 (UNCL5305: S Z E AE K G O) with its rate in percent.
type TaxClass struct {
	Category string          `json:"category"`
	Rate     decimal.Decimal `json:"rate"`
}

// Equal is true for the same category at the same rate.
func (c TaxClass) Equal(d TaxClass) bool { return c.Category == d.Category && c.Rate.Equal(d.Rate) }

// compare orders classes by category and rate.
func (c TaxClass) compare(d TaxClass) int {
	if order := strings.Compare(c.Category, d.Category); order != 0 {
		return order
	}
	return c.Rate.Cmp(d.Rate)
}

// check refuses a category that EN 16931 does not know, and a rate where there is none.
func (c TaxClass) check() *Error {
	if !oneOf(c.Category, "S", "Z", "E", "AE", "K", "G", "O") {
		return Invalid("invalid-tax-category", "not one of S, Z, E, AE, K, G, O").At("/tax_category")
	}
	if c.Category != "S" && !c.Rate.IsZero() {
		return Invalid("invalid-tax-rate", "only category S has a rate above 0").At("/tax_rate")
	}
	return nil
}

// Product is something that is sold. Prices holds a unit price per currency for BaseQuantity units.
type Product struct {
	SKU              string
	Name             string
	Description      string
	UnitCode         string // UN/ECE Recommendation 20
	BaseQuantity     decimal.Decimal
	Tax              TaxClass
	TaxClass         string // what tax rates and tax rules call it: standard, reduced, …
	TaxExemptionCode string
	GTIN             string
	Stocked          bool // false: a service, which needs no stock
	Prices           map[Currency]decimal.Decimal
}

var (
	skuPattern   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_./-]{0,63}$`)
	taxClassName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,39}$`)
)

// Validate checks a product and fills the defaults in. It returns all faults, each with its JSON pointer.
func (p *Product) Validate() []*Error {
	var faults []*Error
	defaultTo(&p.UnitCode, "C62")
	if p.BaseQuantity.IsZero() {
		p.BaseQuantity = decimal.NewFromInt(1)
	}
	if !skuPattern.MatchString(p.SKU) {
		faults = append(faults, Invalid("invalid-sku", "a sku has 1 to 64 letters, digits, dots, slashes, dashes or underscores").At("/sku"))
	}
	if strings.TrimSpace(p.Name) == "" {
		faults = append(faults, Invalid("invalid-name", "a product needs a name").At("/name"))
	}
	if err := p.Tax.check(); err != nil {
		faults = append(faults, err)
	}
	defaultTo(&p.TaxClass, "standard")
	if !taxClassName.MatchString(p.TaxClass) {
		faults = append(faults, Invalid("invalid-tax-class", "a tax class has 1 to 40 small letters, digits, dashes or underscores").At("/tax_class"))
	}
	for currency := range p.Prices {
		if !currency.Known() {
			faults = append(faults, unknownCurrency(string(currency)).At("/prices/"+string(currency)))
		}
	}
	return faults
}
