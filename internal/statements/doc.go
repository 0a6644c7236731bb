// Package statements finds the SQL of the product in its Go sources, so that tests can prepare and explain all of it.
//
// It owns: reading the sources of the rooms and resolving what is given to Exec, Query, QueryRow and Queue to the strings that it
// can be: literals, constants, their concatenations, parameters by the calls of their function, and fields by the values that
// composite literals give them.
//
// It does not own: what the statements must be like. The tests of this package say that.
//
// What always holds there: a statement that can't be resolved is an error, never left out.
package statements
