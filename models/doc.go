// Package models holds the words of the business: money, orders, credit decisions, invoices, payments, disputes and
// dunning policies, with their rules as pure functions.
//
// It owns the arithmetic (rounding, tax, allocation), the state machines, the decisions that follow from data alone and
// the kinds of error. It does not own storage, transport, clocks or identifiers: it imports the standard library and
// shopspring/decimal, nothing else, and every instant and id is an argument.
//
// What always holds: a value that a constructor returned is valid; amounts are exact decimals with no more digits than
// their currency has, and are rounded only where the doc comment of a function says so, half away from zero; every
// function is deterministic, so that workflows may call it.
package models
