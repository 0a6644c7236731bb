package api

import (
	"context"

	"o2c/models"
	"o2c/postgres"
)

// RaiseDispute accepts that a customer contests a part of an invoice.
func (s *server) RaiseDispute(ctx context.Context, r RaiseDisputeRequestObject) (RaiseDisputeResponseObject, error) {
	raised := models.Dispute{
		ID: valueOf(r.Body.ID), Invoice: r.Number, Line: valueOf(r.Body.Line), Reason: string(r.Body.Reason), Note: r.Body.Note,
		RaisedBy: r.Body.RaisedBy,
	}
	view, err := s.commands.RaiseDispute(ctx, claimOf(ctx), raised, valueOf(r.Body.Amount))
	if err != nil {
		return nil, err
	}
	return RaiseDispute202JSONResponse{
		Body: dispute(view), Headers: RaiseDispute202ResponseHeaders{Location: base + "/disputes/" + view.ID},
	}, nil
}

// GetDispute answers with a dispute, or with what is to become one.
func (s *server) GetDispute(ctx context.Context, r GetDisputeRequestObject) (GetDisputeResponseObject, error) {
	view, err := postgres.ReadDispute(ctx, s.db, r.DisputeID)
	return GetDispute200JSONResponse(dispute(view)), err
}

// ListDisputes answers with a page of disputes.
func (s *server) ListDisputes(ctx context.Context, r ListDisputesRequestObject) (ListDisputesResponseObject, error) {
	filter := postgres.DisputeFilter{State: (*string)(r.Params.State), CustomerID: r.Params.CustomerID}
	found, next, err := postgres.ListDisputes(ctx, s.db, filter, pageOf(r.Params.Limit, r.Params.Cursor))
	return ListDisputes200JSONResponse{Data: each(found, dispute), NextCursor: next}, err
}

// ResolveDispute ends a dispute.
func (s *server) ResolveDispute(ctx context.Context, r ResolveDisputeRequestObject) (ResolveDisputeResponseObject, error) {
	claim := claimOf(ctx)
	finished, err := s.commands.ResolveDispute(ctx, models.DisputeResolution{
		ID: claim.ID, DisputeID: r.DisputeID, Outcome: models.DisputeState(r.Body.Outcome), Note: r.Body.Note, Actor: claim.Principal,
	}, valueOf(r.Body.Amount))
	if err != nil {
		return nil, err
	}
	if !finished {
		return ResolveDispute202JSONResponse{accepted(claim.ID)}, nil
	}
	view, err := postgres.ReadDispute(ctx, s.db, r.DisputeID)
	return ResolveDispute200JSONResponse{Body: dispute(view)}, err
}

func dispute(v postgres.DisputeView) Dispute {
	d := Dispute{
		ID: v.ID, Invoice: v.Invoice, CustomerID: v.CustomerID, Currency: string(v.Currency), Amount: maybeMoney(v.Amount, v.Currency), Line: v.Line,
		Reason: DisputeReason(v.Reason), Note: v.Note, RaisedBy: v.RaisedBy, State: DisputeState(v.State), Refusal: optional(v.Refusal),
		Owner: v.Owner, DueAt: instant(v.DueAt), RootCause: v.RootCause, OpenedAt: instant(v.OpenedAt), ResolvedAt: instant(v.ResolvedAt),
		Resolution: optional(v.Resolution), CreditNote: v.CreditNote,
	}
	if v.ResolvedAt != nil {
		d.AcceptedAmount = new(money(v.Accepted, v.Currency))
	}
	return d
}
