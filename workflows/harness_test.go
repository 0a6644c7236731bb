package workflows_test

import (
	"errors"
	"testing"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
)

func activityName(name string) activity.RegisterOptions { return activity.RegisterOptions{Name: name} }

func temporalAs[T error](err error, target *T) bool { return errors.As(err, target) }

// answers checks how an update is answered: with the code of a refusal, or "" for success.
type answers struct {
	t    *testing.T
	want string
}

func (a *answers) Accept() {}

func (a *answers) Reject(err error) { a.compare(err) }

func (a *answers) Complete(_ any, err error) { a.compare(err) }

func (a *answers) compare(err error) {
	a.t.Helper()
	code := ""
	if failure, ok := errors.AsType[*temporal.ApplicationError](err); ok {
		code = failure.Type()
	} else if err != nil {
		code = err.Error()
	}
	if code != a.want {
		a.t.Errorf("the update was answered with %q, want %q", code, a.want)
	}
}
