package models

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// PriceList is a dated table of prices in one currency: for one customer, for the customers of a segment, or, with neither, for
// all. It has versions; each holds from a day on, until it ends or the next one begins, so that two never hold at once.
type PriceList struct {
	ID         string             `json:"id"`
	Name       string             `json:"name"`
	Currency   Currency           `json:"currency"`
	CustomerID string             `json:"customer_id,omitempty"`
	Segment    string             `json:"segment,omitempty"`
	Versions   []PriceListVersion `json:"versions"`
}

// PriceListVersion is a price list from a day on.
type PriceListVersion struct {
	ValidFrom  Date         `json:"valid_from"`
	ValidUntil Date         `json:"valid_until,omitzero"`
	Entries    []PriceEntry `json:"entries"`
}

// PriceEntry is the price of a product from a quantity on (a break). BaseQuantity zero is the product's.
type PriceEntry struct {
	SKU          string          `json:"sku"`
	MinQuantity  decimal.Decimal `json:"min_quantity"`
	UnitPrice    decimal.Decimal `json:"unit_price"`
	BaseQuantity decimal.Decimal `json:"base_quantity,omitzero"`
}

// Validate checks one version of a price list, as it is put, and returns all faults, each with its JSON pointer.
func (l *PriceList) Validate() []*Error {
	var faults []*Error
	if strings.TrimSpace(l.Name) == "" {
		faults = append(faults, Invalid("invalid-name", "a price list needs a name").At("/name"))
	}
	if !l.Currency.Known() {
		faults = append(faults, unknownCurrency(string(l.Currency)).At("/currency"))
	}
	if l.CustomerID != "" && l.Segment != "" {
		faults = append(faults, Invalid("invalid-scope", "a price list is for a customer or for a segment, not for both").At("/segment"))
	}
	if l.Segment != "" && !segmentName.MatchString(l.Segment) {
		faults = append(faults, invalidSegment.At("/segment"))
	}
	for _, version := range l.Versions {
		if !version.ValidUntil.IsZero() && version.ValidUntil.Before(version.ValidFrom) {
			faults = append(faults, Invalid("invalid-date", "is before valid_from").At("/valid_until"))
		}
		seen := map[string]bool{}
		for i, entry := range version.Entries {
			key := entry.SKU + " " + entry.MinQuantity.String()
			if seen[key] {
				faults = append(faults, Invalid("duplicate-break", "%s from %s is priced twice", entry.SKU, entry.MinQuantity).At("/entries/"+strconv.Itoa(i)))
			}
			seen[key] = true
		}
	}
	return faults
}

var (
	segmentName    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
	invalidSegment = Invalid("invalid-segment", "a segment has 1 to 64 letters, digits, dots, dashes or underscores")
)

// ListPrice is an entry of a price list that applies to an order.
type ListPrice struct {
	List         string
	ListName     string
	ValidFrom    Date // of the version
	MinQuantity  decimal.Decimal
	UnitPrice    decimal.Decimal
	BaseQuantity decimal.Decimal // zero: the product's
}

// The sources of a price, as orders show them. That of a price list is "price_list:<id>@<valid_from>#<min_quantity>".
const (
	PriceOfProduct  = "product"
	PriceOverridden = "override"
)

// determinedPrice is a price with the rule that gave it.
type determinedPrice struct {
	unitPrice, baseQuantity decimal.Decimal
	source, reason          string
}

// priceOf finds the price of a quantity: of the first price list that has a break which the quantity reaches, else the
// product's own. Nil: there is none.
func priceOf(product *Product, currency Currency, quantity decimal.Decimal, lists []ListPrice) *determinedPrice {
	for _, p := range lists {
		if p.MinQuantity.GreaterThan(quantity) {
			continue
		}
		found := determinedPrice{
			unitPrice: p.UnitPrice, baseQuantity: p.BaseQuantity,
			source: "price_list:" + p.List + "@" + p.ValidFrom.String() + "#" + p.MinQuantity.String(),
			reason: "price list " + p.ListName + " of " + p.ValidFrom.String(),
		}
		if p.MinQuantity.IsPositive() {
			found.reason += ", from " + p.MinQuantity.String() + " on"
		}
		if found.baseQuantity.IsZero() {
			found.baseQuantity = product.BaseQuantity
		}
		return &found
	}
	if price, known := product.Prices[currency]; known {
		return &determinedPrice{unitPrice: price, baseQuantity: product.BaseQuantity, source: PriceOfProduct, reason: "the product's own price"}
	}
	return nil
}

// price gives the line the price that was determined, or the one that was asked for. Only one that differs is an override.
func (l *OrderLine) price(determined *determinedPrice, asked *decimal.Decimal, product *Product) {
	if determined != nil {
		l.UnitPrice, l.BaseQuantity, l.PriceSource, l.PriceReason = determined.unitPrice, determined.baseQuantity, determined.source, determined.reason
		if asked == nil || asked.Equal(determined.unitPrice) {
			return
		}
		l.OverriddenPrice, l.OverriddenSource = &determined.unitPrice, determined.source
		l.PriceReason = "given with the order, instead of " + determined.unitPrice.String() + ": " + determined.reason
	} else {
		l.BaseQuantity = product.BaseQuantity
		l.PriceReason = "given with the order; no price is known"
	}
	l.UnitPrice, l.PriceSource = *asked, PriceOverridden
}

// Overridden are the lines whose price a person gave.
func (o *Order) Overridden() []OrderLine {
	var lines []OrderLine
	for _, line := range o.Lines {
		if line.PriceSource == PriceOverridden {
			lines = append(lines, line)
		}
	}
	return lines
}
