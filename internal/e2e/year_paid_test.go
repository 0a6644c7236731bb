package e2e_test

import "testing"

// A customer in Tokyo pays in four parts over a year, in yen, without a minor unit. 3 × 33335 = 100005, 19 % of it 19000.95, that is 19001: 119006, due on
// 3 January + 30 days, 2 February, at the end of its month: Tuesday 29 February. Nine o'clock is 0:00 of the same day.
//
//	level 0  29 February − 5 = Thursday 24 February
//	level 1  + 10 = Friday 10 March, a holiday: Monday 13 March
//	level 2  + 30 = Thursday 30 March
//	level 3  + 90 = Monday 29 May
//	level 4  + 180 = Sunday 27 August: Monday 28 August
//	level 5  + 300 = Monday 25 December, no holiday there
//
// Interest at 14.6 %, which is 0.0004 a day, from 1 March on, on what is left: 119006 − 39001 = 80005 from 21 February on; − 20002 = 60003 from 21 March
// on; − 35003 = 25000 from 11 July on.
//
//	to 30 March     80005 × 20 days 640.04 640, 60003 × 10 days 240.01 240                                   880
//	to 29 May       640, 60003 × 70 days 1680.08 1680                                                       2320 − 880 = 1440
//	to 28 August    640, 60003 × 112 days 2688.13 2688, 25000 × 49 days 490                                 3818 − 2320 = 1498
//	to 25 December  640, 2688, 25000 × 168 days 1680                                                        5008 − 3818 = 1190
//
// Fees of 3000 and interest of 5008 stay owed: a payment that names an invoice never pays them.
func TestAYearInWhichItIsPaidInParts(t *testing.T) {
	t.Parallel()
	policy := body{"name": "yen", "calendar": "year", "hour": 9, "min_days_between": 14, "levels": []body{
		{"level": 0, "days_after_due": -5, "channel": "email"},
		{"level": 1, "days_after_due": 10, "channel": "email", "fee": "500"},
		{"level": 2, "days_after_due": 30, "channel": "email", "fee": "1000", "interest_percent": "14.6"},
		{"level": 3, "days_after_due": 90, "channel": "letter", "fee": "1500", "interest_percent": "14.6"},
		{"level": 4, "days_after_due": 180, "channel": "call", "action": "call_task", "interest_percent": "14.6"},
		{"level": 5, "days_after_due": 300, "channel": "letter", "interest_percent": "14.6"},
	}}
	y := startYear(t, "Asia/Tokyo", policy, []string{"2028-03-10"}, body{"currency": "JPY", "payment_terms": body{"net_days": 30, "end_of_month": true}})
	y.owes("3", "33335")
	y.get("/v1/invoices/" + y.invoice).is(map[string]string{"net_total": "100005", "tax_total": "19001", "total": "119006", "due_date": y.shift("2028-02-29")})
	y.until("2028-02-20")
	y.pays("39001").is(map[string]string{"state": "applied"})
	y.until("2028-03-20")
	y.pays("20002")
	y.until("2028-07-10")
	y.pays("35003")
	y.until("2029-01-15")
	y.wantDunned(`
		2028-02-24 00:00 0 80005 0 0
		2028-03-13 00:00 1 80005 500 0
		2028-03-30 00:00 2 60003 1000 880
		2028-05-29 00:00 3 60003 1500 1440
		2028-08-28 00:00 4 25000 0 1498
		2028-12-25 00:00 5 25000 0 1190`)
	y.pays("25000")
	y.wantEnded("paid", "8008")
	y.wantPosted(`
		2028-01-03 invoice_issued: receivables 119006 = revenue 100005 + tax_payable 19001
		2028-02-20 payment_received: bank_clearing 39001 = unapplied_cash 39001
		2028-02-20 payment_applied: unapplied_cash 39001 = receivables 39001
		2028-03-13 fee_charged: receivables 500 = fee_income 500
		2028-03-20 payment_received: bank_clearing 20002 = unapplied_cash 20002
		2028-03-20 payment_applied: unapplied_cash 20002 = receivables 20002
		2028-03-30 fee_charged: receivables 1000 = fee_income 1000
		2028-03-30 interest_charged: receivables 880 = interest_income 880
		2028-05-29 fee_charged: receivables 1500 = fee_income 1500
		2028-05-29 interest_charged: receivables 1440 = interest_income 1440
		2028-07-10 payment_received: bank_clearing 35003 = unapplied_cash 35003
		2028-07-10 payment_applied: unapplied_cash 35003 = receivables 35003
		2028-08-28 interest_charged: receivables 1498 = interest_income 1498
		2028-12-25 interest_charged: receivables 1190 = interest_income 1190
		2029-01-15 payment_received: bank_clearing 25000 = unapplied_cash 25000
		2029-01-15 payment_applied: unapplied_cash 25000 = receivables 25000`)
}
