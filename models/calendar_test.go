package models_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"o2c/models"
)

// german is a calendar of the real holidays around two turns of the year.
func german() models.Calendar {
	return models.Calendar{Name: "DE", Weekend: []time.Weekday{time.Saturday, time.Sunday}, Holidays: map[models.Date]string{
		day("2026-04-03"): "Karfreitag", day("2026-04-06"): "Ostermontag", day("2026-05-01"): "Tag der Arbeit",
		day("2026-12-25"): "1. Weihnachtstag", day("2026-12-26"): "2. Weihnachtstag", day("2027-01-01"): "Neujahr",
	}}
}

// gulf has its weekend on Friday and Saturday.
func gulf() models.Calendar {
	return models.Calendar{Name: "gulf", Weekend: []time.Weekday{time.Friday, time.Saturday}}
}

func TestBusinessDays(t *testing.T) {
	t.Parallel()
	none := models.Calendar{}
	for name, c := range map[string]struct {
		calendar models.Calendar
		from     string
		days     int // −1: the next business day on or after
		want     string
	}{
		"a business day is its own next":                  {german(), "2026-12-24", -1, "2026-12-24"},
		"Christmas and its weekend lead to Monday":        {german(), "2026-12-25", -1, "2026-12-28"},
		"New Year's Day leads over the year's end":        {german(), "2027-01-01", -1, "2027-01-04"},
		"Good Friday leads to the Tuesday after Easter":   {german(), "2026-04-03", -1, "2026-04-07"},
		"a Sunday at a month's end leads to the next":     {german(), "2026-05-31", -1, "2026-06-01"},
		"a leap day on a Saturday leads into March":       {german(), "2020-02-29", -1, "2020-03-02"},
		"a leap day on a Thursday is a business day":      {german(), "2024-02-29", -1, "2024-02-29"},
		"Friday is no business day in the Gulf":           {gulf(), "2026-12-25", -1, "2026-12-27"},
		"every day is one without a calendar":             {none, "2026-12-25", -1, "2026-12-25"},
		"no days leave a holiday as it is":                {german(), "2026-12-25", 0, "2026-12-25"},
		"one day after Thursday, Christmas between":       {german(), "2026-12-24", 1, "2026-12-28"},
		"the first after a holiday is one day":            {german(), "2026-12-26", 1, "2026-12-28"},
		"five days over New Year":                         {german(), "2026-12-30", 5, "2027-01-07"},
		"three days over a leap day in February":          {german(), "2024-02-27", 3, "2024-03-01"},
		"three days over the end of a common February":    {german(), "2023-02-27", 3, "2023-03-02"},
		"ten days are two weeks":                          {german(), "2026-11-02", 10, "2026-11-16"},
		"days are calendar days without a calendar":       {none, "2026-12-24", 5, "2026-12-29"},
		"the clocks of a Sunday do not matter to Fridays": {german(), "2026-03-27", 1, "2026-03-30"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := c.calendar.Next(day(c.from))
			if c.days >= 0 {
				got = c.calendar.AddBusinessDays(day(c.from), c.days)
			}
			if got != day(c.want) {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestNextAt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		calendar models.Calendar
		at, zone string
		hour     int
		want     string
	}{
		"the hour of this day":                     {german(), "2026-12-24T07:59:00Z", "Europe/Berlin", 9, "2026-12-24T08:00:00Z"},
		"the hour itself":                          {german(), "2026-12-24T08:00:00Z", "Europe/Berlin", 9, "2026-12-24T08:00:00Z"},
		"after the hour it is the next day's":      {german(), "2026-12-24T08:00:01Z", "Europe/Berlin", 9, "2026-12-28T08:00:00Z"},
		"midnight of the day is the zone's":        {german(), "2026-12-24T23:00:00Z", "Europe/Berlin", 9, "2026-12-28T08:00:00Z"},
		"over the night in which summer begins":    {german(), "2026-03-28T12:00:00Z", "Europe/Berlin", 9, "2026-03-30T07:00:00Z"},
		"over the night in which summer ends":      {models.Calendar{}, "2026-10-24T20:00:00Z", "Europe/Berlin", 9, "2026-10-25T08:00:00Z"},
		"a skipped hour is the hour after it":      {models.Calendar{}, "2026-03-29T00:00:00Z", "Europe/Berlin", 2, "2026-03-29T01:00:00Z"},
		"an hour that comes twice is the first":    {models.Calendar{}, "2026-10-24T22:00:00Z", "Europe/Berlin", 2, "2026-10-25T00:00:00Z"},
		"between the two, it is the next day's":    {models.Calendar{}, "2026-10-25T00:30:00Z", "Europe/Berlin", 2, "2026-10-26T01:00:00Z"},
		"in Auckland, where summer ends in April":  {models.Calendar{}, "2026-04-04T12:00:00Z", "Pacific/Auckland", 9, "2026-04-04T21:00:00Z"},
		"in Auckland, where it begins in the fall": {models.Calendar{}, "2026-09-26T12:00:00Z", "Pacific/Auckland", 9, "2026-09-26T20:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := c.calendar.NextAt(instant(c.at), c.hour, zone(t, c.zone)).UTC().Format(time.RFC3339); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// An hour that comes twice is the first of both, in zones on either side of Greenwich.
func TestAnHourThatComesTwiceIsTheFirst(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		day  string
		hour int
		want string
	}{
		"Europe/Berlin":       {"2026-10-25", 2, "2026-10-25T00:00:00Z"},
		"America/New_York":    {"2026-11-01", 1, "2026-11-01T05:00:00Z"},
		"Pacific/Auckland":    {"2026-04-05", 2, "2026-04-04T13:00:00Z"},
		"Australia/Lord_Howe": {"2026-04-05", 1, "2026-04-04T14:00:00Z"}, // only its second half comes twice
		"America/Santiago":    {"2026-04-04", 23, "2026-04-05T02:00:00Z"},
	} {
		if got := day(c.day).At(c.hour, zone(t, name)).UTC().Format(time.RFC3339); got != c.want {
			t.Errorf("%s at %d in %s is %s, want %s", c.day, c.hour, name, got, c.want)
		}
	}
}

var officeHours = models.Opening{From: 9 * time.Hour, To: 17 * time.Hour}

func TestAddBusinessHours(t *testing.T) {
	t.Parallel()
	allDay := models.Opening{To: 24 * time.Hour}
	none, half := models.Calendar{}, models.Opening{From: 8*time.Hour + 30*time.Minute, To: 12 * time.Hour}
	for name, c := range map[string]struct {
		calendar models.Calendar
		at       string
		hours    string
		opening  models.Opening
		zone     string
		want     string
	}{
		"within one day":                                {german(), "2026-11-23T09:00:00Z", "4h", officeHours, "Europe/Berlin", "2026-11-23T13:00:00Z"},
		"over the night":                                {german(), "2026-11-23T15:00:00Z", "2h", officeHours, "Europe/Berlin", "2026-11-24T09:00:00Z"},
		"a whole day ends in the evening":               {german(), "2026-11-23T08:00:00Z", "8h", officeHours, "Europe/Berlin", "2026-11-23T16:00:00Z"},
		"before opening the day has not begun":          {german(), "2026-11-23T02:00:00Z", "1h", officeHours, "Europe/Berlin", "2026-11-23T09:00:00Z"},
		"after closing it is the next day":              {german(), "2026-11-23T16:00:00Z", "1h", officeHours, "Europe/Berlin", "2026-11-24T09:00:00Z"},
		"over a weekend":                                {german(), "2026-11-27T15:00:00Z", "3h", officeHours, "Europe/Berlin", "2026-11-30T10:00:00Z"},
		"over Christmas and a weekend":                  {german(), "2026-12-24T15:30:00Z", "1h", officeHours, "Europe/Berlin", "2026-12-28T08:30:00Z"},
		"half hours":                                    {german(), "2026-11-23T08:00:00Z", "4h", half, "Europe/Berlin", "2026-11-24T08:30:00Z"}, // 9:00, three of them; then one from 8:30
		"forty hours are a week":                        {german(), "2026-11-23T08:00:00Z", "40h", officeHours, "Europe/Berlin", "2026-11-27T16:00:00Z"},
		"nothing to add within the hours is now":        {german(), "2026-11-23T09:17:00Z", "0h", officeHours, "Europe/Berlin", "2026-11-23T09:17:00Z"},
		"nothing to add on a Sunday is Monday":          {german(), "2026-11-22T09:17:00Z", "0h", officeHours, "Europe/Berlin", "2026-11-23T08:00:00Z"},
		"Berlin's day of 23 hours":                      {none, "2026-03-28T23:00:00Z", "24h", allDay, "Europe/Berlin", "2026-03-29T23:00:00Z"},
		"Berlin's 23 hours are one day":                 {none, "2026-03-28T23:00:00Z", "23h", allDay, "Europe/Berlin", "2026-03-29T22:00:00Z"},
		"Berlin's day of 25 hours":                      {none, "2026-10-24T22:00:00Z", "25h", allDay, "Europe/Berlin", "2026-10-25T23:00:00Z"},
		"nine is nine after Berlin's change":            {german(), "2026-03-27T15:00:00Z", "2h", officeHours, "Europe/Berlin", "2026-03-30T08:00:00Z"},
		"nine is nine after New York's change":          {german(), "2026-03-06T21:00:00Z", "2h", officeHours, "America/New_York", "2026-03-09T14:00:00Z"},
		"nine is nine when New York's summer ends":      {german(), "2026-10-30T20:00:00Z", "2h", officeHours, "America/New_York", "2026-11-02T15:00:00Z"},
		"Lord Howe goes half an hour back":              {none, "2026-04-04T13:00:00Z", "24h30m", allDay, "Australia/Lord_Howe", "2026-04-05T13:30:00Z"},
		"Lord Howe goes half an hour forward":           {none, "2026-10-03T13:30:00Z", "23h30m", allDay, "Australia/Lord_Howe", "2026-10-04T13:00:00Z"},
		"Auckland's Friday ends before the date line's": {german(), "2026-09-25T04:00:00Z", "2h", officeHours, "Pacific/Auckland", "2026-09-27T21:00:00Z"},
		"over the end of a leap February":               {german(), "2024-02-29T15:00:00Z", "2h", officeHours, "Europe/Berlin", "2024-03-01T09:00:00Z"},
		"hours of which a skipped one is the only one":  {none, "2026-03-28T12:00:00Z", "90m", models.Opening{From: 2 * time.Hour, To: 3 * time.Hour}, "Europe/Berlin", "2026-03-31T00:30:00Z"}, // none on the 29th
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hours, err := time.ParseDuration(c.hours)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.calendar.AddBusinessHours(instant(c.at), hours, c.opening, zone(t, c.zone)).UTC().Format(time.RFC3339); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func anyCalendar() *rapid.Generator[models.Calendar] {
	return rapid.Custom(func(t *rapid.T) models.Calendar {
		c := models.Calendar{Name: "any", Holidays: map[models.Date]string{}}
		for d := time.Sunday; d <= time.Saturday; d++ {
			if len(c.Weekend) < 6 && rapid.Bool().Draw(t, d.String()) {
				c.Weekend = append(c.Weekend, d)
			}
		}
		for range rapid.IntRange(0, 10).Draw(t, "holidays") {
			c.Holidays[models.NewDate(2026, time.January, 1).AddDays(rapid.IntRange(0, 800).Draw(t, "holiday"))] = "holiday"
		}
		return c
	})
}

func anyZone(t *testing.T) *rapid.Generator[*time.Location] {
	t.Helper()
	var zones []*time.Location
	for _, name := range []string{"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Auckland", "America/Santiago", "Asia/Kathmandu"} {
		zones = append(zones, zone(t, name))
	}
	return rapid.SampledFrom(zones)
}

func anyInstant() *rapid.Generator[time.Time] {
	return rapid.Custom(func(t *rapid.T) time.Time {
		return time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 800*24*60).Draw(t, "minutes")) * time.Minute)
	})
}

// The next business day is one, none lies before it, and days are counted without a gap.
func TestBusinessDaysAreCountedOneByOne(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyCalendar().Draw(t, "calendar")
		from := models.NewDate(2026, time.January, 1).AddDays(rapid.IntRange(0, 800).Draw(t, "day"))
		next := c.Next(from)
		if !c.IsBusinessDay(next) || next.Before(from) {
			t.Fatalf("after %s comes %s", from, next)
		}
		for d := from; d.Before(next); d = d.AddDays(1) {
			if c.IsBusinessDay(d) {
				t.Fatalf("%s lies between %s and %s", d, from, next)
			}
		}
		n := rapid.IntRange(1, 40).Draw(t, "n")
		to, counted := c.AddBusinessDays(from, n), 0
		for d := from.AddDays(1); !d.After(to); d = d.AddDays(1) {
			if c.IsBusinessDay(d) {
				counted++
			}
		}
		if counted != n || !c.IsBusinessDay(to) {
			t.Fatalf("%d business days after %s is %s, which is %d", n, from, to, counted)
		}
	})
}

// BusinessTime undoes AddBusinessHours, which ends within the hours, whatever the clocks do.
func TestBusinessHoursAreCountedBack(t *testing.T) {
	t.Parallel()
	zones := anyZone(t)
	rapid.Check(t, func(t *rapid.T) {
		c, in, from := anyCalendar().Draw(t, "calendar"), zones.Draw(t, "zone"), anyInstant().Draw(t, "from")
		opens := time.Duration(rapid.IntRange(0, 23*60).Draw(t, "opens")) * time.Minute
		hours := models.Opening{From: opens, To: opens + time.Duration(rapid.IntRange(1, 24*60-int(opens/time.Minute)).Draw(t, "length"))*time.Minute}
		left := time.Duration(rapid.IntRange(0, 60*60).Draw(t, "minutes")) * time.Minute
		to := c.AddBusinessHours(from, left, hours, in)
		if to.Before(from) || !c.IsBusinessDay(models.DateIn(to.Add(-time.Nanosecond), in)) && left > 0 {
			t.Fatalf("%s + %s is %s", from, left, to)
		}
		if got := c.BusinessTime(from, to, hours, in); got != left {
			t.Fatalf("from %s to %s are %s, want %s", from, to, got, left)
		}
	})
}

func TestCalendarFaults(t *testing.T) {
	t.Parallel()
	week := []time.Weekday{0, 1, 2, 3, 4, 5, 6}
	for name, c := range map[string]struct {
		change func(*models.Calendar)
		want   string
	}{
		"nothing is wrong":                   {func(*models.Calendar) {}, ""},
		"a blank name":                       {func(c *models.Calendar) { c.Name = "" }, "/name"},
		"none is not to be changed":          {func(c *models.Calendar) { c.Name = "none" }, "/name"},
		"a day of the week that is none":     {func(c *models.Calendar) { c.Weekend = []time.Weekday{7} }, "/weekend/0"},
		"a day of the week twice":            {func(c *models.Calendar) { c.Weekend = []time.Weekday{0, 0} }, "/weekend/1"},
		"a week without a business day":      {func(c *models.Calendar) { c.Weekend = week }, "/weekend"},
		"a holiday without a date":           {func(c *models.Calendar) { c.Holidays[models.Date{}] = "?" }, "/holidays"},
		"a holiday without a name":           {func(c *models.Calendar) { c.Holidays[day("2026-06-04")] = " " }, "/holidays"},
		"a holiday with a name of two lines": {func(c *models.Calendar) { c.Holidays[day("2026-06-04")] = "a\nb" }, "/holidays"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calendar := german()
			c.change(&calendar)
			wantPointers(t, calendar.Validate(), "invalid-calendar", c.want)
		})
	}
}

// wantPointers checks that faults have one code and these pointers; "" is no fault.
func wantPointers(t *testing.T, faults []*models.Error, code string, want ...string) {
	t.Helper()
	var got []string
	for _, fault := range faults {
		if fault.Code != code || fault.Kind != models.KindInvalid {
			t.Errorf("%v is %s %s, want %s", fault, fault.Kind, fault.Code, code)
		}
		got = append(got, fault.Pointer)
	}
	if len(want) == 1 && want[0] == "" {
		want = nil
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pointers (-want +got):\n%s\n%v", diff, faults)
	}
}
