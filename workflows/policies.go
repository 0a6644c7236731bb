package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// stepOptions are for activities on the book: one short transaction. Transient failures are retried without limit; the
// worker turns every other failure into one that is not retried (see package worker).
func stepOptions(summary string) workflow.ActivityOptions {
	return workflow.ActivityOptions{
		StartToCloseTimeout: 30 * time.Second,
		RetryPolicy:         &temporal.RetryPolicy{InitialInterval: 200 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: time.Minute},
		Summary:             summary,
	}
}

// sendOptions are for the sending of messages, which may have to wait for hours for a neighbour.
func sendOptions(summary string) workflow.ActivityOptions {
	options := stepOptions(summary)
	options.StartToCloseTimeout = time.Minute
	options.RetryPolicy.InitialInterval = time.Second
	options.RetryPolicy.MaximumInterval = 10 * time.Minute
	return options
}
