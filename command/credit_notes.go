package command

import (
	"context"

	"o2c/models"
	"o2c/postgres"
	"o2c/workflows"
)

// CreditInvoice credits quantities of an invoice's lines, or a gross amount in the invoice's currency, and returns the number
// of the credit note. A closed order is brought back for it. Errors: "invoice-not-found", "invalid-credit-note", "invalid-amount", those of models.CreditByLines and models.CreditByAmount, "worker-unavailable",
// "engine-unavailable".
func (s *Service) CreditInvoice(ctx context.Context, request models.CreditRequest, amount string) (number string, finished Finished, err error) {
	// An earlier attempt may have lost its answer: the note that it issued is the answer.
	if number, err = postgres.CreditNoteOf(ctx, s.DB, request.ID); err != nil || number != "" {
		return number, true, err
	}
	invoice, err := postgres.ReadInvoice(ctx, s.DB, request.Invoice)
	if err != nil {
		return "", false, err
	}
	if err = s.checkCredit(ctx, invoice, &request, amount); err != nil {
		return "", false, err
	}
	if finished, err = s.decideAlways(ctx, collectorOf(invoice.OrderID, invoice.Number, invoice.CustomerID), request.ID, workflows.Credit, request); err != nil || !finished {
		return "", false, err
	}
	number, err = postgres.CreditNoteOf(ctx, s.DB, request.ID)
	return number, true, err
}

// checkCredit refuses what the book already contradicts, all faults at once, and reads the amount in the invoice's currency.
func (s *Service) checkCredit(ctx context.Context, invoice postgres.InvoiceView, request *models.CreditRequest, amount string) error {
	var faults faults
	if amount != "" {
		money, err := models.ParsePositiveMoney(amount, invoice.Currency)
		if err != nil {
			faults.at("/amount", err)
			return faults.err()
		}
		request.Amount = &money
	}
	if err := request.Validate(); err != nil {
		return err
	}
	creditable, err := postgres.Creditable(ctx, s.DB, invoice.Number, invoice.Currency)
	if err != nil {
		return postgres.TranslateError(err)
	}
	if request.Amount != nil {
		if _, err = models.CreditByAmount(*request.Amount, creditable.Left()); err != nil {
			faults.at("/amount", err)
		}
		return faults.err()
	}
	_, wrong := models.CreditByLines(request.Lines, creditable)
	for _, fault := range wrong {
		faults.add(fault)
	}
	return faults.err()
}

// ApplyCredit settles a part of another invoice of the customer with the credit that a credit note gave, and waits for that.
// booked is false when no worker has done so yet. Errors: "credit-note-not-found", "invalid-amount", "invoice-not-found",
// "engine-unavailable"; or why it was refused (activities.CreditNotes.ApplyCredit).
func (s *Service) ApplyCredit(ctx context.Context, claim *Claim, creditNote, invoice, amount string) (view postgres.CreditUseView, booked bool, err error) {
	return s.useCredit(ctx, claim, postgres.CreditApplicationFact, models.CreditUse{CreditNote: creditNote, Invoice: invoice}, amount)
}

// RefundCredit pays a part of the credit that a credit note gave out, and waits for that. booked is false when no worker has
// done so yet. Errors: "credit-note-not-found", "invalid-amount", "engine-unavailable"; or why it was refused
// (activities.CreditNotes.RefundCredit).
func (s *Service) RefundCredit(ctx context.Context, claim *Claim, creditNote, amount string) (view postgres.CreditUseView, booked bool, err error) {
	return s.useCredit(ctx, claim, postgres.CreditRefundFact, models.CreditUse{CreditNote: creditNote}, amount)
}

func (s *Service) useCredit(ctx context.Context, claim *Claim, kind string, use models.CreditUse, amount string) (view postgres.CreditUseView, booked bool, err error) {
	deadline := patience()
	fact, err := s.recorded(ctx, claim.ID, kind)
	if err != nil {
		return view, false, err
	}
	if fact == nil {
		note, err := postgres.ReadCreditNote(ctx, s.DB, use.CreditNote)
		if err != nil {
			return view, false, err
		}
		if err = s.checkUse(ctx, note, &use, amount); err != nil {
			return view, false, err
		}
		if fact, err = s.accept(ctx, claim.ID, claim.Principal, kind, note.CustomerID, "", use); err != nil {
			return view, false, err
		}
	}
	if err = s.tellFact(ctx, deadline, *fact); err != nil {
		return view, false, err
	}
	if booked, err = s.awaitDone(ctx, deadline, fact.ID, kind); err != nil || !booked {
		return view, false, err
	}
	view, _, err = postgres.ReadCreditUse(ctx, s.DB, fact.ID)
	return view, true, err
}

// checkUse refuses what the book already contradicts, and reads the amount in the note's currency.
func (s *Service) checkUse(ctx context.Context, note postgres.CreditNoteView, use *models.CreditUse, amount string) error {
	var faults faults
	money, err := models.ParsePositiveMoney(amount, note.Currency)
	if err != nil {
		faults.at("/amount", err)
	} else if left := models.MustMoney(note.Remaining, note.Currency); money.MoreThan(left) {
		faults.add(models.Conflict("credit-exceeds-remaining", "%s of the credit of %s is left", left.Text(), note.Number).At("/amount"))
	}
	use.Amount = money
	if use.Invoice == "" {
		return faults.err()
	}
	item, err := postgres.ReadOpenItem(ctx, s.DB, use.Invoice)
	switch {
	case models.KindOf(err) == models.KindNotFound && err != nil:
		faults.add(models.Invalid("invoice-not-found", "there is no invoice %q", use.Invoice).At("/invoice"))
	case err != nil:
		return err
	case item.CustomerID != note.CustomerID:
		faults.add(models.Invalid("customer-mismatch", "%s is another customer's", item.Number).At("/invoice"))
	case item.Currency != note.Currency:
		faults.add(models.Invalid("currency-mismatch", "%s is in %s", item.Number, item.Currency).At("/invoice"))
	case item.Number == note.Invoice:
		faults.add(models.Conflict("credit-of-same-invoice", "the credit is of invoice %s itself", item.Number).At("/invoice"))
	}
	return faults.err()
}
