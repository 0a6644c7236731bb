// Package postgres is the book of record on PostgreSQL: the pool, transactions, migrations, and one file per aggregate with
// its SQL beside it, the read models among them.
//
// It owns the schema (migrations/, dumped to schema.sql), how errors of the database become errors of the business, and
// every statement that no other room owns. It does not own the rules of the business, the double-entry book (ledger) or
// the order in which an activity does its work.
//
// What always holds: a statement is written where it is used; a write happens in the caller's transaction; the invariants
// are constraints with names, and a violated one comes back as a models.Error with the constraint's name in its code.
package postgres
