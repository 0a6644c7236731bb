package e2e_test

import (
	"net/http"
	"testing"
)

// A customer in New York disputes parts of its invoice twice, and pays after a year. 1028.40 and the plan are those of the year in which nobody pays.
//
//	20 February  300.00 are disputed (A), 8 days before level 2 on the 28th, which demands the other 728.40.
//	7 March      A is rejected: it joins from 15 March on, and misses level 3 on Tuesday the 14th.
//	4 April      level 4 demands all.
//	10 April     205.45 are disputed (B), 57 days before level 5 on 6 June, which demands 822.95.
//	20 June      100.00 of B are accepted: 100 × 19 ÷ 119 = 15.966, a tax of 15.97. The other 105.45 join from 16 August on.
//	2 January    level 6 demands 928.40 and proposes to write it off. They come on the 10th.
//
// Interest at 9.12 %: nothing on what is disputed, from the day of the dispute to that of its end; what was rejected bears it for these days after all, with the next notice.
//
//	to 28 February  1028.40 for 17 days to 19 February 4.3683 4.37, 728.40 × 9 days 1.6380 1.64         6.01
//	to 14 March     1028.40 × 41 days 10.5353 10.54                                                   10.54 − 6.01 = 4.53
//	to 4 April      1028.40 × 62 days 15.9315 15.93                                                   15.93 − 10.54 = 5.39
//	to 6 June       1028.40 for 67 days to 9 April 17.2163 17.22, 822.95 × 58 days 11.9261 11.93        29.15 − 15.93 = 13.22
//	to 2 January    17.22, 928.40 from 10 April on × 268 days 62.1687 62.17                            79.39 − 29.15 = 50.24
//
// Fees of 30.00 and interest of 79.39 stay owed.
func TestAYearInWhichAPartIsDisputedTwice(t *testing.T) {
	t.Parallel()
	y := startYear(t, "America/New_York", slowly, holidays)
	y.owes("7", "123.457")
	y.until("2028-02-20")
	first := y.dispute(y.invoice, "300.00")
	y.until("2028-03-07")
	y.resolve(y.order, first, "rejected")
	y.until("2028-04-10")
	second := y.dispute(y.invoice, "205.45")
	y.until("2028-06-20")
	y.post("collector", "/v1/disputes/"+second+"/resolution", body{"outcome": "partly_accepted", "amount": "100.00", "note": ""}).want(http.StatusOK)
	y.until("2029-01-10")
	y.wantDunned(`
		2028-01-31 14:00 0 1028.40 0.00 0.00
		2028-02-11 14:00 1 1028.40 2.50 0.00
		2028-02-28 14:00 2 728.40 5.00 6.01
		2028-03-14 13:00 3 728.40 10.00 4.53
		2028-04-04 13:00 4 1028.40 12.50 5.39
		2028-06-06 13:00 5 822.95 0.00 13.22
		2029-01-02 14:00 6 928.40 0.00 50.24`)
	y.pays("928.40")
	y.wantEnded("paid", "109.39")
	y.wantPosted(`
		2028-01-03 invoice_issued: receivables 1028.40 = revenue 864.20 + tax_payable 164.20
		2028-02-11 fee_charged: receivables 2.50 = fee_income 2.50
		2028-02-28 fee_charged: receivables 5.00 = fee_income 5.00
		2028-02-28 interest_charged: receivables 6.01 = interest_income 6.01
		2028-03-14 fee_charged: receivables 10.00 = fee_income 10.00
		2028-03-14 interest_charged: receivables 4.53 = interest_income 4.53
		2028-04-04 fee_charged: receivables 12.50 = fee_income 12.50
		2028-04-04 interest_charged: receivables 5.39 = interest_income 5.39
		2028-06-06 interest_charged: receivables 13.22 = interest_income 13.22
		2028-06-20 credit_note_issued: revenue 84.03 + tax_payable 15.97 = receivables 100.00
		2029-01-02 interest_charged: receivables 50.24 = interest_income 50.24
		2029-01-10 payment_received: bank_clearing 928.40 = unapplied_cash 928.40
		2029-01-10 payment_applied: unapplied_cash 928.40 = receivables 928.40`)
}
