package api

import (
	"context"

	"github.com/shopspring/decimal"

	"o2c/models"
	"o2c/postgres"
)

// GetInvoice answers with an invoice.
func (s *server) GetInvoice(ctx context.Context, r GetInvoiceRequestObject) (GetInvoiceResponseObject, error) {
	view, err := postgres.ReadInvoice(ctx, s.db, r.Number)
	if err != nil {
		return nil, err
	}
	answer := invoice(view)
	if view.DepositsApplied.IsPositive() {
		paid, err := postgres.PrepaymentsOfInvoice(ctx, s.db, view.Number)
		if err != nil {
			return nil, err
		}
		amount := func(d decimal.Decimal) Money { return money(d, view.Currency) }
		answer.Prepayments = new(each(paid, func(p postgres.InvoicePrepaymentView) InvoicePrepayment {
			return InvoicePrepayment{PrepaymentInvoice: p.Deposit, Amount: amount(p.Amount), Tax: amount(p.Tax)}
		}))
	}
	return GetInvoice200JSONResponse(answer), nil
}

// ListInvoices answers with a page of invoices.
func (s *server) ListInvoices(ctx context.Context, r ListInvoicesRequestObject) (ListInvoicesResponseObject, error) {
	filter := postgres.InvoiceFilter{
		CustomerID: r.Params.CustomerID, OrderID: r.Params.OrderID, Status: (*string)(r.Params.Status), Overdue: r.Params.Overdue,
	}
	found, next, err := postgres.ListInvoices(ctx, s.db, filter, pageOf(r.Params.Limit, r.Params.Cursor))
	return ListInvoices200JSONResponse{Data: each(found, invoiceSummary), NextCursor: next}, err
}

// ListDunningNotices answers with the dunning notices of an invoice.
func (s *server) ListDunningNotices(ctx context.Context, r ListDunningNoticesRequestObject) (ListDunningNoticesResponseObject, error) {
	notices, err := postgres.ReadNotices(ctx, s.db, r.Number)
	return ListDunningNotices200JSONResponse{Data: each(notices, dunningNotice)}, err
}

func invoice(v postgres.InvoiceView) Invoice {
	amount := func(d decimal.Decimal) Money { return money(d, v.Currency) }
	return Invoice{
		Number: v.Number, OrderID: v.OrderID, OrderIds: v.OrderIDs, CustomerID: v.CustomerID, Currency: string(v.Currency), IssueDate: date(v.IssueDate),
		DueDate: date(v.DueDate), TypeCode: v.TypeCode, PoNumber: v.PONumber, Status: InvoiceStatus(v.Status), PayerID: v.PayerID,
		BillTo: address(v.BillTo), ShipTo: address(v.ShipTo), DeliveryTerms: optional(v.DeliveryTerms), BuyerReference: optional(v.BuyerReference),
		ContractReference: optional(v.ContractReference), ProjectReference: optional(v.ProjectReference), LineTotal: amount(v.LineTotal),
		AllowanceTotal: amount(v.AllowanceTotal), ChargeTotal: amount(v.ChargeTotal), Charges: each(v.Charges, charge), NetTotal: amount(v.NetTotal),
		TaxTotal: amount(v.TaxTotal), Total: amount(v.Total), Paid: amount(v.Paid), CreditedToInvoice: amount(v.Credited),
		DepositsApplied: amount(v.DepositsApplied), CreditApplied: amount(v.CreditApplied), Discount: amount(v.Discount),
		PaymentDifference: amount(v.PaymentDifference), Withheld: amount(v.Withheld), WrittenOff: amount(v.WrittenOff), Recovered: amount(v.Recovered),
		OpenAmount: amount(v.OpenAmount), DisputedAmount: amount(v.DisputedAmount), DunningLevel: v.DunningLevel,
		NextDunningAt: instant(v.NextDunningAt), PaymentReference: v.PaymentReference, PaymentMeans: v.PaymentMeans,
		DeliveryDate: date(v.DeliveryDate), TaxPointDate: date(v.TaxPointDate),
		Lines: each(v.Lines, func(l postgres.InvoiceLineView) InvoiceLine {
			return InvoiceLine{
				Line: l.Line, OrderID: l.OrderID, OrderLine: l.OrderLine, ShipmentID: l.ShipmentID, Milestone: l.Milestone, Sku: &l.SKU, Description: l.Description, Quantity: l.Quantity.String(),
				UnitCode: l.UnitCode, Price: l.UnitPrice.String(), BaseQuantity: new(l.BaseQuantity.String()),
				DiscountPercent: new(l.DiscountPercent.String()), NetAmount: amount(l.NetAmount), TaxCategory: TaxCategory(l.TaxCategory),
				TaxRate: l.TaxRate.String(),
			}
		}),
		TaxBreakdown: each(v.Taxes, func(t postgres.InvoiceTaxView) TaxGroup {
			return TaxGroup{
				Category: TaxCategory(t.Category), Rate: t.Rate.String(), Allowance: amount(t.Allowance), Charge: amount(t.Charge),
				Taxable: amount(t.Taxable), Tax: amount(t.Tax), ExemptionReason: t.ExemptionReason, ExemptionCode: optional(t.ExemptionCode),
			}
		}),
		NextInstalment: nextInstalment(v.Plan),
		Instalments: each(v.Instalments, func(p postgres.InstalmentView) Instalment {
			return Instalment{DueDate: date(p.DueDate), Amount: amount(p.Amount), OpenAmount: amount(p.OpenAmount)}
		}),
	}
}

func invoiceSummary(v postgres.InvoiceView) InvoiceSummary {
	amount := func(d decimal.Decimal) Money { return money(d, v.Currency) }
	return InvoiceSummary{
		Number: v.Number, OrderID: v.OrderID, CustomerID: v.CustomerID, Currency: string(v.Currency), IssueDate: date(v.IssueDate),
		DueDate: date(v.DueDate), PoNumber: v.PONumber, Status: InvoiceStatus(v.Status), NetTotal: amount(v.NetTotal), TaxTotal: amount(v.TaxTotal),
		Total: amount(v.Total), Paid: amount(v.Paid), OpenAmount: amount(v.OpenAmount), DisputedAmount: amount(v.DisputedAmount),
		DunningLevel: v.DunningLevel, NextDunningAt: instant(v.NextDunningAt), PaymentReference: v.PaymentReference,
	}
}

// dunningNotice shows a notice with what it charges.
func dunningNotice(v postgres.NoticeView) DunningNotice {
	amount := func(d decimal.Decimal) Money { return money(d, v.Currency) }
	answer := DunningNotice{
		Level: v.Level, Instalment: positive(v.Instalment), At: v.At.UTC(), Amount: amount(v.Amount), Fee: amount(v.Fee), Interest: amount(v.Interest),
		Compensation: amount(v.Compensation), Total: amount(v.Total), DebitNotes: v.DebitNotes, Channel: DunningChannel(v.Channel), Action: DunningAction(v.Action),
		State: DunningNoticeState(v.State), Reason: optional(v.Reason),
	}
	if v.NotCharged != "" {
		answer.NotCharged = new(DunningNoticeNotCharged(v.NotCharged))
	}
	return answer
}

// GetInvoiceStatus answers why an invoice waits and who may act.
func (s *server) GetInvoiceStatus(ctx context.Context, r GetInvoiceStatusRequestObject) (GetInvoiceStatusResponseObject, error) {
	status, err := s.commands.InvoiceStatus(ctx, r.Number)
	if err != nil {
		return nil, err
	}
	return GetInvoiceStatus200JSONResponse(statusAnswer(status)), nil
}

// InterveneInvoice moves a parked invoice on that belongs to no single order.
func (s *server) InterveneInvoice(ctx context.Context, r InterveneInvoiceRequestObject) (InterveneInvoiceResponseObject, error) {
	claim := claimOf(ctx)
	finished, err := s.commands.InterveneInvoice(ctx, r.Number, models.Intervention{
		ID: claim.ID, Action: string(r.Body.Action), Reason: r.Body.Reason, Actor: claim.Principal,
	})
	if err != nil {
		return nil, err
	}
	if !finished {
		return InterveneInvoice202JSONResponse{accepted(claim.ID)}, nil
	}
	status, err := s.commands.InvoiceStatus(ctx, r.Number)
	return InterveneInvoice200JSONResponse{Body: statusAnswer(status)}, err
}

// positive is a number that is left out where there is none.
func positive(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}
