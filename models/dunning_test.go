package models_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"o2c/models"
)

func instant(s string) time.Time {
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return at
}

func standardPolicy() models.DunningPolicy {
	level := func(n, days int) models.DunningLevel {
		return models.DunningLevel{Level: n, DaysAfterDue: days, Channel: "email", Action: models.ActionNotice}
	}
	agency := models.DunningLevel{Level: 4, DaysAfterDue: 49, Channel: "letter", Action: models.ActionAgency}
	return models.DunningPolicy{Name: "standard", Version: 1, Hour: 9, MinDaysBetween: 1,
		Levels: []models.DunningLevel{level(0, -3), level(1, 7), level(2, 21), level(3, 35), agency}}
}

// instants are the levels and times of notices, to compare at a glance.
func instants(notices []models.PlannedNotice) map[int]string {
	out := map[int]string{}
	for _, n := range notices {
		out[n.Level] = n.At.Format(time.RFC3339)
	}
	return out
}

func TestPlan(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		due, zone, now string
		grace          int
		plan, past     map[int]string
	}{
		"all levels lie ahead": {"2026-12-22", "UTC", "2026-11-22T10:00:00Z", 0,
			map[int]string{0: "2026-12-19T09:00:00Z", 1: "2026-12-29T09:00:00Z", 2: "2027-01-12T09:00:00Z", 3: "2027-01-26T09:00:00Z", 4: "2027-02-09T09:00:00Z"}, nil},
		"grace is added after due, not before": {"2026-12-22", "UTC", "2026-11-22T10:00:00Z", 2,
			map[int]string{0: "2026-12-19T09:00:00Z", 1: "2026-12-31T09:00:00Z", 2: "2027-01-14T09:00:00Z", 3: "2027-01-28T09:00:00Z", 4: "2027-02-11T09:00:00Z"}, nil},
		"a level of a past day is skipped": {"2026-12-22", "UTC", "2026-12-20T00:00:00Z", 0,
			map[int]string{1: "2026-12-29T09:00:00Z", 2: "2027-01-12T09:00:00Z", 3: "2027-01-26T09:00:00Z", 4: "2027-02-09T09:00:00Z"},
			map[int]string{0: "2026-12-19T09:00:00Z"}},
		"a level of today whose hour comes is planned": {"2026-12-22", "UTC", "2027-02-09T09:00:00Z", 0,
			map[int]string{4: "2027-02-09T09:00:00Z"},
			map[int]string{0: "2026-12-19T09:00:00Z", 1: "2026-12-29T09:00:00Z", 2: "2027-01-12T09:00:00Z", 3: "2027-01-26T09:00:00Z"}},
		"nothing is planned long after": {"2026-12-22", "UTC", "2028-01-01T00:00:00Z", 0, nil,
			map[int]string{0: "2026-12-19T09:00:00Z", 1: "2026-12-29T09:00:00Z", 2: "2027-01-12T09:00:00Z", 3: "2027-01-26T09:00:00Z", 4: "2027-02-09T09:00:00Z"}},
		"nine stays nine in Berlin when summer begins": {"2026-03-28", "Europe/Berlin", "2026-03-01T00:00:00Z", 0,
			map[int]string{0: "2026-03-25T08:00:00Z", 1: "2026-04-04T07:00:00Z", 2: "2026-04-18T07:00:00Z", 3: "2026-05-02T07:00:00Z", 4: "2026-05-16T07:00:00Z"}, nil},
		"nine stays nine in New York when summer ends": {"2026-10-31", "America/New_York", "2026-10-01T00:00:00Z", 0,
			map[int]string{0: "2026-10-28T13:00:00Z", 1: "2026-11-07T14:00:00Z", 2: "2026-11-21T14:00:00Z", 3: "2026-12-05T14:00:00Z", 4: "2026-12-19T14:00:00Z"}, nil},
		"nine stays nine on Lord Howe": {"2026-10-01", "Australia/Lord_Howe", "2026-09-01T00:00:00Z", 0,
			map[int]string{0: "2026-09-27T22:30:00Z", 1: "2026-10-07T22:00:00Z", 2: "2026-10-21T22:00:00Z", 3: "2026-11-04T22:00:00Z", 4: "2026-11-18T22:00:00Z"}, nil},
		"today is the customer's day": {"2026-12-22", "Pacific/Kiritimati", "2026-12-19T10:30:00Z", 0, // there it is the 20th
			map[int]string{1: "2026-12-28T19:00:00Z", 2: "2027-01-11T19:00:00Z", 3: "2027-01-25T19:00:00Z", 4: "2027-02-08T19:00:00Z"},
			map[int]string{0: "2026-12-18T19:00:00Z"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			policy := standardPolicy()
			policy.GraceDays = c.grace
			plan, past := policy.Plan(day(c.due), zone(t, c.zone), instant(c.now))
			if diff := cmp.Diff(nonNil(c.plan), instants(plan)); diff != "" {
				t.Errorf("plan (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(nonNil(c.past), instants(past)); diff != "" {
				t.Errorf("past (-want +got):\n%s", diff)
			}
			for _, n := range plan {
				if want := policy.Levels[n.Level]; n.Channel != want.Channel || n.Action != want.Action {
					t.Errorf("level %d is planned as %s by %s", n.Level, n.Action, n.Channel)
				}
			}
		})
	}
}

func nonNil(m map[int]string) map[int]string {
	if m == nil {
		return map[int]string{}
	}
	return m
}

func TestNextNotice(t *testing.T) {
	t.Parallel()
	plan := func(at ...string) []models.PlannedNotice {
		var out []models.PlannedNotice
		for i, s := range at {
			out = append(out, models.PlannedNotice{Level: i, At: instant(s), Channel: "email", Action: models.ActionNotice})
		}
		return out
	}
	for name, c := range map[string]struct {
		between int
		plan    []models.PlannedNotice
		above   int
		last    string
		zone    string
		want    string // "" is none
		level   int
	}{
		"the first, when nothing was sent":          {1, plan("2026-12-19T09:00:00Z", "2026-12-29T09:00:00Z"), models.NothingSent, "", "UTC", "2026-12-19T09:00:00Z", 0},
		"the one above the level":                   {1, plan("2026-12-19T09:00:00Z", "2026-12-29T09:00:00Z"), 0, "", "UTC", "2026-12-29T09:00:00Z", 1},
		"none above the last":                       {1, plan("2026-12-19T09:00:00Z"), 0, "", "UTC", "", 0},
		"none of no plan":                           {1, nil, models.NothingSent, "", "UTC", "", 0},
		"fourteen days after the 1st: not the 14th": {14, plan("2026-12-14T09:00:00Z"), models.NothingSent, "2026-12-01T09:00:00Z", "UTC", "2026-12-15T09:00:00Z", 0},
		"but the 15th":                              {14, plan("2026-12-15T09:00:00Z"), models.NothingSent, "2026-12-01T09:00:00Z", "UTC", "2026-12-15T09:00:00Z", 0},
		"and the 16th stays":                        {14, plan("2026-12-16T09:00:00Z"), models.NothingSent, "2026-12-01T09:00:00Z", "UTC", "2026-12-16T09:00:00Z", 0},
		"the hour of the last notice is no matter":  {14, plan("2026-12-14T09:00:00Z"), models.NothingSent, "2026-12-01T23:59:00Z", "UTC", "2026-12-15T09:00:00Z", 0},
		"one level per day":                         {1, plan("2026-12-01T09:00:00Z", "2026-12-01T09:00:00Z"), 0, "2026-12-01T09:00:00Z", "UTC", "2026-12-02T09:00:00Z", 1},
		"days are the customer's: Berlin's summer":  {14, plan("2026-03-01T08:00:00Z"), models.NothingSent, "2026-03-20T08:00:00Z", "Europe/Berlin", "2026-04-03T07:00:00Z", 0},
		"days are the customer's: New York's":       {14, plan("2026-10-01T13:00:00Z"), models.NothingSent, "2026-10-25T03:00:00Z", "America/New_York", "2026-11-07T14:00:00Z", 0},
		"days are the customer's: Kiritimati's":     {1, plan("2026-10-01T00:00:00Z"), models.NothingSent, "2026-10-24T11:00:00Z", "Pacific/Kiritimati", "2026-10-25T19:00:00Z", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var last time.Time
			if c.last != "" {
				last = instant(c.last)
			}
			policy := models.DunningPolicy{Hour: 9, MinDaysBetween: c.between}
			got := policy.NextNotice(c.plan, c.above, last, zone(t, c.zone))
			switch {
			case c.want == "" && got != nil:
				t.Errorf("%+v, want none", got)
			case c.want != "" && got == nil:
				t.Errorf("none, want %s", c.want)
			case got != nil && (got.At.UTC().Format(time.RFC3339) != c.want || got.Level != c.level):
				t.Errorf("level %d at %s, want %d at %s", got.Level, got.At.UTC().Format(time.RFC3339), c.level, c.want)
			}
		})
	}
}

// A plan is worked off in ascending levels, one per customer's day at most, none before its planned instant, each at least
// the days between after the last, and at the policy's hour.
func TestNoticesKeepTheirDistance(t *testing.T) {
	t.Parallel()
	zones := []*time.Location{time.UTC, zone(t, "Europe/Berlin"), zone(t, "America/New_York"), zone(t, "Australia/Lord_Howe")}
	rapid.Check(t, func(t *rapid.T) {
		policy := models.DunningPolicy{Hour: rapid.IntRange(0, 23).Draw(t, "hour"), GraceDays: rapid.IntRange(0, 5).Draw(t, "grace"),
			MinDaysBetween: rapid.IntRange(1, 30).Draw(t, "days between")}
		for i, days := range rapid.SliceOfN(rapid.IntRange(1, 60), 1, 6).Draw(t, "levels") {
			policy.Levels = append(policy.Levels, models.DunningLevel{Level: i + 1, DaysAfterDue: days, Action: models.ActionNotice})
		}
		in := rapid.SampledFrom(zones).Draw(t, "zone")
		due := anyDay().Draw(t, "due")
		plan, past := policy.Plan(due, in, due.At(12, in))
		if len(past) > 0 || len(plan) != len(policy.Levels) {
			t.Fatalf("of %d levels after due, %d are past on the due date", len(policy.Levels), len(past))
		}
		level, last := 0, time.Time{}
		for range policy.Levels {
			next := policy.NextNotice(plan, level, last, in)
			if next == nil || next.Level <= level {
				t.Fatalf("after level %d comes %+v", level, next)
			}
			if next.At.Before(plan[next.Level-1].At) {
				t.Fatalf("level %d at %s, before its plan %s", next.Level, next.At, plan[next.Level-1].At)
			}
			if !last.IsZero() {
				if days := models.DateIn(next.At, in).DaysSince(models.DateIn(last, in)); days < policy.MinDaysBetween {
					t.Fatalf("level %d comes %d days after the last, not %d", next.Level, days, policy.MinDaysBetween)
				}
			}
			level, last = next.Level, next.At
		}
		if next := policy.NextNotice(plan, level, last, in); next != nil {
			t.Fatalf("after the last level comes %+v", next)
		}
	})
}
