package api

import (
	"context"

	"o2c/command"
	"o2c/models"
	"o2c/postgres"
)

// SetCreditLimit sets a customer's limit and has the held orders of its group rechecked.
func (s *server) SetCreditLimit(ctx context.Context, r SetCreditLimitRequestObject) (SetCreditLimitResponseObject, error) {
	id, view, set, err := s.setLimit(ctx, r.CustomerID, *r.Body)
	if err != nil {
		return nil, err
	}
	if !set {
		return SetCreditLimit202JSONResponse{ID: id, State: AcceptedStateAccepted}, nil
	}
	return SetCreditLimit200JSONResponse(creditLimit(view)), nil
}

// SetDefaultCreditLimit sets the limit of all customers in a currency for whom none is set.
func (s *server) SetDefaultCreditLimit(ctx context.Context, r SetDefaultCreditLimitRequestObject) (SetDefaultCreditLimitResponseObject, error) {
	id, view, set, err := s.setLimit(ctx, "", *r.Body)
	if err != nil {
		return nil, err
	}
	if !set {
		return SetDefaultCreditLimit202JSONResponse{ID: id, State: AcceptedStateAccepted}, nil
	}
	return SetDefaultCreditLimit200JSONResponse(creditLimit(view)), nil
}

func (s *server) setLimit(ctx context.Context, customerID string, b NewCreditLimit) (id string, view postgres.LimitView, set bool, err error) {
	var read reading
	currency := read.currency("/currency", b.Currency)
	change := models.CreditLimitChange{
		CustomerID: customerID, Currency: currency, ValidFrom: readDate(b.ValidFrom), ValidUntil: readDate(b.ValidUntil), Reason: b.Reason,
		Limit: models.CreditLimit{Unlimited: valueOf(b.Unlimited), Amount: models.Zero(currency)},
	}
	if (b.Amount == nil) == !change.Limit.Unlimited {
		read.take("/amount", models.Invalid("invalid-amount", "give either an amount or unlimited: true"))
	} else if b.Amount != nil {
		change.Limit.Amount = read.amount("/amount", *b.Amount, currency)
	}
	read.period(change.ValidFrom, change.ValidUntil)
	if err = read.err(); err != nil {
		return "", view, false, err
	}
	id = command.NewID(command.CreditLimitPrefix)
	view, set, err = s.commands.SetCreditLimit(ctx, id, principalOf(ctx).Name, change)
	return id, view, set, err
}

// period checks that what is valid for some time ends after it has begun.
func (r *reading) period(from, until models.Date) {
	if !from.IsZero() && !until.IsZero() && until.Before(from) {
		r.take("/valid_until", models.Invalid("invalid-date", "is before valid_from"))
	}
}

// ListCreditLimits answers with a page of a customer's history of limits.
func (s *server) ListCreditLimits(ctx context.Context, r ListCreditLimitsRequestObject) (ListCreditLimitsResponseObject, error) {
	if _, err := postgres.LoadStanding(ctx, s.db, r.CustomerID); err != nil {
		return nil, err
	}
	found, next, err := postgres.ListLimits(ctx, s.db, &r.CustomerID, pageOf(r.Params.Limit, r.Params.Cursor))
	return ListCreditLimits200JSONResponse{Data: each(found, creditLimit), NextCursor: next}, err
}

// ListDefaultCreditLimits answers with a page of the company's history of default limits.
func (s *server) ListDefaultCreditLimits(ctx context.Context, r ListDefaultCreditLimitsRequestObject) (ListDefaultCreditLimitsResponseObject, error) {
	found, next, err := postgres.ListLimits(ctx, s.db, nil, pageOf(r.Params.Limit, r.Params.Cursor))
	return ListDefaultCreditLimits200JSONResponse{Data: each(found, creditLimit), NextCursor: next}, err
}

// GetExposure answers with a customer's exposure, bucket by bucket, against the limits of today.
func (s *server) GetExposure(ctx context.Context, r GetExposureRequestObject) (GetExposureResponseObject, error) {
	file, err := s.creditFile(ctx, r.CustomerID)
	if err != nil {
		return nil, err
	}
	e, err := postgres.ReadExposure(ctx, s.db, r.CustomerID)
	if err != nil {
		return nil, postgres.TranslateError(err)
	}
	onHold, err := postgres.ReadOnHold(ctx, s.db, r.CustomerID)
	if err != nil {
		return nil, err
	}
	limits := file.Inputs("", e, models.Zero(onHold.Currency())).Limits
	answer := Exposure{
		Currency: string(onHold.Currency()), OpenOrders: e.OpenOrders.String(), DeliveredNotInvoiced: e.DeliveredNotInvoiced.String(),
		OpenInvoices: e.OpenInvoices.String(), UnappliedCash: e.UnappliedCash.String(), CustomerCredit: e.CustomerCredit.String(),
		Deposits: e.Deposits.String(), Secured: e.Secured(file.Cover).String(), Exposure: e.Net(file.Cover).String(), OnHold: onHold.String(),
		Limits: each(limits, limitCheck),
	}
	if len(limits) > 0 {
		answer.LimitSource, answer.Limit = new(LimitSource(limits[0].Source)), limitCheck(limits[0]).Limit
		answer.Unlimited = limits[0].Unlimited()
	}
	if least := models.Available(limits); least != nil {
		answer.Available = new(least.String())
	}
	return GetExposure200JSONResponse(answer), nil
}

// creditFile reads a customer's credit file of today, on its clock.
func (s *server) creditFile(ctx context.Context, customerID string) (postgres.CreditFile, error) {
	today, err := s.commands.Today(ctx, customerID)
	if err != nil {
		return postgres.CreditFile{}, err
	}
	file, err := postgres.LoadCreditFile(ctx, s.db, customerID, today)
	return file, postgres.TranslateError(err)
}

// GetCreditStanding answers with a customer's parent, risk class and block.
func (s *server) GetCreditStanding(ctx context.Context, r GetCreditStandingRequestObject) (GetCreditStandingResponseObject, error) {
	standing, err := s.standing(ctx, r.CustomerID)
	return GetCreditStanding200JSONResponse(standing), err
}

func (s *server) standing(ctx context.Context, customerID string) (CreditStanding, error) {
	standing, err := postgres.LoadStanding(ctx, s.db, customerID)
	if err != nil {
		return CreditStanding{}, err
	}
	file, err := s.creditFile(ctx, customerID)
	return CreditStanding{
		CustomerID: customerID, ParentID: optional(standing.ParentID), RiskClass: standing.RiskClass, Block: CreditBlock(standing.Block),
		Policy: file.Policy.Name, PolicyVersion: file.Policy.Version,
	}, err
}

// ChangeCreditStanding changes what is present of a customer's standing.
func (s *server) ChangeCreditStanding(ctx context.Context, r ChangeCreditStandingRequestObject) (ChangeCreditStandingResponseObject, error) {
	change := models.CreditStandingChange{
		CustomerID: r.CustomerID, ParentID: r.Body.ParentID, RiskClass: r.Body.RiskClass, Block: (*models.CreditBlock)(r.Body.Block), Reason: r.Body.Reason,
	}
	id := command.NewID(command.StandingPrefix)
	set, err := s.commands.SetStanding(ctx, id, principalOf(ctx).Name, change)
	if err != nil {
		return nil, err
	}
	if !set {
		return ChangeCreditStanding202JSONResponse{ID: id, State: AcceptedStateAccepted}, nil
	}
	standing, err := s.standing(ctx, r.CustomerID)
	return ChangeCreditStanding200JSONResponse(standing), err
}

// GetCollateral answers with what secures a customer's debts.
func (s *server) GetCollateral(ctx context.Context, r GetCollateralRequestObject) (GetCollateralResponseObject, error) {
	list, err := s.collateral(ctx, r.CustomerID)
	return GetCollateral200JSONResponse(list), err
}

func (s *server) collateral(ctx context.Context, customerID string) (CollateralList, error) {
	today, err := s.commands.Today(ctx, customerID)
	if err != nil {
		return CollateralList{}, err
	}
	found, err := postgres.ReadCollateral(ctx, s.db, customerID, today)
	return CollateralList{Data: each(found, collateral)}, err
}

// SetCollateral sets a guarantee, letter of credit or insured limit of a customer.
func (s *server) SetCollateral(ctx context.Context, r SetCollateralRequestObject) (SetCollateralResponseObject, error) {
	var read reading
	b := *r.Body
	change := models.CollateralChange{
		CustomerID: r.CustomerID, Name: b.Name, Kind: string(b.Kind), Amount: read.amount("/amount", b.Amount, read.currency("/currency", b.Currency)),
		CoverPercent: read.number("/cover_percent", new(valueOr(b.CoverPercent, "100")), models.ParsePercent),
		ValidFrom:    readDate(b.ValidFrom), ValidUntil: readDate(b.ValidUntil), Reason: b.Reason,
	}
	read.period(change.ValidFrom, change.ValidUntil)
	if err := read.err(); err != nil {
		return nil, err
	}
	id := command.NewID(command.CollateralPrefix)
	set, err := s.commands.SetCollateral(ctx, id, principalOf(ctx).Name, change)
	if err != nil {
		return nil, err
	}
	if !set {
		return SetCollateral202JSONResponse{ID: id, State: AcceptedStateAccepted}, nil
	}
	list, err := s.collateral(ctx, r.CustomerID)
	return SetCollateral200JSONResponse(list), err
}

// ListCreditDecisions answers with how an order's credit was decided, and from what.
func (s *server) ListCreditDecisions(ctx context.Context, r ListCreditDecisionsRequestObject) (ListCreditDecisionsResponseObject, error) {
	order, err := postgres.ReadOrder(ctx, s.db, r.OrderID)
	if err != nil {
		return nil, err
	}
	found, err := postgres.ReadDecisions(ctx, s.db, r.OrderID)
	if err != nil {
		return nil, err
	}
	answer := ListCreditDecisions200JSONResponse{Currency: string(order.Currency), Data: make([]CreditDecision, len(found))}
	for i, decision := range found {
		answer.Data[i] = creditDecision(decision, order.Currency)
	}
	return answer, nil
}
