package models_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"o2c/models"
)

func TestMerge(t *testing.T) {
	t.Parallel()
	known := []models.Receivable{{Invoice: "A", Version: 3, Open: eur("10")}, {Invoice: "B", Version: 1, Open: eur("20")}}
	for name, c := range map[string]struct {
		news models.Receivable
		want []models.Receivable
	}{
		"a higher version is taken in its place": {models.Receivable{Invoice: "A", Version: 4, Open: eur("5")},
			[]models.Receivable{{Invoice: "A", Version: 4, Open: eur("5")}, known[1]}},
		"a lower version is old news":              {models.Receivable{Invoice: "A", Version: 2, Open: eur("50")}, known},
		"the same version changes nothing":         {models.Receivable{Invoice: "A", Version: 3, Open: eur("99")}, known},
		"a settled one leaves":                     {models.Receivable{Invoice: "A", Version: 4, Open: eur("0")}, known[1:]},
		"old news of a settlement changes nothing": {models.Receivable{Invoice: "A", Version: 2, Open: eur("0")}, known},
		"one that is not known yet is added": {models.Receivable{Invoice: "C", Version: 7, Open: eur("1")},
			[]models.Receivable{known[0], known[1], {Invoice: "C", Version: 7, Open: eur("1")}}},
		"an unknown one that is settled is not": {models.Receivable{Invoice: "C", Version: 7, Open: eur("0")}, known},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, models.Merge(known, c.news), sameDates); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Whatever the order in which news of some open invoices come, and however often: what is known in the end is the highest
// version of each.
func TestMergeKeepsTheHighestVersion(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var news []models.Receivable
		for i := range rapid.IntRange(1, 4).Draw(t, "invoices") {
			for v := range rapid.IntRange(1, 5).Draw(t, "versions") {
				news = append(news, models.Receivable{Invoice: fmt.Sprint("INV-", i), Version: v + 1, Open: eur(fmt.Sprint(100*(i+1) - v))})
			}
		}
		highest := map[string]models.Receivable{}
		for _, n := range news {
			if n.Version > highest[n.Invoice].Version {
				highest[n.Invoice] = n
			}
		}
		told := append(rapid.Permutation(news).Draw(t, "order"), rapid.SliceOf(rapid.SampledFrom(news)).Draw(t, "repeated")...)
		var known []models.Receivable
		for _, n := range told {
			known = models.Merge(known, n)
		}
		got := map[string]models.Receivable{}
		for _, r := range known {
			got[r.Invoice] = r
		}
		if diff := cmp.Diff(highest, got, sameDates); diff != "" || len(got) != len(known) {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

func TestPurpose(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		notice models.PlannedNotice
		want   string
	}{
		"level 0 is a reminder":            {models.PlannedNotice{Level: 0, Action: models.ActionNotice}, "reminder of INV-1 before it is due"},
		"a level after due is dunning":     {models.PlannedNotice{Level: 2, Action: models.ActionNotice}, "dunning level 2 of INV-1"},
		"the agency is called by its name": {models.PlannedNotice{Level: 4, Action: models.ActionAgency}, "agency hand-over of INV-1"},
	} {
		if got := c.notice.Purpose("INV-1"); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
