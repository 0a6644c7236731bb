package e2e_test

import (
	"net/http"
	"testing"
)

// Nobody ever pays, in New York, for a year. 7 × 123.457 = 864.199, that is 864.20; 19 % of it 164.198, that is 164.20: 1028.40, due on 3 January + 30 days,
// Wednesday 2 February. Nine o'clock is 14:00, and 13:00 from 12 March to 5 November.
//
//	level 0  2 February − 3 = Sunday 30 January: Monday the 31st
//	level 1  + 9 = Friday 11 February
//	level 2  + 23 = Friday the 25th, but 15 days after the last are Saturday the 26th: Monday 28 February
//	level 3  + 37 = Friday 10 March, but 15 days after the last are Tuesday 14 March
//	level 4  + 62 = Tuesday 4 April
//	level 5  + 122 = Saturday 3 June, and Monday the 5th is Whit Monday: Tuesday 6 June
//	level 6  + 332 = Saturday 30 December, and Monday is New Year: Tuesday 2 January
//
// Interest on 1028.40 at 9.12 %, from 3 February on: a day is 93.79008 ÷ 365.
//
//	26 days to 28 February   6.6809  6.68
//	41 days to 14 March     10.5353 10.54 − 6.68 = 3.86
//	62 days to 4 April      15.9315 15.93 − 10.54 = 5.39
//	125 days to 6 June      32.1199 32.12 − 15.93 = 16.19
//	335 days to 2 January   86.0813 86.08 − 32.12 = 53.96
//
// The last level proposes to write it off, which a person approves. Fees of 30.00 and interest of 86.08 stay owed.
func TestAYearInWhichNobodyPays(t *testing.T) {
	t.Parallel()
	y := startYear(t, "America/New_York", slowly, holidays)
	y.owes("7", "123.457")
	y.get("/v1/invoices/" + y.invoice).is(map[string]string{"net_total": "864.20", "tax_total": "164.20", "total": "1028.40", "due_date": y.shift("2028-02-02")})
	y.until("2029-01-10")
	y.wantDunned(`
		2028-01-31 14:00 0 1028.40 0.00 0.00
		2028-02-11 14:00 1 1028.40 2.50 0.00
		2028-02-28 14:00 2 1028.40 5.00 6.68
		2028-03-14 13:00 3 1028.40 10.00 3.86
		2028-04-04 13:00 4 1028.40 12.50 5.39
		2028-06-06 13:00 5 1028.40 0.00 16.19
		2029-01-02 14:00 6 1028.40 0.00 53.96`)
	proposed := y.get("/v1/invoices/" + y.invoice + "/write-offs").is(map[string]string{"data.0.state": "awaiting_approval", "data.0.amount": "1028.40"}).str("data.0.id")
	y.post("manager", "/v1/write-offs/"+proposed+"/approval", body{"decision": "approve", "note": "nobody there"}).want(http.StatusOK)
	y.wantEnded("written_off", "116.08")
	y.wantPosted(`
		2028-01-03 invoice_issued: receivables 1028.40 = revenue 864.20 + tax_payable 164.20
		2028-02-11 fee_charged: receivables 2.50 = fee_income 2.50
		2028-02-28 fee_charged: receivables 5.00 = fee_income 5.00
		2028-02-28 interest_charged: receivables 6.68 = interest_income 6.68
		2028-03-14 fee_charged: receivables 10.00 = fee_income 10.00
		2028-03-14 interest_charged: receivables 3.86 = interest_income 3.86
		2028-04-04 fee_charged: receivables 12.50 = fee_income 12.50
		2028-04-04 interest_charged: receivables 5.39 = interest_income 5.39
		2028-06-06 interest_charged: receivables 16.19 = interest_income 16.19
		2029-01-02 interest_charged: receivables 53.96 = interest_income 53.96
		2029-01-10 written_off: bad_debt_expense 1028.40 = receivables 1028.40`)
}
