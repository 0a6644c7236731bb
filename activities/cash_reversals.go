package activities

import (
	"context"
	"fmt"

	"o2c/bank"
	"o2c/ledger"
	"o2c/models"
	"o2c/postgres"
)

// reverse gives back to the bank what it takes of the payment: first what is unapplied, then the newest applications, each with its
// discount and difference. What the bank leaves of the last one is applied again. What had been refunded comes last: the customer
// owes it again. Errors: "reversal-exceeds-payment", "fee-exceeds-payment", and while nobody knows who paid, "payment-refunded" and "payer-unknown".
func (s *cashStep) reverse(ctx context.Context, change models.PaymentChange) error {
	amount := s.payment.Kept()
	if change.Amount != nil {
		amount = *change.Amount
	}
	nobodys := s.payment.CustomerID == ""
	claimed := amount.Sub(models.Min(amount, s.payment.Kept().Sub(s.payment.GivenBack()))) // what is not here any more
	switch {
	case !amount.IsPositive() || amount.MoreThan(s.payment.Kept()):
		return models.Conflict("reversal-exceeds-payment", "%s of the payment is not reversed yet", s.payment.Kept().Text())
	case change.Fee != nil && change.Fee.Decimal().GreaterThan(s.payment.Amount):
		return models.Conflict("fee-exceeds-payment", "the payment was %s", models.MustMoney(s.payment.Amount, s.payment.Currency).Text())
	case nobodys && claimed.IsPositive():
		return models.Conflict("payment-refunded", "%s of the payment was refunded, and nobody knows who owes it again", s.payment.GivenBack().Text())
	case nobodys && change.Recharge != nil && *change.Recharge:
		return models.Conflict("payer-unknown", "nobody knows whom to charge")
	}
	s.payment.Reversals++
	n := s.payment.Reversals
	r := postgres.Reversal{
		PaymentID: s.payment.ID, N: n, ID: s.cause, Currency: s.payment.Currency, Amount: amount.Decimal(), Claimed: claimed.Decimal(), Reason: change.Reason,
		ReasonCode: change.ReasonCode, By: s.actor, At: s.at,
	}
	if change.Fee != nil {
		r.Fee = change.Fee.Decimal()
	}
	if err := postgres.InsertReversal(ctx, s.tx, r); err != nil {
		return err
	}
	freed := amount.Sub(claimed)
	if err := s.free(ctx, freed, n, reversalReason(change.Reason)); err != nil {
		return err
	}
	if err := s.postReversal(ctx, r); err != nil {
		return err
	}
	s.payment.Reversed, s.payment.Refunded = s.payment.Reversed.Add(r.Amount), s.payment.Refunded.Sub(r.Claimed)
	s.cash(freed.Neg())
	if err := s.chargeBack(ctx, claimed, n, change); err != nil {
		return err
	}
	return s.event(ctx, postgres.Event{Key: s.cause, Kind: "payment-reversed", Summary: amount.Text() + " " + reversalReason(change.Reason)})
}

// chargeBack has the customer charged for what the bank took back of refunded money, and for what it costs, if the customer's policy or the
// change says so.
func (s *cashStep) chargeBack(ctx context.Context, claimed models.Money, n int, change models.PaymentChange) error {
	note := postgres.DebitNote{CustomerID: s.payment.CustomerID, ChargedOn: s.date, Cause: s.cause, By: s.actor, At: s.at}
	if claimed.IsPositive() {
		recovery := note
		recovery.Kind, recovery.Amount = models.RefundRecoveryItem, claimed
		recovery.Reason = "Refunded of a payment that was " + reversalReason(change.Reason)
		s.charges = append(s.charges, charged{DebitNote: recovery, event: "refund_recovery", lines: ledger.RefundRecovery, key: s.recoveryKey(n)})
	}
	if change.Fee == nil || s.payment.CustomerID == "" {
		return nil
	}
	customer, err := postgres.LoadCustomer(ctx, s.tx, s.payment.CustomerID)
	if err != nil {
		return err
	}
	recharge := customer.RechargeReturnCost
	if change.Recharge != nil {
		recharge = *change.Recharge
	}
	if recharge {
		note.Kind, note.Amount, note.Invoice = models.FeeItem, *change.Fee, s.onlyInvoice()
		note.Reason = "Cost of a payment that was " + reversalReason(change.Reason)
		s.charges = append(s.charges, charged{DebitNote: note, event: "return_cost_recharged", lines: ledger.ReturnCostRecharged})
	}
	return nil
}

// onlyInvoice is the one invoice that the step has touched, or "".
func (s *cashStep) onlyInvoice() (invoice string) {
	for number := range s.touched {
		if of := s.items[number].Invoice; of != "" {
			if invoice != "" && invoice != of {
				return ""
			}
			invoice = of
		}
	}
	return invoice
}

// reversalReason is why a payment is reversed, in words also where nobody gave any.
func reversalReason(reason string) string {
	if reason == "" {
		return "reversed by the bank"
	}
	return "reversed by the bank: " + reason
}

// free makes so much of the payment unapplied, undoing what was recovered first, then the newest applications, and then deposits.
func (s *cashStep) free(ctx context.Context, amount models.Money, reversal int, reason string) error {
	if !amount.MoreThan(s.payment.Unapplied()) {
		return nil
	}
	recovered, err := postgres.StandingRecoveries(ctx, s.tx, s.payment.ID)
	if err != nil {
		return err
	}
	standing, err := postgres.StandingApplications(ctx, s.tx, s.payment.ID)
	if err != nil {
		return err
	}
	var invoices []string
	for _, r := range recovered {
		invoices = append(invoices, r.Invoice)
	}
	for _, a := range standing {
		invoices = append(invoices, a.Invoice)
	}
	prepaid, err := postgres.StandingDepositUses(ctx, s.tx, s.payment.ID)
	if err != nil {
		return err
	}
	for _, use := range prepaid {
		invoices = append(invoices, use.Invoice)
	}
	if _, err = s.hold(ctx, invoices); err != nil {
		return err
	}
	if done, err := s.freeRecovered(ctx, recovered, amount, reversal, reason); err != nil || done {
		return err
	}
	for _, a := range standing {
		if err = s.undo(ctx, a, &reversal, reason); err != nil {
			return err
		}
		rest := s.payment.Unapplied().Sub(amount)
		if rest.IsNegative() {
			continue
		}
		item := s.items[a.Invoice]
		before := item.Settled()
		if err = s.applyRest(ctx, a.Invoice, models.Min(rest, a.Used())); err != nil || item.Plan == "" {
			return err
		}
		return postgres.ForgetSettledBefore(ctx, s.tx, item.Plan, a.At, before.Sub(item.Settled()).Decimal()) // it stays money of then
	}
	return s.freeDeposits(ctx, prepaid, amount, reason)
}

// applyRest settles an invoice with what the bank left of an application, as if no more had ever been paid: discount and difference are
// judged anew.
func (s *cashStep) applyRest(ctx context.Context, invoice string, rest models.Money) error {
	if !rest.IsPositive() {
		return nil
	}
	customer, err := postgres.LoadCustomer(ctx, s.tx, s.payment.CustomerID)
	if err != nil {
		return err
	}
	open, err := s.openItems(ctx, []postgres.OpenItem{*s.items[invoice]}) // as the item is now
	if err != nil {
		return err
	}
	found := bank.Settle(open[0], rest, s.payment.ValueDate, customer.Tolerance())
	found.Rule = bank.RuleRest
	return s.settle(ctx, found)
}

func (s *cashStep) reversalKey(n int) string {
	return fmt.Sprintf("payment/%s/reversal/%d", s.payment.ID, n)
}

func (s *cashStep) recoveryKey(n int) string {
	return fmt.Sprintf("payment/%s/recovery/%d", s.payment.ID, n)
}

// postReversal mirrors the receipt of the payment, but for what had been refunded of it. A part, or a payment whose payer was found later, has no single entry to
// mirror.
func (s *cashStep) postReversal(ctx context.Context, r postgres.Reversal) error {
	identified, err := postgres.Happened(ctx, s.tx, identifiedKey(s.payment.ID))
	if err != nil {
		return err
	}
	amount := models.MustMoney(r.Amount.Sub(r.Claimed), r.Currency)
	entry := ledger.Entry{
		Key: s.reversalKey(r.N), Event: "payment_reversed_in_part", BusinessDate: s.date, CustomerID: s.payment.CustomerID, Document: s.payment.ID,
		Description: reversalReason(r.Reason), Actor: s.actor, Lines: ledger.PaymentReversedInPart(amount),
	}
	if r.N == 1 && amount.Decimal().Equal(s.payment.Amount) && !identified {
		err = ledger.Reverse(ctx, s.tx, ledger.Reversal{
			Key: entry.Key, OriginalKey: "payment/" + s.payment.ID, BusinessDate: s.date, Actor: s.actor, Reason: entry.Description,
		})
	} else {
		err = ledger.Post(ctx, s.tx, entry)
	}
	if err != nil {
		return err
	}
	entry.Key, entry.Event, entry.Description = entry.Key+"/cost", "return_cost", "What the bank charged for it"
	entry.Lines = ledger.ReturnCost(models.MustMoney(r.Fee, r.Currency))
	return ledger.Post(ctx, s.tx, entry)
}
