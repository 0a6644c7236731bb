package activities

import (
	"context"
	"fmt"

	"o2c/bank"
	"o2c/ledger"
	"o2c/models"
	"o2c/postgres"
)

// recoverNamed takes what is left of a payment for the written-off invoices that it names, as far as they are written off and it has not come
// before. Where the payer lists amounts, each invoice gets no more than its own.
func (s *cashStep) recoverNamed(ctx context.Context, payment models.Payment, found []bank.Application) error {
	names := bank.NamesOf(payment)
	if !s.payment.Unapplied().IsPositive() || len(names.Invoices)+len(names.References) == 0 {
		return nil
	}
	lost, err := postgres.LockRecoverable(ctx, s.tx, s.payment.CustomerID, names.Invoices, names.References)
	if err != nil {
		return err
	}
	for i := range lost {
		item := s.items[lost[i].Number]
		if item == nil { // nothing of it is open
			item = &lost[i]
			s.items[item.Number] = item
		}
		amount := models.Min(s.payment.Unapplied(), item.Recoverable())
		if len(payment.Remittance) > 0 {
			amount = models.Min(amount, leftOf(payment, item.Number, found))
		}
		if err = s.recover(ctx, item, amount); err != nil {
			return err
		}
	}
	return nil
}

// leftOf is what a payer means for an invoice and has not settled it.
func leftOf(payment models.Payment, invoice string, found []bank.Application) models.Money {
	left := models.Zero(payment.Amount.Currency())
	for _, line := range payment.Remittance {
		if line.Invoice == invoice {
			left = left.Add(line.Amount)
		}
	}
	for _, application := range found {
		if application.Invoice == invoice {
			left = left.Sub(application.Amount).Sub(application.ToIncome)
		}
	}
	return left
}

// recover takes a part of the payment for a written-off item: it stays written off, and what comes is income.
func (s *cashStep) recover(ctx context.Context, item *postgres.OpenItem, amount models.Money) error {
	if !amount.IsPositive() {
		return nil
	}
	n, err := postgres.InsertRecovery(ctx, s.tx, postgres.Recovery{
		PaymentID: s.payment.ID, Invoice: item.Number, Currency: item.Currency, Amount: amount.Decimal(), Cause: s.cause, By: s.actor, At: s.at,
	})
	if err != nil {
		return err
	}
	s.moveRecovered(item, amount)
	err = ledger.Post(ctx, s.tx, ledger.Entry{
		Key: s.recoveredKey(n), Event: "recovered", BusinessDate: s.date, CustomerID: item.CustomerID, OrderID: item.OrderID, Document: item.Number,
		Description: "Recovered of " + item.Number + ", which is written off", Actor: s.actor, Lines: ledger.Recovered(amount, models.Zero(item.Currency)),
	})
	if err != nil {
		return err
	}
	return s.event(ctx, postgres.Event{
		Key: fmt.Sprintf("%s/recovered/%d", s.payment.ID, n), OrderID: item.OrderID, Invoice: item.Invoice, Kind: "payment-recovered",
		Summary: amount.Text() + " recovered of " + item.Number + ", which is written off",
	})
}

// unrecover takes a recovery back with the money that a reversal takes.
func (s *cashStep) unrecover(ctx context.Context, r postgres.Recovery, reversal int, reason string) error {
	item := s.items[r.Invoice]
	n, err := postgres.InsertRecovery(ctx, s.tx, postgres.Recovery{
		PaymentID: s.payment.ID, Invoice: r.Invoice, Currency: r.Currency, Amount: r.Amount.Neg(), Undoes: &r.N, Reversal: &reversal,
		Cause: s.cause, By: s.actor, At: s.at,
	})
	if err != nil {
		return err
	}
	s.moveRecovered(item, r.Money().Neg())
	err = ledger.Reverse(ctx, s.tx, ledger.Reversal{
		Key: s.recoveredKey(n), OriginalKey: s.recoveredKey(r.N), Event: "recovered_reversed", BusinessDate: s.date, Actor: s.actor, Reason: reason,
	})
	if err != nil {
		return err
	}
	return s.event(ctx, postgres.Event{
		Key: fmt.Sprintf("%s/recovered/%d", s.payment.ID, n), OrderID: item.OrderID, Invoice: item.Invoice, Kind: "payment-recovery-undone",
		Summary: r.Money().Text() + " recovered of " + item.Number + " taken back: " + reason,
	})
}

func (s *cashStep) recoveredKey(n int) string {
	return fmt.Sprintf("payment/%s/recovered/%d", s.payment.ID, n)
}

// moveRecovered moves item, payment and exposure by what is recovered.
func (s *cashStep) moveRecovered(item *postgres.OpenItem, amount models.Money) {
	item.Recovered = item.Recovered.Add(amount.Decimal())
	s.payment.Recovered = s.payment.Recovered.Add(amount.Decimal())
	s.cash(amount.Neg())
	if _, before := s.touched[item.Number]; !before {
		s.touched[item.Number] = false
	}
}

// freeRecovered makes so much of the payment unapplied by taking recoveries back, the newest first; their items are held. What the bank left
// of the last one is recovered again. done is false when that was not enough.
func (s *cashStep) freeRecovered(ctx context.Context, standing []postgres.Recovery, amount models.Money, reversal int, reason string) (done bool, err error) {
	for _, r := range standing {
		if err = s.unrecover(ctx, r, reversal, reason); err != nil {
			return false, err
		}
		if rest := s.payment.Unapplied().Sub(amount); !rest.IsNegative() {
			return true, s.recover(ctx, s.items[r.Invoice], models.Min(rest, r.Money()))
		}
	}
	return false, nil
}

// recoverAgain recovers with what is left of money that came again what its reversal took back, as far as that is still written off. What is
// unapplied of the payment beside it is not for that.
func (s *cashStep) recoverAgain(ctx context.Context, left models.Money, reversal int) error {
	undone, err := postgres.RecoveriesUndoneBy(ctx, s.tx, s.payment.ID, reversal)
	if err != nil {
		return err
	}
	for _, r := range undone {
		if s.items[r.Invoice] == nil {
			if _, err = s.hold(ctx, []string{r.Invoice}); err != nil {
				return err
			}
		}
		item := s.items[r.Invoice]
		amount := models.Min(models.Min(left, item.Recoverable()), r.Money())
		if err = s.recover(ctx, item, amount); err != nil {
			return err
		}
		left = left.Sub(amount)
	}
	return nil
}

// applyToWrittenOff settles by hand what is open of an item that is written off in part or in full, and recovers with the rest of the money.
func (s *cashStep) applyToWrittenOff(ctx context.Context, item *postgres.OpenItem, open bank.OpenItem, amount models.Money, tolerance models.Tolerance) error {
	rest := amount
	if item.Open().IsPositive() {
		found := bank.Settle(open, models.Min(amount, item.Open()), s.payment.ValueDate, tolerance)
		found.Rule = bank.RuleManual
		if err := s.settle(ctx, found); err != nil {
			return err
		}
		rest = amount.Sub(found.Amount).Sub(found.ToIncome)
	}
	if rest.MoreThan(item.Recoverable()) {
		return models.Conflict("amount-exceeds-open", "%s of %s is open, and %s written off", item.Open().Text(), item.Number, item.Recoverable().Text())
	}
	return s.recover(ctx, item, rest)
}
