// Package house keeps the house in order: its tests read the tree itself.
//
// It owns: the table of which room may import what, and the checks that every room says what it is for, that the product
// stays free of the engine's server, and that the files for Docker name only what exists.
//
// It does not own: the rules inside a room (golangci-lint and the room's tests have them).
//
// What always holds there: nothing in it is imported, and its tests need no server.
package house
