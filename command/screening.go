package command

import (
	"context"

	"o2c/models"
	"o2c/postgres"
)

// PutScreeningList replaces a list by its next version, has the open orders looked at by it under an id, and waits for that. screened is false
// when it is not done yet; it goes on by itself. The list must be valid.
func (s *Service) PutScreeningList(ctx context.Context, id, actor string, list models.ScreeningList) (view postgres.ScreeningListView, screened bool, err error) {
	deadline := patience()
	view, fact, err := postgres.PutScreeningList(ctx, s.DB, list, id, actor)
	if err != nil {
		return view, false, err
	}
	switch err = s.tellFact(ctx, deadline, fact); {
	case models.KindOf(err) == models.KindUnavailable && err != nil:
		return view, false, nil //nolint:nilerr // the list holds for new orders, and the fact is told again
	case err != nil:
		return view, false, err
	}
	screened, err = s.awaitDone(ctx, deadline, id, postgres.ScreeningFact)
	return view, screened, err
}
