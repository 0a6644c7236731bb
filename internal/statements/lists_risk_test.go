package statements

import (
	"context"
	"maps"

	"o2c/postgres"
)

// The lists of blocked parties.
func init() {
	maps.Copy(lists, map[string]list{
		"screening lists": func(ctx context.Context, db postgres.DB, page postgres.Page) (*string, error) {
			_, next, err := postgres.ListScreeningLists(ctx, db, page)
			return next, err
		},
		"who is on a screening list": func(ctx context.Context, db postgres.DB, page postgres.Page) (*string, error) {
			_, next, err := postgres.ListScreeningEntries(ctx, db, "list7", page)
			return next, err
		},
	})
}
