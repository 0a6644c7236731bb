package api

import (
	"context"

	"github.com/shopspring/decimal"

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

func readPayment(b NewPayment) (models.Payment, error) {
	var read reading
	currency := read.currency("/currency", b.Currency)
	p := models.Payment{
		CustomerID: valueOf(b.CustomerID), Amount: read.positive("/amount", b.Amount, currency), ValueDate: readDate(b.ValueDate),
		Method: string(b.Method), Reference: valueOf(b.Reference), PayerName: valueOf(b.PayerName), PayerAccount: valueOf(b.PayerAccount),
	}
	for i, line := range valueOf(b.Remittance) {
		p.Remittance = append(p.Remittance, models.Remittance{
			Invoice: line.Invoice, Amount: read.positive(pointerf("/remittance/%d/amount", i), line.Amount, currency),
		})
	}
	return p, read.err()
}

func payment(v postgres.PaymentView) Payment {
	amount := func(d decimal.Decimal) Money { return money(d, v.Currency) }
	none := amount(decimal.Zero)
	return Payment{
		ID: v.ID, State: PaymentState(v.State), Reason: optional(v.Reason), CustomerID: v.CustomerID, Currency: string(v.Currency),
		Amount: amount(v.Amount), ValueDate: date(v.ValueDate), Method: PaymentMethod(v.Method), Reference: v.Reference, PayerName: v.PayerName,
		PayerAccount: v.PayerAccount, Applied: amount(v.Applied), Unapplied: amount(v.Unapplied), Recovered: none, Refunded: amount(v.Refunded),
		Reversed: amount(v.Reversed), ReceivedAt: instant(v.ReceivedAt),
		Applications: each(v.Applications, func(a postgres.ApplicationView) PaymentApplication {
			return PaymentApplication{
				Invoice: a.Invoice, Amount: amount(a.Amount), PaymentAmount: amount(a.Amount), Discount: none, PaymentDifference: none, Rule: a.Rule,
			}
		}),
	}
}
