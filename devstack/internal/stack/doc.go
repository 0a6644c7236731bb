// Package stack is the development stack as a whole: what runs, in which order it starts and stops, and what people and
// programs are told about it.
//
// It owns: the development folder with its lock, logs, password and environment file. It does not own: how the single
// servers work (packages pg, engine, mailbox) or what the product does.
//
// What always holds: one stack per folder; a stack that could not start completely leaves nothing running; the environment
// file exists only while a stack runs (or was killed, which the lock tells).
package stack
