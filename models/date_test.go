package models_test

import (
	"encoding/json"
	"testing"
	"time"
	_ "time/tzdata" // the zones of these tests, whatever the machine has

	"pgregory.net/rapid"

	"o2c/models"
)

func day(s string) models.Date {
	d, err := models.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func anyDay() *rapid.Generator[models.Date] {
	return rapid.Custom(func(t *rapid.T) models.Date {
		return models.NewDate(2000, time.January, 1).AddDays(rapid.IntRange(0, 20_000).Draw(t, "days"))
	})
}

func TestDueDate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		issued     string
		net        *int
		endOfMonth bool
		want       string
	}{
		"net days are calendar days":                     {"2026-11-22", new(10), false, "2026-12-02"},
		"without net days it is thirty":                  {"2026-11-22", nil, false, "2026-12-22"},
		"no net days is due at once":                     {"2026-11-22", new(0), false, "2026-11-22"},
		"end of month is the last day after net days":    {"2016-01-22", new(30), true, "2016-02-29"},
		"end of month on the last day stays":             {"2026-01-31", new(0), true, "2026-01-31"},
		"end of month in December stays in the year":     {"2026-12-01", new(0), true, "2026-12-31"},
		"net days over the year's end":                   {"2026-12-31", new(1), true, "2027-01-31"},
		"February of a common year has 28 days":          {"2025-01-15", new(30), true, "2025-02-28"},
		"a leap day is a day":                            {"2024-02-28", new(1), false, "2024-02-29"},
		"a century that is no leap year has no leap day": {"2100-02-28", new(1), false, "2100-03-01"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			terms := models.PaymentTerms{NetDays: c.net, EndOfMonth: c.endOfMonth}
			if got := terms.DueDate(day(c.issued)); got != day(c.want) {
				t.Errorf("due on %s, want %s", got, c.want)
			}
		})
	}
}

func TestParseDateRefusals(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"", "2026-2-1", "2026-02-30", "2025-02-29", "20260201", "2026-02-01T00:00:00Z", "01.02.2026", "0001-01-01", "1899-12-31", "２０２６-02-01", "+2026-02-01"} {
		_, err := models.ParseDate(in)
		wantCode(t, err, models.KindInvalid, "invalid-date")
	}
}

func TestDateRoundTrips(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := anyDay().Draw(t, "day")
		data, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got, scanned models.Date
		if err = json.Unmarshal(data, &got); err != nil || got != want {
			t.Fatalf("%s came back from JSON as %s, %v", want, got, err)
		}
		value, err := want.Value()
		if err != nil {
			t.Fatal(err)
		}
		if err = scanned.Scan(value); err != nil || scanned != want {
			t.Fatalf("%s came back from SQL as %s, %v", want, scanned, err)
		}
	})
}

func TestNoDate(t *testing.T) {
	t.Parallel()
	var none models.Date
	if value, err := none.Value(); value != nil || err != nil {
		t.Errorf("no date is %v in SQL, %v", value, err)
	}
	got := day("2026-01-01")
	if err := got.Scan(nil); err != nil || !got.IsZero() {
		t.Errorf("NULL is read as %s, %v", got, err)
	}
	data, err := json.Marshal(none)
	if err != nil || string(data) != `""` {
		t.Errorf("no date is %s in JSON, %v", data, err)
	}
	got = day("2026-01-01")
	if err = json.Unmarshal(data, &got); err != nil || !got.IsZero() {
		t.Errorf("%s is read as %s, %v", data, got, err)
	}
	if err = got.Scan(42); err == nil {
		t.Error("a number is read as a date")
	}
}

func TestDaysSinceUndoesAddDays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		from, days := anyDay().Draw(t, "from"), rapid.IntRange(-5000, 5000).Draw(t, "days")
		to := from.AddDays(days)
		if got := to.DaysSince(from); got != days {
			t.Fatalf("%s is %d days after %s, want %d", to, got, from, days)
		}
		if to.After(from) != (days > 0) || to.Before(from) != (days < 0) {
			t.Fatalf("%s and %s are in the wrong order", from, to)
		}
	})
}

func TestDateInIsTheDayOfTheZone(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, time.March, 31, 23, 30, 0, 0, time.UTC)
	for name, want := range map[string]string{"UTC": "2026-03-31", "Europe/Berlin": "2026-04-01", "America/New_York": "2026-03-31", "Pacific/Kiritimati": "2026-04-01"} {
		if got := models.DateIn(at, zone(t, name)); got != day(want) {
			t.Errorf("it is %s in %s, want %s", got, name, want)
		}
	}
}

// An hour of a day in three zones, on the days on which their clocks change.
func TestDateAtAnHour(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		day  string
		hour int
		zone string
		want string
	}{
		"nine in Berlin in winter":                          {"2026-03-28", 9, "Europe/Berlin", "2026-03-28T08:00:00Z"},
		"nine in Berlin on the day that summer begins":      {"2026-03-29", 9, "Europe/Berlin", "2026-03-29T07:00:00Z"},
		"nine in Berlin on the day that summer ends":        {"2026-10-25", 9, "Europe/Berlin", "2026-10-25T08:00:00Z"},
		"nine in New York on the day that summer begins":    {"2026-03-08", 9, "America/New_York", "2026-03-08T13:00:00Z"},
		"nine in New York on the day that summer ends":      {"2026-11-01", 9, "America/New_York", "2026-11-01T14:00:00Z"},
		"nine on Lord Howe, half an hour of change, begins": {"2026-10-04", 9, "Australia/Lord_Howe", "2026-10-03T22:00:00Z"},
		"nine on Lord Howe, half an hour of change, ends":   {"2026-04-05", 9, "Australia/Lord_Howe", "2026-04-04T22:30:00Z"},
		"a skipped hour in Berlin is the hour after it":     {"2026-03-29", 2, "Europe/Berlin", "2026-03-29T01:00:00Z"},
		"a skipped hour in New York is the hour after it":   {"2026-03-08", 2, "America/New_York", "2026-03-08T07:00:00Z"},
		"a skipped half hour on Lord Howe":                  {"2026-10-04", 2, "Australia/Lord_Howe", "2026-10-03T15:30:00Z"},
		"midnight in Santiago, where it is skipped":         {"2026-09-06", 0, "America/Santiago", "2026-09-06T04:00:00Z"},
		"a day that Samoa skipped is the day after it":      {"2011-12-30", 9, "Pacific/Apia", "2011-12-30T19:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := day(c.day).At(c.hour, zone(t, c.zone)).UTC().Format(time.RFC3339); got != c.want {
				t.Errorf("%s at %d in %s is %s, want %s", c.day, c.hour, c.zone, got, c.want)
			}
		})
	}
}

// Whatever the clocks do: the hour of a day is never before it, at most a change after it, and days stay in their order.
func TestDateAtNeverGoesBack(t *testing.T) {
	t.Parallel()
	zones := []string{"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Kathmandu", "Africa/Casablanca"}
	rapid.Check(t, func(rt *rapid.T) {
		in := zone(t, rapid.SampledFrom(zones).Draw(rt, "zone"))
		d, hour := anyDay().Draw(rt, "day"), rapid.IntRange(0, 23).Draw(rt, "hour")
		at := d.At(hour, in)
		if models.DateIn(at, in) != d {
			rt.Fatalf("%s at %d is %s, another day", d, hour, at)
		}
		if at.Hour() < hour || at.Hour() > hour+1 {
			rt.Fatalf("%s at %d is %s", d, hour, at)
		}
		if next := d.AddDays(1).At(hour, in); !next.After(at) {
			rt.Fatalf("%s comes before %s", next, at)
		}
	})
}
