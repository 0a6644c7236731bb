// Command o2c is the product, one binary: serve (everything in one process), api, worker, migrate, seed, simulate, verify.
//
// It owns the configuration (config.go) and how the rooms are put together. It does not own any rule.
//
// What always holds: a process stops when it is told to, after the work that it has begun; what can't start says why in one
// sentence and exits non-zero.
package main
