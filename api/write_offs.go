package api

import (
	"context"

	"o2c/models"
	"o2c/postgres"
)

// ListWriteOffs answers with the write-offs of an invoice.
func (s *server) ListWriteOffs(ctx context.Context, r ListWriteOffsRequestObject) (ListWriteOffsResponseObject, error) {
	found, err := postgres.ReadWriteOffsOf(ctx, s.db, r.Number)
	return ListWriteOffs200JSONResponse{Data: each(found, writeOff)}, err
}

// WriteOff gives up what is open of an invoice: 201 when it is written off, 202 while it waits for a second person or for its process.
func (s *server) WriteOff(ctx context.Context, r WriteOffRequestObject) (WriteOffResponseObject, error) {
	claim := claimOf(ctx)
	location := base + "/write-offs/" + claim.ID
	finished, err := s.commands.WriteOff(ctx, models.WriteOffRequest{
		ID: claim.ID, Invoice: r.Number, Reason: r.Body.Reason, Actor: claim.Principal, Roles: principalOf(ctx).Roles,
	}, valueOf(r.Body.Amount))
	if err != nil {
		return nil, err
	}
	if !finished {
		return WriteOff202JSONResponse{Body: accepted(claim.ID).Body, Headers: WriteOff202ResponseHeaders{Location: location}}, nil
	}
	view, err := postgres.ReadWriteOff(ctx, s.db, claim.ID)
	if err == nil && view.State == postgres.WriteOffAwaitingApproval {
		waiting := Accepted{ID: claim.ID, State: AcceptedStateAwaitingApproval}
		return WriteOff202JSONResponse{Body: waiting, Headers: WriteOff202ResponseHeaders{Location: location}}, nil
	}
	return WriteOff201JSONResponse{Body: writeOff(view), Headers: WriteOff201ResponseHeaders{Location: location}}, err
}

// GetWriteOff answers with a write-off.
func (s *server) GetWriteOff(ctx context.Context, r GetWriteOffRequestObject) (GetWriteOffResponseObject, error) {
	view, err := postgres.ReadWriteOff(ctx, s.db, r.WriteOffID)
	return GetWriteOff200JSONResponse(writeOff(view)), err
}

// ApproveWriteOff has a write-off carried out, or turned down, by a second person.
func (s *server) ApproveWriteOff(ctx context.Context, r ApproveWriteOffRequestObject) (ApproveWriteOffResponseObject, error) {
	view, err := postgres.ReadWriteOff(ctx, s.db, r.WriteOffID)
	if err != nil {
		return nil, err
	}
	if view.State != postgres.WriteOffAwaitingApproval && view.DecidedBy == nil {
		return nil, models.Conflict("approval-decided", "nobody else had to decide on it")
	}
	claim := claimOf(ctx)
	finished, err := s.commands.DecideApproval(ctx, models.ApprovalRuling{
		ID: claim.ID, ApprovalID: r.WriteOffID, Decision: models.ApprovalDecision(r.Body.Decision), Reason: valueOf(r.Body.Note), Actor: claim.Principal,
	})
	if err != nil {
		return nil, err
	}
	if !finished {
		headers := ApproveWriteOff202ResponseHeaders{Location: base + "/write-offs/" + r.WriteOffID}
		return ApproveWriteOff202JSONResponse{Body: accepted(claim.ID).Body, Headers: headers}, nil
	}
	view, err = postgres.ReadWriteOff(ctx, s.db, r.WriteOffID)
	return ApproveWriteOff200JSONResponse{Body: writeOff(view)}, err
}

// ListAuthorities answers with how much each role may decide alone.
func (s *server) ListAuthorities(ctx context.Context, _ ListAuthoritiesRequestObject) (ListAuthoritiesResponseObject, error) {
	found, err := postgres.ListAuthorities(ctx, s.db)
	return ListAuthorities200JSONResponse{Data: each(found, authority)}, err
}

// PutAuthority sets how much a role may decide alone.
func (s *server) PutAuthority(ctx context.Context, r PutAuthorityRequestObject) (PutAuthorityResponseObject, error) {
	var read reading
	currency := read.currency("/currency", r.Body.Currency)
	put := models.Authority{Kind: string(r.Body.Kind), Role: string(r.Body.Role), Amount: read.amount("/amount", r.Body.Amount, currency)}
	if err := read.err(); err != nil {
		return nil, err
	}
	put, err := postgres.PutAuthority(ctx, s.db, put, principalOf(ctx).Name)
	return PutAuthority200JSONResponse(authority(put)), err
}

func authority(a models.Authority) Authority {
	return Authority{
		Kind: AuthorityKind(a.Kind), Role: AuthorityRole(a.Role), Currency: string(a.Amount.Currency()), Amount: a.Amount.String(), Version: &a.Version,
	}
}

func writeOff(v postgres.WriteOffView) WriteOff {
	var fromAllowance *Money
	if v.FromAllowance != nil {
		fromAllowance = new(money(*v.FromAllowance, v.Currency))
	}
	answer := WriteOff{
		ID: v.ID, State: WriteOffState(v.State), Invoice: v.Invoice, OrderID: v.OrderID, CustomerID: v.CustomerID, Currency: string(v.Currency),
		Amount: money(v.Amount, v.Currency), FromAllowance: fromAllowance, Reason: v.Reason, RequestedBy: v.RequestedBy, RequestedAt: v.RequestedAt.UTC(),
		DecidedBy: v.DecidedBy, DecidedAt: instant(v.DecidedAt), DecisionNote: v.DecisionNote, WrittenOffAt: instant(v.WrittenOffAt),
	}
	if v.WrittenOffOn != nil {
		answer.WrittenOffOn = new(date(*v.WrittenOffOn))
	}
	return answer
}
