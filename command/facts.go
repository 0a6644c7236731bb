package command

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"o2c/models"
	"o2c/postgres"
)

// A fact is checked against the book, recorded, and signalled; the caller waits a little for its effect. An attempt that
// finds its fact recorded signals it again, which changes nothing.

// recorded finds the fact that an earlier attempt accepted under an id, or nil.
func (s *Service) recorded(ctx context.Context, id, kind string) (*postgres.Fact, error) {
	fact, err := postgres.ReadFact(ctx, s.DB, id, kind)
	if models.KindOf(err) == models.KindNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &fact, nil
}

// accept records a fact.
func (s *Service) accept(ctx context.Context, id, actor, kind, customerID, orderID string, content any) (*postgres.Fact, error) {
	body, err := json.Marshal(content)
	if err != nil {
		return nil, fmt.Errorf("command.accept %s: %w", id, err)
	}
	fact := postgres.Fact{ID: id, Kind: kind, Content: body, Actor: actor}
	if customerID != "" {
		fact.CustomerID = &customerID
	}
	if orderID != "" {
		fact.OrderID = &orderID
	}
	recorded, err := postgres.AcceptFact(ctx, s.DB, fact)
	if err != nil {
		return nil, err
	}
	return &recorded, nil
}

// awaitSettled waits a little until a fact is carried out or refused; it is no error when that takes longer.
func (s *Service) awaitSettled(ctx context.Context, deadline time.Time, id, kind string) error {
	if soon := time.Now().Add(factPatience); soon.Before(deadline) {
		deadline = soon
	}
	_, err := await(ctx, deadline, func(ctx context.Context) (bool, error) {
		fact, err := postgres.ReadFact(ctx, s.DB, id, kind)
		return err == nil && fact.SettledAt != nil, err
	})
	return err
}
