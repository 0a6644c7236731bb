package models_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"o2c/models"
)

func promiseOf(amount, date string) models.Promise {
	return models.Promise{ID: "prm_1", Invoice: "INV-1", Amount: eur(amount), Date: day(date)}
}

func TestMakePromise(t *testing.T) {
	t.Parallel()
	today := day("2026-12-01")
	states := func(states ...models.PromiseState) (promises []models.Promise) {
		for _, s := range states {
			promises = append(promises, models.Promise{State: s})
		}
		return promises
	}
	for name, c := range map[string]struct {
		asked      models.Promise
		undisputed string
		earlier    []models.Promise
		level      int
		code       string
	}{
		"all that is undisputed":       {promiseOf("100", "2026-12-10"), "100", nil, 1, ""},
		"today":                        {promiseOf("1", "2026-12-01"), "100", nil, 1, ""},
		"after one that was kept":      {promiseOf("1", "2026-12-10"), "100", states(models.PromiseKept), 1, ""},
		"after one that was broken":    {promiseOf("1", "2026-12-10"), "100", states(models.PromiseBroken), 2, ""},
		"in place of one that is open": {promiseOf("1", "2026-12-10"), "100", states(models.PromiseOpen), 2, ""},
		"after all kinds":              {promiseOf("1", "2026-12-10"), "100", states(models.PromiseBroken, models.PromisePartlyKept, models.PromiseKept, models.PromiseReplaced, models.PromiseWithdrawn, models.PromiseOpen), 6, ""},
		"a cent too much":              {promiseOf("100.01", "2026-12-10"), "100", nil, 0, "promise-exceeds-open"},
		"of nothing":                   {promiseOf("1", "2026-12-10"), "0", nil, 0, "nothing-to-promise"},
		"nothing":                      {promiseOf("0", "2026-12-10"), "100", nil, 0, "invalid-amount"},
		"less than nothing":            {promiseOf("-1", "2026-12-10"), "100", nil, 0, "invalid-amount"},
		"yesterday":                    {promiseOf("1", "2026-11-30"), "100", nil, 0, "promise-in-the-past"},
		"in ten years":                 {promiseOf("1", "2036-12-10"), "100", nil, 0, "promise-too-late"},
		"in another currency":          {models.Promise{Amount: money("1", "GBP"), Date: today}, "100", nil, 0, "invalid-amount"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := models.MakePromise(c.asked, eur(c.undisputed), today, c.earlier)
			if c.code != "" {
				if err == nil || err.Code != c.code {
					t.Errorf("%v, want %s", err, c.code)
				}
				return
			}
			if err != nil || got.State != models.PromiseOpen || got.Level != c.level {
				t.Errorf("%s, level %d, %v; want level %d", got.State, got.Level, err, c.level)
			}
		})
	}
}

func TestWhenAPromiseIsJudged(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		date      string
		tolerance int
		calendar  models.Calendar
		zone      string
		want      string
	}{
		"at the end of its day":                    {"2026-12-10", 0, german(), "Europe/Berlin", "2026-12-10T23:00:00Z"},
		"of a Saturday too":                        {"2026-12-12", 0, german(), "Europe/Berlin", "2026-12-12T23:00:00Z"},
		"with the tolerance in business days":      {"2026-12-11", 1, german(), "Europe/Berlin", "2026-12-14T23:00:00Z"},
		"over Christmas":                           {"2026-12-23", 2, german(), "Europe/Berlin", "2026-12-28T23:00:00Z"},
		"in calendar days without a calendar":      {"2026-12-23", 2, models.Calendar{}, "Europe/Berlin", "2026-12-25T23:00:00Z"},
		"in New York, where the day ends later":    {"2026-12-10", 0, german(), "America/New_York", "2026-12-11T05:00:00Z"},
		"before the night in which summer begins":  {"2026-03-28", 0, german(), "Europe/Berlin", "2026-03-28T23:00:00Z"},
		"at the end of the day on which it begins": {"2026-03-29", 0, german(), "Europe/Berlin", "2026-03-29T22:00:00Z"},
		"at the end of a leap day in Auckland":     {"2024-02-29", 0, german(), "Pacific/Auckland", "2024-02-29T11:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := models.JudgePromiseAt(day(c.date), c.tolerance, c.calendar, zone(t, c.zone)).Format(time.RFC3339); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestJudgePromise(t *testing.T) {
	t.Parallel()
	open := promiseOf("100", "2026-12-10")
	open.State, open.JudgeAt = models.PromiseOpen, instant("2026-12-10T23:00:00Z")
	for name, c := range map[string]struct {
		at             string
		received, rest string
		want           models.PromiseState
		covers         string
	}{
		"before its time it stays open":                   {"2026-12-10T22:59:59Z", "99.99", "50", models.PromiseOpen, "0.01"},
		"the money keeps it at once":                      {"2026-12-01T00:00:00Z", "100", "50", models.PromiseKept, "0.00"},
		"more money too":                                  {"2026-12-01T00:00:00Z", "150", "0", models.PromiseKept, "0.00"},
		"with nothing open it is kept, without money":     {"2026-12-01T00:00:00Z", "0", "0", models.PromiseKept, "100.00"},
		"the money keeps it late, while it is not judged": {"2026-12-11T00:00:00Z", "100", "50", models.PromiseKept, "0.00"},
		"a part keeps it partly":                          {"2026-12-10T23:00:00Z", "0.01", "50", models.PromisePartlyKept, "99.99"},
		"nothing breaks it":                               {"2026-12-10T23:00:00Z", "0", "50", models.PromiseBroken, "100.00"},
		"money that was taken back breaks it":             {"2026-12-10T23:00:00Z", "-20", "50", models.PromiseBroken, "100.00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := open.Judge(instant(c.at), eur(c.received), eur(c.rest)); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			if got := open.Covers(eur(c.received)); got.String() != c.covers {
				t.Errorf("it covers %s, want %s", got, c.covers)
			}
		})
	}
}

var promiseStates = []models.PromiseState{models.PromiseOpen, models.PromiseKept, models.PromisePartlyKept, models.PromiseBroken, models.PromiseReplaced, models.PromiseWithdrawn}

// Only an open promise moves, and where it moves is a state that it can become; judged at its time it is not open any more.
func TestAPromiseIsJudgedOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := models.Promise{Amount: anyMoney("EUR", 1, 1000).Draw(t, "amount"), State: rapid.SampledFrom(promiseStates).Draw(t, "state"), JudgeAt: anyInstant().Draw(t, "judge at")}
		at := anyInstant().Draw(t, "at")
		received, open := anyMoney("EUR", -500, 1500).Draw(t, "received"), anyMoney("EUR", 0, 1000).Draw(t, "open")
		got := p.Judge(at, received, open)
		if got != p.State && !p.State.CanBecome(got) {
			t.Fatalf("%s becomes %s", p.State, got)
		}
		if got == models.PromiseOpen && !at.Before(p.JudgeAt) {
			t.Fatalf("open at %s, to be judged at %s", at, p.JudgeAt)
		}
		if covered := p.Covers(received); covered.IsNegative() || covered.MoreThan(p.Amount) || p.State != models.PromiseOpen && !covered.IsZero() {
			t.Fatalf("%s covers %s", p.State, covered)
		}
		p.State = got
		if again := p.Judge(at, received, open); again != got {
			t.Fatalf("%s becomes %s", got, again)
		}
	})
	for _, from := range promiseStates[1:] {
		for _, to := range promiseStates {
			if from.CanBecome(to) {
				t.Errorf("%s can become %s", from, to)
			}
		}
	}
}
