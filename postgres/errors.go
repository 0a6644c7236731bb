package postgres

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"o2c/models"
)

// TranslateError turns an error of the database into one of the business: lock time-outs, deadlocks, serialization failures
// and lost connections are unavailable (a retry can help), a violated constraint is a conflict whose code is the
// constraint's name with dashes. Errors of the business, and nil, pass.
func TranslateError(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*models.Error](err); ok {
		return err
	}
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		if pgconn.SafeToRetry(err) || isConnectionError(err) {
			return models.Unavailable("database-unavailable", "the database can't be reached")
		}
		return err
	}
	switch {
	case pg.Code == "55P03", pg.Code == "40P01", pg.Code == "40001", pg.Code == "57014":
		return models.Unavailable("database-busy", "another transaction holds what this one needs")
	case strings.HasPrefix(pg.Code, "08"), strings.HasPrefix(pg.Code, "57P"), strings.HasPrefix(pg.Code, "53"):
		return models.Unavailable("database-unavailable", "the database is not available")
	case strings.HasPrefix(pg.Code, "23") && pg.ConstraintName != "":
		return models.Conflict(strings.ReplaceAll(pg.ConstraintName, "_", "-"), "%s", pg.Message)
	}
	return err
}

// isConnectionError is true when the connection can't be made or broke on the way, or the answer did not come in time.
func isConnectionError(err error) bool {
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return true
	}
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}
