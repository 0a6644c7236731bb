package document

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"o2c/models"
)

// Confirmation is a version of an order as it is confirmed: what will be shipped, for how much, to whom.
type Confirmation struct {
	Seller          string
	Customer        string // sold to
	Order           string
	Version         int // from the second on it is a change
	PONumber        string
	Currency        models.Currency
	SoldTo          *models.Address
	ShipTo          *models.Address
	BillTo          *models.Address
	Payer           string // "" for the customer
	RequestedDate   models.Date
	DeliveryTerms   string
	Terms           models.PaymentTerms
	DiscountPercent decimal.Decimal
	Lines           []ConfirmedLine
	Charges         []models.Charge
	Totals          models.Totals
}

// ConfirmedLine is a line of it. Quantity is less what is cancelled; nothing left of it is a line that was dropped.
type ConfirmedLine struct {
	Goods

	POLine          string
	UnitPrice       decimal.Decimal
	BaseQuantity    decimal.Decimal
	DiscountPercent decimal.Decimal
	Net             models.Money
	RequestedDate   models.Date
	ShipTo          *models.Address // nil: the order's
	Shipped         decimal.Decimal
	Backordered     decimal.Decimal
}

// Goods are a quantity of a product on a line of an order.
type Goods struct {
	Line        int
	SKU         string
	Description string
	UnitCode    string // UN/ECE Rec 20
	Quantity    decimal.Decimal
}

// ConfirmationMail confirms an order, or a change of it.
func ConfirmationMail(c Confirmation) Text {
	text := Text{Subject: "Order confirmation " + c.Order}
	var b strings.Builder
	if c.Version > 1 {
		text.Subject = fmt.Sprintf("Changed order confirmation %s, version %d", c.Order, c.Version)
		fmt.Fprintf(&b, "Dear %s,\n\nwe have changed your order%s as agreed. This confirmation of %s, version %d, takes the place of the one before.\n\n",
			c.Customer, order(c.PONumber), c.Order, c.Version)
	} else {
		fmt.Fprintf(&b, "Dear %s,\n\nthank you for your order%s, which we confirm as %s.\n\n", c.Customer, order(c.PONumber), c.Order)
	}
	for _, line := range c.Lines {
		line.write(&b, c.Currency)
	}
	b.WriteString("\n")
	c.writeTotals(&b)
	b.WriteString("\n")
	if c.Terms.Prepayment {
		said(&b, "Payment", terms(c.Terms))
	} else {
		said(&b, "Payment after the invoice", terms(c.Terms))
	}
	if !c.RequestedDate.IsZero() {
		said(&b, "Requested for", c.RequestedDate.String())
	}
	said(&b, "Delivery terms", c.DeliveryTerms)
	said(&b, "Sold to", place(c.Customer, c.SoldTo))
	said(&b, "Ship to", address(c.ShipTo))
	said(&b, "Bill to", address(c.BillTo))
	said(&b, "Payer", c.Payer)
	fmt.Fprintf(&b, "\nKind regards\n%s\n", c.Seller)
	text.Body = b.String()
	return text
}

func (l ConfirmedLine) write(b *strings.Builder, currency models.Currency) {
	fmt.Fprintf(b, "%d. %s (%s)", l.Line, l.Description, l.SKU)
	if l.POLine != "" {
		fmt.Fprintf(b, ", your line %s", l.POLine)
	}
	if !l.Quantity.IsPositive() {
		b.WriteString(": cancelled\n")
		return
	}
	per := ""
	if !l.BaseQuantity.Equal(decimal.NewFromInt(1)) {
		per = " per " + l.BaseQuantity.String()
	}
	fmt.Fprintf(b, "\n   %s at %s%s", l.quantity(l.Quantity), price(l.UnitPrice, currency), per)
	if l.DiscountPercent.IsPositive() {
		fmt.Fprintf(b, " less %s %%", l.DiscountPercent)
	}
	fmt.Fprintf(b, ": %s\n", l.Net.Text())
	if l.Shipped.IsPositive() {
		fmt.Fprintf(b, "   %s shipped already\n", l.quantity(l.Shipped))
	}
	if l.Backordered.IsPositive() {
		fmt.Fprintf(b, "   %s on backorder: sent as soon as there is stock\n", l.quantity(l.Backordered))
	}
	if !l.RequestedDate.IsZero() {
		fmt.Fprintf(b, "   requested for %s\n", l.RequestedDate)
	}
	if l.ShipTo != nil {
		fmt.Fprintf(b, "   to %s\n", address(l.ShipTo))
	}
}

func (c Confirmation) writeTotals(b *strings.Builder) {
	t := c.Totals
	said(b, "Lines", t.LineTotal.Text())
	if t.Allowance.IsPositive() {
		said(b, fmt.Sprintf("Discount of %s %%", c.DiscountPercent), t.Allowance.Neg().Text())
	}
	for _, charge := range c.Charges {
		said(b, charge.Reason, charge.Amount.Text())
	}
	said(b, "Net", t.Net.Text())
	for _, group := range t.Groups {
		said(b, fmt.Sprintf("Tax %s %s %% on %s", group.Tax.Category, group.Tax.Rate, group.Taxable.Text()), group.TaxAmount.Text())
	}
	said(b, "Total", t.Total.Text())
}

// quantity is so much of the goods. C62 is what has no other unit than one.
func (g Goods) quantity(n decimal.Decimal) string {
	if g.UnitCode == "" || g.UnitCode == "C62" {
		return n.String()
	}
	return n.String() + " " + g.UnitCode
}

// price is a price with all its digits, and no fewer than money of its currency has.
func price(p decimal.Decimal, currency models.Currency) string {
	text := p.String()
	if _, digits, _ := strings.Cut(text, "."); len(digits) < int(currency.MinorUnits()) {
		text = p.StringFixed(currency.MinorUnits())
	}
	return text + " " + string(currency)
}

// said writes something under its name, unless there is nothing to say.
func said(b *strings.Builder, name, what string) {
	if what != "" {
		fmt.Fprintf(b, "%s: %s\n", name, what)
	}
}

func terms(t models.PaymentTerms) string {
	if t.Prepayment {
		return "in full before anything is shipped"
	}
	var parts []string
	for _, part := range t.Instalments {
		parts = append(parts, fmt.Sprintf("%s %% %s", part.Percent, within(part.NetDays)))
	}
	if len(parts) == 0 {
		if t.DiscountPercent.IsPositive() {
			parts = append(parts, fmt.Sprintf("less %s %% %s", t.DiscountPercent, within(t.DiscountDays)))
		}
		parts = append(parts, "net "+within(t.Days()))
	}
	text := strings.Join(parts, ", ")
	if t.EndOfMonth {
		text += ", until the end of that month"
	}
	return text
}

func within(days int) string {
	if days == 0 {
		return "at once"
	}
	return fmt.Sprintf("within %d days", days)
}

func place(name string, a *models.Address) string {
	if a == nil {
		return name
	}
	return name + ", " + address(a)
}

func address(a *models.Address) string {
	if a == nil {
		return ""
	}
	var parts []string
	for _, part := range []string{a.Line1, a.Line2, strings.TrimSpace(a.Postcode + " " + a.City), a.Region, a.Country} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}
