// Package proc starts and stops the processes of the development stack.
//
// It owns: how a child is started, how it is told to stop, and what happens to it when the supervisor is killed.
// It does not own: which processes there are and in what order they stop; that is package stack.
//
// What always holds on Linux: a child never outlives the supervisor, not even when that is killed with SIGKILL.
package proc
