package models

import (
	"errors"
	"fmt"
)

// Kind says what sort of failure an Error is, and so which HTTP status it gets and whether a retry can help.
type Kind string

// The kinds of failure. Everything that is not an *Error is KindInternal.
const (
	KindInvalid     Kind = "invalid"     // the request is understood and semantically wrong
	KindMalformed   Kind = "malformed"   // the request can't be read
	KindNotFound    Kind = "not_found"   // what it names does not exist
	KindConflict    Kind = "conflict"    // the state of the business forbids it
	KindForbidden   Kind = "forbidden"   // this caller may not do it
	KindUnavailable Kind = "unavailable" // a neighbour is away; the same call can succeed later
	KindInternal    Kind = "internal"    // a fault of ours
)

// Error is a failure with a stable code. Code is part of the API's contract; Detail is for people; Pointer, when set, is
// the JSON pointer of the faulty part of the request.
type Error struct {
	Kind    Kind   `json:"kind"`
	Code    string `json:"code"`
	Detail  string `json:"detail"`
	Pointer string `json:"pointer,omitempty"`
}

// Error gives code and detail in one line.
func (e *Error) Error() string { return e.Code + ": " + e.Detail }

// At returns a copy of the error that points at a part of the request.
func (e *Error) At(pointer string) *Error {
	copied := *e
	copied.Pointer = pointer
	return &copied
}

// Invalid makes an error of KindInvalid.
func Invalid(code, format string, args ...any) *Error {
	return &Error{Kind: KindInvalid, Code: code, Detail: fmt.Sprintf(format, args...)}
}

// NotFound makes an error of KindNotFound; what is the thing's name, for example "order".
func NotFound(what, id string) *Error {
	return &Error{Kind: KindNotFound, Code: what + "-not-found", Detail: fmt.Sprintf("there is no %s %q", what, id)}
}

// Conflict makes an error of KindConflict.
func Conflict(code, format string, args ...any) *Error {
	return &Error{Kind: KindConflict, Code: code, Detail: fmt.Sprintf(format, args...)}
}

// Unavailable makes an error of KindUnavailable.
func Unavailable(code, format string, args ...any) *Error {
	return &Error{Kind: KindUnavailable, Code: code, Detail: fmt.Sprintf(format, args...)}
}

// KindOf returns the kind of the first *Error in err's chain, or KindInternal.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return KindInternal
}
