package worker

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"

	"o2c/models"
	"o2c/postgres"
)

// maxAttempts is how often an activity is tried that fails for a reason nobody foresaw.
const maxAttempts = 10

// errorInterceptor gives every failure of an activity its place: the engine retries a *models.Error of KindUnavailable
// without limit, never one of another kind, and everything else maxAttempts times.
type errorInterceptor struct {
	interceptor.WorkerInterceptorBase
}

func (*errorInterceptor) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	return &activityErrors{interceptor.ActivityInboundInterceptorBase{Next: next}}
}

type activityErrors struct {
	interceptor.ActivityInboundInterceptorBase
}

func (a *activityErrors) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (result any, err error) {
	defer func() {
		if mistake := recover(); mistake != nil { // the engine would retry a panic for ever
			activity.GetLogger(ctx).Error("an activity panics", "panic", mistake, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", mistake)
		}
		if err != nil {
			err = applicationError(err, activity.GetInfo(ctx).Attempt)
		}
	}()
	return a.Next.ExecuteActivity(ctx, in)
}

// applicationError is the error that the engine sees. It must be the outermost: wrapped, it would lose its type and mark.
func applicationError(err error, attempt int32) error {
	var business *models.Error
	if !errors.As(postgres.TranslateError(err), &business) {
		if attempt >= maxAttempts {
			return temporal.NewNonRetryableApplicationError(err.Error(), "unknown", err)
		}
		return temporal.NewApplicationErrorWithCause(err.Error(), "unknown", err)
	}
	if business.Kind == models.KindUnavailable {
		return temporal.NewApplicationErrorWithOptions(business.Detail, business.Code, temporal.ApplicationErrorOptions{Details: []any{business}})
	}
	return temporal.NewNonRetryableApplicationError(business.Detail, business.Code, nil, business)
}
