package activities

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"o2c/bank"
	"o2c/ledger"
	"o2c/models"
	"o2c/postgres"
)

// PaymentChangeInput names the accepted change of a payment.
type PaymentChangeInput struct {
	ChangeID string    `json:"change_id"`
	At       time.Time `json:"at"`
}

// Change carries out what was accepted to be done to a payment, in one transaction, and then tells the orders of the invoices and
// those that wait for credit. Errors are those of the kinds of change.
func (c *Cash) Change(ctx context.Context, in PaymentChangeInput) error {
	reversed := false
	err := postgres.InTx(ctx, c.Pool, func(tx pgx.Tx) error {
		fact, err := postgres.TakeFact[models.PaymentChange](ctx, tx, in.ChangeID)
		if err != nil {
			return err
		}
		change := fact.Content
		reversed = change.Kind == models.UndoApplication || change.Kind == models.ReversePayment
		if fact.Settled {
			return nil
		}
		s := &cashStep{tx: tx, at: in.At, actor: fact.Actor, cause: in.ChangeID}
		if s.date, err = businessDate(ctx, tx, in.At); err != nil {
			return err
		}
		if err = s.lock(ctx, change); err != nil {
			return err
		}
		if err = s.change(ctx, change); err != nil {
			return err
		}
		if err = s.finish(ctx); err != nil {
			return err
		}
		return postgres.SettleFact(ctx, tx, in.ChangeID, nil)
	})
	if err != nil {
		return err
	}
	return c.tell(ctx, in.ChangeID, reversed)
}

// lock locks the credit account of the payment's customer and then the payment. A payment of nobody that is applied by hand
// becomes the payment of the invoice's customer.
func (s *cashStep) lock(ctx context.Context, change models.PaymentChange) error {
	payer, _, err := postgres.PaymentCustomer(ctx, s.tx, change.PaymentID)
	if err != nil {
		return err
	}
	customerID := payer
	if payer == "" && change.Kind == models.ApplyByHand {
		if customerID, err = postgres.PayerOf(ctx, s.tx, []string{change.Invoice}, nil); err != nil {
			return err
		}
	}
	if customerID != "" {
		if s.exposure, err = postgres.LockCredit(ctx, s.tx, customerID); err != nil {
			return err
		}
	}
	if s.payment, err = postgres.LockPayment(ctx, s.tx, change.PaymentID); err != nil {
		return err
	}
	switch {
	case s.payment.CustomerID != payer:
		return models.Unavailable("payer-found", "the payer of the payment was found at this moment")
	case payer != customerID:
		return s.identify(ctx, customerID)
	}
	s.begin()
	return nil
}

// identify gives the payment of nobody to a customer: "currency-mismatch".
func (s *cashStep) identify(ctx context.Context, customerID string) error {
	if currency := s.exposure.OpenInvoices.Currency(); currency != s.payment.Currency {
		return models.Conflict("currency-mismatch", "the customer is billed in %s", currency)
	}
	s.payment.CustomerID = customerID
	s.begin()
	unapplied := s.payment.Unapplied()
	s.cash(unapplied)
	err := ledger.Post(ctx, s.tx, ledger.Entry{
		Key: "payment/" + s.payment.ID + "/payer", Event: "payment_identified", BusinessDate: s.date, CustomerID: customerID, Document: s.payment.ID,
		Description: "The payer is " + customerID, Actor: s.actor, Lines: ledger.PaymentIdentified(unapplied, customerID),
	})
	if err != nil {
		return err
	}
	return s.event(ctx, postgres.Event{Key: identifiedKey(s.payment.ID), Kind: "payment-identified", Summary: "The payer of " + s.payment.Kept().Text() + " was found"})
}

func identifiedKey(paymentID string) string { return "identified/" + paymentID }

func (s *cashStep) change(ctx context.Context, change models.PaymentChange) error {
	switch change.Kind {
	case models.ApplyByHand:
		return s.applyByHand(ctx, change)
	case models.UndoApplication:
		return s.undoByHand(ctx, change)
	case models.ReversePayment:
		return s.reverse(ctx, change)
	case models.WinReversal:
		return s.win(ctx, change)
	case models.RefundPayment:
		return s.refund(ctx, s.cause, *change.Amount, change.Reason)
	default:
		return models.Invalid("invalid-change", "a payment can't be changed by %q", change.Kind)
	}
}

// hold locks items for the step and returns them as the rules of matching see them.
func (s *cashStep) hold(ctx context.Context, invoices []string) (map[string]bank.OpenItem, error) {
	items, err := postgres.LockOpenItems(ctx, s.tx, invoices)
	if err != nil {
		return nil, err
	}
	open, err := s.openItems(ctx, items)
	if err != nil {
		return nil, err
	}
	held := make(map[string]bank.OpenItem, len(open))
	for _, item := range open {
		held[item.Invoice] = item
	}
	return held, nil
}

// applyByHand settles an invoice with a part of the payment, as a person says. Errors: "invoice-not-found", "other-customer",
// "amount-exceeds-unapplied", "amount-exceeds-open".
func (s *cashStep) applyByHand(ctx context.Context, change models.PaymentChange) error {
	held, err := s.hold(ctx, []string{change.Invoice})
	if err != nil {
		return err
	}
	item, amount := s.items[change.Invoice], *change.Amount
	switch {
	case item == nil:
		return models.NotFound("invoice", change.Invoice)
	case item.CustomerID != s.payment.CustomerID:
		return models.Conflict("other-customer", "%s is another customer's than the payment", item.Number)
	case amount.MoreThan(s.payment.Unapplied()):
		return models.Conflict("amount-exceeds-unapplied", "%s of the payment is unapplied", s.payment.Unapplied().Text())
	}
	customer, err := postgres.LoadCustomer(ctx, s.tx, s.payment.CustomerID)
	if err != nil {
		return err
	}
	found := bank.Settle(held[item.Number], amount, s.payment.ValueDate, customer.Tolerance())
	if found.Amount.Add(found.ToIncome).LessThan(amount) {
		return models.Conflict("amount-exceeds-open", "%s of %s is open", item.Open().Text(), item.Number)
	}
	found.Rule = bank.RuleManual
	return s.settle(ctx, found)
}

// undoByHand takes an application back. Errors: "application-not-found", "application-undone".
func (s *cashStep) undoByHand(ctx context.Context, change models.PaymentChange) error {
	standing, err := postgres.StandingApplications(ctx, s.tx, s.payment.ID)
	if err != nil {
		return err
	}
	for _, a := range standing {
		if a.N != change.N {
			continue
		}
		if _, err = s.hold(ctx, []string{a.Invoice}); err != nil {
			return err
		}
		return s.undo(ctx, a, nil, "taken back by hand")
	}
	if change.N < 1 || change.N > s.payment.Applications {
		return models.NotFound("application", fmt.Sprint(change.N))
	}
	return models.Conflict("application-undone", "application %d is undone already", change.N)
}

// reverse gives back to the bank what it takes of the payment: first what is unapplied, then the newest applications, each with its
// discount and difference. What the bank leaves of the last one is applied again. Errors: "reversal-exceeds-payment",
// "payment-refunded".
func (s *cashStep) reverse(ctx context.Context, change models.PaymentChange) error {
	amount := s.payment.Kept()
	if change.Amount != nil {
		amount = *change.Amount
	}
	refundable := models.MustMoney(s.payment.Refunded, s.payment.Currency)
	switch {
	case !amount.IsPositive() || amount.MoreThan(s.payment.Kept()):
		return models.Conflict("reversal-exceeds-payment", "%s of the payment is not reversed yet", s.payment.Kept().Text())
	case amount.MoreThan(s.payment.Kept().Sub(refundable)):
		return models.Conflict("payment-refunded", "%s of the payment was refunded and can't be reversed as well", refundable.Text())
	}
	s.payment.Reversals++
	n := s.payment.Reversals
	r := postgres.Reversal{
		PaymentID: s.payment.ID, N: n, ID: s.cause, Currency: s.payment.Currency, Amount: amount.Decimal(), Reason: change.Reason,
		ReasonCode: change.ReasonCode, By: s.actor, At: s.at,
	}
	if change.Fee != nil {
		r.Fee = change.Fee.Decimal()
	}
	if err := postgres.InsertReversal(ctx, s.tx, r); err != nil {
		return err
	}
	if err := s.free(ctx, amount, n, reversalReason(change.Reason)); err != nil {
		return err
	}
	if err := s.postReversal(ctx, r); err != nil {
		return err
	}
	s.payment.Reversed = s.payment.Reversed.Add(r.Amount)
	s.cash(amount.Neg())
	return s.event(ctx, postgres.Event{Key: s.cause, Kind: "payment-reversed", Summary: amount.Text() + " " + reversalReason(change.Reason)})
}

// reversalReason is why a payment is reversed, in words also where nobody gave any.
func reversalReason(reason string) string {
	if reason == "" {
		return "reversed by the bank"
	}
	return "reversed by the bank: " + reason
}

// free makes so much of the payment unapplied, undoing the newest applications.
func (s *cashStep) free(ctx context.Context, amount models.Money, reversal int, reason string) error {
	if !amount.MoreThan(s.payment.Unapplied()) {
		return nil
	}
	standing, err := postgres.StandingApplications(ctx, s.tx, s.payment.ID)
	if err != nil {
		return err
	}
	invoices := make([]string, len(standing))
	for i, a := range standing {
		invoices[i] = a.Invoice
	}
	if _, err = s.hold(ctx, invoices); err != nil {
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
		return s.applyRest(ctx, a.Invoice, models.Min(rest, a.Used()))
	}
	return nil
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

// postReversal mirrors the receipt of the payment. A part, or a payment whose payer was found later, has no single entry to
// mirror.
func (s *cashStep) postReversal(ctx context.Context, r postgres.Reversal) error {
	identified, err := postgres.Happened(ctx, s.tx, identifiedKey(s.payment.ID))
	if err != nil {
		return err
	}
	amount := models.MustMoney(r.Amount, r.Currency)
	entry := ledger.Entry{
		Key: s.reversalKey(r.N), Event: "payment_reversed_in_part", BusinessDate: s.date, CustomerID: s.payment.CustomerID, Document: s.payment.ID,
		Description: reversalReason(r.Reason), Actor: s.actor, Lines: ledger.PaymentReversedInPart(amount),
	}
	if r.N == 1 && r.Amount.Equal(s.payment.Amount) && !identified {
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

// win takes in again what the bank had taken back, and applies it to the invoices that the reversal opened, as far as they are
// still open. Errors: "reversal-not-found", "reversal-won".
func (s *cashStep) win(ctx context.Context, change models.PaymentChange) error {
	taken, err := postgres.ReversalOf(ctx, s.tx, s.payment.ID, change.N)
	if err != nil {
		return err
	}
	if taken.Won {
		return models.Conflict("reversal-won", "what reversal %d took back came again already", change.N)
	}
	amount := models.MustMoney(taken.Amount, s.payment.Currency)
	s.payment.Reversals++
	err = postgres.InsertReversal(ctx, s.tx, postgres.Reversal{
		PaymentID: s.payment.ID, N: s.payment.Reversals, ID: s.cause, Currency: s.payment.Currency, Amount: taken.Amount.Neg(), Reason: change.Reason,
		Undoes: &change.N, By: s.actor, At: s.at,
	})
	if err != nil {
		return err
	}
	if err = s.postWon(ctx, change.N, amount, taken.OfNobody && s.payment.CustomerID != ""); err != nil {
		return err
	}
	s.payment.Reversed = s.payment.Reversed.Sub(taken.Amount)
	s.cash(amount)
	if err = s.event(ctx, postgres.Event{Key: s.cause, Kind: "payment-reversal-won", Summary: amount.Text() + " paid again by the bank"}); err != nil {
		return err
	}
	return s.applyAgain(ctx, amount, change.N)
}

// postWon mirrors the entry of a reversal. What was taken back when nobody knew who had paid comes again to the payer who was
// found since, and so has no entry to mirror.
func (s *cashStep) postWon(ctx context.Context, reversal int, amount models.Money, payerFound bool) error {
	const reason = "The bank paid again"
	key := s.reversalKey(s.payment.Reversals)
	if payerFound {
		return ledger.Post(ctx, s.tx, ledger.Entry{
			Key: key, Event: "payment_reversed_in_part_reversed", BusinessDate: s.date, CustomerID: s.payment.CustomerID, Document: s.payment.ID,
			Description: reason, Actor: s.actor, Lines: ledger.PaymentReceived(amount),
		})
	}
	return ledger.Reverse(ctx, s.tx, ledger.Reversal{
		Key: key, OriginalKey: s.reversalKey(reversal), BusinessDate: s.date, Actor: s.actor, Reason: reason,
	})
}

// applyAgain settles the invoices that a reversal opened, with money that came again.
func (s *cashStep) applyAgain(ctx context.Context, left models.Money, reversal int) error {
	undone, err := postgres.UndoneBy(ctx, s.tx, s.payment.ID, reversal)
	if err != nil || len(undone) == 0 {
		return err
	}
	invoices := make([]string, len(undone))
	for i, a := range undone {
		invoices[i] = a.Invoice
	}
	held, err := s.hold(ctx, invoices)
	if err != nil {
		return err
	}
	customer, err := postgres.LoadCustomer(ctx, s.tx, s.payment.CustomerID)
	if err != nil {
		return err
	}
	for _, a := range undone {
		found := bank.Settle(held[a.Invoice], models.Min(left, a.Used()), s.payment.ValueDate, customer.Tolerance())
		if !found.Amount.IsPositive() {
			continue
		}
		found.Rule = bank.RuleWon
		if err = s.settle(ctx, found); err != nil {
			return err
		}
		left = left.Sub(found.Amount).Sub(found.ToIncome)
		item := s.items[a.Invoice]
		again := held[a.Invoice]
		again.Open, again.Disputed = item.Open(), item.Disputed()
		held[a.Invoice] = again
	}
	return nil
}
