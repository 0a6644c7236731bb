package activities

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/bank"
	"o2c/ledger"
	"o2c/models"
	"o2c/postgres"
)

// cashStep is one transaction on a payment, with its customer's credit account, the payment and the open items that it touches
// locked. What it changes of them is saved when it ends.
type cashStep struct {
	tx       pgx.Tx
	payment  *postgres.Payment
	exposure models.Exposure // of the payment's customer; without meaning while nobody knows who paid
	before   models.Money
	items    map[string]*postgres.OpenItem
	touched  map[string]bool // by number: whether it was opened again
	charges  []charged       // what the customer is charged for it, when it ends

	proformas map[string]string       // the orders of those that the step has looked at
	deposits  []deposited             // what becomes a deposit when it ends
	taken     map[string]lessDeposits // what is taken back of orders' deposits, when it ends

	at    time.Time
	date  models.Date
	actor string
	cause string // the payment, or the change of it
}

// begin notes what the exposure was.
func (s *cashStep) begin() {
	s.touched = map[string]bool{}
	if s.payment.CustomerID != "" {
		s.before = s.exposure.Total()
	}
}

// cash moves the customer's unapplied cash by what that of the payment moves.
func (s *cashStep) cash(amount models.Money) {
	if s.payment.CustomerID != "" {
		s.exposure.UnappliedCash = s.exposure.UnappliedCash.Add(amount)
	}
}

// event adds a row to the timeline of the payment's customer.
func (s *cashStep) event(ctx context.Context, e postgres.Event) error {
	e.CustomerID, e.At, e.Actor = s.payment.CustomerID, s.at, s.actor
	_, err := postgres.RecordEvent(ctx, s.tx, e)
	return err
}

func (s *cashStep) applicationKey(n int) string {
	return fmt.Sprintf("payment/%s/application/%d", s.payment.ID, n)
}

// settle applies a part of the payment to an open item, with what closes the item beside it. The undisputed part is paid first;
// what is paid beyond it shrinks the newest disputes.
func (s *cashStep) settle(ctx context.Context, found bank.Application) error {
	if _, is := s.proformas[found.Invoice]; is {
		s.deposit(found.Invoice, found.Amount)
		return nil
	}
	item := s.items[found.Invoice]
	s.payment.Applications++
	a := postgres.Application{
		PaymentID: s.payment.ID, N: s.payment.Applications, Invoice: item.Number, Currency: item.Currency, Amount: found.Amount.Decimal(),
		Discount: found.Discount.Decimal(), PaymentDifference: found.Difference.Decimal(), DifferenceReason: found.Reason,
		TakenToIncome: found.ToIncome.Decimal(), Rule: found.Rule, Cause: s.cause, By: s.actor, At: s.at,
	}
	if found.Deduction != nil {
		a.Deduction, a.DeductionReason = found.Deduction.Amount.Decimal(), found.Deduction.Reason
	}
	if found.Discount.IsPositive() {
		tax, err := s.taxIn(ctx, item, found.Discount)
		if err != nil {
			return err
		}
		a.DiscountTax = tax.Decimal()
	}
	if err := s.book(ctx, item, a); err != nil {
		return err
	}
	if item.Disputed().MoreThan(item.Open()) {
		if err := shrinkDisputes(ctx, s.tx, item, s.at, s.actor, "paid"); err != nil {
			return err
		}
	}
	if _, before := s.touched[item.Number]; !before {
		s.touched[item.Number] = false
	}
	if err := s.disputeDeduction(ctx, item, a); err != nil {
		return err
	}
	if err := s.post(ctx, item, a); err != nil {
		return err
	}
	return s.event(ctx, postgres.Event{
		Key: fmt.Sprintf("%s/%d", s.payment.ID, a.N), OrderID: item.OrderID, Invoice: item.Invoice, Kind: "payment-applied",
		Summary: found.Amount.Text() + " applied to " + item.Number + withParts(found) + ", " + item.Open().Text() + " open", Detail: applicationDetail{
			PaymentID: s.payment.ID, N: a.N, Rule: a.Rule, Discount: found.Discount, PaymentDifference: found.Difference, TakenToIncome: found.ToIncome,
			Deduction: found.Deduction,
		},
	})
}

// applicationDetail is what the timeline says of an application.
type applicationDetail struct {
	PaymentID         string            `json:"payment_id"`
	N                 int               `json:"n"`
	Rule              string            `json:"rule"`
	Discount          models.Money      `json:"discount"`
	PaymentDifference models.Money      `json:"payment_difference"`
	TakenToIncome     models.Money      `json:"taken_to_income"`
	Deduction         *models.Deduction `json:"deduction,omitempty"`
}

// withParts says in words what closes an item beside the money.
func withParts(a bank.Application) (words string) {
	if a.Discount.IsPositive() {
		words += " with a discount of " + a.Discount.Text()
	}
	if a.Difference.IsPositive() {
		words += " with a difference of " + a.Difference.Text() + " (" + a.Reason + ")"
	}
	if a.ToIncome.IsPositive() {
		words += ", " + a.ToIncome.Text() + " too much taken to income"
	}
	if a.Deduction != nil {
		words += ", " + a.Deduction.Amount.Text() + " kept back (" + a.Deduction.Reason + ")"
	}
	return words
}

// taxIn is the tax that a discount lowers: of each tax group its share, unless the terms leave the tax as it was invoiced.
func (s *cashStep) taxIn(ctx context.Context, item *postgres.OpenItem, discount models.Money) (models.Money, error) {
	tax := models.Zero(item.Currency)
	terms, err := postgres.DiscountTermsOf(ctx, s.tx, []string{item.Number})
	if err != nil || terms[item.Number].Terms.DiscountTaxUnchanged {
		return tax, err
	}
	creditable, err := postgres.Creditable(ctx, s.tx, item.Number, item.Currency)
	if err != nil {
		return tax, err
	}
	groups, err := models.CreditByAmount(discount, creditable.Left())
	for _, group := range groups {
		tax = tax.Add(group.Amount)
	}
	return tax, err
}

// book moves item, payment and exposure by an application, or by one that undoes another, and records it.
func (s *cashStep) book(ctx context.Context, item *postgres.OpenItem, a postgres.Application) error {
	item.Pay(a)
	s.payment.Applied, s.payment.TakenToIncome = s.payment.Applied.Add(a.Amount), s.payment.TakenToIncome.Add(a.TakenToIncome)
	s.exposure.OpenInvoices = s.exposure.OpenInvoices.Sub(a.Settled())
	s.cash(a.Used().Neg())
	return postgres.InsertApplication(ctx, s.tx, a)
}

// post records an application in the ledger: each of its parts is an entry, so that each has its mirror when it is undone.
func (s *cashStep) post(ctx context.Context, item *postgres.OpenItem, a postgres.Application) error {
	key := s.applicationKey(a.N)
	net := a.Money(a.Discount.Sub(a.DiscountTax))
	for _, part := range []ledger.Entry{
		{Key: key, Event: "payment_applied", Description: "Payment applied to " + a.Invoice, Lines: ledger.PaymentApplied(a.Money(a.Amount))},
		{Key: key + "/discount", Event: "early_payment_discount", Description: "Discount for paying " + a.Invoice + " early",
			Lines: ledger.EarlyPaymentDiscount(net, a.Money(a.DiscountTax))},
		{Key: key + "/difference", Event: "short_difference", Description: "Shortage of " + a.Invoice + ": " + a.DifferenceReason,
			Lines: ledger.ShortDifference(a.Money(a.PaymentDifference))},
		{Key: key + "/over", Event: "over_difference", Description: "Too much paid for " + a.Invoice, Lines: ledger.OverDifference(a.Money(a.TakenToIncome))},
	} {
		part.BusinessDate, part.CustomerID, part.OrderID, part.Document, part.Actor = s.date, item.CustomerID, item.OrderID, item.Number, s.actor
		if err := ledger.Post(ctx, s.tx, part); err != nil {
			return err
		}
	}
	return nil
}

// undo takes an application back: what it settled is open again. What a credit note has taken back of its discount or
// difference before is not taken back twice.
func (s *cashStep) undo(ctx context.Context, a postgres.Application, reversal *int, reason string) error {
	item := s.items[a.Invoice]
	s.payment.Applications++
	discount := models.Min(a.Money(a.Discount), a.Money(item.Discount))
	difference := models.Min(a.Money(a.PaymentDifference), a.Money(item.PaymentDifference))
	counter := a
	counter.N, counter.Undoes, counter.Reversal = s.payment.Applications, &a.N, reversal
	counter.Amount, counter.TakenToIncome, counter.Deduction = a.Amount.Neg(), a.TakenToIncome.Neg(), a.Deduction.Neg()
	counter.Discount, counter.PaymentDifference = discount.Neg().Decimal(), difference.Neg().Decimal()
	counter.Cause, counter.By, counter.At = s.cause, s.actor, s.at
	tax, err := s.postUndone(ctx, item, a, counter, reason)
	if err != nil {
		return err
	}
	counter.DiscountTax = tax.Neg().Decimal()
	if err = s.book(ctx, item, counter); err != nil {
		return err
	}
	if err = s.withdrawDeduction(ctx, item, a, reason); err != nil {
		return err
	}
	if item.Awaits(models.DuePromise) {
		if err = postgres.ForgetPaidBefore(ctx, s.tx, item.Invoice, a.At, a.Amount); err != nil {
			return err
		}
	}
	if item.Plan != "" {
		if err = postgres.ForgetSettledBefore(ctx, s.tx, item.Plan, a.At, counter.Settled().Neg().Decimal()); err != nil {
			return err
		}
	}
	s.touched[item.Number] = true
	return s.event(ctx, postgres.Event{
		Key: fmt.Sprintf("%s/%d", s.payment.ID, counter.N), OrderID: item.OrderID, Invoice: item.Invoice, Kind: "payment-unapplied",
		Summary: a.Money(a.Amount).Add(discount).Add(difference).Text() + " of " + item.Number + " is open again: " + reason, Detail: undoneDetail{
			PaymentID: s.payment.ID, Undoes: a.N, Amount: a.Money(a.Amount), Discount: discount, PaymentDifference: difference,
		},
	})
}

// undoneDetail is what the timeline says of an application that was taken back.
type undoneDetail struct {
	PaymentID         string       `json:"payment_id"`
	Undoes            int          `json:"undoes"`
	Amount            models.Money `json:"amount"`
	Discount          models.Money `json:"discount"`
	PaymentDifference models.Money `json:"payment_difference"`
}

// postUndone mirrors each entry of an application, or what a credit note has left of it, and returns the tax that was in the
// discount.
func (s *cashStep) postUndone(ctx context.Context, item *postgres.OpenItem, a, counter postgres.Application, reason string) (tax models.Money, err error) {
	was, key := s.applicationKey(a.N), s.applicationKey(counter.N)
	tax = a.Money(a.DiscountTax)
	undo := func(part, event string, whole, left decimal.Decimal, accounts ...ledger.Account) error {
		switch {
		case whole.IsZero():
			return nil
		case left.Equal(whole):
			return ledger.Reverse(ctx, s.tx, ledger.Reversal{Key: key + part, OriginalKey: was + part, Event: event, BusinessDate: s.date, Actor: s.actor, Reason: reason})
		}
		lines, err := ledger.TakeBack(ctx, s.tx, item.Number, a.Money(left), accounts...)
		if err != nil {
			return err
		}
		for _, line := range lines {
			if part == "/discount" && line.Account == accounts[0] {
				tax = a.Money(left).Sub(line.Credit)
			}
		}
		return ledger.Post(ctx, s.tx, ledger.Entry{
			Key: key + part, Event: event, BusinessDate: s.date, CustomerID: item.CustomerID, OrderID: item.OrderID,
			Document: item.Number, Description: reason, Actor: s.actor, Lines: lines,
		})
	}
	if err = undo("", "payment_applied_reversed", a.Amount, a.Amount); err != nil {
		return tax, err
	}
	if err = undo("/discount", "early_payment_discount_reversed", a.Discount, counter.Discount.Neg(), ledger.DiscountsAllowed, ledger.TaxPayable); err != nil {
		return tax, err
	}
	if err = undo("/difference", "short_difference_reversed", a.PaymentDifference, counter.PaymentDifference.Neg(), ledger.PaymentDifferences); err != nil {
		return tax, err
	}
	return tax, undo("/over", "over_difference_reversed", a.TakenToIncome, a.TakenToIncome)
}

// refund gives unapplied money back: "refund-exceeds-unapplied".
func (s *cashStep) refund(ctx context.Context, id string, amount models.Money, reason string) error {
	if amount.MoreThan(s.payment.Unapplied()) {
		return models.Conflict("refund-exceeds-unapplied", "%s of the payment is unapplied", s.payment.Unapplied().Text())
	}
	s.payment.Refunds++
	s.payment.Refunded = s.payment.Refunded.Add(amount.Decimal())
	s.cash(amount.Neg())
	err := postgres.InsertRefund(ctx, s.tx, postgres.Refund{PaymentID: s.payment.ID, N: s.payment.Refunds, ID: id, Amount: amount, Reason: reason, By: s.actor, At: s.at})
	if err != nil {
		return err
	}
	err = ledger.Post(ctx, s.tx, ledger.Entry{
		Key: fmt.Sprintf("payment/%s/refund/%d", s.payment.ID, s.payment.Refunds), Event: "payment_refunded", BusinessDate: s.date,
		CustomerID: s.payment.CustomerID, Document: s.payment.ID, Description: "Refund: " + reason, Actor: s.actor, Lines: ledger.PaymentRefunded(amount),
	})
	if err != nil {
		return err
	}
	return s.event(ctx, postgres.Event{Key: id, Kind: "payment-refunded", Summary: amount.Text() + " refunded: " + reason})
}

// finish plans the dunning of the touched items anew and saves everything. What credit notes gave because an item was paid settles it
// again when it is not. Orders of which an invoice is open again go on collecting, and those that wait for credit are decided again
// unless the step has used some up.
func (s *cashStep) finish(ctx context.Context) error {
	var reopened []string
	for _, number := range slices.Sorted(maps.Keys(s.touched)) {
		item := s.items[number]
		if item.Kind == models.InvoiceItem {
			if err := s.planInvoice(ctx, item, s.touched[number]); err != nil {
				return err
			}
		}
		if s.touched[number] && item.Open().IsPositive() {
			orders, err := s.ordersOf(ctx, item)
			if err != nil {
				return err
			}
			reopened = append(reopened, orders...)
		}
		if err := postgres.SaveOpenItem(ctx, s.tx, item); err != nil {
			return err
		}
		if err := lapseRequests(ctx, s.tx, item, s.at); err != nil {
			return err
		}
	}
	if err := postgres.SavePayment(ctx, s.tx, s.payment); err != nil || s.payment.CustomerID == "" {
		return err
	}
	if err := postgres.SaveExposure(ctx, s.tx, s.payment.CustomerID, s.exposure); err != nil {
		return err
	}
	if err := s.finishDeposits(ctx); err != nil {
		return err
	}
	slices.Sort(reopened)
	for _, orderID := range slices.Compact(reopened) {
		if err := s.reopen(ctx, orderID); err != nil {
			return err
		}
	}
	if err := s.charge(ctx); err != nil {
		return err
	}
	if s.exposure.Total().MoreThan(s.before) {
		return nil
	}
	return recheckHeld(ctx, s.tx, s.payment.CustomerID, s.cause, s.at)
}

// ordersOf are the orders that an item is of; what is no invoice is of none.
func (s *cashStep) ordersOf(ctx context.Context, item *postgres.OpenItem) ([]string, error) {
	if item.OrderID != "" {
		return []string{item.OrderID}, nil
	}
	return postgres.OrdersOfInvoice(ctx, s.tx, item.Number)
}

// charge issues the debit notes: their numbers are the last locks.
func (s *cashStep) charge(ctx context.Context) error {
	if len(s.charges) == 0 {
		return nil
	}
	for _, c := range s.charges {
		if _, err := charge(ctx, s.tx, &s.exposure, c); err != nil {
			return err
		}
	}
	return postgres.SaveExposure(ctx, s.tx, s.payment.CustomerID, s.exposure)
}

// planInvoice plans the dunning of a touched invoice anew. One that was opened again is first settled with what is left of its own
// credits.
func (s *cashStep) planInvoice(ctx context.Context, item *postgres.OpenItem, opened bool) error {
	if opened {
		if err := ApplyBack(ctx, s.tx, &s.exposure, item, s.cause, s.actor, s.at, s.date); err != nil {
			return err
		}
	}
	return replan(ctx, s.tx, item, s.at)
}

// reopen lets an order collect again; one that was closed has no outcome any more.
func (s *cashStep) reopen(ctx context.Context, orderID string) error {
	_, err := runStep(ctx, s.tx, orderID, s.at, func(o *step) error {
		if o.order.Stage != models.Closed {
			return nil
		}
		o.order.Stage, o.order.Outcome = models.Collecting, ""
		_, err := o.event(ctx, postgres.Event{
			Key: "reopened/" + s.cause + "/" + orderID, Kind: "reopened", Actor: s.actor, Summary: "Order collects again: a payment was taken back",
		})
		return err
	})
	return err
}
