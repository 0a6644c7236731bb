package activities

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"o2c/ledger"
	"o2c/models"
	"o2c/postgres"
)

// CreditUseInput names an accepted use of customer credit.
type CreditUseInput struct {
	UseID string    `json:"use_id"`
	At    time.Time `json:"at"`
}

// ApplyCredit settles a part of an invoice with what is left of a credit note's customer credit, and then tells the invoice's
// order. Errors: "credit-note-not-found", "no-customer-credit", "credit-exceeds-remaining", "credit-exceeds-open",
// "credit-of-same-invoice", "customer-mismatch", "currency-mismatch".
func (c *CreditNotes) ApplyCredit(ctx context.Context, in CreditUseInput) error {
	var invoice string
	err := postgres.InTx(ctx, c.Pool, func(tx pgx.Tx) error {
		use, err := takeUse(ctx, tx, in)
		if err != nil {
			return err
		}
		if use.settled {
			invoice, err = postgres.CreditedByUse(ctx, tx, in.UseID)
			return err
		}
		invoice = use.Invoice
		return use.apply(ctx)
	})
	if err != nil || invoice == "" {
		return err
	}
	if err = tellRechecked(ctx, c.Pool, c.Orders, in.UseID); err != nil {
		return err
	}
	item, err := postgres.ReadOpenItem(ctx, c.Pool, invoice)
	if err != nil || item.Kind != models.InvoiceItem {
		return err
	}
	return c.Orders.PaymentApplied(ctx, item.OrderID, item.Receivable())
}

// RefundCredit pays a part of what is left of a credit note's customer credit out. Errors: "credit-note-not-found",
// "no-customer-credit", "credit-exceeds-remaining".
func (c *CreditNotes) RefundCredit(ctx context.Context, in CreditUseInput) error {
	return postgres.InTx(ctx, c.Pool, func(tx pgx.Tx) error {
		use, err := takeUse(ctx, tx, in)
		if err != nil || use.settled {
			return err
		}
		return use.refund(ctx)
	})
}

// creditUse is one use of a customer credit on its way into the books, under the lock of the customer's credit account.
type creditUse struct {
	postgres.CreditUse

	tx       pgx.Tx
	settled  bool
	customer string
	exposure models.Exposure
	date     models.Date
}

func takeUse(ctx context.Context, tx pgx.Tx, in CreditUseInput) (use creditUse, err error) {
	fact, err := postgres.TakeFact[models.CreditUse](ctx, tx, in.UseID)
	if err != nil || fact.Settled {
		return creditUse{settled: true}, err
	}
	note, err := postgres.ReadCreditNote(ctx, tx, fact.Content.CreditNote)
	if err != nil {
		return use, err
	}
	use = creditUse{tx: tx, customer: note.CustomerID, CreditUse: postgres.CreditUse{
		ID: in.UseID, CreditNote: note.Number, Invoice: fact.Content.Invoice, Amount: fact.Content.Amount, By: fact.Actor, At: in.At,
	}}
	if use.date, err = businessDate(ctx, tx, in.At); err != nil {
		return use, err
	}
	use.exposure, err = postgres.LockCredit(ctx, tx, note.CustomerID)
	return use, err
}

func (u creditUse) apply(ctx context.Context) error {
	item, err := postgres.LockOpenItem(ctx, u.tx, u.Invoice)
	if err != nil {
		return err
	}
	credit, err := postgres.LockCustomerCredit(ctx, u.tx, u.CreditNote)
	if err != nil {
		return err
	}
	undisputed := item.Open().Sub(item.Disputed())
	switch {
	case item.CustomerID != credit.CustomerID:
		return models.Conflict("customer-mismatch", "%s is another customer's", item.Number)
	case item.Currency != credit.Currency || u.Amount.Currency() != credit.Currency:
		return models.Conflict("currency-mismatch", "the credit is in %s", credit.Currency)
	case item.Number == credit.Invoice:
		return models.Conflict("credit-of-same-invoice", "the credit is of invoice %s itself", item.Number)
	case u.Amount.MoreThan(undisputed):
		return models.Conflict("credit-exceeds-open", "%s of %s is open and not disputed", undisputed.Text(), item.Number)
	}
	if err = settleWithCredit(ctx, u.tx, &u.exposure, item, credit, u.CreditUse, u.date); err != nil {
		return err
	}
	if item.Kind == models.InvoiceItem {
		if err = replan(ctx, u.tx, item, u.At); err != nil {
			return err
		}
	}
	if err = postgres.SaveOpenItem(ctx, u.tx, item); err != nil {
		return err
	}
	if err = lapseRequests(ctx, u.tx, item, u.At); err != nil {
		return err
	}
	if err = u.settle(ctx); err != nil {
		return err
	}
	return recheckHeld(ctx, u.tx, u.customer, u.ID, u.At) // a notice that held the account may be resolved
}

// settleWithCredit uses a locked credit on an item, which the caller saves, with ledger, exposure and event. More than is left
// of the credit is "credit-exceeds-remaining".
func settleWithCredit(ctx context.Context, tx pgx.Tx, exposure *models.Exposure, item *postgres.OpenItem, credit postgres.CustomerCredit, use postgres.CreditUse, date models.Date) error {
	if use.Amount.MoreThan(credit.Remaining()) {
		return models.Conflict("credit-exceeds-remaining", "%s of the credit of %s is left", credit.Remaining().Text(), credit.CreditNote)
	}
	if err := postgres.InsertCreditUse(ctx, tx, use); err != nil {
		return err
	}
	item.CreditApplied = item.CreditApplied.Add(use.Amount.Decimal())
	exposure.OpenInvoices = exposure.OpenInvoices.Sub(use.Amount)
	exposure.CustomerCredit = exposure.CustomerCredit.Sub(use.Amount)
	err := ledger.Post(ctx, tx, ledger.Entry{
		Key: "credit-note/" + use.CreditNote + "/application/" + use.ID, Event: "customer_credit_applied", BusinessDate: date, CustomerID: item.CustomerID, OrderID: item.OrderID,
		Document: item.Number, Actor: use.By, Description: "Credit of " + use.CreditNote + " applied to " + item.Number,
		Lines: ledger.CustomerCreditApplied(use.Amount),
	})
	if err != nil {
		return err
	}
	_, err = postgres.RecordEvent(ctx, tx, postgres.Event{
		Key: use.ID, OrderID: item.OrderID, CustomerID: item.CustomerID, Invoice: item.Invoice, Kind: "credit-applied", At: use.At, Actor: use.By,
		Summary: use.Amount.Text() + " of " + use.CreditNote + " applied to " + item.Number + ", " + item.Open().Text() + " open",
	})
	return err
}

// ApplyBack settles what a payment that was taken back has opened of an invoice again with what is left of the credits of that
// same invoice, the oldest first: they were given because the invoice was paid (definitions, "Credit note"). The customer's
// credit account and the item are locked, and the caller saves both; cause is the fact that took the payment back.
func ApplyBack(ctx context.Context, tx pgx.Tx, exposure *models.Exposure, item *postgres.OpenItem, cause, by string, at time.Time, date models.Date) error {
	credits, err := postgres.LockCreditsOfInvoice(ctx, tx, item.Invoice)
	if err != nil {
		return err
	}
	for _, credit := range credits {
		amount := models.Min(credit.Remaining(), item.Open().Sub(item.Disputed()))
		if !amount.IsPositive() {
			break
		}
		use := postgres.CreditUse{ID: cause + "/" + credit.CreditNote, CreditNote: credit.CreditNote, Invoice: item.Number, Amount: amount, By: by, At: at}
		if err = settleWithCredit(ctx, tx, exposure, item, credit, use, date); err != nil {
			return err
		}
	}
	return nil
}

func (u creditUse) refund(ctx context.Context) error {
	credit, err := postgres.LockCustomerCredit(ctx, u.tx, u.CreditNote)
	if err != nil {
		return err
	}
	switch {
	case u.Amount.Currency() != credit.Currency:
		return models.Conflict("currency-mismatch", "the credit is in %s", credit.Currency)
	case u.Amount.MoreThan(credit.Remaining()):
		return models.Conflict("credit-exceeds-remaining", "%s of the credit of %s is left", credit.Remaining().Text(), credit.CreditNote)
	}
	if err = payOut(ctx, u.tx, &u.exposure, credit, u.CreditUse, u.date); err != nil {
		return err
	}
	return u.settle(ctx)
}

// payOut pays a part of a locked credit out, with ledger, exposure and event.
func payOut(ctx context.Context, tx pgx.Tx, exposure *models.Exposure, credit postgres.CustomerCredit, use postgres.CreditUse, date models.Date) error {
	if err := postgres.InsertCreditUse(ctx, tx, use); err != nil {
		return err
	}
	exposure.CustomerCredit = exposure.CustomerCredit.Sub(use.Amount)
	err := ledger.Post(ctx, tx, ledger.Entry{
		Key: "credit-note/" + use.CreditNote + "/refund/" + use.ID, Event: "customer_credit_refunded", BusinessDate: date, CustomerID: credit.CustomerID, OrderID: credit.OrderID,
		Document: use.CreditNote, Actor: use.By, Description: "Credit of " + use.CreditNote + " paid out", Lines: ledger.CustomerCreditRefunded(use.Amount),
	})
	if err != nil {
		return err
	}
	_, err = postgres.RecordEvent(ctx, tx, postgres.Event{
		Key: use.ID, OrderID: credit.OrderID, CustomerID: credit.CustomerID, Invoice: credit.Invoice, Kind: "credit-refunded", At: use.At, Actor: use.By,
		Summary: use.Amount.Text() + " of " + use.CreditNote + " paid out",
	})
	return err
}

// settle saves the exposure and marks the fact as carried out. Credit moves from one bucket to another, or is paid out: no
// headroom is freed, and nobody is to be rechecked.
func (u creditUse) settle(ctx context.Context) error {
	if err := postgres.SaveExposure(ctx, u.tx, u.customer, u.exposure); err != nil {
		return err
	}
	return postgres.SettleFact(ctx, u.tx, u.ID, nil)
}
