// Package api is the REST door of o2c: openapi.yaml, the strict server generated from it, the handlers by resource, and
// what stands before them: request ids, authentication, roles, validation, idempotency and problem+json.
//
// It owns the contract's names and shapes (openapi.yaml, written by hand; server.gen.go and client/client.gen.go are
// generated from it), the table of roles by operation (roles.go), the one table from error kind to HTTP status
// (problem.go), and the conversion between the contract's strings and the models (convert*.go).
//
// It does not own the business: it asks the database through package postgres (reads), and tells the process through
// package command. It starts no workflow and writes no process data.
//
// What always holds: checks run in the order 401, 403, idempotency key, body; all faults of a body are reported at
// once, each with a JSON pointer; an answer is the contract's or a problem+json with a stable code; nothing internal
// leaves in a 5xx; amounts are never floats.
package api

//go:generate go tool -modfile=../tools/go.mod oapi-codegen --config oapi-server.yaml openapi.yaml
//go:generate go tool -modfile=../tools/go.mod oapi-codegen --config oapi-client.yaml openapi.yaml
