package activities

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/bank"
	"o2c/ledger"
	"o2c/models"
	"o2c/postgres"
)

// Cash applies payments, and carries out what is done to them later.
type Cash struct {
	Pool   *pgxpool.Pool
	Orders Orders
}

// PaymentInput names the accepted payment.
type PaymentInput struct {
	PaymentID string    `json:"payment_id"`
	At        time.Time `json:"at"`
}

// Apply records an accepted payment and applies it to its customer's open items, in one transaction, and then tells the
// orders of the invoices and those that wait for credit. A payment of which nobody knows the payer stays unapplied.
func (c *Cash) Apply(ctx context.Context, in PaymentInput) error {
	var customerID string
	err := postgres.InTx(ctx, c.Pool, func(tx pgx.Tx) (err error) {
		customerID, err = apply(ctx, tx, in)
		return err
	})
	if err != nil || customerID == "" {
		return err
	}
	return c.tell(ctx, in.PaymentID, false)
}

// tell tells the orders of the items that a payment or a change of one has touched, and those that were rechecked for it. It
// reads them back, so that a retry after a crash tells the same orders; a Receivable's version makes old news harmless.
func (c *Cash) tell(ctx context.Context, cause string, reversed bool) error {
	items, err := postgres.OpenItemsTouchedBy(ctx, c.Pool, cause)
	if err != nil {
		return err
	}
	for i := range items {
		if err = c.tellOf(ctx, &items[i], reversed); err != nil {
			return err
		}
	}
	return tellRechecked(ctx, c.Pool, c.Orders, cause)
}

// tellOf tells whoever collects an item: what is no invoice is collected by nobody. The orders that share one that is open again
// collect again, too.
func (c *Cash) tellOf(ctx context.Context, item *postgres.OpenItem, reversed bool) error {
	if item.Kind != models.InvoiceItem {
		return nil
	}
	if !reversed {
		return c.Orders.PaymentApplied(ctx, item.OrderID, item.Receivable())
	}
	err := c.Orders.PaymentReversed(ctx, item.OrderID, item.Receivable())
	if err != nil || item.OrderID != "" {
		return err
	}
	orders, err := postgres.OrdersOfInvoice(ctx, c.Pool, item.Invoice)
	if err != nil {
		return postgres.TranslateError(err)
	}
	for _, orderID := range orders {
		if err = c.Orders.PaymentReversed(ctx, orderID, item.Receivable()); err != nil {
			return err
		}
	}
	return nil
}

func apply(ctx context.Context, tx pgx.Tx, in PaymentInput) (customerID string, err error) {
	fact, err := postgres.TakeFact[models.Payment](ctx, tx, in.PaymentID)
	if err != nil {
		return "", err
	}
	if fact.Settled {
		customerID, _, err = postgres.PaymentCustomer(ctx, tx, in.PaymentID)
		return customerID, err
	}
	payment := fact.Content
	if payment.CustomerID == "" {
		names := bank.NamesOf(payment)
		if payment.CustomerID, err = postgres.PayerOf(ctx, tx, names.Invoices, names.References); err != nil {
			return "", err
		}
	}
	s := cashStep{tx: tx, at: in.At, actor: payment.ReceivedBy, cause: payment.ID}
	if s.date, err = businessDate(ctx, tx, in.At); err != nil {
		return "", err
	}
	if payment.CustomerID != "" {
		if s.exposure, err = postgres.LockCredit(ctx, tx, payment.CustomerID); err != nil {
			return "", err
		}
		if s.exposure.OpenInvoices.Currency() != payment.Amount.Currency() {
			payment.CustomerID = "" // money in another currency waits for a person: it is recorded, and its payer stays open
		}
	}
	if err = s.receive(ctx, payment); err != nil {
		return "", err
	}
	if payment.CustomerID != "" {
		if err = s.match(ctx, payment); err != nil {
			return "", err
		}
	}
	if err = s.finish(ctx); err != nil {
		return "", err
	}
	return payment.CustomerID, postgres.SettleFact(ctx, tx, in.PaymentID, nil)
}

// receive records the payment, all of it unapplied, with its receipt in the ledger and on the customer's timeline.
func (s *cashStep) receive(ctx context.Context, payment models.Payment) error {
	if _, err := postgres.InsertPayment(ctx, s.tx, payment, s.at); err != nil {
		return err
	}
	s.payment = &postgres.Payment{
		ID: payment.ID, CustomerID: payment.CustomerID, Currency: payment.Amount.Currency(), ValueDate: payment.ValueDate, Amount: payment.Amount.Decimal(),
	}
	s.begin()
	s.cash(payment.Amount)
	err := ledger.Post(ctx, s.tx, ledger.Entry{
		Key: "payment/" + payment.ID, Event: "payment_received", BusinessDate: s.date, CustomerID: payment.CustomerID,
		Document: payment.ID, Description: "Payment by " + payment.Method, Actor: s.actor, Lines: ledger.PaymentReceived(payment.Amount),
	})
	if err != nil {
		return err
	}
	return s.event(ctx, postgres.Event{Key: payment.ID, Kind: "payment-received", Summary: "Payment of " + payment.Amount.Text() + " received"})
}

// match applies the payment to what it settles of its customer's open items. What is left over follows the customer's policy.
func (s *cashStep) match(ctx context.Context, payment models.Payment) error {
	customer, err := postgres.LoadCustomer(ctx, s.tx, payment.CustomerID)
	if err != nil {
		return err
	}
	names := bank.NamesOf(payment)
	asked, err := s.prepayments(ctx, names.Invoices, names.References) // orders are locked before items
	if err != nil {
		return err
	}
	items, err := postgres.LockOpenItemsOfCustomer(ctx, s.tx, payment.CustomerID)
	if err != nil {
		return err
	}
	open, err := s.openItems(ctx, items)
	if err != nil {
		return err
	}
	found := bank.ApplyPayment(payment, append(open, asked...), bank.Rules{Tolerance: customer.Tolerance(), Overpayment: customer.OverpaymentPolicy})
	for _, application := range found {
		if err = s.settle(ctx, application); err != nil {
			return err
		}
	}
	if err = s.recoverNamed(ctx, payment, found); err != nil {
		return err
	}
	rest := s.payment.Unapplied()
	if customer.OverpaymentPolicy == models.OverpaymentRefund && (len(found) > 0 || !s.payment.Recovered.IsZero()) && rest.IsPositive() {
		return s.refund(ctx, payment.ID+"/overpayment", rest, "overpayment")
	}
	return nil
}

// openItems are the items as the rules of matching see them, with the discount that each can still earn. The step keeps them.
func (s *cashStep) openItems(ctx context.Context, items []postgres.OpenItem) ([]bank.OpenItem, error) {
	if s.items == nil {
		s.items = map[string]*postgres.OpenItem{}
	}
	numbers := make([]string, len(items))
	for i := range items {
		numbers[i] = items[i].Number
		s.items[items[i].Number] = &items[i]
	}
	terms, err := postgres.DiscountTermsOf(ctx, s.tx, numbers)
	if err != nil {
		return nil, err
	}
	open := make([]bank.OpenItem, len(items))
	for i := range items {
		item := &items[i]
		open[i] = bank.OpenItem{
			Invoice: item.Number, Kind: item.Kind, Reference: item.PaymentReference, DueDate: item.DueDate, Open: item.Open(), Disputed: item.Disputed(),
		}
		if early, has := terms[item.Number]; has {
			discount := early.Terms.EarlyDiscount(models.MustMoney(item.Total, item.Currency), models.MustMoney(early.CreditNotes, item.Currency))
			open[i].Discount = discount.Sub(models.MustMoney(item.Discount, item.Currency))
			open[i].DiscountUntil = early.Terms.DiscountDate(early.IssueDate)
		}
	}
	return open, nil
}
