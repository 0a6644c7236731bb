package e2e_test

import (
	"net/http"
	"testing"
)

// A customer in Berlin is given up on 2 May by two people, for 1028.40 is more than one may decide alone, and pays after all in two parts over the year. The amount and the plan are
// those of the year in which nobody pays, as far as they come: nine o'clock is 8:00, and 7:00 from 26 March on. Level 5 never comes.
//
// The order is closed and stays so; the invoice stays written off. Fees of 30.00 and interest of 15.93 stay owed: of the last 700.00, which name the
// invoice, 628.40 are recovered and 71.60 are unapplied.
func TestAYearInWhichItIsWrittenOffAndRecovered(t *testing.T) {
	t.Parallel()
	y := startYear(t, "Europe/Berlin", slowly, holidays)
	y.owes("7", "123.457")
	y.until("2028-05-02")
	y.wantDunned(`
		2028-01-31 08:00 0 1028.40 0.00 0.00
		2028-02-11 08:00 1 1028.40 2.50 0.00
		2028-02-28 08:00 2 1028.40 5.00 6.68
		2028-03-14 08:00 3 1028.40 10.00 3.86
		2028-04-04 07:00 4 1028.40 12.50 5.39`)
	wrote := y.post("manager", "/v1/invoices/"+y.invoice+"/write-offs", body{"reason": "insolvent"}).want(http.StatusAccepted).is(map[string]string{"state": "awaiting_approval"}).str("id")
	y.post("manager", "/v1/write-offs/"+wrote+"/approval", body{"decision": "approve", "note": "mine"}).want(http.StatusForbidden)
	y.post("admin", "/v1/write-offs/"+wrote+"/approval", body{"decision": "approve", "note": "so it is"}).want(http.StatusOK)
	y.wantEnded("written_off", "45.93")
	y.passes("2028-12-01")
	y.pays("400.00").is(map[string]string{"recovered": "400.00", "applied": "0.00"})
	y.passes("2029-01-15")
	y.pays("700.00")
	y.get("/v1/invoices/" + y.invoice).is(map[string]string{"status": "written_off", "written_off": "1028.40", "recovered": "1028.40", "open_amount": "0.00"})
	y.wantEnded("written_off", "45.93")
	y.get("/v1/customers/" + y.customer + "/account").is(map[string]string{"unapplied_cash": "71.60"})
	y.wantPosted(`
		2028-01-03 invoice_issued: receivables 1028.40 = revenue 864.20 + tax_payable 164.20
		2028-02-11 fee_charged: receivables 2.50 = fee_income 2.50
		2028-02-28 fee_charged: receivables 5.00 = fee_income 5.00
		2028-02-28 interest_charged: receivables 6.68 = interest_income 6.68
		2028-03-14 fee_charged: receivables 10.00 = fee_income 10.00
		2028-03-14 interest_charged: receivables 3.86 = interest_income 3.86
		2028-04-04 fee_charged: receivables 12.50 = fee_income 12.50
		2028-04-04 interest_charged: receivables 5.39 = interest_income 5.39
		2028-05-02 written_off: bad_debt_expense 1028.40 = receivables 1028.40
		2028-12-01 payment_received: bank_clearing 400.00 = unapplied_cash 400.00
		2028-12-01 recovered: unapplied_cash 400.00 = bad_debts_recovered 400.00
		2029-01-15 payment_received: bank_clearing 700.00 = unapplied_cash 700.00
		2029-01-15 recovered: unapplied_cash 628.40 = bad_debts_recovered 628.40`)
}
