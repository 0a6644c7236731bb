package models_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"o2c/models"
)

func TestWhatAPersonHasToLookAt(t *testing.T) {
	t.Parallel()
	duplicate := models.Finding{Code: "duplicate-purchase-order", Detail: `purchase order "4711" is order ord_1 already`}
	for name, c := range map[string]struct {
		order models.Order
		want  []models.Finding
	}{
		"nothing":                       {models.Order{PONumber: "4711"}, nil},
		"a number that another one has": {models.Order{PONumber: "4711", DuplicateOf: "ord_1"}, []models.Finding{duplicate}},
		"one that was allowed":          {models.Order{PONumber: "4711", DuplicateOf: "ord_1", Overrides: []models.Override{{Kind: models.OverrideDuplicatePO}}}, nil},
		"one with another override": {models.Order{PONumber: "4711", DuplicateOf: "ord_1", Overrides: []models.Override{{Kind: models.OverridePrice}}},
			[]models.Finding{duplicate}},
	} {
		if diff := cmp.Diff(c.want, c.order.Findings()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	want := models.Block{Code: "a", Detail: "first; second"}
	if got := models.Under([]models.Finding{{Code: "a", Detail: "first"}, {Code: "b", Detail: "second"}}); got != want {
		t.Errorf("the block is %v, want %v", got, want)
	}
}

func TestADuplicateIsAllowedWithARightAndAReason(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		order   models.Order
		granted bool
		want    string
	}{
		"nobody asks":          {models.Order{}, false, ""},
		"without the right":    {models.Order{AllowDuplicatePO: true, OverrideReason: "x"}, false, "/allow_duplicate_po duplicate-po-override-forbidden"},
		"without a reason":     {models.Order{AllowDuplicatePO: true, OverrideReason: " "}, true, "/override_reason override-reason-required"},
		"with both":            {models.Order{AllowDuplicatePO: true, OverrideReason: "x"}, true, ""},
		"a right without need": {models.Order{}, true, ""},
	} {
		got := ""
		if fault := c.order.CheckDuplicateAllowed(c.granted); fault != nil {
			got = fault.Pointer + " " + fault.Code
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestAReviewDecisionIsComplete(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ decision, reason, want string }{
		{"release", "seen", ""}, {"reject", "seen", ""}, {"release", "", "/reason"}, {"reject", "\t", "/reason"}, {"", "seen", "/decision"}, {"hold", "", "/decision /reason"},
	} {
		var at []string
		for _, fault := range (models.ReviewRuling{Decision: models.ReviewDecision(c.decision), Reason: c.reason}).Validate() {
			at = append(at, fault.Pointer)
		}
		if got := strings.Join(at, " "); got != c.want {
			t.Errorf("%q because of %q: faults at %q, want %q", c.decision, c.reason, got, c.want)
		}
	}
}
