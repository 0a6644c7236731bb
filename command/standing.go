package command

import (
	"context"

	"o2c/models"
	"o2c/postgres"
)

// What is set of a customer's credit is a fact: it may move orders of several customers.

// SetCreditLimit accepts a new credit limit under an id, of a customer or, without one, the company's default for a currency, has
// it set and the held orders rechecked, and waits for that. set is false when no worker has done so yet. Errors:
// "customer-not-found", "currency-mismatch", "engine-unavailable".
func (s *Service) SetCreditLimit(ctx context.Context, id, actor string, change models.CreditLimitChange) (view postgres.LimitView, set bool, err error) {
	if change.CustomerID != "" {
		if err = s.checkCurrency(ctx, change.CustomerID, change.Currency); err != nil {
			return view, false, err
		}
	}
	if set, err = s.change(ctx, id, actor, postgres.CreditLimitFact, change.CustomerID, change); err != nil || !set {
		return view, false, err
	}
	view, err = postgres.ReadLimit(ctx, s.DB, id)
	return view, true, err
}

// SetCollateral accepts collateral of a customer under an id, has it set and the held orders rechecked, and waits for that. Errors
// as SetCreditLimit.
func (s *Service) SetCollateral(ctx context.Context, id, actor string, change models.CollateralChange) (set bool, err error) {
	if err = s.checkCurrency(ctx, change.CustomerID, change.Amount.Currency()); err != nil {
		return false, err
	}
	return s.change(ctx, id, actor, postgres.CollateralFact, change.CustomerID, change)
}

// SetStanding accepts a change of a customer's parent, risk class or block under an id, has it carried out and the held orders
// rechecked, and waits for that. Errors: "customer-not-found", "parent-not-found", "customers-group-circle",
// "customers-group-depth", "customers-group-currency", "engine-unavailable".
func (s *Service) SetStanding(ctx context.Context, id, actor string, change models.CreditStandingChange) (set bool, err error) {
	if _, err = postgres.LoadStanding(ctx, s.DB, change.CustomerID); err != nil {
		return false, err
	}
	if change.ParentID != nil && *change.ParentID != "" {
		if _, err = postgres.LoadStanding(ctx, s.DB, *change.ParentID); err != nil && models.KindOf(err) == models.KindNotFound {
			return false, models.Invalid("parent-not-found", "there is no customer %q", *change.ParentID).At("/parent_id")
		}
		if err != nil {
			return false, err
		}
	}
	return s.change(ctx, id, actor, postgres.StandingFact, change.CustomerID, change)
}

// change accepts a fact about a customer's credit, tells the process and waits until it is carried out.
func (s *Service) change(ctx context.Context, id, actor, kind, customerID string, content any) (bool, error) {
	deadline := patience()
	fact, err := s.accept(ctx, id, actor, kind, customerID, "", content)
	if err != nil {
		return false, err
	}
	if err = s.tellFact(ctx, deadline, *fact); err != nil {
		return false, err
	}
	return s.awaitDone(ctx, deadline, id, kind)
}

func (s *Service) checkCurrency(ctx context.Context, customerID string, currency models.Currency) error {
	customer, err := postgres.LoadCustomer(ctx, s.DB, customerID)
	if err != nil {
		return postgres.TranslateError(err)
	}
	if customer.Currency != currency {
		return models.Invalid("currency-mismatch", "the customer is billed in %s", customer.Currency).At("/currency")
	}
	return nil
}
