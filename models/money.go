package models

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"

	"github.com/shopspring/decimal"
)

// Money is an exact amount of one currency, with no more decimals than the currency has (ISO 4217). The zero Money has
// no currency and is not a valid amount. Arithmetic on two currencies is a mistake in the program and panics.
type Money struct {
	amount   decimal.Decimal
	currency Currency
}

// NewMoney makes a Money. It fails with "invalid-amount" when the amount has more decimals than the currency or more
// than 15 integer digits, and with "unknown-currency"; it never rounds.
func NewMoney(amount decimal.Decimal, currency Currency) (Money, error) {
	if !currency.Known() {
		return Money{}, unknownCurrency(string(currency))
	}
	if digits := currency.MinorUnits(); !amount.Equal(amount.Truncate(digits)) {
		return Money{}, Invalid("invalid-amount", "%s has more than the %d decimals of %s", amount, digits, currency)
	}
	if amount.Abs().GreaterThanOrEqual(decimal.New(1, maxIntegerDigits)) {
		return Money{}, Invalid("invalid-amount", "%s has more than %d digits before the point", amount, maxIntegerDigits)
	}
	return Money{amount: amount, currency: currency}, nil
}

// ParseMoney reads an amount of at least 0 as the API writes it: a plain decimal string.
func ParseMoney(s string, currency Currency) (Money, error) {
	d, err := parseDecimal("amount", s, maxIntegerDigits, false)
	if err != nil {
		return Money{}, err
	}
	return NewMoney(d, currency)
}

// ParsePositiveMoney reads an amount of more than 0.
func ParsePositiveMoney(s string, currency Currency) (Money, error) {
	m, err := ParseMoney(s, currency)
	if err == nil && m.IsZero() {
		return Money{}, Invalid("invalid-amount", "an amount must be more than 0")
	}
	return m, err
}

// MustMoney is NewMoney for amounts that are known to be right, such as those read from the database. It panics.
func MustMoney(amount decimal.Decimal, currency Currency) Money {
	m, err := NewMoney(amount, currency)
	if err != nil {
		panic(err)
	}
	return m
}

// Zero is nothing, in a currency.
func Zero(currency Currency) Money { return Money{currency: currency} }

// Decimal returns the amount without its currency.
func (m Money) Decimal() decimal.Decimal { return m.amount }

// Currency returns the ISO 4217 currency.
func (m Money) Currency() Currency { return m.currency }

// Add returns m + n.
func (m Money) Add(n Money) Money {
	return Money{amount: m.amount.Add(n.amount), currency: m.same(n)}
}

// Sub returns m − n.
func (m Money) Sub(n Money) Money {
	return Money{amount: m.amount.Sub(n.amount), currency: m.same(n)}
}

// Neg returns −m.
func (m Money) Neg() Money { return Money{amount: m.amount.Neg(), currency: m.currency} }

// Cmp compares two amounts: −1, 0 or 1.
func (m Money) Cmp(n Money) int {
	m.same(n)
	return m.amount.Cmp(n.amount)
}

// Equal is true for the same amount of the same currency.
func (m Money) Equal(n Money) bool { return m.currency == n.currency && m.amount.Equal(n.amount) }

// MoreThan is m > n.
func (m Money) MoreThan(n Money) bool { return m.Cmp(n) > 0 }

// LessThan is m < n.
func (m Money) LessThan(n Money) bool { return m.Cmp(n) < 0 }

// IsZero is true for no money.
func (m Money) IsZero() bool { return m.amount.IsZero() }

// IsPositive is m > 0.
func (m Money) IsPositive() bool { return m.amount.IsPositive() }

// IsNegative is m < 0.
func (m Money) IsNegative() bool { return m.amount.IsNegative() }

// Min returns the smaller of two amounts.
func Min(m, n Money) Money {
	if n.LessThan(m) {
		return n
	}
	return m
}

// Sum adds up amounts of one currency; of none it is zero.
func Sum(currency Currency, amounts ...Money) Money {
	total := Zero(currency)
	for _, m := range amounts {
		total = total.Add(m)
	}
	return total
}

// Share returns round(m × part ÷ whole): one rounding, half away from zero. Whole must not be 0.
func (m Money) Share(part, whole decimal.Decimal) Money {
	return quotient(m.amount.Mul(part), whole, m.currency)
}

// quotient rounds dividend ÷ divisor once, exactly, also where the quotient has no finite decimal form.
func quotient(dividend, divisor decimal.Decimal, currency Currency) Money {
	digits := currency.MinorUnits()
	q, rest := dividend.QuoRem(divisor, digits)
	unit := decimal.New(1, -digits)
	if rest.Abs().Mul(decimal.NewFromInt(2)).GreaterThanOrEqual(divisor.Abs().Mul(unit)) {
		if dividend.Sign()*divisor.Sign() < 0 {
			q = q.Sub(unit)
		} else {
			q = q.Add(unit)
		}
	}
	return Money{amount: q, currency: currency}
}

// String writes the amount with exactly the currency's decimals: "10.50", without the currency.
func (m Money) String() string { return m.amount.StringFixed(m.currency.MinorUnits()) }

// Text writes amount and currency for people: "10.50 EUR".
func (m Money) Text() string { return m.String() + " " + string(m.currency) }

func (m Money) same(n Money) Currency {
	if m.currency != n.currency {
		panic(fmt.Sprintf("models: arithmetic on %q and %q", m.currency, n.currency))
	}
	return m.currency
}

// Value makes a Money an SQL numeric; its currency has a column of its own.
func (m Money) Value() (driver.Value, error) { return m.String(), nil }

type moneyJSON struct {
	Amount   string   `json:"amount"`
	Currency Currency `json:"currency"`
}

// MarshalJSON writes {"amount": "10.50", "currency": "EUR"}: the form inside workflows. The API writes String beside the
// document's currency instead.
func (m Money) MarshalJSON() ([]byte, error) {
	return json.Marshal(moneyJSON{Amount: m.String(), Currency: m.currency})
}

// UnmarshalJSON reads what MarshalJSON wrote. A null, as an optional amount, stays the zero Money.
func (m *Money) UnmarshalJSON(data []byte) error {
	var j moneyJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	if j == (moneyJSON{}) || j == (moneyJSON{Amount: "0.00"}) {
		*m = Money{}
		return nil
	}
	if !plainDecimal.MatchString(j.Amount) { // an exponent could stand for gigabytes
		return Invalid("invalid-amount", "%q is not an amount", clip(j.Amount))
	}
	amount, err := decimal.NewFromString(j.Amount)
	if err != nil {
		return Invalid("invalid-amount", "%q is not an amount", clip(j.Amount))
	}
	*m, err = NewMoney(amount, j.Currency)
	return err
}
