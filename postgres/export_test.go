package postgres

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5/pgxpool"
)

// VerifyQueries checks invariants of a test's own, each a query for its offenders, as Verify checks those of the book.
func VerifyQueries(ctx context.Context, pool *pgxpool.Pool, queries ...string) ([]Finding, error) {
	own := make([]Invariant, len(queries))
	for i, query := range queries {
		own[i] = Invariant{Name: strconv.Itoa(i), query: query}
	}
	return verify(ctx, pool, own, 5)
}
