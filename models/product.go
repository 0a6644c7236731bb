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

// Product is something that is sold. Prices holds a unit price per currency for BaseQuantity units.
type Product struct {
	SKU              string
	Name             string
	Description      string
	UnitCode         string // UN/ECE Recommendation 20
	BaseQuantity     decimal.Decimal
	Tax              TaxClass
	TaxExemptionCode string
	GTIN             string
	Stocked          bool // false: a service, which needs no stock
	Prices           map[Currency]decimal.Decimal
}

var skuPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_./-]{0,63}$`)

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
	if !oneOf(p.Tax.Category, "S", "Z", "E", "AE", "K", "G", "O") {
		faults = append(faults, Invalid("invalid-tax-category", "not one of S, Z, E, AE, K, G, O").At("/tax_category"))
	} else if p.Tax.Category != "S" && !p.Tax.Rate.IsZero() {
		faults = append(faults, Invalid("invalid-tax-rate", "only category S has a rate above 0").At("/tax_rate"))
	}
	for currency := range p.Prices {
		if !currency.Known() {
			faults = append(faults, unknownCurrency(string(currency)).At("/prices/"+string(currency)))
		}
	}
	return faults
}

// TaxFor is how a product is taxed for a customer: the customer's treatment goes before the product's own class. The
// exemption is the text that the invoice gives (EN 16931 BT-120), empty where tax is charged.
func (p *Product) TaxFor(treatment TaxTreatment) (class TaxClass, exemption string) {
	switch treatment {
	case Export:
		return TaxClass{Category: "G"}, "Export outside the EU"
	case ReverseCharge:
		return TaxClass{Category: "AE"}, "Reverse charge"
	case IntraCommunity:
		return TaxClass{Category: "K"}, "Intra-Community supply"
	default:
		return p.Tax, ""
	}
}
