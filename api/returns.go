package api

import (
	"context"

	"o2c/models"
	"o2c/postgres"
)

// RequestReturn accepts that a customer wants to return goods.
func (s *server) RequestReturn(ctx context.Context, r RequestReturnRequestObject) (RequestReturnResponseObject, error) {
	view, err := s.commands.RequestReturn(ctx, claimOf(ctx), models.ReturnRequest{
		OrderID: r.OrderID, Note: valueOf(r.Body.Note),
		Lines: each(r.Body.Lines, func(l NewReturnLine) models.ReturnRequestLine {
			return models.ReturnRequestLine{Line: l.Line, Quantity: plain(l.Quantity), Reason: string(l.Reason)}
		}),
	})
	if err != nil {
		return nil, err
	}
	return RequestReturn202JSONResponse{
		Body: returned(view), Headers: RequestReturn202ResponseHeaders{Location: base + "/returns/" + view.ID},
	}, nil
}

// ReceiveReturn accepts that goods of a return have come.
func (s *server) ReceiveReturn(ctx context.Context, r ReceiveReturnRequestObject) (ReceiveReturnResponseObject, error) {
	view, err := s.commands.ReceiveReturn(ctx, claimOf(ctx), models.ReturnReceipt{
		ReturnID: r.ReturnID, WarehouseID: valueOf(r.Body.WarehouseID), Disposition: models.Disposition(r.Body.Disposition), Note: valueOf(r.Body.Note),
		Lines: each(r.Body.Lines, func(l NewReceivedLine) models.ReceivedLine {
			return models.ReceivedLine{Line: l.Line, Quantity: plain(l.Quantity), Saleable: valueOf(l.Saleable)}
		}),
	})
	if err != nil {
		return nil, err
	}
	return ReceiveReturn202JSONResponse{
		Body: returned(view), Headers: ReceiveReturn202ResponseHeaders{Location: base + "/returns/" + view.ID},
	}, nil
}

// GetReturn answers with a return, or with what is to become one.
func (s *server) GetReturn(ctx context.Context, r GetReturnRequestObject) (GetReturnResponseObject, error) {
	view, err := postgres.ReadReturn(ctx, s.db, r.ReturnID)
	return GetReturn200JSONResponse(returned(view)), err
}

// ListReturns answers with a page of returns.
func (s *server) ListReturns(ctx context.Context, r ListReturnsRequestObject) (ListReturnsResponseObject, error) {
	filter := postgres.ReturnFilter{OrderID: r.Params.OrderID, State: (*string)(r.Params.State)}
	found, next, err := postgres.ListReturns(ctx, s.db, filter, pageOf(r.Params.Limit, r.Params.Cursor))
	return ListReturns200JSONResponse{Data: each(found, returned), NextCursor: next}, err
}

func returned(v postgres.Return) Return {
	r := Return{
		ID: v.ID, State: ReturnState(v.State), Reason: optional(v.Refusal), OrderID: v.OrderID, CustomerID: v.CustomerID, Note: v.Note,
		RequestedBy: v.RequestedBy, RequestedAt: v.RequestedAt.UTC(), Disposition: (*Disposition)(v.Disposition), WarehouseID: v.WarehouseID,
		ReceivedBy: v.ReceivedBy, ReceivedAt: instant(v.ReceivedAt), Shipment: v.Shipment, CreditNotes: append([]string{}, v.CreditNotes...),
		Lines: each(v.Lines, func(l postgres.ReturnLine) ReturnLine {
			return ReturnLine{
				Line: l.Line, Quantity: l.Quantity.String(), Reason: ReturnReason(l.Reason), Received: l.Received.String(), Restocked: l.Restocked.String(),
			}
		}),
	}
	if v.State == string(models.ReturnRefused) && v.Refusal == "" {
		r.Reason = optional(v.ReceiptNote)
	}
	if v.Receipt != nil {
		told := ReturnReceipt{ID: v.Receipt.ID, State: ReturnReceiptStateSettled}
		switch refusal := v.Receipt.Refusal(); {
		case refusal != nil:
			told.State, told.Code, told.Reason = ReturnReceiptStateRefused, &refusal.Code, &refusal.Detail
		case v.Receipt.SettledAt == nil:
			told.State = ReturnReceiptStateProcessing
		}
		r.Receipt = &told
	}
	return r
}
