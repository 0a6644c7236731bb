package api

import (
	"context"
	"encoding/json"
	"time"

	"o2c/command"
	"o2c/models"
	"o2c/postgres"
)

// CreateOrder prices an order and enters it: 201 when it is entered, 202 while no worker has done so.
func (s *server) CreateOrder(ctx context.Context, r CreateOrderRequestObject) (CreateOrderResponseObject, error) {
	order, lines, err := readOrder(*r.Body)
	if err != nil {
		return nil, err
	}
	claim := claimOf(ctx)
	principal := principalOf(ctx)
	grants := command.Grants{OverridePrices: principal.mayAlso(overridePrices), AllowDuplicatePO: principal.mayAlso(allowDuplicatePO)}
	view, entered, err := s.commands.EnterOrder(ctx, claim, order, lines, grants)
	if err != nil {
		return nil, err
	}
	location := base + "/orders/" + view.ID
	if !entered {
		return CreateOrder202JSONResponse{Body: orderOf(view), Headers: CreateOrder202ResponseHeaders{Location: location}}, nil
	}
	return CreateOrder201JSONResponse{Body: orderOf(view), Headers: CreateOrder201ResponseHeaders{Location: location}}, nil
}

// GetOrder answers with an order, after waiting for a stage if asked to.
func (s *server) GetOrder(ctx context.Context, r GetOrderRequestObject) (GetOrderResponseObject, error) {
	if r.Params.WaitFor != nil {
		timeout, err := time.ParseDuration(valueOr(r.Params.Timeout, "10s"))
		if err != nil {
			return nil, models.Invalid(invalidRequest, "must be a number of seconds such as 10s").At("?timeout")
		}
		if err = s.commands.AwaitStage(ctx, r.OrderID, models.Stage(*r.Params.WaitFor), timeout); err != nil {
			return nil, err
		}
	} else if r.Params.Timeout != nil {
		return nil, models.Invalid(invalidRequest, "needs wait_for").At("?timeout")
	}
	view, err := postgres.ReadOrder(ctx, s.db, r.OrderID)
	return GetOrder200JSONResponse(orderOf(view)), err
}

// ListOrders answers with a page of orders.
func (s *server) ListOrders(ctx context.Context, r ListOrdersRequestObject) (ListOrdersResponseObject, error) {
	filter := postgres.OrderFilter{CustomerID: r.Params.CustomerID, Stage: (*string)(r.Params.Stage), PONumber: r.Params.PoNumber}
	found, next, err := postgres.ListOrders(ctx, s.db, filter, pageOf(r.Params.Limit, r.Params.Cursor))
	return ListOrders200JSONResponse{Data: each(found, orderSummary), NextCursor: next}, err
}

// GetOrderTimeline answers with what happened to an order.
func (s *server) GetOrderTimeline(ctx context.Context, r GetOrderTimelineRequestObject) (GetOrderTimelineResponseObject, error) {
	if _, err := postgres.ReadStage(ctx, s.db, r.OrderID); err != nil {
		return nil, err
	}
	events, err := postgres.ReadTimeline(ctx, s.db, r.OrderID)
	if err != nil {
		return nil, err
	}
	answer := GetOrderTimeline200JSONResponse{Data: make([]TimelineEvent, len(events))}
	for i, e := range events {
		detail := map[string]any{}
		if err = json.Unmarshal(e.Detail, &detail); err != nil {
			return nil, err
		}
		answer.Data[i] = TimelineEvent{At: e.At.UTC(), Kind: e.Kind, Actor: e.Actor, Summary: e.Summary, Detail: detail}
	}
	return answer, nil
}

// GetOrderStatus answers why an order waits and who may act.
func (s *server) GetOrderStatus(ctx context.Context, r GetOrderStatusRequestObject) (GetOrderStatusResponseObject, error) {
	status, err := s.commands.Status(ctx, r.OrderID)
	if err != nil {
		return nil, err
	}
	return GetOrderStatus200JSONResponse(statusAnswer(status)), nil
}

func statusAnswer(status models.OrderStatus) OrderStatus {
	answer := OrderStatus{Stage: Stage(status.Stage), WaitingFor: status.WaitingFor, WhoMayAct: status.WhoMayAct, OpenAmount: status.OpenAmount}
	if status.BlockedBy != nil {
		answer.BlockedBy = &Blocker{Code: status.BlockedBy.Code, Detail: status.BlockedBy.Detail}
	}
	if status.NextTimer != nil {
		answer.NextTimer = &NextTimer{At: status.NextTimer.At.UTC(), Purpose: status.NextTimer.Purpose}
	}
	if asked := status.Prepayment; asked != nil {
		answer.Prepayment = &PrepaymentAsked{
			Proforma: asked.Proforma, PaymentReference: asked.Reference, Amount: asked.Amount.String(), Deposited: asked.Deposited.String(), Due: asked.Due().String(),
		}
	}
	return answer
}

// DecideCredit releases or rejects an order that waits for credit.
func (s *server) DecideCredit(ctx context.Context, r DecideCreditRequestObject) (DecideCreditResponseObject, error) {
	claim := claimOf(ctx)
	finished, err := s.commands.DecideCredit(ctx, r.OrderID, models.CreditRuling{
		ID: claim.ID, Decision: models.CreditOutcome(r.Body.Decision), Reason: r.Body.Reason, ValidUntil: readDate(r.Body.ValidUntil),
		Actor: claim.Principal,
	}, valueOf(r.Body.UpTo))
	if err != nil {
		return nil, err
	}
	if !finished {
		return DecideCredit202JSONResponse{accepted(claim.ID)}, nil
	}
	request, err := postgres.ReadApproval(ctx, s.db, claim.ID)
	if err == nil && request.Decision == nil {
		return DecideCredit202JSONResponse{DecisionAcceptedJSONResponse{Body: Accepted{ID: claim.ID, State: AcceptedStateAwaitingApproval}}}, nil
	}
	if err != nil && models.KindOf(err) != models.KindNotFound {
		return nil, err
	}
	decided, err := s.decided(ctx, r.OrderID)
	return DecideCredit200JSONResponse{decided}, err
}

// AmendOrder gives lines that are not shipped other quantities.
func (s *server) AmendOrder(ctx context.Context, r AmendOrderRequestObject) (AmendOrderResponseObject, error) {
	claim := claimOf(ctx)
	finished, err := s.commands.AmendOrder(ctx, r.OrderID, models.Amendment{
		ID: claim.ID, Actor: claim.Principal,
		Lines: each(r.Body.Lines, func(l AmendedLine) models.LineQuantity {
			return models.LineQuantity{Line: l.Line, Quantity: plain(l.Quantity)}
		}),
	})
	if err != nil {
		return nil, err
	}
	if !finished {
		return AmendOrder202JSONResponse{accepted(claim.ID)}, nil
	}
	decided, err := s.decided(ctx, r.OrderID)
	return AmendOrder200JSONResponse{decided}, err
}

// ListOrderVersions answers with what each version of an order ordered, the first one first.
func (s *server) ListOrderVersions(ctx context.Context, r ListOrderVersionsRequestObject) (ListOrderVersionsResponseObject, error) {
	versions, err := postgres.ReadOrderVersions(ctx, s.db, r.OrderID)
	return ListOrderVersions200JSONResponse{Data: each(versions, orderVersion)}, err
}

// CancelOrder cancels what is not shipped.
func (s *server) CancelOrder(ctx context.Context, r CancelOrderRequestObject) (CancelOrderResponseObject, error) {
	claim := claimOf(ctx)
	finished, err := s.commands.CancelOrder(ctx, r.OrderID, models.Cancellation{ID: claim.ID, Reason: r.Body.Reason, Actor: claim.Principal})
	if err != nil {
		return nil, err
	}
	if !finished {
		return CancelOrder202JSONResponse{accepted(claim.ID)}, nil
	}
	decided, err := s.decided(ctx, r.OrderID)
	return CancelOrder200JSONResponse{decided}, err
}

// Intervene moves a parked order on.
func (s *server) Intervene(ctx context.Context, r InterveneRequestObject) (InterveneResponseObject, error) {
	claim := claimOf(ctx)
	finished, err := s.commands.Intervene(ctx, r.OrderID, models.Intervention{
		ID: claim.ID, Action: string(r.Body.Action), Reason: r.Body.Reason, Actor: claim.Principal,
	})
	if err != nil {
		return nil, err
	}
	if !finished {
		return Intervene202JSONResponse{accepted(claim.ID)}, nil
	}
	decided, err := s.decided(ctx, r.OrderID)
	return Intervene200JSONResponse{decided}, err
}

func (s *server) decided(ctx context.Context, orderID string) (OrderDecidedJSONResponse, error) {
	view, err := postgres.ReadOrder(ctx, s.db, orderID)
	return OrderDecidedJSONResponse{Body: orderOf(view)}, err
}

func accepted(id string) DecisionAcceptedJSONResponse {
	return DecisionAcceptedJSONResponse{Body: Accepted{ID: id, State: AcceptedStateAccepted}}
}
