package activities_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"o2c/activities"
	"o2c/ledger"
	"o2c/models"
	"o2c/postgres"
)

// Money without cents and money of three decimals, in books that are kept in euros: an order billed by milestones of a third, a return of a
// broken quantity, a write-off by two people, a payment that recovers it, is taken back beyond what is left, comes again, is refunded and
// taken back, and a period that is closed before it comes again once more. Nothing is left over in any book.
func TestNoCurrencyLeavesResidues(t *testing.T) {
	t.Parallel()
	for currency, rate := range map[models.Currency]string{"JPY": "0.0061", "KWD": "2.9871"} {
		t.Run(string(currency), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.customer("acme", "")
			w.asOwner(`UPDATE customers SET currency = '` + string(currency) + `'; UPDATE credit_accounts SET currency = '` + string(currency) + `'`)
			w.exec(`INSERT INTO exchange_rates (base_currency, currency, valid_from, rate, set_by) VALUES ('EUR', $1, '2026-01-01', $2, 'x')`, currency, rate)
			w.fact(postgres.CreditLimitFact, "lim_1", models.CreditLimitChange{CustomerID: "acme", Currency: currency, Limit: models.CreditLimit{Unlimited: true}})
			w.must(w.credit.SetLimit(t.Context(), activities.LimitInput{LimitID: "lim_1", At: issued}))
			w.products["nail"].Prices[currency] = dec("333.333333")
			money := func(amount string) *models.Money { return new(models.MustMoney(dec(amount), currency)) }
			enter := func(id, quantity string, change func(*models.Order)) {
				w.accept(id, "acme", "auto", func(o *models.Order) {
					o.Currency = currency
					if change != nil {
						change(o)
					}
				}, want{"nail", quantity})
				w.receipt("rcp_"+id, "auto", "nail", quantity)
				w.done(w.credit.Approve(t.Context(), at(id, issued)))
				w.done(w.fulfillment.Fulfil(t.Context(), at(id, issued)))
			}
			enter("ord_2", "7.7", func(o *models.Order) {
				o.Milestones = []models.Milestone{{Name: "a", Percent: dec("33.3333")}, {Name: "b", Percent: dec("33.3333")}, {Name: "c", Percent: dec("33.3334")}}
			})
			for _, n := range []int{3, 1, 2} {
				w.completes("ord_2", n)
			}
			enter("ord_1", "10.123456", nil)
			invoice := w.done(w.invoicing.Issue(t.Context(), at("ord_1", issued))).Receivables[0].Invoice
			w.asks("ret_1", "ord_1", "3.3333")
			w.takesBack("rrc_1", "ord_1", "ret_1", models.DisposeCredit, "3.1")
			off := givingUp("wof_1", "") // nobody may give up such money alone
			off.Request.Invoice, off.Request.Amount = invoice, money("100")
			w.writesOff(off)
			w.writesOff(ruled(off, "dec_1", models.Approved))
			w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: *money("99999"), Reference: invoice}, issued)
			change := func(id string, c models.PaymentChange) {
				c.PaymentID, c.Reason = "pay_1", "x"
				w.must(w.changes(id, c))
			}
			change("pch_1", models.PaymentChange{Kind: models.ReversePayment, Amount: money("99950")})
			change("pch_2", models.PaymentChange{Kind: models.WinReversal, N: 1})
			change("pch_3", models.PaymentChange{Kind: models.RefundPayment, Amount: money("90000")})
			change("pch_4", models.PaymentChange{Kind: models.ReversePayment, Fee: money("7"), Recharge: new(true)})
			november, err := models.ParsePeriod("2026-11")
			w.must(err)
			w.post(func(tx pgx.Tx) error {
				return ledger.Close(t.Context(), tx, november, models.NewDate(2026, 12, 24), "x")
			})
			change("pch_5", models.PaymentChange{Kind: models.WinReversal, N: 3})
			note := creditOf("dec_2", "")
			note.Request.Invoice, note.Request.Amount = invoice, money("777")
			w.credits(note)
			findings, err := postgres.Verify(t.Context(), w.pool, 5)
			w.must(err)
			for _, f := range findings {
				if f.Count > 0 && f.Name != "orders-entered" {
					t.Errorf("%s: %v", f.Name, f.Offenders)
				}
			}
		})
	}
}
