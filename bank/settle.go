package bank

import (
	"github.com/shopspring/decimal"

	"o2c/models"
)

// OpenItem is what is open of one invoice, or of something else that was charged, when money is applied. Invoice is its number.
type OpenItem struct {
	Invoice   string
	Kind      models.ItemKind
	Reference string // ISO 11649 creditor reference
	DueDate   models.Date
	Open      models.Money
	Disputed  models.Money
	// Discount is what may still be taken off for money of a value date up to DiscountUntil; the zero Money is none.
	Discount      models.Money
	DiscountUntil models.Date
}

// Application is a part of a payment that settles an invoice, with what closes the invoice beside it and the rule that found
// it. The invoice falls by Amount + Discount + Difference, the payment by Amount + ToIncome.
type Application struct {
	Invoice    string
	Amount     models.Money
	Discount   models.Money // for paying early
	Difference models.Money // a shortage within the tolerance
	Reason     string       // of the difference
	ToIncome   models.Money // a little too much, within the tolerance
	Deduction  *models.Deduction
	Rule       string
}

// ReasonTolerance is the reason of a difference for which the payer gave none.
const ReasonTolerance = "tolerance"

// undisputed is what has to be paid for the item to have nothing left but its disputes.
func (i OpenItem) undisputed() models.Money { return i.Open.Sub(i.Disputed) }

// earnable is the discount that money of a value date can earn: never more than is open and undisputed.
func (i OpenItem) earnable(valueDate models.Date) models.Money {
	if i.Discount.Currency() == "" || i.DiscountUntil.IsZero() || i.DiscountUntil.Before(valueDate) || !i.Discount.IsPositive() {
		return models.Zero(i.Open.Currency())
	}
	return models.Min(i.Discount, i.undisputed())
}

// discounted is what clears the undisputed part with the discount.
func (i OpenItem) discounted(valueDate models.Date) models.Money {
	return i.undisputed().Sub(i.earnable(valueDate))
}

// clearedBy is true for exactly what is open of the item, what is undisputed of it, and that less the discount.
func (i OpenItem) clearedBy(amount models.Money, valueDate models.Date) bool {
	return amount.Equal(i.Open) || amount.Equal(i.undisputed()) || amount.Equal(i.discounted(valueDate))
}

// Settle says what money that is meant for an item does to it (definitions, "Payments"). The discount is earned when the money
// came in time and clears, with it, what is undisputed; it is taken as far as it is needed for that, so that whoever pays in
// full takes none. A shortage within the tolerance closes the item as a payment difference, what is too much within it
// is taken to income; outside it the rest stays open, or unapplied. A shortage of nothing but a discount that came too late stays
// open as well, as a deduction, unless it is within the tolerance.
func Settle(item OpenItem, cash models.Money, valueDate models.Date, tolerance models.Tolerance) Application {
	none := models.Zero(cash.Currency())
	a := Application{Invoice: item.Invoice, Amount: models.Min(cash, item.Open), Discount: none, Difference: none, ToIncome: none}
	limit := tolerance.Limit(item.Open)
	if item.Kind == models.ProformaItem {
		limit = none // nothing is owed: a part waits for the rest, and what is too much is the customer's
	}
	if over := cash.Sub(item.Open); over.IsPositive() && !over.MoreThan(limit) {
		a.ToIncome = over
	}
	short := item.undisputed().Sub(a.Amount)
	if !short.IsPositive() || !cash.IsPositive() {
		return a
	}
	discount := models.Min(item.earnable(valueDate), short)
	if difference := short.Sub(discount); !difference.MoreThan(limit) {
		a.Discount, a.Difference = discount, difference
	}
	if a.Difference.IsPositive() {
		a.Reason = ReasonTolerance
	}
	if !a.Discount.IsPositive() && !a.Difference.IsPositive() && item.tookUnearned(short, valueDate) {
		a.Deduction = &models.Deduction{Amount: short, Reason: models.DiscountReason}
	}
	return a
}

// tookUnearned is true for a shortage of exactly the discount, by money that came too late for it: by its terms and its value date it
// is not earned, and is a deduction.
func (i OpenItem) tookUnearned(short models.Money, valueDate models.Date) bool {
	return i.Discount.Currency() != "" && !i.DiscountUntil.IsZero() && i.DiscountUntil.Before(valueDate) && short.Equal(models.Min(i.Discount, i.undisputed())) &&
		short.LessThan(i.undisputed())
}

// shares says how much of some money each item gets: what is undisputed of one after the other, then what is disputed, then
// the last one what is too much. Money that clears what is undisputed of all of them with their discounts clears them all, and
// is not used up by the first ones.
func shares(cash models.Money, items []OpenItem, valueDate models.Date) []models.Money {
	parts := make([]models.Money, len(items))
	early := models.Zero(cash.Currency())
	for i, item := range items {
		parts[i] = models.Zero(cash.Currency())
		early = early.Add(item.discounted(valueDate))
	}
	give := func(upTo func(OpenItem) models.Money) {
		for i, item := range items {
			part := models.Min(cash, upTo(item).Sub(parts[i]))
			parts[i], cash = parts[i].Add(part), cash.Sub(part)
		}
	}
	if !cash.LessThan(early) {
		give(func(item OpenItem) models.Money { return item.discounted(valueDate) })
	}
	give(OpenItem.undisputed)
	give(func(item OpenItem) models.Money { return item.Open })
	if last := len(items) - 1; last >= 0 {
		parts[last] = parts[last].Add(cash)
	}
	return parts
}

// maxSteps bounds the search for a sum: it takes some milliseconds.
const maxSteps = 50_000

// uniqueSum finds the two or more amounts that sum to the target exactly. several is true when there is more than one such
// set; neither is set when there is none, or when the search grows too large to tell.
func uniqueSum(target models.Money, amounts []models.Money) (chosen []int, several bool) {
	rest := make([]decimal.Decimal, len(amounts)+1) // what is left to come from each place on
	for i := len(amounts) - 1; i >= 0; i-- {
		rest[i] = rest[i+1].Add(amounts[i].Decimal())
	}
	var path []int
	steps, found := 0, 0
	var search func(from int, missing decimal.Decimal)
	search = func(from int, missing decimal.Decimal) {
		if steps++; steps > maxSteps || found > 1 {
			return
		}
		if missing.IsZero() {
			if len(path) > 1 {
				if found++; found == 1 {
					chosen = append([]int(nil), path...)
				}
			}
			return
		}
		if from == len(amounts) || rest[from].LessThan(missing) {
			return
		}
		if amount := amounts[from].Decimal(); amount.IsPositive() && !amount.GreaterThan(missing) {
			path = append(path, from)
			search(from+1, missing.Sub(amount))
			path = path[:len(path)-1]
		}
		search(from+1, missing)
	}
	search(0, target.Decimal())
	switch {
	case found > 1:
		return nil, true
	case steps > maxSteps || found == 0:
		return nil, false
	}
	return chosen, false
}
