// Package testkit gives tests real servers: a PostgreSQL database of their own and a Temporal engine.
//
// It owns: finding or starting the servers, the migrated template database and its clones, and the dump of the schema.
//
// It does not own: the business. Builders of orders and invoices stand beside the types that they build.
//
// What always holds there:
//   - A test gets a database that nothing else writes to, so tests run in parallel.
//   - The template is migrated once per content of the migrations, however many test binaries run at the same time.
//   - A test that passed leaves no database behind; a test that failed keeps it and prints its DSN.
//   - Servers that testkit started end with the test binary, however it ends.
package testkit
