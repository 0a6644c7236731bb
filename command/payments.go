package command

import (
	"context"
	"errors"
	"fmt"

	"o2c/models"
	"o2c/postgres"
)

// RecordPayment accepts a payment, has it booked and applied, and waits for that. booked is false when no worker has done so
// yet. A payment without a value date gets today's on the customer's clock. Errors: "customer-not-found",
// "currency-mismatch", "invoice-not-found", "remittance-exceeds-payment", "invalid-deduction", "invalid-date", "account-total-exceeded", "engine-unavailable"; or why it was refused.
func (s *Service) RecordPayment(ctx context.Context, claim *Claim, payment models.Payment) (view postgres.PaymentView, booked bool, err error) {
	deadline := patience()
	fact, err := s.recorded(ctx, claim.ID, postgres.PaymentFact)
	if err != nil {
		return view, false, err
	}
	if fact == nil {
		payment.ID, payment.ReceivedBy = claim.ID, claim.Principal
		if err = s.checkPayment(ctx, &payment); err != nil {
			return view, false, err
		}
		if fact, err = s.accept(ctx, claim.ID, claim.Principal, postgres.PaymentFact, payment.CustomerID, "", payment); err != nil {
			return view, false, err
		}
	}
	if err = s.tellFact(ctx, deadline, *fact); err != nil {
		return view, false, err
	}
	booked, err = s.awaitDone(ctx, deadline, fact.ID, postgres.PaymentFact)
	if err != nil {
		return view, false, err
	}
	view, err = postgres.ReadPayment(ctx, s.DB, fact.ID)
	return view, booked, err
}

// checkPayment refuses what the book already contradicts and fills in the value date.
func (s *Service) checkPayment(ctx context.Context, payment *models.Payment) error {
	var faults faults
	if payment.CustomerID != "" {
		customer, err := postgres.LoadCustomer(ctx, s.DB, payment.CustomerID)
		if models.KindOf(err) == models.KindNotFound {
			return models.Invalid("customer-not-found", "there is no customer %q", payment.CustomerID).At("/customer_id")
		}
		if err != nil {
			return postgres.TranslateError(err)
		}
		if customer.Currency != payment.Amount.Currency() {
			return models.Invalid("currency-mismatch", "the customer is billed in %s", customer.Currency).At("/currency")
		}
		if err = s.checkRoom(ctx, *payment); err != nil {
			return err
		}
	}
	named := models.Zero(payment.Amount.Currency())
	numbers := make([]string, len(payment.Remittance))
	for i, line := range payment.Remittance {
		named = named.Add(line.Amount)
		numbers[i] = line.Invoice
	}
	currencies, err := postgres.ReadItemCurrencies(ctx, s.DB, numbers)
	if err != nil {
		return err
	}
	for i, line := range payment.Remittance {
		pointer := fmt.Sprintf("/remittance/%d/invoice", i)
		switch currency, known := currencies[line.Invoice]; {
		case !known:
			faults.add(models.Invalid("invoice-not-found", "there is no invoice %q", line.Invoice).At(pointer))
		case currency != payment.Amount.Currency():
			faults.add(models.Invalid("currency-mismatch", "%s is in %s", line.Invoice, currency).At(pointer))
		case line.Deduction != nil && models.IsProforma(line.Invoice):
			faults.add(models.Invalid("invalid-deduction", "nobody owes %s: nothing can be kept back of it", line.Invoice).At(fmt.Sprintf("/remittance/%d/deduction", i)))
		}
	}
	if named.MoreThan(payment.Amount) {
		faults.add(models.Invalid("remittance-exceeds-payment", "the remittance names %s of a payment of %s", named.Text(), payment.Amount.Text()).At("/remittance"))
	}
	today, err := s.Today(ctx, payment.CustomerID)
	if err != nil {
		return err
	}
	if payment.ValueDate.IsZero() {
		payment.ValueDate = today
	} else if fault := models.CheckNear(payment.ValueDate, today); fault != nil {
		faults.add(fault.At("/value_date"))
	}
	return faults.err()
}

// checkRoom refuses a payment for which the customer's account has no room. The activity checks it again, under the lock.
func (s *Service) checkRoom(ctx context.Context, payment models.Payment) error {
	exposure, err := postgres.ReadExposure(ctx, s.DB, payment.CustomerID)
	if err != nil {
		return postgres.TranslateError(err)
	}
	exposure.UnappliedCash = exposure.UnappliedCash.Add(payment.Amount)
	if full, is := errors.AsType[*models.Error](exposure.Check()); is {
		return full.At("/amount")
	}
	return nil
}

// ChangePayment accepts what is to be done to a booked payment under an id, has it carried out, and waits for that. done is false
// when no worker has done so yet. Amounts are in the payment's currency, as the client wrote them; an empty one is none. Errors:
// "payment-not-found", "payment-processing", "invalid-amount", those of activities.Cash.Change as far as the book already says so,
// "engine-unavailable"; or why it was refused.
func (s *Service) ChangePayment(ctx context.Context, id, actor string, change models.PaymentChange, amount, fee string) (view postgres.PaymentView, done bool, err error) {
	deadline := patience()
	view, err = postgres.ReadPayment(ctx, s.DB, change.PaymentID)
	if err != nil {
		return view, false, err
	}
	fact, err := s.recorded(ctx, id, postgres.PaymentChangeFact)
	if err != nil {
		return view, false, err
	}
	if fact == nil {
		if err = s.checkChange(ctx, view, &change, amount, fee); err != nil {
			return view, false, err
		}
		customerID := ""
		if view.CustomerID != nil {
			customerID = *view.CustomerID
		}
		if fact, err = s.accept(ctx, id, actor, postgres.PaymentChangeFact, customerID, "", change); err != nil {
			return view, false, err
		}
	}
	if err = s.tellFact(ctx, deadline, *fact); err != nil {
		return view, false, err
	}
	if done, err = s.awaitDone(ctx, deadline, fact.ID, postgres.PaymentChangeFact); err != nil {
		return view, false, err
	}
	view, err = postgres.ReadPayment(ctx, s.DB, change.PaymentID)
	return view, done, err
}

// checkChange reads the amounts and refuses what the book already contradicts. The activity checks it again, under the locks.
func (s *Service) checkChange(ctx context.Context, payment postgres.PaymentView, change *models.PaymentChange, amount, fee string) error {
	switch payment.State {
	case postgres.Processing:
		return models.Unavailable("payment-processing", "the payment is accepted and not yet booked; try again")
	case postgres.FailedPayment:
		return models.Conflict("payment-failed", "the payment was refused: %s", payment.Reason)
	}
	var faults faults
	read := func(pointer, text string) *models.Money {
		if text == "" {
			return nil
		}
		money, err := models.ParsePositiveMoney(text, payment.Currency)
		if err != nil {
			faults.at(pointer, err)
		}
		return &money
	}
	change.Amount, change.Fee = read("/amount", amount), read("/fee", fee)
	if change.Kind == models.ApplyByHand {
		currencies, err := postgres.ReadItemCurrencies(ctx, s.DB, []string{change.Invoice})
		if err != nil {
			return err
		}
		switch currency, known := currencies[change.Invoice]; {
		case !known:
			faults.add(models.Invalid("invoice-not-found", "there is no invoice %q", change.Invoice).At("/invoice"))
		case currency != payment.Currency:
			faults.add(models.Invalid("currency-mismatch", "%s is in %s", change.Invoice, currency).At("/invoice"))
		}
	}
	if err := faults.err(); err != nil {
		return err
	}
	unapplied := models.MustMoney(payment.Unapplied, payment.Currency)
	switch change.Kind {
	case models.ApplyByHand:
		if change.Amount.MoreThan(unapplied) {
			return models.Conflict("amount-exceeds-unapplied", "%s of the payment is unapplied", unapplied.Text()).At("/amount")
		}
	case models.RefundPayment:
		if change.Amount.MoreThan(unapplied) {
			return models.Conflict("refund-exceeds-unapplied", "%s of the payment is unapplied", unapplied.Text()).At("/amount")
		}
	case models.ReversePayment:
		kept := models.MustMoney(payment.Amount.Sub(payment.Reversed), payment.Currency)
		if kept.IsZero() || change.Amount != nil && change.Amount.MoreThan(kept) {
			return models.Conflict("reversal-exceeds-payment", "%s of the payment is not reversed yet", kept.Text())
		}
		return checkFee(payment, change)
	case models.UndoApplication:
		return payment.Undoable(change.N)
	case models.WinReversal:
		return payment.Winnable(change.N)
	}
	return nil
}

// checkFee refuses a fee that nobody would charge for such a payment, and one that can't be charged on.
func checkFee(payment postgres.PaymentView, change *models.PaymentChange) error {
	recharged := change.Recharge != nil && *change.Recharge
	switch {
	case change.Fee != nil && change.Fee.Decimal().GreaterThan(payment.Amount):
		return models.Invalid("fee-exceeds-payment", "the payment was %s", models.MustMoney(payment.Amount, payment.Currency).Text()).At("/fee")
	case recharged && change.Fee == nil:
		return models.Invalid("fee-missing", "there is no fee to charge").At("/recharge")
	case recharged && payment.CustomerID == nil:
		return models.Conflict("payer-unknown", "nobody knows whom to charge").At("/recharge")
	}
	return nil
}
