package models

// ChargeBasis is what the charges of a dunning notice are made of.
type ChargeBasis struct {
	Day          Date // of the notice
	Due          Date
	CustomerKind string
	Demanded     Money
	Principal    []PrincipalFrom
	Rates        ReferenceRates
	Charged      Money // interest of the instalment, by earlier notices, less what was waived of it as too much
	Compensated  bool  // an earlier notice of the invoice has charged the compensation
}

// Why a notice does not charge what its policy grants.
const (
	NoReferenceRate      = "no-reference-rate"     // the table of reference rates has none for a day; the next notice charges the interest of these days, too
	CompensationCurrency = "compensation-currency" // the regime's sum is in another currency than the debt
)

// NoticeCharges is what a notice charges beside the principal. NotCharged says why something that its policy grants is not in it, "" where
// all of it is.
type NoticeCharges struct {
	Fee          Money
	Interest     InterestCharge
	Compensation Money
	NotCharged   string
}

// NothingCharged is what a notice charges that was skipped.
func NothingCharged(currency Currency) NoticeCharges {
	none := Zero(currency)
	return NoticeCharges{Fee: none, Compensation: none, Interest: InterestCharge{Accrued: none, Charge: none, Excess: none}}
}

// Total is all of it.
func (c NoticeCharges) Total() Money { return c.Fee.Add(c.Interest.Charge).Add(c.Compensation) }

// Charge is what a notice of the level charges: the fee, the interest that has accrued to its day less what was charged, and once for
// an invoice the compensation for the debt that there was when interest began (definitions, "Late-payment interest"). Without a
// reference rate no interest is charged at all: it is never taken for zero, and comes with the next notice.
func (l DunningLevel) Charge(basis ChargeBasis) NoticeCharges {
	charges := NothingCharged(basis.Demanded.Currency())
	charges.Fee = l.FeeIn(basis.Demanded.Currency())
	first := basis.Due.AddDays(1)
	if !l.Interest.Charges(basis.CustomerKind) || basis.Day.Before(first) {
		return charges
	}
	if !basis.Compensated {
		debt := principalOn(first, basis.Principal)
		if !debt.IsPositive() {
			debt = basis.Demanded
		}
		compensation, err := l.Interest.RegimeName().Compensation(debt)
		if err != nil {
			charges.NotCharged = CompensationCurrency
		} else {
			charges.Compensation = compensation
		}
	}
	rates, err := l.Interest.Rates(first, basis.Day, basis.Rates)
	if err != nil {
		charges.NotCharged = NoReferenceRate
		return charges
	}
	charges.Interest = ChargeInterest(Interest(basis.Due, basis.Day, basis.Principal, rates), basis.Charged)
	return charges
}

// principalOn is the principal of a day.
func principalOn(day Date, principal []PrincipalFrom) Money {
	amount := Zero(principal[0].Amount.Currency())
	for _, p := range principal {
		if !p.From.After(day) {
			amount = p.Amount
		}
	}
	return amount
}

// OpenCharge is a fee, interest or compensation that was charged and is not paid.
type OpenCharge struct {
	Number string
	Kind   ItemKind
	Open   Money
}
