package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"o2c/models"
)

func TestApplicationError(t *testing.T) {
	t.Parallel()
	plain := errors.New("nobody foresaw this")
	wrapped := func(err error) error { return fmt.Errorf("postgres.SaveOrder 1: %w", err) }
	for name, c := range map[string]struct {
		err     error
		attempt int32
		code    string
		retried bool
	}{
		"a neighbour that is away is tried again": {models.Unavailable("engine-unavailable", "away"), 1, "engine-unavailable", true},
		"without limit":                                      {models.Unavailable("engine-unavailable", "away"), 1_000_000, "engine-unavailable", true},
		"also when it is wrapped":                            {wrapped(models.Unavailable("engine-unavailable", "away")), 11, "engine-unavailable", true},
		"a conflict is final":                                {models.Conflict("nothing-to-cancel", "shipped"), 1, "nothing-to-cancel", false},
		"what is invalid is final":                           {models.Invalid("invalid-amount", "x"), 1, "invalid-amount", false},
		"what is not found is final":                         {models.NotFound("order", "1"), 1, "order-not-found", false},
		"what is forbidden is final":                         {&models.Error{Kind: models.KindForbidden, Code: "forbidden"}, 1, "forbidden", false},
		"what is malformed is final":                         {&models.Error{Kind: models.KindMalformed, Code: "malformed"}, 1, "malformed", false},
		"a wrapped conflict is final":                        {wrapped(models.Conflict("id-taken", "x")), 1, "id-taken", false},
		"what nobody foresaw is tried again":                 {plain, 1, "unknown", true},
		"nine times":                                         {plain, 9, "unknown", true},
		"and given up at the tenth":                          {plain, 10, "unknown", false},
		"and after it":                                       {plain, 11, "unknown", false},
		"a lock that is not granted is tried again":          {wrapped(&pgconn.PgError{Code: "55P03"}), 99, "database-busy", true},
		"a deadlock is tried again":                          {wrapped(&pgconn.PgError{Code: "40P01"}), 99, "database-busy", true},
		"a serialization failure is tried again":             {wrapped(&pgconn.PgError{Code: "40001"}), 99, "database-busy", true},
		"a database that shuts down is tried again":          {wrapped(&pgconn.PgError{Code: "57P01"}), 99, "database-unavailable", true},
		"a database without connections left is tried again": {wrapped(&pgconn.PgError{Code: "53300"}), 99, "database-unavailable", true},
		"a violated constraint is final, by its name":        {wrapped(&pgconn.PgError{Code: "23514", ConstraintName: "stock_reserved_on_hand"}), 1, "stock-reserved-on-hand", false},
		"a statement that is wrong is what nobody foresaw":   {wrapped(&pgconn.PgError{Code: "42601"}), 1, "unknown", true},
		"and is given up, too":                               {wrapped(&pgconn.PgError{Code: "42601"}), 10, "unknown", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, outermost := applicationError(c.err, c.attempt).(*temporal.ApplicationError) //nolint:errorlint // it must be the outermost
			if !outermost {
				t.Fatalf("the outermost error is %T", applicationError(c.err, c.attempt))
			}
			if got.Type() != c.code || got.NonRetryable() == c.retried {
				t.Errorf("%s, retried: %v; want %s, retried: %v", got.Type(), !got.NonRetryable(), c.code, c.retried)
			}
		})
	}
}

// The caller of a decision must find the error of the business behind the engine's.
func TestApplicationErrorCarriesTheBusinessError(t *testing.T) {
	t.Parallel()
	want := models.Conflict("release-below-total", "too little").At("/up_to")
	var got *models.Error
	var failure *temporal.ApplicationError
	if !errors.As(applicationError(fmt.Errorf("call: %w", want), 1), &failure) {
		t.Fatal("no application error")
	}
	if err := failure.Details(&got); err != nil || *got != *want {
		t.Errorf("details are %+v, %v; want %+v", got, err, want)
	}
}

// The interceptor stands between a real activity and the engine.
func TestInterceptor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fails error
		code  string
		final bool
	}{
		"an activity's conflict reaches the engine as final":  {models.Conflict("dispute-not-open", "over"), "dispute-not-open", true},
		"an activity's neighbour that is away is tried again": {models.Unavailable("mail-server-unavailable", "away"), "mail-server-unavailable", false},
		"an activity that works returns its result":           {nil, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var suite testsuite.WorkflowTestSuite
			env := suite.NewTestActivityEnvironment()
			env.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{&errorInterceptor{}}})
			step := func(context.Context) (string, error) { return "done", c.fails }
			env.RegisterActivity(step)
			result, err := env.ExecuteActivity(step)
			if c.fails == nil {
				var got string
				if err != nil || result.Get(&got) != nil || got != "done" {
					t.Errorf("result %q, %v", got, err)
				}
				return
			}
			var failure *temporal.ApplicationError
			if !errors.As(err, &failure) || failure.Type() != c.code || failure.NonRetryable() != c.final {
				t.Errorf("the engine sees %v", err)
			}
		})
	}
}

// A mistake in the program is what nobody foresaw, and so given up at the tenth attempt: as a panic it would be retried for
// ever and its order never parked.
func TestAPanicIsAnErrorLikeOthers(t *testing.T) {
	t.Parallel()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	env := suite.NewTestActivityEnvironment()
	env.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{&errorInterceptor{}}})
	step := func(context.Context) error { panic("arithmetic on two currencies") }
	env.RegisterActivity(step)
	_, err := env.ExecuteActivity(step)
	var failure *temporal.ApplicationError
	if !errors.As(err, &failure) || failure.Type() != "unknown" || failure.NonRetryable() {
		t.Errorf("the engine sees %v", err)
	}
}
