package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"o2c/models"
)

// retryAfter is what a client is told to wait when a neighbour is away.
const retryAfter = 2 * time.Second

// statusOf is the one table from the kind of an error to its HTTP status. Codes that are not their kind's are in statusOfCode.
var statusOf = map[models.Kind]int{
	models.KindMalformed:   http.StatusBadRequest,
	models.KindForbidden:   http.StatusForbidden,
	models.KindNotFound:    http.StatusNotFound,
	models.KindConflict:    http.StatusConflict,
	models.KindInvalid:     http.StatusUnprocessableEntity,
	models.KindUnavailable: http.StatusServiceUnavailable,
	models.KindInternal:    http.StatusInternalServerError,
}

// invalidRequest is the code of a request that the document does not allow, and of faults of several kinds.
const invalidRequest = "invalid-request"

// statusOfCode holds the codes of HTTP itself, and those that are not their kind's.
var statusOfCode = map[string]int{
	"unauthorized":           http.StatusUnauthorized,
	"method-not-allowed":     http.StatusMethodNotAllowed,
	"body-too-large":         http.StatusRequestEntityTooLarge,
	"unsupported-media-type": http.StatusUnsupportedMediaType,
	"account-total-exceeded": http.StatusUnprocessableEntity, // of which a worker may be the first to know
}

// problemOf turns an error into a problem. Errors of the business keep their code and detail; several faults of one request
// are told at once. Everything else is "internal-error" and says nothing about itself.
func problemOf(err error, instance string) Problem {
	found := faultsIn(err)
	switch {
	case len(found) == 0 && (errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)):
		found = []*models.Error{models.Unavailable("timeout", "the request took too long")}
	case len(found) == 0 && connectionLost(err):
		found = []*models.Error{models.Unavailable("database-unavailable", "the database is not available")}
	case len(found) == 0:
		found = []*models.Error{{Kind: models.KindInternal}}
	}
	first := found[0]
	problem := Problem{Code: first.Code, Detail: first.Detail, Instance: instance, Status: statusFor(first)}
	if problem.Status >= http.StatusInternalServerError && first.Kind != models.KindUnavailable {
		problem.Code, problem.Detail = "internal-error", "Something went wrong on our side."
		return problem.titled()
	}
	if len(found) > 1 {
		problem.Detail = fmt.Sprintf("The request has %d faults.", len(found))
		if slices.ContainsFunc(found, func(e *models.Error) bool { return e.Code != first.Code }) {
			problem.Code = invalidRequest
		}
		// A fault that can be cured by another request weighs more than a state that forbids this one.
		if slices.ContainsFunc(found, func(e *models.Error) bool { return e.Kind == models.KindInvalid }) {
			problem.Status = http.StatusUnprocessableEntity
		}
	}
	var faults []Fault
	for _, e := range found {
		if e.Pointer != "" || len(found) > 1 || e.Code == invalidRequest {
			faults = append(faults, Fault{Pointer: e.Pointer, Detail: e.Detail, Code: optional(e.Code)})
		}
	}
	if len(faults) > 0 {
		problem.Errors = &faults
	}
	return problem.titled()
}

// connectionLost says whether a connection broke while a statement ran.
func connectionLost(err error) bool {
	_, network := errors.AsType[*net.OpError](err)
	return network || errors.Is(err, io.ErrUnexpectedEOF)
}

func (p Problem) titled() Problem {
	p.Title, p.Type = http.StatusText(p.Status), "/problems/"+p.Code
	return p
}

func statusFor(e *models.Error) int {
	if status, own := statusOfCode[e.Code]; own {
		return status
	}
	if status, known := statusOf[e.Kind]; known {
		return status
	}
	return http.StatusInternalServerError
}

// faultsIn collects the errors of the business in a tree of joined errors, in their order.
func faultsIn(err error) []*models.Error {
	var joined interface{ Unwrap() []error }
	if errors.As(err, &joined) {
		var found []*models.Error
		for _, part := range joined.Unwrap() {
			found = append(found, faultsIn(part)...)
		}
		return found
	}
	if fault, is := errors.AsType[*models.Error](err); is {
		return []*models.Error{fault}
	}
	return nil
}

// refuse answers with the problem that an error is, and stops the request.
func (s *server) refuse(c *gin.Context, err error) {
	problem := problemOf(err, c.Request.URL.Path)
	if problem.Status >= http.StatusInternalServerError {
		s.log.ErrorContext(c.Request.Context(), "request failed", "request_id", requestID(c), "method", c.Request.Method, "path", c.Request.URL.Path, "error", err)
	}
	if problem.Status == http.StatusServiceUnavailable || problem.Code == "idempotency-key-in-use" {
		c.Header("Retry-After", strconv.Itoa(int(retryAfter.Seconds())))
	}
	if problem.Status == http.StatusUnauthorized {
		c.Header("WWW-Authenticate", "Bearer")
	}
	body, err := json.Marshal(problem)
	if err != nil { // a Problem holds strings and numbers: it always can be written
		body = []byte(`{}`)
	}
	c.Data(problem.Status, "application/problem+json", append(body, '\n'))
	c.Abort()
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
