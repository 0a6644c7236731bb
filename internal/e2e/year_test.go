package e2e_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
)

// The paths of a year begin on Monday, 3 January 2028, on the clock of their customer, whatever day it is today: their tables can say dates
// that were computed by hand, with the leap day of 2028, Easter (16 April) and both changes of the clock. After that day they begin 28 years
// later, in which every date has the same weekday and the same changes of the clock.
//
// The tables are computed from the definitions, with a calendar of 2028 and a pocket calculator, and by no code of the product:
//
//   - A level's day is due + days + grace (after due), at least min_days_between after the last notice after due, then the next day that is
//     neither of the weekend nor a holiday, at nine o'clock where the customer is. All instants of the tables are UTC.
//   - Interest is, for each segment of principal, round(principal × percent ÷ 100 × days ÷ 365), from the day after due to the notice's day,
//     less what was charged before. The comment of a path has its segments.
type year struct {
	*stack
	customer string
	order    string
	invoice  string
	currency string
	now      time.Time // the day on which the path stands
	later    int       // by how many years it is shifted
}

const yearBegins = "2028-01-03"

// The policy of the paths of a year in EUR, and its calendar. The seller's day is UTC's.
var (
	slowly = body{"name": "slowly", "calendar": "year", "hour": 9, "grace_days": 2, "min_days_between": 15, "min_amount": "5.00", "promise_tolerance_days": 1, "levels": []body{
		{"level": 0, "days_after_due": -3, "channel": "email"},
		{"level": 1, "days_after_due": 7, "channel": "email", "fee": "2.50"},
		{"level": 2, "days_after_due": 21, "channel": "email", "fee": "5.00", "interest_percent": "9.12"},
		{"level": 3, "days_after_due": 35, "channel": "email", "fee": "10.00", "interest_percent": "9.12"},
		{"level": 4, "days_after_due": 60, "channel": "letter", "fee": "12.50", "interest_percent": "9.12", "action": "account_hold"},
		{"level": 5, "days_after_due": 120, "channel": "letter", "interest_percent": "9.12", "action": "agency"},
		{"level": 6, "days_after_due": 330, "channel": "letter", "interest_percent": "9.12", "action": "propose_write_off"},
	}}
	holidays = []string{"2028-04-14", "2028-04-17", "2028-06-05", "2028-12-25", "2028-12-26", "2029-01-01"}
)

// startYear has a customer of a policy stand on the first day.
func startYear(t *testing.T, zone string, policy body, holidays []string, more ...body) *year {
	t.Helper()
	y := &year{stack: start(t), currency: "EUR"}
	for _, extra := range more {
		if currency, set := extra["currency"].(string); set {
			y.currency = currency
		}
	}
	today := time.Now().UTC().Truncate(24 * time.Hour)
	y.now = must(t, yearBegins)
	for !y.now.After(today) {
		y.later += 28
		y.now = must(t, y.shift(yearBegins))
	}
	y.call("billing", http.MethodPut, "/v1/company", body{
		"legal_name": "Seller hf.", "address": body{"line1": "1 Street", "city": "Reykjavík", "postcode": "101", "country": "IS"}, "tax_id": "IS1", "contact": body{"name": "Billing", "phone": "1", "email": "billing@seller.example"},
		"time_zone": "Atlantic/Reykjavik", "base_currency": "EUR", "calendar": "none",
		"bank_accounts": []body{{"iban": "GB33BUKB20201555555555", "bic": "BUKBGB22", "currency": "EUR"}},
	}).want(http.StatusOK)
	free := make([]body, len(holidays))
	for n, day := range holidays {
		free[n] = body{"date": y.shift(day), "name": "Holiday"}
	}
	y.call("manager", http.MethodPut, "/v1/calendars", body{"name": "year", "weekend": []string{"saturday", "sunday"}, "holidays": free}).want(http.StatusOK)
	y.post("manager", "/v1/dunning-policies", policy).want(http.StatusCreated)
	y.customer = y.stack.customer("1000000.00", append(more, body{"time_zone": zone, "dunning_policy": policy["name"]})...)
	// A clock is moved by an order: this one waits for its goods until it is cancelled on the first day.
	moves := y.entered(y.post("sales", "/v1/orders", y.ordering("main", "1", "1")))
	for left := int(y.now.Sub(today).Hours()) / 24; left > 0; left -= 1000 {
		y.skip(moves, min(left, 1000))
	}
	y.post("sales", "/v1/orders/"+moves+"/cancellation", body{"reason": "it was for its clock"}).want(http.StatusOK)
	return y
}

func must(t testing.TB, date string) time.Time {
	t.Helper()
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		t.Fatal(err)
	}
	return day
}

var years = regexp.MustCompile(`\b20\d\d-`)

// shift is a text with its years as they are where the path begins later.
func (y *year) shift(text string) string {
	return years.ReplaceAllStringFunc(text, func(found string) string {
		n, _ := strconv.Atoi(found[:4])
		return strconv.Itoa(n+y.later) + "-"
	})
}

// until lets time pass to the same time of another day.
func (y *year) until(date string) {
	y.t.Helper()
	day := must(y.t, y.shift(date))
	y.skip(y.order, int(day.Sub(y.now).Hours())/24)
	y.now = day
}

// passes is until while the order is closed: the time passes with another order, as for the first day.
func (y *year) passes(date string) {
	y.t.Helper()
	closed := y.order
	y.order = y.entered(y.post("sales", "/v1/orders", y.ordering("main", "1", "1")))
	y.until(date)
	y.post("sales", "/v1/orders/"+y.order+"/cancellation", body{"reason": "it was for its clock"}).want(http.StatusOK)
	y.order = closed
}

// ordering is an order of so many pieces of a new product, at a price with 19 % tax.
func (y *year) ordering(warehouse, quantity, price string) body {
	y.t.Helper()
	sku := "SKU-" + uuid.NewString()[:8]
	y.post("billing", "/v1/products", body{
		"sku": sku, "name": "Widget", "prices": body{y.currency: price}, "tax_category": "S", "tax_rate": "19", "stocked": true,
	}).want(http.StatusCreated)
	y.receive(sku, warehouse, "100")
	request := orderOf(y.customer, warehouse, sku, quantity)
	request["currency"] = y.currency
	return request
}

// owes has the customer owe so many pieces at a price.
func (y *year) owes(quantity, price string) {
	y.t.Helper()
	y.order = y.entered(y.post("sales", "/v1/orders", y.ordering("auto", quantity, price)))
	y.eventually("the invoice of "+y.order, func() bool { return len(y.invoices(y.order)) == 1 })
	y.quiet(y.order)
	y.invoice = y.stack.invoice(y.order)
}

// table is a table as it is compared: rows without their indent and their empty lines.
func (y *year) table(text string) []string {
	var rows []string
	for row := range strings.SplitSeq(y.shift(text), "\n") {
		if row = strings.Join(strings.Fields(row), " "); row != "" {
			rows = append(rows, row)
		}
	}
	return rows
}

// wantDunned compares the notices of the invoice: the hour, the level, what it demands, the fee and the interest that it charges; or why it was
// skipped. All are planned on the hour; after a pause they come later by the seconds that the test took.
func (y *year) wantDunned(want string) {
	y.t.Helper()
	y.quiet(y.order)
	var got []string
	for _, row := range y.get("/v1/invoices/" + y.invoice + "/dunning-notices").list("data") {
		n, _ := row.(map[string]any)
		at, err := time.Parse(time.RFC3339, fmt.Sprint(n["at"]))
		if err != nil {
			y.t.Fatal(err)
		}
		text := fmt.Sprint(at.UTC().Truncate(time.Hour).Format("2006-01-02 15:04"), " ", n["level"])
		if n["state"] == "skipped" {
			got = append(got, fmt.Sprint(text, " ", n["reason"]))
		} else {
			got = append(got, fmt.Sprint(text, " ", n["amount"], " ", n["fee"], " ", n["interest"]))
		}
	}
	if diff := cmp.Diff(y.table(want), got); diff != "" {
		y.t.Errorf("the notices (-want +got):\n%s", diff)
	}
}

// wantPosted compares the entries of the customer: the posting date, the event, what is debited and what is credited.
func (y *year) wantPosted(want string) {
	y.t.Helper()
	var got []string
	for _, row := range y.get("/v1/ledger/entries?limit=200&customer_id=" + y.customer).list("data") {
		entry, _ := row.(map[string]any)
		sides := map[string][]string{}
		lines, _ := entry["lines"].([]any)
		for _, row := range lines {
			line, _ := row.(map[string]any)
			side, amount := "debit", fmt.Sprint(line["debit"])
			if strings.Trim(amount, "0.") == "" {
				side, amount = "credit", fmt.Sprint(line["credit"])
			}
			sides[side] = append(sides[side], fmt.Sprint(line["account"], " ", amount))
		}
		got = append(got, fmt.Sprint(entry["posting_date"], " ", entry["event"], ": ", strings.Join(sides["debit"], " + "), " = ", strings.Join(sides["credit"], " + ")))
	}
	if diff := cmp.Diff(y.table(want), got); diff != "" {
		y.t.Errorf("the entries (-want +got):\n%s", diff)
	}
}

// pays has the customer pay for the invoice today.
func (y *year) pays(amount string) answer {
	y.t.Helper()
	a := y.post("cashier", "/v1/payments", body{
		"customer_id": y.customer, "amount": amount, "currency": y.currency, "method": "bank_transfer", "reference": y.invoice,
	}).want(http.StatusCreated, http.StatusAccepted)
	y.eventually("the payment to be booked", func() bool { return y.get("/v1/payments/"+a.str("id")).str("state") != "processing" })
	y.quiet(y.order)
	return a
}

// wantEnded checks how the order ends, and what the customer owes then.
func (y *year) wantEnded(outcome, receivables string) {
	y.t.Helper()
	y.ends(y.order)
	y.get("/v1/orders/" + y.order).is(map[string]string{"outcome": outcome})
	y.get("/v1/customers/" + y.customer + "/account").is(map[string]string{"receivables": receivables})
	y.wantClean()
}
