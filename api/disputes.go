package api

import (
	"context"
	"time"

	"o2c/models"
	"o2c/postgres"
)

// RaiseDispute accepts that a customer contests a part of an invoice.
func (s *server) RaiseDispute(ctx context.Context, r RaiseDisputeRequestObject) (RaiseDisputeResponseObject, error) {
	raised := models.Dispute{
		ID: valueOf(r.Body.ID), Kind: string(valueOf(r.Body.Kind)), Invoice: r.Number, Line: valueOf(r.Body.Line), Reason: string(r.Body.Reason),
		Note: r.Body.Note, RaisedBy: r.Body.RaisedBy, Owner: valueOf(r.Body.Owner), Evidence: readEvidence(r.Body.Evidence),
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
	filter := postgres.DisputeFilter{
		State: (*string)(r.Params.State), CustomerID: r.Params.CustomerID, Kind: (*string)(r.Params.Kind), Owner: r.Params.Owner,
		Reason: (*string)(r.Params.Reason), Overdue: r.Params.Overdue,
	}
	found, next, err := postgres.ListDisputes(ctx, s.db, filter, pageOf(r.Params.Limit, r.Params.Cursor))
	return ListDisputes200JSONResponse{Data: each(found, dispute), NextCursor: next}, err
}

// ActOnDispute does something about a dispute without resolving it.
func (s *server) ActOnDispute(ctx context.Context, r ActOnDisputeRequestObject) (ActOnDisputeResponseObject, error) {
	claim := claimOf(ctx)
	finished, err := s.commands.ActOnDispute(ctx, models.DisputeAction{
		ID: claim.ID, DisputeID: r.DisputeID, Owner: valueOf(r.Body.Owner), RootCause: valueOf(r.Body.RootCause), Department: valueOf(r.Body.Department),
		Evidence: readEvidence(r.Body.Evidence), Ask: valueOf(r.Body.Ask), Answer: valueOf(r.Body.Answer), Actor: claim.Principal,
	})
	if err != nil {
		return nil, err
	}
	if !finished {
		return ActOnDispute202JSONResponse{accepted(claim.ID)}, nil
	}
	view, err := postgres.ReadDispute(ctx, s.db, r.DisputeID)
	return ActOnDispute200JSONResponse{Body: dispute(view)}, err
}

// ResolveDispute ends a dispute: 200 when it is resolved, 202 while it waits for a second person or for its process.
func (s *server) ResolveDispute(ctx context.Context, r ResolveDisputeRequestObject) (ResolveDisputeResponseObject, error) {
	claim := claimOf(ctx)
	finished, err := s.commands.ResolveDispute(ctx, models.DisputeResolution{
		ID: claim.ID, DisputeID: r.DisputeID, Outcome: models.DisputeState(r.Body.Outcome), Note: r.Body.Note, RootCause: valueOf(r.Body.RootCause),
		Department: valueOf(r.Body.Department), Actor: claim.Principal, Roles: principalOf(ctx).Roles,
	}, valueOf(r.Body.Amount))
	if err != nil {
		return nil, err
	}
	if !finished {
		return ResolveDispute202JSONResponse{accepted(claim.ID)}, nil
	}
	view, err := postgres.ReadDispute(ctx, s.db, r.DisputeID)
	if err == nil && view.State == string(models.DisputeAwaitsApproval) {
		waiting := accepted(claim.ID)
		waiting.Body.State = AcceptedStateAwaitingApproval
		return ResolveDispute202JSONResponse{waiting}, nil
	}
	return ResolveDispute200JSONResponse{Body: dispute(view)}, err
}

func readEvidence(list *[]NewEvidence) (read []models.Evidence) {
	for _, e := range valueOf(list) {
		read = append(read, models.Evidence{Kind: string(e.Kind), Text: e.Text, SHA256: valueOf(e.Sha256)})
	}
	return read
}

func dispute(v postgres.DisputeView) Dispute {
	d := Dispute{
		ID: v.ID, Kind: DisputeKind(v.Kind), Invoice: v.Invoice, CustomerID: v.CustomerID, Currency: string(v.Currency), Amount: maybeMoney(v.Amount, v.Currency),
		Line: v.Line, Reason: DisputeReason(v.Reason), Note: v.Note, RaisedBy: v.RaisedBy, State: DisputeState(v.State), Refusal: optional(v.Refusal),
		Owner: v.Owner, DueAt: instant(v.DueAt), RootCause: v.RootCause, Department: v.Department, PaymentID: v.PaymentID, OpenedAt: instant(v.OpenedAt),
		ResolvedAt: instant(v.ResolvedAt), Resolution: optional(v.Resolution), CreditNote: v.CreditNote,
	}
	if v.ResolvedAt != nil && v.Amount.Valid {
		d.AcceptedAmount = new(money(v.Accepted, v.Currency))
	}
	if v.Evidence != nil {
		d.Evidence = new(each(v.Evidence, func(e postgres.EvidenceView) Evidence {
			return Evidence{Kind: EvidenceKind(e.Kind), Text: e.Text, Sha256: e.SHA256, ShipmentID: e.ShipmentID, AddedBy: e.AddedBy, AddedAt: e.AddedAt.UTC()}
		}))
	}
	return d
}

// ListServiceTimes answers with how long disputes may take.
func (s *server) ListServiceTimes(ctx context.Context, _ ListServiceTimesRequestObject) (ListServiceTimesResponseObject, error) {
	found, err := postgres.ListServiceTimes(ctx, s.db)
	return ListServiceTimes200JSONResponse{Data: each(found, serviceTime)}, err
}

// PutServiceTime sets how long disputes for a reason may take.
func (s *server) PutServiceTime(ctx context.Context, r PutServiceTimeRequestObject) (PutServiceTimeResponseObject, error) {
	var read reading
	put := models.ServiceTime{
		Reason: string(valueOf(r.Body.Reason)), Assign: r.Body.AssignHours, Remind: r.Body.RemindHours, Escalate: r.Body.EscalateHours,
		Hours: models.Opening{From: time.Duration(r.Body.Opens) * time.Hour, To: time.Duration(r.Body.Closes) * time.Hour},
	}
	read.all(put.Validate())
	if err := read.err(); err != nil {
		return nil, err
	}
	put, err := postgres.PutServiceTime(ctx, s.db, put, principalOf(ctx).Name)
	return PutServiceTime200JSONResponse(serviceTime(put)), err
}

func serviceTime(t models.ServiceTime) ServiceTime {
	shown := ServiceTime{
		Version: &t.Version, AssignHours: t.Assign, RemindHours: t.Remind, EscalateHours: t.Escalate,
		Opens: int(t.Hours.From / time.Hour), Closes: int(t.Hours.To / time.Hour),
	}
	if t.Reason != "" {
		shown.Reason = new(DisputeReason(t.Reason))
	}
	return shown
}
