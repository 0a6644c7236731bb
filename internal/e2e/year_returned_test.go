package e2e_test

import (
	"net/http"
	"testing"
)

// Half of an order comes back, and the other half is paid late and in two parts, in New York, over a year. 4 × 123.457 = 493.828, that is 493.83; 19 % of it 93.8277,
// that is 93.83: 587.66. The two pieces that come back are half of the line, 246.915, that is 246.92, and 46.9148, that is 46.91: 293.83 are credited on 6 March,
// 293.83 are left. The days are those of the year in which nobody pays; that goods are to come back puts nothing off.
//
// Interest at 9.12 %: on 587.66 from 3 February, 293.83 from 7 March, 193.83 from 2 September on, when 100.00 have come.
//
//	to 28 February  587.66 × 26 days 3.8177  3.82
//	to 14 March     587.66 × 33 days 4.8455 4.85, 293.83 × 8 days 0.5873 0.59                              5.44 − 3.82 = 1.62
//	to 4 April      4.85, 293.83 × 29 days 2.1291 2.13                                                     6.98 − 5.44 = 1.54
//	to 6 June       4.85, 293.83 × 92 days 6.7544 6.75                                                    11.60 − 6.98 = 4.62
//	to 2 January    4.85, 293.83 × 179 days 13.1417 13.14, 193.83 × 123 days 5.9570 5.96                 23.95 − 11.60 = 12.35
//
// Fees of 30.00 and interest of 23.95 stay owed.
func TestAYearInWhichHalfComesBack(t *testing.T) {
	t.Parallel()
	y := startYear(t, "America/New_York", slowly, holidays)
	y.owes("4", "123.457")
	y.until("2028-02-20")
	returned := y.post("warehouse", "/v1/orders/"+y.order+"/returns", body{"lines": []body{{"line": 1, "quantity": "2", "reason": "damaged"}}}).want(http.StatusAccepted).str("id")
	y.until("2028-03-06")
	y.post("warehouse", "/v1/returns/"+returned+"/receipt", body{"lines": []body{{"line": 1, "quantity": "2"}}, "disposition": "credit"}).want(http.StatusAccepted)
	y.eventually("the return to be settled", func() bool { return y.get("/v1/returns/"+returned).str("state") == "settled" })
	y.until("2028-09-01")
	y.pays("100.00")
	y.until("2029-01-10")
	y.wantDunned(`
		2028-01-31 14:00 0 587.66 0.00 0.00
		2028-02-11 14:00 1 587.66 2.50 0.00
		2028-02-28 14:00 2 587.66 5.00 3.82
		2028-03-14 13:00 3 293.83 10.00 1.62
		2028-04-04 13:00 4 293.83 12.50 1.54
		2028-06-06 13:00 5 293.83 0.00 4.62
		2029-01-02 14:00 6 193.83 0.00 12.35`)
	y.pays("193.83")
	y.wantEnded("paid", "53.95")
	y.wantPosted(`
		2028-01-03 invoice_issued: receivables 587.66 = revenue 493.83 + tax_payable 93.83
		2028-02-11 fee_charged: receivables 2.50 = fee_income 2.50
		2028-02-28 fee_charged: receivables 5.00 = fee_income 5.00
		2028-02-28 interest_charged: receivables 3.82 = interest_income 3.82
		2028-03-06 credit_note_issued: revenue 246.92 + tax_payable 46.91 = receivables 293.83
		2028-03-14 fee_charged: receivables 10.00 = fee_income 10.00
		2028-03-14 interest_charged: receivables 1.62 = interest_income 1.62
		2028-04-04 fee_charged: receivables 12.50 = fee_income 12.50
		2028-04-04 interest_charged: receivables 1.54 = interest_income 1.54
		2028-06-06 interest_charged: receivables 4.62 = interest_income 4.62
		2028-09-01 payment_received: bank_clearing 100.00 = unapplied_cash 100.00
		2028-09-01 payment_applied: unapplied_cash 100.00 = receivables 100.00
		2029-01-02 interest_charged: receivables 12.35 = interest_income 12.35
		2029-01-10 payment_received: bank_clearing 193.83 = unapplied_cash 193.83
		2029-01-10 payment_applied: unapplied_cash 193.83 = receivables 193.83`)
}
