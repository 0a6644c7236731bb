// Package activities is the hands of the workflows: one small struct per neighbour (Credit, Fulfillment, Warehouses, Returns,
// Invoicing, CreditNotes, Collections, WriteOffs, Cash, Books, Reconciliation, Messages, Facts), one method per step.
//
// It owns what a step does and in which order it locks: the customer's credit account, the order, stock by sku, open items
// by invoice, counters last. It also owns the ports to the outside (ports.go). It does not own the rules (models,
// bank), the statements (postgres), the book (ledger), or when a step runs (workflows).
//
// What always holds: a step is one transaction, in which the business effect, its ledger entries, the exposure, the order's
// stage, the timeline event and the message to send commit together; its effect has a natural key, so that a retry finds it
// done; the business instant is an argument and the system clock is never asked for it.
package activities
