package e2e_test

import (
	"net/http"
	"testing"
)

// A customer in New York pays after level 1, on 14 February, and the order closes. On 10 April the bank takes the payment back and charges 3.75 for it, which the customer
// owes. 1028.40 and the plan are those of the year in which nobody pays.
//
//	level 2  was planned for 28 February, 14 days later, at 14:00: 10 April + 14 days, Monday 24 April, at 14:00
//	level 3  its day is past: 15 days after the last, Tuesday 9 May
//	level 4  likewise Wednesday 24 May
//	level 5  was planned for 6 June, but 15 days after the last are Thursday 8 June
//	level 6  2 January
//
// What was taken back never paid: interest at 9.12 % on 1028.40 runs from 3 February on.
//
//	82 days to 24 April    21.0706 21.07
//	97 days to 9 May       24.9250 24.93 − 21.07 = 3.86
//	112 days to 24 May     28.7794 28.78 − 24.93 = 3.85
//	127 days to 8 June     32.6338 32.63 − 28.78 = 3.85
//	335 days to 2 January  86.0813 86.08 − 32.63 = 53.45
//
// Fees of 30.00 and 3.75, and interest of 86.08 stay owed.
func TestAYearAfterWhichItsPaymentBounced(t *testing.T) {
	t.Parallel()
	y := startYear(t, "America/New_York", slowly, holidays)
	y.owes("7", "123.457")
	y.until("2028-02-14")
	payment := y.pays("1028.40").str("id")
	y.ends(y.order)
	y.passes("2028-04-10")
	y.post("cashier", "/v1/payments/"+payment+"/reversals", body{"reason": "no funds", "reason_code": "AM04", "fee": "3.75", "recharge": true}).want(http.StatusCreated)
	y.get("/v1/invoices/" + y.invoice).is(map[string]string{"open_amount": "1028.40", "due_date": y.shift("2028-02-02"), "status": "open"})
	y.until("2029-01-10")
	y.wantDunned(`
		2028-01-31 14:00 0 1028.40 0.00 0.00
		2028-02-11 14:00 1 1028.40 2.50 0.00
		2028-04-24 14:00 2 1028.40 5.00 21.07
		2028-05-09 13:00 3 1028.40 10.00 3.86
		2028-05-24 13:00 4 1028.40 12.50 3.85
		2028-06-08 13:00 5 1028.40 0.00 3.85
		2029-01-02 14:00 6 1028.40 0.00 53.45`)
	y.pays("1028.40")
	y.wantEnded("paid", "119.83")
	y.wantPosted(`
		2028-01-03 invoice_issued: receivables 1028.40 = revenue 864.20 + tax_payable 164.20
		2028-02-11 fee_charged: receivables 2.50 = fee_income 2.50
		2028-02-14 payment_received: bank_clearing 1028.40 = unapplied_cash 1028.40
		2028-02-14 payment_applied: unapplied_cash 1028.40 = receivables 1028.40
		2028-04-10 payment_applied_reversed: receivables 1028.40 = unapplied_cash 1028.40
		2028-04-10 payment_received_reversed: unapplied_cash 1028.40 = bank_clearing 1028.40
		2028-04-10 return_cost: bank_charges 3.75 = bank 3.75
		2028-04-10 return_cost_recharged: receivables 3.75 = fee_income 3.75
		2028-04-24 fee_charged: receivables 5.00 = fee_income 5.00
		2028-04-24 interest_charged: receivables 21.07 = interest_income 21.07
		2028-05-09 fee_charged: receivables 10.00 = fee_income 10.00
		2028-05-09 interest_charged: receivables 3.86 = interest_income 3.86
		2028-05-24 fee_charged: receivables 12.50 = fee_income 12.50
		2028-05-24 interest_charged: receivables 3.85 = interest_income 3.85
		2028-06-08 interest_charged: receivables 3.85 = interest_income 3.85
		2029-01-02 interest_charged: receivables 53.45 = interest_income 53.45
		2029-01-10 payment_received: bank_clearing 1028.40 = unapplied_cash 1028.40
		2029-01-10 payment_applied: unapplied_cash 1028.40 = receivables 1028.40`)
}
