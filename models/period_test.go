package models_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"o2c/models"
)

func TestAPeriodIsAMonth(t *testing.T) {
	t.Parallel()
	p, err := models.ParsePeriod("2028-02")
	if err != nil || p.FirstDay().String() != "2028-02-01" || p.LastDay().String() != "2028-02-29" || p.Next().String() != "2028-03" {
		t.Errorf("%s: %s to %s, then %s, %v", p, p.FirstDay(), p.LastDay(), p.Next(), err)
	}
	for _, bad := range []string{"", "2028", "2028-13", "2028-2", "2028-02-01", "1899-12", " 2028-02", "2028-02 "} {
		var invalid *models.Error
		if _, err := models.ParsePeriod(bad); !errors.As(err, &invalid) || invalid.Code != "invalid-period" {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestADayIsInItsPeriod(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		day := models.NewDate(2000, 1, 1).AddDays(rapid.IntRange(0, 20000).Draw(t, "day"))
		p := models.PeriodOf(day)
		if day.Before(p.FirstDay()) || day.After(p.LastDay()) || models.PeriodOf(p.LastDay()) != p || p.Next().FirstDay() != p.LastDay().AddDays(1) {
			t.Fatalf("%s is in %s, from %s to %s", day, p, p.FirstDay(), p.LastDay())
		}
	})
}
