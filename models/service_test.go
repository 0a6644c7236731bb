package models_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"o2c/models"
)

// standardService is a day to be assigned, a week to the reminder, and two weeks to the escalation.
var standardService = models.ServiceTime{Assign: 8, Remind: 40, Escalate: 80, Hours: officeHours}

func TestTheStepsOfAServiceTime(t *testing.T) {
	t.Parallel()
	berlin := models.Business{Calendar: german(), Zone: zone(t, "Europe/Berlin")}
	opened := instant("2026-12-23T14:00:00Z") // a Wednesday before Christmas, in the afternoon
	for name, c := range map[string]struct {
		service models.ServiceTime
		owned   bool
		want    []string
		due     string
	}{
		"all of them":                {standardService, false, []string{"assign 2026-12-24T14:00:00Z", "remind 2026-12-31T14:00:00Z", "escalate 2027-01-08T14:00:00Z"}, "2027-01-08T14:00:00Z"},
		"an owner need not be found": {standardService, true, []string{"remind 2026-12-31T14:00:00Z", "escalate 2027-01-08T14:00:00Z"}, "2027-01-08T14:00:00Z"},
		"0 hours are never":          {models.ServiceTime{Escalate: 2, Hours: officeHours}, false, []string{"escalate 2026-12-23T16:00:00Z"}, "2026-12-23T16:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := c.service.Start(opened, c.owned, berlin)
			if due := clock.DueAt(); due == nil || due.Format(time.RFC3339) != c.due {
				t.Errorf("due at %v, want %s", due, c.due)
			}
			for _, want := range c.want {
				next := clock.Next()
				if next == nil || string(next.Step)+" "+next.At.Format(time.RFC3339) != want {
					t.Fatalf("%+v, want %s", next, want)
				}
				clock = clock.Without(next.Step)
			}
			if clock.Next() != nil || clock.DueAt() != nil {
				t.Errorf("at the end there is %+v", clock)
			}
		})
	}
}

// While the customer is asked the clock stands still, and then each step has the business time that was left.
func TestAServiceClockStandsStill(t *testing.T) {
	t.Parallel()
	berlin := models.Business{Calendar: german(), Zone: zone(t, "Europe/Berlin")}
	clock := standardService.Start(instant("2026-11-23T08:00:00Z"), false, berlin) // Monday, nine o'clock
	asked := clock.Pause(instant("2026-11-23T14:00:00Z"), berlin)                  // of the first day two hours are left
	if asked.Next() != nil || asked.DueAt() != nil {
		t.Errorf("while it stands still: %+v", asked)
	}
	again := asked.Pause(instant("2026-11-30T14:00:00Z"), berlin).Resume(instant("2026-12-05T12:00:00Z"), berlin) // a Saturday
	for i, want := range []string{"2026-12-07T10:00:00Z", "2026-12-11T10:00:00Z", "2026-12-18T10:00:00Z"} {
		if got := again.Steps[i].At.Format(time.RFC3339); got != want {
			t.Errorf("%s at %s, want %s", again.Steps[i].Step, got, want)
		}
	}
}

// Whatever is asked and answered, the business time that passes while the clock runs is that of the service time.
func TestPausesTakeNothingAway(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := models.Business{Calendar: german(), Zone: time.UTC}
		at := instant("2026-11-20T10:00:00Z").Add(time.Duration(rapid.IntRange(0, 10_000).Draw(t, "opened")) * time.Minute)
		clock, ran := standardService.Start(at, false, in), time.Duration(0)
		for range rapid.IntRange(0, 5).Draw(t, "pauses") {
			asked := at.Add(time.Duration(rapid.IntRange(0, 3000).Draw(t, "asked after")) * time.Minute)
			if due := clock.DueAt(); due == nil || due.Before(asked) {
				break
			}
			ran += in.Calendar.BusinessTime(at, asked, officeHours, in.Zone)
			at = asked.Add(time.Duration(rapid.IntRange(0, 9000).Draw(t, "answered after")) * time.Minute)
			clock = clock.Pause(asked, in).Resume(at, in)
		}
		if total := ran + in.Calendar.BusinessTime(at, *clock.DueAt(), officeHours, in.Zone); total != 80*time.Hour {
			t.Fatalf("it ran for %s", total)
		}
	})
}

func TestServiceTimesThatAreNone(t *testing.T) {
	t.Parallel()
	for at, s := range map[string]models.ServiceTime{
		"":                {Reason: "tax", Assign: 1, Remind: 2, Escalate: 2000, Hours: models.Opening{To: 24 * time.Hour}},
		"/reason":         {Reason: "whim", Escalate: 1, Hours: officeHours},
		"/assign_hours":   {Assign: -1, Escalate: 1, Hours: officeHours},
		"/remind_hours":   {Assign: 8, Remind: 8, Escalate: 9, Hours: officeHours},
		"/escalate_hours": {Assign: 8, Hours: officeHours},
		"/closes":         {Escalate: 1, Hours: models.Opening{From: 9 * time.Hour, To: 9 * time.Hour}},
	} {
		faults := s.Validate()
		if at == "" && len(faults) > 0 || at != "" && (len(faults) != 1 || faults[0].Pointer != at) {
			t.Errorf("%+v: %v, want a fault at %q", s, faults, at)
		}
	}
}
