package e2e_test

import (
	"net/http"
	"testing"
)

// A customer in Berlin promises four times in a year: it breaks the first, keeps half of the second, breaks the third and keeps the fourth. 1028.40 and the plan are those
// of the year in which nobody pays; nine o'clock is 8:00, and 7:00 from 26 March to 29 October. A promise is judged a business day after its date, at the end of that day.
//
//	7 February   500.00 for Tuesday the 15th. Level 1 on the 11th demands the other 528.40.
//	17 February  broken. Level 2 is next, and 15 days after the last are Monday 28 February.
//	2 March      1028.40 for Monday the 20th. Level 3 on the 14th is skipped.
//	15 March     300.00 come.
//	22 March     partly kept. Level 3 acts at once: 728.40.
//	27 March     728.40 for Wednesday 12 April. Level 4 is put off to Thursday 6 April, 15 days after the last, and skipped.
//	14 April     broken, on Good Friday. Level 4 acts after Easter, on Tuesday the 18th.
//	6 June       level 5
//	20 June      228.40 for 10 July, which come on 3 July: kept.
//	2 January    level 6 demands the last 500.00, and proposes to write it off. They come on the 10th.
//
// Interest at 9.12 % runs on below a promise: on 1028.40 from 3 February, 728.40 from 16 March, 500.00 from 4 July on.
//
//	to 28 February  1028.40 × 26 days 6.68
//	to 22 March     1028.40 × 42 days 10.7923 10.79, 728.40 × 7 days 1.2740 1.27             12.06 − 6.68 = 5.38
//	to 18 April     10.79, 728.40 × 34 days 6.1880 6.19                                      16.98 − 12.06 = 4.92
//	to 6 June       10.79, 728.40 × 83 days 15.1060 15.11                                    25.90 − 16.98 = 8.92
//	to 2 January    10.79, 728.40 × 110 days 20.0200 20.02, 500.00 × 183 days 22.8625 22.86  53.67 − 25.90 = 27.77
//
// Fees of 30.00 and interest of 53.67 stay owed.
func TestAYearOfPromises(t *testing.T) {
	t.Parallel()
	y := startYear(t, "Europe/Berlin", slowly, holidays)
	y.owes("7", "123.457")
	promise := func(amount, date string) {
		t.Helper()
		y.post("collector", "/v1/invoices/"+y.invoice+"/promises", body{"amount": amount, "date": y.shift(date)}).want(http.StatusAccepted)
	}
	y.until("2028-02-07")
	promise("500.00", "2028-02-15")
	y.until("2028-03-02")
	promise("1028.40", "2028-03-20")
	y.until("2028-03-15")
	y.pays("300.00")
	y.until("2028-03-27")
	promise("728.40", "2028-04-12")
	y.until("2028-06-20")
	promise("228.40", "2028-07-10")
	y.until("2028-07-03")
	y.pays("228.40")
	y.get("/v1/invoices/" + y.invoice + "/promises").is(map[string]string{
		"data.0.level": "1", "data.0.state": "broken", "data.0.received": "0.00",
		"data.1.level": "2", "data.1.state": "partly_kept", "data.1.received": "300.00",
		"data.2.level": "3", "data.2.state": "broken", "data.2.received": "0.00",
		"data.3.level": "4", "data.3.state": "kept", "data.3.received": "228.40",
	})
	y.until("2029-01-10")
	y.wantDunned(`
		2028-01-31 08:00 0 1028.40 0.00 0.00
		2028-02-11 08:00 1 528.40 2.50 0.00
		2028-02-28 08:00 2 1028.40 5.00 6.68
		2028-03-14 08:00 3 promised
		2028-03-22 08:00 3 728.40 10.00 5.38
		2028-04-06 07:00 4 promised
		2028-04-18 07:00 4 728.40 12.50 4.92
		2028-06-06 07:00 5 728.40 0.00 8.92
		2029-01-02 08:00 6 500.00 0.00 27.77`)
	y.pays("500.00")
	y.get("/v1/invoices/" + y.invoice + "/write-offs").is(map[string]string{"data.0.state": "lapsed", "data.0.amount": "500.00"})
	y.wantEnded("paid", "83.67")
	y.wantPosted(`
		2028-01-03 invoice_issued: receivables 1028.40 = revenue 864.20 + tax_payable 164.20
		2028-02-11 fee_charged: receivables 2.50 = fee_income 2.50
		2028-02-28 fee_charged: receivables 5.00 = fee_income 5.00
		2028-02-28 interest_charged: receivables 6.68 = interest_income 6.68
		2028-03-15 payment_received: bank_clearing 300.00 = unapplied_cash 300.00
		2028-03-15 payment_applied: unapplied_cash 300.00 = receivables 300.00
		2028-03-22 fee_charged: receivables 10.00 = fee_income 10.00
		2028-03-22 interest_charged: receivables 5.38 = interest_income 5.38
		2028-04-18 fee_charged: receivables 12.50 = fee_income 12.50
		2028-04-18 interest_charged: receivables 4.92 = interest_income 4.92
		2028-06-06 interest_charged: receivables 8.92 = interest_income 8.92
		2028-07-03 payment_received: bank_clearing 228.40 = unapplied_cash 228.40
		2028-07-03 payment_applied: unapplied_cash 228.40 = receivables 228.40
		2029-01-02 interest_charged: receivables 27.77 = interest_income 27.77
		2029-01-10 payment_received: bank_clearing 500.00 = unapplied_cash 500.00
		2029-01-10 payment_applied: unapplied_cash 500.00 = receivables 500.00`)
}
