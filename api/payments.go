package api

import (
	"context"
	"fmt"

	"o2c/models"
	"o2c/postgres"
)

// CreatePayment records a payment and applies it: 201 when it is booked, 202 while no worker has done so.
func (s *server) CreatePayment(ctx context.Context, r CreatePaymentRequestObject) (CreatePaymentResponseObject, error) {
	told, err := readPayment(*r.Body)
	if err != nil {
		return nil, err
	}
	view, booked, err := s.commands.RecordPayment(ctx, claimOf(ctx), told)
	if err != nil {
		return nil, err
	}
	location := base + "/payments/" + view.ID
	if !booked {
		return CreatePayment202JSONResponse{Body: payment(view), Headers: CreatePayment202ResponseHeaders{Location: location}}, nil
	}
	return CreatePayment201JSONResponse{Body: payment(view), Headers: CreatePayment201ResponseHeaders{Location: location}}, nil
}

// GetPayment answers with a payment, or with what is to become one.
func (s *server) GetPayment(ctx context.Context, r GetPaymentRequestObject) (GetPaymentResponseObject, error) {
	view, err := postgres.ReadPayment(ctx, s.db, r.PaymentID)
	return GetPayment200JSONResponse(payment(view)), err
}

// ListPayments answers with a page of booked payments.
func (s *server) ListPayments(ctx context.Context, r ListPaymentsRequestObject) (ListPaymentsResponseObject, error) {
	filter := postgres.PaymentFilter{CustomerID: r.Params.CustomerID, State: (*string)(r.Params.State)}
	found, next, err := postgres.ListPayments(ctx, s.db, filter, pageOf(r.Params.Limit, r.Params.Cursor))
	return ListPayments200JSONResponse{Data: each(found, payment), NextCursor: next}, err
}

// change has something done to a payment; done is false while no worker has carried it out.
func (s *server) change(ctx context.Context, id string, change models.PaymentChange, amount, fee string) (body Payment, location string, done bool, err error) {
	view, done, err := s.commands.ChangePayment(ctx, id, principalOf(ctx).Name, change, amount, fee)
	return payment(view), base + "/payments/" + view.ID, done, err
}

// ApplyPayment settles an invoice with a part of a payment, as a person says.
func (s *server) ApplyPayment(ctx context.Context, r ApplyPaymentRequestObject) (ApplyPaymentResponseObject, error) {
	change := models.PaymentChange{Kind: models.ApplyByHand, PaymentID: r.PaymentID, Invoice: r.Body.Invoice}
	body, location, done, err := s.change(ctx, claimOf(ctx).ID, change, r.Body.Amount, "")
	if err != nil {
		return nil, err
	}
	if !done {
		return ApplyPayment202JSONResponse{Body: body, Headers: ApplyPayment202ResponseHeaders{Location: location}}, nil
	}
	return ApplyPayment201JSONResponse{Body: body, Headers: ApplyPayment201ResponseHeaders{Location: location}}, nil
}

// UndoApplication takes an application back. Its id follows from what it takes back: a second call is the same one.
func (s *server) UndoApplication(ctx context.Context, r UndoApplicationRequestObject) (UndoApplicationResponseObject, error) {
	change := models.PaymentChange{Kind: models.UndoApplication, PaymentID: r.PaymentID, N: r.N}
	body, _, done, err := s.change(ctx, fmt.Sprintf("%s/applications/%d/undo", r.PaymentID, r.N), change, "", "")
	if err != nil {
		return nil, err
	}
	if !done {
		return UndoApplication202JSONResponse(body), nil
	}
	return UndoApplication200JSONResponse(body), nil
}

// ReversePayment books that the bank has taken a payment back, wholly or in part.
func (s *server) ReversePayment(ctx context.Context, r ReversePaymentRequestObject) (ReversePaymentResponseObject, error) {
	change := models.PaymentChange{Kind: models.ReversePayment, PaymentID: r.PaymentID, Reason: r.Body.Reason, ReasonCode: valueOf(r.Body.ReasonCode), Recharge: r.Body.Recharge}
	body, location, done, err := s.change(ctx, claimOf(ctx).ID, change, valueOf(r.Body.Amount), valueOf(r.Body.Fee))
	if err != nil {
		return nil, err
	}
	if !done {
		return ReversePayment202JSONResponse{Body: body, Headers: ReversePayment202ResponseHeaders{Location: location}}, nil
	}
	return ReversePayment201JSONResponse{Body: body, Headers: ReversePayment201ResponseHeaders{Location: location}}, nil
}

// WinReversal books that what the bank had taken back came again.
func (s *server) WinReversal(ctx context.Context, r WinReversalRequestObject) (WinReversalResponseObject, error) {
	change := models.PaymentChange{Kind: models.WinReversal, PaymentID: r.PaymentID, N: r.N, Reason: "won"}
	body, location, done, err := s.change(ctx, claimOf(ctx).ID, change, "", "")
	if err != nil {
		return nil, err
	}
	if !done {
		return WinReversal202JSONResponse{Body: body, Headers: WinReversal202ResponseHeaders{Location: location}}, nil
	}
	return WinReversal201JSONResponse{Body: body, Headers: WinReversal201ResponseHeaders{Location: location}}, nil
}

// RefundPayment gives unapplied money back to the payer.
func (s *server) RefundPayment(ctx context.Context, r RefundPaymentRequestObject) (RefundPaymentResponseObject, error) {
	change := models.PaymentChange{Kind: models.RefundPayment, PaymentID: r.PaymentID, Reason: r.Body.Reason}
	body, location, done, err := s.change(ctx, claimOf(ctx).ID, change, r.Body.Amount, "")
	if err != nil {
		return nil, err
	}
	if !done {
		return RefundPayment202JSONResponse{Body: body, Headers: RefundPayment202ResponseHeaders{Location: location}}, nil
	}
	return RefundPayment201JSONResponse{Body: body, Headers: RefundPayment201ResponseHeaders{Location: location}}, nil
}
