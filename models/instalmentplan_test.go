package models_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"o2c/models"
)

func threeParts() []models.Instalment {
	return []models.Instalment{
		{DueDate: day("2026-12-11"), Amount: eur("50")}, {DueDate: day("2027-01-11"), Amount: eur("30")}, {DueDate: day("2027-02-11"), Amount: eur("20")}}
}

func TestMakeInstalmentPlan(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change     func([]models.Instalment)
		undisputed string
		want       []string // code and pointer
	}{
		"it sums to what is open":           {func([]models.Instalment) {}, "100", nil},
		"the first is due today":            {func(p []models.Instalment) { p[0].DueDate = day("2026-12-01") }, "100", nil},
		"it sums to less":                   {func([]models.Instalment) {}, "100.01", []string{"plan-differs-from-open /instalments"}},
		"it sums to more":                   {func([]models.Instalment) {}, "99.99", []string{"plan-differs-from-open /instalments"}},
		"nothing is open":                   {func([]models.Instalment) {}, "0", []string{"nothing-to-plan "}},
		"the first is past":                 {func(p []models.Instalment) { p[0].DueDate = day("2026-11-30") }, "100", []string{"invalid-instalment-plan /instalments/0/date"}},
		"two on a day":                      {func(p []models.Instalment) { p[1].DueDate = day("2026-12-11") }, "100", []string{"invalid-instalment-plan /instalments/1/date"}},
		"dates that go back":                {func(p []models.Instalment) { p[2].DueDate = day("2026-12-31") }, "100", []string{"invalid-instalment-plan /instalments/2/date"}},
		"in ten years":                      {func(p []models.Instalment) { p[2].DueDate = day("2036-12-01") }, "100", []string{"invalid-instalment-plan /instalments/2/date"}},
		"an instalment of nothing":          {func(p []models.Instalment) { p[1].Amount = eur("0") }, "70", []string{"invalid-instalment-plan /instalments/1/amount"}},
		"an instalment in another currency": {func(p []models.Instalment) { p[1].Amount = money("30", "GBP") }, "100", []string{"invalid-instalment-plan /instalments/1/amount"}},
		"several faults": {func(p []models.Instalment) { p[0].Amount, p[1].DueDate = eur("-1"), models.Date{} }, "100",
			[]string{"invalid-instalment-plan /instalments/0/amount", "invalid-instalment-plan /instalments/1/date", "invalid-instalment-plan /instalments/1/date"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked := threeParts()
			c.change(asked)
			plan, faults := models.MakeInstalmentPlan(asked, eur(c.undisputed), day("2026-12-01"), 1, german(), zone(t, "Europe/Berlin"))
			var got []string
			for _, fault := range faults {
				got = append(got, fault.Code+" "+fault.Pointer)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
			if len(faults) == 0 && (plan.State != models.PlanActive || plan.Total().String() != "100.00") {
				t.Errorf("it is %s, over %s", plan.State, plan.Total())
			}
		})
	}
	_, faults := models.MakeInstalmentPlan(nil, eur("100"), day("2026-12-01"), 0, german(), time.UTC)
	if len(faults) == 0 || faults[0].Pointer != "/instalments" {
		t.Errorf("a plan without instalments: %v", faults)
	}
}

func TestJudgeInstalmentPlan(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		settled, open, disputed string
		tolerance               int
		at                      string
		want                    models.PlanState
		covers                  string
		next                    int
		missing                 string
	}{
		"before the first date it holds":         {"0", "100", "0", 0, "2026-12-11T22:59:59Z", models.PlanActive, "100.00", 1, "50.00"},
		"at its end it breaks":                   {"49.99", "50.01", "0", 0, "2026-12-11T23:00:00Z", models.PlanBroken, "50.01", 1, "0.01"},
		"not with the first paid":                {"50", "50", "0", 0, "2027-01-11T22:00:00Z", models.PlanActive, "50.00", 2, "30.00"},
		"money paid ahead counts":                {"80", "20", "0", 0, "2027-02-11T22:00:00Z", models.PlanActive, "20.00", 3, "20.00"},
		"the tolerance is in business days":      {"0", "100", "0", 1, "2026-12-14T22:00:00Z", models.PlanActive, "100.00", 1, "50.00"}, // the 11th is a Friday
		"after it, it breaks":                    {"0", "100", "0", 1, "2026-12-14T23:00:00Z", models.PlanBroken, "100.00", 1, "50.00"},
		"all paid keeps it":                      {"100", "0", "0", 0, "2027-12-01T00:00:00Z", models.PlanKept, "0.00", 0, "0.00"},
		"nothing open keeps it":                  {"0", "0", "0", 0, "2027-12-01T00:00:00Z", models.PlanKept, "0.00", 0, "0.00"},
		"what is open beside it does not":        {"100", "40", "0", 0, "2026-12-01T00:00:00Z", models.PlanKept, "0.00", 0, "0.00"},
		"money that was taken back is not there": {"-10", "110", "0", 0, "2026-12-11T23:00:00Z", models.PlanBroken, "100.00", 1, "50.00"},
		"a dispute lies beside it first":         {"0", "140", "40", 0, "2026-12-11T22:00:00Z", models.PlanActive, "100.00", 1, "50.00"},
		"and then on its last instalments":       {"0", "140", "100", 0, "2026-12-11T22:00:00Z", models.PlanActive, "40.00", 1, "40.00"},
		"a disputed rest is not missed":          {"50", "50", "50", 0, "2028-01-01T00:00:00Z", models.PlanActive, "0.00", 0, "0.00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plan, faults := models.MakeInstalmentPlan(threeParts(), eur("100"), day("2026-12-01"), c.tolerance, german(), zone(t, "Europe/Berlin"))
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			s := models.PlanStanding{Settled: eur(c.settled), Open: eur(c.open), Disputed: eur(c.disputed)}
			if n, missing := plan.Next(s); n != c.next || missing.String() != c.missing {
				t.Errorf("next is instalment %d with %s, want %d with %s", n, missing, c.next, c.missing)
			}
			if got := plan.Covers(s); got.String() != c.covers {
				t.Errorf("it covers %s, want %s", got, c.covers)
			}
			if got := plan.Judge(instant(c.at), s); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// A plan that is judged at each of its instants ends kept or broken, whatever is paid; what has ended stays so, and covers nothing.
func TestAPlanComesToAnEnd(t *testing.T) {
	t.Parallel()
	zones := anyZone(t)
	rapid.Check(t, func(t *rapid.T) {
		in, calendar := zones.Draw(t, "zone"), anyCalendar().Draw(t, "calendar")
		var asked []models.Instalment
		total, date := eur("0"), day("2026-01-01")
		for range rapid.IntRange(1, 6).Draw(t, "instalments") {
			date = date.AddDays(rapid.IntRange(1, 40).Draw(t, "days"))
			amount := anyMoney("EUR", 1, 1000).Draw(t, "amount")
			asked, total = append(asked, models.Instalment{DueDate: date, Amount: amount}), total.Add(amount)
		}
		plan, faults := models.MakeInstalmentPlan(asked, total, day("2026-01-01"), rapid.IntRange(0, 3).Draw(t, "tolerance"), calendar, in)
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		s := models.PlanStanding{Settled: eur("0"), Open: total, Disputed: eur("0")}
		for plan.State == models.PlanActive {
			n, _ := plan.Next(s)
			at := plan.Instalments[n-1].JudgeAt
			if plan.Judge(at.Add(-time.Microsecond), s) != models.PlanActive {
				t.Fatalf("judged before %s", at)
			}
			s.Settled = models.Min(s.Settled.Add(anyMoney("EUR", 0, 1500).Draw(t, "paid")), total)
			s.Open = total.Sub(s.Settled)
			next := plan.Judge(at, s)
			if after, _ := plan.Next(s); next == models.PlanActive && after <= n {
				t.Fatalf("at %s instalment %d is unpaid, and the plan holds", at, n)
			}
			if next != plan.State && !plan.State.CanBecome(next) {
				t.Fatalf("%s becomes %s", plan.State, next)
			}
			if covers := plan.Covers(s); !covers.Equal(s.Open) {
				t.Fatalf("it covers %s of %s", covers, s.Open)
			}
			plan.State = next
		}
		if (plan.State == models.PlanKept) != s.Settled.Equal(total) {
			t.Fatalf("%s with %s of %s", plan.State, s.Settled, total)
		}
		if plan.Judge(day("2030-01-01").At(0, in), s) != plan.State || plan.Covers(s).IsPositive() {
			t.Fatalf("what is %s does not stay so", plan.State)
		}
	})
}
