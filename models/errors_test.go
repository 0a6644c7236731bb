package models_test

import (
	"errors"
	"fmt"
	"testing"

	"o2c/models"
)

func codeOf(err error) string {
	if business, ok := errors.AsType[*models.Error](err); ok {
		return business.Code
	}
	return ""
}

func TestKindOf(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want models.Kind
	}{
		"an error of the business has its own kind":     {models.Invalid("x", "y"), models.KindInvalid},
		"a wrapped one keeps it":                        {fmt.Errorf("call: %w", models.NotFound("order", "1")), models.KindNotFound},
		"one that is joined with others keeps it":       {errors.Join(errors.New("x"), models.Conflict("a", "b")), models.KindConflict},
		"a neighbour that is away is unavailable":       {models.Unavailable("a", "b"), models.KindUnavailable},
		"everything else is a fault of ours":            {errors.New("x"), models.KindInternal},
		"no error is no kind of the business's, either": {nil, models.KindInternal},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := models.KindOf(c.err); got != c.want {
				t.Errorf("KindOf(%v) = %s, want %s", c.err, got, c.want)
			}
		})
	}
}

func TestErrorAtLeavesTheOriginal(t *testing.T) {
	t.Parallel()
	original := models.Invalid("invalid-amount", "%s is negative", "-1")
	pointed := original.At("/amount")
	if original.Pointer != "" || pointed.Pointer != "/amount" || pointed.Code != original.Code {
		t.Errorf("original %+v, copy %+v", original, pointed)
	}
	if got, want := pointed.Error(), "invalid-amount: -1 is negative"; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
	if got := models.NotFound("order", "ord_1"); got.Code != "order-not-found" {
		t.Errorf("code of a missing order is %q", got.Code)
	}
}
