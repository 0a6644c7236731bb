package models_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"o2c/models"
)

// waitingForAll is an item that waits for everything there is, at one instant.
func waitingForAll(invoice string, at time.Time) models.CollectedItem {
	return models.CollectedItem{
		Item:    models.ItemKey{Invoice: invoice},
		Notice:  &models.PlannedNotice{Level: 2, At: at, Action: models.ActionNotice},
		Parts:   []models.JoiningPart{{Dispute: "dsp_2", JoinsAt: at}, {Dispute: "dsp_1", JoinsAt: at}},
		Promise: &models.Promise{ID: "prm_1", State: models.PromiseOpen, JudgeAt: at},
		Plan:    &models.InstalmentPlan{ID: "plan_1", State: models.PlanActive}, PlanAt: at,
		Hold:    &models.DunningHold{ID: "hold_1", State: models.HoldActive, EndsAt: at},
		Service: []models.DisputeService{{Dispute: "dsp_3", Next: models.PlannedService{Step: models.ServiceEscalate, At: at}}},
	}
}

// drain carries out what comes first, until nothing is left.
func drain(steps []models.DueStep, now time.Time) (purposes []string) {
	for {
		next, due := models.NextAction(steps, now)
		if next == nil || !due {
			return purposes
		}
		purposes = append(purposes, next.Purpose())
		steps = slices.DeleteFunc(slices.Clone(steps), func(s models.DueStep) bool { return s == *next })
	}
}

func TestWhatAnItemWaitsFor(t *testing.T) {
	t.Parallel()
	now := instant("2026-12-01T09:00:00Z")
	for name, c := range map[string]struct {
		change func(*models.CollectedItem)
		want   []string
	}{
		"held, there is no notice": {func(*models.CollectedItem) {}, []string{
			"promise to pay INV-1", "instalment plan of INV-1", "end of the dunning hold of INV-1", "escalation of a dispute of INV-1"}},
		"not held, the notice comes after what changes it": {func(i *models.CollectedItem) { i.Hold = nil }, []string{
			"promise to pay INV-1", "instalment plan of INV-1", "dunning level 2 of INV-1", "escalation of a dispute of INV-1"}},
		"without a notice its parts come back": {func(i *models.CollectedItem) { i.Hold, i.Notice = nil, nil }, []string{
			"promise to pay INV-1", "instalment plan of INV-1", "return of the disputed part of INV-1", "return of the disputed part of INV-1", "escalation of a dispute of INV-1"}},
		"what is over waits for nothing": {func(i *models.CollectedItem) {
			i.Promise.State, i.Plan.State, i.Hold.State, i.Notice, i.Parts, i.Service = models.PromiseKept, models.PlanBroken, models.HoldLifted, nil, nil, nil
		}, nil},
		"an instalment is named": {func(i *models.CollectedItem) {
			*i = models.CollectedItem{Item: models.ItemKey{Invoice: "INV-1", Instalment: 2}, Notice: i.Notice}
		}, []string{"dunning level 2 of instalment 2 of INV-1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			item := waitingForAll("INV-1", now)
			c.change(&item)
			if got := drain(item.Steps(), now); !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
			if got := drain(item.Steps(), now.Add(-time.Nanosecond)); len(got) > 0 {
				t.Errorf("before it is time: %q", got)
			}
		})
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
			Kind: rapid.SampledFrom([]models.DueKind{models.DuePromise, models.DuePlan, models.DueHold, models.DuePart, models.DueNotice, models.DueOfDispute}).Draw(t, "kind"),
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
