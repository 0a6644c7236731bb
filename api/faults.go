package api

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"o2c/models"
)

// schemaOptions is how values are compared with schemas: all faults at once, formats included.
var schemaOptions = []openapi3.SchemaValidationOption{
	openapi3.MultiErrors(),
	openapi3.VisitAsRequest(),
	openapi3.EnableFormatValidation(),
	openapi3.WithStringFormatValidators(map[string]openapi3.StringFormatValidator{
		"date":      openapi3.NewCallbackValidator(isDate),
		"date-time": openapi3.NewCallbackValidator(isInstant),
		"time-zone": openapi3.NewCallbackValidator(isZone),
	}),
}

func isDate(s string) error {
	day, err := models.ParseDate(s)
	if err == nil && day.Year() > models.LastYear {
		return errors.New("too far away")
	}
	return err
}

func isInstant(s string) error {
	at, err := time.Parse(time.RFC3339, s)
	if err == nil && (at.UTC().Year() < models.FirstYear || at.UTC().Year() > models.LastYear) {
		return errors.New("too far away")
	}
	return err
}

func isZone(s string) error {
	if s == "" || s == "Local" {
		return errors.New("not a zone")
	}
	_, err := time.LoadLocation(s)
	return err
}

// describe turns what the comparison with a schema found into faults with JSON pointers, in words of the document.
func describe(err error) []*models.Error {
	if err == nil {
		return nil
	}
	if several, is := errors.AsType[openapi3.MultiError](err); is {
		var faults []*models.Error
		for _, one := range several {
			faults = append(faults, describe(one)...)
		}
		return faults
	}
	found, is := errors.AsType[*openapi3.SchemaError](err)
	if !is {
		return []*models.Error{models.Invalid("", "does not match the document")}
	}
	var pointer strings.Builder
	for _, token := range found.JSONPointer() {
		pointer.WriteString("/" + escape(token))
	}
	if name, unknown := unknownField(found); unknown {
		return []*models.Error{models.Invalid("", "is not a field of this document").At(pointer.String() + "/" + escape(name))}
	}
	return []*models.Error{models.Invalid("", "%s", inWords(found)).At(pointer.String())}
}

// unknownField finds the name of a field that the schema does not have: the validator names it in its reason only.
func unknownField(found *openapi3.SchemaError) (string, bool) {
	quoted, isUnknown := strings.CutSuffix(found.Reason, " is unsupported")
	quoted, isProperty := strings.CutPrefix(quoted, "property ")
	if found.SchemaField != "properties" || !isUnknown || !isProperty {
		return "", false
	}
	name, err := strconv.Unquote(quoted)
	return name, err == nil
}

func inWords(found *openapi3.SchemaError) string {
	schema := found.Schema
	switch found.SchemaField {
	case "required":
		return "is required"
	case "enum":
		return "must be one of " + list(schema.Enum)
	case "pattern", "format", "type":
		if expects, told := schema.Extensions["x-expects"].(string); told {
			return "must be " + expects
		}
		switch {
		case schema.Format == "date" && schema.Type.Is(openapi3.TypeString):
			return fmt.Sprintf("must be a date of the form YYYY-MM-DD, from %d to %d", models.FirstYear, models.LastYear)
		case schema.Format == "date-time":
			return fmt.Sprintf(`must be an instant of RFC 3339 such as "2026-03-04T10:15:00Z", from %d to %d`, models.FirstYear, models.LastYear)
		case schema.Type != nil:
			return "must be of type " + strings.Join(schema.Type.Slice(), " or ")
		}
	case "nullable":
		return "must not be null"
	}
	return found.Reason
}

func list(values []any) string {
	words := make([]string, len(values))
	for i, value := range values {
		words[i] = fmt.Sprint(value)
	}
	return strings.Join(words, ", ")
}

// escape writes a name as a token of a JSON pointer (RFC 6901).
func escape(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}
