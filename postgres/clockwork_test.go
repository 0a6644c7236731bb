package postgres_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/internal/testkit"
	"o2c/models"
	"o2c/postgres"
)

func nothingMore(models.DunningPolicy) postgres.Within {
	return func(context.Context, pgx.Tx) error { return nil }
}

func day(s string) models.Date {
	d, err := models.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// The shipped calendars, against days that are known for each country.
func TestShippedCalendars(t *testing.T) {
	t.Parallel()
	pool := testkit.Database(t)
	for name, days := range map[string]struct{ holidays, business []string }{
		"none":   {nil, []string{"2026-12-25", "2026-11-22"}},
		"DE":     {[]string{"2026-01-01", "2026-04-03", "2026-04-06", "2026-05-01", "2026-05-14", "2026-05-25", "2028-10-03", "2026-12-25", "2026-11-22"}, []string{"2026-12-24", "2026-06-04", "2024-02-29"}},
		"GB":     {[]string{"2026-12-28", "2027-12-27", "2027-12-28", "2028-01-03", "2026-05-04", "2026-08-31"}, []string{"2026-05-01", "2026-12-29"}}, // Boxing Day 2026 is a Saturday
		"US":     {[]string{"2026-07-03", "2026-11-26", "2027-12-31", "2026-06-19", "2026-01-19"}, []string{"2026-12-28", "2026-11-27"}},               // Independence Day 2026 is a Saturday
		"NL":     {[]string{"2026-04-27", "2026-05-14", "2026-12-25"}, []string{"2026-05-01"}},
		"FR":     {[]string{"2026-07-14", "2026-05-08", "2026-11-11"}, []string{"2026-04-03"}},
		"AT":     {[]string{"2026-06-04", "2026-10-26", "2026-12-08"}, []string{"2026-04-03"}},
		"IT":     {[]string{"2026-06-02", "2026-12-08"}, []string{"2026-04-03"}},
		"BE":     {[]string{"2026-07-21", "2026-11-11"}, []string{"2026-12-28"}},
		"TARGET": {[]string{"2026-04-03", "2026-04-06", "2026-05-01", "2026-12-25"}, []string{"2026-05-14", "2026-12-28"}},
	} {
		calendar, err := postgres.LoadCalendar(t.Context(), pool, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, holiday := range days.holidays {
			if calendar.IsBusinessDay(day(holiday)) {
				t.Errorf("%s is a business day in %s", holiday, name)
			}
		}
		for _, business := range days.business {
			if !calendar.IsBusinessDay(day(business)) {
				t.Errorf("%s is no business day in %s", business, name)
			}
		}
	}
	_, err := postgres.LoadCalendar(t.Context(), pool, "XX")
	if models.KindOf(err) != models.KindNotFound {
		t.Errorf("an unknown calendar: %v", err)
	}
}

func TestACalendarIsReplacedWhole(t *testing.T) {
	t.Parallel()
	pool := testkit.Database(t)
	first := models.Calendar{Name: "DE-BY", Weekend: []time.Weekday{time.Saturday, time.Sunday}, Holidays: map[models.Date]string{day("2027-01-06"): "Dreikönig", day("2027-08-15"): "Mariä Himmelfahrt"}}
	second := models.Calendar{Name: "DE-BY", Weekend: []time.Weekday{time.Sunday}, Holidays: map[models.Date]string{day("2027-11-01"): "Allerheiligen"}}
	for _, want := range []models.Calendar{first, second} {
		if err := postgres.PutCalendar(t.Context(), pool, want, "manager"); err != nil {
			t.Fatal(err)
		}
		got, err := postgres.LoadCalendar(t.Context(), pool, "DE-BY")
		if diff := cmp.Diff(fmt.Sprint(want), fmt.Sprint(got)); err != nil || diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	}
}

// A policy comes with the business days that count for a customer.
func TestAPolicyIsLoadedWithItsBusinessDays(t *testing.T) {
	t.Parallel()
	pool := testkit.Database(t)
	made, err := postgres.CreatePolicy(t.Context(), pool, models.DunningPolicy{Name: "german", Calendar: "DE", Hour: 8, GraceDays: 1, MinDaysBetween: 7,
		MinAmount: decimal.RequireFromString("9.99"), PromiseToleranceDays: 2,
		Levels: []models.DunningLevel{{Level: 1, DaysAfterDue: 7, Channel: "email", Action: models.ActionNotice, Fee: decimal.RequireFromString("2.5"),
			Interest: models.InterestTerms{Regime: models.EU2011, Percent: decimal.RequireFromString("9"), Base: "de_basiszins"}}}}, "manager", nothingMore)
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := postgres.LoadPolicy(t.Context(), pool, "german", 0)
	if err != nil || loaded.BusinessDays.Name != "DE" {
		t.Errorf("it works by %s, %v", loaded.BusinessDays.Name, err)
	}
	loaded.BusinessDays = models.Calendar{}
	if diff := cmp.Diff(made, loaded); diff != "" {
		t.Errorf("(-made +loaded):\n%s", diff)
	}
	for customer, want := range map[string]string{"none": "DE", "GB": "GB"} {
		got, err := postgres.LoadPolicyFor(t.Context(), pool, models.Customer{Calendar: customer}, "german", 0)
		if err != nil || got.BusinessDays.Name != want {
			t.Errorf("a customer with the calendar %s is dunned by %s, %v", customer, got.BusinessDays.Name, err)
		}
	}
	// an invoice due on 18 December is dunned on the 28th: the 26th with the grace, a Saturday after Christmas
	plan, _ := func() ([]models.PlannedNotice, []models.PlannedNotice) {
		p, err := postgres.LoadPolicy(t.Context(), pool, "german", 1)
		if err != nil {
			t.Fatal(err)
		}
		return p.Plan(day("2026-12-18"), time.UTC, time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC))
	}()
	if got := plan[0].At.Format(time.RFC3339); got != "2026-12-28T08:00:00Z" {
		t.Errorf("level 1 comes at %s", got)
	}
}

// Versions that are made side by side are counted without a gap.
func TestVersionsOfAPolicyAreCounted(t *testing.T) {
	t.Parallel()
	pool := testkit.Database(t)
	const crowd = 12
	versions, failures := make([]int, crowd), make([]error, crowd)
	var all sync.WaitGroup
	for i := range crowd {
		all.Go(func() {
			var made models.DunningPolicy
			made, failures[i] = postgres.CreatePolicy(t.Context(), pool, models.DunningPolicy{Name: "busy", Calendar: "none", MinDaysBetween: 1,
				Levels: []models.DunningLevel{{Level: 1, DaysAfterDue: i + 1, Channel: "email", Action: models.ActionNotice}}}, "manager", nothingMore)
			versions[i] = made.Version
		})
	}
	all.Wait()
	for i, version := range versions {
		if failures[i] != nil {
			t.Fatal(failures[i])
		}
		got, err := postgres.LoadPolicy(t.Context(), pool, "busy", version)
		if err != nil || got.Levels[0].DaysAfterDue != i+1 {
			t.Errorf("version %d has its level after %d days, %v; want %d", version, got.Levels[0].DaysAfterDue, err, i+1)
		}
	}
	slices.Sort(versions)
	for i, version := range versions {
		if version != i+1 {
			t.Errorf("versions %v", versions)
			break
		}
	}
}

func TestReferenceRates(t *testing.T) {
	t.Parallel()
	pool := testkit.Database(t)
	rate := func(base, from, percent string) models.ReferenceRate {
		return models.ReferenceRate{Base: base, ValidFrom: day(from), Percent: decimal.RequireFromString(percent)}
	}
	for _, rates := range []models.ReferenceRates{
		{rate("ecb", "2026-07-01", "2.15"), rate("ecb", "2026-01-01", "2.4"), rate("de_basiszins", "2016-07-01", "-0.88")},
		{rate("ecb", "2026-07-01", "2.65")}, // replaced
	} {
		if err := postgres.PutReferenceRates(t.Context(), pool, rates, "billing"); err != nil {
			t.Fatal(err)
		}
	}
	table, err := postgres.LoadReferenceRates(t.Context(), pool, "ecb")
	if err != nil {
		t.Fatal(err)
	}
	rates, err := models.InterestTerms{Regime: models.EU2011}.Rates(day("2026-05-01"), day("2026-08-01"), table)
	if err != nil || len(rates) != 2 || rates[0].Percent.String() != "10.4" || rates[1].Percent.String() != "10.65" {
		t.Errorf("%v, %v", rates, err)
	}
}
