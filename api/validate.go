package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/gin-gonic/gin"

	"o2c/models"
)

// maxBody is the largest body that is read; what is sent beyond it is thrown away, up to maxBody more, so that the client
// gets to read the answer.
const maxBody = 10 << 20

// maxLines is how many lines a body has at most.
const maxLines = 500

// validate checks parameters and body against the document. An ill-formed id is 404; all other faults are told at once.
func (s *server) validate(c *gin.Context) {
	op := operationOf(c)
	faults, err := checkParameters(c, op)
	if err != nil {
		s.refuse(c, err)
		return
	}
	if op.Body != nil {
		body, err := readBody(c)
		if err != nil {
			s.refuse(c, err)
			return
		}
		c.Set(bodyKey, body)
		faults = append(faults, checkBody(op.Body, body)...)
	}
	if len(faults) > 0 {
		for i := range faults {
			faults[i].Kind, faults[i].Code = models.KindInvalid, invalidRequest
		}
		s.refuse(c, joined(faults))
	}
}

// readBody reads a JSON value and leaves the bytes for the handler. Numbers keep their text.
func readBody(c *gin.Context) (any, error) {
	kind, _, err := mime.ParseMediaType(c.GetHeader("Content-Type"))
	if err != nil || kind != "application/json" {
		return nil, &models.Error{Code: "unsupported-media-type", Detail: "Send the body as application/json."}
	}
	raw, err := io.ReadAll(io.LimitReader(c.Request.Body, maxBody+1))
	if err != nil {
		return nil, &models.Error{Kind: models.KindMalformed, Code: "malformed-json", Detail: "The body ended before it was complete."}
	}
	if len(raw) > maxBody {
		_, _ = io.CopyN(io.Discard, c.Request.Body, maxBody) // all that can go wrong is that there is no more
		return nil, &models.Error{Code: "body-too-large", Detail: "A body is at most 10 MiB."}
	}
	c.Request.Body = io.NopCloser(bytes.NewReader(raw))
	value, err := decode(raw)
	if err != nil {
		return nil, &models.Error{Kind: models.KindMalformed, Code: "malformed-json", Detail: "The body is not JSON: " + err.Error()}
	}
	if object, ok := value.(map[string]any); ok {
		if lines, ok := object["lines"].([]any); ok && len(lines) > maxLines {
			return nil, &models.Error{Code: "body-too-large", Detail: "A body has at most 500 lines."}
		}
	}
	return value, nil
}

func decode(raw []byte) (value any, err error) {
	if !utf8.Valid(raw) {
		return nil, errors.New("it is not UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err = decoder.Decode(&value); errors.Is(err, io.EOF) {
		return nil, errors.New("it is empty")
	}
	if err != nil {
		return nil, err
	}
	if _, err = decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the value")
	}
	return value, nil
}

// checkBody compares a body with its schema and returns all faults.
func checkBody(schema *openapi3.Schema, body any) []*models.Error {
	faults := describe(schema.VisitJSON(body, schemaOptions...))
	return append(faults, unstorable("", body)...)
}

// unstorable finds texts that no PostgreSQL text can hold: those with a NUL, and in parameters what is not UTF-8; of a body decode has seen to that.
func unstorable(pointer string, value any) (faults []*models.Error) {
	switch value := value.(type) {
	case string:
		if strings.ContainsRune(value, 0) {
			faults = append(faults, models.Invalid("", "must not contain the character U+0000").At(pointer))
		}
		if !utf8.ValidString(value) {
			faults = append(faults, models.Invalid("", "must be UTF-8").At(pointer))
		}
	case []any:
		for i, item := range value {
			faults = append(faults, unstorable(pointer+"/"+strconv.Itoa(i), item)...)
		}
	case map[string]any:
		for name, item := range value {
			faults = append(faults, unstorable(pointer+"/"+escape(name), item)...)
		}
	}
	return faults
}

// checkParameters compares path and query parameters with the document. An ill-formed id in the path is an error of its own,
// not found.
func checkParameters(c *gin.Context, op *operation) (faults []*models.Error, err error) {
	query, unreadable := url.ParseQuery(c.Request.URL.RawQuery)
	if unreadable != nil {
		faults = append(faults, models.Invalid("", "can't be read").At("?"))
	}
	var known []string
	for _, parameter := range op.Parameters {
		switch parameter.In {
		case openapi3.ParameterInPath:
			value := c.Param(parameter.Name)
			if parameter.Schema.Value.VisitJSON(typed(parameter.Schema.Value, value), schemaOptions...) != nil {
				return nil, models.NotFound(thing(op, parameter.Name), clip(value))
			}
		case openapi3.ParameterInQuery:
			known = append(known, parameter.Name)
			faults = append(faults, checkQuery(parameter, query[parameter.Name])...)
		}
	}
	for name := range query {
		if !slices.Contains(known, name) {
			faults = append(faults, models.Invalid("", "is not a parameter of this call").At("?"+name))
		}
	}
	return faults, nil
}

func checkQuery(parameter *openapi3.Parameter, values []string) []*models.Error {
	pointer := "?" + parameter.Name
	if len(values) == 0 {
		return nil
	}
	if len(values) > 1 {
		return []*models.Error{models.Invalid("", "is given %d times", len(values)).At(pointer)}
	}
	schema := parameter.Schema.Value
	value := typed(schema, values[0])
	faults := describe(schema.VisitJSON(value, schemaOptions...))
	faults = append(faults, unstorable("", value)...)
	for i := range faults {
		faults[i].Pointer = pointer
	}
	return faults
}

// typed is the value of a parameter in the type of its schema, or its text where that is not possible.
func typed(schema *openapi3.Schema, text string) any {
	switch {
	case schema.Type.Is(openapi3.TypeInteger):
		if _, err := strconv.Atoi(text); err == nil {
			return json.Number(text)
		}
	case schema.Type.Is(openapi3.TypeBoolean) && (text == "true" || text == "false"):
		return text == "true"
	}
	return text
}

// thing is what a path parameter is the id of, as error codes name it.
func thing(op *operation, parameter string) string {
	switch parameter {
	case "sku":
		return "product"
	case "number":
		if strings.HasPrefix(op.Path, "/credit-notes") {
			return "credit-note"
		}
		return "invoice"
	case "n":
		if strings.Contains(op.Path, "/applications") {
			return "application"
		}
		if strings.Contains(op.Path, "/milestones") {
			return "milestone"
		}
		return "reversal"
	default:
		return strings.ReplaceAll(strings.TrimSuffix(parameter, "_id"), "_", "-")
	}
}

func clip(s string) string {
	if len(s) > 64 {
		return strings.ToValidUTF8(s[:64], "") + "…"
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

func joined(faults []*models.Error) error {
	slices.SortStableFunc(faults, func(a, b *models.Error) int { return strings.Compare(a.Pointer, b.Pointer) })
	all := make([]error, len(faults))
	for i, fault := range faults {
		all[i] = fault
	}
	return errors.Join(all...)
}
