// Package e2e holds the end-to-end tests: through REST, on the real engine with time skipping, a real PostgreSQL and a real
// mail server.
//
// It owns the harness (stack_test.go) and the tests of what only the whole can show. It does not own the tests of a single
// room, which are beside it.
//
// What always holds: a test has a database, a task queue and a mail server of its own, and leaves nothing running.
package e2e
