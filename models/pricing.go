package models

import (
	"slices"
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

// TaxGroup is one row of the tax breakdown (EN 16931 BG-23). Taxable = Σ net of its lines − Allowance + Charge; Tax is
// rounded once per group.
type TaxGroup struct {
	Tax       TaxClass
	Net       Money // Σ of its lines
	Allowance Money // its part of the document discount
	Charge    Money // Σ of its charges
	Taxable   Money // BT-116
	TaxAmount Money // BT-117
}

// Total is taxable amount and tax together.
func (g TaxGroup) Total() Money { return g.Taxable.Add(g.TaxAmount) }

// Totals are the amounts of a document (EN 16931 BG-22).
type Totals struct {
	LineTotal Money // BT-106
	Allowance Money // BT-107
	Charge    Money // BT-108
	Net       Money // BT-109
	Tax       Money // BT-110
	Total     Money // BT-112
	Groups    []TaxGroup
}

// TotalOf adds up a document. The document discount, a percentage of the line total rounded once, is spread over the tax
// groups in proportion to their nets by the largest remainder, of equal ones by category and rate, so that the order of lines
// changes no total; charges are not discounted, and enter the group in which each is taxed; tax is rounded once per group. Groups
// come in the order in which their first line does, those of charges alone after them.
func TotalOf(currency Currency, lines []TaxedAmount, discountPercent decimal.Decimal, charges ...TaxedAmount) Totals {
	nothing := Zero(currency)
	t := Totals{LineTotal: nothing, Allowance: nothing, Charge: nothing, Net: nothing, Tax: nothing, Total: nothing}
	index := map[string]int{}
	groupOf := func(class TaxClass) *TaxGroup {
		key := class.Category + "/" + class.Rate.String()
		i, known := index[key]
		if !known {
			i = len(t.Groups)
			index[key] = i
			t.Groups = append(t.Groups, TaxGroup{Tax: class, Net: nothing, Allowance: nothing, Charge: nothing})
		}
		return &t.Groups[i]
	}
	for _, line := range lines {
		group := groupOf(line.Tax)
		group.Net = group.Net.Add(line.Net)
		t.LineTotal = t.LineTotal.Add(line.Net)
	}
	for _, charge := range charges {
		group := groupOf(charge.Tax)
		group.Charge = group.Charge.Add(charge.Net)
		t.Charge = t.Charge.Add(charge.Net)
	}
	if t.LineTotal.IsPositive() {
		t.Allowance = t.LineTotal.Share(discountPercent, hundred)
		groups := make([]*TaxGroup, len(t.Groups))
		for i := range t.Groups {
			groups[i] = &t.Groups[i]
		}
		slices.SortFunc(groups, func(a, b *TaxGroup) int { return a.Tax.compare(b.Tax) })
		nets := make([]decimal.Decimal, len(groups))
		for i, group := range groups {
			nets[i] = group.Net.Decimal()
		}
		for i, part := range t.Allowance.Allocate(nets) {
			groups[i].Allowance = part
		}
	}
	t.Net = t.LineTotal.Sub(t.Allowance).Add(t.Charge)
	for i := range t.Groups {
		group := &t.Groups[i]
		group.Taxable = group.Net.Sub(group.Allowance).Add(group.Charge)
		group.TaxAmount = group.Taxable.Share(group.Tax.Rate, hundred)
		t.Tax = t.Tax.Add(group.TaxAmount)
	}
	t.Total = t.Net.Add(t.Tax)
	return t
}

// grossShares spreads each tax group's total over its lines and charges, so that all shares sum to the document's total: over
// lines in proportion to their nets after the document discount, over charges by their amounts.
func (t Totals) grossShares(lines, charges []TaxedAmount) (ofLines, ofCharges []Money) {
	all := slices.Concat(lines, charges)
	gross := make([]Money, len(all))
	for i := range gross {
		gross[i] = Zero(t.Total.Currency())
	}
	for _, group := range t.Groups {
		if !group.Total().IsPositive() {
			continue
		}
		// Both kinds of weight are multiplied by the group's net, so that none is a quotient.
		net, discounted := group.Net.Decimal(), group.Net.Sub(group.Allowance).Decimal()
		if net.IsZero() {
			net = decimal.NewFromInt(1)
		}
		var members []int
		var weights []decimal.Decimal
		for i, part := range all {
			if !part.Tax.Equal(group.Tax) {
				continue
			}
			weight := part.Net.Decimal().Mul(net)
			if i < len(lines) {
				weight = part.Net.Decimal().Mul(discounted)
			}
			members, weights = append(members, i), append(weights, weight)
		}
		for k, share := range group.Total().Allocate(weights) {
			gross[members[k]] = share
		}
	}
	return gross[:len(lines)], gross[len(lines):]
}

// LineRequest is a line as a customer orders it, with what was found out about it.
type LineRequest struct {
	SKU             string
	Quantity        decimal.Decimal
	UnitPrice       *decimal.Decimal // nil asks for the price that is determined
	DiscountPercent decimal.Decimal
	POLine          string
	Description     string
	RequestedDate   Date
	ShipTo          *Address    // nil: the order's
	ListPrices      []ListPrice // of the price lists that apply: lists as they go first, breaks from the highest
	Tax             *TaxAnswer  // nil: the customer's treatment, else the product's class
}

// PriceOrder prices the lines of an order for a customer and fills in its totals; order carries everything else, its charges
// among it. It returns all faults, each with its JSON pointer: "currency-mismatch", "sku-not-found", "price-missing",
// "amount-too-large", and those of charges.
func PriceOrder(order Order, lines []LineRequest, customer *Customer, products map[string]*Product) (Order, []*Error) {
	if order.Currency != customer.Currency {
		return order, []*Error{Invalid("currency-mismatch", "the customer is billed in %s, the order is in %s", customer.Currency, order.Currency).At("/currency")}
	}
	faults := order.checkCharges()
	for i, request := range lines {
		line, err := priceLine(order.Currency, request, customer, products[request.SKU])
		if err != nil {
			faults = append(faults, err.At("/lines/"+strconv.Itoa(i)+err.Pointer))
			continue
		}
		line.Line = i + 1
		order.Lines = append(order.Lines, line)
	}
	if len(faults) > 0 {
		return order, faults
	}
	order.keepSteps(lines, products)
	if err := order.addUp(); err != nil {
		return order, []*Error{err}
	}
	return order, nil
}

// addUp computes the totals of an order from its lines and charges, and the share of each in them.
func (o *Order) addUp() *Error {
	lines, charges := make([]TaxedAmount, len(o.Lines)), Taxed(o.Charges)
	for i, line := range o.Lines {
		lines[i] = TaxedAmount{Net: line.Net, Tax: line.Tax}
	}
	totals := TotalOf(o.Currency, lines, o.DiscountPercent, charges...)
	if _, err := NewMoney(totals.Total.Decimal(), o.Currency); err != nil {
		return Invalid("amount-too-large", "the order's total has more than %d digits before the point", maxIntegerDigits).At("/lines")
	}
	ofLines, ofCharges := totals.grossShares(lines, charges)
	for i, gross := range ofLines {
		o.Lines[i].Gross = gross
	}
	for i, gross := range ofCharges {
		o.Charges[i].Gross = gross
	}
	o.ChargeTotal, o.ChargeGross = totals.Charge, Sum(o.Currency, ofCharges...)
	o.NetTotal, o.TaxTotal, o.Total = totals.Net, totals.Tax, totals.Total
	return nil
}

func priceLine(currency Currency, request LineRequest, customer *Customer, product *Product) (OrderLine, *Error) {
	if product == nil {
		return OrderLine{}, Invalid("sku-not-found", "there is no product %q", clip(request.SKU)).At("/sku")
	}
	line := OrderLine{
		SKU: product.SKU, Description: request.Description, UnitCode: product.UnitCode, POLine: request.POLine, ShipTo: request.ShipTo,
		RequestedDate: request.RequestedDate, Quantity: request.Quantity, DiscountPercent: request.DiscountPercent, Stocked: product.Stocked,
	}
	if line.Description == "" {
		line.Description = product.Name
	}
	determined := priceOf(product, currency, request.Quantity, request.ListPrices)
	if determined == nil && request.UnitPrice == nil {
		return OrderLine{}, Invalid("price-missing", "product %s has no price in %s", product.SKU, currency).At("/unit_price")
	}
	line.price(determined, request.UnitPrice, product)
	tax := request.Tax
	if tax == nil {
		tax = new(TaxBook{}.Determine(TaxQuestion{Product: product, Treatment: customer.TaxTreatment}))
	}
	line.Tax, line.TaxExemption, line.TaxExemptionCode = tax.Tax, tax.Exemption, tax.ExemptionCode
	line.TaxSource, line.TaxReason = tax.Source, tax.Reason
	line.Net = LineNet(line.UnitPrice, line.Quantity, line.BaseQuantity, line.DiscountPercent, currency)
	if _, err := NewMoney(line.Net.Decimal(), currency); err != nil {
		return OrderLine{}, Invalid("amount-too-large", "the line's amount has more than %d digits before the point", maxIntegerDigits).At("/quantity")
	}
	return line, nil
}
