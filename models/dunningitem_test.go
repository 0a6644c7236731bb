package models_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"o2c/models"
)

// A plan by a calendar: hand-computed for invoices due before Christmas and before Easter.
func TestPlanByACalendar(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		due, zone string
		grace     int
		days      []int
		want      []string
	}{
		"days that are business days stay": {"2026-11-02", "Europe/Berlin", 0, []int{-3, 7, 21}, // a Monday
			[]string{"2026-10-30T08:00:00Z", "2026-11-09T08:00:00Z", "2026-11-23T08:00:00Z"}},
		"the first day of Christmas is put off to Monday": {"2026-12-18", "Europe/Berlin", 0, []int{7}, []string{"2026-12-28T08:00:00Z"}},
		"grace comes before the calendar":                 {"2026-12-18", "Europe/Berlin", 3, []int{7}, []string{"2026-12-28T08:00:00Z"}},  // the 28th itself
		"and is not added before due":                     {"2026-12-29", "Europe/Berlin", 3, []int{-3}, []string{"2026-12-28T08:00:00Z"}}, // the 26th
		"two levels that Christmas puts on a day": {"2026-12-18", "Europe/Berlin", 0, []int{7, 8, 9, 10, 11}, // 25, 26, 27, 28, 29 December
			[]string{"2026-12-28T08:00:00Z", "2026-12-29T08:00:00Z", "2026-12-30T08:00:00Z", "2026-12-31T08:00:00Z", "2027-01-04T08:00:00Z"}},
		"Easter, and the summer that began before it": {"2026-03-27", "Europe/Berlin", 0, []int{1, 7}, []string{"2026-03-30T07:00:00Z", "2026-04-07T07:00:00Z"}},
		"a weekend in New York, when summer ends":     {"2026-10-30", "America/New_York", 0, []int{1}, []string{"2026-11-02T14:00:00Z"}},
		"a weekend in Auckland, when summer begins":   {"2026-09-25", "Pacific/Auckland", 0, []int{1}, []string{"2026-09-27T20:00:00Z"}},
		"a month's end on a Saturday":                 {"2026-10-24", "Europe/Berlin", 0, []int{7}, []string{"2026-11-02T08:00:00Z"}},
		"a leap day on a Saturday":                    {"2020-02-22", "Europe/Berlin", 0, []int{7}, []string{"2020-03-02T08:00:00Z"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			policy := models.DunningPolicy{Hour: 9, GraceDays: c.grace, MinDaysBetween: 1, BusinessDays: german()}
			for i, days := range c.days {
				policy.Levels = append(policy.Levels, models.DunningLevel{Level: i, DaysAfterDue: days})
			}
			plan, past := policy.Plan(day(c.due), zone(t, c.zone), instant("2020-01-01T00:00:00Z"))
			var got []string
			for _, notice := range plan {
				got = append(got, notice.At.Format(time.RFC3339))
			}
			if diff := cmp.Diff(c.want, got); diff != "" || len(past) > 0 {
				t.Errorf("plan (-want +got):\n%s\npast: %v", diff, past)
			}
		})
	}
}

// A notice that its distance puts off comes on a business day.
func TestNextNoticeByACalendar(t *testing.T) {
	t.Parallel()
	policy := models.DunningPolicy{Hour: 9, MinDaysBetween: 14, BusinessDays: german()}
	plan := []models.PlannedNotice{{Level: 1, At: instant("2026-12-14T08:00:00Z")}}
	berlin := zone(t, "Europe/Berlin")
	for last, want := range map[string]string{
		"2026-11-27T08:00:00Z": "2026-12-14T08:00:00Z", // far enough
		"2026-12-01T08:00:00Z": "2026-12-15T08:00:00Z", // a Tuesday
		"2026-12-11T08:00:00Z": "2026-12-28T08:00:00Z", // 25 December
		"2026-12-18T08:00:00Z": "2027-01-04T08:00:00Z", // 1 January
		"2026-12-19T23:30:00Z": "2027-01-04T08:00:00Z", // the 20th in Berlin: 3 January, a Sunday
	} {
		if got := policy.NextNotice(plan, 0, instant(last), berlin); got == nil || got.At.Format(time.RFC3339) != want {
			t.Errorf("after %s: %+v, want %s", last, got, want)
		}
	}
}

func TestNextOfParts(t *testing.T) {
	t.Parallel()
	policy := models.DunningPolicy{Hour: 9, MinDaysBetween: 7, BusinessDays: german()}
	plan := []models.PlannedNotice{{Level: 1, At: instant("2026-11-10T08:00:00Z")}, {Level: 2, At: instant("2026-11-24T08:00:00Z")}}
	berlin := zone(t, "Europe/Berlin")
	for name, c := range map[string]struct {
		level     int
		joins     string
		sent      int
		last      string
		wantLevel int
		want      string
	}{
		"it goes on at its instant":               {1, "2026-12-03T13:30:00Z", 0, "", 1, "2026-12-03T13:30:00Z"},
		"not on a Saturday":                       {1, "2026-12-05T13:30:00Z", 0, "", 1, "2026-12-07T08:00:00Z"},
		"nor too near to the last notice":         {2, "2026-12-03T13:30:00Z", 1, "2026-12-01T08:00:00Z", 2, "2026-12-08T08:00:00Z"},
		"which may lead to a holiday":             {2, "2026-12-20T13:30:00Z", 1, "2026-12-18T08:00:00Z", 2, "2026-12-28T08:00:00Z"},
		"a level that was sent is not sent again": {1, "2026-12-03T13:30:00Z", 1, "", 2, "2026-12-03T13:30:00Z"},
		"no level is left":                        {1, "2026-12-03T13:30:00Z", 2, "", -1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var last time.Time
			if c.last != "" {
				last = instant(c.last)
			}
			got := policy.NextOfParts(plan, []models.PausedPart{{Level: c.level, JoinsAt: instant(c.joins), Amount: eur("1")}}, c.sent, last, berlin)
			wantNotice(t, got, c.wantLevel, c.want)
		})
	}
}

// wantNotice checks a planned notice; level −1 is none.
func wantNotice(t *testing.T, got *models.PlannedNotice, level int, at string) {
	t.Helper()
	switch {
	case level < 0 && got != nil:
		t.Errorf("%+v, want none", got)
	case level >= 0 && (got == nil || got.Level != level || got.At.UTC().Format(time.RFC3339) != at):
		t.Errorf("%+v, want level %d at %s", got, level, at)
	}
}

func TestNextAfterPromise(t *testing.T) {
	t.Parallel()
	policy := models.DunningPolicy{Hour: 9, GraceDays: 2, MinDaysBetween: 7, BusinessDays: german(), Levels: []models.DunningLevel{
		{Level: 0, DaysAfterDue: -3}, {Level: 1, DaysAfterDue: 7}, {Level: 2, DaysAfterDue: 21}, {Level: 3, DaysAfterDue: 35}}}
	berlin, due := zone(t, "Europe/Berlin"), day("2026-11-02")
	plan, _ := policy.Plan(due, berlin, instant("2026-10-01T00:00:00Z")) // 30 October; 11 and 25 November, 9 December with the grace
	for name, c := range map[string]struct {
		sent   int
		last   string // the last notice after due
		judged string
		level  int
		want   string
	}{
		"the level whose day passed meanwhile comes next business day": {1, "2026-11-11T08:00:00Z", "2026-11-27T23:00:00Z", 2, "2026-11-30T08:00:00Z"}, // judged at the end of a Friday
		"a level that is planned later is brought forward":             {1, "2026-11-11T08:00:00Z", "2026-11-19T23:00:00Z", 2, "2026-11-20T08:00:00Z"},
		"but keeps its distance":                                       {1, "2026-11-11T08:00:00Z", "2026-11-12T23:00:00Z", 2, "2026-11-18T08:00:00Z"},
		"a skipped level is not used up":                               {0, "", "2026-11-27T23:00:00Z", 1, "2026-11-30T08:00:00Z"},
		"on the day of the plan the plan stands":                       {1, "2026-11-11T08:00:00Z", "2026-11-24T23:00:00Z", 2, "2026-11-25T08:00:00Z"},
		"before due the plan stands":                                   {0, "", "2026-10-30T23:00:00Z", 1, "2026-11-11T08:00:00Z"},
		"within the grace the plan stands":                             {0, "", "2026-11-03T23:00:00Z", 1, "2026-11-11T08:00:00Z"},
		"after the grace it does not":                                  {0, "", "2026-11-04T23:00:00Z", 1, "2026-11-05T08:00:00Z"},
		"a reminder of before due does not come after it":              {models.NothingSent, "", "2026-11-04T23:00:00Z", 1, "2026-11-05T08:00:00Z"},
		"but before it does":                                           {models.NothingSent, "", "2026-10-29T23:00:00Z", 0, "2026-10-30T08:00:00Z"},
		"judged late in the day, it is the next":                       {1, "2026-11-11T08:00:00Z", "2026-11-30T12:00:00Z", 2, "2026-12-01T08:00:00Z"},
		"after the last level comes none":                              {3, "2026-12-09T08:00:00Z", "2026-12-20T23:00:00Z", -1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var last time.Time
			if c.last != "" {
				last = instant(c.last)
			}
			wantNotice(t, policy.NextAfterPromise(plan, due, c.sent, last, instant(c.judged), berlin), c.level, c.want)
		})
	}
}

func TestPlaceAndResume(t *testing.T) {
	t.Parallel()
	next := &models.PlannedNotice{Level: 2, At: instant("2026-12-10T09:00:00Z")}
	place := models.PlaceOf(next, instant("2026-12-01T10:30:00Z"))
	part := place.Resume(eur("30"), instant("2027-02-01T00:00:00Z")) // 8 days, 22 hours and a half were left
	if part.Level != 2 || !part.JoinsAt.Equal(instant("2027-02-09T22:30:00Z")) || part.Amount.String() != "30.00" {
		t.Errorf("it goes on as %+v", part)
	}
	if late := models.PlaceOf(next, instant("2026-12-10T09:00:01Z")); late.Left != 0 {
		t.Errorf("%s are left of what was due", late.Left)
	}
	if none := models.PlaceOf(nil, instant("2026-12-01T10:30:00Z")); none != nil {
		t.Errorf("without a notice the place is %+v", none)
	}
}

func TestDemand(t *testing.T) {
	t.Parallel()
	now := instant("2026-12-01T09:00:00Z")
	back := []models.PausedPart{{Amount: eur("30"), JoinsAt: now.Add(time.Second)}}
	policy := models.DunningPolicy{MinAmount: dec("10")}
	for name, c := range map[string]struct {
		open, disputed, promised string
		parts                    []models.PausedPart
		held                     bool
		want                     string
		skipped                  models.SkipReason
	}{
		"all that is open": {"100", "0", "0", nil, false, "100.00", ""},
		"less what is disputed, promised, not yet back": {"100", "20", "25", back, false, "25.00", ""},
		"nothing, when it is settled":                   {"0", "0", "0", nil, true, "0.00", models.NothingOpen},
		"nothing, when it is held":                      {"100", "100", "0", nil, true, "0.00", models.OnHold},
		"nothing, when all is disputed":                 {"100", "100", "0", nil, false, "0.00", models.AllDisputed},
		"nothing, when the rest is not back yet":        {"100", "70", "10", back, false, "0.00", models.AllDisputed},
		"nothing, when the rest is promised":            {"100", "70", "30", nil, false, "0.00", models.AllPromised},
		"nothing under the minimum":                     {"100", "70", "20.01", nil, false, "0.00", models.UnderMinimum},
		"the minimum itself":                            {"100", "70", "20", nil, false, "10.00", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, skipped := policy.Demand(models.Standing{Open: eur(c.open), Disputed: eur(c.disputed), Promised: eur(c.promised), Parts: c.parts, Held: c.held}, now)
			if got.String() != c.want || skipped != c.skipped {
				t.Errorf("%s, %q; want %s, %q", got, skipped, c.want, c.skipped)
			}
		})
	}
}

func TestClaims(t *testing.T) {
	t.Parallel()
	three := []models.Instalment{{DueDate: day("2026-01-31"), Amount: eur("50")}, {DueDate: day("2026-02-28"), Amount: eur("30")}, {DueDate: day("2026-03-31"), Amount: eur("20")}}
	for name, c := range map[string]struct {
		schedule                    []models.Instalment
		settled, disputed, promised string
		want                        []string // open, disputed, promised of each
	}{
		"nothing happened":            {three, "0", "0", "0", []string{"1: 50.00 0.00 0.00", "2: 30.00 0.00 0.00", "3: 20.00 0.00 0.00"}},
		"money fills the first":       {three, "60", "0", "0", []string{"1: 0.00 0.00 0.00", "2: 20.00 0.00 0.00", "3: 20.00 0.00 0.00"}},
		"a dispute lies on the last":  {three, "0", "35", "0", []string{"1: 50.00 0.00 0.00", "2: 30.00 15.00 0.00", "3: 20.00 20.00 0.00"}},
		"a promise on the first":      {three, "10", "0", "60", []string{"1: 40.00 0.00 40.00", "2: 30.00 0.00 20.00", "3: 20.00 0.00 0.00"}},
		"both meet":                   {three, "0", "35", "65", []string{"1: 50.00 0.00 50.00", "2: 30.00 15.00 15.00", "3: 20.00 20.00 0.00"}},
		"the whole invoice is item 0": {three[:1], "10", "15", "20", []string{"0: 40.00 15.00 20.00"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for i, claim := range models.Claims(c.schedule, eur(c.settled), eur(c.disputed), eur(c.promised)) {
				if claim.Due != c.schedule[i].DueDate {
					t.Errorf("instalment %d is due on %s", claim.Instalment, claim.Due)
				}
				got = append(got, string(rune('0'+claim.Instalment))+": "+claim.Open.String()+" "+claim.Disputed.String()+" "+claim.Promised.String())
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Claims lose nothing and count nothing twice.
func TestClaimsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		currency := anyCurrency().Draw(t, "currency")
		var schedule []models.Instalment
		total := models.Zero(currency)
		for i := range rapid.IntRange(1, 6).Draw(t, "instalments") {
			amount := anyMoney(currency, 1, 1000).Draw(t, "amount")
			schedule = append(schedule, models.Instalment{DueDate: day("2026-01-01").AddDays(i), Amount: amount})
			total = total.Add(amount)
		}
		settled := anyMoney(currency, 0, units(total)).Draw(t, "settled")
		disputed := anyMoney(currency, 0, units(total.Sub(settled))).Draw(t, "disputed")
		promised := anyMoney(currency, 0, units(total.Sub(settled).Sub(disputed))).Draw(t, "promised")
		open, d, p := models.Zero(currency), models.Zero(currency), models.Zero(currency)
		for _, c := range models.Claims(schedule, settled, disputed, promised) {
			if c.Open.LessThan(c.Disputed.Add(c.Promised)) || c.Disputed.IsNegative() || c.Promised.IsNegative() {
				t.Fatalf("%+v", c)
			}
			open, d, p = open.Add(c.Open), d.Add(c.Disputed), p.Add(c.Promised)
		}
		if !open.Equal(total.Sub(settled)) || !d.Equal(disputed) || !p.Equal(promised) {
			t.Fatalf("%s open, %s disputed, %s promised", open, d, p)
		}
	})
}

// Whatever the calendar, zone and pauses: a plan ascends day by day, and every notice comes at an hour of a business day, at its
// distance, with the next level.
func TestNoticesComeOnBusinessDays(t *testing.T) {
	t.Parallel()
	zones := anyZone(t)
	rapid.Check(t, func(t *rapid.T) {
		policy := models.DunningPolicy{Hour: rapid.IntRange(0, 23).Draw(t, "hour"), GraceDays: rapid.IntRange(0, 5).Draw(t, "grace"),
			MinDaysBetween: rapid.IntRange(1, 20).Draw(t, "between"), BusinessDays: anyCalendar().Draw(t, "calendar")}
		days := rapid.IntRange(-5, 0).Draw(t, "first")
		for i := range rapid.IntRange(1, 5).Draw(t, "levels") {
			policy.Levels = append(policy.Levels, models.DunningLevel{Level: i, DaysAfterDue: days})
			days += rapid.IntRange(1, 20).Draw(t, "days")
		}
		in, due := zones.Draw(t, "zone"), day("2026-02-01").AddDays(rapid.IntRange(0, 500).Draw(t, "due"))
		plan, past := policy.Plan(due, in, due.AddDays(-30).At(0, in))
		if len(past) > 0 {
			t.Fatalf("past: %v", past)
		}
		onBusinessDay := func(at time.Time) models.Date {
			d := models.DateIn(at, in)
			if !policy.BusinessDays.IsBusinessDay(d) {
				t.Fatalf("a notice comes on %s", d)
			}
			return d
		}
		previous := models.Date{}
		for _, notice := range plan {
			if d := onBusinessDay(notice.At); !d.After(previous) || !notice.At.Equal(d.At(policy.Hour, in)) {
				t.Fatalf("%s comes after %s", notice.At, previous)
			} else {
				previous = d
			}
		}
		sent, last := models.NothingSent, time.Time{}
		for next := policy.NextNotice(plan, sent, last, in); next != nil; {
			at := next.At
			if rapid.Bool().Draw(t, "paused") {
				paused := at.Add(-time.Duration(rapid.IntRange(0, 100).Draw(t, "hours")) * time.Hour)
				part := models.PlaceOf(next, paused).Resume(eur("1"), paused.Add(time.Duration(rapid.IntRange(0, 1000).Draw(t, "hours paused"))*time.Hour))
				resumed := policy.NextOfParts(plan, []models.PausedPart{part}, sent, last, in)
				if resumed == nil || resumed.Level != next.Level || resumed.At.Before(part.JoinsAt) {
					t.Fatalf("%+v goes on as %+v", next, resumed)
				}
				at = resumed.At
			}
			d := onBusinessDay(at)
			if !last.IsZero() && d.DaysSince(models.DateIn(last, in)) < policy.MinDaysBetween {
				t.Fatalf("level %d on %s, the last was at %s", next.Level, d, last)
			}
			sent = next.Level
			if d.After(due) {
				last = at
			}
			next = policy.NextNotice(plan, sent, last, in)
		}
		if sent != plan[len(plan)-1].Level {
			t.Fatalf("the last level is %d", sent)
		}
	})
}
