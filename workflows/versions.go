package workflows

import "go.temporal.io/sdk/workflow"

// A Change names a change of what a workflow does, for orders that were open when it was deployed: they go on as they began, and
// those that begin after it, or continue as new, do it the new way. Its name is what it does, in the past tense of the new code
// ("invoices-told-before-shipping"); it stands below with the release that brought it, and is asked at the place of the change:
//
//	if tellInvoicesFirst.In(o.ctx) { … } else { … }
//
// A change needs one when a recorded history of a released version does not replay without it (replay_test.go). It costs each new run two
// events and two actions, so that it is removed when no order is open that began before it: docs/runbooks/deploy-under-open-orders.md says
// how to find out, and ADR 0033 what the order of the removals is. A name is never used again.
//
// There is none yet: nothing was released, so that no order began before anything. What changes before the first release changes
// the recorded histories.
type Change string

// In says whether the run goes the new way. A run that passed the place before the change was deployed goes the old way to its end.
func (c Change) In(ctx workflow.Context) bool {
	return workflow.GetVersion(ctx, string(c), workflow.DefaultVersion, 1) == 1
}
