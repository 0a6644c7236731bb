package models

import (
	"strconv"

	"github.com/shopspring/decimal"
)

// Amendment gives lines of an order other quantities (the update "amend"). A quantity of "0" drops a line of which nothing is
// shipped: it counts as cancelled.
type Amendment struct {
	ID    string         `json:"id"`
	Lines []LineQuantity `json:"lines"`
	Actor string         `json:"actor"`
}

// Validate checks the amendment for itself. It returns all faults, each with its JSON pointer: "invalid-quantity",
// "line-repeated".
func (a Amendment) Validate() []*Error {
	var faults []*Error
	seen := map[int]bool{}
	for i, line := range a.Lines {
		at := "/lines/" + strconv.Itoa(i)
		if seen[line.Line] {
			faults = append(faults, Invalid("line-repeated", "line %d is named twice", line.Line).At(at+"/line"))
		}
		seen[line.Line] = true
		if _, err := line.amended(); err != nil {
			faults = append(faults, err.At(at+"/quantity"))
		}
	}
	return faults
}

// amended is the quantity that an amendment asks for.
func (l LineQuantity) amended() (decimal.Decimal, *Error) {
	if d, err := decimal.NewFromString(l.Quantity); err == nil && d.IsZero() {
		return decimal.Zero, nil
	}
	quantity, err := ParseQuantity(l.Quantity)
	if err != nil {
		return decimal.Zero, Invalid("invalid-quantity", "%q is no quantity", clip(l.Quantity))
	}
	return quantity, nil
}

// Amended is an order with the quantities that an amendment asks for, at the prices that were agreed for these.
type Amended struct {
	Order    Order
	Dropped  []int // lines of the order that count as cancelled
	Repriced []Repricing
}

// Amend applies an amendment to an order as it stands, of which so much of each line is done. What is shipped or cancelled
// already can't be amended away. A quantity that crosses a break gets the price of its break (priceAgain). It returns all faults,
// each with its JSON pointer: those of Validate, "line-not-found", "line-cancelled", "quantity-below-shipped", "price-missing",
// "nothing-to-amend", "amount-too-large".
func (a Amendment) Amend(order Order, done []LineProgress) (Amended, []*Error) {
	faults := a.Validate()
	if len(faults) > 0 {
		return Amended{}, faults
	}
	amended := Amended{Order: order}
	amended.Order.Lines = append([]OrderLine(nil), order.Lines...)
	amended.Order.Charges = append([]Charge(nil), order.Charges...)
	changed := false
	for i, asked := range a.Lines {
		at := "/lines/" + strconv.Itoa(i)
		k := asked.Line - 1
		if k < 0 || k >= len(order.Lines) {
			faults = append(faults, Invalid("line-not-found", "the order has no line %d", asked.Line).At(at+"/line"))
			continue
		}
		line, progress := &amended.Order.Lines[k], done[k]
		quantity, _ := asked.amended()
		switch {
		case !progress.Quantity.GreaterThan(progress.Cancelled):
			faults = append(faults, Conflict("line-cancelled", "line %d is cancelled", asked.Line).At(at+"/line"))
		case quantity.IsZero() && progress.Shipped.IsZero():
			amended.Dropped = append(amended.Dropped, k)
			changed = true
		case quantity.LessThan(progress.Shipped.Add(progress.Cancelled)):
			faults = append(faults, Conflict("quantity-below-shipped", "of line %d, %s is shipped or cancelled", asked.Line, progress.Shipped.Add(progress.Cancelled)).At(at+"/quantity"))
		case !quantity.Equal(line.Quantity):
			line.Quantity = quantity
			repriced, err := line.priceAgain(order.PriceSteps, progress.Shipped.IsPositive())
			if err != nil {
				faults = append(faults, err.At(at+"/quantity"))
				continue
			}
			if repriced != nil {
				amended.Repriced = append(amended.Repriced, *repriced)
			}
			line.Net = LineNet(line.UnitPrice, quantity, line.BaseQuantity, line.DiscountPercent, order.Currency)
			changed = true
		}
	}
	if len(faults) > 0 {
		return Amended{}, faults
	}
	if !changed {
		return Amended{}, []*Error{Conflict("nothing-to-amend", "the order has these quantities already")}
	}
	if err := amended.Order.addUp(); err != nil {
		return Amended{}, []*Error{err}
	}
	return amended, nil
}
