package api

import (
	"net/http"
	"slices"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

func TestTheDocumentIsValidWithItsExamples(t *testing.T) {
	t.Parallel()
	document, _ := readDocument()
	if err := document.Validate(t.Context(), openapi3.EnableExamplesValidation()); err != nil {
		t.Error(err)
	}
}

func TestEveryOperationHasItsRolesAndItsIDs(t *testing.T) {
	t.Parallel()
	_, operations := readDocument()
	known := map[string]bool{}
	for _, op := range operations {
		known[op.ID] = true
		if op.Path == "/healthz" || op.Path == "/readyz" {
			continue
		}
		if whoMay[op.ID] == nil { // of an empty one admin alone is
			t.Errorf("whoMay has no entry for %s", op.ID)
		}
		if (op.Method == http.MethodPost) != op.Keyed {
			t.Errorf("%s %s: every POST takes an Idempotency-Key, and nothing else does", op.Method, op.Path)
		}
		if _, named := prefixes[op.ID]; named != op.Keyed {
			t.Errorf("prefixes and the document disagree about %s", op.ID)
		}
		if op.Method != http.MethodGet && slices.Contains(whoMay[op.ID], auditor) {
			t.Errorf("an auditor may not call %s", op.ID)
		}
		if op.Method == http.MethodGet && !slices.Equal(whoMay[op.ID], allRoles) {
			t.Errorf("every role may call %s", op.ID)
		}
	}
	for id := range whoMay {
		if !known[id] {
			t.Errorf("whoMay names %s, which the document does not have", id)
		}
	}
}

func TestEveryRequestBodyRefusesUnknownFields(t *testing.T) {
	t.Parallel()
	_, operations := readDocument()
	for _, op := range operations {
		if op.Body == nil {
			continue
		}
		err := openapi3.NewSchemaRef("", op.Body).WalkSubtree(func(path string, ref *openapi3.SchemaRef) error {
			more := ref.Value.AdditionalProperties
			if ref.Value.Type.Is(openapi3.TypeObject) && more.Schema == nil && (more.Has == nil || *more.Has) {
				t.Errorf("%s takes unknown fields at %q", op.ID, path)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}
