// Package pg runs a private PostgreSQL: it finds the programs, makes a cluster and runs a server on it.
//
// It owns: where the programs come from, which account they run as, where the cluster lies and how the server is set up.
// It does not own: the schema of the product, or when the server starts and stops.
//
// What always holds: the server listens on 127.0.0.1 only and on no socket file; it never runs as root; a password is never
// an argument of a process; a cluster that was not finished is never used.
package pg
