// Package workflows is the story: what happens to an order next, and when.
//
// It owns the workflows: Order and Receivable, which collect for months (collecting*.go is what both do), Billing, and the short ones that
// carry a fact out and are over (short.go, periods.go); their names, ids, signals, updates, query and search attributes (contract.go), their retry
// policies (policies.go), and what may change under open ones (versions.go). It does not own any data: what is owed and paid is in the
// book, and each activity answers with the part of it that decides what comes next.
//
// What always holds: workflow code does no I/O and reads no clock but the workflow's; a message is handled once, whatever
// the order in which messages come, and none is lost at the end of a run; an order never fails for a technical reason, it is
// parked until a person intervenes.
package workflows
