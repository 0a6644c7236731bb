package ledger

import (
	"github.com/shopspring/decimal"

	"o2c/models"
)

// carried is what an open item has been carried at: its balance in its currency and in the base currency, debits less credits.
type carried struct {
	amount decimal.Decimal
	base   decimal.Decimal
}

// valuedLine is a line with its amounts in the base currency.
type valuedLine struct {
	Line

	baseDebit  models.Money
	baseCredit models.Money
}

// side is the lines of one side of an entry on their way to base amounts. What relieves an open item takes what the item is
// carried at, in proportion, and the last the rest; the other amounts are still to be valued.
type side struct {
	relieved     decimal.Decimal // what relieves items, in the entry's currency
	relievedBase models.Money
	others       decimal.Decimal
	lines        []int // positions in the entry
	rests        []decimal.Decimal
}

// value gives every line its base amount. worth is what one unit of the entry's currency is worth on its day; items are what the
// lines' items are carried at, line by line.
//
// An entry that relieves nothing is valued at the day's rate. One that relieves items on one side takes their carrying amount for
// all of it, so that a credit note, a discount or a write-off leaves no difference of rates. One that relieves items on both
// sides, a payment and the invoice that it settles, realises what they are apart as a gain or a loss, in the base currency
// only.
func value(lines []Line, items []*carried, worth decimal.Decimal, base models.Currency) []valuedLine {
	valued := make([]valuedLine, 0, len(lines)+1) // and a difference
	debits, credits := side{relievedBase: models.Zero(base)}, side{relievedBase: models.Zero(base)}
	for i, line := range lines {
		valued = append(valued, valuedLine{Line: line, baseDebit: models.Zero(base), baseCredit: models.Zero(base)})
		amount, of, target := line.Debit.Decimal(), &debits, &valued[i].baseDebit
		if line.Credit.IsPositive() {
			amount, of, target = line.Credit.Decimal(), &credits, &valued[i].baseCredit
		}
		relieved, relievedBase := relieve(items[i], amount, line.Debit.IsPositive(), line.Account == FXClearing, base)
		*target = relievedBase
		of.relieved, of.relievedBase = of.relieved.Add(relieved), of.relievedBase.Add(relievedBase)
		of.others = of.others.Add(amount.Sub(relieved))
		of.lines, of.rests = append(of.lines, i), append(of.rests, amount.Sub(relieved))
	}
	debit, credit := debits.total(), credits.total()
	switch {
	case debits.relieved.IsZero() && credits.relieved.IsZero():
		debit = models.MustMoney(debits.others.Mul(worth).Round(base.MinorUnits()), base)
		credit = debit
	case debits.relieved.IsZero():
		debit = credit
	case credits.relieved.IsZero():
		credit = debit
	}
	for i, part := range debits.spread(debit) {
		valued[debits.lines[i]].baseDebit = valued[debits.lines[i]].baseDebit.Add(part)
	}
	for i, part := range credits.spread(credit) {
		valued[credits.lines[i]].baseCredit = valued[credits.lines[i]].baseCredit.Add(part)
	}
	if difference := debit.Sub(credit); !difference.IsZero() {
		valued = append(valued, realised(difference, lines[0]))
	}
	return valued
}

// relieve is what a line takes of its item, in the entry's currency and in the base currency, and takes it off the item.
func relieve(item *carried, amount decimal.Decimal, debit, clearing bool, base models.Currency) (relieved decimal.Decimal, relievedBase models.Money) {
	none := models.Zero(base)
	if item == nil {
		return decimal.Zero, none
	}
	if !debit { // seen from the item: what it has on the other side
		item.amount, item.base = item.amount.Neg(), item.base.Neg()
		defer func() { item.amount, item.base = item.amount.Neg(), item.base.Neg() }()
	}
	if clearing { // the two halves of a conversion are in two currencies: the second takes all that the first left
		if !item.base.IsNegative() {
			return decimal.Zero, none
		}
		taken := item.base.Neg()
		item.base = decimal.Zero
		return amount, models.MustMoney(taken, base)
	}
	if !item.amount.IsNegative() || item.base.IsPositive() {
		return decimal.Zero, none
	}
	held := models.MustMoney(item.base.Neg(), base)
	relieved = decimal.Min(amount, item.amount.Neg())
	relievedBase = held.Share(relieved, item.amount.Neg())
	item.amount, item.base = item.amount.Add(relieved), item.base.Add(relievedBase.Decimal())
	return relieved, relievedBase
}

// total is what a side that relieves items comes to: its other lines at the rate of what it relieves.
func (s *side) total() models.Money {
	if s.relieved.IsZero() {
		return s.relievedBase
	}
	return s.relievedBase.Add(s.relievedBase.Share(s.others, s.relieved))
}

// spread splits what a side comes to beyond what it relieves over its lines, by their amounts.
func (s *side) spread(total models.Money) []models.Money {
	if s.others.IsZero() {
		return nil
	}
	return total.Sub(s.relievedBase).Allocate(s.rests)
}

// realised is the line for a difference of rates: a gain where more came off on the debit side, else a loss. It has no amount in
// the entry's currency.
func realised(difference models.Money, like Line) valuedLine {
	none, noBase := models.Zero(like.Debit.Currency()), models.Zero(difference.Currency())
	line := valuedLine{Line: Line{Account: FXGain, Debit: none, Credit: none, customer: like.customer}, baseDebit: noBase, baseCredit: difference}
	if difference.IsNegative() {
		line.Account, line.baseDebit, line.baseCredit = FXLoss, difference.Neg(), noBase
	}
	return line
}
