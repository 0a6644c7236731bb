// Package command is what a client may tell the process: claim an idempotency key, enter an order, tell a fact, decide, and
// wait for the answer. One function per command; package api and the importers call them, and activities tell orders of
// each other's facts through the port Orders, which Service fills.
//
// It owns the acceptance records (tables claims and facts), the checks that a fact passes before it is accepted, how long a
// caller waits, and, on the development stack only, the customers' clocks (clock.go).
//
// It does not own what happens then: process data is written by activities, and what comes next is decided by workflows. It
// knows of those no more than their contract: names, ids, inputs.
//
// What always holds: a command has an id, which is the natural key of its effect, so that a repeated command changes
// nothing; the database decides whether an order exists, never the engine's error; a fact is recorded before it is
// signalled; a decision that no worker has accepted is unavailable, never "accepted"; nobody waits longer than Patience.
package command
