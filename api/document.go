package api

import (
	"context"
	_ "embed"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/gin-gonic/gin"
)

//go:embed openapi.yaml
var documentYAML []byte

// base is where the API's paths begin.
const base = "/v1"

// operation is one call of the document, with all that checks a request before its handler.
type operation struct {
	ID         string
	Method     string
	Path       string // as the document writes it, without the base
	Parameters []*openapi3.Parameter
	Body       *openapi3.Schema // nil: none
	Keyed      bool             // takes an Idempotency-Key
	Responses  *openapi3.Responses
}

// readDocument reads the embedded document. It panics when that is not a valid OpenAPI document: a program that was built
// with a broken one must not start.
func readDocument() (*openapi3.T, map[string]*operation) {
	document, err := openapi3.NewLoader().LoadFromData(documentYAML)
	if err != nil {
		panic(fmt.Sprintf("api: openapi.yaml: %v", err))
	}
	operations := map[string]*operation{}
	for path, item := range document.Paths.Map() {
		for method, described := range item.Operations() {
			op := &operation{ID: described.OperationID, Method: method, Path: path, Responses: described.Responses}
			for _, parameters := range []openapi3.Parameters{item.Parameters, described.Parameters} {
				for _, parameter := range parameters {
					op.Parameters = append(op.Parameters, parameter.Value)
					op.Keyed = op.Keyed || parameter.Value.In == openapi3.ParameterInHeader && parameter.Value.Name == "Idempotency-Key"
				}
			}
			if described.RequestBody != nil {
				op.Body = described.RequestBody.Value.Content.Get("application/json").Schema.Value
			}
			operations[method+" "+base+ginPath(path)] = op
		}
	}
	return document, operations
}

// ginPath writes {order_id} as :order_id.
func ginPath(path string) string {
	return strings.NewReplacer("{", ":", "}", "").Replace(path)
}

// withOperation finds the document's operation of the route, bounds the request's time, and lets those answer late that may.
func (s *server) withOperation(c *gin.Context) {
	op := s.operations[c.Request.Method+" "+c.FullPath()]
	c.Set(operationKey, op)
	limit := requestTimeout
	switch op.ID {
	case "fastForward":
		limit = fastForwardTimeout
	case "getOrder":
		limit += maxWait
	}
	if limit > requestTimeout {
		// The server's own deadline is for everything that answers at once. A writer without deadlines needs none.
		_ = http.NewResponseController(c.Writer).SetWriteDeadline(time.Now().Add(limit + time.Second))
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), limit)
	defer cancel()
	c.Request = c.Request.WithContext(ctx)
	c.Next()
}
