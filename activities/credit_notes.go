package activities

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/document"
	"o2c/ledger"
	"o2c/models"
	"o2c/postgres"
)

// CreditNotes issues credit notes, and uses the customer credit that they gave.
type CreditNotes struct {
	Pool   *pgxpool.Pool
	Orders Orders
}

// CreditInput is a person's decision to credit an invoice, of an order or of no single one.
type CreditInput struct {
	OrderID string               `json:"order_id,omitempty"`
	Request models.CreditRequest `json:"request"`
	At      time.Time            `json:"at"`
}

// IssueCreditNote credits quantities of an invoice's lines, or an amount of it. A closed order stays closed: of its invoices
// nothing is open, so that the note becomes customer credit. Errors: "invoice-not-found", those of models.CreditByLines and
// models.CreditByAmount, "credit-exceeds-settled".
func (c *CreditNotes) IssueCreditNote(ctx context.Context, in CreditInput) (models.OrderProgress, error) {
	return onInvoiceFreeingCredit(ctx, c.Pool, c.Orders, in.OrderID, in.Request.Invoice, in.Request.ID, in.At, func(s *collectingStep) error {
		item, err := postgres.LockOpenItem(ctx, s.tx, in.Request.Invoice)
		if err != nil {
			return err
		}
		if item.OrderID != s.orderID {
			return models.NotFound("invoice", in.Request.Invoice)
		}
		if issued, err := postgres.CreditNoteOf(ctx, s.tx, in.Request.ID); err != nil || issued != "" {
			return err
		}
		drawn, err := s.draw(ctx, item, in.Request)
		if err != nil {
			return err
		}
		err = s.credit(ctx, item, postgres.CreditNote{DecisionID: in.Request.ID, Reason: in.Request.Reason, Drawn: drawn, IssuedBy: in.Request.Actor})
		if err != nil {
			return err
		}
		if err = replan(ctx, s.tx, item, s.at); err != nil {
			return err
		}
		if err = postgres.SaveOpenItem(ctx, s.tx, item); err != nil {
			return err
		}
		return lapseRequests(ctx, s.tx, item, s.at)
	})
}

// draw says what a credit note is made of: all faults of its lines come back as one, the first.
func (s *collectingStep) draw(ctx context.Context, item *postgres.OpenItem, r models.CreditRequest) (models.Drawn, error) {
	if err := r.Validate(); err != nil {
		return models.Drawn{}, err
	}
	creditable, err := postgres.Creditable(ctx, s.tx, item.Invoice, item.Currency)
	if err != nil {
		return models.Drawn{}, err
	}
	if r.Amount != nil {
		groups, err := models.CreditByAmount(*r.Amount, creditable.Left())
		return models.Drawn{Groups: groups}, err
	}
	drawn, faults := models.CreditByLines(r.Lines, creditable)
	if len(faults) > 0 {
		return models.Drawn{}, faults[0]
	}
	return drawn, nil
}

// credit issues a drawn credit note on an item, whichever decision asks for it: number, document, ledger, exposure, event and
// message. It splits the note (models.SplitCredit) and lowers the item, which the caller saves. The undisputed part is
// credited first; what is credited beyond it shrinks the newest disputes.
func (s *collectingStep) credit(ctx context.Context, item *postgres.OpenItem, note postgres.CreditNote) (err error) {
	company, err := postgres.LoadCompany(ctx, s.tx)
	if err != nil {
		return err
	}
	customer, err := postgres.LoadCustomer(ctx, s.tx, item.CustomerID)
	if err != nil {
		return err
	}
	note.IssueDate, note.IssuedAt = models.DateIn(s.at, company.Zone()), s.at
	note.Year, note.Invoice, note.CustomerID = note.IssueDate.Year(), item.Invoice, item.CustomerID
	note.Net, note.Tax = models.Zero(item.Currency), models.Zero(item.Currency)
	for _, group := range note.Drawn.Groups {
		note.Net, note.Tax = note.Net.Add(group.Taxable), note.Tax.Add(group.Amount)
	}
	given, err := postgres.CreditGiven(ctx, s.tx, item.Invoice, item.Currency)
	if err != nil {
		return err
	}
	if note.Split, err = models.SplitCredit(note.Total(), item.SettledBy(given)); err != nil {
		return err
	}
	takenBack, err := takenBack(ctx, s.tx, item.Invoice, note.Split) // before the item forgets it
	if err != nil {
		return err
	}
	item.Credit(note.Split)
	if item.Disputed().MoreThan(item.Open()) {
		if err = shrinkDisputes(ctx, s.tx, item, s.at, note.IssuedBy, "credited"); err != nil {
			return err
		}
	}
	s.exposure.OpenInvoices = s.exposure.OpenInvoices.Sub(note.Split.Open)
	s.exposure.CustomerCredit = s.exposure.CustomerCredit.Add(note.Split.CustomerCredit)
	if note.Sequence, err = postgres.NextNumber(ctx, s.tx, models.CreditNoteSeries, note.Year); err != nil {
		return err
	}
	note.Number = models.DocumentNumber(models.CreditNoteSeries, note.Year, note.Sequence)
	if err = postgres.InsertCreditNote(ctx, s.tx, note); err != nil {
		return err
	}
	if err = s.postCreditNote(ctx, note, takenBack); err != nil {
		return err
	}
	_, err = s.event(ctx, postgres.Event{
		Key: "credited/" + note.Number, Invoice: item.Invoice, Kind: "credited", Actor: note.IssuedBy, Detail: note.Split,
		Summary: "Credit note " + note.Number + " over " + note.Total().Text() + " on " + item.Invoice,
	})
	if err != nil {
		return err
	}
	text := document.CreditNoteMail(note.Number, receivableText(company, customer, s.poNumber, item.Invoice, item.PaymentReference, item.DueDate, note.Total()))
	return s.queue(ctx, postgres.Message{
		Key: "credit-note/" + note.Number, Invoice: item.Invoice, Kind: "credit_note", Channel: "email", Recipient: customer.Email,
		Subject: text.Subject, Body: text.Body,
	})
}

// postCreditNote posts the note, and what it takes back beside it: that was settled without money, and is receivable again for
// the note to settle.
func (s *collectingStep) postCreditNote(ctx context.Context, note postgres.CreditNote, takenBack []ledger.Line) error {
	entry := ledger.Entry{
		Key: "credit-note/" + note.Number, Event: "credit_note_issued", BusinessDate: note.IssueDate, CustomerID: note.CustomerID, OrderID: s.orderID,
		Document: note.Invoice, Actor: note.IssuedBy, Description: "Credit note " + note.Number + " on " + note.Invoice,
		Lines: ledger.CreditNoteIssued(note.Net, note.Tax, note.Split.OnInvoice()),
	}
	if err := ledger.Post(ctx, s.tx, entry); err != nil {
		return err
	}
	entry.Key, entry.Event, entry.Lines = entry.Key+"/taken-back", "credit_note_taken_back", takenBack
	entry.Description = "Taken back by credit note " + note.Number
	return ledger.Post(ctx, s.tx, entry)
}

// takenBack are the lines by which a credit note reverses what was given up of its invoice.
func takenBack(ctx context.Context, db postgres.DB, invoice string, split models.CreditSplit) (lines []ledger.Line, err error) {
	for _, part := range []struct {
		amount   models.Money
		accounts []ledger.Account
	}{
		{split.WrittenOff, []ledger.Account{ledger.BadDebtExpense, ledger.LossAllowance}},
		{split.PaymentDifference, []ledger.Account{ledger.PaymentDifferences}},
		{split.Discount, []ledger.Account{ledger.DiscountsAllowed, ledger.TaxPayable}},
	} {
		if part.amount.IsZero() {
			continue
		}
		mirrored, err := ledger.TakeBack(ctx, db, invoice, part.amount, part.accounts...)
		if err != nil {
			return nil, err
		}
		lines = append(lines, mirrored...)
	}
	return lines, nil
}
