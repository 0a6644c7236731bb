package models

import (
	"strconv"

	"github.com/shopspring/decimal"
)

// DunningPolicy says when an unpaid item is dunned and how. An invoice keeps the version that it was issued under.
type DunningPolicy struct {
	Name           string
	Version        int
	Calendar       string          // its name; a customer's own calendar takes precedence
	Hour           int             // of the day, in the customer's zone
	GraceDays      int             // added to the days of levels after due
	MinDaysBetween int             // from one notice after due to the next, of one item
	MinAmount      decimal.Decimal // per item, in its currency; an item of less is not dunned
	// PromiseToleranceDays are the business days after a promise's or plan's date until it is judged.
	PromiseToleranceDays int
	Levels               []DunningLevel // ascending by level and by day

	// BusinessDays are those of the calendar that counts, filled in where the policy is loaded for a customer. The zero Calendar
	// makes every day one.
	BusinessDays Calendar
}

// DunningLevel is one step of a policy. Level 0 is the reminder before the due date.
type DunningLevel struct {
	Level        int
	DaysAfterDue int // negative: before
	Channel      string
	Action       string
	Fee          decimal.Decimal // charged with the notice, in the item's currency; 0: none
	Interest     InterestTerms   // charged with the notice; the zero value: none
}

// The actions of a dunning level.
const (
	ActionNotice          = "notice"            // a message to the customer
	ActionCallTask        = "call_task"         // a task for a person to call
	ActionAccountHold     = "account_hold"      // new orders of the customer are held
	ActionAgency          = "agency"            // hand-over to a collection agency, a task for a person
	ActionProposeWriteOff = "propose_write_off" // a task to give it up
)

// CalendarFor names the calendar by which a customer is dunned: its own, and without one the policy's.
func (p DunningPolicy) CalendarFor(customer string) string {
	if customer != "" && customer != NoCalendar {
		return customer
	}
	return p.Calendar
}

// Level is the level of a number.
func (p DunningPolicy) Level(number int) (DunningLevel, bool) {
	for _, level := range p.Levels {
		if level.Level == number {
			return level, true
		}
	}
	return DunningLevel{}, false
}

// FeeIn is what a notice of the level costs in a currency. Decimals that the currency does not have are cut off, so that a fee is
// never more than the policy says.
func (l DunningLevel) FeeIn(currency Currency) Money {
	return MustMoney(l.Fee.Truncate(currency.MinorUnits()), currency)
}

const (
	maxLevels     = 50
	maxPolicyDays = 3650
)

// Validate checks a policy, fills the defaults of its levels in and returns all faults, each with its JSON pointer; all have the
// code "invalid-dunning-policy".
func (p *DunningPolicy) Validate() []*Error {
	var faults []*Error
	check := func(ok bool, pointer, detail string) {
		if !ok {
			faults = append(faults, Invalid("invalid-dunning-policy", "%s", detail).At(pointer))
		}
	}
	days := func(n, least int) bool { return least <= n && n <= maxPolicyDays }
	defaultTo(&p.Calendar, NoCalendar)
	check(customerID.MatchString(p.Name), "/name", "a name has 1 to 64 letters, digits, dots, dashes or underscores")
	check(customerID.MatchString(p.Calendar), "/calendar", "not the name of a calendar")
	check(0 <= p.Hour && p.Hour <= 23, "/hour", "an hour is between 0 and 23")
	check(days(p.GraceDays, 0), "/grace_days", "grace_days must be between 0 and 3650")
	check(days(p.MinDaysBetween, 1), "/min_days_between", "min_days_between must be between 1 and 3650")
	check(isAmount(p.MinAmount), "/min_amount", "an amount is at least 0, with at most 15 digits before the point and 4 after it")
	check(days(p.PromiseToleranceDays, 0), "/promise_tolerance_days", "promise_tolerance_days must be between 0 and 3650")
	check(len(p.Levels) > 0, "/levels", "a policy needs a level")
	check(len(p.Levels) <= maxLevels, "/levels", "at most 50 levels")
	for i := range p.Levels {
		level, at := &p.Levels[i], "/levels/"+strconv.Itoa(i)
		defaultTo(&level.Action, ActionNotice)
		defaultTo(&level.Interest.Regime, level.Interest.RegimeName())
		afterDue := level.DaysAfterDue > 0
		check(level.Level >= 0 && level.Level <= maxLevels, at+"/level", "a level is between 0 and 50")
		check(days(level.DaysAfterDue, -maxPolicyDays), at+"/days_after_due", "days_after_due must be between -3650 and 3650")
		if i > 0 {
			check(level.Level > p.Levels[i-1].Level, at+"/level", "each level is higher than the one before it")
			check(level.DaysAfterDue > p.Levels[i-1].DaysAfterDue, at+"/days_after_due", "each level comes later than the one before it")
		}
		check(level.Level > 0 || !afterDue, at+"/level", "level 0 is the reminder before the due date")
		check(oneOf(level.Channel, "email", "letter", "call"), at+"/channel", "not one of email, letter, call")
		check(oneOf(level.Action, ActionNotice, ActionCallTask, ActionAccountHold, ActionAgency, ActionProposeWriteOff), at+"/action",
			"not one of notice, call_task, account_hold, agency, propose_write_off")
		check(afterDue || !oneOf(level.Action, ActionAccountHold, ActionAgency, ActionProposeWriteOff), at+"/action", "only a level after due can do that")
		check(isAmount(level.Fee), at+"/fee", "an amount is at least 0, with at most 15 digits before the point and 4 after it")
		check(afterDue || level.Fee.IsZero(), at+"/fee", "only a level after due has a fee")
		check(afterDue || level.Interest.IsZero(), at+"/interest_percent", "only a level after due charges interest")
		faults = append(faults, level.Interest.validate("invalid-dunning-policy", at)...)
	}
	return faults
}

func isAmount(d decimal.Decimal) bool {
	return !d.IsNegative() && d.LessThan(decimal.New(1, maxIntegerDigits)) && d.Equal(d.Truncate(amountScale))
}
