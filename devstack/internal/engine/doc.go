// Package engine runs a Temporal server and its UI inside this process.
//
// It owns: the server's configuration, its SQLite file, the namespace "default" and the search attributes that the product
// relies on. It does not own: workflows, workers, or when the engine starts and stops.
//
// What always holds: everything listens on 127.0.0.1; the namespace keeps closed workflows for at least 30 days; every
// search attribute of Attributes is registered when Start returns, also on a file of an older version.
package engine
