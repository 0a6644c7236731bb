package models_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"o2c/models"
)

var fraudPolicy = models.FraudPolicy{
	Version: 3, Threshold: 50,
	Rules: []models.FraudRule{
		{Signal: models.BlockedList, Points: 100}, {Signal: models.ShipToAddress, Points: 5}, {Signal: models.ShipToCountry, Points: 30},
		{Signal: models.FirstOrder, Points: 40, Above: map[models.Currency]models.Money{"EUR": eur("1000.00")}}, {Signal: models.Velocity, Points: 20, Orders: 2, Hours: 24},
	},
	Blocked: []models.BlockedMark{{Kind: models.MarkEmailDomain, Value: "Mail.Invalid"}, {Kind: models.MarkPostcode, Value: "SW1A 1AA"}, {Kind: models.MarkCountry, Value: "KP"}},
}

func TestAnOrderIsScoredFactorByFactor(t *testing.T) {
	t.Parallel()
	berlin, munich := models.Address{Line1: "Weg 1", City: "Berlin", Postcode: "10115", Country: "DE"}, models.Address{Line1: "Platz 2", City: "München", Postcode: "80331", Country: "DE"}
	london := models.Address{Line1: "The Mall", City: "London", Postcode: "sw1a1aa", Country: "GB"}
	spelled := berlin
	spelled.Line1, spelled.City = " weg  1", "BERLIN"
	usual := models.FraudInputs{Orders: 2, Total: eur("5000.00"), Country: "DE", BillTo: &berlin, ShipTo: &spelled}
	for name, c := range map[string]struct {
		change func(*models.FraudInputs)
		want   string
	}{
		"nothing":                            {func(*models.FraudInputs) {}, ""},
		"one order too many":                 {func(in *models.FraudInputs) { in.Orders = 3 }, "velocity 20 (3 orders in 24 hours, more than 2)"},
		"a large first order":                {func(in *models.FraudInputs) { in.First = true }, "first_order 40 (the first order is of 5000.00 EUR, more than 1000.00 EUR)"},
		"a first order as large as is usual": {func(in *models.FraudInputs) { in.First, in.Total = true, eur("1000.00") }, ""},
		"a first order in another currency":  {func(in *models.FraudInputs) { in.First, in.Total = true, models.Zero("GBP") }, ""},
		"goods to another address":           {func(in *models.FraudInputs) { in.ShipTo = &munich }, "ship_to_address 5 (goods go to another address than the invoice)"},
		"a line to another country": {func(in *models.FraudInputs) { in.LineTo = []models.Address{berlin, {Line1: "x", Country: "FR"}} },
			"ship_to_country 30 (goods go to FR, the invoice to DE)"},
		"no address for the invoice": {func(in *models.FraudInputs) { in.BillTo = nil }, ""},
		"from a blocked domain to a blocked place": {func(in *models.FraudInputs) {
			in.ShipTo, in.Marks = &london, nil
			in.Marks = in.MarksOf("acme", "who@mail.invalid", "")
		}, "ship_to_country 30 (goods go to GB, the invoice to DE), blocked_list 100 (email domain Mail.Invalid, postcode SW1A 1AA is on the blocked list)"},
	} {
		in := usual
		c.change(&in)
		check := fraudPolicy.Score(in)
		words := strings.SplitN(check.Finding().Detail, ": ", 2)[1]
		if words != c.want {
			t.Errorf("%s: %s, want %s", name, words, c.want)
		}
	}
}

// The score is the sum of its factors, whatever the order of the rules, and only what is above the threshold is suspicious.
func TestAScoreIsTheSumOfItsFactors(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		policy := fraudPolicy
		policy.Rules = rapid.Permutation(fraudPolicy.Rules).Draw(t, "rules")
		policy.Threshold = rapid.IntRange(0, 200).Draw(t, "threshold")
		in := models.FraudInputs{
			Orders: rapid.IntRange(1, 5).Draw(t, "orders"), First: rapid.Bool().Draw(t, "first"), Total: eur("1000.01"), Country: "DE",
			ShipTo: &models.Address{Country: rapid.SampledFrom([]string{"DE", "FR", "KP"}).Draw(t, "country")},
		}
		in.Marks = in.MarksOf("acme", "a@acme.example", "DE1")
		check, sum := policy.Score(in), 0
		for _, factor := range check.Factors {
			sum += factor.Points
		}
		if check.Score != sum || check.Suspicious() != (sum > policy.Threshold) {
			t.Fatalf("score %d of factors worth %d, threshold %d, suspicious: %v", check.Score, sum, policy.Threshold, check.Suspicious())
		}
		again := fraudPolicy
		again.Threshold = policy.Threshold
		if diff := cmp.Diff(again.Score(in).Factors, check.Factors); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestAFraudPolicyIsChecked(t *testing.T) {
	t.Parallel()
	if faults := fraudPolicy.Validate(); len(faults) > 0 {
		t.Error(faults)
	}
	bad := models.FraudPolicy{
		Threshold: -1,
		Rules: []models.FraudRule{
			{Signal: "feeling", Points: 1}, {Signal: models.Velocity, Points: 0, Orders: 0, Hours: 9999}, {Signal: models.Velocity, Points: 1001, Orders: 1, Hours: 1},
			{Signal: models.FirstOrder, Points: 1}, {Signal: models.ShipToCountry, Points: 1, Orders: 1, Hours: 1, Above: map[models.Currency]models.Money{"EUR": eur("1.00")}},
		},
		Blocked: []models.BlockedMark{{Kind: "colour", Value: "red"}, {Kind: models.MarkEmail, Value: " "}, {Kind: models.MarkEmail, Value: "a@B.c\n"}, {Kind: models.MarkEmail, Value: "A@b.C"}},
	}
	var at []string
	for _, fault := range bad.Validate() {
		at = append(at, fault.Pointer)
	}
	want := []string{"/blocked", "/blocked/0/kind", "/blocked/1/value", "/blocked/2/value", "/blocked/3", "/rules/0/signal", "/rules/1/hours", "/rules/1/orders", "/rules/1/points",
		"/rules/2/points", "/rules/2/signal", "/rules/3/above", "/rules/4/above", "/rules/4/hours", "/rules/4/orders", "/threshold"}
	slices.Sort(at)
	if diff := cmp.Diff(want, at); diff != "" {
		t.Error(diff)
	}
}
