package activities

import (
	"context"
	"fmt"

	"o2c/bank"
	"o2c/document"
	"o2c/models"
	"o2c/postgres"
)

// askForPrepayment issues the pro-forma of the order's present version, once, where it waits to be paid: what is to come, and under which
// reference. Its number is the last lock of the step.
func (s *step) askForPrepayment(ctx context.Context) error {
	due := s.depositDue()
	if s.order.Stage != models.AwaitingPrepayment || s.order.Proforma != "" && s.order.ProformaVersion == s.order.Version || !due.IsPositive() {
		return nil
	}
	about, err := s.about(ctx)
	if err != nil {
		return err
	}
	p := postgres.Proforma{
		OrderID: s.order.ID, OrderVersion: s.order.Version, CustomerID: s.order.CustomerID, Amount: due, IssueDate: models.DateIn(s.at, about.company.Zone()), IssuedAt: s.at,
	}
	p.Year = p.IssueDate.Year()
	if p.Sequence, err = postgres.NextNumber(ctx, s.tx, models.ProformaSeries, p.Year); err != nil {
		return err
	}
	p.Number = models.DocumentNumber(models.ProformaSeries, p.Year, p.Sequence)
	p.PaymentReference = bank.CreditorReference(p.Number)
	if err = postgres.InsertProforma(ctx, s.tx, p); err != nil {
		return err
	}
	s.order.Proforma, s.order.ProformaVersion, s.order.ProformaRef = p.Number, p.OrderVersion, p.PaymentReference
	_, err = s.event(ctx, postgres.Event{
		Key: "proforma/" + p.Number, Kind: "proforma-issued", Actor: system,
		Summary: "Pro-forma " + p.Number + " asks for " + due.Text() + " before anything is shipped",
	})
	if err != nil {
		return err
	}
	text := document.ProformaMail(s.prepaymentText(about, due))
	return s.queue(ctx, postgres.Message{
		Key: "proforma/" + p.Number, Kind: "proforma", Channel: "email", Recipient: about.customer.Email, Subject: text.Subject, Body: text.Body,
	})
}

// depositDue is what can still come as a deposit of the order: what it is worth and has not come yet, and no more than what is to be
// invoiced of it. An order that is closed takes none.
func (s *step) depositDue() models.Money { return depositDue(s.order) }

func depositDue(order *postgres.Order) models.Money {
	none := models.Zero(order.Currency)
	if order.Stage == models.Closed {
		return none
	}
	open, delivered := orderValues(order)
	due := models.Min(order.Worth().Sub(models.MustMoney(order.Deposits, order.Currency)), open.Add(delivered).Sub(order.DepositsLeft()))
	if due.IsNegative() {
		return none
	}
	return due
}

// orderValues is what of an order is neither shipped nor cancelled nor billed by a milestone, and what is delivered and not invoiced, gross.
func orderValues(order *postgres.Order) (open, delivered models.Money) {
	open, delivered = models.Commitment(order.LineProgress(), models.MustMoney(order.ChargeGross, order.Currency))
	return order.Billed().Commitment(open, delivered)
}

// prepaid is true when all that an order is worth has come for it.
func (s *step) prepaid() bool {
	return s.order.Deposits.IsPositive() && !s.order.Worth().Decimal().GreaterThan(s.order.Deposits)
}

func (s *step) prepaymentText(about parties, amount models.Money) document.Receivable {
	return receivableText(about.company, about.customer, s.order.PONumber, s.order.Proforma, s.order.ProformaRef, models.Date{}, amount)
}

// remindPrepayment reminds the customer of an unpaid pro-forma.
func (s *step) remindPrepayment(ctx context.Context, cause string) error {
	about, err := s.about(ctx)
	if err != nil {
		return err
	}
	due := s.depositDue()
	_, err = s.event(ctx, postgres.Event{
		Key: cause, Kind: "prepayment-reminded", Actor: system, Summary: "The customer is reminded of pro-forma " + s.order.Proforma + ": " + due.Text() + " is to come",
	})
	if err != nil {
		return err
	}
	text := document.PrepaymentReminderMail(s.prepaymentText(about, due))
	return s.queue(ctx, postgres.Message{
		Key: cause, Kind: "prepayment_reminder", Channel: "email", Recipient: about.customer.Email, Subject: text.Subject, Body: text.Body,
	})
}

// prepayments are the pro-formas of the payment's customer that are named, as the rules of matching see them: of each order one, with
// what can still come for it. The orders are locked.
func (s *cashStep) prepayments(ctx context.Context, numbers, references []string) ([]bank.OpenItem, error) {
	named, err := postgres.ProformasNamed(ctx, s.tx, s.payment.CustomerID, numbers, references)
	if err != nil {
		return nil, err
	}
	var items []bank.OpenItem
	for _, p := range named {
		order, _, err := postgres.LockOrder(ctx, s.tx, p.OrderID)
		if err != nil {
			return nil, err
		}
		due := depositDue(order)
		if s.proformas == nil {
			s.proformas = map[string]string{}
		}
		s.proformas[p.Number] = p.OrderID
		if due.IsPositive() {
			items = append(items, bank.OpenItem{
				Invoice: p.Number, Kind: models.ProformaItem, Reference: p.PaymentReference, DueDate: p.IssueDate, Open: due, Disputed: models.Zero(s.payment.Currency),
			})
		}
	}
	return items, nil
}

// deposit makes a part of the payment a deposit of the order that a pro-forma is for. Its document follows when the step ends: numbers
// are the last locks.
func (s *cashStep) deposit(proforma string, amount models.Money) {
	s.payment.Deposits = s.payment.Deposits.Add(amount.Decimal())
	s.cash(amount.Neg())
	s.deposits = append(s.deposits, deposited{proforma: proforma, orderID: s.proformas[proforma], amount: amount})
}

// deposited is a part of a payment that becomes a deposit of an order.
type deposited struct {
	proforma string
	orderID  string
	amount   models.Money
}

// retried is where an order is that is told of what a cause has done to its deposits.
func depositKey(number string) string { return "deposit/" + number }

func depositUseKey(number, kind string, n int) string {
	return fmt.Sprintf("deposit/%s/%s/%d", number, kind, n)
}
