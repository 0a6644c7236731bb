package models_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"o2c/models"
)

func threeParts() models.InstalmentPlan {
	return models.InstalmentPlan{ID: "plan_1", Invoice: "INV-1", State: models.PlanActive, Instalments: []models.Instalment{
		{DueDate: day("2026-12-11"), Amount: eur("50")}, {DueDate: day("2027-01-11"), Amount: eur("30")}, {DueDate: day("2027-02-11"), Amount: eur("20")}}}
}

func TestMakeInstalmentPlan(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change     func(*models.InstalmentPlan)
		undisputed string
		want       []string // code and pointer
	}{
		"it sums to what is open":           {func(*models.InstalmentPlan) {}, "100", nil},
		"the first is due today":            {func(p *models.InstalmentPlan) { p.Instalments[0].DueDate = day("2026-12-01") }, "100", nil},
		"it sums to less":                   {func(*models.InstalmentPlan) {}, "100.01", []string{"plan-differs-from-open /instalments"}},
		"it sums to more":                   {func(*models.InstalmentPlan) {}, "99.99", []string{"plan-differs-from-open /instalments"}},
		"no instalment":                     {func(p *models.InstalmentPlan) { p.Instalments = nil }, "100", []string{"invalid-instalment-plan /instalments"}},
		"the first is past":                 {func(p *models.InstalmentPlan) { p.Instalments[0].DueDate = day("2026-11-30") }, "100", []string{"invalid-instalment-plan /instalments/0/date"}},
		"two on a day":                      {func(p *models.InstalmentPlan) { p.Instalments[1].DueDate = day("2026-12-11") }, "100", []string{"invalid-instalment-plan /instalments/1/date"}},
		"dates that go back":                {func(p *models.InstalmentPlan) { p.Instalments[2].DueDate = day("2026-12-31") }, "100", []string{"invalid-instalment-plan /instalments/2/date"}},
		"an instalment of nothing":          {func(p *models.InstalmentPlan) { p.Instalments[1].Amount = eur("0") }, "70", []string{"invalid-instalment-plan /instalments/1/amount"}},
		"an instalment in another currency": {func(p *models.InstalmentPlan) { p.Instalments[1].Amount = money("30", "GBP") }, "100", []string{"invalid-instalment-plan /instalments/1/amount"}},
		"several faults": {func(p *models.InstalmentPlan) {
			p.Instalments[0].Amount, p.Instalments[1].DueDate = eur("-1"), models.Date{}
		}, "100",
			[]string{"invalid-instalment-plan /instalments/0/amount", "invalid-instalment-plan /instalments/1/date", "invalid-instalment-plan /instalments/1/date"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked := threeParts()
			asked.State = ""
			c.change(&asked)
			plan, faults := models.MakeInstalmentPlan(asked, eur(c.undisputed), day("2026-12-01"))
			var got []string
			for _, fault := range faults {
				got = append(got, fault.Code+" "+fault.Pointer)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
			if len(faults) == 0 && plan.State != models.PlanActive {
				t.Errorf("it is %s", plan.State)
			}
		})
	}
}

func TestJudgeInstalmentPlan(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		settled, open string
		tolerance     int
		at            string
		want          models.PlanState
		brokenOn      string
		missedAt      string // of the first unpaid one; "" is none
	}{
		"before the first date it holds":              {"0", "100", 0, "2026-12-11T22:59:59Z", models.PlanActive, "", "2026-12-11T23:00:00Z"},
		"at its end it breaks":                        {"49.99", "50.01", 0, "2026-12-11T23:00:00Z", models.PlanBroken, "2026-12-12", "2026-12-11T23:00:00Z"},
		"not with the first paid":                     {"50", "50", 0, "2027-01-11T22:00:00Z", models.PlanActive, "", "2027-01-11T23:00:00Z"},
		"money paid ahead counts":                     {"80", "20", 0, "2027-02-11T22:00:00Z", models.PlanActive, "", "2027-02-11T23:00:00Z"},
		"the tolerance is in business days":           {"0", "100", 1, "2026-12-14T22:00:00Z", models.PlanActive, "", "2026-12-14T23:00:00Z"}, // the 11th is a Friday
		"after it, it breaks":                         {"0", "100", 1, "2026-12-14T23:00:00Z", models.PlanBroken, "2026-12-15", "2026-12-14T23:00:00Z"},
		"looked at late, it broke when it was missed": {"50", "50", 0, "2027-03-01T00:00:00Z", models.PlanBroken, "2027-01-12", "2027-01-11T23:00:00Z"},
		"all paid keeps it":                           {"100", "0", 0, "2026-12-01T00:00:00Z", models.PlanKept, "", ""},
		"nothing open keeps it":                       {"0", "0", 0, "2027-12-01T00:00:00Z", models.PlanKept, "", "2026-12-11T23:00:00Z"},
		"money that was taken back is not there":      {"-10", "110", 0, "2026-12-11T23:00:00Z", models.PlanBroken, "2026-12-12", "2026-12-11T23:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plan, berlin := threeParts(), zone(t, "Europe/Berlin")
			plan.ToleranceDays = c.tolerance
			missed := ""
			if at := plan.MissedAt(eur(c.settled), german(), berlin); !at.IsZero() {
				missed = at.Format(time.RFC3339)
			}
			if missed != c.missedAt {
				t.Errorf("it is judged at %q, want %q", missed, c.missedAt)
			}
			got := plan.Judge(instant(c.at), eur(c.settled), eur(c.open), german(), berlin)
			if got.State != c.want || got.BrokenOn.String() != c.brokenOn {
				t.Errorf("%s on %q, want %s on %q", got.State, got.BrokenOn, c.want, c.brokenOn)
			}
			if again := got.Judge(instant("2030-01-01T00:00:00Z"), eur("0"), eur("100"), german(), berlin); got.State != models.PlanActive && again.State != got.State {
				t.Errorf("%s becomes %s", got.State, again.State)
			}
		})
	}
}

func TestTheRestOfABrokenPlanIsDue(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		state    models.PlanState
		brokenOn string
		want     []models.Instalment
	}{
		"while it holds, its dates count": {models.PlanActive, "", threeParts().Instalments},
		"broken at the first, the rest is due": {models.PlanBroken, "2026-12-12",
			[]models.Instalment{{DueDate: day("2026-12-11"), Amount: eur("50")}, {DueDate: day("2026-12-12"), Amount: eur("50")}}},
		"broken at the second": {models.PlanBroken, "2027-01-12",
			[]models.Instalment{threeParts().Instalments[0], threeParts().Instalments[1], {DueDate: day("2027-01-12"), Amount: eur("20")}}},
		"broken at the last": {models.PlanBroken, "2027-02-12", threeParts().Instalments},
		"with a tolerance beyond the next date it keeps that": {models.PlanBroken, "2027-01-20",
			[]models.Instalment{threeParts().Instalments[0], threeParts().Instalments[1], {DueDate: day("2027-01-20"), Amount: eur("20")}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plan := threeParts()
			plan.State = c.state
			if c.brokenOn != "" {
				plan.BrokenOn = day(c.brokenOn)
			}
			if diff := cmp.Diff(c.want, plan.Schedule(), sameDates); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A plan that is judged at each of its instants ends kept or broken; its schedule always sums to what was agreed, in ascending dates.
func TestAPlanComesToAnEnd(t *testing.T) {
	t.Parallel()
	zones := anyZone(t)
	rapid.Check(t, func(t *rapid.T) {
		in, calendar := zones.Draw(t, "zone"), anyCalendar().Draw(t, "calendar")
		plan := models.InstalmentPlan{ToleranceDays: rapid.IntRange(0, 3).Draw(t, "tolerance")}
		total, date := eur("0"), day("2026-01-01")
		for range rapid.IntRange(1, 6).Draw(t, "instalments") {
			date = date.AddDays(rapid.IntRange(1, 40).Draw(t, "days"))
			amount := anyMoney("EUR", 1, 1000).Draw(t, "amount")
			plan.Instalments = append(plan.Instalments, models.Instalment{DueDate: date, Amount: amount})
			total = total.Add(amount)
		}
		plan, faults := models.MakeInstalmentPlan(plan, total, day("2026-01-01"))
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		settled := eur("0")
		for plan.State == models.PlanActive {
			at := plan.MissedAt(settled, calendar, in)
			unpaid := plan.Unpaid(settled)
			settled = models.Min(settled.Add(anyMoney("EUR", 0, 1500).Draw(t, "paid")), total)
			before := plan
			plan = plan.Judge(at, settled, total.Sub(settled), calendar, in)
			if plan.State == models.PlanActive && plan.Unpaid(settled) <= unpaid {
				t.Fatalf("at %s instalment %d is unpaid, and the plan holds", at, unpaid)
			}
			if plan.State != before.State && !before.State.CanBecome(plan.State) {
				t.Fatalf("%s becomes %s", before.State, plan.State)
			}
		}
		if (plan.State == models.PlanKept) != settled.Equal(total) {
			t.Fatalf("%s with %s of %s", plan.State, settled, total)
		}
		sum, previous := eur("0"), models.Date{}
		for _, part := range plan.Schedule() {
			if !part.DueDate.After(previous) {
				t.Fatalf("%s comes after %s", part.DueDate, previous)
			}
			sum, previous = sum.Add(part.Amount), part.DueDate
		}
		if !sum.Equal(total) {
			t.Fatalf("the schedule sums to %s of %s", sum, total)
		}
	})
}
