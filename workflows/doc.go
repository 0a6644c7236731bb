// Package workflows is the story: what happens to an order next, and when.
//
// It owns the workflows (Order, Payment, StockReceipt, CreditLimit, Collateral, CreditStanding), their names, ids, signals, updates, query and search
// attributes (contract.go) and their retry policies (policies.go). It does not own any data: what is owed and paid is in the
// book, and each activity answers with the part of it that decides what comes next.
//
// What always holds: workflow code does no I/O and reads no clock but the workflow's; a message is handled once, whatever
// the order in which messages come, and none is lost at the end of a run; an order never fails for a technical reason, it is
// parked until a person intervenes.
package workflows
