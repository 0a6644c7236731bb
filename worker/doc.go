// Package worker runs workflows and activities: registration, tuning, metrics, and the turning of errors into what the
// engine retries.
//
// It owns which failures are retried (interceptor.go) and the checks before a worker starts. It does not own any step or
// rule.
//
// What always holds: a worker does not start before the search attributes are registered; a transient failure is retried
// without limit, a failure of the business is not, and any other is given up after ten attempts, so that the order is parked
// and not lost.
package worker
