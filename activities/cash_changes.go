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
	if asked, err := s.prepayments(ctx, []string{change.Invoice}, nil); err != nil || s.proformas != nil {
		return s.depositByHand(change, asked, err)
	}
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
	if item.Recoverable().IsPositive() { // what is open of it comes first, and the rest of the money is for what is written off
		return s.applyToWrittenOff(ctx, item, held[item.Number], amount, customer.Tolerance())
	}
	found := bank.Settle(held[item.Number], amount, s.payment.ValueDate, customer.Tolerance())
	if found.Amount.Add(found.ToIncome).LessThan(amount) {
		return models.Conflict("amount-exceeds-open", "%s of %s is open", item.Open().Text(), item.Number)
	}
	found.Rule = bank.RuleManual
	return s.settle(ctx, found)
}

// depositByHand makes a part of the payment a deposit, as a person says. Errors: "amount-exceeds-unapplied", "amount-exceeds-open".
func (s *cashStep) depositByHand(change models.PaymentChange, asked []bank.OpenItem, err error) error {
	due := models.Zero(s.payment.Currency)
	if len(asked) > 0 {
		due = asked[0].Open
	}
	switch amount := *change.Amount; {
	case err != nil:
		return err
	case amount.MoreThan(s.payment.Unapplied()):
		return models.Conflict("amount-exceeds-unapplied", "%s of the payment is unapplied", s.payment.Unapplied().Text())
	case amount.MoreThan(due):
		return models.Conflict("amount-exceeds-open", "%s of %s is open", due.Text(), change.Invoice)
	default:
		s.deposit(change.Invoice, amount)
		return nil
	}
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
