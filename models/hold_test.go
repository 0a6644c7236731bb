package models_test

import (
	"testing"
	"time"

	"o2c/models"
)

func TestMakeHold(t *testing.T) {
	t.Parallel()
	now, berlin := instant("2026-12-01T23:30:00Z"), zone(t, "Europe/Berlin") // the 2nd in Berlin
	next := &models.PlannedNotice{Level: 1, At: instant("2026-12-10T08:00:00Z")}
	active := &models.DunningHold{State: models.HoldActive, Place: &models.Place{Level: 0, Left: time.Hour}}
	for name, c := range map[string]struct {
		until, reason string
		active        *models.DunningHold
		next          *models.PlannedNotice
		ends          string
		place         *models.Place
		code          string
	}{
		"to the end of a day":                    {"2026-12-24", "payroll is late", nil, next, "2026-12-24T23:00:00Z", &models.Place{Level: 1, Left: 8*24*time.Hour + 8*time.Hour + 30*time.Minute}, ""},
		"to the end of this day":                 {"2026-12-02", "asked for", nil, next, "2026-12-02T23:00:00Z", &models.Place{Level: 1, Left: 8*24*time.Hour + 8*time.Hour + 30*time.Minute}, ""},
		"to the end of the day summer begins on": {"2027-03-28", "asked for", nil, nil, "2027-03-28T22:00:00Z", nil, ""},
		"a longer one keeps the place":           {"2026-12-31", "asked again", active, nil, "2026-12-31T23:00:00Z", active.Place, ""},
		"yesterday":                              {"2026-12-01", "asked for", nil, next, "", nil, "hold-in-the-past"},
		"of ten years":                           {"2036-12-31", "asked for", nil, next, "", nil, "hold-too-long"},
		"without a reason":                       {"2026-12-24", " ", nil, next, "", nil, "invalid-reason"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := models.MakeHold(models.DunningHold{Until: day(c.until), Reason: c.reason}, c.active, c.next, now, berlin)
			if c.code != "" {
				if err == nil || err.Code != c.code {
					t.Errorf("%v, want %s", err, c.code)
				}
				return
			}
			if err != nil || got.State != models.HoldActive || got.EndsAt.Format(time.RFC3339) != c.ends {
				t.Errorf("%s to %s, %v", got.State, got.EndsAt, err)
			}
			if (got.Place == nil) != (c.place == nil) || got.Place != nil && *got.Place != *c.place {
				t.Errorf("its place is %+v, want %+v", got.Place, c.place)
			}
		})
	}
}

func TestAHoldEndsOnce(t *testing.T) {
	t.Parallel()
	hold := models.DunningHold{Invoice: "INV-1", State: models.HoldActive, EndsAt: instant("2026-12-24T23:00:00Z")}
	before, after := instant("2026-12-24T22:59:59Z"), instant("2026-12-24T23:00:00Z")
	if got := hold.Judge(before); got != models.HoldActive {
		t.Errorf("before its end it is %s", got)
	}
	if got := hold.Judge(after); got != models.HoldExpired {
		t.Errorf("at its end it is %s", got)
	}
	lifted, err := hold.Lift(before)
	if err != nil || lifted.State != models.HoldLifted || lifted.Judge(after) != models.HoldLifted {
		t.Errorf("lifted it is %s, %v", lifted.State, err)
	}
	for name, lift := range map[string]func() *models.Error{
		"a lifted one":   func() *models.Error { _, err := lifted.Lift(before); return err },
		"an expired one": func() *models.Error { _, err := hold.Lift(after); return err },
	} {
		if err := lift(); err == nil || err.Code != "no-dunning-hold" {
			t.Errorf("%s is lifted: %v", name, err)
		}
	}
}
