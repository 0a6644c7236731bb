package models_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"o2c/models"
)

// A day of a hold is one of the calendar: over a change of the clocks the time of day stays.
func TestAHoldIsPlannedInTheSellersDays(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	want := []models.HoldTimer{{Step: models.HoldRemind, At: instant("2026-03-29T08:00:00Z")}, {Step: models.HoldCancel, At: instant("2026-04-07T08:00:00Z")}}
	if diff := cmp.Diff(want, models.HoldDays{Remind: 1, Cancel: 10}.Plan(instant("2026-03-28T09:00:00Z"), berlin)); diff != "" {
		t.Errorf("the plan (-want +got):\n%s", diff)
	}
	if plan := (models.HoldDays{}).Plan(instant("2026-03-28T09:00:00Z"), berlin); len(plan) != 0 {
		t.Errorf("without days %v is planned", plan)
	}
}

func TestAHoldComesBetweenItsNeighbours(t *testing.T) {
	t.Parallel()
	now := instant("2026-12-01T09:00:00Z")
	soon, later := now.Add(time.Hour), now.Add(2*time.Hour)
	held := func(hold models.HoldTimer, recheck *time.Time) models.OrderProgress {
		return models.OrderProgress{Stage: models.CreditHold, Hold: &hold, RecheckAt: recheck}
	}
	for name, c := range map[string]struct {
		progress models.OrderProgress
		want     models.NextStep
		purpose  string
	}{
		"it waits for its step":      {held(models.HoldTimer{Step: models.HoldRemind, At: soon}, nil), models.NextStep{Action: models.Wait, Hold: models.HoldRemind, At: soon}, "reminder of the credit decision"},
		"its step is due":            {held(models.HoldTimer{Step: models.HoldEscalate, At: now}, nil), models.NextStep{Action: models.ActOnHold, Hold: models.HoldEscalate, At: now}, "escalation of the credit decision"},
		"a credit check comes first": {held(models.HoldTimer{Step: models.HoldCancel, At: later}, &soon), models.NextStep{Action: models.Wait, At: soon}, "credit check"},
		"and when both are due":      {held(models.HoldTimer{Step: models.HoldCancel, At: now}, &now), models.NextStep{Action: models.RecheckCredit, At: now}, "credit check"},
	} {
		got := c.progress.Next(now)
		if diff := cmp.Diff(c.want, got); diff != "" || got.Purpose() != c.purpose {
			t.Errorf("%s, for a %s (-want +got):\n%s", name, got.Purpose(), diff)
		}
	}
}
