package api

import (
	"context"

	"github.com/shopspring/decimal"

	"o2c/models"
	"o2c/postgres"
)

// CreateCreditNote credits an invoice, by lines or by amount.
func (s *server) CreateCreditNote(ctx context.Context, r CreateCreditNoteRequestObject) (CreateCreditNoteResponseObject, error) {
	claim := claimOf(ctx)
	request := models.CreditRequest{
		ID: claim.ID, Invoice: r.Number, Reason: r.Body.Reason, Actor: claim.Principal,
		Lines: each(valueOf(r.Body.Lines), func(l NewCreditNoteLine) models.LineQuantity {
			return models.LineQuantity{Line: l.Line, Quantity: plain(l.Quantity)}
		}),
	}
	number, finished, err := s.commands.CreditInvoice(ctx, request, valueOf(r.Body.Amount))
	if err != nil {
		return nil, err
	}
	if !finished {
		return CreateCreditNote202JSONResponse{accepted(claim.ID)}, nil
	}
	view, err := postgres.ReadCreditNote(ctx, s.db, number)
	return CreateCreditNote201JSONResponse{
		Body: creditNote(view), Headers: CreateCreditNote201ResponseHeaders{Location: base + "/credit-notes/" + number},
	}, err
}

// GetCreditNote answers with a credit note.
func (s *server) GetCreditNote(ctx context.Context, r GetCreditNoteRequestObject) (GetCreditNoteResponseObject, error) {
	view, err := postgres.ReadCreditNote(ctx, s.db, r.Number)
	return GetCreditNote200JSONResponse(creditNote(view)), err
}

// ListCreditNotes answers with the credit notes of an invoice.
func (s *server) ListCreditNotes(ctx context.Context, r ListCreditNotesRequestObject) (ListCreditNotesResponseObject, error) {
	notes, err := postgres.ReadCreditNotesOf(ctx, s.db, r.Number)
	return ListCreditNotes200JSONResponse{Data: each(notes, creditNote)}, err
}

// ListCredits answers with a page of a customer's credits.
func (s *server) ListCredits(ctx context.Context, r ListCreditsRequestObject) (ListCreditsResponseObject, error) {
	found, next, err := postgres.ListCredits(ctx, s.db, r.CustomerID, pageOf(r.Params.Limit, r.Params.Cursor))
	return ListCredits200JSONResponse{Data: each(found, customerCredit), NextCursor: next}, err
}

// ApplyCredit settles an invoice with customer credit: 201 when it is booked, 202 while no worker has done so.
func (s *server) ApplyCredit(ctx context.Context, r ApplyCreditRequestObject) (ApplyCreditResponseObject, error) {
	claim, location := claimOf(ctx), base+"/credit-notes/"+r.Number
	use, booked, err := s.commands.ApplyCredit(ctx, claim, r.Number, r.Body.Invoice, r.Body.Amount)
	if err != nil {
		return nil, err
	}
	if !booked {
		return ApplyCredit202JSONResponse{Body: accepted(claim.ID).Body, Headers: ApplyCredit202ResponseHeaders{Location: location}}, nil
	}
	body, err := s.creditUse(ctx, use)
	return ApplyCredit201JSONResponse{Body: body, Headers: ApplyCredit201ResponseHeaders{Location: location}}, err
}

// RefundCredit pays customer credit out: 201 when it is booked, 202 while no worker has done so.
func (s *server) RefundCredit(ctx context.Context, r RefundCreditRequestObject) (RefundCreditResponseObject, error) {
	claim, location := claimOf(ctx), base+"/credit-notes/"+r.Number
	use, booked, err := s.commands.RefundCredit(ctx, claim, r.Number, r.Body.Amount)
	if err != nil {
		return nil, err
	}
	if !booked {
		return RefundCredit202JSONResponse{Body: accepted(claim.ID).Body, Headers: RefundCredit202ResponseHeaders{Location: location}}, nil
	}
	body, err := s.creditUse(ctx, use)
	return RefundCredit201JSONResponse{Body: body, Headers: RefundCredit201ResponseHeaders{Location: location}}, err
}

func (s *server) creditUse(ctx context.Context, use postgres.CreditUseView) (CreditUse, error) {
	note, err := postgres.ReadCreditNote(ctx, s.db, use.CreditNote)
	return CreditUse{
		ID: use.ID, CreditNote: use.CreditNote, Invoice: use.Invoice, Currency: string(note.Currency), Amount: money(use.Amount, note.Currency),
		RemainingCredit: money(note.Remaining, note.Currency),
	}, err
}

func creditNote(v postgres.CreditNoteView) CreditNote {
	amount := func(d decimal.Decimal) Money { return money(d, v.Currency) }
	takenBack := decimal.Sum(v.WrittenOffReversed, v.PaymentDifferenceReversed, v.DiscountReversed)
	note := CreditNote{
		Number: v.Number, CustomerID: v.CustomerID, Currency: string(v.Currency), IssueDate: date(v.IssueDate), Reason: v.Reason,
		NetTotal: amount(v.NetTotal), TaxTotal: amount(v.TaxTotal), Total: amount(v.Total), AppliedToInvoice: amount(v.AppliedToInvoice),
		CustomerCredit: amount(v.CustomerCredit), RemainingCredit: amount(v.Remaining), PrecedingInvoice: v.Invoice, DisputeID: v.DisputeID,
		IssuedBy: v.IssuedBy, IssuedAt: v.IssuedAt.UTC(), Applications: []CreditApplication{}, Refunds: []CreditRefund{},
		Split: CreditSplit{
			OpenAmount: amount(v.AppliedToInvoice.Sub(takenBack)), WrittenOff: amount(v.WrittenOffReversed),
			PaymentDifference: amount(v.PaymentDifferenceReversed), Discount: amount(v.DiscountReversed),
		},
		Lines: each(v.Lines, func(l postgres.CreditedLineView) CreditNoteLine {
			return CreditNoteLine{
				Line: l.InvoiceLine, Sku: l.SKU, Description: l.Description, Quantity: l.Quantity.String(), UnitCode: l.UnitCode,
				NetAmount: amount(l.NetAmount),
			}
		}),
		TaxBreakdown: each(v.Taxes, func(t postgres.TaxView) CreditedTaxGroup {
			return CreditedTaxGroup{Category: TaxCategory(t.Category), Rate: t.Rate.String(), Taxable: amount(t.Taxable), Tax: amount(t.Tax)}
		}),
	}
	for _, use := range v.Uses {
		if use.Invoice != nil {
			note.Applications = append(note.Applications, CreditApplication{ID: use.ID, Invoice: *use.Invoice, Amount: amount(use.Amount), AppliedAt: use.At.UTC()})
		} else {
			note.Refunds = append(note.Refunds, CreditRefund{ID: use.ID, Amount: amount(use.Amount), RefundedAt: use.At.UTC()})
		}
	}
	return note
}

func customerCredit(v postgres.CreditView) CustomerCredit {
	return CustomerCredit{
		CreditNote: v.CreditNote, Invoice: v.Invoice, Currency: string(v.Currency), IssueDate: date(v.IssueDate),
		Amount: money(v.Amount, v.Currency), Applied: money(v.Applied, v.Currency), Refunded: money(v.Refunded, v.Currency),
		Remaining: money(v.Remaining, v.Currency),
	}
}
