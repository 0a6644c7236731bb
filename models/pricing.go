package models

import (
	"strconv"

	"github.com/shopspring/decimal"
)

// LineNet is a line's net amount (EN 16931 BT-131): round(price × quantity ÷ base quantity) less its discount, which is
// round(that × percent ÷ 100).
func LineNet(price, quantity, baseQuantity, discountPercent decimal.Decimal, currency Currency) Money {
	gross := quotient(price.Mul(quantity), baseQuantity, currency)
	return gross.Sub(gross.Share(discountPercent, hundred))
}

// TaxedAmount is the net amount of a line with the class in which it is taxed.
type TaxedAmount struct {
	Net Money
	Tax TaxClass
}

// TaxGroup is one row of the tax breakdown (EN 16931 BG-23). Taxable = Σ net of its lines − Allowance; Tax is rounded
// once per group.
type TaxGroup struct {
	Tax       TaxClass
	Net       Money // Σ of its lines
	Allowance Money // its part of the document discount
	Taxable   Money // BT-116
	TaxAmount Money // BT-117
}

// Total is taxable amount and tax together.
func (g TaxGroup) Total() Money { return g.Taxable.Add(g.TaxAmount) }

// Totals are the amounts of a document (EN 16931 BG-22).
type Totals struct {
	LineTotal Money // BT-106
	Allowance Money // BT-107
	Net       Money // BT-109
	Tax       Money // BT-110
	Total     Money // BT-112
	Groups    []TaxGroup
}

// TotalOf adds up a document. The document discount, a percentage of the line total rounded once, is spread over the tax
// groups in proportion to their nets by the largest remainder; tax is rounded once per group. Groups come in the order in
// which their first line does.
func TotalOf(currency Currency, lines []TaxedAmount, discountPercent decimal.Decimal) Totals {
	t := Totals{LineTotal: Zero(currency), Allowance: Zero(currency), Net: Zero(currency), Tax: Zero(currency), Total: Zero(currency)}
	index := map[string]int{}
	for _, line := range lines {
		key := line.Tax.Category + "/" + line.Tax.Rate.String()
		i, known := index[key]
		if !known {
			i = len(t.Groups)
			index[key] = i
			t.Groups = append(t.Groups, TaxGroup{Tax: line.Tax, Net: Zero(currency), Allowance: Zero(currency)})
		}
		t.Groups[i].Net = t.Groups[i].Net.Add(line.Net)
		t.LineTotal = t.LineTotal.Add(line.Net)
	}
	if t.LineTotal.IsPositive() {
		t.Allowance = t.LineTotal.Share(discountPercent, hundred)
		nets := make([]decimal.Decimal, len(t.Groups))
		for i, group := range t.Groups {
			nets[i] = group.Net.Decimal()
		}
		for i, part := range t.Allowance.Allocate(nets) {
			t.Groups[i].Allowance = part
		}
	}
	t.Net = t.LineTotal.Sub(t.Allowance)
	for i := range t.Groups {
		group := &t.Groups[i]
		group.Taxable = group.Net.Sub(group.Allowance)
		group.TaxAmount = group.Taxable.Share(group.Tax.Rate, hundred)
		t.Tax = t.Tax.Add(group.TaxAmount)
	}
	t.Total = t.Net.Add(t.Tax)
	return t
}

// grossOfLines spreads each tax group's total over its lines in proportion to their nets, so that the shares sum to the
// document's total.
func (t Totals) grossOfLines(lines []TaxedAmount) []Money {
	gross := make([]Money, len(lines))
	for _, group := range t.Groups {
		var members []int
		var nets []decimal.Decimal
		for i, line := range lines {
			if line.Tax.Category == group.Tax.Category && line.Tax.Rate.Equal(group.Tax.Rate) {
				members = append(members, i)
				nets = append(nets, line.Net.Decimal())
			}
		}
		parts := make([]Money, len(members))
		if group.Net.IsPositive() {
			parts = group.Total().Allocate(nets)
		}
		for k, i := range members {
			gross[i] = parts[k]
			if gross[i].Currency() == "" {
				gross[i] = Zero(t.Total.Currency())
			}
		}
	}
	return gross
}

// LineRequest is a line as a customer orders it. UnitPrice nil asks for the product's price.
type LineRequest struct {
	SKU             string
	Quantity        decimal.Decimal
	UnitPrice       *decimal.Decimal
	DiscountPercent decimal.Decimal
	POLine          string
	Description     string
	RequestedDate   Date
}

// PriceOrder prices the lines of an order for a customer and fills in its totals; order carries everything else. It
// returns all faults, each with its JSON pointer: "currency-mismatch", "sku-not-found", "price-missing",
// "amount-too-large".
func PriceOrder(order Order, lines []LineRequest, customer *Customer, products map[string]*Product) (Order, []*Error) {
	if order.Currency != customer.Currency {
		return order, []*Error{Invalid("currency-mismatch", "the customer is billed in %s, the order is in %s", customer.Currency, order.Currency).At("/currency")}
	}
	var faults []*Error
	taxed := make([]TaxedAmount, 0, len(lines))
	for i, request := range lines {
		line, err := priceLine(order.Currency, request, customer, products[request.SKU])
		if err != nil {
			faults = append(faults, err.At("/lines/"+strconv.Itoa(i)+err.Pointer))
			continue
		}
		line.Line = i + 1
		order.Lines = append(order.Lines, line)
		taxed = append(taxed, TaxedAmount{Net: line.Net, Tax: line.Tax})
	}
	if len(faults) > 0 {
		return order, faults
	}
	totals := TotalOf(order.Currency, taxed, order.DiscountPercent)
	if _, err := NewMoney(totals.Total.Decimal(), order.Currency); err != nil {
		return order, []*Error{Invalid("amount-too-large", "the order's total has more than %d digits before the point", maxIntegerDigits).At("/lines")}
	}
	for i, gross := range totals.grossOfLines(taxed) {
		order.Lines[i].Gross = gross
	}
	order.NetTotal, order.TaxTotal, order.Total = totals.Net, totals.Tax, totals.Total
	return order, nil
}

func priceLine(currency Currency, request LineRequest, customer *Customer, product *Product) (OrderLine, *Error) {
	if product == nil {
		return OrderLine{}, Invalid("sku-not-found", "there is no product %q", clip(request.SKU)).At("/sku")
	}
	line := OrderLine{
		SKU: product.SKU, Description: request.Description, UnitCode: product.UnitCode, POLine: request.POLine,
		RequestedDate: request.RequestedDate, Quantity: request.Quantity, BaseQuantity: product.BaseQuantity,
		DiscountPercent: request.DiscountPercent, Stocked: product.Stocked,
	}
	if line.Description == "" {
		line.Description = product.Name
	}
	price, known := product.Prices[currency]
	switch {
	case request.UnitPrice != nil:
		line.UnitPrice, line.PriceSource = *request.UnitPrice, "order"
	case known:
		line.UnitPrice, line.PriceSource = price, "product"
	default:
		return OrderLine{}, Invalid("price-missing", "product %s has no price in %s", product.SKU, currency).At("/unit_price")
	}
	line.Tax, line.TaxExemption = product.TaxFor(customer.TaxTreatment)
	line.Net = LineNet(line.UnitPrice, line.Quantity, line.BaseQuantity, line.DiscountPercent, currency)
	if _, err := NewMoney(line.Net.Decimal(), currency); err != nil {
		return OrderLine{}, Invalid("amount-too-large", "the line's amount has more than %d digits before the point", maxIntegerDigits).At("/quantity")
	}
	return line, nil
}
