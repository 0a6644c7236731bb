package models_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"o2c/models"
)

func TestDunnable(t *testing.T) {
	t.Parallel()
	now := instant("2026-12-01T09:00:00Z")
	part := func(amount string, joins time.Time) models.PausedPart {
		return models.PausedPart{Amount: eur(amount), JoinsAt: joins}
	}
	for name, c := range map[string]struct {
		open, disputed string
		parts          []models.PausedPart
		want           string
	}{
		"all that is open":                            {"100", "0", nil, "100.00"},
		"less what is disputed":                       {"100", "30", nil, "70.00"},
		"nothing when all is disputed":                {"100", "100", nil, "0.00"},
		"less a part that joins later":                {"100", "0", []models.PausedPart{part("30", now.Add(time.Second))}, "70.00"},
		"with a part that joins now":                  {"100", "0", []models.PausedPart{part("30", now)}, "100.00"},
		"with a part that joined before":              {"100", "0", []models.PausedPart{part("30", now.Add(-time.Hour))}, "100.00"},
		"less everything that is not to be demanded":  {"100", "20", []models.PausedPart{part("30", now.Add(time.Hour)), part("10", now)}, "50.00"},
		"never less than nothing, when most was paid": {"10", "0", []models.PausedPart{part("30", now.Add(time.Hour))}, "0.00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := models.Dunnable(eur(c.open), eur(c.disputed), c.parts, now); got.String() != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestPlanOfParts(t *testing.T) {
	t.Parallel()
	plan, _ := standardPolicy().Plan(day("2026-12-22"), time.UTC, instant("2026-11-01T00:00:00Z"))
	early, late := instant("2027-01-20T10:00:00Z"), instant("2027-03-01T10:00:00Z")
	for name, c := range map[string]struct {
		parts []models.PausedPart
		sent  int
		level int // -1: none
		at    time.Time
	}{
		"the plan is set back to the part's place":    {[]models.PausedPart{{Level: 1, JoinsAt: early}}, 0, 1, early},
		"a level that was sent is not sent again":     {[]models.PausedPart{{Level: 1, JoinsAt: early}}, 2, 3, early},
		"the part that joins first comes first":       {[]models.PausedPart{{Level: 1, JoinsAt: late}, {Level: 3, JoinsAt: early}}, 0, 3, early},
		"no level is left":                            {[]models.PausedPart{{Level: 1, JoinsAt: early}}, 4, -1, time.Time{}},
		"no part has no plan":                         {nil, 0, -1, time.Time{}},
		"a part whose level is gone takes the next":   {[]models.PausedPart{{Level: 0, JoinsAt: early}}, 0, 1, early},
		"the agency is a level like any other":        {[]models.PausedPart{{Level: 4, JoinsAt: early}}, 3, 4, early},
		"a part without a level left does not matter": {[]models.PausedPart{{Level: 5, JoinsAt: early}, {Level: 2, JoinsAt: late}}, 0, 2, late},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := models.PlanOfParts(plan, c.parts, c.sent)
			switch {
			case c.level < 0 && got != nil:
				t.Errorf("%+v, want none", got)
			case c.level >= 0 && (got == nil || got.Level != c.level || !got.At.Equal(c.at)):
				t.Errorf("%+v, want level %d at %s", got, c.level, c.at)
			case got != nil && (got.Action != plan[got.Level].Action || got.Channel != plan[got.Level].Channel):
				t.Errorf("level %d became %s by %s", got.Level, got.Action, got.Channel)
			}
		})
	}
	for i, n := range plan {
		if want := day("2026-12-22").AddDays(standardPolicy().Levels[i].DaysAfterDue).At(9, time.UTC); !n.At.Equal(want) {
			t.Errorf("the plan itself was changed: level %d at %s", n.Level, n.At)
		}
	}
}

func TestDunnableIsWithinWhatIsOpenAndUndisputed(t *testing.T) {
	t.Parallel()
	now := instant("2026-12-01T09:00:00Z")
	rapid.Check(t, func(t *rapid.T) {
		open := anyMoney("EUR", 0, 100_000).Draw(t, "open")
		disputed := anyMoney("EUR", 0, units(open)).Draw(t, "disputed")
		parts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) models.PausedPart {
			return models.PausedPart{Amount: anyMoney("EUR", 0, 50_000).Draw(t, "amount"), JoinsAt: now.Add(time.Duration(rapid.IntRange(-3, 3).Draw(t, "hours")) * time.Hour)}
		}), 0, 4).Draw(t, "parts")
		before := models.Dunnable(open, disputed, parts, now)
		if before.IsNegative() || before.MoreThan(open.Sub(disputed)) {
			t.Fatalf("%s of %s with %s disputed", before, open, disputed)
		}
		if later := models.Dunnable(open, disputed, parts, now.Add(time.Hour)); later.LessThan(before) {
			t.Fatalf("%s now, %s an hour later", before, later)
		}
		if end := models.Dunnable(open, disputed, parts, now.Add(4*time.Hour)); !end.Equal(open.Sub(disputed)) {
			t.Fatalf("all parts have joined, and %s is demanded of %s", end, open.Sub(disputed))
		}
	})
}
