package models_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"o2c/models"
)

func TestWhatComesFirst(t *testing.T) {
	t.Parallel()
	now := instant("2026-12-01T09:00:00Z")
	item := models.ItemKey{Invoice: "INV-1"}
	notice := models.DueStep{Kind: models.DueNotice, At: now, Item: models.ItemKey{Invoice: "INV-1", Instalment: 2}, Notice: &models.PlannedNotice{Level: 2, At: now, Action: models.ActionNotice}}
	steps := []models.DueStep{
		{Kind: models.DueOfDispute, At: now, Item: item, ID: "dsp_1", Service: models.ServiceEscalate}, notice,
		{Kind: models.DueHold, At: now, Item: item, ID: "hold_1"}, {Kind: models.DuePlan, At: now, Item: models.ItemKey{Invoice: "INV-1", Instalment: 3}, ID: "plan_1"}, {Kind: models.DuePromise, At: now, Item: item, ID: "prm_1"},
	}
	if next, due := models.NextAction(steps, now.Add(-time.Nanosecond)); next == nil || due {
		t.Errorf("before it is time: %+v, due %v", next, due)
	}
	var got []string
	for len(steps) > 0 {
		next, due := models.NextAction(steps, now)
		if !due {
			t.Fatalf("%+v is not due", next)
		}
		got = append(got, next.Purpose())
		steps = slices.DeleteFunc(slices.Clone(steps), func(s models.DueStep) bool { return s == *next })
	}
	want := []string{"promise to pay INV-1", "planned instalment 3 of INV-1", "end of the dunning hold of INV-1", "dunning level 2 of instalment 2 of INV-1", "escalation of a dispute of INV-1"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if next, due := models.NextAction(nil, now); next != nil || due {
		t.Errorf("who waits for nothing does %+v", next)
	}
}

// The next action does not depend on the order in which the steps stand, and none comes before an earlier one.
func TestTheNextActionIsOneOrderOfAll(t *testing.T) {
	t.Parallel()
	start := instant("2026-12-01T09:00:00Z")
	anyStep := rapid.Custom(func(t *rapid.T) models.DueStep {
		s := models.DueStep{
			Kind: rapid.SampledFrom([]models.DueKind{models.DuePromise, models.DuePlan, models.DueHold, models.DueNotice, models.DueOfDispute}).Draw(t, "kind"),
			At:   start.Add(time.Duration(rapid.IntRange(0, 3).Draw(t, "hours")) * time.Hour),
			Item: models.ItemKey{Invoice: rapid.SampledFrom([]string{"INV-1", "INV-2"}).Draw(t, "invoice"), Instalment: rapid.IntRange(0, 2).Draw(t, "instalment")},
		}
		switch s.Kind {
		case models.DueNotice:
			s.Notice = &models.PlannedNotice{Level: rapid.IntRange(0, 3).Draw(t, "level"), At: s.At}
		case models.DueOfDispute:
			s.Service = rapid.SampledFrom([]models.ServiceStep{models.ServiceAssign, models.ServiceRemind}).Draw(t, "service")
			fallthrough
		default:
			s.ID = rapid.SampledFrom([]string{"a", "b"}).Draw(t, "id")
		}
		return s
	})
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.SliceOfN(anyStep, 1, 12).Draw(t, "steps")
		now := start.Add(time.Duration(rapid.IntRange(-1, 4).Draw(t, "now")) * time.Hour)
		next, due := models.NextAction(steps, now)
		for _, s := range steps {
			if s.At.Before(next.At) {
				t.Fatalf("%+v comes before %+v", next, s)
			}
			if s.Kind == models.DueNotice && next.Kind == models.DueOfDispute && s.At.Equal(next.At) {
				t.Fatalf("%+v comes before %+v", next, s)
			}
		}
		if due != !next.At.After(now) {
			t.Fatalf("%+v is due: %v", next, due)
		}
		shuffled := rapid.Permutation(steps).Draw(t, "shuffled")
		if other, _ := models.NextAction(shuffled, now); other.Purpose() != next.Purpose() || other.ID != next.ID || !other.At.Equal(next.At) {
			t.Fatalf("%+v in one order, %+v in another", next, other)
		}
	})
}
