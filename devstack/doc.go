// Devstack runs the servers that o2c needs, on one machine and without Docker: a private PostgreSQL, a Temporal engine with
// its web interface, and a catcher for mails. It is a Go module of its own, so that the product's go.mod stays lean.
//
// It owns:
//   - the development folder (.dev): data, logs, mails, the lock, the database's password, the environment file;
//   - the life of the servers and of the product's process: order of start, supervision, order of stop;
//   - the throw-away servers of a test run.
//
// It does not own:
//   - the schema and the data of the product: the product migrates and seeds itself;
//   - servers that somebody chose with O2C_DATABASE_URL or O2C_TEMPORAL_ADDRESS: it uses them and never stops them;
//   - anything in production, where the product runs without it.
//
// What always holds:
//   - one stack per folder, and what could not start completely leaves nothing running;
//   - no process outlives devstack, not even when it is killed with SIGKILL (on Linux);
//   - data survives every way of stopping, and the next start finds it;
//   - everything listens on 127.0.0.1 unless somebody set another address;
//   - what goes wrong is said in one sentence that names what to change, followed by the end of the log concerned.
//
// README.md lists the settings, the subcommands and the exit codes.
package main
