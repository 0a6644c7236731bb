package models_test

import (
	"testing"
	"time"

	"o2c/models"
)

func TestServiceTime(t *testing.T) {
	t.Parallel()
	// opened on a Wednesday before Christmas, in the afternoon in Berlin
	plan := models.StandardService.Plan(instant("2026-12-23T14:00:00Z"), german(), zone(t, "Europe/Berlin"))
	want := []models.PlannedService{
		{Step: models.ServiceAssign, At: instant("2026-12-24T14:00:00Z")},
		{Step: models.ServiceRemind, At: instant("2026-12-31T14:00:00Z")},   // 24, 28, 29, 30, 31
		{Step: models.ServiceEscalate, At: instant("2027-01-08T14:00:00Z")}, // and 4 to 8 January
	}
	for i, step := range plan {
		if step.Step != want[i].Step || !step.At.Equal(want[i].At) {
			t.Errorf("%s at %s, want %s at %s", step.Step, step.At.Format(time.RFC3339), want[i].Step, want[i].At.Format(time.RFC3339))
		}
	}
	for name, c := range map[string]struct {
		taken models.ServiceStep
		state models.DisputeState
		owned bool
		want  models.ServiceStep // "" is none
	}{
		"first it is to be owned":            {"", models.DisputeOpen, false, models.ServiceAssign},
		"an owner is reminded first":         {"", models.DisputeOpen, true, models.ServiceRemind},
		"nobody's is escalated all the same": {models.ServiceRemind, models.DisputeOpen, false, models.ServiceEscalate},
		"then the owner is reminded":         {models.ServiceAssign, models.DisputeOpen, true, models.ServiceRemind},
		"waiting for approval the time runs": {models.ServiceRemind, models.DisputeAwaitsApproval, true, models.ServiceEscalate},
		"after the escalation there is none": {models.ServiceEscalate, models.DisputeOpen, true, ""},
		"while the customer is asked, none":  {"", models.DisputeAwaitsCustomer, true, ""},
		"after the resolution there is none": {"", models.DisputeRejected, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := models.NextService(plan, c.taken, c.state, c.owned)
			if (got == nil) != (c.want == "") || got != nil && got.Step != c.want {
				t.Errorf("%+v, want %q", got, c.want)
			}
		})
	}
}
