package activities_test

import (
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"o2c/activities"
	"o2c/models"
	"o2c/postgres"
)

// moneySteps are what happens to the customer's money.
var moneySteps = map[string]func(*story) func(){
	"the customer pays": func(s *story) func() {
		in := activities.PaymentInput{PaymentID: s.id("pay"), At: s.at}
		p := models.Payment{CustomerID: s.customer, Amount: eur(decimal.New(rapid.Int64Range(1, 4000).Draw(s.rt, "cents"), -2).String())}
		if rapid.IntRange(0, 3).Draw(s.rt, "nobody knows who") == 0 {
			p.CustomerID = ""
		} else if invoices := s.invoices(); len(invoices) > 0 && rapid.Bool().Draw(s.rt, "named") {
			p.Reference = rapid.SampledFrom(invoices).Draw(s.rt, "reference")
		}
		s.acceptPayment(in.PaymentID, p)
		pay := func() { s.lawful(s.cash.Apply(s.ctx, in)) }
		pay()
		return pay
	},
	"a prepayment comes": func(s *story) func() {
		return s.prepays(rapid.SampledFrom([]int64{0, 0, 1, 199, 1000}).Draw(s.rt, "cents"))
	},
	"a person changes a payment": func(s *story) func() {
		payments := s.fromTable(`SELECT id FROM payments WHERE id LIKE 'pay_' || $1 || '_%' ORDER BY 1`)
		invoices := s.invoices()
		if len(payments) == 0 || len(invoices) == 0 {
			return nil
		}
		invoices = append(invoices, s.fromTable(`SELECT number FROM proformas WHERE order_id = $1 ORDER BY 1`)...)
		invoices = append(invoices, s.fromTable(`SELECT n.number FROM debit_notes n JOIN orders o ON o.customer_id = n.customer_id WHERE o.id = $1 ORDER BY 1`)...)
		payment := rapid.SampledFrom(payments).Draw(s.rt, "payment")
		change := models.PaymentChange{PaymentID: payment, N: rapid.IntRange(1, 4).Draw(s.rt, "n"), Reason: "x"}
		change.Kind = rapid.SampledFrom([]models.PaymentChangeKind{
			models.ApplyByHand, models.UndoApplication, models.ReversePayment, models.WinReversal, models.RefundPayment,
		}).Draw(s.rt, "kind")
		cents := rapid.SampledFrom([]int64{1, 199, 1000, 2500}).Draw(s.rt, "cents")
		switch change.Kind {
		case models.ApplyByHand:
			change.Invoice, change.Amount = rapid.SampledFrom(invoices).Draw(s.rt, "to"), new(eur(decimal.New(cents, -2).String()))
		case models.RefundPayment:
			change.Amount = new(eur(decimal.New(cents, -2).String()))
		case models.ReversePayment:
			if rapid.Bool().Draw(s.rt, "in part") {
				change.Amount = new(eur(decimal.New(cents, -2).String()))
			}
			if rapid.Bool().Draw(s.rt, "for a fee") {
				change.Fee, change.Recharge = new(eur("1")), new(rapid.Bool().Draw(s.rt, "recharged"))
			}
		case models.UndoApplication, models.WinReversal:
		}
		in := activities.PaymentChangeInput{ChangeID: s.id("pch"), At: s.at}
		s.fact(postgres.PaymentChangeFact, in.ChangeID, change)
		if err := s.cash.Change(s.ctx, in); err != nil {
			if models.KindOf(err) != models.KindNotFound {
				s.lawful(err)
			}
			return nil
		}
		return func() { s.lawful(s.cash.Change(s.ctx, in)) }
	},
	"the customer disputes": func(s *story) func() {
		invoices := s.invoices()
		if len(invoices) == 0 {
			return nil
		}
		in := activities.FactStep{FactID: s.id("dsp"), At: s.at, Invoice: rapid.SampledFrom(invoices).Draw(s.rt, "invoice")}
		in.OrderID = s.collector(in.Invoice)
		s.acceptDispute(in.FactID, in.Invoice, rapid.SampledFrom([]string{"", "0.01", "3.33", "20"}).Draw(s.rt, "disputed"))
		open := func() { _, err := s.collections.OpenDispute(s.ctx, in); s.lawful(err) }
		open()
		return open
	},
	"a dispute is answered": func(s *story) func() {
		disputes := s.fromTable(`SELECT d.id FROM disputes d JOIN orders o ON o.customer_id = d.customer_id WHERE o.id = $1 AND d.state = 'open' ORDER BY 1`)
		if len(disputes) == 0 {
			return nil
		}
		id, dispute := s.id("res"), rapid.SampledFrom(disputes).Draw(s.rt, "dispute")
		outcome, amount := rapid.SampledFrom([]models.DisputeState{models.DisputeAccepted, models.DisputePartlyAccepted, models.DisputeRejected, models.DisputeWithdrawn}).Draw(s.rt, "outcome"), ""
		if outcome == models.DisputePartlyAccepted {
			amount = rapid.SampledFrom([]string{"0.01", "1.11"}).Draw(s.rt, "accepted")
		}
		var invoice string
		s.must(s.pool.QueryRow(s.ctx, `SELECT invoice FROM disputes WHERE id = $1`, dispute).Scan(&invoice))
		answer := func() error {
			in := activities.ResolveInput{Invoice: invoice, OrderID: s.collector(invoice), At: s.at, Resolution: models.DisputeResolution{ID: id, DisputeID: dispute, Outcome: outcome, Actor: "manager", Roles: []string{"manager"}}}
			if amount != "" {
				in.Resolution.Amount = new(eur(amount))
			}
			_, err := s.collections.ResolveDispute(s.ctx, in)
			s.lawful(err)
			return err
		}
		if answer() != nil {
			return nil
		}
		return func() { _ = answer() }
	},
	"an invoice is credited": func(s *story) func() {
		invoices := s.invoices()
		if len(invoices) == 0 {
			return nil
		}
		in := activities.CreditInput{At: s.at, Request: models.CreditRequest{ID: s.id("cre"), Invoice: rapid.SampledFrom(invoices).Draw(s.rt, "invoice"), Actor: "billing"}}
		in.OrderID = s.collector(in.Request.Invoice)
		if rapid.Bool().Draw(s.rt, "by amount") {
			in.Request.Amount = new(eur(rapid.SampledFrom([]string{"0.01", "1.11", "7.77", "60"}).Draw(s.rt, "credited")))
		} else {
			for _, line := range rapid.Permutation([]int{1, 2, 3}).Draw(s.rt, "lines")[:rapid.IntRange(1, 3).Draw(s.rt, "how many")] {
				in.Request.Lines = append(in.Request.Lines, models.LineQuantity{Line: line, Quantity: rapid.SampledFrom([]string{"0.5", "1", "1.5", "3"}).Draw(s.rt, "quantity")})
			}
		}
		issue := func() error {
			_, err := s.creditNotes.IssueCreditNote(s.ctx, in)
			s.lawful(err)
			return err
		}
		if issue() != nil {
			return nil
		}
		return func() { _ = issue() }
	},
	"customer credit is used": func(s *story) func() {
		notes := s.fromTable(`SELECT c.credit_note FROM customer_credits c JOIN orders o ON o.customer_id = c.customer_id
			WHERE o.id = $1 AND c.remaining > 0 ORDER BY 1`)
		if len(notes) == 0 {
			return nil
		}
		use := models.CreditUse{CreditNote: rapid.SampledFrom(notes).Draw(s.rt, "note"), Amount: eur(rapid.SampledFrom([]string{"0.01", "0.40", "1.11"}).Draw(s.rt, "used"))}
		in := activities.CreditUseInput{UseID: s.id("use"), At: s.at}
		if rapid.Bool().Draw(s.rt, "paid out") {
			s.fact(postgres.CreditRefundFact, in.UseID, use)
			refund := func() { s.lawful(s.creditNotes.RefundCredit(s.ctx, in)) }
			refund()
			return refund
		}
		use.Invoice = rapid.SampledFrom(s.invoices()).Draw(s.rt, "on")
		s.fact(postgres.CreditApplicationFact, in.UseID, use)
		apply := func() { s.lawful(s.creditNotes.ApplyCredit(s.ctx, in)) }
		apply()
		return apply
	},
}

// prepays pays so many cents for the newest pro-forma of the order, or all that it asks for; nil: there is none.
func (s *story) prepays(cents int64) func() {
	asked := s.fromTable(`SELECT payment_reference FROM proformas WHERE order_id = $1 ORDER BY order_version DESC LIMIT 1`)
	if len(asked) == 0 {
		return nil
	}
	amount := eur(decimal.New(cents, -2).String())
	if due := s.done(s.reconciliation.Load(s.ctx, at(s.order, s.at))).Prepayment; cents == 0 && due != nil {
		amount = due.Due()
	}
	if !amount.IsPositive() {
		return nil
	}
	in := activities.PaymentInput{PaymentID: s.id("pay"), At: s.at}
	s.acceptPayment(in.PaymentID, models.Payment{CustomerID: s.customer, Amount: amount, Reference: asked[0]})
	pay := func() { s.lawful(s.cash.Apply(s.ctx, in)) }
	pay()
	return pay
}
