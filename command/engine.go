package command

import (
	"context"
	"errors"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"o2c/models"
)

// engineError turns an error of the engine into one of the business: an engine that is away, overloaded or slow is
// "engine-unavailable". Errors of the business and nil pass.
func engineError(err error) error {
	if err == nil || models.KindOf(err) != models.KindInternal {
		return err
	}
	var unavailable *serviceerror.Unavailable
	var deadline *serviceerror.DeadlineExceeded
	var exhausted *serviceerror.ResourceExhausted
	var canceled *serviceerror.Canceled
	switch {
	case errors.As(err, &unavailable), errors.As(err, &deadline), errors.As(err, &exhausted), errors.As(err, &canceled),
		errors.Is(err, context.DeadlineExceeded):
		return models.Unavailable("engine-unavailable", "the workflow engine does not answer")
	}
	return err
}

const processNotRunning = "not-running"

// notRunning is true of the answer that a workflow is not running.
func notRunning(err error) bool {
	refused, is := errors.AsType[*models.Error](err)
	return is && refused.Code == processNotRunning
}

// decisionError turns the error of an update into one of the business. A refusal by the workflow or its activity carries
// the code as the type of its application error, and the kind in its details; an update that no worker accepted in time is
// "worker-unavailable"; an order whose workflow is not running, although the book says that it is open, is "not-running".
func decisionError(err error) error {
	if err == nil {
		return nil
	}
	if refusal := refusalOf(err); refusal != nil {
		return refusal
	}
	var timeout *client.WorkflowUpdateServiceTimeoutOrCanceledError
	var gone *serviceerror.NotFound
	switch {
	case errors.As(err, &timeout), errors.Is(err, context.DeadlineExceeded):
		return models.Unavailable("worker-unavailable", "no worker has accepted the decision in time")
	case errors.As(err, &gone):
		return models.Unavailable(processNotRunning, "the process is not running")
	}
	return engineError(err)
}

// refusalOf finds the error of the business in an application error, or nil.
func refusalOf(err error) *models.Error {
	var refused *temporal.ApplicationError
	if !errors.As(err, &refused) {
		return nil
	}
	var detailed *models.Error
	if refused.HasDetails() && refused.Details(&detailed) == nil && detailed != nil && detailed.Code != "" {
		return detailed
	}
	if refused.Type() == "" {
		return nil
	}
	return &models.Error{Kind: models.KindConflict, Code: refused.Type(), Detail: refused.Message()}
}
