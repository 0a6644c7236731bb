// Package tools is empty: this module only pins the tools of the house, as tool directives in its go.mod, so that the
// product's own go.mod names none of their dependencies. Run one from anywhere in the product with
//
//	go tool -modfile=tools/go.mod golangci-lint run ./...
package tools
