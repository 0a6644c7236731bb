package models

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// OverrideKind says what a person gave an order beyond what is determined for it or left to those who enter orders.
type OverrideKind string

// The kinds of override.
const (
	OverridePrice         OverrideKind = "price"          // another price than the determined one
	OverrideLineDiscount  OverrideKind = "line_discount"  // more than the sales policy leaves
	OverrideOrderDiscount OverrideKind = "order_discount" // the same for the whole order
	OverrideTerms         OverrideKind = "payment_terms"  // better ones than the customer's
	OverrideChargeTax     OverrideKind = "charge_tax"     // another tax than the goods bear, or less
	OverrideDuplicatePO   OverrideKind = "duplicate_po"   // a purchase order number that another order has
)

// overrideCodes are the codes of the refusals.
var overrideCodes = map[OverrideKind]string{
	OverridePrice: "price-override-forbidden", OverrideLineDiscount: "discount-override-forbidden", OverrideOrderDiscount: "discount-override-forbidden",
	OverrideTerms: "payment-terms-override-forbidden", OverrideChargeTax: "charge-tax-override-forbidden",
	OverrideDuplicatePO: "duplicate-po-override-forbidden",
}

// Override is something of an order that a person gave beyond what is determined or left to them.
type Override struct {
	Kind    OverrideKind `json:"kind"`
	Pointer string       `json:"pointer"` // JSON pointer into the order as it was asked for
	Given   string       `json:"given"`
	Instead string       `json:"instead,omitempty"` // what holds without it; "" for a price that is not known
	Source  string       `json:"source,omitempty"`  // which rule says so
}

// Words say what was given, and instead of what.
func (o Override) Words() string {
	if o.Instead == "" {
		return o.Given
	}
	return o.Given + " instead of " + o.Instead
}

// Forbidden is the refusal of an override to somebody who may not give it.
func (o Override) Forbidden() *Error {
	detail := o.Words()
	if o.Source != "" {
		detail += " (" + o.Source + ")"
	}
	return (&Error{Kind: KindForbidden, Code: overrideCodes[o.Kind], Detail: detail + ": that needs the role manager"}).At(o.Pointer)
}

// DuplicateOverride is that a person enters an order although another one has its purchase order number.
func (o *Order) DuplicateOverride(first string) Override {
	return Override{Kind: OverrideDuplicatePO, Pointer: "/po_number", Given: fmt.Sprintf("purchase order %q once more", o.PONumber), Instead: "once", Source: "order:" + first}
}

// CheckDuplicateAllowed checks the wish to enter an order even if another one has its purchase order number: it needs a right and a reason.
// "duplicate-po-override-forbidden", "override-reason-required".
func (o *Order) CheckDuplicateAllowed(granted bool) *Error {
	switch {
	case !o.AllowDuplicatePO:
		return nil
	case !granted:
		return Override{Kind: OverrideDuplicatePO, Pointer: "/allow_duplicate_po", Given: "a purchase order number that another order may have"}.Forbidden()
	case strings.TrimSpace(o.OverrideReason) == "":
		return Invalid("override-reason-required", "say why the purchase order number may be used once more").At("/override_reason")
	default:
		return nil
	}
}

// FindOverrides finds what of a priced order goes beyond what is determined for its customer and left to those who enter orders. Terms
// that are not valid are not compared.
func (o *Order) FindOverrides(customer *Customer, limits DiscountLimits) []Override {
	var found []Override
	for _, line := range o.Lines {
		at := "/lines/" + strconv.Itoa(line.Line-1)
		if line.PriceSource == PriceOverridden {
			found = append(found, line.overriddenPrice(at))
		}
		if line.DiscountPercent.GreaterThan(limits.Line.Percent) {
			found = append(found, limits.Line.exceeded(OverrideLineDiscount, at+"/discount_percent", line.DiscountPercent))
		}
	}
	if o.DiscountPercent.GreaterThan(limits.Order.Percent) {
		found = append(found, limits.Order.exceeded(OverrideOrderDiscount, "/discount_percent", o.DiscountPercent))
	}
	var favours []Favour
	if len(o.Terms.Validate("")) == 0 {
		favours = o.Terms.BetterThan(customer.PaymentTerms)
	}
	for _, favour := range favours {
		found = append(found, Override{
			Kind: OverrideTerms, Pointer: "/payment_terms" + favour.Place, Given: favour.Given, Instead: favour.Instead, Source: "customer",
		})
	}
	return append(found, o.overriddenChargeTaxes()...)
}

func (l OrderLine) overriddenPrice(at string) Override {
	override := Override{Kind: OverridePrice, Pointer: at + "/unit_price", Given: "a price of " + l.UnitPrice.String(), Source: l.OverriddenSource}
	if l.OverriddenPrice != nil {
		override.Instead = l.OverriddenPrice.String()
	}
	return override
}

func (l DiscountLimit) exceeded(kind OverrideKind, pointer string, given decimal.Decimal) Override {
	return Override{
		Kind: kind, Pointer: pointer, Given: "a discount of " + given.String() + " %", Instead: "at most " + l.Percent.String() + " %", Source: l.Source,
	}
}

// overriddenChargeTaxes finds the charges that are taxed otherwise than what they come with, or less. A charge is incidental to the
// goods and belongs to their taxable amount (Directive 2006/112/EC, article 78(b)): it bears the tax of the lines. Where these are
// taxed in several classes, that of the class with the largest net is determined; a charge may be put to the lines of
// another class if that does not lower its rate.
func (o *Order) overriddenChargeTaxes() []Override {
	determined := o.mainTax()
	borne := func(tax TaxClass) bool {
		for _, line := range o.Lines {
			if line.Tax.Equal(tax) {
				return true
			}
		}
		return false
	}
	var found []Override
	for i, charge := range o.Charges {
		if borne(charge.Tax) && !charge.Tax.Rate.LessThan(determined.Rate) {
			continue
		}
		place := "/tax_rate"
		if charge.Tax.Category != determined.Category {
			place = "/tax_category"
		}
		found = append(found, Override{
			Kind: OverrideChargeTax, Pointer: "/charges/" + strconv.Itoa(i) + place, Given: "tax " + charge.Tax.inWords(), Instead: determined.inWords(), Source: "lines",
		})
	}
	return found
}

// mainTax is the class in which most of the lines' net is taxed; of equal ones that with the highest rate.
func (o *Order) mainTax() TaxClass {
	lines := make([]TaxedAmount, len(o.Lines))
	for i, line := range o.Lines {
		lines[i] = TaxedAmount{Net: line.Net, Tax: line.Tax}
	}
	var main TaxGroup
	for i, group := range TotalOf(o.Currency, lines, decimal.Zero).Groups {
		more := 1
		if i > 0 {
			more = group.Net.Cmp(main.Net)
		}
		if more == 0 {
			more = group.Tax.Rate.Cmp(main.Tax.Rate)
		}
		if more == 0 {
			more = main.Tax.compare(group.Tax)
		}
		if more > 0 {
			main = group
		}
	}
	return main.Tax
}

func (c TaxClass) inWords() string { return c.Category + " " + c.Rate.String() + " %" }
