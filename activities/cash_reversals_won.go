package activities

import (
	"context"

	"github.com/shopspring/decimal"

	"o2c/bank"
	"o2c/ledger"
	"o2c/models"
	"o2c/postgres"
)

// win takes in again what the bank had taken back, and applies it to the invoices that the reversal opened, as far as they are
// still open. What the customer owed again for a refund is taken back as far as it is open; what it has paid of that is its cash. Errors: "reversal-not-found", "reversal-won".
func (s *cashStep) win(ctx context.Context, change models.PaymentChange) error {
	taken, err := postgres.ReversalOf(ctx, s.tx, s.payment.ID, change.N)
	if err != nil {
		return err
	}
	if taken.Won {
		return models.Conflict("reversal-won", "what reversal %d took back came again already", change.N)
	}
	money := func(d decimal.Decimal) models.Money { return models.MustMoney(d, s.payment.Currency) }
	s.payment.Reversals++
	waived, err := s.waive(ctx, taken)
	if err != nil {
		return err
	}
	amount := money(taken.Amount).Sub(waived)
	err = postgres.InsertReversal(ctx, s.tx, postgres.Reversal{
		PaymentID: s.payment.ID, N: s.payment.Reversals, ID: s.cause, Currency: s.payment.Currency, Amount: taken.Amount.Neg(),
		Claimed: waived.Neg().Decimal(), Reason: change.Reason, Undoes: &change.N, By: s.actor, At: s.at,
	})
	if err != nil {
		return err
	}
	if err = s.postWon(ctx, change.N, money(taken.Amount.Sub(taken.Claimed)), taken.OfNobody && s.payment.CustomerID != ""); err != nil {
		return err
	}
	if err = s.postWaived(ctx, change.N, taken, waived); err != nil {
		return err
	}
	s.payment.Reversed, s.payment.Refunded = s.payment.Reversed.Sub(taken.Amount), s.payment.Refunded.Add(waived.Decimal())
	s.cash(amount)
	if err = s.event(ctx, postgres.Event{Key: s.cause, Kind: "payment-reversal-won", Summary: money(taken.Amount).Text() + " paid again by the bank"}); err != nil {
		return err
	}
	left, err := s.applyAgain(ctx, amount, change.N)
	if err != nil {
		return err
	}
	return s.recoverAgain(ctx, left, change.N)
}

// waive takes back what is open of the debit note over the refunded part of a reversal, and answers how much that is.
func (s *cashStep) waive(ctx context.Context, taken postgres.TakenBack) (models.Money, error) {
	none := models.Zero(s.payment.Currency)
	if taken.Recovery == "" {
		return none, nil
	}
	if _, err := s.hold(ctx, []string{taken.Recovery}); err != nil {
		return none, err
	}
	item := s.items[taken.Recovery]
	waived := item.Open()
	if waived.IsZero() {
		return waived, nil
	}
	item.Credited = item.Credited.Add(waived.Decimal())
	s.exposure.OpenInvoices = s.exposure.OpenInvoices.Sub(waived)
	s.touched[item.Number] = false
	return waived, postgres.InsertReduction(ctx, s.tx, postgres.Reduction{
		DebitNote: item.Number, Cause: s.cause, Amount: waived, Reason: wonReason, By: s.actor, At: s.at,
	})
}

// postWaived mirrors the entry of the debit note over the refunded part of a reversal. What the customer has paid of it meanwhile stays
// paid, and is cash.
func (s *cashStep) postWaived(ctx context.Context, reversal int, taken postgres.TakenBack, waived models.Money) error {
	key := s.recoveryKey(s.payment.Reversals)
	if waived.Decimal().Equal(taken.Claimed) {
		if waived.IsZero() {
			return nil
		}
		return ledger.Reverse(ctx, s.tx, ledger.Reversal{
			Key: key, OriginalKey: s.recoveryKey(reversal), BusinessDate: s.date, Actor: s.actor, Reason: wonReason,
		})
	}
	paid := models.MustMoney(taken.Claimed, s.payment.Currency).Sub(waived)
	return ledger.Post(ctx, s.tx, ledger.Entry{
		Key: key, Event: "refund_recovery_repaid", BusinessDate: s.date, CustomerID: s.payment.CustomerID, Document: taken.Recovery,
		Description: wonReason, Actor: s.actor, Lines: ledger.RefundRecoveryRepaid(waived, paid),
	})
}

const wonReason = "The bank paid again"

// postWon mirrors the entry of a reversal. What was taken back when nobody knew who had paid comes again to the payer who was
// found since, and so has no entry to mirror.
func (s *cashStep) postWon(ctx context.Context, reversal int, amount models.Money, payerFound bool) error {
	key := s.reversalKey(s.payment.Reversals)
	switch {
	case amount.IsZero(): // all of it had been refunded
		return nil
	case payerFound:
		return ledger.Post(ctx, s.tx, ledger.Entry{
			Key: key, Event: "payment_reversed_in_part_reversed", BusinessDate: s.date, CustomerID: s.payment.CustomerID, Document: s.payment.ID,
			Description: wonReason, Actor: s.actor, Lines: ledger.PaymentReceived(amount),
		})
	}
	return ledger.Reverse(ctx, s.tx, ledger.Reversal{
		Key: key, OriginalKey: s.reversalKey(reversal), BusinessDate: s.date, Actor: s.actor, Reason: wonReason,
	})
}

// applyAgain settles the invoices that a reversal opened, with money that came again, and answers what is left of that.
func (s *cashStep) applyAgain(ctx context.Context, left models.Money, reversal int) (models.Money, error) {
	undone, err := postgres.UndoneBy(ctx, s.tx, s.payment.ID, reversal)
	if err != nil || len(undone) == 0 {
		return left, err
	}
	invoices := make([]string, len(undone))
	for i, a := range undone {
		invoices[i] = a.Invoice
	}
	held, err := s.hold(ctx, invoices)
	if err != nil {
		return left, err
	}
	customer, err := postgres.LoadCustomer(ctx, s.tx, s.payment.CustomerID)
	if err != nil {
		return left, err
	}
	for _, a := range undone {
		found := bank.Settle(held[a.Invoice], models.Min(left, a.Used()), s.payment.ValueDate, customer.Tolerance())
		if !found.Amount.IsPositive() {
			continue
		}
		found.Rule = bank.RuleWon
		if err = s.settle(ctx, found); err != nil {
			return left, err
		}
		left = left.Sub(found.Amount).Sub(found.ToIncome)
		item := s.items[a.Invoice]
		again := held[a.Invoice]
		again.Open, again.Disputed = item.Open(), item.Disputed()
		held[a.Invoice] = again
	}
	return left, nil
}
