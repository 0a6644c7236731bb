package models

import (
	"slices"

	"github.com/shopspring/decimal"
)

// PriceStep is the price of a product from a quantity on, as it was when an order was accepted. The steps of a product are what an
// amendment prices by: later changes of price lists change no order.
type PriceStep struct {
	SKU          string          `json:"sku"`
	MinQuantity  decimal.Decimal `json:"min_quantity"`
	UnitPrice    decimal.Decimal `json:"unit_price"`
	BaseQuantity decimal.Decimal `json:"base_quantity"`
	Source       string          `json:"source"`
	Reason       string          `json:"reason"`
}

// priceSteps are the prices of a product by quantity, the smallest first; none where one price holds for every quantity. Below the
// first step no price is known.
func priceSteps(product *Product, currency Currency, lists []ListPrice) []PriceStep {
	breaks := []decimal.Decimal{decimal.Zero}
	for _, price := range lists {
		breaks = append(breaks, price.MinQuantity)
	}
	slices.SortFunc(breaks, decimal.Decimal.Cmp)
	var steps []PriceStep
	for _, quantity := range breaks {
		price := priceOf(product, currency, quantity, lists)
		if price == nil || len(steps) > 0 && steps[len(steps)-1].Source == price.source {
			continue
		}
		steps = append(steps, PriceStep{
			SKU: product.SKU, MinQuantity: quantity, UnitPrice: price.unitPrice, BaseQuantity: price.baseQuantity, Source: price.source, Reason: price.reason,
		})
	}
	if len(steps) == 1 && steps[0].MinQuantity.IsZero() {
		return nil
	}
	return steps
}

// keepSteps keeps the price steps of the order's products, by sku.
func (o *Order) keepSteps(lines []LineRequest, products map[string]*Product) {
	seen := map[string]bool{}
	for _, line := range lines {
		if !seen[line.SKU] {
			seen[line.SKU] = true
			o.PriceSteps = append(o.PriceSteps, priceSteps(products[line.SKU], o.Currency, line.ListPrices)...)
		}
	}
}

// Repricing is what an amendment did to the price of a line whose quantity has crossed a break.
type Repricing struct {
	Line int
	SKU  string
	Old  decimal.Decimal
	New  decimal.Decimal // the price of the break that the quantity has now
	Kept bool            // the old one stays, because goods were shipped at it
}

// priceAgain prices a line by its new quantity: by the step that this reaches of those that its price came from. A price that a
// person gave stays, and so does one at which goods were shipped. Nil: the price does not change. Errors: "price-missing".
func (l *OrderLine) priceAgain(steps []PriceStep, shipped bool) (*Repricing, *Error) {
	if l.PriceSource == PriceOverridden {
		return nil, nil
	}
	var known, reached *PriceStep
	for i := range steps {
		if steps[i].SKU != l.SKU {
			continue
		}
		known = &steps[i]
		if !known.MinQuantity.GreaterThan(l.Quantity) {
			reached = known
		}
	}
	switch {
	case known == nil, reached == nil && shipped, reached != nil && reached.Source == l.PriceSource:
		return nil, nil
	case reached == nil:
		return nil, Invalid("price-missing", "product %s has no price for %s", l.SKU, l.Quantity)
	}
	change := &Repricing{Line: l.Line, SKU: l.SKU, Old: l.UnitPrice, New: reached.UnitPrice, Kept: shipped}
	if !shipped {
		l.UnitPrice, l.BaseQuantity, l.PriceSource, l.PriceReason = reached.UnitPrice, reached.BaseQuantity, reached.Source, reached.Reason
	}
	return change, nil
}
