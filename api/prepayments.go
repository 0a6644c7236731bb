package api

import (
	"context"

	"github.com/shopspring/decimal"

	"o2c/models"
	"o2c/postgres"
)

// GetOrderPrepayments answers with what was asked for before an order was shipped, what came, and what became of it.
func (s *server) GetOrderPrepayments(ctx context.Context, r GetOrderPrepaymentsRequestObject) (GetOrderPrepaymentsResponseObject, error) {
	if _, err := postgres.ReadStage(ctx, s.db, r.OrderID); err != nil {
		return nil, err
	}
	found, err := postgres.ReadPrepayments(ctx, s.db, r.OrderID)
	if err != nil {
		return nil, err
	}
	return GetOrderPrepayments200JSONResponse{
		Proformas: each(found.Proformas, proforma), PrepaymentInvoices: each(found.Invoices, prepaymentInvoice),
	}, nil
}

func proforma(v postgres.ProformaView) Proforma {
	return Proforma{
		Number: v.Number, OrderVersion: v.OrderVersion, Currency: string(v.Currency), Amount: models.MustMoney(v.Amount, v.Currency).String(),
		PaymentReference: v.PaymentReference, IssueDate: date(v.IssueDate),
	}
}

func prepaymentInvoice(v postgres.PrepaymentInvoiceView) PrepaymentInvoice {
	amount := func(d decimal.Decimal) Money { return money(d, v.Currency) }
	answer := PrepaymentInvoice{
		Number: v.Number, TypeCode: PrepaymentInvoiceTypeCodeN386, PaymentID: v.PaymentID, Proforma: v.Proforma, Currency: string(v.Currency), IssueDate: date(v.IssueDate),
		NetTotal: amount(v.NetTotal), TaxTotal: amount(v.TaxTotal), Total: amount(v.Total), Left: amount(v.Left()),
		TaxBreakdown: each(v.Taxes, func(t postgres.TaxView) DepositTax {
			return DepositTax{Category: t.Category, Rate: t.Rate.String(), Taxable: amount(t.Taxable), Tax: amount(t.Tax)}
		}),
	}
	answer.Uses = each(v.Uses, func(u postgres.DepositUseView) DepositUse {
		return DepositUse{
			N: u.N, Invoice: u.Invoice, CreditNote: u.CreditNote, Amount: amount(u.Amount), Tax: amount(u.Tax), Undoes: u.Undoes, Reason: u.Reason, Date: date(u.UsedOn),
		}
	})
	return answer
}
